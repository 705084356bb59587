package hdf5

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zlib"

	"github.com/isocortex/isocortex/file"
)

// What no program writes any more, or none should, is made by hand: a file with
// one dataset called x, of the messages that build writes.
func crafted(tb testing.TB, build func(w *writer, h *headerWriter)) *File {
	tb.Helper()
	f := &File{path: "x.h5", mapping: &file.Mapping{Bytes: craftedBytes(tb, build)}}
	if err := f.readSuperblock(); err != nil {
		tb.Fatal(err)
	}
	return f
}

func craftedBytes(tb testing.TB, build func(w *writer, h *headerWriter)) []byte {
	tb.Helper()
	w := &writer{at: superblockSize}
	var x, root headerWriter
	build(w, &x)
	header := x.closed()
	root.message(kindLink, linkTo("x", w.put(segment{bytes: header}, int64(len(header)))))
	header = root.closed()
	address := w.put(segment{bytes: header}, int64(len(header)))
	whole := bytes.NewBuffer(w.superblock(address))
	for _, s := range w.segments {
		if err := s.write(whole); err != nil {
			tb.Fatal(err)
		}
	}
	return whole.Bytes()
}

// readX reads the dataset of a crafted file.
func readX(f *File) (Array, error) {
	o, err := f.Lookup("x")
	if err != nil {
		return Array{}, err
	}
	return o.(*Dataset).Read()
}

// little-endian numbers.
func two(v int) []byte  { return binary.LittleEndian.AppendUint16(nil, uint16(v)) }
func four(v int) []byte { return binary.LittleEndian.AppendUint32(nil, uint32(v)) }

// put places bytes and returns their address as 8 bytes.
func put(w *writer, b ...byte) []byte { return eight(uint64(w.put(segment{bytes: b}, int64(len(b))))) }

var nowhere = eight(math.MaxUint64)

// about writes shape and type.
func about(h *headerWriter, t typeWriter, shape ...int) {
	h.message(kindDataspace, spaceFor(shape))
	h.message(kindDatatype, t.message)
}

// contiguousData writes a layout with data in one piece.
func contiguousData(w *writer, h *headerWriter, data ...byte) {
	h.message(kindLayout, slices.Concat([]byte{3, contiguous}, put(w, data...), eight(uint64(len(data)))))
}

var (
	uint8Type  = integerType(0, 1)
	uint16Type = integerType(0, 2)
)

// leaf returns a node of a B-tree of chunks of one axis: start, size and address.
func leaf(level byte, entries ...[3]int) []byte {
	b := slices.Concat([]byte("TREE\x01"), []byte{level}, two(len(entries)), nowhere, nowhere)
	for _, e := range entries {
		b = slices.Concat(b, four(e[1]), four(0), eight(uint64(e[0])), eight(0), eight(uint64(e[2])))
	}
	return append(b, make([]byte, 24)...)
}

