package hdf5

import (
	"encoding/binary"
	"errors"
	"os"
	"runtime"
	"testing"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/seed"
)

var references = []string{
	"testdata/reference/small.h5", "testdata/reference/old.h5", "testdata/reference/new.h5",
	"testdata/reference/middle.h5", "testdata/reference/narrow.h5", "testdata/reference/indexes.h5", "testdata/reference/links.h5",
}

func content(tb testing.TB, path string) []byte {
	tb.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// exercise reads all there is in data, and returns the first error that is none
// of a file.
func exercise(data []byte, trusting bool) error {
	f := &File{path: "x.h5", mapping: &file.Mapping{Bytes: data}, trusting: trusting}
	if err := f.readSuperblock(); err != nil {
		return foreign(err)
	}
	if _, err := f.Datasets(); foreign(err) != nil {
		return err
	}
	return exerciseObject(f.Root(), 3)
}

// foreign returns err if it does not say what is wrong with the file.
func foreign(err error) error {
	if err == nil || errors.Is(err, file.ErrMalformed) || errors.Is(err, file.ErrUnsupported) {
		return nil
	}
	return err
}

func exerciseObject(o Object, depth int) error {
	names, err := o.Attributes()
	if foreign(err) != nil {
		return err
	}
	for i, name := range names {
		if i == 8 {
			break // the others are like these, and each reads them all
		}
		if _, _, err := o.Attribute(name); foreign(err) != nil {
			return err
		}
	}
	switch o := o.(type) {
	case *Dataset:
		if o.Bytes() > 1<<20 {
			return nil
		}
		if _, err := o.Read(); foreign(err) != nil {
			return err
		}
	case *Group:
		return exerciseGroup(o, depth)
	}
	return nil
}

func exerciseGroup(g *Group, depth int) error {
	names, err := g.Names()
	if err != nil || depth == 0 {
		return foreign(err)
	}
	for i, name := range names {
		if i == 50 {
			break // the others are like these
		}
		if child, err := g.Lookup(name); err == nil {
			if err := exerciseObject(child, depth-1); err != nil {
				return err
			}
		}
	}
	return nil
}

// A file that was cut off anywhere is refused, or what is left of it is read.
func TestTruncations(t *testing.T) {
	small := content(t, references[0])
	for n := 0; n < len(small); n += 1 + n/100 {
		f := &File{path: "x.h5", mapping: &file.Mapping{Bytes: small[:n:n]}}
		if err := f.readSuperblock(); !errors.Is(err, file.ErrMalformed) {
			t.Errorf("%d of %d bytes: err = %v", n, len(small), err)
		}
		lying := append([]byte{}, small[:n]...)
		if n >= 56 {
			binary.LittleEndian.PutUint64(lying[40:], uint64(n)) // as if the file ended here
		}
		if err := exercise(lying, false); err != nil {
			t.Errorf("%d of %d bytes: %v", n, len(small), err)
		}
	}
}

// No change of bytes makes the reader panic, or say anything but what is wrong
// with the file.
func TestMutations(t *testing.T) {
	rounds := 1000
	if os.Getenv("ISOCORTEX_LONG") != "" {
		rounds = 10_000
	}
	stream := seed.Stream(1, "mutations", 0)
	for i := range rounds {
		path := references[0]
		if i%4 == 0 {
			path = references[i/4%len(references)]
		}
		data := content(t, path)
		for range 1 + stream.IntN(4) {
			data[stream.IntN(len(data))] = strange[stream.IntN(len(strange))] + byte(stream.IntN(3)*stream.IntN(80))
		}
		if err := exercise(data, i%2 == 0); err != nil {
			t.Fatalf("mutation %d of %s: %v", i, path, err)
		}
	}
}

// strange are bytes that headers stumble over.
var strange = []byte{0, 1, 2, 3, 4, 7, 8, 16, 32, 64, 127, 128, 254, 255}

// A small file that claims to hold much does not make the reader take memory.
func TestClaimsAreNotBelieved(t *testing.T) {
	for _, shape := range []uint64{1 << 28, 1 << 31, 1 << 40, 1 << 60, 1<<63 - 1} {
		data := content(t, "testdata/reference/small.h5")
		replaced := 0
		for at := 0; at+16 < len(data); at += 8 { // the dataspace of 5 × 7
			if binary.LittleEndian.Uint64(data[at:]) == 5 && binary.LittleEndian.Uint64(data[at+8:]) == 7 {
				binary.LittleEndian.PutUint64(data[at:], shape)
				replaced++
			}
		}
		if replaced == 0 {
			t.Fatal("the file has no such dataspace")
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		f := &File{path: "x.h5", mapping: &file.Mapping{Bytes: data}}
		if err := f.readSuperblock(); err != nil {
			t.Fatal(err)
		}
		o, err := f.Lookup("a/b")
		if err == nil {
			_, err = o.(*Dataset).Read()
		}
		runtime.ReadMemStats(&after)
		if taken := after.TotalAlloc - before.TotalAlloc; !errors.Is(err, file.ErrMalformed) || taken > 1<<20 {
			t.Errorf("%d rows: %d bytes were taken, err = %v", shape, taken, err)
		}
	}
}

// The files are long: without -fuzzminimizetime 1x, most of the time goes into
// making them shorter.
func FuzzRead(f *testing.F) {
	for _, path := range references {
		f.Add(content(f, path))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := errors.Join(exercise(data, true), exercise(data, false)); err != nil {
			t.Error(err)
		}
	})
}

func TestUnshuffledMatchesDefinition(t *testing.T) {
	for _, element := range []int{1, 2, 3, 4, 8, 16} {
		for _, n := range []int{0, 1, 7, 8, 9, 64, 1000, 1001} {
			raw := make([]byte, n)
			for i := range raw {
				raw[i] = byte(i * 7)
			}
			if got, want := unshuffled(raw, element), unshuffledPlain(raw, element); string(got) != string(want) {
				t.Errorf("%d bytes, elements of %d: %v, want %v", n, element, got, want)
			}
		}
	}
}

// unshuffledPlain is the definition: byte b of element i is byte i of plane b.
func unshuffledPlain(raw []byte, element int) []byte {
	n := len(raw) / element
	out := append([]byte{}, raw...)
	for i := range n * element {
		out[i] = raw[i%element*n+i/element]
	}
	return out
}

// The values are those of Jenkins' own program for these texts.
func TestLookup3(t *testing.T) {
	for text, want := range map[string]uint32{
		"": 0xdeadbeef, "Four score and seven years ago": 0x17770551,
	} {
		if got := lookup3([]byte(text)); got != want {
			t.Errorf("lookup3(%q) = %08x, want %08x", text, got, want)
		}
	}
}
