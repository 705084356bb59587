package fieldtrip

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/seed"
)

// exercise reads all there is in a file; what it returns is not about the file.
func exercise(path string) (whole bool, err error) {
	e, err := OpenEpochs(path, Options{})
	if err != nil {
		return false, foreign(err)
	}
	defer e.Close()
	h := e.Header()
	if len(h.Trials)*h.Length > 1<<20 {
		return false, nil
	}
	row := make([]float64, h.Length)
	for i := range h.Trials {
		for c := range h.Channels {
			if err := e.Read(row, []int{i}, []int{c}); err != nil {
				return false, foreign(err)
			}
		}
	}
	if r, err := Open(path, Options{}); err == nil {
		defer r.Close()
		return true, r.Read(row[:1], []int{0}, recording.Window{To: 1})
	}
	return true, nil
}

// foreign returns err if it does not say what is wrong with the file.
func foreign(err error) error {
	if errors.Is(err, file.ErrMalformed) || errors.Is(err, file.ErrUnsupported) || strings.Contains(err.Error(), "both named") {
		return nil
	}
	return err
}

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

// A file that was cut anywhere is refused, or nothing that is read of it lay
// behind the cut.
func TestCutFiles(t *testing.T) {
	places := 60
	if os.Getenv("ISOCORTEX_LONG") != "" {
		places = 1000
	}
	path := filepath.Join(t.TempDir(), "cut.mat")
	for name, data := range contents(t) {
		for i := range places {
			n := i * len(data) / places
			if err := os.WriteFile(path, data[:n], 0o600); err != nil {
				t.Fatal(err)
			}
			whole, err := exercise(path)
			if err != nil {
				t.Fatalf("%s cut to %d of %d bytes: %v", name, n, len(data), err)
			}
			if whole {
				t.Errorf("%s cut to %d of %d bytes is read as if it were whole", name, n, len(data))
			}
		}
	}
}

// No change of bytes makes the reader panic, or say anything but what is wrong
// with the file.
func TestMutations(t *testing.T) {
	rounds := 200
	if os.Getenv("ISOCORTEX_LONG") != "" {
		rounds = 4_000 // of up to four bytes, in each of three files
	}
	stream := seed.Stream(1, "mutations", 0)
	path := filepath.Join(t.TempDir(), "changed.mat")
	for name, original := range contents(t) {
		for i := range rounds {
			data := append([]byte{}, original...)
			for range 1 + stream.IntN(4) {
				data[stream.IntN(len(data))] = byte(stream.IntN(256))
			}
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := exercise(path); err != nil {
				t.Fatalf("mutation %d of %s: %v", i, name, err)
			}
		}
	}
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
		if _, err := exercise(path); err != nil {
			t.Error(err)
		}
	})
}
