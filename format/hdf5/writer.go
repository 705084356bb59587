package hdf5

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/isocortex/isocortex/file"
)

// A Node is a group or a dataset to be written.
type Node struct {
	Name       string // in its group; that of the root is not written
	Attributes []Attribute
	Data       *Array // of a dataset; nil for a group
	Nodes      []Node // in a group
}

// An Attribute is a small array with a name.
type Attribute struct {
	Name  string
	Value Array // at most 64 KiB
}

// Write writes a tree of groups and datasets to path, whole or not at all. The
// same tree gives the same bytes.
//
// Data are integers, floats, []bool and []string. They are stored as they are:
// contiguous, without filters, in a file that every HDF5 library since 1.8
// reads. Truth values are the enum that h5py takes for them; strings are UTF-8,
// in datasets all as long as the longest, in attributes of varying length.
//
//	errors   names that are empty, twice in a group or hold a slash; a shape
//	         that does not fit the data; texts that are not UTF-8 or hold a zero
//	         byte; other types of data
func Write(path string, root Node) error {
	w := &writer{at: superblockSize}
	if err := w.texts(root, "/"); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	w.closeCollection()
	address, err := w.node(root, "/")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return file.Write(path, func(out io.Writer) error {
		if _, err := out.Write(w.superblock(address)); err != nil {
			return err
		}
		for _, s := range w.segments {
			if err := s.write(out); err != nil {
				return err
			}
		}
		return nil
	})
}

// superblockSize is that of version 2 with addresses of 8 bytes.
const superblockSize = 48

// A writer lays out the parts of a file one behind the other: first the texts
// of attributes, then every object behind what it holds.
type writer struct {
	at       int64 // where the next part goes
	segments []segment

	collection []byte     // of texts that is being filled
	count      int        // texts in it
	places     []textSpot // of all texts of attributes, in the order of the tree
}

// A segment is a part of the file: bytes, or an array that is turned into bytes
// when it is written.
type segment struct {
	bytes []byte
	array *Array
	width int // of strings
	gap   int // zeros behind it
}

// textSpot is where a text of varying length lies.
type textSpot struct {
	address int64
	index   int
}

// put appends a part and returns its address; the next one begins at a multiple
// of 8.
func (w *writer) put(s segment, size int64) int64 {
	at := w.at
	s.gap = int((8 - size%8) % 8)
	w.segments = append(w.segments, s)
	w.at += size + int64(s.gap)
	return at
}

func (s segment) write(out io.Writer) error {
	if _, err := out.Write(s.bytes); err != nil {
		return err
	}
	if s.array != nil {
		if err := writeValues(out, s.array.Data, s.width); err != nil {
			return err
		}
	}
	_, err := out.Write(make([]byte, s.gap))
	return err
}

// node lays out a tree from its leaves and returns the address of the header of
// its root, which is at path.
func (w *writer) node(n Node, path string) (int64, error) {
	var h headerWriter
	for _, a := range n.Attributes { // before what is below: the order in which texts were placed
		if err := w.attribute(&h, a, path); err != nil {
			return 0, err
		}
	}
	if n.Data != nil {
		if err := w.dataset(&h, n, path); err != nil {
			return 0, err
		}
	} else if err := w.group(&h, n, path); err != nil {
		return 0, err
	}
	header := h.closed()
	return w.put(segment{bytes: header}, int64(len(header))), nil
}

func (w *writer) group(h *headerWriter, n Node, path string) error {
	h.message(kindLinkInfo, slices.Concat([]byte{0, 0}, eight(math.MaxUint64), eight(math.MaxUint64)))
	h.message(kindGroupInfo, []byte{0, 0})
	names := map[string]bool{"": true, ".": true}
	for _, child := range n.Nodes {
		if names[child.Name] || strings.Contains(child.Name, "/") || checkText(child.Name) != nil || len(child.Name) > math.MaxInt16 {
			return fmt.Errorf("%s: nothing in it can be called %q", path, child.Name)
		}
		names[child.Name] = true
		address, err := w.node(child, join(path, child.Name))
		if err != nil {
			return err
		}
		h.message(kindLink, linkTo(child.Name, address))
	}
	return nil
}

