package hdf5_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/format/hdf5"
)

func ExampleWrite() {
	folder, _ := os.MkdirTemp("", "")
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "subject.h5")
	_ = hdf5.Write(path, hdf5.Node{Nodes: []hdf5.Node{{
		Name:       "responses",
		Data:       &hdf5.Array{Shape: []int{2, 2}, Data: []float64{1, 2, 3, 4}},
		Attributes: []hdf5.Attribute{{Name: "unit", Value: hdf5.Array{Shape: []int{}, Data: []string{"V"}}}},
	}}})
	f, _ := hdf5.Open(path)
	defer f.Close()
	object, _ := f.Lookup("/responses")
	array, _ := object.(*hdf5.Dataset).Read()
	unit, _, _ := object.Attribute("unit")
	fmt.Println(array.Shape, array.Data, unit.Data)
	// Output: [2 2] [1 2 3 4] [V]
}

// everything is a tree with all that can be written.
func everything() hdf5.Node {
	data := func(name string, a hdf5.Array) hdf5.Node { return hdf5.Node{Name: name, Data: &a} }
	many := hdf5.Node{Name: "many"}
	for i := range 100 {
		many.Nodes = append(many.Nodes, hdf5.Node{Name: fmt.Sprint("group ", i)})
	}
	return hdf5.Node{
		Attributes: []hdf5.Attribute{
			{Name: "text", Value: single("Häuser")},
			{Name: "texts", Value: vector("a", "", "脳")},
			{Name: "flag", Value: single(true)},
			{Name: "numbers", Value: count[float32](2, 3)},
			{Name: "none", Value: vector[float64]()},
		},
		Nodes: []hdf5.Node{
			many,
			data("int8", vector[int8](-128, 127)), data("int16", vector[int16](-1, 2)), data("int32", vector[int32](-1, 2)),
			data("int64", vector[int64](math.MinInt64, math.MaxInt64)), data("uint8", vector[uint8](0, 255)),
			data("uint16", vector[uint16](0, 1<<15)), data("uint32", vector[uint32](0, 1<<31)), data("uint64", vector[uint64](0, 1<<63)),
			data("float32", vector(0.5, float32(math.Inf(1)))), data("float64", count[float64](2, 3, 4)),
			data("bool", vector(true, false)), data("text", vector("face", "", "Häuser")), data("scalar", single(1.5)),
			data("empty", hdf5.Array{Shape: []int{0, 3}, Data: []float64{}}), data("no text", vector[string]()),
		},
	}
}

// differs says how what a path holds differs from what was written there.
func differs(f *hdf5.File, path string, want hdf5.Node) error {
	o, err := f.Lookup(path)
	if err != nil {
		return err
	}
	for _, a := range want.Attributes {
		if got, found, err := o.Attribute(a.Name); err != nil || !found || !cmp.Equal(got, a.Value, cmpopts.EquateNaNs()) {
			return fmt.Errorf("%s: attribute %s: %v, %v; want %v", path, a.Name, got, err, a.Value)
		}
	}
	if want.Data != nil {
		if got, err := read(f, path); err != nil || !cmp.Equal(got, *want.Data, cmpopts.EquateNaNs()) {
			return fmt.Errorf("%s: %v, %v; want %v", path, got, err, *want.Data)
		}
		return nil
	}
	if names, err := o.(*hdf5.Group).Names(); err != nil || len(names) != len(want.Nodes) {
		return fmt.Errorf("%s: names %q, %v", path, names, err)
	}
	for _, node := range want.Nodes {
		if err := differs(f, strings.TrimSuffix(path, "/")+"/"+node.Name, node); err != nil {
			return err
		}
	}
	return nil
}

func TestWriteRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.h5")
	if err := hdf5.Write(path, everything()); err != nil {
		t.Fatal(err)
	}
	if err := differs(open(t, path), "/", everything()); err != nil {
		t.Error(err)
	}
}

// Any tree reads back as it was written, and gives the same bytes twice.
func TestWriteLaws(t *testing.T) {
	folder := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		tree := drawNode(t, 2)
		tree.Data = nil
		var written [2][]byte
		path := filepath.Join(folder, "x.h5")
		for i := range written {
			if err := hdf5.Write(path, tree); err != nil {
				t.Fatal(err)
			}
			written[i], _ = os.ReadFile(path)
		}
		if !bytes.Equal(written[0], written[1]) {
			t.Fatal("the same tree gives other bytes")
		}
		f, err := hdf5.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := differs(f, "/", tree); err != nil {
			t.Fatal(err)
		}
	})
}

func drawNode(t *rapid.T, depth int) hdf5.Node {
	names := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-zß #]{1,12}`), 0, 4, rapid.ID)
	var n hdf5.Node
	for _, name := range names.Draw(t, "attributes") {
		n.Attributes = append(n.Attributes, hdf5.Attribute{Name: name, Value: drawArray(t)})
	}
	if rapid.Bool().Draw(t, "is dataset") || depth == 0 {
		a := drawArray(t)
		n.Data = &a
		return n
	}
	for _, name := range names.Draw(t, "nodes") {
		child := drawNode(t, depth-1)
		child.Name = name
		n.Nodes = append(n.Nodes, child)
	}
	return n
}

