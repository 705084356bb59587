package compare_test

import (
	"iter"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/seed"
)

// plain computes every comparator straight from its definition.
func plain(name string, x, y []float64) float64 {
	if c, _ := compare.ByName(name); c.Whole {
		return plainWhole(name, x, y)
	}
	x, y = bothDefined(x, y)
	switch name {
	case "rho-a":
		return plainRhoA(plainRanks(x), plainRanks(y))
	case "cosine":
		return plainCosine(x, y)
	case "pearson":
		return plainPearson(x, y)
	case "spearman":
		return plainPearson(plainRanks(x), plainRanks(y))
	}
	var excess, all, tiedX, tiedY float64
	for p := range x {
		for q := range p {
			sx, sy := sign(x[p]-x[q]), sign(y[p]-y[q])
			excess += sx * sy
			tiedX += 1 - sx*sx
			tiedY += 1 - sy*sy
			all++
		}
	}
	if name == "kendall-tau-a" {
		return excess / all
	}
	return excess / math.Sqrt((all-tiedX)*(all-tiedY))
}

func plainCosine(x, y []float64) float64 {
	if len(x) < 2 {
		return math.NaN()
	}
	var xy, xx, yy float64
	for p := range x {
		xy += x[p] * y[p]
		xx += x[p] * x[p]
		yy += y[p] * y[p]
	}
	return xy / math.Sqrt(xx*yy)
}

func plainPearson(x, y []float64) float64 {
	if len(x) < 2 || slices.Max(x) == slices.Min(x) || slices.Max(y) == slices.Min(y) {
		return math.NaN()
	}
	mx, my := mean(x), mean(y)
	var xy, xx, yy float64
	for p := range x {
		xy += (x[p] - mx) * (y[p] - my)
		xx += (x[p] - mx) * (x[p] - mx)
		yy += (y[p] - my) * (y[p] - my)
	}
	return xy / math.Sqrt(xx*yy)
}

func plainRhoA(r, s []float64) float64 {
	m, sum := float64(len(r)), 0.0
	for p := range r {
		sum += (r[p] - mean(r)) * (s[p] - mean(s))
	}
	return 12 * sum / (m*m*m - m)
}

func plainRanks(x []float64) []float64 {
	ranks := make([]float64, len(x))
	for p := range x {
		for q := range x {
			ranks[p] += (1 + sign(x[p]-x[q])) / 2
		}
	}
	return ranks
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, value := range x {
		sum += value
	}
	return sum / float64(len(x))
}

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

func bothDefined(x, y []float64) (a, b []float64) {
	for p := range x {
		if !math.IsNaN(x[p]) && !math.IsNaN(y[p]) {
			a, b = append(a, x[p]), append(b, y[p])
		}
	}
	return a, b
}

// rdv draws an RDV of many or few levels, with missing pairs or none.
func rdv(t *rapid.T, pairs int, label string) []float64 {
	levels := rapid.SampledFrom([]int{1, 2, 5, 1000}).Draw(t, label+" levels")
	missing := rapid.SampledFrom([]int{0, 0, 3}).Draw(t, label+" missing of 10")
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) float64 {
		if rapid.IntRange(0, 9).Draw(t, "missing") < missing {
			return math.NaN()
		}
		return float64(rapid.IntRange(1, levels).Draw(t, "level")) / 16
	}), pairs, pairs).Draw(t, label)
}

// law checks one property of every comparator on random RDVs.
func law(t *testing.T, property func(t *rapid.T, c compare.Comparator, x, y []float64)) {
	t.Helper()
	for _, c := range compare.Comparators {
		t.Run(c.Name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				if c.Whole {
					n := rapid.IntRange(1, 7).Draw(t, "conditions")
					property(t, c, rdmOf(t, n, "x"), rdmOf(t, n, "y"))
					return
				}
				pairs := rapid.IntRange(0, 40).Draw(t, "pairs")
				property(t, c, rdv(t, pairs, "x"), rdv(t, pairs, "y"))
			})
		})
	}
}

func value(t *rapid.T, c compare.Comparator, x, y []float64) float64 {
	score, err := c.Score(x, y)
	if err != nil {
		t.Fatal(err)
	}
	return score.Value
}

