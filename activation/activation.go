// Package activation reads the responses of a network's layers to stimuli.
//
// Stimuli go through the network in batches of a fixed size; every batch is
// handed on as soon as it is computed, so memory does not depend on their
// number:
//
//	err := activation.Extraction{Network: net, Layers: layers, Stimuli: set, Preset: preset}.Run(ctx, engine, budget, sink)
package activation

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/onnx"
	"github.com/isocortex/isocortex/stimulus"
	"github.com/isocortex/isocortex/work"
)

// DefaultBatch is the number of stimuli that go through a network together.
// Networks whose weights are constant give the same bits for any number; 4 is as
// fast as 8 and takes half the memory.
const DefaultBatch = 4

// An Extraction says which responses to which stimuli are wanted.
type Extraction struct {
	Network *network.Network
	Layers  []network.Layer
	Stimuli *stimulus.Set
	Preset  stimulus.Preset // how a picture becomes the numbers of the input
	Batch   int             // stimuli at a time; 0 means DefaultBatch
	Device  engine.Device   // that computes; the zero value is the processor

	Convolutions engine.Convolutions // what computes those of 3 × 3; the zero value is engine.Fastest

	// Seen, if not nil, is shown every picture as it was read, for as long as the
	// call lasts. It may be called from several goroutines at once, for each
	// stimulus once.
	Seen func(stimulus int, picture stimulus.View)

	// Has, if not nil, says of the consecutive stimuli of a batch whether the sink
	// has their responses already: they are not computed.
	Has func(stimuli work.Span) bool
	// Done, if not nil, is told when the sink was handed the responses of all
	// layers to the stimuli of a batch. It may be called from several goroutines
	// at once.
	Done func(stimuli work.Span) error
}

// A Sink takes the responses of layers, row by row.
type Sink interface {
	// Begin is called once, before any row, with the shape that one response
	// of each layer has: channels, or channels × height × width, ...
	Begin(shapes [][]int) error
	// Rows is handed the responses of a layer to consecutive stimuli, the first
	// of which is stimulus number first. It may be called from several
	// goroutines at once and must not keep the values; every row comes once, in
	// any order.
	Rows(layer, first int, values []float32) error
}

// Run reads the responses and hands them to the sink.
//
// Rows are numbered as the stimuli of the set; a row holds the layer's values
// in the order of the graph, channels × height × width flattened. Batches begin
// at multiples of their size, counted from stimulus 0, whichever are left out.
//
//	units    those of the network
//	NaN      handed on as the network computed it
//	errors   a stimulus that cannot be read; pictures of a size that the network
//	         does not take; a layer that has no row per stimulus
//	cost     one pass of the network per stimulus, on the threads of the budget;
//	         memory one batch of inputs and of all layers per thread
func (x Extraction) Run(ctx context.Context, e *engine.Engine, budget work.Budget, sink Sink) error {
	r, err := x.prepare(e, sink, x.largest())
	if err != nil {
		return err
	}
	defer r.session.Close()
	budget.Progress = r.inPictures(budget.Progress)
	return budget.Each(ctx, "activations of "+x.Network.Name, len(r.batches), func(i int) error {
		if err := r.batch(ctx, r.batches[i]); err != nil || x.Done == nil {
			return err
		}
		return x.Done(r.batches[i])
	})
}

// inPictures is who is told of progress in batches, where to wants to be told of
// it in pictures.
func (r *run) inPictures(to func(work.Progress)) func(work.Progress) {
	if to == nil {
		return nil
	}
	all := len(r.Stimuli.Stimuli)
	left := 0
	for _, span := range r.batches {
		left += span.Len()
	}
	return func(p work.Progress) {
		done := min(p.Done*r.Extraction.batch(), left)
		p.Before, p.Done, p.Total, p.Unit = all-left, all-left+done, all, "pictures"
		to(p)
	}
}

// run is one extraction under way.
type run struct {
	Extraction
	session *engine.Session
	sink    Sink
	rows    int // of every run of the network: pictures of zeros fill up the last one
	height  int // of the input
	width   int
	batches []work.Span // that are still to be computed
	inputs  sync.Pool   // of *[]float32, for one batch each
	begin   sync.Once
	failed  error // of Begin
}

