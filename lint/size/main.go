// Size measures functions and files against the budgets of the house.
//
// Small functions are a habit here, not a law: the medians are printed for
// every package, offenders are named, and only a function or a file beyond the
// last limit fails a check. A function may be longer if its comment says
// "Long because" and why: a recipe, a table of a format.
package main

import (
	"cmp"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// The budgets, in lines and in parameters.
const (
	medianBudget     = 12
	ninetiethBudget  = 40
	functionBudget   = 80
	fileBudget       = 500
	parameterBudget  = 4
	fewFunctions     = 20 // in a package: too few for its median to be a habit
	excuseInComments = "Long because"
)

func main() {
	check := flag.Bool("check", false, "print only what is beyond its last limit, and fail if there is any")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: size [-check] FOLDER")
		os.Exit(2)
	}
	measured, err := measure(os.DirFS(flag.Arg(0)))
	if err != nil {
		fmt.Fprintln(os.Stderr, "size:", err)
		os.Exit(1)
	}
	if !*check {
		measured.table(os.Stdout)
	}
	if failed := measured.offenders(os.Stdout, *check); *check && failed {
		os.Exit(1)
	}
}

// A function is one function with a body, outside tests.
type function struct {
	place      string // file:line: name
	folder     string
	lines      int
	parameters int // without a context
	excused    bool
}

// A file is one Go file.
type file struct {
	name   string
	lines  int
	isTest bool
}

// A size is everything measured in one tree.
type size struct {
	functions []function
	files     []file
}

// skipped names the folders that hold no code of the project.
var skipped = []string{".git", "node_modules", "testdata", "bin", "build", "demo"}

// measure reads the Go files of tree.
func measure(tree fs.FS) (*size, error) {
	s := &size{}
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains(skipped, entry.Name()):
			return fs.SkipDir
		case entry.IsDir() || path.Ext(name) != ".go":
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		return s.add(name, text)
	})
	return s, err
}

// add measures one file.
func (s *size) add(name string, text []byte) error {
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	isTest := strings.HasSuffix(name, "_test.go")
	s.files = append(s.files, file{name, strings.Count(string(text), "\n"), isTest})
	for _, declaration := range parsed.Decls {
		f, ok := declaration.(*ast.FuncDecl)
		if !ok || f.Body == nil || isTest {
			continue
		}
		first, last := set.Position(f.Pos()).Line, set.Position(f.End()).Line
		s.functions = append(s.functions, function{
			place:      fmt.Sprintf("%s:%d: %s", name, first, f.Name.Name),
			folder:     path.Dir(name),
			lines:      last - first + 1,
			parameters: parameters(f.Type),
			excused:    strings.Contains(f.Doc.Text(), excuseInComments),
		})
	}
	return nil
}

// parameters counts the parameters of a function, without a context: it is
// everywhere and asks nothing of the reader.
func parameters(f *ast.FuncType) int {
	count := 0
	for _, field := range f.Params.List {
		if selector, ok := field.Type.(*ast.SelectorExpr); ok && selector.Sel.Name == "Context" {
			continue
		}
		count += max(1, len(field.Names))
	}
	return count
}

// folders returns the folders that hold code, sorted.
func (s *size) folders() []string {
	var names []string
	for _, f := range s.files {
		names = append(names, path.Dir(f.name))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// lengths returns the lengths of the functions of a folder, or of all if folder
// is empty, sorted.
func (s *size) lengths(folder string) []int {
	var lines []int
	for _, f := range s.functions {
		if folder == "" || f.folder == folder {
			lines = append(lines, f.lines)
		}
	}
	slices.Sort(lines)
	return lines
}

// table writes one line per package and one for all.
func (s *size) table(w io.Writer) {
	fmt.Fprintf(w, "%-24s %6s %6s %10s %7s %7s %8s\n", "package", "code", "tests", "functions", "median", "90 %", "longest")
	for _, folder := range append(s.folders(), "") {
		code, tests := 0, 0
		for _, f := range s.files {
			switch {
			case folder != "" && path.Dir(f.name) != folder:
			case f.isTest:
				tests += f.lines
			default:
				code += f.lines
			}
		}
		lines := s.lengths(folder)
		fmt.Fprintf(w, "%-24s %6d %6d %10d %7d %7d %8d\n", cmp.Or(folder, "all"), code, tests,
			len(lines), quantile(lines, 50), quantile(lines, 90), quantile(lines, 100))
	}
	fmt.Fprintf(w, "%-24s %6s %6s %10s %7d %7d %8d\n", "budget", "", "", "", medianBudget, ninetiethBudget, functionBudget)
}

// quantile returns the smallest value that percent of the sorted values do not
// exceed; 0 when there are none.
func quantile(sorted []int, percent int) int {
	if len(sorted) == 0 {
		return 0
	}
	rank := (len(sorted)*percent + 99) / 100
	return sorted[max(rank, 1)-1]
}

// offenders writes what is over its budget, longest first, and reports whether
// anything is beyond its last limit. With strict, only that is written.
func (s *size) offenders(w io.Writer, strict bool) (failed bool) {
	slices.SortStableFunc(s.functions, func(a, b function) int { return cmp.Compare(b.lines, a.lines) })
	for _, f := range s.functions {
		if f.lines > functionBudget && !f.excused {
			failed = true
			fmt.Fprintf(w, "%s: %d lines, at most %d unless its comment says %q\n", f.place, f.lines, functionBudget, excuseInComments)
		}
	}
	for _, f := range s.files {
		if f.lines > fileBudget && !f.isTest {
			failed = true
			fmt.Fprintf(w, "%s: %d lines, at most %d\n", f.name, f.lines, fileBudget)
		}
	}
	if !strict {
		s.habits(w)
	}
	return failed
}

// habits writes what is over a budget that is no limit.
func (s *size) habits(w io.Writer) {
	for _, folder := range s.folders() {
		lines := s.lengths(folder)
		if len(lines) < fewFunctions {
			continue
		}
		if median := quantile(lines, 50); median > medianBudget {
			fmt.Fprintf(w, "%s: median of %d lines, at most %d\n", folder, median, medianBudget)
		}
		if ninetieth := quantile(lines, 90); ninetieth > ninetiethBudget {
			fmt.Fprintf(w, "%s: nine of ten functions have up to %d lines, at most %d\n", folder, ninetieth, ninetiethBudget)
		}
	}
	for _, f := range s.functions {
		if f.lines > ninetiethBudget && f.lines <= functionBudget {
			fmt.Fprintf(w, "%s: %d lines, nine of ten have at most %d\n", f.place, f.lines, ninetiethBudget)
		}
		if f.parameters > parameterBudget {
			fmt.Fprintf(w, "%s: %d parameters, at most %d\n", f.place, f.parameters, parameterBudget)
		}
	}
}
