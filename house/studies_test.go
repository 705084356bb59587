package house

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/network/custom"
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

// The studies and networks that the README shows are read by the program.
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
		if strings.HasPrefix(block, "network: ") {
			describes(t, block)
			continue
		}
		if _, err := study.Parse("README.md", []byte(block), study.Options{Choices: choices}); err != nil {
			t.Error(err)
		}
	}
}

// describes fails when a description of a network is none.
func describes(t *testing.T, block string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "README.yaml")
	if err := os.WriteFile(path, []byte(block), 0o666); err != nil {
		t.Fatal(err)
	}
	net, err := custom.Open(path)
	if err != nil {
		t.Error(err)
		return
	}
	net.Close()
}
