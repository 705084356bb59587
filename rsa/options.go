package rsa

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/nearest"
	"github.com/isocortex/isocortex/unit"
)

// options is an Evaluation with nothing left to choose.
type options struct {
	Evaluation
	tail inference.Tail
	over inference.Over // means nothing when BootstrapOver is None
	// reason is why the test was taken.
	reason string
	// adjust is nil for the maximum statistic and for no correction.
	adjust func(p []float64) []float64
}

// resolve fills in what the evaluation leaves open, for data of that size.
func (e Evaluation) resolve(size inference.Size) (options, error) {
	if e.Comparator.Name == "" {
		e.Comparator, _ = compare.ByName("spearman")
	}
	e.Pool = cmp.Or(e.Pool, PoolComparator)
	e.Tail = cmp.Or(e.Tail, inference.Greater.String())
	e.Draws = cmp.Or(e.Draws, inference.DefaultDraws)
	e.BootstrapDraws = cmp.Or(e.BootstrapDraws, inference.DefaultBootstrapDraws)
	e.Level = cmp.Or(e.Level, 0.05)
	e.Interval = cmp.Or(e.Interval, inference.DefaultLevel)
	o := options{Evaluation: e, tail: inference.Tail(slices.Index(inference.Tails, e.Tail))}
	o.chooseTest(size)
	o.chooseCorrection()
	o.chooseBootstrap(size.Subjects)
	return o, errors.Join(o.findPool(), o.findTest(size.Subjects), o.findCorrection(), o.findBootstrap(size.Subjects))
}

// draws reports whether a test draws all statistics at once, of which the
// largest can be taken.
func draws(test string) bool {
	return test == SignFlip || test == LabelPermutation || test == DualBootstrap
}

func (o *options) findPool() error {
	if !slices.Contains(Pools, o.Pool) {
		return fmt.Errorf("no way to pool is called %q: use one of %s%s", o.Pool, strings.Join(Pools, ", "), nearest.Hint(o.Pool, Pools))
	}
	return nil
}

func (o *options) findTest(subjects int) error {
	switch {
	case o.Comparator.Once && o.Test == DualBootstrap:
		return fmt.Errorf("a %s draws conditions, and copies of one have the same noise, of which %s is undefined: test by %s or %s", o.Test, o.Comparator.Name, LabelPermutation, SignFlip)
	case !slices.Contains(Tests, o.Test):
		return fmt.Errorf("no test is called %q: use one of %s", o.Test, strings.Join(Tests, ", "))
	case o.tail < 0:
		return fmt.Errorf("no tail is called %q: use one of %s", o.Tail, strings.Join(inference.Tails, ", "))
	case o.Test != LabelPermutation && o.Test != None && subjects < 2:
		return fmt.Errorf("a %s test needs two or more subjects: use %s for one RDM", o.Test, LabelPermutation)
	case o.Draws < 0:
		return fmt.Errorf("%d draws: a test needs 1 or more", o.Draws)
	case !(o.Level > 0 && o.Level < 1):
		return fmt.Errorf("a level of %g: it must be between 0 and 1", o.Level)
	}
	return nil
}

func (o *options) findCorrection() error {
	switch {
	case o.Correction == MaxStatistic && !draws(o.Test):
		return fmt.Errorf("a %s test has no maximum statistic: correct by fdr, or test by %s, %s or %s", o.Test, DualBootstrap, SignFlip, LabelPermutation)
	case o.Correction == MaxStatistic || o.Correction == None || joins(o.Correction):
		return nil
	}
	correction, err := inference.CorrectionByName(o.Correction)
	if err != nil {
		return fmt.Errorf("%w (%s, %s, %s and %s are known too)", err, MaxStatistic, ClusterMass, TFCE, None)
	}
	o.adjust = correction.Adjust
	return nil
}

