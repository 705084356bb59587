package inference_test

import (
	"context"
	"testing"

	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/seed"
)

// drawCourses makes scores of subjects × times that have nothing in common
// across subjects. They are smooth in time, of unequal spread over it, and
// above zero by planted from time 8 to 11.
func drawCourses(index int, planted float64) [][]float64 {
	const subjects, times = 10, 20
	random := seed.Stream(13, "courses", index)
	scores := make([][]float64, subjects)
	for s := range scores {
		scores[s] = make([]float64, times)
		last := 0.0
		for k := range scores[s] {
			last = 0.7*last + random.NormFloat64()
			scores[s][k] = last * float64(1+k%3)
			if k >= 8 && k < 12 {
				scores[s][k] += planted * float64(1+k%3)
			}
		}
	}
	return scores
}

// testCourses returns the smallest p value of every test of times: of the first
// time alone for tests of one, over the family for the others.
func testCourses(index int, scores [][]float64) (map[string]float64, error) {
	ctx := context.Background()
	p := map[string]float64{}
	var failed error
	least := func(name string, all []float64, err error) {
		if err != nil {
			failed = err
			return
		}
		p[name] = 1
		for _, value := range all {
			p[name] = min(p[name], value)
		}
	}
	for tail, suffix := range map[inference.Tail]string{inference.Greater: "", inference.TwoSided: ", two-sided"} {
		null, err := inference.Test{Draws: 99, Seed: uint64(index), Tail: tail}.SignFlips(scores, inference.StudentT)
		if err != nil {
			return nil, err
		}
		points, err := null.Test(ctx, one)
		if err != nil {
			return nil, err
		}
		least(signFlipTest+suffix, points.P[:1], nil)
		least("maximum statistic"+suffix, points.Corrected, nil)
		clusters, err := null.Clusters(ctx, one, inference.Clusters{Adjacency: inference.Line(len(scores[0]))})
		if err != nil {
			return nil, err
		}
		least("clusters"+suffix, clusters.P, nil)
		enhanced, err := null.TFCE(inference.TFCE{Adjacency: inference.Line(len(scores[0]))})
		if err != nil {
			return nil, err
		}
		points, err = enhanced.Test(ctx, one)
		least("TFCE"+suffix, points.Corrected, err)
		student, err := inference.StudentTest(scores, tail)
		least(studentTest+suffix, student.P[:1], err)
		ranks, err := inference.SignedRankTest(scores, tail)
		least(signedRankTest+suffix, ranks.P[:1], err)
	}
	return p, failed
}

// attainable returns the largest p value up to alpha that ten different ranks
// can have: p values of ranks come in steps.
func attainable(t *testing.T, tail inference.Tail) float64 {
	t.Helper()
	largest := 0.0
	for pattern := range 1 << 10 {
		x := make([]float64, 10)
		for i := range x {
			x[i] = float64((i + 1) * (1 - 2*(pattern>>i&1)))
		}
		r, err := inference.SignedRankTest(column(x), tail)
		if err != nil {
			t.Fatal(err)
		}
		if p := r.P[0]; p <= alpha {
			largest = max(largest, p)
		}
	}
	return largest
}

// All are exact here: scores are symmetric, and normal as t wants them. Of 99
// draws and the observed one, p ≤ 0.05 is attained exactly.
func TestLevelsWhenSubjectsAreIndependent(t *testing.T) {
	found := rates(t, func(i int) (map[string]float64, error) { return testCourses(i, drawCourses(i, 0)) })
	level := map[string]float64{
		signedRankTest: attainable(t, inference.Greater), signedRankTest + ", two-sided": attainable(t, inference.TwoSided),
	}
	for name, rate := range found {
		if level[name] == 0 {
			level[name] = alpha
		}
		exactly(t, name, rate, level[name])
		t.Logf("%s: %.4f, attainable %.4f", name, rate, level[name])
	}
	alone, family, twoSided := map[string]float64{}, map[string]float64{}, map[string]float64{}
	for _, name := range []string{signFlipTest, studentTest, signedRankTest} {
		alone[name] = found[name]
	}
	for _, name := range []string{"maximum statistic", "clusters", "TFCE"} {
		family[name], twoSided[name] = found[name], found[name+", two-sided"]
	}
	documented(t, alone, 2)
	documented(t, family, 1)
	documented(t, twoSided, 2)
	if len(found) != 12 {
		t.Errorf("%d tests", len(found))
	}
}

// Neighbors help to find an effect that lasts.
func TestPowerWhenSubjectsAreIndependent(t *testing.T) {
	found := rates(t, func(i int) (map[string]float64, error) { return testCourses(i, drawCourses(i, 1.2)) })
	documented(t, map[string]float64{"maximum statistic": found["maximum statistic"], "clusters": found["clusters"], "TFCE": found["TFCE"]}, 3)
	for _, name := range []string{"maximum statistic", "clusters", "TFCE"} {
		t.Logf("%s: %.4f", name, found[name])
		if found[name] < 0.4 {
			t.Errorf("%s found a planted effect in a share of %.4f", name, found[name])
		}
	}
}
