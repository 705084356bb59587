package engine_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/gemm"
	"github.com/isocortex/isocortex/onnx"
	"github.com/isocortex/isocortex/seed"
)

// A block is a convolution of 3 × 3 and what may follow it.
type block struct {
	in, out                      int
	pads                         []int
	bias, norm, rectified, added bool
}

// weights are of the size that keeps that of the responses.
func weights(g *onnx.Builder, name string, shape ...int) onnx.Value {
	n, width := 1, 0.3
	for _, length := range shape {
		n *= length
	}
	if len(shape) > 1 {
		width = math.Sqrt(2 / float64(n/shape[0]))
	}
	values := normal[float32](seed.Stream(1, name), n)
	for i := range values {
		values[i] *= float32(width)
	}
	if strings.HasSuffix(name, "positive") {
		for i, v := range values {
			values[i] = 0.5 + v*v
		}
	}
	return g.Weights(name, values, shape...)
}

func (b block) draw(g *onnx.Builder) {
	x := g.Input("x", onnx.Float32, "n", b.in, "height", "width")
	w, bias := weights(g, "w", b.out, b.in, 3, 3), onnx.Value("")
	if b.bias {
		bias = weights(g, "b", b.out)
	}
	y := g.As("conv").Conv(x, w, bias, onnx.ConvOptions{Pads: b.pads})
	if b.norm {
		scale, bias, mean, variance := weights(g, "scale", b.out), weights(g, "bias", b.out), weights(g, "mean", b.out), weights(g, "positive", b.out)
		y = g.As("norm").BatchNormalization(y, onnx.BatchNormalizationOptions{Scale: scale, Bias: bias, Mean: mean, Variance: variance})
	}
	if b.added {
		y = g.As("sum").Add(y, y)
	}
	if b.rectified {
		y = g.As("relu").Relu(y)
	}
	g.Output(y, "y")
}

// session opens one that is closed with the test.
func session(tb testing.TB, m *onnx.Model, o engine.Options) *engine.Session {
	tb.Helper()
	s, err := enginetest.Open(tb).NewSession(m, o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { s.Close() })
	return s
}

// images is a batch of random numbers.
func images(shape ...int) engine.Tensor {
	n := 1
	for _, length := range shape {
		n *= length
	}
	return engine.Tensor{Shape: shape, Data: normal[float32](seed.Stream(2, fmt.Sprint(shape)), n)}
}

// once returns the only output.
func once(tb testing.TB, s *engine.Session, input engine.Tensor) engine.Tensor {
	tb.Helper()
	results, err := s.Run(tb.Context(), []engine.Tensor{input})
	if err != nil {
		tb.Fatal(err)
	}
	defer results.Close()
	y := results.Tensors[0]
	y.Data = slices.Clone(y.Data.([]float32))
	return y
}

func needGo(tb testing.TB) {
	tb.Helper()
	if !gemm.Fast() {
		tb.Skip("convolutions are the library's here")
	}
}

// Blocks of all kinds have the numbers of the library, to within the rounding of
// sums in float32.
func TestConvolutionsInGo(t *testing.T) {
	needGo(t)
	e := enginetest.Open(t)
	rapid.Check(t, func(t *rapid.T) {
		yes, one := rapid.Bool(), rapid.IntRange(0, 1)
		b := block{
			in: rapid.IntRange(48, 80).Draw(t, "in"), out: rapid.IntRange(48, 80).Draw(t, "out"),
			pads: rapid.SliceOfN(one, 4, 4).Draw(t, "pads"),
			bias: yes.Draw(t, "bias"), norm: yes.Draw(t, "norm"), rectified: yes.Draw(t, "rectified"), added: yes.Draw(t, "added"),
		}
		g := onnx.NewBuilder("block")
		b.draw(g)
		m, err := g.Model()
		if err != nil {
			t.Fatal(err)
		}
		input := images(rapid.IntRange(1, 3).Draw(t, "n"), b.in, rapid.IntRange(3, 20).Draw(t, "height"), rapid.IntRange(3, 20).Draw(t, "width"))
		var found [2]engine.Tensor
		for i, o := range []engine.Options{{}, {Convolutions: engine.Direct}} {
			s, err := e.NewSession(m, o)
			if err != nil {
				t.Fatal(err)
			}
			if inGo := s.InGo(); inGo != 1-i {
				t.Fatalf("%d layers in Go with options %v", inGo, o)
			}
			results, err := s.Run(t.Context(), []engine.Tensor{input})
			if err != nil {
				t.Fatal(err)
			}
			defer results.Close()
			defer s.Close()
			found[i] = results.Tensors[0]
		}
		if !slices.Equal(found[0].Shape, found[1].Shape) {
			t.Fatalf("shape %v, want %v", found[0].Shape, found[1].Shape)
		}
		// Rounding errors grow with the depth of the sums: 5e-6 is twice the largest seen.
		if off := distance(found[0].Data.([]float32), found[1].Data.([]float32)); off > 5e-6 {
			t.Errorf("%.2g of the norm away", off)
		}
	})
}

