package activation_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/activation"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/work"
)

func ExampleScratch() {
	scratch, err := activation.NewScratch(os.TempDir(), 2, 2) // 2 stimuli, blocks of 2 channels
	if err != nil {
		fmt.Println(err)
		return
	}
	defer scratch.Close()
	_ = scratch.Begin([][]int{{3}})
	_ = scratch.Rows(0, 1, []float32{4, 5, 6})
	_ = scratch.Rows(0, 0, []float32{1, 2, 3})
	block := make([]float32, 4)
	_ = scratch.Layer(0).Read(block, work.Span{From: 0, To: 2})
	fmt.Println(block)
	// Output:
	// [1 2 4 5]
}

// What was written row by row, in any order, is read block by block.
func TestScratchTurnsRowsIntoBlocks(t *testing.T) {
	folder := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		stimuli, block := rapid.IntRange(1, 9).Draw(t, "stimuli"), rapid.IntRange(1, 7).Draw(t, "block")
		var shapes [][]int
		for range rapid.IntRange(1, 3).Draw(t, "layers") {
			shapes = append(shapes, rapid.SliceOfN(rapid.IntRange(1, 4), 1, 3).Draw(t, "shape"))
		}
		s, err := activation.NewScratch(folder, stimuli, block)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if err := s.Begin(shapes); err != nil {
			t.Fatal(err)
		}
		value := func(layer, stimulus, channel int) float32 { return float32(10000*layer + 100*stimulus + channel) }
		batches := rapid.Permutation(work.Shards(stimuli, rapid.IntRange(1, 4).Draw(t, "batch"))).Draw(t, "order")
		for _, span := range batches {
			for l := range shapes {
				var values []float32
				for i := span.From; i < span.To; i++ {
					for c := range s.Layer(l).Channels {
						values = append(values, value(l, i, c))
					}
				}
				if err := s.Rows(l, span.From, values); err != nil {
					t.Fatal(err)
				}
			}
		}
		for l, shape := range shapes {
			layer := s.Layer(l)
			if bytes := activation.ScratchBytes(shape, stimuli); bytes != int64(4*stimuli*layer.Channels) {
				t.Errorf("%d bytes for shape %v", bytes, shape)
			}
			for _, columns := range work.Shards(layer.Channels, block) {
				dst := make([]float32, stimuli*columns.Len())
				if err := layer.Read(dst, columns); err != nil {
					t.Fatal(err)
				}
				for i, v := range dst {
					if want := value(l, i/columns.Len(), columns.From+i%columns.Len()); v != want {
						t.Fatalf("layer %d, channels %v, number %d: %g, want %g", l, columns, i, v, want)
					}
				}
			}
		}
	})
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("%d files are left, err %v", len(left), err)
	}
}

func TestScratchRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := file.WriteBytes(path, []byte("text")); err != nil {
		t.Fatal(err)
	}
	if _, err := activation.NewScratch(path, 2, 2); err == nil {
		t.Error("a file served as a folder")
	}
	s, err := activation.NewScratch(t.TempDir(), 2, 2)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Begin([][]int{{3}}); err != nil {
		t.Fatal(err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("channels that are no block were read")
			}
		}()
		_ = s.Layer(0).Read(make([]float32, 4), work.Span{From: 1, To: 3})
	}()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := s.Rows(0, 0, []float32{1, 2, 3}); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("written after Close: %v", err)
	}
	if err := s.Layer(0).Read(make([]float32, 4), work.Span{From: 0, To: 2}); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("read after Close: %v", err)
	}
}

func TestShapes(t *testing.T) {
	e := enginetest.Open(t)
	for _, batch := range []any{"n", 4} {
		shapes, err := extraction(t, pictures(t, 2), batch).Shapes(t.Context(), e)
		want := [][]int{{3}, {3, side, side}}
		if err != nil || !slices.EqualFunc(shapes, want, slices.Equal) {
			t.Errorf("batch %v: shapes %v, err %v, want %v", batch, shapes, err, want)
		}
	}
	x := activation.Extraction{Network: last(t), Stimuli: pictures(t, 2)}
	x.Layers = x.Network.Layers
	if _, err := x.Shapes(t.Context(), e); err == nil {
		t.Error("windows have a shape per stimulus")
	}
}
