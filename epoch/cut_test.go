package epoch

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/unit"
)

// counting is a recording of one channel whose signal is the number of the
// sample.
func counting(t testing.TB, rate float64, first, length int, notes ...recording.Annotation) recording.Recording {
	row := make([]float64, length)
	for i := range row {
		row[i] = float64(i)
	}
	h := recording.Header{
		Rate: rate, First: recording.Acquired(first), Annotations: notes, Lowpass: math.NaN(),
		Channels: []recording.Channel{{Name: "Cz", Kind: recording.EEG, Unit: "V", Position: recording.Nowhere}},
	}
	r, err := recording.NewMemory(h, [][]float64{row})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// at returns trials at samples.
func at(places ...int) Table {
	events := make([]recording.Event, len(places))
	for i, p := range places {
		events[i] = recording.Event{At: recording.Acquired(p), Code: i + 1}
	}
	return FromEvents(events)
}

func TestCutAgainstMNE(t *testing.T) {
	var want struct {
		Epochs struct {
			Cases []struct {
				Rate        float64   `json:"sfreq"`
				From        float64   `json:"tmin"`
				To          float64   `json:"tmax"`
				Every       int       `json:"decim"`
				Start       int       `json:"first_samp"`
				Events      []int     `json:"events"`
				Times       int       `json:"n_times"`
				FirstTime   float64   `json:"t0"`
				LastTime    float64   `json:"t1"`
				NewRate     float64   `json:"new_sfreq"`
				First, Last []float64 // of every epoch
				FirstRaw    []float64 `json:"first_raw_index"`
				LastRaw     []float64 `json:"last_raw_index"`
				Zero        bool      `json:"zero_in_times"`
			} `json:"cases"`
		} `json:"epochs"`
	}
	realtest.Reference(t, "mne.json", &want)
	if len(want.Epochs.Cases) != 6 {
		t.Fatalf("%d cases", len(want.Epochs.Cases))
	}
	for i, c := range want.Epochs.Cases {
		r := counting(t, c.Rate, c.Start, 6000)
		e, err := Cut{From: c.From, To: c.To, Decimate: c.Every}.Around(r, at(c.Events...))
		if err != nil {
			t.Fatal(err)
		}
		h, times := e.Header(), e.Times()
		if h.Length != c.Times || times[0] != c.FirstTime || times[c.Times-1] != c.LastTime || h.Rate != c.NewRate || slices.Contains(times, 0) != c.Zero {
			t.Errorf("case %d: %d times from %v to %v at %v", i, h.Length, times[0], times[c.Times-1], h.Rate)
		}
		if math.Abs(h.Times()[0]-c.FirstTime) > 1e-12 { // start/rate, where times are sample/rate
			t.Errorf("case %d: the header says %v", i, h.Times()[0])
		}
		for k := range c.Events {
			signal := make([]float64, h.Length)
			if err := e.Read(signal, []int{k}, []int{0}); err != nil || signal[0] != c.FirstRaw[k] || signal[h.Length-1] != c.LastRaw[k] {
				t.Errorf("case %d: epoch %d goes from %v to %v: %v", i, k, signal[0], signal[h.Length-1], err)
			}
		}
	}
}

// Cutting epochs again gives what one cut gives.
func TestCutsCompose(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate := rapid.SampledFrom([]float64{100, 250, 600.614990234375, 1100}).Draw(t, "rate")
		from := rapid.Float64Range(-0.3, 0.1).Draw(t, "from")
		c := Cut{From: from, To: from + rapid.Float64Range(0.05, 0.5).Draw(t, "length"), Decimate: rapid.IntRange(1, 4).Draw(t, "every")}
		if rapid.Bool().Draw(t, "baseline") {
			c.Baseline = &unit.Span{From: -0.25, To: 0}
		}
		h := recording.Header{Rate: rate, Channels: []recording.Channel{{Name: "Cz", Kind: recording.EEG}}}
		r, err := recording.NewMemory(h, [][]float64{rapid.SliceOfN(rapid.Float64Range(-1, 1), 3000, 3000).Draw(t, "signal")})
		if err != nil {
			t.Fatal(err)
		}
		wide, err := Cut{From: -0.5, To: 0.8}.Around(r, at(1000, 1500))
		if err != nil {
			t.Fatal(err)
		}
		once, err := c.Around(r, at(1000, 1500))
		if err != nil {
			t.Skip(err)
		}
		twice, err := c.Of(wide, at(1000, 1500), []int{0, 1})
		if err != nil {
			t.Fatal(err)
		}
		n := once.Header().Length
		a, b := make([]float64, 2*n), make([]float64, 2*n)
		if err := once.Read(a, []int{0, 1}, []int{0}); err != nil {
			t.Fatal(err)
		}
		if err := twice.Read(b, []int{0, 1}, []int{0}); err != nil || !slices.Equal(a, b) || !slices.Equal(once.Times(), twice.Times()) {
			t.Fatalf("they differ: %v", err)
		}
	})
}

