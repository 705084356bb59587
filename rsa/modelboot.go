package rsa

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/crossval"
	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/nearest"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

// A ModelBootstrap tests scores of flexible models, and differences between
// them, by cross-validating anew in draws of subjects and conditions. The zero
// ModelBootstrap is the recommended one.
type ModelBootstrap struct {
	Validation CrossValidation // what is done in every draw
	Over       string          // one of ModelBootstraps; "" means Automatic
	Draws      int             // of each bootstrap; 0 means DefaultModelDraws
	Choices    int             // of folds of all subjects and conditions, whose mean is tested; 0 means DefaultChoices
	Interval   float64         // how sure an interval is; 0 means 0.95
	Correction string          // one of inference.Corrections, or None; "" means fdr
}

// ModelBootstraps lists what ModelBootstrap.Over can be. Automatic is what
// [ModelBootstrap.Recommended] says.
var ModelBootstraps = Bootstraps

const (
	// DefaultModelDraws tells a variance to 10 %: its standard error is √(2/draws).
	DefaultModelDraws = 200
	// DefaultChoices leaves a fiftieth of the variance that one choice of folds has.
	DefaultChoices = 50
	// repeats is how often folds are chosen in every draw.
	repeats = 2
)

// Recommended says what should be drawn from data of that size: subjects and
// conditions where there are enough of both, otherwise conditions. It is None
// where nothing can be drawn.
func (o ModelBootstrap) Recommended(size inference.Size) string {
	switch _, copies := geometries[o.Validation.resolve().Comparator.Name]; {
	case !copies && size.Subjects < EnoughSubjects:
		return None
	case !copies:
		return inference.Subjects.String()
	case inference.Recommended(size).Name == DualBootstrap:
		return Dual
	}
	return inference.Conditions.String()
}

// Run scores every model in the mean of several choices of folds, and finds how
// much the scores vary over new subjects, new conditions, or both.
//
// In every draw, models are fitted and scored in two choices of folds. Copies of
// a condition, or of a subject, share a fold; a condition and its copy have no
// pair. Draws have some 1-1/e of all conditions, and as much fewer folds, down to
// two, so that as many are tested together; subjects have the folds that suit that
// share, unless a number was asked for. The variance that the choice of folds adds
// to a draw is taken away, and that which it leaves in the mean of the choices is
// added:
//
//	t = mean score / √variance
//
// one-sided against 0, two-sided for differences between models, and to the
// lower noise ceiling.
//
//	shapes   as [CrossValidation.Run]
//	NaN      draws with too few different conditions or subjects for the folds,
//	         and scores that a draw does not define, as where components are
//	         constant in it, are left out and counted; no p where no variance
//	         above 0 is left; no p against 0 under comparators whose chance is
//	         not 0
//	errors   as CrossValidation.Run; options out of range; conditions drawn under
//	         a comparator that has no place for copies
//	cost     2 cross-validations per draw, three times as many draws of Dual; in
//	         parallel
//	random   the seed of the folds decides the draws and their folds, so that any
//	         number of threads gives the same bits
//	source   Schütt et al. (2023), doi:10.7554/eLife.82566
func (o ModelBootstrap) Run(ctx context.Context, models []FlexibleModel, subjects Subjects, b work.Budget) (*FlexibleInference, error) {
	o.Validation = o.Validation.resolve()
	a, err := measured(models, subjects)
	if err != nil {
		return nil, err
	}
	size := inference.Size{Subjects: len(subjects.RDVs), Conditions: a.conditions}
	if _, err := o.Validation.Folds.folds(size.Conditions, size.Subjects); err != nil {
		return nil, err
	}
	if o, err = o.resolve(size); err != nil {
		return nil, err
	}
	d := newModelDraws(o, models, subjects, size)
	if err := b.Each(ctx, "bootstrap models", o.Choices+len(d.overs)*o.Draws, d.piece); err != nil {
		return nil, err
	}
	return d.infer()
}

