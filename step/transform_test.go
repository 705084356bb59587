package step_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/step"
)

// Transforms are those of package compare, of every RDM by itself, are told in
// the definition, and leave a file that can be read.
func TestTransforms(t *testing.T) {
	x := [][]float64{{4, 1, 9, 2, 8, 7}, {1, 1, 3, 2, 0, 5}}
	from := ofConditions(t, "a.npz", []string{"a", "b", "c", "d"}, slices.Concat(x...)...)
	for _, name := range step.Transforms() {
		transform := step.Transform{Name: name}
		of := map[string]func([]float64) []float64{"ranks": compare.Ranks, "square roots": compare.SquareRoots, "unit": compare.Unit}[name]
		switch name {
		case step.GeoTopological:
			transform.Quantiles = []float64{0.2, 0.8}
			of = func(x []float64) []float64 { y, _ := compare.GeoTopological(x, 0.2, 0.8); return y }
		case "geodesic":
			of = func(x []float64) []float64 { y, _ := compare.Geodesic(x); return y }
		}
		s := step.RDM{From: []step.Source{from}, Transform: transform, Out: filepath.Join(t.TempDir(), "b.npz")}
		if err := s.Run(t.Context(), &step.Env{}); err != nil {
			t.Fatal(err)
		}
		r, err := rdm.Open(s.Out)
		if err != nil {
			t.Fatal(err)
		}
		for i := range x {
			if !slices.Equal(r.RDV(i), of(x[i])) {
				t.Errorf("%s: %v, want %v", name, r.RDV(i), of(x[i]))
			}
		}
		if d := r.Definition; d.Measure != name+" of distance" || (d.Kind == rdm.Rank) != (name == "ranks") {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

func TestTransformsRefuse(t *testing.T) {
	from := ofConditions(t, "a.npz", []string{"a", "b", "c"}, 4, 1, 9)
	for want, transform := range map[string]step.Transform{
		"did you mean ranks?":       {Name: "rank"},
		"needs two quantiles":       {Name: step.GeoTopological},
		"they must ascend":          {Name: step.GeoTopological, Quantiles: []float64{0.8, 0.2}},
		"leave them out":            {Quantiles: []float64{0.2, 0.8}},
		"are those of the transfor": {Name: "ranks", Quantiles: []float64{0.2, 0.8}},
	} {
		s := step.RDM{From: []step.Source{from}, Transform: transform}
		if _, err := s.Stack(t.Context(), &step.Env{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("err = %v, want %q", err, want)
		}
	}
}
