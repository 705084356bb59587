package signal

import (
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/recording"
)

// Components are what independent component analysis found in a recording, as a
// file keeps them: the whitened channels w, less their mean, are seen from some
// directions, and unmixed,
//
//	w = x ⊘ Prewhitener − Mean, or Prewhitener·x − Mean
//	s = Unmixing·Directions[:components]·w
type Components struct {
	Channels    []string
	Prewhitener [][]float64 // channels × 1, or channels × channels
	Mean        []float64   // of the whitened channels
	Directions  [][]float64 // × channels, at right angles
	Variance    []float64   // that each direction explains
	Unmixing    [][]float64 // components × components
	Excluded    []int       // components that are taken out
	Kept        int         // directions that go back into the signal
	Method      string
	Projections []recording.Projection // that the recording had
}

// WithoutComponents returns a recording around another without the excluded
// components: what is left of the kept directions, back in the units of the
// channels, with their mean. Channels that are bad now, but were not when the
// components were found, have their part in them, and the header warns of them; it
// does of projections, too, that were out of the signal then.
//
//	NaN      of a channel is that of all of Channels
//	errors   nothing is excluded; a channel that is not there; components that
//	         cannot be mixed again
//	cost     of one number for each excluded component and channel; where not all
//	         directions are kept, or the whitener is a matrix, of one for each pair
//	         of channels
//	source   Hyvärinen & Oja (2000), doi:10.1016/S0893-6080(00)00026-5; directions
//	         that are no components stay as MNE-Python leaves them
func WithoutComponents(r recording.Recording, c Components) (recording.Recording, error) {
	h := r.Header()
	if len(c.Excluded) == 0 {
		return nil, fmt.Errorf("%s: no component is excluded, so that all would stay: exclude some where they were found", h.Path)
	}
	among, err := named(h, c.Channels)
	if err != nil {
		return nil, err
	}
	mixtures, err := c.mixtures()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", h.Path, err)
	}
	m := newMixed(r, among, mixtures)
	var bad []string
	for _, at := range among {
		if h.Channels[at].Bad {
			bad = append(bad, h.Channels[at].Name)
		}
	}
	if bad != nil {
		m.header.Warn("components were found with channels that are bad, which disturb all others: %s", strings.Join(bad, ", "))
	}
	for _, p := range c.Projections {
		out := func(q recording.Projection) bool { return q.Active && q.Name == p.Name }
		if p.Active && !slices.ContainsFunc(h.Projections, out) {
			m.header.Warn("components were found after the projection %q, which is not out of this signal", p.Name)
		}
	}
	return m, nil
}

// mixtures returns what is subtracted: the excluded components and, where there is
// any, what the kept directions do not hold.
func (c Components) mixtures() ([]mixture, error) {
	n, k := len(c.Channels), len(c.Unmixing)
	whiten, back, err := c.whitening()
	if err != nil {
		return nil, err
	}
	unmix := mat.NewDense(k, n, nil) // from whitened channels
	unmix.Mul(dense(c.Unmixing), dense(c.Directions[:k]))
	var inverse, mix mat.Dense // to whitened channels
	if err := inverse.Inverse(dense(c.Unmixing)); err != nil {
		return nil, fmt.Errorf("its components cannot be mixed again: %w", err)
	}
	mix.Mul(dense(c.Directions[:k]).T(), &inverse)
	mean := mat.NewVecDense(n, slices.Clone(c.Mean))
	var weights, parts mat.Dense
	weights.Mul(unmix, whiten)
	parts.Mul(back, &mix)
	var all []mixture
	for _, e := range c.Excluded {
		all = append(all, mixture{weights: mat.Row(nil, e, &weights), parts: mat.Col(nil, e, &parts), offset: mat.Dot(unmix.RowView(e), mean)})
	}
	if c.Kept == n && len(c.Prewhitener[0]) == 1 {
		return all, nil
	}
	return append(all, c.rest(whiten, back, mean)...), nil
}

// rest returns what kept directions do not hold of each channel.
func (c Components) rest(whiten, back *mat.Dense, mean *mat.VecDense) []mixture {
	n, kept := len(c.Channels), dense(c.Directions[:c.Kept])
	var held, seen mat.Dense
	held.Mul(kept.T(), kept)
	seen.Mul(back, &held)
	seen.Mul(&seen, whiten)
	var lost, shift mat.VecDense
	lost.MulVec(&held, mean)
	lost.SubVec(mean, &lost)
	shift.MulVec(back, &lost)
	all := make([]mixture, n)
	for i := range all {
		all[i] = mixture{weights: mat.Row(nil, i, &seen), parts: make([]float64, n), offset: shift.AtVec(i)}
		for j := range all[i].weights {
			all[i].weights[j] *= -1
		}
		all[i].weights[i]++
		all[i].parts[i] = 1
	}
	return all
}

// whitening returns what the signal is multiplied with, and what takes it back.
func (c Components) whitening() (whiten, back *mat.Dense, err error) {
	n := len(c.Channels)
	if len(c.Prewhitener[0]) > 1 || n == 1 {
		whiten, back = dense(c.Prewhitener), new(mat.Dense)
		var svd mat.SVD
		if !svd.Factorize(whiten, mat.SVDThin) {
			return nil, nil, fmt.Errorf("the whitener of its components has no singular values")
		}
		const least = 1e-12 // of the largest: below, there is nothing to take back
		identity := mat.NewDense(n, n, nil)
		for i := range n {
			identity.Set(i, i, 1)
		}
		svd.SolveTo(back, identity, svd.Rank(least))
		return whiten, back, nil
	}
	whiten, back = mat.NewDense(n, n, nil), mat.NewDense(n, n, nil)
	for i, row := range c.Prewhitener {
		whiten.Set(i, i, 1/row[0])
		back.Set(i, i, row[0])
	}
	return whiten, back, nil
}

// dense is a matrix of its rows.
func dense(rows [][]float64) *mat.Dense {
	m := mat.NewDense(len(rows), len(rows[0]), nil)
	for i, row := range rows {
		m.SetRow(i, row)
	}
	return m
}
