package step_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/stimulus"
	"github.com/isocortex/isocortex/work"
)

// labelled is a source of one RDM of four conditions in the order of the labels,
// whose dissimilarities tell every pair apart by its letters.
func labelled(t *testing.T, name, order string) step.Source {
	t.Helper()
	var values []float64
	for i := range order {
		for j := i + 1; j < len(order); j++ {
			low, high := min(order[i], order[j])-'a', max(order[i], order[j])-'a'
			values = append(values, float64(10*low+high))
		}
	}
	return step.Source{
		Path: array(t, []int{len(values)}, values...), Axes: []string{"pair"}, Name: name,
		Conditions: saved(t, "labels.txt", strings.Join(strings.Split(order, ""), "\n")+"\n"),
	}
}

// A stack keeps the order of its files where they agree, so that what has no
// labels is matched with the rows of the files and not with sorted ones.
func TestPositionsAreThoseOfTheFiles(t *testing.T) {
	env := &step.Env{}
	brain := step.RDM{
		From:  []step.Source{labelled(t, "s1", "cabd"), labelled(t, "s2", "cabd")},
		Label: "subject", Out: filepath.Join(t.TempDir(), "brain.npz"),
	}
	if err := brain.Run(t.Context(), env); err != nil {
		t.Fatal(err)
	}
	bare := labelled(t, "model", "cabd") // the same numbers, and nobody says whose they are
	bare.Conditions = ""
	found, err := step.RSA{
		Models: []step.Source{bare}, Subjects: []step.Source{{Path: brain.Out}},
		Evaluation: rsa.Evaluation{Test: rsa.None, BootstrapOver: rsa.None},
	}.Evaluate(t.Context(), env)
	if err != nil {
		t.Fatal(err)
	}
	if score := found.Models[0].Score; score < 1-1e-12 || found.Matched != dataset.ByPosition {
		t.Errorf("score %g by %s: the model is the brain's own RDM", score, found.Matched)
	}
	if w := strings.Join(found.Warnings, "\n"); !strings.Contains(w, `"c" to "d"`) {
		t.Errorf("warnings %q, want the first and the last label of the file", w)
	}
}

