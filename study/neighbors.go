package study

import (
	"fmt"
	"slices"

	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/sensor"
	"github.com/isocortex/isocortex/step"
)

// systems are the names of the standard systems of electrodes.
func systems() (names []string) {
	for _, s := range sensor.Systems {
		names = append(names, s.Name)
	}
	return names
}

// isSystem reports whether sensors are those of a standard system, and no file.
func isSystem(sensors Path) bool {
	return slices.Contains(systems(), string(sensors))
}

// near goes through which channels are neighbors.
func (o Options) near(f form, s *Study) {
	i := &s.Inference
	given := f.has("sensors") || f.has("adjacency") || i.Sensors != "" || i.Adjacency != ""
	if s.RDM.Brain.Each != string(rdm.EachChannel) && !given {
		return
	}
	f.scalar("sensors", o.sensors(&i.Sensors))
	f.scalar("adjacency", o.path(&i.Adjacency, ".tsv", ".csv"))
	switch measured := slices.ContainsFunc(s.Brains, func(b Brain) bool { return len(b.RDMs) == 0 }); {
	case i.Sensors != "" && i.Adjacency != "":
		f.complain("adjacency", "neighbors are given by sensors and by a table", "leave one of the two out")
	case measured && s.RDM.Brain.Each != string(rdm.EachChannel):
		f.complain("sensors", "neighbors are those of channels, and the brain has RDMs of times", `write "each: channel" under "rdm", "brain"`)
	}
}

// sensors is a system of electrodes or a file.
func (o Options) sensors(v *Path) value {
	kind := o.path(v)
	file := kind.read
	kind.what = "a system of electrodes or a path"
	kind.read = func(text string) *wrong {
		if *v = Path(text); isSystem(*v) {
			return nil
		}
		if file(text) == nil {
			return nil
		}
		return &wrong{fmt.Sprintf("%q is neither a system of electrodes nor a file that is there", text), "choose " + alternatives(systems(), "%s") + ", or name a file of positions or a recording"}
	}
	return kind
}

// sensors is where channels are, as the study says; "" where it does not.
func (s *Study) sensors() string {
	if i := s.Inference; i.Sensors != "" && !isSystem(i.Sensors) {
		return s.locate(i.Sensors)
	}
	return string(s.Inference.Sensors)
}

// nearOf says which channels of a brain are neighbors: where nobody says it, and
// neighbors correct, the sensors of its own data.
func (s *Study) nearOf(p *Plan, b Brain) step.Near {
	i := s.Inference
	near := step.Near{Sensors: s.sensors(), Adjacency: s.locate(i.Adjacency)}
	asked := i.Correct == rsa.ClusterMass || i.Correct == rsa.TFCE
	if near == (step.Near{}) && asked && s.RDM.Brain.Each == string(rdm.EachChannel) {
		near.Sensors = p.path("sensors", b.Name, sensor.PlacesFile)
	}
	return near
}
