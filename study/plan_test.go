package study_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/epoch"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/study"
)

// example is a study that names no file that must exist.
const example = `study: 1
title: Example
seed: 5
stimulus: {images: pictures}
brain: {datasets: "subjects/*.npz"}
networks:
  - {name: First, file: first.onnx, layers: {early: a/relu}}
  - {name: Second, file: second.onnx, keep activations: yes}
model rdms:
  - {name: Category, file: category.npy, axes: [pair]}
rdm: {brain: {baseline: -200 ms to 0 ms}}
`

// plan takes the example apart, with subjects of the given file names.
func plan(t *testing.T, subjects ...string) (*study.Plan, error) {
	t.Helper()
	folder := t.TempDir()
	for _, name := range subjects {
		if err := file.WriteBytes(filepath.Join(folder, "subjects", name), nil); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(folder, "study.yaml")
	if err := os.WriteFile(path, []byte(example), 0o666); err != nil {
		t.Fatal(err)
	}
	s, err := study.Read(path, study.Options{Exists: func(string) bool { return true }})
	if err != nil {
		t.Fatal(err)
	}
	return s.Plan(filepath.Join(folder, "out"))
}

// Every task comes after those whose outputs it reads, and says so.
func TestPlanIsInOrder(t *testing.T) {
	p, err := plan(t, "s1.npz")
	if err != nil {
		t.Fatal(err)
	}
	for i, task := range p.Tasks {
		for _, before := range task.After {
			if before >= i {
				t.Errorf("task %d (%s) waits for task %d", i, task.Name, before)
			}
		}
		for _, input := range task.Step.Inputs() {
			for j, other := range p.Tasks {
				if slices.Contains(other.Step.Outputs(), input) && !waits(p, i, j) && i != j {
					t.Errorf("%s reads what %s writes, and does not wait for it", task.Name, other.Name)
				}
			}
		}
	}
}

// waits reports whether task i waits for task j, or for one that does.
func waits(p *study.Plan, i, j int) bool {
	return slices.ContainsFunc(p.Tasks[i].After, func(k int) bool { return k == j || waits(p, k, j) })
}

func TestPlanHoldsEveryPartOfTheStudy(t *testing.T) {
	p, err := plan(t, "s10.npz", "s9.npz")
	if err != nil {
		t.Fatal(err)
	}
	brain := p.Tasks[0].Step.(step.RDM)
	if len(brain.From) != 2 || !strings.HasSuffix(brain.From[0].Path, "s9.npz") || brain.Baseline == nil {
		t.Errorf("brain: %+v, want subjects in natural order and a baseline", brain)
	}
	verbs := map[string]int{}
	for _, task := range p.Tasks {
		verbs[task.Step.Verb()]++
	}
	want := map[string]int{
		"rdm": 4, "activations": 1, "rsa": 1, "thumbnails": 1, "figures": 1, "provenance": 1, "report": 1,
	}
	for verb, n := range want {
		if verbs[verb] != n {
			t.Errorf("%d steps %q, want %d", verbs[verb], verb, n)
		}
	}
	steps := strings.Join(p.Steps(), "\n")
	if !strings.Contains(steps, "activations of Second") || strings.Contains(steps, "activations of First") || !strings.Contains(steps, "10000 draws") {
		t.Errorf("steps:\n%s", steps)
	}
}

// Addresses are made of the options of steps: those of steps that run a network
// differ between devices, as the bits do, and no others.
func TestTheDeviceIsPartOfTheAddress(t *testing.T) {
	folder := t.TempDir()
	if err := file.WriteBytes(filepath.Join(folder, "brain.npz"), nil); err != nil {
		t.Fatal(err)
	}
	options := func(device string) (all, verbs []string) {
		d, err := engine.ParseDevice(device)
		if err != nil {
			t.Fatal(err)
		}
		s := &study.Study{
			Folder: folder, Device: d, Stimulus: study.Stimulus{Images: "pictures"},
			Brains: []study.Brain{{Name: "brain", RDMs: []study.Path{"brain.npz"}}}, Networks: []study.Network{{Name: "N", File: "n.onnx"}},
		}
		p, err := s.Plan(filepath.Join(folder, "out"))
		if err != nil {
			t.Fatal(err)
		}
		for _, task := range p.Tasks {
			data, err := json.Marshal(task.Step)
			if err != nil {
				t.Fatal(err)
			}
			all, verbs = append(all, string(data)), append(verbs, task.Step.Verb())
		}
		return all, verbs
	}
	cpu, verbs := options("")
	same, _ := options("cpu")
	cuda, _ := options("cuda")
	if !slices.Equal(cpu, same) {
		t.Errorf("cpu by name is another device: %q, %q", cpu, same)
	}
	for i, verb := range verbs {
		if runs := strings.Contains(cpu[i], `"Preprocessing"`); runs != (cpu[i] != cuda[i]) {
			t.Errorf("%s on the processor %s, on a card %s", verb, cpu[i], cuda[i])
		}
	}
}

// Variables are named behind patterns too, those of HDF5 with the groups that
// they are in.
func TestPlanNamesVariables(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"s10.h5", "s9.h5", "m.h5"} {
		if err := file.WriteBytes(filepath.Join(folder, name), nil); err != nil {
			t.Fatal(err)
		}
	}
	s := &study.Study{
		Folder:    folder,
		Brains:    []study.Brain{{Name: "brain", RDMs: []study.Path{"s*.h5#/g/x", "m.h5#/g/y"}}},
		ModelRDMs: []study.ModelRDM{{Name: "model", File: "m.h5#/g/x"}},
	}
	p, err := s.Plan(filepath.Join(folder, "out"))
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, source := range p.Tasks[0].Step.(step.RDM).From {
		paths = append(paths, strings.TrimPrefix(source.Path, folder+string(filepath.Separator)))
	}
	if want := []string{"s9.h5#/g/x", "s10.h5#/g/x", "m.h5#/g/y"}; !slices.Equal(paths, want) {
		t.Errorf("%q, want %q", paths, want)
	}
}

