package hdf5

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"

	"github.com/isocortex/isocortex/file"
)

// undefined is the address of what the file does not hold.
const undefined = int64(-1)

// A cursor reads the fields of one structure of the file, in their order. The
// first error stays, and after it every field is zero: callers look at err once,
// behind the last field, and wherever a field sets the length of a loop.
type cursor struct {
	f         *File
	structure string // its name in the format's specification
	at, end   int64  // addresses
	err       error
}

// cursor returns a cursor over length bytes at address; a negative length goes
// to the end of the file.
func (f *File) cursor(structure string, address, length int64) *cursor {
	size := int64(len(f.data))
	c := &cursor{f: f, structure: structure, at: address, end: size}
	switch {
	case address < 0 || address > size:
		c.at = 0
		c.malformed("the address %d is outside the file of %d bytes", address, size)
	case length > size-address:
		c.malformed("%d bytes are announced, %d are left", length, size-address)
	case length >= 0:
		c.end = address + length
	}
	return c
}

func (c *cursor) malformed(format string, args ...any) {
	if c.err == nil {
		c.err = file.Malformed(c.f.path, c.f.start+c.at, c.structure, format, args...)
	}
}

func (c *cursor) unsupported(format string, args ...any) {
	if c.err == nil {
		c.err = file.Unsupported(c.f.path, c.f.start+c.at, c.structure, format, args...)
	}
}

// left returns how many bytes of the structure are unread; 0 after an error.
func (c *cursor) left() int64 {
	if c.err != nil {
		return 0
	}
	return c.end - c.at
}

// take returns the next n bytes of the file, nil after an error.
func (c *cursor) take(n int64) []byte {
	if c.err != nil {
		return nil
	}
	if n < 0 || n > c.end-c.at {
		c.malformed("%d bytes are needed, %d are left", n, c.end-c.at)
		return nil
	}
	from := c.at
	c.at += n
	return c.f.data[from:c.at:c.at]
}

func (c *cursor) skip(n int64) { c.take(n) }

// uint reads a little-endian number of n bytes, at most 8.
func (c *cursor) uint(n int) uint64 {
	var word [8]byte
	copy(word[:], c.take(int64(n)))
	return binary.LittleEndian.Uint64(word[:])
}

// small reads a number of n bytes, at most 4.
func (c *cursor) small(n int) int { return int(c.uint(n)) }

// length reads a size or a count.
func (c *cursor) length() int64 { return c.size(c.f.lengths) }

// size reads a size or a count of n bytes.
func (c *cursor) size(n int) int64 {
	v := c.uint(n)
	if v > math.MaxInt64 {
		c.malformed("%d is no size", v)
		return 0
	}
	return int64(v)
}

// address reads an address: undefined when all of its bits are set.
func (c *cursor) address() int64 {
	v, n := c.uint(c.f.offsets), c.f.offsets
	if v == math.MaxUint64>>(64-8*n) {
		return undefined
	}
	if v > math.MaxInt64 {
		c.malformed("%d is no address", v)
		return 0
	}
	return int64(v)
}

// signature reads the four letters that a structure begins with.
func (c *cursor) signature(want string) {
	if got := c.take(int64(len(want))); c.err == nil && string(got) != want {
		c.at -= int64(len(want))
		c.malformed("it begins with %q, not with %q", got, want)
	}
}

// version reads the version of a structure, which must be one of those given.
func (c *cursor) version(known ...int) int {
	v := c.small(1)
	if slices.Contains(known, v) {
		return v
	}
	c.unsupported("version %d; this program reads %v", v, known)
	return v
}

// text reads bytes up to a zero byte, which it passes.
func (c *cursor) text() string {
	if c.err != nil {
		return ""
	}
	n := bytes.IndexByte(c.f.data[c.at:c.end], 0)
	if n < 0 {
		c.malformed("a name has no end")
		return ""
	}
	text := string(c.take(int64(n)))
	c.skip(1)
	return text
}

// checksum reads the checksum that closes a structure, of all bytes since from.
func (c *cursor) checksum(from int64) {
	if c.err != nil {
		return
	}
	sum := lookup3(c.f.data[from:c.at])
	if stored := uint32(c.uint(4)); c.err == nil && stored != sum && !c.f.trusting {
		c.at = from
		c.malformed("its checksum is %08x, its bytes give %08x", stored, sum)
	}
}
