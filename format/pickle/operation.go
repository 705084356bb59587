package pickle

import (
	"encoding/binary"
	"math"
	"strconv"
	"strings"
)

// stop is the code that ends a pickle.
const stop = '.'

// operations are those of the binary protocols, 2 to 5, by code; and the two of
// protocol 0 that Python 2 writes in protocol 2, for integers. Text of Python 2
// and bytes are both text here.
var operations = [256]operation{
	// The frame of a pickle.
	0x80: func(m *Machine) { m.Take(1) },
	0x95: func(m *Machine) { m.Take(8) },
	'(':  func(m *Machine) { m.marks = append(m.marks, len(m.stack)) },
	'0':  func(m *Machine) { m.pop() },
	'1':  func(m *Machine) { m.sinceMark() },
	'2':  func(m *Machine) { m.push(m.top()) },
	// Plain values.
	'N':  func(m *Machine) { m.push(nil) },
	0x88: func(m *Machine) { m.push(true) },
	0x89: func(m *Machine) { m.push(false) },
	'I':  (*Machine).textInteger,
	'L':  (*Machine).textInteger,
	'J':  func(m *Machine) { m.push(int64(int32(m.Number(4)))) },
	'K':  func(m *Machine) { m.push(int64(m.Number(1))) },
	'M':  func(m *Machine) { m.push(int64(m.Number(2))) },
	0x8a: func(m *Machine) { m.push(integer(m.Take(m.Number(1)))) },
	0x8b: func(m *Machine) { m.push(integer(m.Take(m.Number(4)))) },
	'G':  func(m *Machine) { m.push(math.Float64frombits(binary.BigEndian.Uint64(m.Take(8)))) },
	'T':  func(m *Machine) { m.text(4) },
	'U':  func(m *Machine) { m.text(1) },
	'X':  func(m *Machine) { m.text(4) },
	0x8c: func(m *Machine) { m.text(1) },
	0x8d: func(m *Machine) { m.text(8) },
	'B':  func(m *Machine) { m.text(4) },
	'C':  func(m *Machine) { m.text(1) },
	0x8e: func(m *Machine) { m.text(8) },
	0x96: func(m *Machine) { m.text(8) },
	// Values that hold others.
	')':  func(m *Machine) { m.push(Tuple{}) },
	't':  func(m *Machine) { m.push(Tuple(m.sinceMark())) },
	0x85: func(m *Machine) { m.tuple(1) },
	0x86: func(m *Machine) { m.tuple(2) },
	0x87: func(m *Machine) { m.tuple(3) },
	']':  func(m *Machine) { m.push(&List{}) },
	0x8f: func(m *Machine) { m.push(&List{}) },
	'l':  func(m *Machine) { m.push(&List{m.sinceMark()}) },
	0x91: func(m *Machine) { m.push(&List{m.sinceMark()}) },
	'a':  func(m *Machine) { m.extend([]Value{m.pop()}) },
	'e':  func(m *Machine) { m.extend(m.sinceMark()) },
	0x90: func(m *Machine) { m.extend(m.sinceMark()) },
	'}':  func(m *Machine) { m.push(&Dict{}) },
	'd':  func(m *Machine) { pairs := m.sinceMark(); m.push(&Dict{}); m.setAll(pairs) },
	's':  func(m *Machine) { v, key := m.pop(), m.pop(); m.setAll([]Value{key, v}) },
	'u':  func(m *Machine) { m.setAll(m.sinceMark()) },
	// Classes and what they make.
	'c':  func(m *Machine) { module := m.line(); m.push(m.find(module, m.line())) },
	0x93: (*Machine).stackGlobal,
	'R':  func(m *Machine) { arguments, callee := m.pop(), m.pop(); m.push(m.Call(callee, arguments)) },
	0x81: func(m *Machine) { arguments, callee := m.pop(), m.pop(); m.push(m.Call(callee, arguments)) },
	0x92: (*Machine).newWithNames,
	'b':  func(m *Machine) { state := m.pop(); m.build(m.top(), state) },
	'Q':  (*Machine).persist,
	// The memo.
	'h':  func(m *Machine) { m.recall(m.Number(1)) },
	'j':  func(m *Machine) { m.recall(m.Number(4)) },
	'q':  func(m *Machine) { m.remember(m.Number(1)) },
	'r':  func(m *Machine) { m.remember(m.Number(4)) },
	0x94: func(m *Machine) { m.remember(uint64(len(m.memo))) },
}

