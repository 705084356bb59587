package embedding

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

// A Level says which property of dissimilarities a map keeps.
type Level int

// The levels of measurement.
const (
	Ratio   Level = iota // distances are to be the dissimilarities: metric scaling
	Ordinal              // distances are to be in their order: non-metric scaling; ties may be broken (Kruskal's primary approach)
)

// SMACOF is scaling by least squares: from a start, every step moves the
// conditions so that the stress cannot grow. It stops in a minimum near its
// start, which need not be the least.
type SMACOF struct {
	Level      Level
	Dimensions int            // 0 means 2
	Start      *Configuration // nil is classical scaling; for that start alone, a missing pair counts as the mean of the others
	Restarts   int            // from random places, besides Start; the map of least stress is the result
	Seed       uint64         // of the random places
	Steps      int            // at most; 0 means DefaultSteps
	Budget     work.Budget    // of the restarts
}

// DefaultSteps is how many steps a map takes at most.
const DefaultSteps = 1000

// enough is the relative decrease of the stress in one step below which no more
// are made.
const enough = 1e-7

// An SMACOFMap is the map that SMACOF found.
type SMACOFMap struct {
	Configuration
	Disparities []float64 // what distances are compared with: the dissimilarities, or for Ordinal the nearest numbers in their order; NaN where a pair is missing
	Stress1     float64   // of the result
	Course      []float64 // stress-1 of the start and after every step
	Converged   bool      // no step would have lowered the stress by a ten-millionth
}

// Fit arranges conditions.
//
//	shapes   rdv: pairs; result: conditions × dimensions
//	units    Ratio: those of the dissimilarities; Ordinal: none, the squares of
//	         the disparities have the mean 1
//	NaN      a missing pair has no say in the map. Stress1 is NaN where all
//	         dissimilarities are 0
//	errors   a number of dissimilarities that makes no triangle; an infinite one;
//	         for Ratio, one below zero; conditions that no known pairs connect; a
//	         Start of another size
//	cost     O(pairs) per step, with missing pairs O(n³) once; restarts in parallel
//	random   Seed decides where the restarts begin
//	source   De Leeuw & Mair (2009), doi:10.18637/jss.v031.i03; Kruskal (1964), doi:10.1007/BF02289694
func (o SMACOF) Fit(ctx context.Context, rdv []float64) (*SMACOFMap, error) {
	o.Dimensions, o.Steps = cmp.Or(o.Dimensions, defaultDimensions), cmp.Or(o.Steps, DefaultSteps)
	start, err := o.start(rdv)
	if err != nil {
		return nil, err
	}
	moves, err := newMoves(rdv, start.Len())
	if err != nil {
		return nil, err
	}
	found := make([]*SMACOFMap, 1+o.Restarts)
	err = o.Budget.Each(ctx, "", len(found), func(i int) error {
		from := start
		if i > 0 {
			from = scattered(start, seed.Stream(o.Seed, "start of SMACOF", i))
		}
		found[i] = o.descend(from, moves)
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	best := found[0]
	for _, m := range found[1:] {
		if m.Stress1 < best.Stress1 {
			best = m
		}
	}
	return best, nil
}

// start checks the dissimilarities and returns where to begin.
func (o SMACOF) start(rdv []float64) (Configuration, error) {
	n, err := conditions(rdv, "")
	if err != nil {
		return Configuration{}, err
	}
	sum, known := 0.0, 0.0
	for p, d := range rdv {
		if d < 0 && o.Level == Ratio {
			return Configuration{}, fmt.Errorf("dissimilarity %d is %g, below zero: no distance is; non-metric scaling uses the order of dissimilarities alone", p+1, d)
		}
		if !math.IsNaN(d) {
			sum += d
			known++
		}
	}
	if o.Start != nil {
		if o.Start.Dimensions != o.Dimensions || o.Start.Len() != n {
			return Configuration{}, fmt.Errorf("the start has %d conditions in %d dimensions, the map %d in %d", o.Start.Len(), o.Start.Dimensions, n, o.Dimensions)
		}
		return *o.Start, nil
	}
	whole := append([]float64(nil), rdv...)
	for p, d := range whole {
		if math.IsNaN(d) {
			whole[p] = sum / max(known, 1)
		}
	}
	found, err := Classical{Dimensions: o.Dimensions, Seed: o.Seed}.Fit(whole)
	if err != nil {
		return Configuration{}, err
	}
	return found.Configuration, nil
}

// scattered is a random configuration of the size of another.
func scattered(like Configuration, random *rand.Rand) Configuration {
	c := Configuration{like.Dimensions, make([]float64, len(like.Coordinates))}
	for i := range c.Coordinates {
		c.Coordinates[i] = random.NormFloat64()
	}
	return c
}

// descend takes steps until they lower the stress no more.
func (o SMACOF) descend(from Configuration, m *moves) *SMACOFMap {
	found := &SMACOFMap{Configuration: from}
	fit := func() []float64 {
		distances := found.Distances()
		found.Disparities = m.dissimilarities
		if o.Level == Ordinal {
			found.Disparities = m.order.disparities(distances)
		}
		found.Stress1 = Stress1(distances, found.Disparities)
		found.Course = append(found.Course, found.Stress1)
		return distances
	}
	distances := fit()
	for range o.Steps {
		if !(found.Stress1 > 1e-12) { // a perfect fit, or no distances at all
			found.Converged = true
			return found
		}
		before := found.Stress1
		found.Configuration = m.step(found.Configuration, distances, found.Disparities)
		distances = fit()
		if before-found.Stress1 < enough*before {
			found.Converged = true
			return found
		}
	}
	return found
}
