package embedding_test

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/embedding"
	"github.com/isocortex/isocortex/seed"
)

// configurations draws places of n conditions.
func configurations(n, dimensions int) *rapid.Generator[embedding.Configuration] {
	return rapid.Custom(func(t *rapid.T) embedding.Configuration {
		coordinates := rapid.SliceOfN(rapid.Float64Range(-1, 1), n*dimensions, n*dimensions).Draw(t, "coordinates")
		return embedding.Configuration{Dimensions: dimensions, Coordinates: coordinates}
	})
}

// rdvs draws dissimilarities of n conditions from a range.
func rdvs(n int, low, high float64) *rapid.Generator[[]float64] {
	return rapid.SliceOfN(rapid.Float64Range(low, high), n*(n-1)/2, n*(n-1)/2)
}

func classical(t rapid.TB, o embedding.Classical, rdv []float64) *embedding.ClassicalMap {
	found, err := o.Fit(rdv)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// permuted is the RDV of conditions in another order.
func permuted(rdv []float64, order []int) []float64 {
	n, result := len(order), []float64{}
	for a := range n {
		for b := a + 1; b < n; b++ {
			i, j := min(order[a], order[b]), max(order[a], order[b])
			result = append(result, rdv[i*(2*n-i-1)/2+j-i-1])
		}
	}
	return result
}

// Where points have the distances, the map is these points, but for a rotation:
// squared distances say the same.
func TestClassicalRecoversPoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, dimensions := rapid.IntRange(2, 60).Draw(t, "n"), rapid.IntRange(1, 4).Draw(t, "dimensions")
		points := configurations(n, dimensions).Draw(t, "points")
		rdv := points.Distances()
		found := classical(t, embedding.Classical{Dimensions: dimensions}, rdv)
		near(t, "distances", found.Distances(), rdv, 1e-6) // the root of rounding, where a dimension hardly matters
		near(t, "points", embedding.Rigid.Align(found.Configuration, points).Coordinates, points.Coordinates, 1e-6)
		squares := slices.Clone(rdv)
		for p := range squares {
			squares[p] *= squares[p]
		}
		of := classical(t, embedding.Classical{Dimensions: dimensions, Kind: embedding.SquaredDistances}, squares)
		near(t, "of squares", of.Distances(), found.Distances(), 1e-6)
	})
}

// The seed and the order of the conditions change nothing but rounding. The
// eigenvalues must be apart, lest any plane among several is right.
func TestClassicalDoesNotDependOnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(8, 50).Draw(t, "n")
		rdv := rdvs(n, -0.2, 1).Draw(t, "rdv")
		order := rapid.Permutation(places(n)).Draw(t, "order")
		one := classical(t, embedding.Classical{Dimensions: 3}, rdv)
		other := classical(t, embedding.Classical{Dimensions: 3, Seed: 1}, permuted(rdv, order))
		near(t, "eigenvalues", other.Eigenvalues, one.Eigenvalues, 1e-9)
		near(t, "smallest", []float64{other.Smallest}, []float64{one.Smallest}, 1e-9)
		near(t, "share", []float64{other.Share}, []float64{one.Share}, 1e-9)
		if one.Eigenvalues[1]-one.Eigenvalues[2] > 0.05 && one.Eigenvalues[1] > 0.05 {
			first, second := classical(t, embedding.Classical{}, rdv), classical(t, embedding.Classical{}, permuted(rdv, order))
			near(t, "distances", second.Distances(), permuted(first.Distances(), order), 1e-6)
		}
	})
}

// The leading eigenpairs are those of the whole decomposition.
func TestClassicalAgreesWithItsTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 120).Draw(t, "n")
		rdv := noise(n, rapid.Uint64().Draw(t, "seed"))
		found, whole := classical(t, embedding.Classical{Dimensions: 3}, rdv), decomposed(rdv, n)
		least, count := whole[0], min(3, n)
		slices.Reverse(whole)
		near(t, "eigenvalues", found.Eigenvalues[:count], whole[:count], 1e-10)
		near(t, "smallest", []float64{found.Smallest}, []float64{least}, 1e-10)
	})
}

// decomposed is the slow twin: all eigenvalues, ascending.
func decomposed(rdv []float64, n int) []float64 {
	squares, center := mat.NewSymDense(n, nil), mat.NewDense(n, n, nil)
	pair := 0
	for i := range n {
		for j := i + 1; j < n; j++ {
			squares.SetSym(i, j, -rdv[pair]*rdv[pair]/2)
			pair++
		}
	}
	for i := range n {
		for j := range n {
			center.Set(i, j, -1/float64(n))
		}
		center.Set(i, i, 1-1/float64(n))
	}
	var b mat.Dense
	b.Mul(center, squares)
	b.Mul(&b, center)
	symmetric := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			symmetric.SetSym(i, j, b.At(i, j))
		}
	}
	var parts mat.EigenSym
	if !parts.Factorize(symmetric, true) {
		panic("no eigenvalues")
	}
	return parts.Values(nil)
}

