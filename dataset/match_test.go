package dataset_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/dataset"
)

func ExampleMatch() {
	m, err := dataset.Match(false,
		dataset.Side{Name: "brain", Labels: []string{"face_10", "face_2", "rest"}, Size: 3},
		dataset.Side{Name: "network", Labels: []string{"face_2", "face_10"}, Size: 2})
	fmt.Println(m.How, m.Labels, m.Index, err)
	fmt.Println(m.Warnings[0])
	// Output:
	// label [face_2 face_10] [[1 0] [0 1]] <nil>
	// brain: 1 of 3 rows are left out, because not every side has them: rest
}

func ExampleMatchTimes() {
	fmt.Println(dataset.MatchTimes(
		dataset.Axis{Name: "a.npz", Times: []float64{0, 0.004, 0.008}},
		dataset.Axis{Name: "b.npz", Times: []float64{0, 0.005, 0.010}}))
	// Output: the times do not match from time 2 on, 0.008 s and 0.01 s: a.npz has 3 times from 0 s to 0.008 s, 250 Hz; b.npz has 3 times from 0 s to 0.01 s, 200 Hz
}

func side(name string, labels ...string) dataset.Side {
	return dataset.Side{Name: name, Labels: labels, Size: len(labels)}
}

// labelled draws sides with labels, each once; they have at least "x" in common.
func labelled(t *rapid.T) []dataset.Side {
	sides := make([]dataset.Side, rapid.IntRange(1, 4).Draw(t, "sides"))
	for i := range sides {
		labels := rapid.SliceOfNDistinct(label, 0, 8, rapid.ID).Draw(t, "labels")
		sides[i] = side(fmt.Sprint("side ", i), append(labels, "x")...)
	}
	return sides
}

// A match by label gives rows with equal labels, in natural order, all that the
// sides share; what is left out is the rest.
func TestMatchByLabel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sides := labelled(t)
		m, err := dataset.Match(rapid.Bool().Draw(t, "strict"), sides...)
		if err != nil || m.How != dataset.ByLabel {
			t.Fatal(m.How, err)
		}
		if !slices.IsSortedFunc(m.Labels, dataset.CompareLabels) {
			t.Fatalf("labels %q are not in order", m.Labels)
		}
		leftOut := 0
		for i, s := range sides {
			for k, row := range m.Index[i] {
				if s.Labels[row] != m.Labels[k] {
					t.Fatalf("%s: row %d is %q, want %q", s.Name, row, s.Labels[row], m.Labels[k])
				}
			}
			all := slices.Sorted(slices.Values(append(slices.Clone(m.Labels), m.LeftOut[i]...)))
			if !slices.Equal(all, slices.Sorted(slices.Values(s.Labels))) {
				t.Fatalf("%s: matched and left out are %q, want %q", s.Name, all, s.Labels)
			}
			for _, l := range m.LeftOut[i] {
				if !slices.ContainsFunc(sides, func(s dataset.Side) bool { return !slices.Contains(s.Labels, l) }) {
					t.Fatalf("%q is left out, but every side has it", l)
				}
			}
			leftOut += min(1, len(m.LeftOut[i]))
		}
		if len(m.Warnings) != leftOut {
			t.Fatalf("%d warnings for %d sides with rows left out", len(m.Warnings), leftOut)
		}
	})
}

// To shuffle a side permutes its index and changes nothing else.
func TestShufflingASidePermutesItsIndex(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sides := labelled(t)
		before, err := dataset.Match(false, sides...)
		if err != nil {
			t.Fatal(err)
		}
		k := rapid.IntRange(0, len(sides)-1).Draw(t, "shuffled")
		old := sides[k].Labels
		sides[k].Labels = rapid.Permutation(old).Draw(t, "order")
		after, err := dataset.Match(false, sides...)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range after.Index[k] {
			after.Index[k][i] = slices.Index(old, sides[k].Labels[row])
		}
		if diff := cmp.Diff(before, after); diff != "" {
			t.Fatal(diff)
		}
	})
}

