package eeglab

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/mat"
	"github.com/isocortex/isocortex/recording/recordingtest"
)

// readAll reads a dataset, continuous or not.
func readAll(path string) (recordingtest.Content, error) {
	if c, err := recordingtest.Recording(Open(path, Options{})); err == nil {
		return c, nil
	}
	return recordingtest.Epochs(OpenEpochs(path, Options{}))
}

// load returns the bytes of datasets of every kind.
func load(t testing.TB) map[string][]byte {
	files := map[string][]byte{}
	for name, path := range map[string]string{
		"struct": saved(t, wrapped(continuous())), "open": saved(t, continuous()), "epochs": saved(t, cutUp()),
		"compressed": filepath.Join("testdata", "reference", "continuous.set"), "compressed epochs": filepath.Join("testdata", "reference", "epochs.set"),
		"7.3": filepath.Join("testdata", "reference", "continuous73.set"),
	} {
		files[name] = content(t, path)
	}
	return files
}

// A dataset that was cut or changed is an error, or what it was.
func TestHostile(t *testing.T) {
	var victims []recordingtest.Victim
	for name, whole := range load(t) {
		victims = append(victims, recordingtest.Victim{Name: name + ".set", Data: whole, Read: readAll})
	}
	numbers := numbersOf(3, 8, func(c, i int) float32 { return float32(100*c + i) })
	beside := changed(continuous(), map[string]mat.Value{"data": mat.Text("x.fdt"), "event": happenings()})
	header := content(t, saved(t, beside))
	victims = append(
		victims,
		recordingtest.Victim{Name: "x.fdt", Data: numbers, Beside: map[string][]byte{"x.set": header}, Main: "x.set", Read: readAll},
		recordingtest.Victim{Name: "x.set", Data: header, Beside: map[string][]byte{"x.fdt": numbers}, Read: readAll},
	)
	recordingtest.Hostile(t, victims...)
}

// content returns the bytes of a file.
func content(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// opaque is a variable of MATLAB's newer classes, as MAT files of version 5 hold
// it: without what it means.
func opaque(name, class string) []byte {
	element := func(kind uint32, data []byte) []byte {
		out := binary.LittleEndian.AppendUint32(nil, kind)
		out = binary.LittleEndian.AppendUint32(out, uint32(len(data)))
		out = append(out, data...)
		return append(out, make([]byte, -len(data)&7)...)
	}
	const letters, words, matrix = 1, 6, 14
	return element(matrix, slices.Concat(
		element(words, []byte{17, 0, 0, 0, 0, 0, 0, 0}), element(letters, []byte(name)),
		element(letters, []byte("MCOS")), element(letters, []byte(class)), element(matrix, nil),
	))
}

// Texts that MATLAB keeps as objects are named, with what they are about.
func TestNamesWhatIsOpaque(t *testing.T) {
	for _, field := range []string{"chanlocs", "event", "data"} {
		path := saved(t, changed(continuous(), map[string]mat.Value{field: {}}))
		if err := os.WriteFile(path, append(content(t, path), opaque(field, "string")...), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Open(path, Options{})
		if !errors.Is(err, file.ErrUnsupported) || !strings.Contains(err.Error(), field+" is an object of class \"string\"") {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	for _, whole := range load(f) {
		f.Add(whole)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "x.set")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		_, _ = readAll(path)
	})
}
