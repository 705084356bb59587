package house

import (
	"go/ast"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

var (
	link = regexp.MustCompile(`\]\(([^):#\s]+)(#[^)\s]*)?\)`)
	// A Go name in a page: `package.Name`, `package.Type.Method`.
	goName = regexp.MustCompile("`([a-z/]+)\\.([A-Z]\\w*)(?:\\.(\\w+))?(?:\\(\\))?`")
	// A file in a page: `folder/file.go`.
	goFile = regexp.MustCompile("`((?:[a-z]+/)+[a-z_]+\\.go)`")
)

// broken returns what the pages of tree point to and is not there: files, and
// exported names and tests of packages.
func broken(tree fs.FS, all []source) ([]string, error) {
	names, known := exported(all), tests(all)
	var findings []string
	err := walk(tree, func(name string) error {
		if path.Ext(name) != ".md" {
			return nil
		}
		page, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		for _, m := range link.FindAllStringSubmatch(string(page), -1) {
			if _, err := fs.Stat(tree, path.Join(path.Dir(name), m[1])); err != nil {
				findings = append(findings, name+": link to "+m[1]+", which does not exist")
			}
		}
		for _, m := range goFile.FindAllStringSubmatch(string(page), -1) {
			if _, err := fs.Stat(tree, m[1]); err != nil {
				findings = append(findings, name+": file "+m[1]+" does not exist")
			}
		}
		for _, m := range goName.FindAllStringSubmatch(string(page), -1) {
			found, ours := names[m[1]]
			wanted := strings.TrimSuffix(m[2]+"."+m[3], ".")
			if ours && !slices.Contains(found, wanted) && !known[m[1]+"."+wanted] {
				findings = append(findings, name+": "+m[1]+" has no "+wanted)
			}
		}
		return nil
	})
	return findings, err
}

// exported returns the exported names of every package, methods and fields as
// Type.Name.
func exported(all []source) map[string][]string {
	names := map[string][]string{}
	for _, s := range all {
		if s.test {
			continue
		}
		add := func(name string) { names[s.folder()] = append(names[s.folder()], name) }
		for _, declaration := range s.file.Decls {
			switch d := declaration.(type) {
			case *ast.FuncDecl:
				name := d.Name.Name
				if d.Recv != nil {
					name = receiver(d) + "." + name
				}
				add(name)
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					switch spec := spec.(type) {
					case *ast.TypeSpec:
						add(spec.Name.Name)
						members(spec, add)
					case *ast.ValueSpec:
						for _, name := range spec.Names {
							add(name.Name)
						}
					}
				}
			}
		}
	}
	return names
}

// members adds the fields of a struct and the methods of an interface.
func members(spec *ast.TypeSpec, add func(string)) {
	var list *ast.FieldList
	switch t := spec.Type.(type) {
	case *ast.StructType:
		list = t.Fields
	case *ast.InterfaceType:
		list = t.Methods
	default:
		return
	}
	for _, field := range list.List {
		for _, name := range field.Names {
			add(spec.Name.Name + "." + name.Name)
		}
	}
}

func TestPagesPointToWhatExists(t *testing.T) {
	findings, err := broken(project, sources(t))
	if err != nil {
		t.Fatal(err)
	}
	report(t, findings)
}

func TestBrokenFindsWhatDoesNotExist(t *testing.T) {
	tree := fstest.MapFS{
		"docs/a.md": {Data: []byte("[x](b.md#part) [y](../p/p.go) [z](gone.md) [w](https://example.org)\n`p.F` `p.T.M` `p.T.Size` `p.G` `os.Exit` `p/p.go` `p/q.go`")},
		"docs/b.md": {Data: []byte("fine")},
		"p/p.go":    {Data: []byte("package p\n\nfunc F() {}\n\ntype T struct{ Size int }\n\nfunc (t *T) M() {}\n")},
	}
	all, err := parse(tree)
	if err != nil {
		t.Fatal(err)
	}
	findings, err := broken(tree, all)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, findings, "docs/a.md: link to gone.md", "docs/a.md: file p/q.go", "docs/a.md: p has no G")
}