// distance is that of two lists of numbers, as a part of the norm of the second.
func distance(got, want []float32) float64 {
	square, norm := 0.0, 1e-30
	for i, w := range want {
		d := float64(got[i]) - float64(w)
		square, norm = square+d*d, norm+float64(w)*float64(w)
	}
	return math.Sqrt(square / norm)
}

// deep is a chain of blocks with a sum, as in a residual network.
func deep(g *onnx.Builder) {
	y := g.Input("x", onnx.Float32, "n", 48, "height", "width")
	for i := range 4 {
		z := g.Conv(y, weights(g, fmt.Sprint("w", i), 48, 48, 3, 3), "", onnx.ConvOptions{Pads: []int{1, 1, 1, 1}})
		z = g.Conv(z, weights(g, fmt.Sprint("v", i), 48, 48, 1, 1), "", onnx.ConvOptions{})
		s := g.Add(y, z)
		y = g.Relu(s)
	}
	g.Output(y, "y", "n", 48, "height", "width")
}

// The bits of a picture depend neither on those beside it, nor on threads, nor on
// whether the shapes were known beforehand.
func TestConvolutionsInGoGiveTheSameBits(t *testing.T) {
	needGo(t)
	m, x := build(t, deep), images(8, 48, 13, 10)
	want := once(t, session(t, m, engine.Options{}), x)
	size := len(want.Data.([]float32)) / 8
	for _, o := range []engine.Options{{}, {Threads: 2}, {Threads: 4}, {Threads: 16}} {
		s := session(t, m, o)
		if s.InGo() != 4 {
			t.Errorf("%d layers in Go, want 4", s.InGo())
		}
		for _, batch := range []int{1, 3, 8} {
			for from := 0; from+batch <= 8; from += batch {
				numbers := x.Data.([]float32)[from*size : (from+batch)*size]
				got := once(t, s, engine.Tensor{Shape: []int{batch, 48, 13, 10}, Data: numbers})
				if !slices.Equal(got.Data.([]float32), want.Data.([]float32)[from*size:(from+batch)*size]) {
					t.Errorf("options %v, pictures from %d, %d at a time: other bits", o, from, batch)
				}
			}
		}
	}
}

// The library knows the shape of what Go computes as it knows that of its own.
func TestShapesOfConvolutionsInGo(t *testing.T) {
	needGo(t)
	padded := block{in: 48, out: 50, pads: []int{1, 1, 1, 1}}
	cut := block{in: 48, out: 50, pads: []int{0, 1, 0, 1}}
	for name, c := range map[string]struct {
		block  block
		shapes [][]int
		want   []int64
	}{
		"free":        {padded, nil, []int64{-1, 50, -1, -1}},
		"cut":         {cut, nil, []int64{-1, 50, -1, -1}},
		"fixed":       {padded, [][]int{{2, 48, 9, 7}}, []int64{2, 50, 9, 7}},
		"fixed, cut":  {cut, [][]int{{2, 48, 9, 7}}, []int64{2, 50, 7, 7}},
		"one of none": {padded, [][]int{{0, 48, 9, 7}}, []int64{0, 50, 9, 7}},
	} {
		for _, convolutions := range []engine.Convolutions{engine.Fastest, engine.Direct} {
			s := session(t, build(t, c.block.draw), engine.Options{Shapes: c.shapes, Convolutions: convolutions})
			if got := s.Outputs()[0].Shape; !slices.Equal(got, c.want) {
				t.Errorf("%s, convolutions %d: shape %v, want %v", name, convolutions, got, c.want)
			}
		}
	}
}

func TestShapesGiven(t *testing.T) {
	m := build(t, block{in: 48, out: 48}.draw)
	s := session(t, m, engine.Options{Shapes: [][]int{{2, 48, 9, 7}}})
	once(t, s, images(2, 48, 9, 7))
	var unfit *engine.TensorError
	if _, err := s.Run(t.Context(), []engine.Tensor{images(1, 48, 9, 7)}); !errors.As(err, &unfit) {
		t.Errorf("another shape: err = %v, want a TensorError", err)
	}
	for name, shapes := range map[string][][]int{
		"of none":      {},
		"of two":       {{2, 48, 9, 7}, {1}},
		"of another":   {{2, 47, 9, 7}},
		"of more axes": {{2, 48, 9, 7, 1}},
		"negative":     {{-1, 48, 9, 7}},
	} {
		if s, err := enginetest.Open(t).NewSession(m, engine.Options{Shapes: shapes}); err == nil {
			s.Close()
			t.Errorf("%s: no error", name)
		}
	}
	if m.Graph.Inputs[0].Shape[0].Parameter != "n" {
		t.Error("the model was changed")
	}
}

