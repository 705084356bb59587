package step

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"slices"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/rsa"
)

// RSA compares model RDMs with the RDMs of subjects.
type RSA struct {
	Models     []Source // every RDM in them is a model
	Subjects   []Source // RDMs per subject, and per time where there is time
	Comparator string   // "" for DefaultComparator
	Evaluation rsa.Evaluation
	Strict     bool   // matching by position is an error
	Out        string // folder; "" saves nothing
	Alone      bool   // the scores of other comparators that stand in Out go: they are of an earlier run
}

// Verb is "rsa".
func (RSA) Verb() string { return "rsa" }

// Inputs are the files of all sources.
func (s RSA) Inputs() []string { return RDM{From: slices.Concat(s.Models, s.Subjects)}.Inputs() }

// Outputs is the folder, if there is one.
func (s RSA) Outputs() []string {
	if s.Out == "" {
		return nil
	}
	return []string{s.Out}
}

// Cost names what is drawn.
func (s RSA) Cost() string {
	return fmt.Sprintf("%d draws of the test, %d of the bootstrap", s.Evaluation.Draws, s.Evaluation.BootstrapDraws)
}

// Run evaluates and saves.
func (s RSA) Run(ctx context.Context, env *Env) error {
	found, err := s.Evaluate(ctx, env)
	if err != nil {
		return err
	}
	return s.Save(found)
}

