package step_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/exchange"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/step"
)

// told is what must be said of the published files: the kind, and lines.
var told = map[string][]string{
	"eeg49/output_rdms.npy":                                          {"array", "1176 × 218, float64"},
	"eeg49/time_s_218.npy":                                           {"array", "218, float64"},
	"eeg49/vgg16_layer_correlations_22x49x49.npy":                    {"array", "22 × 49 × 49, float64"},
	"faces/olivettifaces.mat":                                        {"variables", "faces  4096 × 400, double"},
	"formats/version-slim-320.onnx":                                  {"network", `264732 parameters, input "input" of 1 × 3 × 240 × 320`},
	"meg_eeg/biosemi72_2048Hz.bdf":                                   {"recording, BDF", "73 channels at 2048 Hz, 2048 times: 1 s", "72 eeg, 1 stim", "filtered: from 0 to 417 Hz"},
	"meg_eeg/brainvision/test.vhdr":                                  {"recording, BrainVision", "32 channels at 1000 Hz, 7900 times: 7.9 s", "26 eeg, 6 misc", "14 events of 7 codes: 99999, 253, ... 2001 (7)", "filtered: from 0 to 250 Hz", "recorded 2013-11-13 16:14:03"},
	"meg_eeg/eeglab/eeglab_data.set":                                 {"recording, EEGLAB", "32 channels at 128 Hz, 30504 times: 238.3 s", "30 eeg, 2 eog", "154 events of 2 codes: 2, 1", "32 electrodes with a place on the head", "154 annotations: square, rt"},
	"meg_eeg/test.edf":                                               {"recording, EDF", "16 channels at 256 Hz, 15360 times: 60 s"},
	"meg_eeg/fif/sample_audvis_trunc_raw_sss.fif":                    {"recording, FIF", "204 grad, 102 mag, 9 stim, 60 eeg, 1 eog", "signal space separation left 69 dimensions of MEG", "projection Average EEG reference of 60 channels, not applied"},
	"meg_eeg/fif/test-ave.fif.gz":                                    {"averages of epochs", "Left Auditory: of 3 epochs, 204 grad, 102 mag, 9 stim, 60 eeg, 1 eog, -199.8 ms to 499.5 ms from stimulus onset"},
	"meg_eeg/fif/test-cov.fif":                                       {"noise covariance", "366 channels, 2904 degrees of freedom, 4 projections"},
	"meg_eeg/fif/test-eve.fif":                                       {"events", "31 events"},
	"meg_eeg/fif/test-proj.fif":                                      {"projections", "projection planar-1--0.200-0.300-PCA-01 of 204 channels, not applied"},
	"meg_eeg/fieldtrip_neuromag306_raw_v7.mat":                       {"recording, FieldTrip", "373 channels at 300.3074951171875 Hz, 1503 times: 5.005 s"},
	"objects92/92_behavRDMs.mat":                                     {"RDMs", "16 RDMs of 92 conditions: no labels", "rdms_behav_92  1 × 16, struct of RDM, name, color"},
	"objects92/92_brainRDMs.mat":                                     {"RDMs", "8 RDMs of 92 conditions: no labels", "subject: BE, KO, SN, TI", "session: 1, 2", "RDMs  1 × 4 × 2, struct of RDM, name, color"},
	"objects92/92_modelRDMs.mat":                                     {"RDMs", "8 RDMs of 92 conditions: no labels", "name: animacy, FaceBodyManmadeNatobj, ... RADON (8)"},
	"objects92/simTruePatterns.mat":                                  {"variables", "simTruePatterns  92 × 100, double", "simTruePatterns2  92 × 100, double"},
	"objects92/fmri15/target_fmri.mat":                               {"variables", "EVC_RDMs  15 × 92 × 92, double", "IT_RDMs  15 × 92 × 92, double"},
	"squeezenet1_1/io/input_0.npy":                                   {"array", "1 × 3 × 224 × 224, float32"},
	"squeezenet1_1/io/input_1.npy":                                   {"array", "1 × 3 × 224 × 224, float32"},
	"squeezenet1_1/io/output_0.npy":                                  {"array", "1 × 1000, float32"},
	"squeezenet1_1/io/output_1.npy":                                  {"array", "1 × 1000, float32"},
	"squeezenet1_1/reference_activations_object_01.npz":              {"variables", "conv1  788544, float32", "logits  1000, float32"},
	"squeezenet1_1/reference_input_object_01.npy":                    {"array", "3 × 224 × 224, float32"},
	"squeezenet1_1/reference_rdms_49.npz":                            {"variables", "fire2  1176, float64"},
	"squeezenet1_1/reference_rdms_92.npz":                            {"variables", "fire9  4186, float64"},
	"squeezenet1_1/squeezenet1_1.onnx":                               {"network", `1235496 parameters, input "data" of n × 3 × 224 × 224`, "65 layers:"},
	"formats/version-slim-320.pth":                                   {"weights", "184 arrays:"},
	"squeezenet1_1/squeezenet1_1.pth":                                {"network", `the weights of squeezenet1_1; pictures are prepared by "torchvision"`},
	"squeezenet1_1/squeezenet1_1_legacy.pth":                         {"network", `the weights of squeezenet1_1; pictures are prepared by "torchvision"`},
	"squeezenet1_1/squeezenet1_1.safetensors":                        {"network", `the weights of squeezenet1_1; pictures are prepared by "torchvision"`},
	"eeg49/stimuli":                                                  {"stimuli", "49 pictures: stim_001, stim_002, ... stim_049 (49)"},
	"objects92/stimuli":                                              {"stimuli", "92 pictures: object_01, object_02, ... object_92 (92)"},
	"objects92/stimuli_categories.csv":                               {"table", "92 rows of index, category, human, face, animal, natural"},
	"haxby2001/haxby2001/sub001/BOLD/task001_run001/bold_events.tsv": {"table", "8 rows of onset, duration, trial_type"},
	"objects92/Kriegeskorte_Neuron2008_supplementalData.mat": {
		"RDMs", "2 RDMs of 92 conditions: no labels", "name: mIT_674neurons, hITvisStim_316vx",
		"categoryLabels  1 × 12, cell", "categoryVectors  92 × 12, double", "stimuli_92objs  1 × 92, struct of category, human, face, animal, natural, image",
	},
}

