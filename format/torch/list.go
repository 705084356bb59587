package torch

import (
	"slices"
	"strconv"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/pickle"
)

// mostDepth is how deep a tensor may stand in the object that was saved. A
// network that was saved whole takes two levels for each of its own.
const mostDepth = 128

// A walk lists the tensors in an object.
type walk struct {
	checkpoint *checkpoint
	keys       []string
	path       []value        // the objects that keys lead through
	barren     map[value]bool // objects without tensors
	budget     int            // objects still to be seen, each on each of its ways
	found      []Tensor
	err        error
}

// list returns the tensors in an object, each as often as there are ways to it.
func (c *checkpoint) list(object value) ([]Tensor, error) {
	w := &walk{checkpoint: c, barren: map[value]bool{}, budget: 4*c.operations + 1<<12}
	w.visit(object)
	return w.found, w.err
}

// visit lists the tensors in v and says whether there are any.
func (w *walk) visit(v value) bool {
	if w.spend(1); w.err != nil {
		return false
	}
	switch v := v.(type) {
	case *tensor:
		return w.add(v)
	case tuple:
		return w.inside(nil, func() bool { return w.visitItems(v) })
	case *list:
		return w.inside(v, func() bool { return w.visitItems(v.Items) })
	case *dict:
		return w.inside(v, func() bool { return w.visitPairs(v.Pairs) })
	case *object:
		return w.inside(v, func() bool { return w.visitObject(v) })
	}
	return false
}

// spend counts what the walk does: more than a file has operations comes only
// from objects that multiply themselves.
func (w *walk) spend(n int) {
	if w.budget -= n; w.budget < 0 && w.err == nil {
		w.err = file.Unsupported(w.checkpoint.path, -1, "object", "its parts are shared so often that listing its tensors would take more than the file")
	}
}

// add lists a tensor; a shell that was never filled is none.
func (w *walk) add(t *tensor) bool {
	if t.storage == nil && t.refusal == "" {
		return false
	}
	w.spend(len(w.keys))
	if w.err != nil {
		return false
	}
	shown, err := w.checkpoint.settled(t, slices.Clone(w.keys))
	if err != nil {
		w.err = err
	}
	w.found = append(w.found, shown)
	return true
}

// inside visits an object unless it is known to hold no tensor or holds itself;
// v is nil where it cannot be told from others.
func (w *walk) inside(v value, visit func() bool) bool {
	if len(w.path) >= mostDepth {
		w.err = file.Unsupported(w.checkpoint.path, -1, "object", "it is nested more than %d deep", mostDepth)
		return false
	}
	if v != nil && (w.barren[v] || slices.Contains(w.path, v)) {
		return false
	}
	w.path = append(w.path, v)
	fertile := visit()
	w.path = w.path[:len(w.path)-1]
	if v != nil && !fertile {
		w.barren[v] = true
	}
	return fertile
}

// below visits what stands under a key.
func (w *walk) below(key string, v value) bool {
	w.keys = append(w.keys, key)
	fertile := w.visit(v)
	w.keys = w.keys[:len(w.keys)-1]
	return fertile
}

func (w *walk) visitItems(items []value) bool {
	w.spend(len(items))
	fertile := false
	for i, item := range items {
		if w.err != nil {
			return false
		}
		if holds(item) && w.below(strconv.Itoa(i), item) {
			fertile = true
		}
	}
	return fertile
}

func (w *walk) visitPairs(pairs []pickle.Pair) bool {
	w.spend(len(pairs))
	fertile := false
	for i, p := range pairs {
		if w.err != nil {
			return false
		}
		if holds(p.Value) && w.below(keyText(p.Key, i), p.Value) {
			fertile = true
		}
	}
	return fertile
}

// visitObject visits what a placeholder was made of. Its attributes and its own
// items have no key in front of theirs.
func (w *walk) visitObject(o *object) bool {
	inItems, inPairs := w.visitItems(o.Items), w.visitPairs(o.Pairs)
	fertile := inItems || inPairs
	for _, part := range []value{o.Arguments, o.State} {
		if part != nil && w.visit(part) {
			fertile = true
		}
	}
	return fertile
}

// holds says whether v is a tensor or may hold some.
func holds(v value) bool {
	switch v.(type) {
	case *tensor, tuple, *list, *dict, *object:
		return true
	}
	return false
}
