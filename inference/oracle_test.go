package inference_test

import (
	"math"
	"slices"
	"testing"

	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/work"
)

// oracle is testdata/reference/tests.json, by the script beside it.
type oracle struct {
	Scores     [][]float64
	Student    []map[string]float64
	SignedRank []map[string]float64 `json:"signed_rank"`
	Tied       struct {
		X                []float64
		W, Greater, Less float64
		TwoSided         float64 `json:"two-sided"`
	}
	Clusters []struct {
		Shape     []int
		Scores    [][]float64
		Tail      string
		Threshold float64
		Points    [][]int
		Mass, P   []float64
		T         []float64
	}
	TFCE      [][]float64
	TFCET     []float64 `json:"tfce_t"`
	TFCESteps []float64 `json:"tfce_steps"`
	Row       struct {  // clusters as first point, last, sign, mass
		Scan      [][]float64
		P         []float64
		MaxStatTP []float64 `json:"max_stat_t_p"`
	}
	Dual struct {
		Input       [][][]float64
		Model, Diff []float64
		NC          [][]float64
	}
	Rsatoolbox struct {
		Means, SEM []float64
		PZero      []float64 `json:"p_zero"`
		DOF        float64
	}
}

func readOracle(t *testing.T) (o oracle) {
	t.Helper()
	realtest.Reference(t, "tests.json", &o)
	return o
}

// within reports whether two numbers agree to a share of 1e-10, which is what
// different orders of summation leave.
func within(a, b float64) bool { return math.Abs(a-b) <= 1e-10*max(1, math.Abs(a)) }

// closely is within for p values, of which small ones keep their digits too.
func closely(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Abs(b) }

// column makes one test of the scores of subjects.
func column(x []float64) [][]float64 {
	scores := make([][]float64, len(x))
	for s := range x {
		scores[s] = x[s : s+1]
	}
	return scores
}

func tailOf(name string) inference.Tail { return inference.Tail(slices.Index(inference.Tails, name)) }

func TestStudentMatchesScipy(t *testing.T) {
	o := readOracle(t)
	for i, x := range o.Scores {
		for _, tail := range inference.Tails {
			got, err := inference.StudentTest(column(x), tailOf(tail))
			if err != nil || !within(got.Statistic[0], o.Student[i]["t"]) || got.Freedom[0] != float64(len(x)-1) || !closely(got.P[0], o.Student[i][tail]) {
				t.Errorf("%d scores, %s: %+v, %v; want %v", len(x), tail, got, err, o.Student[i])
			}
		}
	}
}

func TestSignedRankMatchesScipy(t *testing.T) {
	o := readOracle(t)
	for i, x := range o.Scores {
		for _, tail := range inference.Tails {
			if len(x) > inference.ExactRanks && tail == "less" {
				continue // away from the side observed scipy corrects for continuity the wrong way round
			}
			got, err := inference.SignedRankTest(column(x), tailOf(tail))
			if want := o.SignedRank[i]; err != nil || got.Statistic[0] != want["w"] || !closely(got.P[0], want[tail]) {
				t.Errorf("%d scores, %s: %+v, %v; want %v", len(x), tail, got, err, want)
			}
		}
	}
}

func TestSignedRankWithTiesMatchesEnumeration(t *testing.T) {
	o := readOracle(t).Tied
	for tail, want := range []float64{o.Greater, o.Less, o.TwoSided} {
		got, err := inference.SignedRankTest(column(o.X), inference.Tail(tail))
		if err != nil || got.Statistic[0] != o.W || !near(got.P[0], want) {
			t.Errorf("%s: %+v, %v; want %v", inference.Tails[tail], got, err, want)
		}
	}
}

