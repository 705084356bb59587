package signal

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/recordingtest"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

// memory returns a recording of EEG channels.
func memory(tb testing.TB, rate float64, signal ...[]float64) recording.Recording {
	h := recording.Header{Rate: rate, Lowpass: math.NaN(), Highpass: math.NaN()}
	for i := range signal {
		h.Channels = append(h.Channels, recording.Channel{Name: fmt.Sprint("E", i+1), Kind: recording.EEG, Unit: "V"})
	}
	r, err := recording.NewMemory(h, signal)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// whole returns the signal of a channel.
func whole(tb interface{ Fatal(...any) }, r recording.Recording, channel int) []float64 {
	x := make([]float64, r.Header().Length)
	if err := r.Read(x, []int{channel}, r.Header().Whole()); err != nil {
		tb.Fatal(err)
	}
	return x
}

// wave is the signal of the reference.
func wave(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		t := float64(i)
		x[i] = math.Sin(2*math.Pi*3*t/200) + .5*math.Sin(2*math.Pi*30*t/200) + .01*t
	}
	return x
}

func noise(n int, number uint64) []float64 {
	from, x := seed.Stream(number, "noise"), make([]float64, n)
	for i := range x {
		x[i] = from.NormFloat64()
	}
	return x
}

// direct is the definition: the sum over the padded signal.
func direct(x, taps []float64) []float64 {
	reach := len(taps) / 2
	padded, y := make([]float64, len(x)+2*reach), make([]float64, len(x))
	beyond(padded, -reach, len(x), known{x: x})
	for i := range y {
		for k, v := range taps {
			y[i] += v * padded[i+len(taps)-1-k]
		}
	}
	return y
}

func ExampleFiltered() {
	x := make([]float64, 1000)
	for i := range x {
		x[i] = 1 + math.Sin(2*math.Pi*50*float64(i)/1000) // 50 Hz about 1
	}
	r, _ := recording.NewMemory(recording.Header{Rate: 1000, Channels: []recording.Channel{{Name: "Cz", Kind: recording.EEG}}}, [][]float64{x})
	f, _ := Design(1000, Band{Lowpass: 20})
	filtered := make([]float64, 2)
	err := Filtered(r, f, work.Budget{}).Read(filtered, []int{0}, recording.Window{From: 504, To: 506})
	fmt.Printf("%.2f after %.2f, %v\n", filtered, x[504:506], err)
	// Output: [1.00 1.00] after [1.95 2.00], <nil>
}

// What MNE-Python makes of the same signal, to 1e-10 of its largest value.
func TestFilteredAgainstMNE(t *testing.T) {
	var want struct {
		Apply struct {
			Cases []struct {
				Low   float64   `json:"l"`
				High  float64   `json:"h"`
				N     int       `json:"n"`
				Notch []float64 `json:"notch"`
				At    []int     `json:"idx"`
				Y     []float64 `json:"y"`
			} `json:"cases"`
		} `json:"fir_apply"`
	}
	realtest.Reference(t, "filters.json", &want)
	const rate, fallback = 200, 1000
	for _, c := range want.Apply.Cases {
		n := c.N
		if n == 0 {
			n = fallback
		}
		f, err := Design(rate, Band{Highpass: c.Low, Lowpass: c.High})
		if c.Notch != nil {
			f, err = Notch(rate, c.Notch)
		}
		if err != nil {
			t.Fatal(err)
		}
		y := whole(t, Filtered(memory(t, rate, wave(n)), f, work.Budget{}), 0)
		for i, at := range c.At {
			if math.Abs(y[at]-c.Y[i]) > 1e-10*11 {
				t.Errorf("%+v: time %d is %g, want %g", c, at, y[at], c.Y[i])
			}
		}
	}
}

func TestFilteredKeepsTheContract(t *testing.T) {
	recordingtest.Contract(t, func() (recording.Recording, error) {
		f, err := Design(250, Band{Highpass: 30, Lowpass: 60})
		if err != nil {
			return nil, err
		}
		signal := [][]float64{noise(700, 1), noise(700, 2), noise(700, 3), noise(700, 4), noise(700, 5), noise(700, 6)}
		h := *memory(t, 250, signal...).Header()
		h.Channels[2].Kind = recording.Stim
		h.Annotations = []recording.Annotation{{Onset: 1, Text: "EDGE boundary"}, {Onset: 1.5, Duration: .2, Text: "BAD_ACQ_SKIP"}}
		r, err := recording.NewMemory(h, signal)
		return Filtered(r, f, work.Budget{}), err
	})
}

