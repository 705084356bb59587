package step

import (
	"cmp"
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/rsa"
)

// Reweight mixes model RDMs in the proportions that fit subjects best, and scores
// the mixtures on conditions and subjects that the fit has not seen.
type Reweight struct {
	Models     []Source // as of RSA: the RDMs of each network are the components of one mixture, those of all of another
	Subjects   []Source // as of RSA
	Brain      string   // what the subjects' RDMs are of, for people; may be ""
	Measure    string   // of files of responses; "" for DefaultMeasure
	Comparator string   // "" for pearson, which weights are fitted for
	Kinds      []string // of flexible models, of rsa.ModelKinds; nil means weighted
	Regression string   // of weighted models, one of rsa.Regressions; "" means non-negative
	Penalty    float64  // of ridge or non-negative regressions
	Folds      rsa.Folds
	Bootstrap  string // one of rsa.ModelBootstraps or rsa.None; "" means rsa.Automatic, which is rsa.None with times
	Draws      int    // of the bootstrap; 0 means rsa.DefaultModelDraws
	Strict     bool   // matching by position is an error
	Out        string // folder; "" saves nothing
}

// Reweighted is what Reweight finds.
type Reweighted struct {
	Basis
	Regression string  `json:"regression"`
	Penalty    float64 `json:"penalty"`
	*rsa.FlexibleResult
	Shares    [][][]rsa.Number       `json:"shares"`    // models × times × components: see share
	Inference *rsa.FlexibleInference `json:"inference"` // null without a bootstrap
}

// A Basis says whose RDMs were compared, and over what.
type Basis struct {
	Brain        string   `json:"brain,omitempty"` // what the subjects' RDMs are of, as people call it
	Matched      string   `json:"matched"`         // how conditions were matched: "label" or "position"
	Labels       []string `json:"labels,omitempty"`
	SubjectNames []string `json:"subject_names,omitempty"`
	Averaged     string   `json:"averaged,omitempty"` // what RDMs of one subject were averaged over: "session"
}

// basis says what a comparison rests on.
func (c *compared) basis() Basis {
	s := c.subjects
	return Basis{Brain: s.Brain, Matched: s.Matched, Labels: s.Labels, SubjectNames: s.Names, Averaged: s.Averaged}
}

// AllRDMs is the name of the mixture of the RDMs of all networks.
const AllRDMs = "all"

// Verb is "reweight".
func (Reweight) Verb() string { return "reweight" }

// Inputs are the files of all sources.
func (s Reweight) Inputs() []string { return s.sides().Inputs() }

// Outputs is the folder, if there is one.
func (s Reweight) Outputs() []string { return RSA{Out: s.Out}.Outputs() }

// To is the same step writing elsewhere.
func (s Reweight) To(out string) Step { s.Out = out; return s }

// Cost is seconds for dozens of RDMs, and minutes for a bootstrap of many times.
func (Reweight) Cost() string { return "one fit per mixture, fold, time and draw of the bootstrap" }

// sides reads as RSA does.
func (s Reweight) sides() RSA {
	return RSA{Models: s.Models, Subjects: s.Subjects, Brain: s.Brain, Measure: s.Measure, Comparator: cmp.Or(s.Comparator, "pearson"), Strict: s.Strict}
}

// Run fits, scores and saves.
func (s Reweight) Run(ctx context.Context, env *Env) error {
	found, err := s.Evaluate(ctx, env)
	if err != nil {
		return err
	}
	return s.Save(found)
}

