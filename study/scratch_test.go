package study_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/simulate"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/study"
)

// Activations are made where something other than their RDMs is wanted.
func TestPlanMakesActivationsWhereSomebodyReadsThem(t *testing.T) {
	folder := t.TempDir()
	if err := file.WriteBytes(filepath.Join(folder, "b.npz"), nil); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		network, more string
		kept          bool
		straight      int // steps from pictures to RDMs
		err           string
	}{
		{network: "", straight: 1},
		{network: ", scratch: 1 GB", straight: 1},
		{network: ", keep activations: yes", kept: true},
		{network: ", reduce: pool", kept: true},
		{network: ", whole: balanced", kept: true},
		{network: ", whole: [balanced, mean-rdm], scratch: 1 GB", straight: 3},
		{network: ", layers: [a]", more: "rsa: {weigh: {layers: [a]}}", kept: true},
		{network: ", layers: [a]", more: "rsa: {remix: {images: q, table: t.tsv, layers: [a]}}", kept: true},
		{network: ", scratch: 1 GB", more: "rsa: {weigh: {layers: [a]}}", err: `network "net": scratch does not go with weigh or remix`},
	} {
		text := "study: 1\nbrain: {rdms: [b.npz]}\nstimulus: {images: p}\nnetworks: [{name: net, file: n.onnx" + c.network + "}]\n" + c.more
		s, err := study.Parse(filepath.Join(folder, "study.yaml"), []byte(text), study.Options{})
		if err != nil {
			t.Fatal(err)
		}
		p, err := s.Plan(filepath.Join(folder, "out"))
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: err = %v, want %s", text, err, c.err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		kept, straight := false, 0
		for _, task := range p.Tasks {
			switch did := task.Step.(type) {
			case step.Activations:
				kept = true
			case step.RDM:
				if did.Pictures != nil {
					straight++
				}
			case step.Whole:
				if did.Pictures != nil {
					straight++
				}
			}
		}
		if kept != c.kept || straight != c.straight {
			t.Errorf("%s: activations %v, %d steps straight from pictures, want %v, %d", text, kept, straight, c.kept, c.straight)
		}
	}
}

// How much room there is does not show in the RDMs, and changes nothing that has
// to be made again.
func TestScratchDoesNotShowInTheResult(t *testing.T) {
	folder := t.TempDir()
	e := enginetest.Open(t)
	env := &step.Env{Open: func() (*engine.Engine, error) { return e, nil }}
	if err := (step.Simulate{Subjects: 2, Sensors: 128, Out: folder}).Run(t.Context(), env); err != nil {
		t.Fatal(err)
	}
	path, out := filepath.Join(folder, "study.yaml"), filepath.Join(folder, "out")
	r := runner{open: env.Open, store: filepath.Join(folder, ".isocortex")}
	rdms, network := "RDMs of "+simulate.NetworkName, "networks."+strings.ReplaceAll(simulate.NetworkName, " ", "-")
	few := []string{"inference.draws=10", "inference.bootstrap.draws=10"}
	read := func() string {
		data, err := os.ReadFile(filepath.Join(out, "rdm", simulate.NetworkName+".npz"))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	if computed, _ := r.run(t, path, out, append(few, network+".scratch=9 MB")...); !slices.Contains(computed, rdms) {
		t.Fatalf("computed %q", computed)
	}
	straight := read()
	if computed, _ := r.run(t, path, out, append(few, network+".scratch=1 GB")...); slices.Contains(computed, rdms) {
		t.Errorf("with more room, computed %q", computed)
	}
	if left, _ := filepath.Glob(filepath.Join(r.store, "*", "*", ".isocortex-scratch*")); len(left) > 0 {
		t.Errorf("%q are left", left)
	}
	if computed, _ := r.run(t, path, out, append(few, network+".keep-activations=yes")...); !slices.Contains(computed, rdms) {
		t.Errorf("with activations, computed %q", computed)
	}
	if read() != straight {
		t.Error("RDMs of kept activations differ from those straight from pictures")
	}
}
