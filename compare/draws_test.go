package compare_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/seed"
)

func ExampleComparator_Draws() {
	pearson, _ := compare.ByName("pearson")
	models := []*compare.Vector{pearson.Prepare([]float64{1, 2, 3, 4, 5, 7}), pearson.Prepare([]float64{2, 1, 1, 1, 1, 2})}
	brain := []*compare.Vector{pearson.Prepare([]float64{1, 2, 4, 3, 5, 6})}
	counts := [][]int{{1, 1, 1, 1}, {2, 0, 1, 1}}
	draws := pearson.Draws(engine.Plain{}, counts, models)
	scores := make([]float64, len(counts)*len(brain)*len(models))
	if err := draws.Compare(scores, brain); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("all conditions: %.3f\n", scores[:2])
	fmt.Printf("the first twice, without the second: %.3f\n", scores[2:])
	// Output:
	// all conditions: [0.940 0.000]
	// the first twice, without the second: [0.922 0.802]
}

// resampledScores is Draws.Compare one by one.
func resampledScores(c compare.Comparator, counts [][]int, x, y []*compare.Vector) (scores []float64) {
	for _, draw := range counts {
		var r compare.Resample
		r.SetCounts(draw)
		for _, b := range y {
			for _, a := range x {
				var ra, rb compare.Vector
				c.Resample(&ra, a, &r)
				c.Resample(&rb, b, &r)
				scores = append(scores, c.Compare(&ra, &rb))
			}
		}
	}
	return scores
}

// All draws at once have the scores of vectors resampled, of any numbers: large
// beside small ones, constant, missing.
func TestDrawsAreResampledScores(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom(productSums()).Draw(t, "comparator")
		n := rapid.IntRange(2, 9).Draw(t, "conditions")
		x, y := vectors(t, c, n, "x"), vectors(t, c, n, "y")
		counts := make([][]int, rapid.IntRange(1, 4).Draw(t, "draws"))
		for i := range counts {
			counts[i] = rapid.SliceOfN(rapid.IntRange(0, 3), n, n).Draw(t, "counts")
			counts[i][0], counts[i][1] = max(counts[i][0], 1), max(counts[i][1], 1)
		}
		d := c.Draws(engine.Plain{}, counts, x)
		got, want := make([]float64, len(counts)*len(y)*len(x)), resampledScores(c, counts, x, y)
		if rapid.Bool().Draw(t, "others before") {
			if err := d.Compare(make([]float64, len(counts)*len(x)), y[:1]); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.Compare(got, y); err != nil {
			t.Fatal(err)
		}
		for i := range want {
			if math.IsNaN(got[i]) != math.IsNaN(want[i]) || math.Abs(got[i]-want[i]) > 1e-12 {
				t.Fatalf("score %d is %v, resampled %v", i, got[i], want[i])
			}
		}
	})
}

func productSums() (all []compare.Comparator) {
	for _, c := range compare.Comparators {
		if c.SumsProducts() {
			all = append(all, c)
		}
	}
	return all
}

func vectors(t *rapid.T, c compare.Comparator, n int, label string) (all []*compare.Vector) {
	for range rapid.IntRange(1, 3).Draw(t, label) {
		x := rdv(t, n*(n-1)/2, label)
		if rapid.Bool().Draw(t, "outlier") {
			x[0] += 1e9
		}
		all = append(all, c.Prepare(x))
	}
	return all
}

// Of many pairs, in several blocks of the engine's products.
func TestDrawsOfManyConditions(t *testing.T) {
	by := enginetest.Open(t).Multiplier()
	for _, c := range productSums() {
		for _, n := range []int{64, 65, 92, 150} {
			random := seed.Stream(1, "draws", n)
			counts := make([][]int, 7)
			for i := range counts {
				counts[i] = make([]int, n)
				for range n {
					counts[i][random.IntN(n)]++
				}
			}
			x := []*compare.Vector{c.Prepare(normal(n, 0)), c.Prepare(normal(n, 1))}
			y := []*compare.Vector{c.Prepare(normal(n, 2)), c.Prepare(normal(n, 3)), c.Prepare(normal(n, 4))}
			d := c.Draws(by, counts, x)
			got, want := make([]float64, len(counts)*len(y)*len(x)), resampledScores(c, counts, x, y)
			if err := d.Compare(got, y); err != nil {
				t.Fatal(err)
			}
			for i := range want {
				if !(math.Abs(got[i]-want[i]) <= 1e-12) {
					t.Fatalf("%s, %d conditions: score %d is %v, resampled %v", c.Name, n, i, got[i], want[i])
				}
			}
		}
	}
}

var errBroken = errors.New("broken")

// broken is an engine that fails.
type broken struct{ engine.Plain }

func (broken) MultiplyTransposed64(_, _, _ []float64, _, _, _ int) error { return errBroken }

func TestDrawsPassErrorsOn(t *testing.T) {
	c := productSums()[0]
	x := []*compare.Vector{c.Prepare(normal(4, 0))}
	d := c.Draws(broken{}, [][]int{{1, 1, 1, 1}}, x)
	if err := d.Compare(make([]float64, 1), x); !errors.Is(err, errBroken) {
		t.Errorf("error %v", err)
	}
}

func TestDrawsRefuseWhatIsNoSum(t *testing.T) {
	spearman, _ := compare.ByName("spearman")
	defer func() {
		if recover() == nil {
			t.Error("spearman is taken for a sum of products")
		}
	}()
	spearman.Draws(engine.Plain{}, [][]int{{1, 1, 1}}, nil)
}
