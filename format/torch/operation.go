package torch

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
	0x80: func(m *machine) { m.take(1) },
	0x95: func(m *machine) { m.take(8) },
	'(':  func(m *machine) { m.marks = append(m.marks, len(m.stack)) },
	'0':  func(m *machine) { m.pop() },
	'1':  func(m *machine) { m.sinceMark() },
	'2':  func(m *machine) { m.push(m.top()) },
	// Plain values.
	'N':  func(m *machine) { m.push(nil) },
	0x88: func(m *machine) { m.push(true) },
	0x89: func(m *machine) { m.push(false) },
	'I':  (*machine).textInteger,
	'L':  (*machine).textInteger,
	'J':  func(m *machine) { m.push(int64(int32(m.number(4)))) },
	'K':  func(m *machine) { m.push(int64(m.number(1))) },
	'M':  func(m *machine) { m.push(int64(m.number(2))) },
	0x8a: func(m *machine) { m.push(integer(m.take(m.number(1)))) },
	0x8b: func(m *machine) { m.push(integer(m.take(m.number(4)))) },
	'G':  func(m *machine) { m.push(math.Float64frombits(binary.BigEndian.Uint64(m.take(8)))) },
	'T':  func(m *machine) { m.text(4) },
	'U':  func(m *machine) { m.text(1) },
	'X':  func(m *machine) { m.text(4) },
	0x8c: func(m *machine) { m.text(1) },
	0x8d: func(m *machine) { m.text(8) },
	'B':  func(m *machine) { m.text(4) },
	'C':  func(m *machine) { m.text(1) },
	0x8e: func(m *machine) { m.text(8) },
	0x96: func(m *machine) { m.text(8) },
	// Values that hold others.
	')':  func(m *machine) { m.push(tuple{}) },
	't':  func(m *machine) { m.push(tuple(m.sinceMark())) },
	0x85: func(m *machine) { m.tuple(1) },
	0x86: func(m *machine) { m.tuple(2) },
	0x87: func(m *machine) { m.tuple(3) },
	']':  func(m *machine) { m.push(&list{}) },
	0x8f: func(m *machine) { m.push(&list{}) },
	'l':  func(m *machine) { m.push(&list{m.sinceMark()}) },
	0x91: func(m *machine) { m.push(&list{m.sinceMark()}) },
	'a':  func(m *machine) { m.extend([]value{m.pop()}) },
	'e':  func(m *machine) { m.extend(m.sinceMark()) },
	0x90: func(m *machine) { m.extend(m.sinceMark()) },
	'}':  func(m *machine) { m.push(&dict{}) },
	'd':  func(m *machine) { pairs := m.sinceMark(); m.push(&dict{}); m.setAll(pairs) },
	's':  func(m *machine) { v, key := m.pop(), m.pop(); m.setAll([]value{key, v}) },
	'u':  func(m *machine) { m.setAll(m.sinceMark()) },
	// Classes and what they make.
	'c':  func(m *machine) { module := m.line(); m.push(m.lookup(module, m.line())) },
	0x93: (*machine).stackGlobal,
	'R':  func(m *machine) { arguments, callee := m.pop(), m.pop(); m.push(m.call(callee, arguments)) },
	0x81: func(m *machine) { arguments, callee := m.pop(), m.pop(); m.push(m.call(callee, arguments)) },
	0x92: (*machine).newWithNames,
	'b':  func(m *machine) { state := m.pop(); m.build(m.top(), state) },
	'Q':  (*machine).persist,
	// The memo.
	'h':  func(m *machine) { m.recall(m.number(1)) },
	'j':  func(m *machine) { m.recall(m.number(4)) },
	'q':  func(m *machine) { m.remember(m.number(1)) },
	'r':  func(m *machine) { m.remember(m.number(4)) },
	0x94: func(m *machine) { m.remember(uint64(len(m.memo))) },
}

// text pushes a text whose length comes first, in so many bytes.
func (m *machine) text(width uint64) { m.push(string(m.take(m.number(width)))) }

func (m *machine) tuple(n int) {
	values := make(tuple, n)
	for i := n - 1; i >= 0; i-- {
		values[i] = m.pop()
	}
	m.push(values)
}

// textInteger reads an integer written in digits; 00 and 01 are truth values.
func (m *machine) textInteger() {
	text := m.line()
	n, err := strconv.ParseInt(strings.TrimSuffix(text, "L"), 10, 64)
	switch {
	case text == "00" || text == "01":
		m.push(text == "01")
	case err != nil:
		m.fail("%.50q is no integer of 64 bits", text)
	default:
		m.push(n)
	}
}

// integer reads a signed integer of any length, little-endian.
func integer(raw []byte) value {
	if len(raw) > 8 {
		return big(raw)
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
func (m *machine) extend(values []value) {
	switch target := m.top().(type) {
	case *list:
		target.items = append(target.items, values...)
	case *object:
		target.items = append(target.items, values...)
	default:
		m.fail("values are added to what is no list")
	}
}

// setAll puts keys and values, in turn, into the dict on top of the stack.
func (m *machine) setAll(values []value) {
	var target *dict
	switch top := m.top().(type) {
	case *dict:
		target = top
	case *object:
		target = &top.dict
	default:
		m.fail("keys are set in what is no dict")
		return
	}
	if len(values)%2 != 0 {
		m.fail("a key has no value")
		return
	}
	for i := 0; i < len(values); i += 2 {
		target.put(values[i], values[i+1])
	}
}

func (m *machine) stackGlobal() {
	name, isText := m.pop().(string)
	module, also := m.pop().(string)
	if !isText || !also {
		m.fail("the name of a class is no text")
		return
	}
	m.push(m.lookup(module, name))
}

// newWithNames makes an object with arguments by name, which no class that is
// understood takes.
func (m *machine) newWithNames() {
	named, arguments, callee := m.pop(), m.pop(), m.pop()
	if _, isClass := callee.(*class); !isClass {
		m.fail("what is called is no class")
	}
	m.push(&object{arguments: tuple{arguments, named}})
}

// persist turns an identifier into the storage, tensor or class that it stands
// for.
func (m *machine) persist() {
	id := m.pop()
	if m.persistent == nil {
		m.fail("a reference to a storage where there are none")
		return
	}
	m.push(m.persistent(m, id))
}
