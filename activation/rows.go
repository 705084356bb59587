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
	x.Batch = rowsTried
	r, err := x.prepare(e, nil)
	if err != nil {
		return nil, nil, err
	}
	defer r.session.Close()
	rows := r.Extraction.batch()
	results, err := r.session.Run(ctx, []engine.Tensor{{Shape: []int{rows, 3, r.height, r.width}, Data: make([]float32, rows*3*r.height*r.width)}})
	if err != nil {
		return nil, nil, err
	}
	defer results.Close()
	for i, tensor := range results.Tensors {
		if hasRows(tensor, rows) {
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
