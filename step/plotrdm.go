package step

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/figure"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/unit"
)

// matrices draws the RDM of a brain, at the time when it is most like any model,
// and those of networks: of every layer of the one that was chosen, else of the
// best layer of each.
func (s Plot) matrices(ctx context.Context, brain string, found *rsa.Result, names []string) ([]drawing, error) {
	stack, err := s.openRDMs(brain, found.Labels)
	if err != nil {
		return nil, err
	}
	var drawings []drawing
	if stack != nil {
		defer stack.Close()
		title, rdv := meanAt(stack, found)
		own, err := s.one(ctx, stack, rdv, found.Brain+title)
		if err != nil {
			return nil, err
		}
		own.name = own.what + " " + brain
		drawings = append(drawings, own)
	}
	for _, network := range names {
		own, err := s.layers(ctx, network, found)
		if err != nil {
			return nil, err
		}
		drawings = append(drawings, own...)
	}
	return drawings, nil
}

// layers draws the RDMs of a network; of none whose models came from elsewhere.
func (s Plot) layers(ctx context.Context, network string, found *rsa.Result) ([]drawing, error) {
	stack, err := s.openRDMs(network, found.Labels)
	if err != nil || stack == nil {
		return nil, err
	}
	defer stack.Close()
	_, models := networks(found)
	shown := models[network]
	if s.Network == "" {
		shown = []int{best(found, shown)}
	}
	var drawings []drawing
	for _, i := range shown {
		m := found.Models[i]
		if place := layerOf(stack, m.Name); place >= 0 {
			own, err := s.one(ctx, stack, slices.Clone(stack.RDV(place)), strings.TrimSpace(network+" "+m.Name))
			if err != nil {
				return nil, err
			}
			drawings = append(drawings, own)
		}
	}
	return drawings, nil
}

// openRDMs reads RDMs of the result; nil where there are none of that name.
// Without labels they take those of the scores, by position, as the scores did.
func (s Plot) openRDMs(name string, labels []string) (*rdm.RDMs, error) {
	path := s.rdmFile(name)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	stack, err := rdm.Open(path)
	if err == nil && stack.Conditions == nil && len(labels) == stack.Size {
		stack.Conditions = labels
	}
	return stack, err
}

// meanAt averages the RDMs of all subjects at the peak of the best model;
// without times, all RDMs.
func meanAt(brain *rdm.RDMs, found *rsa.Result) (title string, rdv []float64) {
	m := found.Models[best(found, places(len(found.Models)))]
	if brain.Times == nil || m.Peak == nil || m.Peak.Index < 0 {
		return "", brain.Mean(places(brain.Len()))
	}
	time := float64(m.Peak.Time)
	chosen := slices.DeleteFunc(places(brain.Len()), func(i int) bool { return brain.Times[i] != time })
	return " at " + unit.Milliseconds(time), brain.Mean(chosen)
}

// places lists 0 to n-1.
func places(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// matrix is a figure of one RDM, its conditions sorted by category where every
// condition has one.
func (s Plot) matrix(r *rdm.RDMs, rdv []float64, title string) figure.RDM {
	categories := s.looks.category
	one := &rdm.RDMs{Size: r.Size, Conditions: r.Conditions, Dissimilarities: rdv}
	f := figure.RDM{Title: title, Measure: measured(r)}
	var names []string // of the categories, as they first appear
	for _, c := range r.Conditions {
		if !slices.Contains(names, categories[c]) {
			names = append(names, categories[c])
		}
	}
	if len(names) > 0 && !slices.Contains(names, "") {
		order := places(r.Size)
		rank := func(i int) int { return slices.Index(names, categories[r.Conditions[i]]) }
		slices.SortStableFunc(order, func(a, b int) int { return rank(a) - rank(b) })
		one = one.Reorder(order)
		for _, c := range one.Conditions {
			f.Groups = append(f.Groups, categories[c])
		}
	}
	f.Dissimilarities, f.Conditions = one.Dissimilarities, one.Conditions
	if s.Edges == EdgesPictures {
		for _, c := range s.looks.conditions(one) {
			f.Pictures = append(f.Pictures, c.Picture)
		}
	}
	return f
}

// ofFile draws the RDMs of a file, the mean of those of several subjects first.
func (s Plot) ofFile(ctx context.Context, env *Env) ([]drawing, error) {
	stack, err := Source{Path: s.From}.read(ctx, env, measuring{})
	if err != nil {
		return nil, err
	}
	if stack.Labels[trainingLabel] != nil && (s.What == "" || s.What == PlotGeneralization) {
		one, err := generalization(s.From, stack)
		return []drawing{one}, err
	}
	conditions, categories, err := s.categories()
	if err != nil {
		return nil, err
	}
	if stack.Conditions == nil && len(conditions) == stack.Size {
		stack.Conditions = conditions
		env.warn(fmt.Sprintf("%s has no labels: its conditions are those of %s, by position", s.From, s.Table))
	}
	known := func(c string) bool { return categories[c] != "" }
	if s.Table != "" && s.Order != OrderGiven && !slices.ContainsFunc(stack.Conditions, known) {
		return nil, fmt.Errorf("%s gives no condition of %s a category: it needs columns stimulus or condition, and category, with the labels of the conditions", s.Table, s.From)
	}
	if s.What == PlotModels {
		return s.modelsOfFile(stack)
	}
	pictured := func(c string) bool { return s.looks.picture[c] != nil }
	if s.Pictures != "" && s.looks.picture != nil && !slices.ContainsFunc(stack.Conditions, pictured) {
		return nil, fmt.Errorf("no file in %s is called as a condition of %s is (%s)", s.Pictures, s.From, labelled(stack))
	}
	var drawings []drawing
	add := func(rdv []float64, title, name string) error {
		own, err := s.one(ctx, stack, rdv, title)
		own.name = safeName(own.what + " " + name)
		drawings = append(drawings, own)
		return err
	}
	if stack.Times == nil && stack.Labels["subject"] != nil && stack.Len() > 1 {
		if err := add(stack.Mean(places(stack.Len())), fmt.Sprintf("mean of %d RDMs", stack.Len()), "mean"); err != nil {
			return nil, err
		}
	}
	for i := range stack.Len() {
		if err := add(stack.RDV(i), caption(stack, i), caption(stack, i)); err != nil {
			return nil, err
		}
	}
	return drawings, nil
}

// labelled gives an example of the labels of conditions, for errors.
func labelled(r *rdm.RDMs) string {
	if r.Conditions == nil {
		return "they have no labels: 'isocortex rdm --conditions' gives some"
	}
	return fmt.Sprintf("such as %q", r.Conditions[0])
}

// caption says which RDM of a stack it is, by the labels that differ.
func caption(r *rdm.RDMs, i int) string {
	var words []string
	for _, label := range []string{"network", "layer", "name", "region", "channel", "subject", "session"} {
		values := r.Labels[label]
		if values == nil || r.Len() > 1 && !slices.ContainsFunc(values, func(v string) bool { return v != values[0] }) {
			continue
		}
		if word := values[i]; label == "subject" || label == "session" {
			words = append(words, label+" "+word)
		} else {
			words = append(words, word)
		}
	}
	if r.Times != nil {
		words = append(words, unit.Milliseconds(r.Times[i]))
	}
	if len(words) == 0 {
		return fmt.Sprint("RDM ", i+1)
	}
	return strings.Join(words, ", ")
}
