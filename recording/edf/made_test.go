package edf

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/recordingtest"
)

// A made file is put together field by field.
type made struct {
	version, subject, day, clock, kind string
	size, records, duration            string
	signals                            []column
	data                               []byte
}

// A column is the header of one signal.
type column struct{ label, dimension, low, high, least, most, filter, perRecord string }

// numbers of 16 bits.
func numbers(values ...int16) []byte {
	var data []byte
	for _, v := range values {
		data = binary.LittleEndian.AppendUint16(data, uint16(v))
	}
	return data
}

// padded returns bytes of a signal of annotations.
func padded(text string, length int) []byte {
	return append([]byte(text), make([]byte, length-len(text))...)
}

// bytes returns the file.
func (f made) bytes() []byte {
	var b strings.Builder
	put := func(width int, text string) { b.WriteString(text + strings.Repeat(" ", max(0, width-len(text)))) }
	put(8, f.version)
	put(80, "X")
	put(80, f.subject)
	put(8, f.day)
	put(8, f.clock)
	if f.size == "" {
		f.size = fmt.Sprint(256 * (1 + len(f.signals)))
	}
	put(8, f.size)
	put(44, f.kind)
	put(8, f.records)
	put(8, f.duration)
	put(4, fmt.Sprint(len(f.signals)))
	for _, field := range []struct {
		width int
		of    func(column) string
	}{
		{16, func(c column) string { return c.label }},
		{80, func(column) string { return "" }},
		{8, func(c column) string { return c.dimension }},
		{8, func(c column) string { return c.low }},
		{8, func(c column) string { return c.high }},
		{8, func(c column) string { return c.least }},
		{8, func(c column) string { return c.most }},
		{80, func(c column) string { return c.filter }},
		{8, func(c column) string { return c.perRecord }},
		{32, func(column) string { return "" }},
	} {
		for _, c := range f.signals {
			put(field.width, field.of(c))
		}
	}
	return append([]byte(b.String()), f.data...)
}

// plus is a file of EDF+ with two signals of different rates and annotations, in
// two records that are 5 s apart.
func plus() made {
	notes := column{"EDF Annotations", "", "-1", "1", "-32768", "32767", "", "20"}
	return made{
		version: "0", subject: "Startdate 02-AUG-2013 X X", day: "02.08.13", clock: "10.20.30", kind: "EDF+D", records: "2", duration: "1",
		signals: []column{
			{"EEG Fz", "uV", "-100", "100", "-1000", "1000", "HP:0.1Hz LP:40Hz N:50Hz", "4"},
			{"Resp chest", "mV", "0", "10,5", "0", "21", "HP:DC", "2"},
			notes,
		},
		data: slicesOf(
			numbers(0, 10, -10, 1000), numbers(2, 21), padded("+7\x14\x14\x00+7.25\x150.5\x14blink\x14BAD@@EEG Fz\x14\x00", 40),
			numbers(1, 2, 3, 4), numbers(0, 1), padded("+13\x14\x14\x00+13.5\x14\u0416\x14\x00", 40),
		),
	}
}

func slicesOf(parts ...[]byte) (data []byte) {
	for _, p := range parts {
		data = append(data, p...)
	}
	return data
}

