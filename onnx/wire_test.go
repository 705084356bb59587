package onnx_test

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/onnx"
)

// encoded returns the bytes of the network of operators.
func encoded(t testing.TB) []byte {
	t.Helper()
	m, err := operators()
	if err != nil {
		t.Fatal(err)
	}
	data, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// located fails the test unless err names a byte of the file.
func located(t testing.TB, err error, size int) {
	t.Helper()
	var parse *file.ParseError
	if !errors.As(err, &parse) || parse.Offset < 0 || parse.Offset > int64(size) || parse.Field == "" {
		t.Fatalf("error without a place: %v", err)
	}
}

// TestTruncated: a file cut short is a located error; where it is cut between
// two fields of the model, what is missing is found by Check.
func TestTruncated(t *testing.T) {
	for _, name := range []string{"operators.onnx", "typed.onnx", "outside.onnx"} {
		data, err := os.ReadFile(filepath.Join("testdata", "reference", name))
		if err != nil {
			t.Fatal(err)
		}
		for size := range data {
			m, err := onnx.Decode(data[:size:size], "cut.onnx")
			if err != nil {
				located(t, err, size)
				continue
			}
			if m.Check() == nil {
				t.Fatalf("the first %d of %d bytes of %s are taken for a whole model", size, len(data), name)
			}
		}
	}
}

// TestCorrupt: one byte in three is changed; the reader never panics, and what it reads
// it can write.
func TestCorrupt(t *testing.T) {
	data := encoded(t)
	for at := 0; at < len(data); at += 3 {
		corrupt := bytes.Clone(data)
		corrupt[at] ^= []byte{0x01, 0x80, 0xff}[at%9/3]
		roundTrip(t, corrupt)
	}
}

// roundTrip decodes, encodes, decodes and encodes; the bytes must be the same.
// It returns both models, nil if data cannot be read.
func roundTrip(t testing.TB, data []byte) (first, second *onnx.Model) {
	t.Helper()
	first, err := onnx.Decode(data, "first.onnx")
	if err != nil {
		located(t, err, len(data))
		return nil, nil
	}
	first.Check()
	first.Summary()
	written, err := first.Encode()
	if err != nil {
		t.Fatal(err)
	}
	second, err = onnx.Decode(written, "second.onnx")
	if err != nil {
		t.Fatalf("what was written cannot be read: %v", err)
	}
	if again, err := second.Encode(); err != nil || !bytes.Equal(written, again) {
		t.Fatalf("written twice, the bytes differ (error %v)", err)
	}
	return first, second
}

// equal compares all that two models show.
func equal(t testing.TB, a, b *onnx.Model) {
	t.Helper()
	options := cmp.Options{
		cmpopts.EquateNaNs(), cmpopts.EquateEmpty(),
		cmpopts.IgnoreUnexported(onnx.Model{}, onnx.Graph{}, onnx.Node{}, onnx.Attribute{}, onnx.Tensor{}, onnx.ValueInfo{}),
	}
	if diff := cmp.Diff(a, b, options); diff != "" {
		t.Fatal(diff)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(encoded(f))
	for _, name := range []string{"typed.onnx", "outside.onnx"} {
		data, err := os.ReadFile(filepath.Join("testdata", "reference", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		first, second := roundTrip(t, data)
		equal(t, first, second)
	})
}

// TestTypedFields compares the numbers of every element type in the field of
// their own with the same as raw bytes; both were written by the onnx package
// of Python.
func TestTypedFields(t *testing.T) {
	m, err := onnx.Open(filepath.Join("testdata", "reference", "typed.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Check(); err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, typed := range m.Graph.Initializers {
		name, ok := strings.CutSuffix(typed.Name, ".typed")
		if !ok {
			continue
		}
		compared++
		if raw := m.Initializer(name + ".raw"); raw.Type.String() != name || !bytes.Equal(raw.Data, typed.Data) {
			t.Errorf("%v: % x, want % x", raw.Type, typed.Data, raw.Data)
		}
	}
	if compared != 14 {
		t.Errorf("%d types compared, want 14", compared)
	}
	if got := m.Initializer("strings").Strings; !cmp.Equal(got, []string{"a", "", "żółw"}) {
		t.Errorf("strings %q", got)
	}
}

// A part is bytes of a message, for files that no writer would write.
type part []byte

func varint(number protowire.Number, v int64) part {
	return protowire.AppendVarint(protowire.AppendTag(nil, number, protowire.VarintType), uint64(v))
}

func fixed32(number protowire.Number, bits uint32) part {
	return protowire.AppendFixed32(protowire.AppendTag(nil, number, protowire.Fixed32Type), bits)
}

func wrap(number protowire.Number, parts ...part) part {
	return protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), slices.Concat(parts...))
}

// tensorFile is a file whose graph has one initializer with the given fields.
func tensorFile(fields ...part) []byte { return wrap(7, wrap(5, fields...)) }

func outside(pairs ...string) part {
	var entries part
	for i := 0; i < len(pairs); i += 2 {
		entries = append(entries, wrap(13, wrap(1, part(pairs[i])), wrap(2, part(pairs[i+1])))...)
	}
	return append(entries, varint(14, 1)...)
}

func TestMalformed(t *testing.T) {
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty":            {nil, "byte 0: graph: malformed: there is none"},
		"text":             {[]byte("<!DOCTYPE html>"), "byte 0: value: malformed"},
		"wire type":        {wrap(1, part("x")), "ir_version: malformed: wire type 2 where 0 belongs"},
		"node":             {wrap(7, varint(1, 3)), "graph.node: malformed: wire type 0 where 2 belongs"},
		"half a float":     {tensorFile(varint(2, 1), wrap(4, part("12345"))), "graph.initializer.float_data: malformed: 5 bytes"},
		"half a varint":    {tensorFile(varint(2, 7), wrap(7, part{0x80})), "graph.initializer.int64_data"},
		"two sources":      {tensorFile(varint(2, 1), wrap(4, part("1234")), wrap(9, part("1234"))), "raw_data: malformed: the numbers"},
		"wrong type":       {tensorFile(varint(2, 7), wrap(4, part("1234"))), "data_type: malformed: numbers of type int64 in field 4"},
		"both":             {tensorFile(varint(2, 1), wrap(9, part("1234")), outside("location", "w")), "both here and in another file"},
		"escape":           {tensorFile(varint(2, 1), outside("location", "../w")), "does not stay in the folder"},
		"absolute":         {tensorFile(varint(2, 1), outside("location", "/etc/passwd")), "does not stay in the folder"},
		"nowhere":          {tensorFile(varint(2, 1), outside()), "does not stay in the folder"},
		"negative offset":  {tensorFile(varint(2, 1), outside("location", "w", "offset", "-1")), `offset "-1" is not a number of bytes`},
		"length":           {tensorFile(varint(2, 1), outside("location", "w", "length", "four")), `length "four" is not a number of bytes`},
		"axis":             {tensorFile(varint(1, -1), varint(2, 1), outside("location", "w")), "negative axis"},
		"too many numbers": {tensorFile(varint(1, math.MaxInt64), varint(1, 2), varint(2, 1), outside("location", "w")), "too large"},
		"too deep":         {deep(200), "nest deeper than 100"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := onnx.Decode(c.data, "bad.onnx")
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error %v, want %q in it", err, c.want)
			}
			located(t, err, len(c.data))
			if !errors.Is(err, file.ErrMalformed) {
				t.Errorf("%v is not ErrMalformed", err)
			}
		})
	}
}

