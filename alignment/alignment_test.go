package alignment_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/alignment"
	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/realtest"
)

func ExampleAlignment_Score() {
	layer := matrix([][]float64{{1, 0}, {0, 1}, {2, 2}, {3, 1}, {1, 4}})
	brain := matrix([][]float64{{0, 1, 0}, {1, 0, 0}, {2, 2, 1}, {1, 3, 0}, {4, 1, 1}})
	cka, _ := alignment.ByName("cka-unbiased")
	score, _ := cka.Score(context.Background(), layer, brain, alignment.Options{})
	fmt.Printf("%.3f of %d stimuli, %d and %d channels, chance %g\n", score.Value, score.Stimuli, score.Channels[0], score.Channels[1], score.Chance)
	// Output: 0.992 of 5 stimuli, 2 and 3 channels, chance 0
}

func ExampleAlignment_Score_shape() {
	layer := matrix([][]float64{{1, 0}, {0, 1}, {-1, 0}, {0, -1}})
	wider := matrix([][]float64{{0, 2}, {-1, 0}, {0, -2}, {1, 0}})
	angle, _ := alignment.ByName("shape-angle")
	for _, whitening := range []float64{0, 0.5, 1} {
		score, _ := angle.Score(context.Background(), layer, wider, alignment.Options{Whitening: whitening})
		fmt.Printf("%.3f ", score.Value)
	}
	// Output: 0.322 0.161 0.000
}

// matrix is a Dataset of these responses, stimuli × channels.
func matrix(rows [][]float64) *dataset.Dataset {
	return &dataset.Dataset{Shape: [3]int{len(rows), len(rows[0]), 1}, F64: slices.Concat(rows...)}
}

// score compares x and y, which must be possible.
func score(t testing.TB, a alignment.Alignment, x, y *dataset.Dataset, o alignment.Options) alignment.Score {
	t.Helper()
	s, err := a.Score(context.Background(), x, y, o)
	if err != nil {
		t.Fatalf("%s: %v", a.Name, err)
	}
	return s
}

