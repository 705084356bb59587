package step

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/nearest"
	"github.com/isocortex/isocortex/rdm"
)

// A Transform takes every RDM of a stack to another. The zero Transform takes
// none.
type Transform struct {
	Name      string    // one of Transforms; "" for none
	Quantiles []float64 // of geo-topological: the lower and the upper, shares of the pairs
}

// GeoTopological is the transform that has quantiles.
const GeoTopological = "geo-topological"

// transforms are those there are, with what they are for definitions.
var transforms = []struct {
	name, text string
	kind       rdm.Kind
	of         func(x []float64) ([]float64, error)
}{
	{"ranks", "replaced by their average ranks in each RDM", rdm.Rank, always(compare.Ranks)},
	{"square roots", "replaced by their square roots, 0 below 0", rdm.Distance, always(compare.SquareRoots)},
	{"unit", "stretched from 0 to 1 in each RDM", rdm.Distance, always(compare.Unit)},
	{GeoTopological, "0 below the quantile %g of each RDM, 1 above the quantile %g, and linear between", rdm.Distance, nil},
	{"geodesic", "replaced by the lengths of shortest paths over pairs below the largest, stretched from 0 to 1 in each RDM", rdm.Distance, compare.Geodesic},
}

func always(f func([]float64) []float64) func([]float64) ([]float64, error) {
	return func(x []float64) ([]float64, error) { return f(x), nil }
}

// Transforms lists the names of transforms.
func Transforms() (names []string) {
	for _, t := range transforms {
		names = append(names, t.name)
	}
	return names
}

// none reports whether RDMs stay as they are.
func (t Transform) none() bool { return t.Name == "" && len(t.Quantiles) == 0 }

// apply changes the stack.
func (t Transform) apply(r *rdm.RDMs) error {
	if t.Name != GeoTopological && len(t.Quantiles) > 0 {
		return fmt.Errorf("quantiles are those of the transform %s: leave them out, or name it", GeoTopological)
	}
	if t.Name == "" {
		return nil
	}
	place := slices.Index(Transforms(), t.Name)
	if place < 0 {
		return fmt.Errorf("no transform is called %q: use one of %s%s", t.Name, strings.Join(Transforms(), ", "), nearest.Hint(t.Name, Transforms()))
	}
	chosen := transforms[place]
	if t.Name == GeoTopological {
		if len(t.Quantiles) != 2 {
			return errors.New("geo-topological needs two quantiles, such as 0.2 and 0.8: what is below the first becomes 0, above the second 1")
		}
		low, high := t.Quantiles[0], t.Quantiles[1]
		chosen.text = fmt.Sprintf(chosen.text, low, high)
		chosen.of = func(x []float64) ([]float64, error) { return compare.GeoTopological(x, low, high) }
	}
	for i := range r.Len() {
		x, err := chosen.of(r.RDV(i))
		if err != nil {
			return err
		}
		copy(r.RDV(i), x)
	}
	d := &r.Definition
	d.Measure, d.Text, d.Kind = t.Name+" of "+d.Measure, d.Text+"; "+chosen.text, chosen.kind
	d.Chance, d.Signed, d.PerChannel = 0, false, false
	return nil
}
