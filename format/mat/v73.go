package mat

import (
	"errors"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/hdf5"
)

// objectV73 is the least that an array of a version 7.3 file counts, in bytes.
// It ends the reading of cells that hold themselves.
const objectV73 = 64

// arrayV73 is an array of a version 7.3 file: an HDF5 dataset whose axes are in
// reverse, or a group for structs and sparse matrices.
type arrayV73 struct {
	*node
	f      *hdf5.File
	object hdf5.Object
	empty  bool // the dataset holds the lengths of the axes, and nothing else is there
}

// listV73 finds the variables of a version 7.3 file.
func (f *File) listV73() error {
	content, err := hdf5.Open(f.path)
	if err != nil {
		return err
	}
	header := f.close
	f.close = func() error { return errors.Join(content.Close(), header()) }
	names, err := content.Root().Names()
	if err != nil {
		return err
	}
	for _, name := range names {
		if strings.HasPrefix(name, "#") { // what cells and objects refer to
			continue
		}
		object, err := content.Root().Lookup(name)
		if err != nil {
			return err
		}
		n, err := nodeV73(content, object, name)
		if err != nil {
			return err
		}
		f.variables = append(f.variables, variable{Info: Info{name, n.class, seen(n.shape)}, open: func() (*node, error) { return n, nil }})
	}
	return nil
}

// nodeV73 returns the array that an object holds.
func nodeV73(f *hdf5.File, object hdf5.Object, name string) (*node, error) {
	class, _, err := object.Attribute("MATLAB_class")
	if err != nil {
		return nil, err
	}
	text, _ := class.Text()
	n := &node{place: place{f.Path() + "#" + object.Name(), -1}, name: name, class: Class(text), bytes: objectV73}
	a := &arrayV73{node: n, f: f, object: object}
	switch object := object.(type) {
	case *hdf5.Group:
		err = a.describeGroup(object)
	case *hdf5.Dataset:
		err = a.describeDataset(object)
	}
	return n, err
}

// describeDataset fills in what a dataset is.
func (a *arrayV73) describeDataset(d *hdf5.Dataset) error {
	a.node.bytes += d.Bytes()
	a.node.shape = fromHDF5(d.Shape())
	empty, err := a.number("MATLAB_empty")
	if a.empty = empty > 0; err == nil && a.empty {
		err = a.describeEmpty(d)
	}
	if err != nil {
		return err
	}
	switch a.class {
	case Struct:
		a.node.inside = a.bare
	case Cell:
		a.node.inside = func() (children, error) { return a.references(nil, []hdf5.Object{d}) }
	case Char:
		a.node.values = func() (stored, error) {
			s, err := a.read(d)
			if err != nil {
				return s, err
			}
			return a.text(s.real)
		}
	default:
		a.node.values = func() (stored, error) { return a.read(d) }
	}
	return nil
}

// fromHDF5 returns a shape as MATLAB shows it.
func fromHDF5(shape []int) []int {
	shape = slices.Clone(shape)
	slices.Reverse(shape)
	for len(shape) < 2 {
		shape = append(shape, 1)
	}
	return shape
}

// number returns the number that an attribute is; 0 when there is none.
func (a *arrayV73) number(attribute string) (int64, error) {
	value, found, err := a.object.Attribute(attribute)
	if err != nil || !found {
		return 0, err
	}
	numbers, ok := as[int64](value.Data)
	if !ok || len(numbers) != 1 {
		return 0, a.malformed(attribute, "%v is no whole number", value.Data)
	}
	return numbers[0], nil
}

// describeEmpty reads the shape of an empty array, which is its content.
func (a *arrayV73) describeEmpty(d *hdf5.Dataset) error {
	if d.Bytes() > 8*mostAxes {
		return a.malformed("MATLAB_empty", "%d bytes are no shape", d.Bytes())
	}
	content, err := d.Read()
	if err != nil {
		return err
	}
	lengths, ok := as[int64](content.Data)
	if !ok || len(lengths) < 2 {
		return a.malformed("MATLAB_empty", "%v is no shape", content.Data)
	}
	a.node.shape = make([]int, len(lengths))
	for axis, n := range lengths {
		a.node.shape[axis] = int(n)
	}
	if _, ok := count(a.shape); !ok {
		return a.malformed("MATLAB_empty", "no array has the shape %v", a.shape)
	}
	return nil
}

