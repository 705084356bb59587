package rsa_test

import (
	"strings"
	"testing"

	"github.com/isocortex/isocortex/rsa"
)

func TestCheckFindsSeriesThatDoNotFit(t *testing.T) {
	two := []rsa.Number{1, 2}
	course := func() *rsa.Course { return &rsa.Course{Score: two, Low: two, High: two, P: two, Corrected: two} }
	still := rsa.ModelResult{Name: "a"}
	moving := rsa.ModelResult{Name: "a", Course: course(), Peak: &rsa.PeakResult{Index: 1}}
	ceiling := &rsa.NoiseCeiling{Lower: rsa.Series{Values: two[:1]}, Upper: rsa.Series{Values: two[:1]}}
	short, late, early := moving, moving, moving
	short.Course = course()
	short.Course.Scores = [][]rsa.Number{two, two[:1]}
	late.Peak, early.Peak = &rsa.PeakResult{Index: 2}, &rsa.PeakResult{Index: -2}
	times := []float64{0, 0.1}
	for _, c := range []struct {
		want   string
		result rsa.Result
	}{
		{"", rsa.Result{Models: []rsa.ModelResult{still}, NoiseCeiling: ceiling}},
		{"", rsa.Result{Models: []rsa.ModelResult{moving}, Times: times}},
		{"no models", rsa.Result{}},
		{"noise_ceiling has 1 and 1", rsa.Result{Models: []rsa.ModelResult{moving}, Times: times, NoiseCeiling: ceiling}},
		{"no course or no peak", rsa.Result{Models: []rsa.ModelResult{still}, Times: times}},
		{"there are no times", rsa.Result{Models: []rsa.ModelResult{moving}}},
		{"a series of 1 numbers", rsa.Result{Models: []rsa.ModelResult{short}, Times: times}},
		{"time 2 of 2", rsa.Result{Models: []rsa.ModelResult{late}, Times: times}},
		{"time -2 of 2", rsa.Result{Models: []rsa.ModelResult{early}, Times: times}},
	} {
		if err := c.result.Check(); (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("Check says %v, want %q", err, c.want)
		}
	}
}
