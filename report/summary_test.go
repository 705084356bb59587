package report

import (
	"strings"
	"testing"

	"github.com/isocortex/isocortex/rsa"
)

// Layers of one name are told apart by their networks; others are called as they
// are.
func TestLayersOfOneNameAreToldApartInWords(t *testing.T) {
	peak := func(seconds float64) *rsa.PeakResult { return &rsa.PeakResult{Score: 0.4, Time: rsa.Number(seconds)} }
	course := &rsa.Course{Score: []rsa.Number{0.4}, P: []rsa.Number{0.01}, Corrected: []rsa.Number{0.01}}
	found := &rsa.Result{
		Comparator: "spearman", Test: rsa.SignFlip, Level: 0.05, Times: []float64{0.1}, Subjects: 5,
		Models: []rsa.ModelResult{
			{Name: "layer1", Network: "A", Score: 0.4, Course: course, Peak: peak(0.1)},
			{Name: "layer1", Network: "B", Score: 0.3, Course: course, Peak: peak(0.2)},
			{Name: "pixels", Network: "C", Score: 0.2, Course: course, Peak: peak(0.3)},
		},
	}
	text := strings.ReplaceAll(strings.Join(summarize(found), " "), "\u00a0", " ")
	for _, want := range []string{"A layer1 at 100 ms", "B layer1 at 200 ms", "and pixels at 300 ms"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q does not say %q", text, want)
		}
	}
}
