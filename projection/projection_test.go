package projection_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/projection"
	"github.com/isocortex/isocortex/work"
)

func ExampleNewPooled() {
	pooled, _ := projection.NewPooled([]int{2, 1, 3}, projection.MaxPool)
	channels := make([]float32, 2)
	_ = pooled.Apply(channels, []float32{1, 5, 2, -4, -3, -8})
	fmt.Println(channels)
	// Output: [5 -3]
}

func TestPooledMean(t *testing.T) {
	pooled, err := projection.NewPooled([]int{2, 2, 2}, "")
	if err != nil {
		t.Fatal(err)
	}
	got := make([]float32, 4)
	if err := pooled.Apply(got, []float32{1, 2, 3, 4, 0, 0, 0, 2, 5, 5, 5, 5, -1, -1, 1, 1}); err != nil {
		t.Fatal(err)
	}
	if want := []float32{2.5, 0.5, 5, 0}; !slices.Equal(got, want) {
		t.Errorf("means are %v, want %v", got, want)
	}
	max, _ := projection.NewPooled([]int{1, 1, 2}, projection.MaxPool)
	one := make([]float32, 1)
	if err := max.Apply(one, []float32{float32(math.NaN()), 1}); err != nil || one[0] == one[0] {
		t.Errorf("NaN became %v, err %v", one, err)
	}
	flat, err := projection.NewPooled([]int{7}, "")
	if err != nil || flat.Channels() != 7 || flat.Units() != 7 {
		t.Errorf("a layer without positions has %d channels, err %v", flat.Channels(), err)
	}
}

func TestRecipes(t *testing.T) {
	for _, word := range []string{"", "pca:100", "random:5920", "pool", "pool:max", "pool:mean"} {
		recipe, err := projection.ParseRecipe(word)
		if err != nil || recipe.String() != word {
			t.Errorf("%q is read as %q, err %v", word, recipe, err)
		}
	}
	for word, want := range map[string]string{
		"pca": "to how many channels", "pca:0": "to how many", "pca:x": "as in pca:100", "random:-1": "as in random:100",
		"pool:min": "mean or max", "poool": `did you mean pool`, ":3": "choose one of pca:K", "pca:3:4": "to how many",
	} {
		if _, err := projection.ParseRecipe(word); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: err = %v, want %q", word, err, want)
		}
	}
}

func TestWhatCannotBeReduced(t *testing.T) {
	few := projection.NewFit(3, 2, engine.Plain{}, work.Budget{})
	if err := few.Rows(0, []float32{1, 2, 3, 4, 5, 6}); err != nil {
		t.Fatal(err)
	}
	_, tooFew := few.PCA()
	nan := projection.NewFit(3, 1, engine.Plain{}, work.Budget{}).Rows(4, []float32{1, 2, 3, 1, float32(math.NaN()), 2})
	alike := projection.NewFit(2, 1, engine.Plain{}, work.Budget{})
	if err := alike.Rows(0, []float32{1, 2, 1, 2, 1, 2}); err != nil {
		t.Fatal(err)
	}
	_, constant := alike.PCA()
	_, tokens := projection.NewPooled([]int{197, 768}, "")
	_, wide := projection.NewSparse(10, 10, 1)
	for want, err := range map[string]error{
		"fit on more stimuli": tooFew, "pattern 6 has the response NaN at unit 2": nan, "all 3 patterns are alike": constant,
		"197 × 768 is not channels": tokens, "10 units are not more than 10": wide,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("err = %v, want %q", err, want)
		}
	}
}

// A layer of fewer dimensions than components has as many as there are.
func TestFewerDimensionsThanComponents(t *testing.T) {
	pca := fitted(t, waves(40, 5), 5, 20, 40)
	if pca.Channels() != 5 || math.Abs(pca.Explained()-1) > 1e-9 {
		t.Errorf("%d components of 5 units have %g of the variance", pca.Channels(), pca.Explained())
	}
}

func TestPCAComesBackFromItsFile(t *testing.T) {
	x := waves(30, 50)
	pca := fitted(t, x, 50, 4, 30)
	pca.Description = map[string]string{"layer": "conv1", "stimuli": "30 pictures"}
	path := filepath.Join(t.TempDir(), "conv1.npz")
	if err := pca.Write(path); err != nil {
		t.Fatal(err)
	}
	again, err := projection.Open(path, engine.Plain{})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	a, b := reduced(t, pca, x), reduced(t, again, x)
	if !slices.Equal(a.F32, b.F32) || farthest(cosines(ofUnits(t, a, projection.Centered)), cosines(ofUnits(t, b, projection.Centered))) != 0 {
		t.Error("scores differ")
	}
	if again.Definition() != pca.Definition() || again.Description["layer"] != "conv1" {
		t.Errorf("definition %q, was %q", again.Definition(), pca.Definition())
	}
}

// A file that is cut anywhere is refused, and so is one that is something else.
func TestOpenRefusesDamagedFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pca.npz")
	if err := fitted(t, waves(12, 6), 6, 2, 12).Write(path); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; n < len(whole); n += 41 {
		if err := os.WriteFile(path, whole[:n], 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := projection.Open(path, engine.Plain{}); err == nil {
			t.Fatalf("the first %d of %d bytes are taken", n, len(whole))
		}
	}
	other := &dataset.Dataset{Shape: [3]int{1, 1, 1}, F64: []float64{1}}
	if err := other.Write(path); err != nil {
		t.Fatal(err)
	}
	if _, err := projection.Open(path, engine.Plain{}); err == nil || !strings.Contains(err.Error(), "no principal components; it has measurements") {
		t.Errorf("err = %v", err)
	}
}

// Selected components stand for the patterns that these make alone.
func TestComponentsCanBeSelected(t *testing.T) {
	x := waves(20, 30)
	ds := reduced(t, fitted(t, x, 30, 5, 20), x)
	ds.Channel = map[string][]string{"name": {"1", "2", "3", "4", "5"}}
	some, err := ds.SelectChannels("name", "1", "2", "3")
	if err != nil {
		t.Fatal(err)
	}
	three := reduced(t, fitted(t, x, 30, 3, 20), x)
	if d := farthest(cosines(ofUnits(t, some, projection.Centered)), cosines(ofUnits(t, three, projection.Centered))); d > 1e-6 {
		t.Errorf("cosines differ by %g", d)
	}
}

func TestOfUnitsLeavesOtherDatasetsAlone(t *testing.T) {
	ds := &dataset.Dataset{Shape: [3]int{1, 2, 1}, F64: []float64{1, 2}}
	if projection.IsReduced(ds) || ofUnits(t, ds, projection.Centered) != ds {
		t.Error("a Dataset that is not reduced was changed")
	}
}