func TestScoreMatchesDefinition(t *testing.T) {
	law(t, func(t *rapid.T, c compare.Comparator, x, y []float64) {
		if got, want := value(t, c, x, y), plain(c.Name, x, y); !agree(c, got, want) {
			t.Fatalf("score %v, by definition %v", got, want)
		}
	})
}

func TestScoreIsSymmetricAndBounded(t *testing.T) {
	law(t, func(t *rapid.T, c compare.Comparator, x, y []float64) {
		xy, yx := value(t, c, x, y), value(t, c, y, x)
		if math.Float64bits(xy) != math.Float64bits(yx) && !c.Directed {
			t.Fatalf("score %v, swapped %v", xy, yx)
		}
		least, most := -1.0, 1.0
		switch {
		case strings.HasPrefix(c.Name, "negative"):
			least, most = math.Inf(-1), 0
		case c.Name == "bures" && squared(x) && squared(y):
			least, most = 0, 1+1e-12
		case c.Name == "bures":
			least, most = 0, math.Inf(1)
		}
		if xy > most || xy < least {
			t.Fatalf("score %v is not between %v and %v", xy, least, most)
		}
	})
}

// An RDV is as alike to itself as can be. Ties keep those comparators from it
// that count them as nothing, and Bures wants squared distances.
func TestScoreOfItself(t *testing.T) {
	law(t, func(t *rapid.T, c compare.Comparator, x, _ []float64) {
		self, best := value(t, c, x, x), 1.0
		switch c.Name {
		case "kendall-tau-a", "rho-a":
			return
		case "bures":
			if !squared(x) {
				return
			}
		case "negative-bures-distance", "negative-riemannian-distance":
			best = 0
		}
		if !math.IsNaN(self) && math.Abs(self-best) > 1e-7 {
			t.Fatalf("score with itself %v, want %v", self, best)
		}
	})
}

// The negative of an RDV scores the opposite. It is no RDM of squared distances.
func TestScoreOfTheNegative(t *testing.T) {
	law(t, func(t *rapid.T, c compare.Comparator, x, y []float64) {
		if looksAtGeometry(c) {
			return
		}
		score, opposite := value(t, c, x, y), value(t, c, scaledBy(x, -1, 0), y)
		if !near(opposite, -score) {
			t.Fatalf("score %v, of the negative %v", score, opposite)
		}
	})
}

func scaledBy(x []float64, factor, offset float64) []float64 {
	scaled := make([]float64, len(x))
	for p := range x {
		scaled[p] = factor*x[p] + offset
	}
	return scaled
}

// Units do not matter, but to the Bures distance; offsets to cosines and to those
// that see geometry; monotone scales not to ranks.
func TestScoreIgnoresScale(t *testing.T) {
	law(t, func(t *rapid.T, c compare.Comparator, x, y []float64) {
		scaled := scaledBy(x, 3, 0)
		switch c.Name {
		case "negative-bures-distance":
			scaled = x
		case "pearson", "whitened-pearson":
			scaled = scaledBy(x, 3, 8)
		case "spearman", "kendall-tau-a", "kendall-tau-b", "rho-a":
			for p := range scaled {
				scaled[p] = math.Exp(scaled[p] / 16)
			}
		}
		if a, b := value(t, c, x, y), value(t, c, scaled, y); !agree(c, a, b) {
			t.Fatalf("score %v, scaled %v", a, b)
		}
	})
}

// The Bures distance has the unit of the patterns, the root of that of squared
// distances.
func TestBuresDistanceScales(t *testing.T) {
	c, _ := compare.ByName("negative-bures-distance")
	x, y := []float64{1, 4, 9, 1, 4, 1}, []float64{1, 2, 2, 2, 3, 1}
	once, _ := c.Score(x, y)
	twice, _ := c.Score(scaledBy(x, 4, 0), scaledBy(y, 4, 0))
	if !near(2*once.Value, twice.Value) || !(once.Value < 0) {
		t.Errorf("distance %v, of patterns twice as large %v", once, twice)
	}
}

// Comparing twice, or prepared vectors with scratch memory used before,
// changes no bit.
func TestCompareRepeats(t *testing.T) {
	law(t, func(t *rapid.T, c compare.Comparator, x, y []float64) {
		a, b := c.Prepare(x), c.Prepare(y)
		first, second := c.Compare(a, b), c.Compare(a, b)
		if math.Float64bits(first) != math.Float64bits(second) || math.Float64bits(first) != math.Float64bits(value(t, c, x, y)) {
			t.Fatalf("scores %v, %v, %v", first, second, value(t, c, x, y))
		}
	})
}

