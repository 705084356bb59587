package projection

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

// components reads those that p holds.
func (p *PCA) components(dst []float64, span work.Span) error {
	w := span.Len()
	for c := range p.Channels() {
		widen(dst[c*w:(c+1)*w], p.Components[c*p.Units()+span.From:])
	}
	return nil
}

// Turning the sign of components changes no bit of the patterns that the
// scores stand for, and these are the products over units.
func TestSignsOfComponentsDoNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, units := rapid.IntRange(6, 20).Draw(t, "patterns"), rapid.IntRange(6, 60).Draw(t, "units")
		x := make([]float32, n*units)
		random := seed.Stream(rapid.Uint64().Draw(t, "seed"), "patterns")
		for i := range x {
			x[i] = float32(random.NormFloat64() + 5 + float64(i%units%3))
		}
		fit := NewFit(units, 4, engine.Plain{}, work.Budget{Threads: 1})
		if err := fit.Rows(0, x); err != nil {
			t.Fatal(err)
		}
		p, err := fit.PCA()
		if err != nil {
			t.Fatal(err)
		}
		before := map[Centering][]float64{Whole: unitProducts(t, p, x, Whole), Centered: unitProducts(t, p, x, Centered)}
		for how, products := range before {
			if d := farthest(products, plainProducts(t, p, x, how)); !(d < 1e-5*floats.Max(products)) {
				t.Fatalf("products differ from those over units by %g of %g", d, floats.Max(products))
			}
		}
		for c := range 4 {
			if rapid.Bool().Draw(t, "turned") {
				for i := range units {
					p.Components[c*units+i] *= -1
				}
			}
		}
		if err := p.prepare(fit.computer, p.components); err != nil {
			t.Fatal(err)
		}
		for how, products := range before {
			if !slices.Equal(products, unitProducts(t, p, x, how)) {
				t.Fatal("a bit changed")
			}
		}
	})
}

func farthest(a, b []float64) float64 { return floats.Distance(a, b, math.Inf(1)) }

// unitProducts are those of all pairs of patterns that scores stand for.
func unitProducts(t *rapid.T, p *PCA, x []float32, how Centering) (products []float64) {
	n := len(x) / p.Units()
	ds := &dataset.Dataset{Shape: [3]int{n, p.Channels(), 1}, F32: make([]float32, n*p.Channels())}
	if err := p.Apply(ds.F32, x); err != nil {
		t.Fatal(err)
	}
	if err := p.Mark(ds); err != nil {
		t.Fatal(err)
	}
	of, err := OfUnits(ds, how)
	if err != nil {
		t.Fatal(err)
	}
	w := of.Shape[1]
	for i := range n {
		for j := range n {
			products = append(products, floats.Dot(of.F64[i*w:(i+1)*w], of.F64[j*w:(j+1)*w]))
		}
	}
	return products
}

// plainProducts are those of mean + scores · components, written out.
func plainProducts(t *rapid.T, p *PCA, x []float32, how Centering) (products []float64) {
	n, units, k := len(x)/p.Units(), p.Units(), p.Channels()
	scores := make([]float32, n*k)
	if err := p.Apply(scores, x); err != nil {
		t.Fatal(err)
	}
	again := make([][]float64, n)
	for i := range again {
		again[i] = append(again[i], p.Mean...)
		for c := range k {
			for u := range units {
				again[i][u] += float64(scores[i*k+c]) * float64(p.Components[c*units+u])
			}
		}
		if how == Centered {
			floats.AddConst(-floats.Sum(again[i])/float64(units), again[i])
		}
	}
	for _, a := range again {
		for _, b := range again {
			products = append(products, floats.Dot(a, b))
		}
	}
	return products
}