// The test of a score against zero, as rsatoolbox makes it of fixed subjects.
func TestVarianceTestMatchesRsatoolbox(t *testing.T) {
	o := readOracle(t).Rsatoolbox
	var variances []float64
	for _, error_ := range o.SEM {
		variances = append(variances, error_*error_)
	}
	got, err := inference.VarianceTest(o.Means, variances, o.DOF, inference.Greater)
	if err != nil || !slices.EqualFunc(got.P, o.PZero, within) {
		t.Errorf("%v, %v; want %v", got, err, o.PZero)
	}
}

// The variances of models, of their differences, and of their differences to
// both ceilings, which are the last two statistics. The covariances come in the
// order both, subjects, conditions.
func TestDualVarianceMatchesRsatoolbox(t *testing.T) {
	o := readOracle(t).Dual
	of := func(change func(covariance [][]float64) float64) float64 {
		return inference.DualVariance(inference.Size{}, change(o.Input[1]), change(o.Input[2]), change(o.Input[0]))
	}
	difference := func(i, j int) float64 {
		return of(func(c [][]float64) float64 { return c[i][i] + c[j][j] - 2*c[i][j] })
	}
	for i, want := range o.Model {
		if got := of(func(c [][]float64) float64 { return c[i][i] }); !closely(got, want) {
			t.Errorf("model %d: %v, want %v", i, got, want)
		}
		for ceiling, want := range o.NC[i] {
			if got := difference(i, 3+ceiling); !closely(got, want) {
				t.Errorf("model %d to ceiling %d: %v, want %v", i, ceiling, got, want)
			}
		}
	}
	for i, pair := range [][2]int{{0, 1}, {0, 2}, {1, 2}} {
		if got := difference(pair[0], pair[1]); !closely(got, o.Diff[i]) {
			t.Errorf("models %v: %v, want %v", pair, got, o.Diff[i])
		}
	}
}

func TestClustersMatchMNE(t *testing.T) {
	for _, c := range readOracle(t).Clusters {
		null, err := inference.Test{Tail: tailOf(c.Tail)}.SignFlips(c.Scores, inference.StudentT)
		if err != nil {
			t.Fatal(err)
		}
		if !null.Exact || null.Draws != 256 || !slices.EqualFunc(null.Observed, c.T, within) {
			t.Errorf("t of %d draws: %v, want %v", null.Draws, null.Observed, c.T)
		}
		for _, threshold := range []float64{0, c.Threshold} { // from the level, and the same by number
			got, err := null.Clusters(t.Context(), work.Budget{}, inference.Clusters{Adjacency: inference.Grid(c.Shape...), Threshold: threshold})
			if err != nil || len(got.Clusters) != len(c.Points) {
				t.Fatalf("%v, %s: %+v, %v; want %v", c.Shape, c.Tail, got, err, c.Points)
			}
			for i, cluster := range got.Clusters {
				if !slices.Equal(cluster.Points, c.Points[i]) || !within(cluster.Mass, c.Mass[i]) || !near(cluster.P, c.P[i]) {
					t.Errorf("%v, %s: %+v; want %v, mass %v, p %v", c.Shape, c.Tail, cluster, c.Points[i], c.Mass[i], c.P[i])
				}
				if first := cluster.Points[0]; got.P[first] != cluster.P {
					t.Errorf("point %d has p = %v, its cluster %v", first, got.P[first], cluster.P)
				}
			}
		}
	}
}

