package object

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/format/pickle"
)

// An ndarray is an array of NumPy: bytes, or objects.
type ndarray struct {
	shape   []int
	kind    *dtype
	fortran bool
	raw     string
	items   []pickle.Value // of an array of objects; not nil
}

// A dtype is the type of numbers, without and with the order of their bytes.
type dtype struct {
	name  string // "f8"
	order string // "<", ">", "|"
}

// A function makes a value of its arguments.
type function func(m *pickle.Machine, arguments pickle.Tuple) pickle.Value

// Call makes the value.
func (f function) Call(m *pickle.Machine, arguments pickle.Tuple) pickle.Value {
	return f(m, arguments)
}

// functions are those that make arrays, in the names of NumPy 1 and 2.
var functions = map[string]function{
	"numpy.core.multiarray._reconstruct":  newArray,
	"numpy._core.multiarray._reconstruct": newArray,
	"numpy.core.multiarray.scalar":        newScalar,
	"numpy._core.multiarray.scalar":       newScalar,
	"numpy.ndarray":                       newArray,
	"numpy.dtype":                         newType,
	"_codecs.encode":                      encode,
}

// lookup returns the function of a name; every other is an error.
func lookup(m *pickle.Machine, module, name string) pickle.Value {
	f, known := functions[module+"."+name]
	if !known {
		m.Unsupported("refusing to construct %s.%s: arrays, lists, dicts, texts and numbers are read; save those alone", module, name)
	}
	return f
}

// newArray makes an array that is told later what it holds.
func newArray(*pickle.Machine, pickle.Tuple) pickle.Value { return &ndarray{kind: &dtype{}} }

// newType makes a type.
func newType(m *pickle.Machine, arguments pickle.Tuple) pickle.Value {
	t := &dtype{order: "|"}
	if len(arguments) > 0 {
		t.name, _ = arguments[0].(string)
	}
	if t.name == "" {
		m.Fail("a type of numbers has no name")
	}
	return t
}

// newScalar makes an array of one number.
func newScalar(m *pickle.Machine, arguments pickle.Tuple) pickle.Value {
	a := &ndarray{shape: []int{}, kind: &dtype{}}
	if len(arguments) == 2 {
		kind, isType := arguments[0].(*dtype)
		raw, isBytes := arguments[1].(string)
		if isType && isBytes {
			a.kind, a.raw = kind, raw
			return a
		}
	}
	m.Fail("a number without type or bytes")
	return a
}

// encode makes bytes of a text, as pickles of Python 2 keep them: one for each
// letter.
func encode(m *pickle.Machine, arguments pickle.Tuple) pickle.Value {
	if len(arguments) != 2 {
		m.Fail("a text that is encoded needs a code")
		return ""
	}
	text, isText := arguments[0].(string)
	if code, _ := arguments[1].(string); !isText || code != "latin1" && code != "latin-1" {
		m.Unsupported("a text in the code %.20q", code)
	}
	raw := make([]byte, 0, len(text))
	for _, letter := range text {
		raw = append(raw, byte(letter))
	}
	return string(raw)
}

// SetState tells the order of bytes.
func (t *dtype) SetState(m *pickle.Machine, state pickle.Value) {
	parts, _ := pickle.Items(state)
	if len(parts) < 2 {
		m.Fail("a type of numbers without an order of bytes")
		return
	}
	t.order, _ = parts[1].(string)
	if len(parts) > 3 && parts[3] != nil {
		m.Unsupported("a structured array: save each of its fields as an array of its own")
	}
}

// SetState fills the array: version, shape, type, whether the first axis runs
// fastest, and the numbers.
func (a *ndarray) SetState(m *pickle.Machine, state pickle.Value) {
	parts, _ := pickle.Items(state)
	if len(parts) != 5 {
		m.Fail("an array without version, shape, type, order or numbers")
		return
	}
	shape, hasShape := pickle.Integers(parts[1])
	kind, hasType := parts[2].(*dtype)
	fortran, hasOrder := parts[3].(bool)
	if !hasShape || !hasType || !hasOrder || !m.Toil(len(shape)) {
		m.Fail("an array without shape, type or order")
		return
	}
	a.shape = make([]int, len(shape))
	for i, n := range shape {
		a.shape[i] = int(n)
	}
	a.kind, a.fortran = kind, fortran
	switch content := parts[4].(type) {
	case string:
		a.raw = content
	case *pickle.List:
		a.items = append([]pickle.Value{}, content.Items...)
		if !m.Toil(len(a.items)) {
			return
		}
	default:
		m.Fail("an array without numbers")
	}
}

