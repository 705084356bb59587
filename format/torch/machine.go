package torch

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
	mostAxes       = 64      // of a tensor
	mostWork       = 1 << 12 // values copied by calls, beyond one per operation
)

// A machine carries out a pickle: it moves values on a stack, and calls nothing
// but the builders of this package.
//
// The first error stays; operations after it do nothing that matters.
type machine struct {
	name       string // of the pickle, in errors
	offset     int64  // of data in what name stands for
	data       []byte
	at         int // the next byte of data
	stack      []value
	marks      []int // heights of the stack
	memo       map[uint32]value
	opaque     *names
	operations *int // so far
	work       int  // values that calls copied
	persistent func(m *machine, id value) value
	err        error
}

// An operation is what one code of a pickle does.
type operation func(m *machine)

// load carries out the pickle that begins at m.at and returns what it builds.
func (m *machine) load() (value, error) {
	m.stack, m.marks, m.memo = nil, nil, map[uint32]value{}
	for m.err == nil {
		start := m.at
		code := m.take(1)
		if m.err != nil {
			break
		}
		if *m.operations++; *m.operations > mostOperations {
			m.unsupported("a pickle of more than %d operations", mostOperations)
			break
		}
		if code[0] == stop {
			if v := m.pop(); m.err == nil {
				return v, nil
			}
			break
		}
		do := operations[code[0]]
		if do == nil {
			m.at = start
			m.unsupported("operation %#02x; save the file with torch.save and its own pickle protocol", code[0])
			break
		}
		do(m)
	}
	return nil, m.err
}

func (m *machine) fail(format string, args ...any) {
	if m.err == nil {
		m.err = file.Malformed(m.name, m.offset+int64(m.at), "pickle", format, args...)
	}
}

func (m *machine) unsupported(format string, args ...any) {
	if m.err == nil {
		m.err = file.Unsupported(m.name, m.offset+int64(m.at), "pickle", format, args...)
	}
}

// take returns the next n bytes; as many zeros, at most 8, where they are missing.
func (m *machine) take(n uint64) []byte {
	left := len(m.data) - m.at
	if n > uint64(left) {
		m.fail("it ends %d bytes too early", n-uint64(left))
		m.at = len(m.data)
		return make([]byte, min(n, 8))
	}
	taken := m.data[m.at : m.at+int(n)]
	m.at += int(n)
	return taken
}

// number returns the next n ≤ 8 bytes as an unsigned number, little-endian.
func (m *machine) number(n uint64) uint64 {
	var word [8]byte
	copy(word[:], m.take(n))
	return binary.LittleEndian.Uint64(word[:])
}

// line returns the bytes up to the next line end, which it takes too.
func (m *machine) line() string {
	end := bytes.IndexByte(m.data[m.at:min(len(m.data), m.at+mostName)], '\n')
	if end < 0 {
		m.fail("a line does not end")
		return ""
	}
	text := m.take(uint64(end) + 1)
	return string(text[:end])
}

func (m *machine) push(v value) { m.stack = append(m.stack, v) }

// floor is the height that no operation may take the stack below.
func (m *machine) floor() int {
	if len(m.marks) == 0 {
		return 0
	}
	return m.marks[len(m.marks)-1]
}

// pop takes the last value from the stack.
func (m *machine) pop() value {
	last := len(m.stack) - 1
	if last < m.floor() {
		m.fail("a value is missing")
		return nil
	}
	v := m.stack[last]
	m.stack = m.stack[:last]
	return v
}

// top returns the last value of the stack, and leaves it there.
func (m *machine) top() value {
	if len(m.stack) <= m.floor() {
		m.fail("a value is missing")
		return nil
	}
	return m.stack[len(m.stack)-1]
}

// sinceMark takes what stands above the last mark, with the mark.
func (m *machine) sinceMark() []value {
	if len(m.marks) == 0 {
		m.fail("a mark is missing")
		return nil
	}
	from := m.floor()
	taken := append(make([]value, 0, len(m.stack)-from), m.stack[from:]...)
	m.marks, m.stack = m.marks[:len(m.marks)-1], m.stack[:from]
	return taken
}

// remember notes the last value under a number; recall puts it on the stack.
func (m *machine) remember(n uint64) {
	if v := m.top(); m.err == nil {
		m.memo[uint32(n)] = v
	}
}

func (m *machine) recall(n uint64) {
	v, found := m.memo[uint32(n)]
	if !found {
		m.fail("memo %d was never filled", n)
	}
	m.push(v)
}

// toil counts values that a call copies: more than there are operations come
// only from a file that wants to waste memory.
func (m *machine) toil(n int) bool {
	m.work += n
	if m.work > *m.operations+mostWork {
		m.unsupported("calls copy more than %d values", m.work-n)
	}
	return m.err == nil
}
