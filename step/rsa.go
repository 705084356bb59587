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
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/rsa"
)

// RSA compares model RDMs with the RDMs of subjects.
type RSA struct {
	Models     []Source // every RDM in them is a model; a folder stands for the files of RDMs or of layers in it
	Subjects   []Source // RDMs per subject, and per time where there is time
	Brain      string   // what the subjects' RDMs are of, for people; may be ""
	Measure    string   // of files of responses; "" for DefaultMeasure
	OfSubjects string   // measure of subjects' files of responses; "" for Measure
	Trials     Trials   // of subjects' files of responses
	Comparator string   // "" for DefaultComparator
	Covariance string   // file of an array, conditions × conditions of the first file of subjects in its order, for a whitened comparator; may be ""
	Near       Near     // which channels are neighbors, for corrections by them
	Evaluation rsa.Evaluation
	Strict     bool   // matching by position is an error
	Out        string // folder; "" saves nothing
	Alone      bool   // the scores of other comparators that stand in Out go: they are of an earlier run
}

// Verb is "rsa".
func (RSA) Verb() string { return "rsa" }

// Inputs are the files of all sources.
func (s RSA) Inputs() []string {
	files := slices.Concat(RDM{From: slices.Concat(s.Models, s.Subjects)}.Inputs(), s.Near.Inputs())
	if s.Covariance != "" {
		files = append(files, s.Covariance)
	}
	return files
}

// Outputs is the folder, if there is one.
func (s RSA) Outputs() []string {
	if s.Out == "" {
		return nil
	}
	return []string{s.Out}
}

// To is the same step writing elsewhere.
func (s RSA) To(out string) Step { s.Out = out; return s }

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
	if _, err := compare.ByName(cmp.Or(s.Comparator, DefaultComparator)); err != nil {
		return nil, err // before anything is read
	}
	sides, err := s.together(ctx, env)
	if err != nil {
		return nil, err
	}
	defer sides.close()
	return s.compare(ctx, env, sides)
}

// compare evaluates what was brought together.
func (s RSA) compare(ctx context.Context, env *Env, sides *compared) (_ *rsa.Result, err error) {
	if s.Near.asked() && sides.subjects.Neighbors == nil {
		if sides.subjects.Neighbors, err = s.Near.among(env, sides.subjects.Channels); err != nil {
			return nil, err
		}
	}
	evaluation := s.Evaluation
	evaluation.Comparator = sides.by
	evaluation.Multiplier = env.drawing(sides.by)
	found, err := evaluation.Run(ctx, sides.models, sides.subjects, env.Budget)
	if err != nil {
		return nil, err
	}
	env.warn(found.Warnings...)
	env.leave(slices.ContainsFunc(found.Models, func(m rsa.ModelResult) bool { return math.IsNaN(float64(m.Score)) }))
	found.Warnings = slices.Concat(sides.notes, found.Warnings)
	return found, nil
}

// tables shows the result as tables: one row per model, with times or channels one
// per model and time or channel, and one per pair of models.
func tables(found *rsa.Result) map[string]*result.Table {
	all := map[string]*result.Table{"models.tsv": modelTable(found)}
	switch {
	case found.Channels != nil:
		all["channels.tsv"] = channelTable(found)
	case found.Times != nil:
		all["timecourse.tsv"] = courseTable(found)
	}
	if found.DifferenceTest != nil {
		all["differences.tsv"] = differenceTable(found)
	}
	return all
}

// modelTable has one row per model.
func modelTable(found *rsa.Result) *result.Table {
	table := newScoreTable("What was found for each model; with times or channels, at its peak.", found)
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
	row.Max, row.HeldOut = number(nil), number(nil)
	if m.Peak != nil {
		row.Max, row.HeldOut = number(m.Peak.P), number(m.Peak.HeldOut)
		row.Time, ci, timeCI = m.Peak.Time, m.Peak.ScoreCI, m.Peak.TimeCI
		row.Channel = m.Peak.Channel
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

// channelTable has one row per model and channel, and time where there are times:
// what maps of sensors show.
func channelTable(found *rsa.Result) *result.Table {
	table := newScoreTable("What was found for each model at each channel.", found)
	for _, m := range found.Models {
		if m.Course == nil {
			continue
		}
		c := m.Course
		times := max(1, len(found.Times))
		for k := range c.Score {
			time := rsa.Number(math.NaN())
			if found.Times != nil {
				time = rsa.Number(found.Times[k%times])
			}
			table.add(Row{
				Network: m.Network, Model: m.Name, Channel: found.Channels[k/times], Time: time, Score: at(c.Score, k), Fixed: at(c.Fixed, k),
				Low: at(c.Low, k), High: at(c.High, k), P: at(c.P, k), Corrected: at(c.Corrected, k),
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
