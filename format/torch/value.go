package torch

import (
	"strconv"

	"github.com/isocortex/isocortex/format/pickle"
)

// What pickles hold, under the names that this package has for it.
type (
	value   = pickle.Value
	tuple   = pickle.Tuple
	list    = pickle.List
	dict    = pickle.Dict
	object  = pickle.Object
	machine = pickle.Machine
)

// A class is a name that a pickle imports: a class or a function.
type class struct {
	build   builder // what a call of it makes; nil if not understood
	storage storageType
}

// Call makes what a call of it makes: a placeholder where it is not understood.
func (c *class) Call(m *machine, arguments tuple) value {
	if c.build == nil {
		return &object{Arguments: arguments}
	}
	return c.build(m, arguments)
}

// A builder makes a value of the arguments of a call.
type builder func(m *machine, arguments tuple) value

// A tensor is one before it is checked, or an empty shell before its state is
// known.
type tensor struct {
	storage        *storage
	first          int64
	shape, strides []int64
	refusal        string // says why it cannot be read; with kind
	kind           string
}

// keyText returns a key as a text; one that is no plain value, by its position.
func keyText(key value, position int) string {
	switch key := key.(type) {
	case string:
		return key
	case int64:
		return strconv.FormatInt(key, 10)
	case float64:
		return strconv.FormatFloat(key, 'g', -1, 64)
	case bool:
		if key {
			return "True"
		}
		return "False"
	}
	return strconv.Itoa(position)
}
