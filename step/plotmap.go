package step

import (
	"cmp"
	"context"
	"fmt"
	"image"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/embedding"
	"github.com/isocortex/isocortex/figure"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/stimulus"
)

// looks is how conditions look on figures, by their labels.
type looks struct {
	category map[string]string
	picture  map[string]image.Image
}

// look reads the categories of the conditions, and their pictures where the
// figures show any.
func (s Plot) look() (l looks, err error) {
	if _, l.category, err = s.categories(); err != nil {
		return l, err
	}
	if s.Edges != EdgesPictures && s.What != PlotMap && s.What != PlotTree {
		return l, nil
	}
	paths, err := s.picturePaths()
	if err != nil {
		return l, err
	}
	l.picture = map[string]image.Image{}
	for label, path := range paths {
		img, err := stimulus.Open(path)
		if err != nil {
			return l, err
		}
		l.picture[label] = img.Standard()
	}
	return l, nil
}

// picturePaths finds the pictures of conditions: those in the folder that was
// named, whose files are called as the conditions are, else the thumbnails of
// the result.
func (s Plot) picturePaths() (map[string]string, error) {
	paths := map[string]string{}
	if s.Pictures != "" {
		entries, err := os.ReadDir(s.Pictures)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			if path := filepath.Join(s.Pictures, entry.Name()); !entry.IsDir() && !strings.HasPrefix(entry.Name(), ".") {
				paths[file.Stem(path)] = path
			}
		}
		return paths, nil
	}
	index := filepath.Join(s.From, "stimuli", "stimuli.tsv")
	if _, err := os.Stat(index); err != nil {
		return paths, nil
	}
	table, err := result.ReadTable(index)
	if err != nil {
		return nil, err
	}
	columns := map[string][]string{}
	for _, c := range table.Columns {
		columns[c.Name] = c.Text
	}
	for _, name := range []string{"condition", "stimulus"} { // as on the page, a stimulus of the name goes first
		for i, label := range columns[name] {
			thumbnail := columns["thumbnail"]
			if thumbnail != nil && thumbnail[i] == filepath.Base(thumbnail[i]) && thumbnail[i] != "n/a" {
				paths[label] = filepath.Join(s.From, "stimuli", thumbnail[i])
			}
		}
	}
	return paths, nil
}

// conditions are those of a stack as figures show them.
func (l looks) conditions(r *rdm.RDMs) []figure.Condition {
	shown := make([]figure.Condition, r.Size)
	for i := range shown {
		shown[i].Name = strconv.Itoa(i + 1)
		if r.Conditions != nil {
			label := r.Conditions[i]
			shown[i] = figure.Condition{Name: label, Group: l.category[label], Picture: l.picture[label]}
		}
	}
	return shown
}

// one draws an RDM of a stack as what was asked for: a matrix, a map, a tree or
// a Shepard plot.
func (s Plot) one(ctx context.Context, r *rdm.RDMs, rdv []float64, title string) (drawing, error) {
	f, what, err := s.matrix(r, rdv, title), PlotRDM, error(nil)
	drawn := drawn(f)
	switch s.What {
	case PlotMap, PlotShepard:
		what = s.What
		drawn, err = s.scaled(ctx, r, rdv, title)
	case PlotTree:
		what = s.What
		drawn, err = s.tree(r, rdv, title)
	}
	if err != nil {
		return drawing{}, fmt.Errorf("%s: %s: %w", s.From, title, err)
	}
	return drawing{what, what + " " + title, drawn}, nil
}

// scaled draws a map, or the Shepard plot of it.
func (s Plot) scaled(ctx context.Context, r *rdm.RDMs, rdv []float64, title string) (drawn, error) {
	spread, kind := r.Definition.Spread(rdv)
	found, err := embedding.Arrange(ctx, spread, kind, embedding.Scaling(s.Scaling))
	if err != nil {
		return nil, err
	}
	if s.What == PlotShepard {
		pairs, err := embedding.Shepard(found.RDV, found.Configuration)
		measure := measured(r)
		switch {
		case kind == embedding.SquaredDistances:
			measure = "root of " + measure
		case r.Definition.Chance != 0:
			measure += fmt.Sprintf(" − %g", r.Definition.Chance)
		}
		return figure.Shepard{Title: title, Measure: measure, Pairs: pairs}, err
	}
	note := fmt.Sprintf("%s scaling, stress-1 %.2f", found.Scaling, found.Stress1)
	if below := len(spread) - len(slices.DeleteFunc(spread, func(d float64) bool { return d < 0 })); below > 0 {
		note += fmt.Sprintf("; %d of %d dissimilarities are below zero", below, len(rdv))
	}
	for _, warning := range found.Warnings {
		s.warn(title + ": " + warning)
	}
	return figure.Map{Title: title, Note: note, Places: found.Configuration, Conditions: s.looks.conditions(r)}, nil
}

