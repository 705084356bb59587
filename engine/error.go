package engine

import (
	"errors"
	"fmt"
	"strings"
)

// Ways in which a library can be of no use. Test for them with errors.Is.
var (
	// ErrMissing says that there is no file.
	ErrMissing = errors.New("no such library")
	// ErrNotLibrary says that the file is not an ONNX Runtime library.
	ErrNotLibrary = errors.New("not an ONNX Runtime library")
	// ErrArchitecture says that the library is for another kind of machine.
	ErrArchitecture = errors.New("built for another machine")
	// ErrTooOld says that the library lacks functions that are needed.
	ErrTooOld = errors.New("too old")
)

// ErrClosed is returned by an engine or session that was used after Close.
var ErrClosed = errors.New("engine: used after Close")

// A LibraryError says why the library at Path cannot be used.
type LibraryError struct {
	Path string
	Err  error // wraps one of ErrMissing, ErrNotLibrary, ErrArchitecture, ErrTooOld
}

// Error names the library and what is wrong with it.
func (e *LibraryError) Error() string { return fmt.Sprintf("ONNX Runtime %s: %v", e.Path, e.Err) }

// Unwrap returns what is wrong.
func (e *LibraryError) Unwrap() error { return e.Err }

// refuse returns a LibraryError of one kind with the facts.
func refuse(path string, kind error, format string, facts ...any) error {
	return &LibraryError{path, fmt.Errorf("%w: %w", kind, fmt.Errorf(format, facts...))}
}

// A Code is the library's own classification of a failure.
type Code int

// codeNames are the codes of OrtErrorCode by value.
var codeNames = [...]string{
	"ok", "failure", "invalid argument", "no such file", "no model", "engine error", "exception", "invalid protobuf",
	"model loaded", "not implemented", "invalid graph", "execution provider failed", "load canceled",
	"model requires compilation", "not found",
}

// String returns the code in words.
func (c Code) String() string {
	if c < 0 || int(c) >= len(codeNames) {
		return fmt.Sprintf("code %d", int(c))
	}
	return codeNames[c]
}

// A RunError is a failure that the library reports: a graph it cannot build, an
// operator that fails.
type RunError struct {
	Code    Code
	Message string // the library's own text, which names the node
}

// Error gives the library's text.
func (e *RunError) Error() string {
	return fmt.Sprintf("ONNX Runtime: %s: %s", e.Code, strings.TrimSpace(e.Message))
}

// A TensorError says that a tensor does not fit the port it was given to.
type TensorError struct {
	Port   string // name of the input or output
	Wanted string // type and shape of the port, "float32 [? 3 224 224]"
	Given  string // type and shape of the tensor
	Reason string // further facts, may be empty
}

// Error names the port, what it takes and what it was given.
func (e *TensorError) Error() string {
	text := fmt.Sprintf("engine: %s is %s, given %s", e.Port, e.Wanted, e.Given)
	if e.Reason != "" {
		text += ": " + e.Reason
	}
	return text
}
