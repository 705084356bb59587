package step_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/step"
)

// shone is a searchlight over the subjects of capped.
func shone(t *testing.T, subjects int) step.Searchlight {
	t.Helper()
	model, brains := capped(t, subjects, 3)
	s := step.Searchlight{RSA: step.RSA{
		Models: []step.Source{model}, Subjects: brains, Comparator: "pearson", OfSubjects: "euclidean",
		Trials: step.Trials{Window: 0.1}, Near: step.Near{Sensors: "biosemi16"},
	}}
	s.Evaluation = rsa.Evaluation{Test: rsa.SignFlip, Correction: rsa.ClusterMass, BootstrapOver: rsa.None}
	return s
}

// What is planted at three electrodes for 100 ms is found there and then, in a
// cluster that holds nothing far from it.
func TestSearchlightFindsWhereAndWhen(t *testing.T) {
	s := shone(t, 8)
	s.Every = 0.05
	var notes []string
	env := without()
	env.Note = func(text string) { notes = append(notes, text) }
	found, err := s.Evaluate(t.Context(), env)
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Channels) != 16 || len(found.Times) != 7 || len(found.Models[0].Course.Score) != 112 || math.Abs(found.Times[3]-0.175) > 1e-12 {
		t.Fatalf("%d channels, times %v, %d scores", len(found.Channels), found.Times, len(found.Models[0].Course.Score))
	}
	peak := found.Models[0].Peak
	if !slices.Contains([]string{"O1", "Oz", "O2"}, peak.Channel) || peak.Time < 0.17 || peak.Time > 0.23 {
		t.Errorf("the peak is at %s, %g s", peak.Channel, peak.Time)
	}
	for point, p := range found.Models[0].Course.Corrected {
		channel, time := found.Channels[point/7], found.Times[point%7]
		planted := slices.Contains([]string{"O1", "Oz", "O2"}, channel) && 0.17 < time && time < 0.23
		frontal := strings.HasPrefix(channel, "F")
		if planted && !(p <= 0.05) || frontal && p <= 0.05 {
			t.Errorf("%s at %.0f ms: p = %g", channel, 1000*time, p)
		}
	}
	if want := "896 RDMs, of 8 subjects at 16 channels in 7 windows"; len(notes) != 1 || !strings.HasPrefix(notes[0], want) {
		t.Errorf("notes %q, want %q", notes, want)
	}
	if want := "in windows of 100 ms, times side by side"; !strings.Contains(found.Extent, want) || !strings.Contains(found.Extent, "a channel and its neighbors, ") {
		t.Errorf("the extent is %q", found.Extent)
	}
}

// A searchlight gives what RDMs of the channels and times at one point give.
func TestSearchlightIsRSAOfEachPoint(t *testing.T) {
	s := shone(t, 3)
	s.Near = step.Near{Adjacency: saved(t, "near.tsv", "channel\tneighbor\nO1\tOz\nO2\tOz\n")}
	s.Evaluation.Correction = rsa.MaxStatistic
	for _, how := range []dataset.Joining{dataset.WindowMean, dataset.WindowConcatenated} {
		s.Trials.WindowAs = how
		found, err := s.Evaluate(t.Context(), without())
		if err != nil {
			t.Fatal(err)
		}
		oz := slices.Index(found.Channels, "Oz")
		var brains []step.Source
		for _, brain := range s.Subjects {
			d, err := dataset.Open(brain.Path)
			if err != nil {
				t.Fatal(err)
			}
			if d, err = d.SelectChannels("name", "O1", "Oz", "O2"); err == nil {
				d, err = d.Windows(0.1, how)
			}
			if err != nil {
				t.Fatal(err)
			}
			brains = append(brains, step.Source{Path: datasetFile(t, d), Name: brain.Path})
		}
		direct, err := step.RSA{Models: s.Models, Subjects: brains, Comparator: "pearson", OfSubjects: "euclidean", Evaluation: rsa.Evaluation{Test: rsa.None, BootstrapOver: rsa.None}}.Evaluate(t.Context(), without())
		if err != nil {
			t.Fatal(err)
		}
		for w := range 4 { // windows that touch are every other one of all
			got, want := found.Models[0].Course, direct.Models[0].Course
			if math.Abs(float64(got.Score[4*oz+w]-want.Score[2*w])) > 1e-12 || math.Abs(found.Times[w]-direct.Times[2*w]) > 1e-12 {
				t.Errorf("%s, window %d at %g s: %g, directly %g at %g s", how, w, found.Times[w], got.Score[4*oz+w], want.Score[2*w], direct.Times[2*w])
			}
			if low := found.NoiseCeiling.Lower.Values[4*oz+w]; math.Abs(float64(low-direct.NoiseCeiling.Lower.Values[2*w])) > 1e-12 {
				t.Errorf("%s, window %d: the noise ceiling is %g", how, w, low)
			}
		}
	}
}

// A radius takes in what is near, of one unit unless noise is normalized.
func TestSearchlightOfARadius(t *testing.T) {
	d := helmet(t)
	d.Shape[0] = 4
	d.Observation = map[string][]string{"condition": {"c00", "c01", "c02", "c03"}}
	for i := len(d.F64); i < 4*16*3; i++ {
		d.F64 = append(d.F64, 1e-13*math.Cos(float64(i*i)))
	}
	s := step.Searchlight{RSA: step.RSA{
		Models: []step.Source{storedRDVs(t, "layer", 4, []string{"conv1"}, []float64{1, 2, 3, 4, 5, 6})}, Subjects: []step.Source{{Path: datasetFile(t, d)}},
		OfSubjects: "euclidean", Trials: step.Trials{Window: 0.3}, Comparator: "pearson",
	}, Radius: 0.08}
	found, err := s.Evaluate(t.Context(), without())
	if err != nil {
		t.Fatal(err)
	}
	// Three of the four places are within 8 cm: 3 magnetometers or electrodes, 6 gradiometers.
	if want := "channels within 8 cm of one, 4.5 on average, in windows of 300 ms, times side by side"; found.Extent != want || found.Test != rsa.None {
		t.Errorf("%s test, the extent is %q, want %q", found.Test, found.Extent, want)
	}
}

func TestSearchlightSaysWhatIsWrong(t *testing.T) {
	good := shone(t, 2)
	for want, change := range map[string]func(s *step.Searchlight){
		"does not say where channels are":                     func(s *step.Searchlight) { s.Near = step.Near{} },
		"does not say where channel C3 is":                    func(s *step.Searchlight) { s.Radius = 0.05 },
		"are made without one":                                func(s *step.Searchlight) { s.Trials.Each = rdm.EachChannel },
		"holds no responses":                                  func(s *step.Searchlight) { s.Subjects = s.Models },
		"a window of 1 s":                                     func(s *step.Searchlight) { s.Trials.Window = 1 },
		"from one window to the next: a window of 2 s":        func(s *step.Searchlight) { s.Every = 2 },
		"a label permutation test needs all RDMs":             func(s *step.Searchlight) { s.Evaluation.Test = rsa.LabelPermutation },
		`did you mean "euclidean"`:                            func(s *step.Searchlight) { s.OfSubjects = "euclidian" },
		"sub-1.npz, at C3, 25 ms: crossnobis needs two folds": func(s *step.Searchlight) { s.OfSubjects = "crossnobis" },
	} {
		s := good
		change(&s)
		if _, err := s.Evaluate(t.Context(), without()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want %q", err, want)
		}
	}
}
