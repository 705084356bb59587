package report

import (
	"encoding/json"
	"math"
	"os"
	"slices"

	"github.com/isocortex/isocortex/file"
)

// evaluation is rsa/<comparator>.json.
type evaluation struct {
	Comparator         string             `json:"comparator"`
	Pool               string             `json:"pool"`
	Matched            string             `json:"matched"`
	Conditions         int                `json:"conditions"`
	Pairs              int                `json:"pairs"`
	Subjects           int                `json:"subjects"`
	SubjectNames       []string           `json:"subject_names"`
	Test               string             `json:"test"`
	Tail               string             `json:"tail"`
	Draws              int                `json:"draws"`
	Correction         string             `json:"correction"`
	GeneralisesTo      string             `json:"generalises_to"`
	Seed               uint64             `json:"seed"`
	Level              float64            `json:"level"`
	Interval           float64            `json:"interval"`
	BootstrapDraws     int                `json:"bootstrap_draws"`
	BootstrapOver      string             `json:"bootstrap_over"`
	NoiseCeiling       *evaluationCeiling `json:"noise_ceiling"`
	NoiseCeilingReason string             `json:"noise_ceiling_reason"`
	Times              []Number           `json:"times"`
	Models             []evaluationModel  `json:"models"`
	Warnings           []string           `json:"warnings"`
}

type evaluationCeiling struct {
	Lower series `json:"lower"`
	Upper series `json:"upper"`
	Kind  string `json:"kind"`
}

type evaluationModel struct {
	Name       string     `json:"name"`
	Network    string     `json:"network"`
	Score      Number     `json:"score"`
	Scores     []Number   `json:"scores"`
	CI         *[2]Number `json:"ci"`
	P          *Number    `json:"p"`
	PCorrected *Number    `json:"p_corrected"`
	Course     *struct {
		Score      []Number   `json:"score"`
		Low        []Number   `json:"low"`
		High       []Number   `json:"high"`
		P          []Number   `json:"p"`
		PCorrected []Number   `json:"p_corrected"`
		Scores     [][]Number `json:"scores"`
	} `json:"course"`
	Peak *struct {
		Score   Number     `json:"score"`
		ScoreCI *[2]Number `json:"score_ci"`
		Time    Number     `json:"time"`
		TimeCI  *[2]Number `json:"time_ci"`
		Index   int        `json:"index"`
	} `json:"peak"`
}

// series is one number or several.
type series []Number

// UnmarshalJSON reads a number, null or an array of them.
func (s *series) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '[' {
		return json.Unmarshal(data, (*[]Number)(s))
	}
	*s = make(series, 1)
	return json.Unmarshal(data, &(*s)[0])
}

// results reads rsa/*.json.
func (r *reader) results() error {
	paths, err := r.list("rsa", ".json")
	if err != nil {
		return err
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var e evaluation
		if err := json.Unmarshal(data, &e); err != nil {
			return file.Malformed(path, -1, "result", "%w", err)
		}
		if e.Comparator == "" || len(e.Models) == 0 {
			continue // the description of a table beside the results
		}
		if err := e.check(); err != nil {
			return file.Malformed(path, -1, "models", "%w", err)
		}
		r.evaluations = append(r.evaluations, e)
		r.page.Results = append(r.page.Results, r.result(e))
		for _, w := range e.Warnings {
			if !slices.Contains(r.page.Warnings, w) {
				r.page.Warnings = append(r.page.Warnings, w)
			}
		}
	}
	return nil
}

// result turns an evaluation into what the page shows of it.
func (r *reader) result(e evaluation) Result {
	result := Result{
		Comparator:    e.Comparator,
		Symbol:        symbol(e.Comparator),
		Level:         e.Level,
		Correction:    correctionWords(e),
		Subjects:      e.Subjects,
		SubjectNames:  e.SubjectNames,
		Times:         e.Times,
		CeilingReason: e.NoiseCeilingReason,
	}
	if c := e.NoiseCeiling; c != nil {
		result.Ceiling = &Ceiling{Lower: c.Lower, Upper: c.Upper, Kind: c.Kind}
	}
	for _, m := range e.Models {
		model := m.model()
		model.Stack, model.RDM = r.place(m)
		result.Models = append(result.Models, model)
	}
	return result
}

// model brings scores with and without times into one shape.
func (m evaluationModel) model() Model {
	model := Model{
		Name: m.Name, Network: m.Network, Score: m.Score, Interval: m.CI, Scores: m.Scores,
		P: Number(math.NaN()), Corrected: Number(math.NaN()),
	}
	if c := m.Course; c != nil {
		model.Course = &Course{Score: c.Score, Low: c.Low, High: c.High, Corrected: c.PCorrected, Scores: c.Scores}
	}
	if p := m.Peak; p != nil && p.Index >= 0 {
		model.Score, model.Interval = p.Score, p.ScoreCI
		model.Peak = &Peak{Time: p.Time, Interval: p.TimeCI, Index: p.Index}
		if c := m.Course; c != nil {
			model.P, model.Corrected = at(c.P, p.Index), at(c.PCorrected, p.Index)
			model.Scores = nil
			for _, subject := range c.Scores {
				model.Scores = append(model.Scores, at(subject, p.Index))
			}
		}
	}
	if m.P != nil {
		model.P = *m.P
	}
	if m.PCorrected != nil {
		model.Corrected = *m.PCorrected
	}
	return model
}

// at returns an element, NaN when there is none.
func at(values []Number, i int) Number {
	if i < 0 || i >= len(values) {
		return Number(math.NaN())
	}
	return values[i]
}

// place finds the RDM of a model.
func (r *reader) place(m evaluationModel) (stack, index int) {
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
