package step

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/activation"
	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/engine"
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

// componentFolder holds the components of a folder of activations.
const componentFolder = "components"

// componentFile returns the path of the components of one layer in a folder of
// activations.
func componentFile(folder, layer string) string {
	return LayerFile(filepath.Join(folder, componentFolder), layer)
}

// A reducer knows the projection of every layer, once the shapes are known; that
// of principal components before.
type reducer struct {
	recipe projection.Recipe
	seed   uint64
	layers []projection.Projection // nil for a layer that stays as it is
	pcas   []*projection.PCA       // those of layers, where they are
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

// open reads the components of every layer.
func (r *reducer) open(folder string, by engine.Multiplier) error {
	for i, layer := range r.extraction.Layers {
		path := componentFile(folder, layer.Name)
		pca, err := projection.Open(path, by)
		if errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("no components of layer %q in %s: reduce it to pca:K first", layer.Name, folder)
		}
		if err != nil {
			return err
		}
		r.layers[i], r.pcas = pca, append(r.pcas, pca)
		if err := r.serves(pca.Description, i); err != nil {
			return fmt.Errorf("%s: %w: fit components anew, as with --reduce pca:%d", path, err, pca.Channels())
		}
	}
	return nil
}

// What components must have in common with what they reduce; a network and a
// layer can have other names.
const (
	networkOfComponents       = "network"
	weightsOfComponents       = "weights" // SHA-256 of all files of the network
	layerOfComponents         = "layer"
	valueOfComponents         = "value" // of the graph, whatever the layer is called
	preprocessingOfComponents = "preprocessing"
)

// serves refuses components of something else than a layer.
func (r *reducer) serves(theirs map[string]string, layer int) error {
	ours := r.source(layer)
	differs := func(what string) bool { return theirs[what] != ours[what] }
	switch {
	case theirs[weightsOfComponents] == "":
		return errors.New("nobody knows of which weights these components are")
	case differs(weightsOfComponents) && differs(networkOfComponents):
		return fmt.Errorf("components of network %q cannot serve %q", theirs[networkOfComponents], ours[networkOfComponents])
	case differs(weightsOfComponents):
		return fmt.Errorf("network %q had other weights when the components were fitted (SHA-256 %.12s, now %.12s)",
			ours[networkOfComponents], theirs[weightsOfComponents], ours[weightsOfComponents])
	case differs(valueOfComponents):
		return fmt.Errorf("components of layer %q, which was %q of the graph, cannot serve %q, which is %q",
			theirs[layerOfComponents], theirs[valueOfComponents], ours[layerOfComponents], ours[valueOfComponents])
	case differs(preprocessingOfComponents):
		return fmt.Errorf("components of preprocessing %q cannot serve %q", theirs[preprocessingOfComponents], ours[preprocessingOfComponents])
	}
	return nil
}

// source describes what a layer comes from.
func (r *reducer) source(layer int) map[string]string {
	return map[string]string{
		networkOfComponents: r.extraction.Network.Name, weightsOfComponents: r.weights, preprocessingOfComponents: r.extraction.Preset.Definition,
		layerOfComponents: r.extraction.Layers[layer].Name, valueOfComponents: r.extraction.Layers[layer].Value,
	}
}

// weightsOf identifies the files that a network is read from.
func weightsOf(ctx context.Context, env *Env, network string) (string, error) {
	prints, err := env.Memory.Of(ctx, networkFiles(network), env.Budget)
	var all strings.Builder
	for _, p := range prints {
		all.WriteString(p.SHA256)
	}
	if len(prints) == 1 {
		return prints[0].SHA256, err
	}
	return fmt.Sprintf("%x", sha256.Sum256([]byte(all.String()))), err
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
	for i, shape := range shapes {
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

// mark says in the header of a layer what was done. It needs no shapes: the
// header may be that of a file that an earlier run began.
func (r *reducer) mark(layer int, header *dataset.Dataset) error {
	p := r.layers[layer]
	switch {
	case p != nil:
	case r.recipe.Method == projection.Random:
		p, _ = projection.NewSparse(header.Shape[1], header.Shape[1]-1, r.seed)
	case r.recipe.Method == projection.Pooling:
		p, _ = projection.NewPooled([]int{header.Shape[1]}, r.recipe.Pool)
	default:
		return nil
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

// fit runs the stimuli of the fit through the network and saves the components
// of every layer in a folder.
func (s Activations) fit(ctx context.Context, env *Env, r *reducer, folder string) error {
	x, text := r.extraction, "of the stimuli themselves"
	if s.Reduction.Fit != "" {
		var err error
		if x.Stimuli, err = stimulus.Read(s.Reduction.Fit); err != nil {
			return err
		}
		env.warn(x.Stimuli.Warnings...)
		text = "of the stimuli " + filepath.Base(s.Reduction.Fit)
	}
	if n := len(x.Stimuli.Stimuli); n <= r.recipe.Channels {
		return fmt.Errorf("%d stimuli have fewer than %d principal components: fit on more stimuli, or ask for fewer components", n, r.recipe.Channels)
	}
	opened, err := env.Engine()
	if err != nil {
		return err
	}
	fits := &fitting{components: r.recipe.Channels, env: env, by: opened.Multiplier()}
	if err := x.Run(ctx, opened, env.Budget, layerErrors{fits, x.Layers}); err != nil {
		return err
	}
	for i, layer := range x.Layers {
		pca, err := fits.layers[i].PCA()
		if err != nil {
			return fmt.Errorf("layer %q: %w", layer.Name, err)
		}
		pca.Description = r.source(i)
		pca.Description["stimuli"] = text
		if err := pca.Write(componentFile(folder, layer.Name)); err != nil {
			return err
		}
		fits.layers[i] = nil
	}
	return nil
}

// fitting is the sink that fits components to every layer.
type fitting struct {
	components int
	env        *Env
	by         engine.Multiplier
	layers     []*projection.Fit
}

// Begin makes a fit for every layer.
func (f *fitting) Begin(shapes [][]int) error {
	for _, shape := range shapes {
		f.layers = append(f.layers, projection.NewFit(projection.Volume(shape), f.components, f.by, f.env.Budget))
	}
	return nil
}

// Rows brings patterns into the fit of their layer.
func (f *fitting) Rows(layer, first int, values []float32) error {
	return f.layers[layer].Rows(first, values)
}
