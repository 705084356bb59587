package step

import (
	"context"
	"fmt"
	"math"
	"path/filepath"

	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/epoch"
	"github.com/isocortex/isocortex/noise"
	"github.com/isocortex/isocortex/recording/fif"
)

// What the noise of epochs is taken to be.
const (
	WhitenByBaseline  = "baseline"  // what they are before the event
	WhitenByResiduals = "residuals" // what trials are at all times less the mean of their condition
)

// Whitenings lists them.
var Whitenings = []string{WhitenByBaseline, WhitenByResiduals}

// whiten replaces the signals of epochs by those of equal noise.
func (s *Epochs) whiten(ctx context.Context, g *epoch.Gathering, runs []*run, env *Env) error {
	if s.Whiten == "" {
		return nil
	}
	if len(s.Signal.Power) > 0 || s.Signal.Envelope {
		return fmt.Errorf("noise is whitened in signals, not in what a band has of them: leave out the envelope and power, or the whitening")
	}
	covariance, of, err := s.noise(g, env)
	if err != nil {
		return err
	}
	rank, err := g.Whiten(ctx, env.Budget, covariance, runs[0].header)
	if err != nil {
		return fmt.Errorf("whitening: %w", err)
	}
	s.whitened = "by the noise " + of
	s.noisy = fmt.Sprintf("%d of %d dimensions vary, each of them with variance 1", rank, len(g.Channels))
	if covariance.Text != "" {
		s.noisy += "; the covariance was " + covariance.Text
	}
	return nil
}

// noise returns the covariance that epochs are whitened by, and what it is of.
func (s *Epochs) noise(g *epoch.Gathering, env *Env) (c *noise.Covariance, of string, err error) {
	switch s.Whiten {
	case WhitenByResiduals:
		c, err = g.Noise(math.Inf(1), epoch.LessMean)
		return c, "around the means of conditions in all trials, of training and of test, shrunk by cross-validation", err
	case WhitenByBaseline:
		if s.Cut.Baseline == nil {
			env.warn("noise is taken from signals before the event from which no baseline is subtracted: their slow drifts count as noise")
		}
		c, err = g.Noise(0, epoch.Everything)
		return c, "before the event in all trials, of training and of test, shrunk by cross-validation", err
	}
	stored, err := fif.ReadCovariance(s.Whiten)
	if err != nil {
		return nil, "", err
	}
	place := map[string]int{}
	for i, name := range stored.Channels {
		place[name] = i
	}
	n, all := len(g.Channels), len(stored.Channels)
	matrix := mat.NewSymDense(n, nil)
	for i, a := range g.Channels {
		at, found := place[a.Name]
		if !found {
			return nil, "", fmt.Errorf("%s knows no noise of channel %s: leave it out, or name a covariance that has it", s.Whiten, a.Name)
		}
		for j, b := range g.Channels[:i+1] {
			matrix.SetSym(i, j, stored.Matrix[at*all+place[b.Name]])
		}
	}
	return &noise.Covariance{Matrix: matrix, Degrees: float64(stored.Freedom)}, "in " + filepath.Base(s.Whiten), nil
}
