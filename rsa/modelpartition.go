package rsa

import (
	"context"
	"fmt"
	"math"
	"math/bits"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/regress"
	"github.com/isocortex/isocortex/work"
)

// A Partition divides the variance of measured RDMs among two or three sets of
// model RDMs: what each explains alone, and what any of them explain together.
type Partition struct {
	Folds Folds
}

// A ModelSet is a set of model RDMs that explains as a whole, such as the layers
// of one network.
type ModelSet struct {
	Name       string
	Components []Model
}

// A PartitionResult is what a Partition found. Shares are of the variance of the
// RDMs of test subjects over test pairs; NaN, null in JSON, where undefined.
type PartitionResult struct {
	Explained []Share      `json:"explained"` // R² of each set, and of all unions of sets
	Parts     []Share      `json:"parts"`     // what exactly these sets explain, and no other; they sum to the R² of all
	Folds     []FoldResult `json:"folds"`
	Seed      uint64       `json:"seed"`
	Times     []float64    `json:"times,omitempty"`
}

// A Share of variance belongs to one or more sets.
type Share struct {
	Sets     []string   `json:"sets"`
	Mean     []Number   `json:"mean"`     // per time, over subjects
	Subjects [][]Number `json:"subjects"` // subjects × times: mean over the folds that test the subject
}

// Run fits every union of sets to training pairs of training subjects and asks
// how much variance it explains in test pairs of test subjects.
//
// RDVs are standardized with the mean and standard deviation of their training
// pairs. Weights are 0 or more, the intercept is free. With y a test subject
// and ŷ the prediction,
//
//	R² = 1 - Σ(y - ŷ)² / Σy²
//
// so that the mean of the training pairs explains 0. With U the union of all
// sets, a set A explains R²(U) - R²(U without A) alone. Such differences are
// negative where a set does more harm than good on new data. They are reported
// as they are. What a set pays for fitting without the others is taken from what
// it shares with them: with forty conditions shared parts of a quarter come out
// some 0.07 too small, with eighty some 0.03.
//
//	shapes   sets: two or three, of components of n(n-1)/2 pairs, n ≥ 9
//	         conditions, as subjects
//	NaN      pairs that are NaN in any component or subject of a fold are left
//	         out of it; shares are NaN where no two are left, or nothing varies
//	errors   another number of sets; RDVs that do not fit each other; fewer than
//	         nine conditions, or folds of fewer than three
//	cost     3 or 7 fits for each fold and time; in parallel
//	random   the seed decides the folds
//	source   Nimon & Oswald (2013), doi:10.1177/1094428113493929, commonality
//	         analysis; here of variance that is held out
func (p Partition) Run(ctx context.Context, sets []ModelSet, subjects Subjects, b work.Budget) (*PartitionResult, error) {
	if len(sets) < 2 || len(sets) > 3 {
		return nil, fmt.Errorf("%d sets of model RDMs: variance is divided among two or three", len(sets))
	}
	var models []FlexibleModel
	for _, set := range sets {
		models = append(models, FlexibleModel{Name: set.Name, Components: set.Components})
	}
	a, err := measured(models, subjects)
	if err != nil {
		return nil, err
	}
	folds, err := p.Folds.folds(a.conditions, len(subjects.RDVs))
	if err != nil {
		return nil, err
	}
	explained, err := explainedByUnions(ctx, b, sets, subjects, folds)
	if err != nil {
		return nil, err
	}
	r := &PartitionResult{Seed: p.Folds.Seed, Times: subjects.Times}
	for _, f := range folds {
		r.Folds = append(r.Folds, FoldResult{f.Conditions.Test, f.Subjects.Test})
	}
	r.divide(sets, explained)
	return r, nil
}

// explainedByUnions returns the R² of every union of sets, which are the bits of
// its place: unions × subjects × times. That of no set is 0.
func explainedByUnions(ctx context.Context, b work.Budget, sets []ModelSet, subjects Subjects, folds []fold) ([][][]Number, error) {
	times := len(subjects.RDVs[0])
	ofFolds := make([]foldScores, 1<<len(sets))
	for union := range ofFolds {
		ofFolds[union] = newFoldScores(folds, times)
	}
	err := b.Each(ctx, "divide variance", len(folds)*times, func(i int) error {
		at := place{i / times, i % times}
		h := newHeldOut(sets, subjects, folds[at.fold], at.time)
		for union, scores := range ofFolds {
			shares, err := h.explained(union)
			if err != nil {
				return fmt.Errorf("fold %d: %w", at.fold+1, err)
			}
			for k, share := range shares {
				scores[at.fold][k][at.time] = Number(share)
			}
		}
		return nil
	})
	explained := make([][][]Number, len(ofFolds))
	for union, scores := range ofFolds {
		explained[union], _ = bySubject(folds, len(subjects.RDVs), scores)
	}
	return explained, err
}

// heldOut is the data of one fold and time, standardized by its training pairs.
type heldOut struct {
	sets        []int       // per component, which set it is of, as a bit
	train, test *mat.Dense  // pairs × components
	target      []float64   // training pairs of the group of training subjects
	brain       [][]float64 // test subjects × test pairs
}

