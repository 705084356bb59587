package rsa

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/crossval"
	"github.com/isocortex/isocortex/work"
)

// ChannelWeights finds how much each channel of a layer, or of a region, has to
// count for the distances between its patterns to match measured RDMs. The
// prediction for the conditions i and j is
//
//	d_ij = Σ w_c (x_ic - x_jc)²
//
// so that patterns whose channels are multiplied by √w have it as their squared
// Euclidean distance. The zero ChannelWeights is the recommended one.
type ChannelWeights struct {
	Comparator compare.Comparator // to score predictions with, and to choose the penalty; zero means pearson
	Regression string             // NonNegative or RidgePenalty; "" means non-negative
	Penalties  []float64          // λ > 0 to choose from, per training pair, of features with standard deviation 1; nil means DefaultPenalties
	Folds      Folds
}

// DefaultPenalties are those that ChannelWeights chooses from.
var DefaultPenalties = []float64{0.01, 0.1, 1, 10, 100}

// A ChannelResult is what ChannelWeights found. What is undefined is NaN, null in
// JSON.
type ChannelResult struct {
	Score      Number   `json:"score"`      // mean over subjects
	Scores     []Number `json:"scores"`     // per subject, mean over the folds that test it
	Unweighted Number   `json:"unweighted"` // score of all channels counting the same, in the same folds
	Weights    []Number `json:"weights"`    // per channel, fitted to everything, of 2-norm 1
	Penalty    Number   `json:"penalty"`    // with which they were fitted

	FoldScores    [][]Number   `json:"fold_scores"`  // folds × test subjects
	FoldWeights   [][]Number   `json:"fold_weights"` // folds × channels
	FoldPenalties []Number     `json:"fold_penalties"`
	Folds         []FoldResult `json:"folds"`
	Comparator    string       `json:"comparator"`
	Seed          uint64       `json:"seed"`
	Warnings      []string     `json:"warnings,omitempty"`

	folds []fold
	equal [][]Number // scores of all channels counting the same
}

// Run fits weights to training conditions of training subjects and scores the
// weighted distances on test conditions of test subjects.
//
// The penalty of each fold is chosen inside its training conditions, by folds of
// their own. Features, one squared difference per channel, are standardized over
// training pairs; the intercept is free. They are never made: products with them
// are products of conditions × conditions matrices.
//
//	shapes   patterns: conditions × channels; rdvs: subjects × pairs
//	NaN      a score is NaN where all weights are 0; a constant channel has a
//	         weight of 0
//	errors   NaN in patterns or RDVs; fewer than nine conditions, or than nine in
//	         the training of a fold with several penalties to choose from; a
//	         penalty that is not above 0
//	cost     O(conditions² · channels) for each of some dozens of steps of a
//	         fit; in parallel over folds
//	random   the seed decides the folds
//	source   Kaniuth & Hebart (2022), doi:10.1016/j.neuroimage.2022.119294, which
//	         this solves without making features
func (w ChannelWeights) Run(ctx context.Context, patterns *mat.Dense, rdvs [][]float64, b work.Budget) (*ChannelResult, error) {
	w, err := w.resolve()
	if err != nil {
		return nil, err
	}
	if err := checkChannels(patterns, rdvs); err != nil {
		return nil, err
	}
	conditions, _ := patterns.Dims()
	folds, err := w.Folds.folds(conditions, len(rdvs))
	if err != nil {
		return nil, err
	}
	r := w.newResult(folds)
	err = b.Each(ctx, "fit channels", len(folds)+1, func(i int) error {
		if i == len(folds) {
			return w.fitAll(r, patterns, rdvs)
		}
		return w.fitFold(r, i, patterns, rdvs)
	})
	if err != nil {
		return nil, err
	}
	r.summarize(len(rdvs))
	return r, nil
}

func (w ChannelWeights) newResult(folds []fold) *ChannelResult {
	r := &ChannelResult{
		Comparator: w.Comparator.Name, Seed: w.Folds.Seed,
		FoldScores: make([][]Number, len(folds)), FoldWeights: make([][]Number, len(folds)), FoldPenalties: make([]Number, len(folds)),
		folds: folds, equal: make([][]Number, len(folds)),
	}
	for _, f := range folds {
		r.Folds = append(r.Folds, FoldResult{f.Conditions.Test, f.Subjects.Test})
	}
	return r
}

