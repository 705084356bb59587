package step

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/rsa"
)

// Compare tells how alike two RDMs are.
type Compare struct {
	A, B       Source
	Controls   []Source // what they explain linearly is taken from both sides
	Comparator string   // "" for DefaultComparator; pearson or spearman with controls
	Strict     bool     // matching by position is an error
}

// DefaultComparator is the comparator where none is named.
const DefaultComparator = "spearman"

// Comparison is what Compare finds.
type Comparison struct {
	Comparator string     `json:"comparator"`
	Controls   int        `json:"controls,omitempty"` // how many RDMs were taken from both sides
	Score      rsa.Number `json:"score"`              // null when it is undefined
	Pairs      int        `json:"pairs"`
	Conditions int        `json:"conditions"`
	Matched    string     `json:"matched"`
	Needs      string     `json:"-"` // what RDMs need for their score to be defined
}

// Compare scores the one RDM of A against the one of B.
func (s Compare) Compare(ctx context.Context, env *Env) (Comparison, error) {
	comparator, err := compare.ByName(cmp.Or(s.Comparator, DefaultComparator))
	if err != nil {
		return Comparison{}, err
	}
	stacks, err := readTogether(ctx, env, slices.Concat([]Source{s.A, s.B}, s.Controls), givenRDMs)
	if err != nil {
		return Comparison{}, err
	}
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
	var rdvs [][]float64
	for i, r := range stacks {
		rdvs = append(rdvs, r.Reorder(matching.Index[i]).RDV(0))
	}
	score, err := comparator.Score(rdvs[0], rdvs[1])
	if len(s.Controls) > 0 {
		score, err = comparator.Partial(rdvs[0], rdvs[1], rdvs[2:]...)
	}
	if err != nil {
		return Comparison{}, err
	}
	return Comparison{
		Comparator: comparator.Name, Controls: len(s.Controls), Score: rsa.Number(score.Value), Pairs: score.Pairs,
		Conditions: len(matching.Index[0]), Matched: matching.How, Needs: comparator.Needs,
	}, nil
}

// side is one side of a matching of conditions.
func side(name string, r *rdm.RDMs) dataset.Side {
	return dataset.Side{Name: name, Labels: r.Conditions, Size: r.Size}
}
