package study

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/sensor"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/unit"
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

// Neighborhood stands for a channel and those around it, which have an RDM of their
// own in each window of time: it is compared and not kept.
const Neighborhood = "neighborhood"

// ofChannels reports whether RDMs of the brain are of channels, or what is around
// them.
func (b BrainRDM) ofChannels() bool {
	return b.Each == string(rdm.EachChannel) || b.Each == Neighborhood
}

// windows goes through which times are joined, and how far neighborhoods reach.
func windows(f form, b *BrainRDM) {
	around := b.Each == Neighborhood
	usual := dataset.WindowMean
	if around {
		usual = dataset.WindowConcatenated
	}
	f.scalar("window", duration(&b.Window))
	f.scalar("window as", choice((*string)(&b.WindowAs), string(usual), dataset.Joinings))
	if around || f.has("every") {
		f.scalar("every", duration(&b.Every))
	}
	if around || f.has("radius") {
		f.scalar("radius", length(&b.Radius))
	}
	if around {
		return
	}
	if b.Window == 0 && b.WindowAs == dataset.WindowConcatenated {
		f.complain("window as", "times are concatenated within a window, and there is none", `write "window: 20 ms"`)
	}
	if b.Radius != 0 {
		f.complain("radius", "a radius is that of neighborhoods, and RDMs are of each "+b.Each, `write "each: neighborhood"`)
	}
	if b.Every != 0 {
		f.complain("every", "windows of each "+b.Each+" begin at every time", `write "each: neighborhood", or leave "every" out`)
	}
}

// length is a distance in meters, or none.
func length(v *float64) value {
	return amount(v, "a length", unit.Length, func(meters float64) string {
		cm := strconv.FormatFloat(math.Round(meters*1e5)/1e3, 'f', -1, 64) + " cm"
		if again, err := unit.Parse(cm, unit.Length); err == nil && again == meters {
			return cm
		}
		return strconv.FormatFloat(meters, 'g', -1, 64) + " m"
	})
}

// unkept complains about what needs RDMs of a brain, where none are kept.
func (s *Study) unkept(f form) {
	if s.RDM.Brain.Each != Neighborhood {
		return
	}
	r := s.RSA
	for key, asked := range map[string]bool{
		"reweight": len(r.Reweight.Kinds) > 0, "partition": len(r.Partition) > 0, "fusion": len(r.Fusion.Times) > 0, "weigh": len(r.Weigh.Layers) > 0,
	} {
		if asked {
			f.complain(key, "it needs the RDMs of the brain again, and those of neighborhoods are not kept", `leave it out, or write "each: channel"`)
		}
	}
}

// around complains about what RDMs of neighborhoods cannot be.
func (s *Study) around(f form) {
	if s.RDM.Brain.Each != Neighborhood {
		return
	}
	if slices.ContainsFunc(s.Brains, func(b Brain) bool { return len(b.RDMs) > 0 }) {
		f.complain("each", "neighborhoods are of responses, and a brain comes as RDMs", "compare it in a study of its own")
	}
	if s.RDM.Brain.Baseline != (unit.Span{}) {
		f.complain("baseline", "RDMs of neighborhoods are not kept, and have no baseline", "subtract one from epochs")
	}
}

// near goes through which channels are neighbors.
func (o Options) near(f form, s *Study) {
	i := &s.Inference
	given := f.has("sensors") || f.has("adjacency") || i.Sensors != "" || i.Adjacency != ""
	if !s.RDM.Brain.ofChannels() && !given {
		return
	}
	f.scalar("sensors", o.sensors(&i.Sensors))
	f.scalar("adjacency", o.path(&i.Adjacency, ".tsv", ".csv"))
	switch measured := slices.ContainsFunc(s.Brains, func(b Brain) bool { return len(b.RDMs) == 0 }); {
	case i.Sensors != "" && i.Adjacency != "":
		f.complain("adjacency", "neighbors are given by sensors and by a table", "leave one of the two out")
	case measured && !s.RDM.Brain.ofChannels():
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
	around := s.RDM.Brain.Each == Neighborhood && s.RDM.Brain.Radius == 0
	if near == (step.Near{}) && (asked && s.RDM.Brain.ofChannels() || around) {
		near.Sensors = p.path("sensors", b.Name, sensor.PlacesFile)
	}
	return near
}

// planBrain adds what makes the RDMs of a brain and says where its channels are, or,
// of neighborhoods, keeps in mind what they are made of.
func (s *Study) planBrain(p *Plan, b Brain, r step.RDM, cut []int) (places []int) {
	if s.RDM.Brain.Each != Neighborhood {
		places = append(places, p.add("RDMs of "+b.Name, r, cut...))
	}
	if s.RDM.Brain.ofChannels() {
		where := step.Sensors{At: s.sensors(), Out: p.path("sensors", b.Name)}
		for _, source := range r.From {
			where.From = append(where.From, source.Path)
		}
		places = append(places, p.add("positions of "+b.Name, where, cut...))
	}
	return places
}

// scores is what compares models with a brain: with its RDMs, or with those of the
// neighborhoods of its channels.
func (s *Study) scores(b Brain, of measured, rsa step.RSA) step.Step {
	if s.RDM.Brain.Each != Neighborhood {
		return rsa
	}
	rsa.Subjects, rsa.OfSubjects, rsa.Trials = of.sources, s.RDM.Brain.Measure, s.RDM.Brain.trials()
	return step.Searchlight{RSA: rsa, Every: s.RDM.Brain.Every, Radius: s.RDM.Brain.Radius}
}

// measured is what was measured of a brain, and the tasks that cut it.
type measured struct {
	sources []step.Source
	cut     []int
}
