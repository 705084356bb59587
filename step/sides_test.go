package step_test

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/step"
)

// written saves a stack of RDMs of three conditions.
func written(t *testing.T, path string, labels map[string][]string, dissimilarities ...float64) step.Source {
	t.Helper()
	r := &rdm.RDMs{
		Size: 3, Conditions: []string{"a", "b", "c"}, Dissimilarities: dissimilarities, Labels: labels,
		Definition: rdm.Definition{Measure: "distance", Kind: rdm.Distance},
	}
	if err := r.Write(path); err != nil {
		t.Fatal(err)
	}
	return step.Source{Path: path}
}

// scored compares without tests and intervals.
func scored(t *testing.T, s step.RSA, env *step.Env) (*rsa.Result, error) {
	t.Helper()
	s.Comparator = "pearson"
	s.Evaluation = rsa.Evaluation{Test: rsa.None, BootstrapOver: rsa.None}
	return s.Evaluate(t.Context(), env)
}

// The sessions of a subject are averaged, each pair over those that have it,
// and nobody has to guess it.
func TestSessionsOfASubjectAreAveraged(t *testing.T) {
	folder, env := t.TempDir(), without()
	labels := map[string][]string{
		"subject": {"ann", "bob", "ann"}, "session": {"1", "1", "2"}, "name": {"ann 1", "bob 1", "ann 2"},
	}
	brain := written(t, filepath.Join(folder, "brain.npz"), labels, 1, 2, math.NaN(), 3, 1, 2, 3, 8, 9)
	model := written(t, filepath.Join(folder, "model.npz"), nil, 1, 3, 2)
	found, err := scored(t, step.RSA{Models: []step.Source{model}, Subjects: []step.Source{brain}, Brain: "IT"}, env)
	if err != nil {
		t.Fatal(err)
	}
	if found.Averaged != "session" || found.Brain != "IT" || !slices.Equal(found.SubjectNames, []string{"ann", "bob"}) {
		t.Errorf("averaged over %q, brain %q, subjects %q", found.Averaged, found.Brain, found.SubjectNames)
	}
	pearson := compare.Comparators[0]
	want, err := pearson.Score([]float64{1, 3, 2}, []float64{2, 5, 9})
	if got := found.Models[0].Scores[0]; err != nil || float64(got) != want.Value {
		t.Errorf("score %v, of the mean %v, %v", got, want.Value, err)
	}
	if w := strings.Join(found.Warnings, "\n"); !strings.Contains(w, "3 RDMs become 2") || !slices.Contains(env.Warnings(), found.Warnings[0]) {
		t.Errorf("warnings of the result %q, of the program %q", found.Warnings, env.Warnings())
	}
}

// Channels are matched by name, whatever their order; who lacks one is told.
func TestChannelsAreMatchedByName(t *testing.T) {
	folder := t.TempDir()
	model := written(t, filepath.Join(folder, "model.npz"), nil, 1, 3, 2)
	brain := func(name string, channels ...string) step.Source {
		labels := map[string][]string{"channel": channels, "subject": slices.Repeat([]string{name}, len(channels))}
		numbers := map[string][]float64{"MEG 2": {1, 3, 2}, "MEG 10": {3, 1, 2}, "EOG": {2, 2, 3}}
		var all []float64
		for _, channel := range channels {
			all = append(all, numbers[channel]...)
		}
		return written(t, filepath.Join(folder, name+strings.Join(channels, "")+".npz"), labels, all...)
	}
	s := step.RSA{Models: []step.Source{model}, Subjects: []step.Source{brain("ann", "MEG 10", "MEG 2"), brain("bob", "MEG 2", "MEG 10")}}
	found, err := scored(t, s, without())
	if err != nil {
		t.Fatal(err)
	}
	scores := found.Models[0].Course.Score
	if !slices.Equal(found.Channels, []string{"MEG 2", "MEG 10"}) || math.Abs(float64(scores[0])-1) > 1e-12 || math.Abs(float64(scores[1])+1) > 1e-12 || found.Models[0].Peak.Channel != "MEG 2" {
		t.Errorf("channels %q, scores %v, peak at %q", found.Channels, found.Models[0].Course.Score, found.Models[0].Peak.Channel)
	}
	for want, other := range map[string]step.Source{
		`no RDM of channel "MEG 10"`: brain("bob", "MEG 2", "EOG"),
		`an RDM of channel "EOG"`:    brain("bob", "MEG 2", "MEG 10", "EOG"),
		`two RDMs of channel MEG 2`:  brain("bob", "MEG 2", "MEG 2"),
	} {
		s.Subjects[1] = other
		if _, err := scored(t, s, without()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("err = %v, want %q", err, want)
		}
	}
}

