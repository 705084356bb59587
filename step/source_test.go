package step_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/unit"
)

// without is an environment in which there is no engine.
func without() *step.Env {
	return &step.Env{Open: func() (*engine.Engine, error) { return nil, fmt.Errorf("%w here", step.ErrNoEngine) }}
}

// saved writes a file of the test's folder and returns its path.
func saved(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// array saves a bare array and returns its path.
func array(t *testing.T, shape []int, values ...float64) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "array.npy")
	if err := npy.Write(path, &npy.Array{Shape: shape, Data: values}); err != nil {
		t.Fatal(err)
	}
	return path
}

// A bare array becomes RDMs with names, times, labels and a definition.
func TestRDMFromAnArray(t *testing.T) {
	s := step.RDM{
		From: []step.Source{{
			Path: array(t, []int{3, 2}, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4), Axes: []string{"pair", "time"},
			Times: array(t, []int{2}, -0.1, 0.1), Conditions: saved(t, "labels.txt", "b\nc\na\n"),
			Kind: rdm.Accuracy, Chance: 0.5, Name: "group",
		}},
		Label: "subject", Baseline: &unit.Span{From: -0.2, To: 0}, Restore: 0.5,
	}
	r, err := s.Stack(t.Context(), without())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(r.Conditions, []string{"b", "c", "a"}) || !slices.Equal(r.Times, []float64{-0.1, 0.1}) {
		t.Errorf("conditions %v, times %v", r.Conditions, r.Times)
	}
	if got := r.RDV(0); got[0] != 0.5 || got[2] != 0.5 {
		t.Errorf("the baseline itself is %v, want 0.5 everywhere", got)
	}
	if got := r.RDV(1)[0]; got < 0.4-1e-12 || got > 0.4+1e-12 { // 0.8 - 0.9 + 0.5
		t.Errorf("pair (b, c) at 100 ms is %g, want 0.4", got)
	}
	d := r.Definition
	if d.Kind != rdm.Accuracy || d.Chance != 0.5 || !strings.Contains(d.Text, "between -200 ms and 0 ms, plus 0.5") {
		t.Errorf("definition %+v", d)
	}
	if !slices.Equal(r.Labels["subject"], []string{"group", "group"}) {
		t.Errorf("labels %v", r.Labels)
	}
}

func TestRDMOfSimilaritiesWithNames(t *testing.T) {
	s := step.RDM{
		From: []step.Source{{
			Path: array(t, []int{2, 2, 2}, 1, 0.25, 0.25, 1, 1, -0.5, -0.5, 1), Axes: []string{"rdm", "condition", "condition"},
			Names: saved(t, "names.txt", "early\nlate\n"), Similarity: true,
		}},
		Label: "layer",
	}
	r, err := s.Stack(t.Context(), without())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(r.Dissimilarities, []float64{0.75, 1.5}) || !slices.Equal(r.Labels["layer"], []string{"early", "late"}) {
		t.Errorf("%v of %v", r.Dissimilarities, r.Labels)
	}
}

func TestSourceSaysWhatIsMissing(t *testing.T) {
	three := func() string { return array(t, []int{3}, 1, 2, 3) }
	for _, c := range []struct {
		source step.Source
		want   string
	}{
		{step.Source{Path: three()}, "name its axes"},
		{step.Source{Path: array(t, []int{3, 1}, 1, 2, 3), Axes: []string{"pair", "time"}}, "name a file of times"},
		{step.Source{Path: array(t, []int{3, 1}, 1, 2, 3), Axes: []string{"pair", "time"}, Times: array(t, []int{2}, 0, 1)}, "2 times, but"},
		{step.Source{Path: three(), Axes: []string{"pair"}, Conditions: saved(t, "l.txt", "a\nb\n")}, "2 labels for the 3 conditions"},
		{step.Source{Path: three(), Axes: []string{"pair"}, Names: saved(t, "n.txt", "a\n")}, `has no axis "rdm"`},
		{step.Source{Path: array(t, []int{1, 3}, 1, 2, 3), Axes: []string{"rdm", "pair"}, Names: saved(t, "n.txt", "a\nb\n")}, "2 names for 1 RDMs"},
		{step.Source{Path: three(), Axes: []string{"pair"}, Conditions: saved(t, "t.tsv", "x\ty\n1\t2\n") + "#z"}, `no column "z"`},
		{step.Source{Path: filepath.Join(t.TempDir(), "none.npy"), Axes: []string{"pair"}}, "none.npy"},
	} {
		_, err := step.RDM{From: []step.Source{c.source}}.Stack(t.Context(), without())
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("err = %v, want %q", err, c.want)
		}
	}
}

// Labels can come from a column of a table.
func TestConditionsFromATable(t *testing.T) {
	table := saved(t, "t.tsv", "stimulus\tcondition\n1\tcat\n2\tdog\n3\tcow\n")
	source := step.Source{Path: array(t, []int{3}, 1, 2, 3), Axes: []string{"pair"}, Conditions: table + "#condition"}
	r, err := step.RDM{From: []step.Source{source}}.Stack(t.Context(), without())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(r.Conditions, []string{"cat", "dog", "cow"}) {
		t.Errorf("conditions %v", r.Conditions)
	}
}

// Without the engine RDMs are computed in plain Go, with a warning.
func TestRDMsWithoutTheEngine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "d.npz")
	responses(t, path, 1, 2, shuffled(3))
	env := without()
	r, err := step.RDM{From: []step.Source{{Path: path}}}.Stack(t.Context(), env)
	if err != nil {
		t.Fatal(err)
	}
	if r.Len() != 2 || r.Size != conditions {
		t.Errorf("%d RDMs of %d conditions", r.Len(), r.Size)
	}
	if w := env.Warnings(); len(w) != 1 || !strings.Contains(w[0], "no engine here") {
		t.Errorf("warnings %q", w)
	}
}

