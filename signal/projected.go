package signal

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/recording"
)

// Projected returns a recording around another without the directions that are
// given or, where none are, those that its file names. What has been taken out
// before stays out. They count as far as they
// lie in channels that are there and not bad; bad channels stay as they are.
//
// The header warns of a direction of which less than nine tenths lie in those
// channels: what is then taken out is not what was meant.
//
//	NaN      of a channel is that of all channels with which it shares a direction
//	errors   no directions; no decomposition
//	source   Uusitalo & Ilmoniemi (1997), doi:10.1007/BF02534144; directions whose
//	         singular value is a hundredth of the largest or less are none
func Projected(r recording.Recording, given ...recording.Projection) (recording.Recording, error) {
	h := r.Header()
	list, before := h.Projections, []recording.Projection(nil)
	if len(given) > 0 {
		list, before = given, h.Projections
	}
	good := h.Pick(func(c recording.Channel) bool { return !c.Bad })
	directions, warnings := directions(list, h, good)
	if len(directions) == 0 {
		return nil, fmt.Errorf("%s: it names no directions to project out, or they are out already", h.Path)
	}
	mixtures, err := span(directions, len(good))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", h.Path, err)
	}
	m := newMixed(r, good, mixtures)
	m.header.Warnings = append(m.header.Warnings, warnings...)
	m.header.Projections = slices.Clone(before)
	for _, p := range list {
		p.Active = true
		m.header.Projections = append(m.header.Projections, p)
	}
	m.trim()
	return m, nil
}

// directions returns those of projections that are not out, of length 1 over the
// good channels, and what is to be said of them.
func directions(list []recording.Projection, h *recording.Header, good []int) (all [][]float64, warnings []string) {
	for _, p := range list {
		if p.Active {
			continue
		}
		for _, vector := range p.Vectors {
			direction, whole, left := make([]float64, len(good)), 0.0, 0.0
			for _, v := range vector {
				whole += v * v
			}
			for i, c := range good {
				if at := slices.Index(p.Channels, h.Channels[c].Name); at >= 0 {
					direction[i] = vector[at]
					left += vector[at] * vector[at]
				}
			}
			if left == 0 {
				continue
			}
			if share := math.Sqrt(left / whole); share < .9 {
				warnings = append(warnings, fmt.Sprintf("of a direction of the projection %q only %.3f lies in channels that are there and good", p.Name, share))
			}
			for i := range direction {
				direction[i] /= math.Sqrt(left)
			}
			all = append(all, direction)
		}
	}
	return all, warnings
}

// span returns directions at right angles that span the same space.
func span(directions [][]float64, n int) ([]mixture, error) {
	const least = 1e-2
	vectors := mat.NewDense(n, len(directions), nil)
	for k, d := range directions {
		vectors.SetCol(k, d)
	}
	var svd mat.SVD
	if !svd.Factorize(vectors, mat.SVDThin) {
		return nil, fmt.Errorf("the directions of its projections have no singular values: are there numbers that are not finite?")
	}
	var u mat.Dense
	svd.UTo(&u)
	sizes := svd.Values(nil)
	var mixtures []mixture
	for k, s := range sizes {
		if s/sizes[0] > least {
			direction := mat.Col(nil, k, &u)
			mixtures = append(mixtures, mixture{weights: direction, parts: direction})
		}
	}
	return mixtures, nil
}

// trim leaves the channels out that have no part in any mixture.
func (m *mixed) trim() {
	var places []int // in among
	for i := range m.among {
		if slices.ContainsFunc(m.mixtures, func(x mixture) bool { return x.parts[i] != 0 || x.weights[i] != 0 }) {
			places = append(places, i)
		}
	}
	m.among = picked(m.among, places)
	for k, x := range m.mixtures {
		m.mixtures[k].weights, m.mixtures[k].parts = picked(x.weights, places), picked(x.parts, places)
	}
}

// picked returns the elements at the places.
func picked[T any](x []T, places []int) []T {
	out := make([]T, len(places))
	for i, at := range places {
		out[i] = x[at]
	}
	return out
}

// Taken returns the directions over channels that are out of a signal, at right
// angles: active projections and, where EEG is relative to its average, that of all
// good EEG.
//
//	shapes   directions × names
//	errors   numbers that are not finite
func Taken(h *recording.Header, names []string) ([][]float64, error) {
	var list []recording.Projection
	for _, p := range h.Projections {
		if p.Active {
			p.Active = false // of what is asked here
			list = append(list, p)
		}
	}
	if h.Reference == AverageReference {
		var average recording.Projection
		for _, c := range h.Channels {
			if c.Kind == recording.EEG && !c.Bad {
				average.Channels = append(average.Channels, c.Name)
			}
		}
		average.Vectors = [][]float64{slices.Repeat([]float64{1}, len(average.Channels))}
		list = append(list, average)
	}
	places, err := named(h, names)
	if err != nil {
		return nil, err
	}
	all, _ := directions(list, h, places)
	if len(all) == 0 {
		return nil, nil
	}
	mixtures, err := span(all, len(places))
	var taken [][]float64
	for _, m := range mixtures {
		taken = append(taken, m.weights)
	}
	return taken, err
}
