package step

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/exchange"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/work"
)

// Reliability tells how reliable the RDM of each single subject is, from halves of
// the repetitions.
type Reliability struct {
	Subjects   []Source // RDMs per subject and repetition; or Datasets of trials, each of a subject
	Measure    string   // of files of responses; "" for DefaultMeasure
	Comparator string   // "" for DefaultComparator
	Splits     int      // 0 means inference.DefaultSplits
	Out        string   // folder; "" saves nothing
}

// repetitionLabels tell the repetitions of a subject apart, together.
var repetitionLabels = []string{"session", "run", "repetition"}

// Verb is "reliability".
func (Reliability) Verb() string { return "reliability" }

// Inputs are the files of all sources.
func (s Reliability) Inputs() []string { return RDM{From: s.Subjects}.Inputs() }

// Outputs is the folder, if there is one.
func (s Reliability) Outputs() []string { return RSA{Out: s.Out}.Outputs() }

// To is the same step writing elsewhere.
func (s Reliability) To(out string) Step { s.Out = out; return s }

// Cost is that of the RDMs of halves.
func (Reliability) Cost() string { return "two RDMs per subject and halving" }

// Run measures and saves.
func (s Reliability) Run(ctx context.Context, env *Env) error {
	found, err := s.Halve(ctx, env)
	if err != nil {
		return err
	}
	return s.Save(found)
}

// Halve returns what Run saves.
func (s Reliability) Halve(ctx context.Context, env *Env) (*rsa.SplitHalfResult, error) {
	comparator, err := compare.ByName(cmp.Or(s.Comparator, DefaultComparator))
	if err != nil {
		return nil, err
	}
	files, err := spread(s.Subjects)
	if err != nil {
		return nil, err
	}
	estimator, err := estimator(s.Measure, files, env)
	if err != nil {
		return nil, err
	}
	var all []rsa.Repeated
	var axis dataset.Axis
	for i, source := range files {
		subjects, times, done, err := s.repeated(ctx, env, source, estimator)
		if err != nil {
			return nil, err
		}
		defer done()
		mine := dataset.Axis{Name: source.Path, Times: times}
		if i == 0 {
			axis = mine
		}
		if err := dataset.MatchTimes(axis, mine); err != nil {
			return nil, err
		}
		all = append(all, subjects...)
	}
	if err := distinct("subjects", all, func(r rsa.Repeated) string { return r.Name }); err != nil {
		return nil, err
	}
	found, err := rsa.SplitHalfCeiling{Comparator: comparator, Splits: s.Splits, Seed: env.Seed}.Run(ctx, all, axis.Times, env.Budget)
	if err != nil {
		return nil, err
	}
	env.warn(found.Warnings...)
	return found, nil
}

// repeated reads the subjects of a source, which are to be read until done.
func (s Reliability) repeated(ctx context.Context, env *Env, source Source, e measuring) (subjects []rsa.Repeated, times []float64, done func(), err error) {
	kind, err := exchange.Contents(source.Path)
	if err != nil {
		return nil, nil, nil, err
	}
	if kind == exchange.KindDataset {
		return trials(ctx, source, e.Estimator)
	}
	r, err := source.read(ctx, env, e)
	if err != nil {
		return nil, nil, nil, err
	}
	subjects, times, err = repeatedRDMs(stack{r, source})
	return subjects, times, func() { _ = r.Close() }, err
}

// repeatedRDMs sorts RDMs by subject, repetition and time.
func repeatedRDMs(s stack) (subjects []rsa.Repeated, times []float64, err error) {
	of := repetitions(s.Labels, s.Len())
	if of == nil {
		return nil, nil, fmt.Errorf("%s: no label %s tells the repetitions of a subject apart", s.source.Path, strings.Join(repetitionLabels, ", "))
	}
	people := s.people()
	var first course
	for _, name := range uniqueInOrder(people) {
		var rdvs [][][]float64
		for _, repetition := range uniqueInOrder(of) {
			mine := s.course(func(k int) bool { return people[k] == name && of[k] == repetition })
			if mine.rdvs == nil {
				continue
			}
			mine.name = fmt.Sprintf("%s of subject %q of %s", repetition, name, s.source.Path)
			if first.rdvs == nil {
				first = mine
			}
			if err := mine.fits(&first); err != nil {
				return nil, nil, err
			}
			if len(mine.channels) > 1 {
				return nil, nil, fmt.Errorf("%s has RDMs of %d channels: how reliable they are is told of one at a time, or over time", mine.name, len(mine.channels))
			}
			rdvs = append(rdvs, mine.rdvs)
		}
		subjects = append(subjects, rsa.RepeatedRDMs(name, rdvs))
	}
	return subjects, first.times, nil
}

// repetitions names the repetition of each of n things by the labels that there
// are; nil where there are none.
func repetitions(labels map[string][]string, n int) []string {
	var of []string
	for _, label := range repetitionLabels {
		values := labels[label]
		if values == nil {
			continue
		}
		if of == nil {
			of = make([]string, n)
		}
		for k, value := range values {
			of[k] = strings.TrimPrefix(of[k]+", "+label+" "+value, ", ")
		}
	}
	return of
}

