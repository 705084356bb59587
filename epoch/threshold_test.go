package epoch

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/work"
)

// thresholdCase is what testdata/reference/threshold.py writes.
type thresholdCase struct {
	Seed     uint64
	N        int
	Channels int
	Times    int
	Size     float64
	Limit    float64
	Error    float64
}

// gathering makes the epochs of the case.
func (c thresholdCase) gathering() *Gathering {
	g := &Gathering{Times: make([]float64, c.Times)}
	for i := range c.Channels {
		g.Channels = append(g.Channels, recording.Channel{Name: fmt.Sprint("EEG", i), Kind: recording.EEG})
	}
	state := c.Seed
	for e := range c.N {
		var signal []float32
		for channel := range c.Channels {
			for t := range c.Times {
				state = (1103515245*state + 12345) % (1 << 31)
				v := math.Sin(float64(t)/3+float64(channel)) + float64(state)/(1<<31) - 0.5
				if e%7 == 3 {
					v *= c.Size
				}
				signal = append(signal, float32(v))
			}
		}
		g.Fates, g.signals = append(g.Fates, Fate{}), append(g.signals, signal)
	}
	return g
}

func TestThresholdIsThatOfBruteForce(t *testing.T) {
	var want struct{ Cases []thresholdCase }
	realtest.Reference(t, "threshold.json", &want)
	if len(want.Cases) != 5 {
		t.Fatalf("%d cases", len(want.Cases))
	}
	for _, c := range want.Cases {
		g := c.gathering()
		sizes := g.candidates(recording.EEG, placesOf(c.N)).sizes
		limits, err := g.Threshold(t.Context(), work.Budget{})
		// A sine may differ in its last bit, and with it the float32 of it.
		if got := limits[recording.EEG]; err != nil || math.Abs(got/c.Limit-1) > 1e-6 {
			t.Errorf("%+v: %v, %v", c, got, err)
		}
		for i, f := range g.Fates {
			if rejected := sizes[i] > limits[recording.EEG]; rejected != (len(f.Why) > 0) || rejected != (g.signals[i] == nil) {
				t.Errorf("%+v: epoch %d of %v: %v", c, i, sizes[i], f.Why)
			}
		}
	}
}

// placesOf counts from 0.
func placesOf(n int) []int {
	places := make([]int, n)
	for i := range places {
		places[i] = i
	}
	return places
}

// The errors along which the limit is searched are those of sums that were made
// anew for every limit.
func TestRunningSumsAreThoseOfEveryLimit(t *testing.T) {
	c := thresholdCase{Seed: 9, N: 17, Channels: 2, Times: 6, Size: 3}.gathering().candidates(recording.EEG, placesOf(17))
	order := placesOf(17)
	slices.SortStableFunc(order, func(a, b int) int { return map[bool]int{true: -1, false: 1}[c.sizes[a] < c.sizes[b]] })
	for fold := range thresholdFolds {
		errors := c.errors(order, fold)
		from, to := foldBounds(17, fold)
		target := medians(c.epochs[from:to])
		for k, place := range order {
			square, kept := 0.0, 0.0
			for i := range target {
				sum := 0.0
				kept = 0
				for e, size := range c.sizes {
					if size <= c.sizes[place] && (e < from || e >= to) {
						sum += float64(c.epochs[e][i])
						kept++
					}
				}
				square += (target[i] - sum/kept) * (target[i] - sum/kept)
			}
			want := math.Sqrt(square / float64(len(target)))
			if kept == 0 {
				want = math.Inf(1)
			}
			if got := errors[k]; got != want && math.Abs(got/want-1) > 1e-12 {
				t.Errorf("fold %d, limit %g: %g, want %g", fold, c.sizes[place], got, want)
			}
		}
	}
}

// Epochs that nothing can be said about stay.
func TestThresholdLeavesTheUnknown(t *testing.T) {
	g := thresholdCase{Seed: 1, N: 4, Channels: 1, Times: 5, Size: 9}.gathering()
	if limits, err := g.Threshold(t.Context(), work.Budget{}); err != nil || len(limits) != 0 || g.signals[3] == nil {
		t.Errorf("%v, %v", limits, err)
	}
	g = thresholdCase{Seed: 1, N: 20, Channels: 1, Times: 5, Size: 9}.gathering()
	g.signals[2][1] = float32(math.NaN())
	if limits, err := g.Threshold(t.Context(), work.Budget{}); err != nil || !(limits[recording.EEG] > 0) || g.signals[2] == nil || g.signals[3] != nil {
		t.Errorf("%v, %v", limits, err)
	}
}
