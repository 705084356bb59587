package study

import (
	"fmt"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/decoding"
	"github.com/isocortex/isocortex/projection"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/step"
)

// A form goes through the keys of a section. There are two: one reads them from
// a file, one prints them, so the schema below is written once for both.
type form interface {
	scalar(key string, v value)            // key: value
	list(key string, v values)             // key: [value, …], or one value alone
	layers(key string, layers *[]Layer)    // key: all, [layer, …] or {shown: layer, …}
	section(key string, schema func(form)) // key: {…}
	items(key string, count int) []form    // key: [{…}, …]
	has(key string) bool                   // the file has the key; false when printing
	require(keys ...string)                // one of the keys must be there
	complain(key, message, hint string)    // about a key or, where it is missing, its section
}

// sections goes through a list of sections.
func sections[T any](f form, key string, list *[]T, schema func(form, *T)) {
	for i, item := range f.items(key, len(*list)) {
		if i == len(*list) {
			*list = append(*list, *new(T))
		}
		schema(item, &(*list)[i])
	}
}

// study is the schema of the whole file.
func (o Options) study(f form, s *Study) {
	f.require("study")
	f.require("brain", "brains")
	f.scalar("study", version())
	f.scalar("title", text(&s.Title, s.Title))
	f.scalar("seed", seed(&s.Seed, 1))
	f.scalar("device", device(&s.Device))
	f.section("stimulus", func(f form) {
		f.scalar("images", o.path(&s.Stimulus.Images))
		f.scalar("table", o.path(&s.Stimulus.Table, ".tsv", ".csv"))
	})
	names := map[string]bool{} // the RDMs of all lie side by side
	o.brains(f, s, names)
	sections(f, "networks", &s.Networks, func(f form, n *Network) {
		o.network(f, n)
		unique(f, "name", n.Name, names)
		for _, variant := range slices.Compact(slices.Sorted(slices.Values(n.Whole))) {
			unique(f, "whole", wholeOf(n.Name, variant), names)
		}
	})
	sections(f, "model rdms", &s.ModelRDMs, func(f form, m *ModelRDM) {
		o.modelRDM(f, m)
		unique(f, "name", m.Name, names)
	})
	f.section("rdm", func(f form) { o.rdm(f, s) })
	f.section("rsa", func(f form) { o.rsa(f, s) })
	f.section("inference", func(f form) { o.inference(f, s) })
	f.section("report", func(f form) {
		f.scalar("order", choice(&s.Report.Order, "given", []string{"given", "category"}))
	})
	if len(s.Networks) > 0 && s.Stimulus.Images == "" {
		f.complain("networks", "networks need stimuli", `name the images under "stimulus"`)
	}
}

// rdmEndings are those of files that can hold RDMs.
var rdmEndings = []string{".npy", ".npz", ".mat", ".h5", ".csv"}

// brains goes through one section "brain", or a list of several.
func (o Options) brains(f form, s *Study, names map[string]bool) {
	if f.has("brains") || len(s.Brains) > 1 {
		sections(f, "brains", &s.Brains, func(f form, b *Brain) {
			f.require("name")
			o.brain(f, b)
			unique(f, "name", b.Name, names)
		})
		return
	}
	if len(s.Brains) == 0 {
		s.Brains = make([]Brain, 1)
	}
	f.section("brain", func(f form) { o.brain(f, &s.Brains[0]) })
	names[strings.ToLower(s.Brains[0].Name)] = true
}

