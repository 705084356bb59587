package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/study"
	"github.com/isocortex/isocortex/work"
)

// tracker is where people tell that the program is at fault.
const tracker = "https://github.com/isocortex/isocortex/issues"

// complain tells what was wrong and, where there is one, what to try.
func (a *app) complain(err error) {
	var complaints study.Errors
	var panicked *work.PanicError
	switch {
	case a.flags.json || slices.Contains(a.args, "--json"):
		a.complainJSON(err)
	case errors.Is(err, errInterrupted):
		fmt.Fprintln(a.stderr, "isocortex: interrupted")
	case errors.As(err, &complaints):
		fmt.Fprintln(a.stderr, strings.TrimRight(complaints.Error(), "\n"))
	case errors.As(err, &panicked):
		fmt.Fprintf(a.stderr, "isocortex: error: this is a mistake in the program, not in what you did; please report it, with the lines below, at\n"+
			"  %s\nisocortex %s: %s\n%v\n\n%s\n", tracker, result.Version(version), strings.Join(a.args, " "), panicked.Value, panicked.Stack)
	default:
		a.complainEach(err)
	}
}

// complainEach tells every one of joined errors, and every hint once.
func (a *app) complainEach(err error) {
	errs := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		errs = joined.Unwrap()
	}
	var hints []string
	for _, err := range errs {
		fmt.Fprintf(a.stderr, "isocortex: error: %s\n", plain(err))
		if text := hint(err); text != "" && !slices.Contains(hints, text) {
			hints = append(hints, text)
		}
	}
	for _, text := range hints {
		fmt.Fprintf(a.stderr, "isocortex: hint: %s\n", text)
	}
}

// complainJSON is complain for programs: one object.
func (a *app) complainJSON(err error) {
	type complaint struct {
		Path    string `json:"path"`
		Line    int    `json:"line"`
		Column  int    `json:"column"`
		Message string `json:"message"`
		Hint    string `json:"hint,omitempty"`
	}
	object := struct {
		Error      string      `json:"error"`
		Hint       string      `json:"hint,omitempty"`
		Complaints []complaint `json:"complaints,omitempty"` // about a study file, each where it is wrong
	}{Error: plain(err), Hint: hint(err)}
	var found study.Errors
	errors.As(err, &found)
	for _, c := range found {
		object.Complaints = append(object.Complaints, complaint{c.Path, c.Line, c.Column, c.Message, c.Hint})
	}
	_ = json.NewEncoder(a.stderr).Encode(object)
}

// plain writes an error without the name of the system call that failed.
func plain(err error) string {
	text := err.Error()
	var system *fs.PathError
	if errors.As(err, &system) {
		path := system.Path
		if path == "" {
			path = `""`
		}
		text = strings.ReplaceAll(text, system.Error(), path+": "+system.Err.Error())
	}
	return text
}