func TestUnsupported(t *testing.T) {
	data := tensorFile(varint(2, 22), wrap(5, part{1})) // 4-bit integers
	_, err := onnx.Decode(data, "new.onnx")
	if !errors.Is(err, file.ErrUnsupported) {
		t.Errorf("error %v", err)
	}
	located(t, err, len(data))
}

// deep is a graph in an attribute of a node of a graph, and so on.
func deep(levels int) []byte {
	var graph part
	for range levels {
		graph = wrap(1, wrap(5, wrap(6, graph)))
	}
	return wrap(7, graph)
}

// TestOldAndOddWriters: what the format allows and few programs write.
func TestOldAndOddWriters(t *testing.T) {
	one, two := math.Float32bits(1), math.Float32bits(2)
	data := slices.Concat(
		wrap(7, wrap(5, varint(1, 2), fixed32(4, one), fixed32(4, two), varint(2, 1), wrap(8, part("w")))),
		wrap(7, wrap(12, wrap(1, part("y")))),                                 // a second graph is merged into the first
		wrap(7, wrap(1, wrap(5, wrap(1, part("axes")), wrap(8, part{1, 2})))), // packed, type not written
		wrap(99, part("kept")),
		wrap(7, wrap(11, wrap(1, part("x")), wrap(2, wrap(1, varint(1, 1), wrap(2, wrap(1, varint(1, 0)), wrap(1), wrap(1, wrap(2, part("n")))))))),
		wrap(7, wrap(11, wrap(1, part("list")), wrap(2, wrap(4, part{})))),
	)
	m, err := onnx.Decode(data, "odd.onnx")
	if err != nil {
		t.Fatal(err)
	}
	if w := m.Initializer("w"); !bytes.Equal(w.Data, []byte{0, 0, 0x80, 0x3f, 0, 0, 0, 0x40}) {
		t.Errorf("w holds % x", w.Data)
	}
	if axes := m.Graph.Nodes[0].Attribute("axes"); axes.Type != onnx.IntsAttribute || !cmp.Equal(axes.Ints, []int64{1, 2}) {
		t.Errorf("axes: %+v", axes)
	}
	if len(m.Graph.Outputs) != 1 {
		t.Error("the second graph was not merged")
	}
	if x := m.Graph.Inputs[0]; x.String() != "x float32 0×?×n" || !cmp.Equal(x.Sizes(), []int64{0, -1, -1}) {
		t.Errorf("input %v", x)
	}
	written, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for _, kept := range [][]byte{wrap(99, part("kept")), wrap(2, wrap(4, part{}))} {
		if !bytes.Contains(written, kept) {
			t.Errorf("field % x was lost", kept)
		}
	}
	roundTrip(t, data)
}