func TestOldMessages(t *testing.T) {
	oldFilled := func(w *writer, h *headerWriter, kind int, fill []byte) {
		about(h, uint16Type, 2)
		h.message(kind, fill)
		h.message(kindLayout, slices.Concat([]byte{1, 1, contiguous, 0, 0, 0, 0, 0}, nowhere, four(2)))
	}
	v1Array := slices.Concat([]byte("a\x00\x00\x00\x00\x00\x00\x00"), four(0), []byte{2, 0, 0, 0}, make([]byte, 8),
		four(2), four(1), four(0), four(0), uint8Type.message)
	for name, c := range map[string]struct {
		build func(w *writer, h *headerWriter)
		want  Array
	}{
		"contiguous, version 1": {func(w *writer, h *headerWriter) {
			about(h, uint8Type, 3)
			h.message(kindLayout, slices.Concat([]byte{1, 1, contiguous, 0, 0, 0, 0, 0}, put(w, 1, 2, 3), four(3)))
		}, Array{[]int{3}, []uint8{1, 2, 3}}},
		"compact, version 2": {func(_ *writer, h *headerWriter) {
			about(h, uint8Type, 3)
			h.message(kindLayout, slices.Concat([]byte{2, 1, compact, 0, 0, 0, 0, 0}, four(3), four(3), []byte{4, 5, 6}))
		}, Array{[]int{3}, []uint8{4, 5, 6}}},
		"chunked, version 1": {func(w *writer, h *headerWriter) {
			about(h, uint8Type, 3)
			tree := put(w, leaf(0, [3]int{0, 2, superblockSize}, [3]int{2, 2, superblockSize + 2})...)
			h.message(kindLayout, slices.Concat([]byte{1, 2, chunked, 0, 0, 0, 0, 0}, tree, four(2), four(1)))
		}, Array{[]int{3}, []uint8{'T', 'R', 'E'}}},
		"fill of the oldest kind": {func(w *writer, h *headerWriter) {
			oldFilled(w, h, kindOldFill, slices.Concat(four(2), two(7)))
		}, Array{[]int{2}, []uint16{7, 7}}},
		"fill, version 2": {func(w *writer, h *headerWriter) {
			oldFilled(w, h, kindFill, slices.Concat([]byte{2, 2, 2, 1}, four(2), two(8)))
		}, Array{[]int{2}, []uint16{8, 8}}},
		"array in a compound, version 1": {func(w *writer, h *headerWriter) {
			about(h, typeMessage(ClassCompound, 1, 2, v1Array...), 2)
			contiguousData(w, h, 1, 2, 3, 4)
		}, Array{[]int{2}, Compound{{"a", Array{[]int{2, 2, 1}, []uint8{1, 2, 3, 4}}}}}},
	} {
		if got, err := readX(crafted(t, c.build)); err != nil || !cmp.Equal(got, c.want) {
			t.Errorf("%s: %v, %v; want %v", name, got, err, c.want)
		}
	}
}

func TestIntegersOfAnyWidth(t *testing.T) {
	for bits, want := range map[int][2]any{
		3: {[]int8{-1}, []uint8{7}}, 11: {[]int16{-1}, []uint16{2047}},
		20: {[]int32{-1}, []uint32{1<<20 - 1}}, 63: {[]int64{-1}, []uint64{1<<63 - 1}},
	} {
		for i, flags := range []int{signed, 0} {
			f := crafted(t, func(w *writer, h *headerWriter) {
				about(h, typeMessage(ClassInteger, flags, 8, slices.Concat(two(1), two(bits))...), 1)
				contiguousData(w, h, slices.Repeat([]byte{0xff}, 8)...)
			})
			if got, err := readX(f); err != nil || !cmp.Equal(got.Data, want[i]) {
				t.Errorf("%d bits: %T %v, %v; want %v", bits, got.Data, got.Data, err, want[i])
			}
		}
	}
}

func zipped(data []byte) []byte {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, _ = w.Write(data)
	_ = w.Close()
	return b.Bytes()
}

// oneChunk writes four bytes as one chunk that went through a filter.
func oneChunk(filter byte, stored []byte) func(w *writer, h *headerWriter) {
	return func(w *writer, h *headerWriter) {
		about(h, uint8Type, 4)
		h.message(kindFilters, []byte{2, 1, filter, 0, 0, 0, 0, 0})
		h.message(kindLayout, slices.Concat([]byte{4, chunked, 2, 2, 1, 4, 1, singleChunk},
			eight(uint64(len(stored))), four(0), put(w, stored...)))
	}
}

func TestOneChunk(t *testing.T) {
	want := []byte{1, 2, 3, 4}
	for filter, stored := range map[byte][]byte{filterDeflate: zipped(want), filterFletcher: {1, 2, 3, 4, 6, 4, 8, 5}} {
		if got, err := readX(crafted(t, oneChunk(filter, stored))); err != nil || !bytes.Equal(got.Data.([]byte), want) {
			t.Errorf("filter %d: %v, %v", filter, got, err)
		}
	}
}

