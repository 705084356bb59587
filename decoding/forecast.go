package decoding

import (
	"context"
	"time"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/work"
)

// A Forecast is what an estimate will take.
type Forecast struct {
	Classifiers int           // to be trained
	Time        time.Duration // on the threads of the budget, from that of the first
}

// Forecast trains and tests at one time, and says what all will take.
//
//	errors   as for [Decoder.Estimate]
//	cost     that of one time
func (d Decoder) Forecast(ctx context.Context, ds *dataset.Dataset) (Forecast, error) {
	assignments := max(1, d.Assignments)
	d.Assignments, d.Normalization = min(d.Assignments, 2), "" // others are as these
	p, err := d.plan(ctx, ds)
	if err != nil {
		return Forecast{}, err
	}
	made := p.designs[0]
	splits := len(made.splits)
	all := assignments * ds.Shape[2] * splits
	f := Forecast{Classifiers: all * rdm.Pairs(len(p.conditions))}
	if all < timesTogether*splits {
		return f, nil // is done as soon as it is forecast
	}
	x := gather(ds, made.observations, work.Span{To: 1})[0]
	level(x, len(made.condition))
	begin := time.Now()
	err = p.tell(ctx, 0, contest{x, 1, func(int) []float64 { return x }}, func(int, tally) {})
	f.Time = time.Since(begin) * time.Duration(all/splits/d.Budget.Count())
	return f, err
}
