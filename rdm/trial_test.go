package rdm_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/noise"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/seed"
)

func ExampleEstimator_Estimate_crossnobis() {
	trials := &dataset.Dataset{ // two runs of two conditions, two channels
		Shape: [3]int{4, 2, 1},
		F64: []float64{
			1, 0, // face, run 1
			0, 2, // house
			3, 0, // face, run 2
			0, 1, // house
		},
		Observation: map[string][]string{
			"condition": {"face", "house", "face", "house"},
			"run":       {"1", "1", "2", "2"},
		},
	}
	measure, _ := rdm.MeasureByName("crossnobis")
	r, _ := rdm.Estimator{Measure: measure, Folds: "run"}.Estimate(context.Background(), trials)
	fmt.Println(r.RDV(0)) // (1 − 0)(3 − 0) + (0 − 2)(0 − 1)
	// Output:
	// [5]
}

// A fataler is a test, or a property in one.
type fataler interface{ Fatal(...any) }

// A layout of trials.
type layout struct {
	conditions, runs, repetitions, channels int
	uneven                                  bool // some conditions have more trials, some are not in the last run
	signal                                  float64
}

// trials draws counts above 0 around the means of conditions, which the noise of
// trials exceeds.
func (l layout) trials(s uint64) *dataset.Dataset {
	random := seed.Stream(s, "trials", l.conditions, l.runs)
	means := matrix(l.conditions, l.channels, 0, s)
	ds := &dataset.Dataset{Observation: map[string][]string{}}
	for run := range l.runs {
		for condition := range l.conditions {
			repetitions := l.repetitions
			if l.uneven {
				repetitions += condition % 2
				if run == l.runs-1 && condition == 0 {
					repetitions = 0
				}
			}
			for range repetitions {
				ds.Observation["condition"] = append(ds.Observation["condition"], fmt.Sprint("condition ", condition))
				ds.Observation["run"] = append(ds.Observation["run"], fmt.Sprint(run+1))
				ds.Shape[0]++
				for channel := range l.channels {
					x := 20 + l.signal*means.F64[condition*l.channels+channel] + random.NormFloat64()*float64(1+channel%3)
					if channel > 0 {
						x += 0.3 * (ds.F64[len(ds.F64)-1] - 20)
					}
					ds.F64 = append(ds.F64, x)
				}
			}
		}
	}
	ds.Shape[1], ds.Shape[2] = l.channels, 1
	return ds
}

// served gives a measure what it needs, and noise to some that could do without.
func served(m rdm.Measure, covariances *noise.Covariances) rdm.Estimator {
	e := rdm.Estimator{Measure: m}
	if m.NeedsNoise || m.Name == "crossnobis" || m.Name == "correlation" {
		e.Covariances = covariances
	}
	if m.NeedsFolds {
		e.Folds = "run"
	}
	return e
}