// tree writes four bytes in chunks of two that a B-tree leads to.
func tree(node func(at int) []byte) func(w *writer, h *headerWriter) {
	return func(w *writer, h *headerWriter) {
		about(h, uint8Type, 4)
		h.message(kindLayout, slices.Concat([]byte{3, chunked, 2}, put(w, node(int(w.at))...), four(2), four(1)))
	}
}

// plainData writes elements of a type.
func plainData(t typeWriter, data ...byte) func(w *writer, h *headerWriter) {
	return func(w *writer, h *headerWriter) {
		about(h, t, len(data)/t.size)
		contiguousData(w, h, data...)
	}
}

func nestedTypes(n int) typeWriter {
	t := uint8Type
	for range n {
		t = typeMessage(ClassSequence, 0, 16, t.message...)
	}
	return t
}

func TestWrongFilesAreLocated(t *testing.T) {
	member := slices.Concat([]byte("a\x00\x00\x00\x00\x00\x00\x00"), four(1), make([]byte, 28), uint16Type.message)
	root := len(leaf(2, [3]int{}))
	stream := zipped([]byte{1, 2, 3, 4})
	stream = stream[: len(stream)-4 : len(stream)-4] // without its checksum
	for want, build := range map[string]func(w *writer, h *headerWriter){
		"its checksum is":                 oneChunk(filterFletcher, []byte{1, 2, 3, 4, 6, 4, 8, 6}),
		"gzip: zlib: invalid header":      oneChunk(filterDeflate, []byte{1, 2, 3, 4}),
		"gzip: unexpected EOF":            oneChunk(filterDeflate, stream),
		"gzip: zlib: invalid checksum":    oneChunk(filterDeflate, append(stream, 1, 2, 3, 4)),
		"gzip: more than 8 bytes":         oneChunk(filterDeflate, zipped(make([]byte, 5000))),
		"3 bytes; its shape needs 4":      oneChunk(filterDeflate, zipped(make([]byte, 3))),
		"szip":                            oneChunk(4, []byte{1, 2, 3, 4}),
		"is there twice":                  tree(func(int) []byte { return leaf(0, [3]int{0, 2, 60}, [3]int{0, 2, 62}) }),
		"leads in a circle":               tree(func(at int) []byte { return leaf(1, [3]int{0, 2, at}) }),
		"and level 0 in place of 1 and 1": tree(func(at int) []byte { return append(leaf(2, [3]int{0, 2, at + root}), leaf(0)...) }),
		"no multiple of 2":                tree(func(int) []byte { return leaf(0, [3]int{1, 2, 60}) }),
		"1 bytes cannot hold 2":           tree(func(int) []byte { return leaf(0, [3]int{0, 1, 60}) }),
		"outside the file":                tree(func(int) []byte { return leaf(0, [3]int{0, 2, 1 << 40}) }),
		"bytes of a file of":              tree(func(int) []byte { return leaf(0, [3]int{0, 1 << 20, 60}) }),
		"7 is neither FALSE nor TRUE":     plainData(boolType, 0, 1, 7),
		"are not UTF-8":                   plainData(textType(2, false), 0xff, 'a'),
		"integers of 9 bytes":             plainData(integerType(0, 9), make([]byte, 9)...),
		"floats of 4 bytes":               plainData(typeMessage(ClassFloat, 0, 4, 0, 0, 32, 0, 26, 5, 0, 26, 15, 0, 0, 0), 1, 2, 3, 4),
		"a bias of 128":                   plainData(typeMessage(ClassFloat, 0, 4, 0, 0, 32, 0, 23, 8, 0, 23, 128, 0, 0, 0), 1, 2, 3, 4),
		"VAX":                             plainData(typeMessage(ClassFloat, 1<<6, 4, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0), 1, 2, 3, 4),
		"9 bits from bit 0":               plainData(typeMessage(ClassInteger, 0, 1, 0, 0, 9, 0), 1),
		"of no bytes":                     func(w *writer, h *headerWriter) { about(h, integerType(0, 0), 1); contiguousData(w, h) },
		"deep in one another":             plainData(nestedTypes(40), make([]byte, 16)...),
		"beyond the 2 bytes":              plainData(typeMessage(ClassCompound, 1, 2, member...), 1, 2),
		"header has none":                 func(w *writer, h *headerWriter) { contiguousData(w, h, 1) },
		"cannot hold /x":                  func(w *writer, h *headerWriter) { about(h, uint8Type, 9); contiguousData(w, h, 1) },
		"too much to make up": func(_ *writer, h *headerWriter) {
			about(h, uint8Type, 1<<40)
			h.message(kindLayout, slices.Concat([]byte{3, contiguous}, nowhere, eight(0)))
		},
		"beyond what this system": func(w *writer, h *headerWriter) {
			about(h, uint8Type, math.MaxInt, 2)
			contiguousData(w, h, 1)
		},
		"chunks of shape [0]": func(_ *writer, h *headerWriter) {
			about(h, uint8Type, 3)
			h.message(kindLayout, slices.Concat([]byte{3, chunked, 2}, nowhere, four(0), four(1)))
		},
	} {
		f := crafted(t, build)
		_, err := readX(f)
		var located *file.ParseError
		if !errors.As(err, &located) || located.Path != "x.h5" || !strings.Contains(err.Error(), want) {
			t.Errorf("err = %v, want %q", err, want)
		}
	}
}

