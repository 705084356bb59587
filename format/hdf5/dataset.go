package hdf5

import (
	"context"
	"errors"
	"slices"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/work"
)

// A Dataset is an array with a name. Opening one reads its header alone.
type Dataset struct {
	object
	space   space
	typ     *Type
	storage storage
	filters []filter
	fill    []byte // one element, of what was never written; nil for zeros
	bytes   int    // of all elements, as the type has them

	unreadable error // why the data are beyond this program; shape and type are not
}

func newDataset(o object) (*Dataset, error) {
	d := &Dataset{object: o}
	for _, read := range []func() error{d.readSpace, d.readType, d.readFill, d.readLayout, d.readFilters} {
		err := read()
		if errors.Is(err, file.ErrUnsupported) && d.typ != nil {
			d.unreadable = err
			return d, nil
		}
		if err != nil {
			return nil, err
		}
	}
	return d, nil
}

// Shape returns the lengths of the axes: none for a single value.
func (d *Dataset) Shape() []int { return slices.Clone(d.space.shape) }

// Type returns the type of the elements.
func (d *Dataset) Type() *Type { return d.typ }

// Bytes returns how many bytes the elements take once read and inflated;
// strings and sequences of varying length count with 16 each.
func (d *Dataset) Bytes() int64 { return int64(d.bytes) }

// Read reads all of the dataset, its chunks on every processor.
//
//	shapes   as stored; the elements of an array type add its axes at the end
//	errors   *file.ParseError
//	cost     memory for the values; for other than plain numbers twice that
func (d *Dataset) Read() (Array, error) { return d.ReadOn(context.Background(), work.Budget{}) }

// ReadOn is [Dataset.Read] on the threads of the budget, until ctx is done.
func (d *Dataset) ReadOn(ctx context.Context, budget work.Budget) (Array, error) {
	if d.unreadable != nil {
		return Array{}, d.unreadable
	}
	chunks, err := d.stored()
	if err != nil {
		return Array{}, err
	}
	n, _ := product(d.space.shape, 1)
	if data, raw := d.typ.plain(n); data != nil {
		if err := d.readBytes(ctx, budget, chunks, raw); err != nil {
			return Array{}, err
		}
		d.typ.toNative(raw)
		return Array{Shape: d.Shape(), Data: data}, nil
	}
	raw := make([]byte, d.bytes)
	if err := d.readBytes(ctx, budget, chunks, raw); err != nil {
		return Array{}, err
	}
	return d.f.decoder().array(d.typ, d.space.shape, raw)
}

// malformed returns an error about the dataset as a whole.
func (d *Dataset) malformed(field, format string, args ...any) error {
	return file.Malformed(d.f.path, d.f.start+d.address, d.name+": "+field, format, args...)
}

// required returns the content of a message that every dataset has.
func (d *Dataset) required(structure string, kind int) (*cursor, error) {
	m := d.header.find(kind)
	if m == nil {
		return nil, d.malformed(structure, "the header has none")
	}
	c := d.f.content(structure, m)
	return c, c.err
}

func (d *Dataset) readSpace() error {
	c, err := d.required("dataspace", kindDataspace)
	if err != nil {
		return err
	}
	d.space = c.dataspace()
	return c.err
}

func (d *Dataset) readType() error {
	c, err := d.required("datatype", kindDatatype)
	if err != nil {
		return err
	}
	t := c.datatype()
	if c.err != nil {
		return c.err
	}
	n, ok := product(d.space.shape, t.Size)
	if !ok {
		return d.malformed("dataspace", "shape %v of %d bytes each is beyond what this system can address", d.space.shape, t.Size)
	}
	d.typ, d.bytes = t, n
	return nil
}

// readFill reads the value of what was never written.
func (d *Dataset) readFill() error {
	m, structure := d.header.find(kindFill), "fill value"
	if m == nil {
		m, structure = d.header.find(kindOldFill), "old fill value"
	}
	if m == nil {
		return nil
	}
	c := d.f.content(structure, m)
	var value []byte
	if m.kind == kindOldFill {
		value = c.take(c.size(4))
	} else {
		value = c.fillValue()
	}
	if c.err == nil && len(value) > 0 && len(value) != d.typ.Size {
		c.malformed("%d bytes for an element of %d", len(value), d.typ.Size)
	}
	if slices.ContainsFunc(value, func(b byte) bool { return b != 0 }) {
		d.fill = value
	}
	return c.err
}

// fillValue reads the message's value; nil if it has none, and zeros stand.
func (c *cursor) fillValue() []byte {
	version := c.version(1, 2, 3)
	if version == 3 {
		if flags := c.small(1); flags&(1<<5) == 0 {
			return nil
		}
		return c.take(c.size(4))
	}
	c.skip(2) // when space is taken and when it is filled
	if defined := c.small(1); version == 2 && defined == 0 {
		return nil
	}
	return c.take(c.size(4))
}
