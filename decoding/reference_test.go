package decoding

import (
	"math"
	"slices"
	"testing"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/realtest"
)

// told is what a classifier of scikit-learn comes to.
type told struct {
	Coef, Decision []float64
	Intercept      float64
}

type reference struct {
	LDA       map[string]told
	SVM       told
	Shrinkage float64
	Pairs     map[string]struct{ Accuracy, Decision []float64 }
	Pooled    map[string][]float64
	MNN       map[string]struct{ Sigma, Whitener []float64 }
}

func numbers(tb testing.TB) reference {
	tb.Helper()
	var r reference
	realtest.Reference(tb, "decoding.json", &r)
	return r
}

// gauss is the generator of decoding.py.
func gauss(s, n int) []float64 {
	values := make([]float64, n)
	for i := range values {
		for range 12 {
			s = (1103515245*s + 12345) % (1 << 31)
			values[i] += float64(s) / (1 << 31)
		}
		values[i] -= 6
	}
	return values
}

// twoConditions are the 14 trials for training and 4 for test of the reference.
func twoConditions() (*view, *split) {
	x := gauss(1, 18*6)
	for i := range 7 {
		x[i*6] += 1.2
		x[i*6+3] -= 0.7
	}
	s := &split{training: [][]int{places(0, 7), places(7, 14)}, test: [][]int{nil, places(14, 18)}}
	return &view{n: 18, channels: 6, training: x, test: x}, s
}

func places(from, to int) []int {
	var all []int
	for i := from; i < to; i++ {
		all = append(all, i)
	}
	return all
}

// scores returns those of the test trials of twoConditions.
func scores(t *testing.T, d Decoder) []float64 {
	t.Helper()
	var all []float64
	for i := range 4 {
		v, s := twoConditions()
		s.test[1] = []int{14 + i}
		c, err := d.Measure.train(t.Context(), d, v, s)
		if err != nil {
			t.Fatal(err)
		}
		found := newTally(2)
		if err := c.test(t.Context(), d, v, found); err != nil {
			t.Fatal(err)
		}
		all = append(all, found[0].margins[1])
	}
	return all
}

func TestDiscriminantsMatchScikitLearn(t *testing.T) {
	for shrinkage, want := range numbers(t).LDA {
		near(t, shrinkage, scores(t, decoder(t, "lda decision value", shrinkage)), want.Decision, 1e-11)
	}
}

// trialsOfPairs are those of the reference, with folds.
func trialsOfPairs() *dataset.Dataset {
	ds := recording(4, 6, 9, 1, 0, 0)
	ds.F64 = gauss(5, 24*9)
	for i, v := range gauss(6, 4*9) {
		for trial := range 6 {
			ds.F64[(i/9*6+trial)*9+i%9] += v
		}
	}
	return ds
}

func TestPairsMatchScikitLearn(t *testing.T) {
	want := numbers(t).Pairs
	for _, c := range []struct {
		name, shrinkage, of string
		tolerance           float64
	}{{"lda", "0.1", "lda 0.1", 1e-10}, {"lda", "auto", "lda auto", 1e-10}, {"svm", "", "svm", 1e-6}} {
		for output, want := range map[string][]float64{"accuracy": want[c.of].Accuracy, "decision value": want[c.of].Decision} {
			d := decoder(t, c.name+" "+output, c.shrinkage)
			d.Folds = "run"
			near(t, c.of+" "+output, estimate(t, d, trialsOfPairs()), want, c.tolerance)
		}
	}
}

// What is found by search is as near as both searches end.
func TestMachinesMatchScikitLearn(t *testing.T) {
	near(t, "svm", scores(t, decoder(t, "svm decision value", "")), numbers(t).SVM.Decision, 1e-6)
}

func TestPooledCovariancesMatchScikitLearn(t *testing.T) {
	for shrinkage, want := range numbers(t).Pooled {
		d := decoder(t, "pooled lda decision value", shrinkage)
		d.Folds = "run"
		near(t, shrinkage, estimate(t, d, trialsOfPairs()), want, 1e-10)
	}
}

func TestLedoitWolfMatchesScikitLearn(t *testing.T) {
	v, _ := twoConditions()
	x := v.training[:14*6]
	level(x, 14)
	of := scatter{n: 14, channels: 6}
	for i := range 14 {
		for j := range 14 {
			product := 0.0
			for k := range 6 {
				product += x[i*6+k] * x[j*6+k]
			}
			of.squares += product * product
			if i == j {
				of.trace += product
				of.diagonalSquare += product * product
			}
		}
	}
	near(t, "shrinkage", []float64{of.ledoitWolf()}, []float64{numbers(t).Shrinkage}, 1e-12)
}