func (o *options) findBootstrap(subjects int) error {
	if o.BootstrapOver == None {
		return nil
	}
	o.over = inference.Over(slices.Index(inference.Overs, o.BootstrapOver))
	if o.BootstrapOver == Dual {
		o.over = inference.Both
	}
	switch {
	case o.Comparator.Once && o.over > inference.Subjects:
		return fmt.Errorf("a bootstrap over %s draws conditions, and copies of one have the same noise, of which %s is undefined: use %s or %s", o.BootstrapOver, o.Comparator.Name, inference.Subjects, None)
	case o.over < 0:
		return fmt.Errorf("a bootstrap cannot be over %q: use one of %s or %s%s", o.BootstrapOver, strings.Join(Bootstraps[1:], ", "), None, nearest.Hint(o.BootstrapOver, Bootstraps))
	case o.over != inference.Conditions && subjects < 2:
		return fmt.Errorf("a bootstrap over %s needs two or more subjects: use conditions for one RDM", o.BootstrapOver)
	case o.BootstrapDraws < 0 || !(o.Interval > 0 && o.Interval < 1):
		return fmt.Errorf("%d bootstrap draws for an interval of %g: draws must be 1 or more, the interval between 0 and 1", o.BootstrapDraws, o.Interval)
	}
	return nil
}

// analysis checks the data and what is asked of them.
func (e Evaluation) analysis(models []Model, subjects Subjects) (*analysis, error) {
	a := &analysis{given: models, subjects: subjects}
	err := a.measure()
	size := inference.Size{Subjects: len(a.subjects.RDVs), Conditions: a.conditions}
	o, wrong := e.kept(&a.subjects).resolve(size)
	if wrong == nil {
		wrong = o.findKept(&a.subjects, e.Test)
	}
	if err == nil && wrong == nil {
		wrong = o.findNeighbors(subjects, a.times)
	}
	a.options, err = o, errors.Join(wrong, err)
	if err == nil {
		err = errors.Join(a.fit(), a.findWindow())
	}
	if err != nil {
		return nil, err
	}
	a.caution()
	return a, nil
}

// caution warns of what can be computed and will not mean what it seems to.
func (a *analysis) caution() {
	subjects := len(a.subjects.RDVs)
	smallest, of := a.smallest()
	if smallest > a.Level {
		a.warn("a %s test of %s cannot reach p ≤ %g: its smallest p value is %.3g", a.Test, of, a.Level, smallest)
	}
	if a.Test != LabelPermutation && a.Test != None && !a.Comparator.ZeroIsChance() {
		a.warn("a "+a.Test+" test asks whether %s is 0 on average, which it is not for unrelated RDMs of distances: use %s unless dissimilarities are negative as often as positive", a.Comparator.Name, LabelPermutation)
	}
	enough := EnoughSubjects
	if a.BootstrapOver == Dual {
		enough = inference.EnoughSubjects // of a t, which knows how few they are
	}
	if a.BootstrapOver != None && a.over != inference.Conditions && subjects < enough {
		a.warn("an interval over %d subjects is too narrow: use %d or more", subjects, enough)
	}
	for s, course := range a.subjects.RDVs {
		if twin := slices.IndexFunc(a.subjects.RDVs[:s], func(other [][]float64) bool { return same(other, course) }); twin >= 0 {
			a.warn("%s and %s have the same RDMs: one of them may be there by mistake", a.subjects.name(twin), a.subjects.name(s))
		}
	}
}

// smallest is the least p value that the test can find, and of what.
func (a *analysis) smallest() (p float64, of string) {
	subjects := len(a.subjects.RDVs)
	arrangements, least, of := math.Exp2(float64(subjects)), a.leastBySigns(subjects), fmt.Sprintf("%d subjects", subjects)
	if a.Test == LabelPermutation {
		arrangements, of = math.Gamma(float64(a.conditions)+1), fmt.Sprintf("%d conditions", a.conditions)
		least = 1 / arrangements
	}
	switch {
	case a.Test == DualBootstrap && a.Correction == MaxStatistic:
		return 1 / float64(a.BootstrapDraws+1), fmt.Sprintf("%d bootstrap draws", a.BootstrapDraws)
	case a.Test != SignFlip && a.Test != LabelPermutation:
		return 0, "" // as small as may be
	case arrangements > float64(a.Draws):
		return 1 / float64(a.Draws+1), of
	}
	return least, of
}

