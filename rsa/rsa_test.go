package rsa_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/unit"
	"github.com/isocortex/isocortex/work"
)

func ExampleEvaluation_Run() {
	models := []rsa.Model{{Name: "faces against houses", RDV: []float64{0, 1, 1, 1, 1, 0}}} // of 2 faces, 2 houses
	subjects := rsa.Subjects{RDVs: [][][]float64{
		{{0.2, 0.8, 0.7, 0.9, 0.6, 0.1}},
		{{0.5, 0.6, 0.8, 0.7, 0.9, 0.4}},
	}}
	result, err := rsa.Evaluation{BootstrapOver: rsa.None}.Run(context.Background(), models, subjects, work.Budget{})
	if err != nil {
		fmt.Println(err)
		return
	}
	m := result.Models[0]
	fmt.Printf("%s: %.3f, p = %.3f by %s over %d permutations\n", m.Name, m.Score, *m.P, result.Test, result.Draws)
	// Output: faces against houses: 0.828, p = 0.333 by label permutation over 24 permutations
}

// simulated is data whose truth is known: model 0 is in the subjects around
// 0.1 s, model 1 is not. Any two RDMs of a dozen conditions are a little alike
// by chance, which subjects who share one of them repeat; so model 1 is made to
// have no correlation with model 0.
func simulated(subjects, conditions, times int, index ...int) ([]rsa.Model, rsa.Subjects) {
	random := seed.Stream(3, "simulated", index...)
	rdv := func() []float64 {
		position := make([][3]float64, conditions)
		for i := range position {
			position[i] = [3]float64{random.NormFloat64(), random.NormFloat64(), random.NormFloat64()}
		}
		var x []float64
		for i, a := range position {
			for _, b := range position[i+1:] {
				x = append(x, math.Hypot(math.Hypot(a[0]-b[0], a[1]-b[1]), a[2]-b[2]))
			}
		}
		return x
	}
	models := []rsa.Model{{Name: "planted", RDV: rdv()}, {Name: "absent", Network: "some", RDV: rdv()}}
	offset, slope := stat.LinearRegression(models[0].RDV, models[1].RDV, nil, false)
	for p, x := range models[0].RDV {
		models[1].RDV[p] -= offset + slope*x
	}
	data := rsa.Subjects{Matched: "label"}
	for t := range times {
		data.Times = append(data.Times, float64(t)*0.05)
	}
	for range subjects {
		var course [][]float64
		for _, time := range data.Times {
			x := rdv()
			for p := range x {
				x[p] += 1.5 * math.Exp(-(time-0.1)*(time-0.1)/0.002) * models[0].RDV[p]
			}
			course = append(course, x)
		}
		data.RDVs = append(data.RDVs, course)
	}
	return models, data
}

// single keeps one time and forgets that there is any.
func single(s rsa.Subjects, time int) rsa.Subjects {
	s.Times = nil
	rdvs := s.RDVs
	s.RDVs = nil
	for _, course := range rdvs {
		s.RDVs = append(s.RDVs, course[time:time+1])
	}
	return s
}

