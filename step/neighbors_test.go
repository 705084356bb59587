package step_test

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/step"
)

// electrodes are those of the smallest cap of BioSemi.
var electrodes = strings.Fields("Fp1 Fp2 F4 Fz F3 T7 C3 Cz C4 T8 P4 Pz P3 O1 Oz O2")

// capped writes Datasets of subjects who wear a cap, ten conditions × 16 electrodes
// × 8 times from 0 to 350 ms, and the RDM of the one thing that is planted: at O1,
// Oz and O2 from 150 to 250 ms.
func capped(t *testing.T, subjects int, stream uint64) (model step.Source, brains []step.Source) {
	t.Helper()
	const conditions, times = 10, 8
	folder, truth := t.TempDir(), seed.Stream(stream, "planted", 0)
	var planted, rdv []float64
	var labels []string
	for i := range conditions {
		planted, labels = append(planted, truth.NormFloat64()), append(labels, fmt.Sprint("face", i))
	}
	for i := range planted {
		for _, x := range planted[i+1:] {
			rdv = append(rdv, math.Abs(planted[i]-x))
		}
	}
	for s := range subjects {
		random := seed.Stream(stream, "subject", s)
		d := &dataset.Dataset{
			Shape: [3]int{conditions, len(electrodes), times}, Times: []float64{0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35},
			Observation: map[string][]string{"condition": labels}, Channel: map[string][]string{"name": electrodes},
		}
		for i := range conditions {
			for c := range electrodes {
				for k := range times {
					x := random.NormFloat64()
					if c >= 13 && 3 <= k && k <= 5 {
						x += 2 * planted[i]
					}
					d.F64 = append(d.F64, x)
				}
			}
		}
		path := filepath.Join(folder, fmt.Sprintf("sub-%d.npz", s+1))
		if err := d.Write(path); err != nil {
			t.Fatal(err)
		}
		brains = append(brains, step.Source{Path: path})
	}
	r := &rdm.RDMs{Size: conditions, Conditions: labels, Dissimilarities: rdv, Definition: rdm.Definition{Measure: "distance", Kind: rdm.Distance}}
	path := filepath.Join(folder, "planted.npz")
	if err := r.Write(path); err != nil {
		t.Fatal(err)
	}
	return step.Source{Path: path}, brains
}

// ofChannels makes RDMs of the channels of subjects.
func ofChannels(t *testing.T, brains []step.Source) step.Source {
	t.Helper()
	made := step.RDM{From: brains, Measure: "euclidean", Trials: step.Trials{Each: rdm.EachChannel}, Label: "subject", Out: filepath.Join(t.TempDir(), "channels.npz")}
	if err := made.Run(t.Context(), without()); err != nil {
		t.Fatal(err)
	}
	return step.Source{Path: made.Out}
}

// significant are the channels with a corrected p value up to 0.05.
func significant(found *rsa.Result) (names []string) {
	for c, p := range found.Models[0].Course.Corrected {
		if p <= 0.05 {
			names = append(names, found.Channels[c])
		}
	}
	slices.Sort(names)
	return names
}

// A cluster of electrodes is found where it was planted, be neighbors told by the
// system of the cap, by a file of positions or by a table.
func TestClustersOfSensors(t *testing.T) {
	model, brains := capped(t, 8, 1)
	table := saved(t, "near.tsv", "channel\tneighbor\nO1\tOz\nO2\tOZ\nO1\tEOG\n")
	env := without()
	s := step.RSA{Models: []step.Source{model}, Subjects: []step.Source{ofChannels(t, brains)}, Comparator: "pearson"}
	s.Evaluation = rsa.Evaluation{Test: rsa.SignFlip, Tail: "two-sided", Correction: rsa.ClusterMass, BootstrapOver: rsa.None}
	for source, near := range map[string]step.Near{
		"Delaunay's triangulation without long edges, biosemi16 system, computed on a sphere": {Sensors: "biosemi16"}, "the table near": {Adjacency: table},
	} {
		s.Near = near
		found, err := s.Evaluate(t.Context(), env)
		if err != nil {
			t.Fatal(err)
		}
		if got := significant(found); !slices.Equal(got, []string{"O1", "O2", "Oz"}) {
			t.Errorf("%s: %v are significant", source, got)
		}
		if n := found.Neighbors; n.Source != source || near.Sensors != "" && (n.Mean < 3 || n.Mean > 6) || near.Adjacency != "" && n.Mean != 4.0/16 {
			t.Errorf("neighbors %+v, want %s", n, source)
		}
	}
	if w := strings.Join(env.Warnings(), "\n"); !strings.Contains(w, "nobody's neighbors, and clusters of their own at most: 13 channels") {
		t.Errorf("the warnings are %q", w)
	}
}

