package study_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/study"
	"github.com/isocortex/isocortex/work"
)

// recorded carries out the study of simulated recordings, with changes, and returns
// its scores.
func recorded(t *testing.T, inputs step.SimulateSessions, comparator string, changes ...string) *rsa.Result {
	t.Helper()
	e := enginetest.Open(t)
	env := &step.Env{Seed: 1, Budget: work.Budget{}, Open: func() (*engine.Engine, error) { return e, nil }}
	out := t.TempDir()
	inputs.Out = filepath.Join(out, "data")
	if err := inputs.Run(t.Context(), env); err != nil {
		t.Fatal(err)
	}
	s, err := study.Read(filepath.Join(inputs.Out, "study.yaml"), study.Options{Set: changes})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Run(t.Context(), out, env, scoring{}); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(out, "rsa", s.Brains[0].Name, comparator+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var found rsa.Result
	if err := json.Unmarshal(data, &found); err != nil {
		t.Fatal(err)
	}
	return &found
}

// highest returns the model with the highest score.
func highest(found *rsa.Result) rsa.ModelResult {
	best := found.Models[0]
	for _, m := range found.Models {
		if m.Score > best.Score {
			best = m
		}
	}
	return best
}

// From MEG as it is recorded: the planted layer of the planted network is found, in
// gradiometers before magnetometers, and at the back of the head alone.
func TestLayersAreFoundInSensors(t *testing.T) {
	found := recorded(t, step.SimulateSessions{Machine: "meg", Subjects: 6, Conditions: 30}, "pearson")
	best := highest(found)
	if best.FullName() != "B layer4" || strings.HasSuffix(best.Peak.Channel, "1") {
		t.Errorf("the highest score is that of %s at %s", best.FullName(), best.Peak.Channel)
	}
	if len(found.Channels) != 306 || found.Subjects != 6 || found.Conditions != 30 {
		t.Errorf("%d channels, %d subjects, %d conditions", len(found.Channels), found.Subjects, found.Conditions)
	}
	t.Logf("%s at %s: %.3f, of the mean RDM %.3f, p %.3g", best.FullName(), best.Peak.Channel, best.Score, best.Course.Fixed[best.Peak.Index], best.Course.Corrected[best.Peak.Index])
}

// From EEG as it is recorded, by what a classifier tells apart: the first layer
// peaks before the last one.
func TestLayersAreFoundInWhatIsDecoded(t *testing.T) {
	found := recorded(t, step.SimulateSessions{Machine: "eeg", Subjects: 6, Conditions: 12, Repetitions: 6}, "spearman")
	var early, late rsa.ModelResult
	for _, m := range found.Models {
		switch m.FullName() {
		case "B layer1":
			early = m
		case "B layer4":
			late = m
		}
	}
	if best := highest(found); best.Network != "B" {
		t.Errorf("the highest score is that of %s", best.FullName())
	}
	if !(early.Peak.Time < late.Peak.Time) || early.Peak.Time < 0.05 || late.Peak.Time > 0.4 {
		t.Errorf("peaks at %g s and %g s", early.Peak.Time, late.Peak.Time)
	}
	t.Logf("%.3f at %.0f ms, %.3f at %.0f ms", early.Score, 1000*early.Peak.Time, late.Score, 1000*late.Peak.Time)
}

// From MEG as it is recorded, in neighborhoods of sensors and windows of time: the
// planted network is found, and the result has a score for each.
func TestNetworkIsFoundInNeighborhoods(t *testing.T) {
	found := recorded(t, step.SimulateSessions{Machine: "meg", Subjects: 5, Conditions: 16}, "pearson",
		"rdm.brain.each=neighborhood", "rdm.brain.window=400 ms", "inference.correct=cluster mass", "inference.test=sign flip", "inference.bootstrap.draws=50",
		"brain.epochs.baseline=0 ms to 800 ms") // of the level of each channel, which drifts
	if len(found.Channels) != 306 || len(found.Times) != 2 || len(found.Models[0].Course.Score) != 306*len(found.Times) || found.Neighbors == nil {
		t.Fatalf("%d channels, times %v, neighbors %+v", len(found.Channels), found.Times, found.Neighbors)
	}
	if best := highest(found); best.Network != "B" {
		t.Errorf("the highest score is that of %s at %s, %g s", best.FullName(), best.Peak.Channel, best.Peak.Time)
	}
	t.Logf("%s; %.1f neighbors of a sensor, by %s", found.Extent, found.Neighbors.Mean, found.Neighbors.Source)
}