func run(t *testing.T, e rsa.Evaluation, models []rsa.Model, subjects rsa.Subjects) *rsa.Result {
	t.Helper()
	result, err := e.Run(t.Context(), models, subjects, work.Budget{})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// Every test finds what is planted, when it is there, and nothing else.
func TestPlantedModelIsFoundInTime(t *testing.T) {
	for _, test := range []string{rsa.SignFlip, rsa.LabelPermutation} {
		for _, comparator := range quick {
			if test == rsa.SignFlip && !comparator.ZeroIsChance() {
				continue // finds everything
			}
			t.Run(test+" "+comparator.Name, func(t *testing.T) {
				models, subjects := simulated(10, 12, 6)
				e := rsa.Evaluation{Comparator: comparator, Test: test, Draws: 999, BootstrapDraws: 100, BootstrapOver: "both"}
				result := run(t, e, models, subjects)
				planted, absent := result.Models[0], result.Models[1]
				if p := planted.Course.Corrected[2]; p > 0.05 || planted.Peak.Index != 2 || planted.Peak.Time != 0.1 || planted.Score != planted.Course.Score[2] {
					t.Errorf("planted at 0.1 s: peak %+v, p %v", planted.Peak, planted.Course.Corrected)
				}
				for time, p := range absent.Course.Corrected {
					if far := planted.Course.Corrected[time]; p <= 0.05 || (time != 2 && math.Abs(float64(time-2)) > 1 && far <= 0.05) {
						t.Errorf("time %d: absent model has p %v, planted %v", time, p, far)
					}
				}
				if ci := planted.Peak.TimeCI; ci[0] > 0.1 || ci[1] < 0.1 || planted.Peak.ScoreCI[0] > planted.Score {
					t.Errorf("intervals of the peak %v, %v", planted.Peak.ScoreCI, ci)
				}
			})
		}
	}
}

// One time of a course is what the evaluation without time finds there.
func TestSingleTimeIsACourseOfOne(t *testing.T) {
	models, subjects := simulated(7, 9, 4)
	e := rsa.Evaluation{Draws: 200, Correction: rsa.None, BootstrapDraws: 50, BootstrapOver: "conditions"}
	course, alone := run(t, e, models, subjects), run(t, e, models, single(subjects, 2))
	for m, model := range alone.Models {
		c := course.Models[m].Course
		if model.Score != c.Score[2] || *model.P != c.P[2] || *model.Corrected != c.P[2] || model.CI[0] != c.Low[2] || model.CI[1] != c.High[2] {
			t.Errorf("model %d: %v p %v in %v; in the course %v p %v", m, model.Score, *model.P, *model.CI, c.Score[2], c.P[2])
		}
		for s, score := range model.Scores {
			if score != c.Scores[s][2] {
				t.Errorf("subject %d: %v, in the course %v", s, score, c.Scores[s][2])
			}
		}
		if model.Course != nil || model.Peak != nil {
			t.Error("a course without time")
		}
	}
	if alone.NoiseCeiling.Lower.Values[0] != course.NoiseCeiling.Lower.Values[2] {
		t.Error("noise ceilings differ")
	}
}

// Both sides are means of sums of a few dozen products: 1e-12 is a hundred roundings.
func TestScoresAndCeilingsMatchScipy(t *testing.T) {
	var reference struct {
		Model       []float64
		Subjects    [][]float64
		Comparators map[string]struct {
			Scores       []float64
			Lower, Upper float64
		}
	}
	realtest.Reference(t, "ceiling.json", &reference)
	var subjects rsa.Subjects
	for _, x := range reference.Subjects {
		subjects.RDVs = append(subjects.RDVs, [][]float64{x})
	}
	for name, want := range reference.Comparators {
		comparator, _ := compare.ByName(name)
		got := run(t, rsa.Evaluation{Comparator: comparator, Test: rsa.None, BootstrapOver: rsa.None}, []rsa.Model{{RDV: reference.Model}}, subjects)
		for s, score := range got.Models[0].Scores {
			if math.Abs(float64(score)-want.Scores[s]) > 1e-12 {
				t.Errorf("%s of subject %d: %v, want %v", name, s, score, want.Scores[s])
			}
		}
		lower, upper := got.NoiseCeiling.Lower.Values[0], got.NoiseCeiling.Upper.Values[0]
		if math.Abs(float64(lower)-want.Lower) > 1e-12 || math.Abs(float64(upper)-want.Upper) > 1e-12 {
			t.Errorf("%s: noise ceiling %v to %v, want %v to %v", name, lower, upper, want.Lower, want.Upper)
		}
	}
}

// A mean score lies below the upper noise ceiling, and the lower below the
// upper, for pearson, whose group RDM is the best there is.
func TestCeilingIsAbove(t *testing.T) {
	pearson := compare.Comparators[0]
	for i := range 20 {
		models, subjects := simulated(4, 6, 3, i)
		result := run(t, rsa.Evaluation{Comparator: pearson, Test: rsa.None, BootstrapOver: rsa.None}, models, subjects)
		for time, upper := range result.NoiseCeiling.Upper.Values {
			if result.NoiseCeiling.Lower.Values[time] > upper {
				t.Errorf("noise ceiling from %v to %v", result.NoiseCeiling.Lower.Values[time], upper)
			}
			for _, m := range result.Models {
				if m.Course.Score[time] > upper {
					t.Errorf("%s scores %v above %v", m.Name, m.Course.Score[time], upper)
				}
			}
		}
	}
}

func TestSameSeedSameBitsOnAnyThreads(t *testing.T) {
	models, subjects := simulated(5, 8, 3)
	subjects.RDVs[2][1][4] = math.NaN()
	for _, comparator := range quick {
		for _, test := range []string{rsa.SignFlip, rsa.LabelPermutation} {
			e := rsa.Evaluation{Comparator: comparator, Test: test, Draws: 60, BootstrapOver: "both", BootstrapDraws: 40, Seed: 9}
			sameBits(t, comparator.Name+", "+test, func(b work.Budget) (any, error) { return e.Run(t.Context(), models, subjects, b) })
		}
	}
}

// A pair that nobody has, or a model that has no score, spoils nothing else.
func TestMissingPairsAndUndefinedScores(t *testing.T) {
	models, subjects := simulated(8, 7, 2)
	e := rsa.Evaluation{Draws: 100, BootstrapDraws: 20}
	before := run(t, e, models, subjects)
	models = append(models, rsa.Model{Name: "constant", RDV: make([]float64, 21)})
	after := run(t, e, models, subjects)
	for m := range before.Models {
		a, b := before.Models[m].Course, after.Models[m].Course
		if !slices.Equal(a.P, b.P) || !slices.Equal(a.Corrected, b.Corrected) || !slices.Equal(a.Low, b.Low) {
			t.Errorf("model %d changed: %v, %v", m, a, b)
		}
	}
	constant := after.Models[2]
	if !math.IsNaN(float64(constant.Score)) || constant.Peak.Index != -1 || !math.IsNaN(float64(constant.Course.P[0])) || len(after.Warnings) != 2 {
		t.Errorf("constant model %+v, warnings %q", constant, after.Warnings)
	}
	models[0].RDV = slices.Clone(models[0].RDV)
	models[0].RDV[3] = math.NaN()
	subjects.RDVs[5][1][4] = math.NaN()
	missing := run(t, e, models, subjects)
	want, err := compare.Comparators[1].Score(models[0].RDV, subjects.RDVs[5][1])
	if got := missing.Models[0].Course.Scores[5][1]; err != nil || float64(got) != want.Value || missing.Pairs != 19 || want.Pairs != 19 {
		t.Errorf("score %v of %d pairs, want %v", got, missing.Pairs, want)
	}
}

// The window says where a peak may be, and changes nothing else.
func TestWindowLimitsThePeak(t *testing.T) {
	models, subjects := simulated(6, 9, 6)
	e := rsa.Evaluation{Draws: 64, BootstrapDraws: 50, Window: unit.Span{From: 0.15, To: 0.25}}
	inside := run(t, e, models, subjects)
	e.Window = unit.Span{}
	everywhere := run(t, e, models, subjects)
	for m, model := range inside.Models {
		if i := model.Peak.Index; i < 3 || i > 5 || model.Peak.TimeCI[0] < 0.15-1e-12 || model.Peak.Score != model.Course.Score[i] {
			t.Errorf("peak %+v outside the window", model.Peak)
		}
		if !slices.Equal(model.Course.P, everywhere.Models[m].Course.P) {
			t.Error("the window changed p values")
		}
	}
}

// What is chosen from the data, why, and what results speak of.
func TestAutomaticChoices(t *testing.T) {
	for _, c := range []struct {
		subjects, conditions                int
		test, reason, over, to, ceilingNote string
	}{
		{1, 20, rsa.LabelPermutation, "fewer than 5 subjects", "conditions", rsa.ToStimuli, "two or more"},
		{4, 20, rsa.LabelPermutation, "fewer than 5 subjects, too few to speak of others", "conditions", rsa.ToStimuli, ""},
		{5, 19, rsa.SignFlip, "at least 5 subjects, enough to speak of others, and fewer than 20 conditions", "conditions", rsa.ToSubjects, ""},
		{5, 20, rsa.DualBootstrap, "at least 5 subjects and 20 conditions, enough to speak of others of both", rsa.Dual, rsa.ToBoth, ""},
		{6, 5, rsa.SignFlip, "at least 5 subjects", "subjects", rsa.ToSubjects, ""},
	} {
		models, subjects := simulated(c.subjects, c.conditions, 2)
		for _, name := range []string{"", rsa.Automatic} {
			r := run(t, rsa.Evaluation{Test: name, BootstrapOver: name, Draws: 20, BootstrapDraws: 10}, models, subjects)
			if r.Test != c.test || !strings.Contains(r.TestReason, c.reason) || r.BootstrapOver != c.over || r.GeneralizesTo != c.to || !strings.Contains(r.NoiseCeilingReason, c.ceilingNote) {
				t.Errorf("%d subjects: %s, %s, over %s, %s, ceiling %q", c.subjects, r.Test, r.TestReason, r.BootstrapOver, r.GeneralizesTo, r.NoiseCeilingReason)
			}
			if (r.NoiseCeiling == nil) != (c.subjects == 1) || (r.NoiseCeilingReason == "") != (c.subjects > 1) {
				t.Errorf("%d subjects: noise ceiling %v, %q", c.subjects, r.NoiseCeiling, r.NoiseCeilingReason)
			}
			if r.Comparator != "spearman" || r.Tail != "greater" || r.Correction != rsa.MaxStatistic || r.Level != 0.05 || r.Interval != 0.95 {
				t.Errorf("defaults: %+v", r)
			}
		}
	}
}

// Where the test is the dual bootstrap, intervals come from its draws: they leave
// out 0 where the test of both tails finds something, and are the same beside
// another test. They cost no more scores.
func TestIntervalsComeFromTheTest(t *testing.T) {
	models, subjects := simulated(6, 20, 5)
	e := rsa.Evaluation{Tail: "two-sided", BootstrapDraws: 40, Correction: rsa.None}
	found := run(t, e, models, subjects)
	if found.BootstrapOver != rsa.Dual || found.IntervalOf != rsa.ToBoth || found.BootstrapDraws != 40 {
		t.Fatalf("%s, %s, %d draws", found.BootstrapOver, found.IntervalOf, found.BootstrapDraws)
	}
	e.Test, e.BootstrapOver, e.Draws = rsa.SignFlip, rsa.Dual, 20
	beside := run(t, e, models, subjects)
	for m, model := range found.Models {
		course, other := model.Course, beside.Models[m].Course
		for k, p := range course.P {
			if out := course.Low[k] > 0 || course.High[k] < 0; out != (p < 0.05) {
				t.Errorf("model %d, time %d: %v to %v, p %v", m, k, course.Low[k], course.High[k], p)
			}
		}
		if !slices.Equal(course.Low, other.Low) || *model.Peak.TimeCI != *beside.Models[m].Peak.TimeCI || *model.Peak.ScoreCI != *beside.Models[m].Peak.ScoreCI {
			t.Errorf("model %d: %+v beside the test, %+v", m, other.Low, course.Low)
		}
		if ci := model.Peak.TimeCI; ci[0] > model.Peak.Time || ci[1] < model.Peak.Time || ci[0] < rsa.Number(found.Times[0]) || ci[1] > rsa.Number(found.Times[4]) {
			t.Errorf("model %d: the peak is at %v, from %v to %v", m, model.Peak.Time, ci[0], ci[1])
		}
	}
	cost := func(over string) int {
		n, err := rsa.Evaluation{Test: rsa.DualBootstrap, BootstrapOver: over, BootstrapDraws: 40}.Cost(2, 6, 20, 5)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if cost(rsa.Dual) != cost(rsa.None) {
		t.Errorf("%d comparisons with intervals, %d without", cost(rsa.Dual), cost(rsa.None))
	}
}

// Signs that cannot reach the level are no test: labels are permuted instead.
func TestAutomaticTestCanReachItsLevel(t *testing.T) {
	models, subjects := simulated(5, 8, 1)
	for tail, want := range map[string]string{"greater": rsa.SignFlip, "two-sided": rsa.LabelPermutation} {
		r := run(t, rsa.Evaluation{Tail: tail, Draws: 99, BootstrapOver: rsa.None}, models, subjects)
		if r.Test != want || len(r.Warnings) > 0 || strings.Contains(r.TestReason, "cannot reach") != (want == rsa.LabelPermutation) {
			t.Errorf("%s: %s, since %s; warnings %q", tail, r.Test, r.TestReason, r.Warnings)
		}
	}
}

// Corrections are over all models and times, and ordered as their strictness.
func TestCorrections(t *testing.T) {
	models, subjects := simulated(8, 7, 4)
	corrected := func(name string) []rsa.Number {
		var p []rsa.Number
		for _, m := range run(t, rsa.Evaluation{Correction: name, BootstrapOver: rsa.None}, models, subjects).Models {
			p = append(p, m.Course.Corrected...)
		}
		return p
	}
	none, fdr, holm, bonferroni, most := corrected(rsa.None), corrected("fdr"), corrected("holm"), corrected("bonferroni"), corrected("")
	for k, p := range none {
		if p > fdr[k] || fdr[k] > holm[k]+1e-12 || holm[k] > bonferroni[k] || p > most[k] || math.Abs(float64(bonferroni[k]-min(1, 8*p))) > 1e-12 {
			t.Errorf("p %v, fdr %v, holm %v, bonferroni %v, max statistic %v", p, fdr[k], holm[k], bonferroni[k], most[k])
		}
	}
}

func TestWhatIsWrongIsSaidAtOnce(t *testing.T) {
	models, subjects := simulated(2, 5, 2)
	broken := subjects
	broken.RDVs = [][][]float64{subjects.RDVs[0], subjects.RDVs[1][:1]}
	broken.Labels = []string{"face"}
	broken.Names = []string{"sub-01", "sub-02"}
	one := single(subjects, 0)
	one.RDVs = one.RDVs[:1]
	for name, c := range map[string]struct {
		e        rsa.Evaluation
		models   []rsa.Model
		subjects rsa.Subjects
		want     []string
	}{
		"nothing":       {subjects: subjects, want: []string{"nothing to compare"}},
		"no triangle":   {models: models, subjects: rsa.Subjects{RDVs: [][][]float64{{make([]float64, 5)}}}, want: []string{"subject 1 has RDVs of 5 pairs"}},
		"extents":       {models: []rsa.Model{{Name: "short", RDV: make([]float64, 6)}}, subjects: broken, want: []string{`model "short" has 6 pairs where subject "sub-01" has 10`, `"sub-02" has 1 times`, "1 conditions are named"}},
		"options":       {e: rsa.Evaluation{Test: "z", Correction: "bonferoni", BootstrapOver: "trials"}, models: models, subjects: subjects, want: []string{`"z": use one of`, "did you mean bonferroni?", `"trials": use one of`}},
		"no maximum":    {e: rsa.Evaluation{Test: rsa.Student, Correction: rsa.MaxStatistic}, models: models, subjects: subjects, want: []string{"a t test has no maximum statistic"}},
		"no draws":      {e: rsa.Evaluation{Test: rsa.Student, Correction: rsa.ClusterMass}, models: models, subjects: subjects, want: []string{"a t test cannot be corrected by cluster mass: test by sign flip or label permutation"}},
		"no neighbors":  {e: rsa.Evaluation{Test: rsa.SignFlip, Correction: rsa.TFCE}, models: models, subjects: single(subjects, 0), want: []string{"tfce is of neighboring times"}},
		"dual tfce":     {e: rsa.Evaluation{Test: rsa.DualBootstrap, Correction: rsa.TFCE}, models: models, subjects: subjects, want: []string{"test by sign flip or label permutation"}},
		"one dual":      {e: rsa.Evaluation{Test: rsa.DualBootstrap}, models: models, subjects: one, want: []string{"a dual bootstrap test needs two or more subjects"}},
		"numbers":       {e: rsa.Evaluation{Draws: -1, Interval: 2}, models: models, subjects: subjects, want: []string{"-1 draws", "interval of 2"}},
		"level":         {e: rsa.Evaluation{Level: 1}, models: models, subjects: subjects, want: []string{"level of 1"}},
		"tail":          {e: rsa.Evaluation{Tail: "right"}, models: models, subjects: subjects, want: []string{`tail is called "right"`}},
		"one sign flip": {e: rsa.Evaluation{Test: rsa.SignFlip, BootstrapOver: "both"}, models: models, subjects: one, want: []string{"use label permutation", "use conditions"}},
		"pool":          {e: rsa.Evaluation{Pool: "raw mean"}, models: models, subjects: subjects, want: []string{`"raw mean"`, "did you mean raw-mean?"}},
		"window":        {e: rsa.Evaluation{Window: unit.Span{From: 3, To: 4}}, models: models, subjects: subjects, want: []string{"from 3 s to 4 s"}},
	} {
		_, err := c.e.Run(t.Context(), c.models, c.subjects, work.Budget{})
		for _, want := range c.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: err = %v, want one with %q", name, err, want)
			}
		}
	}
}