// The row of 30 points whose t values are known, made anew from its recipe:
// uniform numbers of a linear congruence, twelve of them to each normal one.
func TestClustersOfTheKnownRow(t *testing.T) {
	o := readOracle(t)
	state := uint64(4)
	scores := make([][]float64, 8)
	for s := range scores {
		scores[s] = make([]float64, 30)
		for k := range scores[s] {
			sum := -6.0
			for range 12 {
				state = (1103515245*state + 12345) % (1 << 31)
				sum += float64(state) / (1 << 31)
			}
			if k >= 10 && k <= 17 {
				sum += 1.1
			}
			scores[s][k] = sum
		}
	}
	null, err := inference.Test{Tail: inference.TwoSided}.SignFlips(scores, inference.StudentT)
	if err != nil || !slices.EqualFunc(null.Observed, o.TFCET, within) {
		t.Fatalf("t = %v, %v; want %v", null.Observed, err, o.TFCET)
	}
	found, err := null.Clusters(t.Context(), work.Budget{}, inference.Clusters{Adjacency: inference.Line(30)})
	if err != nil || len(found.Clusters) != len(o.Row.Scan) {
		t.Fatalf("%+v, %v; want %v", found, err, o.Row.Scan)
	}
	for i, c := range found.Clusters {
		first, last, mass := o.Row.Scan[i][0], o.Row.Scan[i][1], o.Row.Scan[i][3]
		if float64(c.Points[0]) != first || float64(c.Points[len(c.Points)-1]) != last || !within(c.Mass, mass) || !near(c.P, o.Row.P[i]) {
			t.Errorf("%+v; want %v, p %v", c, o.Row.Scan[i], o.Row.P[i])
		}
	}
	points, err := null.Test(t.Context(), work.Budget{})
	if err != nil || !slices.EqualFunc([]float64{points.Corrected[0], points.Corrected[12], points.Corrected[14]}, o.Row.MaxStatTP, near) {
		t.Errorf("maximum statistic %v, %v; want %v at points 0, 12 and 14", points, err, o.Row.MaxStatTP)
	}
}

func TestTFCEMatchesQuadrature(t *testing.T) {
	o := readOracle(t)
	for i, want := range o.TFCE {
		c := o.Clusters[3*i]
		null, err := inference.Test{Tail: inference.TwoSided}.SignFlips(c.Scores, inference.StudentT)
		if err != nil {
			t.Fatal(err)
		}
		enhanced, err := null.TFCE(inference.TFCE{Adjacency: inference.Grid(c.Shape...)})
		if err != nil || !slices.EqualFunc(enhanced.Observed, want, within) {
			t.Errorf("%v: %v, %v; want %v", c.Shape, enhanced.Observed, err, want)
		}
	}
}

// In steps of 0.2 the plain sum gives what others computed; in fine steps it
// comes to the exact integral, with an error of about the step.
func TestTFCEIsTheLimitOfSteps(t *testing.T) {
	o := readOracle(t)
	if got := tfceInSteps(o.TFCET, 0.2); !slices.EqualFunc(got, o.TFCESteps, within) {
		t.Errorf("in steps of 0.2: %v, want %v", got, o.TFCESteps)
	}
	exact := enhance(t, inference.Line(len(o.TFCET)), o.TFCET)
	for k, got := range tfceInSteps(o.TFCET, 1e-4) {
		if want := math.Abs(exact[k]); math.Abs(got-want) > 1e-3*max(1, want) || exact[k] > 0 != (o.TFCET[k] > 0) {
			t.Errorf("point %d: %v in fine steps, exactly %v", k, got, exact[k])
		}
	}
}

// tfceInSteps sums over heights step, 2·step, … along a row, without signs.
func tfceInSteps(x []float64, step float64) []float64 {
	sum := make([]float64, len(x))
	for i := 1; float64(i)*step < slices.Max(x)+step; i++ {
		h := float64(i) * step
		for from := 0; from < len(x); from++ {
			to := from
			for to < len(x) && math.Abs(x[to]) > h && x[to] > 0 == (x[from] > 0) {
				to++
			}
			for k := from; k < to; k++ {
				sum[k] += math.Sqrt(float64(to-from)) * h * h * step
			}
			from = max(from, to-1)
		}
	}
	return sum
}

// enhance returns what TFCE makes of a map.
func enhance(t interface{ Fatal(...any) }, a inference.Adjacency, x []float64) []float64 {
	enhanced, err := nullOf(t, inference.TwoSided, x).TFCE(inference.TFCE{Adjacency: a})
	if err != nil {
		t.Fatal(err)
	}
	return enhanced.Observed
}
