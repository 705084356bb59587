package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"github.com/isocortex/isocortex/file"
)

func TestAPanicAsksForAReport(t *testing.T) {
	err := protect(func() error {
		var none []int
		_ = none[len(none)]
		return nil
	})
	var out bytes.Buffer
	a := &app{stderr: &out, args: []string{"rdm", "a.npz"}}
	a.complain(err)
	for _, want := range []string{"isocortex: error: this is a mistake in the program", tracker, "rdm a.npz", "index out of range", "complain_test.go"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, &out)
		}
	}
	if code := exitCode(err, a); code != exitFailed {
		t.Errorf("exit code %d, want %d", code, exitFailed)
	}
}

func TestJoinedErrorsAreToldOneByOneAndHintsOnce(t *testing.T) {
	var out bytes.Buffer
	a := &app{stderr: &out}
	missing := func(path string) error { return &fs.PathError{Op: "open", Path: path, Err: syscall.ENOENT} }
	a.complain(errors.Join(missing("a"), fmt.Errorf("subject 2: %w", missing("b")), file.Malformed("c", 3, "shape", "too long")))
	want := "isocortex: error: a: no such file or directory\n" +
		"isocortex: error: subject 2: b: no such file or directory\n" +
		"isocortex: error: c: byte 3: shape: malformed: too long\n" +
		"isocortex: hint: " + hint(fs.ErrNotExist) + "\n" +
		"isocortex: hint: " + hint(file.ErrMalformed) + "\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", &out, want)
	}
}

func TestEveryHintIsReached(t *testing.T) {
	for _, h := range hints {
		if got := hint(fmt.Errorf("somewhere: %w", h.of)); got != h.text {
			t.Errorf("%v: hint %q, want %q", h.of, got, h.text)
		}
	}
	for ending, text := range foreign {
		if got := hint(file.Unsupported("subject 1"+strings.ToUpper(ending), -1, "format", "strange")); got != text {
			t.Errorf("%s: hint %q, want %q", ending, got, text)
		}
	}
	if got := hint(errors.New("no luck")); got != "" {
		t.Errorf("an error that nobody knows has the hint %q", got)
	}
}

func TestComplaintsAsJSONAreOneObject(t *testing.T) {
	var out bytes.Buffer
	a := &app{stderr: &out, args: []string{"info", "--json"}}
	a.complain(errors.Join(errors.New("one"), errors.New("two")))
	var got map[string]any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil || got["error"] != "one\ntwo" {
		t.Errorf("%s: %v", &out, err)
	}
}
