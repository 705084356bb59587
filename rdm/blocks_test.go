package rdm_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/work"
)

// elsewhere serves patterns of memory block by block.
type elsewhere struct {
	rdm.Patterns
	reads *int
}

func (e elsewhere) Read(dst []float32, columns work.Span) error {
	if e.reads != nil {
		*e.reads++
	}
	for i := range e.Rows {
		copy(dst[i*columns.Len():], e.F32[i*e.Channels:][columns.From:columns.To])
	}
	return nil
}

func ExampleBlocks() {
	patterns := rdm.Patterns{Rows: 3, Channels: 2, F32: []float32{0, 0, 3, 4, 6, 8}}
	euclidean, _ := rdm.MeasureByName("euclidean")
	rdv, err := rdm.Estimator{Measure: euclidean}.RDV(context.Background(), rdm.Patterns{Rows: 3, Channels: 2, Blocks: elsewhere{Patterns: patterns}})
	fmt.Println(rdv, err)
	// Output:
	// [5 10 5] <nil>
}

// many draws patterns over several blocks; some are equal, or nearly so.
func many(t *rapid.T) rdm.Patterns {
	p := rdm.Patterns{Rows: rapid.IntRange(2, 12).Draw(t, "rows"), Channels: rapid.SampledFrom([]int{1, 7, 2000, 4001}).Draw(t, "channels")}
	seed := rapid.Uint32().Draw(t, "seed")
	for i := range p.Rows * p.Channels {
		seed = seed*1664525 + 1013904223
		v := float32(seed>>8)/(1<<24) - 0.3
		if i/p.Channels%5 == 4 { // nearly the pattern before
			v = p.F32[i-p.Channels] + v*1e-5
		}
		p.F32 = append(p.F32, v)
	}
	return p
}

// Where numbers are read from does not show in the bits.
func TestBlocksGiveTheBitsOfMemory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := many(t)
		name := rapid.SampledFrom(wholeMeasures).Draw(t, "measure")
		m, err := rdm.MeasureByName(name)
		if err != nil {
			t.Fatal(err)
		}
		var all [][]float64
		for _, q := range []rdm.Patterns{p, {Rows: p.Rows, Channels: p.Channels, Blocks: elsewhere{Patterns: p}}} {
			for _, threads := range []int{1, 2} {
				rdv, err := rdm.Estimator{Measure: m, Multiplier: engine.Plain{}, Budget: work.Budget{Threads: threads}}.RDV(context.Background(), q)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, rdv)
			}
		}
		for _, rdv := range all[1:] {
			if !sameBits(rdv, all[0]) {
				t.Fatalf("%s of %d patterns over %d channels: other bits", name, p.Rows, p.Channels)
			}
		}
	})
}

// Many patterns are multiplied in float32, and in float64 where that is too
// narrow for them.
func TestBlocksOfManyPatternsGiveTheBitsOfMemory(t *testing.T) {
	const rows, channels = 370, 2001
	for _, size := range []float32{1, 1e19} {
		p := rdm.Patterns{Rows: rows, Channels: channels, F32: make([]float32, rows*channels)}
		for i := range p.F32 {
			p.F32[i] = size * float32(i*i%8191)
		}
		e := estimator(t, "correlation", engine.Plain{}, 2)
		inMemory, err := e.RDV(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		inBlocks, err := e.RDV(t.Context(), rdm.Patterns{Rows: rows, Channels: channels, Blocks: elsewhere{Patterns: p}})
		if err != nil || !sameBits(inMemory, inBlocks) || math.IsNaN(inBlocks[0]) {
			t.Errorf("size %g: other bits, err %v", size, err)
		}
	}
}

func sameBits(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) })
}

// So is the RDM of a whole network.
func TestAWholeNetworkIsReadInBlocks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := many(t)
		m, _ := rdm.MeasureByName(rapid.SampledFrom(wholeMeasures).Draw(t, "measure"))
		variant := rdm.Variant(rapid.SampledFrom(rdm.Variants).Draw(t, "variant"))
		var all [][]float64
		for _, q := range []rdm.Patterns{p, {Rows: p.Rows, Channels: p.Channels, Blocks: elsewhere{Patterns: p}}} {
			whole := rdm.Whole{Estimator: rdm.Estimator{Measure: m}, Variant: variant}
			for _, layer := range []string{"early", "late"} {
				if err := whole.AddPatterns(context.Background(), layer, nil, q); err != nil {
					t.Fatal(err)
				}
			}
			r, err := whole.RDM()
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, r.Dissimilarities)
		}
		if !sameBits(all[0], all[1]) {
			t.Fatal("other bits")
		}
	})
}

// What is large is not read oftener than the documentation says.
func TestBlocksAreReadOnce(t *testing.T) {
	const rows, channels = 3, 5000
	p := rdm.Patterns{Rows: rows, Channels: channels, F32: make([]float32, rows*channels)}
	for i := range p.F32 {
		p.F32[i] = float32(i * i % 97)
	}
	for equal, want := range []int{3, 6} {
		reads := 0
		if equal == 1 {
			copy(p.F32, p.F32[channels:2*channels])
		}
		_, err := estimator(t, "euclidean", engine.Plain{}, 1).RDV(t.Context(), rdm.Patterns{Rows: rows, Channels: channels, Blocks: elsewhere{p, &reads}})
		if err != nil || reads != want {
			t.Errorf("%d blocks were read, want %d, err %v", reads, want, err)
		}
	}
}

type broken struct{}

var errBroken = errors.New("the disk is gone")

func (broken) Read([]float32, work.Span) error { return errBroken }

func TestBlocksRefuse(t *testing.T) {
	p := rdm.Patterns{Rows: 3, Channels: 5, Blocks: broken{}}
	for _, name := range []string{"correlation", "euclidean"} {
		if _, err := estimator(t, name, engine.Plain{}, 1).RDV(t.Context(), p); !errors.Is(err, errBroken) {
			t.Errorf("%s: err = %v, want that of the blocks", name, err)
		}
	}
	whole := rdm.Whole{Estimator: estimator(t, "correlation", engine.Plain{}, 1)}
	if err := whole.AddPatterns(t.Context(), "early", nil, p); !errors.Is(err, errBroken) {
		t.Errorf("whole: err = %v, want that of the blocks", err)
	}
	removed := estimator(t, "correlation", engine.Plain{}, 1)
	removed.RemoveMean = true
	for _, e := range []rdm.Estimator{removed, estimator(t, "poisson", engine.Plain{}, 1)} {
		if _, err := e.RDV(t.Context(), p); err == nil || !strings.Contains(err.Error(), "block by block") {
			t.Errorf("%s: err = %v, want one that says what blocks are for", e.Measure.Name, err)
		}
	}
	whole.Estimator = removed
	if err := whole.AddPatterns(t.Context(), "early", nil, p); err == nil || !strings.Contains(err.Error(), "options of trials") {
		t.Errorf("whole: err = %v", err)
	}
}
