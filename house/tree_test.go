// Package house keeps the rules of the house as tests: which package may import
// which, what things are called, what is documented, and what never stands in
// the tree.
//
// Every rule is a function from a file tree to the places that break it. It is
// applied to the project, and to small trees in which it must find something.
package house

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
)

const module = "github.com/isocortex/isocortex"

// project is the tree that this package belongs to.
var project = os.DirFS("..")

// A source is one Go file.
type source struct {
	path string // slash-separated, from the root of the tree
	test bool
	set  *token.FileSet
	file *ast.File
}

// folder returns the folder of s, which is its package's name in the layers.
func (s source) folder() string { return path.Dir(s.path) }

// at locates a finding.
func (s source) at(pos token.Pos, format string, args ...any) string {
	return fmt.Sprintf("%s:%d: %s", s.path, s.set.Position(pos).Line, fmt.Sprintf(format, args...))
}

// outside names the folders that are made, not written. In a work tree of git
// .git is a file.
var outside = []string{".git", "node_modules", "bin", "build", "demo", "engine/library/files"}

// walk calls visit for every file of tree that someone wrote.
func walk(tree fs.FS, visit func(name string) error) error {
	return fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case slices.Contains(outside, name) || path.Base(name) == "node_modules":
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir():
			return nil
		}
		return visit(name)
	})
}

// parse reads every Go file of tree outside testdata, with comments.
func parse(tree fs.FS) ([]source, error) {
	var sources []source
	set := token.NewFileSet()
	err := walk(tree, func(name string) error {
		if path.Ext(name) != ".go" || slices.Contains(strings.Split(name, "/"), "testdata") {
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(set, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		sources = append(sources, source{name, strings.HasSuffix(name, "_test.go"), set, file})
		return nil
	})
	return sources, err
}

var parseProject = sync.OnceValues(func() ([]source, error) { return parse(project) })

// sources returns the project's Go files.
func sources(t *testing.T) []source {
	t.Helper()
	all, err := parseProject()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// example parses files given as name, text, name, text...
func example(t *testing.T, namesAndTexts ...string) []source {
	t.Helper()
	tree := fstest.MapFS{}
	for pair := range slices.Chunk(namesAndTexts, 2) {
		tree[pair[0]] = &fstest.MapFile{Data: []byte(pair[1])}
	}
	all, err := parse(tree)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// report fails t with every finding.
func report(t *testing.T, findings []string) {
	t.Helper()
	for _, finding := range findings {
		t.Error(finding)
	}
}

// expect requires that the findings are the wanted ones, each found by a part of its text.
func expect(t *testing.T, findings []string, parts ...string) {
	t.Helper()
	if len(findings) != len(parts) {
		t.Fatalf("found %d, want %d:\n%s", len(findings), len(parts), strings.Join(findings, "\n"))
	}
	for i, part := range parts {
		if !strings.Contains(findings[i], part) {
			t.Errorf("finding %d is %q, want one with %q", i, findings[i], part)
		}
	}
}

// read returns the text of a file of the project.
func read(t *testing.T, name string) string {
	t.Helper()
	text, err := fs.ReadFile(project, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
