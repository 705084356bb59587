package step

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/exchange"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/unit"
)

// RDM makes one stack of RDMs from Datasets, bare arrays or other stacks.
type RDM struct {
	From      []Source
	Folder    string     // of activations whose layers are read, beside From; may be ""
	Pictures  *Pictures  // whose responses in a network are compared in place of all these; may be nil
	Measure   string     // for Datasets; "" for DefaultMeasure
	Trials    Trials     // of Datasets
	Label     string     // label that tells sources apart: "subject", "layer", "network"
	Baseline  *unit.Span // subtracts each pair's own mean over the times inside; nil subtracts nothing
	Restore   float64    // added after the subtraction
	Rescale   string     // one of rdm.RescalingWeights, to bring RDMs of parts of the conditions to one scale; "" for none
	Transform Transform  // of the RDMs, last of all
	Union     bool       // conditions that only some sources have are kept; pairs that no source has are NaN
	Strict    bool       // matching by position is an error
	Out       string     // .npz
}

// DefaultMeasure is the measure of RDMs where none is named.
const DefaultMeasure = "correlation"

// Verb is "rdm".
func (RDM) Verb() string { return "rdm" }

// Inputs are the files of all sources.
func (s RDM) Inputs() []string {
	var files []string
	if s.Pictures != nil {
		files = s.Pictures.Of.Inputs()
	}
	for _, source := range s.From {
		files = append(files, source.files()...)
	}
	for _, more := range []string{s.Folder, s.Trials.Residuals} {
		if more != "" {
			files = append(files, more)
		}
	}
	return files
}

// Outputs is the stack.
func (s RDM) Outputs() []string { return []string{s.Out} }

// To is the same step writing elsewhere.
func (s RDM) To(out string) Step { s.Out = out; return s }

// Cost counts what RDMs are made from.
func (s RDM) Cost() string {
	switch {
	case s.Pictures != nil:
		return s.Pictures.Of.Cost() + ", and one RDM per layer"
	case s.Folder != "":
		return "one RDM per layer"
	case len(s.From) == 1:
		return "from one file"
	default:
		return fmt.Sprintf("from %d files", len(s.From))
	}
}

// Run reads, estimates, stacks and saves.
func (s RDM) Run(ctx context.Context, env *Env) error {
	joined, err := s.joined(ctx, env)
	if err != nil {
		return err
	}
	defer joined.Close()
	return joined.Write(s.Out)
}

// Stack returns what Run saves.
func (s RDM) Stack(ctx context.Context, env *Env) (*rdm.RDMs, error) {
	joined, err := s.joined(ctx, env)
	if err != nil {
		return nil, err
	}
	defer joined.Close()
	return joined.Stack()
}

// joined makes the RDMs of all sources, and says how they are one stack.
func (s RDM) joined(ctx context.Context, env *Env) (*rdm.Joined, error) {
	if s.Folder != "" {
		layers, err := layerSources(s.Folder)
		if err != nil {
			return nil, err
		}
		s.From = slices.Concat(s.From, layers)
	}
	if s.Trials.asked() && s.Pictures == nil && !slices.ContainsFunc(s.From, Source.measured) {
		return nil, errors.New("noise, folds and the like are of responses, and the files hold RDMs already: leave them out")
	}
	estimator, err := estimator(s.Measure, s.From, env)
	if err != nil {
		return nil, err
	}
	if err := s.Trials.prepare(&estimator); err != nil {
		return nil, err
	}
	var stacks []*rdm.RDMs
	switch {
	case s.Pictures == nil:
		stacks, err = s.ofSources(ctx, env, estimator)
	case estimator.decoder != nil:
		err = fmt.Errorf("%s needs trials, and a network responds to a picture once: choose a measure of patterns, such as correlation", s.Measure)
	default:
		stacks, err = s.ofPictures(ctx, env, estimator.Estimator)
	}
	if err != nil {
		return nil, err
	}
	return s.finish(stacks, env)
}

// ofSources makes the RDMs of every source. Large ones wait in a scratch file
// beside the output until the others are there.
func (s RDM) ofSources(ctx context.Context, env *Env, estimator measuring) ([]*rdm.RDMs, error) {
	stacks := make([]*rdm.RDMs, len(s.From))
	for i, source := range s.From {
		r, err := s.of(ctx, env, source, estimator)
		if err != nil {
			return nil, err
		}
		if len(s.From) > 1 && s.Out != "" && len(r.Dissimilarities) > manyDissimilarities {
			if err := r.SetAside(filepath.Dir(s.Out)); err != nil {
				return nil, err
			}
		}
		stacks[i] = r
	}
	s.warnOfHeads(stacks, env)
	return stacks, nil
}

