package rsa

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/rdm"
)

// A Given is a stack of RDMs that is compared, and its name for people.
type Given struct {
	Name string
	RDMs *rdm.RDMs
}

// Cautions says what makes a comparison of these stacks mean something else
// than it seems to: one sentence for each reason, which names the stacks.
//
// A comparator for which zero means no difference (cosine, whitened cosine,
// those of Bures and Riemann) wants numbers of which that is true, and finds
// cross-validated distances, which are positive wherever there is signal, alike
// to any others that are.
//
// A comparator that is undefined of infinite values says whose are. The distance of
// Bures is one of points, and is 0 where no points have such distances.
//
//	cost     that of one comparison for each RDM of a signed measure, or with an
//	         infinite value; of negative-bures-distance O(n³) for each RDM
func Cautions(c compare.Comparator, stacks ...Given) (cautions []string) {
	endless := func(g Given) bool { return infinite(c, g.RDMs) != "" }
	if names := namesWhere(stacks, endless); names != "" {
		first := infinite(c, stacks[slices.IndexFunc(stacks, endless)].RDMs)
		cautions = append(cautions, fmt.Sprintf("%s: the dissimilarity of %s is infinite, and %s is undefined of it: make it NaN, which leaves it out, or compare by spearman", names, first, c.Name))
	}
	if c.ZeroIsChance() {
		return cautions
	}
	noPoints := func(g Given) bool { return c.Name == "negative-bures-distance" && noPoints(g) }
	if names := namesWhere(stacks, noPoints); names != "" {
		cautions = append(cautions, fmt.Sprintf("%s: no points have such dissimilarities as squared distances, as %.0f %% or more of the eigenvalues are below 0, and %s may be 0 for RDMs that differ: compare by another comparator", names, 100*markedly, c.Name))
	}
	chance := func(g Given) bool { return g.RDMs.Definition.Chance != 0 }
	if names := namesWhere(stacks, chance); names != "" {
		level := stacks[slices.IndexFunc(stacks, chance)].RDMs.Definition.Chance
		cautions = append(cautions, fmt.Sprintf("%s: %g means no difference there, and %s takes 0 for that: subtract it, as a baseline without --restore does, or compare by spearman or pearson", names, level, c.Name))
	}
	if names := namesWhere(stacks, unsaid); names != "" {
		cautions = append(cautions, fmt.Sprintf("%s: chance is not subtracted, as it seems, from accuracies of which nobody says what chance is, and %s takes 0 for no difference: say it (--chance 0.5), or compare by spearman or pearson", names, c.Name))
	}
	signed := func(g Given) bool { return g.RDMs.Definition.Signed }
	if names := namesWhere(stacks, signed); names != "" && !strings.HasPrefix(c.Name, "negative") {
		cautions = append(cautions, fmt.Sprintf("%s: of cross-validated distances %s is high for any RDM that is positive, and one in which all dissimilarities are the same reaches %.2f: compare scores with that, or by pearson", names, c.Name, meanBaseline(c, stacks, signed)))
	}
	return cautions
}

// infinite names the conditions of the first infinite dissimilarity of an RDM of
// which the comparator is undefined; "" where there is none.
func infinite(c compare.Comparator, r *rdm.RDMs) string {
	for k := range r.Len() {
		x := r.RDV(k)
		place := slices.IndexFunc(x, func(v float64) bool { return math.IsInf(v, 0) })
		if place < 0 {
			continue
		}
		if score, err := c.Score(x, x); err != nil || !math.IsNaN(score.Value) {
			continue
		}
		i, j := 0, place+1
		for ; j >= r.Size; i++ {
			j -= r.Size - i - 2
		}
		if r.Conditions != nil {
			return fmt.Sprintf("%q and %q", r.Conditions[i], r.Conditions[j])
		}
		return fmt.Sprintf("conditions %d and %d", i+1, j+1)
	}
	return ""
}

// markedly is the share of eigenvalues below 0 that noise of distances between
// points does not explain away.
const markedly = 0.1

// noPoints reports whether an RDM is markedly not one of squared distances.
func noPoints(g Given) bool {
	for k := range g.RDMs.Len() {
		if compare.NegativeShare(g.RDMs.RDV(k)) >= markedly {
			return true
		}
	}
	return false
}

// unsaid reports whether accuracies look as if chance were in them.
func unsaid(g Given) bool {
	d := g.RDMs.Definition
	if d.Kind != rdm.Accuracy || d.Chance != 0 {
		return false
	}
	sum, count := 0.0, 0.0
	for _, v := range g.RDMs.Dissimilarities {
		if !math.IsNaN(v) {
			sum += v
			count++
		}
	}
	return sum/count >= certainlyAbove
}

// certainlyAbove is more than accuracies less a chance of 0.5 have on average:
// they would have to be 0.9.
const certainlyAbove = 0.4

// meanBaseline is the mean score of a constant RDM.
func meanBaseline(c compare.Comparator, stacks []Given, of func(Given) bool) float64 {
	sum, count := 0.0, 0.0
	for _, g := range stacks {
		if !of(g) {
			continue
		}
		constant := slices.Repeat([]float64{1}, rdm.Pairs(g.RDMs.Size))
		for k := range g.RDMs.Len() {
			if score, err := c.Score(constant, g.RDMs.RDV(k)); err == nil && !math.IsNaN(score.Value) {
				sum += score.Value
				count++
			}
		}
	}
	return sum / count
}

// namesWhere names the stacks that a reason holds for, or is "".
func namesWhere(stacks []Given, reason func(Given) bool) string {
	const most = 3
	var names []string
	for _, g := range stacks {
		if reason(g) {
			names = append(names, g.Name)
		}
	}
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most-1], ", "), len(names)-most+1)
	}
	return strings.Join(names, ", ")
}
