package step

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/unit"
)

// Weigh finds how much each channel of a Dataset has to count for the distances
// between its patterns to match the RDMs of subjects.
type Weigh struct {
	Responses  string   // file of a Dataset without times, such as a layer
	Subjects   []Source // as of RSA; files of RDMs
	Brain      string   // what the subjects' RDMs are of, for people; may be ""
	Window     unit.Span
	Comparator string    // "" for pearson
	Regression string    // rsa.NonNegative or rsa.RidgePenalty; "" means non-negative
	Penalties  []float64 // to choose from; nil means rsa.DefaultPenalties
	Folds      rsa.Folds
	Strict     bool   // matching by position is an error
	Out        string // folder; "" saves nothing
}

// Weighed is what Weigh finds. The weights themselves stand in a table.
type Weighed struct {
	Basis
	Comparator string `json:"comparator"`
	Regression string `json:"regression"`
	Seed       uint64 `json:"seed"`
	Conditions int    `json:"conditions"`
	Subjects   int    `json:"subjects"`
	Channels   int    `json:"channels"`
	Used       int    `json:"used"` // channels whose weight is not 0

	Score      rsa.Number       `json:"score"`      // mean over subjects
	Scores     []rsa.Number     `json:"scores"`     // per subject
	Unweighted rsa.Number       `json:"unweighted"` // all channels counting the same
	Penalty    rsa.Number       `json:"penalty"`
	Folds      []rsa.FoldResult `json:"folds"`
	Warnings   []string         `json:"warnings,omitempty"`

	found    *rsa.ChannelResult
	channels []int            // places of those that were weighed
	from     *dataset.Dataset // whose conditions are in the order of Labels
	rdv      []float64
}

// Verb is "weigh".
func (Weigh) Verb() string { return "weigh" }

// Inputs are the files of all sources.
func (s Weigh) Inputs() []string {
	return RDM{From: slices.Concat([]Source{{Path: s.Responses}}, s.Subjects)}.Inputs()
}

// Outputs is the folder, if there is one.
func (s Weigh) Outputs() []string { return RSA{Out: s.Out}.Outputs() }

// To is the same step writing elsewhere.
func (s Weigh) To(out string) Step { s.Out = out; return s }

// Cost is that of products of the responses.
func (Weigh) Cost() string { return "some hundred products of the responses per fold" }

// Run weighs and saves.
func (s Weigh) Run(ctx context.Context, env *Env) error {
	found, err := s.Weigh(ctx, env)
	if err != nil {
		return err
	}
	return s.Save(found)
}

// Weigh returns what Run saves.
func (s Weigh) Weigh(ctx context.Context, env *Env) (*Weighed, error) {
	comparator, err := compare.ByName(cmp.Or(s.Comparator, "pearson"))
	if err != nil {
		return nil, err
	}
	if _, err := env.Multiplier(); err != nil { // which fits multiply with
		return nil, err
	}
	ds, err := readResponses(s.Responses)
	if err != nil {
		return nil, err
	}
	defer ds.Close()
	sides, from, err := s.subjects(ctx, env, ds)
	if err != nil {
		return nil, err
	}
	defer sides.close()
	w := &Weighed{Basis: sides.basis(), from: from, Conditions: sides.conditions, Warnings: sides.notes}
	rdvs, err := s.atOneTime(sides)
	if err != nil {
		return nil, err
	}
	patterns := w.patterns(s.Responses, env)
	weights := rsa.ChannelWeights{Comparator: comparator, Regression: s.Regression, Penalties: s.Penalties, Folds: s.Folds}
	if w.found, err = weights.Run(ctx, patterns, rdvs, env.Budget); err != nil {
		return nil, fmt.Errorf("%s: %w", s.Responses, err)
	}
	env.warn(w.found.Warnings...)
	env.leave(math.IsNaN(float64(w.found.Score)))
	w.fill(s, patterns)
	return w, nil
}

// fill takes over what was found.
func (w *Weighed) fill(s Weigh, patterns *mat.Dense) {
	r := w.found
	w.Comparator, w.Regression, w.Seed, w.Subjects = r.Comparator, cmp.Or(s.Regression, rsa.NonNegative), r.Seed, len(r.Scores)
	w.Score, w.Scores, w.Unweighted, w.Penalty, w.Folds = r.Score, r.Scores, r.Unweighted, r.Penalty, r.Folds
	w.Warnings = append(w.Warnings, r.Warnings...)
	weights := make([]float64, len(r.Weights))
	for c, weight := range r.Weights {
		weights[c] = float64(weight)
		if weight != 0 {
			w.Used++
		}
	}
	all := make([]int, w.Conditions)
	for i := range all {
		all[i] = i
	}
	w.rdv = rsa.WeightedDistances(patterns, all, weights)
}

