package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

var update = flag.Bool("update", false, "write licenses.txt anew")

// systems are those that the program is built for. A module may be inside on
// one of them only.
var systems = []string{"linux", "darwin", "windows"}

// A linked module is one whose code is in the program.
type linked struct{ path, version, folder string }

// modules lists the modules in the program for a system, in the order of their
// paths.
func modules(t *testing.T, system string) []linked {
	t.Helper()
	list := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}", ".")
	list.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []linked
	for line := range strings.Lines(string(out)) {
		column := strings.Split(strings.TrimSpace(line), "\t")
		if len(column) == 3 && column[1] != "" { // the project itself has no version
			all = append(all, linked{column[0], column[1], column[2]})
		}
	}
	slices.SortFunc(all, func(a, b linked) int { return strings.Compare(a.path, b.path) })
	return slices.Compact(all)
}

// terms reads the licenses of a module: the files at its top and in folders of
// licenses. Of the two licenses that freetype offers, the program takes its own.
func (m linked) terms(t *testing.T) string {
	t.Helper()
	var texts []string
	for _, pattern := range []string{"LICENSE*", "COPYING*", "NOTICE*", "THIRD_PARTY_LICENSES/*", "licenses/ftl.txt"} {
		paths, err := filepath.Glob(filepath.Join(m.folder, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			if info, err := os.Stat(path); err != nil || info.IsDir() {
				continue
			}
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			texts = append(texts, tidy(text))
		}
	}
	if texts == nil {
		t.Fatalf("%s: no license in %s", m.path, m.folder)
	}
	return strings.Join(texts, "\n")
}

// tidy writes a text in UTF-8, with one kind of line end and nothing behind its
// lines.
func tidy(text []byte) string {
	var out strings.Builder
	if !utf8.Valid(text) { // one of the texts is in Latin-1
		runes := make([]rune, len(text))
		for i, b := range text {
			runes[i] = rune(b)
		}
		text = []byte(string(runes))
	}
	for line := range bytes.Lines(bytes.TrimSpace(text)) {
		out.WriteString(strings.TrimRight(string(line), " \t\r\n\f") + "\n")
	}
	return out.String()
}

// heading is the line above the license of a module.
func (m linked) heading() string { return fmt.Sprintf("%s %s", m.path, m.version) }

// everything writes licenses.txt: the license of the project, then each text
// once, below the modules that come with it.
func everything(t *testing.T) string {
	t.Helper()
	project, err := os.ReadFile(filepath.Join("..", "..", "LICENSE"))
	if err != nil {
		t.Fatal(err)
	}
	var all []linked
	for _, system := range systems {
		all = append(all, modules(t, system)...)
	}
	slices.SortFunc(all, func(a, b linked) int { return strings.Compare(a.path, b.path) })
	var order []string
	under := map[string][]string{}
	for _, m := range slices.Compact(all) {
		terms := m.terms(t)
		if under[terms] == nil {
			order = append(order, terms)
		}
		under[terms] = append(under[terms], m.heading())
		if m.path == "golang.org/x/sys" {
			under[terms] = append(under[terms], "the standard library of Go")
		}
	}
	rule := strings.Repeat("=", 79) + "\n"
	var text strings.Builder
	text.WriteString(rule + "isocortex\n" + rule + "\n" + tidy(project))
	for _, terms := range order {
		text.WriteString("\n" + rule + strings.Join(under[terms], "\n") + "\n" + rule + "\n" + terms)
	}
	return text.String()
}

func TestLicensesOfAllThatIsInside(t *testing.T) {
	if *update {
		if err := os.WriteFile("licenses.txt", []byte(everything(t)), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	committed, err := os.ReadFile("licenses.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range modules(t, systems[0]) {
		switch {
		case !strings.Contains(string(committed), "\n"+m.heading()+"\n"):
			t.Errorf("%s is inside and not in licenses.txt: run 'go generate ./cmd/isocortex'", m.heading())
		case !strings.Contains(string(committed), m.terms(t)):
			t.Errorf("%s: licenses.txt does not hold its license: run 'go generate ./cmd/isocortex'", m.heading())
		}
	}
}
