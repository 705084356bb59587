package activation_test

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/isocortex/isocortex/activation"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/onnx"
	"github.com/isocortex/isocortex/stimulus"
	"github.com/isocortex/isocortex/work"
)

// side of the pictures of these tests, in pixels.
const side = 8

// pictures saves n gray pictures, number i of level 10 · i, and reads them.
func pictures(t *testing.T, n int) *stimulus.Set {
	t.Helper()
	folder := t.TempDir()
	for i := range n {
		picture := image.NewGray(image.Rect(0, 0, side, side))
		for p := range picture.Pix {
			picture.Pix[p] = uint8(10 * i)
		}
		picture.SetGray(i%side, 0, color.Gray{Y: 255})
		path := filepath.Join(folder, fmt.Sprintf("picture_%d.png", i))
		if err := file.Write(path, func(w io.Writer) error { return png.Encode(w, picture) }); err != nil {
			t.Fatal(err)
		}
	}
	set, err := stimulus.Read(folder)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// doubling is a network whose layer "twice" is twice its input and whose layer
// "mean" is the mean of that over the picture.
func doubling(t *testing.T, batch any) *network.Network {
	t.Helper()
	g := onnx.NewBuilder("doubling")
	x := g.Input("picture", onnx.Float32, batch, 3, side, side)
	x = g.Mul(x, g.Scalar(2))
	g.Output(x, "twice")
	g.Output(g.Flatten(g.GlobalAveragePool(x), 1), "mean")
	model, err := g.Model()
	if err != nil {
		t.Fatal(err)
	}
	net, err := network.New("doubling", model)
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// memory is a sink that keeps everything.
type memory struct {
	mutex  sync.Mutex
	begun  int
	shapes [][]int
	rows   []map[int][]float32 // per layer, by stimulus
}

func (m *memory) Begin(shapes [][]int) error {
	m.begun++
	for _, s := range shapes {
		m.shapes = append(m.shapes, slices.Clone(s))
		m.rows = append(m.rows, map[int][]float32{})
	}
	return nil
}

func (m *memory) Rows(layer, first int, values []float32) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	size := 1
	for _, n := range m.shapes[layer] {
		size *= n
	}
	for i := range len(values) / size {
		if m.rows[layer][first+i] != nil {
			return fmt.Errorf("row %d came twice", first+i)
		}
		m.rows[layer][first+i] = slices.Clone(values[i*size : (i+1)*size])
	}
	return nil
}

// extraction asks for both layers of the doubling network.
func extraction(t *testing.T, set *stimulus.Set, batch any) activation.Extraction {
	t.Helper()
	net := doubling(t, batch)
	layers, err := net.Select([]string{"mean", "twice"})
	if err != nil {
		t.Fatal(err)
	}
	preset, err := stimulus.PresetByName("none")
	if err != nil {
		t.Fatal(err)
	}
	return activation.Extraction{Network: net, Layers: layers, Stimuli: set, Preset: preset}
}

// Every stimulus comes once, with the numbers of its picture, whatever the size
// of the batch and the number of threads.
func TestEveryStimulusComesOnce(t *testing.T) {
	e := enginetest.Open(t)
	set := pictures(t, 11)
	for _, batch := range []int{0, 1, 3, 11, 50, 1 << 40} {
		for _, threads := range []int{1, 4} {
			x := extraction(t, set, "n")
			x.Batch = batch
			sink := &memory{}
			if err := x.Run(t.Context(), e, work.Budget{Threads: threads}, sink); err != nil {
				t.Fatal(err)
			}
			checkDoubled(t, sink, 11)
		}
	}
}

// A network exported for a fixed number of pictures gets just so many, and what
// fills up the last batch does not come out.
func TestFixedBatch(t *testing.T) {
	e := enginetest.Open(t)
	sink := &memory{}
	if err := extraction(t, pictures(t, 11), 4).Run(t.Context(), e, work.Budget{}, sink); err != nil {
		t.Fatal(err)
	}
	checkDoubled(t, sink, 11)
}

func checkDoubled(t *testing.T, sink *memory, n int) {
	t.Helper()
	if sink.begun != 1 || !slices.Equal(sink.shapes[0], []int{3}) || !slices.Equal(sink.shapes[1], []int{3, side, side}) {
		t.Fatalf("begun %d times with shapes %v", sink.begun, sink.shapes)
	}
	for layer, rows := range sink.rows {
		if len(rows) != n {
			t.Fatalf("layer %d has %d rows, want %d", layer, len(rows), n)
		}
		for i, row := range rows {
			last := row[len(row)-1]
			want := float32(2) * float32(10*i) / 255
			if layer == 0 { // one white pixel is in the mean
				want += 2 * (1 - float32(10*i)/255) / (side * side)
			}
			if d := last - want; d > 1e-6 || d < -1e-6 {
				t.Fatalf("layer %d, stimulus %d: %g, want %g", layer, i, last, want)
			}
		}
	}
}

func TestRunRefusesPicturesThatDoNotFit(t *testing.T) {
	e := enginetest.Open(t)
	x := extraction(t, pictures(t, 2), "n")
	var err error
	if x.Preset, err = stimulus.PresetByName("squash-224"); err != nil {
		t.Fatal(err)
	}
	err = x.Run(t.Context(), e, work.Budget{}, &memory{})
	if err == nil || !strings.Contains(err.Error(), "takes pictures of 3 × 8 × 8") || !strings.Contains(err.Error(), "3 × 224 × 224") {
		t.Errorf("err = %v, want both sizes", err)
	}
}

// broken is a sink that fails.
type broken struct{ memory }

var errBroken = errors.New("disk full")

func (b *broken) Rows(int, int, []float32) error { return errBroken }

func TestRunEndsWhenTheSinkFails(t *testing.T) {
	e := enginetest.Open(t)
	if err := extraction(t, pictures(t, 20), "n").Run(t.Context(), e, work.Budget{}, &broken{}); !errors.Is(err, errBroken) {
		t.Errorf("err = %v, want that of the sink", err)
	}
}

func TestRunCanBeInterrupted(t *testing.T) {
	e := enginetest.Open(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	interrupted := errors.New("interrupted")
	cancel(interrupted)
	if err := extraction(t, pictures(t, 20), "n").Run(ctx, e, work.Budget{}, &memory{}); !errors.Is(err, interrupted) {
		t.Errorf("err = %v, want the cause", err)
	}
}

// A layer that mixes the stimuli has no row for each of them.
func TestRunRefusesALayerWithoutRows(t *testing.T) {
	e := enginetest.Open(t)
	g := onnx.NewBuilder("mixing")
	x := g.Input("picture", onnx.Float32, "n", 3, side, side)
	g.Output(g.Reshape(x, -1, 1), "column")
	model, err := g.Model()
	if err != nil {
		t.Fatal(err)
	}
	net, err := network.New("mixing", model)
	if err != nil {
		t.Fatal(err)
	}
	x2 := extraction(t, pictures(t, 3), "n")
	x2.Network, x2.Layers = net, net.Layers
	if err := x2.Run(t.Context(), e, work.Budget{}, &memory{}); err == nil || !strings.Contains(err.Error(), "no row for each of 3 stimuli") {
		t.Errorf("err = %v", err)
	}
}
