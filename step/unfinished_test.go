package step_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/onnx"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/work"
)

// shown is the number of pictures of these tests, shownBatch what goes through the
// network together.
const shown, shownBatch = 19, 2

// picture saves gray picture number i of a level.
func picture(t *testing.T, folder string, i int, level uint8) {
	t.Helper()
	gray := image.NewGray(image.Rect(0, 0, 8, 8))
	for p := range gray.Pix {
		gray.Pix[p] = level + uint8(p*i%50)
	}
	path := filepath.Join(folder, fmt.Sprintf("picture_%d.png", i))
	if err := file.Write(path, func(w io.Writer) error { return png.Encode(w, gray) }); err != nil {
		t.Fatal(err)
	}
}

// writeSmall writes a network of three layers that multiplies pictures by a number.
func writeSmall(t *testing.T, path string, by float64) {
	t.Helper()
	g := onnx.NewBuilder("small")
	x := g.Input("picture", onnx.Float32, "n", 3, 8, 8)
	x = g.Mul(x, g.Scalar(float32(by)))
	g.Output(x, "twice")
	g.Output(g.Relu(x), "positive")
	g.Output(g.Flatten(g.GlobalAveragePool(x), 1), "mean")
	model, err := g.Model()
	if err == nil {
		err = model.Write(path)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// smallNetwork extracts three layers of a small network from gray pictures.
func smallNetwork(t *testing.T) step.Activations {
	t.Helper()
	folder := t.TempDir()
	s := step.Activations{
		Network: filepath.Join(folder, "small.onnx"), Stimuli: filepath.Join(folder, "pictures"), Preprocessing: "none",
		Layers: []string{"twice", "positive", "mean"}, Batch: shownBatch, Out: filepath.Join(folder, "out"),
	}
	writeSmall(t, s.Network, 2)
	for i := range shown {
		picture(t, s.Stimuli, i, uint8(10*i))
	}
	return s
}

// A countdown is a context that ends when it was asked so often, from a moment on.
type countdown struct {
	context.Context
	armed atomic.Bool
	left  atomic.Int64
}

func (c *countdown) Err() error {
	if c.armed.Load() && c.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// extract runs the step until the context was asked so often, some times per batch,
// and returns how many pictures an earlier run had left.
func extract(t *testing.T, s step.Activations, asked int) (before int, err error) {
	t.Helper()
	ctx := &countdown{Context: t.Context()}
	ctx.left.Store(int64(asked))
	env := &step.Env{Open: func() (*engine.Engine, error) { return enginetest.Open(t), nil }}
	env.Budget = work.Budget{Threads: 1, Progress: func(p work.Progress) {
		if strings.HasPrefix(p.Task, "activations") && !ctx.armed.Swap(true) {
			before = p.Before
		}
	}}
	return before, s.Run(ctx, env)
}

// filesIn are the bytes of all files below a folder.
func filesIn(t *testing.T, folder string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(folder, path)
		all[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// interrupted runs the step until the context was asked so often, and returns how
// many pictures are in the journal.
func interrupted(t *testing.T, s step.Activations, asked int) int {
	t.Helper()
	if _, err := extract(t, s, asked); !errors.Is(err, context.Canceled) {
		t.Fatalf("err = %v, want that of the context", err)
	}
	if _, err := os.Stat(filepath.Join(s.Out, "layers.txt")); err == nil {
		t.Fatal("unfinished work has a list of layers")
	}
	journal, err := os.ReadFile(filepath.Join(s.Out, ".unfinished", "journal.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	done := shownBatch * (bytes.Count(journal, []byte("\n")) - 1)
	if done == 0 || done >= shown {
		t.Fatalf("%d pictures of %d are done: nothing is left to test", done, shown)
	}
	return done
}

// same finishes the step and fails unless it goes on behind so many pictures and
// leaves what an undisturbed run leaves.
func same(t *testing.T, s step.Activations, before int) {
	t.Helper()
	got, err := extract(t, s, 1000)
	if err != nil {
		t.Fatal(err)
	}
	if got != before {
		t.Errorf("went on behind %d pictures, want %d", got, before)
	}
	undisturbed := s
	undisturbed.Out = filepath.Join(t.TempDir(), "undisturbed")
	if _, err := extract(t, undisturbed, 1000); err != nil {
		t.Fatal(err)
	}
	if want, made := filesIn(t, undisturbed.Out), filesIn(t, s.Out); !maps.Equal(made, want) {
		t.Errorf("the files are not those of an undisturbed run: %v, want %v",
			slices.Sorted(maps.Keys(made)), slices.Sorted(maps.Keys(want)))
	}
}

// What was interrupted, at whatever batch, again and again, goes on and gives the
// same bytes.
func TestActivationsGoOn(t *testing.T) {
	s := smallNetwork(t)
	for _, asked := range [][]int{{4}, {18}, {4, 6, 5}} {
		done := 0
		for _, n := range asked {
			now := interrupted(t, s, n)
			if now <= done {
				t.Errorf("%d pictures are done after %d", now, done)
			}
			done = now
		}
		same(t, s, done)
		if err := os.RemoveAll(s.Out); err != nil {
			t.Fatal(err)
		}
	}
}

// Components that were fitted are not fitted again when the rows go on; those of
// another fit are.
func TestFittedComponentsStay(t *testing.T) {
	s := smallNetwork(t)
	s.Reduction.To = "pca:2"
	done := interrupted(t, s, 32)
	if _, err := os.Stat(filepath.Join(s.Out, "components")); err == nil {
		t.Error("unfinished work has components")
	}
	same(t, s, done) // its first pass begins behind what is done: it is no fit
	interrupted(t, s, 32)
	s.Reduction.To = "pca:3"
	same(t, s, 0)
}

// A fit that was interrupted leaves nothing.
func TestInterruptedFit(t *testing.T) {
	s := smallNetwork(t)
	s.Reduction.To = "pca:2"
	if _, err := extract(t, s, 6); !errors.Is(err, context.Canceled) {
		t.Fatalf("err = %v, want that of the context", err)
	}
	if left := filesIn(t, s.Out); len(left) > 0 {
		t.Errorf("left behind: %v", slices.Sorted(maps.Keys(left)))
	}
	same(t, s, 0)
}

// Rows that are in no journal, since the program was killed before they were
// surely on the disk, are computed again; so is everything if a file was cut, or
// anything else has changed.
func TestActivationsGoOnAfterHarm(t *testing.T) {
	none := func(int) int { return 0 }
	for _, c := range []struct {
		name   string
		harm   func(t *testing.T, s *step.Activations, unfinished string)
		before func(done int) int
	}{
		{"last line cut", func(t *testing.T, _ *step.Activations, unfinished string) {
			edit(t, filepath.Join(unfinished, "journal.jsonl"), func(data []byte) []byte { return data[:len(data)-9] })
		}, func(done int) int { return done - shownBatch }},
		{"rows beyond the journal", func(t *testing.T, _ *step.Activations, unfinished string) {
			edit(t, filepath.Join(unfinished, "journal.jsonl"), func(data []byte) []byte {
				lines := bytes.SplitAfter(data, []byte("\n"))
				return bytes.Join(lines[:3], nil)
			})
		}, func(int) int { return 2 * shownBatch }},
		{"file cut", func(t *testing.T, _ *step.Activations, unfinished string) {
			edit(t, filepath.Join(unfinished, "positive.npz.part"), func(data []byte) []byte { return data[:len(data)/2] })
		}, none},
		{"file gone", func(t *testing.T, _ *step.Activations, unfinished string) {
			if err := os.Remove(filepath.Join(unfinished, "mean.npz.part")); err != nil {
				t.Fatal(err)
			}
		}, none},
		{"picture changed", func(t *testing.T, s *step.Activations, _ string) { picture(t, s.Stimuli, 1, 99) }, none},
		{"other batches", func(_ *testing.T, s *step.Activations, _ string) { s.Batch = 3 }, none},
		{"other weights", func(t *testing.T, s *step.Activations, _ string) { writeSmall(t, s.Network, 3) }, none},
		{"other preprocessing", func(_ *testing.T, s *step.Activations, _ string) { s.Preprocessing = "unit-8" }, none},
		{"a picture more", func(t *testing.T, s *step.Activations, _ string) { picture(t, s.Stimuli, shown, 3) }, none},
		{"other layers", func(_ *testing.T, s *step.Activations, _ string) { s.Layers = []string{"twice", "mean"} }, none},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := smallNetwork(t)
			done := interrupted(t, s, 12)
			c.harm(t, &s, filepath.Join(s.Out, ".unfinished"))
			same(t, s, c.before(done))
		})
	}
}

func edit(t *testing.T, path string, change func([]byte) []byte) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, change(data), 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Two runs of the same step at once do each other no harm.
func TestActivationsOfTwoAtOnce(t *testing.T) {
	s := smallNetwork(t)
	done := interrupted(t, s, 8)
	lock, err := file.Acquire(filepath.Join(s.Out, ".unfinished", "lock"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := extract(t, s, 1000); err != nil {
		t.Fatal(err)
	}
	if err := lock.Release(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(s.Out, ".unfinished", "journal.jsonl")); err != nil {
		t.Errorf("the work of the other is gone: %v", err)
	}
	same(t, s, done)
}
