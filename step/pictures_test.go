package step_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/onnx"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/work"
)

// The pictures of these tests: so many of so many pixels, that layers have more
// than one block of channels.
const straightSide, straightCount = 28, 14

// straightNetwork is a network of four layers, and pictures of it of which some
// belong together and two are the same.
func straightNetwork(t *testing.T) step.Activations {
	t.Helper()
	folder := t.TempDir()
	g := onnx.NewBuilder("straight")
	x := g.Input("picture", onnx.Float32, "n", 3, straightSide, straightSide)
	x = g.Add(x, g.Scalar(-0.4))
	g.Output(x, "shifted")
	x = g.Relu(x)
	g.Output(x, "positive")
	g.Output(g.Mul(x, x), "squared")
	g.Output(g.Flatten(g.GlobalAveragePool(x), 1), "mean")
	model, err := g.Model()
	if err != nil {
		t.Fatal(err)
	}
	s := step.Activations{
		Network: filepath.Join(folder, "straight.onnx"), Stimuli: filepath.Join(folder, "pictures"), Preprocessing: "none",
		Table: filepath.Join(folder, "table.tsv"), Layers: []string{"shifted", "positive", "squared", "mean"},
	}
	if err := model.Write(s.Network); err != nil {
		t.Fatal(err)
	}
	table := []string{"stimulus\tcondition\tcategory"}
	for i := range straightCount {
		speckles(t, filepath.Join(s.Stimuli, fmt.Sprintf("p%d.png", i)), min(i, straightCount-2))
		table = append(table, fmt.Sprintf("p%d\tc%d\tany", i, (straightCount-i)/2*7%9))
	}
	if err := file.WriteBytes(s.Table, []byte(strings.Join(table, "\n")+"\n")); err != nil {
		t.Fatal(err)
	}
	return s
}

// speckles saves a picture that its seed decides.
func speckles(t *testing.T, path string, seed int) {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, straightSide, straightSide))
	state := uint32(seed + 1)
	next := func() uint8 { state = state*1664525 + 1013904223; return uint8(state >> 24) }
	for y := range straightSide {
		for x := range straightSide {
			picture.SetRGBA(x, y, color.RGBA{next(), next(), next(), 255})
		}
	}
	if err := file.Write(path, func(w io.Writer) error { return png.Encode(w, picture) }); err != nil {
		t.Fatal(err)
	}
}

// threaded is an environment of so many threads.
func threaded(t *testing.T, threads int) *step.Env {
	e := enginetest.Open(t)
	return &step.Env{Budget: work.Budget{Threads: threads}, Open: func() (*engine.Engine, error) { return e, nil }}
}

// limits are those of one, two, and three or four groups: a wide layer of the
// pictures has straightRow bytes.
const straightRow = straightCount * 3 * straightSide * straightSide * 4

var limits = []int64{0, 2*straightRow + 500, straightRow}

// RDMs straight from pictures have the bits of those of kept activations, for
// every measure, whatever fits into the scratch file.
func TestRDMsStraightFromPicturesAreThoseOfActivations(t *testing.T) {
	of := straightNetwork(t)
	for _, table := range []string{of.Table, ""} {
		of := of
		of.Table, of.Out = table, filepath.Join(t.TempDir(), "activations")
		if err := of.Run(t.Context(), threaded(t, 2)); err != nil {
			t.Fatal(err)
		}
		for _, measure := range []string{"correlation", "cosine", "euclidean", "squared euclidean per channel"} {
			want := filepath.Join(t.TempDir(), "kept.npz")
			kept := step.RDM{Folder: of.Out, Measure: measure, Label: "layer", Out: want}
			if err := kept.Run(t.Context(), threaded(t, 1)); err != nil {
				t.Fatal(err)
			}
			for i, limit := range limits {
				s := step.RDM{Pictures: &step.Pictures{Of: of, Scratch: limit}, Measure: measure, Label: "layer", Out: filepath.Join(t.TempDir(), "rdm.npz")}
				if err := s.Run(t.Context(), threaded(t, 1+i%2)); err != nil {
					t.Fatal(err)
				}
				sameFile(t, fmt.Sprintf("%s, limit %d, table %q", measure, limit, table), s.Out, want)
				alone(t, s.Out)
			}
		}
	}
}

// So has the RDM of the whole network.
func TestAWholeNetworkStraightFromPictures(t *testing.T) {
	of := straightNetwork(t)
	of.Out = filepath.Join(t.TempDir(), "activations")
	if err := of.Run(t.Context(), threaded(t, 2)); err != nil {
		t.Fatal(err)
	}
	for _, variant := range rdm.Variants {
		want := filepath.Join(t.TempDir(), "kept.npz")
		if err := (step.Whole{Folder: of.Out, Variant: variant, Out: want}).Run(t.Context(), threaded(t, 1)); err != nil {
			t.Fatal(err)
		}
		for i, limit := range limits {
			s := step.Whole{Pictures: &step.Pictures{Of: of, Scratch: limit}, Variant: variant, Out: filepath.Join(t.TempDir(), "rdm.npz")}
			if err := s.Run(t.Context(), threaded(t, 1+i%2)); err != nil {
				t.Fatal(err)
			}
			sameFile(t, fmt.Sprintf("%s, limit %d", variant, limit), s.Out, want)
			alone(t, s.Out)
		}
	}
}

