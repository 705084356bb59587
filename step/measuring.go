package step

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/decoding"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/unit"
)

// Measuring makes RDMs of responses: by a measure of patterns, or by classifiers
// of trials.
type measuring struct {
	rdm.Estimator
	decoder    *decoding.Decoder // nil for a measure of patterns
	generalize bool              // over times of training and of the test
	window     float64           // s, within which times are joined first
	windowAs   dataset.Joining
}

// MeasureNames lists the measures of responses, those of patterns first.
func MeasureNames() []string { return slices.Concat(rdm.MeasureNames(), decoding.MeasureNames()) }

// estimator makes RDMs of responses by the measure of that name. The engine is
// asked for if a source holds any.
func estimator(measure string, sources []Source, env *Env) (m measuring, err error) {
	m.Budget, m.Seed = env.Budget, env.Seed
	name := cmp.Or(measure, DefaultMeasure)
	if slices.Contains(decoding.MeasureNames(), name) {
		m.decoder = &decoding.Decoder{Budget: env.Budget}
		m.decoder.Measure, err = decoding.MeasureByName(name)
	} else {
		m.Measure, err = rdm.MeasureByName(name)
	}
	if err == nil && slices.ContainsFunc(sources, Source.measured) {
		m.Multiplier, err = env.Multiplier()
	}
	return m, err
}

// none reports whether no measure is named.
func (m measuring) none() bool { return m.decoder == nil && m.Measure.Name == "" }

// make returns the RDMs of a Dataset.
func (m measuring) make(ctx context.Context, ds *dataset.Dataset, env *Env) (*rdm.RDMs, error) {
	if err := m.checkUnits(ds); err != nil {
		return nil, err
	}
	if m.window != 0 {
		var err error
		if ds, err = ds.Windows(m.window, m.windowAs); err != nil {
			return nil, err
		}
	}
	r, err := m.measure(ctx, ds, env)
	if err == nil && m.window != 0 {
		r.Window = m.window
		r.Definition.Text += fmt.Sprintf("; times within windows of %s joined: %s", unit.Milliseconds(m.window), cmp.Or(m.windowAs, dataset.WindowMean))
	}
	return r, err
}

// measure makes RDMs of patterns, or trains classifiers.
func (m measuring) measure(ctx context.Context, ds *dataset.Dataset, env *Env) (*rdm.RDMs, error) {
	if m.decoder == nil {
		return m.Estimate(ctx, ds)
	}
	d := *m.decoder
	d.Multiplier, d.Seed = m.Multiplier, m.Seed
	cost, err := d.Forecast(ctx, ds)
	if err != nil {
		return nil, err
	}
	if cost.Time > longDecoding {
		env.note(fmt.Sprintf("%d classifiers are trained and tested, which takes about %s: pooled lda and crossnobis take a part of that, and fewer times do", cost.Classifiers, cost.Time.Round(time.Second)))
	}
	if m.generalize {
		return d.Generalize(ctx, ds)
	}
	return d.Estimate(ctx, ds)
}

// checkUnits refuses channels of different physical units side by side: the
// numbers of one would be all, those of the other nothing.
func (m measuring) checkUnits(ds *dataset.Dataset) error {
	units := uniqueInOrder(ds.Channel["unit"])
	free := m.Each == rdm.EachChannel || m.Noise.Estimator.Name != "" || m.Covariances != nil
	name := m.Measure.Name
	if m.decoder != nil {
		free, name = m.decoder.Normalized(), m.decoder.Measure.Name
	}
	if len(units) < 2 || free {
		return nil
	}
	return fmt.Errorf("channels are in %s, which %s would take for the same: whiten them (--noise, or --normalize for classifiers), or keep one kind of them, as with epochs --channels", strings.Join(units, " and "), name)
}

// longDecoding is what people are told of before it begins.
const longDecoding = 20 * time.Second

// decode adds what is asked for to a decoder.
func (t Trials) decode(d *decoding.Decoder) (err error) {
	if t.asksPatterns() {
		return fmt.Errorf("%s is trained on trials as they are: leave out noise, residuals, pairing, missing and the removal of means", d.Measure.Name)
	}
	if d.Shrinkage, err = decoding.ParseShrinkage(t.Shrinkage); err != nil {
		return err
	}
	d.PseudoTrials, d.Assignments, d.Normalization = t.PseudoTrials, t.Assignments, decoding.Normalization(t.Normalize)
	if d.Count, err = strconv.Atoi(t.Folds); err != nil {
		d.Count, d.Folds = 0, t.Folds
		return nil
	}
	if d.Count < 2 {
		return fmt.Errorf("%d folds: use two or more, or name the label that tells them apart", d.Count)
	}
	return nil
}

// asksDecoding reports whether anything is asked for that classifiers alone know.
func (t Trials) asksDecoding() error {
	if t.Shrinkage != "" || t.Normalize != "" || t.Generalize {
		return errors.New("shrinkage, normalization and generalization are of classifiers: choose a measure of one, such as lda accuracy")
	}
	return nil
}
