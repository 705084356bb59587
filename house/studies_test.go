package house

import (
	"strings"
	"testing"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/study"
)

// fenced returns the blocks of a page in the given language.
func fenced(page, language string) []string {
	var blocks []string
	for part := range strings.SplitSeq(page, "\n```"+language+"\n") {
		block, _, _ := strings.Cut(part, "\n```\n")
		blocks = append(blocks, block+"\n")
	}
	return blocks[1:]
}

// The studies that the README shows are studies that the program reads.
func TestStudiesOfTheReadmeAreRead(t *testing.T) {
	choices := study.Choices{Measures: rdm.MeasureNames()}
	for _, c := range compare.Comparators {
		choices.Comparators = append(choices.Comparators, c.Name)
	}
	blocks := fenced(read(t, "README.md"), "yaml")
	if len(blocks) == 0 {
		t.Fatal("README.md shows no study")
	}
	for _, block := range blocks {
		if _, err := study.Parse("README.md", []byte(block), study.Options{Choices: choices}); err != nil {
			t.Error(err)
		}
	}
}
