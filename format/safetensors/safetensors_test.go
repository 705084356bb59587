package safetensors_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/element"
	"github.com/isocortex/isocortex/format/safetensors"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/seed"
)

func ExampleWrite() {
	folder, err := os.MkdirTemp("", "")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "weights.safetensors")
	tensors := []safetensors.Content{
		{Name: "steps", Type: element.Int64, Data: []byte{7, 0, 0, 0, 0, 0, 0, 0}},
		safetensors.Float32("conv1.weight", []int64{2, 2}, []float32{1, 2, 3, 4}),
	}
	if err := safetensors.Write(path, map[string]string{"step": "7"}, tensors); err != nil {
		panic(err)
	}
	f, err := safetensors.Open(path)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	for _, t := range f.Tensors {
		values, err := f.Float32s(t)
		fmt.Println(t.Name, t.Type, t.Shape, values, err)
	}
	fmt.Println(f.Metadata)
	// Output:
	// steps int64 [] [7] <nil>
	// conv1.weight float32 [2 2] [1 2 3 4] <nil>
	// map[step:7]
}

// made puts a header before some numbers, as a file.
func made(header string, numbers int) []byte {
	return append(append(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), header...), make([]byte, numbers)...)
}

func open(tb testing.TB, data []byte) (*safetensors.File, error) {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "x.safetensors")
	if err := os.WriteFile(path, data, 0o666); err != nil {
		tb.Fatal(err)
	}
	f, err := safetensors.Open(path)
	if err == nil {
		tb.Cleanup(func() { f.Close() })
	}
	return f, err
}

func TestWrongFiles(t *testing.T) {
	for name, c := range map[string]struct {
		data []byte
		want string // part of the error
	}{
		"empty":             {nil, "0 bytes are no safetensors file"},
		"long header":       {binary.LittleEndian.AppendUint64(nil, 1<<60), "bytes announced, 0 left"},
		"no JSON":           {made("xx", 0), "does not begin with '{'"},
		"a list":            {made("[]", 0), "does not begin with '{'"},
		"cut JSON":          {made(`{"a":`, 0), "malformed"},
		"cut JSON, name":    {made(`{"a`, 0), "malformed"},
		"two headers":       {made(`{}{}`, 0), "more behind its end"},
		"bytes behind":      {made(`{}`, 1), "the last tensor ends here, and the file at byte 11"},
		"two names":         {made(`{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}`, 0), `two tensors are called "a"`},
		"two metadata":      {made(`{"__metadata__":{},"__metadata__":{}}`, 0), "two tensors are called"},
		"metadata of sort":  {made(`{"__metadata__":{"a":1}}`, 0), "__metadata__"},
		"type":              {made(`{"a":{"dtype":"F4","shape":[2],"data_offsets":[0,1]}}`, 1), `numbers of type "F4"`},
		"no shape":          {made(`{"a":{"dtype":"U8","data_offsets":[0,1]}}`, 1), "no shape"},
		"negative shape":    {made(`{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,0]}}`, 0), "no tensor has shape [-1]"},
		"huge shape":        {made(`{"a":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]}}`, 0), "no tensor has shape"},
		"product":           {made(`{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}`, 0), "no tensor has shape"},
		"fraction":          {made(`{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,0]}}`, 0), "malformed"},
		"no offsets":        {made(`{"a":{"dtype":"F32","shape":[1]}}`, 4), "data_offsets [] lie outside"},
		"offsets turned":    {made(`{"a":{"dtype":"U8","shape":[0],"data_offsets":[1,0]}}`, 1), "lie outside"},
		"negative offset":   {made(`{"a":{"dtype":"U8","shape":[4],"data_offsets":[-4,0]}}`, 4), "lie outside"},
		"beyond the end":    {made(`{"a":{"dtype":"U8","shape":[4],"data_offsets":[1,5]}}`, 4), "lie outside of the 4 bytes"},
		"size":              {made(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}`, 4), "takes 8 bytes, data_offsets leave 4"},
		"gap":               {made(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}`, 2), "begins where it should not"},
		"overlap":           {made(`{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}`, 3), "begins where it should not"},
		"the same twice":    {made(`{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}`, 2), "begins where it should not"},
		"what is no tensor": {made(`{"a":7}`, 0), "malformed"},
	} {
		_, err := open(t, c.data)
		defect := (*file.ParseError)(nil)
		if !errors.As(err, &defect) || !strings.Contains(fmt.Sprint(err), c.want) {
			t.Errorf("%s: err = %v, want one with %q", name, err, c.want)
		}
	}
}

