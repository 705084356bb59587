package rsa

import (
	"math"
	"testing"

	"github.com/isocortex/isocortex/crossval"
	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/realtest"
)

// aDraw is a draw with its folds, and what NumPy and SciPy make of it.
type aDraw struct {
	Components, Subjects [][]float64
	Counts, Drawn        []int
	Folds                []struct {
		Train, Test   []int // conditions, each once
		TrainSubjects []int `json:"train_subjects"`
		TestSubjects  []int `json:"test_subjects"`
		Weights       []float64
	}
	Score, Ceiling   float64
	Choices          [][][]float64 // bootstraps × draws × choices
	Dual, Conditions float64
}

// draws returns what scores the draw, its folds, and the draw.
func (a aDraw) draws() (*modelDraws, []fold, inference.Draw) {
	var model FlexibleModel
	var subjects Subjects
	for _, x := range a.Components {
		model.Components = append(model.Components, Model{RDV: x})
	}
	for _, x := range a.Subjects {
		subjects.RDVs = append(subjects.RDVs, [][]float64{x})
	}
	size := inference.Size{Subjects: len(a.Subjects), Conditions: len(a.Counts)}
	o := ModelBootstrap{Validation: CrossValidation{}.resolve(), Over: Dual, Draws: len(a.Choices[0])}
	d := newModelDraws(o, []FlexibleModel{model}, subjects, size)
	var folds []fold
	for _, f := range a.Folds {
		train, test := copies(f.Train, crossval.Whole(len(f.Train))[0].Test, a.Counts), copies(f.Test, crossval.Whole(len(f.Test))[0].Test, a.Counts)
		folds = append(folds, fold{
			crossval.Block{Subjects: crossval.Split{Train: f.TrainSubjects, Test: f.TestSubjects}},
			withoutCopies(pairsAmong(len(a.Counts), train)), withoutCopies(pairsAmong(len(a.Counts), test)),
		})
	}
	return d, folds, inference.Draw{Subjects: a.Drawn, Conditions: a.Counts}
}

// A draw of a bootstrap has the weights and scores that NumPy and SciPy find, to
// what rounding leaves.
func TestDrawAgreesWithTheReference(t *testing.T) {
	var want aDraw
	realtest.Reference(t, "modelboot.json", &want)
	d, folds, draw := want.draws()
	near := func(what string, got, want float64) {
		t.Helper()
		if !(math.Abs(got-want) <= 1e-10) {
			t.Errorf("%s: %.12f, want %.12f", what, got, want)
		}
	}
	for k, f := range folds {
		weights, _, err := d.Validation.predict(d.models[0], d.Validation.seen(d.subjects, f, 0), f)
		if err != nil {
			t.Fatal(err)
		}
		for i, w := range weights {
			near("weight", w, want.Folds[k].Weights[i])
		}
	}
	row, err := d.score(draw, folds)
	if err != nil {
		t.Fatal(err)
	}
	near("score", row[0], want.Score)
	near("ceiling", row[1], want.Ceiling)
}

// The variances of draws are those of the reference.
func TestVarianceOfDrawsAgreesWithTheReference(t *testing.T) {
	var want aDraw
	realtest.Reference(t, "modelboot.json", &want)
	d, _, _ := want.draws()
	for b, draws := range want.Choices {
		for i, choices := range draws {
			for _, value := range choices {
				d.drawn[b*d.Draws+i] = append(d.drawn[b*d.Draws+i], []float64{value})
			}
		}
	}
	first := func(row []float64) float64 { return row[0] }
	if got, _, undefined := d.variance(first); math.Abs(got-want.Dual) > 1e-10 || undefined != 0 {
		t.Errorf("dual %.12f, want %.12f", got, want.Dual)
	}
	d.Over, d.overs, d.drawn = inference.Conditions.String(), []inference.Over{inference.Conditions}, d.drawn[d.Draws:2*d.Draws]
	if got, _, _ := d.variance(first); math.Abs(got-want.Conditions) > 1e-10 {
		t.Errorf("conditions %.12f, want %.12f", got, want.Conditions)
	}
}
