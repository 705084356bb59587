package hdf5_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isocortex/isocortex/format/hdf5"
)

const (
	oldFile     = "testdata/reference/old.h5"
	middleFile  = "testdata/reference/middle.h5"
	newFile     = "testdata/reference/new.h5"
	narrowFile  = "testdata/reference/narrow.h5"
	indexesFile = "testdata/reference/indexes.h5"
	linksFile   = "testdata/reference/links.h5"
	smallFile   = "testdata/reference/small.h5"
)

// versions are files of the same content, from the oldest version of the format
// to the newest.
var versions = []string{oldFile, middleFile, newFile}

func open(tb testing.TB, path string) *hdf5.File {
	tb.Helper()
	f, err := hdf5.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { f.Close() })
	return f
}

// read returns the whole of a dataset.
func read(f *hdf5.File, path string) (hdf5.Array, error) {
	o, err := f.Lookup(path)
	if err != nil {
		return hdf5.Array{}, err
	}
	d, ok := o.(*hdf5.Dataset)
	if !ok {
		return hdf5.Array{}, fmt.Errorf("%s is a %T", path, o)
	}
	return d.Read()
}

// count returns an array of 0, 1, 2, ...
func count[T int16 | uint16 | int32 | float32 | float64](shape ...int) hdf5.Array {
	n := 1
	for _, axis := range shape {
		n *= axis
	}
	values := make([]T, n)
	for i := range values {
		values[i] = T(i)
	}
	return hdf5.Array{Shape: slices.Concat([]int{}, shape), Data: values}
}

func vector[T any](values ...T) hdf5.Array {
	return hdf5.Array{Shape: []int{len(values)}, Data: append([]T{}, values...)}
}

func single[T any](value T) hdf5.Array { return hdf5.Array{Shape: []int{}, Data: []T{value}} }

// types is what the group of this name holds.
var types = map[string]hdf5.Array{
	"little f2": vector[float32](0, -1, 100), "big f2": vector[float32](0, -1, 100),
	"little f4": vector[float32](0, -1, 100), "big f4": vector[float32](0, -1, 100),
	"little f8": vector[float64](0, -1, 100), "big f8": vector[float64](0, -1, 100),
	"i1": vector[int8](0, -1, 100), "u1": vector[uint8](0, 1, 100),
	"little i2": vector[int16](0, -1, 100), "big i2": vector[int16](0, -1, 100),
	"little i4": vector[int32](0, -1, 100), "big i4": vector[int32](0, -1, 100),
	"little i8": vector[int64](0, -1, 100), "big i8": vector[int64](0, -1, 100),
	"little u2": vector[uint16](0, 1, 100), "big u2": vector[uint16](0, 1, 100),
	"little u4": vector[uint32](0, 1, 100), "big u4": vector[uint32](0, 1, 100),
	"little u8": vector[uint64](0, 1, 100), "big u8": vector[uint64](0, 1, 100),
	"bool": {Shape: []int{2, 2}, Data: []bool{true, false, false, true}},
	"enum": vector[int16](3, -1, 2),
	"complex": {Shape: []int{2}, Data: hdf5.Compound{
		{Name: "r", Array: vector[float64](1, 0)}, {Name: "i", Array: vector(2, -3.5)},
	}},
	"record": {Shape: []int{2}, Data: hdf5.Compound{
		{Name: "id", Array: vector[int32](1, 4)},
		{Name: "xy", Array: hdf5.Array{Shape: []int{2, 2}, Data: []float32{2, 3, 5, 6}}},
		{Name: "name", Array: vector("ab", "cde")},
	}},
	"fixed": vector("face", "", "house"), "variable": vector("face", "", "Häuser 脳"),
	"one text": single("a single text"), "zero ends": vector("ab", "c   "), "space fills": vector("ab\x00x", "c"),
	"sequence":  vector(vector[int16](1, 2, 3), vector[int16](), vector[int16](-4)),
	"array":     count[int16](2, 2, 3),
	"int24 big": vector[int32](0, -1, 50), "bits 3 to 9": vector[int8](0, -1, 50),
	"bits": vector[uint8](0, 3), "bit field": vector[uint16](1, 0x8001),
	"scalar": single(0.5), "null": vector[float32](), "no rows": {Shape: []int{0, 3}, Data: []float32{}},
	"of a committed type": count[int32](3),
}