// subjects reads the subjects, and picks the responses to the conditions that all
// share, one row each.
func (s Weigh) subjects(ctx context.Context, env *Env, ds *dataset.Dataset) (*compared, *dataset.Dataset, error) {
	if ds.Shape[2] > 1 {
		return nil, nil, fmt.Errorf("%s has %d times: channels of responses without times are weighed, such as those of a layer", s.Responses, ds.Shape[2])
	}
	ds, err := perCondition(ds)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", s.Responses, err)
	}
	files, err := spread(s.Subjects)
	if err != nil {
		return nil, nil, err
	}
	stacks, err := readTogether(ctx, env, files, givenRDMs)
	if err != nil {
		return nil, nil, err
	}
	bare := &rdm.RDMs{Size: ds.Shape[0], Conditions: ds.Observation["condition"]}
	both := sides{models: []stack{{bare, Source{Path: s.Responses}}}, subjects: stacks, opened: slices.Clone(stacks)}
	matching, err := both.match(s.Strict)
	if err != nil {
		return nil, nil, err
	}
	env.matched(matching)
	both.reorder(matching)
	all, averaged, err := subjects(both.subjects)
	if err != nil {
		return nil, nil, err
	}
	env.warn(averaged...)
	all.Brain, all.Labels, all.Matched = s.Brain, matching.Labels, matching.How
	c := &compared{subjects: all, conditions: len(matching.Index[0]), notes: slices.Concat(matching.Warnings, averaged), close: both.close}
	return c, ds.Reorder(matching.Index[0]), nil
}

// atOneTime averages the RDVs of every subject over the window.
func (s Weigh) atOneTime(sides *compared) ([][]float64, error) {
	var inside []int
	subjects := sides.subjects
	for t, time := range subjects.Times {
		if s.Window.From <= time && time <= s.Window.To {
			inside = append(inside, t)
		}
	}
	switch {
	case subjects.Times == nil:
		inside = []int{0}
	case s.Window == unit.Span{}:
		return nil, fmt.Errorf("the subjects' RDMs have %d times: name a window to average them over", len(subjects.Times))
	case inside == nil:
		return nil, fmt.Errorf("no time of the subjects' RDMs lies between %s and %s: they are at %s to %s", unit.Milliseconds(s.Window.From), unit.Milliseconds(s.Window.To),
			unit.Milliseconds(subjects.Times[0]), unit.Milliseconds(subjects.Times[len(subjects.Times)-1]))
	}
	var rdvs [][]float64
	for _, course := range subjects.RDVs {
		one := &rdm.RDMs{Size: sides.conditions, Dissimilarities: slices.Concat(course...)}
		rdvs = append(rdvs, one.Mean(inside))
	}
	return rdvs, nil
}

// patterns returns the measurements of the channels that lack none.
func (w *Weighed) patterns(path string, env *Env) *mat.Dense {
	n, channels := w.from.Shape[0], w.from.Shape[1]
	for c := range channels {
		complete := true
		for o := range n {
			complete = complete && !math.IsNaN(w.from.At(o, c, 0))
		}
		if complete {
			w.channels = append(w.channels, c)
		}
	}
	w.Channels = len(w.channels)
	if missing := channels - w.Channels; missing > 0 {
		text := fmt.Sprintf("%s: %d of %d channels are left out, because they lack measurements", path, missing, channels)
		env.warn(text)
		env.leave(true)
		w.Warnings = append(w.Warnings, text)
	}
	x := mat.NewDense(n, max(w.Channels, 1), nil)
	for o := range n {
		for k, c := range w.channels {
			x.Set(o, k, w.from.At(o, c, 0))
		}
	}
	return x
}

// Save writes a result of Weigh as JSON, its weights as a table, and the RDM of
// the weighted channels.
func (s Weigh) Save(w *Weighed) error {
	folder, err := result.Create(s.Out)
	if err != nil {
		return err
	}
	if err := folder.WriteJSON("weigh.json", w); err != nil {
		return err
	}
	if err := folder.WriteTable("channels.tsv", w.table()); err != nil {
		return err
	}
	return w.weighted(s).Write(folder.Path("rdm.npz"))
}

// weighted is the RDM of the weighted channels.
func (w *Weighed) weighted(s Weigh) *rdm.RDMs {
	r := &rdm.RDMs{
		Size: w.Conditions, Conditions: w.Labels, Dissimilarities: w.rdv,
		Labels: map[string][]string{"layer": {cmp.Or(one(w.from, "layer"), Source{Path: s.Responses}.name()) + " weighted"}},
		Definition: rdm.Definition{
			Measure: "weighted squared euclidean", Kind: rdm.SquaredDistance,
			Text: "sum over channels of weight times squared difference; weights fitted to RDMs of all these conditions, so that a comparison with those RDMs is circular",
		},
	}
	if network := one(w.from, "network"); network != "" {
		r.Labels["network"] = []string{network}
	}
	return r
}

// table has one row per channel.
func (w *Weighed) table() *result.Table {
	b := newTable("Weights of channels: how much each counts in the distances of patterns.", nil)
	channel := b.text("channel", "Place of the channel in the Dataset, from 1.")
	weight := b.number("weight", "Weight that fits all conditions of all subjects; squares sum to 1.")
	low, high := b.number("lowest", "Weight in the fold where it is lowest."), b.number("highest", "Weight in the fold where it is highest.")
	labels := slices.Sorted(maps.Keys(w.from.Channel))
	columns := make([]*columnBuilder[string], len(labels))
	for i, label := range labels {
		columns[i] = b.text("channel_"+label, "Label of the channel in the Dataset.")
	}
	for k, c := range w.channels {
		channel.add(strconv.Itoa(c + 1))
		weight.add(w.found.Weights[k])
		lowest, highest := rsa.Range(w.found.FoldWeights, k)
		low.add(lowest)
		high.add(highest)
		for i, label := range labels {
			columns[i].add(w.from.Channel[label][c])
		}
	}
	return b.finish()
}
