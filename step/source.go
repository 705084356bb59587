package step

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/exchange"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/projection"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/variable"
)

// A Source is a file of RDMs, or of responses to make them from, with what the
// file itself does not say.
type Source struct {
	Path       string    // RDMs, a Dataset or a bare array, in any file of package exchange, or "file#variable"
	Axes       []string  // of a bare array, as rdm.Axes names them
	Order      rdm.Order // of the pairs of a bare array; "" for the upper triangle row by row
	Times      string    // array of seconds from stimulus onset, for the axis "time"
	Conditions string    // labels of the conditions, one per line, where the file has none
	Names      string    // labels of the RDMs, one per line, for the axis "rdm" or "subject"
	Name       string    // of the source, for people; "" for that of the variable, else the file's stem
	Given      bool      // what is no dissimilarities is an error: nothing is measured
	Similarity bool      // the numbers are similarities; dissimilarity is 1 − number
	Kind       rdm.Kind  // of numbers of which the file says nothing; "" for distance
	Chance     float64   // of such numbers: the value that means no difference
}

// files lists the files of the source.
func (s Source) files() []string {
	var files []string
	for _, address := range []string{s.Path, s.Times, s.Conditions, s.Names} {
		if address != "" {
			path, _ := variable.Split(address)
			files = append(files, path)
			if beside, found := exchange.Beside(path); found {
				files = append(files, beside)
			}
		}
	}
	return files
}

// name is what people call the source.
func (s Source) name() string {
	if s.Name != "" {
		return s.Name
	}
	path, name := variable.Split(s.Path)
	if name != "" {
		return name[strings.LastIndexByte(name, '/')+1:] // one of several in a file, such as a layer
	}
	return file.Stem(path)
}

// shown is the source as results call it: without the folders of a person.
func (s Source) shown() string { return cmp.Or(s.Name, variable.Short(s.Path)) }

// shown names sources as results call them, by their paths where two would have
// the same name.
func shown(sources []Source) []string {
	names, paths := make([]string, len(sources)), make([]string, len(sources))
	for i, source := range sources {
		names[i], paths[i] = source.shown(), source.Path
	}
	if len(uniqueInOrder(names)) < len(names) {
		return paths
	}
	return names
}

// read returns the RDMs of the source. Those of a Dataset are made by the
// estimator; the conditions of others keep the order of the file, which decides
// where nothing is labelled.
func (s Source) read(ctx context.Context, env *Env, estimator measuring) (*rdm.RDMs, error) {
	r, err := s.open(ctx, env, estimator)
	if err != nil {
		return nil, err
	}
	if s.Conditions != "" {
		if err := s.label(r); err != nil {
			return nil, err
		}
	}
	if s.Similarity {
		r = r.FromSimilarities()
	}
	return r, nil
}

// open reads the file, whatever it holds.
func (s Source) open(ctx context.Context, env *Env, estimator measuring) (*rdm.RDMs, error) {
	kind, err := exchange.Contents(s.Path)
	if err != nil {
		return nil, err
	}
	if s.Similarity && kind == exchange.KindDataset {
		return nil, s.dissimilar()
	}
	switch kind {
	case exchange.KindRDMs:
		return s.stack(env)
	case exchange.KindDataset:
		return s.estimate(ctx, env, estimator)
	case exchange.KindTable:
		return nil, file.Unsupported(s.Path, -1, "columns", "this table holds neither RDMs nor responses: RDMs are columns condition1, condition2 and dissimilarity of a .csv, or a square matrix that is symmetric, with labels on both edges or a zero diagonal")
	default:
		return s.array(env)
	}
}

// dissimilar says that a file knows its numbers to be no similarities.
func (s Source) dissimilar() error {
	return fmt.Errorf("%s does not hold similarities: make RDMs of those of other files with 'isocortex rdm --similarity' first", s.Path)
}

// stack reads RDMs. Those that a file says nothing about are what the source
// says.
func (s Source) stack(env *Env) (*rdm.RDMs, error) {
	r, err := exchange.ReadRDMs(s.Path)
	if err != nil {
		return nil, err
	}
	path, _ := variable.Split(s.Path)
	if r.Definition == exchange.Given(path) {
		r.Definition = s.definition()
		s.warnOfDiagonal(env, exchange.Diagonal(s.Path))
	} else if s.Similarity {
		return nil, s.dissimilar()
	}
	return r, nil
}

// definition is what the source says of numbers of which its file says nothing.
func (s Source) definition() rdm.Definition {
	d := exchange.Given(s.Path)
	if s.Kind != "" {
		d.Kind, d.Measure = s.Kind, string(s.Kind)
	}
	d.Chance = s.Chance
	if s.Similarity {
		d.Text = "1 − the similarities given in " + variable.Short(s.Path)
	}
	return d
}

