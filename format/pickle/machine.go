// Package pickle carries out the pickles of Python: the values that they hold are
// built, and nothing is run. Names of classes and functions stand for what the
// user of the package says, and for placeholders otherwise.
//
//	m := pickle.New(path, data)
//	m.Lookup = func(m *pickle.Machine, module, name string) pickle.Value { ... }
//	v, err := m.Load()
package pickle

import (
	"bytes"
	"encoding/binary"

	"github.com/isocortex/isocortex/file"
)

// Bounds of what a pickle may ask for. A whole ResNet-50 with the state of its
// optimizer takes some ten thousand operations.
const (
	mostOperations = 1 << 24
	mostName       = 1 << 10 // bytes of the name of a class
	mostAxes       = 64      // of an array
	mostWork       = 1 << 12 // values copied by calls, beyond one per operation
)

// A Machine carries out a pickle: it moves values on a stack, and calls nothing
// but what implements Class.
//
// The first error stays; operations after it do nothing that matters.
type Machine struct {
	Name   string // of the pickle, in errors
	Offset int64  // of the data in what Name stands for
	At     int    // the next byte of the data
	Err    error
	// Lookup returns what a name stands for: a Class, or a value as it is.
	Lookup func(m *Machine, module, name string) Value
	// Persistent returns what an identifier stands for; nil where there are none.
	Persistent func(m *Machine, id Value) Value
	// Operations counts those so far, of all machines that share it.
	Operations *int

	data  []byte
	stack []Value
	marks []int // heights of the stack
	memo  map[uint32]Value
	work  int // values that calls copied
}

// New returns a machine for the pickles in data, which are named for errors.
func New(name string, data []byte) *Machine {
	return &Machine{Name: name, data: data, Operations: new(int)}
}

// An operation is what one code of a pickle does.
type operation func(m *Machine)

// Load carries out the pickle that begins at m.At and returns what it builds.
//
//	errors   *file.ParseError: what is no pickle, or asks for too much
func (m *Machine) Load() (Value, error) {
	m.stack, m.marks, m.memo = nil, nil, map[uint32]Value{}
	for m.Err == nil {
		start := m.At
		code := m.Take(1)
		if m.Err != nil {
			break
		}
		if *m.Operations++; *m.Operations > mostOperations {
			m.Unsupported("a pickle of more than %d operations", mostOperations)
			break
		}
		if code[0] == stop {
			if v := m.pop(); m.Err == nil {
				return v, nil
			}
			break
		}
		do := operations[code[0]]
		if do == nil {
			m.At = start
			m.Unsupported("operation %#02x, of a protocol that is not read: save the file with the default one", code[0])
			break
		}
		do(m)
	}
	return nil, m.Err
}

// Fail notes what is wrong with the file at the next byte.
func (m *Machine) Fail(format string, args ...any) {
	if m.Err == nil {
		m.Err = file.Malformed(m.Name, m.Offset+int64(m.At), "pickle", format, args...)
	}
}

// Unsupported notes what is not read.
func (m *Machine) Unsupported(format string, args ...any) {
	if m.Err == nil {
		m.Err = file.Unsupported(m.Name, m.Offset+int64(m.At), "pickle", format, args...)
	}
}

// Take returns the next n bytes; as many zeros, at most 8, where they are missing.
func (m *Machine) Take(n uint64) []byte {
	left := len(m.data) - m.At
	if n > uint64(left) {
		m.Fail("it ends %d bytes too early", n-uint64(left))
		m.At = len(m.data)
		return make([]byte, min(n, 8))
	}
	taken := m.data[m.At : m.At+int(n)]
	m.At += int(n)
	return taken
}

// Number returns the next n ≤ 8 bytes as an unsigned number, little-endian.
func (m *Machine) Number(n uint64) uint64 {
	var word [8]byte
	copy(word[:], m.Take(n))
	return binary.LittleEndian.Uint64(word[:])
}

// line returns the bytes up to the next line end, which it takes too.
func (m *Machine) line() string {
	end := bytes.IndexByte(m.data[m.At:min(len(m.data), m.At+mostName)], '\n')
	if end < 0 {
		m.Fail("a line does not end")
		return ""
	}
	text := m.Take(uint64(end) + 1)
	return string(text[:end])
}

func (m *Machine) push(v Value) { m.stack = append(m.stack, v) }

// floor is the height that no operation may take the stack below.
func (m *Machine) floor() int {
	if len(m.marks) == 0 {
		return 0
	}
	return m.marks[len(m.marks)-1]
}

// pop takes the last value from the stack.
func (m *Machine) pop() Value {
	last := len(m.stack) - 1
	if last < m.floor() {
		m.Fail("a value is missing")
		return nil
	}
	v := m.stack[last]
	m.stack = m.stack[:last]
	return v
}

// top returns the last value of the stack, and leaves it there.
func (m *Machine) top() Value {
	if len(m.stack) <= m.floor() {
		m.Fail("a value is missing")
		return nil
	}
	return m.stack[len(m.stack)-1]
}

// sinceMark takes what stands above the last mark, with the mark.
func (m *Machine) sinceMark() []Value {
	if len(m.marks) == 0 {
		m.Fail("a mark is missing")
		return nil
	}
	from := m.floor()
	taken := append(make([]Value, 0, len(m.stack)-from), m.stack[from:]...)
	m.marks, m.stack = m.marks[:len(m.marks)-1], m.stack[:from]
	return taken
}

// remember notes the last value under a number; recall puts it on the stack.
func (m *Machine) remember(n uint64) {
	if v := m.top(); m.Err == nil {
		m.memo[uint32(n)] = v
	}
}

func (m *Machine) recall(n uint64) {
	v, found := m.memo[uint32(n)]
	if !found {
		m.Fail("memo %d was never filled", n)
	}
	m.push(v)
}

// Toil counts values that a call copies: more than there are operations come
// only from a file that wants to waste memory.
func (m *Machine) Toil(n int) bool {
	m.work += n
	if m.work > *m.Operations+mostWork {
		m.Unsupported("calls copy more than %d values", m.work-n)
	}
	return m.Err == nil
}