func TestConvolutionsInGoThatFail(t *testing.T) {
	needGo(t)
	g := block{in: 48, out: 48}.draw
	for name, c := range map[string]struct {
		input engine.Tensor
		want  string
	}{
		"too small": {images(1, 48, 5, 2), "smaller than the kernels"},
		"nothing":   {images(1, 48, 0, 0), "smaller than the kernels"},
	} {
		_, err := open(t, g).Run(t.Context(), []engine.Tensor{c.input})
		var failed *engine.RunError
		if !errors.As(err, &failed) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "conv") {
			t.Errorf("%s: err = %v, want one that names the node and says %q", name, err, c.want)
		}
	}
	if y := once(t, open(t, g), images(0, 48, 5, 5)); !slices.Equal(y.Shape, []int{0, 48, 3, 3}) {
		t.Errorf("of no pictures: shape %v", y.Shape)
	}
	// A channel more than the kernels have, behind an operator that leaves it open.
	s := open(t, func(g *onnx.Builder) {
		x := g.Input("x", onnx.Float32, "n", "channels", 5, 5)
		g.Output(g.As("conv").Conv(x, weights(g, "w", 48, 48, 3, 3), "", onnx.ConvOptions{}), "y")
	})
	if _, err := s.Run(t.Context(), []engine.Tensor{images(1, 49, 5, 5)}); err == nil || !strings.Contains(err.Error(), "48 channels") {
		t.Errorf("too many channels: err = %v", err)
	}
}

// A layer that panics makes its run fail, and nothing else.
func TestPanicsStayInTheRun(t *testing.T) {
	needGo(t)
	for _, threads := range []int{1, 2} {
		s := session(t, build(t, block{in: 48, out: 48}.draw), engine.Options{Threads: threads})
		calm := session(t, build(t, block{in: 48, out: 48}.draw), engine.Options{})
		s.Spoil(func() { panic("out of kernels") })
		for range 3 {
			_, err := s.Run(t.Context(), []engine.Tensor{images(2, 48, 5, 5)})
			var failed *engine.RunError
			if !errors.As(err, &failed) || !strings.Contains(err.Error(), "out of kernels") {
				t.Errorf("err = %v, want a RunError with the panic", err)
			}
			once(t, calm, images(1, 48, 5, 5))
		}
	}
}

// A run is interrupted between layers; one under way when the session is closed
// ends first.
func TestConvolutionsInGoEnd(t *testing.T) {
	needGo(t)
	before := engine.Served()
	s, err := enginetest.Open(t).NewSession(build(t, deep), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	slowly := func() <-chan bool {
		reached := make(chan bool, 4)
		s.Spoil(func() {
			reached <- true
			time.Sleep(20 * time.Millisecond)
		})
		return reached
	}
	reached, reason := slowly(), errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		<-reached
		cancel(reason)
	}()
	if _, err := s.Run(ctx, []engine.Tensor{images(1, 48, 9, 9)}); !errors.Is(err, reason) {
		t.Errorf("err = %v, want the cause", err)
	}
	reached = slowly()
	var running sync.WaitGroup
	running.Go(func() {
		if results, err := s.Run(t.Context(), []engine.Tensor{images(1, 48, 9, 9)}); err != nil {
			t.Errorf("closed while running: %v", err)
		} else {
			results.Close()
		}
	})
	<-reached
	s.Close()
	running.Wait()
	if _, err := s.Run(t.Context(), []engine.Tensor{images(1, 48, 9, 9)}); !errors.Is(err, engine.ErrClosed) {
		t.Errorf("err = %v, want ErrClosed", err)
	}
	if left := engine.Served() - before; left != 0 {
		t.Errorf("%d layers are still there", left)
	}
}

// Many sessions, runs and garbage collections at a time.
func TestConvolutionsInGoTogether(t *testing.T) {
	needGo(t)
	m, x := build(t, deep), images(2, 48, 9, 9)
	want := once(t, session(t, m, engine.Options{}), x).Data.([]float32)
	var running sync.WaitGroup
	for range 6 {
		running.Go(func() {
			for range 5 {
				s, err := enginetest.Open(t).NewSession(m, engine.Options{})
				if err != nil {
					t.Error(err)
					return
				}
				for range 3 {
					results, err := s.Run(t.Context(), []engine.Tensor{x})
					if err != nil {
						t.Error(err)
						return
					}
					if !slices.Equal(results.Tensors[0].Data.([]float32), want) {
						t.Error("other bits")
					}
					results.Close()
				}
				s.Close()
			}
		})
	}
	running.Wait()
}

// A NaN passes, also a rectifier.
func TestConvolutionsInGoPassNaN(t *testing.T) {
	needGo(t)
	x := images(2, 48, 12, 12)
	x.Data.([]float32)[0] = float32(math.NaN())
	y := once(t, open(t, block{in: 48, out: 48, pads: []int{1, 1, 1, 1}, rectified: true}.draw), x).Data.([]float32)
	if y[0] == y[0] || y[12*12] == y[12*12] {
		t.Errorf("numbers beside a NaN are %v and %v", y[0], y[12*12])
	}
	if i := slices.IndexFunc(y[len(y)/2:], func(v float32) bool { return v != v }); i >= 0 {
		t.Errorf("number %d of the other picture is NaN", i)
	}
}