// The sum over the padded signal is the definition, for every length of signal
// and filter, and wherever a recording is cut.
func TestFilteredIsItsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, cut := rapid.IntRange(1, 400).Draw(t, "samples"), rapid.IntRange(0, 400).Draw(t, "cut")
		half := noise(rapid.IntRange(0, 60).Draw(t, "reach"), 1)
		taps := append(append(append([]float64{}, half...), 1), reversed(half)...)
		x := noise(n, 2)
		h := recording.Header{Rate: 1, Channels: []recording.Channel{{Name: "E", Kind: recording.EEG}}}
		h.Annotations = []recording.Annotation{{Onset: float64(cut), Text: "edge"}}
		r, err := recording.NewMemory(h, [][]float64{x})
		if err != nil {
			t.Fatal(err)
		}
		cut = min(cut, n)
		want := append(direct(x[:cut], taps), direct(x[cut:], taps)...)
		for i, v := range whole(t, Filtered(r, FIR{taps: taps}, work.Budget{}), 0) {
			if math.Abs(v-want[i]) > 1e-11 {
				t.Fatalf("time %d of %d is %g, want %g", i, n, v, want[i])
			}
		}
	})
}

func reversed(x []float64) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[len(x)-1-i] = v
	}
	return y
}

// The first and last value of a signal are changed as a constant is, a constant
// too; both by the sum of the taps.
func TestEndsAndConstants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		band := rapid.SampledFrom([]Band{{Lowpass: 20}, {Highpass: 5}, {Highpass: 5, Lowpass: 40}, {Highpass: 70, Lowpass: 40}}).Draw(t, "band")
		f, err := Design(200, band)
		if err != nil {
			t.Fatal(err)
		}
		gain := 0.0
		for _, v := range f.taps {
			gain += v
		}
		n := len(f.taps) + rapid.IntRange(0, 500).Draw(t, "more samples than taps")
		x, flat := noise(n, rapid.Uint64().Draw(t, "seed")), make([]float64, n)
		for i := range flat {
			flat[i] = 3
		}
		h := recording.Header{Rate: 200, Channels: []recording.Channel{{Name: "a", Kind: recording.EEG}, {Name: "b", Kind: recording.EEG}}}
		r, err := recording.NewMemory(h, [][]float64{x, flat})
		if err != nil {
			t.Fatal(err)
		}
		filtered := Filtered(r, f, work.Budget{})
		y := whole(t, filtered, 0)
		for _, i := range []int{0, n - 1} {
			if math.Abs(y[i]-gain*x[i]) > 1e-12 {
				t.Fatalf("time %d of %d is %g, want %g", i, n, y[i], gain*x[i])
			}
		}
		for i, v := range whole(t, filtered, 1) {
			if math.Abs(v-3*gain) > 1e-12 {
				t.Fatalf("constant 3 is %g at %d, want %g", v, i, 3*gain)
			}
		}
	})
}

// The length of transforms changes nothing but rounding.
func TestBlocksDoNotShow(t *testing.T) {
	f, err := Design(200, Band{Highpass: 1, Lowpass: 40})
	if err != nil {
		t.Fatal(err)
	}
	x := noise(20000, 1)
	want := whole(t, Filtered(memory(t, 200, x), f, work.Budget{}), 0)
	for _, longest := range []int{1, 2000, 1 << 20} {
		p := newPieces(memory(t, 200, x), newConvolver(f.taps, even, longest), work.Budget{})
		for i, v := range whole(t, p, 0) {
			if math.Abs(v-want[i]) > 1e-12 {
				t.Fatalf("with blocks for %d samples time %d is %g, else %g", longest, i, v, want[i])
			}
		}
	}
}

func TestHeaderOfFiltered(t *testing.T) {
	r := memory(t, 200, noise(100, 1))
	for _, band := range []Band{{Highpass: 1, Lowpass: 40}, {Highpass: .5, Lowpass: 60}} {
		f, err := Design(200, band)
		if err != nil {
			t.Fatal(err)
		}
		r = Filtered(r, f, work.Budget{})
	}
	if h := r.Header(); h.Highpass != 1 || h.Lowpass != 40 {
		t.Errorf("it passes %g to %g Hz", h.Highpass, h.Lowpass)
	}
	f, err := Notch(200, []float64{50})
	if err != nil {
		t.Fatal(err)
	}
	if h := Filtered(r, f, work.Budget{}).Header(); h.Highpass != 1 || h.Lowpass != 40 {
		t.Errorf("after a notch it passes %g to %g Hz", h.Highpass, h.Lowpass)
	}
}
