package study_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/step"
)

// objects92 is what NumPy, SciPy and PyTorch find, in testdata/reference.
type objects92 struct {
	Layers map[string]struct { // of SqueezeNet
		Human  float64 `json:"human"`  // Spearman with the group RDM of human IT
		Monkey float64 `json:"monkey"` // with that of monkey IT
		EVC    float64 `json:"evc_r2"` // mean over 15 people of the squared Spearman
		IT     float64 `json:"it_r2"`
	} `json:"layers"`
	Models   map[string]float64    `json:"models"` // with the group RDM of human IT
	Ceilings map[string][2]float64 `json:"ceilings"`
}

// The study of the examples finds what others find: of given RDMs to 1e-6, from
// pictures through SqueezeNet to 0.01.
func TestObjects92StudyAgreesWithTheReference(t *testing.T) {
	data := realtest.Path(t)
	text, err := os.ReadFile(filepath.Join("testdata", "reference", "objects92.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want objects92
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	out := runExample(t, enginetest.Open(t), "objects92", data, "inference.test=none", "inference.bootstrap.draws=2", "rsa.reweight.bootstrap=none")
	scores := map[string]*rsa.Result{}
	for _, brain := range []string{"human IT", "human IT, group", "monkey IT", "human IT, 15 people", "human EVC, 15 people", "behavior"} {
		scores[brain] = readScores(t, filepath.Join(out, "rsa", brain, "spearman.json"))
	}
	near := func(what string, got, want, tolerance float64) {
		t.Helper()
		if !(math.Abs(got-want) <= tolerance) {
			t.Errorf("%s: %.8f, want %.8f to %g", what, got, want, tolerance)
		}
	}
	seen := 0
	for i, m := range scores["human IT, group"].Models {
		if model, known := want.Models[m.Name]; known {
			near(m.Name, float64(m.Score), model, 1e-6)
			seen++
		}
		if layer, known := want.Layers[m.Name]; known {
			near(m.Name+" with human IT", float64(m.Score), layer.Human, 0.01)
			near(m.Name+" with monkey IT", float64(scores["monkey IT"].Models[i].Score), layer.Monkey, 0.01)
			near(m.Name+" with IT of 15", meanSquare(scores["human IT, 15 people"].Models[i].Scores), layer.IT, 0.01)
			near(m.Name+" with EVC of 15", meanSquare(scores["human EVC, 15 people"].Models[i].Scores), layer.EVC, 0.01)
			seen++
		}
	}
	if seen != 19 {
		t.Errorf("%d models agree or not, want 19", seen)
	}
	for brain, ceiling := range want.Ceilings {
		found := scores[brain].NoiseCeiling
		near("lower ceiling of "+brain, float64(found.Lower.Values[0]), ceiling[0], 1e-6)
		near("upper ceiling of "+brain, float64(found.Upper.Values[0]), ceiling[1], 1e-6)
	}
	mixturesOf15(t, out)
}

// mixturesOf15 looks at what the study mixes and divides for the 15 people. On
// objects and people that were held out, a mixture of all models is more like IT
// than the best single one, and the parts of the variance are those of the whole.
func mixturesOf15(t *testing.T, out string) {
	t.Helper()
	var mixed step.Reweighted
	var divided step.Partitioned
	for name, v := range map[string]any{"reweight": &mixed, "partition": &divided} {
		data, err := os.ReadFile(filepath.Join(out, name, "human IT, 15 people", name+".json"))
		if err == nil {
			err = json.Unmarshal(data, v)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	score := map[string]rsa.Number{}
	for _, m := range mixed.Models {
		score[m.Kind+" "+m.Name] = m.Score[0]
	}
	if len(score) != 6 || score["weighted all"] <= score["select all"] || score["weighted Models"] <= score["select Models"] {
		t.Errorf("scores of mixtures %v", score)
	}
	sum := rsa.Number(0)
	for _, part := range divided.Parts {
		sum += part.Mean[0]
	}
	whole := divided.Explained[len(divided.Explained)-1].Mean[0]
	if len(divided.Parts) != 7 || whole < 0.05 || math.Abs(float64(sum-whole)) > 1e-12 {
		t.Errorf("%d parts sum to %v, all sets explain %v", len(divided.Parts), sum, whole)
	}
}

// meanSquare is the mean of squares.
func meanSquare(scores []rsa.Number) float64 {
	sum := 0.0
	for _, s := range scores {
		sum += float64(s * s)
	}
	return sum / float64(len(scores))
}
