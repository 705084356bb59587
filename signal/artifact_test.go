package signal

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/work"
)

// body is the recording of testdata/reference/artifacts.py: what a brain does, how
// much of a blink and of a heartbeat each channel has, and when there are any.
type body struct {
	recording.Recording
	brain         [][]float64 // channels × times
	blinks, beats []int
}

const bodyRate, bodyLength = 200, 12000

// bell adds a bell of a height about a time in s.
func bell(x []float64, height, at, width float64) {
	for i := range x {
		d := (float64(i)/bodyRate - at) / width
		x[i] += height * math.Exp(-d*d/2)
	}
}

func makeBody(tb interface{ Fatal(...any) }) body {
	blink, beat := make([]float64, bodyLength), make([]float64, bodyLength)
	var b body
	for k := range 15 {
		at := 2 + 3.7*float64(k) + .3*math.Sin(float64(k))
		bell(blink, 1+.1*math.Cos(float64(k)), at, .06)
		b.blinks = append(b.blinks, int(math.Round(at*bodyRate)))
	}
	for k := range 70 {
		at := .7 + .83*float64(k) + .03*math.Sin(2*float64(k))
		bell(beat, 1, at, .012)
		bell(beat, -.3, at+.035, .015)
		b.beats = append(b.beats, int(math.Round(at*bodyRate)))
	}
	kinds := slices.Concat(slices.Repeat([]recording.Kind{recording.Magnetometer}, 5), slices.Repeat([]recording.Kind{recording.Gradiometer}, 6), slices.Repeat([]recording.Kind{recording.EEG}, 8))
	sizes := map[recording.Kind]float64{recording.Magnetometer: 1e-13, recording.Gradiometer: 1e-12, recording.EEG: 5e-6}
	h := recording.Header{Rate: bodyRate, Highpass: math.NaN(), Lowpass: math.NaN()}
	var signal [][]float64
	add := func(name string, kind recording.Kind, at func(i int, t float64) float64) []float64 {
		h.Channels = append(h.Channels, recording.Channel{Name: name, Kind: kind})
		row := make([]float64, bodyLength)
		for i := range row {
			row[i] = at(i, float64(i)/bodyRate)
		}
		return row
	}
	for c, kind := range kinds {
		brain := add(fmt.Sprint("C", c+1), kind, func(_ int, t float64) (sum float64) {
			for j := range 4 {
				sum += math.Sin(2*math.Pi*(4.3+1.37*float64((7*c+3*j)%19))*t + 1.3*float64(c) + float64(j))
			}
			return sizes[kind] * sum
		})
		row := make([]float64, bodyLength)
		for i := range row {
			row[i] = brain[i] + sizes[kind]*(12*math.Cos(.9*float64(c))*blink[i]+5*math.Sin(1.7*float64(c)+1)*beat[i])
		}
		b.brain, signal = append(b.brain, brain), append(signal, row)
	}
	signal = append(signal, add("EOG", recording.EOG, func(i int, t float64) float64 { return 150e-6*blink[i] + 10e-6*math.Sin(2*math.Pi*7*t) }))
	signal = append(signal, add("ECG", recording.ECG, func(i int, t float64) float64 { return -800e-6*beat[i] + 30e-6*math.Sin(2*math.Pi*.3*t) }))
	h.Channels[12].Bad = true
	r, err := recording.NewMemory(h, signal)
	if err != nil {
		tb.Fatal(err)
	}
	b.Recording = r
	return b
}

// apart returns the sine of the largest angle between what two sets of directions
// of length 1 span, each at right angles.
func apart(a, b [][]float64) float64 {
	n := len(a[0])
	between := mat.NewDense(len(a), len(b), nil)
	for i := range a {
		for j := range b {
			between.Set(i, j, mat.Dot(mat.NewVecDense(n, a[i]), mat.NewVecDense(n, b[j])))
		}
	}
	var svd mat.SVD
	svd.Factorize(between, mat.SVDNone)
	least := slices.Min(svd.Values(nil))
	return math.Sqrt(max(0, 1-least*least))
}

