package fieldtrip

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/isocortex/isocortex/recording/recordingtest"
)

// contents are files of every form.
func contents(t testing.TB) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	for _, path := range []string{filepath.Join("testdata", "reference", "trials_v7.mat"), filepath.Join("testdata", "reference", "trials_v73.mat"), save(t, structure())} {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		found[filepath.Base(path)] = data
	}
	return found
}

// A file that was cut anywhere is refused; what was changed is told, or other
// trials.
func TestHostile(t *testing.T) {
	var victims []recordingtest.Victim
	for name, data := range contents(t) {
		victims = append(victims, recordingtest.Victim{Name: name, Data: data, Read: readAll})
	}
	recordingtest.Hostile(t, victims...)
}

// readAll reads the trials of a file.
func readAll(path string) (recordingtest.Content, error) {
	return recordingtest.Epochs(OpenEpochs(path, Options{}))
}

func FuzzOpen(f *testing.F) {
	for _, data := range contents(f) {
		f.Add(data)
	}
	path := filepath.Join(f.TempDir(), "fuzz.mat")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		_, _ = readAll(path)
		_, _ = recordingtest.Recording(Open(path, Options{}))
	})
}
