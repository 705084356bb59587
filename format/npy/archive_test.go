package npy_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/npy"
)

func ExampleWriter() {
	folder, _ := os.MkdirTemp("", "")
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "subject.npz")
	_ = file.Write(path, func(w io.Writer) error {
		archive := npy.Create(w)
		_ = archive.Add("measurements", &npy.Array{Shape: []int{1, 3}, Data: []float32{1, 2, 3}})
		_ = archive.Add("observation.condition", npy.Vector([]string{"face"}))
		return archive.Close()
	})
	archive, _ := npy.Open(path)
	defer archive.Close()
	a, mapped, _ := archive.Map("measurements")
	fmt.Println(archive.Names(), a.Shape, a.Data, mapped)
	// Output: [measurements observation.condition] [1 3] [1 2 3] true
}

// written returns the path of an archive with what write adds.
func written(t testing.TB, write func(w *npy.Writer) error) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.npz")
	err := file.Write(path, func(w io.Writer) error {
		archive := npy.Create(w)
		return errors.Join(write(archive), archive.Close())
	})
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t testing.TB, path string) *npy.Archive {
	t.Helper()
	archive, err := npy.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { archive.Close() })
	return archive
}

func TestArchiveReadsWhatNumPyWrites(t *testing.T) {
	archive := open(t, reference)
	for name, want := range referenceArrays {
		got, err := archive.Read(name)
		if err != nil || !cmp.Equal(got.Shape, want.Shape) || got.Len() != want.Len() {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	compressed := open(t, "testdata/reference/compressed.npz")
	a, mapped, err := compressed.Map("zeros")
	if err != nil || mapped || a.Len() != 100_000 {
		t.Errorf("compressed zeros: %v, mapped %v", err, mapped)
	}
	want := referenceArrays["f4"]
	if a, err := compressed.Read("f4"); err != nil || !cmp.Equal(a, &want) {
		t.Errorf("%v, %v", a, err)
	}
}

// Whatever was added is read and mapped back, from aligned places.
func TestArchiveRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.npz")
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-zß.]{1,70}`), 1, 4, rapid.ID).Draw(t, "names")
		arrays := map[string]*npy.Array{}
		write := func(w io.Writer) error {
			archive := npy.Create(w)
			for _, name := range names {
				if err := archive.Add(name, arrays[name]); err != nil {
					return err
				}
			}
			return archive.Close()
		}
		for _, name := range names {
			arrays[name] = draw(t)
		}
		var again bytes.Buffer
		if err := errors.Join(file.Write(path, write), write(&again)); err != nil {
			t.Fatal(err)
		}
		if first, _ := os.ReadFile(path); !bytes.Equal(first, again.Bytes()) {
			t.Fatal("the same arrays give other bytes")
		}
		archive, err := npy.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer archive.Close()
		if !slices.Equal(archive.Names(), names) {
			t.Fatalf("names %q, want %q", archive.Names(), names)
		}
		for name, want := range arrays {
			got, mapped, err := archive.Map(name)
			if err != nil || !same(got, want) {
				t.Fatalf("%s: %v, %v; want %v", name, got, err, want)
			}
			if _, views := want.Data.([]float64); views && want.Len() > 0 && !mapped {
				t.Fatalf("%s was read, not mapped", name)
			}
			if err := archive.Verify(name); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// same compares two arrays by the bytes they are saved as.
func same(a, b *npy.Array) bool {
	var x, y bytes.Buffer
	return npy.Encode(&x, a) == nil && npy.Encode(&y, b) == nil && bytes.Equal(x.Bytes(), y.Bytes())
}

// Parts of an array give the bytes of the whole, if they fill it.
func TestAddPartsIsAdd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, parts := rapid.IntRange(0, 6).Draw(t, "rows"), [][]float64(nil)
		numbers := rapid.SliceOfN(rapid.Float64(), 3*rows, 3*rows).Draw(t, "numbers")
		for rest := numbers; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "part")
			parts, rest = append(parts, rest[:n]), rest[n:]
		}
		var whole, joined, longer bytes.Buffer
		one, other := npy.Create(&whole), npy.Create(&joined)
		err := errors.Join(one.Add("x", &npy.Array{Shape: []int{rows, 3}, Data: numbers}), one.Close())
		err = errors.Join(err, other.AddParts("x", []int{rows, 3}, slices.Values(parts)), other.Close())
		if err != nil || !bytes.Equal(whole.Bytes(), joined.Bytes()) {
			t.Errorf("%v; %d bytes in parts, %d as one", err, joined.Len(), whole.Len())
		}
		if err := npy.Create(&longer).AddParts("x", []int{rows + 1, 3}, slices.Values(parts)); err == nil {
			t.Error("a row is missing, and no error says so")
		}
	})
}

func TestStreamIsMapped(t *testing.T) {
	path := written(t, func(w *npy.Writer) error {
		data, err := w.Stream("rows", npy.Float32, []int{2, 2})
		if err != nil {
			return err
		}
		for _, b := range [][]byte{{0, 0, 0x80, 0x3f, 0, 0}, {0, 0x40}, {0, 0, 0x40, 0x40, 0, 0, 0x80, 0x40}} {
			if _, err := data.Write(b); err != nil {
				return err
			}
		}
		return w.Add("label", npy.Vector([]string{"a"}))
	})
	archive := open(t, path)
	a, mapped, err := archive.Map("rows")
	if err != nil || !mapped || !cmp.Equal(a.Data, []float32{1, 2, 3, 4}) {
		t.Errorf("%v, mapped %v, %v", a, mapped, err)
	}
	if _, err := archive.Read("rows"); err != nil {
		t.Error(err)
	}
}

func TestStreamChecksItsLength(t *testing.T) {
	for _, n := range []int{7, 9} {
		w := npy.Create(io.Discard)
		data, err := w.Stream("x", npy.Float64, []int{1})
		if err != nil {
			t.Fatal(err)
		}
		_, err = data.Write(make([]byte, n))
		if err = errors.Join(err, w.Close()); err == nil || !strings.Contains(err.Error(), "shape") {
			t.Errorf("%d bytes for one float64: err = %v", n, err)
		}
	}
	for _, shape := range [][]int{{-1}, {math.MaxInt, 2}, {math.MaxInt}} {
		if _, err := npy.Create(io.Discard).Stream("x", npy.Float64, shape); err == nil {
			t.Errorf("shape %v was begun", shape)
		}
	}
}

func TestWriterRefusesNames(t *testing.T) {
	w := npy.Create(io.Discard)
	for _, name := range []string{"", "\xff", "twice", "twice"} {
		err := w.Add(name, npy.Vector([]bool{true}))
		if first := name == "twice"; first && err == nil {
			continue
		}
		if err == nil || !strings.Contains(err.Error(), "cannot hold") {
			t.Errorf("%q: err = %v", name, err)
		}
	}
}

// crafted returns the path of a zip whose entries another program made.
func crafted(t testing.TB, entries ...*zip.FileHeader) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, entry := range entries {
		data, err := w.CreateRaw(entry)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(data, entry.Comment); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "crafted.npz")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// entry is a stored entry that holds data, which it also carries as a comment.
func entry(name string, data []byte) *zip.FileHeader {
	return &zip.FileHeader{
		Name: name, Comment: string(data), CRC32: crc32.ChecksumIEEE(data),
		CompressedSize64: uint64(len(data)), UncompressedSize64: uint64(len(data)),
	}
}

func TestArchiveRefusesLies(t *testing.T) {
	array := saved(t)["f8"]
	promises := handmade("{'descr': '<f8', 'fortran_order': False, 'shape': (1099511627776,)}", 8)
	change := func(data []byte, f func(*zip.FileHeader)) *zip.FileHeader {
		e := entry("x.npy", data)
		f(e)
		return e
	}
	for want, entries := range map[string][]*zip.FileHeader{
		`two arrays are called "x"`: {entry("x.npy", array), entry("x.npy", array)},
		"encrypted":                 {change(array, func(e *zip.FileHeader) { e.Flags = 1 })},
		"compression method":        {change(array, func(e *zip.FileHeader) { e.Method = 12 })},
		"cannot hold 8796093022208": {change(promises, func(e *zip.FileHeader) { e.Method, e.UncompressedSize64 = zip.Deflate, 8<<40 })},
		"bytes cannot hold 153":     {change(array, func(e *zip.FileHeader) { e.UncompressedSize64++ })},
		"needs more than the 8":     {entry("x.npy", promises)},
		"bytes too many":            {entry("x.npy", append(slices.Clone(array), 0))},
		"checksum error":            {change(array, func(e *zip.FileHeader) { e.CRC32++ })},
		"no array is called":        {entry("x.txt", array), entry("../x", array)},
	} {
		archive, err := npy.Open(crafted(t, entries...))
		if err == nil {
			_, err = archive.Read("x")
			archive.Close()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("err = %v, want %q", err, want)
		}
	}
}

// A deflated entry that goes on behind the size that it declares is refused
// after one byte, however long it is.
func TestArchiveStopsAtTheDeclaredSize(t *testing.T) {
	var long bytes.Buffer
	w := zip.NewWriter(&long)
	data, _ := w.Create("x.npy")
	_, _ = data.Write(append(saved(t)["f8"], make([]byte, 1<<20)...))
	_ = w.Close()
	raw := long.Bytes()
	directory := bytes.Index(raw, []byte("PK\x01\x02"))
	raw[directory+24], raw[directory+25], raw[directory+26] = 152, 0, 0
	path := filepath.Join(t.TempDir(), "long.npz")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, path).Read("x"); !errors.Is(err, file.ErrMalformed) {
		t.Errorf("err = %v, want malformed", err)
	}
}

func TestOpenRefusesEveryTruncation(t *testing.T) {
	whole, err := os.ReadFile(reference)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "short.npz")
	for n := 0; n < len(whole); n += 1 + n/500 {
		if err := os.WriteFile(path, whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := npy.Open(path)
		requireParseError(t, err, int64(n))
	}
}

func FuzzArchive(f *testing.F) {
	for _, path := range []string{
		"testdata/reference/compressed.npz",
		written(f, func(w *npy.Writer) error { return w.Add("x", npy.Vector([]float32{1, 2})) }),
	} {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	path := filepath.Join(f.TempDir(), "x.npz")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		archive, err := npy.Open(path)
		if err != nil {
			return
		}
		defer archive.Close()
		for _, name := range archive.Names() {
			_, mapped, err := archive.Map(name)
			if err == nil && mapped && archive.Verify(name) == nil {
				if _, err := archive.Read(name); err != nil {
					t.Errorf("%q is mapped and verified, but not read: %v", name, err)
				}
			}
		}
	})
}
