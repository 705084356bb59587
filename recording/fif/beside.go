package fif

import (
	"path/filepath"
)

// Beside lists the files that by their names hold how a recording, or epochs, go
// on: name-1.fif and name-2.fif beside name.fif, split-02 beside split-01, as far
// as they are there. Whether they do, the recording says.
//
//	cost     a look at the folder for each
func Beside(path string) (parts []string) {
	for last := path; ; last = parts[len(parts)-1] {
		next := ""
		for _, name := range partNames(filepath.Base(last), 0) {
			if there := filepath.Join(filepath.Dir(path), name); next == "" && exists(there) {
				next = there
			}
		}
		if next == "" {
			return parts
		}
		parts = append(parts, next)
	}
}