// tree draws a dendrogram.
func (s Plot) tree(r *rdm.RDMs, rdv []float64, title string) (drawn, error) {
	linkage, err := embedding.LinkageByName(cmp.Or(s.Linkage, embedding.Average.Name))
	if err != nil {
		return nil, err
	}
	tree, err := embedding.Cluster(rdv, linkage)
	if err != nil {
		return nil, err
	}
	measure := measured(r) + ", " + linkage.Name + " linkage"
	return figure.Dendrogram{Title: title, Measure: measure, Tree: tree, Conditions: s.looks.conditions(r)}, nil
}

// named is an RDM in a comparison of all with all.
type named struct {
	name, group string
	rdv         []float64
}

// models compares the brain and all model RDMs of a result with each other.
func (s Plot) models(brain string, found *rsa.Result) ([]drawing, error) {
	stack, err := s.openRDMs(brain, found.Labels)
	if err != nil {
		return nil, err
	}
	var all []named
	if stack != nil {
		defer stack.Close()
		title, rdv := meanAt(stack, found)
		all = append(all, named{found.Brain + title, "brain", rdv})
	}
	networks, members := networks(found)
	for _, network := range networks {
		own, err := s.openRDMs(network, found.Labels)
		if err != nil {
			return nil, err
		}
		if own != nil {
			defer own.Close()
		}
		for _, i := range members[network] {
			if place := layerOf(own, found.Models[i].Name); place >= 0 {
				all = append(all, named{found.Models[i].Name, network, aligned(own, stack).RDV(place)})
			}
		}
	}
	comparator, err := compare.ByName(strings.TrimSuffix(found.Comparator, compare.OfCovariance)) // models have no noise
	if err != nil {
		return nil, err
	}
	return []drawing{{PlotModels, PlotModels + " " + brain, mutual(all, comparator)}}, nil
}

// modelsOfFile compares the RDMs of a file with each other.
func (s Plot) modelsOfFile(stack *rdm.RDMs) ([]drawing, error) {
	comparator, err := compare.ByName(cmp.Or(s.Comparator, "spearman"))
	if err != nil {
		return nil, err
	}
	all := make([]named, stack.Len())
	for i := range all {
		all[i] = named{name: caption(stack, i), rdv: stack.RDV(i)}
	}
	return []drawing{{PlotModels, PlotModels, mutual(all, comparator)}}, nil
}

// layerOf is the place of a layer in a stack, -1 if there is none. A stack of one
// RDM is what it is, whatever it is called.
func layerOf(stack *rdm.RDMs, name string) int {
	switch {
	case stack == nil:
		return -1
	case stack.Len() == 1:
		return 0
	}
	return slices.Index(stack.Labels["layer"], name)
}

// aligned brings a stack to the conditions of another, where both have labels
// and the same ones.
func aligned(stack, to *rdm.RDMs) *rdm.RDMs {
	if to == nil || to.Conditions == nil || stack.Conditions == nil || slices.Equal(stack.Conditions, to.Conditions) {
		return stack
	}
	var index []int
	for _, label := range to.Conditions {
		place := slices.Index(stack.Conditions, label)
		if place < 0 {
			return stack
		}
		index = append(index, place)
	}
	return stack.Reorder(index)
}

// mutual is the table of all scores between RDMs; those of an RDM with itself
// are left out.
func mutual(all []named, comparator compare.Comparator) figure.Heat {
	f := figure.Heat{Title: "Alike in pairs", Measure: comparator.Symbol}
	prepared := make([]*compare.Vector, len(all))
	for i, a := range all {
		prepared[i] = comparator.Prepare(a.rdv)
		f.Columns = append(f.Columns, a.name)
	}
	for i, a := range all {
		row := figure.HeatRow{Name: a.name, Group: a.group}
		for j := range all {
			score := math.NaN()
			if i != j && len(all[i].rdv) == len(all[j].rdv) {
				score = comparator.Compare(prepared[i], prepared[j])
			}
			row.Scores = append(row.Scores, score)
		}
		f.Rows = append(f.Rows, row)
	}
	return f
}
