package inference

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/isocortex/isocortex/work"
)

// Clusters says what a cluster is: neighbors whose statistic lies beyond a
// threshold, all on the same side of zero.
type Clusters struct {
	Adjacency Adjacency
	Threshold float64 // above 0; 0 means from Level
	Level     float64 // for Student's t, and z of Standardized: p value, under Null's tail, of a single point at the threshold; 0 means DefaultClusterLevel
}

// DefaultClusterLevel is the usual one. It decides what extent of clusters is
// found best, not how often chance finds one.
const DefaultClusterLevel = 0.05

// A Cluster is a set of neighbors that speak against chance together. Its edges
// are no measurement: where or when an effect begins cannot be read from them.
type Cluster struct {
	Points []int   // in ascending order
	Mass   float64 // sum of the statistic over them
	P      float64 // family-wise
}

// A ClusterResult is what a cluster test found.
type ClusterResult struct {
	Clusters []Cluster // in the order of their first points
	P        []float64 // per test: that of its cluster, 1 outside; NaN when its statistic is
	Draws    int       // draws, or all arrangements when Exact
	Exact    bool
}

// Clusters finds clusters and asks how often chance has one of as large a mass
// anywhere: p = (b+1)/(m+1), as in [Null.Test], over the largest mass of every
// draw, 0 when there is no cluster. Points beyond the threshold are strictly
// so. The tail says which clusters are sought: above zero, below, or both, each
// side on its own.
//
//	shapes   c.Adjacency: one point per test
//	NaN      a test that is NaN as observed belongs to no cluster of any draw
//	errors   an adjacency of another size; a threshold or level out of range; no
//	         threshold though the statistic is neither Student's t nor Standardized
//	cost     per draw, that of the statistic and O(points + edges)
//	source   Maris & Oostenveld (2007), doi:10.1016/j.jneumeth.2007.03.024; what
//	         may not be read from clusters: Sassenhagen & Draschkow (2019),
//	         doi:10.1111/psyp.13335
func (n *Null) Clusters(ctx context.Context, b work.Budget, c Clusters) (*ClusterResult, error) {
	if err := c.Adjacency.suits(n); err != nil {
		return nil, err
	}
	thresholds, err := c.thresholds(n)
	if err != nil {
		return nil, err
	}
	for k, observed := range n.Observed {
		if math.IsNaN(observed) {
			thresholds[k] = math.NaN() // beyond which nothing lies
		}
	}
	largest := make([]float64, n.Draws)
	err = n.each(ctx, b, func(draws iter.Seq2[int, []float64]) {
		s := newSeeker(c.Adjacency, thresholds, n.tail)
		for index, statistic := range draws {
			s.seek(statistic)
			largest[index] = s.largest()
		}
	})
	if err != nil {
		return nil, err
	}
	s := newSeeker(c.Adjacency, thresholds, n.tail)
	s.seek(n.Observed)
	return n.weigh(s.clusters(), largest), nil
}

// weigh gives clusters their p values.
func (n *Null) weigh(clusters []Cluster, largest []float64) *ClusterResult {
	r := &ClusterResult{Clusters: clusters, P: make([]float64, len(n.Observed)), Draws: n.Draws, Exact: n.Exact}
	for k, observed := range n.Observed {
		r.P[k] = 1
		if math.IsNaN(observed) {
			r.P[k] = math.NaN()
		}
	}
	slices.Sort(largest)
	for i := range clusters {
		c := &clusters[i]
		below, _ := slices.BinarySearch(largest, n.tail.reach(c.Mass, 0))
		c.P = n.share(len(largest) - below)
		for _, point := range c.Points {
			r.P[point] = c.P
		}
	}
	return r
}

// thresholds returns the threshold of every test. Student's t has its own for
// every number of subjects, and for what is standardized, that of infinitely many.
func (c Clusters) thresholds(n *Null) ([]float64, error) {
	level := cmp.Or(c.Level, DefaultClusterLevel)
	switch {
	case c.Threshold < 0 || math.IsNaN(c.Threshold) || !(level > 0 && level < 0.5):
		return nil, fmt.Errorf("clusters with threshold %g at level %g: the threshold must be above 0, the level between 0 and 0.5", c.Threshold, level)
	case c.Threshold > 0:
		return slices.Repeat([]float64{c.Threshold}, len(n.Observed)), nil
	case n.freedom == nil:
		return nil, errors.New("clusters without a threshold: only Student's t and Standardized ones have one by themselves; give one, or use TFCE, which needs none")
	}
	if n.tail == TwoSided {
		level /= 2
	}
	known := map[float64]float64{}
	thresholds := make([]float64, len(n.freedom))
	for k, freedom := range n.freedom {
		if _, ok := known[freedom]; !ok && freedom > 0 {
			known[freedom] = quantile(freedom, 1-level)
		}
		thresholds[k] = known[freedom]
	}
	return thresholds, nil
}

// quantile is that of Student's t, which of infinite freedom is normal.
func quantile(freedom, p float64) float64 {
	if math.IsInf(freedom, 1) {
		return distuv.UnitNormal.Quantile(p)
	}
	return distuv.StudentsT{Sigma: 1, Nu: freedom}.Quantile(p)
}

// A seeker finds the clusters of one draw after another.
type seeker struct {
	adjacency  Adjacency
	thresholds []float64
	tail       Tail
	side       []int8 // 1 and -1 beyond the threshold, otherwise 0
	sets       forest
	mass       []float64 // at the root of every set
}

func newSeeker(a Adjacency, thresholds []float64, tail Tail) *seeker {
	points := len(thresholds)
	return &seeker{a, thresholds, tail, make([]int8, points), make(forest, points), make([]float64, points)}
}

// seek joins neighbors on the same side and sums what they have.
func (s *seeker) seek(statistic []float64) {
	for k, x := range statistic {
		s.side[k] = sideOf(x, s.thresholds[k], s.tail)
	}
	s.sets.reset()
	for k, side := range s.side {
		if side == 0 {
			continue
		}
		for _, neighbor := range s.adjacency.Neighbors(k) {
			if int(neighbor) < k && s.side[neighbor] == side {
				s.sets.join(int32(k), neighbor)
			}
		}
	}
	clear(s.mass)
	for k, side := range s.side {
		if side != 0 {
			s.mass[s.sets.root(int32(k))] += statistic[k]
		}
	}
}

// sideOf tells on which side of zero x lies beyond the threshold, if the tail
// asks for that side.
func sideOf(x, threshold float64, tail Tail) int8 {
	switch {
	case x > threshold && tail != Less:
		return 1
	case x < -threshold && tail != Greater:
		return -1
	}
	return 0
}

// largest returns the largest mass, turned by the tail; 0 without clusters.
func (s *seeker) largest() float64 {
	largest := 0.0
	for _, mass := range s.mass {
		largest = max(largest, s.tail.against(mass))
	}
	return largest
}

// clusters lists the sets, whose roots are their first points.
func (s *seeker) clusters() []Cluster {
	var all []Cluster
	number := map[int32]int{}
	for k, side := range s.side {
		if side == 0 {
			continue
		}
		root := s.sets.root(int32(k))
		if int(root) == k {
			number[root] = len(all)
			all = append(all, Cluster{Mass: s.mass[k]})
		}
		c := &all[number[root]]
		c.Points = append(c.Points, k)
	}
	return all
}
