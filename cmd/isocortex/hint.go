package main

import (
	"errors"
	"io/fs"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/file"
)

// hint returns what to try next, or "". The general advice of the program is
// here; what depends on a place in a file is said there.
func hint(err error) string {
	var library *engine.LibraryError
	switch {
	case errors.As(err, &library):
		return "build with 'make build', which puts the engine inside, or name another with --onnxruntime FILE or ISOCORTEX_ONNXRUNTIME"
	case errors.Is(err, file.ErrUnsupported):
		return "'isocortex info FILE' shows what this program sees in a file"
	case errors.Is(err, file.ErrMalformed):
		return "the file may be damaged or not wholly copied: compare its size with the original"
	case errors.Is(err, fs.ErrNotExist):
		return "paths are relative to where you are; those in a study file to the file itself"
	default:
		return ""
	}
}
