package exchange

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/mat"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/variable"
)

// The variable that says what a MAT file of this program holds, and its fields.
// A part is an array of the .npz file; its place is a variable, or a field of
// one; MATLAB has two axes at least, so how many there are is kept.
const (
	matNote     = "isocortex"
	matContents = "contents"
	matParts    = "parts"
	matPlaces   = "places"
	matAxes     = "axes"
)

// longestStem leaves room for a number behind a name that MATLAB allows.
const longestStem = 55

// matName turns text into a name that MATLAB allows.
func matName(text string) string {
	name := []byte(text)
	for i, c := range name {
		if letter := c|0x20 >= 'a' && c|0x20 <= 'z'; !letter && (c < '0' || c > '9') {
			name[i] = '_'
		}
	}
	if len(name) == 0 || name[0] == '_' || name[0] <= '9' {
		name = append([]byte("x"), name...)
	}
	return string(name[:min(len(name), longestStem)])
}

// toMAT returns an array as MATLAB has it. A text without axes is a char array,
// others are cell arrays.
func toMAT(a *npy.Array) (mat.Value, error) {
	if err := a.Check(); err != nil {
		return mat.Value{}, err
	}
	shape := twoAxes(a.Shape)
	switch data := a.Data.(type) {
	case []float32:
		return mat.Array(data, shape...), nil
	case []float64:
		return mat.Array(data, shape...), nil
	case []int64:
		return mat.Array(data, shape...), nil
	case []int32:
		return mat.Array(data, shape...), nil
	case []uint8:
		return mat.Array(data, shape...), nil
	case []bool:
		return mat.Array(data, shape...), nil
	}
	texts := a.Data.([]string)
	if len(a.Shape) == 0 {
		return mat.Text(texts[0]), nil
	}
	v := mat.Value{Class: mat.Cell, Shape: shape, Cells: make([]mat.Value, len(texts))}
	for i, text := range texts {
		v.Cells[i] = mat.Text(text)
	}
	return v, nil
}

// twoAxes returns the shape that MATLAB gives an array: a list is a column, and
// axes of length 1 at the end of more than two do not exist.
func twoAxes(shape []int) []int {
	axes := append([]int{}, shape...)
	for len(axes) < 2 {
		axes = append(axes, 1)
	}
	for len(axes) > 2 && axes[len(axes)-1] == 1 {
		axes = axes[:len(axes)-1]
	}
	return axes
}

// withAxes undoes twoAxes.
func withAxes(shape []int, axes int) ([]int, error) {
	for len(shape) < axes {
		shape = append(shape, 1)
	}
	for _, n := range shape[axes:] {
		if n != 1 {
			return nil, fmt.Errorf("the shape is %v, but there are to be %d axes", shape, axes)
		}
	}
	return shape[:axes], nil
}

// writePartsMAT writes parts as variables, those of a group as fields of a
// struct, behind a note of what they are: a file that was cut lacks what its note
// names.
func writePartsMAT(path, contents string, parts map[string]*npy.Array) error {
	var variables []mat.Variable
	groups := map[string]int{}
	var names, places []string
	var axes []float64
	for _, p := range placesOf(sortedNames(parts), matName) {
		value, err := toMAT(parts[p.part])
		if err != nil {
			return fmt.Errorf("write %s: %s: %w", path, p.part, err)
		}
		names, axes = append(names, p.part), append(axes, float64(len(parts[p.part].Shape)))
		if p.group == "" {
			places = append(places, p.name)
			variables = append(variables, mat.Variable{Name: p.name, Value: value})
			continue
		}
		places = append(places, p.group+"."+p.name)
		at, known := groups[p.group]
		if !known {
			at = len(variables)
			groups[p.group] = at
			variables = append(variables, mat.Variable{Name: p.group, Value: mat.Fields()})
		}
		group := &variables[at].Value
		group.Fields = append(group.Fields, p.name)
		group.Elements[0] = append(group.Elements[0], value)
	}
	note, err := matStruct([]string{matContents, matParts, matPlaces, matAxes}, contents, names, places, axes)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return mat.Write(path, slices.Insert(variables, 0, mat.Variable{Name: matNote, Value: note}))
}

