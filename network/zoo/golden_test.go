package zoo_test

import (
	"fmt"
	"hash/crc32"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/network/zoo"
	"github.com/isocortex/isocortex/onnx"
)

// Weights and pictures of these tests are given by the formulas of
// testdata/reference/zoo.py.
const (
	pictures    = 8
	projections = 8
)

// uniform is a number from 0 to 1.
func uniform(b uint64) float64 { return float64(b>>11) / (1 << 53) }

// sequence is the 64-bit mixer of Steele, Lea and Flood (2014) at every place k
// of what has a name.
func sequence(name string) func(k int) uint64 {
	start := uint64(crc32.ChecksumIEEE([]byte(name))) << 32
	return func(k int) uint64 {
		z := (start + uint64(k) + 1) * 0x9E3779B97F4A7C15
		z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
		z = (z ^ z>>27) * 0x94D049BB133111EB
		return z ^ z>>31
	}
}

// parameter fills a parameter by the formula.
func parameter(p network.Parameter) *onnx.Tensor {
	at := sequence(p.Name)
	numbers := func(value func(u float64) float64) []float32 {
		values := make([]float32, p.Elements())
		for k := range values {
			values[k] = float32(value(uniform(at(k))))
		}
		return values
	}
	var values []float32
	switch {
	case strings.HasSuffix(p.Name, "running_var"):
		values = numbers(func(u float64) float64 { return 0.5 + u })
	case strings.HasSuffix(p.Name, "running_mean"):
		values = numbers(func(u float64) float64 { return 0.4 * (u - 0.5) })
	case strings.HasSuffix(p.Name, "bias"):
		values = numbers(func(u float64) float64 { return 0.2 * (u - 0.5) })
	case len(p.Shape) == 1:
		values = numbers(func(u float64) float64 { return 0.8 + 0.4*u })
	default:
		values = kernels(at, p.Shape[0], p.Elements()/p.Shape[0])
	}
	tensor, err := onnx.NewTensor(p.Name, values, p.Shape...)
	if err != nil {
		panic(err)
	}
	return tensor
}

// kernels draws kernels of the variance of He et al. (2015), each of which sums
// to zero.
func kernels(at func(k int) uint64, count, size int) []float32 {
	values, own := make([]float32, 0, count*size), make([]float64, size)
	scale := 2 * math.Sqrt(6/float64(size))
	for i := range count {
		mean := 0.0
		for k := range own {
			own[k] = uniform(at(i*size + k))
			mean += own[k] / float64(size)
		}
		for _, u := range own {
			values = append(values, float32((u-mean)*scale))
		}
	}
	return values
}

// formula binds an architecture to weights by the formula.
func formula(t testing.TB, a network.Architecture) *network.Network {
	t.Helper()
	w := &network.Weights{}
	for _, p := range a.Parameters() {
		tensor := parameter(p)
		w.Arrays = append(w.Arrays, network.Array{Name: p.Name, Shape: tensor.Shape, Load: func() (*onnx.Tensor, error) { return tensor, nil }})
	}
	net, err := a.Bind(w)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { net.Close() })
	return net
}

// waves draws the pictures: a mean and six waves for every channel, and a little
// noise.
func waves(shape [3]int) []float32 {
	channels, height, width := shape[0], shape[1], shape[2]
	x := make([]float32, 0, pictures*channels*height*width)
	noise := sequence("noise")
	for n := range pictures {
		for c := range channels {
			u := sequence(fmt.Sprintf("wave %d %d", n, c))
			mean := 8 * (uniform(u(24)) - 0.5)
			var wave [6][4]float64
			for k := range 24 {
				wave[k/4][k%4] = uniform(u(k))
			}
			for row := range height {
				for column := range width {
					sum := mean
					for _, w := range wave {
						y := math.Floor(9*w[1])*(float64(row)/float64(height)) + math.Floor(9*w[2])*(float64(column)/float64(width))
						sum += w[0] * math.Sin(2*math.Pi*(y+w[3]))
					}
					x = append(x, float32(sum+0.3*(2*uniform(noise(len(x)))-1)))
				}
			}
		}
	}
	return x
}

// sketch projects the responses of a layer to every picture on random signs, and
// takes their norm.
func sketch(layer string, values []float32) []float64 {
	units := len(values) / pictures
	sketches := make([]float64, pictures*(projections+1))
	at := sequence("signs of " + layer)
	for k := range units {
		signs := at(k)
		for n := range pictures {
			own := sketches[n*(projections+1):]
			v := float64(values[n*units+k])
			for p := range projections {
				own[p] += v - 2*v*float64(signs>>p&1)
			}
			own[projections] += v * v
		}
	}
	for n := range pictures {
		own := &sketches[n*(projections+1)+projections]
		*own = math.Sqrt(*own)
	}
	return sketches
}

