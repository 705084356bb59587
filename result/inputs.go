package result

import (
	"cmp"
	"path/filepath"
	"slices"

	"github.com/isocortex/isocortex/fingerprint"
)

// An Input is a file or folder that results were made from.
type Input struct {
	Path   string `json:"path"`   // relative to the study, or the bare name of what lies elsewhere
	SHA256 string `json:"sha256"` // as package fingerprint defines it
	Bytes  int64  `json:"bytes"`
}

// Inputs records prints by path, each once. Paths below the folder root are
// recorded relative to it, others by name alone.
func Inputs(root string, prints []fingerprint.Print) []Input {
	inputs := make([]Input, len(prints))
	for i, p := range prints {
		inputs[i] = Input{recorded(root, p.Path), p.SHA256, p.Bytes}
	}
	slices.SortStableFunc(inputs, func(a, b Input) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.SHA256, b.SHA256)) })
	return slices.Compact(inputs)
}

// recorded returns the path of an input as others may see it.
func recorded(root, path string) string {
	absoluteRoot, err1 := filepath.Abs(root)
	absolute, err2 := filepath.Abs(path)
	if err1 == nil && err2 == nil {
		if relative, err := filepath.Rel(absoluteRoot, absolute); err == nil && filepath.IsLocal(relative) && relative != "." {
			return filepath.ToSlash(relative)
		}
	}
	return filepath.Base(absolute)
}
