package step

import (
	"github.com/isocortex/isocortex/noise"
	"github.com/isocortex/isocortex/rdm"
)

// Trials says how the trials of a Dataset become RDMs, beyond the measure: freed
// of noise, in folds. The zero value asks for nothing of this.
type Trials struct {
	Noise      string // estimator of the noise; "" or NoNoise for none
	NoisePer   string // NoiseOfAll, NoisePerTime, or a label of observations, such as "run"; "" for NoiseOfAll
	Folds      string // label of observations that tells folds apart; "" for the first, second, ... of every condition
	Pairing    rdm.Pairing
	Missing    rdm.Missing
	RemoveMean bool // subtract the mean over channels of each pattern
}

// What is no estimator of noise and no label of observations.
const (
	NoNoise      = "none"
	NoiseOfAll   = "all"  // trials and times share one covariance of noise
	NoisePerTime = "time" // each time has its own
)

// prepare adds what is asked for to an estimator.
func (t Trials) prepare(e *rdm.Estimator) (err error) {
	e.Folds, e.Pairing, e.Missing, e.RemoveMean = t.Folds, t.Pairing, t.Missing, t.RemoveMean
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

// asked reports whether anything is asked for.
func (t Trials) asked() bool {
	asked := func(text, usual string) bool { return text != "" && text != usual }
	return t.RemoveMean || t.Folds != "" || asked(t.Noise, NoNoise) || asked(t.NoisePer, NoiseOfAll) ||
		asked(string(t.Pairing), string(rdm.LeaveOneOut)) || asked(string(t.Missing), string(rdm.Undefined))
}

// NoiseNames lists what Trials can ask for: none, and the estimators.
func NoiseNames() []string { return append([]string{NoNoise}, noise.EstimatorNames()...) }
