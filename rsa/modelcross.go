package rsa

import (
	"cmp"
	"context"
	"fmt"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/crossval"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/work"
)

// Folds says how conditions and subjects are divided for what is fitted. The
// zero Folds is the recommended one.
type Folds struct {
	Conditions int // 0 means crossval.ForConditions
	Subjects   int // 0 means crossval.ForSubjects, or crossval.LeaveOneOut; a single subject is training and test
	Seed       uint64
}

// fold is one block of conditions and subjects, with its pairs. Pairs that join
// a training and a test condition are in neither.
type fold struct {
	crossval.Block
	train, test []int // pairs
}

// folds divides conditions and subjects.
func (f Folds) folds(conditions, subjects int) ([]fold, error) {
	if conditions < crossval.FewestConditions {
		return nil, fmt.Errorf("%d conditions: %w", conditions, crossval.ErrTooFew)
	}
	ofConditions, err := crossval.Folds{Count: cmp.Or(f.Conditions, crossval.ForConditions(conditions)), Seed: f.Seed}.Splits(conditions)
	if err != nil {
		return nil, fmt.Errorf("conditions: %w", err)
	}
	ofSubjects := crossval.Whole(subjects)
	if subjects > 1 {
		ofSubjects, err = crossval.Folds{Count: cmp.Or(f.Subjects, crossval.ForSubjects(subjects)), Seed: f.Seed}.Splits(subjects)
	}
	if err != nil {
		return nil, fmt.Errorf("subjects: %w", err)
	}
	var folds []fold
	for _, block := range crossval.Cross(ofConditions, ofSubjects) {
		if len(block.Conditions.Test) < 3 {
			return nil, fmt.Errorf("%d folds of %d conditions leave fewer than three in a test: use fewer folds", len(ofConditions), conditions)
		}
		folds = append(folds, fold{block, pairsAmong(conditions, block.Conditions.Train), pairsAmong(conditions, block.Conditions.Test)})
	}
	return folds, nil
}

// pairsAmong returns the places of all pairs among some conditions, which
// ascend, in the order of an RDV of them alone. A condition and its copy have no
// pair: their place is -1.
func pairsAmong(conditions int, chosen []int) []int {
	pairs := make([]int, 0, rdm.Pairs(len(chosen)))
	for k, i := range chosen {
		for _, j := range chosen[k+1:] {
			place := -1
			if i != j {
				place = rdm.PairIndex(conditions, i, j)
			}
			pairs = append(pairs, place)
		}
	}
	return pairs
}

// CrossValidation fits flexible models to some conditions of some subjects and
// scores them on other conditions of other subjects. The zero CrossValidation
// is the recommended one.
type CrossValidation struct {
	Comparator compare.Comparator // zero means pearson, which weights are fitted for
	Folds      Folds
}

// Run fits and scores every model in every fold, at every time.
//
// A prediction is scored within its fold, against each test subject by itself;
// predictions of several folds are never pooled, as their scales differ.
//
//	shapes   models: components of n(n-1)/2 pairs, n ≥ 9 conditions, as subjects
//	NaN      as [FlexibleModel.Fit] and [compare.Comparator.Score]: a score is
//	         NaN where a fit gave all weights 0, because a prediction that is
//	         constant has none; such are left out of means and counted in the
//	         warnings
//	errors   RDVs that do not fit each other; fewer than nine conditions, or
//	         folds of fewer than three; what FlexibleModel.Fit refuses
//	cost     folds + 1 fits per model and time; in parallel
//	random   the seed decides the folds, so that any number of threads gives the
//	         same bits
//	source   Schütt et al. (2023), doi:10.7554/eLife.82566
func (v CrossValidation) Run(ctx context.Context, models []FlexibleModel, subjects Subjects, b work.Budget) (*FlexibleResult, error) {
	v = v.resolve()
	a, err := measured(models, subjects)
	if err != nil {
		return nil, err
	}
	folds, err := v.Folds.folds(a.conditions, len(subjects.RDVs))
	if err != nil {
		return nil, err
	}
	result := v.newResult(models, subjects, folds, a.times)
	err = b.Each(ctx, "fit models", (len(folds)+1)*a.times, func(i int) error {
		f, t := i/a.times, i%a.times
		if f == len(folds) {
			return v.fitAll(result, models, subjects, t)
		}
		return v.score(result, models, subjects, place{f, t})
	})
	if err != nil {
		return nil, err
	}
	result.summarize()
	return result, nil
}

// resolve fills in the comparator.
func (v CrossValidation) resolve() CrossValidation {
	if v.Comparator.Name == "" {
		v.Comparator, _ = compare.ByName("pearson")
	}
	return v
}