// directionsReference are the events and directions of MNE-Python.
type directionsReference struct {
	Events     []recording.Stored
	Directions []directionReference
	Own        []directionReference
}

type directionReference struct {
	Channels []string
	Vector   []float64
}

func TestDirectionsAgainstMNE(t *testing.T) {
	var want struct {
		First              []float64
		Blinks, Heartbeats directionsReference
	}
	realtest.Reference(t, "artifacts.json", &want)
	b := makeBody(t)
	for c, v := range want.First {
		if x := whole(t, b, c)[777]; math.Abs(x-v) > 1e-9*math.Abs(v)+1e-22 {
			t.Fatalf("channel %d is another than in the reference: %g, want %g", c, x, v)
		}
	}
	for _, c := range []struct {
		Artifact
		want directionsReference
	}{{Blinks, want.Blinks}, {Heartbeats, want.Heartbeats}} {
		found, times, err := c.Directions(b, c.want.Events, 2, work.Budget{})
		if err != nil {
			t.Fatal(err)
		}
		if times < len(c.want.Events)-2 || len(found) != 3 {
			t.Errorf("the mean is of %d of %d %s, in %d kinds", times, len(c.want.Events), c.Name, len(found))
		}
		for k, p := range found {
			both := c.want.Directions[2*k:][:2]
			if !slices.Equal(p.Channels, both[0].Channels) {
				t.Fatalf("%s over %q, want %q", p.Name, p.Channels, both[0].Channels)
			}
			// Filters agree to 1e-10; the second direction is a hundredth of the first.
			if off := apart(p.Vectors, [][]float64{both[0].Vector, both[1].Vector}); off > 1e-6 {
				t.Errorf("%s: the sine of the angle to the reference is %g", p.Name, off)
			}
			// Another filter, with narrower transitions: the second direction holds more of the brain.
			own := c.want.Own[2*k:][:2]
			if off := apart(p.Vectors, [][]float64{own[0].Vector, own[1].Vector}); off > .03 {
				t.Errorf("%s: the sine of the angle to that of compute_proj is %g", p.Name, off)
			}
		}
	}
}

// Every blink and every beat is found where it was put, whatever the polarity.
func TestArtifactsAreFound(t *testing.T) {
	b := makeBody(t)
	for name, r := range map[string]recording.Recording{"as recorded": b, "upside down": flipped{b}} {
		for _, c := range []struct {
			Artifact
			channel string
			want    []int
		}{{Blinks, "EOG", b.blinks}, {Heartbeats, "ECG", b.beats}} {
			at, seenBy, err := c.Find(r, "", work.Budget{})
			if err != nil || seenBy != c.channel || len(at) != len(c.want) {
				t.Errorf("%s: %d %s by %s, want %d: %v", name, len(at), c.Name, seenBy, len(c.want), err)
				continue
			}
			for k, i := range at {
				if off := int(i) - c.want[k]; off < -3 || off > 3 {
					t.Errorf("%s: number %d of %s lies %d times beside where it is", name, k, c.Name, off)
				}
			}
		}
	}
}

// flipped is a recording of the opposite signs.
type flipped struct{ recording.Recording }

func (f flipped) Read(dst []float64, channels []int, w recording.Window) error {
	err := f.Recording.Read(dst, channels, w)
	for i := range dst {
		dst[i] = -dst[i]
	}
	return err
}

