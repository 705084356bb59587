package step

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/exchange"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/rsa"
)

// A stack is what a source holds.
type stack struct {
	*rdm.RDMs
	source Source
}

// sides are what is compared, and what reading them had to assume.
type sides struct {
	models, subjects []stack
	notes            []string
	opened           []stack // all, as they were read
}

// close gives back the files that the stacks view.
func (s sides) close() { closeAll(s.opened) }

// closeAll gives back the files that stacks view, which were only read.
func closeAll(stacks []stack) {
	for _, r := range stacks {
		_ = r.Close()
	}
}

// compared are models and subjects, ready to be compared, and to be closed.
type compared struct {
	models   []rsa.Model
	sources  []Source // of each model, folders spread
	subjects rsa.Subjects
	by       compare.Comparator

	conditions int
	index      [][]int  // of the conditions in each stack, models first
	notes      []string // what reading and matching had to assume
	close      func()   // gives back the files that the RDVs view
}

// together reads models and subjects over the conditions that all share.
func (s RSA) together(ctx context.Context, env *Env) (*compared, error) {
	sides, err := s.read(ctx, env)
	if err != nil {
		return nil, err
	}
	return s.bring(sides, env)
}

// bring brings models and subjects to the conditions that all share.
func (s RSA) bring(sides sides, env *Env) (*compared, error) {
	matching, err := sides.match(s.Strict)
	if err != nil {
		return nil, err
	}
	env.matched(matching)
	all := &compared{conditions: len(matching.Index[0]), index: matching.Index, close: sides.close}
	if all.by, err = compare.ByName(cmp.Or(s.Comparator, DefaultComparator)); err != nil {
		return nil, err
	}
	if s.Covariance != "" {
		if all.by, err = withCovariance(all.by, s.Covariance, sides.subjects[0], matching.Index[len(sides.models)]); err != nil {
			return nil, err
		}
	}
	sides.reorder(matching)
	var averaged, numbered []string
	if all.subjects, averaged, err = subjects(sides.subjects); err != nil {
		return nil, err
	}
	env.warn(averaged...)
	all.subjects.Brain, all.subjects.Labels, all.subjects.Matched = s.Brain, matching.Labels, matching.How
	if all.models, numbered, err = models(sides.models); err != nil {
		return nil, err
	}
	env.warn(numbered...)
	for _, r := range sides.models {
		all.sources = append(all.sources, slices.Repeat([]Source{r.source}, r.Len())...)
	}
	cautions, err := cautions(s.Comparator, slices.Concat(sides.models, sides.subjects))
	if err != nil {
		return nil, err
	}
	env.warn(cautions...)
	all.notes = slices.Concat(sides.notes, matching.Warnings, averaged, numbered, cautions)
	return all, nil
}

// cautions are those of rsa for stacks that are compared.
func cautions(comparator string, stacks []stack) ([]string, error) {
	c, err := compare.ByName(cmp.Or(comparator, DefaultComparator))
	if err != nil {
		return nil, err
	}
	sources := make([]Source, len(stacks))
	for i, r := range stacks {
		sources[i] = r.source
	}
	var given []rsa.Given
	for i, name := range shown(sources) {
		given = append(given, rsa.Given{Name: name, RDMs: stacks[i].RDMs})
	}
	return rsa.Cautions(c, given...), nil
}

// read reads the stacks of the models and of the subjects.
func (s RSA) read(ctx context.Context, env *Env) (sides, error) {
	models, err := spread(s.Models)
	if err != nil {
		return sides{}, err
	}
	subjects, err := spread(s.Subjects)
	if err != nil {
		return sides{}, err
	}
	ofModels, err := estimator(s.Measure, models, env)
	if err != nil {
		return sides{}, err
	}
	ofSubjects, err := s.ofSubjects(subjects, env)
	if err != nil {
		return sides{}, err
	}
	var notes []string
	noting := &Env{Warn: func(text string) {
		notes = append(notes, text)
		env.warn(text)
	}}
	stacks, err := readTogether(ctx, noting, slices.Concat(models, subjects), func(i int) measuring {
		if i < len(models) {
			return ofModels
		}
		return ofSubjects
	})
	if err != nil {
		return sides{}, err
	}
	return sides{stacks[:len(models)], stacks[len(models):], notes, slices.Clone(stacks)}, nil
}