func (w *writer) dataset(h *headerWriter, n Node, path string) error {
	if len(n.Nodes) > 0 {
		return fmt.Errorf("%s: a dataset holds no other nodes", path)
	}
	t, err := typeFor(n.Data)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	address, size := undefined, int64(n.Data.Len())*int64(t.size)
	if size > 0 {
		address = w.put(segment{array: n.Data, width: t.size}, size)
	}
	h.message(kindDataspace, spaceFor(n.Data.Shape))
	h.message(kindDatatype, t.message)
	h.message(kindFill, []byte{3, 2 | 2<<2}) // version, space taken late, filled where a value was set: none
	h.message(kindLayout, slices.Concat([]byte{3, contiguous}, eight(uint64(address)), eight(uint64(size))))
	return nil
}

func (w *writer) attribute(h *headerWriter, a Attribute, path string) error {
	t, err := typeFor(&a.Value)
	if err != nil {
		return fmt.Errorf("%s: attribute %s: %w", path, a.Name, err)
	}
	var value strings.Builder
	if texts, ok := a.Value.Data.([]string); ok {
		t = variableText
		for _, text := range texts {
			value.Write(w.spot(text))
		}
	} else if err := writeValues(&value, a.Value.Data, t.size); err != nil {
		return err
	}
	space := spaceFor(a.Value.Shape)
	content := []byte{3, 0} // version, flags
	for _, size := range []int{len(a.Name) + 1, len(t.message), len(space)} {
		content = binary.LittleEndian.AppendUint16(content, uint16(size))
	}
	content = append(content, 1) // the name is UTF-8
	content = slices.Concat(content, []byte(a.Name), []byte{0}, t.message, space, []byte(value.String()))
	if len(content) > math.MaxUint16 {
		return fmt.Errorf("%s: attribute %s: %d bytes are too many for an attribute; make it a dataset", path, a.Name, value.Len())
	}
	h.message(kindAttribute, content)
	return nil
}

// texts lays out the texts of all attributes of a tree, after checking them and
// their names.
func (w *writer) texts(n Node, path string) error {
	names := map[string]bool{"": true}
	for _, a := range n.Attributes {
		if names[a.Name] || checkText(a.Name) != nil {
			return fmt.Errorf("%s: no attribute of it can be called %q", path, a.Name)
		}
		names[a.Name] = true
		texts, _ := a.Value.Data.([]string)
		for _, text := range texts {
			if err := checkText(text); err != nil {
				return fmt.Errorf("%s: attribute %s: %w", path, a.Name, err)
			}
			if text != "" {
				w.place(text)
			}
		}
	}
	for _, child := range n.Nodes {
		if err := w.texts(child, join(path, child.Name)); err != nil {
			return err
		}
	}
	return nil
}

// place puts a text into the collection.
func (w *writer) place(text string) {
	if w.count == math.MaxUint16 {
		w.closeCollection()
	}
	w.count++
	w.places = append(w.places, textSpot{w.at, w.count})
	c := binary.LittleEndian.AppendUint16(w.collection, uint16(w.count))
	c = append(c, make([]byte, 2+4)...) // references, reserved
	c = binary.LittleEndian.AppendUint64(c, uint64(len(text)))
	c = append(c, text...)
	w.collection = append(c, make([]byte, (8-len(text)%8)%8)...)
}

// smallestCollection is how many bytes the HDF5 library requires.
const smallestCollection = 4096

// closeCollection lays out the collection of texts that was filled.
func (w *writer) closeCollection() {
	if w.count == 0 {
		return
	}
	const prefix = 16
	free := max(prefix, smallestCollection-prefix-len(w.collection))
	whole := slices.Concat([]byte("GCOL\x01\x00\x00\x00"), eight(uint64(prefix+len(w.collection)+free)), w.collection,
		make([]byte, 8), eight(uint64(free)), make([]byte, free-prefix))
	w.put(segment{bytes: whole}, int64(len(whole)))
	w.collection, w.count = nil, 0
}

// spot returns where the next text of an attribute was placed: length, address
// and number.
func (w *writer) spot(text string) []byte {
	var s textSpot
	if text != "" {
		s, w.places = w.places[0], w.places[1:]
	}
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(text)))
	b = append(b, eight(uint64(s.address))...)
	return binary.LittleEndian.AppendUint32(b, uint32(s.index))
}

// checkText returns an error for a text that a reader would not give back.
func checkText(text string) error {
	if !utf8.ValidString(text) || strings.Contains(text, "\x00") {
		return fmt.Errorf("the text %q is not UTF-8 or holds a zero byte", text)
	}
	return nil
}
