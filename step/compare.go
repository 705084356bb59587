package step

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/exchange"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/variable"
)

// Compare tells how alike two RDMs are.
type Compare struct {
	A, B       Source
	Controls   []Source // what they explain linearly is taken from both sides
	From       string   // with controls: one of ControlSides; "" is ControlBoth
	Covariance string   // for whitened comparators: array of the covariance of the noise of conditions, in the order of A; "" for equal and independent noise
	Comparator string   // "" for DefaultComparator; pearson or spearman with controls
	Strict     bool     // matching by position is an error
}

// Whose part that controls explain is taken away.
const (
	ControlBoth = "both" // partial correlation
	ControlA    = "a"    // semi-partial: of the first, so that the square is the share of the variance of the second that only the first explains
)

// ControlSides lists whose part can be taken away.
var ControlSides = []string{ControlBoth, ControlA}

// DefaultComparator is the comparator where none is named.
const DefaultComparator = "spearman"

// Comparison is what Compare finds.
type Comparison struct {
	Comparator string     `json:"comparator"`
	Controls   int        `json:"controls,omitempty"`             // how many RDMs were taken away
	From       string     `json:"controls_from,omitempty"`        // of both sides, or of a
	Covariance string     `json:"condition_covariance,omitempty"` // file
	Score      rsa.Number `json:"score"`                          // null when it is undefined
	Pairs      int        `json:"pairs"`
	Conditions int        `json:"conditions"`
	Matched    string     `json:"matched"`
	Warnings   []string   `json:"warnings,omitempty"`
	Needs      string     `json:"-"` // what RDMs need for their score to be defined
}

// Compare scores the one RDM of A against the one of B.
func (s Compare) Compare(ctx context.Context, env *Env) (Comparison, error) {
	comparator, err := compare.ByName(cmp.Or(s.Comparator, DefaultComparator))
	if err != nil {
		return Comparison{}, err
	}
	switch {
	case len(s.Controls) > 0:
		s.From = cmp.Or(s.From, ControlBoth)
	case s.From != "":
		return Comparison{}, fmt.Errorf("nothing is taken from %s: name RDMs whose part is", s.From)
	}
	if responses(s.A) && responses(s.B) {
		return Comparison{}, fmt.Errorf("%s and %s hold responses, not RDMs: compare those with --alignment, such as --alignment cka-unbiased, or make RDMs with 'isocortex rdm' first", s.A.Path, s.B.Path)
	}
	stacks, err := readTogether(ctx, env, slices.Concat([]Source{s.A, s.B}, s.Controls), givenRDMs)
	if err != nil {
		return Comparison{}, err
	}
	defer closeAll(stacks)
	var sides []dataset.Side
	for _, r := range stacks {
		if r.Len() != 1 {
			return Comparison{}, fmt.Errorf("%s holds %d RDMs, and single ones are compared: 'isocortex rsa' compares many", r.source.Path, r.Len())
		}
		sides = append(sides, side(r.source.Path, r.RDMs))
	}
	matching, err := dataset.Match(s.Strict, sides...)
	if err != nil {
		return Comparison{}, err
	}
	env.matched(matching)
	cautions, err := cautions(comparator.Name, stacks)
	if err != nil {
		return Comparison{}, err
	}
	env.warn(cautions...)
	if s.Covariance != "" {
		if comparator, err = withCovariance(comparator, s.Covariance, stacks[0], matching.Index[0]); err != nil {
			return Comparison{}, err
		}
	}
	var rdvs [][]float64
	for i, r := range stacks {
		rdvs = append(rdvs, r.Reorder(matching.Index[i]).RDV(0))
	}
	score, err := s.score(comparator, rdvs)
	if err != nil {
		return Comparison{}, err
	}
	found := Comparison{
		Comparator: comparator.Name, Controls: len(s.Controls), From: s.From, Score: rsa.Number(score.Value), Pairs: score.Pairs,
		Conditions: len(matching.Index[0]), Matched: matching.How, Needs: comparator.Needs,
	}
	if s.Covariance != "" {
		found.Covariance = variable.Short(s.Covariance)
	}
	return found, nil
}

// responses reports whether a source is a Dataset.
func responses(s Source) bool {
	kind, err := exchange.Contents(s.Path)
	return err == nil && kind == exchange.KindDataset
}

// score compares the first two of the RDVs, beside the others.
func (s Compare) score(c compare.Comparator, rdvs [][]float64) (compare.Score, error) {
	switch {
	case len(s.Controls) == 0:
		return c.Score(rdvs[0], rdvs[1])
	case s.From == ControlA:
		return c.SemiPartial(rdvs[0], rdvs[1], rdvs[2:]...)
	default:
		return c.Partial(rdvs[0], rdvs[1], rdvs[2:]...)
	}
}

// withCovariance reads how the noise of the conditions of a stack varies together.
//
//	shapes   kept: places of the conditions that are compared, among all of the stack
func withCovariance(c compare.Comparator, path string, of stack, kept []int) (compare.Comparator, error) {
	array, err := variable.Read(path)
	if err != nil {
		return c, err
	}
	if !slices.Equal(array.Shape, []int{of.Size, of.Size}) {
		return c, fmt.Errorf("%s: the array has the shape %v, and the covariance of the %d conditions of %s is [%d %d]", path, array.Shape, of.Size, of.source.Path, of.Size, of.Size)
	}
	x, err := array.Float64s()
	if err != nil {
		return c, fmt.Errorf("%s: %w", path, err)
	}
	covariance := make([][]float64, len(kept))
	for i, row := range kept {
		for _, column := range kept {
			covariance[i] = append(covariance[i], x[row*of.Size+column])
		}
	}
	if c, err = c.WithCovariance(covariance); err != nil {
		return c, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

// side is one side of a matching of conditions.
func side(name string, r *rdm.RDMs) dataset.Side {
	return dataset.Side{Name: name, Labels: r.Conditions, Size: r.Size}
}
