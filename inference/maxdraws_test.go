package inference_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/seed"
)

func ExampleDistribution_MaxStatistic() {
	// Two statistics that are drawn alike count as one, a third that is not as another.
	alike := []float64{-2, -1, 0, 1, 2}
	other := []float64{1, -2, 2, 0, -1}
	var drawn inference.Distribution
	for i, x := range alike {
		drawn.Values = append(drawn.Values, x, x, other[i])
		drawn.Draws++
	}
	drawn.Statistics = 3
	p := []float64{0.1, 0.2, 0.2}
	fmt.Printf("%.2f\n", drawn.MaxStatistic(p, []int{0, 1}, inference.Greater))
	fmt.Printf("%.2f\n", drawn.MaxStatistic(p, nil, inference.Greater))
	// Output:
	// [0.17 0.33]
	// [0.17 0.50 0.50]
}

// twinOfMaxStatistic says with loops what Distribution.MaxStatistic does.
func twinOfMaxStatistic(d *inference.Distribution, p []float64, reach func(p float64) float64) []float64 {
	corrected := slices.Clone(p)
	for k := range p {
		b := 0.0
		for i := range d.Draws {
			reached := false
			for j := range p {
				var column []float64
				for i := range d.Draws {
					column = append(column, d.Values[i*d.Statistics+j])
				}
				mean, square := 0.0, 0.0
				for _, x := range column {
					mean += x / float64(len(column))
				}
				for _, x := range column {
					square += (x - mean) * (x - mean) / float64(len(column)-1)
				}
				reached = reached || (column[i]-mean)/math.Sqrt(square) >= reach(p[k])
			}
			if reached {
				b++
			}
		}
		corrected[k] = max(p[k], (b+1)/float64(d.Draws+1))
	}
	return corrected
}

// What is corrected is never less, orders as p does, does not depend on units,
// and is that of the definition. A test that is NaN counts for nothing.
func TestMaxStatisticLaws(t *testing.T) {
	normal := map[float64]float64{0.5: 0, 0.158655253931457: 1, 0.0227501319481792: 2, 0.00134989803163009: 3}
	rapid.Check(t, func(t *rapid.T) {
		tests, draws := rapid.IntRange(2, 4).Draw(t, "tests"), rapid.IntRange(3, 12).Draw(t, "draws")
		d := &inference.Distribution{Statistics: tests, Draws: draws}
		for range tests * draws { // numbers that another scale leaves exact
			d.Values = append(d.Values, float64(rapid.IntRange(-64, 64).Draw(t, "x"))/64)
		}
		var p []float64
		for range tests {
			p = append(p, rapid.SampledFrom([]float64{0.5, 0.158655253931457, 0.0227501319481792, 0.00134989803163009}).Draw(t, "p"))
		}
		got := d.MaxStatistic(p, nil, inference.Greater)
		// Draws that are as far as p to the last bits may fall on either side.
		least := twinOfMaxStatistic(d, p, func(p float64) float64 { return normal[p] + 1e-9 })
		most := twinOfMaxStatistic(d, p, func(p float64) float64 { return normal[p] - 1e-9 })
		scaled := &inference.Distribution{Statistics: tests + 1, Draws: draws}
		for i := range draws {
			for k := range tests {
				scaled.Values = append(scaled.Values, 3+4*d.Values[i*tests+k])
			}
			scaled.Values = append(scaled.Values, math.NaN())
		}
		same := scaled.MaxStatistic(append(slices.Clone(p), math.NaN()), nil, inference.Greater)
		for k := range p {
			if min(got[k], same[k]) < least[k] || max(got[k], same[k]) > most[k] || got[k] < p[k] {
				t.Fatalf("p %v corrected %v, want %v to %v; on another scale %v", p, got, least, most, same)
			}
			for j := range p {
				if p[j] < p[k] && got[j] > got[k] {
					t.Fatalf("p %v corrected %v", p, got)
				}
			}
		}
		if !math.IsNaN(same[tests]) {
			t.Fatalf("a test that is NaN has %v", same[tests])
		}
		if alone := d.MaxStatistic(p, []int{1}, inference.TwoSided); alone[0] != p[1] {
			t.Fatalf("alone %v, p %v", alone, p[1])
		}
	})
}

