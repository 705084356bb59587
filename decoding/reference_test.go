package decoding

import (
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
		if shrinkage == auto {
			continue
		}
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
	for _, c := range []struct{ name, shrinkage, of string }{{"lda", "0.1", "lda 0.1"}} {
		for output, want := range map[string][]float64{"accuracy": want[c.of].Accuracy, "decision value": want[c.of].Decision} {
			d := decoder(t, c.name+" "+output, c.shrinkage)
			d.Folds = "run"
			near(t, c.of+" "+output, estimate(t, d, trialsOfPairs()), want, 1e-10)
		}
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