func TestPlanNeedsSubjects(t *testing.T) {
	if _, err := plan(t); err == nil || !strings.Contains(err.Error(), "no file matches") {
		t.Errorf("err = %v, want one that names the pattern", err)
	}
}

// failing is a step that fails.
type failing struct{ step.Provenance }

var errStep = errors.New("no space left")

func (failing) Run(context.Context, *step.Env) error { return errStep }

// counting is a step that counts how often it ran.
type counting struct {
	step.Provenance
	ran *int
}

func (c counting) Run(context.Context, *step.Env) error {
	*c.ran++
	return nil
}

func TestExecutionEndsAtTheFirstError(t *testing.T) {
	ran := 0
	p := &study.Plan{Tasks: []study.Task{{Name: "one", Step: counting{ran: &ran}}, {Name: "two", Step: failing{}}, {Name: "three", Step: counting{ran: &ran}}}}
	err := study.Local{}.Execute(t.Context(), p, &step.Env{})
	if !errors.Is(err, errStep) || !strings.HasPrefix(err.Error(), "two: ") || ran != 1 {
		t.Errorf("err = %v after %d steps", err, ran)
	}
}

func TestExecutionCanBeInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	interrupted := errors.New("interrupted")
	cancel(interrupted)
	ran := 0
	p := &study.Plan{Tasks: []study.Task{{Name: "one", Step: counting{ran: &ran}}}}
	if err := (study.Local{}).Execute(ctx, p, &step.Env{}); !errors.Is(err, interrupted) || ran != 0 {
		t.Errorf("err = %v after %d steps", err, ran)
	}
}

