package study

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/network/zoo"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/unit"
	"github.com/isocortex/isocortex/variable"
)

// A Plan is a study taken apart into steps.
type Plan struct {
	Out   string // the result folder
	Tasks []Task // in an order in which they can be carried out
}

// A Task is one step of a plan.
type Task struct {
	Name  string // what it does, for people
	Step  step.Step
	After []int // places in the plan of the tasks whose outputs it reads

	// Scratch says that nobody but other tasks reads the output. It goes when
	// the last of them is done.
	Scratch bool
}

// An Executor carries out plans: on this machine, or elsewhere.
type Executor interface {
	Execute(ctx context.Context, plan *Plan, env *step.Env) error
}

// add appends a task and returns its place.
func (p *Plan) add(name string, s step.Step, after ...int) int {
	p.Tasks = append(p.Tasks, Task{Name: name, Step: s, After: after})
	return len(p.Tasks) - 1
}

// path is a place inside the result folder.
func (p *Plan) path(parts ...string) string {
	return filepath.Join(append([]string{p.Out}, parts...)...)
}

// Plan takes the study apart. It looks for files that patterns name, and reads none
// but the headers of recordings that may go on in another file.
//
//	errors   no networks and no model RDMs; a pattern of Datasets that matches
//	         no file; a result that would be written over what the study reads
func (s *Study) Plan(out string) (*Plan, error) {
	if len(s.Networks)+len(s.ModelRDMs) == 0 {
		return nil, errors.New("the study names nothing to compare the brain with: add networks or model rdms")
	}
	p := &Plan{Out: out}
	var made models
	ready, err := s.planBrains(p, &made) // first: what is wrong with them shows before hours of networks
	if err != nil {
		return nil, err
	}
	for _, network := range s.Networks {
		if _, err := zoo.Find(s.networkFile(network)); err != nil {
			return nil, err
		}
		if err := s.checkScratch(network); err != nil {
			return nil, err
		}
		s.planNetwork(p, network, &made)
	}
	for _, model := range s.ModelRDMs {
		s.planModel(p, model, &made)
	}
	made.ready = append(ready, made.ready...)
	scores := s.planScores(p, &made)
	if s.Stimulus.Images != "" {
		scores = append(scores, p.add("show stimuli", step.Thumbnails{
			Stimuli: s.Locate(string(s.Stimulus.Images)), Table: s.locate(s.Stimulus.Table), Out: p.path("stimuli"),
		}))
	}
	read := p.files() // by all that was planned so far; what follows reads the result
	figures := p.add("draw", step.Figures{Folder: out, Comparator: s.RSA.Comparator}, scores...)
	figures = p.add("note what went in", step.Provenance{
		Title: s.Title, From: s.Folder, Files: read, Folder: out,
	}, figures)
	p.add("report", step.Report{Folder: out, Out: p.path("report.html")}, figures)
	return p, s.protect(p)
}

// protect refuses a plan that would write over the study or what it reads.
func (s *Study) protect(p *Plan) error {
	if resolved(p.Out) == resolved(s.Folder) {
		return fmt.Errorf("the result cannot lie in the folder of the study, %s: choose another folder for it", p.Out)
	}
	for _, output := range p.outputs() {
		output = resolved(output)
		for _, path := range s.reads() {
			input := resolved(path)
			if info, err := os.Stat(input); err == nil && info.IsDir() && inside(input, resolved(p.Out)) {
				return fmt.Errorf("the result %s cannot lie among inputs of the study, in %s: choose another folder for it", p.Out, path)
			}
			if matches, _ := filepath.Match(input, output); matches || inside(output, input) {
				return fmt.Errorf("the result in %s would be written over an input of the study, %s: choose another folder for it", p.Out, path)
			}
		}
	}
	return nil
}

// reads lists the files, folders and patterns that the study names.
func (s *Study) reads() []string {
	given := []Path{s.Stimulus.Images, s.Stimulus.Table, s.RSA.Remix.Images, s.RSA.Remix.Table, s.Inference.Adjacency}
	if !isSystem(s.Inference.Sensors) {
		given = append(given, s.Inference.Sensors)
	}
	for _, b := range s.Brains {
		given = append(given, b.Times, b.Conditions)
		given = slices.Concat(given, b.RDMs, b.Datasets, b.Recordings, b.ICA, b.Epochs.paths())
	}
	for _, n := range s.Networks {
		given = append(given, n.File, n.Fit)
	}
	for _, m := range s.ModelRDMs {
		given = append(given, m.File, m.Names, m.Conditions)
	}
	var paths []string
	for _, path := range given {
		if file, _ := path.Split(); file != "" {
			paths = append(paths, s.Locate(file))
		}
	}
	return paths
}

// resolved is where a path leads, links followed as far as it exists.
func resolved(path string) string {
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute
	}
	if followed, err := filepath.EvalSymlinks(path); err == nil {
		return followed
	}
	if parent := filepath.Dir(path); parent != path {
		return filepath.Join(resolved(parent), filepath.Base(path))
	}
	return path
}

