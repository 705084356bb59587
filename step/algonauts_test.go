package step_test

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/isocortex/isocortex/step"
)

// The files of the Algonauts challenge, of both versions of MATLAB's format: one
// call makes a stack of them that says whose and when each RDM is.
func TestStacksOfAlgonauts(t *testing.T) {
	times := array(t, []int{3}, 0.1, 0.2, 0.3)
	for name, c := range map[string]struct {
		axes, subjects []string
		times          string
	}{
		"target_meg.mat#MEG_RDMs":      {[]string{"subject", "time", "condition", "condition"}, []string{"1", "1", "1", "2", "2", "2"}, times},
		"target_meg_v73.mat#MEG_RDMs":  {[]string{"subject", "time", "condition", "condition"}, []string{"1", "1", "1", "2", "2", "2"}, times},
		"target_fmri.mat#EVC_RDMs":     {nil, []string{"1", "2"}, ""}, // the content proves the axes
		"target_fmri_v73.mat#EVC_RDMs": {nil, []string{"1", "2"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			source := step.Source{Path: filepath.Join("testdata", "reference", name), Axes: c.axes, Times: c.times, Given: true}
			r, err := step.RDM{From: []step.Source{source}, Label: "subject"}.Stack(t.Context(), without())
			if err != nil {
				t.Fatal(err)
			}
			if r.Size != 4 || !slices.Equal(r.Labels["subject"], c.subjects) {
				t.Fatalf("%d RDMs of %d conditions, of subjects %v", r.Len(), r.Size, r.Labels["subject"])
			}
			for k := range r.Len() {
				want := 100*float64(c.subjects[k][0]-'0') + 1.2
				if c.times != "" {
					want += 100 * r.Times[k]
				}
				if d := r.At(k, 0, 1); d != want {
					t.Errorf("RDM %d begins with %v, want %v", k, d, want)
				}
				if d := r.At(k, 2, 3) - r.At(k, 0, 1); d < 2.2-1e-9 || d > 2.2+1e-9 {
					t.Errorf("RDM %d ends %v above its beginning, want 2.2", k, d)
				}
			}
		})
	}
}
