package exchange

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/format/mat"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/unit"
	"github.com/isocortex/isocortex/variable"
)

// The struct array of RDMs, as MATLAB's RSA toolbox has it, and its fields; and
// the variable with the labels of the conditions.
const (
	matStack      = "RDMs"
	matMatrix     = "RDM"
	matTitle      = "name"
	matTime       = "time"
	matConditions = "conditions"
)

// Fields of the note about RDMs.
const (
	noteMeasure    = "measure"
	noteDefinition = "definition"
	noteKind       = "kind"
	noteChance     = "chance"
	notePerChannel = "per_channel"
	noteSigned     = "signed"
	noteWindow     = "window"
	noteLabels     = "labels" // and, in the same order, the fields that hold them
	noteFields     = "fields"
)

// writeRDMsMAT writes a struct array with an element per RDM.
//
// Its fields are RDM, the square matrix, and name, as in the RSA toolbox; one
// for every label; and time, in seconds.
func writeRDMsMAT(path string, r *rdm.RDMs) error {
	labels := slices.Sorted(maps.Keys(r.Labels))
	fields := labelFields(labels)
	d := r.Definition
	note, err := matStruct(
		[]string{matContents, noteMeasure, noteDefinition, noteKind, noteChance, notePerChannel, noteSigned, noteWindow, noteLabels, noteFields},
		KindRDMs, d.Measure, d.Text, string(d.Kind), d.Chance, d.PerChannel, d.Signed, r.Window, labels, fields,
	)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	variables := []mat.Variable{{Name: matNote, Value: note}}
	if r.Conditions != nil {
		conditions, err := toMAT(npy.Vector(r.Conditions))
		if err != nil {
			return fmt.Errorf("write %s: %w", path, err)
		}
		variables = append(variables, mat.Variable{Name: matConditions, Value: conditions})
	}
	stack := mat.Variable{Name: matStack, Value: structs(r, labels, fields)}
	return mat.Write(path, append(variables, stack)) // the stack last: a file that was cut has none
}

// labelFields finds a field for every label; that of names is there already.
func labelFields(labels []string) []string {
	var others []string
	for _, label := range labels {
		if label != matTitle {
			others = append(others, matName(label))
		}
	}
	fields := unique(others, matMatrix, matTitle, matTime)
	if at := slices.Index(labels, matTitle); at >= 0 {
		fields = slices.Insert(fields, at, matTitle)
	}
	return fields
}

// structs returns the struct array.
func structs(r *rdm.RDMs, labels, fields []string) mat.Value {
	stack := mat.Value{Class: mat.Struct, Shape: []int{1, r.Len()}, Fields: []string{matMatrix, matTitle}}
	for k := range r.Len() {
		stack.Elements = append(stack.Elements, []mat.Value{mat.Array(square(r, k), r.Size, r.Size), mat.Text(title(r, k))})
	}
	for i, label := range labels {
		if label == matTitle {
			continue
		}
		stack.Fields = append(stack.Fields, fields[i])
		for k, text := range r.Labels[label] {
			stack.Elements[k] = append(stack.Elements[k], mat.Text(text))
		}
	}
	if r.Times != nil {
		stack.Fields = append(stack.Fields, matTime)
		for k, t := range r.Times {
			stack.Elements[k] = append(stack.Elements[k], mat.Array([]float64{t}, 1, 1))
		}
	}
	return stack
}

// square returns the matrix of RDM k.
func square(r *rdm.RDMs, k int) []float64 {
	matrix := make([]float64, r.Size*r.Size)
	for i := range r.Size {
		for j := range r.Size {
			matrix[i*r.Size+j] = r.At(k, i, j)
		}
	}
	return matrix
}

// title is what people call RDM k: its name, else all its labels and its time.
func title(r *rdm.RDMs, k int) string {
	if names := r.Labels[matTitle]; names != nil {
		return names[k]
	}
	var words []string
	for _, label := range slices.Sorted(maps.Keys(r.Labels)) {
		words = append(words, r.Labels[label][k])
	}
	if r.Times != nil {
		words = append(words, unit.Milliseconds(r.Times[k]))
	}
	return strings.Join(words, " | ")
}

// holdsRDMs reports whether a struct with these fields is one of the RSA toolbox.
func holdsRDMs(fields []string) bool { return slices.Contains(fields, matMatrix) }