func TestWarningsOfFewSubjects(t *testing.T) {
	models, subjects := simulated(3, 5, 2)
	r := run(t, rsa.Evaluation{Test: rsa.SignFlip, BootstrapOver: "subjects", BootstrapDraws: 10}, models, subjects)
	if w := strings.Join(r.Warnings, "\n"); !strings.Contains(w, "smallest p value is 0.125") || !strings.Contains(w, "too narrow") {
		t.Errorf("warnings %q", w)
	}
}

// With five subjects a two-sided sign flip test ends at 2/32, with many at the
// number of draws.
func TestWarningsOfTestsThatCannotPass(t *testing.T) {
	for _, c := range []struct {
		tail            string
		subjects, draws int
		want            string
	}{
		{"two-sided", 5, 0, "0.0625"},
		{"greater", 5, 0, ""},
		{"greater", 4, 0, "0.0625"},
		{"greater", 6, 15, "0.0625"},
	} {
		models, subjects := simulated(c.subjects, 5, 2)
		r := run(t, rsa.Evaluation{Test: rsa.SignFlip, Tail: c.tail, Draws: c.draws, BootstrapOver: rsa.None}, models, subjects)
		w := strings.Join(r.Warnings, "\n")
		if strings.Contains(w, "smallest p value is "+c.want) != (c.want != "") {
			t.Errorf("%+v: warnings %q", c, w)
		}
	}
}