func TestTypes(t *testing.T) {
	for _, path := range versions {
		f := open(t, path)
		for name, want := range types {
			if got, err := read(f, "/types/"+name); err != nil || !cmp.Equal(got, want) {
				t.Errorf("%s: %s: %v, %v; want %v", path, name, got, err, want)
			}
		}
	}
}

// absent is the array in which only the chunks in the middle were written.
var absent = []int16{
	-5, -5, -5, -5, -5, -5,
	-5, -5, -5, -5, -5, -5,
	-5, -5, 0, 1, 2, -5,
	-5, -5, 3, 4, 5, -5,
	-5, -5, -5, -5, -5, -5,
	-5, -5, -5, -5, -5, -5,
}

var storages = map[string]hdf5.Array{
	"compact": count[float64](2, 3), "contiguous": count[float64](2, 3),
	"never written": {Shape: []int{2, 3}, Data: []int32{7, 7, 7, 7, 7, 7}},
	"gzip":          count[float64](5, 7), "shuffle": count[float64](5, 7), "shuffle i2": count[int16](5, 7),
	"fletcher32": count[float64](5, 7), "everything": count[int32](5, 7),
	"one chunk": count[float64](4, 5), "one chunk gzip": count[float64](4, 5),
	"chunk beyond the end": vector[uint8](0, 1, 2, 3, 4), "cube": count[uint16](3, 4, 5),
	"two grow": count[uint16](6, 7), "two grow gzip": count[uint16](6, 7), "many chunks": count[int16](300),
	"absent chunks": {Shape: []int{6, 6}, Data: absent},
	"max shape": {Shape: []int{3, 7}, Data: []int16{
		0, 1, 2, 3, 4, 0, 0,
		5, 6, 7, 8, 9, 0, 0,
		10, 11, 12, 13, 14, 0, 0,
	}},
	"spared": count[int16](4),
}

func TestStorage(t *testing.T) {
	for _, path := range versions {
		f := open(t, path)
		for name, want := range storages {
			if got, err := read(f, "/storage/"+name); err != nil || !cmp.Equal(got, want) {
				t.Errorf("%s: %s: %v, %v; want %v", path, name, got, err, want)
			}
		}
	}
}

func TestIndexes(t *testing.T) {
	pages := slices.Repeat([]uint8{9}, 3000)
	copy(pages, []uint8{0, 1, 2})
	blocks := slices.Repeat([]uint8{9}, 140_000)
	for i := range 300 {
		blocks[i] = uint8(i)
		pages[2500+i%100] = uint8(i % 100)
		blocks[139_990+i%10] = uint8(i % 10)
	}
	f := open(t, indexesFile)
	for name, want := range map[string]hdf5.Array{
		"implicit": count[int16](5, 7), "edges": count[int16](10),
		"fixed array in pages": vector(pages...), "extensible array in pages": vector(blocks...),
	} {
		if got, err := read(f, name); err != nil || !cmp.Equal(got, want) {
			t.Errorf("%s: %v; want %v", name, err, cmp.Diff(got, want))
		}
	}
}

func TestGroups(t *testing.T) {
	for _, path := range versions {
		for name, groups := range map[string]int{"few": 1, "many": 30, "ordered few": 1, "ordered many": 30} {
			requireGroup(t, open(t, path), name, groups)
		}
	}
	f := open(t, linksFile)
	names, err := f.Root().Names()
	if err != nil || len(names) != 1501 || !slices.IsSorted(names) {
		t.Errorf("%d names, %v", len(names), err)
	}
	for _, name := range names {
		if got, err := read(f, name); err != nil || !cmp.Equal(got, count[float64](3)) {
			t.Fatalf("%s: %v, %v", name, got, err)
		}
	}
}

