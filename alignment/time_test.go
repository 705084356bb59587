package alignment_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/alignment"
	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

// following returns a layer, and responses that follow it the more the nearer a
// time is to the peak.
func following(peak int, index ...int) (layer, brain *dataset.Dataset) {
	random := seed.Stream(4, "following", index...)
	const stimuli, channels, times = 20, 4, 5
	layer = &dataset.Dataset{Shape: [3]int{stimuli, channels, 1}, F64: make([]float64, stimuli*channels)}
	for i := range layer.F64 {
		layer.F64[i] = random.NormFloat64()
	}
	brain = &dataset.Dataset{Shape: [3]int{stimuli, channels, times}, F64: make([]float64, stimuli*channels*times), Times: []float64{0, 0.1, 0.2, 0.3, 0.4}}
	for i := range brain.F64 {
		from := float64(i%times - peak)
		brain.F64[i] = layer.F64[i/times]*math.Exp(-from*from) + 0.3*random.NormFloat64()
	}
	return layer, brain
}

func ExampleAlignment_OverTime() {
	layer, brain := following(2)
	cka, _ := alignment.ByName("cka-unbiased")
	scores, err := cka.OverTime(context.Background(), layer, brain, alignment.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	best := 0
	for t, score := range scores {
		if score.Value > scores[best].Value {
			best = t
		}
	}
	fmt.Printf("most alike at %g s\n", brain.Times[best])
	// Output: most alike at 0.2 s
}

// one returns the responses of one time.
func one(d *dataset.Dataset, t int) *dataset.Dataset {
	at := &dataset.Dataset{Shape: [3]int{d.Shape[0], d.Shape[1], 1}}
	for s := range d.Shape[0] {
		for c := range d.Shape[1] {
			at.F64 = append(at.F64, d.At(s, c, t))
		}
	}
	return at
}

// Scores over time are those of the single times; across times, those on the
// diagonal are scores over time, and exchanging the sides turns the rest over.
func TestTimesAreComparedOneByOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, x := following(rapid.IntRange(0, 4).Draw(t, "peak"), 1)
		_, y := following(rapid.IntRange(0, 4).Draw(t, "other peak"), 2)
		if rapid.Bool().Draw(t, "missing") {
			x.F64[rapid.IntRange(0, len(x.F64)-1).Draw(t, "where")] = math.NaN()
		}
		a := rapid.SampledFrom(alignment.Alignments).Draw(t, "alignment")
		o := alignment.Options{Budget: work.Budget{Threads: rapid.IntRange(1, 3).Draw(t, "threads")}}
		over, err := a.OverTime(t.Context(), x, y, o)
		if err != nil {
			t.Fatal(err)
		}
		across, err := a.AcrossTimes(t.Context(), x, y, o)
		if err != nil {
			t.Fatal(err)
		}
		back, err := a.AcrossTimes(t.Context(), y, x, o)
		if err != nil {
			t.Fatal(err)
		}
		for r := range across {
			for c, got := range across[r] {
				want, err := a.Score(t.Context(), one(x, r), one(y, c), alignment.Options{Budget: work.Budget{Threads: 1}})
				if err != nil {
					t.Fatal(err)
				}
				if got.Value != want.Value || got.LeftOut != want.LeftOut || r == c && over[r].Value != want.Value {
					t.Fatalf("%s at %d and %d: %v across, %v over time, %v alone", a.Name, r, c, got.Value, over[r].Value, want.Value)
				}
				if a.Symmetric && math.Abs(back[c][r].Value-got.Value) > 1e-6 {
					t.Fatalf("%s at %d and %d: %v, exchanged %v", a.Name, r, c, got.Value, back[c][r].Value)
				}
			}
		}
	})
}

func TestWrongTimes(t *testing.T) {
	layer, brain := following(1)
	_, later := following(1)
	later.Times = []float64{1, 1.1, 1.2, 1.3, 1.4}
	infinite, _ := following(1)
	_, broken := following(1)
	broken.F64[3] = math.Inf(1)
	cka := byName(t, "cka")
	if _, err := cka.OverTime(t.Context(), brain, later, alignment.Options{}); err == nil || !strings.Contains(err.Error(), "the times do not match") {
		t.Errorf("other times: error %v", err)
	}
	if _, err := cka.AcrossTimes(t.Context(), brain, later, alignment.Options{}); err != nil {
		t.Errorf("across other times: %v", err)
	}
	if _, err := cka.OverTime(t.Context(), infinite, broken, alignment.Options{}); err == nil || !strings.Contains(err.Error(), "at 0.3 s: second side: a response is infinite") {
		t.Errorf("infinite: error %v", err)
	}
	if _, err := cka.AcrossTimes(t.Context(), brain, broken, alignment.Options{Budget: work.Budget{Threads: 1}}); err == nil || !strings.Contains(err.Error(), "at 0 s and 0.3 s: ") {
		t.Errorf("infinite across times: error %v", err)
	}
	if scores, err := cka.OverTime(t.Context(), layer, layer, alignment.Options{}); err != nil || len(scores) != 1 {
		t.Errorf("no times: %v, %v", scores, err)
	}
}
