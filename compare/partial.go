package compare

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

// Partial compares x and y after what the controls explain linearly has been
// taken from both.
//
// For spearman, all are replaced by their average ranks first, among the pairs
// that all define.
//
//	shapes   x, y, controls: pairs
//	NaN      pairs that are NaN in x, y or a control are left out; the value is
//	         NaN where x or y is constant or explained without rest, and with no
//	         more pairs than controls and two
//	errors   different lengths; a comparator other than pearson and spearman
//	cost     O(m k²) for k controls; O(m k log m) more for spearman
//	source   Yule (1907), doi:10.1098/rspa.1907.0028; agrees with the inverse of
//	         the correlation matrix in numpy
func (c Comparator) Partial(x, y []float64, controls ...[]float64) (Score, error) {
	return c.controlled(x, y, controls, true)
}

// SemiPartial compares y with what is left of x after what the controls explain
// linearly has been taken from x alone: its square is the share of the variance
// of y that only x explains. Otherwise as [Comparator.Partial].
//
//	shapes   x, y, controls: pairs
//	NaN      as for Partial, but y may be explained without rest
//	errors   as for Partial
//	cost     that of Partial
//	source   Cohen & Cohen (1975), Applied multiple regression; agrees with least
//	         squares in numpy
func (c Comparator) SemiPartial(x, y []float64, controls ...[]float64) (Score, error) {
	return c.controlled(x, y, controls, false)
}

func (c Comparator) controlled(x, y []float64, controls [][]float64, both bool) (Score, error) {
	if c.Name != "pearson" && c.Name != "spearman" {
		return Score{}, fmt.Errorf("%s takes nothing away: a partial correlation is one of pearson, spearman", c.Name)
	}
	all := append([][]float64{x, y}, controls...)
	for _, other := range all {
		if len(other) != len(x) {
			return Score{}, fmt.Errorf("RDVs of %d and %d pairs cannot be compared: all must be of the same conditions", len(x), len(other))
		}
	}
	shared := definedByAll(all)
	score := Score{math.NaN(), len(shared[0])}
	if score.Pairs < len(all)+1 {
		return score, nil
	}
	for i, other := range shared {
		shared[i] = c.Prepare(other).standard
	}
	x, y = shared[0], shared[1]
	axes := independent(shared[2:])
	takeAway(x, axes)
	if both {
		takeAway(y, axes)
	}
	if r := floats.Dot(x, y) / (floats.Norm(x, 2) * floats.Norm(y, 2)); !math.IsNaN(r) {
		score.Value = max(-1, min(r, 1))
	}
	return score, nil
}

// definedByAll returns RDVs of the pairs that none of all lacks.
func definedByAll(all [][]float64) [][]float64 {
	shared := make([][]float64, len(all))
	for p := range all[0] {
		missing := false
		for _, x := range all {
			missing = missing || math.IsNaN(x[p])
		}
		for i, x := range all {
			if !missing {
				shared[i] = append(shared[i], x[p])
			}
		}
	}
	return shared
}

// noRest is the part of a vector's length below which nothing but rounding is
// left of it.
const noRest = 1e-10

// independent returns orthonormal vectors that span the controls, of length 1.
// A control that is constant, or that the others explain, adds none.
func independent(controls [][]float64) (axes [][]float64) {
	for _, control := range controls {
		if math.IsNaN(control[0]) {
			continue
		}
		if takeAway(control, axes); control[0] == control[0] {
			floats.Scale(1/floats.Norm(control, 2), control)
			axes = append(axes, control)
		}
	}
	return axes
}

// takeAway makes x, of length 1, orthogonal to the axes, twice because once
// leaves roundings; NaN when nothing is left.
func takeAway(x []float64, axes [][]float64) {
	for range 2 {
		for _, axis := range axes {
			floats.AddScaled(x, -floats.Dot(x, axis), axis)
		}
	}
	if !(floats.Norm(x, 2) > noRest) {
		for p := range x {
			x[p] = math.NaN()
		}
	}
}
