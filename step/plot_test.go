package step_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/step"
)

// plotted draws and returns the text of the file.
func plotted(t *testing.T, s step.Plot) string {
	t.Helper()
	s.Out = filepath.Join(t.TempDir(), "figure.svg")
	if err := s.Run(t.Context(), &step.Env{}); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(s.Out)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// animals are four conditions of two categories, which take turns.
func animals(t *testing.T) (stack *rdm.RDMs, table string) {
	t.Helper()
	table = filepath.Join(t.TempDir(), "conditions.tsv")
	text := "stimulus\tcondition\tcategory\n1\tcat\tanimal\n2\thouse\tbuilding\n3\tdog\tanimal\n4\ttower\tbuilding\n5\ttower\tbuilding\n"
	if err := file.WriteBytes(table, []byte(text)); err != nil {
		t.Fatal(err)
	}
	return &rdm.RDMs{
		Size: 4, Conditions: []string{"tower", "cat", "house", "dog"}, Dissimilarities: []float64{1, 2, 3, 4, 5, 6},
		Definition: rdm.Definition{Measure: "correlation", Kind: rdm.Distance},
	}, table
}

// Rows go by category, categories in the order in which they first appear.
func TestPlotSortsRowsByCategory(t *testing.T) {
	stack, table := animals(t)
	path := filepath.Join(t.TempDir(), "rdm.npz")
	if err := stack.Write(path); err != nil {
		t.Fatal(err)
	}
	for order, want := range map[string][]string{
		step.OrderCategory: {"correlation distance", "tower", "house", "cat", "dog", "building", "animal"},
		step.OrderGiven:    {"correlation distance", "tower", "cat", "house", "dog"},
	} {
		drawn := plotted(t, step.Plot{From: path, Table: table, Order: order})
		place := 0
		for _, word := range want {
			next := strings.Index(drawn[place:], ">"+word+"<")
			if next < 0 {
				t.Fatalf("order %q: no %q behind the words before it in %q", order, word, want)
			}
			place += next
		}
	}
}

// A mean leaves out missing pairs, as the page does.
func TestPlotOfSubjectsBeginsWithTheirMean(t *testing.T) {
	stack, _ := animals(t)
	stack.Dissimilarities = append(stack.Dissimilarities, stack.Dissimilarities...)
	stack.Labels = map[string][]string{"subject": {"a", "b"}, "session": {"1", "1"}}
	path := filepath.Join(t.TempDir(), "rdm.npz")
	if err := stack.Write(path); err != nil {
		t.Fatal(err)
	}
	drawn := plotted(t, step.Plot{From: path})
	for _, title := range []string{">mean of 2 RDMs<", ">subject a<", ">subject b<"} {
		if !strings.Contains(drawn, title) {
			t.Errorf("no title %q: labels that are all the same are not said", title)
		}
	}
}

// Several brains stand side by side, every model once.
func TestPlotOfSeveralBrains(t *testing.T) {
	folder := t.TempDir()
	into, err := result.Create(folder)
	if err != nil {
		t.Fatal(err)
	}
	if err := into.WriteBrains([]string{"human", "monkey"}); err != nil {
		t.Fatal(err)
	}
	half := rsa.Number(0.01)
	for brain, models := range map[string][]rsa.ModelResult{
		"human":  {{Name: "conv1", Network: "net", Score: 0.25, Corrected: &half}, {Name: "fc6", Network: "net", Score: -0.5}},
		"monkey": {{Name: "fc6", Network: "net", Score: 0.75}},
	} {
		if err := into.WriteJSON("rsa/"+brain+"/pearson.json", rsa.Result{Comparator: "pearson", Brain: brain + " IT", Level: 0.05, Models: models}); err != nil {
			t.Fatal(err)
		}
	}
	drawn := plotted(t, step.Plot{From: folder, What: step.PlotBrains})
	for word, want := range map[string]int{
		"human IT": 1, "monkey IT": 1, "conv1": 1, "fc6": 1, "0.25": 1, "−0.50": 1, "0.75": 1, "*": 1, "Pearson r     * p ≤ 0.05": 1,
	} {
		if n := strings.Count(drawn, ">"+word+"<"); n != want {
			t.Errorf("%q stands %d times in the figure, want %d", word, n, want)
		}
	}
	if err := (step.Plot{From: folder, What: step.PlotScores, Brain: "monkey", Out: filepath.Join(folder, "m.svg")}).Run(t.Context(), &step.Env{}); err != nil {
		t.Error(err)
	}
}

// Two labels that become the same file name are an error, not one file less.
func TestPlotWritesNoFileTwice(t *testing.T) {
	stack, _ := animals(t)
	stack.Dissimilarities = append(stack.Dissimilarities, stack.Dissimilarities...)
	stack.Labels = map[string][]string{"layer": {"a/b", "a:b"}}
	path := filepath.Join(t.TempDir(), "rdm.npz")
	if err := stack.Write(path); err != nil {
		t.Fatal(err)
	}
	err := step.Plot{From: path, Out: filepath.Join(t.TempDir(), "figures")}.Run(t.Context(), &step.Env{})
	if err == nil || !strings.Contains(err.Error(), "would share a file") {
		t.Errorf("the error is %v", err)
	}
}
