package epoch

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/noise"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/signal"
	"github.com/isocortex/isocortex/work"
)

// A Residual says what of a signal counts as its noise.
type Residual int

// The residuals.
const (
	Everything Residual = iota // also what trials of a condition have all: enough before an event
	LessMean                   // what is left without the mean over the trials of a condition
)

// Noise returns the covariance of the noise between the channels at the times up
// to one, in s after the event, over the epochs that are left.
//
//	units    those of the channels, squared
//	NaN      a channel that has one has NaN for all its covariances
//	errors   no epochs; no such times; LessMean with one trial of each condition
//	cost     epochs · times · channels² products
//	source   Engemann & Gramfort (2015), doi:10.1016/j.neuroimage.2014.12.040; of
//	         MNE-Python are the divisors: times − 1 in all epochs or, LessMean,
//	         times · (trials − 1) summed over conditions
func (g *Gathering) Noise(to float64, r Residual) (*noise.Covariance, error) {
	until := 0
	for until < len(g.Times) && g.Times[until] <= to {
		until++
	}
	groups := slices.DeleteFunc(g.groups(), func(of group) bool { return len(of.whole) == 0 })
	switch {
	case len(groups) == 0:
		return nil, fmt.Errorf("no epoch is left to tell noise from")
	case until == 0:
		return nil, fmt.Errorf("epochs begin at %g s, so that there is no time up to %g s to tell noise from: let them begin earlier", g.Times[0], to)
	}
	n := len(g.Channels)
	sum, times, divisor := mat.NewSymDense(n, nil), 0, -1
	if r == LessMean {
		divisor = 0
	}
	for _, of := range groups {
		var mean []float32
		if r == LessMean {
			mean = g.mean(of.whole)
			divisor += until * (len(of.whole) - 1)
		} else {
			divisor += until * len(of.whole)
		}
		for _, trial := range of.whole {
			sum.SymRankK(sum, 1, g.part(g.signals[trial], mean, until))
			times += until
		}
	}
	if divisor < 1 {
		return nil, fmt.Errorf("each condition has one trial, which is its own mean: nothing is left to tell noise from")
	}
	sum.ScaleSym(1/float64(divisor), sum)
	return &noise.Covariance{Matrix: sum, Degrees: float64(times - 1), Estimator: "full", Text: "XᵀX/d, not shrunk"}, nil
}

// part returns the first times of an epoch, channels × times, less a mean if there
// is one.
func (g *Gathering) part(signal, mean []float32, until int) *mat.Dense {
	out := mat.NewDense(len(g.Channels), until, nil)
	for c := range g.Channels {
		row := out.RawRowView(c)
		for t := range row {
			at := c*len(g.Times) + t
			if row[t] = float64(signal[at]); mean != nil {
				row[t] -= float64(mean[at])
			}
		}
	}
	return out
}

// Whiten replaces the signals by others in whose noise each direction that varies
// has variance 1, and no two covary: numbers without a unit. All channels of MEG
// are whitened together, and those of each other kind. The header says which
// directions are out of the signal, and what signal space separation left.
//
//	shapes   c: of the channels that epochs are kept of, in their order
//	errors   as noise.WhitenerOfRank
//	cost     channels² products per time and epoch
func (g *Gathering) Whiten(ctx context.Context, budget work.Budget, c *noise.Covariance, h *recording.Header) (rank int, err error) {
	names := make([]string, len(g.Channels))
	for i, channel := range g.Channels {
		names[i] = channel.Name
	}
	taken, err := signal.Taken(h, names)
	if err != nil {
		return 0, err
	}
	whitener, rank, err := c.WhitenerOfRank(g.blocks(h, taken), taken)
	if err != nil {
		return 0, err
	}
	err = budget.Each(ctx, "whitening epochs", len(g.signals), func(i int) error {
		if g.signals[i] != nil {
			var white mat.Dense
			white.Mul(whitener, g.part(g.signals[i], nil, len(g.Times)))
			g.signals[i] = single(white.RawMatrix().Data)
		}
		return nil
	})
	g.Channels = slices.Clone(g.Channels)
	for i := range g.Channels {
		g.Channels[i].Unit = ""
	}
	return rank, err
}

// blocks returns the channels that are whitened together. What signal space
// separation left of MEG is less by the directions that are out, too.
func (g *Gathering) blocks(h *recording.Header, taken [][]float64) []noise.Block {
	const meg = "meg"
	var kinds []recording.Kind
	var blocks []noise.Block
	for i, c := range g.Channels {
		kind := c.Kind
		if kind == recording.Magnetometer || kind == recording.Gradiometer {
			kind = meg
		}
		at := slices.Index(kinds, kind)
		if at < 0 {
			at = len(kinds)
			kinds, blocks = append(kinds, kind), append(blocks, noise.Block{})
		}
		b := &blocks[at]
		b.Channels, b.Scale = append(b.Channels, i), append(b.Scale, kindOf(c.Kind).scale())
	}
	if at := slices.Index(kinds, meg); at >= 0 && h.Rank > 0 {
		blocks[at].Rank = h.Rank - within(taken, blocks[at].Channels)
	}
	return blocks
}

// within returns how many of directions at right angles lie in some channels, where
// none lies in both these and others.
func within(directions [][]float64, channels []int) int {
	sum := 0.0
	for _, d := range directions {
		for _, c := range channels {
			sum += d[c] * d[c]
		}
	}
	return int(math.Round(sum))
}
