package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
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
	var place *file.ParseError
	if errors.As(err, &place) && errors.Is(err, file.ErrUnsupported) {
		if text := foreign[strings.ToLower(filepath.Ext(place.Path))]; text != "" {
			return text
		}
	}
	if place != nil && slices.Contains(texts, strings.ToLower(filepath.Ext(place.Path))) {
		return "" // a person wrote it, and the error says the line
	}
	for _, h := range hints {
		if errors.Is(err, h.of) {
			return h.text
		}
	}
	return ""
}

// texts are endings of files that people write by hand.
var texts = []string{".tsv", ".csv", ".txt"}

// What to do with files that people have and this program does not read.
const (
	asArrays = "save its arrays as .npy, .mat or .h5: numpy.save in Python, save in MATLAB"
	asPNG    = "save pictures as PNG"
	asONNX   = "export the network as ONNX: torch.onnx.export in PyTorch, tf2onnx for TensorFlow"
)

// foreign says what to do with files of other programs, by ending.
var foreign = map[string]string{
	".yaml": "'isocortex check' shows a study", ".yml": "'isocortex check' shows a study",
	".pth": asONNX, ".pt": asONNX, ".safetensors": asONNX, ".h5": asArrays + "; of a network, " + asONNX, ".pb": asONNX, ".keras": asONNX,
	".mat": asArrays, ".hdf5": asArrays, ".csv": asArrays, ".tsv": asArrays, ".txt": asArrays, ".pkl": asArrays,
	".fif": asArrays, ".edf": asArrays, ".bdf": asArrays, ".set": asArrays, ".vhdr": asArrays, ".nii": asArrays, ".gz": asArrays,
	".heic": asPNG, ".avif": asPNG, ".jp2": asPNG, ".psd": asPNG, ".svg": asPNG, ".pgm": asPNG, ".ppm": asPNG,
	".html": "open it in a browser, or its folder with 'isocortex view'",
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
	{syscall.ENOSPC, "the disk is full: make room, or choose another place with -o (networks pull: --to)"},
	{syscall.EROFS, "nothing can be written there: choose another place with -o; what 'run' keeps goes where --cache says"},
	{syscall.ENAMETOOLONG, "a name is too long for a file: show a layer under a shorter one, as in --layers shown=layer"},
	{syscall.EADDRINUSE, "another program has this port: leave --port out, and a free one is found"},
	{syscall.EMFILE, "too many files are open: raise the limit with 'ulimit -n 4096'"},
}
