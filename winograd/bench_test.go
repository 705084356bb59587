package winograd_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/onnx"
	"github.com/isocortex/isocortex/winograd"
)

// The convolutions of VGG-16 and ResNet-50, on two threads with a batch each,
// by this package and by the engine. The rate is that of the definition:
// 18·out·in operations for each number of a result.
func BenchmarkConvolution(b *testing.B) {
	for _, size := range [][3]int{{64, 64, 224}, {128, 128, 112}, {256, 256, 56}, {512, 512, 28}, {512, 512, 14}, {64, 64, 56}, {128, 128, 28}, {256, 256, 14}, {512, 512, 7}} {
		for _, batch := range []int{4, 8} {
			l := newLayer(size, batch)
			name := fmt.Sprintf("%dx%d@%d/batch%d", size[0], size[1], size[2], batch)
			b.Run("winograd/"+name, l.winograd)
			b.Run("engine/"+name, l.engine)
		}
	}
}

// A layer is a convolution with pads of 1.
type layer struct {
	out, in      int
	pictures     winograd.Pictures
	weights, src []float32
}

func newLayer(size [3]int, batch int) *layer {
	l := &layer{out: size[0], in: size[1], pictures: winograd.Pictures{Count: batch, Height: size[2], Width: size[2]}}
	random := rand.New(rand.NewPCG(1, 1))
	numbers := func(n int) []float32 {
		list := make([]float32, n)
		for i := range list {
			list[i] = float32(random.NormFloat64())
		}
		return list
	}
	l.weights, l.src = numbers(l.out*l.in*9), numbers(batch*l.in*size[2]*size[2])
	return l
}

func (l *layer) winograd(b *testing.B) {
	c := winograd.Convolution{Kernels: winograd.Transform(l.weights, l.out, l.in), Pads: winograd.Pads{1, 1, 1, 1}, Rectify: true}
	l.sideBySide(b, func(dst []float32) { c.Run(dst, l.src, l.pictures) })
}

func (l *layer) engine(b *testing.B) {
	g := onnx.NewBuilder("convolution")
	p := l.pictures
	x := g.Input("x", onnx.Float32, p.Count, l.in, p.Height, p.Width)
	w := g.Weights("w", l.weights, l.out, l.in, 3, 3)
	g.Output(g.Relu(g.Conv(x, w, "", onnx.ConvOptions{Pads: []int{1, 1, 1, 1}})), "y", p.Count, l.out, p.Height, p.Width)
	model, err := g.Model()
	if err != nil {
		b.Fatal(err)
	}
	s, err := enginetest.Open(b).NewSession(model, engine.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	shape := func(channels int) []int { return []int{p.Count, channels, p.Height, p.Width} }
	l.sideBySide(b, func(dst []float32) {
		err := s.RunInto([]engine.Tensor{{Shape: shape(l.in), Data: l.src}}, []engine.Tensor{{Shape: shape(l.out), Data: dst}})
		if err != nil {
			b.Error(err)
		}
	})
}

// sideBySide measures two goroutines that run a convolution each.
func (l *layer) sideBySide(b *testing.B, run func(dst []float32)) {
	numbers := l.pictures.Count * l.out * l.pictures.Height * l.pictures.Width
	dst := [2][]float32{make([]float32, numbers), make([]float32, numbers)}
	var group sync.WaitGroup
	for b.Loop() {
		for i := range dst {
			group.Go(func() { run(dst[i]) })
		}
		group.Wait()
	}
	b.ReportMetric(2*18*float64(l.in)*float64(numbers)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}