// distance estimates |a - b| / |b| of a layer from sketches of both: the mean
// square of a difference's projections is the square of its norm.
func distance(got, want []float64) float64 {
	difference, norm := 0.0, 0.0
	for i := range want {
		if i%(projections+1) == projections {
			norm += want[i] * want[i]
			continue
		}
		d := got[i] - want[i]
		difference += d * d / projections
	}
	return math.Sqrt(difference / norm)
}

// long lists the networks that take seconds and whose parts others have too.
var long = []string{"vgg16-bn", "resnet18", "resnet50-keras"}

// Every layer of every network gives what PyTorch gives.
func TestLayersAgreeWithPyTorch(t *testing.T) {
	e := enginetest.Open(t)
	for _, a := range zoo.Architectures {
		t.Run(a.Name, func(t *testing.T) {
			if slices.Contains(long, a.Name) && os.Getenv("ISOCORTEX_LONG") == "" {
				t.Skip("set ISOCORTEX_LONG=1 to compare this network too")
			}
			reference := readReference(t, a.Name)
			net := formula(t, a)
			if got := trained(a); got != reference.parameters {
				t.Errorf("%d parameters, PyTorch counts %d", got, reference.parameters)
			}
			responses := run(t, e, net, a.Input)
			shapes := net.Shapes(a.Input)
			for i, layer := range net.Layers {
				if got := responses[i].Shape[1:]; !slices.Equal(got, shapes[layer.Name]) {
					t.Errorf("layer %s: responses are %v, inferred were %v", layer.Name, got, shapes[layer.Name])
				}
				want, known := reference.sketches[layer.Name]
				if !known {
					t.Errorf("layer %s has no reference", layer.Name)
					continue
				}
				values := responses[i].Data.([]float32)
				alive(t, layer.Name, values)
				if d := distance(sketch(layer.Name, values), want); !(d <= 1e-4) {
					t.Errorf("layer %s differs by %.2g of its norm", layer.Name, d)
				}
			}
			if len(net.Layers) != len(reference.sketches) {
				t.Errorf("%d layers, the reference has %d", len(net.Layers), len(reference.sketches))
			}
		})
	}
}

// trained counts the numbers that training changes: running statistics are in
// files of weights too, but are not trained.
func trained(a network.Architecture) int64 {
	count := 0
	for _, p := range a.Parameters() {
		if !strings.Contains(p.Name, "running_") {
			count += p.Elements()
		}
	}
	return int64(count)
}

// alive fails when a layer says little: when most of its units are silent, or two
// pictures look alike to it.
func alive(t *testing.T, layer string, values []float32) {
	t.Helper()
	active := 0
	for _, v := range values {
		if v != 0 {
			active++
		}
	}
	if share := float64(active) / float64(len(values)); share < 0.2 {
		t.Errorf("layer %s: only %.0f %% of responses are not zero", layer, 100*share)
	}
	units := len(values) / pictures
	for n := range pictures {
		for m := range n {
			if r := pearson(values[n*units:(n+1)*units], values[m*units:(m+1)*units]); r > 0.99 {
				t.Errorf("layer %s: pictures %d and %d correlate at %.4f", layer, m, n, r)
				return
			}
		}
	}
}

func pearson(x, y []float32) float64 {
	var sx, sy, sxx, syy, sxy float64
	for i := range x {
		a, b := float64(x[i]), float64(y[i])
		sx, sy, sxx, syy, sxy = sx+a, sy+b, sxx+a*a, syy+b*b, sxy+a*b
	}
	n := float64(len(x))
	return (n*sxy - sx*sy) / math.Sqrt((n*sxx-sx*sx)*(n*syy-sy*sy))
}

// run gives the responses of all layers to the waves.
func run(t *testing.T, e *engine.Engine, net *network.Network, shape [3]int) []engine.Tensor {
	t.Helper()
	session := tapAll(t, e, net, 2)
	results, err := session.Run(t.Context(), []engine.Tensor{{Shape: []int{pictures, shape[0], shape[1], shape[2]}, Data: waves(shape)}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { results.Close() })
	return results.Tensors
}

// A reference is what PyTorch computed.
type reference struct {
	sketches   map[string][]float64 // by layer
	parameters int64
}

func readReference(t *testing.T, name string) reference {
	t.Helper()
	path := filepath.Join("testdata", "reference", name+".npz")
	layers, err := npy.Read(path + "#layers")
	if err != nil {
		t.Fatal(err)
	}
	names, err := layers.Strings()
	if err != nil {
		t.Fatal(err)
	}
	values := floats(t, path+"#sketches")
	r := reference{sketches: map[string][]float64{}, parameters: int64(floats(t, path+"#parameters")[0])}
	for chunk := range slices.Chunk(values, pictures*(projections+1)) {
		r.sketches[names[len(r.sketches)]] = chunk
	}
	return r
}

func floats(t *testing.T, address string) []float64 {
	t.Helper()
	a, err := npy.Read(address)
	if err != nil {
		t.Fatal(err)
	}
	values, err := a.Float64s()
	if err != nil {
		t.Fatal(err)
	}
	return values
}
