package house

import (
	"go/ast"
	"regexp"
	"strings"
	"testing"
)

// numeric names the packages whose functions state what their numbers are.
const numeric = "dataset inference noise rdm compare rsa"

// promise matches a line of the fixed list that closes the comment of an
// algorithm: CONTRIBUTING.md, rule 3.
var promise = regexp.MustCompile(`(?m)^\t(shapes|units|NaN|errors|cost|random|source)  +\S`)

// unpromised returns the exported functions of the numeric packages that take
// or return slices of numbers and say nothing about them.
func unpromised(all []source) []string {
	var findings []string
	for _, s := range all {
		if s.test || !strings.Contains(" "+numeric+" ", " "+s.folder()+" ") {
			continue
		}
		for _, declaration := range s.file.Decls {
			f, ok := declaration.(*ast.FuncDecl)
			if ok && f.Name.IsExported() && hasNumbers(f.Type) && !promise.MatchString(f.Doc.Text()) {
				findings = append(findings, s.at(f.Pos(), "%s takes or returns numbers: add shapes, NaN, errors, cost or source to its comment", f.Name.Name))
			}
		}
	}
	return findings
}

// hasNumbers reports whether a slice of floating-point numbers is among the
// parameters and results.
func hasNumbers(f *ast.FuncType) (found bool) {
	ast.Inspect(f, func(node ast.Node) bool {
		if slice, ok := node.(*ast.ArrayType); ok {
			element, ok := slice.Elt.(*ast.Ident)
			found = found || ok && strings.HasPrefix(element.Name, "float")
		}
		return !found
	})
	return found
}

func TestNumericFunctionsStateWhatTheyPromise(t *testing.T) {
	report(t, unpromised(sources(t)))
}

func TestUnpromisedFindsSilentFunctions(t *testing.T) {
	text := "package p\n\n// F does.\n//\n//\tshapes   x: pairs\nfunc F(x []float64) {}\n\n// G does.\nfunc G() [][]float32 { return nil }\n\n// H does.\nfunc H(n []int) {}\n"
	expect(t, unpromised(example(t, "rdm/a.go", text, "unit/a.go", text, "rdm/a_test.go", text)), "rdm/a.go:9: G takes")
}
