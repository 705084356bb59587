package step

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/figure"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/nearest"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/rsa"
)

// ofResult draws a result folder.
func (s Plot) ofResult(ctx context.Context) ([]drawing, error) {
	folder, err := result.Open(s.From)
	if err != nil {
		return nil, err
	}
	all, err := folder.Brains()
	if err != nil {
		return nil, err
	}
	brains, err := chosen("brain", s.Brain, all)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.From, err)
	}
	var drawings []drawing
	var results []*rsa.Result
	for _, brain := range brains {
		found, err := s.read(folder, "rsa/"+brain+"/")
		if err != nil {
			return nil, err
		}
		found.Brain = cmp.Or(found.Brain, brain)
		own, err := s.ofBrain(ctx, brain, found)
		if err != nil {
			return nil, err
		}
		for _, d := range own {
			if len(all) > 1 && d.name != d.what+" "+brain {
				d.name = brain + " " + d.name
			}
			d.name = safeName(d.name)
			drawings = append(drawings, d)
		}
		results = append(results, found)
	}
	if len(brains) > 1 {
		drawings = append(drawings, drawing{PlotBrains, safeName(strings.TrimSpace("brains " + s.Network)), heat(results, s.Network)})
	}
	return drawings, nil
}

// heat draws the scores of the models of one network, or of all where none is
// named, in several brains; with times, those of the peaks.
func heat(results []*rsa.Result, network string) figure.Heat {
	f := figure.Heat{Measure: axis(results[0]), Significant: fmt.Sprintf("p ≤ %g", results[0].Level)}
	if results[0].Times != nil {
		f.Measure = "peak " + f.Measure
	}
	for k, found := range results {
		f.Columns = append(f.Columns, found.Brain)
		for _, m := range found.Models {
			if network != "" && m.Network != network {
				continue
			}
			row := slices.IndexFunc(f.Rows, func(r figure.HeatRow) bool { return r.Name == m.Name && r.Group == m.Network })
			if row < 0 {
				row = len(f.Rows)
				empty := slices.Repeat([]float64{math.NaN()}, len(results))
				f.Rows = append(f.Rows, figure.HeatRow{Name: m.Name, Group: m.Network, Scores: empty, Significant: make([]bool, len(results))})
			}
			score := Summarize(m)
			f.Rows[row].Scores[k] = float64(score.Score)
			f.Rows[row].Significant[k] = float64(score.Corrected) <= found.Level
		}
	}
	return f
}

// read reads the scores in a place of a folder, "" or ending with a slash, under
// the comparator that was chosen, or the first that there is.
func (s Plot) read(folder *result.Folder, place string) (*rsa.Result, error) {
	comparators := compare.Comparators
	if s.Comparator != "" {
		comparator, err := compare.ByName(s.Comparator)
		if err != nil {
			return nil, err
		}
		comparators = []compare.Comparator{comparator}
	}
	for _, comparator := range comparators {
		name := place + comparator.Name + ".json"
		if !folder.Has(name) {
			continue
		}
		found := &rsa.Result{}
		if err := folder.ReadJSON(name, found); err != nil {
			return nil, err
		}
		if err := found.Check(); err != nil {
			return nil, file.Malformed(folder.Path(name), -1, "models", "%w", err)
		}
		return found, nil
	}
	if s.Comparator != "" {
		return nil, fmt.Errorf("%s: no scores in %s under the comparator %s", s.From, strings.TrimSuffix(cmp.Or(place, "it"), "/"), comparators[0].Name)
	}
	return nil, fmt.Errorf("%s: no scores in %s: this is neither the folder of a finished study nor one of 'isocortex rsa'", s.From, strings.TrimSuffix(place, "/"))
}

// chosen is the one name that was chosen, or all where none was.
func chosen(what, name string, among []string) ([]string, error) {
	if name == "" {
		return among, nil
	}
	if !slices.Contains(among, name) {
		return nil, fmt.Errorf("no %s is called %q: there are %s%s", what, name, strings.Join(among, ", "), nearest.Hint(name, among))
	}
	return []string{name}, nil
}

// ofBrain draws the scores of one brain, and RDMs.
func (s Plot) ofBrain(ctx context.Context, brain string, found *rsa.Result) ([]drawing, error) {
	drawings, names, err := s.courses(found)
	if err != nil {
		return nil, err
	}
	if s.What == PlotModels {
		return s.models(brain, found)
	}
	scalps, err := s.scalpOfBrain(brain, found)
	if err != nil || s.What == PlotScalp {
		return scalps, err
	}
	matrices, err := s.matrices(ctx, brain, found, names)
	return slices.Concat(drawings, scalps, matrices), err
}

