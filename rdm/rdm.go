// Package rdm makes and keeps representational dissimilarity matrices.
//
// An RDM says how different the responses to every pair of conditions are. It
// is symmetric with a zero diagonal, so it is kept as an RDV: its upper triangle
// row by row, (0,1), (0,2), ..., of length n(n-1)/2. [RDMs] is a stack of them
// over the same conditions: one per subject, layer or time point.
//
//	measure, err := rdm.MeasureByName("correlation")
//	rdms, err := rdm.Estimator{Measure: measure}.Estimate(ctx, responses)
//
// NaN is a missing or undefined dissimilarity; it is never replaced. Signed
// measures keep their sign.
package rdm

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/unit"
)

// RDMs is a stack of RDMs over the same conditions.
type RDMs struct {
	Conditions      []string            // labels of rows and columns; nil when there are none
	Size            int                 // number of conditions
	Dissimilarities []float64           // RDMs × pairs, row-major upper triangles
	Definition      Definition          // what one number means
	Labels          map[string][]string // one label per RDM, by name: "subject", "session", "channel", "layer", "region"
	Times           []float64           // seconds from stimulus onset, one per RDM; nil when there is no time
	Window          float64             // width in seconds of the window whose center Times gives; 0 for single time points

	views viewed // by Dissimilarities; nil for memory
}

// Viewed is a file that numbers lie in.
type viewed interface {
	Release() // of memory that holds a copy
	io.Closer
}

// Close gives back the file that the dissimilarities may view, and with it ends
// every stack that views r. RDMs in memory have none.
func (r *RDMs) Close() error {
	if r.views == nil {
		return nil
	}
	return r.views.Close()
}

// Definition says what the dissimilarities of a stack are.
type Definition struct {
	Measure    string  // name in the table of measures, or the name of what made a given RDM
	Text       string  // the formula, in words and letters
	Kind       Kind    // what kind of number it is
	Chance     float64 // the value that means "no difference"; 0 for distances, 0.5 for accuracies
	PerChannel bool    // divided by the number of channels
	Signed     bool    // may lie below Chance without being wrong
}

// Name says what the dissimilarities are, for people: "correlation distance",
// "squared euclidean distance per channel".
func (d Definition) Name() string {
	if isDistance := d.Kind == Distance || d.Kind == SquaredDistance; !isDistance || strings.Contains(d.Measure, "distance") {
		return d.Measure
	}
	name, per := strings.CutSuffix(d.Measure, perChannel)
	if strings.HasPrefix(name, "squared ") {
		name += " " + string(Distance)
	} else {
		name += " " + string(d.Kind)
	}
	if per {
		name += perChannel
	}
	return name
}

// A Kind of dissimilarity.
type Kind string

// The kinds of dissimilarity.
const (
	Distance        Kind = "distance"
	SquaredDistance Kind = "squared distance"
	Accuracy        Kind = "accuracy"
	Decision        Kind = "decision"
	Rank            Kind = "rank"
)

// Kinds lists every kind, in the order that help shows.
var Kinds = []Kind{Distance, SquaredDistance, Accuracy, Decision, Rank}

// Pairs returns the number of pairs of n conditions, n(n-1)/2.
func Pairs(n int) int { return n * (n - 1) / 2 }

// PairIndex returns where the pair of conditions i and j, i ≠ j, stands in the
// RDV of n conditions. The order of i and j does not matter.
func PairIndex(n, i, j int) int {
	if i > j {
		i, j = j, i
	}
	return i*(2*n-i-1)/2 + j - i - 1
}

// conditions returns the number of conditions that have the given number of
// pairs, or 0 if no number has.
func conditions(pairs int) int {
	n := int(math.Round((1 + math.Sqrt(1+8*float64(pairs))) / 2))
	if pairs < 1 || Pairs(n) != pairs {
		return 0
	}
	return n
}

// Len returns the number of RDMs in the stack.
func (r *RDMs) Len() int {
	if r.Size < 2 {
		return 0
	}
	return len(r.Dissimilarities) / Pairs(r.Size)
}

// RDV returns the upper triangle of RDM i. It is a view, not a copy.
//
//	shapes   result: pairs, (0,1) (0,2) ... (1,2) ...
//	NaN      a dissimilarity that is missing or undefined
func (r *RDMs) RDV(i int) []float64 {
	pairs := Pairs(r.Size)
	return r.Dissimilarities[i*pairs : (i+1)*pairs : (i+1)*pairs]
}

// At returns the dissimilarity of conditions a and b in RDM i; 0 on the diagonal.
func (r *RDMs) At(i, a, b int) float64 {
	if a == b {
		return 0
	}
	return r.RDV(i)[PairIndex(r.Size, a, b)]
}

// Check returns an error that says how the parts of r contradict each other.
func (r *RDMs) Check() error {
	if r.Size < 2 || len(r.Dissimilarities)%Pairs(r.Size) != 0 || len(r.Dissimilarities) == 0 {
		return fmt.Errorf("%d dissimilarities do not make RDMs of %d conditions", len(r.Dissimilarities), r.Size)
	}
	return r.checkOf(r.Len())
}

