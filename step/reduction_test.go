package step

import (
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/projection"
)

func TestReductionsThatContradictThemselves(t *testing.T) {
	for want, r := range map[string]Reduction{
		"choose one of pca:K":                    {To: "ica:3"},
		"reduction pca:3, and components of old": {To: "pca:3", Components: "old"},
		"only principal components are fitted":   {To: "random:3", Fit: "others"},
		"leave out the stimuli of the fit":       {Components: "old", Fit: "others"},
	} {
		if err := r.check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: err = %v, want %q", r, err, want)
		}
	}
	for _, r := range []Reduction{{}, {To: "pca:3", Fit: "others"}, {To: "pool:max"}, {Components: "old"}} {
		if err := r.check(); err != nil {
			t.Errorf("%+v: %v", r, err)
		}
	}
}

// What a reduction reads decides about the rows, and is an input of the step.
func TestReductionsHaveInputs(t *testing.T) {
	s := Activations{Network: "net.onnx", Stimuli: "pictures", Reduction: Reduction{Fit: "others", Components: "old"}}
	inputs := strings.Join(s.Inputs(), " ")
	if !strings.Contains(inputs, "others") || !strings.Contains(inputs, "old/components") {
		t.Errorf("inputs are %s", inputs)
	}
}

// Fits of small layers stay in memory, those of large ones take files; a forecast
// says what, and what their components take.
func TestFitsOfLargeLayersTakeFiles(t *testing.T) {
	const components = 100
	shapes := [][]int{{4096}, {64, 224, 224}, {1000}, {128, 112, 112}}
	inFile, bytes := fitsInFiles(shapes, components)
	want := projection.FitBytes(64*224*224, components) + projection.FitBytes(128*112*112, components)
	if !slices.Equal(inFile, []bool{false, true, false, true}) || bytes != want {
		t.Errorf("in files: %v, %d bytes, want %d", inFile, bytes, want)
	}
	s := Activations{Out: t.TempDir(), Reduction: Reduction{To: "pca:100"}}
	f := s.forecast(&network.Network{Name: "vgg16"}, 1000, shapes)
	units := 4096 + 64*224*224 + 1000 + 128*112*112
	if f.Scratch != want || f.Components != int64(4*components*units) || f.Passes != 2 || f.Activations != 4*4*components*1000 {
		t.Errorf("forecast %+v", f)
	}
	if !strings.Contains(f.Text, "through scratch files of 5.2 GB; the components take 1.9 GB") {
		t.Errorf("forecast says %q", f.Text)
	}
}

// What a disk cannot hold is refused before the pass.
func TestFitsThatDoNotFitAreRefused(t *testing.T) {
	f := &fitting{reducer: &reducer{recipe: projection.Recipe{Method: projection.Components, Channels: 1 << 20}}, env: &Env{}, folder: t.TempDir()}
	err := f.Begin([][]int{{1 << 22}})
	if err == nil || !strings.Contains(err.Error(), "fitting 1048576 components takes") || !strings.Contains(err.Error(), "reduce fewer layers") {
		t.Errorf("err = %v", err)
	}
}
