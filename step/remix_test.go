package step_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/step"
)

// faces saves responses of a layer in which one weak channel of many tells faces
// from houses, and nothing else does.
func faces(t *testing.T, stream uint64, of string, stimuli int) string {
	t.Helper()
	const channels = 20
	r := seed.Stream(stream, "faces", 0)
	ds := &dataset.Dataset{
		Shape: [3]int{stimuli, channels, 1}, Description: map[string]string{"network": "net", "layer": of},
		Observation: map[string][]string{},
	}
	for i := range stimuli {
		for c := range channels {
			x := r.NormFloat64() * 10
			if c == 7 {
				x = r.NormFloat64()*0.01 + float64(i%2)
			}
			ds.F64 = append(ds.F64, x)
		}
		ds.Observation["stimulus"] = append(ds.Observation["stimulus"], fmt.Sprintf("s%02d", i))
		ds.Observation["kind"] = append(ds.Observation["kind"], []string{"face", "house"}[i%2])
	}
	path := filepath.Join(t.TempDir(), "late.npz")
	if err := ds.Write(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// pictured labels observations i of a Dataset with the fingerprint "pNN".
func pictured(t *testing.T, path string, first int) string {
	t.Helper()
	ds, err := dataset.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer ds.Close()
	for i := range ds.Shape[0] {
		ds.Observation["image"] = append(ds.Observation["image"], fmt.Sprintf("p%02d", first+i))
	}
	into := filepath.Join(t.TempDir(), "late.npz")
	if err := ds.Write(into); err != nil {
		t.Fatal(err)
	}
	return into
}

// Pictures tell what responses do not: a stimulus that is shown again, and was
// answered otherwise.
func TestRemixComparesPictures(t *testing.T) {
	fitted, tested := faces(t, 1, "late", 20), faces(t, 2, "late", 12)
	s := step.Remix{Fitted: pictured(t, fitted, 0), Responses: pictured(t, tested, 20), Classes: "kind"}
	if found, err := s.Mix(t.Context(), without()); err != nil || found.Checked != step.ByPictures {
		t.Errorf("%+v, %v", found, err)
	}
	s.Responses = pictured(t, tested, 17)
	if _, err := s.Mix(t.Context(), without()); err == nil || !strings.Contains(err.Error(), `"s17" of `+s.Fitted+` shows the same picture as "s00"`) {
		t.Errorf("err = %v, want one that names both", err)
	}
	s.Responses = tested
	if found, err := s.Mix(t.Context(), without()); err != nil || found.Checked != step.ByResponses {
		t.Errorf("%+v, %v", found, err)
	}
}

// What a layer hides in one weak channel, its remix shows.
func TestRemixShowsWhatClassesNeed(t *testing.T) {
	s := step.Remix{Fitted: faces(t, 1, "late", 60), Responses: faces(t, 2, "late", 12), Classes: "kind", Out: filepath.Join(t.TempDir(), "out")}
	found, err := s.Mix(t.Context(), without())
	if err != nil {
		t.Fatal(err)
	}
	if found.Accuracy < 0.95 || found.Chance != 0.5 || found.Folds != 5 || found.Layer != "late" || found.Network != "net" || found.Channels != 20 {
		t.Errorf("%+v", found)
	}
	if err := s.Save(found); err != nil {
		t.Fatal(err)
	}
	remixed, err := rdm.Open(filepath.Join(s.Out, "rdm.npz"))
	if err != nil {
		t.Fatal(err)
	}
	if remixed.Size != 12 || remixed.Conditions[3] != "s03" || remixed.Labels["layer"][0] != "late remixed" || remixed.Labels["network"][0] != "net" {
		t.Errorf("%+v", remixed)
	}
	within, between := 0.0, 0.0
	for i := range 12 {
		for j := i + 1; j < 12; j++ {
			if (i+j)%2 == 0 {
				within = max(within, remixed.At(0, i, j))
			} else {
				between += remixed.At(0, i, j) / 36
			}
		}
	}
	if within > between {
		t.Errorf("faces are up to %v from each other, and %v from houses", within, between)
	}
	ds, err := dataset.Open(filepath.Join(s.Out, "decisions.npz"))
	if err != nil {
		t.Fatal(err)
	}
	defer ds.Close()
	if ds.Channel["name"][1] != "house" || ds.At(3, 1, 0) != float64(found.Decisions[3][1]) || ds.At(3, 1, 0) < 0 {
		t.Errorf("%v, decisions %v", ds.Channel, found.Decisions[3])
	}
}

func TestRemixRefuses(t *testing.T) {
	fitted, tested := faces(t, 1, "late", 20), faces(t, 2, "late", 12)
	for says, s := range map[string]step.Remix{
		`has the layer "late"`:                     {Fitted: fitted, Responses: faces(t, 2, "early", 12), Classes: "kind"},
		`no label "condition", but ["kind" "stimu`: {Fitted: fitted, Responses: tested},
		"each observation is a class of its own":   {Fitted: fitted, Responses: tested, Classes: "stimulus"},
		"the correlation over 2 decision values":   {Fitted: fitted, Responses: tested, Classes: "kind", Measure: "correlation"},
		`"s00" of`:                                 {Fitted: fitted, Responses: fitted, Classes: "kind"},
	} {
		if _, err := s.Mix(t.Context(), without()); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("err = %v, want one that says %q", err, says)
		}
	}
}