// resolve fills in the defaults.
func (o ModelBootstrap) resolve(size inference.Size) (ModelBootstrap, error) {
	o.Draws, o.Choices = cmp.Or(o.Draws, DefaultModelDraws), cmp.Or(o.Choices, DefaultChoices)
	o.Interval, o.Correction = cmp.Or(o.Interval, inference.DefaultLevel), cmp.Or(o.Correction, "fdr")
	if o.Over = cmp.Or(o.Over, Automatic); o.Over == Automatic {
		o.Over = o.Recommended(size)
	}
	_, copies := geometries[o.Validation.Comparator.Name]
	switch {
	case o.Over != inference.Subjects.String() && !copies:
		return o, fmt.Errorf("conditions cannot be drawn again under %s, where a condition and its copy have no place: draw subjects, %d or more, or use another comparator", o.Validation.Comparator.Name, EnoughSubjects)
	case !slices.Contains(ModelBootstraps, o.Over):
		return o, fmt.Errorf("a bootstrap cannot be over %q: use one of %s%s", o.Over, strings.Join(ModelBootstraps, ", "), nearest.Hint(o.Over, ModelBootstraps))
	case o.Over != inference.Conditions.String() && size.Subjects < 2:
		return o, fmt.Errorf("a bootstrap over %s of 1 subject: it needs two or more; draw conditions instead", o.Over)
	case o.Draws < 2 || o.Choices < 1 || !(o.Interval > 0 && o.Interval < 1):
		return o, fmt.Errorf("%d draws and %d choices of folds for an interval of %g: there must be 2 draws and 1 choice or more, the interval between 0 and 1", o.Draws, o.Choices, o.Interval)
	}
	if o.Correction == None {
		return o, nil
	}
	_, err := inference.CorrectionByName(o.Correction)
	return o, err
}

// overs lists the bootstraps that are drawn.
func (o ModelBootstrap) overs() []inference.Over {
	if o.Over == Dual {
		return []inference.Over{inference.Subjects, inference.Conditions, inference.Both}
	}
	return []inference.Over{inference.Over(slices.Index(inference.Overs, o.Over))}
}

// modelDraws holds what the models and the group of training subjects score.
// A row has one mean score per model and then that of the group, each over time.
type modelDraws struct {
	ModelBootstrap
	models   []FlexibleModel
	subjects Subjects
	size     inference.Size
	times    int
	overs    []inference.Over
	chosen   [][]float64   // choices × row, of everything
	drawn    [][][]float64 // (overs × draws) × repeats × row; nil rows where there are too few for the folds
}

func newModelDraws(o ModelBootstrap, models []FlexibleModel, subjects Subjects, size inference.Size) *modelDraws {
	d := &modelDraws{ModelBootstrap: o, models: models, subjects: subjects, size: size, times: len(subjects.RDVs[0]), overs: o.overs()}
	d.chosen, d.drawn = make([][]float64, o.Choices), make([][][]float64, len(d.overs)*o.Draws)
	return d
}

// piece scores one choice of folds of everything, or one draw.
func (d *modelDraws) piece(i int) error {
	folds := d.Validation.Folds
	if i < d.Choices {
		everything := inference.Draw{Subjects: crossval.Whole(d.size.Subjects)[0].Test, Conditions: slices.Repeat([]int{1}, d.size.Conditions)}
		if i > 0 {
			folds.Seed = seed.Stream(folds.Seed, "choices of folds", i).Uint64()
		}
		row, err := d.score(everything, d.divided(folds.whole(d.size), everything))
		d.chosen[i] = row
		return err
	}
	i -= d.Choices
	over, index := d.overs[i/d.Draws], i%d.Draws
	draw, err := inference.Bootstrap{Draws: d.Draws, Over: over, Seed: folds.Seed}.Draw(d.size, index)
	if err != nil {
		return err
	}
	again := folds.drawn(over, d.size)
	for repeat := range repeats {
		again.Seed = seed.Stream(folds.Seed, "folds of draws of "+over.String(), index, repeat).Uint64()
		blocks := d.divided(again, draw)
		if blocks == nil {
			return nil
		}
		row, _ := d.score(draw, blocks) // what cannot be fitted in a draw has no score there
		d.drawn[i] = append(d.drawn[i], row)
	}
	return nil
}

// differentShare is the share of conditions, or subjects, that a draw has.
const differentShare = 1 - 1/math.E

// whole fills in how many folds suit all subjects and conditions.
func (f Folds) whole(size inference.Size) Folds {
	f.Conditions = cmp.Or(f.Conditions, crossval.ForConditions(size.Conditions))
	f.Subjects = cmp.Or(f.Subjects, crossval.ForSubjects(size.Subjects))
	return f
}

// drawn fills in how many folds suit a draw. A score of few conditions spreads
// otherwise than one of many, so that as many different ones are tested together
// as in all: fewer folds. What is not drawn anew is divided as in all.
func (f Folds) drawn(over inference.Over, size inference.Size) Folds {
	all := f.whole(size)
	if over != inference.Subjects {
		all.Conditions = max(2, int(differentShare*float64(all.Conditions)))
	}
	if over != inference.Conditions {
		all.Subjects = cmp.Or(f.Subjects, crossval.ForSubjects(int(differentShare*float64(size.Subjects))))
	}
	return all
}

