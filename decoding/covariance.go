package decoding

import (
	"context"
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/work"
)

// A shrunk covariance of channels is a share of that of some residuals, and a
// variance more for every channel.
type shrunk struct {
	residuals []float64 // rows × channels, each channel with a mean of 0
	rows      int
	share     float64   // of XᵀX/rows
	more      []float64 // on the diagonal
}

// standardized shrinks the covariance of rows as Ledoit and Wolf do, of channels
// scaled to variance 1, and scales it back. A channel that does not vary has the
// variance 0. Rows are replaced by their residuals.
//
//	cost     rows² · channels products
func standardized(x []float64, rows int) shrunk {
	channels := len(x) / rows
	s := shrunk{residuals: x, rows: rows, more: make([]float64, channels)}
	level(x, rows)
	for i, v := range x {
		s.more[i%channels] += v * v / float64(rows)
	}
	scaled := make([]float64, len(x))
	for i, v := range x {
		if variance := s.more[i%channels]; variance > 0 {
			scaled[i] = v / math.Sqrt(variance)
		}
	}
	of := scatter{n: float64(rows), channels: float64(channels)}
	for i := range rows {
		row := scaled[i*channels : (i+1)*channels]
		for j := range i {
			of.addProduct(floats.Dot(row, scaled[j*channels:(j+1)*channels]))
		}
		of.addSquare(floats.Dot(row, row))
	}
	identity := of.ledoitWolf()
	s.share = 1 - identity
	floats.Scale(identity*of.trace/(of.n*of.channels), s.more)
	return s
}

// A sumOfCovariances adds shrunk covariances. Their residuals wait for a product
// of many.
type sumOfCovariances struct {
	channels, room, filled int
	waiting                []float64 // channels × room
	spread                 []float64 // channels × channels: the sum of shares of XᵀX/rows
	more                   []float64 // channels
	degrees                int       // rows less the means that were taken from them
}

// waitingRows are enough for a product to be fast.
const waitingRows = 2048

// newSum makes room for so many rows of residuals, or as many as are enough.
func newSum(channels, rows int) *sumOfCovariances {
	room := min(rows, waitingRows)
	return &sumOfCovariances{
		channels: channels, room: room, waiting: make([]float64, channels*room),
		spread: make([]float64, channels*channels), more: make([]float64, channels),
	}
}

// add adds a weighted covariance.
func (c *sumOfCovariances) add(ctx context.Context, by engine.Multiplier, s shrunk, weight float64) error {
	floats.AddScaled(c.more, weight, s.more)
	c.degrees += s.rows - 1
	root := math.Sqrt(weight * s.share / float64(s.rows))
	for i := range s.rows {
		for k, v := range s.residuals[i*c.channels : (i+1)*c.channels] {
			c.waiting[k*c.room+c.filled] = root * v
		}
		if c.filled++; c.filled == c.room {
			if err := c.flush(ctx, by); err != nil {
				return err
			}
		}
	}
	return nil
}

// flush adds the product of the residuals that wait.
func (c *sumOfCovariances) flush(ctx context.Context, by engine.Multiplier) error {
	if c.filled == 0 {
		return nil
	}
	p := c.channels
	product := make([]float64, p*p)
	if err := engine.MatMul(ctx, by, work.Budget{Threads: 1}, product, c.waiting, c.waiting, p, p, c.room); err != nil {
		return err
	}
	floats.Add(c.spread, product)
	clear(c.waiting)
	c.filled = 0
	return nil
}
