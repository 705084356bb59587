package bench

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/onnx"
	"github.com/isocortex/isocortex/seed"
)

// An architecture is a published network with random weights, as exporters write
// it for inference: batch normalization is part of the convolutions.
type architecture struct {
	name  string
	layer []string // those that are tapped
	build func(g *graph)
}

var architectures = []architecture{
	{"vgg16", []string{"pool1", "pool2", "pool3", "pool4", "pool5", "fc6", "fc7"}, vgg16},
	{"resnet50", resnet50Layers(), resnet50},
	{"alexnet", []string{"conv1", "conv2", "conv3", "conv4", "conv5", "fc6", "fc7"}, alexnet},
}

// graph is a network under construction: x is the last value, with so many
// channels; layers are named after what follows their ReLU.
type graph struct {
	*onnx.Builder
	x        onnx.Value
	channels int
	random   []float32 // uniform from -1 to 1
	weights  int       // tensors so far, to name them
}

// vgg16 is configuration D of Simonyan & Zisserman (2015), arXiv:1409.1556.
func vgg16(g *graph) {
	for block, widths := range [][]int{{64, 64}, {128, 128}, {256, 256, 256}, {512, 512, 512}, {512, 512, 512}} {
		for i, width := range widths {
			g.relu(fmt.Sprintf("conv%d_%d", block+1, i+1), g.conv(g.x, width, 3, 1, 1))
		}
		g.pool(fmt.Sprintf("pool%d", block+1), 2, 2, 0)
	}
	g.relu("fc6", g.dense(7*7*512, 4096))
	g.relu("fc7", g.dense(4096, 4096))
	g.x = g.dense(4096, 1000)
}

// resnet50 is the network of He et al. (2016), doi:10.1109/CVPR.2016.90, with
// the stride in the 3 × 3 convolution, as torchvision has it.
func resnet50(g *graph) {
	g.relu("conv1", g.conv(g.x, 64, 7, 2, 3))
	g.pool("pool", 3, 2, 1)
	for stage, blocks := range resnet50Blocks {
		width := 64 << stage
		for block := range blocks {
			stride := 1
			if stage > 0 && block == 0 {
				stride = 2
			}
			g.bottleneck(fmt.Sprintf("layer%d.%d", stage+1, block), width, stride, block == 0)
		}
	}
	g.x = g.Flatten(g.GlobalAveragePool(g.x), 1)
	g.x = g.dense(2048, 1000)
}

var resnet50Blocks = []int{3, 4, 6, 3}

func resnet50Layers() []string {
	layers := []string{"conv1"}
	for stage, blocks := range resnet50Blocks {
		for block := range blocks {
			layers = append(layers, fmt.Sprintf("layer%d.%d", stage+1, block))
		}
	}
	return layers
}

// bottleneck adds a residual block, whose layer is its sum after ReLU.
func (g *graph) bottleneck(name string, width, stride int, project bool) {
	shortcut, in := g.x, g.channels
	g.relu(name+".1", g.conv(g.x, width, 1, 1, 0))
	g.relu(name+".2", g.conv(g.x, width, 3, stride, 1))
	deep := g.conv(g.x, 4*width, 1, 1, 0)
	if project {
		g.channels = in
		shortcut = g.conv(shortcut, 4*width, 1, stride, 0)
	}
	g.relu(name, g.Add(deep, shortcut))
}

// alexnet is torchvision's form of Krizhevsky (2014), arXiv:1404.5997.
func alexnet(g *graph) {
	g.relu("conv1", g.conv(g.x, 64, 11, 4, 2))
	g.pool("pool1", 3, 2, 0)
	g.relu("conv2", g.conv(g.x, 192, 5, 1, 2))
	g.pool("pool2", 3, 2, 0)
	g.relu("conv3", g.conv(g.x, 384, 3, 1, 1))
	g.relu("conv4", g.conv(g.x, 256, 3, 1, 1))
	g.relu("conv5", g.conv(g.x, 256, 3, 1, 1))
	g.pool("pool5", 3, 2, 0)
	g.relu("fc6", g.dense(6*6*256, 4096))
	g.relu("fc7", g.dense(4096, 4096))
	g.x = g.dense(4096, 1000)
}

// conv convolves x, which has g.channels, to width channels.
func (g *graph) conv(x onnx.Value, width, kernel, stride, pad int) onnx.Value {
	w, b := g.weight(width, g.channels, kernel, kernel)
	g.channels = width
	return g.Conv(x, w, b, onnx.ConvOptions{Strides: []int{stride, stride}, Pads: []int{pad, pad, pad, pad}})
}

func (g *graph) relu(name string, x onnx.Value) { g.x = g.As(name).Relu(x) }

func (g *graph) pool(name string, kernel, stride, pad int) {
	g.x = g.As(name).MaxPool(g.x, onnx.PoolOptions{
		Kernel: []int{kernel, kernel}, Strides: []int{stride, stride}, Pads: []int{pad, pad, pad, pad},
	})
}

// dense multiplies x, flattened to in numbers per picture, to out numbers.
func (g *graph) dense(in, out int) onnx.Value {
	w, b := g.weight(out, in)
	return g.Gemm(g.Flatten(g.x, 1), w, b, onnx.GemmOptions{TransposeY: true})
}

// weight makes weights that keep the size of the responses from layer to layer,
// and a bias.
//
//	source   He et al. (2015), doi:10.1109/ICCV.2015.123
func (g *graph) weight(shape ...int) (w, bias onnx.Value) {
	size := 1
	for _, n := range shape {
		size *= n
	}
	limit := float32(math.Sqrt(6 / float64(size/shape[0])))
	values := make([]float32, size)
	for i := range values {
		values[i] = limit * g.random[i%len(g.random)]
	}
	g.weights++
	name := fmt.Sprintf("weight%d", g.weights)
	return g.Weights(name, values, shape...), g.Weights(name+".bias", g.random[:shape[0]], shape[0])
}

// write puts the network into a file, its weights into another beside it.
func (a architecture) write(path string) error {
	random := make([]float32, 1_000_003) // a prime, so that weights do not repeat in step with their axes
	stream := seed.Stream(1, "weights")
	for i := range random {
		random[i] = 2*stream.Float32() - 1
	}
	g := &graph{Builder: onnx.NewBuilder(a.name), channels: 3, random: random}
	g.x = g.Input("pictures", onnx.Float32, "n", 3, 224, 224)
	a.build(g)
	g.Output(g.x, "")
	model, err := g.Model()
	if err != nil {
		return err
	}
	return model.WriteExternal(path, filepath.Base(path)+".weights")
}

// open opens the network, which the first benchmark that needs it writes.
func (a architecture) open(tb testing.TB) *network.Network {
	tb.Helper()
	path := a.path(tb)
	net, err := network.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { net.Close() })
	return net
}

func (a architecture) path(tb testing.TB) string {
	tb.Helper()
	mutex.Lock()
	defer mutex.Unlock()
	path := filepath.Join(folder, a.name+".onnx")
	if _, err := os.Stat(path); err != nil {
		if err := a.write(path); err != nil {
			tb.Fatal(err)
		}
	}
	return path
}

// folder is where networks and pictures are kept for as long as this process
// runs; TestMain makes it.
var (
	mutex  sync.Mutex
	folder string
)
