package rsa

import (
	"context"
	"fmt"

	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/work"
)

// Corrections in which neighboring times or channels support each other. Their
// p values hold for an effect, not for where or when it begins and ends.
const (
	ClusterMass = "cluster mass" // of neighbors where t, or z of permuted labels, is beyond that of p = inference.DefaultClusterLevel
	TFCE        = "tfce"         // threshold-free cluster enhancement
)

// Neighbors says which channels are side by side.
type Neighbors struct {
	Adjacency inference.Adjacency `json:"-"`      // a point per channel
	Source    string              `json:"source"` // where it is from, for people
	Mean      float64             `json:"mean"`   // neighbors of a channel, on average
}

// joins reports whether a correction is by neighboring times or channels.
func joins(correction string) bool { return correction == ClusterMass || correction == TFCE }

// findNeighbors checks that a correction by neighbors has neighbors, and draws.
func (o *options) findNeighbors(of Subjects, times int) error {
	switch {
	case !joins(o.Correction):
		return nil
	case of.Channels != nil && of.Neighbors == nil:
		return fmt.Errorf("%s is of neighbors, and nobody says which channels are side by side: name their sensors or an adjacency, or correct by %s", o.Correction, MaxStatistic)
	case of.Channels != nil && of.Neighbors.Adjacency.Points() != len(of.Channels):
		return fmt.Errorf("an adjacency of %d points for %d channels: there must be one point per channel", of.Neighbors.Adjacency.Points(), len(of.Channels))
	case times < 2:
		return fmt.Errorf("%s is of neighboring times or channels, and there is but one RDM of a subject: correct by %s", o.Correction, MaxStatistic)
	case o.Test != SignFlip && o.Test != LabelPermutation:
		return fmt.Errorf("a %s test cannot be corrected by %s: test by %s or %s", o.Test, o.Correction, SignFlip, LabelPermutation)
	}
	return nil
}

// near is the adjacency of the points of a course.
func (a *analysis) near() inference.Adjacency {
	if a.subjects.Channels == nil {
		return inference.Line(a.times)
	}
	return inference.Product(a.subjects.Neighbors.Adjacency, inference.Line(a.times/len(a.subjects.Channels)))
}

// join returns p values of the scores, corrected by neighbors and over
// models, which are nobody's neighbors. All draws are made once more.
//
//	shapes   result: models × times
func (a *analysis) join(ctx context.Context, b work.Budget, scores *table) ([]float64, error) {
	if a.Test == LabelPermutation {
		return a.joinPermuted(ctx, b, scores.models*scores.times, a.permuted())
	}
	null, err := inference.Test{Draws: a.Draws, Tail: a.tail, Seed: a.Seed}.SignFlips(scores.bySubject(), inference.StudentT)
	if err != nil {
		return nil, err
	}
	return a.joined(ctx, b, null)
}

// joinPermuted returns p values of what labels permute. Clusters need a threshold
// that means the same at every time and for every model: so it is z that has them.
func (a *analysis) joinPermuted(ctx context.Context, b work.Budget, tests int, statistic func(dst []float64, permutation []int) error) ([]float64, error) {
	null, err := inference.Test{Draws: a.Draws, Tail: a.tail, Seed: a.Seed}.LabelPermutations(a.conditions, tests, statistic)
	if err == nil && a.Correction == ClusterMass {
		null, err = null.Standardized(ctx, b)
	}
	if err != nil {
		return nil, err
	}
	return a.joined(ctx, b, null)
}

// joined returns the p values of a null whose tests are courses one after the
// other.
func (a *analysis) joined(ctx context.Context, b work.Budget, null *inference.Null) ([]float64, error) {
	near := inference.Product(inference.Apart(len(null.Observed)/a.times), a.near())
	if a.Correction == ClusterMass {
		found, err := null.Clusters(ctx, b, inference.Clusters{Adjacency: near})
		if err != nil {
			return nil, err
		}
		return found.P, nil
	}
	enhanced, err := null.TFCE(inference.TFCE{Adjacency: near})
	if err != nil {
		return nil, err
	}
	found, err := enhanced.Test(ctx, b)
	if err != nil {
		return nil, err
	}
	return found.Corrected, nil
}
