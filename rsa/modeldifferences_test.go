package rsa

import (
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/regress"
	"github.com/isocortex/isocortex/seed"
)

// squares is the plain way: the matrix of squared differences, pairs × channels.
func squares(patterns *mat.Dense) *mat.Dense {
	n, channels := patterns.Dims()
	features := mat.NewDense(n*(n-1)/2, channels, nil)
	p := 0
	for i := range n {
		for j := i + 1; j < n; j++ {
			row := features.RawRowView(p)
			floats.SubTo(row, patterns.RawRowView(i), patterns.RawRowView(j))
			floats.Mul(row, row)
			p++
		}
	}
	return features
}

// plainWeights regresses on squared differences that are made.
func plainWeights(t *rapid.T, patterns *mat.Dense, target []float64, penalty float64, regression string) []float64 {
	x, y := squares(patterns), mat.NewDense(len(target), 1, target)
	penalty *= float64(len(target))
	var fitted *regress.Linear
	var err error
	if regression == NonNegative {
		fitted, err = regress.NNLS{Penalty: penalty, Scaling: regress.Standardized}.Fit(x, y)
	} else {
		fitted, err = regress.Ridge{Penalty: penalty, Scaling: regress.Standardized}.Fit(x, y)
	}
	if err != nil {
		t.Fatal(err)
	}
	weights := mat.Col(nil, 0, fitted.Coefficients)
	if norm := floats.Norm(weights, 2); norm > 0 {
		floats.Scale(1/norm, weights)
	}
	return weights
}

func TestWeightsOfChannelsMatchDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, channels := rapid.IntRange(3, 9).Draw(t, "conditions"), rapid.IntRange(1, 60).Draw(t, "channels")
		random := seed.Stream(4, "channels", rapid.IntRange(0, 1000).Draw(t, "numbers"))
		patterns := mat.NewDense(n, channels, nil)
		for i := range n {
			for c := range channels {
				patterns.Set(i, c, 5+random.NormFloat64()*float64(1+c%3))
			}
		}
		if rapid.Bool().Draw(t, "constant") {
			patterns.SetCol(0, make([]float64, n))
		}
		target := make([]float64, n*(n-1)/2)
		for p := range target {
			target[p] = random.Float64()
		}
		penalty := rapid.SampledFrom(DefaultPenalties).Draw(t, "penalty")
		regression := rapid.SampledFrom([]string{NonNegative, RidgePenalty}).Draw(t, "regression")
		all := make([]int, n)
		for i := range all {
			all[i] = i
		}
		d := newDifferences(patterns, all)
		if rapid.Bool().Draw(t, "as of many channels") {
			d.products = nil
		}
		got, err := d.fit(target).weights(penalty, regression)
		want := plainWeights(t, patterns, target, penalty, regression)
		if err != nil || !floats.EqualApprox(got, want, 1e-7) {
			t.Fatalf("weights %v, %v; by definition %v", got, err, want)
		}
		var plain mat.VecDense
		plain.MulVec(squares(patterns), mat.NewVecDense(channels, want))
		if fast := WeightedDistances(patterns, all, want); !floats.EqualApprox(fast, plain.RawVector().Data, 1e-10) {
			t.Fatalf("distances %v, by definition %v", fast, plain.RawVector().Data)
		}
	})
}

// One fit to 74 conditions: features that are never made, and features that are.
func BenchmarkWeightsOfChannels(b *testing.B) {
	const n, channels = 74, 500
	random := seed.Stream(4, "channels")
	patterns, all := mat.NewDense(n, channels, nil), make([]int, n)
	for i := range n {
		all[i] = i
		for c := range channels {
			patterns.Set(i, c, random.NormFloat64())
		}
	}
	target := WeightedDistances(patterns, all, append(sameWeights(channels/4), make([]float64, channels-channels/4)...))
	b.Run("products of conditions", func(b *testing.B) {
		for b.Loop() {
			if _, err := newDifferences(patterns, all).fit(target).weights(0.1, NonNegative); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("features", func(b *testing.B) {
		for b.Loop() {
			x, y := squares(patterns), mat.NewDense(len(target), 1, target)
			if _, err := (regress.NNLS{Penalty: 0.1 * float64(len(target)), Scaling: regress.Standardized}).Fit(x, y); err != nil {
				b.Fatal(err)
			}
		}
	})
}
