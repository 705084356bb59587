package house

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// defects is the page of what other tools do wrong.
const defects = "docs/defects.md"

// reference finds the name of a test in its package, and of its script.
var reference = regexp.MustCompile("`([a-z0-9/]+\\.(?:Test|Example)\\w*)(?:/(\\w+))?`")

// untested returns the rows of tables in a page that name no test, and the tests
// and scripts that it names and that are not there.
func untested(tree fs.FS, page string, known map[string]bool) (findings []string) {
	for i, line := range strings.Split(page, "\n") {
		found := reference.FindAllStringSubmatch(line, -1)
		if isRow(line) && found == nil {
			findings = append(findings, fmt.Sprintf("line %d names no test", i+1))
		}
		for _, names := range found {
			test, script := names[1], names[2]
			if !known[test] {
				findings = append(findings, fmt.Sprintf("line %d: there is no test %s", i+1, test))
			} else if path := "cmd/isocortex/testdata/script/" + script + ".txtar"; script != "" && !there(tree, path) {
				findings = append(findings, fmt.Sprintf("line %d: there is no script %s", i+1, path))
			}
		}
	}
	return findings
}

// isRow reports whether a line is a row of a table, below its head.
func isRow(line string) bool {
	head := strings.HasSuffix(line, "| isocortex | test |") || strings.Trim(line, "|-") == ""
	return strings.HasPrefix(line, "|") && !head
}

func there(tree fs.FS, path string) bool {
	_, err := fs.Stat(tree, path)
	return err == nil
}

func TestEveryDefectHasItsTest(t *testing.T) {
	report(t, untested(project, read(t, defects), tests(sources(t))))
}

func TestDefectsWithoutTestsAreFound(t *testing.T) {
	tree := fstest.MapFS{"cmd/isocortex/testdata/script/a.txtar": {}}
	page := "| the tool | isocortex | test |\n|---|---|---|\n| x | y | `rdm.TestA`, `c.TestScripts/a` |\n| x | y | none |\n| x | y | `rdm.TestB` |\nsee `c.TestScripts/b`"
	known := map[string]bool{"rdm.TestA": true, "c.TestScripts": true}
	expect(t, untested(tree, page, known), "line 4 names no test", "line 5: there is no test rdm.TestB", "line 6: there is no script")
	if slices.ContainsFunc([]string{"", "text", "|---|", "| | the tool | isocortex | test |"}, isRow) {
		t.Error("no row is one")
	}
}
