package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/rsa"
)

// Mixtures are the flexible models of one brain; with times, where each scores
// highest.
type Mixtures struct {
	Brain      int       `json:"brain"` // index into Page.Brains
	Symbol     string    `json:"symbol"`
	Regression string    `json:"regression"`
	Ceiling    []Number  `json:"ceiling"` // lower and upper; null with times, or for a single subject
	Models     []Mixture `json:"models"`
	Drawn      string    `json:"drawn"` // what was drawn again for the intervals of the models; "" for nothing

	folds int
}

// Mixture is one flexible model.
type Mixture struct {
	Name       string      `json:"name"`
	Kind       string      `json:"kind"`
	Time       Number      `json:"time"`  // s from onset of the score; null without times
	Score      Number      `json:"score"` // of what was held out
	Low        Number      `json:"low"`   // in the subject where it is lowest
	High       Number      `json:"high"`
	Estimate   []Number    `json:"estimate"` // mean of many choices of folds, and its interval; null where nothing was drawn
	Corrected  Number      `json:"p_corrected"`
	Components []Component `json:"components"`
}

// Component is one model RDM of a mixture.
type Component struct {
	Name   string `json:"name"`
	Weight Number `json:"weight"`
	Low    Number `json:"low"` // in the fold where it is lowest
	High   Number `json:"high"`
	Share  Number `json:"share"`
}

// Parts is how the variance of one brain is divided; with times, where all sets
// explain most.
type Parts struct {
	Brain     int    `json:"brain"` // index into Page.Brains
	Time      Number `json:"time"`  // s from onset; null without times
	Explained []Part `json:"explained"`
	Parts     []Part `json:"parts"`

	folds int
}

// Part is a share of variance.
type Part struct {
	Name  string `json:"name"`
	Share Number `json:"share"`
	Low   Number `json:"low"` // in the subject where it is lowest
	High  Number `json:"high"`
}

// mixtures reads reweight/BRAIN/reweight.json and partition/BRAIN/partition.json.
func (r *reader) mixtures() error {
	for brain, name := range r.folders {
		if err := r.mixed(brain, name); err != nil {
			return err
		}
		if err := r.divided(brain, name); err != nil {
			return err
		}
	}
	return nil
}

// mixed reads the flexible models of a brain.
func (r *reader) mixed(brain int, name string) error {
	var found struct {
		rsa.FlexibleResult
		Regression string                 `json:"regression"`
		Shares     [][][]rsa.Number       `json:"shares"`
		Inference  *rsa.FlexibleInference `json:"inference"`
	}
	path := filepath.Join("reweight", name, "reweight.json")
	data, err := r.optional(path)
	if err != nil || data == nil {
		return err
	}
	err = json.Unmarshal(data, &found)
	if err == nil {
		err = errors.Join(shaped(&found.FlexibleResult, found.Shares), drawn(&found.FlexibleResult, found.Inference))
	}
	if err != nil {
		return file.Malformed(filepath.Join(r.folder, path), -1, "models", "%w", err)
	}
	mixtures := Mixtures{Brain: brain, Symbol: symbol(found.Comparator), Regression: found.Regression, folds: len(found.Folds)}
	if c := found.NoiseCeiling; c != nil && found.Times == nil {
		mixtures.Ceiling = []Number{Number(c.Lower.Values[0]), Number(c.Upper.Values[0])}
	}
	for k, m := range found.Models {
		mixtures.Models = append(mixtures.Models, newMixture(m, found.Shares[k], found.Times))
		if found.Inference != nil {
			mixtures.Models[k].test(found.Models[k].Score, found.Inference.Models[k].Score)
		}
	}
	if found.Inference != nil {
		mixtures.Drawn = drawnWords(found.Inference)
	}
	r.page.Mixtures = append(r.page.Mixtures, mixtures)
	return nil
}

// test takes over what a bootstrap found where a mixture scores highest.
func (m *Mixture) test(score []rsa.Number, e rsa.Estimate) {
	at, _ := rsa.Highest(score)
	m.Estimate = []Number{Number(e.Value[at]), Number(e.Low[at]), Number(e.High[at])}
	m.Corrected = Number(e.Corrected[at])
}

// drawnWords says how intervals of mixtures were made, and of whom they speak.
func drawnWords(f *rsa.FlexibleInference) string {
	over := "a bootstrap over " + f.Over
	if f.Over == rsa.Dual {
		over = "the dual bootstrap"
	}
	return fmt.Sprintf("the mean of %s of folds with its %s interval by %s (%s), for %s; p above 0, corrected by %s",
		plural(f.Choices, "choice"), percent(f.Interval), over, plural(f.Draws, "draw"), populations[f.GeneralizesTo], f.Correction)
}

// drawn returns an error if what a bootstrap found is not as much as what it was
// made of.
func drawn(found *rsa.FlexibleResult, f *rsa.FlexibleInference) error {
	if f == nil {
		return nil
	}
	if len(f.Models) != len(found.Models) {
		return fmt.Errorf("a bootstrap of %d mixtures where there are %d", len(f.Models), len(found.Models))
	}
	for k, m := range f.Models {
		for _, row := range [][]rsa.Number{m.Score.Value, m.Score.Low, m.Score.High, m.Score.Corrected} {
			if len(row) != len(found.Models[k].Score) {
				return fmt.Errorf("the bootstrap of mixture %q has %d numbers for %d times", found.Models[k].Name, len(row), len(found.Models[k].Score))
			}
		}
	}
	return nil
}

