package step

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/activation"
	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/projection"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/stimulus"
)

// A Reduction says how layers are made shorter while they come out of a network.
// The zero Reduction leaves them as they are.
type Reduction struct {
	To         string // as projection.ParseRecipe reads it
	Fit        string // stimuli that principal components are fitted to; "" for those of the activations
	Components string // folder of activations whose components are used again, in place of To; may be ""
	Seed       uint64 // of a random projection
}

// inputs are the files that a reduction reads.
func (r Reduction) inputs() []string {
	var files []string
	if r.Fit != "" {
		files = append(files, r.Fit)
	}
	if r.Components != "" {
		files = append(files, filepath.Join(r.Components, componentFolder))
	}
	return files
}

// cost counts the pictures of a fit, for so many stimuli.
func (r Reduction) cost(stimuli int) string {
	recipe, err := projection.ParseRecipe(r.To)
	if err != nil || recipe.Method != projection.Components {
		return ""
	}
	if r.Fit == "" {
		return fmt.Sprintf(", after %d to fit components", stimuli)
	}
	set, err := stimulus.Read(r.Fit)
	if err != nil {
		return ", after those of the fit"
	}
	return fmt.Sprintf(", after %d to fit components", len(set.Stimuli))
}

// check refuses options that contradict each other.
func (r Reduction) check() error {
	recipe, err := projection.ParseRecipe(r.To)
	switch {
	case err != nil:
		return err
	case r.Components != "" && r.To != "":
		return fmt.Errorf("reduction %s, and components of %s: choose one", r.To, r.Components)
	case r.Fit != "" && recipe.Method != projection.Components:
		return errors.New("only principal components are fitted to stimuli: reduce to pca:K, or leave out the stimuli of the fit")
	}
	return nil
}

// there complains about components that are to be used again, and are not there.
func (r Reduction) there() error {
	if r.Components == "" {
		return nil
	}
	if _, err := os.Stat(filepath.Join(r.Components, componentFolder)); errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("no components of layers in %s: name a folder that activations were reduced to pca:K in", r.Components)
	}
	return nil
}

// A reducer knows the projection of every layer, once the shapes are known; that
// of principal components before.
type reducer struct {
	recipe projection.Recipe
	seed   uint64
	layers []projection.Projection // nil for a layer that stays as it is
	pcas   []*projection.PCA       // those of layers, where they are
	units  []int                   // of each layer; nil before they are known
	to     activation.Sink

	extraction activation.Extraction
	weights    string // SHA-256, where components are fitted or used
}

