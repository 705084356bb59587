package hdf5

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/klauspost/compress/zlib"

	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

// chunkedFile writes rows × columns float64 as MATLAB 7.3 does: in gzip chunks
// found by a B-tree of version 1. The values have the digits of float32.
func chunkedFile(tb testing.TB, rows, columns int, chunk [2]int) string {
	tb.Helper()
	w := &writer{at: superblockSize}
	stream := seed.Stream(1, "benchmark")
	var entries []byte
	n := 0
	for row := 0; row < rows; row += chunk[0] {
		for column := 0; column < columns; column += chunk[1] {
			var packed bytes.Buffer
			z, _ := zlib.NewWriterLevel(&packed, 3)
			for range chunk[0] * chunk[1] {
				value := math.Float64bits(float64(float32(stream.NormFloat64())))
				_, _ = z.Write(eight(value))
			}
			_ = z.Close()
			address := w.put(segment{bytes: packed.Bytes()}, int64(packed.Len()))
			entries = slices.Concat(binary.LittleEndian.AppendUint32(entries, uint32(packed.Len())), make([]byte, 4),
				eight(uint64(row)), eight(uint64(column)), eight(0), eight(uint64(address)))
			n++
		}
	}
	tree := binary.LittleEndian.AppendUint16([]byte("TREE\x01\x00"), uint16(n))
	tree = slices.Concat(tree, eight(math.MaxUint64), eight(math.MaxUint64), entries)
	var data, root headerWriter
	data.message(kindDataspace, spaceFor([]int{rows, columns}))
	data.message(kindDatatype, float64Type.message)
	data.message(kindFilters, []byte{2, 1, filterDeflate, 0, 0, 0, 1, 0, 3, 0, 0, 0})
	layout := append([]byte{3, chunked, 3}, eight(uint64(w.put(segment{bytes: tree}, int64(len(tree)))))...)
	for _, length := range []int{chunk[0], chunk[1], 8} {
		layout = binary.LittleEndian.AppendUint32(layout, uint32(length))
	}
	data.message(kindLayout, layout)
	header := data.closed()
	root.message(kindLink, linkTo("x", w.put(segment{bytes: header}, int64(len(header)))))
	header = root.closed()
	address := w.put(segment{bytes: header}, int64(len(header)))
	whole := bytes.NewBuffer(w.superblock(address))
	for _, s := range w.segments {
		_ = s.write(whole)
	}
	path := filepath.Join(tb.TempDir(), "x.mat")
	if err := os.WriteFile(path, whole.Bytes(), 0o600); err != nil {
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
