package rdm

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/floats"
)

// A Rescaling brings RDMs of parts of the conditions to one scale, such as
// arrangements on a screen that was filled each time.
type Rescaling struct {
	Weights   string  // of pairs in the mean, one of RescalingWeights; "" for EvidenceWeights
	Tolerance float64 // of the mean, as a share of its length; 0 means 1e-12
}

// What a pair counts in the mean of a rescaling.
const (
	EvidenceWeights = "evidence" // its dissimilarity squared, 0.04 at least: a small one was placed less exactly
	SizeWeights     = "size"     // one over the number of pairs of its RDM
	EqualWeights    = "equal"
)

// RescalingWeights lists what Rescaling.Weights can be.
var RescalingWeights = []string{EvidenceWeights, SizeWeights, EqualWeights}

// leastEvidence is the weight of pairs that nearly coincide.
const leastEvidence = 0.2 * 0.2

// roundsOfRescaling is more than any stack is known to need: some dozens of
// rounds take the error to rounding.
const roundsOfRescaling = 100_000

// Rescale multiplies each RDM by a number, so that all agree as well as they
// can on the pairs that they share: each gets the length that their weighted
// mean has on its pairs. The mean has length 1, so that the numbers that come
// out have no unit.
//
//	NaN      stays; a pair is averaged over the RDMs that have it
//	errors   dissimilarities whose zero is not "no difference"; an RDM that is 0
//	         or missing everywhere; RDMs that share no pair, not even by way of
//	         others: nobody knows their scale
//	cost     RDMs × pairs in each of some dozens of rounds
//	source   Kriegeskorte & Mur (2012), doi:10.3389/fpsyg.2012.00245; agrees with
//	         rsatoolbox, which stops at a tolerance of 1e-4
func (r *RDMs) Rescale(o Rescaling) (*RDMs, error) {
	o.Weights, o.Tolerance = cmp.Or(o.Weights, EvidenceWeights), cmp.Or(o.Tolerance, 1e-12)
	if err := r.scalable(o); err != nil {
		return nil, err
	}
	result := *r
	result.Dissimilarities, result.views = slices.Clone(r.Dissimilarities), nil
	result.Definition.Text += "; each RDM rescaled to the length of the mean by weights of " + o.Weights + " on its pairs"
	weights := r.weights(o.Weights)
	unit := r.meanBy(slices.Repeat([]float64{1}, len(weights)))
	for range roundsOfRescaling {
		for k := range r.Len() {
			result.stretch(k, unit)
		}
		next := result.meanBy(weights)
		moved := distance(next, unit)
		if unit = next; moved <= o.Tolerance {
			return &result, nil
		}
	}
	return nil, fmt.Errorf("the scales do not settle to a tolerance of %g: allow a larger one", o.Tolerance)
}

// scalable says why the RDMs cannot be rescaled.
func (r *RDMs) scalable(o Rescaling) error {
	if err := r.Check(); err != nil {
		return err
	}
	switch {
	case !slices.Contains(RescalingWeights, o.Weights):
		return fmt.Errorf("no weights are called %q: use one of %s", o.Weights, strings.Join(RescalingWeights, ", "))
	case r.Definition.Chance != 0:
		return fmt.Errorf("%g means no difference here, and only numbers whose zero does have a scale: subtract it first", r.Definition.Chance)
	}
	for k := range r.Len() {
		if length := length(r.RDV(k)); length == 0 || math.IsInf(length, 0) {
			return fmt.Errorf("RDM %d has the length %g, and can have no other scale: leave it out", k+1, length)
		}
	}
	return r.connected()
}

// connected refuses RDMs of which some share no pair with the others.
func (r *RDMs) connected() error {
	reached, known := make([]bool, r.Len()), make([]bool, Pairs(r.Size))
	for grew, first := true, true; grew; {
		grew = false
		for k := range reached {
			if reached[k] || !first && !r.shares(k, known) {
				continue
			}
			reached[k], grew, first = true, true, false
			for p, d := range r.RDV(k) {
				known[p] = known[p] || !math.IsNaN(d)
			}
		}
	}
	if alone := slices.Index(reached, false); alone >= 0 {
		return fmt.Errorf("RDM %d shares no pair of conditions with RDM 1, nor with any that does: nobody knows its scale", alone+1)
	}
	return nil
}

// shares reports whether RDM k has a known pair.
func (r *RDMs) shares(k int, known []bool) bool {
	for p, d := range r.RDV(k) {
		if known[p] && !math.IsNaN(d) {
			return true
		}
	}
	return false
}

// stretch gives RDM k the length that mean has on its pairs.
func (r *RDMs) stretch(k int, mean []float64) {
	own := r.RDV(k)
	length, target := length(own), 0.0
	for p, d := range own {
		if !math.IsNaN(d) {
			target += mean[p] * mean[p]
		}
	}
	floats.Scale(math.Sqrt(target)/length, own)
}

// weights is what each pair of each RDM counts.
func (r *RDMs) weights(kind string) []float64 {
	weights := slices.Repeat([]float64{1}, len(r.Dissimilarities))
	for k := range r.Len() {
		own, rdv := weights[k*Pairs(r.Size):], r.RDV(k)
		given := len(rdv) - missing(rdv)
		for p, d := range rdv {
			switch kind {
			case EvidenceWeights:
				own[p] = max(d*d, leastEvidence)
			case SizeWeights:
				own[p] = 1 / float64(given)
			}
		}
	}
	return weights
}

// missing counts the pairs that are NaN.
func missing(rdv []float64) (n int) {
	for _, d := range rdv {
		if math.IsNaN(d) {
			n++
		}
	}
	return n
}

// meanBy is the weighted mean of the RDMs that have a pair, brought to length 1.
func (r *RDMs) meanBy(weights []float64) []float64 {
	mean, total := make([]float64, Pairs(r.Size)), make([]float64, Pairs(r.Size))
	for k := range r.Len() {
		own := weights[k*Pairs(r.Size):]
		for p, d := range r.RDV(k) {
			if !math.IsNaN(d) {
				mean[p] += own[p] * d
				total[p] += own[p]
			}
		}
	}
	floats.Div(mean, total) // 0/0 is NaN
	floats.Scale(1/length(mean), mean)
	return mean
}

// length is the root of the sum of squares of what is defined.
func length(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		if !math.IsNaN(v) {
			sum += v * v
		}
	}
	return math.Sqrt(sum)
}

// distance is the length of the difference.
func distance(x, y []float64) float64 {
	difference := make([]float64, len(x))
	floats.SubTo(difference, x, y)
	return length(difference)
}
