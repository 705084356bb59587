package element_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isocortex/isocortex/format/element"
)

func ExampleType_Float32s() {
	values, err := element.BFloat16.Float32s([]byte{0x80, 0x3f, 0x00, 0xc0})
	fmt.Println(values, err)
	_, err = element.Complex64.Float32s(make([]byte, 8))
	fmt.Println(err)
	// Output:
	// [1 -2] <nil>
	// numbers of type complex64 do not convert to float32
}

func bytes(t *testing.T, values any) []byte {
	t.Helper()
	raw, err := binary.Append(nil, binary.LittleEndian, values)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestNumbersConvert(t *testing.T) {
	for _, c := range []struct {
		of     element.Type
		values any
		want   []float32
	}{
		{element.Bool, []uint8{0, 1, 2}, []float32{0, 1, 1}},
		{element.Uint8, []uint8{0, 255}, []float32{0, 255}},
		{element.Int8, []int8{-128, 127}, []float32{-128, 127}},
		{element.Uint16, []uint16{65535}, []float32{65535}},
		{element.Int16, []int16{-32768, 7}, []float32{-32768, 7}},
		{element.Uint32, []uint32{math.MaxUint32}, []float32{4294967296}},
		{element.Int32, []int32{math.MinInt32, 16777217}, []float32{-2147483648, 16777216}},
		{element.Uint64, []uint64{math.MaxUint64}, []float32{18446744073709551616}},
		{element.Int64, []int64{math.MinInt64, -3}, []float32{-9223372036854775808, -3}},
		{element.Float16, []uint16{0x3c00, 0xc000}, []float32{1, -2}},
		{element.BFloat16, []uint16{0x3f80, 0xc000}, []float32{1, -2}},
		{element.Float32, []float32{.1, float32(math.Inf(1))}, []float32{.1, float32(math.Inf(1))}},
		{element.Float64, []float64{.1, 1e300, -1e-300}, []float32{.1, float32(math.Inf(1)), 0}},
		{element.Float64, []float64{}, []float32{}},
	} {
		raw := bytes(t, c.values)
		got, err := c.of.Float32s(raw)
		if err != nil || !cmp.Equal(got, c.want) {
			t.Errorf("%s: %v, %v; want %v", c.of, got, err, c.want)
		}
		if want := int64(len(raw)); c.of.Size()*int64(len(c.want)) != want {
			t.Errorf("%s: numbers of %d bytes, want %d together", c.of, c.of.Size(), want)
		}
	}
	if values, err := element.Float32.Float32s(bytes(t, float32(math.NaN()))); err != nil || values[0] == values[0] {
		t.Errorf("NaN became %v, %v", values, err)
	}
}

func TestReverse(t *testing.T) {
	for of, want := range map[element.Type][]byte{
		element.Uint8:      {1, 2, 3, 4, 5, 6, 7, 8},
		element.Int16:      {2, 1, 4, 3, 6, 5, 8, 7},
		element.Complex64:  {4, 3, 2, 1, 8, 7, 6, 5},
		element.Float64:    {8, 7, 6, 5, 4, 3, 2, 1},
		element.Type("??"): {1, 2, 3, 4, 5, 6, 7, 8},
	} {
		raw := []byte{1, 2, 3, 4, 5, 6, 7, 8}
		if of.Reverse(raw); !cmp.Equal(raw, want) {
			t.Errorf("%s: %v, want %v", of, raw, want)
		}
	}
}

func TestBytesOfShapes(t *testing.T) {
	for _, c := range []struct {
		shape []int64
		want  int64
		ok    bool
	}{
		{nil, 4, true},
		{[]int64{2, 3}, 24, true},
		{[]int64{2, 0, 3}, 0, true},
		{[]int64{-1}, 0, false},
		{[]int64{-1, 0}, 0, false},
		{[]int64{1 << 31, 1 << 30}, 0, false},
		{[]int64{1 << 32, 1 << 32, 0}, 0, false},
		{[]int64{1 << 61}, 0, false},
	} {
		if got, ok := element.Float32.Bytes(c.shape); got != c.want || ok != c.ok {
			t.Errorf("%v: %d, %v; want %d, %v", c.shape, got, ok, c.want, c.ok)
		}
	}
	if _, ok := element.Type("text").Bytes(nil); ok {
		t.Error("text has a size")
	}
}
