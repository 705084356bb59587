package embedding

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/isocortex/isocortex/nearest"
)

// A Linkage is the dissimilarity of two clusters, made from that of their parts.
type Linkage struct {
	Name string
	Text string // what it is, for people

	// joined is the dissimilarity of a cluster from what two others become: from
	// its own to each of them, theirs, and the three numbers of leaves.
	joined  func(a, b, ab, sizeA, sizeB, size float64) float64
	squares bool // it takes dissimilarities for distances: none may be below zero
}

// The linkages.
var (
	Average = Linkage{"average", "mean over all pairs of their conditions", func(a, b, _, sizeA, sizeB, _ float64) float64 {
		return (sizeA*a + sizeB*b) / (sizeA + sizeB)
	}, false}
	Complete = Linkage{"complete", "largest of all pairs of their conditions", func(a, b, _, _, _, _ float64) float64 {
		return max(a, b)
	}, false}
	Ward = Linkage{"ward", "growth of the sum of squares within clusters, for dissimilarities that are Euclidean distances", func(a, b, ab, sizeA, sizeB, size float64) float64 {
		return math.Sqrt(max(0, ((sizeA+size)*a*a+(sizeB+size)*b*b-size*ab*ab)/(sizeA+sizeB+size)))
	}, true}
)

// Linkages lists the linkages, in the order that help shows.
var Linkages = []Linkage{Average, Complete, Ward}

// LinkageByName returns the linkage of that name.
func LinkageByName(name string) (Linkage, error) {
	return nearest.In(Linkages, "linkage", name, func(l Linkage) []string { return []string{l.Name} })
}

// A Tree says in which order conditions were joined to clusters.
type Tree struct {
	Leaves int     // number of conditions
	Merges []Merge // one less, by ascending height
	rdv    []float64
}

// A Merge joins two clusters. Clusters below Leaves are conditions; cluster
// Leaves+k is what merge k made.
type Merge struct {
	Left, Right int     // Left < Right
	Height      float64 // dissimilarity of the two
	Size        int     // conditions in what it made
}

// Cluster joins, again and again, the two clusters that are least dissimilar.
//
// They are found by following nearest neighbors until two are each other's,
// which gives the same tree as looking at all pairs. Where dissimilarities are
// equal, several trees are right; the same input gives the same one.
//
//	shapes   rdv: pairs
//	units    heights: those of the dissimilarities
//	NaN      an error
//	errors   a number of dissimilarities that makes no triangle; one that is
//	         missing or infinite; with Ward, one below zero
//	cost     O(n²) time and memory
//	source   Lance & Williams (1967), doi:10.1093/comjnl/9.4.373; Murtagh (1983), doi:10.1093/comjnl/26.4.354
func Cluster(rdv []float64, linkage Linkage) (*Tree, error) {
	n, err := conditions(rdv, "a tree needs every pair")
	if err != nil {
		return nil, err
	}
	if linkage.squares {
		if p := slices.IndexFunc(rdv, func(d float64) bool { return d < 0 }); p >= 0 {
			return nil, fmt.Errorf("dissimilarity %d is %g, below zero: %s linkage needs distances", p+1, rdv[p], linkage.Name)
		}
	}
	g := newGrowth(rdv, n, linkage)
	for range n - 1 {
		g.join()
	}
	return &Tree{n, g.ordered(), rdv}, nil
}

// growth is a tree in the making. A cluster goes by the place of one of its
// conditions.
type growth struct {
	linkage Linkage
	n       int
	between []float64 // n × n, of clusters that are there
	size    []float64 // in conditions; 0 is gone
	chain   []int     // every cluster with its nearest neighbor behind it
	merges  []Merge   // Left and Right are places
}

func newGrowth(rdv []float64, n int, linkage Linkage) *growth {
	g := &growth{linkage: linkage, n: n, between: make([]float64, n*n), size: slices.Repeat([]float64{1}, n)}
	pairs(n, func(pair, i, j int) { g.between[i*n+j], g.between[j*n+i] = rdv[pair], rdv[pair] })
	return g
}

// join follows nearest neighbors until two are each other's, and joins them.
func (g *growth) join() {
	if len(g.chain) == 0 {
		g.chain = append(g.chain, slices.IndexFunc(g.size, func(s float64) bool { return s > 0 }))
	}
	for {
		last, before := g.chain[len(g.chain)-1], -1
		if len(g.chain) > 1 {
			before = g.chain[len(g.chain)-2]
		}
		next := g.nearest(last, before)
		if next != before {
			g.chain = append(g.chain, next)
			continue
		}
		g.chain = g.chain[:len(g.chain)-2]
		g.merge(last, before)
		return
	}
}

// nearest is the cluster nearest to one; among equals the one before it in the
// chain, so that chains end.
func (g *growth) nearest(one, before int) int {
	best := before
	for other, size := range g.size {
		if other != one && size > 0 && (best < 0 || g.between[one*g.n+other] < g.between[one*g.n+best]) {
			best = other
		}
	}
	return best
}

// merge lets cluster b stand for both.
func (g *growth) merge(a, b int) {
	apart := g.between[a*g.n+b]
	for k, size := range g.size {
		if size > 0 && k != a && k != b {
			d := g.linkage.joined(g.between[k*g.n+a], g.between[k*g.n+b], apart, g.size[a], g.size[b], size)
			g.between[k*g.n+b], g.between[b*g.n+k] = d, d
		}
	}
	g.size[b] += g.size[a]
	g.size[a] = 0
	g.merges = append(g.merges, Merge{a, b, apart, 0})
}

// ordered sorts the merges by height and gives clusters their numbers.
func (g *growth) ordered() []Merge {
	slices.SortStableFunc(g.merges, func(a, b Merge) int { return cmp.Compare(a.Height, b.Height) })
	cluster, size := make([]int, g.n), slices.Repeat([]int{1}, 2*g.n-1)
	for i := range cluster {
		cluster[i] = i
	}
	for k, m := range g.merges {
		left, right := cluster[m.Left], cluster[m.Right]
		made := g.n + k
		size[made] = size[left] + size[right]
		for i, c := range cluster {
			if c == left || c == right {
				cluster[i] = made
			}
		}
		g.merges[k] = Merge{min(left, right), max(left, right), m.Height, size[made]}
	}
	return g.merges
}
