package torch

import (
	"math"
	"strconv"
)

// A value is what a pickle builds: nil, bool, int64, float64, string, big,
// tuple, *list, *dict, *class, *object, *storage or *tensor. Bytes are a string.
type value any

// big is an integer beyond 64 bits: its bytes, little-endian.
type big string

type tuple []value

type list struct{ items []value }

// A dict keeps the order in which its keys came first.
type dict struct {
	pairs []pair
	place map[value]int // of the keys that stand for themselves
}

type pair struct{ key, value value }

// A class is a name that a pickle imports: a class or a function.
type class struct {
	build   builder // what a call of it makes; nil if not understood
	storage storageType
}

// A builder makes a value of the arguments of a call.
type builder func(m *machine, arguments tuple) value

// An object is a placeholder: what became of a class that is not understood.
type object struct {
	list
	dict
	arguments, state value
}

// A tensor is one before it is checked, or an empty shell before its state is
// known.
type tensor struct {
	storage        *storage
	first          int64
	shape, strides []int64
	refusal        string // says why it cannot be read; with kind
	kind           string
}

// put sets a key of d.
func (d *dict) put(key, v value) {
	if !plain(key) {
		d.pairs = append(d.pairs, pair{key, v})
		return
	}
	if at, found := d.place[key]; found {
		d.pairs[at].value = v
		return
	}
	if d.place == nil {
		d.place = map[value]int{}
	}
	d.place[key] = len(d.pairs)
	d.pairs = append(d.pairs, pair{key, v})
}

// plain says whether v is equal to what looks like it.
func plain(v value) bool {
	switch v := v.(type) {
	case string, int64, bool, big:
		return true
	case float64:
		return !math.IsNaN(v)
	}
	return false
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

// items returns what stands in a list or a tuple.
func items(v value) ([]value, bool) {
	switch v := v.(type) {
	case tuple:
		return v, true
	case *list:
		return v.items, true
	}
	return nil, false
}

// integers returns the numbers of a tuple or list of integers.
func integers(v value) ([]int64, bool) {
	all, ok := items(v)
	if !ok || len(all) > mostAxes {
		return nil, false
	}
	numbers := make([]int64, len(all))
	for i, item := range all {
		if numbers[i], ok = item.(int64); !ok {
			return nil, false
		}
	}
	return numbers, true
}