// divided are the folds of a draw, without the pairs of copies where their places
// mean nothing.
func (d *modelDraws) divided(folds Folds, draw inference.Draw) []fold {
	blocks := folds.ofDraw(draw)
	if d.Validation.Comparator.Whole {
		return blocks
	}
	for k := range blocks {
		blocks[k].train, blocks[k].test = withoutCopies(blocks[k].train), withoutCopies(blocks[k].test)
	}
	return blocks
}

func withoutCopies(pairs []int) []int {
	return slices.DeleteFunc(pairs, func(p int) bool { return p < 0 })
}

// ofDraw divides what was drawn, all copies of one in the same fold. It returns
// nil where folds would have fewer than three different conditions, or no
// subject. Those of everything, drawn once, are those of Folds.folds.
func (f Folds) ofDraw(draw inference.Draw) []fold {
	var conditions []int
	for i, count := range draw.Conditions {
		if count > 0 {
			conditions = append(conditions, i)
		}
	}
	if len(conditions) < 3*f.Conditions {
		return nil
	}
	ofConditions, err := crossval.Folds{Count: f.Conditions, Seed: f.Seed}.Splits(len(conditions))
	if err != nil {
		return nil
	}
	people, ofSubjects := slices.Compact(slices.Clone(draw.Subjects)), crossval.Whole(1)
	if len(draw.Subjects) > 1 {
		if ofSubjects, err = (crossval.Folds{Count: f.Subjects, Seed: f.Seed}).Splits(len(people)); err != nil {
			return nil
		}
	}
	counts := make([]int, len(draw.Subjects))
	for _, s := range draw.Subjects {
		counts[s]++
	}
	var folds []fold
	for _, block := range crossval.Cross(ofConditions, ofSubjects) {
		train, test := copies(conditions, block.Conditions.Train, draw.Conditions), copies(conditions, block.Conditions.Test, draw.Conditions)
		folds = append(folds, fold{
			crossval.Block{
				Conditions: crossval.Split{Train: train, Test: test},
				Subjects:   crossval.Split{Train: copies(people, block.Subjects.Train, counts), Test: among(people, block.Subjects.Test)},
			},
			pairsAmong(len(draw.Conditions), train), pairsAmong(len(draw.Conditions), test),
		})
	}
	return folds
}

// among returns the chosen of all.
func among(all, chosen []int) []int {
	result := make([]int, len(chosen))
	for k, c := range chosen {
		result[k] = all[c]
	}
	return result
}

// copies returns the chosen of all, each as often as it was drawn.
func copies(all, chosen, counts []int) (result []int) {
	for _, c := range chosen {
		result = append(result, slices.Repeat([]int{all[c]}, counts[all[c]])...)
	}
	return result
}

// score returns the row of a draw, and the first error of a fit, whose scores are
// left out.
func (d *modelDraws) score(draw inference.Draw, folds []fold) (row []float64, first error) {
	columns := len(d.models) + 1
	row = make([]float64, columns*d.times)
	for time := range d.times {
		sums := newTable(columns, d.size.Subjects, 2) // per subject, of scores and of their number
		for k, f := range folds {
			if err := d.add(sums, f, time); err != nil && first == nil {
				first = fmt.Errorf("fold %d: %w", k+1, err)
			}
		}
		for m := range columns {
			row[m*d.times+time] = sums.meanOfMeans(m, draw.Subjects)
		}
	}
	return row, first
}

// meanOfMeans divides sums by numbers, and averages over subjects that have any.
func (t *table) meanOfMeans(column int, subjects []int) float64 {
	sum, count := 0.0, 0.0
	for _, s := range subjects {
		if own := t.course(column, s); own[1] > 0 {
			sum += own[0] / own[1]
			count++
		}
	}
	return sum / count // 0/0 is NaN
}

// add adds the scores of a fold at a time, and returns the first error of a fit.
func (d *modelDraws) add(sums *table, f fold, time int) (first error) {
	v := d.Validation
	seen, test := v.seen(d.subjects, f, time), v.held(d.subjects, f, time)
	count := func(column, k int, score float64) {
		if !math.IsNaN(score) {
			own := sums.course(column, f.Subjects.Test[k])
			own[0] += score
			own[1]++
		}
	}
	for m, model := range d.models {
		_, predicted, err := v.predict(model, seen, f)
		if err != nil {
			first = cmp.Or(first, err)
			continue
		}
		for k, vector := range test {
			count(m, k, v.Comparator.Compare(predicted, vector))
		}
	}
	if d.size.Subjects > 1 {
		group := v.group(d.subjects.at(time, f.Subjects.Train), f)
		for k, vector := range test {
			count(len(d.models), k, v.Comparator.Compare(group, vector))
		}
	}
	return first
}
