package activation

import (
	"context"
	"slices"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/network"
)

// rowsTried is how many stimuli tell which layers have a row for each.
const rowsTried = 3

// WithRows returns the layers of the extraction that have a row of numbers for
// every stimulus, and the names of the others: what a graph computes by the way,
// such as the places of windows, is of no use as a layer.
//
//	errors   those of Run
//	cost     one pass of the network with three stimuli
func (x Extraction) WithRows(ctx context.Context, e *engine.Engine) (layers []network.Layer, others []string, err error) {
	x.Batch, x.Convolutions = rowsTried, engine.Direct
	r, err := x.prepare(e, nil, x.batch())
	if err != nil {
		return nil, nil, err
	}
	defer r.session.Close()
	results, err := r.blank(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer results.Close()
	for i, tensor := range results.Tensors {
		if hasRows(tensor, r.rows) {
			layers = append(layers, x.Layers[i])
		} else {
			others = append(others, x.Layers[i].Name)
		}
	}
	return slices.Clip(layers), others, nil
}

// hasRows reports whether a tensor holds float32 numbers for each of some rows.
func hasRows(t engine.Tensor, rows int) bool {
	_, numbers := t.Data.([]float32)
	return numbers && len(t.Shape) >= 2 && t.Shape[0] == rows
}

// blank runs pictures of zeros.
func (r *run) blank(ctx context.Context) (*engine.Results, error) {
	return r.session.Run(ctx, []engine.Tensor{{Shape: r.shape(r.rows), Data: make([]float32, r.rows*r.Preset.Channels()*r.height*r.width)}})
}

// Shapes returns the shape that one response of each layer has: channels, or
// channels × height × width, ...
//
//	errors   those of Run
//	cost     one pass of the network with one stimulus
func (x Extraction) Shapes(ctx context.Context, e *engine.Engine) ([][]int, error) {
	x.Batch, x.Convolutions = 1, engine.Direct
	var shapes shapeSink
	r, err := x.prepare(e, &shapes, x.batch())
	if err != nil {
		return nil, err
	}
	defer r.session.Close()
	results, err := r.blank(ctx)
	if err != nil {
		return nil, err
	}
	defer results.Close()
	return shapes, r.announce(results.Tensors, r.rows)
}

// A shapeSink takes the shapes of layers, and no rows.
type shapeSink [][]int

// Begin keeps the shapes.
func (s *shapeSink) Begin(shapes [][]int) error {
	for _, shape := range shapes {
		*s = append(*s, slices.Clone(shape))
	}
	return nil
}

// Rows is not asked for.
func (*shapeSink) Rows(int, int, []float32) error { return nil }
