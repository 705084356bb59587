package bench

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/isocortex/isocortex/format/safetensors"
	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/network/zoo"
	"github.com/isocortex/isocortex/seed"
)

// A tapped network is one of the zoo, of which some layers are asked for: those
// that PyTorch can hand over too, where the two are compared.
type tapped struct {
	name   string
	layers []string
}

var (
	alexnet  = tapped{"alexnet", []string{"relu1", "relu2", "relu3", "relu4", "relu5", "relu6", "relu7"}}
	vgg16    = tapped{"vgg16", []string{"pool1", "pool2", "pool3", "pool4", "pool5", "relu6", "relu7"}}
	resnet50 = tapped{"resnet50", append([]string{"conv1"}, blocks(3, 4, 6, 3)...)}
	cornetS  = tapped{"cornet-s", []string{"standard"}}
)

// blocks names the responses of the residual blocks of each stage, after the
// nonlinearity.
func blocks(counts ...int) []string {
	var layers []string
	for stage, count := range counts {
		for block := range count {
			layers = append(layers, fmt.Sprintf("layer%d.%d.relu", stage+1, block))
		}
	}
	return layers
}

// open opens the network from a file of weights, as users have them; the first
// benchmark that needs the file writes it.
func (n tapped) open(tb testing.TB) *network.Network {
	tb.Helper()
	net, err := network.Open(n.path(tb), zoo.Architectures...)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { net.Close() })
	return net
}

func (n tapped) path(tb testing.TB) string {
	tb.Helper()
	mutex.Lock()
	defer mutex.Unlock()
	path := filepath.Join(folder, n.name+".safetensors")
	if _, err := os.Stat(path); err != nil {
		if err := n.write(path); err != nil {
			tb.Fatal(err)
		}
	}
	return path
}

func (n tapped) write(path string) error {
	architecture, err := zoo.ByName(n.name)
	if err != nil {
		return err
	}
	random := make([]float32, 1_000_003) // a prime, so that weights do not repeat in step with their axes
	stream := seed.Stream(1, "weights")
	for i := range random {
		random[i] = 2*stream.Float32() - 1
	}
	var tensors []safetensors.Content
	for _, p := range architecture.Parameters() {
		var shape []int64
		for _, length := range p.Shape {
			shape = append(shape, int64(length))
		}
		tensors = append(tensors, safetensors.Float32(p.Name, shape, weights(p, random)))
	}
	return safetensors.Write(path, nil, tensors)
}

// weights makes numbers that keep the size of the responses from layer to layer:
// kernels, and scales and variances near one, biases and means near zero.
//
//	source   He et al. (2015), doi:10.1109/ICCV.2015.123
func weights(p network.Parameter, random []float32) []float32 {
	var middle, width float32
	switch {
	case len(p.Shape) > 1:
		width = float32(math.Sqrt(6 / float64(p.Elements()/p.Shape[0])))
	case strings.HasSuffix(p.Name, "bias"), strings.HasSuffix(p.Name, "running_mean"):
		width = 0.1
	default:
		middle, width = 1, 0.3
	}
	values := make([]float32, p.Elements())
	for i := range values {
		values[i] = middle + width*random[i%len(random)]
	}
	return values
}

// folder is where networks and pictures are kept for as long as this process
// runs; TestMain makes it.
var (
	mutex  sync.Mutex
	folder string
)
