package inference_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/work"
)

func ExampleNull_Clusters() {
	scores := [][]float64{ // six subjects × eight times
		{.0, .1, .3, .5, .4, -.1, .1, .0},
		{.1, -.2, .4, .4, .3, .1, -.2, .1},
		{-.1, .1, .2, .6, .5, .0, .1, -.1},
		{.2, .0, .5, .3, .2, -.2, .0, .2},
		{-.2, -.1, .1, .4, .6, .1, .1, -.1},
		{.0, .1, .3, .2, .3, .0, -.1, .1},
	}
	null, _ := inference.Test{}.SignFlips(scores, inference.StudentT)
	found, _ := null.Clusters(context.Background(), work.Budget{}, inference.Clusters{Adjacency: inference.Line(8)})
	for _, c := range found.Clusters {
		fmt.Printf("%v, mass %.1f, p = %.4f\n", c.Points, c.Mass, c.P)
	}
	// Output: [2 3 4], mass 18.5, p = 0.0156
}

func ExampleNull_TFCE() {
	scores := [][]float64{{.1, .5, .4}, {-.1, .4, .6}, {.0, .3, .2}, {.2, .6, .5}, {-.1, .2, .3}}
	null, _ := inference.Test{}.SignFlips(scores, inference.StudentT)
	enhanced, _ := null.TFCE(inference.TFCE{Adjacency: inference.Line(3)})
	result, _ := enhanced.Test(context.Background(), work.Budget{})
	fmt.Println(result.Corrected)
	// Output: [0.5 0.03125 0.03125]
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

// connected returns the points joined to the first through points that qualify.
func connected(a inference.Adjacency, first int, qualifies func(point int) bool) []int {
	found := []int{first}
	for i := 0; i < len(found); i++ {
		for _, j := range a.Neighbors(found[i]) {
			if qualifies(int(j)) && !slices.Contains(found, int(j)) {
				found = append(found, int(j))
			}
		}
	}
	slices.Sort(found)
	return found
}

// nullOf makes a null whose every draw is as observed.
func nullOf(t interface{ Fatal(...any) }, tail inference.Tail, statistic []float64) *inference.Null {
	null, err := inference.Test{Tail: tail}.LabelPermutations(2, len(statistic), func(dst []float64, _ []int) error {
		copy(dst, statistic)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return null
}

var whole = rapid.Custom(func(t *rapid.T) float64 { return float64(rapid.IntRange(-3, 3).Draw(t, "x")) })

// The plain definition: what can be reached through neighbors beyond the
// threshold on the same side. Values are small whole numbers, full of ties.
func TestClustersMatchDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, x := drawAdjacency(t, 9), rapid.SliceOfN(whole, 9, 9).Draw(t, "map")
		tail := inference.Tail(rapid.IntRange(0, 2).Draw(t, "tail"))
		found, err := nullOf(t, tail, x).Clusters(t.Context(), one, inference.Clusters{Adjacency: a, Threshold: 1})
		if err != nil {
			t.Fatal(err)
		}
		in := map[int][]int{}
		for _, c := range found.Clusters {
			mass := 0.0
			for _, k := range c.Points {
				in[k] = c.Points
				mass += x[k]
			}
			if mass != c.Mass || c.P != 1 {
				t.Fatalf("%+v of %v; every draw is as observed", c, x)
			}
		}
		for k := range x {
			beyond := func(j int) bool { return math.Abs(x[j]) > 1 && sign(x[j]) == sign(x[k]) }
			wanted := beyond(k) && (tail == inference.TwoSided || tail == inference.Greater && x[k] > 0 || tail == inference.Less && x[k] < 0)
			switch want := connected(a, k, beyond); {
			case !wanted && in[k] != nil, wanted && !slices.Equal(in[k], want):
				t.Fatalf("point %d is in %v, want %v", k, in[k], want)
			}
		}
	})
}

