package pickle

import "math"

// A Value is what a pickle builds: nil, bool, int64, float64, string, Big, Tuple,
// *List, *Dict, *Object, or what stands for a name. Bytes are a string.
type Value = any

// Big is an integer beyond 64 bits: its bytes, little-endian.
type Big string

// A Tuple is one of Python.
type Tuple []Value

// A List is a list or a set.
type List struct{ Items []Value }

// A Dict keeps the order in which its keys came first.
type Dict struct {
	Pairs []Pair
	place map[Value]int // of the keys that stand for themselves
}

// A Pair is a key with its value.
type Pair struct{ Key, Value Value }

// A Class is what a name stands for, a class or a function, if it can be called.
// It has a Call of its own, and so may make what it is known to make: nothing
// else is ever run.
type Class interface {
	Call(m *Machine, arguments Tuple) Value
}

// A Shell is a value that is made first and told later what it holds.
type Shell interface {
	SetState(m *Machine, state Value)
}

// An Object is a placeholder: what became of a class that is not understood.
type Object struct {
	List
	Dict
	Arguments, State Value
}

// SetState keeps the state.
func (o *Object) SetState(_ *Machine, state Value) { o.State = state }

// Put sets a key of d.
func (d *Dict) Put(key, v Value) {
	if !Plain(key) {
		d.Pairs = append(d.Pairs, Pair{key, v})
		return
	}
	if at, found := d.place[key]; found {
		d.Pairs[at].Value = v
		return
	}
	if d.place == nil {
		d.place = map[Value]int{}
	}
	d.place[key] = len(d.Pairs)
	d.Pairs = append(d.Pairs, Pair{key, v})
}

// Plain says whether v is equal to what looks like it.
func Plain(v Value) bool {
	switch v := v.(type) {
	case string, int64, bool, Big:
		return true
	case float64:
		return !math.IsNaN(v)
	}
	return false
}

// Items returns what stands in a list or a tuple.
func Items(v Value) ([]Value, bool) {
	switch v := v.(type) {
	case Tuple:
		return v, true
	case *List:
		return v.Items, true
	}
	return nil, false
}

// Integers returns the numbers of a tuple or list of integers, as shapes are;
// false for other values, and for more than 64 of them.
func Integers(v Value) ([]int64, bool) {
	all, ok := Items(v)
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
