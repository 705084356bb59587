package step

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/noise"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/variable"
)

// Trials says how the trials of a Dataset become RDMs, beyond the measure: freed
// of noise, in folds. The zero value asks for nothing of this.
type Trials struct {
	Noise      string // estimator of the noise; "" or NoNoise for none
	NoisePer   string // NoiseOfAll, NoisePerTime, or a label of observations, such as "run"; "" for NoiseOfAll
	Folds      string // label of observations that tells folds apart; "" for the first, second, ... of every condition; for classifiers also the number of folds that trials are dealt to
	Pairing    rdm.Pairing
	Missing    rdm.Missing
	RemoveMean bool     // subtract the mean over channels of each pattern
	Each       rdm.Each // what has an RDM of its own

	Residuals string  // array, rows × channels, that the noise is estimated from in place of the trials; "" for none
	Degrees   float64 // of freedom of the residuals; 0 for one less than their rows

	PseudoTrials int    // of each condition, for classifiers and measures that are cross-validated; 0: each trial is one
	Assignments  int    // of trials to pseudo-trials and folds that are averaged; 0 is 1
	Seed         uint64 // of assignments; 0 for that of the environment
	Shrinkage    string // of the covariance of classifiers, as decoding.ParseShrinkage reads it
	Normalize    string // one of decoding.Normalizations, by which classifiers' trials are whitened; "" for none
	Generalize   bool   // classifiers of every time are tested at every time

	Window   float64         // s, within which times are joined first; 0 leaves them alone
	WindowAs dataset.Joining // what becomes of the times in it; "" for their mean
}

// What is no estimator of noise and no label of observations.
const (
	NoNoise      = "none"
	NoiseOfAll   = "all"  // trials and times share one covariance of noise
	NoisePerTime = "time" // each time has its own
)

// prepare adds what is asked for to an estimator.
func (t Trials) prepare(m *measuring) (err error) {
	if m.window, m.windowAs = t.Window, t.WindowAs; t.Window == 0 && t.WindowAs == dataset.WindowConcatenated {
		return errors.New("times are concatenated within a window: say how long it is")
	}
	m.Seed = cmp.Or(t.Seed, m.Seed)
	if m.generalize = t.Generalize; m.decoder != nil {
		return t.decode(m.decoder)
	}
	if err := t.asksDecoding(); err != nil {
		return err
	}
	e := &m.Estimator
	e.PseudoTrials, e.Assignments = t.PseudoTrials, t.Assignments
	e.Folds, e.Pairing, e.Missing, e.RemoveMean, e.Each = t.Folds, t.Pairing, t.Missing, t.RemoveMean, t.Each
	switch {
	case t.Residuals != "":
		return t.given(e)
	case t.Degrees != 0:
		return fmt.Errorf("%g degrees of freedom are those of residuals, and none are named", t.Degrees)
	}
	if t.Noise == "" || t.Noise == NoNoise {
		return nil
	}
	switch t.NoisePer {
	case "", NoiseOfAll:
	case NoisePerTime:
		e.Noise.EachTime = true
	default:
		e.Noise.Label = t.NoisePer
	}
	e.Noise.Estimator, err = noise.EstimatorByName(t.Noise)
	return err
}

// given estimates the noise from residuals of another analysis, as of a linear
// model of runs, for all Datasets alike.
func (t Trials) given(e *rdm.Estimator) error {
	switch {
	case t.Noise == "" || t.Noise == NoNoise:
		return fmt.Errorf("%s: residuals need an estimator of the noise, such as ledoit-wolf", t.Residuals)
	case t.NoisePer != "" && t.NoisePer != NoiseOfAll:
		return fmt.Errorf("%s: residuals give one covariance for all, and noise was asked for per %s: choose one", t.Residuals, t.NoisePer)
	}
	estimator, err := noise.EstimatorByName(t.Noise)
	if err != nil {
		return err
	}
	array, err := variable.Read(t.Residuals)
	if err != nil {
		return err
	}
	if len(array.Shape) != 2 {
		return fmt.Errorf("%s: the array has the shape %v, and residuals are rows × channels", t.Residuals, array.Shape)
	}
	x, err := array.Float64s()
	if err != nil {
		return fmt.Errorf("%s: %w", t.Residuals, err)
	}
	covariance, err := estimator.FromResiduals(x, array.Shape[1], t.Degrees)
	if err != nil {
		return fmt.Errorf("%s: %w", t.Residuals, err)
	}
	e.Covariances = &noise.Covariances{All: [][]*noise.Covariance{{covariance}}}
	return nil
}

// asked reports whether anything is asked for.
func (t Trials) asked() bool {
	return t.Folds != "" || t.Window != 0 || t.PseudoTrials != 0 || t.Assignments != 0 || t.asksPatterns() || t.asksDecoding() != nil
}

// asksPatterns reports whether anything is asked for that classifiers do not know.
func (t Trials) asksPatterns() bool {
	asked := func(text, usual string) bool { return text != "" && text != usual }
	return t.RemoveMean || t.Residuals != "" || asked(t.Noise, NoNoise) || asked(t.NoisePer, NoiseOfAll) ||
		asked(string(t.Pairing), string(rdm.LeaveOneOut)) || asked(string(t.Missing), string(rdm.Undefined)) ||
		asked(string(t.Each), string(rdm.EachTime))
}

// NoiseNames lists what Trials can ask for: none, and the estimators.
func NoiseNames() []string { return append([]string{NoNoise}, noise.EstimatorNames()...) }
