package rdm_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/rdm"
)

// The RDM of a channel is that of a Dataset that has nothing but the course of the
// channel, as its channels; in float32 as in float64, with trials in folds or not.
func TestEachChannelIsItsCourse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		measure := rapid.SampledFrom([]string{"correlation", "euclidean", "squared euclidean per channel", "crossnobis"}).Draw(t, "measure")
		ds := courses(rapid.Uint64().Draw(t, "seed"), rapid.Bool().Draw(t, "float32"))
		e := rdm.Estimator{Each: rdm.EachChannel}
		var err error
		if e.Measure, err = rdm.MeasureByName(measure); err != nil {
			t.Fatal(err)
		}
		all, err := e.Estimate(t.Context(), ds)
		if err != nil {
			t.Fatal(err)
		}
		if all.Times != nil || !slices.Equal(all.Labels["channel"], ds.Channel["name"]) || !slices.Equal(all.Labels["type"], ds.Channel["type"]) {
			t.Fatalf("times %v, labels %v", all.Times, all.Labels)
		}
		e.Each = rdm.EachTime
		for c := range ds.Shape[1] {
			one, err := e.Estimate(t.Context(), alone(ds, c))
			if err != nil {
				t.Fatal(err)
			}
			for p, want := range one.RDV(0) {
				if got := all.RDV(c)[p]; math.Abs(got-want) > 1e-6*max(1, math.Abs(want)) {
					t.Fatalf("channel %d: %v, alone %v", c, all.RDV(c), one.RDV(0))
				}
			}
		}
	})
}

// courses are trials of four conditions in three channels over five times.
func courses(seed uint64, single bool) *dataset.Dataset {
	ds := layout{conditions: 4, runs: 2, repetitions: 1, channels: 15, signal: 1}.trials(seed)
	ds.Shape = [3]int{ds.Shape[0], 3, 5}
	ds.Times = []float64{0, 0.1, 0.2, 0.3, 0.4}
	ds.Channel = map[string][]string{"name": {"MEG 1", "MEG 2", "MEG 3"}, "type": {"mag", "grad", "grad"}}
	if single {
		for _, x := range ds.F64 {
			ds.F32 = append(ds.F32, float32(x))
		}
		ds.F64 = nil
	}
	return ds
}

// alone has the times of a channel as its channels, and nothing else.
func alone(ds *dataset.Dataset, channel int) *dataset.Dataset {
	one := &dataset.Dataset{Shape: [3]int{ds.Shape[0], ds.Shape[2], 1}, Observation: ds.Observation}
	for o := range ds.Shape[0] {
		for t := range ds.Shape[2] {
			if ds.F32 != nil {
				one.F32 = append(one.F32, float32(ds.At(o, channel, t)))
			} else {
				one.F64 = append(one.F64, ds.At(o, channel, t))
			}
		}
	}
	return one
}

// Without names nobody could tell the RDMs apart, and without times there is no
// course.
func TestEachChannelNeedsNamesAndTimes(t *testing.T) {
	measure, err := rdm.MeasureByName("euclidean")
	if err != nil {
		t.Fatal(err)
	}
	e := rdm.Estimator{Measure: measure, Each: rdm.EachChannel}
	nameless := courses(1, false)
	nameless.Channel = nil
	short := courses(1, false)
	short.Shape, short.Times, short.F64 = [3]int{short.Shape[0], 3, 1}, nil, short.F64[:3*short.Shape[0]]
	for want, ds := range map[string]*dataset.Dataset{"no names": nameless, "no times": short} {
		if _, err := e.Estimate(t.Context(), ds); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("err = %v, want %q", err, want)
		}
	}
}