// measured checks that models and subjects are of the same conditions, and
// finds how many there are.
func measured(models []FlexibleModel, subjects Subjects) (*analysis, error) {
	a := &analysis{subjects: subjects}
	for _, m := range models {
		a.given = append(a.given, m.Components...)
	}
	if err := a.measure(); err != nil {
		return nil, err
	}
	if err := a.fit(); err != nil {
		return nil, err
	}
	for _, m := range models {
		if err := m.check(len(subjects.RDVs[0][0])); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// place is a fold and a time.
type place struct{ fold, time int }

// at returns the RDVs of some subjects at a time.
func (s Subjects) at(time int, chosen []int) [][]float64 {
	rdvs := make([][]float64, len(chosen))
	for k, i := range chosen {
		rdvs[k] = s.RDVs[i][time]
	}
	return rdvs
}

// fitAll finds the weights of everything that is there.
func (v CrossValidation) fitAll(r *FlexibleResult, models []FlexibleModel, subjects Subjects, time int) error {
	everyone := crossval.Whole(len(subjects.RDVs))[0].Train
	all := newMeasurements(v.Comparator, subjects.at(time, everyone), nil)
	for m, model := range models {
		weights, err := all.weights(model)
		if err != nil {
			return err
		}
		r.Models[m].Weights[time] = numbers(weights)
	}
	return nil
}

// score fits all models to the training part of a fold at a time, and scores
// them, and the group of training subjects, on its test part.
func (v CrossValidation) score(r *FlexibleResult, models []FlexibleModel, subjects Subjects, at place) error {
	f := r.folds[at.fold]
	seen, test := v.seen(subjects, f, at.time), v.held(subjects, f, at.time)
	for m, model := range models {
		weights, predicted, err := v.predict(model, seen, f)
		if err != nil {
			return fmt.Errorf("fold %d: %w", at.fold+1, err)
		}
		r.Models[m].FoldWeights[at.fold][at.time] = numbers(weights)
		for k, vector := range test {
			r.Models[m].FoldScores[at.fold][k][at.time] = Number(v.Comparator.Compare(predicted, vector))
		}
	}
	v.bound(r, subjects, at, test)
	return nil
}

// held prepares the RDMs that a fold holds out, one per test subject.
func (v CrossValidation) held(subjects Subjects, f fold, time int) (test []*compare.Vector) {
	for _, x := range subjects.at(time, f.Subjects.Test) {
		test = append(test, v.Comparator.Prepare(only(x, f.test)))
	}
	return test
}

// seen is what fits may see of a fold.
func (v CrossValidation) seen(subjects Subjects, f fold, time int) *measurements {
	return newMeasurements(v.Comparator, subjects.at(time, f.Subjects.Train), f.train)
}

// predict fits a model to what it may see of a fold, and predicts the RDM of the
// test conditions.
func (v CrossValidation) predict(model FlexibleModel, seen *measurements, f fold) (weights []float64, predicted *compare.Vector, err error) {
	weights, err = seen.weights(model)
	if err != nil {
		return nil, nil, err
	}
	held := FlexibleModel{Components: make([]Model, len(model.Components))}
	for k, component := range model.Components {
		if k == 0 || weights[k] != 0 {
			held.Components[k].RDV = only(component.RDV, f.test)
		}
	}
	return weights, v.Comparator.Prepare(held.Predict(weights)), nil
}

// bound scores the groups of the training subjects, and of all, on the test
// conditions: the noise ceiling of a model that has to predict new conditions of
// new subjects.
func (v CrossValidation) bound(r *FlexibleResult, subjects Subjects, at place, test []*compare.Vector) {
	f := r.folds[at.fold]
	if len(subjects.RDVs) < 2 {
		return
	}
	others := v.group(subjects.at(at.time, f.Subjects.Train), f)
	all := v.group(subjects.at(at.time, crossval.Whole(len(subjects.RDVs))[0].Train), f)
	for k, vector := range test {
		r.lower[at.fold][k][at.time] = Number(v.Comparator.Compare(others, vector))
		r.upper[at.fold][k][at.time] = Number(v.Comparator.Compare(all, vector))
	}
}

// group pools RDMs over the test conditions of a fold.
func (v CrossValidation) group(rdvs [][]float64, f fold) *compare.Vector {
	held := make([][]float64, len(rdvs))
	for k, x := range rdvs {
		held[k] = only(x, f.test)
	}
	return v.Comparator.Prepare(v.Comparator.Pool(held))
}
