package network

import (
	"fmt"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/onnx"
)

// Weights are the named arrays of a checkpoint.
type Weights struct {
	Path    string  // of the file; "" for those made in memory
	Program Program // that wrote them
	Arrays  []Array
	Steps   []string // the operators of the network, as ONNX names them, one after the other, LRN with its numbers; nil where the file does not say
	Average *Average // that pictures are to be given without; nil where the file does not say

	numbered bool // modules are called by their kind and place
	close    func() error
}

// A Program trains networks and writes their weights, with names and an order of
// its own.
type Program string

// The programs.
const (
	PyTorch    Program = "" // also of safetensors
	Keras      Program = "Keras"
	MatConvNet Program = "MatConvNet"
)

// An Average is the picture that training took from every picture.
type Average struct {
	Height, Width int       // both 1 where all places share a color
	Values        []float32 // red, green and blue, each height × width, from 0 to 255
}

// An Array is one of the arrays of a checkpoint.
type Array struct {
	Group string // where it stands in the checkpoint, such as "state_dict"; "" at the top
	Name  string
	Shape []int64 // kernels: channels given, channels taken, height, width; matrices: units given, units taken

	// Load returns the numbers as float32: where they lie in the file of the
	// weights, or in memory of the caller's own. The tensor's name does not count.
	Load func() (*onnx.Tensor, error)
}

// Close gives the file back. Networks that are bound to the weights stay whole.
func (w *Weights) Close() error {
	if w.close == nil {
		return nil
	}
	return w.close()
}

// bookkeeping ends the names of arrays that training keeps and a network does not use.
var bookkeeping = []string{".num_batches_tracked"}

// named returns the arrays under the names that parameters have: those of the
// group that holds most of them, without the leading names that wrappers add
// ("module.", "model.").
func named(arrays []Array, parameters []Parameter) map[string]Array {
	wanted := map[string]bool{}
	for _, p := range parameters {
		wanted[p.Name] = true
	}
	best, most := map[string]Array{}, -1
	for _, group := range groups(arrays) {
		for _, arrays := range unwrapped(group) {
			found := 0
			for name := range arrays {
				if wanted[name] {
					found++
				}
			}
			if found > most {
				best, most = arrays, found
			}
		}
	}
	return best
}

// groups returns the arrays of every group by their names.
func groups(arrays []Array) []map[string]Array {
	var names []string
	var groups []map[string]Array
	for _, array := range arrays {
		at := slices.Index(names, array.Group)
		if at < 0 {
			at = len(names)
			names, groups = append(names, array.Group), append(groups, map[string]Array{})
		}
		groups[at][array.Name] = array
	}
	return groups
}

// unwrapped returns arrays under their names, and under what is left of them
// when leading words that all share are taken off.
func unwrapped(arrays map[string]Array) []map[string]Array {
	all := []map[string]Array{arrays}
	for {
		shorter, shared := map[string]Array{}, ""
		for name, array := range arrays {
			first, rest, cut := strings.Cut(name, ".")
			if !cut || shared != "" && first != shared {
				return all
			}
			shared, shorter[rest] = first, array
		}
		if len(shorter) == 0 {
			return all
		}
		arrays = shorter
		all = append(all, arrays)
	}
}

// A MismatchError says how weights differ from what an architecture needs.
type MismatchError struct {
	Path         string
	Architecture string
	Missing      []Parameter // needed, not there
	Unexpected   []string    // there, not needed
	Shapes       []string    // there with another shape, said in words
	Steps        []string    // of the network, where the file says another, said in words
}

// Count returns how many arrays and steps do not fit.
func (e *MismatchError) Count() int {
	return len(e.Missing) + len(e.Unexpected) + len(e.Shapes) + len(e.Steps)
}

// Error lists the first of each kind.
func (e *MismatchError) Error() string {
	text := fmt.Sprintf("the weights are not those of %s: %s", e.Architecture, e.Reasons())
	if e.Path != "" {
		text = e.Path + ": " + text
	}
	return text
}

// Reasons lists the first arrays of each kind that do not fit.
func (e *MismatchError) Reasons() string {
	var missing, reasons []string
	for _, p := range e.Missing {
		missing = append(missing, p.Name)
	}
	for _, kind := range []struct {
		what  string
		names []string
	}{{"missing", missing}, {"unexpected", e.Unexpected}, {"of another shape", e.Shapes}, {"of another kind", e.Steps}} {
		if len(kind.names) > 0 {
			reasons = append(reasons, fmt.Sprintf("%d %s: %s", len(kind.names), kind.what, few(kind.names)))
		}
	}
	return strings.Join(reasons, "; ")
}

// few writes the first names of a list.
func few(names []string) string {
	const shown = 5
	if len(names) <= shown {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:shown], ", ") + ", ..."
}

// mismatch compares what the drawing asked for with what was given.
func (d *Drawing) mismatch(given map[string]Array) *MismatchError {
	e := &MismatchError{}
	asked := map[string]bool{}
	for _, p := range d.asked {
		asked[p.Name] = true
		array, there := given[p.Name]
		switch {
		case !there:
			e.Missing = append(e.Missing, p)
		case !p.fits(array.Shape):
			e.Shapes = append(e.Shapes, fmt.Sprintf("%s is %v, not %v", p.Name, array.Shape, p.Shape))
		}
	}
	for name := range given {
		kept := slices.ContainsFunc(bookkeeping, func(ending string) bool { return strings.HasSuffix(name, ending) })
		if !asked[name] && !kept {
			e.Unexpected = append(e.Unexpected, name)
		}
	}
	slices.Sort(e.Unexpected)
	return e
}
