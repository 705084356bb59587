package npy_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/format/npy"
)

func ExampleCreateRows() {
	folder, _ := os.MkdirTemp("", "")
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "layer.npz")
	rows, _ := npy.CreateRows(path, "measurements", npy.Float32, []int{3, 2})
	_ = rows.WriteRows(2, []float32{5, 6})
	_ = rows.WriteRows(0, []float32{1, 2, 3, 4})
	_ = rows.Finish(func(w *npy.Writer) error { return w.Add("names", npy.Vector([]string{"a", "b", "c"})) })
	a, err := npy.Read(path + "#measurements")
	fmt.Println(a.Shape, a.Data, err)
	// Output: [3 2] [1 2 3 4 5 6] <nil>
}

func nothing(*npy.Writer) error { return nil }

// Rows in any order give the bytes that Add gives.
func TestRowsInAnyOrder(t *testing.T) {
	folder := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		rows, columns := rapid.IntRange(0, 30).Draw(t, "rows"), rapid.IntRange(0, 5).Draw(t, "columns")
		values := counting(rows * columns)
		blocks := rapid.Permutation(starts(rows, rapid.IntRange(1, 7).Draw(t, "block"))).Draw(t, "order")
		path := filepath.Join(folder, "rows.npz")
		r, err := npy.CreateRows(path, "x", npy.Float64, []int{rows, columns})
		if err != nil {
			t.Fatal(err)
		}
		var workers sync.WaitGroup
		for _, b := range blocks {
			workers.Go(func() {
				if err := r.WriteRows(b[0], values[b[0]*columns:b[1]*columns]); err != nil {
					t.Error(err)
				}
			})
		}
		workers.Wait()
		if err := r.Finish(nothing); err != nil {
			t.Fatal(err)
		}
		archive, err := npy.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer archive.Close()
		got, err := archive.Read("x")
		if err != nil || !cmp.Equal(got.Data, any(values)) {
			t.Fatalf("%v, %v; want %v", got, err, values)
		}
		if _, mapped, err := archive.Map("x"); err != nil || mapped != (len(values) > 0) {
			t.Fatalf("mapped %v, %v", mapped, err)
		}
	})
}

// starts cuts n rows into blocks.
func starts(n, size int) [][2]int {
	var blocks [][2]int
	for from := 0; from < n; from += size {
		blocks = append(blocks, [2]int{from, min(from+size, n)})
	}
	return blocks
}

func TestRowsAreAllThereOnce(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "x.npz")
	r, err := npy.CreateRows(path, "x", npy.Float32, []int{2, 2})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.WriteRows(1, []float32{3, 4}); err != nil {
		t.Fatal(err)
	}
	if err := r.WriteRows(1, []float32{3, 4}); err == nil || !strings.Contains(err.Error(), "row 1 of x is written twice") {
		t.Errorf("err = %v", err)
	}
	if err := r.Finish(nothing); err == nil || !strings.Contains(err.Error(), "row 0 of 2 of x was never written") {
		t.Errorf("err = %v", err)
	}
	if left, _ := os.ReadDir(folder); len(left) != 0 {
		t.Errorf("%v is left", left)
	}
}

func TestRowsPanicOnTheWrongShape(t *testing.T) {
	r, err := npy.CreateRows(filepath.Join(t.TempDir(), "x.npz"), "x", npy.Float32, []int{2, 2})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Abandon()
	for _, c := range []struct {
		first  int
		values any
	}{{0, []float64{1, 2}}, {0, []float32{1}}, {2, []float32{1, 2}}, {-1, []float32{1, 2}}, {0, []int32{1, 2}}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%v at row %d was taken", c.values, c.first)
				}
			}()
			_ = r.WriteRows(c.first, c.values)
		}()
	}
}

func BenchmarkRows(b *testing.B) {
	block := make([]float32, 64*4096)
	path := filepath.Join(b.TempDir(), "x.npz")
	b.SetBytes(16 * int64(len(block)) * 4)
	for b.Loop() {
		r, err := npy.CreateRows(path, "x", npy.Float32, []int{16 * 64, 4096})
		if err != nil {
			b.Fatal(err)
		}
		for i := range 16 {
			if err := r.WriteRows(i*64, block); err != nil {
				b.Fatal(err)
			}
		}
		if err := r.Finish(nothing); err != nil {
			b.Fatal(err)
		}
	}
}
