package rsa

import (
	"fmt"
	"math"

	"github.com/isocortex/isocortex/inference"
)

// What a test can speak of.
const (
	ToSubjects = "subjects" // others like these, seeing these stimuli
	ToStimuli  = "stimuli"  // others like these, seen by these subjects
	ToBoth     = "both"
)

// generalizesTo names what each test draws anew, or takes as drawn at random.
var generalizesTo = map[string]string{
	DualBootstrap: ToBoth, LabelPermutation: ToStimuli, SignFlip: ToSubjects, Student: ToSubjects, Wilcoxon: ToSubjects,
	ConditionBootstrap: ToStimuli,
}

// named is the reason of a test that was not chosen from the data.
const named = "it was asked for by name"

// chooseTest fills in the test, and why it is that.
func (o *options) chooseTest(size inference.Size) {
	if o.Test != "" && o.Test != Automatic {
		o.reason = named
		return
	}
	o.Test = inference.Recommended(size).Name
	switch {
	case o.Comparator.Once && o.Comparator.ZeroIsChance():
		o.Test = LabelPermutation
		o.reason = fmt.Sprintf("%s has no bootstrap over conditions, where copies would share their noise; permuted labels speak of conditions without one", o.Comparator.Name)
	case !o.Comparator.ZeroIsChance():
		o.Test = LabelPermutation
		o.reason = fmt.Sprintf("RDMs that have nothing in common do not score 0 under %s; permuted labels tell what they score", o.Comparator.Name)
	case o.Test == DualBootstrap:
		o.reason = fmt.Sprintf("there are at least %d subjects and %d conditions, enough to speak of others of both", inference.EnoughSubjects, inference.EnoughConditions)
	case o.Test == LabelPermutation:
		o.reason = fmt.Sprintf("there are fewer than %d subjects, too few to speak of others", inference.EnoughSubjects)
	case o.leastBySigns(size.Subjects) > o.Level:
		o.Test = LabelPermutation
		o.reason = fmt.Sprintf("there are fewer than %d conditions, too few to speak of others, and the signs of %d subjects cannot reach p ≤ %g", inference.EnoughConditions, size.Subjects, o.Level)
	default:
		o.reason = fmt.Sprintf("there are at least %d subjects, enough to speak of others, and fewer than %d conditions, too few", inference.EnoughSubjects, inference.EnoughConditions)
	}
}

// leastBySigns is the smallest p value that sign flips of that many subjects
// can find. Only the observed signs reach it, with two tails the opposite too.
func (o *options) leastBySigns(subjects int) float64 {
	alike := 1.0
	if o.tail == inference.TwoSided {
		alike = 2
	}
	return alike / math.Exp2(float64(subjects))
}

// intervalOf names what the intervals of each bootstrap speak of.
var intervalOf = map[string]string{
	inference.Subjects.String(): ToSubjects, inference.Conditions.String(): ToStimuli, inference.Both.String(): ToBoth, Dual: ToBoth,
}

// chooseBootstrap fills in what intervals draw anew: what the test does, where
// that is a bootstrap.
func (o *options) chooseBootstrap(subjects int) {
	switch {
	case o.BootstrapOver != "" && o.BootstrapOver != Automatic:
	case o.Test == DualBootstrap:
		o.BootstrapOver = Dual
	case o.Comparator.Once && subjects < EnoughSubjects:
		o.BootstrapOver = None
	default:
		o.BootstrapOver = usualOver(subjects)
	}
}

// usualOver is subjects where there are enough, otherwise conditions.
func usualOver(subjects int) string {
	if subjects >= EnoughSubjects {
		return inference.Subjects.String()
	}
	return inference.Conditions.String()
}

// chooseCorrection fills in the correction: that which uses what tests have in
// common, where they are drawn together.
func (o *options) chooseCorrection() {
	switch {
	case o.Test == None:
		o.Correction = None
	case o.Correction != "" && o.Correction != Automatic:
	case draws(o.Test):
		o.Correction = MaxStatistic
	default:
		o.Correction = "fdr"
	}
}
