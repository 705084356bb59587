package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/rdm"
)

// matrices reads the RDMs of the brain and the RDMs of every network beside it, all on
// the conditions of the brain, in its order.
func (r *reader) matrices() error {
	paths, err := r.list("rdm", ".npz")
	if err != nil {
		return err
	}
	// The brain comes first: it decides about the conditions.
	slices.SortStableFunc(paths, func(a, b string) int { return r.brainFirst(a) - r.brainFirst(b) })
	for _, path := range paths {
		if file.Stem(path) != r.brainName && !r.compared(file.Stem(path)) {
			continue
		}
		rdms, err := rdm.Open(path)
		if err != nil {
			return err
		}
		if rdms = r.align(file.Stem(path), rdms); rdms == nil {
			continue
		}
		if file.Stem(path) == r.brainName {
			r.page.Brain = r.brain(rdms)
		} else {
			r.page.Models = append(r.page.Models, network(file.Stem(path), rdms))
		}
	}
	return nil
}

func (r *reader) brainFirst(path string) int {
	if file.Stem(path) == r.brainName {
		return 0
	}
	return 1
}

// align brings RDMs to the conditions of the page, or the page to those of the
// first RDMs. Where one side has no labels, conditions go by their place, as the
// scores do; the page takes the labels that there are. RDMs that do not have all
// conditions are left out with a warning.
func (r *reader) align(name string, rdms *rdm.RDMs) *rdm.RDMs {
	if len(r.page.Stimuli) == 0 {
		for i := range rdms.Size {
			r.page.Stimuli = append(r.page.Stimuli, Stimulus{Label: strconv.Itoa(i + 1)})
		}
	}
	if (rdms.Conditions == nil || !r.labelled) && rdms.Size == len(r.page.Stimuli) {
		for i, label := range rdms.Conditions {
			r.page.Stimuli[i].Label, r.labelled = label, true
		}
		return rdms
	}
	index := make([]int, len(r.page.Stimuli))
	for i, s := range r.page.Stimuli {
		if index[i] = slices.Index(rdms.Conditions, s.Label); index[i] < 0 {
			r.page.Warnings = append(r.page.Warnings, fmt.Sprintf("The RDMs of %s are not shown: they lack the condition %q.", name, s.Label))
			return nil
		}
	}
	return rdms.Reorder(index)
}

// brain packs the mean over subjects at every time.
func (r *reader) brain(rdms *rdm.RDMs) *Stack {
	times := distinct(rdms.Times)
	mean := &rdm.RDMs{Size: rdms.Size, Definition: rdms.Definition, Times: times}
	most := 0
	for k := range max(len(times), 1) {
		var members []int
		for i := range rdms.Len() {
			if times == nil || rdms.Times[i] == times[k] {
				members = append(members, i)
			}
		}
		most = max(most, len(members))
		mean.Dissimilarities = append(mean.Dissimilarities, average(rdms, members)...)
	}
	stack := pack(mean)
	stack.Name = "Brain"
	stack.Times = numbers(times)
	stack.Names = make([]string, mean.Len())
	if most > 1 {
		stack.Note = fmt.Sprintf("mean of %d %s", most, members(rdms))
	}
	return &stack
}

// members names what the RDMs of one time are.
func members(rdms *rdm.RDMs) string {
	if rdms.Labels["subject"] != nil {
		return "subjects"
	}
	return "RDMs"
}

// average returns the mean RDV of some RDMs; a pair that some lack is the mean
// of those that have it.
func average(rdms *rdm.RDMs, members []int) []float64 {
	sum := make([]float64, rdm.Pairs(rdms.Size))
	count := make([]float64, len(sum))
	for _, i := range members {
		for p, d := range rdms.RDV(i) {
			if !math.IsNaN(d) {
				sum[p] += d
				count[p]++
			}
		}
	}
	for p := range sum {
		sum[p] /= count[p] // 0/0 is NaN: nobody has the pair
	}
	return sum
}

// distinct returns the times of a stack, each once, ascending; nil stays nil.
func distinct(times []float64) []float64 {
	return slices.Compact(slices.Sorted(slices.Values(times)))
}

// network packs the RDMs of one network, one per layer.
func network(name string, rdms *rdm.RDMs) Stack {
	stack := pack(rdms)
	stack.Name = name
	for i := range rdms.Len() {
		stack.Names = append(stack.Names, layer(rdms, i))
	}
	return stack
}

// layer is what an RDM is called: by its layer, else its name, else its number.
func layer(rdms *rdm.RDMs, i int) string {
	for _, key := range []string{"layer", "name", "region", "channel"} {
		if names := rdms.Labels[key]; names != nil {
			return names[i]
		}
	}
	return strconv.Itoa(i + 1)
}