// opened reads the file.
func (f made) opened(t *testing.T, o Options) (*Recording, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.edf")
	if err := os.WriteFile(path, f.bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := Open(path, o)
	if err == nil {
		t.Cleanup(func() { r.Close() })
	}
	return r, err
}

// Signals of several rates, annotations and gaps of EDF+.
func TestPlus(t *testing.T) {
	r, err := plus().opened(t, Options{})
	if err != nil {
		t.Fatal(err)
	}
	h := r.Header()
	want := []recording.Annotation{
		{Onset: .25, Duration: .5, Text: "blink"},
		{Onset: .25, Duration: .5, Text: "BAD", Channels: []string{"EEG Fz"}},
		{Onset: 6.5, Text: "\u0416"},
		{Onset: 1, Text: "BAD_GAP 5 s"},
	}
	if diff := cmp.Diff(want, h.Annotations); diff != "" {
		t.Error(diff)
	}
	if h.Rate != 4 || h.Length != 8 || h.Format != "EDF+" || len(h.Channels) != 2 || h.Channels[1].Rate != 2 || h.Highpass != 0 || h.Lowpass != 40 {
		t.Errorf("%+v", h)
	}
	if when := time.Date(2013, 8, 2, 10, 20, 30, 0, time.UTC); !h.Measured.Equal(when) {
		t.Errorf("recorded %v", h.Measured)
	}
	if h.Channels[0].Kind != recording.EEG || h.Channels[1].Kind != recording.Respiration || h.Channels[1].Unit != "V" {
		t.Errorf("%+v", h.Channels)
	}
	if len(h.Warnings) != 1 || !strings.Contains(h.Warnings[0], "5 s apart") {
		t.Errorf("%q", h.Warnings)
	}
	got := make([]float64, 16)
	if err := r.Read(got, []int{0, 1}, h.Whole()); err != nil {
		t.Fatal(err)
	}
	signal := []float64{0, 1e-6, -1e-6, 1e-4, 1e-7, 2e-7, 3e-7, 4e-7, 1e-3, 1e-3, 10.5e-3, 10.5e-3, 0, 0, .5e-3, .5e-3}
	if diff := cmp.Diff(signal, got, cmpopts.EquateApprox(1e-12, 1e-18)); diff != "" {
		t.Error(diff)
	}
	if _, err := plus().opened(t, Options{Strict: true}); err == nil {
		t.Error("a gap is no error where all has to be right")
	}
}

// What files get wrong, and how it is read.
func TestOddities(t *testing.T) {
	for name, c := range map[string]struct {
		change func(f *made)
		want   string // warning; "" for none
		length int
		first  float64 // number of the first channel
	}{
		"continuous":          {func(f *made) { f.kind = "EDF+C" }, "", 8, 0},
		"records not counted": {func(f *made) { f.records, f.kind = "-1", "EDF+C" }, "", 8, 0},
		"too few announced":   {func(f *made) { f.records, f.kind = "1", "EDF+C" }, "says that there are 1 records, but the file has 2", 4, 0},
		"too many announced":  {func(f *made) { f.records, f.kind = "3", "EDF+C" }, "says that there are 3 records, but the file has 2", 8, 0},
		"half a record":       {func(f *made) { f.data, f.kind = f.data[:70], "EDF+C" }, "the last record has 18 of 52 bytes", 4, 0},
		"no range": {func(f *made) {
			f.kind = "EDF+C"
			f.signals[0].high = "-100"
			f.data = append(numbers(7), f.data[2:]...)
		}, "has no range", 8, 7e-6},
		"no annotations":     {func(f *made) { f.kind = ""; f.signals[2].label = "x" }, "", 2 * 20, 0},
		"garbled annotation": {func(f *made) { f.kind = "EDF+C"; f.data[12] = 'x' }, "an annotation that cannot be read", 8, 0},
		"equal labels":       {func(f *made) { f.kind = "EDF+C"; f.signals[1].label = "EEG Fz" }, "", 8, 0},
	} {
		f := plus()
		c.change(&f)
		r, err := f.opened(t, Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		h := r.Header()
		if said := strings.Join(h.Warnings, "; "); c.want == "" && said != "" || !strings.Contains(said, c.want) {
			t.Errorf("%s: %q, want %q", name, said, c.want)
		}
		first := make([]float64, 1)
		if err := r.Read(first, []int{0}, recording.Window{To: 1}); err != nil || h.Length != c.length || math.Abs(first[0]-c.first) > 1e-15 {
			t.Errorf("%s: %d times from %g on, %v", name, h.Length, first, err)
		}
		if name == "equal labels" && (h.Channels[0].Name != "EEG Fz-0" || h.Channels[1].Name != "EEG Fz-1") {
			t.Errorf("%+v", h.Channels)
		}
	}
}

// Two digits of a year from 85 on are of the last century; units are written in
// many ways.
func TestDatesAndUnits(t *testing.T) {
	for day, year := range map[string]int{"01.02.85": 1985, "01.02.99": 1999, "01.02.00": 2000, "01.02.84": 2084} {
		f := plus()
		f.subject, f.day = "", day
		r, err := f.opened(t, Options{})
		if err != nil || r.Header().Measured.Year() != year {
			t.Errorf("%s: %v, want %d, %v", day, r.Header().Measured, year, err)
		}
	}
	for dimension, want := range map[string]struct {
		unit  string
		value float64
	}{
		"uV": {"V", 1e-6}, "\xb5V": {"V", 1e-6}, "mV": {"V", 1e-3}, "V": {"V", 1}, "nV": {"V", 1e-9}, "": {"", 1}, "Boolean": {"Boolean", 1},
	} {
		f := plus()
		f.signals[0].dimension = dimension
		r, err := f.opened(t, Options{})
		if err != nil {
			t.Fatal(err)
		}
		one := make([]float64, 1)
		if err := r.Read(one, []int{0}, recording.Window{From: 1, To: 2}); err != nil {
			t.Fatal(err)
		}
		if c := r.Header().Channels[0]; c.Unit != want.unit || math.Abs(one[0]/want.value-1) > 1e-12 {
			t.Errorf("%q: %g %s, want %g %s", dimension, one[0], c.Unit, want.value, want.unit)
		}
	}
}

func TestRefuses(t *testing.T) {
	for want, change := range map[string]func(f *made){
		"neither EDF nor BDF":                 func(f *made) { f.version = "1" },
		"bytes of the header: malformed":      func(f *made) { f.size = "256" },
		`number of records: malformed: "x"`:   func(f *made) { f.records = "x" },
		"duration of a record: malformed":     func(f *made) { f.duration = "-1" },
		"it is 0, though records have":        func(f *made) { f.duration = "0" },
		"physical minimum of EEG Fz":          func(f *made) { f.signals[0].low = "low" },
		"digital maximum of Resp chest":       func(f *made) { f.signals[1].most = "1.5" },
		"samples in a record of EEG Fz":       func(f *made) { f.signals[0].perRecord = "0" },
		"all hold annotations":                func(f *made) { f.signals = f.signals[2:]; f.data = nil },
		"number of signals: malformed: it is": func(f *made) { f.signals, f.data = nil, nil },
	} {
		f := plus()
		change(&f)
		if _, err := f.opened(t, Options{}); !errors.Is(err, file.ErrMalformed) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// BioSemi's status is a word of 24 bits: codes are the lowest 16, or as many as
// are wanted; where the reference electrode is out of range the signal is bad.
func TestStatus(t *testing.T) {
	const inRange, newer = 1 << 20, 1 << 23
	word := func(v int) []byte { return []byte{byte(v), byte(v >> 8), byte(v >> 16)} }
	f := made{version: "\xffBIOSEMI", day: "01.01.20", clock: "00.00.00", kind: "24BIT", records: "1", duration: "1", signals: []column{
		{"A1", "uV", "-262144", "262143", "-8388608", "8388607", "HP: DC; LP: 417 Hz", "4"},
		{"Status", "Boolean", "-8388608", "8388607", "-8388608", "8388607", "No filtering", "4"},
	}, data: slicesOf(
		word(0), word(-32), word(32), word(8388607),
		word(inRange|newer|5), word(inRange|1<<16|5), word(5), word(inRange|newer|65280+3),
	)}
	for bits, want := range map[int][]float64{0: {5, 5, 5, 65283}, 8: {5, 5, 5, 3}, 17: {5, 65541, 5, 65283}} {
		r, err := f.opened(t, Options{StatusBits: bits})
		if err != nil {
			t.Fatal(err)
		}
		got := make([]float64, 8)
		if err := r.Read(got, []int{1, 0}, r.Header().Whole()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got[:4]); diff != "" {
			t.Errorf("%d bits: %s", bits, diff)
		}
		for i, stored := range []float64{0, -32, 32, 8388607} { // BioSemi's own limits are not symmetric
			if want := ((stored+8388608)*524287/16777215 - 262144) * 1e-6; math.Abs(got[4+i]-want) > 1e-15 {
				t.Errorf("%g is %g V, want %g", stored, got[4+i], want)
			}
		}
		if diff := cmp.Diff([]recording.Annotation{{Onset: .5, Duration: .25, Text: "BAD_CMS"}}, r.Header().Annotations); diff != "" {
			t.Error(diff)
		}
	}
}

// Cut and changed files of EDF+.
func TestHostilePlus(t *testing.T) {
	recordingtest.Hostile(t, recordingtest.Victim{Name: "plus.edf", Data: plus().bytes(), Read: readAll})
}
