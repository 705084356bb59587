package mat_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isocortex/isocortex/format/mat"
	"github.com/isocortex/isocortex/realtest"
)

// Shapes and absolute sums of published variables are those that SciPy 1.10.1 and
// numpy.sum(abs(a), dtype="f8") give.
func TestRealVariables(t *testing.T) {
	for _, c := range []struct {
		file, address string
		class         mat.Class
		shape         []int
		sum           float64
	}{
		{"objects92/92_brainRDMs.mat", "RDMs(1,3,2).RDM", mat.Single, []int{92, 92}, 7282.601507306099},
		{"objects92/92_brainRDMs.mat", "RDMs(7).RDM", mat.Single, []int{92, 92}, 7282.601507306099},
		{"objects92/92_modelRDMs.mat", "Models(5).RDM", mat.Double, []int{92, 92}, 2000.1539365593976},
		{"objects92/92_behavRDMs.mat", "rdms_behav_92(16).RDM", mat.Double, []int{92, 92}, 115.74065884629353},
		{"objects92/Kriegeskorte_Neuron2008_supplementalData.mat", "RDMs_mIT_hIT_fig1(2).RDM", mat.Double, []int{1, 4186}, 3549.46457657218},
		{"objects92/Kriegeskorte_Neuron2008_supplementalData.mat", "stimuli_92objs(92).image", mat.Uint8, []int{175, 175, 3}, 17296379},
		{"objects92/Kriegeskorte_Neuron2008_supplementalData.mat", "categoryVectors", mat.Double, []int{92, 12}, 353},
		{"objects92/simTruePatterns.mat", "simTruePatterns", mat.Double, []int{92, 100}, 8.842497362083516e+19},
		{"objects92/fmri15/target_fmri.mat", "IT_RDMs", mat.Double, []int{15, 92, 92}, 58215.72038419654},
		{"objects92/fmri15/target_fmri.mat", "IT_RDMs(4,11,21)", mat.Double, []int{1, 1}, 0.46322063953601655},
		{"faces/olivettifaces.mat", "faces", mat.Double, []int{4096, 400}, 216898402},
		{"faces/olivettifaces.mat", "faces(11,21)", mat.Double, []int{1, 1}, 147},
		{"meg_eeg/fieldtrip_neuromag306_raw_v7.mat", "data.trial{1}", mat.Double, []int{373, 1503}, 111.11517026679428},
	} {
		v, err := open(t, realtest.Path(t, c.file)).Read(c.address)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := sum(v.Numbers); v.Class != c.class || !cmp.Equal(v.Shape, c.shape) || math.Abs(got/c.sum-1) > 1e-12 {
			t.Errorf("%s#%s: %s %v with sum %.17g, want %s %v with %.17g", c.file, c.address, v.Class, v.Shape, got, c.class, c.shape, c.sum)
		}
	}
}

func sum(numbers any) (total float64) {
	switch numbers := numbers.(type) {
	case []float64:
		for _, x := range numbers {
			total += math.Abs(x)
		}
	case []float32:
		for _, x := range numbers {
			total += math.Abs(float64(x))
		}
	case []uint8:
		for _, x := range numbers {
			total += math.Abs(float64(x))
		}
	}
	return total
}

// Every variable of every published file is read whole.
func TestRealFiles(t *testing.T) {
	for name, want := range map[string]int{
		"objects92/92_brainRDMs.mat":                             1,
		"objects92/92_modelRDMs.mat":                             1,
		"objects92/92_behavRDMs.mat":                             1,
		"objects92/Kriegeskorte_Neuron2008_supplementalData.mat": 4,
		"objects92/simTruePatterns.mat":                          2,
		"objects92/fmri15/target_fmri.mat":                       2,
		"faces/olivettifaces.mat":                                1,
		"meg_eeg/fieldtrip_neuromag306_raw_v7.mat":               2,
	} {
		f := open(t, realtest.Path(t, name))
		if got := len(f.Variables()); got != want {
			t.Errorf("%s lists %d variables, want %d", name, got, want)
		}
		for _, info := range f.Variables() {
			v, err := f.Read(info.Name)
			if err != nil || v.Class != info.Class || !cmp.Equal(v.Shape, info.Shape) {
				t.Errorf("%s: %s %v, %v; listed as %v", name, v.Class, v.Shape, err, info)
			}
		}
	}
}

func TestRealTexts(t *testing.T) {
	f := open(t, realtest.Path(t, "objects92", "Kriegeskorte_Neuron2008_supplementalData.mat"))
	v, err := f.Read("categoryLabels")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"animate", "inanim", "human", "nonhumani", "body", "face", "natObj", "artiObj", "rand24", "rand48", "other48", "monkeyape"}
	if got, err := v.Strings(); err != nil || !cmp.Equal(got, want) {
		t.Errorf("category labels are %q, %v", got, err)
	}
	if got, err := f.Fields("stimuli_92objs"); err != nil || !cmp.Equal(got, []string{"category", "human", "face", "animal", "natural", "image"}) {
		t.Errorf("fields of the stimuli are %q, %v", got, err)
	}
}
