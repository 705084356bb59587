package simulate

import (
	"math"

	"github.com/isocortex/isocortex/onnx"
	"github.com/isocortex/isocortex/seed"
)

// Layers names the four layers of [Network], from early to late, as the values
// of its graph.
var Layers = []string{"layer1", "layer2", "layer3", "layer4"}

// NetworkName is what the study of the demonstration calls [Network].
const NetworkName = "Four layers"

// Network builds a small network whose weights are given by formula, for
// gray or color pictures of any size from 32 × 32 pixels.
//
//	layer1   Gabor filters: 4 orientations, 2 wavelengths, 2 phases; rectified
//	layer2   their phases pooled, and the maximum over neighborhoods
//	layer3   random mixtures of neighboring places, rectified
//	layer4   random mixtures of the means over all places, rectified
//
// The mixtures are drawn from fixed streams, so the network is always the same.
//
//	shapes   input: observations × 3 × height × width, 0 to 1
//	source   Gabor filters as in Jones & Palmer (1987), doi:10.1152/jn.1987.58.6.1233
func Network() (*onnx.Model, error) {
	g := onnx.NewBuilder("four layers")
	x := g.Input("picture", onnx.Float32, "n", 3, "height", "width")
	const filters, side = 16, 9

	x = g.Conv(x, g.Weights("gabor.weight", gabors(side), filters, 3, side, side), "",
		onnx.ConvOptions{Strides: []int{2, 2}, Pads: []int{4, 4, 4, 4}})
	x = g.Relu(x)
	g.Output(x, Layers[0])

	x = g.Conv(x, g.Weights("energy.weight", phasePairs(filters), filters/2, filters, 1, 1), "", onnx.ConvOptions{})
	x = g.MaxPool(x, onnx.PoolOptions{Kernel: []int{4, 4}, Strides: []int{4, 4}})
	g.Output(x, Layers[1])

	x = g.Conv(x, g.Weights("mixture.weight", mixture("mixture", 32, filters/2*9), 32, filters/2, 3, 3), "",
		onnx.ConvOptions{Strides: []int{2, 2}, Pads: []int{1, 1, 1, 1}})
	x = g.Relu(x)
	g.Output(x, Layers[2])

	x = g.Flatten(g.GlobalAveragePool(x), 1)
	x = g.Gemm(x, g.Weights("summary.weight", mixture("summary", 48, 32), 48, 32), "", onnx.GemmOptions{TransposeY: true})
	x = g.Relu(x)
	g.Output(x, Layers[3])
	return g.Model()
}

// gabors returns the 16 Gabor filters, each the same on all three colors and
// with mean 0: filters × 3 × side × side.
func gabors(side int) []float32 {
	var weights []float32
	for orientation := range 4 {
		for _, wavelength := range []float64{4, 7} {
			for _, phase := range []float64{0, math.Pi / 2} {
				filter := gabor(side, float64(orientation)*math.Pi/4, wavelength, phase)
				for range 3 {
					weights = append(weights, filter...)
				}
			}
		}
	}
	return weights
}

// gabor is a plane wave under a Gaussian, mean 0, for one color of three.
func gabor(side int, orientation, wavelength, phase float64) []float32 {
	sin, cos := math.Sincos(orientation)
	filter := make([]float64, 0, side*side)
	mean := 0.0
	for row := range side {
		for column := range side {
			x, y := float64(column-side/2), float64(row-side/2)
			along := cos*x + sin*y
			v := math.Exp(-(x*x+y*y)/(2*wavelength)) * math.Cos(2*math.Pi*along/wavelength+phase)
			filter = append(filter, v)
			mean += v / float64(side*side)
		}
	}
	weights := make([]float32, len(filter))
	for i, v := range filter {
		weights[i] = float32((v - mean) / 3)
	}
	return weights
}

// phasePairs adds the two phases of each orientation and wavelength.
func phasePairs(filters int) []float32 {
	weights := make([]float32, filters/2*filters)
	for i := range filters / 2 {
		weights[i*filters+2*i], weights[i*filters+2*i+1] = 1, 1
	}
	return weights
}

// mixture draws Gaussian weights whose rows have length one on average.
func mixture(name string, outputs, inputs int) []float32 {
	random := seed.Stream(1, "weights of "+name)
	weights := make([]float32, outputs*inputs)
	for i := range weights {
		weights[i] = float32(random.NormFloat64() / math.Sqrt(float64(inputs)))
	}
	return weights
}