// stacks lists the variables that hold RDMs.
func (m *matFile) stacks() ([]string, error) {
	var names []string
	for _, v := range m.Variables() {
		if v.Class != mat.Struct {
			continue
		}
		fields, err := m.Fields(v.Name)
		if err != nil {
			return nil, err
		}
		if holdsRDMs(fields) {
			names = append(names, v.Name)
		}
	}
	return names, nil
}

// readRDMsMAT reads a struct array of RDMs: the one that is named, or the only
// one there is.
func readRDMsMAT(path, name string) (*rdm.RDMs, error) {
	m, err := openMAT(path)
	if err != nil {
		return nil, err
	}
	defer m.Close()
	if name == "" {
		if names := m.ofMeadows(); len(names) > 0 {
			return m.readMeadows(names)
		}
		if name, err = m.only(); err != nil {
			return nil, err
		}
	}
	v, err := m.Read(name)
	if err != nil {
		return nil, err
	}
	if v.Class != mat.Struct || !holdsRDMs(v.Fields) {
		return nil, fmt.Errorf("%s#%s is no struct with a field %s", path, name, matMatrix)
	}
	r, err := m.matrices(v)
	if err != nil {
		return nil, fmt.Errorf("%s#%s%w", path, name, err)
	}
	if m.text(matContents) == KindRDMs && name == matStack {
		err = m.define(r, v)
	} else {
		r.Definition = Given(path)
		err = callElements(r, v)
	}
	if err != nil {
		return nil, fmt.Errorf("%s#%s%w", path, name, err)
	}
	if err := r.Check(); err != nil {
		return nil, m.malformed(name, "%w", err)
	}
	return r, nil
}

// only returns the name of the one variable that holds RDMs.
func (m *matFile) only() (string, error) {
	stacks, err := m.stacks()
	if err != nil {
		return "", err
	}
	switch len(stacks) {
	case 1:
		return stacks[0], nil
	case 0:
		return "", m.malformed("variables", "none is a struct with a field %s: name an array, as in %s#NAME, and its axes", matMatrix, m.Path())
	default:
		return "", &SeveralError{m.Path(), stacks}
	}
}

// matrices reads the field RDM of every element. Its errors begin with the
// element, to stand behind the variable.
func (m *matFile) matrices(v mat.Value) (*rdm.RDMs, error) {
	r := &rdm.RDMs{Labels: map[string][]string{}}
	for k := range v.Len() {
		field, _ := v.Field(k, matMatrix)
		one, err := matrix(field)
		if err != nil {
			return nil, fmt.Errorf("(%s).%s: %w", subscripts(v.Shape, k), matMatrix, err)
		}
		if k > 0 && one.Size != r.Size {
			return nil, fmt.Errorf("(%s).%s: %d conditions, but those before have %d", subscripts(v.Shape, k), matMatrix, one.Size, r.Size)
		}
		r.Size = one.Size
		r.Dissimilarities = append(r.Dissimilarities, one.Dissimilarities...)
	}
	return r, nil
}

// matrix reads a square matrix, or a vector in the order of squareform: the
// lower triangle column by column, which is the upper one row by row.
func matrix(v mat.Value) (*rdm.RDMs, error) {
	a, err := variable.FromMAT(v)
	if err != nil {
		return nil, err
	}
	if n := a.Len(); len(a.Shape) == 2 && (a.Shape[0] == n || a.Shape[1] == n) {
		return rdm.FromArray(&npy.Array{Shape: []int{n}, Data: a.Data}, []string{rdm.AxisPair})
	}
	return rdm.FromArray(a, []string{rdm.AxisCondition, rdm.AxisCondition})
}

// subscripts writes the place of element k, in row-major order, as MATLAB does.
func subscripts(shape []int, k int) string {
	places := make([]string, len(shape))
	for axis := len(shape) - 1; axis >= 0; axis-- {
		places[axis] = fmt.Sprint(k%shape[axis] + 1)
		k /= shape[axis]
	}
	return strings.Join(places, ",")
}

