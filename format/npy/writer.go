package npy

import (
	"archive/zip"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"iter"
	"math"
	"math/bits"
	"strings"
	"unicode/utf8"
)

// A Writer writes an archive that numpy.load reads and [Archive.Map] views:
// entries are stored uncompressed, their values begin at a multiple of 64 bytes.
// The same arrays in the same order give the same bytes.
type Writer struct {
	out     *counter
	zip     *zip.Writer
	names   map[string]bool
	current *stream // the entry being written; nil if none
}

// counter counts the bytes that reach w.
type counter struct {
	w    io.Writer
	n    int64
	skip bool // count without writing: the bytes are there already
}

func (c *counter) Write(p []byte) (int, error) {
	if c.skip {
		c.n += int64(len(p))
		return len(p), nil
	}
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// Create returns a Writer to w, which need not seek.
func Create(w io.Writer) *Writer {
	out := &counter{w: w}
	return &Writer{out: out, zip: zip.NewWriter(out), names: map[string]bool{}}
}

// Add writes one array.
//
//	errors   those of Encode; a name that is empty or there already
func (w *Writer) Add(name string, a *Array) error {
	header, err := a.header()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return w.add(name, header, func(yield func(data any) bool) { yield(a.Data) })
}

// AddParts is Add of numbers that are not in memory together: they come in parts,
// one after the other, of which one is needed at a time. They are gone through
// twice, first for their checksum.
//
//	errors   those of Add; numbers that do not fill the shape
func (w *Writer) AddParts(name string, shape []int, parts iter.Seq[[]float64]) error {
	all, err := count(shape)
	n := 0
	err = errors.Join(err, w.add(name, encodeHeader(Float64, shape), func(yield func(data any) bool) {
		n = 0
		for part := range parts {
			n += len(part)
			if !yield(part) {
				return
			}
		}
	}))
	if err == nil && n != all {
		err = fmt.Errorf("npy: %s: shape %v does not fit %d values", name, shape, n)
	}
	return err
}

// add writes an entry of a header and what follows it.
func (w *Writer) add(name string, header []byte, parts iter.Seq[any]) error {
	size, sum := &counter{w: io.Discard}, crc32.NewIEEE()
	if err := writeParts(io.MultiWriter(size, sum), header, parts); err != nil {
		return err
	}
	s, err := w.begin(name, &zip.FileHeader{CRC32: sum.Sum32(), UncompressedSize64: uint64(size.n)})
	if err != nil {
		return err
	}
	return writeParts(s, header, parts)
}

// writeParts writes a header and values behind it.
func writeParts(w io.Writer, header []byte, parts iter.Seq[any]) error {
	if _, err := w.Write(header); err != nil {
		return err
	}
	for data := range parts {
		if err := writeData(w, data); err != nil {
			return err
		}
	}
	return nil
}

// Stream begins an array whose values the caller writes, raw, little-endian and
// row-major, before the next call of Add, Stream or Close, which check that
// they are neither too few nor too many.
func (w *Writer) Stream(name string, t Type, shape []int) (io.Writer, error) {
	l, ok := parseType(string(t))
	n, err := count(shape)
	high, size := bits.Mul64(uint64(n), uint64(l.bytes()))
	if !ok || l.big || err != nil || high != 0 || size > math.MaxInt64-longestHeader {
		return nil, fmt.Errorf("npy: %s: no array of type %q and shape %v can be written", name, t, shape)
	}
	header := encodeHeader(t, shape)
	s, err := w.begin(name, &zip.FileHeader{Flags: descriptor, UncompressedSize64: uint64(len(header)) + size})
	if err != nil {
		return nil, err
	}
	_, err = s.Write(header)
	return s, err
}

// Bits of a zip entry's general purpose flag.
const (
	descriptor = 1 << 3  // checksum and sizes stand behind the data
	utf8Name   = 1 << 11 // the name is UTF-8
)

// begin writes the header of an entry so that its data are aligned.
func (w *Writer) begin(name string, entry *zip.FileHeader) (*stream, error) {
	if err := w.finish(); err != nil {
		return nil, err
	}
	if name == "" || w.names[name] || !utf8.ValidString(name) || len(name) > math.MaxInt16 {
		return nil, fmt.Errorf("npy: an archive cannot hold a (second) array called %q", name)
	}
	w.names[name] = true
	entry.Name = name + ".npy"
	entry.Method = zip.Store
	entry.CompressedSize64 = entry.UncompressedSize64
	//lint:ignore SA1019 CreateRaw writes this field and does not look at Modified
	entry.ModifiedDate = 1<<5 | 1 // the earliest, 1 January 1980
	entry.ReaderVersion = 20
	if entry.UncompressedSize64 >= math.MaxUint32 {
		entry.ReaderVersion = 45
		entry.Flags |= descriptor // has room for such sizes
	}
	if strings.IndexFunc(name, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 {
		entry.Flags |= utf8Name
	}
	if err := w.zip.Flush(); err != nil {
		return nil, err
	}
	entry.Extra = padding(w.out.n + localHeader + int64(len(entry.Name)))
	data, err := w.zip.CreateRaw(entry)
	if err != nil {
		return nil, err
	}
	w.current = &stream{w: data, entry: entry, left: entry.UncompressedSize64, sum: crc32.NewIEEE()}
	return w.current, nil
}

// localHeader is the length of a zip entry's header without name and padding.
const localHeader = 30

// padding returns the extra field that moves the data of an entry from offset
// to the next multiple of the alignment, in the form that Android's zipalign
// uses: identifier, length, alignment, zeros.
func padding(offset int64) []byte {
	zeros := (alignment - (offset+6)%alignment) % alignment
	field := make([]byte, 6+zeros)
	copy(field, []byte{0x35, 0xd9, byte(2 + zeros), 0, alignment, 0})
	return field
}

// A stream is the data of one entry.
type stream struct {
	w     io.Writer
	entry *zip.FileHeader
	left  uint64 // bytes still to come
	sum   hash.Hash32
}

func (s *stream) Write(p []byte) (int, error) {
	if uint64(len(p)) > s.left {
		return 0, fmt.Errorf("npy: %s: %d bytes more than its shape has", s.entry.Name, uint64(len(p))-s.left)
	}
	n, err := s.w.Write(p)
	s.left -= uint64(n)
	s.sum.Write(p[:n])
	return n, err
}

// finish ends the current entry, if there is one.
func (w *Writer) finish() error {
	if w.current == nil {
		return nil
	}
	if left := w.current.left; left != 0 {
		return fmt.Errorf("npy: %s: %d bytes of its shape were not written", w.current.entry.Name, left)
	}
	w.current.entry.CRC32 = w.current.sum.Sum32()
	w.current = nil
	return nil
}

// Close ends the archive; it does not close the writer beneath.
func (w *Writer) Close() error {
	if err := w.finish(); err != nil {
		return err
	}
	return w.zip.Close()
}