// The mean over the baseline is 0 afterwards, also where no time of it is kept.
func TestBaselineIsSubtracted(t *testing.T) {
	r := counting(t, 100, 0, 1000)
	for _, c := range []struct {
		cut  Cut
		want float64 // of the first time
	}{
		{Cut{From: -0.1, To: 0.1, Baseline: &unit.Span{From: -0.1, To: 0}}, -5},
		{Cut{From: 0, To: 0.1, Baseline: &unit.Span{From: -0.1, To: 0}}, 5},
		{Cut{From: 0, To: 0.1, Baseline: &unit.Span{From: -0.101, To: -0.099}}, 10},
		{Cut{From: -0.1, To: 0.1, Decimate: 3, Baseline: &unit.Span{From: -0.1, To: 0}}, -4},
		{Cut{From: -0.1, To: 0.1}, 490},
	} {
		e, err := c.cut.Around(r, at(500))
		if err != nil {
			t.Fatal(err)
		}
		signal := make([]float64, e.Header().Length)
		if err := e.Read(signal, []int{0}, []int{0}); err != nil || signal[0] != c.want {
			t.Errorf("%+v: %v, want %v: %v", c.cut, signal[0], c.want, err)
		}
	}
}

func TestTrialsAreLostForAReason(t *testing.T) {
	bad := recording.Annotation{Onset: 5.05, Duration: 0.1, Text: "BAD_jump"}
	notes := []recording.Annotation{bad, {Onset: 3, Duration: 1, Text: "a sentence"}, {Onset: 7, Duration: 1, Text: "bad", Channels: []string{"Cz"}}}
	r := counting(t, 100, 70, 1000, notes...)
	trials := at(70+5, 70+300, 70+494, 70+495, 70+524, 70+526, 70+700, 70+989, 70+990)
	e, err := Cut{From: -0.1, To: 0.1}.Around(r, trials)
	if err != nil {
		t.Fatal(err)
	}
	got := map[int]string{}
	for _, l := range e.Lost {
		got[int(l.Trial.Event.At)-70] = l.Why[0]
	}
	// An epoch of 21 samples from 485 ends before 506 and meets what begins at 505.
	want := map[int]string{5: TooEarly, 495: "BAD_jump", 524: "BAD_jump", 990: TooLate}
	for place, why := range want {
		if got[place] != why {
			t.Errorf("%d: %q, want %q", place, got[place], why)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%v", got)
	}
	if e, err = (Cut{From: -0.1, To: 0.1, Bad: KeepBad}).Around(r, trials); err != nil || len(e.Lost) != 2 {
		t.Errorf("%v, %v", e.Lost, err)
	}
}

func TestCutSaysWhatIsWrong(t *testing.T) {
	r := counting(t, 100, 0, 1000)
	for want, c := range map[string]Cut{
		"epochs from 100 ms to 0 ms have no times":                {From: 0.1},
		"no time is left when one of 50 is kept":                  {From: 0.1, To: 0.2, Decimate: 50},
		"at 100 Hz, no time is in the baseline from 1 ms to 9 ms": {To: 0.1, Baseline: &unit.Span{From: 0.001, To: 0.009}},
	} {
		if _, err := c.Around(r, at(500)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	e, err := Cut{From: -0.1, To: 0.1}.Around(r, at(500))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (Cut{From: -0.2, To: 0}).Of(e, at(500), []int{0}); err == nil || !strings.Contains(err.Error(), "its epochs go from -100 ms to 100 ms, and -200 ms to 0 ms are asked for") {
		t.Errorf("%v", err)
	}
	if err := e.Read(nil, []int{1}, nil); err == nil || !strings.Contains(err.Error(), "epoch 1 is asked for") {
		t.Errorf("%v", err)
	}
}
