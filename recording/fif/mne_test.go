package fif

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/recording"
)

// Averages and standard errors, a covariance with its projections, and events that
// MNE-Python has written are read as it reads them.
func TestMNEReadsTheSameOfEpochs(t *testing.T) {
	var want struct {
		Averages []struct {
			Name        string
			Kind, Count int
			Times       []float64
			Signal      [][]float64
		}
		Covariance struct {
			Channels             []string
			Freedom, Projections int
			Matrix               []float64
		}
		Events      [][3]int
		Projections []recording.Projection
	}
	realtest.Reference(t, "small.json", &want)
	path := func(name string) string { return filepath.Join("testdata", "reference", name) }
	averages, err := Averages(path("small-ave.fif"))
	if err != nil || len(averages) != len(want.Averages) {
		t.Fatalf("%d averages, %v", len(averages), err)
	}
	near := cmpopts.EquateApprox(1e-12, 1e-20)
	for i, w := range want.Averages {
		a := averages[i]
		if a.Name != w.Name || a.Count != w.Count || int(a.Kind) != w.Kind || a.Kind != map[int]AverageKind{0: Mean, 1: Mean, 2: StandardError}[i] {
			t.Errorf("%s, of kind %d and %d epochs; want %+v", a.Name, a.Kind, a.Count, w)
		}
		if diff := cmp.Diff(w.Signal, a.Signal, near); diff != "" {
			t.Error(diff)
		}
		// MNE counts from a first time in float32.
		if diff := cmp.Diff(w.Times, a.Times(), cmpopts.EquateApprox(0, 1e-8)); diff != "" {
			t.Error(diff)
		}
	}
	c, err := ReadCovariance(path("small-cov.fif"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.Covariance.Channels, c.Channels); diff != "" || c.Freedom != want.Covariance.Freedom || len(c.Projections) != want.Covariance.Projections {
		t.Errorf("%d degrees of freedom, %d projections, %s", c.Freedom, len(c.Projections), diff)
	}
	if diff := cmp.Diff(want.Covariance.Matrix, c.Matrix); diff != "" {
		t.Error(diff)
	}
	list, err := Projections(path("small-proj.fif"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.Projections, list); diff != "" {
		t.Error(diff)
	}
	events, err := Events(path("small-eve.fif"))
	if err != nil || len(events) != len(want.Events) {
		t.Fatalf("%d events, %v", len(events), err)
	}
	for i, e := range events {
		if got := [3]int{int(e.At), e.Before, e.Code}; got != want.Events[i] {
			t.Errorf("event %d is %v, want %v", i, got, want.Events[i])
		}
	}
}

// Onsets of annotations count from the date that stands with them, where one does:
// what lies between it and the first stored sample is taken off.
func TestAnnotationsHaveDates(t *testing.T) {
	const seconds = 1_600_000_000
	for name, c := range map[string]struct {
		dates func(e *encoder)
		want  float64
	}{
		"none":       {func(*encoder) {}, 3},
		"the same":   {func(e *encoder) { e.int(measured, seconds, 500_000) }, 2},
		"an earlier": {func(e *encoder) { e.int(measured, seconds-1, 0) }, .5},
	} {
		data := madeFile{rate: 100, info: func(e *encoder) { e.int(measured, seconds, 500_000) }, tags: func(e *encoder) {
			e.int(firstIndex, 100)
			e.tag(dataBuffer, formDAU, short(1, 2))
			e.block(annotations, func() {
				e.tag(rangeStart, formFloat64, doubles([]float64{3}))
				e.tag(rangeEnd, formFloat64, doubles([]float64{3.25}))
				e.names(comment, []string{"BAD: x"})
				c.dates(e)
			})
		}}.bytes(t)
		r, err := Open(saved(t, data), Options{})
		if err != nil {
			t.Fatal(err)
		}
		a := r.Header().Annotations[0]
		if math.Abs(a.Onset-c.want) > 1e-9 || math.Abs(a.Duration-.25) > 1e-9 || a.Text != "BAD: x" {
			t.Errorf("%s: %+v, want an onset of %g", name, a, c.want)
		}
		r.Close()
	}
}

// Events of a text have three columns, or four with their times, as MNE writes and
// wrote them.
func TestEventsOfTexts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.eve")
	want := []recording.Event{{At: 6994, Before: 0, Code: 2}, {At: 7086, Before: 2, Code: 32}}
	for text, wrong := range map[string]string{
		"6994 0 2\n7086 2 32\n": "",
		"# sample\r\n  6994   11.645    0    2\r\n7086 11.798 2 32": "",
		"6994.0 0 2\n\n7086 2 32":                                   "",
		"6994 0 2\n7086 2\n":                                        "line 2: malformed: 2 numbers",
		"6994 0 2\n7086 2 face\n":                                   `line 2: malformed: "face" is no whole number`,
		"6994 0 2.5\n":                                              `"2.5" is no whole number`,
		"# none":                                                    "it has no events",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := Events(path)
		if wrong != "" {
			if err == nil || !strings.Contains(err.Error(), wrong) {
				t.Errorf("%q: %v, want %q", text, err, wrong)
			}
			continue
		}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v, %s", text, err, diff)
		}
	}
}
