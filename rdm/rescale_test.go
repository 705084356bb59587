package rdm_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/realtest/objectstest"
)

func ExampleUnion() {
	animals := &rdm.RDMs{Size: 2, Conditions: []string{"cat", "dog"}, Dissimilarities: []float64{1}}
	pets := &rdm.RDMs{Size: 2, Conditions: []string{"dog", "fish"}, Dissimilarities: []float64{3}}
	all, err := rdm.Union(animals, pets)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(all.Conditions, all.RDV(0), all.RDV(1))
	// Output: [cat dog fish] [1 NaN NaN] [NaN NaN 3]
}

func ExampleRDMs_Rescale() {
	nan := math.NaN()
	arranged := &rdm.RDMs{Size: 3, Dissimilarities: []float64{
		1, 2, 2, // the whole screen for three conditions
		2, nan, nan, // the whole screen for two of them
	}}
	same, err := arranged.Rescale(rdm.Rescaling{Weights: rdm.EqualWeights})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.3f %.3f\n", same.RDV(0), same.RDV(1))
	// Output: [0.333 0.667 0.667] [0.333 NaN NaN]
}

// partials are RDMs of 10 objects each, five of which are the same.
func partials(t *testing.T) *rdm.RDMs {
	t.Helper()
	var parts []*rdm.RDMs
	for subject, rdv := range objectstest.HumanIT(t)[:2] {
		whole := &rdm.RDMs{Size: objectstest.Size, Dissimilarities: rdv}
		var index []int
		for i := range 10 {
			index = append(index, 5*subject+i)
			whole.Conditions = nil
		}
		part := whole.Reorder(index)
		for _, i := range index {
			part.Conditions = append(part.Conditions, fmt.Sprint("object ", i+1))
		}
		parts = append(parts, part)
	}
	all, err := rdm.Union(parts...)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestRescaledPartsMatchRSAToolbox(t *testing.T) {
	var reference struct {
		Missing  int    `json:"from_partials_nan"`
		Evidence digest `json:"rescale_evidence"`
		Setsize  digest `json:"rescale_setsize"`
		Simple   digest `json:"rescale_simple"`
		Mean     digest `json:"mean_of_rescaled_simple"`
	}
	realtest.Reference(t, "rsatoolbox.json", &reference)
	all := partials(t)
	if n := len(all.Dissimilarities) - len(defined(all.Dissimilarities)); n != reference.Missing {
		t.Errorf("%d pairs are missing, rsatoolbox has %d", n, reference.Missing)
	}
	for weights, want := range map[string]digest{
		rdm.EvidenceWeights: reference.Evidence, rdm.SizeWeights: reference.Setsize, rdm.EqualWeights: reference.Simple,
	} {
		got, err := all.Rescale(rdm.Rescaling{Weights: weights, Tolerance: 1e-4}) // where rsatoolbox stops
		if err != nil {
			t.Fatal(err)
		}
		if !want.meets(defined(got.Dissimilarities)) {
			t.Errorf("%s: first %v, want %+v", weights, got.RDV(0)[:4], want)
		}
		if mean := got.Mean([]int{0, 1}); weights == rdm.EqualWeights && !reference.Mean.meets(defined(mean)) {
			t.Errorf("mean: first %v, want %+v", mean[:4], reference.Mean)
		}
		settled, err := all.Rescale(rdm.Rescaling{Weights: weights})
		if err != nil || want.meets(defined(settled.Dissimilarities)) {
			t.Errorf("%s: going on until nothing changes changes nothing, %v", weights, err)
		}
	}
}

// defined leaves NaN out.
func defined(x []float64) []float64 {
	return slices.DeleteFunc(slices.Clone(x), math.IsNaN)
}

// Parts of one RDM in units of their own come back to one RDM, by any weights,
// whatever the units; nothing that was missing is filled in.
func TestRescalingLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		truth := rapid.SliceOfN(rapid.Float64Range(0.1, 4), 15, 15).Draw(t, "RDV")
		weights := rapid.SampledFrom(rdm.RescalingWeights).Draw(t, "weights")
		stack := &rdm.RDMs{Size: 6}
		for k := range 3 {
			scale := rapid.Float64Range(0.01, 100).Draw(t, "scale")
			lacks := rapid.SliceOfN(rapid.Bool(), 15, 15).Draw(t, "lacks")
			for p, d := range truth {
				if p > 0 && lacks[p] && k > 0 {
					d = math.NaN()
				}
				stack.Dissimilarities = append(stack.Dissimilarities, scale*d)
			}
		}
		before := slices.Clone(stack.Dissimilarities)
		got, err := stack.Rescale(rdm.Rescaling{Weights: weights})
		if err != nil {
			t.Fatal(err)
		}
		unit := got.RDV(0)[0] / truth[0]
		for i, d := range got.Dissimilarities {
			if want := unit * truth[i%15]; math.IsNaN(d) != math.IsNaN(before[i]) || math.Abs(d-want) > 1e-9*want {
				t.Fatalf("pair %d of RDM %d is %v, want %v", i%15, i/15, d, want)
			}
		}
		if !slices.EqualFunc(before, stack.Dissimilarities, func(a, b float64) bool { return a == b || a != a && b != b }) {
			t.Fatal("the stack was changed")
		}
	})
}

func TestRescalingSaysWhatIsWrong(t *testing.T) {
	nan := math.NaN()
	three := func(x ...float64) *rdm.RDMs { return &rdm.RDMs{Size: 3, Dissimilarities: x} }
	accuracies := three(0.6, 0.7, 0.8)
	accuracies.Definition.Chance = 0.5
	for want, r := range map[string]*rdm.RDMs{
		"RDM 2 has the length 0":                         three(1, 2, 3, 0, 0, 0),
		"RDM 1 has the length 0":                         three(nan, nan, nan),
		"RDM 1 has the length +Inf":                      three(1, math.Inf(1), 1),
		"RDM 2 shares no pair of conditions with RDM 1":  three(1, nan, nan, nan, 1, 2),
		"0.5 means no difference here":                   accuracies,
		"2 dissimilarities do not make RDMs of 3 condit": three(1, 2),
	} {
		if _, err := r.Rescale(rdm.Rescaling{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if _, err := three(1, 2, 3).Rescale(rdm.Rescaling{Weights: "evidenc"}); err == nil || !strings.Contains(err.Error(), `no weights are called "evidenc"`) {
		t.Error(err)
	}
}

func TestUnionSaysWhatIsWrong(t *testing.T) {
	named := func(labels ...string) *rdm.RDMs {
		return &rdm.RDMs{Size: 2, Conditions: labels, Dissimilarities: []float64{1}}
	}
	timed, measured, labelled := named("a", "b"), named("a", "b"), named("a", "b")
	timed.Times = []float64{0.1}
	measured.Definition.Text = "1 − r"
	labelled.Labels = map[string][]string{"layer": {"conv1"}}
	for want, r := range map[string]*rdm.RDMs{
		"stack 2: its conditions have no labels":              {Size: 2, Dissimilarities: []float64{1}},
		"stack 2: two of its conditions have the same label":  named("a", "a"),
		"stack 2: of it and the first, only one has times":    timed,
		`stack 2: it was measured as "1 − r"`:                 measured,
		`stack 2: it is labelled by "layer", the first by ""`: labelled,
	} {
		if _, err := rdm.Union(named("a", "b"), r); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if _, err := rdm.Union(); err == nil {
		t.Error("the union of nothing")
	}
}