// Cost counts the comparisons that progress reports, times the models.
func TestCost(t *testing.T) {
	for _, c := range []struct {
		e                                   rsa.Evaluation
		models, subjects, conditions, times int
		want                                int
	}{
		{rsa.Evaluation{}, 22, 20, 19, 218, 22*20*218 + 2*20*218},
		{rsa.Evaluation{}, 22, 20, 20, 218, 22*20*218*2001 + 2*20*218},
		{rsa.Evaluation{}, 22, 1, 20, 218, 22 * 218 * (1 + 10_001 + 1000)},
		{rsa.Evaluation{Test: rsa.None, BootstrapOver: "both", BootstrapDraws: 10}, 2, 3, 9, 0, 2*3*11 + 6},
	} {
		if got, err := c.e.Cost(c.models, c.subjects, c.conditions, c.times); err != nil || got != c.want {
			t.Errorf("cost %d, %v; want %d", got, err, c.want)
		}
	}
	if _, err := (rsa.Evaluation{Test: "t"}).Cost(1, 1, 3, 1); err == nil {
		t.Error("no error for an unknown test")
	}
}

func TestRunIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	models, subjects := simulated(6, 5, 2)
	var tasks []string
	b := work.Budget{Threads: 1, Progress: func(p work.Progress) {
		if p.Done == 0 {
			tasks = append(tasks, p.Task)
		}
		if p.Task == "bootstrap" {
			cancel()
		}
	}}
	_, err := rsa.Evaluation{}.Run(ctx, models, subjects, b)
	if want := []string{"compare", "noise ceiling", "sign flip test", "sign flip test", "sign flip test", "sign flip test", "bootstrap"}; err != context.Canceled || !slices.Equal(tasks, want) {
		t.Errorf("err %v after %q, want canceled after %q", err, tasks, want)
	}
}
