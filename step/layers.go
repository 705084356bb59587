package step

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/isocortex/isocortex/nearest"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/rsa"
)

// WeighLayers weighs the channels of layers in a folder of activations, one layer
// after the other.
type WeighLayers struct {
	Folder string   // of activations
	Layers []string // names; nil means all in the folder
	Weigh  Weigh    // but for Responses and Out
	Out    string   // folder, with one for each layer
}

// WeighedLayers is what WeighLayers finds, in the order of the network.
type WeighedLayers struct {
	Network string         `json:"network,omitempty"`
	Layers  []WeighedLayer `json:"layers"`
}

// WeighedLayer is a layer whose channels were weighed.
type WeighedLayer struct {
	Layer string `json:"layer"`
	*Weighed
}

// Verb is "weigh".
func (WeighLayers) Verb() string { return "weigh" }

// Inputs are the folder and the files of subjects.
func (s WeighLayers) Inputs() []string {
	return append([]string{s.Folder}, RDM{From: s.Weigh.Subjects}.Inputs()...)
}

// Outputs is the folder.
func (s WeighLayers) Outputs() []string { return []string{s.Out} }

// To is the same step writing elsewhere.
func (s WeighLayers) To(out string) Step { s.Out = out; return s }

// Cost is that of products of the responses.
func (s WeighLayers) Cost() string { return s.Weigh.Cost() + " and layer" }

// Run weighs layer by layer, and saves each beside a table of all.
func (s WeighLayers) Run(ctx context.Context, env *Env) error {
	sources, err := chosenLayers(s.Folder, s.Layers)
	if err != nil {
		return err
	}
	var all WeighedLayers
	for _, source := range sources {
		weigh := s.Weigh
		weigh.Responses, weigh.Out = source.Path, filepath.Join(s.Out, safeName(source.Name))
		found, err := weigh.Weigh(ctx, env)
		if err != nil {
			return err
		}
		if err := weigh.Save(found); err != nil {
			return err
		}
		all.Network, all.Layers = cmp.Or(all.Network, one(found.from, "network")), append(all.Layers, WeighedLayer{source.Name, found})
	}
	return saveLayers(s.Out, "weigh.json", &all, all.table())
}

// table has one row per layer.
func (all *WeighedLayers) table() *result.Table {
	b := newTable("Layers whose channels were weighed to fit subjects, scored on what was held out.", nil)
	layer, score := b.text("layer", "Layer."), b.number("score", "Mean over subjects of the score of weighted channels, on conditions and subjects that were held out.")
	unweighted := b.number("unweighted", "The same where all channels count the same.")
	used, channels := b.number("used", "Channels whose weight is not 0."), b.number("channels", "Channels that were weighed.")
	penalty := b.number("penalty", "Penalty of the weights that fit everything.")
	for _, one := range all.Layers {
		layer.add(one.Layer)
		score.add(one.Score)
		unweighted.add(one.Unweighted)
		used.add(rsa.Number(one.Used))
		channels.add(rsa.Number(one.Channels))
		penalty.add(one.Penalty)
	}
	return b.finish()
}

// RemixLayers remixes layers in folders of activations of other and of tested
// stimuli, one layer after the other.
type RemixLayers struct {
	Fitted string   // folder of activations of other stimuli
	Tested string   // folder of activations of the tested stimuli
	Layers []string // names; nil means all of Tested
	Remix  Remix    // but for Fitted, Responses and Out
	Out    string   // folder, with one for each layer, and the RDMs of all
}

// RemixedLayers is what RemixLayers finds, in the order of the network.
type RemixedLayers struct {
	Layers []*Remixed `json:"layers"`
}

// Verb is "remix".
func (RemixLayers) Verb() string { return "remix" }

// Inputs are both folders.
func (s RemixLayers) Inputs() []string { return []string{s.Fitted, s.Tested} }

// Outputs is the folder.
func (s RemixLayers) Outputs() []string { return []string{s.Out} }

// To is the same step writing elsewhere.
func (s RemixLayers) To(out string) Step { s.Out = out; return s }

// Cost counts the fits.
func (s RemixLayers) Cost() string { return "one fit per class, fold and layer" }

// Run remixes layer by layer, and saves each beside a table and the RDMs of all.
func (s RemixLayers) Run(ctx context.Context, env *Env) error {
	sources, err := chosenLayers(s.Tested, s.Layers)
	if err != nil {
		return err
	}
	var all RemixedLayers
	for _, source := range sources {
		one := s.Remix
		one.Fitted, one.Responses, one.Out = LayerFile(s.Fitted, source.Name), source.Path, filepath.Join(s.Out, safeName(source.Name))
		found, err := one.Mix(ctx, env)
		if err != nil {
			return err
		}
		if err := one.Save(found); err != nil {
			return err
		}
		all.Layers = append(all.Layers, found)
	}
	if err := all.rdms().Write(filepath.Join(s.Out, "rdm.npz")); err != nil {
		return err
	}
	return saveLayers(s.Out, "remix.json", &all, all.table())
}

// rdms are those of all layers, which have the same conditions in the same order.
func (all *RemixedLayers) rdms() *rdm.RDMs {
	first := all.Layers[0].rdms
	joined := &rdm.RDMs{Size: first.Size, Conditions: first.Conditions, Definition: first.Definition, Labels: map[string][]string{}}
	for _, one := range all.Layers {
		joined.Dissimilarities = append(joined.Dissimilarities, one.rdms.Dissimilarities...)
		for name, labels := range one.rdms.Labels {
			joined.Labels[name] = append(joined.Labels[name], labels...)
		}
	}
	return joined
}

// table has one row per layer.
func (all *RemixedLayers) table() *result.Table {
	b := newTable("Layers that were remixed: how well classes are read from them.", nil)
	layer, accuracy := b.text("layer", "Layer."), b.number("accuracy", "Share of stimuli, each held out once, whose class is recognized.")
	chance, classes := b.number("chance", "Share of the largest class."), b.number("classes", "Number of classes.")
	fitted, tested := b.number("fitted", "Stimuli with classes."), b.number("tested", "Other stimuli, which decisions are about.")
	for _, one := range all.Layers {
		layer.add(one.Layer)
		accuracy.add(one.Accuracy)
		chance.add(one.Chance)
		classes.add(rsa.Number(len(one.Classes)))
		fitted.add(rsa.Number(one.Fitted))
		tested.add(rsa.Number(one.Tested))
	}
	return b.finish()
}

// chosenLayers lists layers of a folder of activations, in its order.
func chosenLayers(folder string, names []string) ([]Source, error) {
	sources, err := layerSources(folder)
	if err != nil || names == nil {
		return sources, err
	}
	known := make([]string, len(sources))
	for i, source := range sources {
		known[i] = source.Name
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("%s: no layer is called %q%s", folder, name, nearest.Hint(name, known))
		}
	}
	return slices.DeleteFunc(sources, func(s Source) bool { return !slices.Contains(names, s.Name) }), nil
}

// saveLayers writes what was found in all layers, as JSON and as a table.
func saveLayers(out, name string, found any, table *result.Table) error {
	folder, err := result.Create(out)
	if err != nil {
		return err
	}
	if err := folder.WriteJSON(name, found); err != nil {
		return err
	}
	return folder.WriteTable("layers.tsv", table)
}
