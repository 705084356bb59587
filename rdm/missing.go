package rdm

import (
	"context"
	"math"
	"slices"

	"github.com/isocortex/isocortex/noise"
)

// A part is a set of conditions that have the same channels.
type part struct {
	rows  []int
	known []bool // by channel
}

// solveParts solves p for every pair of parts, over the channels that both have.
// If all conditions lack the same channels there is one part; in the worst case,
// where no two do, each pair of conditions is solved by itself.
func (e Estimator) solveParts(ctx context.Context, dst []float64, p problem) error {
	parts := p.parts()
	n := p.folds[0].Rows
	for i, a := range parts {
		for j, b := range parts[:i+1] {
			rows := a.rows
			if i != j {
				rows = slices.Concat(a.rows, b.rows)
			}
			if len(rows) < 2 {
				continue
			}
			rdv, err := e.solvePart(ctx, p, rows, both(a.known, b.known))
			if err != nil {
				return err
			}
			for k, row := range rows {
				for l := k + 1; l < len(rows); l++ {
					if across := k < len(a.rows) && l >= len(a.rows); across || i == j {
						dst[PairIndex(n, row, rows[l])] = rdv[PairIndex(len(rows), k, l)]
					}
				}
			}
		}
	}
	return nil
}

// solvePart solves p for some of its conditions over some of its channels. All is
// NaN where there are no channels.
func (e Estimator) solvePart(ctx context.Context, p problem, rows, channels []int) ([]float64, error) {
	rdv := make([]float64, Pairs(len(rows)))
	if len(channels) == 0 {
		for i := range rdv {
			rdv[i] = math.NaN()
		}
		return rdv, nil
	}
	return rdv, e.solve(ctx, rdv, p.among(rows, channels))
}

// parts sorts conditions by the channels that they have in every fold in which
// they were observed, and whose noise is known.
func (p problem) parts() []part {
	var parts []part
	noisy := p.knownNoise()
	for i := range p.folds[0].Rows {
		known := slices.Clone(noisy)
		for _, f := range p.folds {
			for c := range known {
				absent := f.observations != nil && f.observations[i] == 0
				known[c] = known[c] && (absent || !math.IsNaN(f.at(i, c)))
			}
		}
		same := slices.IndexFunc(parts, func(other part) bool { return slices.Equal(other.known, known) })
		if same < 0 {
			same, parts = len(parts), append(parts, part{known: known})
		}
		parts[same].rows = append(parts[same].rows, i)
	}
	return parts
}

// knownNoise says of which channels all covariances are known.
func (p problem) knownNoise() []bool {
	known := slices.Repeat([]bool{true}, p.folds[0].Channels)
	for _, covariances := range p.noise {
		for _, c := range []*noise.Covariance{covariances.training, covariances.test} {
			for channel := range known {
				known[channel] = known[channel] && !math.IsNaN(c.Matrix.At(channel, channel))
			}
		}
	}
	return known
}

// both lists the channels that two parts have.
func both(a, b []bool) []int {
	var channels []int
	for c := range a {
		if a[c] && b[c] {
			channels = append(channels, c)
		}
	}
	return channels
}

// among returns p for some of its conditions and channels.
func (p problem) among(rows, channels []int) problem {
	some := problem{splits: p.splits, channels: p.channels}
	for _, f := range p.folds {
		g := fold{Patterns: Patterns{Rows: len(rows), Channels: len(channels)}}
		for _, i := range rows {
			for _, c := range channels {
				g.F64 = append(g.F64, f.at(i, c))
			}
			if f.observations != nil {
				g.observations = append(g.observations, f.observations[i])
			}
		}
		some.folds = append(some.folds, g)
	}
	made := map[*noise.Covariance]*noise.Covariance{} // most splits share one
	block := func(c *noise.Covariance) *noise.Covariance {
		if made[c] == nil {
			made[c] = c.Among(channels)
		}
		return made[c]
	}
	for _, covariances := range p.noise {
		some.noise = append(some.noise, pair{block(covariances.training), block(covariances.test)})
	}
	return some
}
