package brainvision

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/recordingtest"
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

// On the disk it is the same, and bytes at random make an error or another
// recording, never a panic.
func TestHostile(t *testing.T) {
	whole := load(t, 60)
	files := map[string][]byte{"small.vhdr": whole.header, "small.vmrk": whole.markers, "small.eeg": whole.numbers}
	var victims []recordingtest.Victim
	for name, data := range files {
		beside := maps.Clone(files)
		delete(beside, name)
		victims = append(victims, recordingtest.Victim{Name: name, Data: data, Beside: beside, Main: "small.vhdr", Read: readAll, Shorter: name != "small.eeg"})
	}
	recordingtest.Hostile(t, victims...)
}

// readAll reads a recording.
func readAll(path string) (recordingtest.Content, error) {
	return recordingtest.Recording(Open(path, Options{}))
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