// The plain definition: integrate between all heights that occur.
func TestTFCEMatchesDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, x := drawAdjacency(t, 9), rapid.SliceOfN(whole, 9, 9).Draw(t, "map")
		got := enhance(t, a, x)
		for k := range x {
			want := 0.0
			for low := 0.0; low < math.Abs(x[k]); low++ {
				reached := connected(a, k, func(j int) bool { return x[j]*sign(x[k]) > low })
				want += sign(x[k]) * math.Sqrt(float64(len(reached))) * (math.Pow(low+1, 3) - math.Pow(low, 3)) / 3
			}
			if !within(got[k], want) {
				t.Fatalf("point %d: %v, by definition %v", k, got[k], want)
			}
		}
	})
}

// Enhancement mirrors, scales with the cube of its input, and grows with every
// edge.
func TestTFCELaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-4, 4), 8, 8).Draw(t, "map")
		scaled := make([]float64, len(x))
		for k := range x {
			scaled[k] = -2 * x[k]
		}
		a := drawAdjacency(t, 8)
		got, mirrored, apart := enhance(t, a, x), enhance(t, a, scaled), enhance(t, inference.Apart(8), x)
		for k := range x {
			alone := x[k] * x[k] * x[k] / 3
			if !within(mirrored[k], -8*got[k]) || !within(apart[k], alone) || math.Abs(got[k]) < math.Abs(alone)*(1-1e-12) {
				t.Fatalf("%v became %v; without neighbors %v; of the mirror %v", x[k], got[k], apart[k], mirrored[k])
			}
		}
	})
}

// Without neighbors, clusters and enhanced points are what the maximum
// statistic says of points.
func TestPointsApartAreTheMaximumStatistic(t *testing.T) {
	for i, tail := range inference.Tails {
		null, err := inference.Test{Draws: 200, Tail: inference.Tail(i)}.SignFlips(scoresOf(9, 12, i), inference.StudentT)
		if err != nil {
			t.Fatal(err)
		}
		points, err1 := null.Test(t.Context(), one)
		found, err2 := null.Clusters(t.Context(), one, inference.Clusters{Adjacency: inference.Apart(12), Level: 0.2})
		enhanced, err3 := null.TFCE(inference.TFCE{Adjacency: inference.Apart(12)})
		if err1 != nil || err2 != nil || err3 != nil || len(found.Clusters) == 0 {
			t.Fatal(err1, err2, err3, found)
		}
		for _, c := range found.Clusters {
			if k := c.Points[0]; len(c.Points) > 1 || c.P != points.Corrected[k] {
				t.Errorf("%s: cluster %+v, maximum statistic %v", tail, c, points.Corrected[k])
			}
		}
		if got, err := enhanced.Test(t.Context(), one); err != nil || !slices.Equal(got.Corrected, points.Corrected) {
			t.Errorf("%s: enhanced %v, %v; maximum statistic %v", tail, got, err, points.Corrected)
		}
	}
}

