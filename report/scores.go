package report

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/rsa"
)

// scores reads rsa/BRAIN/*.json of every brain.
func (r *reader) scores() error {
	for brain, name := range r.folders {
		paths, err := r.list(filepath.Join("rsa", name), ".json")
		if err != nil {
			return err
		}
		for _, path := range paths {
			e, err := readScores(path)
			if err != nil {
				return err
			}
			if e == nil {
				continue
			}
			r.evaluations = append(r.evaluations, evaluation{brain, e})
			if e.Brain != "" {
				r.page.Brains[brain].Name = e.Brain
			}
		}
	}
	return nil
}

// readScores reads a file of scores; nil for the description of a table, which
// lies beside them.
func readScores(path string) (*rsa.Result, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	e := &rsa.Result{}
	if err := json.Unmarshal(data, e); err != nil {
		return nil, file.Malformed(path, -1, "result", "%w", err)
	}
	if e.Comparator == "" || len(e.Models) == 0 {
		return nil, nil
	}
	if err := e.Check(); err != nil {
		return nil, file.Malformed(path, -1, "models", "%w", err)
	}
	return e, nil
}

// results puts the scores on the page, once the RDMs that they are of are there.
func (r *reader) results() error {
	for _, e := range r.evaluations {
		shown := r.result(e)
		var err error
		if shown.Scalp, err = r.scalp(e); err != nil {
			return err
		}
		if shown.Scalp != nil {
			for i, m := range e.Models {
				shown.Models[i].Channels = channels(e.Result, m)
			}
		}
		r.page.Results = append(r.page.Results, shown)
		for _, w := range e.Warnings {
			if !slices.Contains(r.page.Warnings, w) {
				r.page.Warnings = append(r.page.Warnings, w)
			}
		}
	}
	return nil
}

// compared reports whether the models of a network have scores. Without any
// scores every network is shown; RDMs of a network without are of an earlier run.
func (r *reader) compared(network string) bool {
	if len(r.evaluations) == 0 {
		return true
	}
	return slices.ContainsFunc(r.evaluations, func(e evaluation) bool {
		return slices.ContainsFunc(e.Models, func(m rsa.ModelResult) bool { return m.Network == network || m.Name == network })
	})
}

// result turns an evaluation into what the page shows of it.
func (r *reader) result(e evaluation) Result {
	own := ofPeakChannels(e.Result)
	result := Result{
		Brain:         e.brain,
		Comparator:    e.Comparator,
		Symbol:        symbol(e.Comparator),
		Level:         e.Level,
		Tested:        e.Test != rsa.None,
		Correction:    correctionWords(e.Result),
		Subjects:      e.Subjects,
		SubjectNames:  e.SubjectNames,
		Times:         numbers(e.Times),
		CeilingReason: own.NoiseCeilingReason,
	}
	if e.BootstrapOver != rsa.None {
		result.Percent, result.Resampled = percent(e.Interval), over(e.Result)
	}
	if c := own.NoiseCeiling; c != nil {
		result.Ceiling = &Ceiling{Lower: numbers(c.Lower.Values), Upper: numbers(c.Upper.Values), Kind: c.Kind}
	}
	result.Models = newModels(own)
	for i, m := range e.Models {
		result.Models[i].Stack, result.Models[i].RDM = r.place(m)
		result.Models[i].Short = e.FallsShort(i)
	}
	if t := e.DifferenceTest; t != nil {
		result.Higher, result.Compared = e.Higher(), fmt.Sprintf("%s, %s, %s", t.Test, t.Tail, corrected(t.Correction))
	}
	return result
}

// newModel brings scores with and without times into one shape.
func newModel(m rsa.ModelResult) Model {
	model := Model{
		Name: m.Name, Network: m.Network, Score: Number(m.Score), Interval: interval(m.CI), Scores: numbers(m.Scores),
		P: optional(m.P), Corrected: optional(m.Corrected),
	}
	if m.Course == nil || m.Peak == nil {
		return model
	}
	if m.Peak.Channel == "" || !math.IsNaN(float64(m.Peak.Time)) {
		model.Course = newCourse(m.Course)
	}
	if k := m.Peak.Index; k >= 0 {
		model.Peak = &Peak{Time: Number(m.Peak.Time), Interval: interval(m.Peak.TimeCI), Channel: m.Peak.Channel, Index: k}
		model.Score, model.Interval = Number(m.Peak.Score), interval(m.Peak.ScoreCI)
		model.P, model.Corrected = Number(m.Course.P[k]), Number(m.Course.Corrected[k])
		for _, subject := range m.Course.Scores {
			model.Scores = append(model.Scores, Number(subject[k]))
		}
	}
	return model
}

func newCourse(c *rsa.Course) *Course {
	course := &Course{Score: numbers(c.Score), Low: numbers(c.Low), High: numbers(c.High), Corrected: numbers(c.Corrected)}
	for _, subject := range c.Scores {
		course.Scores = append(course.Scores, numbers(subject))
	}
	return course
}

func interval(ci *[2]rsa.Number) *[2]Number {
	if ci == nil {
		return nil
	}
	return &[2]Number{Number(ci[0]), Number(ci[1])}
}

// optional is NaN for a number that is not there.
func optional(n *rsa.Number) Number {
	if n == nil {
		return Number(math.NaN())
	}
	return Number(*n)
}

// place finds the RDM of a model.
func (r *reader) place(m rsa.ModelResult) (stack, index int) {
	for s, networkRDMs := range r.page.Models {
		if m.Network != "" && m.Network != networkRDMs.Name {
			continue
		}
		if i := slices.Index(networkRDMs.Names, m.Name); i >= 0 {
			return s, i
		}
	}
	return -1, 0
}
