package mat_test

import (
	"bytes"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"runtime"
	"testing"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/inflate"
	"github.com/isocortex/isocortex/format/mat"
)

// small names files whose every truncation and mutation is tried.
var small = []string{"octave_v4.mat", "scipy_v4.mat", "octave_v6.mat", "octave_v7.mat", "scipy_v5_compressed.mat"}

// readAll reads every variable of a file of these bytes, and returns how many
// there are.
func readAll(data []byte) (int, error) {
	f, err := mat.Decode("x.mat", data)
	if errors.Is(err, fs.ErrNotExist) { // it calls itself version 7.3, which is read from disk
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	for _, info := range f.Variables() {
		v, e := f.Read(info.Name)
		if e == nil && v.Class != info.Class {
			panic("read as another class than listed: " + info.Name)
		}
		err = errors.Join(err, e)
	}
	return len(f.Variables()), err
}

// requireLocated requires that an error, if any, says where in the file.
func requireLocated(t *testing.T, err error, size int) {
	t.Helper()
	var located *file.ParseError
	if err != nil && (!errors.As(err, &located) || located.Offset > int64(size)*inflate.Most || located.Field == "") {
		t.Fatalf("%d bytes: err = %v, want one located in the file", size, err)
	}
}

func saved(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(reference(name))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// A file cut short is an error, or the variables before the cut and no more.
func TestRefusesEveryTruncation(t *testing.T) {
	packed := fileV5(
		compressed(named("word", 4, 0, axes(1, 4), element(miUINT16, []byte("f\x00a\x00c\x00e\x00")))),
		compressed(array(1, 0, axes(1, 2), element(miMATRIX, nil), array(6, 8, axes(1, 1), element(miUINT8, []byte{7}), element(miUINT8, []byte{1})))),
	)
	for name, data := range map[string][]byte{
		"octave_v4": saved(t, "octave_v4.mat"), "scipy_v4": saved(t, "scipy_v4.mat"), "octave_v6": saved(t, "octave_v6.mat"), "packed": packed,
	} {
		whole, err := readAll(data)
		if err != nil {
			t.Fatal(err)
		}
		for n := range data {
			got, err := readAll(data[:n])
			requireLocated(t, err, n)
			if err == nil && got >= whole {
				t.Errorf("%s: %d of %d bytes were read as the whole", name, n, len(data))
			}
		}
	}
}

// Bytes at random make an error or other values, never a panic, and never more
// memory than the file can ask for.
func TestSurvivesMutations(t *testing.T) {
	mutations := 300
	if os.Getenv("ISOCORTEX_LONG") != "" {
		mutations = 10_000
	}
	random := rand.New(rand.NewPCG(1, 2))
	for _, name := range small {
		data := saved(t, name)
		for range mutations {
			mutated := bytes.Clone(data)
			for range 1 + random.IntN(4) {
				mutated[random.IntN(len(mutated))] = byte(random.Uint32())
			}
			_, err := readAll(mutated)
			requireLocated(t, err, len(mutated))
		}
	}
}

// Headers that promise much more than the file holds do not take memory.
func TestRefusesEmptyPromises(t *testing.T) {
	const huge = 1<<31 - 1
	for name, body := range map[string][]byte{
		"double":             array(6, 0, axes(huge, huge), element(miDOUBLE, make([]byte, 8))),
		"char without width": array(4, 0, axes(huge, 0), element(miUINT16, nil)),
		"cells":              array(1, 0, axes(huge, 1)),
		"no fields":          array(2, 0, axes(huge, 1), element(miINT32, words(32)), element(miINT8, nil)),
		"sparse":             array(5, 0, axes(huge, 1), element(miINT32, words(0)), element(miINT32, words(0, 1)), element(miDOUBLE, make([]byte, 8))),
		"bare tag":           {miMATRIX, 0, 0, 0, 0xff, 0xff, 0xff, 0x7f},
		"bomb":               compressed(append([]byte{miMATRIX, 0, 0, 0, 0xff, 0xff, 0xff, 0x7f}, array(6, 0, axes(1, 1))[8:]...)),
		"axes":               array(6, 0, axes(make([]int32, 100)...)),
	} {
		took, err := memory(fileV5(body))
		requireLocated(t, err, len(body)+128)
		if err == nil || took > 1<<20 {
			t.Errorf("%s: err = %v after %d bytes of memory", name, err, took)
		}
	}
	if took, err := memory(fileV5(array(4, 0, axes(0, huge), element(miUINT16, nil)))); err != nil || took > 1<<20 {
		t.Errorf("no rows of text: err = %v after %d bytes of memory", err, took)
	}
}

// memory returns the bytes that reading a whole file allocates.
func memory(data []byte) (uint64, error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := readAll(data)
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, err
}

func FuzzOpen(f *testing.F) {
	for _, name := range small {
		f.Add(saved(f, name))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := readAll(data)
		requireLocated(t, err, len(data))
	})
}