// inside reports whether a path is the folder or lies in it.
func inside(folder, path string) bool {
	relative, err := filepath.Rel(folder, path)
	return err == nil && filepath.IsLocal(relative)
}

// outputs lists everything that the steps write.
func (p *Plan) outputs() []string {
	var made []string
	for _, task := range p.Tasks {
		made = append(made, task.Step.Outputs()...)
	}
	return made
}

// planBrains adds what makes the RDMs of every brain.
func (s *Study) planBrains(p *Plan, m *models) (places []int, err error) {
	for _, b := range s.Brains {
		sources, err := s.brainSources(b)
		if err != nil {
			return nil, err
		}
		cut, epochs, err := s.planEpochs(p, b)
		if err != nil {
			return nil, err
		}
		sources = slices.Concat(sources, epochs)
		r := step.RDM{
			From: sources, Measure: s.RDM.Brain.Measure, Trials: s.trials(), Label: "subject", Strict: s.RSA.Strict,
			Restore: s.RDM.Brain.Restore, Out: p.path("rdm", b.Name+".npz"),
		}
		if s.RDM.Brain.Baseline != (unit.Span{}) {
			r.Baseline = &s.RDM.Brain.Baseline
		}
		places = append(places, s.planBrain(p, b, r, cut)...)
		if s.RDM.Brain.Each != Neighborhood {
			cut = nil // who compares RDMs does not read what they were made of
		}
		m.measured = append(m.measured, measured{sources, cut})
	}
	return places, nil
}

// trials says how the trials of the brain become RDMs. The seed is part of that where
// it decides anything, so that another one makes others.
func (s *Study) trials() step.Trials {
	b := s.RDM.Brain
	t := b.trials()
	if _, err := strconv.Atoi(b.Folds); err == nil || t.PseudoTrials > 0 || t.Assignments > 1 {
		t.Seed = s.Seed
	}
	return t
}

// trials is that but for the seed.
func (b BrainRDM) trials() step.Trials {
	normalize := b.Decoding.Normalize
	if normalize == step.NoNoise {
		normalize = ""
	}
	each := rdm.Each(b.Each)
	if b.Each == Neighborhood {
		each = ""
	}
	windowAs := b.WindowAs
	if b.Window == 0 {
		windowAs = ""
	}
	return step.Trials{
		PseudoTrials: b.Decoding.PseudoTrials, Assignments: b.Decoding.Assignments, Shrinkage: b.Decoding.Shrinkage, Normalize: normalize,
		Noise: b.Noise, NoisePer: b.NoisePer, Folds: b.Folds,
		Pairing: rdm.Pairing(b.Pairing), Missing: rdm.Missing(b.Missing), RemoveMean: b.RemoveMean, Each: each,
		Window: b.Window, WindowAs: windowAs,
	}
}

// models are what brains are compared with, and the tasks that make it.
type models struct {
	plain       []step.Source
	derived     []step.Source // what was made of layers: remixes, and whole networks
	activations []int         // of each network; nobody makes those that only become RDMs
	ready       []int
	measured    []measured // of each brain
}

// all lists the models as they are, then those made of them.
func (m *models) all() []step.Source { return slices.Concat(m.plain, m.derived) }

// planScores adds what compares the models with every brain.
func (s *Study) planScores(p *Plan, m *models) (places []int) {
	for i, b := range s.Brains {
		places = append(places, p.add("compare with "+b.Name, s.scores(b, m.measured[i], step.RSA{
			Models:     m.all(),
			Subjects:   []step.Source{{Path: p.path("rdm", b.Name+".npz"), Name: b.Name}},
			Brain:      b.Name,
			Strict:     s.RSA.Strict,
			Evaluation: s.evaluation(),
			Comparator: s.RSA.Comparator,
			Near:       s.nearOf(p, b),
			Out:        p.path("rsa", b.Name),
			Alone:      true,
		}), slices.Concat(m.ready, m.measured[i].cut)...))
		places = append(places, s.planMixtures(p, b, m)...)
		places = append(places, s.planWeights(p, b, m)...)
	}
	return append(places, s.planFusions(p, m)...)
}

// brainNames lists the brains.
func (s *Study) brainNames() []string {
	var names []string
	for _, b := range s.Brains {
		names = append(names, b.Name)
	}
	return names
}

// brainSources lists the files of a brain, subjects in natural order.
func (s *Study) brainSources(b Brain) ([]step.Source, error) {
	like := step.Source{
		Axes: b.Axes, Times: s.locate(b.Times), Conditions: s.locate(b.Conditions), Chance: b.Chance,
	}
	if b.Kind != "automatic" {
		like.Kind = rdm.Kind(b.Kind)
	}
	var sources []step.Source
	for _, path := range slices.Concat(b.RDMs, b.Datasets) {
		matches, err := expand(s.locate(path))
		if err != nil {
			return nil, err
		}
		for _, match := range matches {
			source := like
			source.Path = match
			sources = append(sources, source)
		}
	}
	return sources, nil
}

