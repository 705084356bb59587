package step

import (
	"cmp"
	"context"
	"fmt"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/rsa"
)

// Compare tells how alike two RDMs are.
type Compare struct {
	A, B       Source
	Comparator string // "" for DefaultComparator
	Strict     bool   // matching by position is an error
}

// DefaultComparator is the comparator where none is named.
const DefaultComparator = "spearman"

// Comparison is what Compare finds.
type Comparison struct {
	Comparator string     `json:"comparator"`
	Score      rsa.Number `json:"score"` // null when it is undefined
	Pairs      int        `json:"pairs"`
	Conditions int        `json:"conditions"`
	Matched    string     `json:"matched"`
}

// Compare scores the one RDM of A against the one of B.
func (s Compare) Compare(ctx context.Context, env *Env) (Comparison, error) {
	comparator, err := compare.ByName(cmp.Or(s.Comparator, DefaultComparator))
	if err != nil {
		return Comparison{}, err
	}
	stacks, err := readTogether(ctx, env, []Source{s.A, s.B}, rdm.Estimator{})
	if err != nil {
		return Comparison{}, err
	}
	for _, r := range stacks {
		if r.Len() != 1 {
			return Comparison{}, fmt.Errorf("%s holds %d RDMs, and two single ones are compared: 'isocortex rsa' compares many", r.source.Path, r.Len())
		}
	}
	a, b := stacks[0].RDMs, stacks[1].RDMs
	matching, err := dataset.Match(s.Strict, side(s.A.Path, a), side(s.B.Path, b))
	if err != nil {
		return Comparison{}, err
	}
	env.matched(matching)
	score, err := comparator.Score(a.Reorder(matching.Index[0]).RDV(0), b.Reorder(matching.Index[1]).RDV(0))
	if err != nil {
		return Comparison{}, err
	}
	return Comparison{
		Comparator: comparator.Name, Score: rsa.Number(score.Value), Pairs: score.Pairs,
		Conditions: len(matching.Index[0]), Matched: matching.How,
	}, nil
}

// side is one side of a matching of conditions.
func side(name string, r *rdm.RDMs) dataset.Side {
	return dataset.Side{Name: name, Labels: r.Conditions, Size: r.Size}
}
