package hdf5

import (
	"cmp"
	"math"
	"slices"
)

// Limits that the format itself sets.
const (
	mostAxes  = 32
	mostDepth = 32 // of types in types
)

// datatype reads a type.
func (c *cursor) datatype() *Type { return c.nested(0) }

// parts is what the reading of a type of several parts depends on.
type parts struct{ version, members, depth int }

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
	case ClassCompound, ClassEnum, ClassSequence, ClassArray:
		c.several(t, flags, parts{version, flags & 0xffff, depth + 1})
	default:
		c.one(t, flags)
	}
	return t
}

// one reads the rest of a type without parts.
func (c *cursor) one(t *Type, flags int) {
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
	default:
		c.unsupported("%s", t.Class)
	}
}

// several reads the rest of a type that has others in it.
func (c *cursor) several(t *Type, flags int, p parts) {
	switch t.Class {
	case ClassCompound:
		c.compound(t, p)
	case ClassEnum:
		c.enum(t, p)
	case ClassArray:
		c.array(t, p)
	case ClassSequence:
		t.Element = c.nested(p.depth)
		if flags&15 == 1 {
			t.Class, t.Variable, t.padding, t.Element = ClassString, true, flags>>4&15, nil
		}
	}
}

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
	t.bias = int(c.uint(4))
	if flags&(1<<6) != 0 {
		c.unsupported("floats in the byte order of a VAX")
	}
}

// padded passes the zeros after a name that began at from.
func (c *cursor) padded(from int64) { c.skip((8 - (c.at-from)%8) % 8) }

func (c *cursor) compound(t *Type, p parts) {
	used := 0
	for range p.members {
		from := c.at
		m := Member{Name: c.text()}
		if p.version < 3 {
			c.padded(from)
			m.Offset = c.small(4)
		} else {
			m.Offset = c.small(bytesFor(uint64(t.Size)))
		}
		shape := []int(nil)
		if p.version == 1 {
			shape = c.oldShape()
		}
		m.Type = c.arrayOf(c.nested(p.depth), shape)
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

func (c *cursor) enum(t *Type, p parts) {
	t.Element = c.nested(p.depth)
	if c.err == nil && (t.Element.Class != ClassInteger || t.Element.Size > 8 || t.Element.Size != t.Size) {
		c.unsupported("an enum of %v", t.Element)
	}
	for range p.members {
		from := c.at
		name := c.text()
		if p.version < 3 {
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

func (c *cursor) array(t *Type, p parts) {
	axes := c.small(1)
	if p.version < 3 {
		c.skip(3)
	}
	if axes > mostAxes {
		c.malformed("an array of %d axes", axes)
	}
	for range axes {
		t.Shape = append(t.Shape, int(c.uint(4)))
	}
	if p.version < 3 {
		c.skip(4 * int64(axes)) // permutation
	}
	t.Element = c.nested(p.depth)
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
