package projection

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/work"
)

// A PCA is a projection to principal components. A [Fit] or [Open] makes one.
type PCA struct {
	Mean        []float64         // units
	Components  []float32         // components × units, orthonormal
	Variances   []float64         // of the scores of the patterns that were fitted, descending
	Total       float64           // variance of those patterns over all units
	Fitted      int               // their number
	Description map[string]string // what was fitted: network, layer, stimuli, ...

	products []float64 // of the mean and the components: (1 + components)², in this order
	sums     []float64 // of the mean and the components over units
	by       engine.Multiplier
	archive  *npy.Archive
}

// Units is the length of a component.
func (p *PCA) Units() int { return len(p.Mean) }

// Channels is the number of components.
func (p *PCA) Channels() int { return len(p.Variances) }

// Explained is the share of the variance that the components have, of the
// patterns that were fitted.
func (p *PCA) Explained() float64 { return floats.Sum(p.Variances) / p.Total }

// Recipe names the components that there are.
func (p *PCA) Recipe() Recipe { return Recipe{Method: Components, Channels: p.Channels()} }

// Definition says what was fitted.
func (p *PCA) Definition() string {
	text := fmt.Sprintf("scores of %d principal components of %d units, fitted to %d patterns, of whose variance they have %.4g %%",
		p.Channels(), p.Units(), p.Fitted, 100*p.Explained())
	if from := p.Description["stimuli"]; from != "" {
		text += ", " + from
	}
	return text
}

// prepare computes the products of mean and components, which are read block by
// block of units.
func (p *PCA) prepare(c computer, components func(dst []float64, units work.Span) error) error {
	units, n := p.Units(), 1+p.Channels()
	all, err := c.gram(context.Background(), rows{n + 1, units, func(dst []float64, span work.Span) error {
		w := span.Len()
		copy(dst, p.Mean[span.From:span.To])
		for k := range w {
			dst[n*w+k] = 1
		}
		return components(dst[w:n*w], span)
	}})
	if err != nil {
		return err
	}
	p.products, p.sums = nil, nil
	for i := range n {
		row := all[i*(n+1) : (i+1)*(n+1)]
		p.products = append(p.products, row[:n]...)
		p.sums = append(p.sums, row[n])
	}
	return nil
}

// together is how many patterns are multiplied at once: always so many, with
// zeros where there are fewer, so that a pattern's bits do not depend on others.
const together = 4

// Apply computes scores: see [Projection].
//
//	cost     components · units products per pattern, and one pass over the
//	         components per call, on this thread
func (p *PCA) Apply(dst, rows []float32) error {
	units, k := p.Units(), p.Channels()
	n := len(rows) / units
	sums, part := make([]float64, n*k), make([]float64, together*k)
	x, axes := make([]float64, together*unitsPerBlock), make([]float64, k*unitsPerBlock)
	for _, span := range work.Shards(units, unitsPerBlock) {
		w := span.Len()
		for c := range k {
			widen(axes[c*w:(c+1)*w], p.Components[c*units+span.From:])
		}
		for _, some := range work.Shards(n, together) {
			clear(x)
			for i := range some.Len() {
				row := x[i*w : (i+1)*w]
				widen(row, rows[(some.From+i)*units+span.From:])
				floats.Sub(row, p.Mean[span.From:span.To])
			}
			if err := p.by.MultiplyTransposed64(part, x[:together*w], axes[:k*w], together, k, w); err != nil {
				return err
			}
			floats.Add(sums[some.From*k:some.To*k], part[:some.Len()*k])
		}
	}
	for i, v := range sums {
		dst[i] = float32(v)
	}
	return nil
}

// Mark adds what [OfUnits] needs: maps from scores to patterns whose products
// are those of mean + scores · components over units, with the mean over units
// of each pattern taken away and without. Turning the sign of a component, and
// with it of its scores, changes no bit of these patterns.
//
//	cost     components³; nothing is as long as the units
func (p *PCA) Mark(ds *dataset.Dataset) error {
	n, signs := len(p.sums), p.signs()
	whole, sums := mat.NewSymDense(n, nil), mat.NewVecDense(n, nil)
	for i, sign := range signs {
		sums.SetVec(i, sign*p.sums[i])
		for j := range i + 1 {
			whole.SetSym(i, j, sign*signs[j]*p.products[i*n+j])
		}
	}
	centered := mat.NewSymDense(n, nil)
	centered.SymRankOne(whole, -1/float64(p.Units()), sums)
	ds.Arrays = map[string]*npy.Array{}
	mark(ds, centeredMap, turned(root(centered), signs))
	mark(ds, wholeMap, turned(root(whole), signs))
	ds.Arrays[sumsMap] = &npy.Array{Shape: []int{n - 1, 1}, Data: p.sums[1:]}
	ds.Arrays[sumsShift] = npy.Vector(p.sums[:1])
	ds.Arrays[unitsArray] = npy.Vector([]float64{float64(p.Units())})
	return nil
}

// signs are 1 for the mean and, for every component, what makes its first product
// with the mean and the components before it positive that is not 0.
func (p *PCA) signs() []float64 {
	n := len(p.sums)
	signs := []float64{1}
	for i := 1; i < n; i++ {
		sign := 1.0
		for j := range i {
			if product := p.products[i*n+j] * signs[j]; product != 0 {
				sign = math.Copysign(1, product)
				break
			}
		}
		signs = append(signs, sign)
	}
	return signs
}

// turned multiplies every row of a matrix by a sign.
func turned(matrix, signs []float64) []float64 {
	n := len(signs)
	for i, sign := range signs {
		floats.Scale(sign, matrix[i*n:(i+1)*n])
	}
	return matrix
}

// root returns a matrix whose rows have the products given.
//
// The first of them can be far larger than the others and is scaled first.
func root(products *mat.SymDense) []float64 {
	n := products.SymmetricDim()
	length := math.Sqrt(max(0, products.At(0, 0)))
	if length == 0 {
		length = 1
	}
	scaled := mat.NewSymDense(n, nil)
	scaled.CopySym(products)
	for i := range n {
		scaled.SetSym(0, i, scaled.At(0, i)/length)
	}
	scaled.SetSym(0, 0, scaled.At(0, 0)/length)
	values, vectors := leading(scaled.RawSymmetric().Data, n, n)
	result := make([]float64, n*n)
	for k, v := range values {
		for i, x := range vectors[k*n : (k+1)*n] {
			result[i*n+k] = x * math.Sqrt(v)
		}
	}
	floats.Scale(length, result[:n])
	return result
}
