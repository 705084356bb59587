package safetensors

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/element"
)

const (
	prefix       = 8           // bytes that hold the length of the header
	mostHeader   = 100_000_000 // bytes: the format's own limit
	mostAxes     = 1 << 10
	metadataName = "__metadata__"
)

// codes are the names of types in headers.
var codes = map[string]element.Type{
	"BOOL": element.Bool, "U8": element.Uint8, "I8": element.Int8, "U16": element.Uint16, "I16": element.Int16,
	"U32": element.Uint32, "I32": element.Int32, "U64": element.Uint64, "I64": element.Int64,
	"F16": element.Float16, "BF16": element.BFloat16, "F32": element.Float32, "F64": element.Float64,
	"C64": element.Complex64, "F8_E4M3": element.Float8E4M3, "F8_E5M2": element.Float8E5M2,
}

// code returns the name of a type in headers; "" if it has none.
func code(t element.Type) string {
	for name, of := range codes {
		if of == t {
			return name
		}
	}
	return ""
}

// entry is what a header says of a tensor.
type entry struct {
	Type    string  `json:"dtype"`
	Shape   []int64 `json:"shape"`
	Offsets []int64 `json:"data_offsets"` // from the end of the header
}

// readHeader fills f from the header, and sees that the tensors are the file.
func (f *File) readHeader() error {
	text, err := f.header()
	if err != nil {
		return err
	}
	if err := f.readEntries(text); err != nil {
		return err
	}
	slices.SortStableFunc(f.Tensors, func(a, b Tensor) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.length, b.length)) })
	end := int64(prefix + len(text))
	for _, t := range f.Tensors {
		if t.at != end {
			return f.malformed(t.at, t.Name, "the tensor begins where it should not: the one before ends at byte %d", end)
		}
		end += t.length
	}
	if size := int64(len(f.mapping.Bytes)); end != size {
		return f.malformed(end, "data_offsets", "the last tensor ends here, and the file at byte %d", size)
	}
	return nil
}

// header returns the text of the header.
func (f *File) header() ([]byte, error) {
	data := f.mapping.Bytes
	if len(data) < prefix {
		return nil, f.malformed(0, "header length", "%d bytes are no safetensors file", len(data))
	}
	length := binary.LittleEndian.Uint64(data)
	if length > mostHeader || length > uint64(len(data)-prefix) {
		return nil, f.malformed(0, "header length", "%d bytes announced, %d left, at most %d allowed: is this a safetensors file?", length, len(data)-prefix, mostHeader)
	}
	return data[prefix : prefix+length], nil
}

func (f *File) malformed(at int64, field, format string, args ...any) error {
	return file.Malformed(f.Path, at, field, format, args...)
}

// readEntries reads the header name by name: each may come once.
func (f *File) readEntries(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	if token, err := d.Token(); err != nil || token != json.Delim('{') {
		return f.malformed(prefix, "header", "it does not begin with '{': is this a safetensors file?")
	}
	seen := map[string]bool{}
	for d.More() {
		name, err := d.Token()
		at := prefix + d.InputOffset()
		if err != nil {
			return f.malformed(at, "header", "%w", err)
		}
		if seen[name.(string)] {
			return f.malformed(at, "header", "two tensors are called %q", name)
		}
		seen[name.(string)] = true
		if err := f.readEntry(d, name.(string), at, int64(prefix+len(text))); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return f.malformed(prefix+d.InputOffset(), "header", "%w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return f.malformed(prefix+d.InputOffset(), "header", "there is more behind its end")
	}
	return nil
}

// readEntry reads what stands behind a name at byte at; data is where the
// numbers begin.
func (f *File) readEntry(d *json.Decoder, name string, at, data int64) error {
	if name == metadataName {
		if err := d.Decode(&f.Metadata); err != nil {
			return f.malformed(at, name, "%w", err)
		}
		return nil
	}
	var e entry
	if err := d.Decode(&e); err != nil {
		return f.malformed(at, name, "%w", err)
	}
	of, known := codes[e.Type]
	if !known {
		return file.Unsupported(f.Path, at, name, "numbers of type %q", e.Type)
	}
	if e.Shape == nil {
		return f.malformed(at, name, "no shape")
	}
	t := Tensor{Name: name, Type: of, Shape: e.Shape}
	if err := t.settle(e.Offsets, data, int64(len(f.mapping.Bytes))); err != nil {
		return f.malformed(at, name, "%w", err)
	}
	f.Tensors = append(f.Tensors, t)
	return nil
}

// settle notes where the numbers of t are, among the bytes from data to end.
func (t *Tensor) settle(offsets []int64, data, end int64) error {
	length, ok := t.Type.Bytes(t.Shape)
	if !ok || len(t.Shape) > mostAxes {
		return fmt.Errorf("no tensor has shape %.200s", fmt.Sprint(t.Shape))
	}
	if len(offsets) != 2 || offsets[0] < 0 || offsets[0] > offsets[1] || offsets[1] > end-data {
		return fmt.Errorf("data_offsets %.200s lie outside of the %d bytes of numbers", fmt.Sprint(offsets), end-data)
	}
	if offsets[1]-offsets[0] != length {
		return fmt.Errorf("shape %v of %s takes %d bytes, data_offsets leave %d", t.Shape, t.Type, length, offsets[1]-offsets[0])
	}
	t.at, t.length = data+offsets[0], length
	return nil
}
