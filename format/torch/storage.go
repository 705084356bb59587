package torch

import (
	"archive/zip"
	"math/bits"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/element"
)

// A storage is a row of numbers that tensors show, each in its own way.
type storage struct {
	storageType
	key   string
	count int64 // numbers

	place *place   // never nil, and empty until it is known
	root  *storage // whose numbers these are, if they are those of another
	first int64    // of its numbers
}

// A place is where the bytes of a storage are.
type place struct {
	raw    []byte    // as they lie in the file; nil if they do not
	at     int64     // byte of the file that raw begins with
	big    bool      // byte order
	member *zip.File // deflated; nil if raw holds the bytes
	size   int64     // bytes
}

// as returns a storage of the same bytes, counted as numbers of another type.
func (s *storage) as(t storageType) *storage {
	converted := *s
	converted.storageType = t
	converted.count = s.count * s.size / t.size
	return &converted
}

// settled checks t against its storage, and returns it as users see it.
func (c *checkpoint) settled(t *tensor, keys []string) (Tensor, error) {
	shown := Tensor{Keys: keys, Type: element.Type(t.kind), Shape: t.shape, Strides: t.strides, refusal: t.refusal}
	if t.refusal != "" {
		return shown, nil
	}
	s := t.storage
	shown.Type, shown.storage, shown.first = s.of, s, t.first
	if shown.Type.Size() == 0 {
		shown.refusal = "numbers of type " + string(s.of) + " are not read: save it as x.dequantize() or x.float()"
		return shown, nil
	}
	length, ok := shown.Type.Bytes(t.shape)
	if !ok {
		return shown, file.Malformed(c.path, -1, shown.field(), "no tensor has shape %v", t.shape)
	}
	if length == 0 {
		return shown, nil
	}
	low, high, ok := reach(t)
	if !ok || low < 0 || high >= s.count {
		return shown, file.Malformed(c.path, -1, shown.field(), "offset %d, shape %v and strides %v reach beyond the %d numbers of storage %q",
			t.first, t.shape, t.strides, s.count, s.key)
	}
	return c.placed(shown)
}

// placed leads t to the storage that has the bytes, and sees that it has them.
func (c *checkpoint) placed(t Tensor) (Tensor, error) {
	if root := t.storage.root; root != nil {
		view := t.storage
		if view.first < 0 || view.first > root.count || view.count > root.count-view.first || view.of != root.of {
			return t, file.Malformed(c.path, -1, t.field(), "the view %q reaches beyond its storage", view.key)
		}
		t.storage, t.first = root, t.first+view.first
	}
	if s := t.storage; s.count > s.place.size/s.size {
		return t, file.Malformed(c.path, -1, t.field(), "the file does not hold the %d numbers of storage %q", s.count, s.key)
	}
	return t, nil
}

// reach returns the first and last number of its storage that a tensor with
// numbers shows; false when they are beyond all integers.
func reach(t *tensor) (low, high int64, ok bool) {
	low, high = t.first, t.first
	for axis, n := range t.shape {
		over, step := bits.Mul64(magnitude(t.strides[axis]), uint64(n-1))
		if over != 0 || step > 1<<60 || high > 1<<60 || low < -1<<60 {
			return 0, 0, false
		}
		if t.strides[axis] < 0 {
			low -= int64(step)
		} else {
			high += int64(step)
		}
	}
	return low, high, true
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}