// byName returns an alignment that must exist.
func byName(t testing.TB, name string) alignment.Alignment {
	t.Helper()
	a, err := alignment.ByName(name)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Every value is that of another program, by another route.
func TestReference(t *testing.T) {
	var reference struct {
		Options alignment.Options
		Cases   []struct {
			Name   string
			X, Y   [][]float64
			Values map[string]float64
		}
	}
	realtest.Reference(t, "numpy.json", &reference)
	for _, c := range reference.Cases {
		for _, a := range alignment.Alignments {
			want, there := c.Values[a.Name]
			if !there {
				t.Fatalf("%s: the reference lacks %s", c.Name, a.Name)
			}
			got := score(t, a, matrix(c.X), matrix(c.Y), reference.Options).Value
			if math.Abs(got-want) > 1e-10*max(1, want) { // both routes round; ranks are full
				t.Errorf("%s: %s is %.15g, the reference has %.15g", c.Name, a.Name, got, want)
			}
		}
	}
}

func TestByNameHelps(t *testing.T) {
	_, err := alignment.ByName("cka-unbised")
	if err == nil || !strings.Contains(err.Error(), "pwcca") || !strings.Contains(err.Error(), "did you mean cka-unbiased") {
		t.Errorf("err = %v, want the names, and the one that is near", err)
	}
}

func TestMissingIsLeftOutAndCounted(t *testing.T) {
	gone := math.NaN()
	x := matrix([][]float64{{1, 0, gone}, {0, 1, 2}, {2, 2, 3}, {gone, gone, gone}, {3, 1, 1}, {1, 4, 7}, {9, 9, 9}})
	y := matrix([][]float64{{0, 1}, {1, 0}, {2, 2}, {5, 5}, {1, 3}, {4, 1}, {gone, gone}})
	fullX := matrix([][]float64{{1, 0}, {0, 1}, {2, 2}, {3, 1}, {1, 4}})
	fullY := matrix([][]float64{{0, 1}, {1, 0}, {2, 2}, {1, 3}, {4, 1}})
	for _, a := range alignment.Alignments {
		got := score(t, a, x, y, alignment.Options{Neighbors: 2})
		want := score(t, a, fullX, fullY, alignment.Options{Neighbors: 2})
		if got.Value != want.Value || got.Stimuli != 5 || got.Channels != [2]int{2, 2} {
			t.Errorf("%s is %v of %d stimuli and %v channels, without what is missing %v", a.Name, got.Value, got.Stimuli, got.Channels, want.Value)
		}
		if left := (alignment.LeftOut{Stimuli: 2, Channels: [2]int{1, 0}}); got.LeftOut != left {
			t.Errorf("%s left out %+v, want %+v", a.Name, got.LeftOut, left)
		}
	}
}

func TestConstantSidesAreUndefined(t *testing.T) {
	x := matrix([][]float64{{1, 0}, {0, 1}, {2, 2}, {3, 1}, {1, 4}})
	for _, constant := range []float64{0, 0.1, 1e300} {
		y := matrix(slices.Repeat([][]float64{{constant, constant / 3}}, 5))
		for _, a := range alignment.Alignments {
			got := score(t, a, x, y, alignment.Options{Neighbors: 2})
			defined := a.Name == "mutual-neighbors" && constant != 0 // ties, by position
			if math.IsNaN(got.Value) == defined || !defined && len(got.Warnings) != 1 {
				t.Errorf("%s of a side that is %g everywhere is %v, warnings %q", a.Name, constant, got.Value, got.Warnings)
			}
		}
	}
}

func TestDataThatCannotBeCompared(t *testing.T) {
	five := matrix([][]float64{{1, 0}, {0, 1}, {2, 2}, {3, 1}, {1, 4}})
	six := matrix([][]float64{{1, 0}, {0, 1}, {2, 2}, {3, 1}, {1, 4}, {0, 0}})
	three := matrix([][]float64{{1, 0}, {0, 1}, {2, 2}})
	moving := &dataset.Dataset{Shape: [3]int{5, 1, 2}, Times: []float64{0, 1}, F64: make([]float64, 10)}
	infinite := matrix([][]float64{{1, 0}, {0, 1}, {math.Inf(1), 2}, {3, 1}, {1, 4}})
	far := matrix([][]float64{{1e308, 0}, {-1e308, 1}, {-1.5e308, 2}, {3, 1}, {1, 4}})
	holes := matrix([][]float64{{math.NaN(), 0}, {0, math.NaN()}, {2, 2}, {3, 1}, {1, 4}})
	cases := []struct {
		x, y    *dataset.Dataset
		options alignment.Options
		says    string
	}{
		{five, six, alignment.Options{}, "5 and to 6 stimuli"},
		{three, three, alignment.Options{}, "3 stimuli on both sides"},
		{five, moving, alignment.Options{}, "second side: responses at 2 times"},
		{infinite, five, alignment.Options{}, "first side: a response is infinite"},
		{far, five, alignment.Options{}, "too far"},
		{holes, five, alignment.Options{}, "each of 2 channels lacks"},
		{five, five, alignment.Options{Bandwidth: -1}, "bandwidth"},
		{five, five, alignment.Options{Variance: 1.1}, "variance"},
		{five, five, alignment.Options{Neighbors: -1}, "neighbors"},
		{five, five, alignment.Options{Whitening: math.NaN()}, "whitening"},
		{five, five, alignment.Options{Neighbors: 5}, "5 stimuli do not have 5 neighbors"},
	}
	a := byName(t, "mutual-neighbors")
	for _, c := range cases {
		alignments := alignment.Alignments
		if c.options.Neighbors > 0 {
			alignments = []alignment.Alignment{a}
		}
		for _, a := range alignments {
			if c.options.Neighbors == 0 {
				c.options.Neighbors = 2
			}
			_, err := a.Score(t.Context(), c.x, c.y, c.options)
			raw := a.Name == "mutual-neighbors" && c.says == "too far" // nothing is subtracted
			if !raw && (err == nil || !strings.Contains(err.Error(), c.says)) {
				t.Errorf("%s: err = %v, want one that says %q", a.Name, err, c.says)
			}
		}
	}
}

func TestScoresDoNotDependOnUnits(t *testing.T) {
	x := matrix([][]float64{{1, 0}, {0, 1}, {2, 2}, {3, 1}, {1, 4}})
	y := matrix([][]float64{{0, 1, 7}, {1, 0, 5}, {2, 2, 6}, {1, 3, 5}, {4, 1, 8}})
	for _, a := range alignment.Alignments {
		want := score(t, a, x, y, alignment.Options{Neighbors: 2}).Value
		for _, unit := range []float64{0x1p-1000, 0x1p1000} {
			tiny := &dataset.Dataset{Shape: x.Shape, F64: slices.Clone(x.F64)}
			same := &dataset.Dataset{Shape: y.Shape, F64: slices.Clone(y.F64)}
			for i := range tiny.F64 {
				tiny.F64[i] *= unit
			}
			for i := range same.F64 {
				same.F64[i] *= unit
			}
			got := score(t, a, tiny, same, alignment.Options{Neighbors: 2}).Value
			if a.Invariant&alignment.Scaling == 0 {
				got /= unit
			}
			if got != want {
				t.Errorf("%s is %v in units of %g, and %v in others", a.Name, got, unit, want)
			}
		}
	}
}

func TestEndsWhenInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	x := matrix([][]float64{{1, 0, 1, 0, 4, 5}, {0, 1, 7, 4, 3, 2}, {2, 2, 1, 8, 6, 5}, {3, 1, 9, 7, 6, 7}, {1, 4, 1, 0, 0, 1}})
	for _, a := range alignment.Alignments {
		if _, err := a.Score(ctx, x, x, alignment.Options{Neighbors: 2}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: err = %v, want the cancellation", a.Name, err)
		}
	}
}

// broken is an engine that fails.
type broken struct{ engine.Plain }

func (broken) MultiplyTransposed32(_, _, _ []float32, _, _, _ int) error { return os.ErrClosed }
func (broken) MultiplyTransposed64(_, _, _ []float64, _, _, _ int) error { return os.ErrClosed }

func TestErrorsOfTheEngineArePassedOn(t *testing.T) {
	narrow := matrix([][]float64{{1, 0}, {0, 1}, {2, 2}, {3, 1}, {1, 4}})
	wide := matrix([][]float64{{1, 0, 1, 0, 4, 5}, {0, 1, 7, 4, 3, 2}, {2, 2, 1, 8, 6, 5}, {3, 1, 9, 7, 6, 7}, {1, 4, 1, 0, 0, 1}})
	for _, a := range alignment.Alignments {
		if _, err := a.Score(t.Context(), wide, wide, alignment.Options{Neighbors: 2, Multiplier: broken{}}); !errors.Is(err, os.ErrClosed) {
			t.Errorf("%s: err = %v, want that of the engine", a.Name, err)
		}
	}
	if _, err := byName(t, "cka").Score(t.Context(), narrow, narrow, alignment.Options{Multiplier: broken{}}); !errors.Is(err, os.ErrClosed) {
		t.Errorf("cka of few channels: err = %v, want that of the engine", err)
	}
}