// Chance is the mean score of all permutations of the pairs.
func TestChanceIsTheMeanOfPermutations(t *testing.T) {
	for _, c := range compare.Comparators {
		t.Run(c.Name, func(t *testing.T) {
			if c.Whole {
				t.Skip("pairs follow their conditions")
			}
			rapid.Check(t, func(t *rapid.T) {
				x, y := rdv(t, 4, "x"), rdv(t, 4, "y")
				x, y = bothDefined(x, y)
				sum, count := 0.0, 0.0
				for permuted := range permutations(x) {
					sum += value(t, c, permuted, y)
					count++
				}
				if got := c.Chance(c.Prepare(x), c.Prepare(y)); !near(got, sum/count) && !(c.ZeroIsChance() && math.IsNaN(sum)) {
					t.Fatalf("chance %v, mean of permutations %v", got, sum/count)
				}
			})
		})
	}
}

// permutations yields x in every order.
func permutations[T any](x []T) iter.Seq[[]T] {
	return func(yield func([]T) bool) {
		var place func(k int) bool
		place = func(k int) bool {
			if k == len(x) {
				return yield(x)
			}
			for i := k; i < len(x); i++ {
				x[k], x[i] = x[i], x[k]
				if !place(k + 1) {
					return false
				}
				x[k], x[i] = x[i], x[k]
			}
			return true
		}
		place(0)
	}
}

// A vector with copies has the chance of the longer RDV.
func TestChanceOfCopies(t *testing.T) {
	c, _ := compare.ByName("cosine")
	var twice compare.Resample
	twice.Set([]float64{2, 1, 1})
	var x, y compare.Vector
	c.Resample(&x, c.Prepare([]float64{1, 2, 3}), &twice)
	c.Resample(&y, c.Prepare([]float64{5, 1, 2}), &twice)
	want := c.Chance(c.Prepare([]float64{1, 1, 2, 3}), c.Prepare([]float64{5, 5, 1, 2}))
	if got := c.Chance(&x, &y); !near(got, want) {
		t.Errorf("chance %v, of copies %v", got, want)
	}
}

// Pair p standing weight[p] times is the RDV with p copied so often.
func TestWeightedIsScoreOfCopies(t *testing.T) {
	law(t, func(t *rapid.T, c compare.Comparator, x, y []float64) {
		if c.Whole {
			return
		}
		weight := make([]float64, len(x))
		var manyX, manyY []float64
		for p := range weight {
			copies := rapid.SampledFrom([]int{0, 0, 1, 1, 2, 6}).Draw(t, "copies")
			weight[p] = float64(copies)
			manyX = append(manyX, slices.Repeat(x[p:p+1], copies)...)
			manyY = append(manyY, slices.Repeat(y[p:p+1], copies)...)
		}
		got, want := c.Weighted(c.Prepare(x), c.Prepare(y), weight), plain(c.Name, manyX, manyY)
		if !near(got, want) {
			t.Fatalf("weighted %v, of copies %v", got, want)
		}
	})
}

// A bootstrap draw is the RDM with rows and columns copied, without the pairs
// of a condition and its own copy.
func TestResampleIsTheRDMWithCopiedConditions(t *testing.T) {
	for _, c := range compare.Comparators {
		t.Run(c.Name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				n := rapid.IntRange(2, 9).Draw(t, "conditions")
				x, y := rdmOf(t, n, "x"), rdmOf(t, n, "y")
				chosen := rapid.SliceOfN(rapid.IntRange(0, n-1), n, n).Draw(t, "chosen")
				slices.Sort(chosen)
				if chosen[0] == chosen[n-1] {
					return // copies of one condition have no pairs
				}
				if got, want := resampled(c, x, y, n, chosen), plain(c.Name, copied(c, x, y, n, chosen), copied(c, y, x, n, chosen)); !agree(c, got, want) {
					t.Fatalf("resampled %v, of the copied RDM %v", got, want)
				}
			})
		})
	}
}

