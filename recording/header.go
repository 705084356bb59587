package recording

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/isocortex/isocortex/file"
)

// ErrClosed says that a recording was read after it was closed.
var ErrClosed = errors.New("the recording is closed")

// A Header says what a recording holds.
type Header struct {
	Path     string   // of the file that was opened
	Parts    []string // files that hold the signal, in their order
	Format   string   // for people: "FIF", "BDF+"
	Rate     float64  // samples per second, as exact as the file has it
	Length   int      // times that it has a number for
	First    Acquired // number of the first sample since the start of acquisition
	Channels []Channel

	Annotations []Annotation
	Events      []Event // that the file lists; those of trigger channels are in the signal
	Points      []Point // digitized on the head
	Projections []Projection
	Head        *Transform // from the device to the head; nil where unknown

	Measured  time.Time // when it was recorded; zero where unknown
	Highpass  float64   // Hz; 0: none, NaN: unknown
	Lowpass   float64   // Hz; NaN: unknown
	Line      float64   // frequency of the mains in Hz; NaN: unknown
	Reference string    // of EEG, as the file has it; "" where it does not say
	Rank      int       // what signal space separation left of the dimensions of MEG; 0: it was not done

	Warnings []string // what is wrong with the file, but lets it be read
}

// A Channel is one row of the signal.
type Channel struct {
	Name string
	Kind Kind
	Unit string // SI: "V", "T", "T/m"; "" where it has none
	Bad  bool   // marked as such in the file

	// Where it is, in m; NaN where unknown.
	Frame     Frame
	Position  Vector
	Axes      [3]Vector // of a coil, the last its normal; zero where there are none
	Reference Vector    // of an electrode
	Coil      int       // type of coil, as FIF numbers them; 0 where there is none

	Rate float64 // its own, where it was sampled less often than the recording; else 0
}

// A Vector is a place or direction: right, front, up for those of the head.
type Vector [3]float64

// Nowhere is the place of what has none.
var Nowhere = Vector{math.NaN(), math.NaN(), math.NaN()}

// Known reports whether the vector is somewhere.
func (v Vector) Known() bool {
	return !math.IsNaN(v[0]) && !math.IsNaN(v[1]) && !math.IsNaN(v[2])
}

// A Kind is what a channel measures. The names are those of BIDS and of the
// field, in small letters.
type Kind string

// The kinds of channels.
const (
	Magnetometer  Kind = "mag"
	Gradiometer   Kind = "grad"
	ReferenceCoil Kind = "ref"
	EEG           Kind = "eeg"
	EOG           Kind = "eog"
	ECG           Kind = "ecg"
	EMG           Kind = "emg"
	SEEG          Kind = "seeg"
	ECoG          Kind = "ecog"
	Depth         Kind = "dbs"
	Respiration   Kind = "resp"
	Stim          Kind = "stim"
	HeadPosition  Kind = "chpi"
	System        Kind = "syst"
	Other         Kind = "misc"
)

// A Frame is what positions are relative to.
type Frame string

// The frames.
const (
	Device Frame = "device" // the helmet of an MEG
	Head   Frame = "head"   // through the ears and the nasion
)

// A Transform is a rotation and a shift from one frame to another.
type Transform struct {
	Rotation [3]Vector // rows
	Shift    Vector    // m
}

// Apply returns where a place is in the other frame.
func (t Transform) Apply(v Vector) Vector {
	out := t.Shift
	for i, row := range t.Rotation {
		out[i] += row[0]*v[0] + row[1]*v[1] + row[2]*v[2]
	}
	return out
}

// A Point was digitized on the head, in its frame.
type Point struct {
	Kind     PointKind
	Number   int // among those of its kind, as the file counts
	Position Vector
}

// A PointKind is what a digitized point marks.
type PointKind string

// The kinds of points.
const (
	LeftEar   PointKind = "lpa"
	Nasion    PointKind = "nasion"
	RightEar  PointKind = "rpa"
	HeadCoil  PointKind = "hpi"
	Electrode PointKind = "eeg"
	Surface   PointKind = "extra"
)

// An Annotation is a word about a stretch of the recording. One that begins with
// "BAD" says that the stretch is not to be used.
type Annotation struct {
	Onset    float64 // s after the first sample that the file holds
	Duration float64 // s
	Text     string
	Channels []string // that it is about; none: all
}

// IsBad reports whether an annotation says that a stretch is bad in all channels:
// its text begins with "bad".
func (a Annotation) IsBad() bool {
	return strings.HasPrefix(strings.ToLower(a.Text), "bad") && len(a.Channels) == 0
}

// BadIn returns the first annotation that says that a part of a window is bad.
func (h *Header) BadIn(w Window) (a Annotation, found bool) {
	for _, a := range h.Annotations {
		if a.IsBad() && a.Onset < h.Seconds(w.To) && a.Onset+a.Duration > h.Seconds(w.From) {
			return a, true
		}
	}
	return Annotation{}, false
}

// An Event is a code at a sample.
type Event struct {
	At     Acquired
	Before int // the code until then
	Code   int
}

// A Projection is a set of directions in the space of channels that are, or are
// to be, taken out of the signal.
type Projection struct {
	Name     string
	Kind     int // as FIF numbers them
	Active   bool
	Channels []string
	Vectors  [][]float64 // each as long as Channels
}

// Index returns the place of the channel with the name.
func (h *Header) Index(name string) (int, bool) {
	for i, c := range h.Channels {
		if c.Name == name {
			return i, true
		}
	}
	return 0, false
}

// Pick returns the places of the channels that are as wanted.
func (h *Header) Pick(wanted func(Channel) bool) []int {
	var places []int
	for i, c := range h.Channels {
		if wanted(c) {
			places = append(places, i)
		}
	}
	return places
}

// Warn adds a warning.
func (h *Header) Warn(format string, args ...any) {
	h.Warnings = append(h.Warnings, fmt.Sprintf(format, args...))
}

// Valid returns a *file.ParseError for a header that no recording can have. Readers call
// it when they have read one.
func (h *Header) Valid() error {
	switch {
	case !(h.Rate > 0) || math.IsInf(h.Rate, 0):
		return file.Malformed(h.Path, -1, "", "%g samples per second", h.Rate)
	case h.Length < 0:
		return file.Malformed(h.Path, -1, "", "%d samples", h.Length)
	case len(h.Channels) == 0:
		return file.Malformed(h.Path, -1, "", "it has no channels")
	}
	seen := make(map[string]int, len(h.Channels))
	for i, c := range h.Channels {
		if first, twice := seen[c.Name]; twice {
			return file.Malformed(h.Path, -1, "", "channels %d and %d are both named %q", first+1, i+1, c.Name)
		}
		seen[c.Name] = i
	}
	return nil
}
