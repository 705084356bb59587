package compare_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/compare"
)

func ExampleComparator_WithCovariance() {
	whitened, _ := compare.ByName("whitened-cosine")
	related, err := whitened.WithCovariance([][]float64{ // neighbors share noise
		{1.0, 0.5, 0.0},
		{0.5, 1.0, 0.5},
		{0.0, 0.5, 1.0},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	score, _ := related.Score([]float64{1, 2, 1}, []float64{2, 3, 1})
	fmt.Printf("%.4f\n", score.Value)
	// Output: 0.9487
}

// whiteners draws a covariance and returns both comparators under it.
func whiteners(t *rapid.T, n int) (both []compare.Comparator, covariance *mat.SymDense) {
	factors := mat.NewDense(n, n+2, rapid.SliceOfN(rapid.Float64Range(-1, 1), n*(n+2), n*(n+2)).Draw(t, "factors"))
	var square mat.Dense
	square.Mul(factors, factors.T())
	covariance = symmetric(&square)
	rows := make([][]float64, n)
	for i := range n {
		covariance.SetSym(i, i, covariance.At(i, i)+0.3)
		for j := range n {
			rows[i] = append(rows[i], covariance.At(i, j))
		}
		rows[i][i] = covariance.At(i, i)
	}
	for _, name := range []string{"whitened-pearson", "whitened-cosine"} {
		c, _ := compare.ByName(name)
		with, err := c.WithCovariance(rows)
		if err != nil {
			t.Fatal(err)
		}
		both = append(both, with)
	}
	return both, covariance
}

// The score is that of V itself, solved densely, whatever pairs are missing.
// Conjugate gradients stop at 1e-13 of the RDV; V has condition numbers of 1e3.
func TestCovarianceMatchesDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(3, 8).Draw(t, "conditions")
		x, y := rdmOf(t, n, "x"), rdmOf(t, n, "y")
		a, b := bothDefined(x, y)
		if len(a) < 2 || slices.Max(a) == slices.Min(a) || slices.Max(b) == slices.Min(b) {
			return
		}
		both, covariance := whiteners(t, n)
		v := plainNoise(x, y, covariance)
		want := plainWhitened(scaledBy(a, 1, -mean(a)), scaledBy(b, 1, -mean(b)), v)
		if got := value(t, both[0], x, y); math.Abs(got-want) > 1e-9 {
			t.Fatalf("pearson %v, by definition %v", got, want)
		}
		if got, want := value(t, both[1], x, y), plainWhitened(a, b, v); math.Abs(got-want) > 1e-9 {
			t.Fatalf("cosine %v, by definition %v", got, want)
		}
		if xy, yx := value(t, both[0], x, y), value(t, both[0], y, x); xy != yx {
			t.Fatalf("score %v, swapped %v", xy, yx)
		}
	})
}

// Independent noise is what the comparators without a covariance assume, at any
// scale; a part of the conditions has a part of the covariance.
func TestIndependentNoise(t *testing.T) {
	identity := decaying(6, 0)
	for i := range identity {
		identity[i][i] = 7
	}
	x, y := normal(6, 1), normal(6, 2)
	for i := 1; i < 6; i++ { // condition 0 has no pair, and another is missing
		x[i-1] = math.NaN()
	}
	for _, missing := range []bool{false, true} {
		if y[7] = 1; missing {
			y[7] = math.NaN()
		}
		for _, name := range []string{"whitened-pearson", "whitened-cosine"} {
			c, _ := compare.ByName(name)
			with, err := c.WithCovariance(identity)
			if err != nil {
				t.Fatal(err)
			}
			got, _ := with.Score(x, y)
			want, _ := c.Score(x, y)
			if got.Pairs != want.Pairs || math.Abs(got.Value-want.Value) > 1e-11 {
				t.Errorf("%s: %v with a covariance, %v without", name, got, want)
			}
		}
	}
}

