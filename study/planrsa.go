package study

import (
	"slices"

	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/step"
)

// brain is where the RDMs of a brain lie, as subjects.
func (p *Plan) brain(name string) []step.Source {
	return []step.Source{{Path: p.path("rdm", name+".npz"), Name: name}}
}

// planMixtures adds what mixes the models for a brain, and divides its variance
// among sets of them.
func (s *Study) planMixtures(p *Plan, b Brain, m *models) (places []int) {
	subjects, folds := p.brain(b.Name), rsa.Folds{Seed: s.Seed}
	if r := s.RSA.Reweight; len(r.Kinds) > 0 {
		places = append(places, p.add("mix models for "+b.Name, step.Reweight{
			Models: m.plain, Subjects: subjects, Brain: b.Name, Comparator: s.RSA.Comparator, Strict: s.RSA.Strict,
			Kinds: r.Kinds, Regression: r.Regression, Penalty: r.Penalty, Folds: folds, Bootstrap: r.Bootstrap, Out: p.path("reweight", b.Name),
		}, m.ready...))
	}
	if len(s.RSA.Partition) > 0 {
		divide := step.Partition{Models: m.all(), Subjects: subjects, Brain: b.Name, Strict: s.RSA.Strict, Folds: folds, Out: p.path("partition", b.Name)}
		for _, set := range s.RSA.Partition {
			divide.Sets = append(divide.Sets, step.Set(set))
		}
		places = append(places, p.add("divide the variance of "+b.Name, divide, m.ready...))
	}
	return places
}

// planWeights adds what weighs the channels of layers for a brain.
func (s *Study) planWeights(p *Plan, b Brain, m *models) (places []int) {
	w := s.RSA.Weigh
	for i, n := range s.Networks {
		layers, some := s.layersOf(n, w.Layers)
		if !some {
			continue
		}
		places = append(places, p.add("weigh channels of "+n.Name+" for "+b.Name, step.WeighLayers{
			Folder: p.path("activations", n.Name), Layers: layers,
			Weigh: step.Weigh{
				Subjects: p.brain(b.Name), Brain: b.Name, Window: w.Window, Comparator: s.RSA.Comparator,
				Regression: w.Regression, Penalties: w.Penalties, Folds: rsa.Folds{Seed: s.Seed}, Strict: s.RSA.Strict,
			},
			Out: p.path("weigh", b.Name, n.Name),
		}, append([]int{m.activations[i]}, m.ready...)...))
	}
	return places
}

// planRemix adds what makes layers of a network anew, and reads their RDMs.
func (s *Study) planRemix(p *Plan, n Network, m *models) {
	r := s.RSA.Remix
	layers, some := s.layersOf(n, r.Layers)
	if !some {
		return
	}
	words := layers
	switch {
	case n.Layers != nil:
		words = layerWords(slices.DeleteFunc(slices.Clone(n.Layers), func(l Layer) bool { return layers != nil && !slices.Contains(layers, l.Shown) }))
	case layers == nil:
		words = []string{"all"}
	}
	others := p.add("activations of "+n.Name+" to other stimuli", step.Activations{
		Network: s.networkFile(n), Name: n.Name, Stimuli: s.locate(r.Images), Table: s.locate(r.Table),
		Layers: words, Preprocessing: n.preset(), Device: s.Device.Key(), Reduction: s.again(p, n), Out: p.path("others", n.Name),
	}, m.activations[len(m.activations)-1])
	p.Tasks[others].Scratch = !n.KeepActivations
	folder := p.path("remix", n.Name)
	remix := p.add("remix "+n.Name, step.RemixLayers{
		Fitted: p.path("others", n.Name), Tested: p.path("activations", n.Name), Layers: layers,
		Remix: step.Remix{
			Classes: r.Classes, Measure: r.Measure,
			Remix: rsa.Remix{Classifier: r.Classifier, Penalty: r.Penalty, Shrinkage: r.Shrinkage, Folds: r.Folds, Seed: s.Seed},
		},
		Out: folder,
	}, others, m.activations[len(m.activations)-1])
	source := step.Source{Path: p.path("rdm", remixed(n.Name)+".npz"), Name: remixed(n.Name)}
	m.derived = append(m.derived, source)
	m.ready = append(m.ready, p.add("RDMs of "+source.Name, step.RDM{
		From: []step.Source{{Path: p.path("remix", n.Name, "rdm.npz"), Name: source.Name}}, Label: "layer", Out: source.Path,
	}, remix))
}

// layersOf returns those of some layers that a network has, as far as the study
// tells; nil means all. A layer that only another network lists is not meant.
func (s *Study) layersOf(n Network, names []string) (layers []string, some bool) {
	if len(names) == 0 || slices.Contains(names, AllLayers) {
		return nil, len(names) > 0
	}
	listed := func(other Network, name string) bool {
		return slices.ContainsFunc(other.Layers, func(l Layer) bool { return l.Shown == name })
	}
	for _, name := range names {
		elsewhere := slices.ContainsFunc(s.Networks, func(other Network) bool { return listed(other, name) })
		if listed(n, name) || n.Layers == nil && !elsewhere {
			layers = append(layers, name)
		}
	}
	return layers, len(layers) > 0
}

// planFusions adds what fuses brains over time with regions and layers.
func (s *Study) planFusions(p *Plan, m *models) (places []int) {
	f := s.RSA.Fusion
	fuse := step.Fusion{
		Comparator: s.RSA.Comparator, Strict: s.RSA.Strict,
		Fusion: rsa.Fusion{Evaluation: s.evaluation(), Variance: f.Variance},
	}
	for _, region := range f.Regions {
		fuse.Regions = append(fuse.Regions, p.brain(region)...)
	}
	for _, source := range m.plain {
		if slices.Contains(f.Controls, source.Name) {
			fuse.Controls = append(fuse.Controls, source)
		} else {
			fuse.Models = append(fuse.Models, source)
		}
	}
	for _, name := range f.Times {
		fuse.Times, fuse.Brain, fuse.Out = p.brain(name), name, p.path("fusion", name)
		places = append(places, p.add("fuse "+name+" with regions", fuse, m.ready...))
	}
	return places
}
