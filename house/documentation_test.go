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
				if d.Name.IsExported() && exportedReceiver(d) && !startsWith(d.Doc, d.Name.Name) {
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
// constants or variables. The comment of a group documents its constants and
// variables, and so does a comment behind one of them.
func undocumentedIn(s source, group *ast.GenDecl) []string {
	var findings []string
	missing := func(name *ast.Ident) {
		findings = append(findings, s.at(name.Pos(), "%s has no comment that starts with its name", name.Name))
	}
	for _, spec := range group.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			documented := startsWith(spec.Doc, spec.Name.Name) || !group.Lparen.IsValid() && startsWith(group.Doc, spec.Name.Name)
			if spec.Name.IsExported() && !documented {
				missing(spec.Name)
			}
		case *ast.ValueSpec:
			for _, name := range spec.Names {
				documented := spec.Comment != nil || startsWith(spec.Doc, name.Name) || len(spec.Names) > 1 && spec.Doc != nil
				if group.Lparen.IsValid() {
					documented = documented || group.Doc != nil
				} else {
					documented = documented || startsWith(group.Doc, name.Name)
				}
				if name.IsExported() && !documented {
					missing(name)
				}
			}
		}
	}
	return findings
}

// exportedReceiver reports whether d is a function or a method of an exported type.
func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	receiver := d.Recv.List[0].Type
	for {
		switch r := receiver.(type) {
		case *ast.StarExpr:
			receiver = r.X
		case *ast.IndexExpr:
			receiver = r.X
		case *ast.IndexListExpr:
			receiver = r.X
		case *ast.Ident:
			return r.IsExported()
		default:
			return true
		}
	}
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