// fitAll finds the weights of everything that is there.
func (w ChannelWeights) fitAll(r *ChannelResult, patterns *mat.Dense, rdvs [][]float64) error {
	conditions, _ := patterns.Dims()
	weights, penalty, err := w.fit(patterns, w.Comparator.Pool(rdvs), crossval.Whole(conditions)[0].Train)
	r.Weights, r.Penalty = numbers(weights), Number(penalty)
	return err
}

// fitFold finds the weights of a fold and scores them.
func (w ChannelWeights) fitFold(r *ChannelResult, i int, patterns *mat.Dense, rdvs [][]float64) error {
	f := r.folds[i]
	weights, penalty, err := w.fit(patterns, w.pooled(rdvs, f), f.Conditions.Train)
	if err != nil {
		return fmt.Errorf("fold %d: %w", i+1, err)
	}
	r.FoldWeights[i], r.FoldPenalties[i] = numbers(weights), Number(penalty)
	r.FoldScores[i] = w.score(patterns, weights, rdvs, f)
	r.equal[i] = w.score(patterns, sameWeights(len(weights)), rdvs, f)
	return nil
}

func sameWeights(channels int) []float64 { return slices.Repeat([]float64{1}, channels) }

// resolve fills in what is left open, and puts the largest penalty first: of
// equally good ones it is the safest.
func (w ChannelWeights) resolve() (ChannelWeights, error) {
	if w.Comparator.Name == "" {
		w.Comparator, _ = compare.ByName("pearson")
	}
	if w.Penalties == nil {
		w.Penalties = DefaultPenalties
	}
	w.Penalties = slices.Clone(w.Penalties)
	slices.SortFunc(w.Penalties, func(a, b float64) int { return cmp.Compare(b, a) })
	w.Regression = cmp.Or(w.Regression, NonNegative)
	switch {
	case w.Regression != NonNegative && w.Regression != RidgePenalty:
		return w, fmt.Errorf("weights of channels by %q: use %s or %s", w.Regression, NonNegative, RidgePenalty)
	case len(w.Penalties) == 0, slices.ContainsFunc(w.Penalties, func(p float64) bool { return !(p > 0) || math.IsInf(p, 1) }):
		return w, fmt.Errorf("penalties of %v: name one or more, each above 0", w.Penalties)
	}
	return w, nil
}

func checkChannels(patterns *mat.Dense, rdvs [][]float64) error {
	conditions, channels := patterns.Dims()
	if len(rdvs) == 0 {
		return errors.New("no RDMs to match: one or more subjects are needed")
	}
	for i := range conditions {
		for c, value := range patterns.RawRowView(i) {
			if math.IsNaN(value) || math.IsInf(value, 0) {
				return fmt.Errorf("channel %d of condition %d is %g: leave the channel out", c+1, i+1, value)
			}
		}
	}
	for s, x := range rdvs {
		if len(x) != conditions*(conditions-1)/2 {
			return fmt.Errorf("subject %d has %d pairs where %d conditions of %d channels have %d", s+1, len(x), conditions, channels, conditions*(conditions-1)/2)
		}
		if p := slices.IndexFunc(x, func(d float64) bool { return math.IsNaN(d) || math.IsInf(d, 0) }); p >= 0 {
			return fmt.Errorf("pair %d of subject %d is %g: leave out conditions or subjects with missing pairs", p+1, s+1, x[p])
		}
	}
	return nil
}

// pooled returns the RDV of the group of training subjects over training pairs.
func (w ChannelWeights) pooled(rdvs [][]float64, f fold) []float64 {
	var seen [][]float64
	for _, s := range f.Subjects.Train {
		seen = append(seen, only(rdvs[s], f.train))
	}
	return w.Comparator.Pool(seen)
}

// fit returns weights that match the RDV of some conditions, and the penalty.
func (w ChannelWeights) fit(patterns *mat.Dense, target []float64, chosen []int) (weights []float64, penalty float64, err error) {
	penalty = w.Penalties[0]
	if len(w.Penalties) > 1 {
		if penalty, err = w.choose(patterns, target, chosen); err != nil {
			return nil, 0, err
		}
	}
	weights, err = newDifferences(patterns, chosen).fit(target).weights(penalty, w.Regression)
	return weights, penalty, err
}