// vacant says whether there is nothing to read, and refuses to take elements
// out of nothing.
func (a *arrayV73) vacant() (bool, error) {
	if length, _ := count(a.shape); a.empty && length > 0 {
		return true, a.malformed("MATLAB_empty", "no array of shape %v is empty", a.shape)
	}
	return a.empty, nil
}

// read reads numbers: of complex ones, real and imag.
func (a *arrayV73) read(d *hdf5.Dataset) (stored, error) {
	if empty, err := a.vacant(); empty {
		return stored{real: []uint8{}}, err
	}
	content, err := d.Read()
	if err != nil {
		return stored{}, err
	}
	parts, two := content.Data.(hdf5.Compound)
	if !two {
		return stored{real: content.Data}, nil
	}
	real, ok := parts.Field("real")
	imaginary, also := parts.Field("imag")
	if !ok || !also {
		return stored{}, a.malformed("data", "%s has records without real and imag", a.name)
	}
	return stored{real: real.Data, imaginary: imaginary.Data}, nil
}

// bare returns what is in a struct array that is a dataset: it is empty, or its
// elements have no fields.
func (a *arrayV73) bare() (children, error) {
	fields, err := a.fields()
	if length, _ := count(a.shape); err == nil && (!a.empty || length*len(fields) > 0) {
		err = a.malformed("MATLAB_class", "%s is a struct with elements, and no group", a.name)
	}
	return children{fields: fields}, err
}

// references returns the arrays that datasets refer to: of a cell array one
// dataset, of a struct array one for each field.
func (a *arrayV73) references(fields []string, datasets []hdf5.Object) (children, error) {
	if empty, err := a.vacant(); empty {
		return children{}, err
	}
	length, _ := count(a.shape)
	targets := make([][]hdf5.Reference, len(datasets))
	for k, object := range datasets {
		d, ok := object.(*hdf5.Dataset)
		if !ok || !slices.Equal(fromHDF5(d.Shape()), a.shape) {
			return children{}, a.malformed(object.Name(), "its shape is not that of the array, %v", a.shape)
		}
		content, err := d.Read()
		if err != nil {
			return children{}, err
		}
		if targets[k], ok = content.Data.([]hdf5.Reference); !ok || len(targets[k]) != length {
			return children{}, a.malformed(object.Name(), "%s are no references", d.Type())
		}
	}
	return children{fields, func(i int) (*node, error) {
		object, err := a.f.Follow(targets[i%len(datasets)][i/len(datasets)])
		if err != nil {
			return nil, err
		}
		return nodeV73(a.f, object, a.childName(fields, i))
	}}, nil
}

// describeGroup fills in what a group is: a sparse matrix or a struct.
func (a *arrayV73) describeGroup(g *hdf5.Group) error {
	_, sparse, err := g.Attribute("MATLAB_sparse")
	if err != nil {
		return err
	}
	switch {
	case sparse && a.class.holdsNumbers():
		return a.describeSparse(g)
	case a.class == Struct:
		return a.describeStruct(g)
	}
	wrong := func() error { return a.malformed("MATLAB_class", "%s is a group and of class %q", a.name, a.class) }
	a.node.shape = []int{1, 1}
	a.node.values = func() (stored, error) { return stored{}, wrong() }
	a.node.inside = func() (children, error) { return children{}, wrong() }
	return nil
}

// describeStruct fills in what a struct is: the arrays in its group, or, when
// there are several elements, references to them.
func (a *arrayV73) describeStruct(g *hdf5.Group) error {
	a.node.shape = []int{1, 1}
	fields, members, err := a.members(g)
	if err != nil {
		return err
	}
	a.node.inside = func() (children, error) {
		return children{fields, func(i int) (*node, error) { return nodeV73(a.f, members[i], a.childName(fields, i)) }}, nil
	}
	for _, member := range members {
		d, ok := member.(*hdf5.Dataset)
		if !ok || d.Type().Class != hdf5.ClassReference {
			continue
		}
		if _, cell, err := d.Attribute("MATLAB_class"); err != nil || cell {
			return err
		}
		a.node.shape = fromHDF5(d.Shape())
		a.node.bytes += int64(len(members)) * d.Bytes()
		a.node.inside = func() (children, error) { return a.references(fields, members) }
		break
	}
	return nil
}

