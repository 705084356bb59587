package house

import (
	"go/ast"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// What only a program may do, not a package: speak, log, end.
var (
	programOnly     = []string{"fmt.Print", "fmt.Printf", "fmt.Println", "os.Exit", "os.Stdout", "os.Stderr", "os.Stdin"}
	programImports  = []string{"log", "log/slog", "flag"}
	testImports     = []string{"testing", "testing/fstest", "testing/quick", "pgregory.net/rapid", "github.com/google/go-cmp/cmp"}
	forbiddenImport = map[string]string{
		"math/rand": "use seed.Stream, which names its stream",
		"C":         "everything builds without cgo",
	}
)

// misbehaving returns what packages do that only programs may, the tools of
// tests in code that is no test, and work done before main.
func misbehaving(all []source) []string {
	var findings []string
	for _, s := range all {
		if s.test || apart(s) || strings.HasSuffix(s.folder(), "test") {
			continue
		}
		program := s.file.Name.Name == "main"
		for _, spec := range s.file.Imports {
			name, _ := strconv.Unquote(spec.Path.Value)
			switch reason, forbidden := forbiddenImport[name]; {
			case forbidden:
				findings = append(findings, s.at(spec.Pos(), "import of %s: %s", name, reason))
			case slices.Contains(testImports, name):
				findings = append(findings, s.at(spec.Pos(), "import of %s outside a test", name))
			case !program && slices.Contains(programImports, name):
				findings = append(findings, s.at(spec.Pos(), "import of %s: only a program logs and reads flags", name))
			}
		}
		ast.Inspect(s.file, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.FuncDecl:
				if node.Recv == nil && node.Name.Name == "init" {
					findings = append(findings, s.at(node.Pos(), "init: write a table that someone can read, or do it in main"))
				}
			case *ast.SelectorExpr:
				if x, ok := node.X.(*ast.Ident); ok && !program && slices.Contains(programOnly, x.Name+"."+node.Sel.Name) {
					findings = append(findings, s.at(node.Pos(), "%s.%s: only a program speaks and exits; return it to the caller", x.Name, node.Sel.Name))
				}
			}
			return true
		})
	}
	return findings
}

func TestOnlyProgramsSpeakAndExit(t *testing.T) {
	report(t, misbehaving(sources(t)))
}

func TestMisbehavingFindsWhatOnlyProgramsMayDo(t *testing.T) {
	body := "package p\n\nimport (\n\"fmt\"\n\"log\"\n\"math/rand\"\n\"testing\"\n)\n\nfunc init() { fmt.Println(rand.Int(), log.Flags(), testing.Short()) }\n"
	expect(
		t, misbehaving(example(
			t, "p/p.go", body, "p/p_test.go", body, "ptest/p.go", body,
			"cmd/x/x.go", "package main\n\nimport (\"log\"; \"os\")\n\nfunc main() { log.Print(); os.Exit(1) }\n",
		)),
		"p/p.go:5: import of log", "p/p.go:6: import of math/rand", "p/p.go:7: import of testing",
		"p/p.go:10: init", "p/p.go:10: fmt.Println",
	)
}
