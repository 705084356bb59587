package step

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/figure"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/unit"
)

// Figures draws what a result folder holds, for papers: per network the scores
// over time and the scores of its layers, the RDM of the brain at the time of
// the highest score, and that of the best layer of every network.
type Figures struct {
	Folder     string // the result folder
	Comparator string // whose scores are drawn; "" for DefaultComparator
	Out        string // folder; "" for figures in the result folder
}

// Verb is "figures".
func (Figures) Verb() string { return "figures" }

// Inputs is what is drawn.
func (s Figures) Inputs() []string {
	return resultFiles(s.Folder, "rsa", "rdm", "stimuli/stimuli.tsv")
}

// Outputs is the folder of figures.
func (s Figures) Outputs() []string {
	return []string{cmp.Or(s.Out, filepath.Join(s.Folder, "figures"))}
}

// To is the same step writing elsewhere.
func (s Figures) To(out string) Step { s.Out = out; return s }

// Cost is next to nothing.
func (Figures) Cost() string { return "" }

// Run draws.
func (s Figures) Run(ctx context.Context, env *Env) error {
	folder, err := result.Open(s.Folder)
	if err != nil {
		return err
	}
	comparator, err := compare.ByName(cmp.Or(s.Comparator, DefaultComparator))
	if err != nil {
		return err
	}
	brains, err := folder.Brains()
	if err != nil {
		return err
	}
	var drawings []drawing
	for _, brain := range brains {
		var found rsa.Result
		if err := folder.ReadJSON("rsa/"+brain+"/"+comparator.Name+".json", &found); err != nil {
			return err
		}
		matrices, err := s.matrices(brain, &found)
		if err != nil {
			return err
		}
		for _, d := range append(s.scores(&found), matrices...) {
			if len(brains) > 1 {
				d.name = brain + " " + d.name
			}
			drawings = append(drawings, d)
		}
	}
	return env.Budget.Each(ctx, "figures", len(drawings), func(i int) error {
		return drawings[i].figure.Write(filepath.Join(s.Outputs()[0], drawings[i].name+".svg"))
	})
}