// define gives RDMs what the note of this program and the fields say.
func (m *matFile) define(r *rdm.RDMs, v mat.Value) error {
	number := func(field string) float64 {
		if x := m.numbers(field); len(x) == 1 {
			return x[0]
		}
		return 0
	}
	r.Definition = rdm.Definition{
		Measure: m.text(noteMeasure), Text: m.text(noteDefinition), Kind: rdm.Kind(m.text(noteKind)),
		Chance: number(noteChance), PerChannel: number(notePerChannel) != 0, Signed: number(noteSigned) != 0,
	}
	r.Window = number(noteWindow)
	labels, fields := m.texts(noteLabels), m.texts(noteFields)
	if len(labels) != len(fields) {
		return m.malformed(matNote, "%d labels in %d fields", len(labels), len(fields))
	}
	for i, label := range labels {
		texts, err := texts(v, fields[i])
		if err != nil {
			return err
		}
		r.Labels[label] = texts
	}
	for k := range v.Len() {
		if t, found := v.Field(k, matTime); found {
			x, err := single(t)
			if err != nil {
				return fmt.Errorf("(%s).%s: %w", subscripts(v.Shape, k), matTime, err)
			}
			r.Times = append(r.Times, x)
		}
	}
	return m.labelConditions(r)
}

// labelConditions reads the variable with the labels of the conditions, if there
// is one.
func (m *matFile) labelConditions(r *rdm.RDMs) error {
	for _, info := range m.Variables() {
		if info.Name != matConditions {
			continue
		}
		v, err := m.Read(matConditions)
		if err != nil {
			return err
		}
		a, err := variable.FromMAT(v)
		if err == nil {
			r.Conditions, err = a.Strings()
		}
		if err != nil {
			return m.malformed(matConditions, "%w", err)
		}
	}
	return nil
}

// single returns the only number of an array.
func single(v mat.Value) (float64, error) {
	a, err := variable.FromMAT(v)
	if err != nil {
		return 0, err
	}
	numbers, err := a.Float64s()
	if err != nil || len(numbers) != 1 {
		return 0, fmt.Errorf("%v is no number", a.Data)
	}
	return numbers[0], nil
}

// texts returns a field of every element that is text.
func texts(v mat.Value, field string) ([]string, error) {
	list := make([]string, v.Len())
	for k := range list {
		value, found := v.Field(k, field)
		if !found || value.Class != mat.Char || len(value.Text) > 1 {
			return nil, fmt.Errorf("(%s).%s is no text of one row", subscripts(v.Shape, k), field)
		}
		list[k] = strings.Join(value.Text, "")
	}
	return list, nil
}

// session is how the RSA toolbox calls the RDM of a region, subject and session:
// "hIT | BE | Session: 1".
var session = regexp.MustCompile(`^[^|]*\| *([^|]*[^| ]) *\| *Session: *([^|]*[^| ]) *$`)

// callElements labels the elements of a struct array by their names. An array
// of two axes is subjects × sessions; they are numbered, or called what all the
// names say.
func callElements(r *rdm.RDMs, v mat.Value) error {
	var axes []int
	for _, n := range v.Shape {
		if n != 1 {
			axes = append(axes, n)
		}
	}
	if slices.Contains(v.Fields, matTitle) {
		names, err := texts(v, matTitle)
		if err != nil {
			return err
		}
		r.Labels["name"] = names
	}
	switch len(axes) {
	case 0, 1:
		if r.Labels["name"] == nil {
			for k := range v.Len() {
				r.Labels["name"] = append(r.Labels["name"], fmt.Sprint(k+1))
			}
		}
		return nil
	case 2:
		r.Labels["subject"], r.Labels["session"] = sessionsOf(r.Labels["name"])
		if r.Labels["subject"] == nil {
			r.Labels["subject"], r.Labels["session"] = numbered(axes)
		}
		return nil
	}
	return fmt.Errorf(" has the shape %v: RDMs stand in a row, or in subjects × sessions", v.Shape)
}

// sessionsOf takes subjects and sessions from names; nil unless every name says
// them and no two say the same.
func sessionsOf(names []string) (subjects, sessions []string) {
	seen := map[string]bool{}
	for _, name := range names {
		words := session.FindStringSubmatch(name)
		if words == nil || seen[words[1]+"|"+words[2]] {
			return nil, nil
		}
		seen[words[1]+"|"+words[2]] = true
		subjects, sessions = append(subjects, words[1]), append(sessions, words[2])
	}
	return subjects, sessions
}

// numbered numbers subjects and sessions from 1 on.
func numbered(axes []int) (subjects, sessions []string) {
	for i := range axes[0] {
		for j := range axes[1] {
			subjects, sessions = append(subjects, fmt.Sprint(i+1)), append(sessions, fmt.Sprint(j+1))
		}
	}
	return subjects, sessions
}