// ledoitWolf is the covariance of the noise of trials.
func ledoitWolf(t fataler, ds *dataset.Dataset) *noise.Covariances {
	estimator, err := noise.EstimatorByName("ledoit-wolf")
	if err != nil {
		t.Fatal(err)
	}
	all, err := noise.Recipe{Estimator: estimator}.Covariances(context.Background(), ds)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func rdv(t fataler, e rdm.Estimator, ds *dataset.Dataset) []float64 {
	r, err := e.Estimate(context.Background(), ds)
	if err != nil {
		t.Fatal(err)
	}
	return r.RDV(0)
}

// A twin computes measures from trials as they are defined, one pair at a time,
// with the inverse of the covariance.
type twin struct {
	ds         *dataset.Dataset
	covariance mat.Symmetric
	channels   []int // that count
}

// mean averages the trials of a condition that are chosen.
func (w twin) mean(condition string, chosen func(run string) bool) (mean []float64, count float64) {
	mean = make([]float64, len(w.channels))
	for o, name := range w.ds.Observation["condition"] {
		if name == condition && chosen(w.ds.Observation["run"][o]) {
			count++
			for k, c := range w.channels {
				mean[k] += w.ds.At(o, c, 0)
			}
		}
	}
	for k := range mean {
		mean[k] /= count
	}
	return mean, count
}

// product is a Σ⁻¹ bᵀ; a bᵀ without a covariance.
func (w twin) product(a, b []float64) float64 {
	x, y := mat.NewVecDense(len(a), a), mat.NewVecDense(len(b), b)
	if w.covariance == nil {
		return mat.Dot(x, y)
	}
	var block, inverse mat.Dense
	block.CloneFrom(mat.NewDense(len(a), len(a), nil))
	for i, c := range w.channels {
		for j, d := range w.channels {
			block.Set(i, j, w.covariance.At(c, d))
		}
	}
	if err := inverse.Inverse(&block); err != nil {
		panic(err)
	}
	return mat.Inner(x, &inverse, y)
}

func minus(a, b []float64) []float64 {
	d := make([]float64, len(a))
	for k := range a {
		d[k] = a[k] - b[k]
	}
	return d
}

func rates(counts []float64, f func(float64) float64) []float64 {
	r := make([]float64, len(counts))
	for k, v := range counts {
		r[k] = f((v + 0.1) / 1.1)
	}
	return r
}

// sum is the sum over channels behind a measure, without the root and the
// number of channels.
func (w twin) sum(name, a, b string) float64 {
	all := func(string) bool { return true }
	x, _ := w.mean(a, all)
	y, _ := w.mean(b, all)
	switch name {
	case rdm.CorrelationOfScores:
		return plain["correlation"](w.whitened(x), w.whitened(y))
	case "correlation", "cosine":
		return plain[name](w.whitened(x), w.whitened(y))
	case "euclidean", "squared euclidean", "mahalanobis", "squared mahalanobis":
		return w.product(minus(x, y), minus(x, y))
	case "poisson":
		return w.product(minus(rates(x, unchanged), rates(y, unchanged)), minus(rates(x, math.Log), rates(y, math.Log)))
	}
	total, folds := 0.0, 0.0
	for _, run := range slices.Compact(slices.Sorted(slices.Values(w.ds.Observation["run"]))) {
		training, test := func(r string) bool { return r != run }, func(r string) bool { return r == run }
		x, _ := w.mean(a, training)
		y, _ := w.mean(b, training)
		x2, m := w.mean(a, test)
		y2, n := w.mean(b, test)
		if m == 0 || n == 0 {
			continue
		}
		folds++
		switch name {
		case "crossnobis":
			total += w.product(minus(x, y), minus(x2, y2))
		case "cross-validated poisson":
			total += w.product(minus(rates(x, unchanged), rates(y, unchanged)), minus(rates(x2, math.Log), rates(y2, math.Log)))
		case "linear discriminant t":
			total += w.product(minus(x, y), minus(x2, y2)) / math.Sqrt(w.product(minus(x, y), minus(x, y))*(1/m+1/n))
		default:
			panic("no definition of " + name)
		}
	}
	return total / folds
}

// whitened is x Σ^-½.
func (w twin) whitened(x []float64) []float64 {
	if w.covariance == nil {
		return x
	}
	c := (&noise.Covariance{Matrix: w.covariance}).Among(w.channels)
	root, err := c.Whitener()
	if err != nil {
		panic(err)
	}
	var z mat.VecDense
	z.MulVec(root, mat.NewVecDense(len(x), x))
	return z.RawVector().Data
}

// dissimilarity is the measure of two conditions by its definition.
func (w twin) dissimilarity(name, a, b string) float64 {
	name, perChannel := strings.CutSuffix(name, " per channel")
	sum, all, some := w.sum(name, a, b), float64(w.ds.Shape[1]), float64(len(w.channels))
	switch {
	case name == "correlation", name == "cosine", name == rdm.CorrelationOfScores, name == "linear discriminant t":
		return sum
	case perChannel:
		sum /= some
	default:
		sum *= all / some
	}
	if name == "euclidean" || name == "mahalanobis" {
		return math.Sqrt(sum)
	}
	return sum
}

func every(channels int) []int {
	all := make([]int, channels)
	for c := range all {
		all[c] = c
	}
	return all
}

func TestMeasuresOfTrialsMatchTheirDefinitions(t *testing.T) {
	for _, m := range rdm.Measures {
		rapid.Check(t, func(t *rapid.T) {
			l := layout{
				conditions: rapid.IntRange(2, 5).Draw(t, "conditions"), runs: rapid.IntRange(3, 4).Draw(t, "runs"),
				repetitions: rapid.IntRange(1, 3).Draw(t, "repetitions"), channels: rapid.IntRange(3, 9).Draw(t, "channels"),
				uneven: rapid.Bool().Draw(t, "uneven"), signal: 1,
			}
			ds := l.trials(rapid.Uint64().Draw(t, "seed"))
			e := served(m, ledoitWolf(t, ds))
			w := twin{ds: ds, channels: every(l.channels)}
			if e.Covariances != nil {
				w.covariance = e.Covariances.At(0, 0).Matrix
			}
			got := rdv(t, e, ds)
			for i := range l.conditions {
				for j := i + 1; j < l.conditions; j++ {
					want := w.dissimilarity(m.Name, fmt.Sprint("condition ", i), fmt.Sprint("condition ", j))
					if g := got[rdm.PairIndex(l.conditions, i, j)]; !(math.Abs(g-want) <= 1e-9*max(1, math.Abs(want))) {
						t.Fatalf("%s of %d and %d is %v, by its definition %v", m.Name, i, j, g, want)
					}
				}
			}
		})
	}
}

// The order of trials, the names of runs, the order of channels and that of
// conditions change nothing.
func TestOrderOfTrialsDoesNotMatter(t *testing.T) {
	for _, m := range rdm.Measures {
		rapid.Check(t, func(t *rapid.T) {
			l := layout{conditions: 4, runs: 3, repetitions: 2, channels: 6, signal: 1}
			ds := l.trials(rapid.Uint64().Draw(t, "seed"))
			rows := rapid.Permutation(every(ds.Shape[0])).Draw(t, "rows")
			channels := rapid.Permutation(every(l.channels)).Draw(t, "channels")
			runs := rapid.Permutation([]string{"1", "2", "3"}).Draw(t, "runs")
			shuffled := &dataset.Dataset{Shape: ds.Shape, Observation: map[string][]string{}}
			for _, o := range rows {
				run := ds.Observation["run"][o]
				shuffled.Observation["run"] = append(shuffled.Observation["run"], runs[run[0]-'1'])
				shuffled.Observation["condition"] = append(shuffled.Observation["condition"], ds.Observation["condition"][o])
				for _, c := range channels {
					shuffled.F64 = append(shuffled.F64, ds.At(o, c, 0))
				}
			}
			a, b := rdv(t, served(m, ledoitWolf(t, ds)), ds), rdv(t, served(m, ledoitWolf(t, shuffled)), shuffled)
			if d := farthest(a, b); !(d < 1e-8) {
				t.Fatalf("%s changes by %g", m.Name, d)
			}
		})
	}
}

func measured(t fataler, name string) rdm.Measure {
	m, err := rdm.MeasureByName(name)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Where the folds hold the same numbers, crossnobis is the squared Mahalanobis
// distance; that, in turn, is the squared Euclidean distance of whitened patterns.
func TestCrossnobisOfEqualFoldsIsMahalanobis(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := layout{conditions: 5, runs: 1, repetitions: 1, channels: 7, signal: 1}
		one := l.trials(rapid.Uint64().Draw(t, "seed"))
		covariances := ledoitWolf(t, layout{conditions: 5, runs: 2, repetitions: 2, channels: 7}.trials(1))
		three := &dataset.Dataset{Shape: [3]int{15, 7, 1}, F64: slices.Repeat(one.F64, 3), Observation: map[string][]string{
			"condition": slices.Repeat(one.Observation["condition"], 3),
		}}
		crossnobis := rdv(t, rdm.Estimator{Measure: measured(t, "crossnobis per channel"), Covariances: covariances}, three)
		mahalanobis := rdv(t, rdm.Estimator{Measure: measured(t, "squared mahalanobis per channel"), Covariances: covariances}, one)
		if d := farthest(crossnobis, mahalanobis); !(d < 1e-9) {
			t.Fatalf("crossnobis differs from squared Mahalanobis by %g", d)
		}
		white := slices.Clone(one.F64)
		if err := covariances.At(0, 0).Whiten(white, noise.Symmetric); err != nil {
			t.Fatal(err)
		}
		euclidean, err := rdm.Estimator{Measure: measured(t, "squared euclidean per channel")}.RDV(context.Background(), rdm.Patterns{Rows: 5, Channels: 7, F64: white})
		if err != nil {
			t.Fatal(err)
		}
		if d := farthest(mahalanobis, euclidean); !(d < 1e-9) {
			t.Fatalf("squared Mahalanobis differs from squared Euclidean of whitened patterns by %g", d)
		}
	})
}