// Clusters of permuted labels, by enumeration: model and course of five
// conditions over seven times.
func TestClustersOfPermutedLabelsMatchEnumeration(t *testing.T) {
	const threshold = 0.6
	r := readReference(t)
	course := scoresOf(7, 10) // brain RDVs
	for time, brain := range course {
		for k := range brain {
			if time > 2 && time < 6 {
				brain[k] += r.Model[k]
			}
		}
	}
	var masses []float64 // largest of every permutation, the observed one first
	null, err := inference.Test{}.LabelPermutations(5, len(course), func(dst []float64, permutation []int) error {
		for time, brain := range course {
			if err := mantel(5, r.Model, brain)(dst[time:time+1], permutation); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = inference.Test{}.LabelPermutation(t.Context(), one, 5, 1, func(dst []float64, permutation []int) error {
		largest, mass := 0.0, 0.0
		for _, brain := range course {
			_ = mantel(5, r.Model, brain)(dst, permutation)
			if mass += dst[0]; dst[0] <= threshold {
				mass = 0
			}
			largest = max(largest, mass)
		}
		masses = append(masses, largest)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	found, err := null.Clusters(t.Context(), one, inference.Clusters{Adjacency: inference.Line(7), Threshold: threshold})
	if err != nil || len(found.Clusters) == 0 {
		t.Fatal(found, err)
	}
	for _, c := range found.Clusters {
		reached := 0
		for _, mass := range masses[1:] { // the first is the observed one, before the draws
			if mass >= c.Mass*(1-1e-10) {
				reached++
			}
		}
		if want := float64(reached) / 120; !near(c.P, want) {
			t.Errorf("%+v, by enumeration %v", c, want)
		}
	}
}

// How points are numbered does not matter: here they are numbered backward.
func TestClustersIgnoreNumbering(t *testing.T) {
	scores := scoresOf(8, 10)
	for s, row := range scores {
		scores[s] = append(slices.Clone(row[:5]), row[5]+1, row[6]+1, row[7]+1, row[8], row[9])
	}
	find := func() ([]float64, []float64) {
		null, err1 := inference.Test{}.SignFlips(scores, inference.StudentT)
		found, err2 := null.Clusters(t.Context(), one, inference.Clusters{Adjacency: inference.Grid(2, 5)})
		enhanced, err3 := null.TFCE(inference.TFCE{Adjacency: inference.Grid(2, 5)})
		points, err4 := enhanced.Test(t.Context(), one)
		if err1 != nil || err2 != nil || err3 != nil || err4 != nil {
			t.Fatal(err1, err2, err3, err4)
		}
		return found.P, points.Corrected
	}
	clusters, enhanced := find()
	for _, row := range scores {
		slices.Reverse(row)
	}
	backward, enhancedBackward := find()
	slices.Reverse(backward)
	slices.Reverse(enhancedBackward)
	if !slices.Equal(clusters, backward) || !slices.Equal(enhanced, enhancedBackward) {
		t.Errorf("clusters %v, numbered backward %v; enhanced %v and %v", clusters, backward, enhanced, enhancedBackward)
	}
}

// A test that is undefined breaks a cluster apart, and stays undefined. So
// does one whose scores are all of one size: some signs make its t infinite.
func TestUndefinedPointsBelongToNoCluster(t *testing.T) {
	scores := scoresOf(7, 5)
	for s, row := range scores {
		for k := range row {
			row[k] += 5
		}
		row[1], scores[s][3] = math.NaN(), 2
	}
	null, err := inference.Test{}.SignFlips(scores, inference.StudentT)
	if err != nil {
		t.Fatal(err)
	}
	found, err := null.Clusters(t.Context(), one, inference.Clusters{Adjacency: inference.Line(5)})
	if err != nil || len(found.Clusters) != 3 || !math.IsNaN(found.P[1]) || !math.IsNaN(found.P[3]) {
		t.Errorf("%+v, %v", found, err)
	}
	enhanced, err := null.TFCE(inference.TFCE{Adjacency: inference.Line(5)})
	if err != nil || !math.IsNaN(enhanced.Observed[1]) || !math.IsNaN(enhanced.Observed[3]) || math.IsNaN(enhanced.Observed[2]) {
		t.Errorf("%v, %v", enhanced.Observed, err)
	}
}

// A test that is undefined as observed supports nobody in any draw either,
// however large it is there.
func TestUndefinedPointsTakeNoPartInDraws(t *testing.T) {
	null, err := inference.Test{}.LabelPermutations(3, 3, func(dst []float64, permutation []int) error {
		copy(dst, []float64{1, 9, 1})
		if slices.IsSorted(permutation) {
			dst[0], dst[1] = 2, math.NaN()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	found, err1 := null.Clusters(t.Context(), one, inference.Clusters{Adjacency: inference.Line(3), Threshold: 0.5})
	enhanced, err2 := null.TFCE(inference.TFCE{Adjacency: inference.Line(3)})
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	points, err := enhanced.Test(t.Context(), one)
	if want := 1.0 / 6; err != nil || !near(found.P[0], want) || !near(points.Corrected[0], want) {
		t.Errorf("p = %v and %v, %v; want %v: no other permutation reaches it", found.P, points, err, want)
	}
}

// Nearly equal scores have a large t, never an infinite one.
func TestStudentTIsFinite(t *testing.T) {
	null, err := inference.Test{}.SignFlips([][]float64{{1}, {1}, {math.Nextafter(1, 2)}}, inference.StudentT)
	if err != nil || math.IsInf(null.Observed[0], 0) || math.IsNaN(null.Observed[0]) || null.Observed[0] < 1e5 {
		t.Errorf("t = %v, %v", null.Observed, err)
	}
}

func TestClustersSameSeedSameBitsOnAnyThreads(t *testing.T) {
	scores := scoresOf(20, 30)
	run := func(threads int) string {
		b := work.Budget{Threads: threads}
		null, err1 := inference.Test{Draws: 150, Seed: 5, Tail: inference.TwoSided}.SignFlips(scores, inference.StudentT)
		found, err2 := null.Clusters(t.Context(), b, inference.Clusters{Adjacency: inference.Grid(5, 6), Level: 0.3})
		enhanced, err3 := null.TFCE(inference.TFCE{Adjacency: inference.Grid(5, 6)})
		points, err4 := enhanced.Test(t.Context(), b)
		if err1 != nil || err2 != nil || err3 != nil || err4 != nil {
			t.Fatal(err1, err2, err3, err4)
		}
		return fmt.Sprint(found, points)
	}
	alone := run(1)
	for _, threads := range []int{2, 8} {
		if many := run(threads); many != alone {
			t.Errorf("%d threads:\n%s\n1 thread:\n%s", threads, many, alone)
		}
	}
}

func TestWrongClustersAreErrors(t *testing.T) {
	ctx := t.Context()
	directed, err := inference.Test{}.SignFlips(scoresOf(3, 4), inference.Directed)
	if err != nil {
		t.Fatal(err)
	}
	line := inference.Line(4)
	clusters := func(c inference.Clusters) error { _, err := directed.Clusters(ctx, one, c); return err }
	enhanced := func(e inference.TFCE) error { _, err := directed.TFCE(e); return err }
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"other size":         {clusters(inference.Clusters{Adjacency: inference.Line(5)}), "one point per test"},
		"no threshold":       {clusters(inference.Clusters{Adjacency: line}), "use TFCE"},
		"negative threshold": {clusters(inference.Clusters{Adjacency: line, Threshold: -1}), "must be above 0"},
		"level":              {clusters(inference.Clusters{Adjacency: line, Level: 0.7}), "between 0 and 0.5"},
		"TFCE of other size": {enhanced(inference.TFCE{}), "one point per test"},
		"exponent":           {enhanced(inference.TFCE{Adjacency: line, Height: -2}), "exponents"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("%s: err = %v, want one with %q", name, c.err, c.want)
		}
	}
}

// Both take about as long per point however many there are.
func BenchmarkClusters(b *testing.B) {
	for _, side := range []int{30, 100, 300} {
		null, err := inference.Test{Draws: 4, Seed: 1}.SignFlips(scoresOf(16, side*side), inference.StudentT)
		if err != nil {
			b.Fatal(err)
		}
		grid := inference.Grid(side, side)
		b.Run(fmt.Sprintf("mass/%d", side*side), func(b *testing.B) {
			for b.Loop() {
				if _, err := null.Clusters(b.Context(), one, inference.Clusters{Adjacency: grid}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("tfce/%d", side*side), func(b *testing.B) {
			enhanced, err := null.TFCE(inference.TFCE{Adjacency: grid})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := enhanced.Test(b.Context(), one); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
