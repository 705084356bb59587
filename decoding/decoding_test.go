package decoding

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

// recording returns trials of conditions: noise of standard deviation 1, and the
// pattern of the condition, normal with the given deviation, from the middle time
// on.
func recording(conditions, trials, channels, times int, signal float64, stream int) *dataset.Dataset {
	n := conditions * trials
	ds := &dataset.Dataset{Shape: [3]int{n, channels, times}, F64: make([]float64, n*channels*times), Observation: map[string][]string{}}
	random := seed.Stream(1, "recording", stream)
	patterns := make([]float64, conditions*channels)
	for i := range patterns {
		patterns[i] = signal * random.NormFloat64()
	}
	for i := range ds.F64 {
		ds.F64[i] = random.NormFloat64()
		if t := i % times; t >= times/2 {
			ds.F64[i] += patterns[i/times/channels/trials*channels+i/times%channels]
		}
	}
	for o := range n {
		ds.Observation["condition"] = append(ds.Observation["condition"], strconv.Itoa(o/trials))
		ds.Observation["run"] = append(ds.Observation["run"], strconv.Itoa(o%trials%3))
	}
	for t := range times {
		ds.Times = append(ds.Times, float64(t)/100)
	}
	return ds
}

// decoder returns the measure of that name with a shrinkage.
func decoder(tb testing.TB, name, shrinkage string) Decoder {
	tb.Helper()
	d := Decoder{Seed: 1, Multiplier: engine.Plain{}}
	var err error
	if d.Measure, err = MeasureByName(name); err != nil {
		tb.Fatal(err)
	}
	if d.Shrinkage, err = ParseShrinkage(shrinkage); err != nil {
		tb.Fatal(err)
	}
	return d
}

func estimate(tb testing.TB, d Decoder, ds *dataset.Dataset) []float64 {
	tb.Helper()
	r, err := d.Estimate(tb.Context(), ds)
	if err != nil {
		tb.Fatal(err)
	}
	if err := r.Check(); err != nil {
		tb.Fatal(err)
	}
	return r.Dissimilarities
}

func TestSignalIsFoundAndNothingElse(t *testing.T) {
	for _, name := range MeasureNames() {
		d := decoder(t, name, "0.1")
		d.PseudoTrials, d.Assignments = 4, 4
		ds := recording(6, 12, 10, 8, 1, 0)
		rdvs := estimate(t, d, ds)
		half := len(rdvs) / 2
		before, after := mean(rdvs[:half])-d.Measure.Definition.Chance, mean(rdvs[half:])-d.Measure.Definition.Chance
		if after < 0.3 || math.Abs(before) > after/4 {
			t.Errorf("%s: %.3f above chance without a signal, %.3f with one", name, before, after)
		}
	}
}

// The mean over many data sets without signal is that of chance, within three
// standard errors.
func TestAccuracyIsHalfWithoutSignal(t *testing.T) {
	for _, name := range MeasureNames() {
		d := decoder(t, name, "")
		d.Count = 3
		var means []float64
		for stream := range 40 {
			means = append(means, mean(estimate(t, d, recording(4, 6, 5, 2, 0, stream))))
		}
		average, square := mean(means), 0.0
		for _, m := range means {
			square += (m - average) * (m - average)
		}
		if limit := 3 * math.Sqrt(square/39/40); math.Abs(average-d.Measure.Definition.Chance) > limit {
			t.Errorf("%s: %.4f without signal, chance is %g ± %.4f", name, average, d.Measure.Definition.Chance, limit)
		}
	}
}

// Accuracies do not depend on where zero is, nor linear discriminants on units or
// on the directions of channels.
func TestWhatDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		ds := recording(3, 6, 4, 1, 1, rapid.IntRange(0, 1000).Draw(r, "stream"))
		name := rapid.SampledFrom(MeasureNames()).Draw(r, "measure")
		d := decoder(t, name, rapid.SampledFrom([]string{"", "0.3", "cosmo:0.1"}).Draw(r, "shrinkage"))
		d.Folds = "run"
		moved, turned := *ds, *ds
		moved.F64, turned.F64 = slices.Clone(ds.F64), slices.Clone(ds.F64)
		shift := rapid.Float64Range(-100, 100).Draw(r, "shift")
		sin, cos := math.Sincos(rapid.Float64Range(0, 7).Draw(r, "angle"))
		for i := range moved.F64 {
			moved.F64[i] += shift
		}
		for o := range ds.Shape[0] {
			x, y := ds.F64[o*4], ds.F64[o*4+1]
			turned.F64[o*4], turned.F64[o*4+1] = cos*x-sin*y, sin*x+cos*y
		}
		want := estimate(t, d, ds)
		near(r, "moved", estimate(t, d, &moved), want, 1e-8)
		near(r, "turned", estimate(t, d, &turned), want, 1e-8)
	})
}

func TestAnyNumberOfThreadsGivesTheSameBits(t *testing.T) {
	ds := recording(4, 6, 5, 11, 1, 0)
	for _, name := range MeasureNames() {
		d := decoder(t, name, "")
		d.PseudoTrials, d.Assignments = 3, 3
		d.Budget = work.Budget{Threads: 1}
		want := estimate(t, d, ds)
		d.Budget.Threads = 3
		if got := estimate(t, d, ds); !slices.Equal(got, want) {
			t.Errorf("%s: three threads give other bits than one", name)
		}
	}
}

