package rsa_test

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/unit"
	"github.com/isocortex/isocortex/work"
)

// atChannels gives the times of subjects the names of channels.
func atChannels(subjects rsa.Subjects) rsa.Subjects {
	subjects.Channels = []string{"MEG 1", "MEG 2", "MEG 3"}
	subjects.Times = nil
	return subjects
}

// beside gives subjects channels of which the first so many are in a row.
func beside(subjects rsa.Subjects, points int) rsa.Subjects {
	subjects = atChannels(subjects)
	subjects.Neighbors = &rsa.Neighbors{Adjacency: inference.Line(points), Source: "a row"}
	return subjects
}

// What is found at channels is what is found at as many times, but for where: the
// scores, the tests, and the intervals of the largest.
func TestChannelsAreScoredAsTimes(t *testing.T) {
	models, subjects := simulated(7, 8, 3, 0, 2)
	subjects.Times = []float64{0, 0.1, 0.2}
	e := rsa.Evaluation{Draws: 200, BootstrapDraws: 50, BootstrapOver: "subjects", Test: rsa.SignFlip}
	over, at := run(t, e, models, subjects), run(t, e, models, atChannels(subjects))
	if !slices.Equal(at.Channels, []string{"MEG 1", "MEG 2", "MEG 3"}) || at.Times != nil {
		t.Fatalf("channels %q, times %v", at.Channels, at.Times)
	}
	for m, want := range over.Models {
		got := at.Models[m]
		if !slices.Equal(got.Course.Score, want.Course.Score) || !slices.Equal(got.Course.Corrected, want.Course.Corrected) || !slices.Equal(got.Course.Low, want.Course.Low) {
			t.Errorf("%s: %+v, over times %+v", got.Name, got.Course, want.Course)
		}
		peak := got.Peak
		if peak.Index != want.Peak.Index || peak.Channel != at.Channels[peak.Index] || !math.IsNaN(float64(peak.Time)) || peak.TimeCI != nil || *peak.ScoreCI != *want.Peak.ScoreCI {
			t.Errorf("%s: peak %+v, over times %+v", got.Name, peak, want.Peak)
		}
	}
	if d := at.Differences[0]; d.Time != nil || !slices.Contains(at.Channels, d.Channel) || d.P != over.Differences[0].P {
		t.Errorf("difference %+v, over times %+v", d, over.Differences[0])
	}
	data, err := json.Marshal(at)
	var back rsa.Result
	if err == nil {
		err = json.Unmarshal(data, &back)
	}
	if err == nil {
		err = back.Check()
	}
	if err != nil {
		t.Error(err)
	}
}

// Where there is nothing, the highest of many channels is above zero, and higher
// still in every draw of subjects. Its interval allows for that: it holds zero.
func TestIntervalsOfPeaksHold(t *testing.T) {
	const repeats, channels, subjects, conditions = 60, 30, 10, 8
	holds := 0
	for repeat := range repeats {
		random := seed.Stream(8, "nothing", repeat)
		noise := func() []float64 {
			x := make([]float64, rdm.Pairs(conditions))
			for i := range x {
				x[i] = random.NormFloat64()
			}
			return x
		}
		data := rsa.Subjects{Matched: "label"}
		for c := range channels {
			data.Channels = append(data.Channels, strconv.Itoa(c))
		}
		for range subjects {
			var course [][]float64
			for range channels {
				course = append(course, noise())
			}
			data.RDVs = append(data.RDVs, course)
		}
		e := rsa.Evaluation{Comparator: named(t, "pearson"), Test: rsa.None, BootstrapOver: "subjects", BootstrapDraws: 200}
		peak := run(t, e, []rsa.Model{{Name: "absent", RDV: noise()}}, data).Models[0].Peak
		if peak.ScoreCI[0] > peak.Score || peak.ScoreCI[1] < peak.Score {
			t.Fatalf("%g is not in its interval %v", peak.Score, peak.ScoreCI)
		}
		if peak.ScoreCI[0] <= 0 {
			holds++
		}
	}
	if holds < repeats*9/10 {
		t.Errorf("of %d intervals of 0.95, %d hold the score that there is", repeats, holds)
	}
}

