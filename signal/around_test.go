package signal

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/recordingtest"
	"github.com/isocortex/isocortex/work"
)

// waves are the signals of signals.py.
func waves(n, times int) [][]float64 {
	all := make([][]float64, n)
	for c := range all {
		all[c] = make([]float64, times)
		for i := range all[c] {
			k, t := float64(c), float64(i)
			all[c][i] = math.Sin(.013*(k+1)*t+k) + .3*math.Cos(.4*t*(k+1)) + .001*k*t
		}
	}
	return all
}

// changed returns a recording of the signal whose header was changed.
func changed(tb interface{ Fatal(...any) }, rate float64, signal [][]float64, change func(h *recording.Header)) recording.Recording {
	h := recording.Header{Rate: rate, Lowpass: math.NaN(), Highpass: math.NaN()}
	for i := range signal {
		h.Channels = append(h.Channels, recording.Channel{Name: fmt.Sprint("E", i+1), Kind: recording.EEG, Unit: "V", Position: recording.Nowhere})
	}
	change(&h)
	r, err := recording.NewMemory(h, signal)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// near requires every so many-th time of a channel from one on.
func near(t *testing.T, r recording.Recording, channel int, every int, want []float64) {
	t.Helper()
	x := whole(t, r, channel)
	for i, v := range want {
		if math.Abs(x[i*every]-v) > 1e-9*math.Max(1, math.Abs(v)) {
			t.Errorf("channel %d, time %d: %g, want %g", channel, i*every, x[i*every], v)
		}
	}
}

type signalsReference struct {
	Projection struct {
		Vectors [][]float64
		Y       [][]float64
	}
	Average, Named, Envelope, Power [][]float64
	Resampled                       []struct {
		Rate     float64
		First    int
		Y, Codes []float64
	}
}

func reference(t *testing.T) (want signalsReference) {
	realtest.Reference(t, "signals.json", &want)
	return want
}

func ExampleReferenced() {
	h := recording.Header{Rate: 100, Channels: []recording.Channel{{Name: "Fz", Kind: recording.EEG}, {Name: "Pz", Kind: recording.EEG}}}
	r, _ := recording.NewMemory(h, [][]float64{{1, 2}, {3, 8}})
	r2, err := Referenced(r)
	if err != nil {
		fmt.Println(err)
		return
	}
	x := make([]float64, 4)
	err = r2.Read(x, []int{0, 1}, r2.Header().Whole())
	fmt.Println(x, r2.Header().Reference, err)
	// Output: [-1 -3 1 3] average <nil>
}

func TestReferencesAgainstMNE(t *testing.T) {
	want := reference(t)
	r := changed(t, 100, waves(5, 20), func(h *recording.Header) { h.Channels[1].Bad = true })
	for described, names := range map[string][]string{"average": nil, "E1, E4": {"E1", "E4"}} {
		referenced, err := Referenced(r, names...)
		if err != nil {
			t.Fatal(err)
		}
		numbers := want.Average
		if names != nil {
			numbers = want.Named
		}
		for c := range numbers {
			near(t, referenced, c, 7, numbers[c])
		}
		if got := referenced.Header().Reference; got != described {
			t.Errorf("the reference is called %q, want %q", got, described)
		}
	}
}

func TestWrongReferences(t *testing.T) {
	bad := changed(t, 100, waves(1, 9), func(h *recording.Header) { h.Channels[0].Bad = true })
	good := changed(t, 100, waves(1, 9), func(*recording.Header) {})
	none := changed(t, 100, waves(1, 9), func(h *recording.Header) { h.Channels[0].Kind = recording.Stim })
	for want, f := range map[string]func() (recording.Recording, error){
		"no EEG that is good": func() (recording.Recording, error) { return Referenced(bad) },
		"E1":                  func() (recording.Recording, error) { return Referenced(good, "e2") },
		"names no directions": func() (recording.Recording, error) { return Projected(bad) },
		"nobody knows where":  func() (recording.Recording, error) { return Interpolated(bad, recording.Vector{}) },
		"between 0 and half":  func() (recording.Recording, error) { return Power(bad, []float64{50}, 0, work.Budget{}) },
		"at least one":        func() (recording.Recording, error) { return Power(bad, nil, 0, work.Budget{}) },
		"it is above 0":       func() (recording.Recording, error) { return Resampled(t.Context(), bad, 0, Options{}) },
		"nothing is left":     func() (recording.Recording, error) { return Resampled(t.Context(), bad, 1, Options{}) },
	} {
		if _, err := f(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if _, err := Interpolated(none, recording.Vector{}); !errors.Is(err, ErrNothingBad) {
		t.Errorf("nothing is bad: %v", err)
	}
}

func projections(h *recording.Header, vectors [][]float64) {
	for _, v := range vectors {
		p := recording.Projection{Name: "p", Vectors: [][]float64{v}}
		for i := range v {
			p.Channels = append(p.Channels, fmt.Sprint("E", i+1))
		}
		h.Projections = append(h.Projections, p)
	}
}

func TestProjectionsAgainstMNE(t *testing.T) {
	want := reference(t).Projection
	r := changed(t, 100, waves(6, 50), func(h *recording.Header) {
		h.Channels[2].Bad = true
		projections(h, want.Vectors)
	})
	projected, err := Projected(r)
	if err != nil {
		t.Fatal(err)
	}
	for c := range want.Y {
		near(t, projected, c, 7, want.Y[c])
	}
	if w := projected.Header().Warnings; len(w) != 1 || !strings.Contains(w[0], "only 0.89") {
		t.Errorf("warnings %q", w)
	}
	if _, err := Projected(projected); err == nil {
		t.Error("directions were projected out twice")
	}
}

// Taking directions out twice changes nothing, and nothing is left along them.
func TestProjectionsAreProjections(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, k := rapid.IntRange(2, 8).Draw(t, "channels"), rapid.IntRange(1, 4).Draw(t, "directions")
		var vectors [][]float64
		for i := range k {
			vectors = append(vectors, noise(n, uint64(i)))
		}
		r := changed(t, 100, waves(n, 20), func(h *recording.Header) { projections(h, vectors) })
		once, err := Projected(r)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Projected(changed(t, 100, rows(t, once), func(h *recording.Header) { projections(h, vectors) }))
		if err != nil {
			t.Fatal(err)
		}
		x, y := rows(t, once), rows(t, again)
		for i := range 20 {
			along := make([]float64, k)
			for c := range x {
				if math.Abs(x[c][i]-y[c][i]) > 1e-10 {
					t.Fatalf("channel %d, time %d: %g, and %g after a second time", c, i, x[c][i], y[c][i])
				}
				for j, v := range vectors {
					along[j] += v[c] * x[c][i]
				}
			}
			for j, v := range along {
				if math.Abs(v) > 1e-10 && k < n {
					t.Fatalf("%g is left along direction %d", v, j)
				}
			}
		}
	})
}

func rows(tb interface{ Fatal(...any) }, r recording.Recording) [][]float64 {
	var all [][]float64
	for c := range r.Header().Channels {
		all = append(all, whole(tb, r, c))
	}
	return all
}

func TestSplineAgainstMNE(t *testing.T) {
	var want struct {
		Spline struct {
			Names   []string
			Pos     [][3]float64
			Bad     string
			Weights []float64
		} `json:"spherical_spline"`
	}
	realtest.Reference(t, "spline.json", &want)
	s := want.Spline
	signal := make([][]float64, len(s.Names))
	sum, good := 0.0, 0
	for i, name := range s.Names {
		signal[i] = []float64{math.NaN()}
		if name != s.Bad {
			signal[i] = []float64{math.Sin(float64(i))}
			sum += s.Weights[good] * math.Sin(float64(i))
			good++
		}
	}
	r := changed(t, 100, signal, func(h *recording.Header) {
		for i, name := range s.Names {
			h.Channels[i].Name, h.Channels[i].Position, h.Channels[i].Bad = name, s.Pos[i], name == s.Bad
		}
	})
	repaired, err := Interpolated(r, recording.Vector{})
	if err != nil {
		t.Fatal(err)
	}
	at, _ := repaired.Header().Index(s.Bad)
	near(t, repaired, at, 1, []float64{sum})
	if repaired.Header().Channels[at].Bad || !r.Header().Channels[at].Bad {
		t.Error("a channel that was interpolated is bad, or the recording inside has changed")
	}
}

func TestResampledAgainstMNE(t *testing.T) {
	var want struct {
		Cases []struct {
			To   float64 `json:"up"`
			From float64 `json:"down"`
			Auto any     `json:"npad"`
			Pad  string
			N    int
			At   []int `json:"idx"`
			Y    []float64
		} `json:"resample"`
	}
	realtest.Reference(t, "filters.json", &want)
	for _, c := range want.Cases {
		if c.Auto != "auto" {
			continue // a padding of some other length is nobody's default
		}
		var x []float64
		if r := memory(t, c.From, wave(1000)); c.Pad == "edge" { // one epoch
			e := &parted{recording: r, header: recording.EpochsHeader{Header: *r.Header(), Trials: make([]recording.Trial, 1)}}
			y, err := ResampledEpochs(e, c.To)
			if err != nil {
				t.Fatal(err)
			}
			x = whole(t, Joined(y), 0)
		} else {
			x = whole(t, resampled(t, r, c.To), 0)
		}
		if len(x) != c.N {
			t.Errorf("%g to %g Hz: %d times, want %d", c.From, c.To, len(x), c.N)
		}
		for i, at := range c.At {
			if math.Abs(x[at]-c.Y[i]) > 1e-9*10 {
				t.Errorf("%g to %g Hz, time %d: %g, want %g", c.From, c.To, at, x[at], c.Y[i])
			}
		}
	}
}

func resampled(t *testing.T, r recording.Recording, rate float64) recording.Recording {
	y, err := Resampled(t.Context(), r, rate, Options{Scratch: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { y.Close() })
	return y
}

func TestCodesAreResampledAsByMNE(t *testing.T) {
	codes := make([]float64, 1000)
	for at, code := range map[int]float64{10: 5, 11: 5, 333: 9, 334: 7, 998: 3} {
		codes[at] = code
	}
	for _, want := range reference(t).Resampled {
		r := changed(t, 200, [][]float64{waves(1, 1000)[0], codes}, func(h *recording.Header) {
			h.Channels[1].Kind, h.First = recording.Stim, 777
			h.Events = []recording.Event{{At: 787, Code: 5}, {At: 1110, Code: 9}, {At: 1111, Code: 7}}
		})
		y := resampled(t, r, want.Rate)
		near(t, y, 0, 1, want.Y)
		near(t, y, 1, 1, want.Codes)
		h := y.Header()
		if int(h.First) != want.First || h.Rate != want.Rate || h.Length != len(want.Y) {
			t.Errorf("%g Hz: %d times from %d at %g Hz, want %d from %d", want.Rate, h.Length, h.First, h.Rate, len(want.Y), want.First)
		}
		if at := recording.Acquired(math.RoundToEven(787 * want.Rate / 200)); h.Events[0].At != at {
			t.Errorf("%g Hz: the first event is at %d, want %d", want.Rate, h.Events[0].At, at)
		}
		if meet := h.Events[1].At == h.Events[2].At; meet != (len(h.Warnings) == 1) {
			t.Errorf("%g Hz: events at %v, warnings %q", want.Rate, h.Events, h.Warnings)
		}
	}
}

// A slow wave is the same wave at any rate, away from the ends, where it is turned
// about and rings; where padding is no whole number of new times, a part of a time
// beside.
func TestResampledWave(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate := rapid.Float64Range(60, 400).Draw(t, "rate")
		x := make([]float64, 2000)
		for i := range x {
			x[i] = math.Sin(2 * math.Pi * 3 * float64(i) / 200)
		}
		plan := newResampling(len(x), rate/200)
		y := make([]float64, plan.kept)
		plan.lanes([][]float64{y}, [][]float64{x})
		for i := len(y) / 3; i < len(y)*2/3; i++ {
			at := float64(plan.first+i)*float64(plan.room)/float64(plan.resized) - float64(plan.before)
			if math.Abs(at-float64(i)/plan.ratio) > .51/plan.ratio+1 {
				t.Fatalf("time %d at %g Hz is at %g of before", i, rate, at)
			}
			if want := math.Sin(2 * math.Pi * 3 * at / 200); math.Abs(y[i]-want) > .05 {
				t.Fatalf("time %d at %g Hz: %g, want %g", i, rate, y[i], want)
			}
		}
	})
}

