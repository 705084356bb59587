package house

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// undocumented returns the exported names without a comment that starts with
// the name, and the packages without a package comment.
func undocumented(all []source) []string {
	var findings []string
	described, first := map[string]bool{}, map[string]source{}
	for _, s := range all {
		package_ := s.folder() + " " + strings.TrimSuffix(s.file.Name.Name, "_test")
		if earlier, seen := first[package_]; !seen || earlier.test && !s.test {
			first[package_] = s
		}
		described[package_] = described[package_] || describesPackage(s)
		if s.test {
			continue
		}
		for _, declaration := range s.file.Decls {
			switch d := declaration.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && (d.Recv == nil || ast.IsExported(receiver(d))) && !startsWith(d.Doc, d.Name.Name) {
					findings = append(findings, s.at(d.Pos(), "%s has no comment that starts with its name", d.Name.Name))
				}
			case *ast.GenDecl:
				findings = append(findings, undocumentedIn(s, d)...)
			}
		}
	}
	for package_, s := range first {
		if !described[package_] {
			findings = append(findings, s.at(s.file.Package, "package %s has no package comment", s.file.Name.Name))
		}
	}
	slices.Sort(findings)
	return findings
}

// describesPackage reports whether the file holds its package's comment.
func describesPackage(s source) bool {
	name := s.file.Name.Name
	if name == "main" {
		return s.file.Doc != nil
	}
	return startsWith(s.file.Doc, "Package "+name)
}

// undocumentedIn returns what is undocumented in a declaration of types,
// constants or variables. In a group, constants and variables may share the
// group's comment or have one behind them.
func undocumentedIn(s source, d *ast.GenDecl) []string {
	var findings []string
	require := func(name *ast.Ident, documented bool) {
		if name.IsExported() && !documented {
			findings = append(findings, s.at(name.Pos(), "%s has no comment that starts with its name", name.Name))
		}
	}
	grouped := d.Lparen.IsValid()
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			require(spec.Name, startsWith(spec.Doc, spec.Name.Name) || !grouped && startsWith(d.Doc, spec.Name.Name))
		case *ast.ValueSpec:
			shared := grouped && (d.Doc != nil || spec.Doc != nil || spec.Comment != nil)
			for _, name := range spec.Names {
				require(name, shared || startsWith(d.Doc, name.Name))
			}
		}
	}
	return findings
}

// receiver returns the name of the type that d is a method of.
func receiver(d *ast.FuncDecl) string {
	var name string
	ast.Inspect(d.Recv.List[0].Type, func(node ast.Node) bool {
		if ident, ok := node.(*ast.Ident); ok && name == "" {
			name = ident.Name
		}
		return name == ""
	})
	return name
}

// startsWith reports whether the comment is a sentence that begins with name,
// after an article.
func startsWith(comment *ast.CommentGroup, name string) bool {
	text := comment.Text()
	for _, article := range []string{"A ", "An ", "The "} {
		text = strings.TrimPrefix(text, article)
	}
	rest, found := strings.CutPrefix(text, name)
	return found && (rest == "" || !token.IsIdentifier("x"+rest[:1]))
}

func TestEverythingExportedIsDocumented(t *testing.T) {
	report(t, undocumented(sources(t)))
}

func TestUndocumentedFindsBareNames(t *testing.T) {
	expect(
		t, undocumented(example(
			t,
			"a/a.go", `package a

// F is fine.
func F() {}

// This does something.
func G() {}

type (
	// A T is fine.
	T int
	U int
)

func (t *T) M() {}

// The constants of the group.
const (
	C = 1
	D = 2
)

var V, v = 1, 2

type hidden int

func (hidden) String() string { return "" }
`,
			"b/b.go", "// Package b is described.\npackage b\n",
			"b/b_test.go", "package b_test\n",
			"c/c_test.go", "package c\n",
		)),
		"a/a.go:12: U has", "a/a.go:15: M has", "a/a.go:1: package a has", "a/a.go:23: V has", "a/a.go:7: G has",
		"c/c_test.go:1: package c",
	)
}