// A result is never written over what the study reads, whatever the way there.
func TestPlanProtectsItsInputs(t *testing.T) {
	folder := t.TempDir()
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(folder, link); err != nil {
		t.Skip(err)
	}
	for text, out := range map[string]string{
		"study: 1\nbrain: {rdms: [brain.npz]}\n":                                        folder,
		"study: 1\nbrain: {rdms: [../brain.npz]}\n":                                     link,
		"study: 1\nbrain: {rdms: [out/rdm/brain.npz]}\n":                                filepath.Join(folder, "out"),
		"study: 1\nbrain: {rdms: [\"out/rdm/*.npz\"]}\n":                                filepath.Join(link, "out"),
		"study: 1\nbrain: {rdms: [b.npz]}\nstimulus: {images: out/stimuli}\n":           filepath.Join(folder, "out"),
		"study: 1\nbrain: {rdms: [b.npz]}\nstimulus: {images: \"out/stimuli/*.png\"}\n": filepath.Join(folder, "out"),
		"study: 1\nbrain: {rdms: [b.npz]}\nstimulus: {images: pictures}\n":              filepath.Join(folder, "pictures", "out"),
	} {
		if err := os.MkdirAll(filepath.Join(folder, "pictures"), 0o777); err != nil {
			t.Fatal(err)
		}
		text += "model rdms: [{name: m, file: m.npz}]\n"
		s, err := study.Parse(filepath.Join(folder, "study.yaml"), []byte(text), study.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range s.Brains[0].RDMs {
			if err := file.WriteBytes(s.Locate(strings.ReplaceAll(string(path), "*", "some")), nil); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Plan(out); err == nil || !strings.Contains(err.Error(), "choose another folder") {
			t.Errorf("%q to %s: err = %v", text, out, err)
		}
		if _, err := s.Plan(filepath.Join(folder, "elsewhere")); err != nil {
			t.Errorf("%q elsewhere: %v", text, err)
		}
	}
}

func TestPlanNeedsSomethingToCompareWith(t *testing.T) {
	s, err := study.Parse("s.yaml", []byte("study: 1\nbrain: {rdms: [brain.npz]}\n"), study.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Plan("out")
	if err == nil || !strings.Contains(err.Error(), "add networks or model rdms") {
		t.Errorf("err = %v", err)
	}
}

// The RDMs of networks lie beside those of the brain.
func TestNamesOfNetworksAreTheirFiles(t *testing.T) {
	for _, names := range [][2]string{{"brain", "x"}, {"Brain", "x"}, {"vgg", "VGG"}, {"a", "a"}, {"..", "x"}, {"a/b", "x"}} {
		text := "study: 1\nbrain: {rdms: [b.npz]}\nstimulus: {images: p}\nnetworks:\n" +
			"  - {name: " + names[0] + ", file: a.onnx}\n  - {name: " + names[1] + ", file: b.onnx}\n"
		_, err := study.Parse("s.yaml", []byte(text), study.Options{})
		if err == nil || !strings.Contains(err.Error(), "name") {
			t.Errorf("%q: err = %v", names, err)
		}
	}
}

// What is fused, weighed and remixed reads what others of the plan make, and
// waits for it.
func TestPlanHoldsWhatIsFusedWeighedAndRemixed(t *testing.T) {
	text, err := os.ReadFile("testdata/advanced.yaml")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for _, name := range []string{"eeg-1.npy", "evc.npz", "it.npz"} {
		if err := file.WriteBytes(filepath.Join(folder, name), nil); err != nil {
			t.Fatal(err)
		}
	}
	s, err := study.Parse(filepath.Join(folder, "study.yaml"), text, study.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Plan(filepath.Join(folder, "out"))
	if err != nil {
		t.Fatal(err)
	}
	weighed, others := 0, 0
	for i, task := range p.Tasks {
		switch did := task.Step.(type) {
		case step.Fusion:
			if len(did.Times) != 1 || len(did.Regions) != 2 || len(did.Models) != 1 || len(did.Controls) != 1 || did.Controls[0].Name != "silhouette" || did.Brain != "EEG" {
				t.Errorf("fusion %+v", did)
			}
		case step.WeighLayers:
			weighed++
			if !slices.Equal(did.Layers, []string{"late"}) || did.Weigh.Window.To != 0.2 {
				t.Errorf("weigh %+v", did)
			}
		case step.Activations:
			if strings.Contains(did.Stimuli, "others") {
				others++
				if !slices.Equal(did.Layers, []string{"late=b/relu"}) || !task.Scratch {
					t.Errorf("others %+v, scratch %v", did, task.Scratch)
				}
			}
		case step.RSA:
			if len(did.Models) != 3 || did.Models[2].Name != "net remixed" {
				t.Errorf("models %+v", did.Models)
			}
		}
		for _, input := range task.Step.Inputs() {
			for j, other := range p.Tasks {
				if i != j && slices.Contains(other.Step.Outputs(), input) && !waits(p, i, j) {
					t.Errorf("%s reads what %s writes, and does not wait for it", task.Name, other.Name)
				}
			}
		}
	}
	if weighed != 3 || others != 1 {
		t.Errorf("%d brains are weighed for, activations to %d sets of other stimuli", weighed, others)
	}
}

// The recordings of a subject are its runs, in natural order, and each subject
// has a Dataset, which the RDMs wait for and which is not kept.
func TestPlanCutsRecordings(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"sub-2_run-10_meg.fif", "sub-2_run-9_meg.fif", "sub-10_run-1_meg.fif", "codes.tsv", "layers.npz", "sub-2_ica.fif", "sub-10_ica.fif"} {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(folder, "study.yaml")
	text := "study: 1\nbrain:\n  name: sensors\n  recordings: sub-*_meg.fif\n  signal: {ica: sub-*_ica.fif, lowpass: 40 Hz, reference: average}\n  epochs: {from: 0 ms, to: 800 ms, reject in: 0 ms to 1 s, equal: yes, whiten: baseline, mask: 3, names: codes.tsv, repetitions: first}\n" +
		"model rdms:\n  - {name: layers, file: layers.npz}\nrdm:\n  brain: {each: channel}\ninference: {correct: tfce, test: sign flip}\n"
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	s, err := study.Read(path, study.Options{Choices: choices})
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Plan(filepath.Join(folder, "out"))
	if err != nil {
		t.Fatal(err)
	}
	first, second, rdms := p.Tasks[0].Step.(step.Epochs), p.Tasks[1].Step.(step.Epochs), p.Tasks[2].Step.(step.RDM)
	var runs []string
	for _, file := range first.From {
		runs = append(runs, filepath.Base(file))
	}
	if want := []string{"sub-2_run-9_meg.fif", "sub-2_run-10_meg.fif"}; !slices.Equal(runs, want) || first.Subject != "2" || second.Subject != "10" {
		t.Errorf("runs %q of subject %s, then subject %s", runs, first.Subject, second.Subject)
	}
	if first.Cut.To != 0.8 || first.Arrange != epoch.First || first.Names != filepath.Join(folder, "codes.tsv") || first.Cut.Baseline != nil ||
		first.RejectIn.To != 1 || first.EqualRows != epoch.EqualCounts || first.Finder.Mask != 3 || first.Whiten != step.WhitenByBaseline {
		t.Errorf("epochs %+v", first)
	}
	if first.Signal.Lowpass != 40 || !slices.Equal(second.Signal.Reference, []string{"average"}) ||
		!slices.Equal(second.Signal.ICA, []string{filepath.Join(folder, "sub-10_ica.fif")}) {
		t.Errorf("signals %+v, %+v", first.Signal, second.Signal)
	}
	if !p.Tasks[0].Scratch || !slices.Equal(p.Tasks[2].After, []int{0, 1}) || rdms.Trials.Each != rdm.EachChannel || len(rdms.From) != 2 || rdms.From[0].Path != first.Out {
		t.Errorf("RDMs %+v after %v", rdms, p.Tasks[2].After)
	}
	where := p.Tasks[3].Step.(step.Sensors)
	if !slices.Equal(where.From, []string{first.Out, second.Out}) || !slices.Equal(p.Tasks[3].After, []int{0, 1}) || filepath.Base(where.Out) != "sensors" {
		t.Errorf("sensors %+v after %v", where, p.Tasks[3].After)
	}
	for _, task := range p.Tasks {
		if scores, ok := task.Step.(step.RSA); ok && (scores.Near.Sensors != filepath.Join(where.Out, "sensors.tsv") || !slices.Contains(task.After, 3)) {
			t.Errorf("neighbors by %q after %v", scores.Near.Sensors, task.After)
		}
	}
}

func TestClassifiersOfTheBrainGetWhatTheStudySays(t *testing.T) {
	folder := t.TempDir()
	if err := file.WriteBytes(filepath.Join(folder, "subject.npz"), nil); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("testdata/decoding.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for normalize, want := range map[string]string{"time": "time", "none": ""} {
		path := filepath.Join(folder, "study.yaml")
		if err := os.WriteFile(path, []byte(strings.Replace(string(text), "normalize: time", "normalize: "+normalize, 1)), 0o666); err != nil {
			t.Fatal(err)
		}
		s, err := study.Read(path, study.Options{Exists: func(string) bool { return true }})
		if err != nil {
			t.Fatal(err)
		}
		p, err := s.Plan(filepath.Join(folder, "out"))
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, task := range p.Tasks {
			r, made := task.Step.(step.RDM)
			if !made || r.Label != "subject" {
				continue
			}
			found = true
			if trials := r.Trials; r.Measure != "lda accuracy" || trials.Folds != "5" || trials.PseudoTrials != 10 || trials.Assignments != 20 || trials.Shrinkage != "0.1" || trials.Normalize != want || trials.Seed != 9 {
				t.Errorf("%s: %+v", r.Measure, trials)
			}
		}
		if !found {
			t.Error("nothing makes the RDMs of the brain")
		}
	}
}