func (o Options) brain(f form, b *Brain) {
	f.require("rdms", "datasets", "recordings")
	f.scalar("name", name(&b.Name, "brain"))
	f.list("rdms", each(&b.RDMs, func(p *Path) value { return o.path(p, rdmEndings...) }))
	axes(f, &b.Axes, "subject", "time")
	f.scalar("times", o.path(&b.Times, ".npy", ".npz"))
	f.scalar("conditions", o.labels(&b.Conditions))
	f.scalar("kind", choice(&b.Kind, "automatic", []string{"automatic", "accuracy", "distance", "squared distance", "decision", "rank"}))
	f.scalar("chance", number(&b.Chance, map[string]float64{"accuracy": 0.5}[b.Kind]))
	f.list("datasets", each(&b.Datasets, func(p *Path) value { return o.path(p, ".npz", ".mat", ".h5", ".csv") }))
	f.list("recordings", each(&b.Recordings, func(p *Path) value { return o.path(p) }))
	o.signal(f, b)
	o.epochs(f, b)

	if b.Kind != "accuracy" && b.Kind != "decision" && b.Chance != 0 {
		f.complain("chance", "only accuracy and decision values have a chance level", `add "kind: accuracy" or "kind: decision"`)
	}
	for _, measured := range []string{"recordings", "datasets"} {
		if !f.has(measured) {
			continue
		}
		for _, key := range []string{"rdms", "axes", "times", "kind", "datasets"} {
			if key != measured && f.has(key) && (key != "kind" || b.Kind != "automatic") {
				f.complain(key, fmt.Sprintf("%q does not go with %q", key, measured), "leave one of the two out")
			}
		}
	}
}

func (o Options) network(f form, n *Network) {
	f.require("name")
	f.require("file")
	f.scalar("name", name(&n.Name, ""))
	f.scalar("file", o.networkFile(&n.File))
	f.scalar("preprocessing", choice(&n.Preprocessing, OwnPreprocessing, withOwn(o.Choices.Presets)))
	f.layers("layers", &n.Layers)
	f.scalar("keep activations", yes(&n.KeepActivations))
	f.scalar("reduce", reduction(&n.Reduce))
	f.scalar("fit", o.path(&n.Fit))
	f.scalar("scratch", n.scratch())
	if n.Scratch > 0 && n.usesActivations() {
		f.complain("scratch", "a scratch file is for layers as they are that nobody keeps", `leave "scratch" out, or "keep activations" and "reduce"`)
	}
	f.list("whole", each(&n.Whole, func(variant *string) value { return choice(variant, "", rdm.Variants) }))
	if recipe := n.recipe(); n.Fit != "" && recipe.Method != projection.Components {
		f.complain("fit", "only principal components are fitted to pictures", `write "reduce: pca:100", or leave "fit" out`)
	}
	if twice := repeated(n.Whole); twice != "" {
		f.complain("whole", fmt.Sprintf("%q stands here twice", twice), "name it once")
	}
}

// recipe says how the layers of a network are made shorter.
func (n Network) recipe() projection.Recipe {
	if n.Reduce == NoReduction {
		return projection.Recipe{}
	}
	recipe, _ := projection.ParseRecipe(n.Reduce) // reading has complained
	return recipe
}

func (o Options) modelRDM(f form, m *ModelRDM) {
	f.require("name")
	f.require("file")
	f.scalar("name", name(&m.Name, ""))
	f.scalar("file", o.path(&m.File, rdmEndings...))
	axes(f, &m.Axes, "rdm")
	f.scalar("names", o.path(&m.Names, ".txt"))
	f.scalar("similarity", yes(&m.Similarity))
	f.scalar("conditions", o.labels(&m.Conditions))
}

func (o Options) rdm(f form, s *Study) {
	f.section("brain", func(f form) {
		measure := ""
		if slices.ContainsFunc(s.Brains, func(b Brain) bool { return len(b.RDMs) == 0 }) {
			measure = "correlation"
		}
		b := &s.RDM.Brain
		f.scalar("measure", choice(&b.Measure, measure, slices.Concat(o.Choices.Measures, o.Choices.Decoders)))
		f.scalar("baseline", span(&b.Baseline, "none"))
		f.scalar("restore", number(&b.Restore, 0))
		if measure == "" && b.Measure != "" {
			f.complain("measure", "the brain comes as RDMs, which are measured already", `leave "measure" out`)
		}
		o.trials(f, b, measure != "")
		s.around(f)
	})
	f.section("networks", func(f form) {
		f.scalar("measure", choice(&s.RDM.Networks.Measure, "correlation", o.Choices.Measures))
	})
}

