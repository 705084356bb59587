package epoch_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/epoch"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/unit"
	"github.com/isocortex/isocortex/work"
)

// flat is a recording of two channels at 10 Hz: that of the brain is the number
// of the epoch of 1 s, that of the eyes 0 but for jumps.
func flat(t testing.TB, epochs int, jumps ...int) recording.Recording {
	brain, eyes := make([]float64, 10*epochs), make([]float64, 10*epochs)
	for i := range brain {
		brain[i] = 1e-6 * float64(i/10)
	}
	for _, j := range jumps {
		eyes[10*j+3] = 1e-3
	}
	h := recording.Header{Rate: 10, Channels: []recording.Channel{
		{Name: "Cz", Kind: recording.EEG, Unit: "V", Frame: recording.Head, Position: recording.Vector{0, 0, 0.1}},
		{Name: "HEOG", Kind: recording.EOG, Unit: "V", Position: recording.Nowhere},
	}}
	r, err := recording.NewMemory(h, [][]float64{brain, eyes})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// gathered has the epochs of a recording, a trial of each name.
func gathered(t testing.TB, r recording.Recording, threads int, names ...string) *epoch.Gathering {
	table := epoch.Table{Columns: []string{"condition", "category"}}
	for i, name := range names {
		table.Trials = append(table.Trials, recording.Trial{Event: recording.Event{At: recording.Acquired(10 * i)}, Values: []string{name, name[:1]}})
	}
	e, err := epoch.Cut{To: 0.9}.Around(r, table)
	if err != nil {
		t.Fatal(err)
	}
	g := epoch.Gather(r.Header().Channels[:1], epoch.Limits{Highest: map[recording.Kind]float64{recording.EOG: 250e-6}}, nil)
	run := epoch.Run{Epochs: e, Lost: e.Lost, Condition: "condition"}
	if err := g.Add(context.Background(), work.Budget{Threads: threads}, run); err != nil {
		t.Fatal(err)
	}
	return g
}

func ExampleGathering_Dataset() {
	signal := []float64{0, 0, 1, 1, 0, 0, 3, 3}
	h := recording.Header{Rate: 2, Channels: []recording.Channel{{Name: "Cz", Kind: recording.EEG, Unit: "V"}}}
	r, _ := recording.NewMemory(h, [][]float64{signal})
	trials := epoch.FromEvents([]recording.Event{{At: 2, Code: 7}, {At: 6, Code: 7}})
	cut, _ := epoch.Cut{From: -0.5, To: 0.5, Baseline: &unit.Span{From: -0.5, To: -0.1}}.Around(r, trials)
	g := epoch.Gather(h.Channels, epoch.Limits{}, nil)
	_ = g.Add(context.Background(), work.Budget{}, epoch.Run{Epochs: cut, Condition: epoch.CodeColumn})
	ds, _ := g.Dataset(epoch.Arrangement{Repetitions: epoch.Mean})
	fmt.Println(ds.Times, ds.F32, ds.Observation["condition"])
	// Output: [-0.5 0 0.5] [0 2 2] [7]
}

// The first number of every observation says which epochs it is the mean of.
func firsts(ds *dataset.Dataset) []float64 {
	var out []float64
	for o := range ds.Shape[0] {
		out = append(out, math.Round(1e7*ds.At(o, 0, 0))/10)
	}
	return out
}

func TestRepetitions(t *testing.T) {
	g := gathered(t, flat(t, 7, 0, 2, 5), 1, "ann", "bob", "cat", "ann", "bob", "cat", "ann")
	nan := math.NaN()
	for _, c := range []struct {
		a           epoch.Arrangement
		want        []float64
		repetitions string
		trials      string
	}{
		{epoch.Arrangement{}, []float64{3, 6, 1, 4, nan}, "2 3 1 2 n/a", "1 1 1 1 0"},
		{epoch.Arrangement{Repetitions: epoch.Mean}, []float64{4.5, 2.5, nan}, "", "2 2 0"},
		{epoch.Arrangement{Repetitions: epoch.First}, []float64{3, 1, nan}, "2 1 n/a", "1 1 0"},
	} {
		ds, err := g.Dataset(c.a)
		if err != nil {
			t.Fatal(err)
		}
		if got := firsts(ds); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%+v: %v, want %v", c.a, got, c.want)
		}
		if got := strings.Join(ds.Observation["repetition"], " "); got != c.repetitions {
			t.Errorf("%+v: repetitions %q", c.a, got)
		}
		if got := strings.Join(ds.Observation["trials"], " "); got != c.trials {
			t.Errorf("%+v: trials %q", c.a, got)
		}
		if got := ds.Observation["category"]; got[len(got)-1] != "c" {
			t.Errorf("%+v: categories %q", c.a, got)
		}
	}
	var dropped []string
	for _, f := range g.Fates {
		dropped = append(dropped, strings.Join(f.Why, "+"))
	}
	if !slices.Equal(dropped, []string{"HEOG", "", "HEOG", "", "", "HEOG", ""}) {
		t.Errorf("%q", dropped)
	}
}

