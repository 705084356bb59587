package decoding

import (
	"context"
	"slices"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/unit"
	"github.com/isocortex/isocortex/work"
)

// Generalize returns an RDM for every time of training and every time of the
// test: classifiers of one tell conditions apart at the other.
//
// Of pooled lda the decision value is half a crossnobis distance, whose factors
// are of the two times.
//
//	shapes   result: times × times × pairs, the times of the test innermost; the
//	         label "training" says when classifiers were trained, Times when they
//	         were tested
//	NaN      as for [Decoder.Estimate]
//	errors   as for [Decoder.Estimate], and a Dataset without times
//	cost     that of Estimate, and N² · channels products for every two times;
//	         memory for all pseudo-trials at all times
//	random   as for [Decoder.Estimate]
//	source   King & Dehaene (2014), doi:10.1016/j.tics.2014.01.002
func (d Decoder) Generalize(ctx context.Context, ds *dataset.Dataset) (*rdm.RDMs, error) {
	p, err := d.plan(ctx, ds)
	if err != nil {
		return nil, err
	}
	times := ds.Shape[2]
	result := p.stack(times * times)
	result.Definition.Text += "; trained at one time and tested at another"
	for t := range times {
		result.Times = append(result.Times, timesOf(ds)...)
		result.Labels["training"] = append(result.Labels["training"], slices.Repeat([]string{unit.Milliseconds(timesOf(ds)[t])}, times)...)
	}
	for assignment, made := range p.designs {
		x := gather(ds, made.observations, work.Span{To: times})
		err := d.Budget.Each(ctx, "decoding over times of training", times, func(t int) error {
			training := slices.Clone(x[t])
			mean := level(training, len(made.condition))
			tests := func(i int) []float64 {
				if i == t {
					return training
				}
				return lessMean(x[i], mean)
			}
			return p.tell(ctx, assignment, contest{training, times, tests}, func(i int, found tally) { p.addTo(result.RDV(t*times+i), found) })
		})
		if err != nil {
			return nil, err
		}
	}
	return result, nil
}

// timesOf are those of ds; 0 where it has none.
func timesOf(ds *dataset.Dataset) []float64 {
	if ds.Times == nil {
		return []float64{0}
	}
	return ds.Times
}

// lessMean subtracts a pattern from every row.
func lessMean(x, mean []float64) []float64 {
	less := make([]float64, len(x))
	for i, v := range x {
		less[i] = v - mean[i%len(mean)]
	}
	return less
}