// Evaluate returns what Run saves.
func (s Reweight) Evaluate(ctx context.Context, env *Env) (*Reweighted, error) {
	comparator, err := compare.ByName(cmp.Or(s.Comparator, "pearson"))
	if err != nil {
		return nil, err
	}
	if _, err := env.Multiplier(); err != nil { // which fits multiply with
		return nil, err
	}
	sides, err := s.sides().together(ctx, env)
	if err != nil {
		return nil, err
	}
	defer sides.close()
	validation := rsa.CrossValidation{Comparator: comparator, Folds: s.Folds}
	mixtures := s.mixtures(sides.models)
	found, err := validation.Run(ctx, mixtures, sides.subjects, env.Budget)
	if err != nil {
		return nil, err
	}
	reweighted := &Reweighted{Basis: sides.basis(), Regression: cmp.Or(s.Regression, rsa.NonNegative), Penalty: s.Penalty, FlexibleResult: found}
	if again := (rsa.ModelBootstrap{Validation: validation, Over: s.over(validation, found), Draws: s.Draws}); again.Over != rsa.None {
		if reweighted.Inference, err = again.Run(ctx, mixtures, sides.subjects, env.Budget); err != nil {
			return nil, err
		}
		found.Warnings = append(found.Warnings, reweighted.Inference.Warnings...)
	}
	env.warn(found.Warnings...)
	env.leave(slices.ContainsFunc(found.Models, func(m rsa.FlexibleScores) bool { return unscored(m.Score) }))
	found.Warnings = slices.Concat(sides.notes, found.Warnings)
	for k, m := range found.Models {
		reweighted.Shares = append(reweighted.Shares, shares(mixtures[k].Components, m.Weights))
	}
	return reweighted, nil
}

// unscored reports whether no number is defined.
func unscored(values []rsa.Number) bool {
	_, highest := rsa.Highest(values)
	return math.IsNaN(float64(highest))
}

// over says what the bootstrap draws. With many times it takes minutes, and has to
// be asked for.
func (s Reweight) over(v rsa.CrossValidation, found *rsa.FlexibleResult) string {
	if over := cmp.Or(s.Bootstrap, rsa.Automatic); over != rsa.Automatic {
		return over
	}
	if found.Times != nil {
		return rsa.None
	}
	return rsa.ModelBootstrap{Validation: v}.Recommended(inference.Size{Subjects: found.Subjects, Conditions: found.Conditions})
}

// shares tells how much of a mixture is due to each component, whatever the scale
// of its RDM: the weight times the standard deviation of the dissimilarities,
// divided by the sum of the sizes of all.
func shares(components []rsa.Model, weights [][]rsa.Number) [][]rsa.Number {
	all := make([][]rsa.Number, len(weights))
	for t, row := range weights {
		sum := rsa.Number(0)
		for k, w := range row {
			share := w * rsa.Number(deviation(components[k].RDV))
			all[t] = append(all[t], share)
			sum += rsa.Number(math.Abs(float64(share)))
		}
		for k := range all[t] {
			all[t][k] /= sum // 0/0 is NaN: no component helps
		}
	}
	return all
}

// deviation is the standard deviation of the numbers that are not NaN.
func deviation(x []float64) float64 {
	x = slices.DeleteFunc(slices.Clone(x), math.IsNaN)
	return stat.PopStdDev(x, nil)
}

// mixtures lists the flexible models of every kind.
func (s Reweight) mixtures(models []rsa.Model) []rsa.FlexibleModel {
	kinds := s.Kinds
	if kinds == nil {
		kinds = []string{"weighted"}
	}
	var all []rsa.FlexibleModel
	for _, kind := range kinds {
		for _, group := range groups(kind, models) {
			mixture := rsa.FlexibleModel{Name: group.name, Kind: kind, Components: group.models}
			if kind == "weighted" {
				mixture.Regression, mixture.Penalty = s.Regression, s.Penalty
			}
			all = append(all, mixture)
		}
	}
	return all
}

// A group is model RDMs that are mixed.
type group struct {
	name   string
	models []rsa.Model
}

// ModelKinds lists what Reweight.Kinds can hold.
func ModelKinds() []string {
	names := make([]string, len(rsa.ModelKinds))
	for i, k := range rsa.ModelKinds {
		names[i] = k.Name
	}
	return names
}

