package exchange

import (
	"errors"
	"strings"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/hdf5"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/variable"
)

// Attributes of this program: of the file, what it holds; of an array whose name
// HDF5 cannot have, that name.
const (
	hdf5Contents = "isocortex"
	hdf5Part     = "name"
)

// hdf5Name turns text into a name that HDF5 allows.
func hdf5Name(text string) string {
	name := strings.ReplaceAll(text, "/", "_")
	if strings.Trim(name, ".") == "" {
		return "_" + name
	}
	return name
}

// textAttribute is an attribute that is one text.
func textAttribute(name, text string) hdf5.Attribute {
	return hdf5.Attribute{Name: name, Value: hdf5.Array{Shape: []int{}, Data: []string{text}}}
}

// leaf is an array to be written, called name, which stands for part.
func leaf(name, part string, a *npy.Array) hdf5.Node {
	node := hdf5.Node{Name: name, Data: &hdf5.Array{Shape: a.Shape, Data: a.Data}}
	if name != part {
		node.Attributes = append(node.Attributes, textAttribute(hdf5Part, part))
	}
	return node
}

// writePartsHDF5 writes parts as arrays, those of a group in a group.
func writePartsHDF5(path, contents string, parts map[string]*npy.Array) error {
	root := hdf5.Node{Attributes: []hdf5.Attribute{textAttribute(hdf5Contents, contents)}}
	groups := map[string]int{}
	for _, p := range placesOf(sortedNames(parts), hdf5Name) {
		if p.group == "" {
			root.Nodes = append(root.Nodes, leaf(p.name, p.part, parts[p.part]))
			continue
		}
		at, known := groups[p.group]
		if !known {
			at = len(root.Nodes)
			groups[p.group] = at
			root.Nodes = append(root.Nodes, hdf5.Node{Name: p.group})
		}
		node := leaf(p.name, strings.TrimPrefix(p.part, p.group+"."), parts[p.part])
		root.Nodes[at].Nodes = append(root.Nodes[at].Nodes, node)
	}
	return hdf5.Write(path, root)
}

// readPartsHDF5 reads the arrays of a file, and of the groups at its top. What is
// neither numbers nor texts is left out where a Dataset has no such part.
func readPartsHDF5(f *hdf5.File) (map[string]*npy.Array, error) {
	parts := map[string]*npy.Array{}
	take := func(group, name string, object hdf5.Object) error {
		d, isDataset := object.(*hdf5.Dataset)
		if !isDataset {
			return nil // groups in groups are nothing that a Dataset has
		}
		part, err := partName(name, d)
		if err != nil {
			return err
		}
		if group != "" {
			part = group + "." + part
		}
		err = readInto(f, parts, part, d)
		if top, _, _ := strings.Cut(part, "."); !reserved(top) && errors.Is(err, file.ErrUnsupported) {
			return nil
		}
		return err
	}
	return parts, eachObject(f.Root(), func(name string, object hdf5.Object) error {
		if g, isGroup := object.(*hdf5.Group); isGroup {
			return eachObject(g, func(inner string, object hdf5.Object) error { return take(name, inner, object) })
		}
		return take("", name, object)
	})
}

// eachObject calls visit with every object of a group.
func eachObject(g *hdf5.Group, visit func(name string, object hdf5.Object) error) error {
	names, err := g.Names()
	if err != nil {
		return err
	}
	for _, name := range names {
		object, err := g.Lookup(name)
		if err != nil {
			return err
		}
		if err := visit(name, object); err != nil {
			return err
		}
	}
	return nil
}

// partName is what an array stands for: its name, or what an attribute says.
func partName(name string, object hdf5.Object) (string, error) {
	text, err := attributeText(object, hdf5Part)
	if err != nil || text == nil {
		return name, err
	}
	return *text, nil
}

// attributeText returns an attribute that is one text; nil if there is none.
func attributeText(object hdf5.Object, name string) (*string, error) {
	a, found, err := object.Attribute(name)
	if err != nil || !found {
		return nil, err
	}
	if text, ok := a.Text(); ok {
		return &text, nil
	}
	return nil, nil
}

// readInto reads an array.
func readInto(f *hdf5.File, parts map[string]*npy.Array, part string, d *hdf5.Dataset) error {
	found, err := d.Read()
	if err != nil {
		return err
	}
	if parts[part], err = variable.FromHDF5(found); err != nil {
		return file.Unsupported(f.Path(), -1, d.Name(), "%w", err)
	}
	return nil
}

// contentsHDF5 goes by what this program wrote about the file, else by the names
// in it.
func contentsHDF5(path, name string) (kind string, err error) {
	f, err := hdf5.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if name != "" {
		object, err := f.Lookup(name)
		if err != nil {
			return "", err
		}
		if g, isGroup := object.(*hdf5.Group); isGroup {
			names, err := g.Names()
			return kindOf(names), err
		}
		return KindArray, nil
	}
	text, err := attributeText(f.Root(), hdf5Contents)
	if err != nil {
		return "", err
	}
	if text != nil {
		return *text, nil
	}
	names, err := f.Root().Names()
	return kindOf(names), err
}

func writeDatasetHDF5(path string, d *dataset.Dataset) error {
	return writePartsHDF5(path, KindDataset, d.Parts())
}

func writeArraysHDF5(path string, arrays map[string]*npy.Array) error {
	return writePartsHDF5(path, KindArray, arrays)
}

// readDatasetHDF5 reads what writeDatasetHDF5 wrote, or arrays and groups of
// these names that somebody saved with h5py or rhdf5.
func readDatasetHDF5(path string) (d *dataset.Dataset, err error) {
	f, err := hdf5.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	parts, err := readPartsHDF5(f)
	if err != nil {
		return nil, err
	}
	if d, err = dataset.FromParts(parts); err != nil {
		return nil, file.Malformed(path, -1, "Dataset", "%w", err)
	}
	return d, nil
}

// writeTableHDF5 writes an array per column, with what it is as attributes.
func writeTableHDF5(path string, t *result.Table) error {
	root := hdf5.Node{Attributes: []hdf5.Attribute{textAttribute(hdf5Contents, KindTable), textAttribute("description", t.Description)}}
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = hdf5Name(c.Name)
	}
	for i, name := range unique(names) {
		c := t.Columns[i]
		var a *npy.Array
		switch {
		case c.Text != nil:
			a = npy.Vector(c.Text)
		case c.Counts != nil:
			a = npy.Vector(convert[int64](counts(c.Counts)))
		default:
			a = npy.Vector(c.Numbers)
		}
		node := leaf(name, c.Name, a)
		node.Attributes = append(node.Attributes, textAttribute("unit", c.Unit), textAttribute("description", c.Description))
		root.Nodes = append(root.Nodes, node)
	}
	return hdf5.Write(path, root)
}
