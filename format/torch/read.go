package torch

import (
	"slices"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/element"
)

// mostExpanded is how many bytes a tensor may take in memory though the whole
// file is shorter, as those do that show one number many times.
const mostExpanded = 1 << 20

// Place returns the byte of the file from which the numbers of t lie row-major,
// little-endian, one after the other, as an engine maps them. The second result
// is false where they do not: for permuted views, compressed archives, tensors
// without numbers.
//
// Storages begin at multiples of 64 in what PyTorch writes since 1.6, and at any
// byte in older files.
func (f *File) Place(t Tensor) (offset int64, ok bool) {
	if t.refusal != "" || t.numbers() == 0 || !t.rowMajor() {
		return 0, false
	}
	p := t.storage.place
	if p.member != nil || p.big && t.Type.Size() > 1 {
		return 0, false
	}
	return p.at + t.first*t.Type.Size(), true
}

// Bytes returns the numbers of t, row-major and little-endian: a view of the
// file where Place holds, not to be written to, nor to be used after Close; else
// a copy.
//
//	errors   *file.ParseError: sparse and quantized tensors, a broken compressed
//	         member, and tensors that take more memory than the file is long
//	cost     of a view none, it is read when it is touched; in compressed archives
//	         that of the whole storage
func (f *File) Bytes(t Tensor) ([]byte, error) {
	if t.refusal != "" {
		return nil, file.Unsupported(f.Path, -1, t.field(), "%s", t.refusal)
	}
	length := t.numbers() * t.Type.Size()
	if at, ok := f.Place(t); ok {
		return f.mapping.Bytes[at : at+length : at+length], nil
	}
	if length > max(int64(len(f.mapping.Bytes)), mostExpanded) {
		return nil, file.Unsupported(f.Path, -1, t.field(), "shape %v takes %d bytes, more than the file: save it as it was before expand", t.Shape, length)
	}
	if length == 0 {
		return nil, nil
	}
	raw, err := t.storage.place.bytes(f.Path)
	if err != nil {
		return nil, err
	}
	gathered := t.gather(raw, length)
	if t.storage.place.big {
		t.Type.Reverse(gathered)
	}
	return gathered, nil
}

// Float32s returns the numbers of t, row-major, converted as
// [element.Type.Float32s] says; a copy.
//
//	NaN      passed on
//	errors   those of Bytes, and types that do not convert
func (f *File) Float32s(t Tensor) ([]float32, error) {
	raw, err := f.Bytes(t)
	if err != nil {
		return nil, err
	}
	values, err := t.Type.Float32s(raw)
	if err != nil {
		return nil, file.Unsupported(f.Path, -1, t.field(), "%w", err)
	}
	return values, nil
}

// numbers returns how many t has; Open has checked the shape.
func (t Tensor) numbers() int64 {
	n, _ := element.Elements(t.Shape)
	return n
}

// rowMajor says whether the numbers of t lie one after the other.
func (t Tensor) rowMajor() bool {
	step := int64(1)
	for axis, n := range slices.Backward(t.Shape) {
		if n != 1 && t.Strides[axis] != step {
			return false
		}
		step *= n
	}
	return true
}

// gather copies the numbers of t, so many bytes together, from its storage, row
// by row of the last axis.
func (t Tensor) gather(raw []byte, length int64) []byte {
	out, size := make([]byte, 0, length), t.Type.Size()
	last := len(t.Shape) - 1
	row, stride := int64(1), int64(1)
	if last >= 0 {
		row, stride = t.Shape[last], t.Strides[last]
	}
	index := make([]int64, max(last, 0))
	for from := t.first; int64(len(out)) < length; from = t.next(index, from) {
		if stride == 1 {
			out = append(out, raw[from*size:(from+row)*size]...)
			continue
		}
		for i := range row {
			at := (from + i*stride) * size
			out = append(out, raw[at:at+size]...)
		}
	}
	return out
}

// next counts index on by one row, the last axis first, and returns the number
// of the storage that the row begins with.
func (t Tensor) next(index []int64, from int64) int64 {
	for axis := range slices.Backward(index) {
		index[axis]++
		from += t.Strides[axis]
		if index[axis] < t.Shape[axis] {
			break
		}
		from -= t.Strides[axis] * index[axis]
		index[axis] = 0
	}
	return from
}
