package step

import (
	"path/filepath"
	"slices"

	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/all"
	"github.com/isocortex/isocortex/recording/fif"
)

// WholeRecordings leaves out of a list of recordings, such as all that match a
// pattern, those files that hold how another of them goes on: they are read with
// the first.
//
//	cost     a header is read where the name of a file says that it may be such
func WholeRecordings(paths []string) []string {
	var parts []string
	for _, path := range paths {
		listed := func(other string) bool { return slices.Contains(paths, other) }
		if slices.ContainsFunc(fif.Beside(path), listed) {
			parts = append(parts, furtherParts(path)...)
		}
	}
	return slices.DeleteFunc(slices.Clone(paths), func(path string) bool { return slices.Contains(parts, filepath.Clean(path)) })
}

// furtherParts lists the files in which a recording, or epochs, go on; none of what
// cannot be read, which is told where it is.
func furtherParts(path string) (parts []string) {
	var h *recording.Header
	if r, err := all.Open(path, all.Options{}); err == nil {
		defer r.Close()
		h = r.Header()
	} else if e, err := all.OpenEpochs(path, all.Options{}); err == nil {
		defer e.Close()
		h = &e.Header().Header
	} else {
		return nil
	}
	for _, part := range h.Parts[1:] {
		parts = append(parts, filepath.Clean(part))
	}
	return parts
}