// A pair is NaN where one of its trials is, and no other pair is.
func TestMissingMeasurementsStayWhereTheyAre(t *testing.T) {
	for _, name := range MeasureNames() {
		ds := recording(4, 6, 5, 2, 1, 0)
		ds.F64[0] = math.NaN() // condition 0 at the first time
		d := decoder(t, name, "0.1")
		d.Count = 3
		for pair, v := range estimate(t, d, ds) {
			if math.IsNaN(v) != (pair < 3) {
				t.Errorf("%s: pair %d is %v", name, pair, v)
			}
		}
	}
}

// Trials of a label's fold are never in training and test at once: what all
// trials of a run share says nothing, even when it tells conditions apart there.
func TestRunsAreLeftOutWhole(t *testing.T) {
	ds := recording(2, 6, 3, 1, 0, 0)
	for o := range ds.Shape[0] {
		run, _ := strconv.Atoi(ds.Observation["run"][o])
		side := float64(2*(o/6) - 1)
		ds.F64[o*3] += 100 * side * []float64{1, -1, -1}[run]
	}
	d := decoder(t, "lda accuracy", "0.5")
	d.Folds = "run"
	if got := estimate(t, d, ds)[0]; got > 0.5 {
		t.Errorf("accuracy %g where no run tells about another", got)
	}
}

func TestWrongOptionsOfDecodersAreToldWithARemedy(t *testing.T) {
	trials := func() *dataset.Dataset { return recording(3, 4, 2, 1, 0, 0) }
	for _, c := range []struct {
		name   string
		change func(d *Decoder, ds *dataset.Dataset)
		says   string
	}{
		{"no conditions", func(_ *Decoder, ds *dataset.Dataset) { delete(ds.Observation, "condition") }, "label the observations with their condition"},
		{"one condition", func(_ *Decoder, ds *dataset.Dataset) { ds.Observation["condition"] = slices.Repeat([]string{"a"}, 12) }, "1 conditions"},
		{"few trials", func(d *Decoder, _ *dataset.Dataset) { d.Count = 5 }, `condition "0" has 4 trials and needs 5`},
		{"few pseudo-trials", func(d *Decoder, _ *dataset.Dataset) { d.PseudoTrials, d.Count = 3, 4 }, "3 pseudo-trials for 4 folds"},
		{"one trial for training", func(d *Decoder, _ *dataset.Dataset) { d.PseudoTrials = 2 }, "three folds or more"},
		{"no such label", func(d *Decoder, _ *dataset.Dataset) { d.Folds = "session" }, `"session"`},
		{"label and number", func(d *Decoder, _ *dataset.Dataset) { d.Folds, d.Count = "run", 3 }, "choose one"},
		{"few in a fold", func(d *Decoder, _ *dataset.Dataset) { d.Folds, d.PseudoTrials = "run", 2 }, "in a fold"},
		{"one fold", func(d *Decoder, ds *dataset.Dataset) {
			d.Folds, ds.Observation["run"] = "run", slices.Repeat([]string{"1"}, 12)
		}, "in one fold only"},
		{"no such normalization", func(d *Decoder, _ *dataset.Dataset) { d.Normalization = "epochs" }, "epoch"},
		{"no baseline", func(d *Decoder, _ *dataset.Dataset) { d.Normalization = "baseline" }, "two times before 0"},
	} {
		d, ds := decoder(t, "lda accuracy", ""), trials()
		c.change(&d, ds)
		if _, err := d.Estimate(t.Context(), ds); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if _, err := MeasureByName("lda acuracy"); err == nil || !strings.Contains(err.Error(), "did you mean lda accuracy") {
		t.Error(err)
	}
	for _, text := range []string{"0", "1.5", "-1", "nan", "cosmo:0", "cosmo:x", "oas"} {
		if _, err := ParseShrinkage(text); err == nil {
			t.Errorf("shrinkage %q is taken", text)
		}
	}
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

func near(tb interface{ Errorf(string, ...any) }, name string, got, want []float64, tolerance float64) {
	if len(got) != len(want) {
		tb.Errorf("%s: %d numbers for %d", name, len(got), len(want))
		return
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= tolerance*max(1, math.Abs(want[i]))) {
			tb.Errorf("%s: number %d is %v, not %v", name, i, got[i], want[i])
			return
		}
	}
}

func BenchmarkEstimate(b *testing.B) {
	ds := recording(92, 10, 306, 4, 1, 0)
	for _, c := range []struct{ name, shrinkage string }{
		{"lda accuracy", "0.1"}, {"lda accuracy", "ledoit-wolf"}, {"lda accuracy", "auto"}, {"pooled lda accuracy", "0.1"}, {"svm accuracy", ""},
	} {
		b.Run(fmt.Sprint(c.name, "/", c.shrinkage), func(b *testing.B) {
			d := decoder(b, c.name, c.shrinkage)
			d.Count, d.Multiplier, d.Budget.Threads = 5, enginetest.Open(b).Multiplier(), 1
			for b.Loop() {
				estimate(b, d, ds)
			}
		})
	}
}