// To reorder the sides reorders the result.
func TestOrderOfSidesDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sides := labelled(t)
		m, err := dataset.Match(false, sides...)
		if err != nil {
			t.Fatal(err)
		}
		slices.Reverse(sides)
		reversed, err := dataset.Match(false, sides...)
		if err != nil {
			t.Fatal(err)
		}
		slices.Reverse(reversed.Index)
		if !slices.Equal(m.Labels, reversed.Labels) || !cmp.Equal(m.Index, reversed.Index) {
			t.Fatalf("%v, reversed %v", m, reversed)
		}
	})
}

func TestMatchByPosition(t *testing.T) {
	bare := dataset.Side{Name: "bare.npy", Size: 2}
	m, err := dataset.Match(false, bare, bare)
	if err != nil || m.How != dataset.ByPosition || m.Labels != nil || !cmp.Equal(m.Index, [][]int{{0, 1}, {0, 1}}) {
		t.Errorf("%+v, %v", m, err)
	}
	m, err = dataset.Match(false, bare, side("a", "face_10", "face_9"), side("b", "face_10", "face_9"))
	if err != nil || !cmp.Equal(m.Index, [][]int{{1, 0}, {1, 0}, {1, 0}}) || !cmp.Equal(m.Labels, []string{"face_9", "face_10"}) {
		t.Errorf("%+v, %v", m, err)
	}
	if len(m.Warnings) != 1 || !strings.Contains(m.Warnings[0], `"face_10" to "face_9"`) {
		t.Errorf("warnings %q do not show the first and the last label", m.Warnings)
	}
}

func TestMatchRefusesWhatIsAmbiguous(t *testing.T) {
	bare := dataset.Side{Name: "bare.npy", Size: 2}
	for _, c := range []struct {
		strict bool
		sides  []dataset.Side
		want   string
	}{
		{false, []dataset.Side{side("a", "x", "y", "x"), side("b", "x")}, `a: rows 0 and 2 are both labelled "x"`},
		{false, []dataset.Side{side("a", "x", "y"), side("b", "v", "w")}, `no label in common: a has 2 rows, "x" to "y"; b has 2 rows, "v" to "w"`},
		{false, []dataset.Side{{Name: "a", Labels: []string{}}, side("b", "v")}, "no label in common: a has no rows"},
		{true, []dataset.Side{bare, side("a", "x", "y")}, "strict"},
		{false, []dataset.Side{bare, side("a", "x")}, "differ in size: bare.npy has 2 rows without labels; a has 1 rows"},
		{false, []dataset.Side{bare, side("a", "x", "y"), side("b", "y", "x")}, "a and b differ in labels or order"},
		{false, []dataset.Side{{Name: "empty"}, {Name: "void"}}, "no rows to match"},
	} {
		if m, err := dataset.Match(c.strict, c.sides...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %+v, %v; want %q", c.sides, m, err, c.want)
		}
	}
}

// Axes match if they are shifted by less than half of the distance of their
// times, and only then.
func TestMatchTimes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 50).Draw(t, "n")
		rate := rapid.Float64Range(1, 1000).Draw(t, "rate")
		shift := rapid.Float64Range(-2, 2).Draw(t, "shift")
		a, b := dataset.Axis{Name: "a", Times: make([]float64, n)}, dataset.Axis{Name: "b", Times: make([]float64, n)}
		for i := range n {
			a.Times[i], b.Times[i] = float64(i)/rate, (float64(i)+shift)/rate
		}
		err := dataset.MatchTimes(a, b)
		if distance := max(shift, -shift); distance < 0.499 && err != nil || distance > 0.501 && err == nil {
			t.Fatalf("shifted by %g of a step: %v", shift, err)
		}
		if back := dataset.MatchTimes(b, a); (err == nil) != (back == nil) {
			t.Fatalf("a and b: %v; b and a: %v", err, back)
		}
	})
}

func TestMatchTimesOfOddAxes(t *testing.T) {
	for _, c := range []struct {
		a, b  []float64
		match bool
	}{
		{nil, nil, true},
		{nil, []float64{0}, false},
		{[]float64{0.1}, []float64{0.1}, true},
		{[]float64{0.1}, []float64{0.2}, false},
		{[]float64{0, 1}, []float64{0, 1, 2}, false},
	} {
		err := dataset.MatchTimes(dataset.Axis{Name: "a", Times: c.a}, dataset.Axis{Name: "b", Times: c.b})
		if (err == nil) != c.match {
			t.Errorf("%v and %v: %v", c.a, c.b, err)
		}
	}
}