func resampled(c compare.Comparator, x, y []float64, n int, chosen []int) float64 {
	counts := make([]int, n)
	for _, i := range chosen {
		counts[i]++
	}
	var draw compare.Resample
	draw.SetCounts(counts)
	var a, b compare.Vector
	c.Resample(&a, c.Prepare(y), &draw) // used before: nothing of it may remain
	c.Resample(&a, c.Prepare(x), &draw)
	c.Resample(&b, c.Prepare(y), &draw)
	return c.Compare(&a, &b)
}

// copied returns the RDV of the chosen conditions. A condition and its copy have
// no pair, but are in the same place if the condition has a place: a pair with
// another condition in both RDVs that are compared.
func copied(c compare.Comparator, x, other []float64, n int, chosen []int) []float64 {
	placed := func(i int) bool {
		return slices.ContainsFunc(chosen, func(l int) bool {
			return l != i && !math.IsNaN(at(x, n, i, l)) && !math.IsNaN(at(other, n, i, l))
		})
	}
	var result []float64
	for k, i := range chosen {
		for _, j := range chosen[k+1:] {
			switch {
			case i < j:
				result = append(result, at(x, n, i, j))
			case looksAtGeometry(c) && placed(i):
				result = append(result, 0)
			default:
				result = append(result, math.NaN())
			}
		}
	}
	return result
}

// Conditions that change places take their pairs with them.
func TestPermuteIsTheRDMWithMovedConditions(t *testing.T) {
	for _, c := range compare.Comparators {
		t.Run(c.Name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				n := rapid.IntRange(2, 9).Draw(t, "conditions")
				x, y := rdmOf(t, n, "x"), rdmOf(t, n, "y")
				conditions := make([]int, n)
				for i := range conditions {
					conditions[i] = i
				}
				permutation := rapid.Permutation(conditions).Draw(t, "permutation")
				to := compare.PairsMoved(nil, permutation)
				placed := make([]float64, len(x))
				for p := range x {
					placed[to[p]] = x[p]
				}
				for i := range n { // the pair of i and j is now that of their new places
					for j := range i {
						if a, b := at(x, n, i, j), at(placed, n, permutation[i], permutation[j]); !sameBits(a, b) {
							t.Fatalf("pair %d %d is %v, was %v", permutation[i], permutation[j], b, a)
						}
					}
				}
				var dst compare.Vector
				c.Permute(&dst, c.Prepare(y), to) // used before
				c.Permute(&dst, c.Prepare(x), to)
				if got, want := c.Compare(&dst, c.Prepare(y)), plain(c.Name, placed, y); !agree(c, got, want) {
					t.Fatalf("permuted %v, of the moved RDM %v", got, want)
				}
			})
		})
	}
}

// at returns the pair of i and j, i ≠ j.
func at(x []float64, n, i, j int) float64 {
	i, j = min(i, j), max(i, j)
	return x[i*n-i*(i+1)/2+j-i-1]
}

// A group without a subject is the pool of the others; of ranks, where that
// subject was not the one with most pairs, to whose number others are stretched.
func TestGroupWithoutIsThePoolOfTheOthers(t *testing.T) {
	law(t, func(t *rapid.T, c compare.Comparator, x, y []float64) {
		z := rdv(t, len(x), "z")
		if defined(y) > max(defined(x), defined(z)) {
			return
		}
		got, want := c.Group([][]float64{x, y, z}).Without(1), c.Pool([][]float64{x, z})
		if !slices.EqualFunc(got, want, near) {
			t.Fatalf("without the second %v, pool of the others %v", got, want)
		}
	})
}

// A pool of one subject orders pairs as the subject does; a pair that one
// subject lacks is averaged over the others, and not made large by that.
func TestPoolLaws(t *testing.T) {
	law(t, func(t *rapid.T, c compare.Comparator, x, y []float64) {
		if self := value(t, c, x, x); !math.IsNaN(self) && !agree(c, value(t, c, c.Pool([][]float64{x}), x), self) {
			t.Fatalf("pool of one: %v, itself %v", c.Pool([][]float64{x}), x)
		}
		alone, both := c.Pool([][]float64{x}), c.Pool([][]float64{x, y})
		for p := range both {
			if math.IsNaN(y[p]) && defined(y) <= defined(x) && !sameBits(alone[p], both[p]) {
				t.Fatalf("pair %d: %v with a subject that lacks it, %v alone", p, both[p], alone[p])
			}
		}
	})
}

func defined(x []float64) int {
	a, _ := bothDefined(x, x)
	return len(a)
}