func newHeldOut(sets []ModelSet, subjects Subjects, f fold, time int) *heldOut {
	h := &heldOut{}
	var components [][]float64
	for s, set := range sets {
		for _, component := range set.Components {
			h.sets = append(h.sets, 1<<s)
			components = append(components, component.RDV)
		}
	}
	seen, unseen := subjects.at(time, f.Subjects.Train), subjects.at(time, f.Subjects.Test)
	everything := slices.Concat(components, seen, unseen)
	train, test := definedIn(everything, f.train), definedIn(everything, f.test)
	if len(train) < 2 || len(test) < 2 {
		h.brain = make([][]float64, len(unseen))
		return h
	}
	h.standardize(components, train, test)
	h.target = make([]float64, len(train))
	for _, x := range seen {
		known, _ := standardizedBy(x, train, test)
		floats.AddScaled(h.target, 1/float64(len(seen)), known)
	}
	for _, x := range unseen {
		_, held := standardizedBy(x, train, test)
		h.brain = append(h.brain, held)
	}
	return h
}

// standardize fills the matrices of features.
func (h *heldOut) standardize(components [][]float64, train, test []int) {
	h.train, h.test = mat.NewDense(len(train), len(components), nil), mat.NewDense(len(test), len(components), nil)
	for k, x := range components {
		known, held := standardizedBy(x, train, test)
		h.train.SetCol(k, known)
		h.test.SetCol(k, held)
	}
}

// definedIn keeps the pairs that all RDVs define.
func definedIn(rdvs [][]float64, pairs []int) []int {
	kept := make([]int, 0, len(pairs))
	for _, p := range pairs {
		defined := true
		for _, x := range rdvs {
			defined = defined && !math.IsNaN(x[p])
		}
		if defined {
			kept = append(kept, p)
		}
	}
	return kept
}

// standardizedBy returns the training and the test pairs of an RDV, less the
// mean of the training pairs and divided by their standard deviation; 0 where
// that is 0.
func standardizedBy(x []float64, train, test []int) (known, held []float64) {
	known, held = only(x, train), only(x, test)
	mean := floats.Sum(known) / float64(len(known))
	if floats.Min(known) == floats.Max(known) {
		clear(known)
		clear(held)
		return known, held
	}
	floats.AddConst(-mean, known)
	floats.AddConst(-mean, held)
	size := math.Sqrt(float64(len(known))) / floats.Norm(known, 2)
	floats.Scale(size, known)
	floats.Scale(size, held)
	return known, held
}

// explained returns the R² of a union of sets in each test subject.
func (h *heldOut) explained(union int) ([]float64, error) {
	shares := make([]float64, len(h.brain))
	switch {
	case h.train == nil:
		return undefinedWeights(shares), nil
	case union == 0:
		return shares, nil
	}
	features, others := h.columns(h.train, union), h.columns(h.test, union)
	fitted, err := regress.NNLS{Scaling: regress.Raw}.Fit(features, mat.NewDense(len(h.target), 1, h.target))
	if err != nil {
		return nil, err
	}
	predicted, err := fitted.Predict(others)
	if err != nil {
		return nil, err
	}
	for k, y := range h.brain {
		miss := floats.Distance(y, predicted.RawMatrix().Data, 2)
		size := floats.Norm(y, 2)
		shares[k] = 1 - miss*miss/(size*size) // 0/0 is NaN: nothing varies
	}
	return shares, nil
}

// columns keeps the components of a union of sets.
func (h *heldOut) columns(x *mat.Dense, union int) *mat.Dense {
	rows, _ := x.Dims()
	var kept []int
	for k, set := range h.sets {
		if set&union != 0 {
			kept = append(kept, k)
		}
	}
	result := mat.NewDense(rows, len(kept), nil)
	for to, from := range kept {
		result.SetCol(to, mat.Col(nil, from, x))
	}
	return result
}

// divide turns what unions explain into what exactly some sets explain. What is
// lost without the sets S is the sum of the parts of all their subsets,
//
//	R²(U) - R²(U without S) = Σ part(T) over T ⊆ S
//
// which is inverted with alternating signs.
func (r *PartitionResult) divide(sets []ModelSet, explained [][][]Number) {
	all := len(explained) - 1
	for part := 1; part <= all; part++ {
		share := make([][]Number, len(explained[0]))
		for s, row := range explained[0] {
			share[s] = make([]Number, len(row))
			for t := range row {
				for subset := part; subset > 0; subset = (subset - 1) & part {
					lost := explained[all][s][t] - explained[all&^subset][s][t]
					sign := 1 - 2*(bits.OnesCount(uint(part&^subset))%2)
					share[s][t] += Number(sign) * lost
				}
			}
		}
		names := namesOf(sets, part)
		r.Explained = append(r.Explained, Share{names, meanOf(explained[part]), explained[part]})
		r.Parts = append(r.Parts, Share{names, meanOf(share), share})
	}
}

func namesOf(sets []ModelSet, union int) (names []string) {
	for s, set := range sets {
		if union&(1<<s) != 0 {
			names = append(names, set.Name)
		}
	}
	return names
}