// Save writes a result of Evaluate as JSON and tables.
func (s RSA) Save(found *rsa.Result) error {
	folder, err := result.Create(s.Out)
	if err != nil {
		return err
	}
	if err := folder.WriteJSON(found.Comparator+".json", found); err != nil {
		return err
	}
	for name, table := range tables(found) {
		if err := folder.WriteTable(name, table); err != nil {
			return err
		}
	}
	for _, other := range compare.Comparators {
		if !s.Alone || other.Name == found.Comparator {
			continue
		}
		if err := os.Remove(folder.Path(other.Name + ".json")); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Evaluate returns what Run saves.
func (s RSA) Evaluate(ctx context.Context, env *Env) (*rsa.Result, error) {
	comparator, err := compare.ByName(cmp.Or(s.Comparator, DefaultComparator))
	if err != nil {
		return nil, err
	}
	stacks, err := s.read(ctx)
	if err != nil {
		return nil, err
	}
	matching, err := s.match(stacks)
	if err != nil {
		return nil, err
	}
	env.matched(matching)
	for i, r := range stacks {
		stacks[i] = r.Reorder(matching.Index[i])
	}
	subjects, err := s.subjects(stacks[len(s.Models):])
	if err != nil {
		return nil, err
	}
	subjects.Labels, subjects.Matched = matching.Labels, matching.How
	models, err := s.models(stacks[:len(s.Models)])
	if err != nil {
		return nil, err
	}
	evaluation := s.Evaluation
	evaluation.Comparator = comparator
	found, err := evaluation.Run(ctx, models, subjects, env.Budget)
	if err != nil {
		return nil, err
	}
	env.warn(found.Warnings...)
	env.leave(slices.ContainsFunc(found.Models, func(m rsa.ModelResult) bool { return math.IsNaN(float64(m.Score)) }))
	found.Warnings = append(slices.Clone(matching.Warnings), found.Warnings...)
	return found, nil
}

// read reads the stacks of the models, then those of the subjects.
func (s RSA) read(ctx context.Context) ([]*rdm.RDMs, error) {
	var stacks []*rdm.RDMs
	for _, source := range slices.Concat(s.Models, s.Subjects) {
		r, err := source.read(ctx, rdm.Estimator{})
		if err != nil {
			return nil, err
		}
		stacks = append(stacks, r)
	}
	return stacks, nil
}

// match finds the conditions that all stacks share, three or more.
func (s RSA) match(stacks []*rdm.RDMs) (dataset.Matching, error) {
	sides := make([]dataset.Side, len(stacks))
	for i, source := range slices.Concat(s.Models, s.Subjects) {
		sides[i] = side(source.Path, stacks[i])
	}
	matching, err := dataset.Match(s.Strict, sides...)
	if err == nil && len(matching.Index[0]) < 3 {
		err = fmt.Errorf("only %d conditions are in %s and in all others: three or more can be compared", len(matching.Index[0]), sides[0].Name)
	}
	return matching, err
}

// models lists every RDM of the model stacks.
func (s RSA) models(stacks []*rdm.RDMs) ([]rsa.Model, error) {
	var models []rsa.Model
	for i, r := range stacks {
		source := s.Models[i]
		if r.Times != nil {
			return nil, fmt.Errorf("%s: model RDMs have no times", source.Path)
		}
		for k := range r.Len() {
			model := rsa.Model{Name: source.name(), RDV: r.RDV(k)}
			for _, label := range []string{"layer", "name"} {
				if names := r.Labels[label]; names != nil {
					model.Name, model.Network = names[k], source.name()
					break
				}
			}
			models = append(models, model)
		}
	}
	return models, nil
}

// subjects sorts the RDMs of the subject stacks by subject and time.
func (s RSA) subjects(stacks []*rdm.RDMs) (rsa.Subjects, error) {
	var all rsa.Subjects
	var axis dataset.Axis
	for i, r := range stacks {
		path := s.Subjects[i].Path
		names := r.Labels["subject"]
		if names == nil {
			names = slices.Repeat([]string{s.Subjects[i].name()}, r.Len())
		}
		for _, name := range uniqueInOrder(names) {
			if slices.Contains(all.Names, name) {
				return all, fmt.Errorf("%s: subject %q stands in another file too", path, name)
			}
			rdvs, times := course(r, func(k int) bool { return names[k] == name })
			mine := dataset.Axis{Name: fmt.Sprintf("subject %q of %s", name, path), Times: times}
			if all.RDVs == nil {
				all.Times, axis = times, mine
			}
			if err := fits(mine, axis, len(rdvs)); err != nil {
				return all, err
			}
			all.Names = append(all.Names, name)
			all.RDVs = append(all.RDVs, rdvs)
		}
	}
	return all, nil
}

// course picks the RDVs of one subject, and their times; nil where there are none.
func course(r *rdm.RDMs, chosen func(k int) bool) (rdvs [][]float64, times []float64) {
	for k := range r.Len() {
		if !chosen(k) {
			continue
		}
		rdvs = append(rdvs, r.RDV(k))
		if r.Times != nil {
			times = append(times, r.Times[k])
		}
	}
	return rdvs, times
}

// fits refuses a subject that has not one RDM at each of the times of the
// first.
func fits(mine, first dataset.Axis, count int) error {
	switch {
	case mine.Times == nil && count > 1:
		return fmt.Errorf("%s has %d RDMs and no times: average or select them first", mine.Name, count)
	case !ascending(mine.Times):
		return fmt.Errorf("%s: its times do not ascend: one RDM per time, in their order, is what can be compared", mine.Name)
	}
	return dataset.MatchTimes(first, mine)
}

// ascending reports whether every time is later than the one before.
func ascending(times []float64) bool {
	for i := 1; i < len(times); i++ {
		if !(times[i-1] < times[i]) {
			return false
		}
	}
	return true
}

// tables shows the result as tables: one row per model, and with times one per
// model and time.
func tables(found *rsa.Result) map[string]*result.Table {
	all := map[string]*result.Table{"models.tsv": modelTable(found)}
	if found.Times != nil {
		all["timecourse.tsv"] = courseTable(found)
	}
	return all
}

// modelTable has one row per model.
func modelTable(found *rsa.Result) *result.Table {
	table := newScoreTable("What was found for each model; with times, at its peak.", found)
	for _, m := range found.Models {
		table.add(Summarize(m))
	}
	return table.finish(true)
}

// Summarize returns what was found for a model in one row; with times, at its
// peak.
func Summarize(m rsa.ModelResult) Row {
	row := Row{Network: m.Network, Model: m.Name, Score: m.Score, Time: rsa.Number(math.NaN())}
	ci, timeCI := m.CI, (*[2]rsa.Number)(nil)
	row.P, row.Corrected = number(m.P), number(m.Corrected)
	if m.Peak != nil {
		row.Time, ci, timeCI = m.Peak.Time, m.Peak.ScoreCI, m.Peak.TimeCI
		if i := m.Peak.Index; i >= 0 && m.Course != nil {
			row.P, row.Corrected = at(m.Course.P, i), at(m.Course.Corrected, i)
		}
	}
	row.Low, row.High = ends(ci)
	row.TimeLow, row.TimeHigh = ends(timeCI)
	return row
}

// courseTable has one row per model and time.
func courseTable(found *rsa.Result) *result.Table {
	table := newScoreTable("What was found for each model at each time.", found)
	for _, m := range found.Models {
		if m.Course == nil {
			continue
		}
		c := m.Course
		for t, time := range found.Times {
			table.add(Row{
				Network: m.Network, Model: m.Name, Time: rsa.Number(time), Score: at(c.Score, t),
				Low: at(c.Low, t), High: at(c.High, t), P: at(c.P, t), Corrected: at(c.Corrected, t),
			})
		}
	}
	return table.finish(false)
}

// at is element t, or NaN where there is none.
func at(values []rsa.Number, t int) rsa.Number {
	if t >= len(values) {
		return rsa.Number(math.NaN())
	}
	return values[t]
}

// number is the value, or NaN where there is none.
func number(v *rsa.Number) rsa.Number {
	if v == nil {
		return rsa.Number(math.NaN())
	}
	return *v
}

// ends are the ends of an interval, or NaN where there is none.
func ends(ci *[2]rsa.Number) (low, high rsa.Number) {
	if ci == nil {
		return rsa.Number(math.NaN()), rsa.Number(math.NaN())
	}
	return ci[0], ci[1]
}
