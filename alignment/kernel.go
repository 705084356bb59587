package alignment

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/work"
)

// A bias says what becomes of the products of a stimulus with itself, which are
// large whatever the other side does.
type bias int

const (
	biased   bias = iota // they count
	unbiased             // they do not
)

// kernels compares two kernels, which it centers in place.
//
// The mean of tr(K PLPᵀ) over all permutations P is tr(K) tr(L) / (n-1), because
// rows of K and of L sum to 0; without diagonals it is 0.
func (p *pair) kernels(k, l *mat.SymDense, b bias) {
	center(k, b)
	center(l, b)
	norms := math.Sqrt(inner(k, k)) * math.Sqrt(inner(l, l))
	p.Value = inner(k, l) / norms // 0/0 is NaN: one side is constant
	p.Chance = mat.Trace(k) * mat.Trace(l) / (float64(p.Stimuli-1) * norms)
}

// center makes the rows of k sum to 0. Unbiased, the diagonal becomes 0 and all
// other entries lose what their row and column add to them.
//
//	source   Székely & Rizzo (2014), doi:10.1214/14-AOS1255, definition 2
func center(k *mat.SymDense, b bias) {
	raw, n := k.RawSymmetric(), k.SymmetricDim()
	sums := make([]float64, n)
	for i := range n {
		if b == unbiased {
			k.SetSym(i, i, 0)
		}
		row := raw.Data[i*raw.Stride:][:n]
		sums[i] += floats.Sum(row[i:])
		floats.Add(sums[i+1:], row[i+1:])
	}
	count, all := float64(n), float64(n)
	if b == unbiased {
		count, all = float64(n-2), float64(n-1)
	}
	grand := floats.Sum(sums) / (count * all)
	floats.Scale(1/count, sums)
	for i := range n {
		row := raw.Data[i*raw.Stride:][:n]
		for j := i; j < n; j++ {
			row[j] += grand - sums[i] - sums[j]
		}
		if b == unbiased {
			row[i] = 0
		}
	}
}

// inner returns Σ KᵢⱼLᵢⱼ.
func inner(k, l *mat.SymDense) float64 {
	a, b, n := k.RawSymmetric(), l.RawSymmetric(), k.SymmetricDim()
	diagonal, above := 0.0, 0.0
	for i := range n {
		x, y := a.Data[i*a.Stride:][i:n], b.Data[i*b.Stride:][i:n]
		diagonal += x[0] * y[0]
		above += floats.Dot(x[1:], y[1:])
	}
	return diagonal + 2*above
}

// linearKernel is CKA of products of responses. The products of channels, where
// both sides have fewer than there are stimuli, hold the same numbers.
func linearKernel(b bias) func(p *pair) error {
	return func(p *pair) error {
		if max(p.Channels[0], p.Channels[1]) < p.Stimuli {
			return p.channelwise(b)
		}
		k, l, err := p.grams()
		if err != nil {
			return err
		}
		p.kernels(k, l, b)
		return nil
	}
}

func (p *pair) grams() (k, l *mat.SymDense, err error) {
	if k, err = p.gram(p.sides[0]); err != nil {
		return nil, nil, err
	}
	l, err = p.gram(p.sides[1])
	return k, l, err
}

// channelwise is linear CKA by tr(KL) = |XᵀY|², where K = XXᵀ and L = YYᵀ have
// rows that sum to 0: with their diagonals k and l,
//
//	Σ K'L' = tr(KL) - n/(n-2) Σ kl + Σk Σl / ((n-1)(n-2))
//
// of the U-centered K' and L'.
func (p *pair) channelwise(b bias) error {
	n := float64(p.Stimuli)
	var squares [2][]float64
	for side, r := range p.sides {
		squares[side] = r.squares()
	}
	product := func(x, y int) (float64, error) {
		c, err := p.cross(p.sides[x], p.sides[y])
		if err != nil {
			return 0, err
		}
		value := floats.Dot(c.RawMatrix().Data, c.RawMatrix().Data)
		if b == unbiased {
			k, l := squares[x], squares[y]
			value += floats.Sum(k)*floats.Sum(l)/((n-1)*(n-2)) - floats.Dot(k, l)*n/(n-2)
		}
		return value, nil
	}
	var values [3]float64
	for i, sides := range [3][2]int{{0, 1}, {0, 0}, {1, 1}} {
		var err error
		if values[i], err = product(sides[0], sides[1]); err != nil {
			return err
		}
	}
	norms := math.Sqrt(values[1]) * math.Sqrt(values[2])
	p.Value, p.Chance = values[0]/norms, 0
	if b == biased {
		p.Chance = floats.Sum(squares[0]) * floats.Sum(squares[1]) / ((n - 1) * norms)
	}
	return nil
}

// squares returns the squared length of the response to each stimulus.
func (r *responses) squares() []float64 {
	lengths, row := make([]float64, r.stimuli), make([]float64, r.channels)
	for i := range lengths {
		fill(r, row, i, work.Span{To: r.channels})
		lengths[i] = floats.Dot(row, row)
	}
	return lengths
}

// radialKernel is CKA of Gaussians of distances.
func radialKernel(b bias) func(p *pair) error {
	return func(p *pair) error {
		k, l, err := p.grams()
		if err != nil {
			return err
		}
		p.kernels(radial(k, p.Bandwidth), radial(l, p.Bandwidth), b)
		return nil
	}
}

// radial turns products into exp(-d²/2σ²), in place.
func radial(k *mat.SymDense, bandwidth float64) *mat.SymDense {
	n := k.SymmetricDim()
	distances := make([]float64, 0, n*(n-1)/2) // squared
	for i := range n {
		for j := i + 1; j < n; j++ {
			d := max(0, k.At(i, i)+k.At(j, j)-2*k.At(i, j))
			distances = append(distances, d)
			k.SetSym(i, j, d)
		}
	}
	slices.Sort(distances)
	half := len(distances) / 2
	median := math.Sqrt(distances[half])
	if len(distances)%2 == 0 {
		median = (math.Sqrt(distances[half-1]) + median) / 2
	}
	sigma := bandwidth * median
	for i := range n {
		k.SetSym(i, i, 1)
		for j := i + 1; j < n; j++ {
			k.SetSym(i, j, math.Exp(-k.At(i, j)/(2*sigma*sigma))) // NaN where most stimuli are one
		}
	}
	return k
}
