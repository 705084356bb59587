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
//	cost     that of one comparison for each RDM of a signed measure
func Cautions(c compare.Comparator, stacks ...Given) (cautions []string) {
	if c.ZeroIsChance() {
		return nil
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
