package step

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/network/zoo"
	"github.com/isocortex/isocortex/projection"
	"github.com/isocortex/isocortex/stimulus"
	"github.com/isocortex/isocortex/unit"
)

// componentFolder holds the components of a folder of activations.
const componentFolder = "components"

// componentFile returns the path of the components of one layer in a folder of
// activations.
func componentFile(folder, layer string) string {
	return LayerFile(filepath.Join(folder, componentFolder), layer)
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
	if zoo.IsUntrained(network) {
		return network, nil // there is no file, the word says all
	}
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
	fits := &fitting{reducer: r, env: env, by: opened.Multiplier(), folder: filepath.Join(folder, componentFolder)}
	err = x.Run(ctx, opened, env.Budget, layerErrors{fits, x.Layers})
	if err == nil {
		err = fits.write(text)
	}
	return errors.Join(err, fits.close())
}

// fitting is the sink that fits components to every layer.
type fitting struct {
	reducer *reducer
	env     *Env
	by      engine.Multiplier
	folder  string // of the components
	fits    []*projection.Fit
}

// mostInMemory is what the fits of all layers may take of memory; those beyond it
// work in files.
const mostInMemory = 64 << 20

// fitsInFiles says which of the fits of layers work in files, and what the files
// take together.
func fitsInFiles(shapes [][]int, components int) (inFile []bool, bytes int64) {
	memory := int64(0)
	inFile = make([]bool, len(shapes))
	for i, shape := range shapes {
		need := projection.FitBytes(projection.Volume(shape), components)
		if inFile[i] = memory+need > mostInMemory; inFile[i] {
			bytes += need
		} else {
			memory += need
		}
	}
	return inFile, bytes
}

// Begin makes a fit for every layer.
func (f *fitting) Begin(shapes [][]int) error {
	components := f.reducer.recipe.Channels
	inFile, bytes := fitsInFiles(shapes, components)
	if free, known := file.Free(f.folder); known && free < bytes {
		return fmt.Errorf("fitting %d components takes %s in %s, where %s are free: make room, reduce fewer layers at a time, or ask for fewer components",
			components, unit.Bytes(bytes), f.folder, unit.Bytes(free))
	}
	for i, shape := range shapes {
		fit := projection.NewFit(projection.Volume(shape), components, f.by, f.env.Budget)
		f.fits = append(f.fits, fit)
		if !inFile[i] {
			continue
		}
		if err := fit.In(f.folder); err != nil {
			return err
		}
	}
	return nil
}

// Rows brings patterns into the fit of their layer.
func (f *fitting) Rows(layer, first int, values []float32) error {
	return f.fits[layer].Rows(first, values)
}

// write saves the components of every layer, which were fitted to those stimuli.
func (f *fitting) write(stimuli string) error {
	for i, layer := range f.reducer.extraction.Layers {
		description := f.reducer.source(i)
		description["stimuli"] = stimuli
		if err := f.fits[i].Write(LayerFile(f.folder, layer.Name), description); err != nil {
			return fmt.Errorf("layer %q: %w", layer.Name, err)
		}
		if err := f.fits[i].Close(); err != nil {
			return err
		}
		f.fits[i] = nil
	}
	return nil
}

// close ends the fits that are still open.
func (f *fitting) close() error {
	var failed error
	for _, fit := range f.fits {
		if fit != nil {
			failed = errors.Join(failed, fit.Close())
		}
	}
	return failed
}
