package step

import (
	"strings"
	"testing"
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
