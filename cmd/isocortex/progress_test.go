package main

import (
	"bytes"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/isocortex/isocortex/work"
)

// reports are two tasks, the first of which is done twice.
var reports = []work.Progress{
	{Task: "RDMs", Done: 0, Total: 20},
	{Task: "RDMs", Done: 5, Total: 20, Elapsed: 10 * time.Second},
	{Task: "RDMs", Done: 20, Total: 20, Elapsed: 30 * time.Second},
	{Task: "RDMs", Done: 20, Total: 20},
	{Task: "compare", Done: 1, Total: 1},
}

func TestProgressOnATerminalIsWrittenOver(t *testing.T) {
	var out bytes.Buffer
	s := screen{out: &out, terminal: true}
	for _, p := range reports {
		s.show(p)
	}
	s.leave()
	s.leave()
	want := "\rRDMs  0/20" +
		"\rRDMs  5/20  30s left" +
		"\rRDMs  20/20         " +
		"\rRDMs  20/20" +
		"\n\rcompare  1/1\n"
	if out.String() != want {
		t.Errorf("got  %q\nwant %q", &out, want)
	}
}

func TestProgressElsewhereIsSparse(t *testing.T) {
	var out bytes.Buffer
	var s screen
	s.start(&out)
	for _, p := range reports {
		s.show(p)
	}
	if want := "RDMs  20/20\ncompare  1/1\n"; out.String() != want {
		t.Errorf("got  %q\nwant %q", &out, want)
	}
	s.told = time.Now().Add(-2 * pause)
	s.show(work.Progress{Task: "compare", Done: 1, Total: 2})
	if want := "RDMs  20/20\ncompare  1/1\ncompare  1/2\n"; out.String() != want {
		t.Errorf("after a pause: got  %q\nwant %q", &out, want)
	}
}

func TestAFileIsNoTerminal(t *testing.T) {
	var s screen
	s.start(new(bytes.Buffer))
	if s.terminal {
		t.Error("a buffer passes for a terminal")
	}
}

func TestResultsAndWarningsBeginOnALineOfTheirOwn(t *testing.T) {
	var out bytes.Buffer
	a := &app{stdout: &out, stderr: &out}
	a.screen = screen{out: &out, terminal: true}
	a.screen.show(work.Progress{Task: "RDMs", Done: 1, Total: 1})
	a.warn("careful")
	a.screen.show(work.Progress{Task: "compare", Done: 1, Total: 1})
	if err := a.print(nil, func(w io.Writer) { fmt.Fprintln(w, "0.5") }); err != nil {
		t.Fatal(err)
	}
	if want := "\rRDMs  1/1\nisocortex: warning: careful\n\rcompare  1/1\n0.5\n"; out.String() != want {
		t.Errorf("got  %q\nwant %q", &out, want)
	}
}