// Two RDMs of one session, or of two regions, are no sessions of one thing.
func TestOnlySessionsAreAveraged(t *testing.T) {
	folder := t.TempDir()
	model := written(t, filepath.Join(folder, "model.npz"), nil, 1, 3, 2)
	for name, labels := range map[string]map[string][]string{
		"one session twice": {"subject": {"ann", "ann"}, "session": {"1", "1"}, "name": {"x", "y"}},
		"two regions":       {"subject": {"ann", "ann"}, "session": {"1", "2"}, "region": {"V1", "IT"}},
		"two runs":          {"subject": {"ann", "ann"}, "run": {"1", "2"}},
	} {
		brain := written(t, filepath.Join(folder, "brain.npz"), labels, 1, 2, 3, 3, 1, 2)
		_, err := scored(t, step.RSA{Models: []step.Source{model}, Subjects: []step.Source{brain}}, without())
		if err == nil || !strings.Contains(err.Error(), "2 RDMs and no times") {
			t.Errorf("%s: err = %v", name, err)
		}
	}
}

// RDMs that have nothing but names are one subject each.
func TestNamesAreSubjects(t *testing.T) {
	folder := t.TempDir()
	model := written(t, filepath.Join(folder, "model.npz"), nil, 1, 3, 2)
	brain := written(t, filepath.Join(folder, "brain.npz"), map[string][]string{"name": {"ann", "bob"}}, 1, 2, 3, 3, 1, 2)
	alone := written(t, filepath.Join(folder, "alone.npz"), map[string][]string{"name": {"1"}}, 1, 2, 3)
	found, err := scored(t, step.RSA{Models: []step.Source{model}, Subjects: []step.Source{brain, alone}}, without())
	if err != nil || !slices.Equal(found.SubjectNames, []string{"ann", "bob", "alone"}) {
		t.Errorf("%+v, %v: want a subject for each name, and for the file of one", found, err)
	}
}

// Models of one name are told apart by numbers.
func TestModelsOfOneName(t *testing.T) {
	brain := written(t, filepath.Join(t.TempDir(), "brain.npz"), nil, 1, 3, 2)
	var models []step.Source
	for range 2 { // one/model.npz, two/model.npz
		models = append(models, written(t, filepath.Join(t.TempDir(), "model.npz"), nil, 1, 3, 2))
	}
	found, err := scored(t, step.RSA{Models: models, Subjects: []step.Source{brain}}, without())
	if err != nil || found.Models[0].Name != "model" || found.Models[1].Name != "model (2)" || !strings.Contains(found.Warnings[0], `called "model"`) {
		t.Errorf("%+v, %v", found, err)
	}
}

