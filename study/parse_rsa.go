package study

import (
	"fmt"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/unit"
)

// reweight goes through how model RDMs are mixed, if they are.
func reweight(f form, r *Reweight) {
	f.require("kind")
	f.list("kind", each(&r.Kinds, func(kind *string) value { return choice(kind, "", step.ModelKinds()) }))
	if len(r.Kinds) > 0 || f.has("regression") {
		f.scalar("regression", choice(&r.Regression, rsa.NonNegative, rsa.Regressions))
	}
	if len(r.Kinds) > 0 || f.has("penalty") {
		f.scalar("penalty", number(&r.Penalty, 0))
	}
	if len(r.Kinds) > 0 || f.has("bootstrap") {
		f.scalar("bootstrap", choice(&r.Bootstrap, rsa.Automatic, slices.Concat(rsa.ModelBootstraps, []string{rsa.None})))
	}
	switch {
	case r.Penalty < 0:
		f.complain("penalty", "a penalty must be 0 or more", "")
	case r.Penalty > 0 && r.Regression == rsa.LeastSquares:
		f.complain("penalty", "least squares have no penalty", "leave it out, or add \"regression: ridge\"")
	}
}

// partition goes through the sets among which variance is divided.
func partition(f form, all *[]Set) {
	names := map[string]bool{}
	sections(f, "partition", all, func(f form, set *Set) {
		f.require("name")
		f.require("members")
		f.scalar("name", text(&set.Name, ""))
		f.list("members", each(&set.Members, func(member *string) value { return text(member, "") }))
		if names[set.Name] && set.Name != "" {
			f.complain("name", fmt.Sprintf("two sets are called %q", set.Name), "rename one")
		}
		names[set.Name] = true
	})
	if n := len(*all); n == 1 || n > 3 {
		f.complain("partition", fmt.Sprintf("variance is divided among two or three sets, not %d", n), "")
	}
}

// fusion goes through which brains are fused.
func (s *Study) fusion(f form) {
	fusion := &s.RSA.Fusion
	f.require("times")
	f.require("regions")
	brains := s.brainNames()
	f.list("times", each(&fusion.Times, func(name *string) value { return choice(name, "", brains) }))
	f.list("regions", each(&fusion.Regions, func(name *string) value { return choice(name, "", brains) }))
	models := s.modelNames()
	f.list("controls", each(&fusion.Controls, func(name *string) value { return choice(name, "", models) }))
	if len(fusion.Times) > 0 || f.has("variance") {
		f.scalar("variance", choice(&fusion.Variance, rsa.Automatic, rsa.Variances))
	}
	for _, region := range fusion.Regions {
		if slices.Contains(fusion.Times, region) {
			f.complain("regions", fmt.Sprintf("%q is measured over time, and cannot be a region too", region), "name it once")
		}
	}
	for key, names := range map[string][]string{"times": fusion.Times, "regions": fusion.Regions, "controls": fusion.Controls} {
		if twice := repeated(names); twice != "" {
			f.complain(key, fmt.Sprintf("%q stands here twice", twice), "name it once")
		}
	}
}

// repeated returns the first name that was there before, or "".
func repeated(names []string) string {
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			return name
		}
	}
	return ""
}

// modelNames lists what brains are compared with.
func (s *Study) modelNames() []string {
	var names []string
	for _, n := range s.Networks {
		names = append(names, n.Name)
	}
	for _, m := range s.ModelRDMs {
		names = append(names, m.Name)
	}
	return names
}

// weigh goes through whose channels are weighed.
func (s *Study) weigh(f form) {
	w := &s.RSA.Weigh
	s.chosen(f, &w.Layers)
	if len(w.Layers) > 0 || f.has("regression") {
		f.scalar("regression", choice(&w.Regression, rsa.NonNegative, []string{rsa.NonNegative, rsa.RidgePenalty}))
	}
	f.list("penalties", each(&w.Penalties, func(penalty *float64) value { return number(penalty, 0) }))
	if len(w.Layers) > 0 || f.has("window") {
		f.scalar("window", span(&w.Window, "none"))
	}
	if slices.ContainsFunc(w.Penalties, func(p float64) bool { return p <= 0 }) {
		f.complain("penalties", "penalties of weights must be above 0", "")
	}
	over := func(b Brain) bool { return b.Times != "" || slices.Contains(b.Axes, "time") }
	if len(w.Layers) > 0 && w.Window == (unit.Span{}) && slices.ContainsFunc(s.Brains, over) {
		f.complain("window", "a brain has times, and its RDMs are averaged over some before channels are weighed", `write "window: 100 ms to 200 ms"`)
	}
}

// remix goes through what is remixed, and with which stimuli.
func (o Options) remix(f form, s *Study) {
	r := &s.RSA.Remix
	f.require("images")
	f.require("table")
	f.scalar("images", o.path(&r.Images))
	f.scalar("table", o.path(&r.Table, ".tsv", ".csv"))
	s.chosen(f, &r.Layers)
	keys := []string{"images", "table", "classes", "classifier", "penalty", "shrinkage", "folds", "measure"}
	if len(r.Layers) == 0 && !slices.ContainsFunc(keys, f.has) {
		return
	}
	f.scalar("classes", choice(&r.Classes, "category", []string{"category", "condition"}))
	f.scalar("classifier", choice(&r.Classifier, rsa.Logistic, rsa.Classifiers))
	f.scalar("penalty", number(&r.Penalty, 1))
	f.scalar("shrinkage", number(&r.Shrinkage, rsa.DefaultShrinkage))
	f.scalar("folds", whole(&r.Folds, rsa.DefaultFolds))
	f.scalar("measure", choice(&r.Measure, "euclidean", o.Choices.Measures))
	switch {
	case r.Penalty <= 0:
		f.complain("penalty", "the penalty of a classifier must be above 0", "")
	case r.Shrinkage <= 0 || r.Shrinkage > 1:
		f.complain("shrinkage", "a shrinkage must be above 0, up to 1", "")
	case r.Folds < 2:
		f.complain("folds", "an accuracy needs two folds or more", "")
	case r.Images != "" && r.Images == s.Stimulus.Images:
		f.complain("images", "these are the tested stimuli: classifiers are fitted to others", "name pictures that no subject has seen")
	}
	for _, m := range slices.Concat(s.brainNames(), s.modelNames()) {
		if slices.ContainsFunc(s.Networks, func(n Network) bool { return strings.EqualFold(remixed(n.Name), m) }) {
			f.complain("layers", fmt.Sprintf("the name %q is taken, and that of a remix", m), "rename what has it")
		}
	}
}

// remixed names what a remix makes of a network.
func remixed(network string) string { return network + " remixed" }

// chosen goes through names of layers, which networks must have.
func (s *Study) chosen(f form, layers *[]string) {
	f.require("layers")
	var known []string
	open := len(s.Networks) == 0 // or a network whose layers the study does not list
	for _, n := range s.Networks {
		open = open || n.Layers == nil
		for _, layer := range n.Layers {
			known = append(known, layer.Shown)
		}
	}
	if open {
		known = nil // any name will do
	} else {
		known = append(known, AllLayers)
	}
	f.list("layers", each(layers, func(name *string) value { return choice(name, "", known) }))
	switch {
	case len(*layers) > 0 && len(s.Networks) == 0:
		f.complain("layers", "the study has no networks, and so no layers", "add networks")
	case len(*layers) > 1 && slices.Contains(*layers, AllLayers):
		f.complain("layers", "all are all layers", "leave the others out")
	case repeated(*layers) != "":
		f.complain("layers", fmt.Sprintf("%q stands here twice", repeated(*layers)), "name it once")
	}
}
