package network

import (
	"fmt"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/onnx"
)

// Weights are the named arrays of a checkpoint.
type Weights struct {
	Path    string // of the file; "" for those made in memory
	Folder  string // what the files of external tensors are relative to
	Tensors []*onnx.Tensor
	Groups  []string // where each tensor stands in the checkpoint, such as "state_dict"; nil when all stand at the top
}

// bookkeeping ends the names of arrays that training keeps and a network does not use.
var bookkeeping = []string{".num_batches_tracked"}

// named returns the tensors under the names that parameters have: those of the
// group that holds most of them, without the leading names that wrappers add
// ("module.", "model.").
func (w *Weights) named(parameters []Parameter) map[string]*onnx.Tensor {
	wanted := map[string]bool{}
	for _, p := range parameters {
		wanted[p.Name] = true
	}
	best, most := map[string]*onnx.Tensor{}, -1
	for _, group := range w.groups() {
		for _, tensors := range unwrapped(group) {
			found := 0
			for name := range tensors {
				if wanted[name] {
					found++
				}
			}
			if found > most {
				best, most = tensors, found
			}
		}
	}
	return best
}

// groups returns the tensors of every group by their names.
func (w *Weights) groups() []map[string]*onnx.Tensor {
	var names []string
	var groups []map[string]*onnx.Tensor
	for i, t := range w.Tensors {
		name := ""
		if w.Groups != nil {
			name = w.Groups[i]
		}
		at := slices.Index(names, name)
		if at < 0 {
			at = len(names)
			names, groups = append(names, name), append(groups, map[string]*onnx.Tensor{})
		}
		groups[at][t.Name] = t
	}
	return groups
}

// unwrapped returns tensors under their names, and under what is left of them
// when leading words that all share are taken off.
func unwrapped(tensors map[string]*onnx.Tensor) []map[string]*onnx.Tensor {
	all := []map[string]*onnx.Tensor{tensors}
	for {
		shorter, shared := map[string]*onnx.Tensor{}, ""
		for name, tensor := range tensors {
			first, rest, cut := strings.Cut(name, ".")
			if !cut || shared != "" && first != shared {
				return all
			}
			shared = first
			renamed := *tensor
			renamed.Name = rest
			shorter[rest] = &renamed
		}
		if len(shorter) == 0 {
			return all
		}
		tensors = shorter
		all = append(all, tensors)
	}
}

// A MismatchError says how weights differ from what an architecture needs.
type MismatchError struct {
	Path         string
	Architecture string
	Missing      []Parameter // needed, not there
	Unexpected   []string    // there, not needed
	Shapes       []string    // there with another shape, said in words
}

// Count returns how many arrays do not fit.
func (e *MismatchError) Count() int { return len(e.Missing) + len(e.Unexpected) + len(e.Shapes) }

// Error lists the first of each kind.
func (e *MismatchError) Error() string {
	var missing []string
	for _, p := range e.Missing {
		missing = append(missing, p.Name)
	}
	parts := []string{fmt.Sprintf("the weights are not those of %s", e.Architecture)}
	for _, kind := range []struct {
		what  string
		names []string
	}{{"missing", missing}, {"unexpected", e.Unexpected}, {"of another shape", e.Shapes}} {
		if len(kind.names) > 0 {
			parts = append(parts, fmt.Sprintf("%d %s: %s", len(kind.names), kind.what, few(kind.names)))
		}
	}
	text := strings.Join(parts, "; ")
	if e.Path != "" {
		text = e.Path + ": " + text
	}
	return text
}

// few writes the first names of a list.
func few(names []string) string {
	const shown = 5
	if len(names) <= shown {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:shown], ", ") + ", ..."
}

// mismatch compares what the drawing asked for with what was given; nil when all
// fits.
func (d *Drawing) mismatch(a Architecture, w *Weights, given map[string]*onnx.Tensor) error {
	e := &MismatchError{Path: w.Path, Architecture: a.Name}
	asked := map[string]bool{}
	for _, p := range d.asked {
		asked[p.Name] = true
		switch tensor := given[p.Name]; {
		case tensor == nil:
			e.Missing = append(e.Missing, p)
		case !p.fits(tensor):
			e.Shapes = append(e.Shapes, fmt.Sprintf("%s is %v, not %v", p.Name, tensor.Shape, p.Shape))
		}
	}
	for name := range given {
		kept := slices.ContainsFunc(bookkeeping, func(ending string) bool { return strings.HasSuffix(name, ending) })
		if !asked[name] && !kept {
			e.Unexpected = append(e.Unexpected, name)
		}
	}
	if e.Count() == 0 {
		return nil
	}
	slices.Sort(e.Unexpected)
	return e
}
