package house

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"testing"
	"testing/fstest"
)

// absent lists what never stands in the tree. The patterns are written so that
// they do not match themselves.
var absent = []struct {
	pattern *regexp.Regexp
	reason  string
}{
	{regexp.MustCompile(`\b(TO[D]O|FIX[M]E|XX[X])\b`), "do it, or open an issue"},
	{regexp.MustCompile(`(^|[^\w.])/(wor[k]|roo[t]|hom[e]|User[s])/`), "an absolute path of one machine"},
	{regexp.MustCompile(`https?://(registr[y]|prox[y]|de[b]|su[m])\.`), "the address of a package host: leave the choice to the user's settings"},
	{regexp.MustCompile(`(?i)\b(AI assistan[t]|as an A[I]|chatbo[t]|chatgp[t]|claud[e]|copilo[t]|anthropi[c]|language mode[l])\b`), "the project speaks of itself alone"},
	{regexp.MustCompile(`\bcontract\.m[d]\b|\b[Ii]ssue #?\d`), "a reference that a reader of the tree cannot follow"},
}

// thirdParty names files that other people wrote, or that a tool made of them.
func thirdParty(name string) bool {
	if slices.Contains([]string{"LICENSE", "go.sum"}, path.Base(name)) {
		return true
	}
	matched, _ := path.Match("report/page/*", name)
	return matched
}

// unwanted returns the lines of tree that match what must be absent.
func unwanted(tree fs.FS) ([]string, error) {
	var findings []string
	err := walk(tree, func(name string) error {
		if thirdParty(name) {
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil || bytes.IndexByte(text, 0) >= 0 {
			return err
		}
		number := 0
		for line := range bytes.Lines(text) {
			number++
			for _, a := range absent {
				if found := a.pattern.Find(line); found != nil {
					findings = append(findings, fmt.Sprintf("%s:%d: %q: %s", name, number, found, a.reason))
				}
			}
		}
		return nil
	})
	return findings, err
}

func TestNothingUnwantedStandsInTheTree(t *testing.T) {
	findings, err := unwanted(project)
	if err != nil {
		t.Fatal(err)
	}
	report(t, findings)
}

func TestUnwantedFindsWhatItShould(t *testing.T) {
	findings, err := unwanted(fstest.MapFS{
		"a.go":           {Data: []byte("package a\n\n// TO" + "DO: later\n// see isocortex/wo" + "rk/work.go, ../wo" + "rk/ and /hom" + "e/someone/x\n")},
		"b.md":           {Data: []byte("from https://registr" + "y.example.org/x\n")},
		"bin/x":          {Data: []byte("TO" + "DO")},
		"picture.png":    {Data: []byte("\x00 TO" + "DO")},
		"report/a/b.txt": {Data: []byte("method" + "ology TODOS\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, findings, "a.go:3: \"TO"+"DO\"", "a.go:4: \" /hom"+"e/\"", "b.md:1:")
}