// With as many trials everywhere, all pairs of folds and leaving one out agree;
// with covariances that are the same for every fold, so do one and many.
func TestPairingsOfBalancedFoldsAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ds := layout{conditions: 4, runs: 4, repetitions: 2, channels: 5, signal: 1}.trials(rapid.Uint64().Draw(t, "seed"))
		one := ledoitWolf(t, ds)
		many := &noise.Covariances{Groups: []string{"1", "2", "3", "4"}, All: slices.Repeat(one.All, 4)}
		e := rdm.Estimator{Measure: measured(t, "crossnobis"), Folds: "run", Covariances: one}
		left := rdv(t, e, ds)
		e.Pairing = rdm.AllPairs
		pairs := rdv(t, e, ds)
		e.Pairing, e.Covariances = rdm.LeaveOneOut, many
		each := rdv(t, e, ds)
		if d, f := farthest(left, pairs), farthest(left, each); !(d < 1e-9 && f < 1e-9) {
			t.Fatalf("all pairs differ by %g, with covariances of folds by %g", d, f)
		}
	})
}

// With the full covariance of its own trials, crossnobis does not see any
// invertible mixing of channels.
func TestCrossnobisDoesNotSeeMixing(t *testing.T) {
	full, _ := noise.EstimatorByName("full")
	rapid.Check(t, func(t *rapid.T) {
		ds := layout{conditions: 4, runs: 3, repetitions: 3, channels: 5, signal: 1}.trials(rapid.Uint64().Draw(t, "seed"))
		mixing := matrix(5, 5, 0, rapid.Uint64().Draw(t, "mixing"))
		for i := range 5 {
			mixing.F64[i*6] += 4 // far from singular
		}
		var mixed mat.Dense
		mixed.Mul(mat.NewDense(ds.Shape[0], 5, ds.F64), mat.NewDense(5, 5, mixing.F64))
		other := &dataset.Dataset{Shape: ds.Shape, Observation: ds.Observation, F64: mixed.RawMatrix().Data}
		e := rdm.Estimator{Measure: measured(t, "crossnobis"), Folds: "run", Noise: noise.Recipe{Estimator: full}}
		if d := farthest(rdv(t, e, ds), rdv(t, e, other)); !(d < 1e-6) {
			t.Fatalf("mixing changes crossnobis by %g", d)
		}
	})
}

