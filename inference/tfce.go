package inference

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// TFCE says how neighbors support each other without a threshold: threshold-free
// cluster enhancement.
type TFCE struct {
	Adjacency Adjacency
	Extent    float64 // exponent of the size of a cluster; 0 means 0.5
	Height    float64 // exponent of its height; 0 means 2
}

// TFCE returns the null of enhanced statistics, one per test. Their
// [Null.Test] gives, in Corrected, the family-wise p value of every point.
//
//	TFCE(p) = ∫₀^|x(p)| e(h)^E h^H dh,   with the sign of x(p)
//
// where e(h) is the number of points of the cluster around p of those on the
// same side of zero that reach h. The integral is exact: clusters change only
// at heights that occur, and between two of them the integral is
// e^E (h₂^(H+1) - h₁^(H+1)) / (H+1). No step has to be chosen.
//
//	shapes   e.Adjacency: one point per test
//	NaN      a test that is NaN supports nobody and stays NaN; as observed, in
//	         all draws
//	errors   an adjacency of another size; exponents out of range
//	cost     per draw, that of the statistic and O(points log points + edges)
//	source   Smith & Nichols (2009), doi:10.1016/j.neuroimage.2008.03.061
func (n *Null) TFCE(e TFCE) (*Null, error) {
	if err := e.Adjacency.suits(n); err != nil {
		return nil, err
	}
	e.Extent, e.Height = cmp.Or(e.Extent, 0.5), cmp.Or(e.Height, 2)
	if !(e.Extent > 0 && e.Extent <= 10 && e.Height > 0 && e.Height <= 10) {
		return nil, fmt.Errorf("TFCE with exponents %g of extent and %g of height: both must be above 0 and at most 10", e.Extent, e.Height)
	}
	extents := make([]float64, len(n.Observed)+1)
	for size := range extents {
		extents[size] = math.Pow(float64(size), e.Extent)
	}
	return n.derive(len(n.Observed), func() func(dst, statistic []float64) {
		return newFlood(e, extents, n.Observed).enhance
	}), nil
}

// A flood lowers a level from the highest point down. Every point makes a
// cluster when the level reaches it, of itself and of the clusters that it
// touches; that cluster lives until a lower point swallows it. So there are as
// many clusters as points, and each point has a share in its own and in all
// that swallowed it.
type flood struct {
	TFCE
	extents  []float64 // size^Extent
	observed []float64 // NaN where a point takes no part
	order    []int32   // points, highest first
	sets     []int32   // union-find; the root of a set is its lowest point
	size     []int32   // of the cluster that each point made
	within   []int32   // the point that swallowed its cluster, or -1
}

func newFlood(e TFCE, extents, observed []float64) *flood {
	points := e.Adjacency.Points()
	return &flood{
		TFCE: e, extents: extents, observed: observed, order: make([]int32, 0, points),
		sets: make([]int32, points), size: make([]int32, points), within: make([]int32, points),
	}
}

// enhance fills dst with the enhanced statistic.
func (f *flood) enhance(dst, statistic []float64) {
	f.order = f.order[:0]
	for k, x := range statistic {
		dst[k], f.size[k], f.within[k] = x, 0, -1
		if x != 0 && !math.IsNaN(x) && !math.IsNaN(f.observed[k]) {
			f.order = append(f.order, int32(k))
		}
	}
	slices.SortFunc(f.order, func(a, b int32) int {
		return cmp.Compare(math.Abs(statistic[b]), math.Abs(statistic[a]))
	})
	for _, k := range f.order {
		f.raise(k, statistic)
	}
	for _, k := range slices.Backward(f.order) { // what swallowed comes before what was swallowed
		dst[k] = f.share(k, dst, statistic)
	}
}

// raise makes the cluster of point k.
func (f *flood) raise(k int32, statistic []float64) {
	f.sets[k], f.size[k] = k, 1
	for _, neighbor := range f.Adjacency.Neighbors(int(k)) {
		if f.size[neighbor] == 0 || statistic[neighbor] > 0 != (statistic[k] > 0) {
			continue
		}
		if root := forest(f.sets).root(neighbor); root != k {
			f.sets[root], f.within[root] = k, k
			f.size[k] += f.size[root]
		}
	}
}

// share integrates over the life of the cluster that point k made, and adds
// the share of what swallowed it.
func (f *flood) share(k int32, dst, statistic []float64) float64 {
	power := math.Copysign(f.power(statistic[k]), statistic[k])
	outer := f.within[k]
	if outer < 0 {
		return f.extents[f.size[k]] * power
	}
	return dst[outer] + f.extents[f.size[k]]*(power-math.Copysign(f.power(statistic[outer]), power))
}

// power integrates h^Height up to |x|.
func (f *flood) power(x float64) float64 {
	x = math.Abs(x)
	if f.Height == 2 { // as nearly always: ten times faster
		return x * x * x / 3
	}
	return math.Pow(x, f.Height+1) / (f.Height + 1)
}