func drawArray(t *rapid.T) hdf5.Array {
	shape := rapid.SliceOfN(rapid.IntRange(0, 3), 0, 3).Draw(t, "shape")
	n := hdf5.Array{Shape: shape}.Len()
	a := hdf5.Array{Shape: append([]int{}, shape...)}
	switch rapid.IntRange(0, 4).Draw(t, "type") {
	case 0:
		a.Data = rapid.SliceOfN(rapid.Float64(), n, n).Draw(t, "float64")
	case 1:
		a.Data = rapid.SliceOfN(rapid.Int16(), n, n).Draw(t, "int16")
	case 2:
		a.Data = rapid.SliceOfN(rapid.Bool(), n, n).Draw(t, "bool")
	case 3:
		a.Data = rapid.SliceOfN(rapid.Uint64(), n, n).Draw(t, "uint64")
	case 4:
		a.Data = rapid.SliceOfN(rapid.StringMatching(`[a-zß ]{0,20}`), n, n).Draw(t, "text")
	}
	return a
}

// Collections of texts end at 65,535; those of the second are found, too.
func TestManyTexts(t *testing.T) {
	var tree hdf5.Node
	for i := range 17 {
		tree.Attributes = append(tree.Attributes, hdf5.Attribute{Name: fmt.Sprint(i), Value: vector(slices.Repeat([]string{"ab"}, 4000)...)})
	}
	path := filepath.Join(t.TempDir(), "x.h5")
	if err := hdf5.Write(path, tree); err != nil {
		t.Fatal(err)
	}
	if err := differs(open(t, path), "/", tree); err != nil {
		t.Error(err)
	}
}

func TestWriteRefuses(t *testing.T) {
	data := func(name string, a hdf5.Array) hdf5.Node {
		return hdf5.Node{Nodes: []hdf5.Node{{Name: name, Data: &a}}}
	}
	with := func(name string, a hdf5.Array) hdf5.Node {
		return hdf5.Node{Attributes: []hdf5.Attribute{{Name: name, Value: a}}}
	}
	for name, c := range map[string]struct {
		tree hdf5.Node
		want string
	}{
		"no name":             {data("", single(1.0)), "can be called"},
		"a slash":             {data("a/b", single(1.0)), "can be called"},
		"zero in name":        {data("a\x00", single(1.0)), "can be called"},
		"no attribute name":   {with("", single(1.0)), "can be called"},
		"shape":               {data("x", hdf5.Array{Shape: []int{3}, Data: []int8{1}}), "does not fit"},
		"negative shape":      {data("x", hdf5.Array{Shape: []int{-1, -1}, Data: []int8{1}}), "does not fit"},
		"type":                {data("x", hdf5.Array{Shape: []int{1}, Data: []int{1}}), "[]int cannot be written"},
		"no data":             {data("x", hdf5.Array{}), "cannot be written"},
		"reference":           {data("x", vector(hdf5.Reference(1))), "cannot be written"},
		"zero byte":           {data("x", vector("a\x00")), "zero byte"},
		"not UTF-8":           {with("x", vector("\xff")), "UTF-8"},
		"too long":            {with("x", count[float64](10_000)), "make it a dataset"},
		"too many references": {with("x", vector(slices.Repeat([]string{""}, 5000)...)), "make it a dataset"},
		"twice":               {hdf5.Node{Nodes: []hdf5.Node{{Name: "a"}, {Name: "a"}}}, "can be called"},
		"nodes in data":       {hdf5.Node{Data: &hdf5.Array{Shape: []int{}, Data: []int8{1}}, Nodes: []hdf5.Node{{Name: "a"}}}, "no other nodes"},
	} {
		path := filepath.Join(t.TempDir(), "x.h5")
		if err := hdf5.Write(path, c.tree); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: err = %v, want %q", name, err, c.want)
		}
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s: a file was written", name)
		}
	}
}

// A file inside another is read where it lies.
func TestOpenPart(t *testing.T) {
	folder := t.TempDir()
	inner, outer := filepath.Join(folder, "x.h5"), filepath.Join(folder, "x.bin")
	if err := hdf5.Write(inner, hdf5.Node{Nodes: []hdf5.Node{{Name: "a", Data: &hdf5.Array{Shape: []int{2}, Data: []float32{1, 2}}}}}); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(inner)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(outer, slices.Concat([]byte("before"), data, []byte("behind")), 0o666); err != nil {
		t.Fatal(err)
	}
	size := int64(len(data))
	f, err := hdf5.OpenPart(outer, 6, size)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	o, err := f.Lookup("a")
	if err != nil {
		t.Fatal(err)
	}
	if array, err := o.(*hdf5.Dataset).Read(); err != nil || !slices.Equal(array.Data.([]float32), []float32{1, 2}) {
		t.Errorf("%v, %v", array, err)
	}
	for _, place := range [][2]int64{{-1, size}, {6, -1}, {6, size + 7}, {1 << 62, 1 << 62}, {7, size}} {
		if f, err := hdf5.OpenPart(outer, place[0], place[1]); err == nil {
			t.Errorf("%v: opened", place)
			f.Close()
		}
	}
}