// trials goes through what is done with the trials of Datasets, if there are any.
func (o Options) trials(f form, b *BrainRDM, measured bool) {
	keys := []string{"noise", "noise per", "folds", "pairing", "missing", "remove mean", "each", "window", "window as", "every", "radius"}
	given := slices.IndexFunc(keys, f.has)
	if !measured && given < 0 {
		return
	}
	f.scalar("noise", choice(&b.Noise, step.NoNoise, o.Choices.Noise))
	f.scalar("noise per", text(&b.NoisePer, step.NoiseOfAll))
	f.scalar("folds", text(&b.Folds, ""))
	f.scalar("pairing", choice(&b.Pairing, string(rdm.LeaveOneOut), rdm.Pairings))
	f.scalar("missing", choice(&b.Missing, string(rdm.Undefined), rdm.Missings))
	f.scalar("remove mean", yes(&b.RemoveMean))
	f.scalar("each", choice(&b.Each, string(rdm.EachTime), slices.Concat(rdm.Eaches, []string{Neighborhood})))
	windows(f, b)
	classified, d := slices.Contains(decoding.MeasureNames(), b.Measure), &b.Decoding
	if m, err := rdm.MeasureByName(b.Measure); classified || err == nil && m.NeedsFolds {
		f.scalar("pseudo-trials", wholeOrNone(&d.PseudoTrials))
		f.scalar("assignments", whole(&d.Assignments, 1))
	}
	if classified {
		f.scalar("shrinkage", shrinkage(&d.Shrinkage))
		f.scalar("normalize", choice(&d.Normalize, step.NoNoise, slices.Concat([]string{step.NoNoise}, decoding.Normalizations)))
	}
	if !measured {
		f.complain(keys[given], "the brain comes as RDMs, which are measured already", fmt.Sprintf("leave %q out", keys[given]))
	}
}

func (o Options) rsa(f form, s *Study) {
	r := &s.RSA
	f.scalar("comparator", choice(&r.Comparator, "spearman", o.Choices.Comparators))
	f.scalar("pool", choice(&r.Pool, rsa.PoolComparator, rsa.Pools))
	f.scalar("strict", yes(&r.Strict))
	f.scalar("window", span(&r.Window, "all"))
	f.section("reweight", func(f form) { reweight(f, &r.Reweight) })
	partition(f, &r.Partition)
	f.section("fusion", func(f form) { s.fusion(f) })
	f.section("weigh", func(f form) { s.weigh(f) })
	f.section("remix", func(f form) { o.remix(f, s) })
	s.unkept(f)
}

func (o Options) inference(f form, s *Study) {
	i := &s.Inference
	f.scalar("test", choice(&i.Test, rsa.Automatic, rsa.Tests))
	f.scalar("tail", choice(&i.Tail, "greater", []string{"greater", "less", "two-sided"}))
	f.scalar("draws", whole(&i.Draws, 10_000))
	f.scalar("correct", choice(&i.Correct, rsa.Automatic, rsa.Corrections))
	f.scalar("level", fraction(&i.Level, 0.05))
	o.near(f, s)
	f.section("bootstrap", func(f form) {
		b := &i.Bootstrap
		f.scalar("over", choice(&b.Over, rsa.Automatic, rsa.Bootstraps))
		f.scalar("draws", whole(&b.Draws, 1_000))
		f.scalar("interval", fraction(&b.Interval, 0.95))
	})
}

// axes goes through the meanings of the axes of an array: pair, or condition
// twice, and at most one each of the others.
func axes(f form, v *[]string, others ...string) {
	f.list("axes", each(v, func(axis *string) value {
		return choice(axis, "", append([]string{"pair", "condition"}, others...))
	}))
	count := map[string]int{}
	for _, axis := range *v {
		count[axis]++
	}
	square := count["pair"] == 0 && count["condition"] == 2
	flat := count["pair"] == 1 && count["condition"] == 0
	if f.has("axes") && !square && !flat {
		f.complain("axes", "the axes must name pair once, or condition twice", "write [pair] or [condition, condition], and the others in the order of the array")
	}
	for _, other := range others {
		if count[other] > 1 {
			f.complain("axes", fmt.Sprintf("two axes are called %s", other), "name each axis once")
		}
	}
}

// unique complains about a name that a key gives and that is taken, and about one
// that differs in capitals alone: some file systems do not tell them apart.
func unique(f form, key, name string, taken map[string]bool) {
	small := strings.ToLower(name)
	if taken[small] && name != "" {
		f.complain(key, fmt.Sprintf("the name %q is taken", name), "give each brain, network and model RDM its own")
	}
	taken[small] = true
}