// drawing is a figure and the name of its file.
type drawing struct {
	name   string
	figure interface{ Write(path string) error }
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

// scores draws courses and bars, one of each per network.
func (s Figures) scores(found *rsa.Result) []drawing {
	var drawings []drawing
	names, models := networks(found)
	for _, name := range names {
		course := figure.TimeCourse{Title: name, Measure: found.Comparator, Times: found.Times}
		bars := figure.Bars{Title: name, Measure: found.Comparator}
		if found.Times != nil {
			bars.Measure = "peak " + found.Comparator
		}
		for _, i := range models[name] {
			bars.Bars = append(bars.Bars, bar(found, found.Models[i]))
			if len(found.Times) > 1 {
				course.Lines = append(course.Lines, line(found, found.Models[i]))
			}
		}
		if len(found.Times) > 1 {
			if c := found.NoiseCeiling; c != nil {
				course.Ceiling = &figure.Band{Low: floats(c.Lower.Values), High: floats(c.Upper.Values)}
			}
			drawings = append(drawings, drawing{safeName("time course " + name), course})
		}
		drawings = append(drawings, drawing{safeName("scores " + name), bars})
	}
	return drawings
}

// bar is a model in a figure of scores.
func bar(found *rsa.Result, m rsa.ModelResult) figure.Bar {
	row := Summarize(m)
	b := figure.Bar{
		Name: m.Name, Score: float64(row.Score), Low: float64(row.Low), High: float64(row.High),
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

// matrices draws RDMs: those of the best layer of every network, and that of
// the brain when it is most like the best of all.
func (s Figures) matrices(brainName string, found *rsa.Result) ([]drawing, error) {
	categories, err := s.categories()
	if err != nil {
		return nil, err
	}
	var drawings []drawing
	names, models := networks(found)
	overall := best(found, nil)
	for _, network := range names {
		m := found.Models[best(found, models[network])]
		path := filepath.Join(s.Folder, "rdm", network+".npz")
		if _, err := os.Stat(path); err != nil {
			continue // the models came from elsewhere
		}
		stack, err := rdm.Open(path)
		if err != nil {
			return nil, err
		}
		title := strings.TrimSpace(network + " " + m.Name)
		place := slices.Index(stack.Labels["layer"], m.Name)
		if stack.Len() == 1 { // whatever it is called
			place = 0
		}
		if place >= 0 {
			drawings = append(drawings, drawing{safeName("rdm " + title), matrix(stack, stack.RDV(place), title, categories)})
		}
	}
	brain, err := rdm.Open(filepath.Join(s.Folder, "rdm", brainName+".npz"))
	if err != nil {
		return nil, err
	}
	title, rdv := meanAt(brain, found.Models[overall])
	return append(drawings, drawing{"rdm brain", matrix(brain, rdv, title, categories)}), nil
}

// best returns the place of the model with the highest score among some, or
// all; the first where no score is defined.
func best(found *rsa.Result, among []int) int {
	place := -1
	for i, m := range found.Models {
		if among != nil && !slices.Contains(among, i) {
			continue
		}
		if place < 0 || m.Score > found.Models[place].Score || math.IsNaN(float64(found.Models[place].Score)) {
			place = i
		}
	}
	return place
}

// meanAt averages the RDMs of all subjects at the peak of a model; without times,
// all RDMs. A pair that is NaN in one of them is NaN.
func meanAt(brain *rdm.RDMs, m rsa.ModelResult) (title string, rdv []float64) {
	title = "Brain"
	chosen := func(int) bool { return true }
	if brain.Times != nil && m.Peak != nil && m.Peak.Index >= 0 {
		time := float64(m.Peak.Time)
		title += " at " + unit.Milliseconds(time)
		chosen = func(i int) bool { return brain.Times[i] == time }
	}
	rdv = make([]float64, rdm.Pairs(brain.Size))
	count := 0.0
	for i := range brain.Len() {
		if chosen(i) {
			count++
			for pair, v := range brain.RDV(i) {
				rdv[pair] += v
			}
		}
	}
	for pair := range rdv {
		rdv[pair] /= count
	}
	return title, rdv
}

// matrix is a figure of one RDM, its conditions sorted by category where every
// condition has one.
func matrix(r *rdm.RDMs, rdv []float64, title string, categories map[string]string) figure.RDM {
	one := &rdm.RDMs{Size: r.Size, Conditions: r.Conditions, Dissimilarities: rdv}
	f := figure.RDM{Title: title, Measure: r.Definition.Measure}
	order := make([]int, r.Size)
	for i := range order {
		order[i] = i
	}
	known := r.Conditions != nil && !slices.ContainsFunc(r.Conditions, func(c string) bool { return categories[c] == "" })
	if known {
		slices.SortStableFunc(order, func(a, b int) int {
			return strings.Compare(categories[r.Conditions[a]], categories[r.Conditions[b]])
		})
		one = one.Reorder(order)
		for _, c := range one.Conditions {
			f.Groups = append(f.Groups, categories[c])
		}
	}
	f.Dissimilarities, f.Conditions = one.Dissimilarities, one.Conditions
	return f
}

// categories reads the category of every condition from the table of stimuli;
// a result without one has none.
func (s Figures) categories() (map[string]string, error) {
	path := filepath.Join(s.Folder, "stimuli", "stimuli.tsv")
	if _, err := os.Stat(path); err != nil {
		return nil, nil
	}
	table, err := result.ReadTable(path)
	if err != nil {
		return nil, err
	}
	conditions, categories := table.Column("condition"), table.Column("category")
	if conditions == nil || categories == nil {
		return nil, fmt.Errorf("%s: no columns condition and category", path)
	}
	byCondition := map[string]string{}
	for i, c := range conditions.Text {
		byCondition[c] = categories.Text[i]
	}
	return byCondition, nil
}