// manyDissimilarities take more memory, 16 MB, than there should be of every one of
// many sources.
const manyDissimilarities = 1 << 21

// of makes the RDMs of one source.
func (s RDM) of(ctx context.Context, env *Env, source Source, estimator measuring) (*rdm.RDMs, error) {
	r, err := source.read(ctx, env, estimator)
	if err != nil {
		return nil, err
	}
	s.label(r, source)
	if s.Baseline == nil {
		return r, nil
	}
	given := r
	if r, err = r.SubtractBaseline(*s.Baseline, s.Restore); err != nil {
		return nil, fmt.Errorf("%s: %w", source.Path, err)
	}
	r.Definition.Text += fmt.Sprintf("; minus each pair's own mean between %s and %s, plus %g",
		unit.Milliseconds(s.Baseline.From), unit.Milliseconds(s.Baseline.To), s.Restore)
	return r, given.Close()
}

// finish stacks the RDMs of the sources, and does the rest. What concerns all
// RDMs at once, or changes them, is done in memory.
func (s RDM) finish(stacks []*rdm.RDMs, env *Env) (*rdm.Joined, error) {
	labelReductions(stacks)
	joined, err := s.join(stacks, env)
	if err != nil || s.Rescale == "" && s.Transform.none() {
		return joined, err
	}
	defer joined.Close()
	whole, err := joined.Stack()
	if err == nil && s.Rescale != "" {
		whole, err = whole.Rescale(rdm.Rescaling{Weights: s.Rescale})
	}
	if err == nil {
		err = s.Transform.apply(whole)
	}
	return rdm.Join(whole), err
}

// measured reports whether a source holds responses, of which RDMs are made.
func (s Source) measured() bool {
	kind, err := exchange.Contents(s.Path)
	return err == nil && kind == exchange.KindDataset && !s.Given
}

// label makes sure that every RDM says which source it came from. Names are
// labels of that kind, unless others tell the RDMs apart: then each is that of
// one RDM, and no more.
func (s RDM) label(r *rdm.RDMs, source Source) {
	if s.Label == "" || r.Labels[s.Label] != nil {
		return
	}
	names := r.Labels["name"]
	if len(r.Labels) > 1 && names != nil && r.CountWithout("name") == r.Len() {
		return
	}
	if names != nil {
		r.Labels[s.Label] = names
		delete(r.Labels, "name")
		return
	}
	r.Labels[s.Label] = slices.Repeat([]string{source.name()}, r.Len())
}

// join stacks RDMs over the conditions that all of them have.
func (s RDM) join(stacks []*rdm.RDMs, env *Env) (*rdm.Joined, error) {
	if len(stacks) == 1 {
		return rdm.Join(stacks[0]), nil
	}
	if s.Union {
		united, err := s.unite(stacks)
		return rdm.Join(united), err
	}
	sides := make([]dataset.Side, len(stacks))
	for i, name := range shown(s.From) {
		sides[i] = side(name, stacks[i])
	}
	matching, err := dataset.Match(s.Strict, sides...)
	if err != nil {
		return nil, err
	}
	env.matched(matching)
	for i, r := range stacks {
		if err := s.agree(stacks[0], r, i); err != nil {
			return nil, err
		}
	}
	if err := s.tellApart(stacks); err != nil {
		return nil, err
	}
	joined := &rdm.Joined{Parts: stacks, Index: givenOrder(matching, sides)}
	joined.Head = head(stacks, joined.Index)
	if matching.How == dataset.ByPosition {
		joined.Head.Definition.Text += "; conditions of its files matched by position"
	}
	return joined, nil
}

// head is what stacks become together over the conditions at these places of each,
// without dissimilarities.
func head(stacks []*rdm.RDMs, index [][]int) *rdm.RDMs {
	first := stacks[0]
	joined := &rdm.RDMs{Size: len(index[0]), Definition: first.Definition, Window: first.Window, Labels: map[string][]string{}}
	for i, r := range stacks {
		if joined.Conditions == nil && r.Conditions != nil {
			for _, place := range index[i] {
				joined.Conditions = append(joined.Conditions, r.Conditions[place])
			}
		}
		joined.Times = append(joined.Times, sameTimes(first, r)...)
		for name, labels := range r.Labels {
			joined.Labels[name] = append(joined.Labels[name], labels...)
		}
	}
	return joined
}

