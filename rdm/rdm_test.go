package rdm_test

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/unit"
)

// Pairs are numbered row by row, and both orders of a pair have its number.
func TestPairIndexCountsRowByRow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 60).Draw(t, "n")
		next := 0
		for i := range n {
			for j := i + 1; j < n; j++ {
				if rdm.PairIndex(n, i, j) != next || rdm.PairIndex(n, j, i) != next {
					t.Fatalf("pair (%d, %d) of %d is number %d, want %d", i, j, n, rdm.PairIndex(n, i, j), next)
				}
				next++
			}
		}
		if next != rdm.Pairs(n) {
			t.Fatalf("%d pairs, want %d", next, rdm.Pairs(n))
		}
	})
}

// alike compares what stacks hold, wherever they hold it.
var alike = cmp.Options{cmpopts.EquateNaNs(), cmpopts.IgnoreUnexported(rdm.RDMs{})}

// stack is an RDM stack of three conditions at three times.
func stack() *rdm.RDMs {
	return &rdm.RDMs{
		Conditions:      []string{"image_10", "image_9", "face"},
		Size:            3,
		Dissimilarities: []float64{1, 2, 3, 4, 5, 6, 7, 8, math.NaN()},
		Definition:      rdm.Definition{Measure: "given", Text: "by hand", Kind: rdm.Accuracy, Chance: 0.5, Signed: true},
		Labels:          map[string][]string{"subject": {"a", "a", "a"}},
		Times:           []float64{-0.1, 0, 0.1},
		Window:          0.02,
	}
}

func TestCanonicalIsNaturalOrder(t *testing.T) {
	r := stack().Canonical()
	if want := []string{"face", "image_9", "image_10"}; !slices.Equal(r.Conditions, want) {
		t.Errorf("conditions = %v, want %v", r.Conditions, want)
	}
	// face-9, face-10, 9-10
	if want := []float64{3, 2, 1}; !slices.Equal(r.RDV(0), want) {
		t.Errorf("RDV = %v, want %v", r.RDV(0), want)
	}
	if r.At(0, 2, 1) != 1 || r.At(0, 1, 1) != 0 {
		t.Error("At does not find the pairs of the new order")
	}
}

// Putting conditions into another order and back changes nothing.
func TestReorderHasAnInverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := stack()
		order := rapid.Permutation([]int{0, 1, 2}).Draw(t, "order")
		inverse := make([]int, 3)
		for k, i := range order {
			inverse[i] = k
		}
		if diff := cmp.Diff(r, r.Reorder(order).Reorder(inverse), alike); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestPickKeepsLabels(t *testing.T) {
	r := stack().Pick([]int{2, 0})
	if r.Len() != 2 || r.Times[0] != 0.1 || r.RDV(1)[0] != 1 || len(r.Labels["subject"]) != 2 {
		t.Errorf("picked %+v", r)
	}
}

func TestSubtractBaselineExcludesTheEnds(t *testing.T) {
	r, err := stack().SubtractBaseline(unit.Span{From: -0.1, To: 0.1}, 0.5)
	if err != nil {
		t.Fatal(err)
	}
	if want := []float64{-2.5, -2.5, -2.5}; !slices.Equal(r.RDV(0), want) { // minus the RDM at 0, plus 0.5
		t.Errorf("RDV = %v, want %v", r.RDV(0), want)
	}
	if _, err := stack().SubtractBaseline(unit.Span{From: 0.2, To: 0.3}, 0); err == nil || !strings.Contains(err.Error(), "200 ms to 300 ms") {
		t.Errorf("err = %v, want one that names the span", err)
	}
}

// Every subject has a baseline of its own, from the times that define the pair.
func TestSubtractBaselineOfEverySubject(t *testing.T) {
	nan := math.NaN()
	r := &rdm.RDMs{
		Size: 2, Times: []float64{-0.2, -0.1, 0.1, -0.2, -0.1, 0.1}, Dissimilarities: []float64{1, 3, 7, 10, nan, 12},
		Labels: map[string][]string{"subject": {"a", "a", "a", "b", "b", "b"}},
	}
	got, err := r.SubtractBaseline(unit.Span{From: -1, To: 0}, 0)
	if err != nil {
		t.Fatal(err)
	}
	want := []float64{-1, 1, 5, 0, nan, 2}
	for i, d := range got.Dissimilarities {
		if d != want[i] && !(math.IsNaN(d) && math.IsNaN(want[i])) {
			t.Errorf("dissimilarities %v, want %v", got.Dissimilarities, want)
			break
		}
	}
	r.Dissimilarities[0], r.Dissimilarities[1] = nan, nan
	if got, err = r.SubtractBaseline(unit.Span{From: -1, To: 0}, 0); err != nil || !math.IsNaN(got.Dissimilarities[2]) || got.Dissimilarities[5] != 2 {
		t.Errorf("a pair without a baseline: %v, %v", got, err)
	}
}

func TestFileRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.npz")
	if err := stack().Write(path); err != nil {
		t.Fatal(err)
	}
	got, err := rdm.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close()
	if diff := cmp.Diff(stack(), got, alike); diff != "" {
		t.Error(diff)
	}
}

// However an RDM file is cut short, opening it is a located error.
func TestTruncatedFile(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "r.npz")
	if err := stack().Write(path); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(folder, "cut.npz")
	for size := 0; size < len(whole); size += 7 {
		if err := os.WriteFile(cut, whole[:size], 0o666); err != nil {
			t.Fatal(err)
		}
		var parse *file.ParseError
		if _, err := rdm.Open(cut); !errors.As(err, &parse) || !strings.Contains(err.Error(), cut) {
			t.Fatalf("%d of %d bytes: err = %v, want one that names the file", size, len(whole), err)
		}
	}
}

func TestFromArray(t *testing.T) {
	square := []float64{0, 1, 2, 1, 0, 3, 2, 3, 0}
	for _, c := range []struct {
		name  string
		array *npy.Array
		axes  []string
		want  []float64
	}{
		{"square", &npy.Array{Shape: []int{3, 3}, Data: square}, []string{"condition", "condition"}, []float64{1, 2, 3}},
		{"vector", &npy.Array{Shape: []int{3}, Data: []float64{1, 2, 3}}, []string{"pair"}, []float64{1, 2, 3}},
		{"pairs by times", &npy.Array{Shape: []int{3, 2}, Data: []float64{1, 4, 2, 5, 3, 6}}, []string{"pair", "time"}, []float64{1, 2, 3, 4, 5, 6}},
		{"times by subjects by pairs", &npy.Array{Shape: []int{2, 2, 1}, Data: []float64{1, 2, 3, 4}}, []string{"time", "subject", "pair"}, []float64{1, 3, 2, 4}},
		{"stack of squares", &npy.Array{Shape: []int{1, 3, 3}, Data: square}, []string{"rdm", "condition", "condition"}, []float64{1, 2, 3}},
		{"float32", &npy.Array{Shape: []int{3}, Data: []float32{1, 2, 3}}, []string{"pair"}, []float64{1, 2, 3}},
	} {
		r, err := rdm.FromArray(c.array, c.axes)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if !slices.Equal(r.Dissimilarities, c.want) {
			t.Errorf("%s: %v, want %v", c.name, r.Dissimilarities, c.want)
		}
	}
}

func TestFromArrayRefuses(t *testing.T) {
	for _, c := range []struct {
		shape []int
		axes  []string
		want  string
	}{
		{[]int{4}, []string{"pair"}, "not the number of pairs"},
		{[]int{3, 3}, []string{"pair"}, "2 axes"},
		{[]int{3, 3}, []string{"condition", "time"}, "name one axis"},
		{[]int{3, 2}, []string{"condition", "condition"}, "named twice"},
		{[]int{3, 1}, []string{"pair", "pair"}, "named twice"},
		{[]int{3, 3}, []string{"condition", "condition"}, "not symmetric"},
		{[]int{0, 3}, []string{"rdm", "pair"}, `axis "rdm" is empty`},
		{[]int{2, 0}, []string{"time", "pair"}, `axis "pair" is empty`},
		{[]int{2, 3}, []string{"times", "pair"}, `did you mean time?`},
	} {
		n := 1
		for _, s := range c.shape {
			n *= s
		}
		array := &npy.Array{Shape: c.shape, Data: make([]float64, n)}
		for i := range n {
			array.Data.([]float64)[i] = float64(i)
		}
		if _, err := rdm.FromArray(array, c.axes); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v as %v: err = %v, want %q", c.shape, c.axes, err, c.want)
		}
	}
}

func TestCheckFindsContradictions(t *testing.T) {
	for want, spoil := range map[string]func(r *rdm.RDMs){
		"condition labels": func(r *rdm.RDMs) { r.Conditions = r.Conditions[:2] },
		"times":            func(r *rdm.RDMs) { r.Times = r.Times[:1] },
		`labels "subject"`: func(r *rdm.RDMs) { r.Labels["subject"] = nil },
		"do not make":      func(r *rdm.RDMs) { r.Dissimilarities = r.Dissimilarities[:8] },
	} {
		r := stack()
		spoil(r)
		if err := r.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("err = %v, want %q", err, want)
		}
	}
}
