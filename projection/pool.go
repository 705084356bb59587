package projection

import (
	"fmt"
	"math"

	"github.com/isocortex/isocortex/dataset"
)

// A Pool is a way to make one number of the positions of a channel; "" is
// MeanPool.
type Pool string

// The pools.
const (
	MeanPool Pool = "mean"
	MaxPool  Pool = "max"
)

// Pools lists the pools, in the order that help shows.
var Pools = []Pool{MeanPool, MaxPool}

// A Pooled layer has one channel per channel of the network: the mean or the
// largest response over all positions.
type Pooled struct {
	channels, positions int
	pool                Pool
}

// NewPooled pools a layer of the shape channels × height × width, with any
// number of axes of positions. A layer that has no positions stays as it is.
//
//	errors   two axes, of which nobody knows which one is that of positions
func NewPooled(shape []int, pool Pool) (Pooled, error) {
	if len(shape) == 2 {
		return Pooled{}, fmt.Errorf("shape %d × %d is not channels × height × width: it has no positions of an image to pool over", shape[0], shape[1])
	}
	if pool == "" {
		pool = MeanPool
	}
	return Pooled{channels: shape[0], positions: Volume(shape[1:]), pool: pool}, nil
}

// Units is channels × positions.
func (p Pooled) Units() int { return p.channels * p.positions }

// Channels is that of the layer.
func (p Pooled) Channels() int { return p.channels }

// Recipe names the pool.
func (p Pooled) Recipe() Recipe { return Recipe{Method: Pooling, Pool: p.pool} }

// Definition names the pool.
func (p Pooled) Definition() string {
	return fmt.Sprintf("%s over the positions of each channel", p.pool)
}

// Mark adds nothing: pooled channels are responses like others.
func (p Pooled) Mark(*dataset.Dataset) error { return nil }

// Apply pools patterns: see [Projection].
func (p Pooled) Apply(dst, rows []float32) error {
	for i := range dst[:len(rows)/p.positions] {
		dst[i] = p.one(rows[i*p.positions : (i+1)*p.positions])
	}
	return nil
}

// one pools the positions of one channel.
func (p Pooled) one(x []float32) float32 {
	sum, largest := 0.0, float32(math.Inf(-1))
	for _, v := range x {
		sum += float64(v)
		largest = max(largest, v)
	}
	if p.pool == MaxPool {
		return largest
	}
	return float32(sum / float64(len(x)))
}