// Empty tensors have a place between others, and none of their own.
func TestEmptyTensors(t *testing.T) {
	f, err := open(t, made(`{"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a":{"dtype":"F32","shape":[3,0],"data_offsets":[2,2]}, "c":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}  `, 2))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"c", "b", "a"} {
		if got := f.Tensors[i].Name; got != want {
			t.Errorf("tensor %d is %s, want %s", i, got, want)
		}
	}
	if _, ok := f.Place(f.Tensors[0]); ok {
		t.Error("a tensor without numbers has a place")
	}
	if values, err := f.Float32s(f.Tensors[2]); err != nil || len(values) != 0 {
		t.Errorf("%v, %v", values, err)
	}
}

func TestComplexNumbersDoNotConvert(t *testing.T) {
	f, err := open(t, made(`{"a":{"dtype":"C64","shape":[],"data_offsets":[0,8]}}`, 8))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Float32s(f.Tensors[0]); !errors.Is(err, file.ErrUnsupported) || !strings.Contains(err.Error(), ": a: ") {
		t.Errorf("err = %v", err)
	}
	if got := f.Bytes(f.Tensors[0]); len(got) != 8 {
		t.Errorf("%d bytes", len(got))
	}
}

func TestWriteRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.safetensors")
	one := safetensors.Float32("a", nil, []float32{1})
	for want, tensors := range map[string][]safetensors.Content{
		`the name "a" is taken`:            {one, one},
		`the name "__metadata__" is taken`: {safetensors.Float32("__metadata__", nil, []float32{1})},
		`is not UTF-8`:                     {safetensors.Float32("\xff", nil, []float32{1})},
		`no numbers of type complex128`:    {{Name: "a", Type: element.Complex128, Data: make([]byte, 16)}},
		`no numbers of type text`:          {{Name: "a", Type: "text"}},
	} {
		if err := safetensors.Write(path, nil, tensors); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("err = %v, want %q", err, want)
		}
	}
	if err := safetensors.Write(path, map[string]string{"a": "\xff"}, nil); err == nil {
		t.Error("metadata that are not UTF-8 were written")
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a refused file was written")
	}
	defer func() {
		if recover() == nil {
			t.Error("too few bytes were written")
		}
	}()
	_ = safetensors.Write(path, nil, []safetensors.Content{{Name: "a", Type: element.Float32, Shape: []int64{2}, Data: make([]byte, 4)}})
}

// contents draws tensors of all types and small shapes.
func contents(t *rapid.T) []safetensors.Content {
	types := []element.Type{
		element.Bool, element.Uint8, element.Int8, element.Uint16, element.Int16, element.Uint32, element.Int32, element.Uint64,
		element.Int64, element.Float16, element.BFloat16, element.Float32, element.Float64, element.Complex64, element.Float8E4M3, element.Float8E5M2,
	}
	names := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z."<é\\]{0,6}`), 0, 8, rapid.ID[string]).Draw(t, "names")
	all := make([]safetensors.Content, len(names))
	for i, name := range names {
		of := rapid.SampledFrom(types).Draw(t, "type")
		shape := rapid.SliceOfN(rapid.Int64Range(0, 4), 0, 3).Draw(t, "shape")
		length, _ := of.Bytes(shape)
		all[i] = safetensors.Content{Name: name, Type: of, Shape: shape, Data: rapid.SliceOfN(rapid.Byte(), int(length), int(length)).Draw(t, "data")}
	}
	return all
}

// What was written is read back, every tensor at a multiple of the length of
// its numbers, and the same is written the same way again.
func TestWrittenIsReadBack(t *testing.T) {
	folder := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		all := contents(t)
		metadata := rapid.MapOfN(rapid.String(), rapid.String(), 0, 3).Draw(t, "metadata")
		path, again := filepath.Join(folder, "a"), filepath.Join(folder, "b")
		if err := errors.Join(safetensors.Write(path, metadata, all), safetensors.Write(again, metadata, all)); err != nil {
			t.Fatal(err)
		}
		f, err := safetensors.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if len(f.Tensors) != len(all) || len(f.Metadata) != len(metadata) || len(metadata) > 0 && !cmp.Equal(f.Metadata, metadata) {
			t.Fatalf("%d tensors, metadata %q", len(f.Tensors), f.Metadata)
		}
		for _, c := range all {
			checkContent(t, f, c)
		}
		first, _ := os.ReadFile(path)
		second, _ := os.ReadFile(again)
		if !bytes.Equal(first, second) || !safetensors.Detect(first[:min(len(first), 512)]) {
			t.Fatal("the same tensors gave other bytes, or are not known again")
		}
	})
}

