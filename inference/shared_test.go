package inference_test

import (
	"context"
	"errors"
	"math"
	"os"
	"slices"
	"sync"
	"testing"

	"gonum.org/v1/gonum/stat"

	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

// simulations is the number of simulated studies: 2000 in the long tests.
func simulations() int {
	if os.Getenv("ISOCORTEX_LONG") != "" {
		return 2000
	}
	return 200
}

// rates returns in which share of simulations each test found something: a p
// value of at most alpha.
func rates(t *testing.T, simulate func(index int) (map[string]float64, error)) map[string]float64 {
	t.Helper()
	found := map[string]float64{}
	var mutex sync.Mutex
	err := work.Budget{}.Each(t.Context(), "", simulations(), func(i int) error {
		p, err := simulate(i)
		mutex.Lock()
		defer mutex.Unlock()
		for name, p := range p {
			found[name] += 0 // a test that finds nothing has a rate too
			if p <= alpha {
				found[name]++
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range found {
		found[name] /= float64(simulations())
	}
	return found
}

// slack is three binomial standard errors at a rate.
func slack(rate float64) float64 {
	return 3 * math.Sqrt(rate*(1-rate)/float64(simulations()))
}

// exactly requires the attainable level of an exact test.
func exactly(t *testing.T, name string, rate, level float64) {
	t.Helper()
	if math.Abs(rate-level) > slack(level) {
		t.Errorf("%s rejected a share of %.4f of true nulls, want %.4f ± %.4f", name, rate, level, slack(level))
	}
}

// atMost requires no more than alpha of an approximate test.
func atMost(t *testing.T, name string, rate float64) {
	t.Helper()
	if rate > alpha+slack(alpha) {
		t.Errorf("%s rejected a share of %.4f of true nulls, want at most %.4f", name, rate, alpha+slack(alpha))
	}
}

// documented requires, in the long tests, the measured rates in the tables of
// docs/statistics.md, at a column.
func documented(t *testing.T, found map[string]float64, column int) {
	t.Helper()
	if os.Getenv("ISOCORTEX_LONG") == "" {
		return
	}
	for name, rate := range found {
		realtest.Documented(t, name, column, rate)
	}
}

// A study is what was measured of subjects and conditions: RDVs.
type study struct {
	size   inference.Size
	model  []float64
	brains [][]float64 // per subject
}

// A world is where studies are made: how many subjects see how many
// conditions, how far each sees them in a way of its own, where 1 is the way
// they share, and how much of what the model predicts is in what they share.
type world struct {
	subjects, conditions int
	private, planted     float64
}

// usual is the world of docs/statistics.md.
var usual = world{subjects: 10, conditions: 24, private: 0.6}

// draw makes a study.
func (w world) draw(index int) study {
	const dimensions = 6
	size := inference.Size{Subjects: w.subjects, Conditions: w.conditions, Statistics: 1}
	random := seed.Stream(12, "study", index)
	patterns := func(deviation float64) []float64 {
		x := make([]float64, size.Conditions*dimensions)
		for i := range x {
			x[i] = deviation * random.NormFloat64()
		}
		return x
	}
	predicted, shared := patterns(1), patterns(1)
	s := study{size: size, model: squaredDistances(predicted, dimensions)}
	for range size.Subjects {
		brain := patterns(w.private)
		for i := range brain {
			brain[i] += shared[i] + w.planted*predicted[i]
		}
		s.brains = append(s.brains, squaredDistances(brain, dimensions))
	}
	return s
}

func squaredDistances(patterns []float64, dimensions int) []float64 {
	var distances []float64
	for i := 0; i < len(patterns); i += dimensions {
		for j := i + dimensions; j < len(patterns); j += dimensions {
			sum := 0.0
			for d := range dimensions {
				difference := patterns[i+d] - patterns[j+d]
				sum += difference * difference
			}
			distances = append(distances, sum)
		}
	}
	return distances
}

// pearson correlates two RDVs over the drawn conditions: a pair of conditions
// that stand a and b times counts a·b times.
func pearson(x, y []float64, counts []int) float64 {
	var n, sx, sy, xx, yy, xy float64
	k := 0
	for i, a := range counts {
		for _, b := range counts[i+1:] {
			if w := float64(a * b); w > 0 {
				n, sx, sy = n+w, sx+w*x[k], sy+w*y[k]
				xx, yy, xy = xx+w*x[k]*x[k], yy+w*y[k]*y[k], xy+w*x[k]*y[k]
			}
			k++
		}
	}
	return (xy - sx*sy/n) / math.Sqrt((xx-sx*sx/n)*(yy-sy*sy/n))
}

// scores returns the score of every subject over the drawn conditions.
func (s study) scores(counts []int) []float64 {
	scores := make([]float64, len(s.brains))
	for i, brain := range s.brains {
		scores[i] = pearson(s.model, brain, counts)
	}
	return scores
}

// bootstraps draws subjects, conditions and both; conditions are drawn alike in
// the last two, so that their scores are found once.
func (s study) bootstraps(draws, index int) (d [3]*inference.Distribution, err error) {
	once := slices.Repeat([]int{1}, s.size.Conditions)
	fixed := s.scores(once)
	for over := range d {
		d[over] = &inference.Distribution{Statistics: 1, Draws: draws}
	}
	for i := range draws {
		draw, err := inference.Bootstrap{Draws: draws, Over: inference.Both, Seed: uint64(index)}.Draw(s.size, i)
		if err != nil {
			return d, err
		}
		drawn := s.scores(draw.Conditions)
		for over, value := range []float64{meanOf(fixed, draw), stat.Mean(drawn, nil), meanOf(drawn, draw)} {
			d[over].Values = append(d[over].Values, value)
		}
	}
	return d, nil
}

func meanOf(scores []float64, draw inference.Draw) float64 {
	sum := 0.0
	for _, s := range draw.Subjects {
		sum += scores[s]
	}
	return sum / float64(len(draw.Subjects))
}

// The names of the tests, as docs/statistics.md lists them.
const (
	signFlipTest       = "sign flip"
	studentTest        = "t"
	signedRankTest     = "Wilcoxon"
	subjectTest        = "bootstrap of subjects"
	conditionTest      = "bootstrap of conditions"
	conditionShareTest = "bootstrap of conditions, percentile"
	dualTest           = "dual bootstrap"
	permutationTest    = "label permutation"
	squaresTest        = "t of squared scores"
)

// test applies all tests to the mean score of a study.
func (s study) test(index int) (map[string]float64, error) {
	scores := column(s.scores(slices.Repeat([]int{1}, s.size.Conditions)))
	flip, err1 := inference.Test{Draws: 199, Seed: uint64(index)}.SignFlip(context.Background(), one, scores)
	student, err2 := inference.StudentTest(scores, inference.Greater)
	ranks, err3 := inference.SignedRankTest(scores, inference.Greater)
	squares, err6 := inference.StudentTest(changed(scores, func(x float64) float64 { return x * x }), inference.Greater)
	permuted, err4 := inference.Test{Draws: 99, Seed: uint64(index)}.LabelPermutation(context.Background(), one, s.size.Conditions, 1, s.permuted)
	drawn, err5 := s.bootstraps(100, index)
	for _, err := range []error{err1, err2, err3, err4, err5, err6} {
		if err != nil {
			return nil, err
		}
	}
	dual := inference.NewDual(s.size, drawn[0], drawn[1], drawn[2])
	mean := stat.Mean(slices.Concat(scores...), nil)
	ofOne := func(over inference.Over, n int) float64 {
		return varianceP(mean, inference.Corrected(drawn[over].Variances()[0], n), inference.FreedomOf(over, s.size))
	}
	return map[string]float64{
		signFlipTest: flip.P[0], studentTest: student.P[0], signedRankTest: ranks.P[0], permutationTest: permuted.P[0],
		subjectTest: ofOne(inference.Subjects, s.size.Subjects), conditionTest: ofOne(inference.Conditions, s.size.Conditions),
		squaresTest: squares.P[0], conditionShareTest: drawn[1].P(inference.Greater)[0],
		dualTest: varianceP(mean, dual.Variance[0], dual.Freedom),
	}, nil
}

// permuted is the mean score after the conditions of the model have changed
// places.
func (s study) permuted(dst []float64, permutation []int) error {
	n := s.size.Conditions
	var moved []float64
	for i := range n {
		for j := i + 1; j < n; j++ {
			a, b := min(permutation[i], permutation[j]), max(permutation[i], permutation[j])
			moved = append(moved, s.model[a*(2*n-a-1)/2+b-a-1])
		}
	}
	dst[0] = 0
	for _, brain := range s.brains {
		dst[0] += pearson(moved, brain, slices.Repeat([]int{1}, n)) / float64(len(s.brains))
	}
	return nil
}

// Subjects who share a geometry agree with a model by chance, all of them or
// none. Tests that allow for new conditions keep their level; those of
// subjects alone reject far more, which is why they are not the default.
func TestLevelsWhenSubjectsShareAGeometry(t *testing.T) {
	found := rates(t, func(i int) (map[string]float64, error) { return usual.draw(i).test(i) })
	exactly(t, permutationTest, found[permutationTest], alpha)
	for _, name := range []string{conditionTest, dualTest} {
		atMost(t, name, found[name])
	}
	for _, name := range []string{signFlipTest, studentTest, signedRankTest, subjectTest} {
		if found[name] < 0.15 {
			t.Errorf("%s rejected a share of %.4f of true nulls: docs/statistics.md says far more", name, found[name])
		}
	}
	if found[squaresTest] < 0.8 { // squares are positive whatever is true
		t.Errorf("%s rejected a share of %.4f of true nulls: docs/statistics.md says nearly all", squaresTest, found[squaresTest])
	}
	for name, rate := range found {
		t.Logf("%s: %.4f", name, rate)
	}
	delete(found, squaresTest) // of which the text tells
	documented(t, found, 1)
}

// At a planted effect all find something; how often is logged.
func TestPowerWhenSubjectsShareAGeometry(t *testing.T) {
	effect := usual
	effect.planted = 0.5
	found := rates(t, func(i int) (map[string]float64, error) { return effect.draw(i).test(i) })
	documented(t, map[string]float64{permutationTest: found[permutationTest], conditionTest: found[conditionTest], dualTest: found[dualTest]}, 3)
	for _, name := range []string{permutationTest, conditionTest, dualTest} {
		t.Logf("%s: %.4f", name, found[name])
		if found[name] < 0.3 {
			t.Errorf("%s found a planted effect in a share of %.4f", name, found[name])
		}
	}
}

// The dual bootstrap keeps its level from the fewest subjects and conditions
// that it is recommended for, and when subjects share little.
func TestDualBootstrapKeepsItsLevelInOtherWorlds(t *testing.T) {
	worlds := []world{
		{subjects: inference.EnoughSubjects, conditions: inference.EnoughConditions, private: 0.6},
		{subjects: inference.EnoughSubjects, conditions: inference.EnoughConditions, private: 3},
		{subjects: 20, conditions: inference.EnoughConditions, private: 1.5},
	}
	if os.Getenv("ISOCORTEX_LONG") != "" {
		worlds = append(worlds, world{subjects: 10, conditions: 60, private: 0.6}, world{subjects: 10, conditions: 60, private: 3})
	}
	for _, w := range worlds {
		rate := rates(t, func(i int) (map[string]float64, error) { return w.draw(i).dual(i) })[dualTest]
		atMost(t, dualTest, rate)
		t.Logf("%+v: %.4f", w, rate)
	}
}

// dual applies the dual bootstrap alone.
func (s study) dual(index int) (map[string]float64, error) {
	drawn, err := s.bootstraps(100, index)
	if err != nil {
		return nil, err
	}
	d := inference.NewDual(s.size, drawn[0], drawn[1], drawn[2])
	mean := stat.Mean(s.scores(slices.Repeat([]int{1}, s.size.Conditions)), nil)
	return map[string]float64{dualTest: varianceP(mean, d.Variance[0], d.Freedom)}, nil
}

func varianceP(mean, variance, freedom float64) float64 {
	r, err := inference.VarianceTest([]float64{mean}, []float64{variance}, freedom, inference.Greater)
	if err != nil {
		panic(err)
	}
	return r.P[0]
}

// The best of six model RDMs that all have nothing to do with the brain: tested
// as if it were the only one, it is found far too often; against the best of
// every draw, as often as α says.
func TestLevelOfTheBestModel(t *testing.T) {
	const models = 6
	found := rates(t, func(i int) (map[string]float64, error) {
		all := make([]study, models)
		for m := range all {
			all[m] = world{subjects: 1, conditions: 16}.draw(i*models + m)
			all[m].brains = all[0].brains
		}
		null, err := inference.Test{Draws: 99, Seed: uint64(i)}.LabelPermutations(16, models, func(dst []float64, permutation []int) error {
			for m := range all {
				if err := all[m].permuted(dst[m:m+1], permutation); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		best, _, err := null.Maxima(inference.Groups([]int{models}, 0))
		if err != nil {
			return nil, err
		}
		alone, err1 := null.Test(context.Background(), one)
		among, err2 := best.Test(context.Background(), one)
		if err := errors.Join(err1, err2); err != nil {
			return nil, err
		}
		return map[string]float64{"alone": slices.Min(alone.P), "among": among.P[0]}, nil
	})
	exactly(t, "the best of six", found["among"], alpha)
	if found["alone"] < 0.15 {
		t.Errorf("tested as the only one, the best of six was found in a share of %.4f", found["alone"])
	}
	documented(t, map[string]float64{"best of six models, tested as the only one": found["alone"], "best of six models, label permutation": found["among"]}, 1)
	t.Logf("%+v", found)
}