// same reports whether two courses of RDVs are equal where they are defined,
// and defined somewhere.
func same(a, b [][]float64) bool {
	known := false
	for t := range a {
		for p, x := range a[t] {
			if y := b[t][p]; x != y && (x == x || y == y) {
				return false
			}
			known = known || a[t][p] == b[t][p]
		}
	}
	return known
}

// measure finds the numbers of conditions and times.
func (a *analysis) measure() error {
	if a.subjects.At != nil {
		a.subjects.RDVs = make([][][]float64, len(a.subjects.Names)) // of nothing that is kept
	}
	if len(a.given) == 0 || len(a.subjects.RDVs) == 0 || len(a.subjects.RDVs[0]) == 0 && a.subjects.At == nil {
		return errors.New("nothing to compare: one or more models and one or more subjects are needed")
	}
	pairs := len(a.given[0].RDV)
	if a.times = a.subjects.points(); a.subjects.At == nil {
		pairs, a.times = len(a.subjects.RDVs[0][0]), len(a.subjects.RDVs[0])
	}
	a.conditions = int(math.Round((1 + math.Sqrt(1+8*float64(pairs))) / 2))
	if pairs < 3 || a.conditions*(a.conditions-1)/2 != pairs {
		return fmt.Errorf("%s has RDVs of %d pairs, which is not n(n-1)/2 for three or more conditions", a.subjects.name(0), pairs)
	}
	return nil
}

// fit reports everything that differs from the first subject in its extent.
func (a *analysis) fit() error {
	pairs := a.conditions * (a.conditions - 1) / 2
	var problems []error
	complain := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	for _, m := range a.given {
		if len(m.RDV) != pairs {
			complain("model %q has %d pairs where %s has %d", m.Name, len(m.RDV), a.subjects.name(0), pairs)
		}
	}
	for s, course := range a.subjects.RDVs {
		if len(course) != a.times && a.subjects.At == nil {
			complain("%s has %d times where %s has %d", a.subjects.name(s), len(course), a.subjects.name(0), a.times)
		}
		for t, x := range course {
			if len(x) != pairs {
				complain("%s has %d pairs at time %d where %s has %d", a.subjects.name(s), len(x), t, a.subjects.name(0), pairs)
				break
			}
		}
	}
	for t, time := range a.subjects.Times {
		if math.IsInf(time, 0) || math.IsNaN(time) || t > 0 && time <= a.subjects.Times[t-1] {
			complain("time %d is %g s: times are numbers that ascend", t+1, time)
		}
	}
	if times, channels := len(a.subjects.Times), len(a.subjects.Channels); a.subjects.points() != a.times {
		complain("%d times and %d channels are named where the RDMs have %d", times, channels, a.times)
	}
	if names := len(a.subjects.Names); names > 0 && names != len(a.subjects.RDVs) {
		complain("%d subjects are named where there are %d", names, len(a.subjects.RDVs))
	}
	if labels := len(a.subjects.Labels); labels > 0 && labels != a.conditions {
		complain("%d conditions are named where there are %d", labels, a.conditions)
	}
	return errors.Join(problems...)
}

// findWindow marks the times at which a peak may be.
func (a *analysis) findWindow() error {
	a.window = make([]bool, a.times)
	everywhere := a.Window == unit.Span{}
	for t := range a.window {
		a.window[t] = everywhere
		if !everywhere && t < a.subjects.points() {
			_, seconds := a.subjects.place(t)
			a.window[t] = a.Window.From <= seconds && seconds <= a.Window.To
		}
	}
	if !slices.Contains(a.window, true) {
		return fmt.Errorf("no time lies in the window of peaks from %g s to %g s", a.Window.From, a.Window.To)
	}
	return nil
}

// name tells a subject for messages.
func (s Subjects) name(i int) string {
	if i < len(s.Names) {
		return fmt.Sprintf("subject %q", s.Names[i])
	}
	return fmt.Sprintf("subject %d", i+1)
}