// Every published array, network and folder of pictures is described rightly,
// and every other file is called by what it is.
func TestInspectRealFiles(t *testing.T) {
	root := realtest.Path(t)
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		want := told[filepath.ToSlash(name)]
		if entry.IsDir() && want == nil {
			return nil
		}
		fact, err := step.Inspect(path)
		switch {
		case want == nil:
			unread(t, path, err)
		case err != nil || fact.Kind != want[0]:
			t.Errorf("%s: %q, %v; want %q", name, fact.Kind, err, want[0])
		default:
			for _, line := range want[1:] {
				if !slices.Contains(fact.Lines, line) {
					t.Errorf("%s: no line %q in\n%s", name, line, strings.Join(fact.Lines, "\n"))
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// unread requires that a file of one of the kinds that are read was read, and
// that others were refused for what they are.
func unread(t *testing.T, path string, err error) {
	t.Helper()
	switch ending := strings.ToLower(filepath.Ext(path)); ending {
	case ".npy", ".npz", ".mat", ".onnx":
		t.Errorf("%s: nothing says what must be told of it (%v)", path, err)
	case ".png", ".tsv", ".csv":
		if err != nil {
			t.Error(err)
		}
	default:
		if !errors.Is(err, file.ErrUnsupported) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// What was written for other programs is described, whatever it holds and
// however it is kept.
func TestInspectWhatWasExported(t *testing.T) {
	table := &result.Table{Description: "Scores.", Columns: []result.Column{{Name: "score", Description: "Its score.", Numbers: []float64{1, 2}}}}
	array := map[string]*npy.Array{"mean": {Shape: []int{2, 3}, Data: []float32{1, 2, 3, 4, 5, 6}}}
	for ending, want := range map[string][2]string{
		"csv": {"2 rows of score", "2 rows of column_1, column_2, column_3"},
		"mat": {"columns  1 × 1, struct of score", "mean  2 × 3, single"},
		"h5":  {"score  2, float64", "mean  2 × 3, float32"},
	} {
		for i, write := range []func(path string) error{
			func(path string) error { return exchange.WriteTable(path, table) },
			func(path string) error { return exchange.WriteArrays(path, array) },
		} {
			path := filepath.Join(t.TempDir(), "x."+ending)
			if err := write(path); err != nil {
				t.Fatal(err)
			}
			fact, err := step.Inspect(path)
			if text := strings.Join(fact.Lines, "\n"); err != nil || !strings.Contains(text, want[i]) {
				t.Errorf("%s: %q, %v, want %q", ending, text, err, want[i])
			}
		}
	}
}

func TestInspectTellsStrangersApart(t *testing.T) {
	for name, want := range map[string]string{
		"r.set": "not a recording that this program reads", "r.fdt": "name the .set file beside it", "bold.nii.gz": "volumes of a brain",
		"x.PTH": "the file is none of PyTorch, safetensors", "notes.doc": "not a kind of file this program knows: .onnx, .mat, .h5, .csv",
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte("words"), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := step.Inspect(path); !errors.Is(err, file.ErrUnsupported) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
}

// What is missing of RDMs is counted.
func TestInspectCountsNaN(t *testing.T) {
	path := saved(t, "a.csv", "condition1,condition2,dissimilarity\na,b,1\na,c,NA\nb,c,3\n")
	fact, err := step.Inspect(path)
	if err != nil || !slices.Contains(fact.Lines, "1 of 3 dissimilarities are NaN") {
		t.Errorf("%v, %v", fact, err)
	}
}