// Twenty means over subjects and conditions, smooth in time: of all of them
// together the dual bootstrap finds any as rarely as α says.
func TestDualMaxStatisticKeepsTheFamilyLevel(t *testing.T) {
	for _, size := range []inference.Size{
		{Subjects: 10, Conditions: 24, Statistics: 20},
		{Subjects: inference.EnoughSubjects, Conditions: inference.EnoughConditions, Statistics: 20},
	} {
		for _, tail := range []inference.Tail{inference.Greater, inference.TwoSided} {
			if tail != inference.Greater && os.Getenv("ISOCORTEX_LONG") == "" {
				continue
			}
			found := rates(t, func(i int) (map[string]float64, error) { return courses(size, i).family(tail, i) })
			t.Logf("%d subjects, %d conditions, %s: any of 20 %.4f, of the best alone %.4f, by fdr %.4f", size.Subjects, size.Conditions, tail, found["max"], found["alone"], found["fdr"])
			atMost(t, "the dual bootstrap of twenty", found["max"])
		}
	}
}

// A crossedStudy holds scores of subjects × conditions × tests.
type crossedStudy struct {
	size   inference.Size
	scores [][][]float64
}

// courses draws scores that neighbors in time share, half of them by
// subjects and conditions, half by single measurements.
func courses(size inference.Size, index int) crossedStudy {
	random := seed.Stream(14, "courses", index)
	smooth := func(deviation float64) []float64 {
		x := make([]float64, size.Statistics)
		now := random.NormFloat64()
		for k := range x {
			x[k] = deviation * now
			now = 0.8*now + 0.6*random.NormFloat64()
		}
		return x
	}
	s := crossedStudy{size: size}
	var conditions [][]float64
	for range size.Conditions {
		conditions = append(conditions, smooth(1))
	}
	for range size.Subjects {
		own, rows := smooth(0.5), make([][]float64, size.Conditions)
		for c := range rows {
			rows[c] = smooth(1)
			for k := range rows[c] {
				rows[c][k] += own[k] + conditions[c][k]
			}
		}
		s.scores = append(s.scores, rows)
	}
	return s
}

// mean fills dst with the mean of every test in a draw.
func (s crossedStudy) mean(dst []float64, draw inference.Draw) error {
	clear(dst)
	n := float64(s.size.Subjects * s.size.Conditions)
	for _, subject := range draw.Subjects {
		for c, count := range draw.Conditions {
			for k, x := range s.scores[subject][c] {
				dst[k] += float64(count) * x / n
			}
		}
	}
	return nil
}

// family returns the smallest p value of all tests, corrected and not.
func (s crossedStudy) family(tail inference.Tail, index int) (map[string]float64, error) {
	d, err := inference.Bootstrap{Draws: 200, Seed: uint64(index)}.Dual(context.Background(), one, s.size, s.mean)
	if err != nil {
		return nil, err
	}
	observed, all := make([]float64, s.size.Statistics), inference.Draw{Conditions: slices.Repeat([]int{1}, s.size.Conditions)}
	for subject := range s.scores {
		all.Subjects = append(all.Subjects, subject)
	}
	if err := s.mean(observed, all); err != nil {
		return nil, err
	}
	found, err := inference.VarianceTest(observed, d.Variance, d.Freedom, tail)
	if err != nil {
		return nil, err
	}
	fdr, err := inference.CorrectionByName("fdr")
	return map[string]float64{
		"alone": slices.Min(found.P), "max": slices.Min(d.Both.MaxStatistic(found.P, nil, tail)), "fdr": slices.Min(fdr.Adjust(found.P)),
	}, err
}