// A folder stands for the files of RDMs in it, in natural order, or for the
// layers of a network.
func TestModelsOfAFolder(t *testing.T) {
	folder, brain := t.TempDir(), written(t, filepath.Join(t.TempDir(), "brain.npz"), nil, 1, 3, 2)
	for _, name := range []string{"model10.npz", "model9.npz"} {
		written(t, filepath.Join(folder, name), nil, 1, 3, 2)
	}
	if err := os.WriteFile(filepath.Join(folder, "notes.txt"), []byte("none of them\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	found, err := scored(t, step.RSA{Models: []step.Source{{Path: folder}}, Subjects: []step.Source{brain}}, without())
	if err != nil || len(found.Models) != 2 || found.Models[0].Name != "model9" || found.Models[1].Name != "model10" {
		t.Errorf("%+v, %v", found, err)
	}
	_, err = scored(t, step.RSA{Models: []step.Source{{Path: t.TempDir()}}, Subjects: []step.Source{brain}}, without())
	if err == nil || !strings.Contains(err.Error(), "layers.txt") {
		t.Errorf("err = %v, want one that says what is missing", err)
	}
}

// The layers of a network stand in the order of their list, whatever the files
// are called, and are measured on the way.
func TestModelsOfAFolderOfActivations(t *testing.T) {
	folder := t.TempDir()
	for layer, values := range map[string][]float64{"z": {0, 1, 3, 7}, "a": {0, 7, 3, 1}} {
		ds := &dataset.Dataset{
			Shape: [3]int{4, 1, 1}, F64: values, Observation: map[string][]string{"condition": {"a", "b", "c", "d"}},
			Description: map[string]string{"network": "net", "layer": layer},
		}
		if err := ds.Write(step.LayerFile(folder, layer)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "layers.txt"), []byte("z\na\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	brain := step.Source{Path: array(t, []int{6}, 1, 3, 7, 2, 6, 4), Axes: []string{"pair"}}
	found, err := scored(t, step.RSA{Models: []step.Source{{Path: folder}}, Subjects: []step.Source{brain}, Measure: "euclidean"}, without())
	if err != nil || len(found.Models) != 2 {
		t.Fatalf("%+v, %v", found, err)
	}
	if z, a := found.Models[0], found.Models[1]; z.Name != "z" || z.Network != "net" || z.Score < 1-1e-12 || a.Name != "a" || a.Score > 0.9 {
		t.Errorf("z %+v, a %+v: want the distances of z to be those of the brain", z, a)
	}
}

// What is said of all files is for those that do not say it themselves, and
// somebody must need it.
func TestOneOfTheFilesNeedsLabels(t *testing.T) {
	folder := t.TempDir()
	labels := saved(t, "labels.txt", "c\nb\na\n")
	model := written(t, filepath.Join(folder, "model.npz"), nil, 1, 2, 3)
	model.Conditions, model.Axes = labels, []string{"pair"}
	bare := filepath.Join(folder, "bare.npy")
	if err := npy.Write(bare, &npy.Array{Shape: []int{3}, Data: []float64{3, 2, 1}}); err != nil {
		t.Fatal(err)
	}
	brain := step.Source{Path: bare, Conditions: labels, Axes: []string{"pair"}}
	found, err := scored(t, step.RSA{Models: []step.Source{model}, Subjects: []step.Source{brain}}, without())
	if err != nil || found.Matched != "label" || found.Models[0].Score < 1-1e-12 {
		t.Errorf("%+v, %v", found, err)
	}
	_, err = scored(t, step.RSA{Models: []step.Source{model}, Subjects: []step.Source{model}}, without())
	if err == nil || !strings.Contains(err.Error(), "model.npz: the conditions are labelled in the file") {
		t.Errorf("err = %v, want one that names the file", err)
	}
	model.Conditions = ""
	_, err = scored(t, step.RSA{Models: []step.Source{model}, Subjects: []step.Source{model}}, without())
	if err == nil || !strings.Contains(err.Error(), "model.npz: the file says itself what its RDMs are; leave pair out") {
		t.Errorf("err = %v, want one that names the file", err)
	}
	model.Axes = nil
	if _, err := (step.Compare{A: model, B: brain}).Compare(t.Context(), without()); err != nil {
		t.Errorf("compare: %v", err)
	}
}

// Files of the RSA toolbox are read as they stand: structs of subjects ×
// sessions, and of models. The numbers are those of rsatoolbox.
func TestStructsOfMATLAB(t *testing.T) {
	models := realtest.Path(t, "objects92", "92_modelRDMs.mat")
	brain := realtest.Path(t, "objects92", "92_brainRDMs.mat")
	found, err := step.RSA{
		Models: []step.Source{{Path: models}}, Subjects: []step.Source{{Path: brain}},
		Evaluation: rsa.Evaluation{Test: rsa.None, BootstrapOver: rsa.None},
	}.Evaluate(t.Context(), without())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(found.SubjectNames, []string{"BE", "KO", "SN", "TI"}) || found.Averaged != "session" || found.Matched != "position" {
		t.Errorf("subjects %q, averaged over %q, matched by %s", found.SubjectNames, found.Averaged, found.Matched)
	}
	lower, upper := float64(found.NoiseCeiling.Lower.Values[0]), float64(found.NoiseCeiling.Upper.Values[0])
	if math.Abs(lower-0.3723132509024721) > 1e-12 || math.Abs(upper-0.6657209044705086) > 1e-12 {
		t.Errorf("noise ceiling %v to %v", lower, upper)
	}
	if m := found.Models[0]; m.Name != "animacy" || m.Network != "92_modelRDMs" || len(found.Models) != 8 || math.Abs(float64(m.Scores[0])-0.41358413810297423) > 1e-12 {
		t.Errorf("%d models, the first %+v", len(found.Models), m)
	}
}

// What reading had to assume stands in the result.
func TestAxesThatTheContentProvesAreInTheResult(t *testing.T) {
	var values []float64
	for range 3 {
		values = append(values, 0, 1, 2, 4, 1, 0, 3, 5, 2, 3, 0, 6, 4, 5, 6, 0)
	}
	brain := step.Source{Path: array(t, []int{3, 4, 4}, values...)}
	model := step.Source{Path: array(t, []int{6}, 1, 2, 4, 3, 5, 6), Axes: []string{"pair"}}
	found, err := scored(t, step.RSA{Models: []step.Source{model}, Subjects: []step.Source{brain}}, without())
	if err != nil || found.Subjects != 3 || found.Models[0].Score < 1-1e-12 {
		t.Fatalf("%+v, %v", found, err)
	}
	if !strings.Contains(found.Warnings[0], "every matrix is symmetric") {
		t.Errorf("warnings %q", found.Warnings)
	}
}

// A damaged file of a folder is no reason to do with one subject fewer.
func TestADamagedSubjectIsNotLeftOut(t *testing.T) {
	folder := t.TempDir()
	subjects := filepath.Join(folder, "subjects")
	for i, name := range []string{"sub-01.npz", "sub-02.npz", "sub-03.npz"} {
		written(t, filepath.Join(subjects, name), nil, 1, 2, float64(3+i))
	}
	notes := filepath.Join(subjects, "notes.txt") // no file of data: no business of anyone
	if err := os.WriteFile(notes, []byte("fine"), 0o666); err != nil {
		t.Fatal(err)
	}
	s := step.RSA{Models: []step.Source{written(t, filepath.Join(folder, "model.npz"), nil, 1, 3, 2)}, Subjects: []step.Source{{Path: subjects}}}
	if found, err := scored(t, s, without()); err != nil || len(found.SubjectNames) != 3 {
		t.Fatalf("%v, %v", found, err)
	}
	damaged := filepath.Join(subjects, "sub-02.npz")
	if err := os.Truncate(damaged, 100); err != nil {
		t.Fatal(err)
	}
	if _, err := scored(t, s, without()); err == nil || !strings.Contains(err.Error(), damaged) {
		t.Errorf("%v", err)
	}
}