// estimate makes the RDMs of a Dataset.
func (s Source) estimate(ctx context.Context, env *Env, estimator measuring) (*rdm.RDMs, error) {
	if estimator.none() || s.Given {
		return nil, fmt.Errorf("%s holds responses, not RDMs: make RDMs with 'isocortex rdm' first", s.Path)
	}
	ds, err := exchange.ReadDataset(s.Path)
	if err != nil {
		return nil, err
	}
	defer ds.Close()
	reduced := projection.IsReduced(ds)
	if reduced && estimator.Measure.Name == rdm.CorrelationOfScores {
		env.warn(fmt.Sprintf("%s: scores of components are correlated, which is not the correlation over units and depends on the signs of the components and on their number: measure correlation is that over units", s.shown()))
	}
	if !reduced {
		s.warnOfFew(env, ds.Shape, estimator)
	}
	if stimuli := ds.Observation["stimulus"]; stimuli != nil && ds.Observation["condition"] == nil {
		ds.Observation["condition"] = stimuli // each is a condition until somebody says otherwise
	}
	r, err := estimator.make(ctx, ds, env)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Path, err)
	}
	for _, label := range []string{"network", "layer", "subject", "preprocessing", "device", preparationLabel, headLabel, reductionLabel} {
		if value := one(ds, label); value != "" {
			r.Labels[label] = slices.Repeat([]string{value}, r.Len())
		}
	}
	s.warnOfUndefined(env, r, estimator)
	return r, nil
}

// warnOfFew tells of correlations over too few channels, or times of a channel.
func (s Source) warnOfFew(env *Env, shape [3]int, by measuring) {
	n, of := shape[1], "channels"
	if by.Each == rdm.EachChannel {
		n, of = shape[2], "times"
	}
	if by.Measure.Name == "correlation" && n < fewChannels {
		env.warn(fmt.Sprintf("%s: correlations over %d %s are coarse, and noise moves them far: use %d or more, or another measure, such as euclidean", s.shown(), n, of, fewChannels))
	}
}

// warnOfUndefined tells of dissimilarities that could not be estimated.
func (s Source) warnOfUndefined(env *Env, r *rdm.RDMs, by measuring) {
	undefined := 0
	for _, x := range r.Dissimilarities {
		if math.IsNaN(x) {
			undefined++
		}
	}
	if undefined == 0 {
		return
	}
	why := "a pattern is constant, or lacks measurements"
	if by.Missing != rdm.LeftOut {
		why += ": --missing \"left out\", or missing: left out in a study, does without the channels that lack them"
	}
	env.warn(fmt.Sprintf("%s: %d of %d dissimilarities are undefined, because %s", s.shown(), undefined, len(r.Dissimilarities), why))
}

// fewChannels is too few for a correlation: of nine, one that is not there lies
// beyond ±0.67 in one case of twenty.
const fewChannels = 10

// one returns the label that all of a Dataset has, or "".
func one(ds *dataset.Dataset, label string) string {
	if value := ds.Description[label]; value != "" {
		return value
	}
	labels := ds.Observation[label]
	if len(labels) == 0 || slices.ContainsFunc(labels, func(l string) bool { return l != labels[0] }) {
		return ""
	}
	return labels[0]
}

// array reads a bare array of dissimilarities.
func (s Source) array(env *Env) (*rdm.RDMs, error) {
	array, err := variable.Read(s.Path)
	if err != nil {
		return nil, err
	}
	if len(s.Axes) == 0 {
		if s.Axes, err = s.proven(array, env); err != nil {
			return nil, err
		}
	}
	array = squeeze(array, len(s.Axes))
	r, err := rdm.FromOrdered(array, s.Axes, s.Order)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Path, err)
	}
	s.warnOfDiagonal(env, rdm.Diagonal(array, s.Axes))
	r.Definition = s.definition()
	if err := s.times(r, array.Shape, env); err != nil {
		return nil, err
	}
	return r, s.names(r)
}

// warnOfDiagonal asks for similarities where a diagonal holds what no RDM does.
func (s Source) warnOfDiagonal(env *Env, d float64) {
	if !s.Similarity && math.Abs(d) > 1e-6 {
		env.warn(fmt.Sprintf("%s: the diagonal holds %g, but nothing differs from itself: if the numbers are similarities, say so with --similarity, or similarity: yes in a study", s.shown(), d))
	}
}

// proven returns the axes of an array that can be nothing but RDMs, with a
// warning that says so.
func (s Source) proven(array *npy.Array, env *Env) ([]string, error) {
	axes, err := rdm.ProvenAxes(array)
	if n := array.Shape; err != nil && len(n) == 2 && n[0] == n[1] {
		return nil, fmt.Errorf("%s is a bare array: name its axes, which are %q if it is a square RDM", s.Path, "condition,condition")
	}
	if err != nil {
		return nil, fmt.Errorf("%s is a bare array of shape %v: name its axes, such as %q for a matrix of RDMs by pairs, or %q for an RDM as a vector", s.Path, array.Shape, "rdm,pair", "pair")
	}
	env.warn(fmt.Sprintf("%s: nobody says what its axes are; read as %s, because every matrix is symmetric with a zero diagonal",
		s.shown(), strings.Join(axes, ", ")))
	return axes, nil
}