// ofSubjects makes RDMs of subjects' responses.
func (s RSA) ofSubjects(sources []Source, env *Env) (measuring, error) {
	if s.Trials.asked() && !slices.ContainsFunc(sources, Source.measured) {
		return measuring{}, errors.New("noise, folds and the like are of trials, and the subjects have RDMs already: leave them out")
	}
	e, err := estimator(cmp.Or(s.OfSubjects, s.Measure), sources, env)
	if err != nil {
		return e, err
	}
	return e, s.Trials.prepare(&e)
}

// spread puts the files of a folder in its place: the layers of a folder of
// activations from early to late, or files of RDMs in natural order.
func spread(sources []Source) ([]Source, error) {
	var all []Source
	for _, source := range sources {
		if info, err := os.Stat(source.Path); err != nil || !info.IsDir() {
			all = append(all, source)
			continue
		}
		files, err := inFolder(source.Path)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			source.Path = file
			all = append(all, source)
		}
	}
	return all, nil
}

// inFolder lists the layers or the files of RDMs in a folder.
func inFolder(folder string) (files []string, err error) {
	if _, err := os.Stat(filepath.Join(folder, layerList)); err == nil {
		layers, err := layerSources(folder)
		for _, layer := range layers {
			files = append(files, layer.Path)
		}
		return files, err
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		path := filepath.Join(folder, entry.Name())
		if entry.IsDir() || !exchange.Known(path) {
			continue
		}
		kind, err := exchange.Contents(path)
		if err != nil {
			return nil, err // a subject who is silently missing is worse
		}
		if kind == exchange.KindRDMs {
			files = append(files, path)
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s is a folder without files of RDMs and without %s, which lists the layers that 'isocortex activations' wrote; files of responses are named one by one, as in '%s'", folder, layerList, filepath.Join(folder, "*.npz"))
	}
	slices.SortFunc(files, dataset.CompareLabels)
	return files, nil
}

// readTogether reads sources of one call. What was said of several files at once
// is for those that do not say it themselves; one of them must need it. Responses
// of source i are made RDMs by estimator(i).
func readTogether(ctx context.Context, env *Env, sources []Source, estimator func(i int) measuring) ([]stack, error) {
	var stacks []stack
	labelled := map[string]bool{} // files of labels, by whether somebody needed them
	for i, source := range sources {
		labels := source.Conditions
		source.Conditions = ""
		r, err := source.read(ctx, env, estimator(i))
		if err != nil {
			return nil, err
		}
		if source.Conditions = labels; labels != "" && r.Conditions == nil {
			labelled[labels] = true
			if err := source.label(r); err != nil {
				return nil, err
			}
		}
		stacks = append(stacks, stack{r, source})
	}
	for _, source := range sources {
		if labels := source.Conditions; labels != "" && !labelled[labels] {
			return nil, fmt.Errorf("%s: the conditions are labelled in the file; leave %s out", source.Path, labels)
		}
	}
	return stacks, describedForNothing(sources)
}

// givenRDMs takes no responses: sources hold RDMs.
func givenRDMs(int) measuring { return measuring{} }

// describedForNothing returns an error if axes or names of RDMs were given and
// every file that they were given for says itself what it holds.
func describedForNothing(sources []Source) error {
	needed := map[string]bool{}
	said := func(s Source) string { return strings.Join(append(s.Axes, s.Names), ",") }
	for _, source := range sources {
		if kind, err := exchange.Contents(source.Path); err == nil && kind == exchange.KindArray {
			needed[said(source)] = true
		}
	}
	for _, source := range sources {
		if what := strings.Trim(said(source), ","); what != "" && !needed[said(source)] {
			return fmt.Errorf("%s: the file says itself what its RDMs are; leave %s out", source.Path, what)
		}
	}
	return nil
}

// match finds the conditions that all stacks share, three or more.
func (s sides) match(strict bool) (dataset.Matching, error) {
	stacks := slices.Concat(s.models, s.subjects)
	sources := make([]Source, len(stacks))
	for i, r := range stacks {
		sources[i] = r.source
	}
	all := make([]dataset.Side, len(stacks))
	for i, name := range shown(sources) {
		all[i] = side(name, stacks[i].RDMs)
	}
	matching, err := dataset.Match(strict, all...)
	if err == nil && len(matching.Index[0]) < 3 {
		err = fmt.Errorf("only %d conditions are in %s and in all others: three or more can be compared", len(matching.Index[0]), all[0].Name)
	}
	return matching, err
}

// reorder brings all stacks to the conditions that matched.
func (s sides) reorder(matching dataset.Matching) {
	for i := range s.models {
		s.models[i].RDMs = s.models[i].Reorder(matching.Index[i])
	}
	for i := range s.subjects {
		s.subjects[i].RDMs = s.subjects[i].Reorder(matching.Index[len(s.models)+i])
	}
}

// models lists every RDM of the stacks, by the first label that there is. What
// was done to tell them apart is in the notes.
func models(stacks []stack) (models []rsa.Model, notes []string, err error) {
	for _, r := range stacks {
		if r.Times != nil {
			return nil, nil, fmt.Errorf("%s: model RDMs have no times", r.source.Path)
		}
		for k := range r.Len() {
			model := rsa.Model{Name: r.source.name(), RDV: r.RDV(k)}
			for _, label := range []string{"layer", "name", "region", "subject"} {
				if names := r.Labels[label]; names != nil {
					model.Name, model.Network = names[k], r.network(k)
					break
				}
			}
			models = append(models, model)
		}
	}
	return models, tellApart(models), nil
}

// tellApart numbers models of the same name, and says so.
func tellApart(models []rsa.Model) (notes []string) {
	count := map[[2]string]int{}
	for k, m := range models {
		name := [2]string{m.Network, m.Name}
		if count[name]++; count[name] == 2 {
			notes = append(notes, fmt.Sprintf("several models are called %q: from the second on they are numbered, in the order given", m.Name))
		}
		if count[name] > 1 {
			models[k].Name = fmt.Sprintf("%s (%d)", m.Name, count[name])
		}
	}
	return notes
}

// network is what a layer belongs to: what the source was called, if it is of one
// network, else what its label says, else the file.
func (s stack) network(k int) string {
	if labels := s.Labels["network"]; labels != nil && (s.source.Name == "" || len(uniqueInOrder(labels)) > 1) {
		return labels[k]
	}
	return s.source.name()
}

// subjects sorts the RDMs of the stacks by subject and time. What was done to
// them is in the notes.
func subjects(stacks []stack) (all rsa.Subjects, notes []string, err error) {
	var first course
	for _, r := range stacks {
		r, note := r.meanOfSessions()
		if note != "" {
			all.Averaged, notes = "session", append(notes, note)
		}
		names := r.people()
		for _, name := range uniqueInOrder(names) {
			if slices.Contains(all.Names, name) {
				return all, nil, fmt.Errorf("%s: subject %q stands in another file too", r.source.Path, name)
			}
			mine := r.course(func(k int) bool { return names[k] == name })
			mine.name = fmt.Sprintf("subject %q of %s", name, r.source.Path)
			if first.rdvs == nil {
				first, all.Times, all.Channels = mine, mine.times, mine.channels
			}
			if err := mine.fits(&first); err != nil {
				return all, nil, err
			}
			all.Names = append(all.Names, name)
			all.RDVs = append(all.RDVs, mine.rdvs)
		}
	}
	return all, notes, nil
}

// meanOfSessions averages the RDMs of each subject over sessions, where each
// session has one, and says so. A name is that of one RDM and goes with it.
func (s stack) meanOfSessions() (mean stack, note string) {
	one := s.CountWithout("name") == s.Len() // per session, with all else alike
	if s.Labels["session"] == nil || !one {
		return s, ""
	}
	mean = stack{s.AverageOver("session", "name"), s.source}
	if mean.Len() == s.Len() {
		return s, ""
	}
	return mean, fmt.Sprintf("%s: RDMs of the same subject are averaged over sessions, each pair over those that have it: %d RDMs become %d", s.source.shown(), s.Len(), mean.Len())
}

// people says whose each RDM is: without a label for subjects, each of several
// names is one, and without names the source.
func (s stack) people() []string {
	if subjects := s.Labels["subject"]; subjects != nil {
		return subjects
	}
	if names := s.Labels["name"]; len(uniqueInOrder(names)) > 1 {
		return names
	}
	return slices.Repeat([]string{s.source.name()}, s.Len())
}

// A course is what a subject has along an axis: an RDM at each of several times,
// or of each of several channels.
type course struct {
	name     string // whose, for messages
	rdvs     [][]float64
	times    []float64 // nil where there are none
	channels []string  // in natural order; nil where the RDMs have times, or no such label
}

// course picks the RDVs of one subject, those of channels by their names.
func (s stack) course(chosen func(k int) bool) course {
	var c course
	channels := s.Labels["channel"]
	var picked []int
	for k := range s.Len() {
		if chosen(k) {
			picked = append(picked, k)
		}
	}
	if s.Times == nil && channels != nil {
		slices.SortStableFunc(picked, func(i, j int) int { return dataset.CompareLabels(channels[i], channels[j]) })
	}
	for _, k := range picked {
		c.rdvs = append(c.rdvs, s.RDV(k))
		switch {
		case s.Times != nil:
			c.times = append(c.times, s.Times[k])
		case channels != nil:
			c.channels = append(c.channels, channels[k])
		}
	}
	return c
}

// fits refuses a subject that has not one RDM at each of the times, or of each of
// the channels, of the first.
func (c *course) fits(first *course) error {
	if c.channels != nil || first.channels != nil {
		return c.fitsChannels(first)
	}
	switch {
	case c.times == nil && len(c.rdvs) > 1:
		return fmt.Errorf("%s has %d RDMs and no times: average or select them first", c.name, len(c.rdvs))
	case !ascend(c.times):
		return fmt.Errorf("%s: its times do not ascend: one RDM per time, in their order, is what can be compared", c.name)
	}
	return dataset.MatchTimes(dataset.Axis{Name: first.name, Times: first.times}, dataset.Axis{Name: c.name, Times: c.times})
}

// fitsChannels is fits of channels, each of which has one RDM.
func (c *course) fitsChannels(first *course) error {
	for i := 1; i < len(c.channels); i++ {
		if c.channels[i] == c.channels[i-1] {
			return fmt.Errorf("%s has two RDMs of channel %s: average or select them first", c.name, c.channels[i])
		}
	}
	if slices.Equal(c.channels, first.channels) {
		return nil
	}
	for _, name := range first.channels {
		if !slices.Contains(c.channels, name) {
			return fmt.Errorf("%s has no RDM of channel %q, which %s has: leave the channel out of all, or make the RDMs of those that all have", c.name, name, first.name)
		}
	}
	return c.more(first)
}

// more says which channel the first subject has not.
func (c *course) more(first *course) error {
	for _, name := range c.channels {
		if !slices.Contains(first.channels, name) {
			return fmt.Errorf("%s has an RDM of channel %q, which %s has not: leave the channel out of all, or make the RDMs of those that all have", c.name, name, first.name)
		}
	}
	return fmt.Errorf("%s has RDMs of times, %s of channels: they cannot be compared", first.name, c.name)
}

// ascend reports whether every time is later than the one before.
func ascend(times []float64) bool {
	for i := 1; i < len(times); i++ {
		if !(times[i-1] < times[i]) {
			return false
		}
	}
	return true
}
