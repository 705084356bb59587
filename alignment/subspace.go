package alignment

import (
	"errors"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/work"
)

// negligible is the share of the largest singular value below which a direction
// counts as rounding: responses of float32 have no more digits.
const negligible = 1e-6

// A subspace holds the directions, across stimuli, in which responses vary.
type subspace struct {
	directions *mat.Dense // stimuli × rank, orthonormal
	lengths    []float64  // singular values, descending, none negligible
}

// errDecomposition says that an iteration of LAPACK did not end.
var errDecomposition = errors.New("the responses cannot be decomposed: their singular values were not found")

// subspaces returns those of both sides; rank 0 where a side is constant.
func (p *pair) subspaces() (x, y subspace, err error) {
	if x, err = p.subspace(p.sides[0]); err != nil {
		return x, y, err
	}
	y, err = p.subspace(p.sides[1])
	return x, y, err
}

// subspace decomposes the responses, or their products where there are more
// channels than stimuli.
func (p *pair) subspace(r *responses) (subspace, error) {
	if r.channels > r.stimuli {
		return p.ofProducts(r)
	}
	var svd mat.SVD
	if !svd.Factorize(r.dense(), mat.SVDThinU) {
		return subspace{}, errDecomposition
	}
	var u mat.Dense
	svd.UTo(&u)
	return subspace{&u, svd.Values(nil)}.proper(), nil
}

