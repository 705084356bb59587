package eeglab

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/mat"
	"github.com/isocortex/isocortex/recording"
)

// outcome is all that is read from a dataset.
type outcome struct {
	Header recording.Header
	Epochs *recording.EpochsHeader
	Signal []float64
}

// readAll reads a dataset, continuous or not.
func readAll(t testing.TB, path string) (outcome, error) {
	if r, err := Open(path, Options{}); err == nil {
		defer r.Close()
		return outcome{Header: *r.Header(), Signal: contents(t, r)}, nil
	}
	e, err := OpenEpochs(path, Options{})
	if err != nil {
		return outcome{}, err
	}
	defer e.Close()
	h := e.Header()
	every := h.Pick(func(recording.Channel) bool { return true })
	epochs := make([]int, len(h.Trials))
	for i := range epochs {
		epochs[i] = i
	}
	signal := make([]float64, len(epochs)*len(every)*h.Length)
	if err := e.Read(signal, epochs, every); err != nil {
		t.Fatal(err)
	}
	return outcome{Header: h.Header, Epochs: h, Signal: signal}, nil
}

// load returns the bytes of datasets of every kind.
func load(t testing.TB) map[string][]byte {
	files := map[string][]byte{}
	for name, path := range map[string]string{
		"struct": saved(t, wrapped(continuous())), "open": saved(t, continuous()), "epochs": saved(t, cutUp()),
		"compressed": filepath.Join("testdata", "reference", "continuous.set"), "compressed epochs": filepath.Join("testdata", "reference", "epochs.set"),
		"7.3": filepath.Join("testdata", "reference", "continuous73.set"),
	} {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = data
	}
	return files
}

// A dataset that was cut anywhere is an error, or all of it.
func TestCutFiles(t *testing.T) {
	places := 30
	if os.Getenv("ISOCORTEX_LONG") != "" {
		places = 1000
	}
	cut := filepath.Join(t.TempDir(), "cut.set")
	for name, whole := range load(t) {
		if err := os.WriteFile(cut, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		want, err := readAll(t, cut)
		if err != nil {
			t.Fatal(err)
		}
		for n := 0; n < len(whole); n += 1 + len(whole)/places {
			if err := os.WriteFile(cut, whole[:n], 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := readAll(t, cut)
			if err == nil && !cmp.Equal(want, got, cmpopts.EquateNaNs()) {
				t.Errorf("%s: cut to %d of %d bytes it is something else, without a word", name, n, len(whole))
			}
		}
	}
}

// Bytes at random make an error or another dataset, never a panic.
func TestSurvivesMutations(t *testing.T) {
	mutations := 25
	if os.Getenv("ISOCORTEX_LONG") != "" {
		mutations = 2000 // of each of six files
	}
	random := rand.New(rand.NewPCG(1, 2))
	path := filepath.Join(t.TempDir(), "x.set")
	for _, whole := range load(t) {
		for range mutations {
			data := bytes.Clone(whole)
			for range 1 + random.IntN(4) {
				data[random.IntN(len(data))] = byte(random.Uint32())
			}
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := readAll(t, path)
			if errors.Is(err, os.ErrNotExist) {
				t.Fatal(err)
			}
		}
	}
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
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, append(data, opaque(field, "string")...), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err = Open(path, Options{})
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
		readAll(t, path)
	})
}
