package rdm

import (
	"fmt"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/projection"
)

// ofUnits serves what a reduced Dataset must be compared by in place of its
// channels: measures of angles, and whatever looks at patterns without their
// mean, are over the units that the channels stand for. Sums over channels are
// about the same over scores as over units.
func (e Estimator) ofUnits(ds *dataset.Dataset) (Estimator, *dataset.Dataset, error) {
	m := e.Measure
	switch {
	case m.ofChannels || !projection.IsReduced(ds):
		return e, ds, nil
	case m.counts:
		return e, nil, fmt.Errorf("%s is for counts: the channels of a reduced layer are none", m.Name)
	case m.angle == nil && !e.RemoveMean:
		return e, ds, nil
	case e.Covariances != nil || e.estimatesNoise():
		return e, nil, fmt.Errorf("%s of patterns over units that are freed of the noise of channels is not defined for a reduced layer: take euclidean or mahalanobis, or no noise", m.Name)
	}
	how := projection.Whole
	if m.centers || e.RemoveMean {
		how = projection.Centered
	}
	patterns, err := projection.OfUnits(ds, how)
	if err != nil {
		return e, nil, err
	}
	e.Measure.centers = false
	e.Measure.Definition.Text += "; over the units that the channels of a reduced layer stand for"
	if e.RemoveMean {
		e.Measure.Definition.Text += ", of patterns minus their mean over units"
		e.RemoveMean = false
	}
	return e, patterns, nil
}
