package study

import "fmt"

// nobody stands for the task that would make activations which none makes.
const nobody = -1

// latest is the task that makes the activations of the network at hand, if any.
func (m *models) latest() []int {
	if made := m.activations[len(m.activations)-1]; made != nobody {
		return []int{made}
	}
	return nil
}

// straight reports whether pictures become RDMs of a network without activations
// in between: where nothing else is made of these, and what is made of them by a
// single pass of the network needs no second one, unless the study bounds the room.
func (s *Study) straight(n Network) bool {
	if n.usesActivations() || s.readsActivations(n) {
		return false
	}
	return len(n.Whole) == 0 || n.Scratch > 0
}

// usesActivations reports whether activations are made for their own sake.
func (n Network) usesActivations() bool { return n.KeepActivations || n.recipe().Method != "" }

// scratch is the value of that key, which is no default where it has no use.
func (n *Network) scratch() value {
	v := size(&n.Scratch)
	if n.usesActivations() && n.Scratch == 0 {
		v.write = func() string { return "" }
	}
	return v
}

// readsActivations reports whether channels of a network are weighed or remixed.
func (s *Study) readsActivations(n Network) bool {
	_, weighed := s.layersOf(n, s.RSA.Weigh.Layers)
	_, remixed := s.layersOf(n, s.RSA.Remix.Layers)
	return weighed || remixed
}

// checkScratch refuses a scratch file for activations that are read again.
func (s *Study) checkScratch(n Network) error {
	if n.Scratch > 0 && s.readsActivations(n) {
		return fmt.Errorf("network %q: scratch does not go with weigh or remix, which read its activations: leave scratch out, or weigh and remix layers of other networks", n.Name)
	}
	return nil
}
