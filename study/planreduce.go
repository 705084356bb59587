package study

import (
	"github.com/isocortex/isocortex/projection"
	"github.com/isocortex/isocortex/step"
)

// reduction is how the layers of a network are made shorter.
func (s *Study) reduction(n Network) step.Reduction {
	recipe := n.recipe()
	r := step.Reduction{To: recipe.String(), Fit: s.locate(n.Fit)}
	if recipe.Method == projection.Random {
		r.Seed = s.Seed // decides nothing else, and what it does not decide is not made again for it
	}
	return r
}

// again makes responses to other stimuli shorter in the same way: components are
// those of the first.
func (s *Study) again(p *Plan, n Network) step.Reduction {
	if n.recipe().Method == projection.Components {
		return step.Reduction{Components: p.path("activations", n.Name)}
	}
	return s.reduction(n)
}

// wholeOf names what is made of all layers of a network.
func wholeOf(network, variant string) string { return network + " " + variant }

// planWhole adds what makes one RDM of all layers of a network, in every variant
// that is wanted, from where the RDMs of the layers come from.
func (s *Study) planWhole(p *Plan, n Network, m *models, layers step.RDM) {
	for _, variant := range n.Whole {
		name := wholeOf(n.Name, variant)
		source := step.Source{Path: p.path("rdm", name+".npz"), Name: name}
		m.derived = append(m.derived, source)
		m.ready = append(m.ready, p.add("RDM of all layers of "+n.Name+", "+variant, step.Whole{
			Folder: layers.Folder, Pictures: layers.Pictures, Measure: layers.Measure, Variant: variant, Out: source.Path,
		}, m.latest()...))
	}
}
