package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// tree holds functions of the given length in lines, and a file of 501 lines.
func tree(lengths ...int) fstest.MapFS {
	text := "package a\n"
	for i, lines := range lengths {
		text += fmt.Sprintf("\nfunc f%d() {%s}\n", i, strings.Repeat("\n", lines-1))
	}
	return fstest.MapFS{
		"a/a.go":          {Data: []byte(text)},
		"a/testdata/x.go": {Data: []byte("not Go")},
	}
}

func Example() {
	measured, _ := measure(tree(slices.Concat(slices.Repeat([]int{13}, 20), []int{41, 81})...))
	measured.table(os.Stdout)
	measured.offenders(os.Stdout, false)
	// Output:
	// package                    code  tests  functions  median    90 %  longest
	// a                           405      0         22      13      13       81
	// all                         405      0         22      13      13       81
	// budget                                                 12      40       80
	// a/a.go:325: f21: 81 lines, at most 80 unless its comment says "Long because"
	// a: median of 13 lines, at most 12
	// a/a.go:283: f20: 41 lines, nine of ten have at most 40
}

func TestCheckFailsBeyondTheLastLimit(t *testing.T) {
	long := func(lines int, comment string) string {
		return "package a\n\n" + comment + "func f() {" + strings.Repeat("\n", lines-1) + "}\n"
	}
	for _, c := range []struct {
		name, text, want string
	}{
		{"a.go", long(80, ""), ""},
		{"a.go", long(81, ""), "a.go:3: f: 81 lines"},
		{"a.go", long(81, "// f is a table.\n// Long because of the format.\n"), ""},
		{"a_test.go", long(600, ""), ""},
		{"a.go", "package a\n" + strings.Repeat("\n", 499), ""},
		{"a.go", "package a\n" + strings.Repeat("\n", 500), "a.go: 501 lines"},
	} {
		measured, err := measure(fstest.MapFS{c.name: {Data: []byte(c.text)}})
		if err != nil {
			t.Fatal(err)
		}
		var said strings.Builder
		failed := measured.offenders(&said, true)
		if failed != (c.want != "") || !strings.HasPrefix(said.String(), c.want) {
			t.Errorf("failed: %v, said %q, want %q", failed, said.String(), c.want)
		}
	}
}

func TestParametersLeaveOutTheContext(t *testing.T) {
	measured, err := measure(fstest.MapFS{"a.go": {Data: []byte(
		"package a\nfunc f(ctx context.Context, a, b int, c string) {}\nfunc g(int, string) {}\n",
	)}})
	if err != nil {
		t.Fatal(err)
	}
	if got := [2]int{measured.functions[0].parameters, measured.functions[1].parameters}; got != [2]int{3, 2} {
		t.Errorf("parameters = %v, want [3 2]", got)
	}
}
