// Package decoding tells conditions apart by classifiers, pair by pair, and makes
// RDMs of how well that goes.
//
//	measure, err := decoding.MeasureByName("lda accuracy")
//	d := decoding.Decoder{Measure: measure, PseudoTrials: 5, Assignments: 20, Seed: 1}
//	rdms, err := d.Estimate(ctx, trials)
//
// A classifier is trained on some trials of both conditions and tested on
// others, never on those that it has seen. All of them are linear, and need of
// the trials no more than their products with each other: these are computed
// once per time, and serve all pairs and folds.
package decoding

import (
	"context"
	"fmt"
	"slices"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/work"
)

// A Decoder makes RDMs of how well conditions can be told apart. Zero values of
// all but Measure leave one trial of every condition out at a time.
type Decoder struct {
	Measure       Measure
	Shrinkage     Shrinkage         // of the covariance of LDA
	Folds         string            // label of observations whose values are the folds, such as "run"; "": trials are dealt
	Count         int               // of folds that trials are dealt to at random; 0: each trial of a condition is in one of its own
	PseudoTrials  int               // of every condition, in each fold where a label tells folds; 0: each trial is one
	Normalization Normalization     // that all trials of a fold are whitened by
	Assignments   int               // of trials to pseudo-trials and folds, whose results are averaged; 0 is 1
	Seed          uint64            // of the assignments
	Multiplier    engine.Multiplier // nil: pure Go, ten times slower
	Budget        work.Budget
}

// timesTogether is how many times are gathered at once: as they lie beside each
// other in memory, that is about as much work as one.
const timesTogether = 4

// Estimate returns the RDM of ds, one per time if ds has times: of every pair of
// conditions, how well a classifier that was trained on a part of their trials
// does on the others.
//
//	shapes   ds: observations × channels × times, with a label "condition";
//	         result: times × pairs
//	units    none for accuracies and d′; decision values are those of the classifier
//	NaN      a pair one of whose trials has NaN, and one of which no fold has
//	         trials of both conditions for training and for test
//	errors   fewer than two conditions; too few trials for the folds or
//	         pseudo-trials, with the condition
//	cost     N² · channels products per time and assignment, N the pseudo-trials,
//	         and per pair and fold what its classifier takes; times side by side
//	random   the seed decides about assignments, whatever the number of threads
//	source   Cichy, Pantazis & Oliva (2014), doi:10.1038/nn.3635; Guggenmos et al.
//	         (2018), doi:10.1016/j.neuroimage.2018.02.044
func (d Decoder) Estimate(ctx context.Context, ds *dataset.Dataset) (*rdm.RDMs, error) {
	p, err := d.plan(ctx, ds)
	if err != nil {
		return nil, err
	}
	times := ds.Shape[2]
	result := p.stack(times)
	result.Times = slices.Clone(ds.Times)
	blocks := work.Shards(times, timesTogether)
	err = d.Budget.Each(ctx, "decoding over time", len(blocks), func(i int) error {
		return p.add(ctx, result, blocks[i])
	})
	return result, err
}

// A plan is what all times share.
type plan struct {
	d          Decoder
	ds         *dataset.Dataset
	conditions []string
	designs    []*design     // one per assignment
	whitened   [][][]float64 // assignments × splits: the whitener; nil without any
}

// plan deals the trials.
func (d Decoder) plan(ctx context.Context, ds *dataset.Dataset) (*plan, error) {
	if d.Folds != "" && d.Count > 0 {
		return nil, fmt.Errorf("folds are told by the label %q, and trials are to be dealt to %d: choose one", d.Folds, d.Count)
	}
	if d.Multiplier == nil {
		d.Multiplier = engine.Plain{}
	}
	g, err := d.group(ds)
	if err != nil {
		return nil, err
	}
	p := &plan{d: d, ds: ds, conditions: g.conditions}
	for assignment := range max(1, d.Assignments) {
		made, err := d.design(g, assignment)
		if err != nil {
			return nil, err
		}
		p.designs = append(p.designs, made)
	}
	if d.Normalization == "" {
		return p, nil
	}
	for _, made := range p.designs {
		whitened, err := p.whiteners(ctx, made)
		if err != nil {
			return nil, err
		}
		p.whitened = append(p.whitened, whitened)
	}
	return p, nil
}

// stack returns so many RDMs of zeros.
func (p *plan) stack(n int) *rdm.RDMs {
	definition := p.d.Measure.Definition
	definition.Text += "; " + p.d.Measure.fits(p.d.Shrinkage) + p.d.Normalization.text() + p.d.text()
	return &rdm.RDMs{
		Conditions:      p.conditions,
		Size:            len(p.conditions),
		Dissimilarities: make([]float64, n*rdm.Pairs(len(p.conditions))),
		Definition:      definition,
		Labels:          map[string][]string{},
	}
}

// add fills the RDMs of some times, one assignment after the other.
func (p *plan) add(ctx context.Context, result *rdm.RDMs, times work.Span) error {
	for assignment, made := range p.designs {
		for i, x := range gather(p.ds, made.observations, times) {
			level(x, len(made.condition))
			same := func(int) []float64 { return x }
			err := p.tell(ctx, assignment, contest{x, 1, same}, func(_ int, found tally) { p.addTo(result.RDV(times.From+i), found) })
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// addTo adds what one assignment came to.
func (p *plan) addTo(rdv []float64, found tally) {
	for pair, o := range found {
		rdv[pair] += p.d.Measure.told(o) / float64(len(p.designs))
	}
}

// A contest is one time of training and some of the test.
type contest struct {
	training []float64             // pseudo-trials × channels
	count    int                   // of tests
	test     func(i int) []float64 // patterns of one; training itself where it is the same time
}

// tell trains all pairs in all folds once, and tells what came of every test.
func (p *plan) tell(ctx context.Context, assignment int, of contest, told func(i int, found tally)) error {
	splits := p.designs[assignment].splits
	views, err := p.views(ctx, assignment, of.training)
	if err != nil {
		return err
	}
	trained := make([]classifiers, len(splits))
	for f := range splits {
		if trained[f], err = p.d.Measure.train(ctx, p.d, views[f], &splits[f]); err != nil {
			return err
		}
	}
	for i := range of.count {
		tested := views
		if test := of.test(i); &test[0] != &of.training[0] {
			if tested, err = p.views(ctx, assignment, test); err != nil {
				return err
			}
			setTraining(tested, views)
		}
		found := newTally(len(p.conditions))
		for f, c := range trained {
			if err := c.test(ctx, p.d, tested[f], found); err != nil {
				return err
			}
		}
		told(i, found)
	}
	return nil
}

// views returns what every fold sees of the patterns of one time: all the same,
// unless each whitens them by its own training.
func (p *plan) views(ctx context.Context, assignment int, x []float64) ([]*view, error) {
	made := p.designs[assignment]
	shared := &view{n: len(made.condition), channels: p.ds.Shape[1], training: x, test: x}
	views := slices.Repeat([]*view{shared}, len(made.splits))
	if p.whitened == nil {
		return views, nil
	}
	for f, whitener := range p.whitened[assignment] {
		through, err := shared.through(ctx, p.d, whitener)
		if err != nil {
			return nil, err
		}
		views[f] = &view{n: shared.n, channels: shared.channels, training: through, test: through}
	}
	return views, nil
}