// matStruct returns a struct of one element. Values are texts, lists and
// numbers.
func matStruct(fields []string, values ...any) (mat.Value, error) {
	var all []mat.Variable
	for i, name := range fields {
		var a *npy.Array
		switch value := values[i].(type) {
		case string:
			a = &npy.Array{Shape: []int{}, Data: []string{value}}
		case []string:
			a = npy.Vector(value)
		case []float64:
			a = npy.Vector(value)
		case float64:
			a = &npy.Array{Shape: []int{}, Data: []float64{value}}
		case bool:
			a = &npy.Array{Shape: []int{}, Data: []bool{value}}
		}
		v, err := toMAT(a)
		if err != nil {
			return mat.Value{}, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, mat.Variable{Name: name, Value: v})
	}
	return mat.Fields(all...), nil
}

// A matFile is a MAT file that is being read.
type matFile struct {
	*mat.File
	note mat.Value // of this program; of class "" in files of others
}

// openMAT opens a file and reads the note of this program, if it has one.
func openMAT(path string) (*matFile, error) {
	f, err := mat.Open(path)
	if err != nil {
		return nil, err
	}
	m := &matFile{File: f}
	for _, v := range f.Variables() {
		if v.Name == matNote && v.Class == mat.Struct && len(v.Shape) == 2 && v.Shape[0]*v.Shape[1] == 1 {
			if m.note, err = f.Read(matNote); err != nil {
				return nil, errors.Join(err, f.Close())
			}
		}
	}
	return m, nil
}

// array returns a field of the note; nil if there is none.
func (m *matFile) array(field string) *npy.Array {
	if m.note.Len() != 1 {
		return nil
	}
	v, found := m.note.Field(0, field)
	if !found {
		return nil
	}
	a, err := variable.FromMAT(v)
	if err != nil {
		return nil
	}
	return a
}

// text returns a text of the note, "" if it has none.
func (m *matFile) text(field string) string {
	if list := m.texts(field); len(list) == 1 {
		return list[0]
	}
	return ""
}

// texts returns a list of the note, nil if it has none.
func (m *matFile) texts(field string) []string {
	if a := m.array(field); a != nil {
		if list, ok := a.Data.([]string); ok {
			return list
		}
	}
	return nil
}

// numbers returns numbers of the note, nil if it has none.
func (m *matFile) numbers(field string) []float64 {
	if a := m.array(field); a != nil {
		if list, err := a.Float64s(); err == nil {
			return list
		}
	}
	return nil
}

func (m *matFile) malformed(field, format string, args ...any) error {
	return file.Malformed(m.Path(), -1, field, format, args...)
}

// parts reads what writePartsMAT wrote.
func (m *matFile) parts() (map[string]*npy.Array, error) {
	names, places, axes := m.texts(matParts), m.texts(matPlaces), m.numbers(matAxes)
	if len(names) != len(places) || len(names) != len(axes) {
		return nil, m.malformed(matNote, "%d names for %d places with %d numbers of axes", len(names), len(places), len(axes))
	}
	parts := map[string]*npy.Array{}
	for i, part := range names {
		v, err := m.Read(places[i])
		if err != nil {
			return nil, err
		}
		a, err := variable.FromMAT(v)
		if err == nil && axes[i] >= 0 && axes[i] <= 64 {
			a.Shape, err = withAxes(a.Shape, int(axes[i]))
		}
		if err != nil {
			return nil, m.malformed(places[i], "%w", err)
		}
		parts[part] = a
	}
	return parts, nil
}

// contentsMAT goes by the note of this program, else by what variables there
// are.
func contentsMAT(path, name string) (string, error) {
	m, err := openMAT(path)
	if err != nil {
		return "", err
	}
	defer m.Close()
	if name != "" {
		if fields, err := m.Fields(name); err == nil && holdsRDMs(fields) {
			return KindRDMs, nil
		}
		return KindArray, nil
	}
	if kind := m.text(matContents); kind != "" {
		return kind, nil
	}
	stacks, err := m.stacks()
	if err != nil {
		return "", err
	}
	if len(stacks) > 0 || len(m.ofMeadows()) > 0 {
		return KindRDMs, nil
	}
	var names []string
	for _, v := range m.Variables() {
		names = append(names, v.Name)
	}
	return kindOf(names), nil
}

