package safetensors

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/element"
)

// alignment is a multiple of which the numbers begin at, in bytes.
const alignment = 64

// A Content is a tensor on its way into a file.
type Content struct {
	Name  string
	Type  element.Type
	Shape []int64
	Data  []byte // row-major, little-endian
}

// Float32 returns the Content of float32 values, row-major; a copy.
func Float32(name string, shape []int64, values []float32) Content {
	data, err := binary.Append(nil, binary.LittleEndian, values)
	if err != nil {
		panic(err) // every number has a fixed size
	}
	return Content{name, element.Float32, shape, data}
}

// Write makes the file at path hold tensors and metadata, or leaves path as it
// was. The same tensors in the same order give the same bytes: they lie in that
// order, those of longer numbers first, each at a multiple of the length of its
// numbers.
//
//	errors   names that are not UTF-8, come twice or are the format's own; types
//	         that the format does not have; those of the system
//
// It panics when the data of a tensor do not fill its shape.
func Write(path string, metadata map[string]string, tensors []Content) error {
	tensors = slices.Clone(tensors)
	slices.SortStableFunc(tensors, func(a, b Content) int { return cmp.Compare(b.Type.Size(), a.Type.Size()) })
	header, err := header(metadata, tensors)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return file.Write(path, func(w io.Writer) error {
		if _, err := w.Write(header); err != nil {
			return err
		}
		for _, t := range tensors {
			if _, err := w.Write(t.Data); err != nil {
				return err
			}
		}
		return nil
	})
}

// header returns what stands before the numbers, its length first.
func header(metadata map[string]string, tensors []Content) ([]byte, error) {
	text := bytes.NewBufferString("{")
	if err := putMetadata(text, metadata); err != nil {
		return nil, err
	}
	seen, at := map[string]bool{metadataName: true}, int64(0)
	for _, t := range tensors {
		if seen[t.Name] {
			return nil, fmt.Errorf("the name %q is taken", t.Name)
		}
		seen[t.Name] = true
		e, err := t.entry(at)
		if err != nil {
			return nil, err
		}
		put(text, t.Name, e)
		at = e.Offsets[1]
	}
	text.WriteByte('}')
	for (prefix+text.Len())%alignment != 0 {
		text.WriteByte(' ')
	}
	if text.Len() > mostHeader {
		return nil, fmt.Errorf("names and shapes take %d bytes, of which the format allows %d", text.Len(), mostHeader)
	}
	return append(binary.LittleEndian.AppendUint64(nil, uint64(text.Len())), text.Bytes()...), nil
}

// putMetadata adds the metadata to the header, if there are any.
func putMetadata(text *bytes.Buffer, metadata map[string]string) error {
	for key, value := range metadata {
		if !utf8.ValidString(key) || !utf8.ValidString(value) {
			return fmt.Errorf("metadata %q: %q are not UTF-8", key, value)
		}
	}
	if len(metadata) > 0 {
		put(text, metadataName, metadata)
	}
	return nil
}

// entry says what the header says of t, whose numbers lie from byte at on.
func (t Content) entry(at int64) (entry, error) {
	length, ok := t.Type.Bytes(t.Shape)
	switch {
	case code(t.Type) == "":
		return entry{}, fmt.Errorf("%s: the format has no numbers of type %s", t.Name, t.Type)
	case !ok || length != int64(len(t.Data)):
		panic(fmt.Sprintf("safetensors: %d bytes for %q of shape %v of %s", len(t.Data), t.Name, t.Shape, t.Type))
	case !utf8.ValidString(t.Name):
		return entry{}, fmt.Errorf("the name %q is not UTF-8", t.Name)
	}
	return entry{code(t.Type), append([]int64{}, t.Shape...), []int64{at, at + length}}, nil
}

// put adds a name and what stands behind it to the header.
func put(text *bytes.Buffer, name string, value any) {
	if text.Len() > 1 {
		text.WriteByte(',')
	}
	for i, part := range []any{name, value} {
		if i == 1 {
			text.WriteByte(':')
		}
		encoded, err := json.Marshal(part)
		if err != nil {
			panic(err) // text and numbers always encode
		}
		text.Write(encoded)
	}
}
