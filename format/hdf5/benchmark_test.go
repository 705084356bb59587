package hdf5

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

// chunkedFile writes rows × columns float64 as MATLAB 7.3 does: in gzip chunks
// found by a B-tree of version 1. The values have the digits of float32.
func chunkedFile(tb testing.TB, rows, columns int, chunk [2]int) string {
	tb.Helper()
	data := craftedBytes(tb, func(w *writer, h *headerWriter) {
		stream := seed.Stream(1, "benchmark")
		values := make([]byte, 0, 8*chunk[0]*chunk[1])
		var entries []byte
		n := 0
		for row := 0; row < rows; row += chunk[0] {
			for column := 0; column < columns; column += chunk[1] {
				values = values[:0]
				for range chunk[0] * chunk[1] {
					values = append(values, eight(math.Float64bits(float64(float32(stream.NormFloat64()))))...)
				}
				packed := zipped(values)
				entries = slices.Concat(entries, four(len(packed)), four(0),
					eight(uint64(row)), eight(uint64(column)), eight(0), put(w, packed...))
				n++
			}
		}
		about(h, float64Type, rows, columns)
		h.message(kindFilters, []byte{2, 1, filterDeflate, 0, 0, 0, 0, 0})
		tree := put(w, slices.Concat([]byte("TREE\x01\x00"), two(n), nowhere, nowhere, entries)...)
		h.message(kindLayout, slices.Concat([]byte{3, chunked, 3}, tree, four(chunk[0]), four(chunk[1]), four(8)))
	})
	path := filepath.Join(tb.TempDir(), "x.mat")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

// Any number of threads reads the same numbers.
func TestThreadsDoNotShow(t *testing.T) {
	f, err := Open(chunkedFile(t, 100, 30, [2]int{7, 8}))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	o, err := f.Lookup("x")
	if err != nil {
		t.Fatal(err)
	}
	var first []float64
	for threads := range 9 {
		a, err := o.(*Dataset).ReadOn(t.Context(), work.Budget{Threads: threads})
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = a.Data.([]float64)
		}
		if !slices.Equal(first, a.Data.([]float64)) {
			t.Errorf("%d threads read other numbers", threads)
		}
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := o.(*Dataset).ReadOn(stopped, work.Budget{}); err != context.Canceled {
		t.Errorf("a stopped reading gave %v", err)
	}
}

func BenchmarkRead(b *testing.B) {
	path := chunkedFile(b, 12_800, 1024, [2]int{64, 128})
	for _, threads := range []int{1, 2} {
		b.Run(fmt.Sprint(threads, " threads"), func(b *testing.B) {
			b.SetBytes(12_800 * 1024 * 8)
			for b.Loop() {
				f, err := Open(path)
				if err != nil {
					b.Fatal(err)
				}
				o, _ := f.Lookup("x")
				if _, err := o.(*Dataset).ReadOn(b.Context(), work.Budget{Threads: threads}); err != nil {
					b.Fatal(err)
				}
				f.Close()
			}
		})
	}
}

func BenchmarkUnshuffled(b *testing.B) {
	raw := make([]byte, 1<<16)
	for name, f := range map[string]func([]byte, int) []byte{"planes": unshuffled, "plain": unshuffledPlain} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			for b.Loop() {
				f(raw, 8)
			}
		})
	}
}