// cleaned is the recording without so many directions of blinks.
func cleaned(tb interface{ Fatal(...any) }, r recording.Recording, count int) recording.Recording {
	at, _, err := Blinks.Find(r, "", work.Budget{})
	if err != nil {
		tb.Fatal(err)
	}
	found, _, err := Blinks.Directions(r, at, count, work.Budget{})
	if err != nil {
		tb.Fatal(err)
	}
	out, err := Projected(r, found...)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// One direction takes blinks out, and leaves of the brain what does not lie along
// it: with k of n channels, all but k/n of its variance on average.
func TestBlinksAreTakenOutAndTheBrainStays(t *testing.T) {
	b := makeBody(t)
	clean := cleaned(t, b, 1)
	for _, p := range clean.Header().Projections {
		if !p.Active || len(p.Vectors) != 1 {
			t.Errorf("projection %+v", p)
		}
	}
	for kind, least := range map[recording.Kind]float64{recording.Magnetometer: .7, recording.Gradiometer: .75, recording.EEG: .8} {
		var before, after, kept, brain float64
		for _, c := range b.Header().Pick(func(c recording.Channel) bool { return c.Kind == kind && !c.Bad }) {
			rest := whole(t, clean, c)
			before += atBlinks(whole(t, b, c), b.blinks)
			after += atBlinks(rest, b.blinks)
			for i, v := range b.brain[c] {
				kept += rest[i] * v
				brain += v * v
			}
		}
		if after > .1*before || kept < least*brain {
			t.Errorf("%s: %.3f of the blinks and %.3f of the brain are left", kind, after/before, kept/brain)
		}
	}
}

// atBlinks is the power of the mean over blinks at their peak.
func atBlinks(x []float64, at []int) float64 {
	sum := 0.0
	for _, i := range at {
		sum += x[i]
	}
	return sum * sum / float64(len(at)*len(at))
}

func TestArtifactsThatCannotBeFound(t *testing.T) {
	b := makeBody(t)
	silent := changed(t, 100, waves(3, 2000), func(h *recording.Header) {
		h.Channels[2].Kind = recording.EOG
		h.Annotations = []recording.Annotation{{Onset: 0, Duration: 19, Text: "bad"}}
	})
	for want, f := range map[string]func() error{
		"it has no ecg channel that is good": func() error { _, _, err := Heartbeats.Find(silent, "", work.Budget{}); return err },
		`no channel is called "EOH"`:         func() error { _, _, err := Blinks.Find(b, "EOH", work.Budget{}); return err },
		"nothing would be left":              func() error { _, _, err := Blinks.Directions(b, []recording.Stored{402}, 5, work.Budget{}); return err },
		"none of 2 blinks lies": func() error {
			_, _, err := Blinks.Directions(silent, []recording.Stored{5, 900}, 1, work.Budget{})
			return err
		},
	} {
		if err := f(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// A maximum is a peak if it rises and falls by the height, and by no more; between
// two peaks the signal falls by it.
func TestPeaks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-1, 1), 1, 40).Draw(t, "signal")
		height := rapid.Float64Range(.01, 2).Draw(t, "height")
		at := peaks(x, height)
		for k, i := range at {
			from := 0
			if k > 0 {
				from = at[k-1]
				if low, _ := extremes(x[from:i]); !(low <= min(x[from], x[i])-height) {
					t.Fatalf("peaks %d and %d of %v are one", from, i, x)
				}
			}
			if before, _ := extremes(x[from : i+1]); x[i]-before < height {
				t.Fatalf("%d of %v does not rise by %g", i, x, height)
			}
			if after, _ := extremes(x[i:]); x[i]-after < height {
				t.Fatalf("%d of %v does not fall by %g", i, x, height)
			}
		}
	})
}

func ExampleArtifact_Find() {
	eog := make([]float64, 2000)
	for i := range eog { // a blink every 4 s, at 100 times per second
		d := (float64(i%400) - 200) / 6
		eog[i] = 100e-6 * math.Exp(-d*d/2)
	}
	h := recording.Header{Rate: 100, Channels: []recording.Channel{{Name: "EOG1", Kind: recording.EOG}}}
	r, _ := recording.NewMemory(h, [][]float64{eog})
	at, seenBy, _ := Blinks.Find(r, "", work.Budget{})
	fmt.Println(at, seenBy)
	// Output: [200 600 1000 1400 1800] EOG1
}