// No pool of another kind reaches the upper ceiling under a covariance either.
func TestPoolUnderCovariance(t *testing.T) {
	pearson, _ := compare.ByName("whitened-pearson")
	c, err := pearson.WithCovariance(decaying(8, 0.6))
	if err != nil {
		t.Fatal(err)
	}
	group := [][]float64{normal(8, 1), normal(8, 2), scaledBy(normal(8, 3), 5, 1)}
	sum := func(pool []float64) (sum float64) {
		for _, x := range group {
			score, _ := c.Score(pool, x)
			sum += score.Value
		}
		return sum
	}
	best := sum(c.Pool(group))
	for _, name := range []string{"pearson", "whitened-pearson", "cosine"} {
		other, _ := compare.ByName(name)
		if found := sum(other.Pool(group)); found > best {
			t.Errorf("pooled by %s %v, above %v", name, found, best)
		}
	}
}

// Copies share their noise: V is singular, and the score is undefined.
func TestCopiesUnderCovariance(t *testing.T) {
	plain, _ := compare.ByName("whitened-cosine")
	c, err := plain.WithCovariance(decaying(5, 0.2))
	if err != nil {
		t.Fatal(err)
	}
	x := normal(5, 1)
	for counts, defined := range map[[5]int]bool{{1, 1, 0, 1, 1}: true, {2, 1, 0, 1, 1}: false} {
		var draw compare.Resample
		draw.SetCounts(counts[:])
		var v compare.Vector
		c.Resample(&v, c.Prepare(x), &draw)
		if got := c.Compare(&v, &v); math.IsNaN(got) == defined {
			t.Errorf("copies %v: %v", counts, got)
		}
	}
	if chance := c.Chance(c.Prepare(x), c.Prepare(x)); !(math.Abs(chance) < 0.9) {
		t.Errorf("chance %v", chance)
	}
}

func TestCovariancesThatAreNone(t *testing.T) {
	whitened, _ := compare.ByName("whitened-cosine")
	for want, covariance := range map[string][][]float64{
		"two or more":  {{1}},
		"not 2":        {{1, 0}, {0, 1, 0}},
		"symmetric":    {{1, 0.5}, {0.4, 1}},
		"1 and NaN":    {{1, 1}, {math.NaN(), 1}},
		"shrink it":    {{1, 1}, {1, 1}},
		"3 conditions": {{1, 0, 0}, {0, -1, 0}, {0, 0, 1}},
		"and +Inf":     {{math.Inf(1), 0}, {0, 1}},
	} {
		if _, err := whitened.WithCovariance(covariance); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want an error with %q", covariance, err, want)
		}
	}
	if _, err := compare.Comparators[0].WithCovariance(decaying(3, 0)); err == nil || !strings.Contains(err.Error(), "whitened-cosine") {
		t.Errorf("pearson: %v", err)
	}
}

// Missing pairs of more than 100 conditions, which rsatoolbox cannot take: the
// score is that of all pairs where those that are missing change nothing.
func TestMissingPairsOfManyConditions(t *testing.T) {
	const n = 130
	x, y := normal(n, 1), normal(n, 2)
	dropped := func(x []float64) []float64 { // the last condition
		x = slices.Clone(x)
		for i := range n - 1 {
			x[i*(2*n-i-1)/2+n-2-i] = math.NaN()
		}
		return x
	}
	smaller := func(x []float64) (part []float64) {
		for i := range n - 1 {
			for j := i + 1; j < n-1; j++ {
				part = append(part, at(x, n, i, j))
			}
		}
		return part
	}
	for _, name := range []string{"whitened-pearson", "whitened-cosine"} {
		c, _ := compare.ByName(name)
		got, _ := c.Score(dropped(x), y)
		want, _ := c.Score(smaller(x), smaller(y))
		if got.Pairs != (n-1)*(n-2)/2 || !near(got.Value, want.Value) {
			t.Errorf("%s: %v without a condition, %v of the others", name, got, want)
		}
		lacking := slices.Clone(y)
		lacking[5] = math.NaN()
		if got, _ := c.Score(x, lacking); math.IsNaN(got.Value) || got.Pairs != len(x)-1 {
			t.Errorf("%s without a pair: %v", name, got)
		}
	}
}
