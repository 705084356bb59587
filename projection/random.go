package projection

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

// A Sparse random projection keeps distances about as they are.
//
// The mean over units of a pattern is kept as it is, in a last channel of its
// own, and what is left is projected: a pattern with its mean taken away, which
// correlation compares, is then the other channels alone. An entry of the matrix
// is 0 but for a share of 1/√units of them; those are ±√(√units / channels).
//
// The matrix is nowhere: its entries are drawn again for every pattern.
type Sparse struct {
	units, channels int
	seed            uint64
}

// NewSparse projects patterns over units to random channels, and one channel of
// their means.
//
//	errors   more channels than units
//	random   one stream per 1024 units
//	source   Li, Hastie & Church (2006), doi:10.1145/1150402.1150436
func NewSparse(units, channels int, seed uint64) (Sparse, error) {
	if channels >= units {
		return Sparse{}, fmt.Errorf("%d units are not more than %d channels: ask for fewer channels", units, channels)
	}
	return Sparse{units, channels, seed}, nil
}

// Units is the length of a pattern before.
func (s Sparse) Units() int { return s.units }

// Channels is one more than those that are random.
func (s Sparse) Channels() int { return s.channels + 1 }

// Recipe names the channels that are random.
func (s Sparse) Recipe() Recipe { return Recipe{Method: Random, Channels: s.channels} }

// Definition says what is drawn.
func (s Sparse) Definition() string {
	return fmt.Sprintf("sparse random projection of patterns minus their mean over units: entries 0 or ±√(√units/%d), the latter with probability 1/√units; seed %d; the last channel is √units · mean over units",
		s.channels, s.seed)
}

// meanChannel is the type of the channel that holds the mean over units.
const (
	typeLabel         = "type"
	meanChannel       = "mean over units"
	projectionChannel = "random projection"
)

// Mark labels the last channel as that of the means, and adds the number of units.
func (s Sparse) Mark(ds *dataset.Dataset) error {
	types := append(slices.Repeat([]string{projectionChannel}, ds.Shape[1]-1), meanChannel)
	ds.Channel = map[string][]string{typeLabel: types}
	ds.Arrays = map[string]*npy.Array{unitsArray: npy.Vector([]float64{float64(s.units)})}
	return nil
}

// unitsAtATime is how many rows of the random matrix one stream draws.
const unitsAtATime = 1024

// Apply projects patterns: see [Projection].
//
//	cost     √units · channels draws, and as many sums per pattern, on this thread
func (s Sparse) Apply(dst, rows []float32) error {
	n := len(rows) / s.units
	means, sums := make([]float64, n), make([]float64, n*s.channels)
	for i := range means {
		for _, v := range rows[i*s.units : (i+1)*s.units] {
			means[i] += float64(v)
		}
		means[i] /= float64(s.units)
	}
	for b, block := range work.Shards(s.units, unitsAtATime) {
		s.entries(b, block, func(unit, channel int, sign float64) {
			for i, mean := range means {
				sums[i*s.channels+channel] += sign * (float64(rows[i*s.units+unit]) - mean)
			}
		})
	}
	size, length := math.Sqrt(math.Sqrt(float64(s.units))/float64(s.channels)), math.Sqrt(float64(s.units))
	for i := range n {
		to := dst[i*s.Channels() : (i+1)*s.Channels()]
		for c, v := range sums[i*s.channels : (i+1)*s.channels] {
			to[c] = float32(size * v)
		}
		to[s.channels] = float32(length * means[i])
	}
	return nil
}

// entries hands on the entries of a block of units that are not 0.
func (s Sparse) entries(block int, units work.Span, take func(unit, channel int, sign float64)) {
	random := seed.Stream(s.seed, "sparse random projection", s.units, s.channels, block)
	never := math.Log1p(-1 / math.Sqrt(float64(s.units))) // log of the probability of 0
	for cell := gap(random, never); cell < float64(units.Len()*s.channels); cell += 1 + gap(random, never) {
		sign := 1.0
		if random.Uint64()&1 == 0 {
			sign = -1
		}
		take(units.From+int(cell)/s.channels, int(cell)%s.channels, sign)
	}
}

// gap draws how many zeros stand before the next entry.
func gap(random *rand.Rand, never float64) float64 {
	return math.Floor(math.Log(1-random.Float64()) / never)
}
