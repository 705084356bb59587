package house

import (
	"go/ast"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// row is a line of the table in GLOSSARY.md: | `word` | the words to use instead |
var row = regexp.MustCompile("(?m)^\\| ((?:`[a-z]+`,? ?)+) \\| (.+) \\|$")

// banned reads the words that no name may contain from the section "Not in
// names" of the glossary, each with what to say instead.
func banned(glossary string) map[string]string {
	_, section, _ := strings.Cut(glossary, "\n## Not in names\n")
	section, _, _ = strings.Cut(section, "\n## ")
	words := map[string]string{}
	for _, cells := range row.FindAllStringSubmatch(section, -1) {
		for word := range strings.SplitSeq(cells[1], ",") {
			words[strings.Trim(word, " `")] = cells[2]
		}
	}
	return words
}

// words splits a Go name at its capitals and underscores: "subjectRDMs" is
// subject, rdms. The words are in lower case.
func words(name string) []string {
	var all []string
	letters := []rune(name)
	start := 0
	cut := func(end int) {
		if end > start {
			all = append(all, strings.ToLower(strings.Trim(string(letters[start:end]), "_")))
		}
		start = end
	}
	for i := 1; i < len(letters); i++ {
		lowerThenUpper := !unicode.IsUpper(letters[i-1]) && unicode.IsUpper(letters[i])
		lastOfCapitals := unicode.IsUpper(letters[i-1]) && unicode.IsUpper(letters[i]) && startsWord(letters[i+1:])
		if lowerThenUpper || lastOfCapitals || letters[i] == '_' {
			cut(i)
		}
	}
	cut(len(letters))
	return all
}

// startsWord reports whether letters go on in lower case, other than by the s
// of a plural of capitals.
func startsWord(letters []rune) bool {
	if len(letters) == 0 || !unicode.IsLower(letters[0]) {
		return false
	}
	plural := letters[0] == 's' && (len(letters) == 1 || !unicode.IsLower(letters[1]))
	return !plural
}

// declared calls visit with every name that a reader of the documentation or of
// a type meets: packages, top-level names, methods, fields and parameters.
// Names inside a function body are free.
func declared(file *ast.File, visit func(*ast.Ident)) {
	visit(file.Name)
	ast.Inspect(file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.FuncDecl:
			visit(node.Name)
		case *ast.Field:
			for _, name := range node.Names {
				visit(name)
			}
		case *ast.TypeSpec:
			visit(node.Name)
		case *ast.ValueSpec:
			for _, name := range node.Names {
				visit(name)
			}
		case *ast.BlockStmt:
			return false
		}
		return true
	})
}

// misnamed returns the declared names that contain a banned word.
func misnamed(banned map[string]string, all []source) []string {
	var findings []string
	for _, s := range all {
		declared(s.file, func(name *ast.Ident) {
			if name.Name == "Helper" { // part of testing.TB
				return
			}
			for _, word := range words(name.Name) {
				if instead, bad := banned[word]; bad {
					findings = append(findings, s.at(name.Pos(), "%s: say %s", name.Name, instead))
				}
			}
		})
	}
	return findings
}

func TestNamesAreInTheWordsOfTheGlossary(t *testing.T) {
	words := banned(read(t, "GLOSSARY.md"))
	if len(words) == 0 {
		t.Fatal("GLOSSARY.md has no table below \"## Not in names\"")
	}
	report(t, misnamed(words, sources(t)))
}

func TestWords(t *testing.T) {
	for name, want := range map[string]string{
		"x":             "x",
		"Dataset":       "dataset",
		"subjectRDMs":   "subject rdms",
		"RDMsOfSubject": "rdms of subject",
		"NaNPairs":      "na n pairs",
		"HTMLPage":      "html page",
		"noise_ceiling": "noise ceiling",
		"TestLNCFails":  "test lnc fails",
		"baseline":      "baseline",
		"base64":        "base64",
	} {
		if got := strings.Join(words(name), " "); got != want {
			t.Errorf("words(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestMisnamedFindsBannedWords(t *testing.T) {
	words := banned("\n## Not in names\n\n| not | say |\n|---|---|\n| `dsm`, `dsms` | RDM |\n| `metric` | measure |\n\n## Next\n| `fine` | x |\n")
	expect(
		t, misnamed(words, example(
			t,
			"a/a.go", "package a\n\ntype T struct{ MyDSM int }\n\nfunc F(metric int) { dsm := 1; _ = dsm }\n\nvar fine int\n",
		)),
		"a/a.go:3: MyDSM: say RDM", "a/a.go:5: metric: say measure",
	)
}
