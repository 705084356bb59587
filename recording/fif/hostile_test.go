package fif

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"

	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/recordingtest"
)

// content is what a reader of something other than a signal returns.
func content[T any](read func(path string) (T, error)) func(path string) (recordingtest.Content, error) {
	return func(path string) (recordingtest.Content, error) {
		found, err := read(path)
		return recordingtest.Content{About: found}, err
	}
}

func readRaw(path string) (recordingtest.Content, error) {
	return recordingtest.Recording(Open(path, Options{}))
}

func readEpochs(path string) (recordingtest.Content, error) {
	return recordingtest.Epochs(OpenEpochs(path, Options{}))
}

// load returns the bytes of a file.
func load(t testing.TB, elements ...string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(elements...))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// compressed returns what gzip makes of data.
func compressed(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// victims are files of everything that is read.
func victims(t testing.TB) []recordingtest.Victim {
	t.Helper()
	folder := t.TempDir()
	for _, err := range []error{
		Write(filepath.Join(folder, "raw.fif"), small(t, 300), WriteOptions{}),
		Write(filepath.Join(folder, "split.fif"), small(t, 500), WriteOptions{Precision: Double, Largest: 12000}),
		WriteEpochs(filepath.Join(folder, "x-epo.fif"), cutUp(small(t, 100)), WriteOptions{Precision: Double}),
		WriteEpochs(filepath.Join(folder, "parts-epo.fif"), cutUp(small(t, 100)), WriteOptions{Largest: 1200}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	raw := load(t, folder, "raw.fif")
	reference := func(name string) []byte { return load(t, "testdata", "reference", name) }
	return []recordingtest.Victim{
		{Name: "raw.fif", Data: raw, Read: readRaw},
		{Name: "raw.fif.gz", Data: compressed(t, raw), Read: readRaw},
		{Name: "mne_raw.fif", Data: reference("mixed_raw.fif"), Read: readRaw},
		{Name: "split.fif", Data: load(t, folder, "split.fif"), Beside: map[string][]byte{"split-1.fif": load(t, folder, "split-1.fif")}, Read: readRaw},
		{Name: "split-1.fif", Data: load(t, folder, "split-1.fif"), Beside: map[string][]byte{"split.fif": load(t, folder, "split.fif")}, Main: "split.fif", Read: readRaw},
		{Name: "x-epo.fif", Data: load(t, folder, "x-epo.fif"), Read: readEpochs},
		{Name: "parts-epo-1.fif", Data: load(t, folder, "parts-epo-1.fif"), Beside: map[string][]byte{"parts-epo.fif": load(t, folder, "parts-epo.fif"), "parts-epo-2.fif": load(t, folder, "parts-epo-2.fif")}, Main: "parts-epo.fif", Read: readEpochs},
		{Name: "x-ica.fif", Data: reference("projected-ica.fif"), Read: content(ReadICA)},
		{Name: "x-ave.fif", Data: reference("small-ave.fif"), Read: content(Averages)},
		{Name: "x-cov.fif", Data: reference("small-cov.fif"), Read: content(ReadCovariance)},
		{Name: "x-proj.fif", Data: reference("small-proj.fif"), Read: content(Projections)},
		{Name: "x-eve.fif", Data: reference("small-eve.fif"), Read: content(Events)},
	}
}

func TestHostile(t *testing.T) { recordingtest.Hostile(t, victims(t)...) }

func FuzzOpen(f *testing.F) {
	for _, v := range victims(f) {
		f.Add(v.Data)
	}
	path := filepath.Join(f.TempDir(), "fuzz.fif")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if r, err := Open(path, Options{Shielded: true}); err == nil {
			w := recording.Window{To: recording.Stored(min(r.Header().Length, 1000))}
			if err := r.Read(make([]float64, w.Len()), []int{0}, w); err != nil {
				t.Error(err)
			}
			r.Close()
		}
		_, _ = readEpochs(path)
		_, _ = Averages(path)
		_, _ = ReadCovariance(path)
		_, _ = Projections(path)
		_, _ = Events(path)
		_, _ = ReadICA(path)
	})
}