// shaped returns an error if numbers that belong together are not as many.
func shaped(found *rsa.FlexibleResult, shares [][][]rsa.Number) error {
	times := max(len(found.Times), 1)
	if c := found.NoiseCeiling; c != nil && (len(c.Lower.Values) != times || len(c.Upper.Values) != times) {
		return fmt.Errorf("noise_ceiling has not %d numbers", times)
	}
	if len(shares) != len(found.Models) {
		return fmt.Errorf("%d shares for %d mixtures", len(shares), len(found.Models))
	}
	for k, m := range found.Models {
		n := len(m.Components)
		tables := append([][][]rsa.Number{m.Weights, shares[k]}, m.FoldWeights...)
		for _, table := range tables {
			if len(table) != times || len(table[0]) != n || len(table[times-1]) != n {
				return fmt.Errorf("mixture %q has not %d weights for %d times", m.Name, n, times)
			}
		}
		for _, row := range append([][]rsa.Number{m.Score}, m.Scores...) {
			if len(row) != times {
				return fmt.Errorf("mixture %q has not %d scores", m.Name, times)
			}
		}
	}
	return nil
}

func newMixture(m rsa.FlexibleScores, shares [][]rsa.Number, times []float64) Mixture {
	at, score := rsa.Highest(m.Score)
	low, high := rsa.Range(m.Scores, at)
	mixture := Mixture{Name: m.Name, Kind: m.Kind, Time: timeAt(times, at), Score: Number(score), Low: Number(low), High: Number(high), Corrected: optional(nil)}
	for k, name := range m.Components {
		low, high := m.FoldRange(at, k)
		mixture.Components = append(mixture.Components, Component{name, Number(m.Weights[at][k]), Number(low), Number(high), Number(shares[at][k])})
	}
	return mixture
}

// divided reads the parts of a brain's variance.
func (r *reader) divided(brain int, name string) error {
	var found rsa.PartitionResult
	path := filepath.Join("partition", name, "partition.json")
	data, err := r.optional(path)
	if err != nil || data == nil {
		return err
	}
	err = json.Unmarshal(data, &found)
	if err == nil && len(found.Explained) == 0 {
		err = errors.New("there are no shares")
	}
	for _, share := range append(found.Explained, found.Parts...) {
		for _, row := range append([][]rsa.Number{share.Mean}, share.Subjects...) {
			if err == nil && len(row) != max(len(found.Times), 1) {
				err = fmt.Errorf("the share of %q has not one number for every time", share.Sets)
			}
		}
	}
	if err != nil {
		return file.Malformed(filepath.Join(r.folder, path), -1, "explained", "%w", err)
	}
	at, _ := rsa.Highest(found.Explained[len(found.Explained)-1].Mean)
	parts := Parts{Brain: brain, Time: timeAt(found.Times, at), folds: len(found.Folds)}
	for _, share := range found.Explained {
		parts.Explained = append(parts.Explained, newPart(strings.Join(share.Sets, ", "), share, at))
	}
	for _, share := range found.Parts {
		name := strings.Join(share.Sets, " and ")
		if len(share.Sets) == 1 {
			name += " alone"
		}
		parts.Parts = append(parts.Parts, newPart(name, share, at))
	}
	r.page.Parts = append(r.page.Parts, parts)
	return nil
}

func newPart(name string, share rsa.Share, at int) Part {
	low, high := rsa.Range(share.Subjects, at)
	return Part{name, Number(share.Mean[at]), Number(low), Number(high)}
}

// timeAt is a time, or NaN where there is none.
func timeAt(times []float64, at int) Number {
	if times == nil {
		return optional(nil)
	}
	return Number(times[at])
}

// mixtureMethods says how model RDMs were mixed, and variance was divided, in the
// first brain where they were.
func (r *reader) mixtureMethods() (sections []Section) {
	if len(r.page.Mixtures) > 0 {
		m := r.page.Mixtures[0]
		text := fmt.Sprintf("The RDMs of each network, and of all, were mixed in proportions fitted to some conditions of some subjects, and scored by %s on other conditions of other subjects (%s).",
			m.Symbol, plural(m.folds, "fold"))
		if slices.ContainsFunc(m.Models, func(one Mixture) bool { return one.Kind == "weighted" }) {
			text += fmt.Sprintf(" Weights were found by %s regression on the pooled RDM.", m.Regression)
		}
		sections = append(sections, Section{"Mixtures", text})
	}
	if len(r.page.Parts) > 0 {
		sections = append(sections, Section{"Shares of variance", fmt.Sprintf(
			"All unions of the sets of model RDMs were fitted to some conditions of some subjects by non-negative regression; R² is that of other conditions of other subjects (%s). Parts are differences of R² of unions (commonality analysis).",
			plural(r.page.Parts[0].folds, "fold"))})
	}
	return sections
}
