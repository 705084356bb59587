package brainvision

import (
	"bytes"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isocortex/isocortex/recording"
)

// files are those of a recording.
type files struct{ header, markers, numbers []byte }

// load returns the files of a written recording.
func load(t testing.TB, length int) files {
	path := written(t, small(t, length))
	at := func(ending string) []byte { return content(t, strings.Replace(path, ".vhdr", ending, 1)) }
	return files{at(".vhdr"), at(".vmrk"), at(".eeg")}
}

// parse reads files that are in memory as Open does.
func (f files) parse() (*Recording, error) {
	t, err := parseText("x.vhdr", "Header", f.header)
	if err != nil {
		return nil, err
	}
	s, err := readSetup(t)
	if err != nil {
		return nil, err
	}
	signal, err := s.numbers("x.eeg", f.numbers)
	if err != nil {
		return nil, err
	}
	h := s.header("x.eeg")
	h.Length = signal.length
	marks, err := parseText("x.vmrk", "Marker", f.markers)
	if err != nil {
		return nil, err
	}
	list, err := s.readMarkers(marks)
	if err != nil {
		return nil, err
	}
	s.annotate(h, list)
	h.Warnings = append(t.warnings, marks.warnings...)
	return &Recording{header: h, signal: signal}, h.Valid()
}

// A header that was cut is an error or a warning, or has the whole signal: where
// electrodes and filters stand is behind it. Markers that were cut at the end of
// a line are fewer, which nothing in the files tells. Numbers have to be whole.
func TestCutFiles(t *testing.T) {
	whole := load(t, 60)
	r, err := whole.parse()
	if err != nil {
		t.Fatal(err)
	}
	signal, annotations := contents(t, r), r.header.Annotations
	for n := range whole.header {
		r, err := files{whole.header[:n], whole.markers, whole.numbers}.parse()
		if err == nil && len(r.header.Warnings) == 0 && !slices.Equal(contents(t, r), signal) {
			t.Errorf("header cut to %d of %d bytes: another signal, without a word", n, len(whole.header))
		}
	}
	for n := range whole.markers {
		r, err := files{whole.header, whole.markers[:n], whole.numbers}.parse()
		if err != nil || len(r.header.Warnings) > 0 {
			continue
		}
		if got := r.header.Annotations; !cmp.Equal(got, annotations[:len(got):len(got)]) && len(got) > 0 {
			t.Errorf("markers cut to %d of %d bytes: %+v, without a word", n, len(whole.markers), got)
		}
	}
	for n := range whole.numbers {
		if _, err := (files{whole.header, whole.markers, whole.numbers[:n]}).parse(); err == nil {
			t.Errorf("numbers cut to %d of %d bytes are read as if they were whole", n, len(whole.numbers))
		}
	}
}

// The files on disk, cut in many places, are errors in the same way.
func TestCutOnDisk(t *testing.T) {
	path := written(t, small(t, 60))
	for _, ending := range []string{".vhdr", ".vmrk", ".eeg"} {
		name := strings.Replace(path, ".vhdr", ending, 1)
		whole := content(t, name)
		for n := 0; n < len(whole); n += 1 + len(whole)/40 {
			if err := os.WriteFile(name, whole[:n], 0o600); err != nil {
				t.Fatal(err)
			}
			r, err := Open(path, Options{})
			if err != nil {
				continue
			}
			contents(t, r)
			if ending == ".eeg" {
				t.Errorf("%d of %d bytes of numbers are read", n, len(whole))
			}
			r.Close()
		}
		if err := os.WriteFile(name, whole, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// Bytes at random make an error or another recording, never a panic.
func TestSurvivesMutations(t *testing.T) {
	mutations := 300
	if os.Getenv("ISOCORTEX_LONG") != "" {
		mutations = 10_000
	}
	random := rand.New(rand.NewPCG(1, 2))
	whole := load(t, 20)
	for range mutations {
		f := files{bytes.Clone(whole.header), bytes.Clone(whole.markers), bytes.Clone(whole.numbers)}
		for _, data := range [][]byte{f.header, f.markers, f.numbers} {
			for range random.IntN(3) {
				data[random.IntN(len(data))] = byte(random.Uint32())
			}
		}
		if r, err := f.parse(); err == nil {
			contents(t, r)
		}
	}
}

func FuzzParse(f *testing.F) {
	whole := load(f, 20)
	f.Add(whole.header, whole.markers, whole.numbers)
	f.Add([]byte(header()), []byte(marks), []byte(numbers))
	f.Add([]byte(header("BINARY", "ASCII\n[ASCII Infos]\nSkipLines=1\nSkipColumns=1\n[Common Infos]")), []byte(marks), []byte("a b c\nx 1 2\nx 3,4\n"))
	f.Fuzz(func(t *testing.T, header, markers, numbers []byte) {
		r, err := files{header, markers, numbers}.parse()
		if err != nil {
			return
		}
		h := r.Header()
		for c := range h.Channels {
			w := recording.Window{To: recording.Stored(min(h.Length, 100))}
			if err := r.signalOf(c, w); err != nil {
				t.Error(err)
			}
		}
		if _, err := markerText("x", h); err != nil {
			t.Error(err)
		}
		headerText("x", h)
	})
}

// signalOf reads a window of one channel.
func (r *Recording) signalOf(c int, w recording.Window) error {
	return r.Read(make([]float64, w.Len()), []int{c}, w)
}
