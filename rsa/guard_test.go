package rsa_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/rsa"
)

func ExampleCautions() {
	cosine, _ := compare.ByName("cosine")
	crossnobis := &rdm.RDMs{Size: 3, Dissimilarities: []float64{1, 1, 2}, Definition: rdm.Definition{Measure: "crossnobis", Kind: rdm.SquaredDistance, Signed: true}}
	fmt.Println(rsa.Cautions(cosine, rsa.Given{Name: "brain", RDMs: crossnobis})[0])
	// Output: brain: of cross-validated distances cosine is high for any RDM that is positive, and one in which all dissimilarities are the same reaches 0.94: compare scores with that, or by pearson
}

func TestCautions(t *testing.T) {
	stack := func(d rdm.Definition, x ...float64) rsa.Given {
		return rsa.Given{Name: "s", RDMs: &rdm.RDMs{Size: 3, Dissimilarities: x, Definition: d}}
	}
	distance := stack(rdm.Definition{Kind: rdm.Distance}, 1, 2, 3)
	accuracy := stack(rdm.Definition{Kind: rdm.Accuracy, Chance: 0.5}, 0.6, 0.7, 0.8)
	unsaid := stack(rdm.Definition{Kind: rdm.Accuracy}, 0.6, 0.7, 0.8)
	subtracted := stack(rdm.Definition{Kind: rdm.Accuracy}, 0.1, 0.2, -0.1)
	signed := stack(rdm.Definition{Kind: rdm.SquaredDistance, Signed: true}, 1, 2, -1)
	for _, c := range []struct {
		comparators string
		given       rsa.Given
		want        string // in the only caution; "" for none
	}{
		{"cosine whitened-cosine bures negative-bures-distance negative-riemannian-distance", accuracy, "s: 0.5 means no difference"},
		{"cosine whitened-cosine bures negative-bures-distance negative-riemannian-distance", unsaid, "nobody says what chance is"},
		{"cosine whitened-cosine", signed, "all dissimilarities are the same reaches 0."},
		{"cosine whitened-cosine bures", distance, ""},
		{"cosine bures", subtracted, ""},
		{"pearson spearman kendall-tau-a kendall-tau-b rho-a whitened-pearson", accuracy, ""},
		{"pearson spearman kendall-tau-a kendall-tau-b rho-a whitened-pearson", unsaid, ""},
		{"pearson spearman kendall-tau-a kendall-tau-b rho-a whitened-pearson", signed, ""},
	} {
		for name := range strings.FieldsSeq(c.comparators) {
			comparator, err := compare.ByName(name)
			if err != nil {
				t.Fatal(err)
			}
			got := rsa.Cautions(comparator, distance, c.given)
			if c.want == "" && len(got) == 0 || c.want != "" && len(got) == 1 && strings.Contains(got[0], c.want) {
				continue
			}
			t.Errorf("%s, %+v: %q, want %q", name, c.given.RDMs.Definition, got, c.want)
		}
	}
}

// Many stacks are one sentence.
func TestCautionsNameAFew(t *testing.T) {
	cosine, _ := compare.ByName("cosine")
	var all []rsa.Given
	for i := range 5 {
		all = append(all, rsa.Given{Name: fmt.Sprint("file ", i+1), RDMs: &rdm.RDMs{Size: 2, Dissimilarities: []float64{0.5}, Definition: rdm.Definition{Chance: 0.5}}})
	}
	if got := rsa.Cautions(cosine, all...); len(got) != 1 || !strings.HasPrefix(got[0], "file 1, file 2 and 3 more: 0.5") {
		t.Errorf("%q", got)
	}
}

// An infinite value is named for comparators that are undefined of it, and not
// for ranks.
func TestCautionsNameInfiniteValues(t *testing.T) {
	x := []float64{1, 2, 3, 4, math.Inf(1), 5} // ab ac ad bc bd cd
	labeled := rsa.Given{Name: "s", RDMs: &rdm.RDMs{Size: 4, Conditions: []string{"a", "b", "c", "d"}, Dissimilarities: x}}
	bare := rsa.Given{Name: "s", RDMs: &rdm.RDMs{Size: 4, Dissimilarities: x}}
	for name, warns := range map[string]bool{"cosine": true, "pearson": true, "whitened-cosine": true, "spearman": false, "kendall-tau-b": false} {
		comparator, err := compare.ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		for said, given := range map[string]rsa.Given{`s: the dissimilarity of "b" and "d" is infinite`: labeled, "of conditions 2 and 4 is": bare} {
			if got := strings.Join(rsa.Cautions(comparator, given), "\n"); strings.Contains(got, said) != warns {
				t.Errorf("%s: %q", name, got)
			}
		}
	}
}

// The distance of Bures is one of points: dissimilarities that no points have are
// named, those of points are not.
func TestCautionsOfDissimilaritiesWithoutPoints(t *testing.T) {
	bures, err := compare.ByName("negative-bures-distance")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		x     []float64
		warns bool
	}{
		{[]float64{1, 4, 1}, false},    // on a line
		{[]float64{1, 9, 1}, true},     // no triangle has such sides
		{[]float64{1, 2, 1}, false},    // Euclidean distances on a line are squared ones too
		{[]float64{1, 4.02, 1}, false}, // a little noise
	} {
		got := rsa.Cautions(bures, rsa.Given{Name: "s", RDMs: &rdm.RDMs{Size: 3, Dissimilarities: c.x}})
		if warned := len(got) == 1 && strings.HasPrefix(got[0], "s: no points have such dissimilarities"); warned != c.warns {
			t.Errorf("%v: %q", c.x, got)
		}
	}
}