// Coils of one place are neighbors, whatever their kind; electrodes are not theirs.
func TestNeighborsInADataset(t *testing.T) {
	path := datasetFile(t, helmet(t))
	r := &rdm.RDMs{Size: 3, Conditions: []string{"a", "b", "c"}, Definition: rdm.Definition{Measure: "distance", Kind: rdm.Distance}, Labels: map[string][]string{}}
	for _, name := range helmet(t).Channel["name"] {
		for s := range 6 {
			r.Labels["channel"], r.Labels["subject"] = append(r.Labels["channel"], name), append(r.Labels["subject"], fmt.Sprint(s))
			r.Dissimilarities = append(r.Dissimilarities, 1, float64(s+2), 5)
		}
	}
	brain := filepath.Join(t.TempDir(), "brain.npz")
	if err := r.Write(brain); err != nil {
		t.Fatal(err)
	}
	model := written(t, filepath.Join(t.TempDir(), "model.npz"), nil, 1, 3, 2)
	s := step.RSA{Models: []step.Source{model}, Subjects: []step.Source{{Path: brain}}, Near: step.Near{Sensors: path}}
	s.Evaluation = rsa.Evaluation{Test: rsa.SignFlip, Correction: rsa.TFCE, BootstrapOver: rsa.None}
	found, err := s.Evaluate(t.Context(), without())
	if err != nil {
		t.Fatal(err)
	}
	// Five edges join four places in a square: of electrodes; of magnetometers, and of
	// each gradiometer with two others. Three more join the coils of every place.
	want := 2 * float64(5+5*(1+4)+4*3) / 16
	if n := found.Neighbors; n.Source != "Delaunay's triangulation without long edges, sphere of 9.5 cm, the default" || n.Mean != want {
		t.Errorf("neighbors %+v, want %g", n, want)
	}
}

func TestNeighborsThatAreNot(t *testing.T) {
	model, brains := capped(t, 2, 2)
	other, one := saved(t, "other.tsv", "channel\tneighbor\nA1\tA2\n"), saved(t, "one.tsv", "channel\nO1\n")
	channels := ofChannels(t, brains)
	for want, c := range map[string]step.RSA{
		"leave one of the two out":             {Near: step.Near{Sensors: "10-20", Adjacency: one}},
		"none is called neighbor":              {Near: step.Near{Adjacency: one}},
		"no pair of neighbors (A1 and A2, …)":  {Near: step.Near{Adjacency: other}},
		"none of the channels (C3, C4, ... T8": {Near: step.Near{Sensors: datasetFile(t, helmet(t))}},
		"neither a file that is there nor":     {Near: step.Near{Sensors: "biosemi15"}},
		"does not say where channels are":      {Near: step.Near{Sensors: brains[0].Path}},
		"these RDMs are of none":               {Near: step.Near{Sensors: "10-20"}, Subjects: []step.Source{model}},
	} {
		if c.Subjects == nil {
			c.Subjects = []step.Source{channels}
		}
		c.Models = []step.Source{model}
		if _, err := c.Evaluate(t.Context(), without()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want %q", err, want)
		}
	}
}