// noise is an RDV whose spectrum is flat, the hardest for an iteration.
func noise(n int, from uint64) []float64 {
	random := seed.Stream(from, "noise")
	rdv := make([]float64, n*(n-1)/2)
	for p := range rdv {
		rdv[p] = 1 + 0.1*random.NormFloat64()
	}
	return rdv
}

func places(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// The stress never grows, with missing pairs and at either level.
func TestStressNeverIncreases(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(4, 15).Draw(t, "n")
		rdv := rdvs(n, 0.1, 1).Draw(t, "rdv")
		for p := range rdv {
			if p >= n-1 && p%4 == 1 { // the first condition keeps all its pairs
				rdv[p] = math.NaN()
			} else if p%3 == 0 {
				rdv[p] = 0.5 // ties
			}
		}
		for _, level := range []embedding.Level{embedding.Ratio, embedding.Ordinal} {
			found, err := embedding.SMACOF{Level: level, Steps: 40}.Fit(t.Context(), rdv)
			if err != nil {
				t.Fatal(err)
			}
			for k := 1; k < len(found.Course); k++ {
				if found.Course[k] > found.Course[k-1]+1e-12 {
					t.Fatalf("level %d: stress grew from %.15g to %.15g in step %d", level, found.Course[k-1], found.Course[k], k)
				}
			}
			near(t, "stress", []float64{embedding.Stress1(found.Distances(), found.Disparities)}, []float64{found.Stress1}, 1e-15)
		}
	})
}

// Points are found again from half of their distances.
func TestSMACOFRecoversPointsFromSomePairs(t *testing.T) {
	random := embedding.Configuration{Dimensions: 2, Coordinates: []float64{0, 0, 1, 0, 0, 1, 1, 1, 0.5, 0.3, 0.2, 0.9, 0.8, 0.4, 0.1, 0.6}}
	rdv := random.Distances()
	for _, p := range []int{3, 8, 12, 17, 20, 25} {
		rdv[p] = math.NaN()
	}
	found, err := embedding.SMACOF{Steps: 20000}.Fit(t.Context(), rdv)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "points", embedding.Rigid.Align(found.Configuration, random).Coordinates, random.Coordinates, 1e-4)
}

// Any increasing function of the dissimilarities has the same non-metric map.
func TestOrdinalScalingUsesOrderAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(4, 10).Draw(t, "n")
		rdv := rdvs(n, -1, 1).Draw(t, "rdv")
		start := configurations(n, 2).Draw(t, "start")
		changed := slices.Clone(rdv)
		for p, d := range changed {
			changed[p] = 3 + 2*d
		}
		o := embedding.SMACOF{Level: embedding.Ordinal, Start: &start, Steps: 20}
		one, err := o.Fit(t.Context(), rdv)
		if err != nil {
			t.Fatal(err)
		}
		other, err := o.Fit(t.Context(), changed)
		if err != nil {
			t.Fatal(err)
		}
		if slices.Compare(ranks(rdv), ranks(changed)) == 0 { // rounding may make ties
			near(t, "coordinates", other.Coordinates, one.Coordinates, 0)
		}
	})
}

// ranks counts how many numbers are less than each.
func ranks(values []float64) []int {
	result := make([]int, len(values))
	for i, v := range values {
		for _, w := range values {
			if w < v {
				result[i]++
			}
		}
	}
	return result
}

// The isotonic regression ascends, keeps what ascends and the mean, and no other
// ascending numbers are nearer.
func TestIsotonicIsAProjection(t *testing.T) {
	numbers := rapid.SliceOfN(rapid.Float64Range(-1, 1), 1, 20)
	rapid.Check(t, func(t *rapid.T) {
		values := numbers.Draw(t, "values")
		got := embedding.Isotonic(values)
		if !slices.IsSorted(got) {
			t.Fatalf("%v descends", got)
		}
		near(t, "again", embedding.Isotonic(got), got, 1e-15)
		other := rapid.SliceOfN(rapid.Float64Range(-1, 1), len(values), len(values)).Draw(t, "other")
		slices.Sort(other)
		sum, off := 0.0, 0.0
		for i, v := range values {
			sum += v - got[i]
			off += (v - got[i]) * (other[i] - got[i]) // the angle at a projection onto a cone is not acute
		}
		if math.Abs(sum) > 1e-12 || off > 1e-12 {
			t.Fatalf("the sum is off by %g; the product is %g, above 0", sum, off)
		}
	})
}