// prepare opens a session that computes the wanted layers of so many stimuli at a
// time.
func (x Extraction) prepare(e *engine.Engine, sink Sink, rows int) (*run, error) {
	values := make([]string, len(x.Layers))
	for i, layer := range x.Layers {
		values[i] = layer.Value
	}
	tapped, err := x.Network.Model.Tap(values...)
	if err != nil {
		return nil, err
	}
	r := &run{Extraction: x, sink: sink, rows: rows}
	if err := r.fit(); err != nil {
		return nil, err
	}
	r.batches = work.Shards(len(x.Stimuli.Stimuli), x.batch())
	if x.Has != nil {
		r.batches = slices.DeleteFunc(r.batches, x.Has)
	}
	if r.session, err = e.NewSession(tapped, engine.Options{
		Threads: 1, Device: x.Device, Convolutions: x.Convolutions, Shapes: [][]int{r.shape(rows)},
	}); err != nil {
		return nil, fmt.Errorf("network %q: %w", x.Network.Name, err)
	}
	return r, nil
}

// batch returns the number of stimuli at a time; a network that was exported
// for a fixed number takes no other.
func (x Extraction) batch() int {
	if fixed := x.Network.Input.Shape[0].Value; fixed > 0 {
		return int(fixed)
	}
	if x.Batch > 0 {
		return x.Batch
	}
	return DefaultBatch
}

// largest returns the number of stimuli of the largest batch there is.
func (x Extraction) largest() int {
	if x.Network.Input.Shape[0].Value > 0 {
		return x.batch()
	}
	return max(min(x.batch(), len(x.Stimuli.Stimuli)), 1)
}

// fit settles the size of the pictures as the network sees them, and checks
// that it takes them.
func (r *run) fit() (err error) {
	if r.Preset, err = r.Preset.For(r.Stimuli); err != nil {
		return err
	}
	r.height, r.width = r.Preset.Size()
	channels := r.Preset.Channels()
	for i, got := range []int{channels, r.height, r.width} {
		want := r.Network.Input.Shape[i+1].Value
		if want > 0 && want != int64(got) {
			return fmt.Errorf("network %q takes pictures of %s, preprocessing %q makes %d × %d × %d: choose another preprocessing",
				r.Network.Name, shape(r.Network.Input), r.Preset.Name, channels, r.height, r.width)
		}
	}
	return nil
}

// shape writes the shape of one picture of an input.
func shape(input *onnx.ValueInfo) string {
	sizes := make([]string, len(input.Shape)-1)
	for i, d := range input.Shape[1:] {
		if sizes[i] = "any"; d.Value > 0 {
			sizes[i] = fmt.Sprint(d.Value)
		}
	}
	return strings.Join(sizes, " × ")
}

// shape is that of so many pictures.
func (r *run) shape(rows int) []int {
	return []int{rows, r.Preset.Channels(), r.height, r.width}
}

// batch computes and hands on the responses to consecutive stimuli.
func (r *run) batch(ctx context.Context, span work.Span) error {
	size := r.Preset.Channels() * r.height * r.width
	held, _ := r.inputs.Get().(*[]float32)
	if held == nil {
		input := make([]float32, r.rows*size)
		held = &input
	}
	defer r.inputs.Put(held)
	input := *held
	for i := range span.Len() {
		if err := r.input(input[i*size:(i+1)*size], span.From+i); err != nil {
			return err
		}
	}
	clear(input[span.Len()*size:])
	results, err := r.session.Run(ctx, []engine.Tensor{{Shape: r.shape(r.rows), Data: input}})
	if err != nil {
		return fmt.Errorf("network %q: %w", r.Network.Name, err)
	}
	defer results.Close()
	return r.hand(results.Tensors, span)
}

// input reads a stimulus as the input of the network.
func (r *run) input(dst []float32, i int) error {
	view, err := r.Stimuli.View(i)
	if err != nil {
		return err
	}
	defer view.Close()
	if r.Seen != nil {
		r.Seen(i, view)
	}
	return view.Input(dst, r.Preset)
}

// hand gives the rows of one batch to the sink.
func (r *run) hand(tensors []engine.Tensor, span work.Span) error {
	r.begin.Do(func() { r.failed = r.announce(tensors, r.rows) })
	if r.failed != nil {
		return r.failed
	}
	for i, tensor := range tensors {
		values := tensor.Data.([]float32)
		if err := r.sink.Rows(i, span.From, values[:len(values)/r.rows*span.Len()]); err != nil {
			return err
		}
	}
	return nil
}

// announce tells the sink the shapes of the layers, from the first batch.
func (r *run) announce(tensors []engine.Tensor, rows int) error {
	shapes := make([][]int, len(tensors))
	for i, tensor := range tensors {
		if _, ok := tensor.Data.([]float32); !ok {
			return fmt.Errorf("layer %q does not hold float32 numbers", r.Layers[i].Name)
		}
		if len(tensor.Shape) < 2 || tensor.Shape[0] != rows {
			return fmt.Errorf("layer %q has shape %v: no row for each of %d stimuli", r.Layers[i].Name, tensor.Shape, rows)
		}
		shapes[i] = tensor.Shape[1:]
	}
	return r.sink.Begin(shapes)
}
