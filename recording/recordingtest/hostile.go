package recordingtest

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime/metrics"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/seed"
)

// Content is what is read of a file.
type Content struct {
	About    any // all that is known beside the signal
	Signal   []float64
	Warnings []string
}

// A Victim is a file that is cut and changed in many ways, to see what its reader
// makes of it.
type Victim struct {
	Name   string // of the file
	Data   []byte
	Beside map[string][]byte // files that stay whole, by their names
	Main   string            // the file to open; "": Name
	Read   func(path string) (Content, error)
	// Shorter says that the beginning of the file may be a whole file of its own, as
	// that of a text is: what is known of it then may differ, the signal may not.
	Shorter bool
}

// Hostile tests that a reader does not panic, takes no more memory than the file
// calls for, names the file in errors, and that what it reads of a file that was
// cut is that of the whole, or a beginning of it with a warning.
//
// ISOCORTEX_LONG tries 1,000 cuts and 10,000 changes, else there are fewer.
func Hostile(t *testing.T, victims ...Victim) {
	t.Helper()
	for _, v := range victims {
		t.Run(v.Name, func(t *testing.T) {
			h := v.lay(t)
			want, err := h.read(v.Data)
			if err != nil {
				t.Fatalf("the whole file: %v", err)
			}
			h.cut(want)
			h.change()
		})
	}
}

// hostile is a victim on the disk.
type hostile struct {
	Victim
	t    *testing.T
	path string // of the file
	main string // that is opened
}

// lay writes the files that stay whole.
func (v Victim) lay(t *testing.T) hostile {
	folder := t.TempDir()
	for name, data := range v.Beside {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	h := hostile{Victim: v, t: t, path: filepath.Join(folder, v.Name)}
	h.main = h.path
	if v.Main != "" {
		h.main = filepath.Join(folder, v.Main)
	}
	return h
}

// read writes the file with other bytes and reads it. It tests what holds of
// every outcome.
func (h hostile) read(data []byte) (Content, error) {
	h.t.Helper()
	if err := os.WriteFile(h.path, data, 0o600); err != nil {
		h.t.Fatal(err)
	}
	before := allocated()
	got, err := h.Read(h.main)
	const base, each = 256 << 20, 1000 // bytes in all that a reader may take one after the other, and for every byte of the file
	if spent := allocated() - before; spent > base+each*uint64(len(data)) {
		h.keep(data, "%d bytes of memory for a file of %d", spent, len(data))
	}
	var wrong *file.ParseError
	if err != nil && !(errors.As(err, &wrong) && strings.HasPrefix(wrong.Path, filepath.Dir(h.path))) && !strings.HasPrefix(err.Error(), h.main+": no variable") {
		h.keep(data, "the error does not say what is wrong with the file: %v", err)
	}
	return got, err
}

// allocated returns the bytes that were taken on the heap until now.
func allocated() uint64 {
	bytes := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(bytes)
	return bytes[0].Value.Uint64()
}

// keep reports a failure and keeps the file that shows it.
func (h hostile) keep(data []byte, format string, args ...any) {
	h.t.Helper()
	path := filepath.Join(os.TempDir(), "hostile-"+h.Name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		h.t.Error(err)
	}
	h.t.Errorf(format, args...)
	h.t.Fatalf("the file is kept: %s", path)
}

// cut reads beginnings of the file.
func (h hostile) cut(want Content) {
	h.t.Helper()
	for _, n := range Places(len(h.Data)) {
		got, err := h.read(h.Data[:n])
		switch {
		case err != nil:
		case len(got.Signal) > len(want.Signal) || !same(got.Signal, want.Signal[:len(got.Signal)]):
			h.keep(h.Data[:n], "cut to %d of %d bytes it has another signal", n, len(h.Data))
		case slices.ContainsFunc(got.Warnings, func(w string) bool { return !slices.Contains(want.Warnings, w) }): // it tells
		case len(got.Signal) != len(want.Signal):
			h.keep(h.Data[:n], "cut to %d of %d bytes it has less signal, without a word", n, len(h.Data))
		case h.Shorter:
		default:
			if diff := cmp.Diff(want.About, got.About, cmpopts.EquateNaNs()); diff != "" {
				h.keep(h.Data[:n], "cut to %d of %d bytes it is something else, without a word: %s", n, len(h.Data), diff)
			}
		}
	}
}

// change reads files with other bytes.
func (h hostile) change() {
	h.t.Helper()
	Changes(h.Data, func(data []byte) { _, _ = h.read(data) })
}

// Places returns where a file of so many bytes is cut: everywhere, if that is not
// too often, else in places of equal distance and in its first bytes.
func Places(size int) []int {
	const begin = 20
	count := 40
	if long() {
		count = 1000
	}
	var places []int
	step := max(1, size/count)
	for n := range size {
		if n < begin || n%step == 0 {
			places = append(places, n)
		}
	}
	return places
}

// Changes calls try with copies of a file in which one to four bytes are others:
// the same ones every time.
func Changes(data []byte, try func(changed []byte)) {
	rounds := 60
	if long() {
		rounds = 10_000
	}
	random := seed.Stream(1, "changes", len(data))
	for range rounds {
		changed := bytes.Clone(data)
		for range 1 + random.IntN(4) {
			changed[random.IntN(len(changed))] = byte(random.IntN(256))
		}
		try(changed)
	}
}

// long reports whether a test may take minutes.
func long() bool { return os.Getenv("ISOCORTEX_LONG") != "" }

// most is the number of numbers of a signal that is read whole; of longer ones, the
// two ends are.
const most = 1 << 20

// Recording returns what a recording holds, and closes it.
func Recording[R recording.Recording](r R, err error) (Content, error) {
	if err != nil {
		return Content{}, err
	}
	defer r.Close()
	h := *r.Header()
	c := Content{Warnings: h.Warnings}
	every := h.Pick(func(recording.Channel) bool { return true })
	windows := []recording.Window{h.Whole()}
	if h.Length > most/len(every) {
		const few = 10
		end := recording.Stored(h.Length)
		windows = []recording.Window{{From: 0, To: few}, {From: end - few, To: end}}
	}
	for _, w := range windows {
		signal := make([]float64, len(every)*w.Len())
		if err := r.Read(signal, every, w); err != nil {
			return c, err
		}
		c.add(signal, w.Len())
	}
	h.Path, h.Parts, h.Warnings = "", nil, nil
	c.About = h
	return c, nil
}

// add appends the signal of channels, time by time, so that what is shorter is a
// beginning.
func (c *Content) add(signal []float64, length int) {
	for i := range length {
		for at := i; at < len(signal); at += length {
			c.Signal = append(c.Signal, signal[at])
		}
	}
}

// Epochs returns what epochs hold, and closes them.
func Epochs[E recording.Epochs](e E, err error) (Content, error) {
	if err != nil {
		return Content{}, err
	}
	defer e.Close()
	h := *e.Header()
	c := Content{Warnings: h.Warnings}
	every := h.Pick(func(recording.Channel) bool { return true })
	if h.Length > 0 { // what a header says may be far more than there is
		every = every[:min(len(every), most/h.Length)]
	}
	one := make([]float64, len(every)*h.Length)
	for i := range h.Trials {
		if len(every) == 0 || len(c.Signal) >= most {
			break
		}
		if err := e.Read(one, []int{i}, every); err != nil {
			return c, err
		}
		c.Signal = append(c.Signal, one...)
	}
	h.Path, h.Parts, h.Warnings = "", nil, nil
	c.About = h
	return c, nil
}