// A subject who has only every other pair, the same values as another, changes
// nothing but the scale: no pair becomes large because few have it.
func TestPoolOfSubjectsWhoLackPairs(t *testing.T) {
	x, y := []float64{1, 1, 2, 2, 3, 3, 4, 4}, []float64{1, math.NaN(), 2, math.NaN(), 3, math.NaN(), 4, math.NaN()}
	for _, c := range compare.Comparators {
		if c.Whole {
			continue // what a pair weighs depends on who its neighbors are
		}
		pool := c.Pool([][]float64{x, y})
		for p := 0; p < len(pool); p += 2 {
			if !near(pool[p], pool[p+1]) {
				t.Errorf("%s: the pool is %v, want equal neighbors", c.Name, pool)
				break
			}
		}
	}
}

// The group without one is that of the others to the bit, even where the one
// has numbers that drown theirs.
func TestGroupWithoutAnOutlier(t *testing.T) {
	raw := compare.Raw([][]float64{{0.1, 0.2, 0.3}, {1e20, 3e20, 2e20}, {0.3, 0.2, 0.1}})
	if got := raw.Without(1); !slices.Equal(got, []float64{0.2, 0.2, 0.2}) {
		t.Errorf("without the outlier %v, want 0.2 everywhere", got)
	}
}

func sameBits(a, b float64) bool { return a == b || (math.IsNaN(a) && math.IsNaN(b)) }

// No RDV agrees better with the subjects than their pool where that is said to
// be exact: the mean of scores is then a product with the pool.
func TestPoolIsTheUpperCeiling(t *testing.T) {
	for _, c := range compare.Comparators {
		if c.Exact {
			t.Run(c.Name, func(t *testing.T) { nothingBeatsThePool(t, c) })
		}
	}
}

func nothingBeatsThePool(t *testing.T, c compare.Comparator) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(3, 6).Draw(t, "conditions")
		draw := func(label string) []float64 {
			x := rapid.SliceOfN(rapid.IntRange(-5, 5), n*(n-1)/2, n*(n-1)/2).Draw(t, label)
			values := make([]float64, len(x))
			for p := range x {
				values[p] = float64(x[p])
			}
			return values
		}
		subjects := [][]float64{draw("a"), draw("b"), draw("c")}
		candidate, pool := draw("candidate"), c.Pool(subjects)
		best, other := 0.0, 0.0
		for _, x := range subjects {
			best += value(t, c, pool, x)
			other += value(t, c, candidate, x)
		}
		if other > best+1e-9 {
			t.Fatalf("candidate sums to %v, pool to %v", other, best)
		}
	})
}

// The mean of ranks is the best RDV for spearman only among those without ties: a
// model of two levels may exceed it, which is why that ceiling is not exact.
func TestTiesExceedThePoolOfSpearman(t *testing.T) {
	subjects := [][]float64{{1, 2, 3}, {2, 1, 3}, {1, 2, 3}}
	tied := []float64{0, 0, 1}
	for name, exceeds := range map[string]bool{"spearman": true, "rho-a": false} {
		c, _ := compare.ByName(name)
		best, other := 0.0, 0.0
		for _, x := range subjects {
			p, _ := c.Score(c.Pool(subjects), x)
			o, _ := c.Score(tied, x)
			best, other = best+p.Value, other+o.Value
		}
		if (other > best) != exceeds || c.Exact == exceeds {
			t.Errorf("%s: ties sum to %v, the pool to %v; exact is %v", name, other, best, c.Exact)
		}
	}
}

// RDVs without ties are counted in blocks; their sizes are tried around those
// of a block, of a node of seven blocks, and where blocks are given up.
func TestTauOfManyDifferentValues(t *testing.T) {
	for _, pairs := range []int{2, 63, 64, 65, 255, 256, 257, 447, 448, 449, 1000, 128 * 64, 128*64 + 1} {
		x, y := make([]float64, pairs), make([]float64, pairs)
		random := seed.Stream(5, "pairs", pairs)
		for p, i := range random.Perm(pairs) {
			x[p], y[p] = float64(p), float64(i)+float64(p)/2
		}
		tau := compare.Comparators[3]
		if got, want := tau.Compare(tau.Prepare(x), tau.Prepare(y)), plain(tau.Name, x, y); !near(got, want) {
			t.Errorf("%d pairs: %v, by definition %v", pairs, got, want)
		}
	}
}