// checkOf is Check for so many RDMs, wherever they are.
func (r *RDMs) checkOf(count int) error {
	if r.Size < 2 || count == 0 {
		return fmt.Errorf("%d RDMs of %d conditions hold no dissimilarities", count, r.Size)
	}
	if r.Conditions != nil && len(r.Conditions) != r.Size {
		return fmt.Errorf("%d condition labels for %d conditions", len(r.Conditions), r.Size)
	}
	if r.Times != nil && len(r.Times) != count {
		return fmt.Errorf("%d times for %d RDMs", len(r.Times), count)
	}
	for name, labels := range r.Labels {
		switch {
		case labelPrefix+name == keyTime || labelPrefix+name == keyWindow:
			return fmt.Errorf("labels are called %q, but that name is taken", name)
		case len(labels) != count:
			return fmt.Errorf("%d labels %q for %d RDMs", len(labels), name, count)
		}
	}
	return nil
}

// Reorder returns the RDMs of the conditions at the given places of r, in that
// order. A condition may be left out; none may stand twice. Where all stay in
// their order, the result views the dissimilarities of r.
func (r *RDMs) Reorder(index []int) *RDMs {
	result := *r
	if r.inOrder(index) {
		return &result
	}
	result.Size, result.views = len(index), nil
	if r.Conditions != nil {
		result.Conditions = make([]string, len(index))
		for k, i := range index {
			result.Conditions[k] = r.Conditions[i]
		}
	}
	pairs := Pairs(len(index))
	result.Dissimilarities = make([]float64, r.Len()*pairs)
	places := make([]int, 0, pairs)
	for a, i := range index {
		for _, j := range index[a+1:] {
			places = append(places, PairIndex(r.Size, i, j))
		}
	}
	for k := range r.Len() {
		from, to := r.RDV(k), result.RDV(k)
		for p, place := range places {
			to[p] = from[place]
		}
	}
	return &result
}

// inOrder reports whether the index is of all conditions as they are.
func (r *RDMs) inOrder(index []int) bool {
	for k, i := range index {
		if k != i {
			return false
		}
	}
	return len(index) == r.Size
}

// Canonical returns r with its conditions in natural order of their labels; r
// itself when it has none.
//
// Everything that sums over conditions does so in this order, so that the order
// of the rows in a file changes no bit of a result.
func (r *RDMs) Canonical() *RDMs {
	if r.Conditions == nil || slices.IsSortedFunc(r.Conditions, dataset.CompareLabels) {
		return r
	}
	index := make([]int, r.Size)
	for i := range index {
		index[i] = i
	}
	slices.SortFunc(index, func(a, b int) int { return dataset.CompareLabels(r.Conditions[a], r.Conditions[b]) })
	return r.Reorder(index)
}

// Pick returns the stack of the RDMs at the given places, in that order.
func (r *RDMs) Pick(index []int) *RDMs {
	result := *r
	result.Dissimilarities, result.views = make([]float64, 0, len(index)*Pairs(r.Size)), nil
	result.Times = nil
	result.Labels = map[string][]string{}
	for _, i := range index {
		result.Dissimilarities = append(result.Dissimilarities, r.RDV(i)...)
		if r.Times != nil {
			result.Times = append(result.Times, r.Times[i])
		}
		for name, labels := range r.Labels {
			result.Labels[name] = append(result.Labels[name], labels[i])
		}
	}
	return &result
}

// SubtractBaseline subtracts from each pair its own mean over the RDMs whose
// time lies inside the span, ends excluded, and adds restore. RDMs that differ
// in a label, such as those of two subjects, have a baseline each.
//
//	units    span in seconds from stimulus onset; restore in those of the dissimilarities
//	NaN      a time at which a pair is NaN is left out of its baseline; a pair
//	         that is NaN at every time of it becomes NaN
//	errors   no times, or none inside the span
func (r *RDMs) SubtractBaseline(span unit.Span, restore float64) (*RDMs, error) {
	result := *r
	result.Dissimilarities, result.views = slices.Clone(r.Dissimilarities), nil
	for _, course := range r.courses() {
		var inside []int
		for _, i := range course {
			if r.Times != nil && span.From < r.Times[i] && r.Times[i] < span.To {
				inside = append(inside, i)
			}
		}
		if len(inside) == 0 {
			return nil, fmt.Errorf("no time lies in the baseline from %s to %s",
				unit.Milliseconds(span.From), unit.Milliseconds(span.To))
		}
		for pair, mean := range r.Mean(inside) {
			for _, i := range course {
				result.RDV(i)[pair] += restore - mean
			}
		}
	}
	return &result, nil
}

// courses returns the places of the RDMs that differ in nothing but time, for
// each combination of labels, in the order of the stack.
func (r *RDMs) courses() [][]int {
	names := slices.Sorted(maps.Keys(r.Labels))
	return r.groups(func(i int) string { return r.combination(names, i) })
}

// Mean averages each pair over the RDMs at the given places that define it.
//
//	shapes   result: pairs
//	NaN      a pair that none of them defines
func (r *RDMs) Mean(places []int) []float64 {
	mean, count := make([]float64, Pairs(r.Size)), make([]float64, Pairs(r.Size))
	for _, i := range places {
		for pair, d := range r.RDV(i) {
			if !math.IsNaN(d) {
				mean[pair] += d
				count[pair]++
			}
		}
	}
	for pair := range mean {
		mean[pair] /= count[pair] // 0/0 is NaN
	}
	return mean
}
