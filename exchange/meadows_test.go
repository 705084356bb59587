package exchange_test

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/exchange"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/mat"
	"github.com/isocortex/isocortex/rdm"
)

// meadows reads one of the files made in the layout of Meadows.
func meadows(t *testing.T, name string) *rdm.RDMs {
	t.Helper()
	path := filepath.Join("testdata", "reference", name)
	if kind, err := exchange.Contents(path); err != nil || kind != exchange.KindRDMs {
		t.Errorf("%s holds %q, %v", name, kind, err)
	}
	r, err := exchange.ReadRDMs(path)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// shows writes what was read, to be compared at a glance.
func shows(r *rdm.RDMs) string {
	return fmt.Sprint(r.Conditions, " ", r.Dissimilarities, " ", r.Labels)
}

func TestMeadows(t *testing.T) {
	for name, want := range map[string]string{
		"Meadows_animals_v_v1_cuddly-bunny_3_1D.mat": "[cat house owl] [0.1 0.2 0.3] map[subject:[cuddly-bunny] task:[3]]",
		// Of the second participant: owl-cat 0.4, owl-dog 0.5, cat-dog 0.6.
		"Meadows_animals_v_v1_arrangement_1D.mat": "[cat house owl dog] " +
			"[0.1 0.2 NaN 0.3 NaN NaN NaN 0.4 0.6 NaN NaN 0.5] map[subject:[cuddly-bunny able-mole]]",
		// Of the second task: owl-dog 1, owl-cat 2, dog-cat 3.
		"Meadows_animals_v_v1_able-mole_tree.json": "[cat dog owl] [0.5 0.25 NaN 3 2 1] map[subject:[able-mole able-mole] task:[first second]]",
	} {
		if got := shows(meadows(t, name)); got != want {
			t.Errorf("%s:\n%s, want\n%s", name, got, want)
		}
	}
}

func TestMeadowsOfAnotherName(t *testing.T) {
	path := matlab(
		t, mat.Variable{Name: "rdmutv", Value: mat.Array([]float64{1, 2, 3}, 1, 3)},
		mat.Variable{Name: "stimuli", Value: mat.Value{Class: mat.Cell, Shape: []int{1, 3}, Cells: []mat.Value{mat.Text("a.png"), mat.Text("a.jpg"), mat.Text("b.png")}}},
	)
	r, err := exchange.ReadRDMs(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := shows(r), "[a.png a.jpg b.png] [1 2 3] map[subject:[m]]"; got != want { // endings tell two apart
		t.Errorf("%s, want %s", got, want)
	}
}

func TestMeadowsSaysWhatIsWrong(t *testing.T) {
	stimuli := func(v mat.Value) mat.Variable { return mat.Variable{Name: "stimuli", Value: v} }
	names := func(texts ...string) mat.Value {
		return mat.Value{Class: mat.Char, Shape: []int{len(texts), len(texts[0])}, Text: texts}
	}
	pairs := mat.Variable{Name: "rdmutv", Value: mat.Array([]float64{1, 2, 3}, 1, 3)}
	for _, c := range []struct {
		variables []mat.Variable
		says      string
	}{
		{[]mat.Variable{pairs}, "none is a struct"},
		{[]mat.Variable{pairs, stimuli(names("a", "b"))}, "rdmutv: malformed: 3 pairs of 2 stimuli"},
		{[]mat.Variable{pairs, stimuli(names("a", "b", "a"))}, "two stimuli have the same name"},
		{[]mat.Variable{pairs, stimuli(pairs.Value)}, "the stimuli are no texts"},
		{[]mat.Variable{{Name: "rdmutv", Value: mat.Text("abc")}, stimuli(names("a", "b", "c"))}, "rdmutv"},
	} {
		_, err := exchange.ReadRDMs(matlab(t, c.variables...))
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("err = %v, want one that says %q", err, c.says)
		}
	}
}

func TestOtherJSONIsNoMeadows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.json")
	for _, text := range []string{`{}`, `[1, 2]`, `{"tasks": 5}`, `{"tasks": []}`, `{"tasks": [{"task": {"task_type": "info"}}]}`, `"text"`} {
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if kind, err := exchange.Contents(path); err != nil || kind == exchange.KindRDMs {
			t.Errorf("%s holds %q, %v", text, kind, err)
		}
		if _, err := exchange.ReadRDMs(path); !errors.Is(err, file.ErrMalformed) {
			t.Errorf("%s: err = %v, want malformed", text, err)
		}
	}
}

// Every file that was cut is refused.
func TestMeadowsCut(t *testing.T) {
	whole, err := os.ReadFile("testdata/reference/Meadows_animals_v_v1_able-mole_tree.json")
	if err != nil {
		t.Fatal(err)
	}
	whole = []byte(strings.TrimSpace(string(whole)))
	path := filepath.Join(t.TempDir(), "cut.json")
	for n := range whole {
		if err := os.WriteFile(path, whole[:n], 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := exchange.ReadRDMs(path); !errors.Is(err, file.ErrMalformed) {
			t.Fatalf("cut to %d bytes: err = %v, want malformed", n, err)
		}
	}
}

// A file cannot claim more than it holds.
func TestMeadowsOfStimuliThatNobodyShares(t *testing.T) {
	var tasks []string
	for i := range 400 {
		tasks = append(tasks, fmt.Sprintf(`{"task": {"task_type": "multiarrange"}, "stimuli": [{"name": "a%d"}, {"name": "b%d"}], "rdm": [1]}`, i, i))
	}
	path := filepath.Join(t.TempDir(), "m.json")
	if err := os.WriteFile(path, []byte(`{"tasks": [`+strings.Join(tasks, ",")+`]}`), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := exchange.ReadRDMs(path); !errors.Is(err, file.ErrUnsupported) {
		t.Errorf("err = %v, want unsupported", err)
	}
}

func FuzzReadMeadows(f *testing.F) {
	whole, err := os.ReadFile("testdata/reference/Meadows_animals_v_v1_able-mole_tree.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(whole))
	f.Add(`{"tasks": [{"task": {"task_type": "multiarrange"}, "stimuli": [{}, {}], "rdm": [null]}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "f.json")
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		r, err := exchange.ReadRDMs(path)
		if err != nil {
			return
		}
		if err := r.Check(); err != nil {
			t.Fatal(err)
		}
		if missing := func(x float64) bool { return math.IsNaN(x) }; r.Len() == 1 && !strings.Contains(text, "null") && slices.ContainsFunc(r.Dissimilarities, missing) {
			t.Fatal("a pair is missing that nobody left out")
		}
	})
}