func (p *pair) ofProducts(r *responses) (subspace, error) {
	k, err := p.exactGram(r)
	if err != nil {
		return subspace{}, err
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(k, true) {
		return subspace{}, errDecomposition
	}
	var u mat.Dense
	eigen.VectorsTo(&u)
	n := r.stimuli
	turned, values, lengths := mat.NewDense(n, n, nil), eigen.Values(nil), make([]float64, n)
	for i := range n {
		lengths[i] = math.Sqrt(max(0, values[n-1-i])) // they ascend; those below 0 are 0
		turned.SetCol(i, mat.Col(nil, n-1-i, &u))
	}
	return subspace{turned, lengths}.proper(), nil
}

// proper leaves out directions that are negligible.
func (s subspace) proper() subspace {
	rank := 0
	for rank < len(s.lengths) && s.lengths[rank] > negligible*s.lengths[0] {
		rank++
	}
	return s.first(rank)
}

// first keeps the first directions.
func (s subspace) first(rank int) subspace {
	if rank == 0 {
		return subspace{}
	}
	n, _ := s.directions.Dims()
	return subspace{s.directions.Slice(0, n, 0, rank).(*mat.Dense), s.lengths[:rank]}
}

func (s subspace) rank() int { return len(s.lengths) }

// products returns the singular values of AᵀB for the directions A and B of two
// subspaces, each times its lengths, and the left singular vectors if the kind
// has them.
func products(a, b subspace, kind mat.SVDKind) (values []float64, left *mat.Dense, err error) {
	var product mat.Dense
	product.Mul(a.directions.T(), b.directions)
	product.Apply(func(i, j int, v float64) float64 { return v * a.lengths[i] * b.lengths[j] }, &product)
	var svd mat.SVD
	if !svd.Factorize(&product, kind) {
		return nil, nil, errDecomposition
	}
	if kind != mat.SVDNone {
		left = new(mat.Dense)
		svd.UTo(left)
	}
	return svd.Values(nil), left, nil
}

// level makes all lengths 1.
func (s subspace) level() subspace {
	ones := make([]float64, s.rank())
	for i := range ones {
		ones[i] = 1
	}
	return subspace{s.directions, ones}
}

// whiten moves the lengths towards their root mean square, which an amount of 1
// makes of each.
func (s subspace) whiten(amount float64) subspace {
	even := s.norm() / math.Sqrt(float64(s.rank()))
	lengths := make([]float64, s.rank())
	for i, l := range s.lengths {
		lengths[i] = (1-amount)*l + amount*even
	}
	return subspace{s.directions, lengths}
}

// norm is the Frobenius norm of the responses.
func (s subspace) norm() float64 { return floats.Norm(s.lengths, 2) }

// correlations returns the canonical correlations of two subspaces, descending;
// none where one is empty.
func (p *pair) correlations(x, y subspace) ([]float64, error) {
	if x.rank() == 0 || y.rank() == 0 {
		return nil, nil
	}
	p.crowded(x.rank(), y.rank())
	values, _, err := products(x.level(), y.level(), mat.SVDNone)
	return within(values), err
}

// within takes rounding above 1 away.
func within(correlations []float64) []float64 {
	for i, r := range correlations {
		correlations[i] = min(r, 1)
	}
	return correlations
}

// crowded warns of subspaces that meet whatever the responses are: of two that
// have more dimensions together than the stimuli leave, some directions are the
// same.
func (p *pair) crowded(x, y int) {
	if same := x + y - (p.Stimuli - 1); same > 0 {
		p.warn("%d of %d canonical correlations are 1 whatever the responses are, because there are only %d stimuli for %d and %d dimensions: use more stimuli or fewer channels",
			same, min(x, y), p.Stimuli, x, y)
	}
}

// A power says what is averaged.
type power int

const (
	correlation power = 1
	squared     power = 2
)

// canonical is the mean canonical correlation, or of their squares.
//
// The mean of the squares over all permutations of the stimuli is the larger rank
// over n-1, as for kernels: those of the projections onto the subspaces.
func canonical(of power) func(p *pair) error {
	return func(p *pair) error {
		x, y, err := p.subspaces()
		if err != nil {
			return err
		}
		rho, err := p.correlations(x, y)
		if err != nil {
			return err
		}
		if p.Value = mean(rho); of == squared {
			p.Value = floats.Dot(rho, rho) / float64(len(rho))
			p.Chance = float64(max(x.rank(), y.rank())) / float64(p.Stimuli-1)
		}
		return nil
	}
}

// mean is NaN of nothing.
func mean(x []float64) float64 { return floats.Sum(x) / float64(len(x)) }

// singular is the mean canonical correlation of the principal components that
// keep the share of the variance.
func singular(p *pair) error {
	x, y, err := p.subspaces()
	if err != nil {
		return err
	}
	rho, err := p.correlations(x.keep(p.Variance), y.keep(p.Variance))
	p.Value = mean(rho)
	return err
}

// keep returns the first directions whose squared lengths are at least the share
// of all.
func (s subspace) keep(share float64) subspace {
	least, sum := share*floats.Dot(s.lengths, s.lengths), 0.0
	for i, l := range s.lengths {
		if sum += l * l; sum >= least {
			return s.first(i + 1)
		}
	}
	return s // rounding
}

// projected is the mean canonical correlation, weighted by how much of the
// channels of the first side each canonical variable accounts for.
func projected(p *pair) error {
	x, y, err := p.subspaces()
	if err != nil {
		return err
	}
	if p.Value = math.NaN(); x.rank() == 0 || y.rank() == 0 {
		return nil
	}
	p.crowded(x.rank(), y.rank())
	rho, left, err := products(x.level(), y.level(), mat.SVDThinU)
	if err != nil {
		return err
	}
	var variables mat.Dense // stimuli × correlations
	variables.Mul(x.directions, left)
	weights, err := p.shares(&variables)
	p.Value = floats.Dot(weights, within(rho)) / floats.Sum(weights)
	return err
}

// shares returns Σⱼ |⟨h, xⱼ⟩| over the channels of the first side for every
// column h.
func (p *pair) shares(columns *mat.Dense) ([]float64, error) {
	r, n := p.sides[0], p.Stimuli
	_, count := columns.Dims()
	blocks := work.Shards(r.channels, blockColumns)
	parts := make([][]float64, len(blocks))
	err := p.Budget.Each(p.ctx, "", len(blocks), func(b int) error {
		k := blocks[b].Len()
		block, products := make([]float64, n*k), make([]float64, count*k)
		for i := range n {
			fill(r, block[i*k:(i+1)*k], i, blocks[b])
		}
		if err := p.Multiplier.Multiply64(engine.TransposedA, products, columns.RawMatrix().Data, block, count, k, n); err != nil {
			return err
		}
		for row := range slices.Chunk(products, k) {
			parts[b] = append(parts[b], floats.Norm(row, 1))
		}
		return nil
	})
	shares := make([]float64, count)
	for _, part := range parts {
		if err == nil {
			floats.Add(shares, part)
		}
	}
	return shares, err
}

// procrustes is a function of the similarity of X and Y after the best rotation.
func procrustes(of func(similarity float64) float64) func(p *pair) error {
	return func(p *pair) error {
		similarity, _, _, err := p.rotate(0)
		p.Value = of(similarity)
		return err
	}
}

// chord is the distance of two vectors of length 1 whose product is s.
func chord(s float64) float64 { return math.Sqrt(max(0, 2-2*s)) }

// rotate returns the similarity of X and Y, whitened and rotated to the best, and
// their Frobenius norms.
func (p *pair) rotate(whitening float64) (similarity, normX, normY float64, err error) {
	x, y, err := p.subspaces()
	if err != nil || x.rank() == 0 || y.rank() == 0 {
		return math.NaN(), 0, 0, err
	}
	p.wide()
	x, y = x.whiten(whitening), y.whiten(whitening)
	values, _, err := products(x, y, mat.SVDNone)
	similarity = min(1, floats.Sum(values)/(x.norm()*y.norm()))
	return similarity, x.norm() / p.sides[0].scale, y.norm() / p.sides[1].scale, err
}

// wide warns of rotations that have room to fit anything.
func (p *pair) wide() {
	if channels := min(p.Channels[0], p.Channels[1]); channels >= p.Stimuli {
		p.warn("rotations of %d channels bring unrelated responses to %d stimuli close together: use more stimuli, or compare with those of shuffled stimuli", channels, p.Stimuli)
	}
}

// shapeAngle is the angle between whitened X and Y.
func shapeAngle(p *pair) error {
	similarity, _, _, err := p.rotate(p.Whitening)
	p.Value = math.Acos(similarity)
	return err
}

// shapeEuclidean is the distance of whitened X and Y.
func shapeEuclidean(p *pair) error {
	s, x, y, err := p.rotate(p.Whitening)
	p.Value = math.Hypot(x-y, chord(s)*math.Sqrt(x)*math.Sqrt(y))
	return err
}