// trials is a subject whose responses were measured several times: by the labels of
// repetitions, or the first trial of every condition, the second, and so on.
func trials(ctx context.Context, source Source, e rdm.Estimator) ([]rsa.Repeated, []float64, func(), error) {
	ds, err := exchange.ReadDataset(source.Path)
	if err != nil {
		return nil, nil, nil, err
	}
	conditions := ds.Observation["condition"]
	if conditions == nil {
		conditions = ds.Observation["stimulus"]
	}
	if conditions == nil {
		ds.Close()
		return nil, nil, nil, fmt.Errorf("%s: no label says which observations are of one condition", source.Path)
	}
	ds.Observation["condition"] = conditions
	of := repetitions(ds.Observation, ds.Shape[0])
	if of == nil {
		of = occurrences(conditions)
	}
	names := uniqueInOrder(of)
	e.Budget = work.Budget{Threads: 1} // halves are in parallel
	half := func(ctx context.Context, chosen []int) ([][]float64, error) {
		var rows []int
		for row, name := range of {
			if slices.Contains(chosen, slices.Index(names, name)) {
				rows = append(rows, row)
			}
		}
		r, err := e.Estimate(ctx, ds.Reorder(rows))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", source.Path, err)
		}
		return inConditions(r, uniqueInOrder(conditions)), nil
	}
	one := rsa.Repeated{Name: cmp.Or(one(ds, "subject"), source.name()), Repetitions: len(names), RDVs: half}
	return []rsa.Repeated{one}, slices.Clone(ds.Times), func() { ds.Close() }, nil
}

// occurrences numbers the observations of every condition.
func occurrences(conditions []string) []string {
	seen := map[string]int{}
	of := make([]string, len(conditions))
	for k, condition := range conditions {
		seen[condition]++
		of[k] = "trial " + strconv.Itoa(seen[condition])
	}
	return of
}

// inConditions returns the RDVs of all times over the given conditions, NaN where
// the RDMs lack one.
func inConditions(r *rdm.RDMs, conditions []string) [][]float64 {
	places := make([]int, len(conditions))
	for i, condition := range conditions {
		places[i] = slices.Index(r.Conditions, condition)
	}
	all := make([][]float64, r.Len())
	for k := range all {
		for i, a := range places {
			for _, b := range places[i+1:] {
				d := math.NaN()
				if a >= 0 && b >= 0 {
					d = r.At(k, a, b)
				}
				all[k] = append(all[k], d)
			}
		}
	}
	return all
}

// Save writes a result of Halve as JSON and as a table.
func (s Reliability) Save(found *rsa.SplitHalfResult) error {
	folder, err := result.Create(s.Out)
	if err != nil {
		return err
	}
	if err := folder.WriteJSON("reliability.json", found); err != nil {
		return err
	}
	return folder.WriteTable("reliability.tsv", reliabilityTable(found))
}

// reliabilityRow is a subject at a time.
type reliabilityRow struct {
	subject                    rsa.SubjectCeiling
	time                       rsa.Number
	halves, corrected, ceiling rsa.Number
}

// reliabilityTable has a row per subject and, with times, per time.
func reliabilityTable(found *rsa.SplitHalfResult) *result.Table {
	var rows []reliabilityRow
	for _, subject := range found.Subjects {
		for t := range subject.Halves.Values {
			row := reliabilityRow{subject: subject, halves: subject.Halves.Values[t], corrected: subject.Reliability.Values[t], ceiling: subject.Ceiling.Values[t]}
			if found.Times != nil {
				row.time = rsa.Number(found.Times[t])
			}
			rows = append(rows, row)
		}
	}
	table := &result.Table{Description: "How reliable the RDM of each subject is.", Columns: []result.Column{
		textColumn("subject", "Label of the subject.", rows, func(r reliabilityRow) string { return r.subject.Name }),
	}}
	if found.Times != nil {
		table.Columns = append(table.Columns, seconds(numberColumn("time", "Time from stimulus onset.", rows, func(r reliabilityRow) rsa.Number { return r.time })))
	}
	table.Columns = append(table.Columns,
		numberColumn("repetitions", "Repetitions that were halved.", rows, func(r reliabilityRow) rsa.Number { return rsa.Number(r.subject.Repetitions) }),
		numberColumn("splits", "Halvings.", rows, func(r reliabilityRow) rsa.Number { return rsa.Number(r.subject.Splits) }),
		numberColumn("halves", "Mean "+found.Comparator+" of the RDMs of two halves.", rows, func(r reliabilityRow) rsa.Number { return r.halves }),
		numberColumn("reliability", "The same of all repetitions with as many again; correction: "+found.Correction+".", rows, func(r reliabilityRow) rsa.Number { return r.corrected }),
		numberColumn("ceiling", "Root of the reliability: what the subject's true RDM would score with all repetitions.", rows, func(r reliabilityRow) rsa.Number { return r.ceiling }),
	)
	return table
}
