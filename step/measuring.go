package step

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/decoding"
	"github.com/isocortex/isocortex/rdm"
)

// Measuring makes RDMs of responses: by a measure of patterns, or by classifiers
// of trials.
type measuring struct {
	rdm.Estimator
	decoder *decoding.Decoder // nil for a measure of patterns
}

// MeasureNames lists the measures of responses, those of patterns first.
func MeasureNames() []string { return slices.Concat(rdm.MeasureNames(), decoding.MeasureNames()) }

// estimator makes RDMs of responses by the measure of that name. The engine is
// asked for if a source holds any.
func estimator(measure string, sources []Source, env *Env) (m measuring, err error) {
	m.Budget = env.Budget
	name := cmp.Or(measure, DefaultMeasure)
	if slices.Contains(decoding.MeasureNames(), name) {
		m.decoder = &decoding.Decoder{Seed: env.Seed, Budget: env.Budget}
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
	if m.decoder == nil {
		return m.Estimate(ctx, ds)
	}
	d := *m.decoder
	d.Multiplier = m.Multiplier
	cost, err := d.Forecast(ctx, ds)
	if err != nil {
		return nil, err
	}
	if cost.Time > longDecoding {
		env.note(fmt.Sprintf("%d classifiers are trained, which takes about %s: crossnobis and pooled lda take seconds", cost.Classifiers, cost.Time.Round(time.Second)))
	}
	return d.Estimate(ctx, ds)
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
	d.PseudoTrials, d.Assignments = t.PseudoTrials, t.Assignments
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
	if t.PseudoTrials != 0 || t.Assignments != 0 || t.Shrinkage != "" {
		return errors.New("pseudo-trials, assignments and shrinkage are of classifiers: choose a measure of one, such as lda accuracy")
	}
	return nil
}