// members returns the fields of a struct and what they hold: arrays, or for a
// struct array datasets of references.
func (a *arrayV73) members(g *hdf5.Group) ([]string, []hdf5.Object, error) {
	fields, err := a.fields()
	if err == nil && len(fields) == 0 {
		fields, err = g.Names()
	}
	if err != nil {
		return nil, nil, err
	}
	members := make([]hdf5.Object, len(fields))
	for k, name := range fields {
		if members[k], err = a.member(g, name); err != nil {
			return nil, nil, err
		}
	}
	return fields, members, nil
}

// member returns what a name that the file itself gives leads to in a group.
func (a *arrayV73) member(g *hdf5.Group, name string) (hdf5.Object, error) {
	object, err := g.Lookup(name)
	if err != nil && !errors.Is(err, file.ErrMalformed) && !errors.Is(err, file.ErrUnsupported) {
		err = a.malformed(name, "%v", err)
	}
	return object, err
}

// fields returns the names that MATLAB_fields lists: one letter after the other.
func (a *arrayV73) fields() ([]string, error) {
	value, found, err := a.object.Attribute("MATLAB_fields")
	if err != nil || !found {
		return []string{}, err
	}
	names, ok := value.Data.([]hdf5.Array)
	if !ok {
		return nil, a.malformed("MATLAB_fields", "%T are no names", value.Data)
	}
	fields := make([]string, len(names))
	for k, name := range names {
		letters, ok := name.Data.([]string)
		if !ok {
			return nil, a.malformed("MATLAB_fields", "%T are no letters", name.Data)
		}
		fields[k] = strings.Join(letters, "")
	}
	return fields, nil
}

// describeSparse fills in what a sparse matrix is: row indices ir, the index jc
// at which every column starts, and data. Without values ir and data are not
// there.
func (a *arrayV73) describeSparse(g *hdf5.Group) error {
	rows, err := a.number("MATLAB_sparse")
	if err != nil {
		return err
	}
	starts, err := a.member(g, "jc")
	if err != nil {
		return err
	}
	d, ok := starts.(*hdf5.Dataset)
	if !ok || len(d.Shape()) != 1 || d.Shape()[0] < 1 {
		return a.malformed("jc", "it is no list of column indices")
	}
	a.node.shape = []int{int(rows), d.Shape()[0] - 1}
	if _, ok := count(a.shape); !ok {
		return a.malformed("MATLAB_sparse", "no array has the shape %v", a.shape)
	}
	a.node.bytes += d.Bytes()
	a.node.values = func() (stored, error) { return a.sparse(g) }
	return nil
}

// sparse reads the values of a sparse matrix.
func (a *arrayV73) sparse(g *hdf5.Group) (stored, error) {
	names, err := g.Names()
	if err != nil {
		return stored{}, err
	}
	parts := map[string]stored{"data": {real: []float64{}}, "ir": {real: []int64{}}}
	for _, name := range []string{"jc", "ir", "data"} {
		if !slices.Contains(names, name) {
			continue
		}
		object, err := g.Lookup(name)
		if err != nil {
			return stored{}, err
		}
		d, ok := object.(*hdf5.Dataset)
		if !ok {
			return stored{}, a.malformed(name, "it is a group")
		}
		if parts[name], err = a.read(d); err != nil {
			return stored{}, err
		}
	}
	rows, ok := as[int64](parts["ir"].real)
	starts, also := as[int64](parts["jc"].real)
	if !ok || !also {
		return stored{}, a.malformed("ir and jc", "they are no whole numbers")
	}
	positions, err := a.positions(rows, starts)
	s := parts["data"]
	s.positions = positions
	return s, err
}
