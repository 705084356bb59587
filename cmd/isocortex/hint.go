package main

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/file"
)

// hint returns what to try next, or "". The general advice of the program is
// here; what depends on a place in a file is said there.
func hint(err error) string {
	var usage usageError
	if errors.As(err, &usage) {
		return fmt.Sprintf("'%s --help' shows how it goes", usage.path)
	}
	var library *engine.LibraryError
	if errors.As(err, &library) {
		return "--onnxruntime FILE or ISOCORTEX_ONNXRUNTIME names the engine; without them the one inside the program is used, which 'make build' puts there"
	}
	for _, h := range hints {
		if errors.Is(err, h.of) {
			return h.text
		}
	}
	return ""
}

// hints says what to try after the errors that have nothing to do with brains;
// the first that fits is shown.
var hints = []struct {
	of   error
	text string
}{
	{file.ErrUnsupported, "the file may be fine, but not for this program: save what it holds in one of the formats in the section Files of the README"},
	{file.ErrMalformed, "the file may be damaged or not wholly copied: compare its size with the original"},
	{fs.ErrNotExist, "paths are relative to where you are; those in a study file to the file itself"},
	{fs.ErrPermission, "see who may read and write there, with 'ls -l'"},
	{syscall.EISDIR, "this is a folder, and a file is wanted"},
	{syscall.ENOTDIR, "a part of the path is a file, and a folder is wanted"},
	{syscall.ENOSPC, "the disk is full: make room, or choose another place with -o"},
	{syscall.EADDRINUSE, "another program has this port: leave --port out, and a free one is found"},
	{syscall.EMFILE, "too many files are open: raise the limit with 'ulimit -n 4096'"},
}