// sameFile fails unless two files hold the same bytes.
func sameFile(t *testing.T, what, got, want string) {
	t.Helper()
	a, err := os.ReadFile(got)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(want)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a, b) {
		t.Errorf("%s: other bytes", what)
	}
}

// alone fails if anything is left beside a file.
func alone(t *testing.T, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("%d files beside %s, err %v", len(entries), path, err)
	}
}

// Interrupted between passes, it goes on with the layers that are missing; with
// other options, it begins anew.
func TestRDMsOfPicturesGoOn(t *testing.T) {
	s := step.RDM{Pictures: &step.Pictures{Of: straightNetwork(t), Scratch: straightRow}, Label: "layer", Out: filepath.Join(t.TempDir(), "undisturbed.npz")}
	if err := s.Run(t.Context(), threaded(t, 1)); err != nil {
		t.Fatal(err)
	}
	want := s.Out
	for _, c := range []struct {
		stopped, measure string
		passes           int
	}{{"correlation", "correlation", 2}, {"euclidean", "correlation", 4}} {
		s.Out, s.Measure = filepath.Join(t.TempDir(), "rdm.npz"), c.stopped
		ctx, cancel := context.WithCancel(t.Context())
		passes, notes := passes(t, s, ctx, func(n int) {
			if n == 3 {
				cancel()
			}
		})
		if passes != 3 || !slices.Contains(notes, "2 of 4 layers are done and kept: started again in the same way, it goes on from there") {
			t.Fatalf("%d passes before the interruption, want 3; said %q", passes, notes)
		}
		goesOn(t, s, c.measure, c.passes)
		r, err := rdm.Open(s.Out)
		if err != nil {
			t.Fatal(err)
		}
		undisturbed, err := rdm.Open(want)
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(r.Dissimilarities) != fmt.Sprint(undisturbed.Dissimilarities) {
			t.Error("other dissimilarities than undisturbed")
		}
		alone(t, s.Out)
	}
}

// goesOn runs a step by a measure, and fails unless it takes so many passes.
func goesOn(t *testing.T, s step.RDM, measure string, want int) {
	t.Helper()
	s.Measure = measure
	if passes, _ := passes(t, s, t.Context(), func(int) {}); passes != want {
		t.Errorf("%d passes after the interruption, want %d", passes, want)
	}
}

// passes runs a step, counts the passes of pictures that begin, and returns what
// was said; it may be canceled.
func passes(t *testing.T, s step.Step, ctx context.Context, begins func(n int)) (n int, notes []string) {
	t.Helper()
	env := threaded(t, 1)
	env.Note = func(text string) { notes = append(notes, text) }
	env.Budget.Progress = func(p work.Progress) {
		if strings.HasPrefix(p.Task, "activations of") && p.Done == 0 {
			n++
			begins(n)
		}
	}
	if err := s.Run(ctx, env); err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	return n, notes
}

func TestPicturesRefuse(t *testing.T) {
	of := straightNetwork(t)
	one := of
	one.Stimuli, one.Table = filepath.Join(of.Stimuli, "p1.png"), ""
	twice := of
	twice.Layers = []string{"a:b=shifted", "a?b=mean"}
	for _, c := range []struct {
		of      step.Activations
		scratch int64
		measure string
		want    string
	}{
		{of, straightRow - 1, "correlation", `layer "shifted" takes 131.7 kB for 14 pictures`},
		{of, 0, "crossnobis", "keep the responses with 'isocortex activations'"},
		{of, 0, "correlatoin", `did you mean "correlation"`},
		{one, 0, "correlation", "at least two conditions, not 1"},
		{twice, 0, "correlation", "would share a file"},
	} {
		out := filepath.Join(t.TempDir(), "rdm.npz")
		s := step.RDM{Pictures: &step.Pictures{Of: c.of, Scratch: c.scratch}, Measure: c.measure, Out: out}
		if err := s.Run(t.Context(), threaded(t, 1)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("err = %v, want %s", err, c.want)
		}
		if entries, err := os.ReadDir(filepath.Dir(out)); err != nil || len(entries) > 0 {
			t.Errorf("%s: %d files are left, err %v", c.want, len(entries), err)
		}
	}
	whole := step.Whole{Pictures: &step.Pictures{Of: of}, Measure: "crossnobis", Variant: "balanced", Out: filepath.Join(t.TempDir(), "rdm.npz")}
	if err := whole.Run(t.Context(), threaded(t, 1)); err == nil || !strings.Contains(err.Error(), "block by block") {
		t.Errorf("whole: err = %v", err)
	}
}
