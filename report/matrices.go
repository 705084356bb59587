package report

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/rdm"
)

// matrices reads the RDMs of the brains, and those of every network beside
// them, all on the conditions of the first brain, in its order.
func (r *reader) matrices() error {
	for i := range r.page.Brains {
		brain := &r.page.Brains[i]
		rdms, err := r.open(r.folders[i])
		if err != nil {
			return err
		}
		if rdms == nil {
			continue
		}
		brain.Mean, brain.Single = r.mean(rdms), single(rdms)
		if err := rdms.Close(); err != nil {
			return err
		}
	}
	paths, err := r.list("rdm", ".npz")
	if err != nil {
		return err
	}
	for _, path := range paths {
		name := file.Stem(path)
		if slices.Contains(r.folders, name) || !r.compared(name) {
			continue
		}
		rdms, err := r.open(name)
		if err != nil {
			return err
		}
		if rdms == nil {
			continue
		}
		r.page.Models = append(r.page.Models, r.network(name, rdms))
		if err := rdms.Close(); err != nil {
			return err
		}
	}
	return nil
}

// open reads rdm/NAME.npz on the conditions of the page; nil when there is no
// such file, or when it lacks conditions.
func (r *reader) open(name string) (*rdm.RDMs, error) {
	path := filepath.Join(r.folder, "rdm", name+".npz")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	rdms, err := rdm.Open(path)
	if err != nil {
		return nil, err
	}
	if aligned := r.align(name, rdms); aligned != nil {
		return aligned, nil
	}
	return nil, rdms.Close()
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

// mean packs the mean of all RDMs of a brain, at every time if it has times.
func (r *reader) mean(rdms *rdm.RDMs) *Stack {
	times := distinct(rdms.Times)
	mean := &rdm.RDMs{Size: rdms.Size, Definition: rdms.Definition, Times: times}
	for k := range max(len(times), 1) {
		var members []int
		for i := range rdms.Len() {
			if times == nil || rdms.Times[i] == times[k] {
				members = append(members, i)
			}
		}
		mean.Dissimilarities = append(mean.Dissimilarities, rdms.Mean(members)...)
	}
	stack := pack(mean)
	stack.Times = numbers(times)
	stack.Prepared = prepared(rdms, "preparation")
	stack.Names = make([]string, mean.Len())
	stack.Map = r.maps(mean)
	stack.Note = averaged(rdms, rdms.Len()/max(len(times), 1))
	return &stack
}

// prepared says what became of the input before it was measured, by the label that
// tells of it.
func prepared(rdms *rdm.RDMs, label string) string {
	return strings.Join(distinct(rdms.Labels[label]), "; or ")
}

// averaged says what a mean is of, where there are some RDMs at each time.
func averaged(rdms *rdm.RDMs, each int) string {
	subjects, sessions := len(distinct(rdms.Labels["subject"])), len(distinct(rdms.Labels["session"]))
	switch channels := len(distinct(rdms.Labels["channel"])); {
	case each < 2:
		return ""
	case channels > 1 && subjects > 1:
		return "mean of " + plural(subjects, "subject") + " and " + plural(channels, "channel")
	case channels > 1:
		return "mean of " + plural(channels, "channel")
	case subjects < 1:
		return "mean of " + plural(each, "RDM")
	case sessions < 2:
		return "mean of " + plural(subjects, "subject")
	}
	return "mean of " + plural(subjects, "subject") + " in " + plural(sessions, "session")
}

// mostSingle is how many dissimilarities of single RDMs a page holds of one
// brain: 2 MB of them.
const mostSingle = 1 << 20

// single packs the RDMs of a brain one by one, for a reader who wants to see
// those of one subject or session; nil where there are no such, or too many, as
// those of channels.
func single(rdms *rdm.RDMs) *Stack {
	labels := [2][]string{rdms.Labels["subject"], rdms.Labels["session"]}
	if rdms.Labels["channel"] != nil || len(distinct(labels[0])) < 2 && len(distinct(labels[1])) < 2 || len(rdms.Dissimilarities) > mostSingle {
		return nil
	}
	stack := pack(rdms)
	stack.Times = numbers(rdms.Times)
	stack.Names = make([]string, rdms.Len())
	stack.Subjects, stack.Sessions = labels[0], labels[1]
	return &stack
}

// distinct returns each of some values once, ascending; nil stays nil.
func distinct[V int | float64 | string](values []V) []V {
	return slices.Compact(slices.Sorted(slices.Values(values)))
}

// network packs the RDMs of one network, one per layer.
func (r *reader) network(name string, rdms *rdm.RDMs) Stack {
	stack := pack(rdms)
	stack.Name, stack.Map = name, r.maps(rdms)
	stack.Reduced, stack.Prepared = rdms.Labels["reduction"], prepared(rdms, "preprocessing")
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
