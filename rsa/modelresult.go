package rsa

import (
	"cmp"
	"fmt"
)

// A FlexibleResult is what a CrossValidation found. What is undefined is NaN,
// null in JSON.
type FlexibleResult struct {
	Comparator   string           `json:"comparator"`
	Seed         uint64           `json:"seed"`
	Conditions   int              `json:"conditions"`
	Subjects     int              `json:"subjects"`
	Folds        []FoldResult     `json:"folds"`
	Models       []FlexibleScores `json:"models"`        // in the order given
	NoiseCeiling *NoiseCeiling    `json:"noise_ceiling"` // of new conditions; null for a single subject
	Times        []float64        `json:"times,omitempty"`
	Warnings     []string         `json:"warnings,omitempty"`

	folds        []fold
	lower, upper foldScores
}

// A FoldResult says what a fold held out.
type FoldResult struct {
	TestConditions []int `json:"test_conditions"` // places in the order of the RDMs
	TestSubjects   []int `json:"test_subjects"`
}

// FlexibleScores is what was found for one flexible model.
type FlexibleScores struct {
	Name       string   `json:"name"`
	Kind       string   `json:"kind"`
	Components []string `json:"components"`

	Score   []Number   `json:"score"`   // per time: mean over subjects
	Scores  [][]Number `json:"scores"`  // subjects × times: mean over the folds that test the subject
	Weights [][]Number `json:"weights"` // times × components, fitted to everything

	FoldScores  [][][]Number `json:"fold_scores"`  // folds × test subjects × times
	FoldWeights [][][]Number `json:"fold_weights"` // folds × times × components
}

// foldScores are folds × test subjects × times.
type foldScores = [][][]Number

func newFoldScores(folds []fold, times int) foldScores {
	scores := make(foldScores, len(folds))
	for f := range folds {
		for range folds[f].Subjects.Test {
			scores[f] = append(scores[f], undefined(times))
		}
	}
	return scores
}

func (v CrossValidation) newResult(models []FlexibleModel, subjects Subjects, folds []fold, times int) *FlexibleResult {
	r := &FlexibleResult{
		Comparator: v.Comparator.Name, Seed: v.Folds.Seed, Times: subjects.Times,
		Conditions: conditionsOf(len(subjects.RDVs[0][0])), Subjects: len(subjects.RDVs),
		folds: folds, lower: newFoldScores(folds, times), upper: newFoldScores(folds, times),
	}
	for _, f := range folds {
		r.Folds = append(r.Folds, FoldResult{f.Conditions.Test, f.Subjects.Test})
	}
	for _, model := range models {
		r.Models = append(r.Models, newScores(model, folds, times))
	}
	return r
}

func newScores(model FlexibleModel, folds []fold, times int) FlexibleScores {
	s := FlexibleScores{
		Name: model.Name, Kind: cmp.Or(model.Kind, weighted),
		Weights: make([][]Number, times), FoldScores: newFoldScores(folds, times), FoldWeights: make([][][]Number, len(folds)),
	}
	for _, component := range model.Components {
		s.Components = append(s.Components, component.Name)
	}
	for f := range s.FoldWeights {
		s.FoldWeights[f] = make([][]Number, times)
	}
	return s
}

// summarize averages over folds, then over subjects.
func (r *FlexibleResult) summarize() {
	for m := range r.Models {
		model := &r.Models[m]
		var missing int
		model.Scores, missing = bySubject(r.folds, r.Subjects, model.FoldScores)
		model.Score = meanOf(model.Scores)
		if missing > 0 {
			r.Warnings = append(r.Warnings, fmt.Sprintf("%d scores of model %q in single folds are undefined, because no component helped or an RDM is constant; they are left out", missing, model.Name))
		}
	}
	if r.Subjects < 2 {
		return
	}
	scalar := r.Times == nil
	lower, _ := bySubject(r.folds, r.Subjects, r.lower)
	upper, _ := bySubject(r.folds, r.Subjects, r.upper)
	r.NoiseCeiling = &NoiseCeiling{Lower: Series{meanOf(lower), scalar}, Upper: Series{meanOf(upper), scalar}, Kind: "leave one fold of subjects out, on new conditions"}
}

// bySubject averages over the folds that test a subject, subjects × times, and
// counts the scores that are left out.
func bySubject(folds []fold, subjects int, scores foldScores) (means [][]Number, missing int) {
	ofSubject := make([][][]Number, subjects) // subjects × folds × times
	for f, rows := range scores {
		for k, row := range rows {
			subject := folds[f].Subjects.Test[k]
			ofSubject[subject] = append(ofSubject[subject], row)
			for _, score := range row {
				if !score.defined() {
					missing++
				}
			}
		}
	}
	for _, rows := range ofSubject {
		means = append(means, meanOf(rows))
	}
	return means, missing
}

// meanOf averages rows, each place over those that define it.
func meanOf(rows [][]Number) []Number {
	mean := make([]Number, len(rows[0]))
	for t := range mean {
		sum, count := 0.0, 0.0
		for _, row := range rows {
			if row[t].defined() {
				sum += float64(row[t])
				count++
			}
		}
		mean[t] = Number(sum / count) // 0/0 is NaN
	}
	return mean
}