// groups lists what is mixed: the RDMs of each network that has several, and
// those of all. What leads from one to the next stays inside a network, and what
// is fixed is a single RDM.
func groups(kind string, models []rsa.Model) []group {
	if kind == "fixed" {
		return single(models)
	}
	var all []group
	for _, m := range models {
		i := slices.IndexFunc(all, func(g group) bool { return g.name == m.Network })
		if i < 0 {
			i = len(all)
			all = append(all, group{name: m.Network})
		}
		all[i].models = append(all[i].models, m)
	}
	all = slices.DeleteFunc(all, func(g group) bool { return g.name == "" || len(g.models) < 2 })
	complete := len(all) == 1 && len(all[0].models) == len(models)
	if complete || kind == "interpolate" && len(all) > 0 {
		return all
	}
	return append(all, group{AllRDMs, distinguished(models)})
}

// single makes a group of every RDM.
func single(models []rsa.Model) []group {
	var all []group
	for _, m := range distinguished(models) {
		all = append(all, group{m.Name, []rsa.Model{m}})
	}
	return all
}

// distinguished puts the network before the name of every RDM that has one, if
// there are several networks.
func distinguished(models []rsa.Model) []rsa.Model {
	var networks []string
	for _, m := range models {
		networks = append(networks, m.Network)
	}
	if len(uniqueInOrder(networks)) < 2 {
		return models
	}
	models = slices.Clone(models)
	for i, m := range models {
		if m.Network != "" {
			models[i].Name = m.Network + " " + m.Name
		}
	}
	return models
}

// Save writes a result of Evaluate as JSON and tables.
func (s Reweight) Save(found *Reweighted) error {
	folder, err := result.Create(s.Out)
	if err != nil {
		return err
	}
	if err := folder.WriteJSON("reweight.json", found); err != nil {
		return err
	}
	if err := folder.WriteTable("mixtures.tsv", found.mixtureTable()); err != nil {
		return err
	}
	if found.Inference != nil && len(found.Models) > 1 {
		if err := folder.WriteTable("differences.tsv", found.differenceTable()); err != nil {
			return err
		}
	}
	return folder.WriteTable("weights.tsv", found.weightTable())
}

// mixtureTable has one row per mixture and time.
func (found *Reweighted) mixtureTable() *result.Table {
	b := newTable("How well mixtures of model RDMs predict conditions and subjects that were held out.", found.Times)
	name, kind := b.text("mixture", "Network whose RDMs are mixed, or all."), b.text("kind", "How they are mixed.")
	score := b.number("score", "Mean over subjects of "+found.Comparator+" with RDMs that were held out.")
	low, high := b.number("lowest", "Score in the subject where it is lowest."), b.number("highest", "Score in the subject where it is highest.")
	estimate := found.estimateColumns(b, "estimate", "score", "above 0, one-sided")
	fromCeiling := found.ceilingColumns(b)
	for i, m := range found.Models {
		for t, value := range m.Score {
			b.at(t)
			name.add(m.Name)
			kind.add(m.Kind)
			score.add(value)
			lowest, highest := rsa.Range(m.Scores, t)
			low.add(lowest)
			high.add(highest)
			if found.Inference != nil {
				estimate(found.Inference.Models[i].Score, t)
				fromCeiling(found.Inference.Models[i].FromCeiling, t)
			}
		}
	}
	return b.finish()
}

// weightTable has one row per mixture, component and time.
func (found *Reweighted) weightTable() *result.Table {
	b := newTable("Weights of the components of mixtures of model RDMs, of RDMs as they are.", found.Times)
	name, kind, component := b.text("mixture", "Network whose RDMs are mixed, or all."), b.text("kind", "How they are mixed."), b.text("component", "Model RDM.")
	weight := b.number("weight", "Weight that fits all conditions of all subjects.")
	low, high := b.number("lowest", "Weight in the fold where it is lowest."), b.number("highest", "Weight in the fold where it is highest.")
	share := b.number("share", "Weight times standard deviation of the component, divided by the sum of the sizes of all: how much of the mixture is due to it.")
	for i, m := range found.Models {
		for t, weights := range m.Weights {
			for k, value := range weights {
				b.at(t)
				name.add(m.Name)
				kind.add(m.Kind)
				component.add(m.Components[k])
				weight.add(value)
				lowest, highest := m.FoldRange(t, k)
				low.add(lowest)
				high.add(highest)
				share.add(found.Shares[i][t][k])
			}
		}
	}
	return b.finish()
}