// Draws depend on the seed, and on nothing else.
func TestDrawnTrials(t *testing.T) {
	var names []string
	for i := range 60 {
		names = append(names, []string{"ann", "bob"}[min(1, i%3)])
	}
	r := flat(t, 60)
	seen := map[string]bool{}
	for seeded := range uint64(10) {
		var first string
		for threads := 1; threads < 4; threads++ {
			g := gathered(t, r, threads, names...)
			one, err := g.Dataset(epoch.Arrangement{Repetitions: epoch.Random, Seed: seeded})
			if err != nil {
				t.Fatal(err)
			}
			equal, err := g.Dataset(epoch.Arrangement{Equal: epoch.EqualCounts, Seed: seeded})
			if err != nil {
				t.Fatal(err)
			}
			text := fmt.Sprint(firsts(one), firsts(equal))
			if first == "" {
				first = text
			}
			if text != first {
				t.Errorf("%d threads: %s, want %s", threads, text, first)
			}
			counts := map[string]int{}
			for _, c := range equal.Observation["condition"] {
				counts[c]++
			}
			if one.Shape[0] != 2 || counts["ann"] != 20 || counts["bob"] != 20 {
				t.Errorf("%v, %v", one.Shape, counts)
			}
		}
		seen[first] = true
	}
	if len(seen) < 9 {
		t.Errorf("%d different draws of 10", len(seen))
	}
}

