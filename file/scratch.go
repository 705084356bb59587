package file

import (
	"os"
	"path/filepath"
	"strings"
)

// scratchName begins the names of scratch files.
const scratchName = ".isocortex-scratch-"

// Scratch makes a file for what one program needs for a while, in a folder that
// is made if need be. Its name goes at once where the system allows that, so
// that nothing is left of it when the program ends, however it ends; else it goes
// with [RemoveScratch], or when the next program makes one.
func Scratch(folder string) (*os.File, error) {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), scratchName) {
			_ = os.Remove(filepath.Join(folder, entry.Name())) // one in use keeps its name, or does not need it
		}
	}
	f, err := os.CreateTemp(folder, scratchName)
	if err == nil {
		_ = os.Remove(f.Name())
	}
	return f, err
}

// RemoveScratch closes a scratch file and removes it.
func RemoveScratch(f *os.File) error {
	err := f.Close()
	_ = os.Remove(f.Name()) // it may be gone
	return err
}

// Free returns the bytes that can still be written on the disk of a folder, or of
// the nearest one above it that exists; known is false where the system does not
// say.
func Free(folder string) (bytes int64, known bool) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return 0, false
	}
	for {
		if _, err := os.Stat(folder); err == nil {
			return free(folder)
		}
		above := filepath.Dir(folder)
		if above == folder {
			return 0, false
		}
		folder = above
	}
}
