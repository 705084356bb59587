package hdf5

import (
	"cmp"
	"slices"

	"github.com/isocortex/isocortex/file"
)

// object is what groups and datasets share: a header with attributes.
type object struct {
	f       *File
	name    string
	address int64
	header  *header
}

// Name returns the path of the object in its file, "/a/b"; of one that a
// reference led to, the place of its header.
func (o *object) Name() string { return o.name }

// An attribute is a small array with a name; its value is read when asked for.
type attribute struct {
	name  string
	typ   *Type
	space space
	raw   *cursor // over the bytes of the value
}

// Attributes returns the names of the attributes in lexical order.
func (o *object) Attributes() ([]string, error) {
	attributes, err := o.attributes()
	names := make([]string, len(attributes))
	for i, a := range attributes {
		names[i] = a.name
	}
	return names, err
}

// Attribute reads the attribute of this name; false if there is none.
func (o *object) Attribute(name string) (Array, bool, error) {
	attributes, err := o.attributes()
	if err != nil {
		return Array{}, false, err
	}
	for _, a := range attributes {
		if a.name != name {
			continue
		}
		n, ok := product(a.space.shape, a.typ.Size)
		if !ok {
			return Array{}, true, file.Malformed(o.f.path, -1, o.name+": attribute "+name, "shape %v of %d bytes each", a.space.shape, a.typ.Size)
		}
		raw := a.raw.take(int64(n))
		if a.raw.err != nil {
			return Array{}, true, a.raw.err
		}
		value, err := o.f.decoder().array(a.typ, a.space.shape, raw)
		return value, true, err
	}
	return Array{}, false, nil
}

// attributes reads the attributes in the header, or in a heap.
func (o *object) attributes() ([]attribute, error) {
	var found []attribute
	for i := range o.header.messages {
		if m := &o.header.messages[i]; m.kind == kindAttribute {
			c := o.f.content("attribute message", m)
			if found = append(found, c.attribute()); c.err != nil {
				return nil, c.err
			}
		}
	}
	if m := o.header.find(kindAttributeInfo); m != nil {
		c := o.f.content("attribute info message", m)
		c.version(0)
		if flags := c.small(1); flags&1 != 0 {
			c.skip(2)
		}
		heap, index := c.address(), c.address()
		if c.err != nil {
			return nil, c.err
		}
		if heap != undefined {
			var err error
			if found, err = o.f.denseAttributes(heap, index, found); err != nil {
				return nil, err
			}
		}
	}
	slices.SortFunc(found, func(a, b attribute) int { return cmp.Compare(a.name, b.name) })
	return found, nil
}

func (f *File) denseAttributes(heap, index int64, found []attribute) ([]attribute, error) {
	h, err := f.fractalHeap(heap)
	if err != nil {
		return nil, err
	}
	err = f.tree2(index, func(record *cursor, _ int) error {
		id := *record
		record.skip(h.idLength)
		if flags := record.small(1); flags&flagShared != 0 {
			record.unsupported("attributes shared by the whole file")
		}
		if record.err != nil {
			return record.err
		}
		c := h.object(&id, "attribute message")
		found = append(found, c.attribute())
		return c.err
	})
	return found, err
}

// attribute reads an attribute message.
func (c *cursor) attribute() attribute {
	version := c.version(1, 2, 3)
	flags := c.small(1)
	sizes := [3]int64{c.size(2), c.size(2), c.size(2)}
	if version == 3 {
		c.skip(1) // encoding of the name
	}
	parts := [3]*cursor{}
	for i, size := range sizes {
		if c.err != nil {
			return attribute{}
		}
		parts[i] = c.cursorOver(size)
		if version == 1 {
			c.skip((8 - size%8) % 8)
		}
	}
	a := attribute{name: parts[0].text()}
	if flags&1 != 0 {
		parts[1] = c.f.content("datatype", &message{kind: kindDatatype, flags: flagShared, at: parts[1].at, size: sizes[1]})
	}
	a.typ = parts[1].datatype()
	a.space = parts[2].dataspace()
	if flags&2 != 0 {
		c.unsupported("attributes with a shared dataspace")
	}
	for _, part := range parts {
		if c.err == nil {
			c.err = part.err
		}
	}
	a.raw = c.cursorOver(max(0, c.left()))
	return a
}