// describe returns the shape and the type of what convert can make an array of.
func describe(v pickle.Value) (shape []int, kind string, known bool) {
	if a, is := v.(*ndarray); is && a.items == nil {
		word := map[byte]string{'f': "float", 'i': "int", 'u': "uint", 'b': "bool", 'U': "text", 'S': "text"}[(a.kind.name + " ")[0]]
		if size, err := strconv.Atoi(a.kind.name[min(1, len(a.kind.name)):]); err == nil && word != "text" && word != "bool" {
			word += strconv.Itoa(8 * size)
		}
		return a.shape, word, word != ""
	}
	list, shape, ok := flat(v)
	if !ok || len(list) == 0 {
		return nil, "", false
	}
	if _, isText := list[0].(string); isText {
		return shape, "text", true
	}
	_, isNumber := number(list[0])
	return shape, "float64", isNumber
}

// flat returns the values of a list, of an array of objects, or of a single one.
func flat(v pickle.Value) (list []pickle.Value, shape []int, ok bool) {
	if a, is := v.(*ndarray); is {
		n := 1
		for _, length := range a.shape {
			if length < 0 || length > len(a.items) {
				return nil, nil, false
			}
			n *= length
		}
		return a.items, a.shape, n == len(a.items) && (!a.fortran || len(a.shape) < 2)
	}
	if items, is := pickle.Items(v); is {
		return items, []int{len(items)}, true
	}
	return []pickle.Value{v}, []int{}, true
}

// number returns a single number.
func number(v pickle.Value) (float64, bool) {
	switch x := v.(type) {
	case int64:
		return float64(x), true
	case float64:
		return x, true
	case *ndarray:
		if x.items != nil || len(x.shape) != 0 {
			return 0, false
		}
		if array, err := x.decode(""); err == nil {
			if one, err := array.Float64s(); err == nil && len(one) == 1 {
				return one[0], true
			}
		}
	}
	return 0, false
}

// convert makes an array of a value.
func convert(path string, v pickle.Value) (*npy.Array, error) {
	if a, is := v.(*ndarray); is && a.items == nil {
		return a.decode(path)
	}
	list, shape, ok := flat(v)
	if !ok || len(list) == 0 {
		return nil, fmt.Errorf("it is neither numbers nor texts")
	}
	var texts []string
	var numbers []float64
	for _, one := range list {
		if text, is := one.(string); is {
			texts = append(texts, text)
		} else if x, is := number(one); is {
			numbers = append(numbers, x)
		}
	}
	switch len(list) {
	case len(texts):
		return &npy.Array{Shape: shape, Data: texts}, nil
	case len(numbers):
		return &npy.Array{Shape: shape, Data: numbers}, nil
	}
	return nil, fmt.Errorf("it is a list of what are neither all numbers nor all texts")
}

// decode reads the bytes as those of a file of their own, which npy does.
func (a *ndarray) decode(path string) (*npy.Array, error) {
	order := map[bool]string{true: "True", false: "False"}[a.fortran]
	var axes strings.Builder
	for _, n := range a.shape {
		fmt.Fprintf(&axes, "%d, ", n)
	}
	head := fmt.Sprintf("{'descr': '%s%s', 'fortran_order': %s, 'shape': (%s), }\n", a.kind.order, a.kind.name, order, axes.String())
	head = "\x93NUMPY\x01\x00" + string([]byte{byte(len(head)), byte(len(head) >> 8)}) + head
	return npy.Decode(io.MultiReader(strings.NewReader(head), strings.NewReader(a.raw)), path, int64(len(head)+len(a.raw)))
}