// expand lists the files that a pattern matches, in natural order, each with the
// name of the variable if the pattern has one.
func expand(pattern string) ([]string, error) {
	file, name := variable.Split(pattern)
	if _, err := os.Stat(file); err == nil {
		return []string{pattern}, nil
	}
	matches, err := filepath.Glob(file)
	if err != nil || len(matches) == 0 {
		return nil, fmt.Errorf("no file matches %s", file)
	}
	slices.SortFunc(matches, dataset.CompareLabels)
	if name != "" {
		for i := range matches {
			matches[i] += "#" + name
		}
	}
	return matches, nil
}

// planNetwork adds what makes the RDMs of the layers of a network.
func (s *Study) planNetwork(p *Plan, n Network, m *models) {
	folder := p.path("activations", n.Name)
	words := []string{"all"}
	if n.Layers != nil {
		words = layerWords(n.Layers)
	}
	of := step.Activations{
		Network: s.networkFile(n), Name: n.Name,
		Stimuli: s.locate(s.Stimulus.Images), Table: s.locate(s.Stimulus.Table),
		Layers: words, Preprocessing: n.preset(), Device: s.Device.Key(), Reduction: s.reduction(n),
	}
	source := step.Source{Path: p.path("rdm", n.Name+".npz"), Name: n.Name}
	m.plain = append(m.plain, source)
	rdms := step.RDM{Measure: s.RDM.Networks.Measure, Label: "layer", Out: source.Path}
	if s.straight(n) {
		rdms.Pictures = &step.Pictures{Of: of, Scratch: n.Scratch}
		m.ready, m.activations = append(m.ready, p.add("RDMs of "+n.Name, rdms)), append(m.activations, nobody)
		s.planWhole(p, n, m, rdms)
		return
	}
	of.Out, rdms.Folder = folder, folder
	activations := p.add("activations of "+n.Name, of)
	p.Tasks[activations].Scratch = !n.KeepActivations
	m.ready, m.activations = append(m.ready, p.add("RDMs of "+n.Name, rdms, activations)), append(m.activations, activations)
	s.planWhole(p, n, m, rdms)
	s.planRemix(p, n, m)
}

// networkFile is where a network is: its file, or the name of a known one.
func (s *Study) networkFile(n Network) string {
	path := s.locate(n.File)
	if _, err := os.Stat(path); err != nil && zoo.IsName(string(n.File)) {
		return string(n.File)
	}
	return path
}

// preset is the word for the preprocessing that steps take.
func (n Network) preset() string {
	if n.Preprocessing == OwnPreprocessing {
		return ""
	}
	return n.Preprocessing
}

// layerWords names layers as [step.Activations] takes them.
func layerWords(layers []Layer) []string {
	var words []string
	for _, layer := range layers {
		words = append(words, layer.Shown+"="+layer.Name)
	}
	return words
}

// planModel adds what reads model RDMs.
func (s *Study) planModel(p *Plan, given ModelRDM, m *models) {
	source := step.Source{Path: p.path("rdm", given.Name+".npz"), Name: given.Name}
	m.plain = append(m.plain, source)
	m.ready = append(m.ready, p.add("RDMs of "+given.Name, step.RDM{
		From: []step.Source{{
			Path: s.locate(given.File), Name: given.Name, Axes: given.Axes, Names: s.locate(given.Names),
			Similarity: given.Similarity, Conditions: s.locate(given.Conditions),
		}},
		Label: "layer", Out: source.Path,
	}))
}

// evaluation is how the study compares.
func (s *Study) evaluation() rsa.Evaluation {
	i := s.Inference
	return rsa.Evaluation{
		Seed: s.Seed, Pool: s.RSA.Pool, Test: i.Test, Tail: i.Tail, Draws: i.Draws, Correction: i.Correct, Level: i.Level,
		Window: s.RSA.Window, BootstrapOver: i.Bootstrap.Over, BootstrapDraws: i.Bootstrap.Draws, Interval: i.Bootstrap.Interval,
	}
}

// locate is Locate for paths that may be empty or name a variable.
func (s *Study) locate(path Path) string {
	if path == "" {
		return ""
	}
	file, name := path.Split()
	if name != "" {
		return s.Locate(file) + "#" + name
	}
	return s.Locate(file)
}

// Steps describes the tasks in words, with what they will cost.
func (p *Plan) Steps() []string {
	steps := make([]string, len(p.Tasks))
	for i, task := range p.Tasks {
		steps[i] = task.Name
		if cost := task.Step.Cost(); cost != "" {
			steps[i] += ": " + cost
		}
	}
	return steps
}

// files lists everything that the steps read and none of them writes.
func (p *Plan) files() []string {
	made := p.outputs()
	var files []string
	for _, task := range p.Tasks {
		for _, path := range task.Step.Inputs() {
			within := func(folder string) bool { return inside(folder, path) }
			if path != p.Out && !slices.ContainsFunc(made, within) && !slices.Contains(files, path) {
				files = append(files, path)
			}
		}
	}
	return files
}