func TestEnvelopeAgainstMNE(t *testing.T) {
	want := reference(t)
	r := memory(t, 200, waves(2, 700)...)
	envelope, err := Envelope(t.Context(), r, Options{Scratch: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer envelope.Close()
	power, err := Power(r, []float64{10, 12}, 5, work.Budget{})
	if err != nil {
		t.Fatal(err)
	}
	for c := range 2 {
		near(t, envelope, c, 13, want.Envelope[c])
		x := whole(t, power, c)
		for i, v := range want.Power[c] {
			if math.Abs(x[200+13*i]-v) > 1e-9*v {
				t.Errorf("power of channel %d at %d is %g, want %g", c, 200+13*i, x[200+13*i], v)
			}
		}
	}
	if unit := power.Header().Channels[0].Unit; unit != "V²" || r.Header().Channels[0].Unit != "V" {
		t.Errorf("power is in %q", unit)
	}
}

func TestOthersKeepTheContract(t *testing.T) {
	signal := append(waves(5, 300), make([]float64, 300))
	open := func() recording.Recording {
		return changed(t, 100, signal, func(h *recording.Header) {
			h.Channels[5].Kind, h.Channels[1].Bad = recording.Stim, true
			for i := range h.Channels {
				h.Channels[i].Position = recording.Vector{float64(i), float64(i * i % 7), 5}
			}
			h.Annotations = []recording.Annotation{{Onset: 1, Duration: .1, Text: "bad_acq_skip"}}
			projections(h, [][]float64{{1, 2, 3, 4, 5, 0}})
		})
	}
	options := Options{Scratch: t.TempDir()}
	for name, f := range map[string]func() (recording.Recording, error){
		"referenced":   func() (recording.Recording, error) { return Referenced(open(), "E6") },
		"projected":    func() (recording.Recording, error) { return Projected(open()) },
		"interpolated": func() (recording.Recording, error) { return Interpolated(open(), recording.Vector{}) },
		"resampled":    func() (recording.Recording, error) { return Resampled(t.Context(), open(), 83, options) },
		"envelope":     func() (recording.Recording, error) { return Envelope(t.Context(), open(), options) },
		"power":        func() (recording.Recording, error) { return Power(open(), []float64{20}, 0, work.Budget{}) },
	} {
		t.Run(name, func(t *testing.T) { recordingtest.Contract(t, f) })
	}
}
