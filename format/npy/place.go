package npy

import (
	"github.com/isocortex/isocortex/file"
)

// A Place says where the values of a .npy file lie in it: row-major, in the byte
// order of nearly every machine, so that parts can be read without the rest.
type Place struct {
	Type   string // as in Info
	Shape  []int
	Offset int64 // bytes before the first value
}

// Locate reads the header of a .npy file and none of its values.
//
//	errors   *file.ParseError that locates a defect; values in Fortran order or
//	         with the high byte first, with how to save them otherwise
func Locate(path string) (Place, error) {
	f, size, err := open(path)
	if err != nil {
		return Place{}, err
	}
	defer f.Close()
	h, err := readHeader(f, path, size)
	switch {
	case err != nil:
		return Place{}, err
	case h.fortran && len(h.shape) > 1:
		return Place{}, file.Unsupported(path, -1, "fortran_order", "the first axis runs fastest, parts cannot be read by themselves: save numpy.ascontiguousarray(a)")
	case h.big && h.size > 1:
		return Place{}, file.Unsupported(path, -1, "descr", "the high byte of every value comes first: save a.astype(a.dtype.newbyteorder('<'))")
	}
	return Place{h.info("").Type, h.shape, h.length}, nil
}