// squeeze leaves out axes of length 1, such as MATLAB gives a vector, if that
// makes as many axes as there are names.
func squeeze(array *npy.Array, names int) *npy.Array {
	shape := slices.DeleteFunc(slices.Clone(array.Shape), func(n int) bool { return n == 1 })
	if len(array.Shape) <= names || len(shape) != names {
		return array
	}
	return &npy.Array{Shape: shape, Data: array.Data}
}

// times gives the RDMs of a bare array of that shape their times.
func (s Source) times(r *rdm.RDMs, shape []int, env *Env) error {
	axis := slices.Index(s.Axes, rdm.AxisTime)
	if axis < 0 {
		return nil
	}
	if s.Times == "" {
		return fmt.Errorf("%s has an axis %q: name a file of times in seconds", s.Path, rdm.AxisTime)
	}
	times, err := readTimes(s.Times, shape[axis], s.Path, env)
	if err != nil {
		return err
	}
	r.Times = slices.Repeat(times, r.Len()/len(times)) // the stack has them innermost
	return nil
}

// readTimes reads the times of n steps of the array at of.
//
//	errors   another number of them, and times that do not ascend
func readTimes(address string, n int, of string, env *Env) ([]float64, error) {
	array, err := variable.Read(address)
	if err != nil {
		return nil, err
	}
	times, err := array.Float64s()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", address, err)
	}
	if len(times) != n {
		return nil, fmt.Errorf("%s holds %d times, but %s has %d along its axis %q", address, len(times), of, n, rdm.AxisTime)
	}
	for i, t := range times {
		if math.IsNaN(t) || math.IsInf(t, 0) || i > 0 && t <= times[i-1] {
			return nil, fmt.Errorf("%s: time %d of %d is %g s: times must be finite and ascend", address, i+1, n, t)
		}
	}
	if first, last := times[0], times[n-1]; max(-first, last) > aMinute {
		env.warn(fmt.Sprintf("%s: times are in seconds, which would be %g s to %g s from stimulus onset: if they are milliseconds, divide them by 1000", variable.Short(address), first, last))
	}
	return slices.Clone(times), nil
}

// aMinute in seconds is farther from a stimulus than times are meant to be.
const aMinute = 60

// names labels the RDMs of a bare array.
func (s Source) names(r *rdm.RDMs) error {
	if s.Names == "" {
		return nil
	}
	names, err := readLines(s.Names)
	if err != nil {
		return err
	}
	for _, label := range []string{"subject", "name"} {
		places := r.Labels[label]
		if places == nil {
			continue
		}
		count := len(uniqueInOrder(places))
		if count != len(names) {
			return fmt.Errorf("%s holds %d names for %d RDMs of %s%s", s.Names, len(names), count, s.Path, header(s.Names, len(names)-count))
		}
		for i, place := range places {
			var k int
			fmt.Sscan(place, &k)
			places[i] = names[k-1]
		}
		return nil
	}
	return fmt.Errorf("%s names RDMs, but %s has no axis %q", s.Names, s.Path, rdm.AxisRDM)
}

// label gives conditions the labels of a file of the user.
func (s Source) label(r *rdm.RDMs) error {
	if r.Conditions != nil {
		return fmt.Errorf("%s: the conditions are labelled in the file; leave %s out", s.Path, s.Conditions)
	}
	labels, err := readLines(s.Conditions)
	if err != nil {
		return err
	}
	if len(labels) != r.Size {
		return fmt.Errorf("%s holds %d labels for the %d conditions of %s%s", s.Conditions, len(labels), r.Size, s.Path, header(s.Conditions, len(labels)-r.Size))
	}
	if twice := repeated(labels); twice != "" {
		return fmt.Errorf("%s: two conditions of %s are called %q: labels tell conditions apart", s.Conditions, s.Path, twice)
	}
	r.Conditions = labels
	return nil
}

// header says what to try where a table has one line too many.
func header(address string, more int) string {
	path, column := variable.Split(address)
	if more != 1 || column != "" || variable.Known(path) {
		return ""
	}
	return fmt.Sprintf(": if the first line names columns, name one of them, as in %s#condition", path)
}

// repeated returns the first label that stands twice, or "".
func repeated(labels []string) string {
	seen := map[string]bool{}
	for _, label := range labels {
		if seen[label] {
			return label
		}
		seen[label] = true
	}
	return ""
}

// uniqueInOrder returns the different labels in the order in which they appear.
func uniqueInOrder(labels []string) []string {
	var unique []string
	seen := map[string]bool{}
	for _, label := range labels {
		if !seen[label] {
			seen[label] = true
			unique = append(unique, label)
		}
	}
	return unique
}