// reducer makes ready what reduces the layers of an extraction: components are
// fitted by a pass of the network of its own, or read.
func (s Activations) reducer(ctx context.Context, env *Env, x activation.Extraction, begun *unfinished) (*reducer, error) {
	recipe, err := projection.ParseRecipe(s.Reduction.To)
	if err != nil {
		return nil, err
	}
	r := &reducer{recipe: recipe, seed: s.Reduction.Seed, extraction: x, layers: make([]projection.Projection, len(x.Layers))}
	folder := s.Reduction.Components
	if folder == "" && recipe.Method != projection.Components {
		return r, nil
	}
	if r.weights, err = weightsOf(ctx, env, s.Network); err != nil {
		return nil, err
	}
	if folder == "" {
		folder = begun.folder
		if !begun.fitted() {
			if err := s.fit(ctx, env, r, folder); err != nil {
				return nil, err
			}
			if err := begun.noteFitted(); err != nil {
				return nil, err
			}
		}
	}
	by, err := env.Multiplier()
	if err != nil {
		return nil, err
	}
	if err := r.open(folder, by); err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

// close gives back the files of components.
func (r *reducer) close() {
	for _, pca := range r.pcas {
		_ = pca.Close() // it was only read
	}
}

// into returns a sink that hands on reduced rows.
func (r *reducer) into(to activation.Sink) activation.Sink {
	if r.recipe.Method == "" && r.pcas == nil {
		return to
	}
	r.to = to
	return layerErrors{r, r.extraction.Layers}
}

// Begin settles the projections.
func (r *reducer) Begin(shapes [][]int) error {
	short := make([][]int, len(shapes))
	r.units = make([]int, len(shapes))
	for i, shape := range shapes {
		r.units[i] = projection.Volume(shape)
		if err := r.settle(i, shape); err != nil {
			return fmt.Errorf("layer %q: %w", r.extraction.Layers[i].Name, err)
		}
		short[i] = []int{r.layers[i].Channels()}
	}
	return r.to.Begin(short)
}

// settle makes the projection of one layer.
func (r *reducer) settle(layer int, shape []int) (err error) {
	units := projection.Volume(shape)
	switch r.recipe.Method {
	case projection.Random:
		r.layers[layer], err = projection.NewSparse(units, r.recipe.Channels, r.seed)
	case projection.Pooling:
		r.layers[layer], err = projection.NewPooled(shape, r.recipe.Pool)
	}
	if err == nil && r.layers[layer].Units() != units {
		return fmt.Errorf("components of %d units for a layer of %d", r.layers[layer].Units(), units)
	}
	return err
}

// Rows reduces and hands on.
func (r *reducer) Rows(layer, first int, values []float32) error {
	p := r.layers[layer]
	short := make([]float32, len(values)/p.Units()*p.Channels())
	if err := p.Apply(short, values); err != nil {
		return err
	}
	return r.to.Rows(layer, first, short)
}

// layerErrors is a sink whose errors name the layer.
type layerErrors struct {
	activation.Sink
	layers []network.Layer
}

// Rows hands on.
func (n layerErrors) Rows(layer, first int, values []float32) error {
	if err := n.Sink.Rows(layer, first, values); err != nil {
		return fmt.Errorf("layer %q: %w", n.layers[layer].Name, err)
	}
	return nil
}

// mark says in the header of a layer what was done. It needs no projection: the
// header may be that of a file that an earlier run began.
//
//	errors   units that an earlier run did not tell
func (r *reducer) mark(layer int, header *dataset.Dataset) (err error) {
	p := r.layers[layer]
	switch {
	case p != nil:
	case r.recipe.Method == projection.Random && layer >= len(r.units):
		return errors.New("the journal does not tell of how many units the layer was")
	case r.recipe.Method == projection.Random:
		p, err = projection.NewSparse(r.units[layer], r.recipe.Channels, r.seed)
	case r.recipe.Method == projection.Pooling:
		p, err = projection.NewPooled([]int{header.Shape[1]}, r.recipe.Pool)
	default:
		return nil
	}
	if err != nil {
		return err
	}
	header.Description[reductionLabel] = p.Recipe().String() + ", " + p.Definition()
	return p.Mark(header)
}

// reductionLabel says of a layer, and of its RDM, how it was made shorter: the
// recipe, then what it means.
const reductionLabel = "reduction"

// unreduced is the label of RDMs of layers as they are, beside those of others.
const unreduced = "none"

// labelReductions gives RDMs of layers as they are a label, where others that
// they are stacked with were reduced.
func labelReductions(stacks []*rdm.RDMs) {
	if !slices.ContainsFunc(stacks, func(r *rdm.RDMs) bool { return r.Labels[reductionLabel] != nil }) {
		return
	}
	for _, r := range stacks {
		if r.Labels[reductionLabel] == nil {
			r.Labels[reductionLabel] = slices.Repeat([]string{unreduced}, r.Len())
		}
	}
}

// measured names the measure of RDMs for figures, with what was done to the
// layers before, if all were treated alike.
func measured(r *rdm.RDMs) string {
	name, recipes := r.Definition.Name(), []string{}
	for _, text := range r.Labels[reductionLabel] {
		recipe, _, _ := strings.Cut(text, ", ")
		recipes = append(recipes, recipe)
	}
	if found := uniqueInOrder(recipes); len(found) == 1 && found[0] != unreduced {
		return name + " (" + found[0] + ")"
	}
	return name
}