// A header of version 1 whose continuation is its own block ends in an error.
func TestContinuationsInACircle(t *testing.T) {
	f := crafted(t, func(w *writer, h *headerWriter) { about(h, uint8Type) })
	at := int64(len(f.data))
	loop := slices.Concat(two(kindContinuation), two(16), four(0), eight(uint64(at+16)), eight(24))
	f.data = slices.Concat(f.data, []byte{1, 0, 1, 0}, four(1), four(len(loop)), four(0), loop)
	if _, err := f.header(at); !errors.Is(err, file.ErrMalformed) || !strings.Contains(err.Error(), "circle") {
		t.Errorf("err = %v", err)
	}
}

// oldGroup appends a group of the old kind: a tree of nodes, all of them the
// same one, whose symbols all have the same name.
func oldGroup(f *File, nodes, symbols, name int) *cursor {
	put := func(parts ...[]byte) []byte {
		at := len(f.data)
		f.data = slices.Concat(f.data, slices.Concat(parts...))
		return eight(uint64(at))
	}
	names := put(bytes.Repeat([]byte{'a'}, name), []byte{0})
	heap := put([]byte("HEAP\x00\x00\x00\x00"), eight(uint64(name+1)), nowhere, names)
	node := put([]byte("SNOD\x01\x00"), two(symbols), bytes.Repeat(make([]byte, 40), symbols))
	entry := slices.Concat(eight(0), node)
	tree := put([]byte("TREE\x00\x00"), two(nodes), nowhere, nowhere, bytes.Repeat(entry, nodes))
	at := int64(len(f.data))
	put(tree, heap)
	return f.cursor("symbol table message", at, 16)
}

// What is named again and again does not grow beyond the file.
func TestOldGroupsAreBounded(t *testing.T) {
	for want, c := range map[string]struct{ nodes, symbols, name int }{
		"": {1, 3, 5}, "there twice": {2, 1, 5}, "more bytes of names": {1, 100, 1000},
	} {
		f := crafted(t, plainData(uint8Type, 1))
		links, err := f.symbolTable(oldGroup(f, c.nodes, c.symbols, c.name))
		switch {
		case want == "":
			if err != nil || len(links) != c.symbols || links[0].name != "aaaaa" {
				t.Errorf("links %v, %v", links, err)
			}
		case err == nil || !strings.Contains(err.Error(), want):
			t.Errorf("err = %v, want %q", err, want)
		}
	}
}