func TestLimits(t *testing.T) {
	text := "eeg=150µV,grad=4000fT/cm,mag=4000fT"
	limits, err := epoch.ParseLimits(text)
	if err != nil || limits[recording.EEG] != 150e-6 || limits[recording.Magnetometer] != 4e-12 || limits[recording.Gradiometer] != 4000e-13 {
		t.Errorf("%v, %v", limits, err)
	}
	if again := epoch.FormatLimits(limits); again != text {
		t.Errorf("%q", again)
	}
	for text, want := range map[string]string{
		"":           `"" is no limit`,
		"eeg":        `"eeg" is no limit: write a kind of channels and a size, such as eeg=150uV`,
		"eog=x":      `"x" is no size of eog: write a number and a unit, such as 100µV`,
		"eeg=150":    `"150" is in no unit of eeg`,
		"eeg=-1uV":   `"-1uV" is no size of eeg`,
		"eeg=1fT":    `"1fT" is in no unit of eeg: write it in µV, or another in V`,
		"stim=1uV":   `no kind of channels is called "stim"`,
		"gard=1fT/m": `did you mean grad`,
	} {
		if _, err := epoch.ParseLimits(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// What is exactly at a limit is kept; the last time of the span is not looked at.
func TestWhatIsLookedAt(t *testing.T) {
	for _, c := range []struct {
		limits epoch.Limits
		kept   int
	}{
		{epoch.Limits{Highest: map[recording.Kind]float64{recording.EOG: 1e-3}}, 2},
		{epoch.Limits{Highest: map[recording.Kind]float64{recording.EOG: 0.999e-3}}, 1},
		{epoch.Limits{Lowest: map[recording.Kind]float64{recording.EOG: 1e-3}}, 1},
		{epoch.Limits{Highest: map[recording.Kind]float64{recording.EOG: 1e-6}, Span: &unit.Span{From: 0, To: 0.3}}, 2},
		{epoch.Limits{Highest: map[recording.Kind]float64{recording.EOG: 1e-6}, Span: &unit.Span{From: 0, To: 0.4}}, 1},
	} {
		r := flat(t, 2, 1)
		e, err := epoch.Cut{To: 0.9}.Around(r, epoch.FromEvents([]recording.Event{{At: 0, Code: 1}, {At: 10, Code: 1}}))
		if err != nil {
			t.Fatal(err)
		}
		g := epoch.Gather(r.Header().Channels[:1], c.limits, nil)
		if err := g.Add(t.Context(), work.Budget{}, epoch.Run{Epochs: e, Condition: epoch.CodeColumn}); err != nil {
			t.Fatal(err)
		}
		kept := 0
		for _, f := range g.Fates {
			if len(f.Why) == 0 {
				kept++
			}
		}
		if kept != c.kept {
			t.Errorf("%+v: %d kept, want %d", c.limits, kept, c.kept)
		}
	}
}

// Runs that do not fit together are refused.
func TestRunsMustAgree(t *testing.T) {
	g := gathered(t, flat(t, 2), 1, "ann", "bob")
	trials := epoch.FromEvents([]recording.Event{{At: 0, Code: 1}})
	for want, change := range map[string]func(h *recording.Header, c *epoch.Cut){
		`has no channel "Cz", which the first run has: name it as bad`:   func(h *recording.Header, _ *epoch.Cut) { h.Channels[0].Name = "Pz" },
		`channel "Cz" measures eeg in "µV", in the first run eeg in "V"`: func(h *recording.Header, _ *epoch.Cut) { h.Channels[0].Unit = "µV" },
		"has 9 times":                    func(_ *recording.Header, c *epoch.Cut) { c.To = 0.8 },
		`nothing about events is called`: func(*recording.Header, *epoch.Cut) {},
	} {
		h := recording.Header{Path: "b.fif", Rate: 10, Channels: []recording.Channel{{Name: "Cz", Kind: recording.EEG, Unit: "V"}}}
		c := epoch.Cut{To: 0.9}
		change(&h, &c)
		r, err := recording.NewMemory(h, [][]float64{make([]float64, 20)})
		if err != nil {
			t.Fatal(err)
		}
		e, err := c.Around(r, trials)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.Add(t.Context(), work.Budget{}, epoch.Run{Epochs: e, Condition: "condition"}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// Volts that are microvolts are noticed.
func TestImplausibleUnits(t *testing.T) {
	for scale, want := range map[float64]int{1e-6: 0, 1: 1} {
		row := make([]float64, 20)
		for i := range row {
			row[i] = scale * float64(10+i%3)
		}
		h := recording.Header{Rate: 10, Channels: []recording.Channel{{Name: "Cz", Kind: recording.EEG, Unit: "V"}, {Name: "HEOG", Kind: recording.EOG, Unit: "V"}}}
		r, err := recording.NewMemory(h, [][]float64{row, row})
		if err != nil {
			t.Fatal(err)
		}
		if got := gathered(t, r, 1, "ann", "bob").Implausible(); len(got) != want {
			t.Errorf("%g V: %v", 10*scale, got)
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	const channels, length, trials = 100, 30000, 60
	h := recording.Header{Rate: 250}
	var signal [][]float64
	for i := range channels {
		h.Channels = append(h.Channels, recording.Channel{Name: fmt.Sprint(i), Kind: recording.EEG, Unit: "V"})
		signal = append(signal, make([]float64, length))
	}
	r, err := recording.NewMemory(h, signal)
	if err != nil {
		b.Fatal(err)
	}
	var events []recording.Event
	for i := range trials {
		events = append(events, recording.Event{At: recording.Acquired(500 * (i - i/59)), Code: 1})
	}
	for b.Loop() {
		e, err := epoch.Cut{From: 0, To: 1}.Around(r, epoch.FromEvents(events))
		if err != nil {
			b.Fatal(err)
		}
		g := epoch.Gather(h.Channels, epoch.Limits{Highest: map[recording.Kind]float64{recording.EEG: 1}}, nil)
		if err := g.Add(context.Background(), work.Budget{}, epoch.Run{Epochs: e, Condition: epoch.CodeColumn}); err != nil {
			b.Fatal(err)
		}
	}
}