// text pushes a text whose length comes first, in so many bytes.
func (m *Machine) text(width uint64) { m.push(string(m.Take(m.Number(width)))) }

func (m *Machine) tuple(n int) {
	values := make(Tuple, n)
	for i := n - 1; i >= 0; i-- {
		values[i] = m.pop()
	}
	m.push(values)
}

// textInteger reads an integer written in digits; 00 and 01 are truth values.
func (m *Machine) textInteger() {
	text := m.line()
	n, err := strconv.ParseInt(strings.TrimSuffix(text, "L"), 10, 64)
	switch {
	case text == "00" || text == "01":
		m.push(text == "01")
	case err != nil:
		m.Fail("%.50q is no integer of 64 bits", text)
	default:
		m.push(n)
	}
}

// integer reads a signed integer of any length, little-endian.
func integer(raw []byte) Value {
	if len(raw) > 8 {
		return Big(raw)
	}
	n := int64(0)
	for i := len(raw) - 1; i >= 0; i-- {
		n = n<<8 | int64(raw[i])
	}
	if unused := 64 - 8*len(raw); unused < 64 {
		n = n << unused >> unused
	}
	return n
}

// extend adds values to the list on top of the stack.
func (m *Machine) extend(values []Value) {
	switch target := m.top().(type) {
	case *List:
		target.Items = append(target.Items, values...)
	case *Object:
		target.Items = append(target.Items, values...)
	default:
		m.Fail("values are added to what is no list")
	}
}

// setAll puts keys and values, in turn, into the dict on top of the stack.
func (m *Machine) setAll(values []Value) {
	var target *Dict
	switch top := m.top().(type) {
	case *Dict:
		target = top
	case *Object:
		target = &top.Dict
	default:
		m.Fail("keys are set in what is no dict")
		return
	}
	if len(values)%2 != 0 {
		m.Fail("a key has no value")
		return
	}
	for i := 0; i < len(values); i += 2 {
		target.Put(values[i], values[i+1])
	}
}

// find returns what a name stands for; nil without a Lookup.
func (m *Machine) find(module, name string) Value {
	switch {
	case len(module) > mostName || len(name) > mostName:
		m.Fail("the name of a class has more than %d bytes", mostName)
		return nil
	case m.Lookup == nil:
		return nil
	}
	return m.Lookup(m, module, name)
}

// Call makes what a call of a class or function makes: a placeholder where it is
// not understood.
func (m *Machine) Call(callee, arguments Value) Value {
	c, isClass := callee.(Class)
	a, isTuple := arguments.(Tuple)
	if !isTuple {
		m.Fail("the arguments of a call are no tuple")
	}
	if !isClass {
		return &Object{Arguments: arguments}
	}
	return c.Call(m, a)
}

// build gives a value its state.
func (m *Machine) build(target, state Value) {
	if shell, is := target.(Shell); is {
		shell.SetState(m, state)
	}
}

func (m *Machine) stackGlobal() {
	name, isText := m.pop().(string)
	module, also := m.pop().(string)
	if !isText || !also {
		m.Fail("the name of a class is no text")
		return
	}
	m.push(m.find(module, name))
}

// newWithNames makes an object with arguments by name, which no class that is
// understood takes.
func (m *Machine) newWithNames() {
	named, arguments, callee := m.pop(), m.pop(), m.pop()
	if _, isClass := callee.(Class); !isClass {
		m.Fail("what is called is no class")
	}
	m.push(&Object{Arguments: Tuple{arguments, named}})
}

// persist turns an identifier into the storage, tensor or class that it stands
// for.
func (m *Machine) persist() {
	id := m.pop()
	if m.Persistent == nil {
		m.Fail("a reference to a storage where there are none")
		return
	}
	m.push(m.Persistent(m, id))
}
