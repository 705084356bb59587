package inference

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

// SignFlip asks, for each test, whether the scores of subjects are symmetric
// about zero, as they are when the score is chance in every subject.
//
// The statistic is u = Σx / √Σx², which orders draws as Student's t does,
// t = u √((n-1)/(n-u²)), and is at most √n. With n subjects all 2ⁿ patterns of
// signs are tried when they are no more than the draws; otherwise signs are
// drawn.
//
//	shapes   scores: subjects × tests, two or more subjects
//	NaN      a subject without a score is left out of that test; a test
//	         without any is NaN. Scores that are all 0 give p = 1
//	errors   fewer than two subjects; subjects with different numbers of tests
//	cost     draws × subjects × tests, in parallel
//	random   the signs of draw i depend on the seed and i alone, and are the
//	         same for all tests, which keeps what they have in common
//	source   Fisher (1935); Nichols & Holmes (2002), doi:10.1002/hbm.1058
func (t Test) SignFlip(ctx context.Context, b work.Budget, scores [][]float64) (*Result, error) {
	if len(scores) < 2 {
		return nil, fmt.Errorf("a sign flip test of %d subjects: it needs two or more; test against label permutations instead", len(scores))
	}
	scaled, err := unitScores(scores)
	if err != nil {
		return nil, err
	}
	draws, exact, err := t.draws(math.Exp2(float64(len(scores))))
	if err != nil {
		return nil, err
	}
	result := &Result{Statistic: make([]float64, len(scores[0])), Draws: draws, Exact: exact, scale: 1}
	sumSigned(result.Statistic, scaled, func(int) bool { return false })
	err = result.count(ctx, b, "sign flip test", t.Tail, func(draw int, statistic []float64) error {
		negative := func(subject int) bool { return draw>>subject&1 == 1 }
		if !exact {
			negative = t.coins(draw)
		}
		sumSigned(statistic, scaled, negative)
		return nil
	})
	return result, err
}

// coins returns one random sign per subject, to be asked for in order.
func (t Test) coins(draw int) func(int) bool {
	random := seed.Stream(t.Seed, "sign flip", draw)
	return func(int) bool { return random.Uint64()>>63 == 1 }
}

// unitScores divides the scores of every test by their root sum of squares.
// Missing scores become 0, which no sign changes; a test without scores is NaN.
func unitScores(scores [][]float64) ([][]float64, error) {
	root, err := rootSquares(scores)
	if err != nil {
		return nil, err
	}
	scaled := make([][]float64, len(scores))
	for s, row := range scores {
		scaled[s] = make([]float64, len(row))
		for k, x := range row {
			switch {
			case math.IsNaN(root[k]):
				scaled[s][k] = math.NaN()
			case !math.IsNaN(x) && x != 0:
				scaled[s][k] = x / root[k]
			}
		}
	}
	return scaled, nil
}

// rootSquares returns the root sum of squares of each test over the subjects
// who have a score, NaN if nobody has.
func rootSquares(scores [][]float64) ([]float64, error) {
	root := slices.Repeat([]float64{math.NaN()}, len(scores[0]))
	for s, row := range scores {
		if len(row) != len(root) {
			return nil, fmt.Errorf("subject %d has %d scores where subject 1 has %d", s+1, len(row), len(root))
		}
		for k, x := range row {
			switch {
			case math.IsNaN(root[k]):
				root[k] = math.Abs(x)
			case !math.IsNaN(x):
				root[k] = math.Hypot(root[k], x)
			}
		}
	}
	return root, nil
}

// sumSigned sums the scores of subjects, some of them with the opposite sign.
func sumSigned(sum []float64, scores [][]float64, negative func(subject int) bool) {
	clear(sum)
	for s, row := range scores {
		sign := 1.0
		if negative(s) {
			sign = -1
		}
		floats.AddScaled(sum, sign, row)
	}
}