// Fixed scores are those of the mean RDM, each pair over the subjects that have it.
func TestFixedScoresAreOfTheMeanRDM(t *testing.T) {
	models, subjects := simulated(4, 6, 3, 0, 1)
	subjects = atChannels(subjects)
	subjects.RDVs[1][2][4] = math.NaN()
	pearson := compare.Comparators[0]
	found := run(t, rsa.Evaluation{Comparator: pearson, Test: rsa.None, BootstrapOver: rsa.None}, models, subjects)
	for m, model := range found.Models {
		for c, got := range model.Course.Fixed {
			mean := make([]float64, len(models[m].RDV))
			for p := range mean {
				count := 0.0
				for _, channels := range subjects.RDVs {
					if x := channels[c][p]; !math.IsNaN(x) {
						mean[p] += x
						count++
					}
				}
				mean[p] /= count
			}
			want, err := pearson.Score(models[m].RDV, mean)
			if err != nil || math.Abs(float64(got)-want.Value) > 1e-12 {
				t.Errorf("%s at %s: %v, want %v, %v", model.Name, found.Channels[c], got, want.Value, err)
			}
		}
	}
	if !warned(found, "up to 1 of 15 pairs are means over the subjects that have them, at 1 of 3 channels") {
		t.Errorf("warnings %q", found.Warnings)
	}
	if alone := run(t, rsa.Evaluation{Test: rsa.None, BootstrapOver: rsa.None}, models, rsa.Subjects{RDVs: subjects.RDVs[:1], Channels: subjects.Channels}); alone.Models[0].Course.Fixed != nil {
		t.Error("one subject has fixed scores beside its own")
	}
}

// Nobody knows by itself which channels are neighbors, and how many RDMs there are
// is that of channels and times.
func TestChannelsAreNoTimes(t *testing.T) {
	models, subjects := simulated(5, 6, 3, 0)
	both := atChannels(subjects)
	both.Times = []float64{0, 1, 2}
	few := atChannels(subjects)
	few.Channels = few.Channels[:2]
	for want, c := range map[string]struct {
		e rsa.Evaluation
		s rsa.Subjects
	}{
		"nobody says which channels are side by side":            {rsa.Evaluation{Test: rsa.SignFlip, Correction: rsa.ClusterMass}, atChannels(subjects)},
		"2 points for 3 channels":                                {rsa.Evaluation{Test: rsa.SignFlip, Correction: rsa.TFCE}, beside(subjects, 2)},
		"3 times and 3 channels are named where the RDMs have 3": {rsa.Evaluation{}, both},
		"0 times and 2 channels":                                 {rsa.Evaluation{}, few},
	} {
		if _, err := c.e.Run(t.Context(), models, c.s, work.Budget{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("err = %v, want %q", err, want)
		}
	}
}

// Channels in a row are as times are, be it for clusters or threshold-free.
func TestChannelsInARowAreAsTimes(t *testing.T) {
	models, subjects := simulated(7, 8, 3, 0, 2)
	subjects.Times = []float64{0, 0.1, 0.2}
	for _, correction := range []string{rsa.ClusterMass, rsa.TFCE} {
		e := rsa.Evaluation{Test: rsa.SignFlip, Correction: correction, Draws: 100, BootstrapOver: rsa.None}
		over, at := run(t, e, models, subjects), run(t, e, models, beside(subjects, 3))
		for m, want := range over.Models {
			if got := at.Models[m].Course.Corrected; !slices.Equal(got, want.Course.Corrected) {
				t.Errorf("%s: p = %v at channels, %v over times", correction, got, want.Course.Corrected)
			}
		}
		if at.Neighbors == nil || at.Neighbors.Source != "a row" {
			t.Errorf("neighbors %+v", at.Neighbors)
		}
	}
}

// Over channels and times an effect is found where and when it is, and what is at
// one channel or at one time is as it is alone.
func TestChannelsAndTimes(t *testing.T) {
	models, subjects := simulated(8, 10, 6, 2)
	subjects.Times, subjects.Channels = []float64{0, 0.1, 0.2}, []string{"Fz", "Oz"}
	subjects.Neighbors = &rsa.Neighbors{Adjacency: inference.Line(2)}
	e := rsa.Evaluation{Test: rsa.SignFlip, Correction: rsa.ClusterMass, BootstrapDraws: 50}
	found := run(t, e, models, subjects)
	peak := found.Models[0].Peak
	if place := peak.Index; peak.Channel != subjects.Channels[place/3] || float64(peak.Time) != subjects.Times[place%3] || peak.TimeCI == nil {
		t.Errorf("the peak is %+v", peak)
	}
	if d := found.Differences[0]; d.Channel == "" || d.Time == nil {
		t.Errorf("the difference is %+v", d)
	}
	oz := subjects
	oz.Channels, oz.RDVs = nil, nil
	for _, points := range subjects.RDVs {
		oz.RDVs = append(oz.RDVs, points[3:])
	}
	e.Correction = rsa.MaxStatistic
	alone := run(t, e, models, oz)
	for m, model := range alone.Models {
		if c := found.Models[m].Course; !slices.Equal(c.Score[3:], model.Course.Score) || !slices.Equal(c.P[3:], model.Course.P) || len(c.Fixed) != 6 {
			t.Errorf("%s: %v at Oz, %v alone", model.Name, c.Score[3:], model.Course.Score)
		}
	}
	e.Window = unit.Span{From: 0.05, To: 0.25}
	if p := run(t, e, models, subjects).Models[0].Peak; float64(p.Time) < 0.05 {
		t.Errorf("the peak is %+v, outside the window", p)
	}
}