func checkContent(t *rapid.T, f *safetensors.File, want safetensors.Content) {
	for _, got := range f.Tensors {
		if got.Name != want.Name {
			continue
		}
		at, placed := f.Place(got)
		if got.Type != want.Type || fmt.Sprint(got.Shape) != fmt.Sprint(want.Shape) || !bytes.Equal(f.Bytes(got), want.Data) ||
			placed != (len(want.Data) > 0) || placed && at%want.Type.Size() != 0 {
			t.Fatalf("%+v was read as %+v at %d", want, got, at)
		}
		return
	}
	t.Fatalf("%q is missing", want.Name)
}

// tiny is a file of three tensors.
func tiny(tb testing.TB) []byte {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "tiny")
	err := safetensors.Write(path, map[string]string{"format": "pt"}, []safetensors.Content{
		safetensors.Float32("a.weight", []int64{2, 3}, []float32{1, 2, 3, 4, 5, 6}),
		{Name: "a.bias", Type: element.BFloat16, Shape: []int64{2}, Data: []byte{0x80, 0x3f, 0, 0}},
		{Name: "mask", Type: element.Bool, Shape: []int64{3}, Data: []byte{1, 0, 1}},
	})
	if err != nil {
		tb.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// exercise reads all there is in data and returns an error that is none of a file.
func exercise(data []byte) error {
	f, err := safetensors.Decode(data)
	if err != nil {
		return foreign(err)
	}
	for _, t := range f.Tensors {
		if _, err := f.Float32s(t); foreign(err) != nil {
			return err
		}
	}
	return nil
}

// foreign returns err if it does not say what is wrong with the file.
func foreign(err error) error {
	if errors.Is(err, file.ErrMalformed) || errors.Is(err, file.ErrUnsupported) {
		return nil
	}
	return err
}

func TestTruncations(t *testing.T) {
	data := tiny(t)
	for n := range data {
		if _, err := safetensors.Decode(data[:n:n]); !errors.Is(err, file.ErrMalformed) {
			t.Errorf("%d of %d bytes: err = %v", n, len(data), err)
		}
	}
}

func TestMutations(t *testing.T) {
	rounds := 500
	if os.Getenv("ISOCORTEX_LONG") != "" {
		rounds = 10_000
	}
	original := tiny(t)
	stream := seed.Stream(1, "mutations", 0)
	for i := range rounds {
		data := bytes.Clone(original)
		for range 1 + stream.IntN(4) {
			data[stream.IntN(len(data))] = "\x00\xff0123456789-[]{}\":,. "[stream.IntN(22)]
		}
		if err := exercise(data); err != nil {
			t.Fatalf("mutation %d: %v", i, err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(tiny(f))
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := exercise(data); err != nil {
			t.Error(err)
		}
	})
}

// Names and sum are those of the .pth of the same network in PyTorch 1.13.0.
func TestRealFile(t *testing.T) {
	f, err := safetensors.Open(realtest.Path(t, "squeezenet1_1", "squeezenet1_1.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	numbers, sum := 0, 0.0
	for _, tensor := range f.Tensors {
		values, err := f.Float32s(tensor)
		if err != nil {
			t.Fatal(err)
		}
		numbers += len(values)
		for _, v := range values {
			sum += math.Abs(float64(v))
		}
	}
	if len(f.Tensors) != 52 || numbers != 1235496 || f.Tensors[0].Name != "features.0.weight" {
		t.Errorf("%d tensors of %d numbers, the first %s; want 52 of 1235496, the parameters of SqueezeNet 1.1", len(f.Tensors), numbers, f.Tensors[0].Name)
	}
	const want = 46288.671806247396
	if math.Abs(sum/want-1) > 1e-12 {
		t.Errorf("absolute sum %.17g, want %.17g", sum, want)
	}
}
