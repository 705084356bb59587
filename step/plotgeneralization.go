package step

import (
	"fmt"
	"math"
	"slices"

	"github.com/isocortex/isocortex/figure"
	"github.com/isocortex/isocortex/rdm"
)

// trainingLabel says when classifiers were trained whose RDM it is.
const trainingLabel = "training"

// generalization draws RDMs of classifiers that were trained at one time and tested
// at another: the mean over pairs, and over all RDMs of the same two times, such as
// those of subjects.
//
//	NaN      pairs and RDMs without a number are left out of the mean
//	errors   RDMs that are not of all two times of some
func generalization(from string, stack *rdm.RDMs) (drawing, error) {
	none := drawing{}
	var training []string
	for _, text := range stack.Labels[trainingLabel] {
		if !slices.Contains(training, text) {
			training = append(training, text)
		}
	}
	times := slices.Compact(slices.Sorted(slices.Values(stack.Times)))
	n := len(times)
	if len(training) != n || stack.Len()%(n*n) != 0 {
		return none, fmt.Errorf("%s: %d times of training and %d of the test: there is one RDM for every two of the same times", from, len(training), n)
	}
	f := figure.Generalization{Measure: "mean " + stack.Definition.Measure, Times: times, Scores: make([]float64, n*n), Middle: stack.Definition.Chance}
	counts := make([]int, n*n)
	for i := range stack.Len() {
		test, _ := slices.BinarySearch(times, stack.Times[i])
		at := slices.Index(training, stack.Labels[trainingLabel][i])*n + test
		for _, d := range stack.RDV(i) {
			if !math.IsNaN(d) {
				f.Scores[at] += d
				counts[at]++
			}
		}
	}
	for at, count := range counts {
		f.Scores[at] /= float64(count) // NaN of none
	}
	if each := stack.Len() / (n * n); each > 1 {
		f.Title = fmt.Sprintf("mean of %d", each)
	}
	return drawing{what: PlotGeneralization, name: PlotGeneralization, figure: f}, nil
}
