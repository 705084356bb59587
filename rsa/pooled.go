package rsa

import (
	"math"
	"slices"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/inference"
)

// drawnCeiling finds the lower noise ceiling of draws of a bootstrap. Who is
// drawn several times is left out of the group as often, so that no subject
// predicts itself. Subjects are brought to one scale over all conditions.
type drawnCeiling struct {
	*analysis
	groups []*compare.Group    // per time
	others [][]*compare.Vector // times × subjects: the whole group without one
}

func (a *analysis) drawsOfCeiling() *drawnCeiling {
	c := &drawnCeiling{analysis: a}
	for t := range a.times {
		var rdvs [][]float64
		for _, course := range a.subjects.RDVs {
			rdvs = append(rdvs, course[t])
		}
		c.groups = append(c.groups, a.group(rdvs))
		c.others = append(c.others, make([]*compare.Vector, len(rdvs)))
		for s := range rdvs {
			c.others[t][s] = a.Comparator.Prepare(c.groups[t].Without(s))
		}
	}
	return c
}

// fill finds the ceiling of every time in a draw. Fewer than three different
// conditions, or two different subjects, have none.
func (c *drawnCeiling) fill(dst []float64, draw inference.Draw) {
	who := make([]int, len(c.subjects.RDVs))
	for _, s := range draw.Subjects {
		who[s]++
	}
	var conditions *compare.Resample
	if slices.ContainsFunc(draw.Conditions, func(count int) bool { return count != 1 }) {
		conditions = &compare.Resample{}
		conditions.SetCounts(draw.Conditions)
	}
	for t := range dst {
		dst[t] = math.NaN()
		if different(who) >= 2 && different(draw.Conditions) >= 3 {
			dst[t] = c.mean(t, who, conditions)
		}
	}
}

// mean averages over the drawn subjects how well the others predict them.
func (c *drawnCeiling) mean(time int, who []int, conditions *compare.Resample) float64 {
	everyone := !slices.ContainsFunc(who, func(count int) bool { return count != 1 })
	sum, total := 0.0, 0.0
	for s, count := range who {
		if count == 0 {
			continue
		}
		own, others := c.brain[s][time], c.others[time][s]
		if !everyone {
			rest := slices.Clone(who)
			rest[s] = 0
			others = c.Comparator.Prepare(c.groups[time].Drawn(rest))
		}
		if conditions != nil {
			var drawn [2]compare.Vector
			c.Comparator.Resample(&drawn[0], own, conditions)
			c.Comparator.Resample(&drawn[1], others, conditions)
			own, others = &drawn[0], &drawn[1]
		}
		if score := c.Comparator.Compare(others, own); !math.IsNaN(score) {
			sum += float64(count) * score
			total += float64(count)
		}
	}
	return sum / total
}
