package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/isocortex/isocortex/work"
)

// A screen shows how far the work is: on a terminal in one line per task that
// is written over, elsewhere in a line now and then. The zero screen shows
// nothing.
type screen struct {
	mutex    sync.Mutex
	out      io.Writer
	terminal bool
	task     string    // the last one shown
	line     int       // characters of the line that the cursor stands in
	told     time.Time // when a line was last written where there is no terminal
}

// pause is the time between two lines where there is no terminal.
const pause = 10 * time.Second

// start makes s write to out.
func (s *screen) start(out io.Writer) {
	s.out, s.told = out, time.Now()
	if f, ok := out.(*os.File); ok {
		info, err := f.Stat()
		s.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
}

// show tells of progress.
func (s *screen) show(p work.Progress) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.terminal {
		s.overwrite(p)
		return
	}
	// A task that is done again and again is told once.
	if first := p.Done == p.Total && p.Task != s.task; first || time.Since(s.told) > pause {
		s.task, s.told = p.Task, time.Now()
		fmt.Fprintln(s.out, describe(p))
	}
}

// overwrite replaces the line of the same task, or begins one.
func (s *screen) overwrite(p work.Progress) {
	text := describe(p)
	if s.line > 0 && p.Task != s.task {
		fmt.Fprintln(s.out)
		s.line = 0
	}
	s.task = p.Task
	length := utf8.RuneCountInString(text)
	fmt.Fprintf(s.out, "\r%s%s", text, strings.Repeat(" ", max(0, s.line-length)))
	s.line = length
}

// leave ends the line that the cursor stands in.
func (s *screen) leave() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.line > 0 {
		fmt.Fprintln(s.out)
		s.line = 0
	}
}

// describe writes progress in less than a line: "compare  12/488  3s left",
// "activations of alexnet  48/1000 pictures  9.7/s  1m38s left".
func describe(p work.Progress) string {
	task := []rune(p.Task)
	text := fmt.Sprintf("%s  %d/%d", string(task[:min(len(task), width/2)]), p.Done, p.Total)
	if p.Unit != "" {
		text += " " + p.Unit
		if p.Done > p.Before {
			text += fmt.Sprintf("  %.3g/s", p.Rate())
		}
	}
	if left := p.Left(); left >= time.Second {
		text += "  " + left.Round(time.Second).String() + " left"
	}
	return text
}
