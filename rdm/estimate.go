package rdm

import (
	"context"
	"fmt"
	"slices"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/noise"
	"github.com/isocortex/isocortex/work"
)

// An Estimator turns responses into dissimilarities. The zero values of all but
// Measure estimate it as its definition says, from the means of conditions.
type Estimator struct {
	Measure     Measure
	Noise       noise.Recipe       // of which channels and patterns are freed; zero: none
	Covariances *noise.Covariances // of noise that is known from elsewhere, in place of Noise
	Folds       string             // label of observations whose values are the folds, such as "run"; "": the first observation of every condition, the second, ...
	Pairing     Pairing            // of folds
	Missing     Missing            // what becomes of channels with NaN
	RemoveMean  bool               // the mean over channels of each pattern is subtracted first
	Each        Each               // what has an RDM of its own

	PseudoTrials int    // of every condition, and fold by a label, that trials are averaged to at random; 0: none
	Assignments  int    // of trials to pseudo-trials that are averaged; 0 is 1
	Seed         uint64 // of assignments

	Multiplier engine.Multiplier // nil: pure Go, about fifteen times slower but for what package gemm multiplies
	Budget     work.Budget
}

// An Each says what has an RDM of its own; "" is EachTime.
type Each string

// What can have an RDM of its own.
const (
	EachTime    Each = "time"    // patterns are over channels
	EachChannel Each = "channel" // patterns are over times: the RDM of a sensor
)

// Eaches lists what can have an RDM of its own.
var Eaches = []string{string(EachTime), string(EachChannel)}

// A Pairing says which folds are for training and which for test; "" is
// LeaveOneOut.
type Pairing string

// The pairings. Covariances of single folds need pairs of single folds: for
// crossnobis they imply AllPairs, and a pair shares the mean of its two.
const (
	LeaveOneOut Pairing = "leave one out" // each fold is for test once, all others for training
	AllPairs    Pairing = "all pairs"     // of folds, one for training and one for test
)

// Pairings lists the names of the pairings.
var Pairings = []string{string(LeaveOneOut), string(AllPairs)}

// A Missing says what becomes of channels with NaN; "" is Undefined.
type Missing string

// The ways to deal with NaN.
const (
	Undefined Missing = "undefined" // a pair is NaN when a channel of either pattern is
	LeftOut   Missing = "left out"  // a pair is over the channels that every observation of both conditions has; sums over channels are scaled to all
)

// Missings lists the names of the ways to deal with NaN.
var Missings = []string{string(Undefined), string(LeftOut)}

// Estimate returns the RDM of ds, one per time if ds has times, or one per channel
// if Each says so: then channels and times change places in all that follows, and
// RDMs are labelled "channel", and "type" where channels are.
//
// Observations of one condition are averaged first, within folds for measures
// that are cross-validated; conditions come out in natural order of their
// labels. Without condition labels every observation is a condition, in the
// order of ds. Where conditions are not equally often in all folds, a pair is
// averaged over the folds that have both. Pseudo-trials stand in place of the trials
// that they are means of, for noise as well.
//
// Channels that stand for units, as those of [projection.PCA] and
// [projection.Sparse] do, are compared as patterns over units: correlation is
// that of mean + scores · components, which is nowhere made.
//
//	shapes   ds: observations × channels × times; result: times × pairs
//	units    those of the measure; for correlation none, in [0, 2]
//	NaN      a pair is NaN when the measure is undefined for it or a channel of
//	         either pattern is NaN, unless Missing says otherwise, or no fold
//	         for test has both; no pair is dropped or set to 0
//	errors   fewer than two conditions; what dataset.Average refuses; folds or
//	         noise that the measure needs and that are not there; a covariance of
//	         noise that is singular, with the remedy
//	cost     O(n² · channels) products per time, on all threads of the budget;
//	         cross-validated, that for each fold, or pair of folds; with noise
//	         n · channels² more, and channels³ once; all that for each assignment
//	random   the seed decides which trials make a pseudo-trial
//	source   Kriegeskorte, Mur & Bandettini (2008), doi:10.3389/neuro.06.004.2008;
//	         crossnobis and linear discriminant t: Walther et al. (2016),
//	         doi:10.1016/j.neuroimage.2015.12.012; agrees with rsatoolbox
func (e Estimator) Estimate(ctx context.Context, ds *dataset.Dataset) (*RDMs, error) {
	switch {
	case e.PseudoTrials != 0 || e.Assignments > 1:
		return e.ofPseudoTrials(ctx, ds)
	case e.Each == EachChannel:
		return e.ofChannels(ctx, ds)
	}
	e, ds, err := e.withMultiplier().ofUnits(ds)
	if err != nil {
		return nil, err
	}
	plan, err := e.plan(ctx, ds)
	if err != nil {
		return nil, err
	}
	times := ds.Shape[2]
	result := &RDMs{
		Conditions:      plan.conditions,
		Size:            plan.size,
		Dissimilarities: make([]float64, times*Pairs(plan.size)),
		Definition:      plan.definition(),
		Labels:          map[string][]string{},
		Times:           slices.Clone(ds.Times),
	}
	if times == 1 {
		return result, e.solve(ctx, result.RDV(0), plan.at(0))
	}
	alone := e
	alone.Budget = work.Budget{Threads: 1}
	err = e.Budget.Each(ctx, "RDMs", times, func(t int) error {
		return alone.solve(ctx, result.RDV(t), plan.at(t))
	})
	return result, err
}

