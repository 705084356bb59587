package mat

import (
	"encoding/binary"
	"math/bits"
	"strings"
)

// headerV4 is the length of the five numbers before every variable of a version
// 4 file. Nothing else says that it is one.
const headerV4 = 20

// What a version 4 file calls text and sparse matrices; 0 is a full matrix.
const (
	textV4   = 1
	sparseV4 = 2
)

// storageV4 holds, by the digit that names it, how values are stored.
var storageV4 = []struct {
	kind uint32
	size int
}{{miDOUBLE, 8}, {miSINGLE, 4}, {miINT32, 4}, {miINT16, 2}, {miUINT16, 2}, {miUINT8, 1}}

// arrayV4 is a matrix of a version 4 file.
type arrayV4 struct {
	*node
	order         binary.ByteOrder
	storage, kind int
	rows, columns int64 // as stored: of a sparse matrix, those of its list of values
	complex       bool
	nameLength    int64
	data          []byte
}

// looksV4 says whether data starts with the header of a version 4 variable.
func looksV4(data []byte) bool {
	a, ok := headV4(data)
	return ok && a.nameLength <= int64(len(data)-headerV4)
}

// headV4 reads the five numbers before a variable; false when they are none.
// The first one, read in the right byte order, has four decimal digits: the
// machine (0 little-endian, 1 big-endian), 0, how values are stored, and what.
func headV4(data []byte) (arrayV4, bool) {
	if len(data) < headerV4 {
		return arrayV4{}, false
	}
	a := arrayV4{order: binary.LittleEndian}
	mode := a.order.Uint32(data)
	if mode > 52 {
		a.order = binary.BigEndian
		if mode = a.order.Uint32(data) - 1000; mode > 52 {
			return arrayV4{}, false
		}
	}
	a.storage, a.kind = int(mode/10), int(mode%10)
	a.rows, a.columns = int64(int32(a.order.Uint32(data[4:]))), int64(int32(a.order.Uint32(data[8:])))
	imaginary := a.order.Uint32(data[12:])
	a.complex, a.nameLength = imaginary == 1, int64(int32(a.order.Uint32(data[16:])))
	return a, a.kind <= sparseV4 && a.rows >= 0 && a.columns >= 0 && imaginary <= 1 && a.nameLength > 0 && a.nameLength <= longestName
}

// listV4 finds the variables of a version 4 file.
func listV4(path string, data []byte) ([]variable, error) {
	rest := region{place: place{path, 0}, data: data}
	var all []variable
	for len(rest.data) > 0 {
		a, ok := headV4(rest.data)
		if !ok {
			return nil, rest.malformed("header", "no variable starts here")
		}
		rest.skip(headerV4)
		if a.nameLength > int64(len(rest.data)) {
			return nil, rest.malformed("name", "%d bytes announced, %d left", a.nameLength, len(rest.data))
		}
		name, _, _ := strings.Cut(string(rest.data[:a.nameLength]), "\x00")
		rest.skip(int(a.nameLength))
		a.node = &node{place: rest.place, name: name}
		if err := a.cut(&rest); err != nil {
			return nil, err
		}
		if err := a.describe(); err != nil {
			return nil, err
		}
		all = append(all, variable{Info: Info{name, a.class, a.shape}, open: func() (*node, error) { return a.node, nil }})
	}
	return all, nil
}

// skip leaves bytes behind.
func (r *region) skip(bytes int) { r.place, r.data = r.plus(bytes), r.data[bytes:] }

// cut takes the values off rest.
func (a *arrayV4) cut(rest *region) error {
	size := uint64(storageV4[a.storage].size)
	if a.complex {
		size *= 2
	}
	high, bytes := bits.Mul64(uint64(a.rows*a.columns), size)
	if high != 0 || bytes > uint64(len(rest.data)) {
		return rest.malformed("data", "%s needs %d × %d values of %d bytes, and %d bytes are left", a.name, a.rows, a.columns, size, len(rest.data))
	}
	a.data = rest.data[:bytes]
	a.bytes = int64(bytes)
	rest.skip(int(bytes))
	return nil
}

// describe fills in what the node is.
func (a *arrayV4) describe() error {
	a.class, a.shape, a.node.values = Double, []int{int(a.rows), int(a.columns)}, a.numbers
	switch a.kind {
	case textV4:
		a.class, a.node.values = Char, a.characters
	case sparseV4:
		a.node.values = a.sparse
		return a.describeSparse()
	}
	return nil
}

// part returns the real or, second, the imaginary values.
func (a *arrayV4) part(i int) any {
	length := len(a.data)
	if a.complex {
		length /= 2
	}
	e := element{region{a.place, a.data[i*length : (i+1)*length], a.order}, storageV4[a.storage].kind}
	return e.values()
}

// numbers decodes a full matrix. MATLAB has doubles of it however it is stored.
func (a *arrayV4) numbers() (stored, error) {
	s := stored{real: a.part(0)}
	if a.complex {
		s.imaginary = a.part(1)
	}
	return s, nil
}

// characters decodes text: codes of one byte or, rarely, more.
func (a *arrayV4) characters() (stored, error) {
	codes := a.part(0)
	if bytes, ok := as[uint8](codes); ok {
		return a.text(bytes)
	}
	return a.text(codes)
}

// describeSparse reads the shape of a sparse matrix, which is the last row of
// its list of values: row, column, real part and perhaps imaginary part.
func (a *arrayV4) describeSparse() error {
	n := int(a.rows)
	if n < 1 || a.columns != 3 && a.columns != 4 || a.complex {
		return a.malformed("data", "%s: %d × %d numbers are no sparse matrix", a.name, a.rows, a.columns)
	}
	height, width := a.number(n-1), a.number(2*n-1)
	a.shape = []int{int(height), int(width)}
	if _, ok := count(a.shape); !ok || float64(a.shape[0]) != height || float64(a.shape[1]) != width {
		return a.malformed("data", "%s: no sparse matrix has %v rows and %v columns", a.name, height, width)
	}
	return nil
}

// number decodes one value.
func (a *arrayV4) number(i int) float64 {
	s := storageV4[a.storage]
	e := element{region{a.place, a.data[i*s.size : (i+1)*s.size], a.order}, s.kind}
	one, _ := as[float64](e.values())
	return one[0]
}

// sparse decodes the list of values of a sparse matrix.
func (a *arrayV4) sparse() (stored, error) {
	list, _ := as[float64](a.part(0))
	n := int(a.rows)
	positions := make([]int, n-1)
	for k := range positions {
		row, column := int(list[k]), int(list[n+k])
		if row < 1 || row > a.shape[0] || column < 1 || column > a.shape[1] {
			return stored{}, a.malformed("data", "%s: value %d is in row %v and column %v", a.name, k+1, list[k], list[n+k])
		}
		positions[k] = column*a.shape[0] - a.shape[0] + row - 1
	}
	s := stored{real: list[2*n : 3*n-1], positions: positions}
	if a.columns == 4 {
		s.imaginary = list[3*n : 4*n-1]
	}
	return s, nil
}