func TestGeneralizationMatchesScikitLearn(t *testing.T) {
	want := numbers(t).Pairs
	ds := trialsOfPairs()
	later := gauss(7, 24*9)
	for i, v := range gauss(6, 4*9) {
		for trial := range 6 {
			later[(i/9*6+trial)*9+i%9] += v
		}
	}
	ds.Shape[2], ds.Times = 2, []float64{0, 0.1}
	both := make([]float64, 0, 2*len(later))
	for i, v := range ds.F64 {
		both = append(both, v, later[i]+0.3)
	}
	ds.F64 = both
	for _, c := range []struct {
		name, shrinkage, of string
		tolerance           float64
	}{{"lda", "0.1", "lda 0.1", 1e-10}, {"lda", "auto", "lda auto", 1e-10}, {"svm", "", "svm", 1e-6}} {
		d := decoder(t, c.name+" decision value", c.shrinkage)
		d.Folds = "run"
		r, err := d.Generalize(t.Context(), ds)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Check(); err != nil {
			t.Fatal(err)
		}
		near(t, c.of+" at the same time", r.RDV(0), want[c.of].Decision, c.tolerance)
		near(t, c.of+" later", r.RDV(1), want[c.of+" later"].Decision, c.tolerance)
		near(t, c.of+" at the second time", r.RDV(3), estimate(t, d, ds)[6:], 1e-9)
	}
}

func TestNormalizationsMatchScikitLearn(t *testing.T) {
	for name, want := range numbers(t).MNN {
		ds := recording(3, 4, 5, 20, 0, 0)
		ds.F64 = gauss(3, 3*4*5*20)
		for i := range ds.Times {
			ds.Times[i] = float64(i-8) / 100
		}
		d := decoder(t, "lda accuracy", "")
		d.Normalization = Normalization(name)
		p := &plan{d: d, ds: ds, conditions: []string{"0", "1", "2"}}
		made := &design{splits: make([]split, 1)} // every trial is for training
		for o := range 12 {
			made.add(o/4, 1, []int{o})
		}
		span, err := d.Normalization.times(ds.Times, 20)
		if err != nil {
			t.Fatal(err)
		}
		sums := []*sumOfCovariances{newSum(5, 1000)}
		for c := range 3 {
			if err := p.addCondition(t.Context(), sums, made, c, span); err != nil {
				t.Fatal(err)
			}
		}
		if err := sums[0].flush(t.Context(), d.Multiplier); err != nil {
			t.Fatal(err)
		}
		sigma := slices.Clone(sums[0].spread)
		for i, more := range sums[0].more {
			sigma[i*6] += more
		}
		near(t, name, sigma, want.Sigma, 1e-12)
		whiteners, err := p.whiteners(t.Context(), made)
		if err != nil {
			t.Fatal(err)
		}
		near(t, name, whiteners[0], want.Whitener, 1e-11)
	}
}

// An average reference leaves one direction less: the whitener has nothing there,
// and noise of variance 1 in all others.
func TestWhitenersHaveTheRankOfTheData(t *testing.T) {
	ds := recording(3, 40, 5, 1, 0, 0)
	for o := range 120 {
		row := ds.F64[o*5 : o*5+5]
		average := mean(row)
		for c := range row {
			row[c] -= average
		}
	}
	d := decoder(t, "lda accuracy", "")
	d.Folds, d.Normalization = "run", "time"
	p, err := d.plan(t.Context(), ds)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range p.whitened[0] {
		for i := range 5 {
			if sum := mean(w[i*5 : i*5+5]); math.Abs(sum) > 1e-12 {
				t.Errorf("row %d of the whitener sums to %g", i, sum)
			}
		}
	}
	for _, v := range estimate(t, d, ds) {
		if math.IsNaN(v) {
			t.Error("accuracies are not defined")
		}
	}
}

// What is tested has no part in what whitens it.
func TestTestTrialsDoNotWhiten(t *testing.T) {
	for _, normalization := range Normalizations {
		d := decoder(t, "lda accuracy", "")
		d.Folds, d.Normalization = "run", Normalization(normalization)
		ds := recording(3, 6, 4, 8, 0, 0)
		for i := range ds.Times {
			ds.Times[i] -= 0.05
		}
		before, err := d.plan(t.Context(), ds)
		if err != nil {
			t.Fatal(err)
		}
		for o, run := range ds.Observation["run"] {
			for i := range 4 * 8 {
				if run == "0" {
					ds.F64[o*4*8+i] *= 10
				}
			}
		}
		after, err := d.plan(t.Context(), ds)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(before.whitened[0][0], after.whitened[0][0]) {
			t.Errorf("%s: test trials change how they are whitened", normalization)
		}
		if slices.Equal(before.whitened[0][1], after.whitened[0][1]) {
			t.Errorf("%s: training trials do not change how others are whitened", normalization)
		}
	}
}