// One stack is not made of what cannot be compared.
func TestStacksMustAgree(t *testing.T) {
	pairs := step.Source{Path: array(t, []int{3}, 1, 2, 3), Axes: []string{"pair"}}
	timed := step.Source{Path: array(t, []int{3, 1}, 1, 2, 3), Axes: []string{"pair", "time"}, Times: array(t, []int{1}, 0)}
	rank := pairs
	rank.Kind = rdm.Rank
	for want, from := range map[string][]step.Source{
		"one has times": {pairs, timed},
		"holds rank":    {pairs, rank},
	} {
		_, err := step.RDM{From: from, Label: "layer"}.Stack(t.Context(), without())
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("err = %v, want %q", err, want)
		}
	}
}

func TestCompareMatchesByLabelAndByPosition(t *testing.T) {
	labelled := step.Source{Path: array(t, []int{3}, 1, 2, 3), Axes: []string{"pair"}, Conditions: saved(t, "a.txt", "a\nb\nc\n")}
	turned := step.Source{Path: array(t, []int{3}, 3, 2, 1), Axes: []string{"pair"}, Conditions: saved(t, "b.txt", "c\nb\na\n")}
	bare := step.Source{Path: array(t, []int{3}, 1, 2, 3), Axes: []string{"pair"}}
	env := without()
	found, err := step.Compare{A: labelled, B: turned, Comparator: "pearson"}.Compare(t.Context(), env)
	if err != nil || found.Matched != dataset.ByLabel || found.Score < 1-1e-12 || len(env.Warnings()) != 0 {
		t.Errorf("by label: %+v, %v, warnings %q", found, err, env.Warnings())
	}
	found, err = step.Compare{A: labelled, B: bare}.Compare(t.Context(), env)
	if err != nil || found.Matched != dataset.ByPosition || len(env.Warnings()) != 1 {
		t.Errorf("by position: %+v, %v, warnings %q", found, err, env.Warnings())
	}
	if _, err := (step.Compare{A: labelled, B: bare, Strict: true}).Compare(t.Context(), env); err == nil {
		t.Error("strict matched by position")
	}
	if _, err := (step.Compare{A: labelled, B: bare, Comparator: "spaerman"}).Compare(t.Context(), env); err == nil || !strings.Contains(err.Error(), "spearman") {
		t.Errorf("err = %v, want the nearest name", err)
	}
}

// A subject stands once, and has one RDM or one per time.
func TestRSARefusesSubjectsThatAreUnclear(t *testing.T) {
	model := step.Source{Path: array(t, []int{3}, 1, 2, 3), Axes: []string{"pair"}}
	two := step.Source{Path: array(t, []int{1, 2, 3}, 1, 2, 3, 1, 2, 3), Axes: []string{"subject", "rdm", "pair"}, Name: "ann"}
	for want, subjects := range map[string][]step.Source{
		"stands in another file too": {{Path: model.Path, Axes: model.Axes, Name: "ann"}, {Path: model.Path, Axes: model.Axes, Name: "ann"}},
		"2 RDMs and no times":        {two},
	} {
		_, err := step.RSA{
			Models: []step.Source{model}, Subjects: subjects, Evaluation: rsa.Evaluation{Test: rsa.None, BootstrapOver: rsa.None},
		}.Evaluate(t.Context(), without())
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("err = %v, want %q", err, want)
		}
	}
}

// A matrix whose diagonal is not 0 may hold similarities: read as distances it
// would turn every score around.
func TestSimilaritiesAreNoticed(t *testing.T) {
	path := array(t, []int{3, 3}, 1, 0.5, 0.2, 0.5, 1, 0.3, 0.2, 0.3, 1)
	source := step.Source{Path: path, Axes: []string{"condition", "condition"}}
	for _, similar := range []bool{false, true} {
		env := without()
		source.Similarity = similar
		_, err := step.RDM{From: []step.Source{source}}.Stack(t.Context(), env)
		if warned := strings.Contains(strings.Join(env.Warnings(), ""), "the diagonal holds 1, but nothing differs from itself"); err != nil || warned == similar {
			t.Errorf("similarity %v: %v, %q", similar, err, env.Warnings())
		}
	}
}

func TestLabelsOfConditionsAreDistinct(t *testing.T) {
	path := array(t, []int{3}, 1, 2, 3)
	for _, c := range []struct{ name, text, address, want string }{
		{"twice.txt", "a\nb\na\n", "", `two conditions of ` + path + ` are called "a"`},
		{"t.tsv", "condition\na\nb\nc\n", "", "if the first line names columns, name one of them, as in "},
		{"latin.txt", "a\nb\n\xe9\n", "", "line 3: not supported: the text is not UTF-8"},
		{"t.csv", "condition,run\na,1\nb,1\n\"c,d\",1\n", "#condition", ""},
		{"ragged.tsv", "condition\trun\na\t1\nb\n", "#condition", "line 3: malformed: 1 cells for 2 columns"},
	} {
		source := step.Source{Path: path, Axes: []string{"pair"}, Conditions: saved(t, c.name, c.text) + c.address}
		r, err := step.RDM{From: []step.Source{source}}.Stack(t.Context(), without())
		switch {
		case c.want == "" && (err != nil || !slices.Equal(r.Conditions, []string{"a", "b", "c,d"})):
			t.Errorf("%s: %v, %v", c.name, r, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}