func requireGroup(t *testing.T, f *hdf5.File, name string, groups int) {
	t.Helper()
	o, err := f.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"absolute", "circle", "dangling", "data", "hard", "soft", "up and down"}
	for i := range groups {
		want = append(want, fmt.Sprintf("group %d", i))
	}
	slices.Sort(want)
	if names, err := o.(*hdf5.Group).Names(); err != nil || !slices.Equal(names, want) {
		t.Errorf("%s: names %q, %v; want %q", f.Path(), names, err, want)
	}
	for _, path := range []string{"data", "hard", "soft", "absolute/up/up and down/up/soft", "./data"} {
		if got, err := read(f, name+"/"+path); err != nil || !cmp.Equal(got, count[float64](3)) {
			t.Errorf("%s: %s: %v, %v", f.Path(), path, got, err)
		}
	}
	for path, want := range map[string]string{
		"circle": "circle", "dangling": `no "nowhere"`, "dota": "near are data", "data/x": "is a dataset", "zzz": "it has ",
	} {
		if _, err := f.Lookup(name + "/" + path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %s: err = %v, want %q", f.Path(), path, err, want)
		}
	}
}

func TestAttributes(t *testing.T) {
	for _, path := range versions {
		f := open(t, path)
		for name, want := range map[string]hdf5.Array{
			"text": single("Volt"), "texts": vector("a", "bc"), "fixed": single("double"), "bool": single(true),
			"matrix": count[float32](2, 3), "empty": vector[float32](),
			"MATLAB_fields": vector(vector("a"), vector("b", "c")),
		} {
			if got := attribute(t, f, "attributes", name); !cmp.Equal(got, want) {
				t.Errorf("%s: %s: %v, want %v", path, name, got, want)
			}
		}
		for group, n := range map[string]int{"few": 2, "many": 20, "ordered few": 2, "ordered many": 20} {
			o, _ := f.Lookup(group)
			if names, err := o.Attributes(); err != nil || len(names) != n || !slices.IsSorted(names) {
				t.Errorf("%s: %s: attributes %q, %v", path, group, names, err)
			}
			for i := range n {
				if got := attribute(t, f, group, fmt.Sprintf("attribute %d", i)); !cmp.Equal(got, count[int32](i%5)) {
					t.Errorf("%s: %s: attribute %d: %v", path, group, i, got)
				}
			}
		}
		if got := attribute(t, f, "storage/many chunks", "unit"); !cmp.Equal(got, single("V")) {
			t.Errorf("%s: unit %v", path, got)
		}
		if got := attribute(t, f, "types/scalar", "committed"); !cmp.Equal(got, count[int32](2)) {
			t.Errorf("%s: attribute of a committed type: %v", path, got)
		}
		if _, found, err := f.Root().Attribute("missing"); found || err != nil {
			t.Errorf("%s: a missing attribute: %v, %v", path, found, err)
		}
	}
}

func attribute(t *testing.T, f *hdf5.File, path, name string) hdf5.Array {
	t.Helper()
	o, err := f.Lookup(path)
	if err != nil {
		t.Fatal(err)
	}
	a, found, err := o.Attribute(name)
	if err != nil || !found {
		t.Errorf("%s: attribute %s of %s: %v, %v", f.Path(), name, path, found, err)
	}
	return a
}

func TestReferences(t *testing.T) {
	for _, path := range versions {
		f := open(t, path)
		a, err := read(f, "types/references")
		references, ok := a.Data.([]hdf5.Reference)
		if err != nil || !ok || len(references) != 3 {
			t.Fatalf("%v, %v", a, err)
		}
		o, err := f.Follow(references[0])
		if err != nil {
			t.Fatal(err)
		}
		if got, err := o.(*hdf5.Dataset).Read(); err != nil || !cmp.Equal(got, types["fixed"]) {
			t.Errorf("%s: reference leads to %v, %v", path, got, err)
		}
		if o, err := f.Follow(references[2]); err != nil || !strings.HasPrefix(o.Name(), "object at byte") {
			t.Errorf("%s: reference to a group: %v, %v", path, o, err)
		}
		for _, r := range []hdf5.Reference{references[1], 1 << 40, 5} {
			if _, err := f.Follow(r); err == nil {
				t.Errorf("%s: reference %d leads somewhere", path, r)
			}
		}
	}
}

