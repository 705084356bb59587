package step_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/embedding"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/stimulus"
)

// stored writes a stack to a file.
func stored(t *testing.T, stack *rdm.RDMs) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rdm.npz")
	if err := stack.Write(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// require fails unless every text stands in a figure as often as it should.
func require(t *testing.T, drawn string, counts map[string]int) {
	t.Helper()
	for text, want := range counts {
		if n := strings.Count(drawn, text); n != want {
			t.Errorf("%q stands %d times in the figure, want %d", text, n, want)
		}
	}
}

// One RDM is drawn as a map, as a tree and as a Shepard plot, conditions with
// their categories and pictures.
func TestPlotOfConditions(t *testing.T) {
	stack, table := animals(t)
	pictures := t.TempDir()
	data, err := stimulus.NewImage(8, 8).PNG()
	if err != nil {
		t.Fatal(err)
	}
	if err := file.WriteBytes(filepath.Join(pictures, "cat.png"), data); err != nil {
		t.Fatal(err)
	}
	path := stored(t, stack)
	require(t, plotted(t, step.Plot{From: path, Table: table, Pictures: pictures, What: step.PlotMap}), map[string]int{
		">tower<": 1, ">dog<": 1, ">cat<": 0, "<image": 1, ">building<": 1, ">animal<": 1, "classical scaling, stress-1 ": 1,
	})
	require(t, plotted(t, step.Plot{From: path, What: step.PlotMap, Scaling: "non-metric"}), map[string]int{">cat<": 1, "<image": 0, "non-metric scaling": 1})
	require(t, plotted(t, step.Plot{From: path, Table: table, Pictures: pictures, What: step.PlotTree, Linkage: "complete"}), map[string]int{
		">tower<": 1, ">cat<": 1, "<image": 1, "correlation distance, complete linkage": 1,
	})
	require(t, plotted(t, step.Plot{From: path, What: step.PlotShepard}), map[string]int{">distance on the map<": 1, ">correlation distance<": 1})
	require(t, plotted(t, step.Plot{From: path, Pictures: pictures, Edges: step.EdgesPictures}), map[string]int{"<image": 3}) // of rows, of columns, the matrix
}

// Accuracies and squared distances are mapped as what they are.
func TestPlotSaysWhatAMapShows(t *testing.T) {
	stack, _ := animals(t)
	stack.Dissimilarities = []float64{0.4, 0.7, 0.8, 0.9, 0.6, 0.5}
	stack.Definition = rdm.Definition{Measure: "accuracy", Kind: rdm.Accuracy, Chance: 0.5}
	require(t, plotted(t, step.Plot{From: stored(t, stack), What: step.PlotShepard}), map[string]int{">accuracy − 0.5<": 1})
	require(t, plotted(t, step.Plot{From: stored(t, stack), What: step.PlotMap}), map[string]int{"; 1 of 6 dissimilarities are below zero": 1})
	stack.Definition = rdm.Definition{Measure: "crossnobis", Kind: rdm.SquaredDistance}
	require(t, plotted(t, step.Plot{From: stored(t, stack), What: step.PlotShepard}), map[string]int{">root of crossnobis squared distance<": 1})
}

// Wrong choices are errors that name what there is.
func TestPlotOfConditionsSaysWhatIsWrong(t *testing.T) {
	stack, _ := animals(t)
	path := stored(t, stack)
	for want, s := range map[string]step.Plot{
		"unknown scaling":                      {What: step.PlotMap, Scaling: "metrical"},
		"no linkage is called":                 {What: step.PlotTree, Linkage: "wards"},
		"no such file":                         {What: step.PlotMap, Pictures: filepath.Join(t.TempDir(), "nowhere")},
		"no comparator":                        {What: step.PlotModels, Comparator: "spaerman"},
		"brains, networks and comparators are": {What: step.PlotMap, Comparator: "pearson"},
	} {
		s.From, s.Out = path, filepath.Join(t.TempDir(), "f.svg")
		if err := s.Run(t.Context(), &step.Env{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want %q", err, want)
		}
	}
}

// RDMs are compared with each other: those of a file, and all of a result.
func TestPlotOfModels(t *testing.T) {
	stack, _ := animals(t)
	stack.Dissimilarities = append(stack.Dissimilarities, 2, 1, 4, 3, 6, 5)
	stack.Labels = map[string][]string{"layer": {"conv1", "fc6"}}
	require(t, plotted(t, step.Plot{From: stored(t, stack), What: step.PlotModels}), map[string]int{">0.83<": 2, ">conv1<": 2, ">Spearman ρ<": 1})

	folder := t.TempDir()
	into, err := result.Create(folder)
	if err != nil {
		t.Fatal(err)
	}
	if err := into.WriteBrains([]string{"IT"}); err != nil {
		t.Fatal(err)
	}
	if err := stack.Write(filepath.Join(folder, "rdm", "net.npz")); err != nil {
		t.Fatal(err)
	}
	brain, _ := animals(t)
	if err := brain.Reorder([]int{3, 2, 1, 0}).Write(filepath.Join(folder, "rdm", "IT.npz")); err != nil {
		t.Fatal(err)
	}
	models := []rsa.ModelResult{{Name: "conv1", Network: "net", Score: 0.2}, {Name: "fc6", Network: "net", Score: 0.1}}
	if err := into.WriteJSON("rsa/IT/pearson.json", rsa.Result{Comparator: "pearson", Brain: "IT", Models: models}); err != nil {
		t.Fatal(err)
	}
	require(t, plotted(t, step.Plot{From: folder, What: step.PlotModels}), map[string]int{">1.00<": 2, ">0.83<": 4, ">IT<": 2, ">brain<": 1, ">net<": 1})
}

// Whatever scaling and linkage there are, plot knows them.
func TestPlotKnowsAllScalingsAndLinkages(t *testing.T) {
	stack, _ := animals(t)
	path := stored(t, stack)
	for _, scaling := range embedding.Scalings {
		require(t, plotted(t, step.Plot{From: path, What: step.PlotMap, Scaling: scaling}), map[string]int{scaling + " scaling, ": 1})
	}
	for _, linkage := range embedding.Linkages {
		require(t, plotted(t, step.Plot{From: path, What: step.PlotTree, Linkage: linkage.Name}), map[string]int{fmt.Sprintf(", %s linkage", linkage.Name): 1})
	}
}