func writeDatasetMAT(path string, d *dataset.Dataset) error {
	return writePartsMAT(path, KindDataset, d.Parts())
}

func writeArraysMAT(path string, arrays map[string]*npy.Array) error {
	return writePartsMAT(path, KindArray, arrays)
}

// readDatasetMAT reads what writeDatasetMAT wrote, or variables of these names
// that somebody saved in MATLAB.
func readDatasetMAT(path string) (*dataset.Dataset, error) {
	m, err := openMAT(path)
	if err != nil {
		return nil, err
	}
	defer m.Close()
	read := m.parts
	if m.text(matContents) == "" {
		read = m.variables
	}
	parts, err := read()
	if err != nil {
		return nil, err
	}
	d, err := dataset.FromParts(parts)
	if err != nil {
		return nil, m.malformed("Dataset", "%w", err)
	}
	return d, nil
}

// reserved reports whether a Dataset has a part, or parts, of this name.
func reserved(name string) bool {
	return slices.Contains([]string{"measurements", "times", "observation", "channel", "description"}, name)
}

// variables reads the variables of a file that this program did not write:
// measurements, times, and the structs observation, channel and description.
// Others are kept if they are arrays.
func (m *matFile) variables() (map[string]*npy.Array, error) {
	parts := map[string]*npy.Array{}
	for _, info := range m.Variables() {
		if err := m.takeVariable(parts, info); err != nil && reserved(info.Name) {
			return nil, err
		}
	}
	return parts, nil
}

// takeVariable adds an array, or the fields of a struct.
func (m *matFile) takeVariable(parts map[string]*npy.Array, info mat.Info) error {
	v, err := m.Read(info.Name)
	if err != nil {
		return err
	}
	if v.Class != mat.Struct {
		return m.take(parts, info.Name, v)
	}
	if v.Len() != 1 {
		return m.malformed(info.Name, "a struct array of %d elements, not one", v.Len())
	}
	for i, field := range v.Fields {
		if err := m.take(parts, info.Name+"."+field, v.Elements[0][i]); err != nil {
			return err
		}
	}
	return nil
}

// take adds an array, with the axes that a part of its name has: MATLAB's lists
// are rows or columns, and a list of texts may be a char array.
func (m *matFile) take(parts map[string]*npy.Array, name string, v mat.Value) error {
	a, err := variable.FromMAT(v)
	if err != nil {
		return m.malformed(name, "%w", err)
	}
	group, _, _ := strings.Cut(name, ".")
	list := name == "times" || group == "observation" || group == "channel"
	if n := a.Len(); list && (len(a.Shape) == 0 || len(a.Shape) == 2 && (a.Shape[0] == n || a.Shape[1] == n)) {
		a.Shape = []int{n}
	} else if group == "description" && n == 1 {
		a.Shape = []int{}
	}
	parts[name] = a
	return nil
}

// writeTableMAT writes a struct of columns, which struct2table takes, and one of
// what they are.
func writeTableMAT(path string, t *result.Table) error {
	names := make([]string, len(t.Columns))
	units, descriptions := make([]string, len(names)), make([]string, len(names))
	fields, values := make([]string, len(names)), make([]any, len(names))
	for i, c := range t.Columns {
		names[i], units[i], descriptions[i] = c.Name, c.Unit, c.Description
		fields[i] = matName(c.Name)
		switch {
		case c.Text != nil:
			values[i] = c.Text
		case c.Counts != nil:
			values[i] = counts(c.Counts)
		default:
			values[i] = c.Numbers
		}
	}
	columns, err := matStruct(unique(fields), values...)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	note, err := matStruct([]string{matContents, "description", "columns", "units", "descriptions"}, KindTable, t.Description, names, units, descriptions)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return mat.Write(path, []mat.Variable{{Name: matNote, Value: note}, {Name: "columns", Value: columns}})
}

// counts are whole numbers as MATLAB likes them.
func counts(of []int) []float64 {
	numbers := make([]float64, len(of))
	for i, n := range of {
		numbers[i] = float64(n)
	}
	return numbers
}
