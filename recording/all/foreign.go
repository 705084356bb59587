package all

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/isocortex/isocortex/file"
)

// foreigners are recordings of systems whose formats are not read, by what their
// names end in or what is in their folders.
var foreigners = []struct {
	system  string
	endings []string
	holds   string // a file in a folder
	reader  string // of MNE-Python
}{
	{"CTF", []string{".ds", ".meg4", ".res4"}, "*.res4", "read_raw_ctf"},
	{"EGI", []string{".mff"}, "signal1.bin", "read_raw_egi"},
	{"BTi (4D)", []string{",rfdc", ",rfhp0.1hz", ",rfhp1.0hz"}, "c,rf*", "read_raw_bti"},
	{"KIT (Yokogawa)", []string{".con", ".sqd"}, "", "read_raw_kit"},
	{"Neuroscan", []string{".cnt"}, "", "read_raw_cnt"},
	{"Curry", []string{".cdt"}, "", "read_raw_curry"},
	{"Persyst", []string{".lay"}, "", "read_raw_persyst"},
	{"Nicolet", []string{".head"}, "", "read_raw_nicolet"},
}

// Foreign returns an error for a recording whose format is not read, with how to
// convert it: FIF keeps channels, places and events. It returns nil for all other
// files and folders.
func Foreign(path string) error {
	name := strings.ToLower(filepath.Base(filepath.Clean(path)))
	info, err := os.Stat(path)
	if err != nil {
		return nil // is told by who opens it
	}
	for _, f := range foreigners {
		found := info.IsDir() && f.holds != "" && holds(path, f.holds)
		for _, ending := range f.endings {
			found = found || strings.HasSuffix(name, ending)
		}
		if found {
			return file.Unsupported(path, -1, "format", "a recording of %s, which is not read: convert it to FIF, as mne.io.%s(%q).save(\"x_raw.fif\") of MNE-Python does",
				f.system, f.reader, filepath.Base(path))
		}
	}
	return nil
}

// holds reports whether a folder has a file whose name is like the pattern.
func holds(folder, pattern string) bool {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return false
	}
	for _, e := range entries {
		if like, _ := filepath.Match(pattern, e.Name()); like {
			return true
		}
	}
	return false
}