// choose returns the penalty whose weights score highest on conditions held out
// of those that are chosen.
func (w ChannelWeights) choose(patterns *mat.Dense, target []float64, chosen []int) (float64, error) {
	inner := Folds{Seed: w.Folds.Seed}
	folds, err := inner.folds(len(chosen), 1)
	if err != nil {
		return 0, fmt.Errorf("to choose a penalty among training conditions: %w, or name one penalty", err)
	}
	sums := make([]float64, len(w.Penalties))
	for _, f := range folds {
		seen := newDifferences(patterns, placesIn(chosen, f.Conditions.Train)).fit(only(target, f.train))
		held := w.Comparator.Prepare(only(target, f.test))
		for k, penalty := range w.Penalties {
			weights, err := seen.weights(penalty, w.Regression)
			if err != nil {
				return 0, err
			}
			predicted := WeightedDistances(patterns, placesIn(chosen, f.Conditions.Test), weights)
			if score := w.Comparator.Compare(w.Comparator.Prepare(predicted), held); !math.IsNaN(score) {
				sums[k] += score
			}
		}
	}
	best := 0
	for k, sum := range sums {
		if sum > sums[best] {
			best = k
		}
	}
	return w.Penalties[best], nil
}

func placesIn(chosen, places []int) []int {
	result := make([]int, len(places))
	for k, place := range places {
		result[k] = chosen[place]
	}
	return result
}

// score compares weighted distances with each test subject of a fold.
func (w ChannelWeights) score(patterns *mat.Dense, weights []float64, rdvs [][]float64, f fold) []Number {
	predicted := w.Comparator.Prepare(WeightedDistances(patterns, f.Conditions.Test, weights))
	scores := make([]Number, len(f.Subjects.Test))
	for k, s := range f.Subjects.Test {
		scores[k] = Number(w.Comparator.Compare(predicted, w.Comparator.Prepare(only(rdvs[s], f.test))))
	}
	return scores
}

// summarize averages over folds, then over subjects.
func (r *ChannelResult) summarize(subjects int) {
	scores, missing := r.bySubject(r.FoldScores, subjects)
	for _, row := range scores {
		r.Scores = append(r.Scores, row[0])
	}
	equal, _ := r.bySubject(r.equal, subjects)
	r.Score, r.Unweighted = meanOf(scores)[0], meanOf(equal)[0]
	if missing > 0 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("%d scores of single folds are undefined, because no channel helped or an RDM is constant; they are left out", missing))
	}
}

func (r *ChannelResult) bySubject(scores [][]Number, subjects int) (means [][]Number, missing int) {
	ofFolds := make(foldScores, len(scores))
	for f, row := range scores {
		for _, score := range row {
			ofFolds[f] = append(ofFolds[f], []Number{score}) // at one time
		}
	}
	return bySubject(r.folds, subjects, ofFolds)
}

// WeightedDistances returns the RDV of some conditions whose dissimilarities are
// squared differences of channels, weighted and summed.
//
//	shapes   patterns: conditions × channels; chosen: places of conditions; result: pairs of those
//	cost     O(chosen² · channels), one matrix product
func WeightedDistances(patterns *mat.Dense, chosen []int, weights []float64) []float64 {
	return weightedDistances(rowsOf(patterns, chosen), weights)
}

func weightedDistances(x *mat.Dense, weights []float64) []float64 {
	scaled, n := mat.DenseCopyOf(x), x.RawMatrix().Rows
	for i := range n {
		floats.Mul(scaled.RawRowView(i), weights)
	}
	var products mat.Dense
	products.Mul(scaled, x.T())
	distances := make([]float64, 0, n*(n-1)/2)
	for i := range n {
		for j := i + 1; j < n; j++ {
			distances = append(distances, products.At(i, i)+products.At(j, j)-2*products.At(i, j))
		}
	}
	return distances
}

// rowsOf returns the patterns of some conditions, centered over them, which
// changes no difference and loses fewer digits. A constant channel becomes
// exactly 0.
func rowsOf(patterns *mat.Dense, chosen []int) *mat.Dense {
	_, channels := patterns.Dims()
	x, mean := mat.NewDense(len(chosen), channels, nil), make([]float64, channels)
	for k, i := range chosen {
		x.SetRow(k, patterns.RawRowView(i))
		floats.AddScaled(mean, 1/float64(len(chosen)), patterns.RawRowView(i))
	}
	for c, first := range x.RawRowView(0) {
		constant := true
		for k := range chosen {
			constant = constant && x.At(k, c) == first
		}
		if constant {
			mean[c] = first
		}
	}
	for k := range chosen {
		floats.Sub(x.RawRowView(k), mean)
	}
	return x
}
