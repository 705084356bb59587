package hdf5

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// A Class says what kind of value a type describes. The numbers are those of
// the format.
type Class int

// The classes of types.
const (
	ClassInteger Class = iota
	ClassFloat
	ClassTime // not read
	ClassString
	ClassBits   // read as integers
	ClassOpaque // not read
	ClassCompound
	ClassReference
	ClassEnum
	ClassSequence // sequences whose lengths vary from element to element
	ClassArray    // arrays of one shape in every element
)

// String returns the name of the class.
func (c Class) String() string {
	names := []string{
		"integer", "float", "time", "string", "bits", "opaque",
		"compound", "reference", "enum", "sequence", "array",
	}
	if c < 0 || int(c) >= len(names) {
		return fmt.Sprintf("class %d", int(c))
	}
	return names[c]
}

// A Type describes one element of a dataset or attribute.
type Type struct {
	Class     Class
	Size      int      // bytes in the file
	Signed    bool     // integers
	BigEndian bool     // numbers
	Variable  bool     // strings of any length, which lie elsewhere in the file
	Members   []Member // of a compound; of an enum, names and values
	Element   *Type    // of a sequence or array; of an enum, the integers; else nil
	Shape     []int    // of an array

	padding             int // of strings
	offset, bits        int // of numbers: where the bits are in the Size bytes, and how many
	mantissa, exponents int // of floats: bits
	region              bool
}

// A Member is a part of a compound, or a name of an enum.
type Member struct {
	Name   string
	Type   *Type // of a compound's part
	Offset int   // bytes from the start of the element
	Value  int64 // that an enum's name stands for
}

// String describes t in the words of Go and NumPy: "float64", "string",
// "bool", "compound {real float64, imag float64}".
func (t *Type) String() string {
	switch t.Class {
	case ClassInteger, ClassBits:
		if t.Signed {
			return fmt.Sprintf("int%d", 8*t.Size)
		}
		return fmt.Sprintf("uint%d", 8*t.Size)
	case ClassFloat:
		return fmt.Sprintf("float%d", 8*t.Size)
	case ClassEnum:
		if t.boolean() {
			return "bool"
		}
		return "enum " + t.Element.String()
	case ClassSequence:
		return "sequence of " + t.Element.String()
	case ClassArray:
		return fmt.Sprintf("%v %s", t.Shape, t.Element)
	case ClassCompound:
		var members []string
		for _, m := range t.Members {
			members = append(members, m.Name+" "+m.Type.String())
		}
		return "compound {" + strings.Join(members, ", ") + "}"
	}
	return t.Class.String()
}

// boolean reports whether t is what h5py saves truth values as.
func (t *Type) boolean() bool {
	return t.Class == ClassEnum && len(t.Members) == 2 &&
		t.Members[0].Name == "FALSE" && t.Members[0].Value == 0 &&
		t.Members[1].Name == "TRUE" && t.Members[1].Value == 1
}

// Limits that the format itself sets.
const (
	mostAxes  = 32
	mostDepth = 32 // of types in types
)

// datatype reads a type.
func (c *cursor) datatype() *Type { return c.nested(0) }

func (c *cursor) nested(depth int) *Type {
	if depth > mostDepth {
		c.malformed("types lie %d deep in one another", depth)
	}
	first := c.small(1)
	flags := c.small(3)
	t := &Type{Class: Class(first & 15), Size: int(c.uint(4))}
	version := first >> 4
	switch {
	case c.err != nil:
		return t
	case version < 1 || version > 4:
		c.unsupported("version %d of a type", version)
	case t.Size == 0:
		c.malformed("a %s of no bytes", t.Class)
	}
	switch t.Class {
	case ClassInteger, ClassBits:
		c.integer(t, flags)
	case ClassFloat:
		c.float(t, flags)
	case ClassTime:
		c.skip(2)
	case ClassString:
		t.padding = flags & 15
	case ClassOpaque:
		c.skip(int64(flags & 0xff))
	case ClassReference:
		t.region = flags&15 != 0
	case ClassCompound:
		c.compound(t, parts{version, flags & 0xffff, depth})
	case ClassEnum:
		c.enum(t, parts{version, flags & 0xffff, depth})
	case ClassSequence:
		t.Element = c.nested(depth + 1)
		if flags&15 == 1 {
			t.Class, t.Variable, t.padding, t.Element = ClassString, true, flags>>4&15, nil
		}
	case ClassArray:
		c.array(t, parts{version: version, depth: depth})
	default:
		c.unsupported("%s", t.Class)
	}
	return t
}

// parts is what the reading of a type of several parts depends on.
type parts struct{ version, members, depth int }

