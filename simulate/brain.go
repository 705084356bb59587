package simulate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/seed"
)

// A Brain says what simulated subjects respond to the stimuli.
//
// Each planted layer is heard by the sensors through a mixing matrix that is
// drawn anew for every subject and layer, for a while around its peak; noise
// that is smooth over time is added to everything.
type Brain struct {
	Seed    uint64
	Sensors int       // at least four times the dimensions of a planted layer
	Times   []float64 // seconds from stimulus onset
	Planted []Planted // nothing planted leaves noise alone
	Noise   float64   // standard deviation over sensors
}

// Planted is a layer that the sensors follow around one time.
type Planted struct {
	Layer string  // label for people
	Peak  float64 // seconds from stimulus onset
	Width float64 // seconds: standard deviation of the Gaussian time course
	Level float64 // standard deviation over sensors at the peak

	labels      []string   // of the conditions
	coordinates *mat.Dense // conditions × Dimensions: see geometry
}

// Plant makes a layer ready to be followed. Its geometry is kept in the
// directions that carry most of it; responses is not needed any more.
//
//	shapes   responses: conditions × channels × 1, labelled by condition
func (p Planted) Plant(responses *dataset.Dataset) (Planted, error) {
	coordinates, err := geometry(responses)
	p.labels, p.coordinates = slices.Clone(responses.Observation["condition"]), coordinates
	return p, err
}

// Dimensions is the number of directions of a layer that are planted.
const Dimensions = 32

// DefaultTimes run from 100 ms before to 500 ms after the stimulus, 100 a second.
func DefaultTimes() []float64 {
	times := make([]float64, 61)
	for i := range times {
		times[i] = float64(i-10) / 100
	}
	return times
}

// smoothing is the standard deviation of the noise's smoothing kernel, in times.
const smoothing = 1.5

// Subject returns the responses of one subject: conditions × sensors × times,
// in the order of the planted layers' rows.
//
// The conditions are those of labels, which every planted layer must share.
//
//	random   the seed and the subject's number decide mixing and noise
//	errors   planted layers with other rows, or too few sensors for what is planted
func (b Brain) Subject(number int, labels []string) (*dataset.Dataset, error) {
	if len(b.Planted) > 0 && b.Sensors < 4*Dimensions {
		return nil, fmt.Errorf("%d sensors cannot tell %d planted dimensions: take at least %d", b.Sensors, Dimensions, 4*Dimensions)
	}
	n, times := len(labels), len(b.Times)
	ds := &dataset.Dataset{
		Shape: [3]int{n, b.Sensors, times},
		F32:   make([]float32, n*b.Sensors*times),
		Times: slices.Clone(b.Times),
		Observation: map[string][]string{
			"condition": slices.Clone(labels),
			"subject":   slices.Repeat([]string{fmt.Sprintf("%02d", number+1)}, n),
		},
		Channel: map[string][]string{"name": sensorNames(b.Sensors)},
	}
	signal := make([]float64, len(ds.F32))
	for k, planted := range b.Planted {
		if !slices.Equal(planted.labels, labels) {
			return nil, fmt.Errorf("planted layer %q has other conditions than the subject", planted.Layer)
		}
		b.plant(signal, planted, seed.Stream(b.Seed, "mixing", number, k))
	}
	noise := seed.Stream(b.Seed, "sensor noise", number)
	for row := range n * b.Sensors {
		addNoise(signal[row*times:(row+1)*times], b.Noise, noise)
	}
	for i, v := range signal {
		ds.F32[i] = float32(v)
	}
	return ds, nil
}

// plant adds the responses of one layer to the sensors.
func (b Brain) plant(signal []float64, p Planted, random *rand.Rand) {
	n, dimensions := p.coordinates.Dims()
	mixing := make([]float64, dimensions*b.Sensors)
	for i := range mixing {
		mixing[i] = random.NormFloat64()
	}
	var patterns mat.Dense
	patterns.Mul(p.coordinates, mat.NewDense(dimensions, b.Sensors, mixing))
	for i := range n {
		for s := range b.Sensors {
			v := patterns.At(i, s)
			for t, time := range b.Times {
				z := (time - p.Peak) / p.Width
				signal[(i*b.Sensors+s)*len(b.Times)+t] += p.Level * v * math.Exp(-z*z/2)
			}
		}
	}
}

// geometry returns coordinates of the conditions, conditions × dimensions, whose
// products are the correlations r of their patterns, stretched to spread around
// zero: (r − m) / (1 − m) with m their mean. So conditions keep the order of
// their dissimilarities, and what all have in common takes no room. The
// coordinates are the leading eigenvectors, scaled; any random mixture of them
// into many sensors has nearly the same correlations again.
//
//	source   Johnson & Lindenstrauss (1984), doi:10.1090/conm/026/737400
func geometry(ds *dataset.Dataset) (*mat.Dense, error) {
	n, channels := ds.Shape[0], ds.Shape[1]
	rows := mat.NewDense(n, channels, nil)
	for i := range n {
		standardize(rows.RawRowView(i), func(k int) float64 { return ds.At(i, k, 0) })
	}
	products := mat.NewSymDense(n, nil)
	products.SymOuterK(1, rows)
	stretch(products)
	var eigen mat.EigenSym
	if !eigen.Factorize(products, true) {
		return nil, fmt.Errorf("the eigenvectors of %d × %d correlations were not found", n, n)
	}
	values := eigen.Values(nil) // ascending
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	dimensions := min(Dimensions, n)
	coordinates := mat.NewDense(n, dimensions, nil)
	for d := range dimensions {
		column := n - 1 - d
		for i := range n {
			coordinates.Set(i, d, vectors.At(i, column)*math.Sqrt(max(0, values[column])))
		}
	}
	return coordinates, nil
}

// stretch moves correlations so that those of different conditions have mean 0
// and those of a condition with itself stay 1.
func stretch(r *mat.SymDense) {
	n := r.SymmetricDim()
	mean := 0.0
	for i := range n {
		for j := range i {
			mean += r.At(i, j)
		}
	}
	mean /= float64(n*(n-1)) / 2
	for i := range n {
		for j := range i + 1 {
			r.SetSym(i, j, (r.At(i, j)-mean)/(1-mean))
		}
	}
}

// standardize fills dst with the values, mean 0 and length 1; a constant row
// becomes zero.
func standardize(dst []float64, value func(k int) float64) {
	mean := 0.0
	for k := range dst {
		dst[k] = value(k)
		mean += dst[k]
	}
	mean /= float64(len(dst))
	squares := 0.0
	for k := range dst {
		dst[k] -= mean
		squares += dst[k] * dst[k]
	}
	if squares > 0 {
		for k := range dst {
			dst[k] /= math.Sqrt(squares)
		}
	}
}

// addNoise adds Gaussian noise of the given standard deviation, smooth over time.
func addNoise(signal []float64, deviation float64, random *rand.Rand) {
	const reach = 4
	var kernel [2*reach + 1]float64
	squares := 0.0
	for k := range kernel {
		z := float64(k-reach) / smoothing
		kernel[k] = math.Exp(-z * z / 2)
		squares += kernel[k] * kernel[k]
	}
	white := make([]float64, len(signal)+2*reach)
	for i := range white {
		white[i] = random.NormFloat64()
	}
	for t := range signal {
		sum := 0.0
		for k, weight := range kernel {
			sum += weight * white[t+k]
		}
		signal[t] += deviation * sum / math.Sqrt(squares)
	}
}

// sensorNames numbers sensors from 1.
func sensorNames(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("S%03d", i+1)
	}
	return names
}