// RDV returns the dissimilarities of all pairs of rows of p. Noise can only be
// known from elsewhere: single rows say nothing about it, and there are no folds.
//
//	shapes   p: conditions × channels; result: pairs, in the order of [RDMs]
//	NaN      as for [Estimator.Estimate]
//	errors   fewer than two rows, or numbers that do not fill p; a measure that
//	         needs folds, or noise that is not there
//	cost     Rows² · Channels products; memory Rows · (Rows + two blocks of channels);
//	         Blocks are read once, once more where products leave the range of
//	         float32 or distances are lost in rounding
func (e Estimator) RDV(ctx context.Context, p Patterns) ([]float64, error) {
	if p.Rows < 2 || p.Channels < 1 || p.Blocks == nil && len(p.F32)+len(p.F64) != p.Rows*p.Channels {
		return nil, fmt.Errorf("%d numbers are not the patterns of %d conditions over %d channels",
			len(p.F32)+len(p.F64), p.Rows, p.Channels)
	}
	if err := e.check(); err != nil {
		return nil, err
	}
	if e.Measure.NeedsFolds || e.estimatesNoise() {
		return nil, fmt.Errorf("%s: single patterns have neither folds nor noise: use their trials", e.Measure.Name)
	}
	if p.Blocks != nil {
		if err := e.CheckBlocks(); err != nil {
			return nil, err
		}
	}
	one := problem{folds: []fold{{Patterns: p}}, channels: p.Channels}
	if e.Covariances != nil {
		shared := e.Covariances.Pool().At(0, 0)
		if shared.Channels() != p.Channels {
			return nil, fmt.Errorf("noise of %d channels for patterns over %d", shared.Channels(), p.Channels)
		}
		one.noise = []pair{{shared, shared}}
	}
	rdv := make([]float64, Pairs(p.Rows))
	return rdv, e.withMultiplier().solve(ctx, rdv, one)
}

// estimatesNoise reports whether the noise is that of the trials.
func (e Estimator) estimatesNoise() bool { return e.Noise.Estimator.Name != "" }

// CheckBlocks returns an error for what cannot be done with [Blocks].
func (e Estimator) CheckBlocks() error {
	if !e.plain() {
		return fmt.Errorf("responses that are read block by block are compared as they are, by correlation, cosine or euclidean distance, not by %s or with options of trials", e.Measure.Name)
	}
	return nil
}

// plain reports whether responses are compared as they are, without noise, folds
// or anything that is done to them first.
func (e Estimator) plain() bool {
	m := e.Measure
	return !m.NeedsNoise && !m.NeedsFolds && !m.counts && !e.estimatesNoise() && e.Covariances == nil && !e.RemoveMean && e.Missing != LeftOut && e.PseudoTrials == 0
}

// check refuses options that contradict each other.
func (e Estimator) check() error {
	m, noisy := e.Measure, e.Covariances != nil || e.estimatesNoise()
	switch {
	case m.NeedsNoise && !noisy:
		return fmt.Errorf("%s needs the noise of the channels: name an estimator of it, such as ledoit-wolf", m.Name)
	case m.counts && (noisy || e.RemoveMean):
		return fmt.Errorf("%s is for counts: their noise is known, and their mean over channels stays", m.Name)
	case e.Covariances != nil && e.estimatesNoise():
		return fmt.Errorf("the noise is given, and is to be estimated by %s: choose one", e.Noise.Estimator.Name)
	case !m.NeedsFolds && (e.Folds != "" || e.Pairing == AllPairs):
		return fmt.Errorf("%s is not cross-validated and has no folds: name none, nor how they are paired, or take a measure that is, such as crossnobis", m.Name)
	}
	return nil
}