func TestArrayParts(t *testing.T) {
	f := open(t, oldFile)
	a, err := read(f, "types/complex")
	if err != nil {
		t.Fatal(err)
	}
	records := a.Data.(hdf5.Compound)
	if got, found := records.Field("i"); !found || !cmp.Equal(got, vector(2, -3.5)) {
		t.Errorf("imaginary parts %v, %v", got, found)
	}
	if _, found := records.Field("x"); found {
		t.Error("a member that is not there was found")
	}
	for want, a := range map[string]hdf5.Array{"V": single("V"), "": single(1.0), "a": vector("a")} {
		if got, ok := a.Text(); got != want || ok != (want != "") {
			t.Errorf("text of %v is %q, %v", a, got, ok)
		}
	}
	if f.Path() != oldFile || f.Root().Name() != "/" {
		t.Errorf("path %q, root %q", f.Path(), f.Root().Name())
	}
}

func TestUserBlock(t *testing.T) {
	block := open(t, oldFile).UserBlock()
	if len(block) != 1024 || !strings.HasPrefix(string(block), "a user block\x00") {
		t.Errorf("user block %q", block)
	}
	if block := open(t, newFile).UserBlock(); len(block) != 0 {
		t.Errorf("user block %q where none is", block)
	}
}

func TestWhatIsNotReadIsNamed(t *testing.T) {
	for _, path := range versions {
		f := open(t, path)
		for name, want := range map[string]string{
			"lzf": "filter 32000 LZF", "outside": "another file, other.h5:/data",
			"external": "lie in other files", "types/opaque": "opaque",
			"types/region": "references to regions", "types/committed type": "committed datatype",
		} {
			if _, err := read(f, name); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %s: err = %v, want %q", path, name, err, want)
			}
		}
		datasets, err := f.Datasets()
		i := slices.IndexFunc(datasets, func(d *hdf5.Dataset) bool { return d.Name() == "/lzf" })
		if err != nil || i < 0 || !slices.Equal(datasets[i].Shape(), []int{10}) || datasets[i].Type().String() != "float64" {
			t.Errorf("%s: what cannot be read is not listed: %v", path, err)
		}
	}
}

func TestVirtualDataAreNamed(t *testing.T) {
	if _, err := read(open(t, newFile), "virtual"); err == nil || !strings.Contains(err.Error(), "virtual data") {
		t.Errorf("err = %v", err)
	}
}

// A file may have addresses of four bytes.
func TestNarrowAddresses(t *testing.T) {
	f := open(t, narrowFile)
	for name, want := range map[string]hdf5.Array{"a/b": count[float64](5, 7), "a/c": count[float64](5, 7), "a/t": vector("x", "yz")} {
		if got, err := read(f, name); err != nil || !cmp.Equal(got, want) {
			t.Errorf("%s: %v, %v; want %v", name, got, err, want)
		}
	}
}

func TestTypeString(t *testing.T) {
	f := open(t, newFile)
	for name, want := range map[string]string{
		"big f4": "float32", "i1": "int8", "u1": "uint8", "bool": "bool", "enum": "enum int16", "fixed": "string",
		"complex": "compound {r float64, i float64}", "sequence": "sequence of int16", "array": "[2 3] int16", "references": "reference",
	} {
		o, err := f.Lookup("types/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if got := o.(*hdf5.Dataset).Type().String(); got != want {
			t.Errorf("%s: type %q, want %q", name, got, want)
		}
	}
}

func TestDatasetsFindsEachOnce(t *testing.T) {
	found := map[string]int{}
	f := open(t, linksFile)
	datasets, err := f.Datasets()
	for _, d := range datasets {
		found[d.Name()]++
	}
	if err != nil || !cmp.Equal(found, map[string]int{"/0": 1}) {
		t.Errorf("found %v, %v", found, err)
	}
	datasets, err = open(t, smallFile).Datasets()
	if err != nil || len(datasets) != 2 || datasets[0].Name() != "/a/b" || datasets[1].Name() != "/a/t" {
		t.Errorf("found %v, %v", datasets, err)
	}
}

func TestOpenRefusesOtherFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.h5")
	for _, text := range []string{"", "x", strings.Repeat("x", 5000), "\x89HDF\r\n\x1a\n", "\x89HDF\r\n\x1a\n\x09"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := hdf5.Open(path); err == nil || !strings.Contains(err.Error(), "superblock") {
			t.Errorf("%.20q: err = %v", text, err)
		}
	}
}