func (c *cursor) integer(t *Type, flags int) {
	t.BigEndian, t.Signed = flags&1 != 0, t.Class == ClassInteger && flags&8 != 0
	t.offset, t.bits = c.small(2), c.small(2)
	if c.err == nil && (t.bits < 1 || t.offset+t.bits > 8*t.Size) {
		c.malformed("%d bits from bit %d of an integer of %d bytes", t.bits, t.offset, t.Size)
	}
}

func (c *cursor) float(t *Type, flags int) {
	t.BigEndian = flags&1 != 0
	t.offset, t.bits = c.small(2), c.small(2)
	c.skip(1) // where the exponent is: above the mantissa
	t.exponents = c.small(1)
	c.skip(1)
	t.mantissa = c.small(1)
	c.skip(4) // bias
	if flags&(1<<6) != 0 {
		c.unsupported("floats in the byte order of a VAX")
	}
}

// padded passes the zeros after a name that began at from.
func (c *cursor) padded(from int64) { c.skip((8 - (c.at-from)%8) % 8) }

func (c *cursor) compound(t *Type, l parts) {
	used := 0
	for range l.members {
		from := c.at
		m := Member{Name: c.text()}
		if l.version < 3 {
			c.padded(from)
			m.Offset = c.small(4)
		} else {
			m.Offset = c.small(bytesFor(uint64(t.Size)))
		}
		shape := []int(nil)
		if l.version == 1 {
			shape = c.oldShape()
		}
		m.Type = c.arrayOf(c.nested(l.depth+1), shape)
		used += m.Type.Size
		if c.err == nil && (m.Offset+m.Type.Size > t.Size || used > t.Size) {
			c.malformed("member %q reaches beyond the %d bytes of its compound", m.Name, t.Size)
		}
		if c.err != nil {
			return
		}
		t.Members = append(t.Members, m)
	}
}

// oldShape reads the shape of a member in version 1, where types have none.
func (c *cursor) oldShape() []int {
	axes := c.small(1)
	c.skip(3 + 4 + 4) // reserved, permutation, reserved
	var shape []int
	for range 4 {
		shape = append(shape, int(c.uint(4)))
	}
	if axes > len(shape) {
		c.malformed("a member with %d axes", axes)
		return nil
	}
	return shape[:axes]
}

// arrayOf returns the type of arrays of t; t itself for no shape.
func (c *cursor) arrayOf(t *Type, shape []int) *Type {
	if len(shape) == 0 {
		return t
	}
	n, ok := product(shape, t.Size)
	if !ok || n == 0 {
		c.malformed("a member of shape %v", shape)
	}
	return &Type{Class: ClassArray, Size: n, Element: t, Shape: shape}
}

func (c *cursor) enum(t *Type, l parts) {
	t.Element = c.nested(l.depth + 1)
	if c.err == nil && (t.Element.Class != ClassInteger || t.Element.Size > 8 || t.Element.Size != t.Size) {
		c.unsupported("an enum of %v", t.Element)
	}
	for range l.members {
		from := c.at
		name := c.text()
		if l.version < 3 {
			c.padded(from)
		}
		if c.err != nil {
			return
		}
		t.Members = append(t.Members, Member{Name: name, Type: t.Element})
	}
	for i := range t.Members {
		if raw := c.take(int64(t.Size)); c.err == nil {
			t.Members[i].Value = int64(t.Element.integer(raw))
		}
	}
	slices.SortStableFunc(t.Members, func(a, b Member) int { return cmp.Compare(a.Value, b.Value) })
}

func (c *cursor) array(t *Type, l parts) {
	axes := c.small(1)
	if l.version < 3 {
		c.skip(3)
	}
	if axes > mostAxes {
		c.malformed("an array of %d axes", axes)
	}
	for range axes {
		t.Shape = append(t.Shape, int(c.uint(4)))
	}
	if l.version < 3 {
		c.skip(4 * int64(axes)) // permutation
	}
	t.Element = c.nested(l.depth + 1)
	if n, ok := product(t.Shape, t.Element.Size); c.err == nil && (!ok || n != t.Size) {
		c.malformed("arrays of shape %v of %d bytes each do not take %d", t.Shape, t.Element.Size, t.Size)
	}
}

// product returns first times all numbers of shape; false when it is beyond
// what an int holds.
func product(shape []int, first int) (int, bool) {
	if slices.Contains(shape, 0) {
		return 0, true
	}
	n := first
	for _, axis := range shape {
		if axis < 0 || n > math.MaxInt/axis {
			return 0, false
		}
		n *= axis
	}
	return n, true
}

// bytesFor returns how many bytes it takes to write v.
func bytesFor(v uint64) int {
	n := 1
	for v >>= 8; v > 0; v >>= 8 {
		n++
	}
	return n
}