// Where all responses are equal, crossnobis and the linear discriminant t are 0 on
// average, and negative about as often as positive; the squared Mahalanobis
// distance is not. The t has variance 1 in one fold.
func TestCrossValidatedMeasuresAreUnbiased(t *testing.T) {
	const draws = 400
	for name, biased := range map[string]bool{"crossnobis": false, "linear discriminant t": false, "squared mahalanobis": true} {
		mean, squares := 0.0, 0.0
		for draw := range draws {
			ds := layout{conditions: 2, runs: 2, repetitions: 20, channels: 4}.trials(uint64(draw))
			d := rdv(t, served(measured(t, name), ledoitWolf(t, ds)), ds)[0]
			if name == "crossnobis" {
				e := served(measured(t, name), nil)
				d = rdv(t, e, ds)[0]
			}
			mean += d / draws
			squares += d * d / draws
		}
		deviations := mean / math.Sqrt((squares-mean*mean)/draws)
		if unbiased := math.Abs(deviations) < 4; unbiased == biased {
			t.Errorf("%s has a mean of %g, %.1f standard errors from 0, where there is nothing", name, mean, deviations)
		}
		// Two folds that share their trials: the variance of the mean of two t is
		// between 1/2 and 1.
		if name == "linear discriminant t" && (squares < 0.4 || squares > 1.2) {
			t.Errorf("the linear discriminant t has the variance %g", squares)
		}
	}
}

// Without a label, folds are counted, and a name of one character has a tenth
// trial like any other.
func TestFoldsAreCounted(t *testing.T) {
	const runs = 12
	ds := layout{conditions: 3, runs: runs, repetitions: 1, channels: 4, signal: 1}.trials(1)
	for o, name := range ds.Observation["condition"] {
		ds.Observation["condition"][o] = name[len(name)-1:]
	}
	e := rdm.Estimator{Measure: measured(t, "crossnobis")}
	counted := rdv(t, e, ds)
	e.Folds = "run"
	if labelled := rdv(t, e, ds); !slices.Equal(counted, labelled) {
		t.Errorf("%v counted, %v labelled", counted, labelled)
	}
}
