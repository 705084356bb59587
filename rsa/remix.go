package rsa

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/crossval"
	"github.com/isocortex/isocortex/regress"
	"github.com/isocortex/isocortex/work"
)

// Remix mixes the channels of a layer anew, as classifiers of other stimuli need
// them: for each class, a linear classifier of that class against the rest is
// fitted to responses to stimuli that no subject has seen. Its decision values
// for the tested stimuli are the new representation. The zero Remix is the
// recommended one.
type Remix struct {
	Classifier string  // one of Classifiers; "" means logistic
	Penalty    float64 // λ on the squared weights of standardized channels, of logistic; 0 means 1
	Shrinkage  float64 // of the covariance, of lda, up to 1; 0 means DefaultShrinkage
	Folds      int     // over the stimuli that are fitted, for the accuracy; 0 means DefaultFolds
	Seed       uint64
}

// The classifiers.
const (
	Logistic     = "logistic" // logistic regression with a penalty
	Discriminant = "lda"      // linear discriminant analysis with shrinkage
)

// Classifiers lists what Remix.Classifier can be.
var Classifiers = []string{Logistic, Discriminant}

// What a Remix takes where nothing is said.
const (
	DefaultShrinkage = 0.1
	DefaultFolds     = 5
)

// A RemixResult is what a Remix found.
type RemixResult struct {
	Classes   []string   // sorted
	Decisions *mat.Dense // tested stimuli × classes: log odds of the class against the rest

	Accuracy float64   // share of stimuli, each held out once, whose largest decision is that of their class
	Recall   []float64 // the same per class
	Chance   float64   // share of the largest class: the accuracy of who always says it
	Folds    int
}

// A RepeatedError says that a tested stimulus is among those that a classifier
// is to be fitted to. Both places count from 0.
type RepeatedError struct{ Fitted, Tested int }

// Error tells the places, from 1.
func (e *RepeatedError) Error() string {
	return fmt.Sprintf("response %d of those to fit is response %d of those tested: fit to other stimuli", e.Fitted+1, e.Tested+1)
}

