package epoch

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

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

// noiseFolds is the number of folds of Noise.
const noiseFolds = 3

// Noise returns the covariance of the noise between the channels at the times up
// to one, in s after the event, over the epochs that are left: shrunk, kind by
// kind, as noise.CrossValidated says, in three folds of times that follow each
// other.
//
//	units    those of the channels, squared
//	errors   no epochs; no such times; LessMean with one trial of each condition;
//	         NaN
//	cost     epochs · times · channels² products
//	source   Engemann & Gramfort (2015), doi:10.1016/j.neuroimage.2014.12.040; of
//	         MNE-Python are the divisors: times − 1 in all epochs or, LessMean,
//	         times · (trials − 1) summed over conditions
func (g *Gathering) Noise(to float64, r Residual) (*noise.Covariance, error) {
	folds, divisor, err := g.products(to, r)
	if err != nil {
		return nil, err
	}
	var blocks []noise.Block
	for _, kind := range g.kinds() {
		var b noise.Block
		for i, c := range g.Channels {
			if c.Kind == kind {
				b.Channels, b.Scale = append(b.Channels, i), append(b.Scale, kindOf(kind).scale())
			}
		}
		blocks = append(blocks, b)
	}
	matrix, shares, err := noise.CrossValidated(folds, blocks)
	if err != nil {
		return nil, err
	}
	times := 0
	for _, f := range folds {
		times += f.Times
	}
	matrix.ScaleSym(float64(times)/float64(divisor), matrix)
	words := make([]string, len(shares))
	for i, kind := range g.kinds() {
		words[i] = fmt.Sprintf("%.2g of %s", shares[i], kind)
	}
	return &noise.Covariance{Matrix: matrix, Degrees: float64(times - 1), Estimator: "cross-validated", Text: "XᵀX/d, shrunk by " + strings.Join(words, ", ")}, nil
}

// products returns the products of channels in folds, and what their sum is to be
// divided by for a covariance.
func (g *Gathering) products(to float64, r Residual) (folds []noise.Products, divisor int, err error) {
	until := 0
	for until < len(g.Times) && g.Times[until] <= to {
		until++
	}
	means, trials := map[string][]float32{}, 0
	for _, of := range g.groups() {
		if trials += len(of.whole); r == LessMean && len(of.whole) > 0 {
			means[of.condition] = g.mean(of.whole)
		}
	}
	switch {
	case trials == 0:
		return nil, 0, fmt.Errorf("no epoch is left to tell noise from")
	case until == 0:
		return nil, 0, fmt.Errorf("epochs begin at %g s, so that there is no time up to %g s to tell noise from: let them begin earlier", g.Times[0], to)
	case trials == len(means):
		return nil, 0, fmt.Errorf("each condition has one trial, which is its own mean: nothing is left to tell noise from")
	}
	if divisor = until*trials - 1; r == LessMean {
		divisor = until * (trials - len(means))
	}
	shards := work.Shards(until*trials, (until*trials+noiseFolds-1)/noiseFolds)
	folds = make([]noise.Products, len(shards))
	for k, s := range shards {
		folds[k] = noise.Products{Sum: mat.NewSymDense(len(g.Channels), nil), Times: s.Len()}
	}
	done := 0
	for i, s := range g.signals {
		if s == nil {
			continue
		}
		whole := g.part(s, means[g.Fates[i].Condition], until)
		for k, fold := range shards {
			if from, to := max(fold.From, done)-done, min(fold.To, done+until)-done; from < to {
				folds[k].Sum.SymRankK(folds[k].Sum, 1, whole.Slice(0, len(g.Channels), from, to))
			}
		}
		done += until
	}
	return folds, divisor, nil
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