// nearlyLine reports whether points of the plane are off a line by less than a
// millionth of their spread along it, but not on it.
func nearlyLine(points embedding.Configuration) bool {
	n := float64(points.Len())
	var x, y, xx, yy, xy float64
	for i := range points.Len() {
		x, y = x+points.At(i)[0]/n, y+points.At(i)[1]/n
	}
	for i := range points.Len() {
		u, v := points.At(i)[0]-x, points.At(i)[1]-y
		xx, yy, xy = xx+u*u, yy+v*v, xy+u*v
	}
	across := xx*yy - xy*xy // product of the spreads along both axes
	return across != 0 && across < 1e-12*(xx+yy)*(xx+yy)
}

// A moved, turned, mirrored and larger configuration is brought back.
func TestAlignUndoesMovement(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points := configurations(6, 2).Draw(t, "points")
		if nearlyLine(points) {
			t.Skip("rounding hides on which side of their line points are")
		}
		angle, size := rapid.Float64Range(0, 7).Draw(t, "angle"), rapid.Float64Range(0.5, 2).Draw(t, "size")
		sin, cos := math.Sincos(angle)
		moved, larger := embedding.Configuration{Dimensions: 2}, embedding.Configuration{Dimensions: 2}
		for i := range points.Len() {
			x, y := points.At(i)[0], points.At(i)[1]
			u, v := cos*x+sin*y+3, sin*x-cos*y-1
			moved.Coordinates = append(moved.Coordinates, u, v)
			larger.Coordinates = append(larger.Coordinates, size*u, size*v)
		}
		near(t, "rigid", embedding.Rigid.Align(moved, points).Coordinates, points.Coordinates, 1e-9)
		near(t, "similar", embedding.Similar.Align(larger, points).Coordinates, points.Coordinates, 1e-9)
		near(t, "size", embedding.Rigid.Align(larger, points).Distances(), larger.Distances(), 1e-9)
	})
}

// Every linkage: heights ascend, joining heights are ultrametric, an ultrametric
// is its own tree, the order holds every condition once and every cluster side
// by side, and the order of the conditions does not matter.
func TestLinkagesObeyTheirLaws(t *testing.T) {
	for _, linkage := range embedding.Linkages {
		t.Run(linkage.Name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				n := rapid.IntRange(2, 14).Draw(t, "n")
				rdv := rdvs(n, 0, 1).Draw(t, "rdv")
				tree := cluster(t, rdv, linkage)
				heights := tree.Cophenetic()
				if !slices.IsSortedFunc(tree.Merges, func(a, b embedding.Merge) int { return cmp.Compare(a.Height, b.Height) }) {
					t.Fatal("heights descend")
				}
				requireUltrametric(t, heights, n)
				if linkage.Name != embedding.Ward.Name {
					near(t, "tree of the tree", cluster(t, heights, linkage).Cophenetic(), heights, 1e-12)
				}
				requireOrder(t, tree)
				apart, order := noise(n, rapid.Uint64().Draw(t, "seed")), rapid.Permutation(places(n)).Draw(t, "order") // no two numbers are equal
				near(t, "other order", cluster(t, permuted(apart, order), linkage).Cophenetic(), permuted(cluster(t, apart, linkage).Cophenetic(), order), 1e-9)
			})
		})
	}
}

func cluster(t rapid.TB, rdv []float64, linkage embedding.Linkage) *embedding.Tree {
	tree, err := embedding.Cluster(rdv, linkage)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// Of three joining heights, the two largest are equal.
func requireUltrametric(t *rapid.T, heights []float64, n int) {
	at := func(i, j int) float64 { return heights[i*(2*n-i-1)/2+j-i-1] }
	for i := range n {
		for j := i + 1; j < n; j++ {
			for k := j + 1; k < n; k++ {
				three := []float64{at(i, j), at(i, k), at(j, k)}
				slices.Sort(three)
				if three[1] != three[2] {
					t.Fatalf("conditions %d, %d, %d are joined at %v", i, j, k, three)
				}
			}
		}
	}
}

func requireOrder(t *rapid.T, tree *embedding.Tree) {
	order := tree.Order()
	if sorted := slices.Sorted(slices.Values(order)); !slices.Equal(sorted, places(tree.Leaves)) {
		t.Fatalf("the order is %v", order)
	}
	for count := 1; count <= tree.Leaves; count++ {
		parts, changes := tree.Cut(count), 1
		for k := 1; k < len(order); k++ {
			if parts[order[k]] != parts[order[k-1]] {
				changes++
			}
		}
		if distinct := slices.Compact(slices.Sorted(slices.Values(parts))); len(distinct) != count || changes != count {
			t.Fatalf("%d clusters are %d, in %d stretches", count, len(distinct), changes)
		}
	}
}
