package decoding

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/isocortex/isocortex/rdm"
)

// A tally counts what the test trials of every pair of conditions came to.
type tally []outcome

// An outcome is that of the trials of the two conditions of a pair.
type outcome struct{ hits, margins, counts [2]float64 }

func newTally(conditions int) tally { return make(tally, rdm.Pairs(conditions)) }

// add counts the score of a test trial of one side of a pair. Scores are positive
// towards side 1; one of 0 is half right; one that is NaN makes all NaN.
func (t tally) add(pair, side int, score float64) {
	margin := score * float64(2*side-1)
	o := &t[pair]
	o.hits[side] += right(margin)
	o.margins[side] += margin
	o.counts[side]++
}

// right is 1 for a trial on its own side, 1/2 for one on the border.
func right(margin float64) float64 {
	switch {
	case margin > 0:
		return 1
	case margin < 0:
		return 0
	case margin == 0:
		return 0.5
	default:
		return math.NaN()
	}
}

// accuracy is the mean over both conditions of the share of hits: 1/2 by chance,
// however many trials each has. Without trials of one it is NaN.
func (o outcome) accuracy() float64 { return (o.hits[0]/o.counts[0] + o.hits[1]/o.counts[1]) / 2 }

// decision is the mean over both conditions of the decision value towards it.
func (o outcome) decision() float64 { return (o.margins[0]/o.counts[0] + o.margins[1]/o.counts[1]) / 2 }

// sensitivity is d′ with half a trial added to either outcome, so that it is
// finite where all are right.
//
//	source   Hautus (1995), doi:10.3758/BF03203619
func (o outcome) sensitivity() float64 {
	if math.IsNaN(o.accuracy()) {
		return math.NaN()
	}
	z := func(side int) float64 { return distuv.UnitNormal.Quantile((o.hits[side] + 0.5) / (o.counts[side] + 1)) }
	return z(0) + z(1)
}