// unite stacks RDMs over the conditions that any of them has.
func (s RDM) unite(stacks []*rdm.RDMs) (*rdm.RDMs, error) {
	for i, r := range stacks {
		if r.Conditions == nil {
			return nil, fmt.Errorf("%s: its conditions have no labels, which tell what belongs together: name a file of labels", s.From[i].Path)
		}
		if err := s.agree(stacks[0], r, i); err != nil {
			return nil, err
		}
	}
	if err := s.tellApart(stacks); err != nil {
		return nil, err
	}
	return rdm.Union(stacks...)
}

// tellApart refuses RDMs of two sources that have all labels and the time in
// common: nobody could tell them apart.
func (s RDM) tellApart(stacks []*rdm.RDMs) error {
	if s.Label == "" {
		return nil
	}
	from := map[string]int{}
	for i, r := range stacks {
		names := slices.Sorted(maps.Keys(r.Labels))
		for k := range r.Len() {
			key := ""
			if r.Times != nil {
				key = fmt.Sprintf(" at %g s,", r.Times[k])
			}
			for _, name := range names {
				key += fmt.Sprintf(" %s %q", name, r.Labels[name][k])
			}
			if first, seen := from[key]; seen && first != i {
				return fmt.Errorf("%s and %s both hold an RDM%s: give one another label, or another file name where it has none", s.From[first].Path, s.From[i].Path, key)
			}
			from[key] = i
		}
	}
	return nil
}

// givenOrder returns the rows of a matching in the order of the files where all
// of them agree on one: it is what decides when the stack, in its turn, is
// matched by position. Else it is the natural order of the labels.
func givenOrder(matching dataset.Matching, sides []dataset.Side) [][]int {
	var order []string
	for i, side := range sides {
		matched := make(map[int]bool)
		for _, row := range matching.Index[i] {
			matched[row] = true
		}
		var labels []string
		for row, label := range side.Labels {
			if matched[row] {
				labels = append(labels, label)
			}
		}
		if order == nil {
			order = labels
		}
		if labels != nil && !slices.Equal(labels, order) {
			return matching.Index
		}
	}
	index := make([][]int, len(sides))
	for i := range sides {
		index[i] = slices.Sorted(slices.Values(matching.Index[i]))
	}
	return index
}

// sameTimes returns the times of r, those of first where they are the same but
// for rounding: what is at one time then is so to the bit.
func sameTimes(first, r *rdm.RDMs) []float64 {
	if dataset.MatchTimes(dataset.Axis{Times: first.Times}, dataset.Axis{Times: r.Times}) == nil {
		return first.Times
	}
	return r.Times
}

// agree refuses to stack what cannot be compared.
func (s RDM) agree(first, r *rdm.RDMs, i int) error {
	names := func(r *rdm.RDMs) string { return strings.Join(slices.Sorted(maps.Keys(r.Labels)), ", ") }
	switch {
	case (first.Times == nil) != (r.Times == nil):
		return fmt.Errorf("%s and %s: one has times, the other has none", s.From[0].Path, s.From[i].Path)
	case first.Definition.Kind != r.Definition.Kind:
		return fmt.Errorf("%s holds %s, %s holds %s", s.From[0].Path, first.Definition.Kind, s.From[i].Path, r.Definition.Kind)
	case first.Definition.Measure != r.Definition.Measure:
		return fmt.Errorf("%s was measured by %s, %s by %s: keep them in two files", s.From[0].Path, first.Definition.Measure, s.From[i].Path, r.Definition.Measure)
	case first.Definition.Chance != r.Definition.Chance:
		return fmt.Errorf("%g means no difference in %s, %g in %s: keep them in two files", first.Definition.Chance, s.From[0].Path, r.Definition.Chance, s.From[i].Path)
	case first.Definition.PerChannel != r.Definition.PerChannel:
		return fmt.Errorf("of %s and %s, one is divided by the number of channels: keep them in two files", s.From[0].Path, s.From[i].Path)
	case first.Window != r.Window:
		return fmt.Errorf("%s averages over windows of %g s, %s of %g s: keep them in two files", s.From[0].Path, first.Window, s.From[i].Path, r.Window)
	case names(first) != names(r):
		return fmt.Errorf("%s is labelled by %s, %s by %s", s.From[0].Path, names(first), s.From[i].Path, names(r))
	default:
		return nil
	}
}
