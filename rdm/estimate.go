package rdm

import (
	"context"
	"fmt"
	"slices"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/work"
)

// An Estimator turns responses into dissimilarities.
type Estimator struct {
	Measure    Measure
	Multiplier engine.Multiplier // nil: pure Go, about fifteen times slower
	Budget     work.Budget
}

// Estimate returns the RDM of ds, one per time if ds has times.
//
// Observations of one condition are averaged first; conditions come out in
// natural order of their labels. Without condition labels every observation is
// a condition, in the order of ds.
//
//	shapes   ds: observations × channels × times; result: times × pairs
//	units    those of the measure; for correlation none, in [0, 2]
//	NaN      a pair is NaN when the measure is undefined for it or a channel of
//	         either pattern is NaN; no pair is dropped or set to 0
//	errors   fewer than two conditions; what dataset.Average refuses
//	cost     O(n² · channels) products per time, on all threads of the budget
//	source   Kriegeskorte, Mur & Bandettini (2008), doi:10.3389/neuro.06.004.2008
func (e Estimator) Estimate(ctx context.Context, ds *dataset.Dataset) (*RDMs, error) {
	e = e.withMultiplier()
	if ds.Observation["condition"] != nil {
		averaged, err := ds.Average("condition")
		if err != nil {
			return nil, err
		}
		ds = averaged
	}
	n, channels, times := ds.Shape[0], ds.Shape[1], ds.Shape[2]
	if n < 2 {
		return nil, fmt.Errorf("an RDM needs at least two conditions, not %d", n)
	}
	if channels < 1 || times < 1 {
		return nil, fmt.Errorf("an RDM needs at least one channel and one time, not %d and %d", channels, times)
	}
	result := &RDMs{
		Conditions:      slices.Clone(ds.Observation["condition"]),
		Size:            n,
		Dissimilarities: make([]float64, times*Pairs(n)),
		Definition:      e.Measure.Definition,
		Labels:          map[string][]string{},
		Times:           slices.Clone(ds.Times),
	}
	if times == 1 {
		return result, e.rdv(ctx, result.RDV(0), Patterns{n, channels, ds.F32, ds.F64})
	}
	alone := e
	alone.Budget = work.Budget{Threads: 1}
	err := e.Budget.Each(ctx, "RDMs over time", times, func(t int) error {
		return alone.rdv(ctx, result.RDV(t), atTime(ds, t))
	})
	return result, err
}

// RDV returns the dissimilarities of all pairs of rows of p.
//
//	shapes   p: conditions × channels; result: pairs, in the order of [RDMs]
//	NaN      as for [Estimator.Estimate]
//	errors   fewer than two rows, or numbers that do not fill p
//	cost     Rows² · Channels products; memory Rows · (Rows + a block of channels)
func (e Estimator) RDV(ctx context.Context, p Patterns) ([]float64, error) {
	if p.Rows < 2 || p.Channels < 1 || len(p.F32)+len(p.F64) != p.Rows*p.Channels {
		return nil, fmt.Errorf("%d numbers are not the patterns of %d conditions over %d channels",
			len(p.F32)+len(p.F64), p.Rows, p.Channels)
	}
	rdv := make([]float64, Pairs(p.Rows))
	return rdv, e.withMultiplier().rdv(ctx, rdv, p)
}

// cancels is the share of the squared lengths below which a squared distance is
// not taken from their difference: above it, ten digits are right.
const cancels = 1e-6

// rdv fills dst with the dissimilarities of all pairs of rows.
func (e Estimator) rdv(ctx context.Context, dst []float64, p Patterns) error {
	products, err := e.gram(ctx, p)
	if err != nil {
		return err
	}
	return e.Budget.Each(ctx, "", p.Rows, func(i int) error {
		row := dst[PairIndex(p.Rows, i, i+1):]
		for j := i + 1; j < p.Rows; j++ {
			aa, bb, ab := products.at(i, i), products.at(j, j), products.at(j, i)
			if e.Measure.direct != nil && aa+bb-2*ab <= cancels*(aa+bb) {
				row[j-i-1] = e.Measure.direct(p, i, j)
			} else {
				row[j-i-1] = e.Measure.value(aa, bb, ab)
			}
		}
		return nil
	})
}

// atTime gathers the patterns of one time.
func atTime(ds *dataset.Dataset, t int) Patterns {
	n, channels, times := ds.Shape[0], ds.Shape[1], ds.Shape[2]
	p := Patterns{Rows: n, Channels: channels, F64: make([]float64, n*channels)}
	for i := range p.F64 {
		if ds.F64 != nil {
			p.F64[i] = ds.F64[i*times+t]
		} else {
			p.F64[i] = float64(ds.F32[i*times+t])
		}
	}
	return p
}
