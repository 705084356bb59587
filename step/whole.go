package step

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/nearest"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/rsa"
)

// Whole makes one RDM of all layers in a folder of activations.
type Whole struct {
	Folder   string    // of activations
	Pictures *Pictures // whose responses in a network are compared in place of Folder; may be nil
	Measure  string    // "" for DefaultMeasure
	Variant  string    // one of rdm.Variants
	Out      string    // .npz
}

// WholeNetwork is what Whole finds.
type WholeNetwork struct {
	Variant string       `json:"variant"`
	Layers  []LayerShare `json:"layers"` // in the order of the network

	RDMs *rdm.RDMs `json:"-"` // one
}

// LayerShare is the part of a layer in the variance of all.
type LayerShare struct {
	Layer    string     `json:"layer"`
	Variance rsa.Number `json:"variance"` // of its units over conditions, summed over units
	Share    rsa.Number `json:"share"`    // of the sum over layers, before they are balanced
}

// Verb is "rdm".
func (Whole) Verb() string { return "rdm" }

// Inputs are the folder, or what pictures go through.
func (s Whole) Inputs() []string {
	if s.Pictures != nil {
		return s.Pictures.Of.Inputs()
	}
	return []string{s.Folder}
}

// Outputs is the stack.
func (s Whole) Outputs() []string { return []string{s.Out} }

// To is the same step writing elsewhere.
func (s Whole) To(out string) Step { s.Out = out; return s }

// Cost is that of the layers.
func (s Whole) Cost() string { return "the products of every layer" }

// Run makes the RDM and saves it.
func (s Whole) Run(ctx context.Context, env *Env) error {
	found, err := s.Make(ctx, env)
	if err != nil {
		return err
	}
	return found.RDMs.Write(s.Out)
}

// Make returns what Run saves, with the shares of the layers.
func (s Whole) Make(ctx context.Context, env *Env) (*WholeNetwork, error) {
	variant, err := nearest.In(rdm.Variants, "variant of a whole network", s.Variant, func(name string) []string { return []string{name} })
	if err != nil {
		return nil, err
	}
	whole := rdm.Whole{Variant: rdm.Variant(variant), Estimator: rdm.Estimator{Budget: env.Budget}}
	if whole.Estimator.Measure, err = rdm.MeasureByName(cmp.Or(s.Measure, DefaultMeasure)); err != nil {
		return nil, err
	}
	if whole.Estimator.Multiplier, err = env.Multiplier(); err != nil {
		return nil, err
	}
	if err := s.show(ctx, env, &whole); err != nil {
		return nil, err
	}
	found := &WholeNetwork{Variant: variant}
	for _, share := range whole.Shares() {
		found.Layers = append(found.Layers, LayerShare{share.Layer, rsa.Number(share.Variance), rsa.Number(share.Share)})
	}
	if found.RDMs, err = whole.RDM(); err != nil {
		return nil, err
	}
	found.RDMs.Labels["layer"] = []string{"whole network, " + variant}
	return found, nil
}

// show shows layers one by one, wherever they come from.
func (s Whole) show(ctx context.Context, env *Env, whole *rdm.Whole) error {
	if s.Pictures != nil {
		return s.Pictures.show(ctx, env, filepath.Dir(s.Out), whole)
	}
	sources, err := layerSources(s.Folder)
	if err != nil {
		return err
	}
	if err := addLayers(ctx, whole, sources); err != nil {
		return fmt.Errorf("%s: %w", s.Folder, err)
	}
	return nil
}

// addLayers shows layers one by one.
func addLayers(ctx context.Context, whole *rdm.Whole, sources []Source) error {
	for _, source := range sources {
		d, err := dataset.Open(source.Path)
		if err != nil {
			return err
		}
		if err := whole.Add(ctx, source.Name, d); err != nil {
			d.Close()
			return err
		}
		if err := d.Close(); err != nil {
			return err
		}
	}
	return nil
}