// A stack remembers that its files were matched by position, and keeps the
// labels that there are.
func TestAStackMatchedByPositionSaysSo(t *testing.T) {
	bare := labelled(t, "s2", "cabd")
	bare.Conditions = ""
	r, err := step.RDM{From: []step.Source{bare, labelled(t, "s1", "cabd")}, Label: "subject"}.Stack(t.Context(), &step.Env{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(r.Conditions, []string{"c", "a", "b", "d"}) || !slices.Equal(r.RDV(0), r.RDV(1)) || !strings.HasSuffix(r.Definition.Text, "matched by position") {
		t.Errorf("%v: %v and %v, %s", r.Conditions, r.RDV(0), r.RDV(1), r.Definition.Text)
	}
}

func TestStacksOfDifferentOrdersAreInNaturalOrder(t *testing.T) {
	r, err := step.RDM{From: []step.Source{labelled(t, "s1", "cabd"), labelled(t, "s2", "dbca")}, Label: "subject"}.Stack(t.Context(), &step.Env{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(r.Conditions, []string{"a", "b", "c", "d"}) || !slices.Equal(r.RDV(0), r.RDV(1)) || r.RDV(0)[0] != 1 {
		t.Errorf("%v: %v and %v", r.Conditions, r.RDV(0), r.RDV(1))
	}
}

// What only some files have is left out in the order of the files.
func TestPartialOverlapKeepsTheOrder(t *testing.T) {
	env := &step.Env{}
	r, err := step.RDM{From: []step.Source{labelled(t, "s1", "ecab"), labelled(t, "s2", "cabd")}, Label: "subject"}.Stack(t.Context(), env)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(r.Conditions, []string{"c", "a", "b"}) || !slices.Equal(r.RDV(0), r.RDV(1)) || r.RDV(0)[0] != 2 {
		t.Errorf("%v: %v and %v", r.Conditions, r.RDV(0), r.RDV(1))
	}
	if w := strings.Join(env.Warnings(), "\n"); !strings.Contains(w, "left out, because not every side has them: e") || !strings.Contains(w, ": d") {
		t.Errorf("warnings %q", w)
	}
}

func TestSourcesOfOneNameAreRefused(t *testing.T) {
	from := []step.Source{labelled(t, "rdm", "abcd"), labelled(t, "rdm", "abcd")} // sub-01/rdm.npy, sub-02/rdm.npy
	_, err := step.RDM{From: from, Label: "subject"}.Stack(t.Context(), &step.Env{})
	if err == nil || !strings.Contains(err.Error(), `subject "rdm"`) {
		t.Errorf("err = %v, want one that names the subject", err)
	}
}

func TestTooFewConditionsOnAllSides(t *testing.T) {
	_, err := step.RSA{
		Models: []step.Source{labelled(t, "m", "abxy")}, Subjects: []step.Source{labelled(t, "s", "abcd")},
	}.Evaluate(t.Context(), &step.Env{})
	if err == nil || !strings.Contains(err.Error(), "2 conditions") {
		t.Errorf("err = %v, want one that counts what is in common", err)
	}
}

// Times that do not ascend are two recordings in one, or a mistake.
func TestTimesMustAscend(t *testing.T) {
	for name, times := range map[string][]float64{"twice": {0, 0.1, 0, 0.1}, "down": {0.3, 0.2, 0.1, 0}, "NaN": {0, math.NaN(), 0.2, 0.3}} {
		path := filepath.Join(t.TempDir(), "brain.npz")
		brain := &rdm.RDMs{Size: 3, Dissimilarities: make([]float64, 12), Times: times, Labels: map[string][]string{}}
		if err := brain.Write(path); err != nil {
			t.Fatal(err)
		}
		model := step.Source{Path: array(t, []int{3}, 1, 2, 3), Axes: []string{"pair"}}
		_, err := step.RSA{Models: []step.Source{model}, Subjects: []step.Source{{Path: path}}}.Evaluate(t.Context(), &step.Env{})
		if err == nil || !strings.Contains(err.Error(), "do not ascend") {
			t.Errorf("%s: err = %v", name, err)
		}
	}
}

// Subjects whose times differ by rounding are at the same times in a stack.
func TestStackedTimesAreEqualToTheBit(t *testing.T) {
	timed := func(name string, times ...float64) step.Source {
		return step.Source{Path: array(t, []int{3, 2}, 1, 2, 3, 4, 5, 6), Axes: []string{"pair", "time"}, Times: array(t, []int{2}, times...), Name: name}
	}
	r, err := step.RDM{From: []step.Source{timed("a", 0.1, 0.3), timed("b", 0.1+1e-16, 0.1+0.2)}, Label: "subject"}.Stack(t.Context(), &step.Env{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(r.Times, []float64{0.1, 0.3, 0.1, 0.3}) {
		t.Errorf("times %v", r.Times)
	}
}

// One file cannot say two things of its numbers, and loses nothing that all of
// its sources say.
func TestStacksOfDifferentDefinitionsAreRefused(t *testing.T) {
	like := rdm.RDMs{Size: 3, Dissimilarities: []float64{1, 2, 3}, Times: []float64{0.1}, Window: 0.02}
	like.Definition = rdm.Definition{Measure: "accuracy", Kind: rdm.Accuracy, Chance: 0.5}
	join := func(change func(*rdm.RDMs)) (*rdm.RDMs, error) {
		first, second := like, like
		change(&second)
		var from []step.Source
		for name, r := range map[string]*rdm.RDMs{"a": &first, "b": &second} {
			path := filepath.Join(t.TempDir(), name+".npz")
			if err := r.Write(path); err != nil {
				t.Fatal(err)
			}
			from = append(from, step.Source{Path: path})
		}
		return step.RDM{From: from, Label: "subject"}.Stack(t.Context(), &step.Env{})
	}
	if r, err := join(func(*rdm.RDMs) {}); err != nil || r.Window != 0.02 || r.Definition.Chance != 0.5 {
		t.Errorf("%+v, %v", r, err)
	}
	for want, change := range map[string]func(*rdm.RDMs){
		"means no difference":   func(r *rdm.RDMs) { r.Definition.Chance = 50 },
		"the number of channel": func(r *rdm.RDMs) { r.Definition.PerChannel = true },
		"averages over windows": func(r *rdm.RDMs) { r.Window = 0.05 },
		"was measured by":       func(r *rdm.RDMs) { r.Definition.Measure = "d-prime" },
	} {
		if _, err := join(change); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("err = %v, want %q", err, want)
		}
	}
}

func TestHalfATimeAxisIsRefused(t *testing.T) {
	s := step.Source{Path: array(t, []int{4, 1}, 1, 2, 3, 4), Axes: []string{"time", "pair"}, Times: array(t, []int{2}, 0, 1)}
	if _, err := (step.RDM{From: []step.Source{s}}).Stack(t.Context(), &step.Env{}); err == nil || !strings.Contains(err.Error(), "4 along its axis") {
		t.Errorf("err = %v", err)
	}
}

// What is said of one file is not done to another: RDMs are never turned round.
func TestRDMsAreNoSimilarities(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.npz")
	if err := (&rdm.RDMs{Size: 3, Dissimilarities: []float64{1, 2, 3}}).Write(path); err != nil {
		t.Fatal(err)
	}
	a := step.Source{Path: path, Similarity: true}
	b := step.Source{Path: array(t, []int{3}, 1, 2, 3), Axes: []string{"pair"}, Similarity: true}
	if _, err := (step.Compare{A: a, B: b}).Compare(t.Context(), &step.Env{}); err == nil || !strings.Contains(err.Error(), "does not hold similarities") {
		t.Errorf("err = %v", err)
	}
}

// Responses that name their stimuli alone are matched by them.
func TestStimuliAreConditionsWhereNoneAreNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "d.npz")
	ds := &dataset.Dataset{
		Shape: [3]int{3, 2, 1}, F64: []float64{0, 0, 3, 4, 0, 8},
		Observation: map[string][]string{"stimulus": {"c", "b", "a"}},
	}
	if err := ds.Write(path); err != nil {
		t.Fatal(err)
	}
	r, err := step.RDM{From: []step.Source{{Path: path}}, Measure: "euclidean"}.Stack(t.Context(), without())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(r.Conditions, []string{"a", "b", "c"}) || !slices.Equal(r.RDV(0), []float64{5, 8, 5}) {
		t.Errorf("%v: %v", r.Conditions, r.RDV(0))
	}
}

// An undefined score is null in JSON, not an error.
func TestAnUndefinedScoreIsNull(t *testing.T) {
	a := step.Source{Path: array(t, []int{3}, 1, 1, 1), Axes: []string{"pair"}}
	b := step.Source{Path: array(t, []int{3}, 1, 2, 3), Axes: []string{"pair"}}
	found, err := step.Compare{A: a, B: b}.Compare(t.Context(), &step.Env{})
	if err != nil {
		t.Fatal(err)
	}
	if text, err := json.Marshal(found); err != nil || !strings.Contains(string(text), `"score":null`) {
		t.Errorf("%s, %v", text, err)
	}
}

// A folder may have # in its name, and a label file a byte order mark.
func TestNamesThatLookLikeAddresses(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "C#", "a b ü")
	if err := os.MkdirAll(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	labels := filepath.Join(folder, "labels.txt")
	if err := os.WriteFile(labels, []byte("\ufeffcat\ndog\ncow\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "r.npy")
	if err := npy.Write(path, &npy.Array{Shape: []int{3}, Data: []float64{1, 2, 3}}); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(folder, "r.npz")
	s := step.RDM{From: []step.Source{{Path: path, Axes: []string{"pair"}, Conditions: labels}}, Label: "layer", Out: out}
	if got := s.Inputs(); !slices.Equal(got, []string{path, labels}) {
		t.Errorf("inputs %q", got)
	}
	if err := s.Run(t.Context(), &step.Env{}); err != nil {
		t.Fatal(err)
	}
	again, err := step.RDM{From: []step.Source{{Path: out}}}.Stack(t.Context(), &step.Env{})
	if err != nil || again.Conditions[0] != "cat" {
		t.Errorf("read again: %v, %v", again, err)
	}
	if fact, err := step.Inspect(out); err != nil || fact.Kind != "RDMs" {
		t.Errorf("info: %+v, %v", fact, err)
	}
}

// A Dataset of no times is described, not a panic.
func TestInspectADatasetWithoutTimes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "d.npz")
	ds := &dataset.Dataset{Shape: [3]int{2, 3, 0}, F64: []float64{}, Times: []float64{}}
	if err := ds.Write(path); err != nil {
		t.Fatal(err)
	}
	if fact, err := step.Inspect(path); err != nil || !slices.Contains(fact.Lines, "no times") {
		t.Errorf("%+v, %v", fact, err)
	}
}

// Stimuli whose labels become one file name must not overwrite each other.
func TestThumbnailsKeepStimuliApart(t *testing.T) {
	stimuli, out := t.TempDir(), t.TempDir()
	data, err := os.ReadFile(onePixel(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"face:1.png", "face*1.png"} {
		if err := os.WriteFile(filepath.Join(stimuli, name), data, 0o666); err != nil {
			t.Skipf("this file system has no such names: %v", err)
		}
	}
	err = step.Thumbnails{Stimuli: stimuli, Out: out}.Run(t.Context(), &step.Env{Budget: work.Budget{Threads: 1}})
	if err == nil || !strings.Contains(err.Error(), "would share a file") {
		t.Errorf("err = %v", err)
	}
}

// A picture of one pixel, with a space in its name, has a thumbnail.
func TestThumbnailOfOnePixel(t *testing.T) {
	stimuli, out := filepath.Dir(onePixel(t)), t.TempDir()
	if err := (step.Thumbnails{Stimuli: stimuli, Out: out}).Run(t.Context(), &step.Env{}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(out, "one pixel.png")); err != nil {
		t.Error(err)
	}
}

// onePixel saves a picture of one pixel and returns its path.
func onePixel(t *testing.T) string {
	t.Helper()
	data, err := stimulus.NewImage(1, 1).PNG()
	if err != nil {
		t.Fatal(err)
	}
	return saved(t, "one pixel.png", string(data))
}
