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

// A Statistic says in which form a sign flip test reports how far the scores
// of subjects are from zero. Of one test alone all forms give the same p value;
// the largest of many tests depends on it.
type Statistic int

// The forms of the statistic of x of n subjects.
const (
	Directed Statistic = iota // u = Σx / √Σx², at most √n; orders as t does
	StudentT                  // t = u √((n-1)/(n-u²)), of n-1 degrees of freedom
	Mean                      // Σx / n = u √Σx² / n
)

// SignFlips asks, for each test, whether the scores of subjects are symmetric
// about zero, as they are when the score is chance in every subject. It says
// something about other subjects, and nothing about other conditions.
//
// With n subjects all 2ⁿ patterns of signs are tried when they are no more than
// the draws; otherwise signs are drawn.
//
//	shapes   scores: subjects × tests, two or more subjects
//	NaN      a subject without a score is left out of that test; a test
//	         without any is NaN. Scores that are all 0 give p = 1. Student's t
//	         is NaN when all scores are of one size, or there is but one: some
//	         signs would make it infinite
//	errors   fewer than two subjects; subjects with different numbers of tests
//	cost     subjects × tests per draw
//	random   the signs of draw i depend on the seed and i alone, and are the
//	         same for all tests, which keeps what they have in common
//	source   Fisher (1935); Nichols & Holmes (2002), doi:10.1002/hbm.1058
func (t Test) SignFlips(scores [][]float64, s Statistic) (*Null, error) {
	if len(scores) < 2 {
		return nil, fmt.Errorf("a sign flip test of %d subjects: it needs two or more; test against label permutations instead", len(scores))
	}
	if s < Directed || s > Mean {
		panic(fmt.Sprintf("inference: no statistic has the number %d", s))
	}
	scaled, columns, err := unitScores(scores)
	if err != nil {
		return nil, err
	}
	draws, exact, err := t.draws(math.Exp2(float64(len(scores))))
	if err != nil {
		return nil, err
	}
	n := &Null{Observed: make([]float64, len(columns)), Draws: draws, Exact: exact, task: "sign flip test", tail: t.Tail}
	for _, c := range columns {
		n.scale = append(n.scale, c.scale(s))
		if s == StudentT {
			n.freedom = append(n.freedom, c.subjects-1)
		}
	}
	n.begin = func() arranger {
		return func(index int, dst []float64) error {
			sumSigned(dst, scaled, t.signs(index, exact))
			express(dst, columns, s)
			return nil
		}
	}
	sumSigned(n.Observed, scaled, asObserved)
	express(n.Observed, columns, s)
	return n, nil
}

// SignFlip is the [Null.Test] of [Test.SignFlips] with the statistic Directed.
//
//	shapes   scores: subjects × tests; result: tests
//	cost     draws × subjects × tests, in parallel
func (t Test) SignFlip(ctx context.Context, b work.Budget, scores [][]float64) (*Result, error) {
	n, err := t.SignFlips(scores, Directed)
	if err != nil {
		return nil, err
	}
	return n.Test(ctx, b)
}

// asObserved changes no sign.
func asObserved(int) bool { return false }

// signs tells which subjects change their sign in a draw, to be asked in order.
func (t Test) signs(draw int, exact bool) func(subject int) bool {
	if exact {
		return func(subject int) bool { return draw>>subject&1 == 1 }
	}
	random := seed.Stream(t.Seed, "sign flip", draw)
	return func(int) bool { return random.Uint64()>>63 == 1 }
}

// A column is what the scores of one test have in common in all draws.
type column struct {
	root              float64 // of the sum of squares, NaN without scores
	subjects          float64 // who have a score
	smallest, largest float64 // score without its sign
}

// columns finds what no sign changes.
func columns(scores [][]float64) ([]column, error) {
	all := slices.Repeat([]column{{root: math.NaN(), smallest: math.Inf(1)}}, len(scores[0]))
	for s, row := range scores {
		if len(row) != len(all) {
			return nil, fmt.Errorf("subject %d has %d scores where subject 1 has %d", s+1, len(row), len(all))
		}
		for k, x := range row {
			if math.IsNaN(x) {
				continue
			}
			c, size := &all[k], math.Abs(x)
			if c.subjects == 0 {
				c.root = 0
			}
			c.root = math.Hypot(c.root, size)
			c.subjects++
			c.smallest, c.largest = min(c.smallest, size), max(c.largest, size)
		}
	}
	return all, nil
}

// unitScores divides the scores of every test by their root sum of squares.
// Missing scores become 0, which no sign changes; a test without scores is NaN.
func unitScores(scores [][]float64) ([][]float64, []column, error) {
	all, err := columns(scores)
	if err != nil {
		return nil, nil, err
	}
	scaled := make([][]float64, len(scores))
	for s, row := range scores {
		scaled[s] = make([]float64, len(row))
		for k, x := range row {
			switch {
			case math.IsNaN(all[k].root):
				scaled[s][k] = math.NaN()
			case !math.IsNaN(x) && x != 0:
				scaled[s][k] = x / all[k].root
			}
		}
	}
	return scaled, all, nil
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

// express turns u into another statistic.
func express(u []float64, all []column, s Statistic) {
	for k, c := range all {
		switch s {
		case StudentT:
			u[k] = c.studentT(u[k])
		case Mean:
			u[k] *= c.root / c.subjects
		}
	}
}

// studentT returns t of u. What rounding leaves of n-u² when nearly all scores
// are of one size is kept above 0.
func (c column) studentT(u float64) float64 {
	if c.subjects < 2 || c.smallest == c.largest {
		return math.NaN()
	}
	return u * math.Sqrt((c.subjects-1)/max(c.subjects-u*u, 0x1p-45*c.subjects))
}

// scale returns how large a statistic is when no score cancels another; of
// Student's t, that of u, which it is near zero.
func (c column) scale(s Statistic) float64 {
	if s == Mean {
		return c.root / c.subjects
	}
	return 1
}