// Run fits the classifiers to all stimuli with classes, and tells their decision
// values for those that are tested. How well they classify is found in folds over
// the stimuli with classes, of which each class has its share in every fold.
//
//	shapes   fitted: stimuli × channels; classes: one per stimulus; tested: other stimuli × channels
//	units    decision values are natural log odds
//	NaN      an error that names its stimulus and channel
//	errors   *RepeatedError if a response to a tested stimulus is among those to
//	         fit, up to rounding; fewer than two classes, or than two stimuli of a
//	         class; options out of range
//	cost     classes × (folds + 1) fits; in parallel
//	random   the seed decides the folds
//	source   Khaligh-Razavi & Kriegeskorte (2014), doi:10.1371/journal.pcbi.1003915
func (r Remix) Run(ctx context.Context, fitted *mat.Dense, classes []string, tested *mat.Dense, b work.Budget) (*RemixResult, error) {
	r, err := r.resolve()
	if err != nil {
		return nil, err
	}
	names, least, err := r.check(fitted, classes, tested)
	if err != nil {
		return nil, err
	}
	if err := repeated(fitted, tested); err != nil {
		return nil, err
	}
	folds, err := crossval.Folds{Count: min(r.Folds, least), Seed: r.Seed, Strata: classes}.Splits(len(classes))
	if err != nil {
		return nil, err
	}
	held, decisions := mat.NewDense(len(classes), len(names), nil), mat.NewDense(rowsIn(tested), len(names), nil)
	everything, all := crossval.Whole(len(classes))[0].Train, crossval.Whole(rowsIn(tested))[0].Test
	err = b.Each(ctx, "fit classifiers", (len(folds)+1)*len(names), func(i int) error {
		f, k := i/len(names), i%len(names)
		train, others, chosen, into := everything, tested, all, decisions
		if f < len(folds) {
			train, others, chosen, into = folds[f].Train, fitted, folds[f].Test, held
		}
		values, err := r.decide(places{fitted, train, classes}, names[k], rowsOnly(others, chosen))
		for row, value := range values {
			into.Set(chosen[row], k, value)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	result := &RemixResult{Classes: names, Decisions: decisions, Folds: len(folds)}
	result.judge(held, classes)
	return result, nil
}

// resolve fills in what is left open.
func (r Remix) resolve() (Remix, error) {
	r.Classifier, r.Penalty, r.Shrinkage, r.Folds = cmp.Or(r.Classifier, Logistic), cmp.Or(r.Penalty, 1), cmp.Or(r.Shrinkage, DefaultShrinkage), cmp.Or(r.Folds, DefaultFolds)
	switch {
	case !slices.Contains(Classifiers, r.Classifier):
		return r, fmt.Errorf("no classifier is called %q: use one of %s", r.Classifier, strings.Join(Classifiers, ", "))
	case !(r.Penalty > 0):
		return r, fmt.Errorf("a penalty of %g: it must be above 0", r.Penalty)
	case !(r.Shrinkage > 0 && r.Shrinkage <= 1):
		return r, fmt.Errorf("a shrinkage of %g: it must be above 0, up to 1", r.Shrinkage)
	case r.Folds < 2:
		return r, fmt.Errorf("%d folds: an accuracy needs two or more", r.Folds)
	}
	return r, nil
}

// check returns the classes, sorted, and the number of stimuli of the smallest.
func (r Remix) check(fitted *mat.Dense, classes []string, tested *mat.Dense) (names []string, least int, err error) {
	stimuli, channels := fitted.Dims()
	if _, others := tested.Dims(); others != channels {
		return nil, 0, fmt.Errorf("%d channels to fit and %d tested: they must be those of one layer", channels, others)
	}
	if len(classes) != stimuli {
		return nil, 0, fmt.Errorf("%d classes for %d stimuli", len(classes), stimuli)
	}
	if err := errors.Join(finite("to fit", fitted), finite("tested", tested)); err != nil {
		return nil, 0, err
	}
	count := map[string]int{}
	for _, class := range classes {
		count[class]++
	}
	least = stimuli
	for name, n := range count {
		names = append(names, name)
		least = min(least, n)
	}
	slices.Sort(names)
	switch {
	case len(names) < 2:
		return nil, 0, fmt.Errorf("all stimuli to fit are of class %q: two classes or more can be told apart", names[0])
	case least < 2:
		rare := slices.IndexFunc(names, func(name string) bool { return count[name] == 1 })
		return nil, 0, fmt.Errorf("class %q has one stimulus to fit: two or more of each are needed", names[rare])
	}
	return names, least, nil
}

// finite returns an error that names the first response that is no number.
func finite(what string, x *mat.Dense) error {
	for i := range rowsIn(x) {
		for c, value := range x.RawRowView(i) {
			if math.IsNaN(value) || math.IsInf(value, 0) {
				return fmt.Errorf("channel %d of stimulus %d %s is %g: leave the channel out", c+1, i+1, what, value)
			}
		}
	}
	return nil
}

// places are some stimuli with classes.
type places struct {
	x       *mat.Dense
	chosen  []int
	classes []string // of all of x
}

// decide fits one class against the rest and decides about others.
func (r Remix) decide(p places, class string, others *mat.Dense) ([]float64, error) {
	labels := make([]string, len(p.chosen))
	for k, i := range p.chosen {
		labels[k] = "out"
		if p.classes[i] == class {
			labels[k] = "in" // which sorts first
		}
	}
	fitted, err := r.fit(rowsOnly(p.x, p.chosen), labels)
	if err != nil {
		return nil, fmt.Errorf("class %q: %w", class, err)
	}
	both, err := fitted.Decide(others)
	if err != nil {
		return nil, fmt.Errorf("class %q: %w", class, err)
	}
	values := mat.Col(nil, 0, both)
	floats.Sub(values, mat.Col(nil, 1, both))
	return values, nil
}

// fit fits the classifier of two classes. Its penalty is that on the weights w of
// the log odds: λ|w|²/2 = 2λ(|w/2|² + |w/2|²)/2, with w/2 the weights of a class.
func (r Remix) fit(x *mat.Dense, labels []string) (*regress.Classifier, error) {
	if r.Classifier == Discriminant {
		return regress.LDA{Shrinkage: r.Shrinkage}.Fit(x, labels)
	}
	return regress.Logistic{Penalty: 2 * r.Penalty, Scaling: regress.Standardized}.Fit(x, labels)
}

// judge compares the largest decision about each stimulus with its class.
func (r *RemixResult) judge(held *mat.Dense, classes []string) {
	count, right := make([]float64, len(r.Classes)), make([]float64, len(r.Classes))
	for i, class := range classes {
		k, _ := slices.BinarySearch(r.Classes, class)
		count[k]++
		if floats.MaxIdx(held.RawRowView(i)) == k {
			right[k]++
		}
	}
	r.Accuracy = floats.Sum(right) / float64(len(classes))
	r.Chance = floats.Max(count) / float64(len(classes))
	r.Recall = make([]float64, len(count))
	floats.DivTo(r.Recall, right, count)
}

// alike is the distance of two responses, as a share of their size, up to which
// they are to one stimulus: engines round, and batches of other sizes round
// otherwise.
const alike = 1e-5

// repeated returns a *RepeatedError for the first tested response that is among
// those to fit. Responses that are the same in all channels tell nothing.
func repeated(fitted, tested *mat.Dense) error {
	var products mat.Dense
	products.Mul(tested, fitted.T())
	sizes := make([]float64, rowsIn(fitted))
	for i := range sizes {
		sizes[i] = floats.Norm(fitted.RawRowView(i), 2)
	}
	difference := make([]float64, tested.RawMatrix().Cols)
	for t := range rowsIn(tested) {
		row := tested.RawRowView(t)
		if floats.Min(row) == floats.Max(row) {
			continue
		}
		size := floats.Norm(row, 2)
		for f, product := range products.RawRowView(t) {
			if product < (1-alike)*size*sizes[f] {
				continue // the angle alone tells them apart
			}
			floats.SubTo(difference, row, fitted.RawRowView(f))
			if floats.Norm(difference, 2) <= alike*size {
				return &RepeatedError{f, t}
			}
		}
	}
	return nil
}

func rowsIn(x *mat.Dense) int { return x.RawMatrix().Rows }

// rowsOnly copies some rows.
func rowsOnly(x *mat.Dense, chosen []int) *mat.Dense {
	result := mat.NewDense(len(chosen), x.RawMatrix().Cols, nil)
	for k, i := range chosen {
		result.SetRow(k, x.RawRowView(i))
	}
	return result
}