// networks lists the networks of a result in the order of their models, each
// with the places of its models.
func networks(found *rsa.Result) (names []string, models map[string][]int) {
	models = map[string][]int{}
	for i, m := range found.Models {
		if models[m.Network] == nil {
			names = append(names, m.Network)
		}
		models[m.Network] = append(models[m.Network], i)
	}
	return names, models
}

// axis names the score on an axis.
func axis(found *rsa.Result) string {
	if c, err := compare.ByName(found.Comparator); err == nil {
		return c.Symbol
	}
	return found.Comparator
}

// timeCourse draws the scores of some models over time.
func timeCourse(found *rsa.Result, title string, models []int) figure.TimeCourse {
	f := figure.TimeCourse{Title: title, Measure: axis(found), Times: found.Times}
	for _, i := range models {
		f.Lines = append(f.Lines, line(found, found.Models[i]))
	}
	if c := found.NoiseCeiling; c != nil {
		f.Ceiling = &figure.Band{Low: floats(c.Lower.Values), High: floats(c.Upper.Values)}
	}
	return f
}

// bars draws the scores of the models of one network, or of all where none is
// named; with times, those of the peaks.
func bars(found *rsa.Result, title, network string) figure.Bars {
	f := figure.Bars{Title: title, Measure: axis(found)}
	if found.Times != nil {
		f.Measure = "peak " + f.Measure
	}
	place := map[int]int{} // of models, among the bars
	for i, m := range found.Models {
		if network == "" || m.Network == network {
			place[i] = len(f.Bars)
			b := bar(found, m)
			b.Short = found.FallsShort(i)
			f.Bars = append(f.Bars, b)
		}
	}
	f.Criterion = criterion(found)
	for _, pair := range found.Higher() {
		higher, known := place[pair[0]]
		lower, both := place[pair[1]]
		if known && both {
			f.Higher = append(f.Higher, [2]int{higher, lower})
		}
	}
	return f
}

// criterion is what a difference has to pass to be marked.
func criterion(found *rsa.Result) string {
	text := fmt.Sprintf("p ≤ %g", found.Level)
	if t := found.DifferenceTest; t != nil && t.Correction != rsa.None {
		return "corrected " + text
	}
	return text
}

// bar is a model in a figure of scores.
func bar(found *rsa.Result, m rsa.ModelResult) figure.Bar {
	row := Summarize(m)
	b := figure.Bar{
		Name: m.Name, Group: m.Network, Score: float64(row.Score), Low: float64(row.Low), High: float64(row.High),
		Significant: float64(row.Corrected) <= found.Level, Ceiling: [2]float64{math.NaN(), math.NaN()},
	}
	place := 0
	if m.Peak != nil {
		place = m.Peak.Index
	}
	if c := found.NoiseCeiling; c != nil && place >= 0 {
		b.Ceiling = [2]float64{float64(c.Lower.Values[place]), float64(c.Upper.Values[place])}
	}
	if found.Subjects < 2 {
		return b
	}
	b.Subjects = floats(m.Scores)
	if m.Course != nil && place >= 0 {
		for _, subject := range m.Course.Scores {
			b.Subjects = append(b.Subjects, float64(subject[place]))
		}
	}
	return b
}

// line is a model in a figure of courses.
func line(found *rsa.Result, m rsa.ModelResult) figure.Line {
	l := figure.Line{Name: m.Name, Score: floats(m.Course.Score)}
	if len(m.Course.Low) > 0 {
		l.Low, l.High = floats(m.Course.Low), floats(m.Course.High)
	}
	for _, p := range m.Course.Corrected {
		l.Significant = append(l.Significant, float64(p) <= found.Level)
	}
	if m.Peak != nil && m.Peak.Index >= 0 {
		row := Summarize(m)
		l.Peak = &figure.Mark{
			Time: float64(row.Time), Score: float64(row.Score), From: float64(row.TimeLow), To: float64(row.TimeHigh),
		}
	}
	return l
}

// floats turns numbers into float64.
func floats(numbers []rsa.Number) []float64 {
	if numbers == nil {
		return nil
	}
	values := make([]float64, len(numbers))
	for i, n := range numbers {
		values[i] = float64(n)
	}
	return values
}

// best returns the place of the model with the highest score among some; the
// first where no score is defined.
func best(found *rsa.Result, among []int) int {
	place := among[0]
	for _, i := range among {
		if found.Models[i].Score > found.Models[place].Score || math.IsNaN(float64(found.Models[place].Score)) {
			place = i
		}
	}
	return place
}

// rdmFile is where the RDMs of a brain or network lie in a result.
func (s Plot) rdmFile(name string) string { return filepath.Join(s.From, "rdm", name+".npz") }
