package embedding

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// moves makes the steps of SMACOF on one RDV.
type moves struct {
	dissimilarities []float64
	order           order
	inverse         *mat.Cholesky // of V + 1, where pairs are missing
}

func newMoves(rdv []float64, n int) (*moves, error) {
	m := &moves{dissimilarities: rdv, order: newOrder(rdv)}
	if !slices.ContainsFunc(rdv, math.IsNaN) {
		return m, nil
	}
	if lone := unreached(rdv, n); lone >= 0 {
		return nil, fmt.Errorf("no known dissimilarities connect condition %d with condition 1: where one stands says nothing about the other", lone+1)
	}
	weights := mat.NewSymDense(n, nil)
	for i := range n {
		for j := range n {
			weights.SetSym(i, j, 1)
		}
	}
	pairs(n, func(pair, i, j int) {
		if !math.IsNaN(rdv[pair]) {
			weights.SetSym(i, j, weights.At(i, j)-1)
			weights.SetSym(i, i, weights.At(i, i)+1)
			weights.SetSym(j, j, weights.At(j, j)+1)
		}
	})
	m.inverse = &mat.Cholesky{}
	if !m.inverse.Factorize(weights) {
		return nil, errors.New("the known pairs are too few for a map")
	}
	return m, nil
}

// pairs calls f for every two of n conditions, in the order of an RDV.
func pairs(n int, f func(pair, i, j int)) {
	pair := 0
	for i := range n {
		for j := i + 1; j < n; j++ {
			f(pair, i, j)
			pair++
		}
	}
}

// unreached returns a condition to which no chain of known pairs leads from the
// first; -1 if there is none.
func unreached(rdv []float64, n int) int {
	place := make([]int, n) // conditions of the same number are connected
	for i := range place {
		place[i] = i
	}
	pairs(n, func(pair, i, j int) {
		if from, to := place[j], place[i]; !math.IsNaN(rdv[pair]) && from != to {
			for k, p := range place {
				if p == from {
					place[k] = to
				}
			}
		}
	})
	return slices.IndexFunc(place, func(p int) bool { return p != place[0] })
}

// step is the Guttman transform: the minimum of a parabola that touches the
// stress here and lies above it elsewhere.
//
//	V X' = B(X) X, V the Laplacian of the weights, B that of weight · disparity / distance
func (m *moves) step(c Configuration, distances, disparities []float64) Configuration {
	n, dimensions := c.Len(), c.Dimensions
	next := Configuration{dimensions, make([]float64, len(c.Coordinates))}
	pairs(n, func(pair, i, j int) {
		pull := disparities[pair] / distances[pair]
		if math.IsNaN(pull) || distances[pair] == 0 { // missing, or in one place, where no direction leads apart
			return
		}
		a, b := c.At(i), c.At(j)
		for k := range dimensions {
			next.At(i)[k] += pull * (a[k] - b[k])
			next.At(j)[k] -= pull * (a[k] - b[k])
		}
	})
	if m.inverse == nil {
		for i := range next.Coordinates {
			next.Coordinates[i] /= float64(n)
		}
		return next
	}
	var solved mat.Dense
	if err := m.inverse.SolveTo(&solved, mat.NewDense(n, dimensions, next.Coordinates)); err != nil {
		// The factors exist, so this says only that digits are lost: the step is
		// less exact, and the stress shows whether it was one.
		var condition mat.Condition
		if !errors.As(err, &condition) {
			panic(err)
		}
	}
	return Configuration{dimensions, solved.RawMatrix().Data}
}
