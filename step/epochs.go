package step

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/bids"
	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/epoch"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/all"
	"github.com/isocortex/isocortex/recording/fif"
	"github.com/isocortex/isocortex/unit"
)

// Epochs cuts the recordings of a subject around events, and makes a Dataset.
type Epochs struct {
	From      []string // recordings, or epochs in files, in the order of the runs
	Events    []string // tables (.tsv, .csv) or events (.fif), one per recording; none: those of the recording
	Find      string   // where a recording has its events: one of EventSources; "" for the first that has any
	Stim      string   // channel of the codes; "" for the usual ones
	Finder    epoch.Finder
	Names     string   // table of what codes, or names, of events mean; may be ""
	Select    []string // "column=value" or "column=value|value": what trials have to be
	Condition string   // column that says what belongs together; "" for the first of conditionColumns
	Twice     string   // what becomes of two events at one sample: one of TwicePolicies; "" for an error
	Delay     float64  // s from the code to the picture

	Signal    Signal
	Cut       epoch.Cut
	Reject    string     // limits as epoch.ParseLimits reads them, AutoReject, or both; may be ""
	Flat      string     // the same, below which a channel is flat; may be ""
	RejectIn  *unit.Span // part of the epochs that is looked at; nil for all
	Whiten    string     // by which noise epochs are whitened: one of Whitenings, or a file of a covariance (.fif); "" leaves them as they are
	Channels  []string   // kinds or names; none for all that measure a brain
	Bad       []string   // channels that are left out, beside those that files mark
	Subject   string     // "" for that of the file name, else the stem of Out
	Arrange   epoch.Repetitions
	EqualRows epoch.EqualPolicy
	Out       string // .npz

	chosen   string // limits, where the epochs did
	whitened string // by what
	noisy    string // in how many dimensions
}

// AutoReject is the limit of each kind of channels that its epochs choose.
const AutoReject = "auto"

// EpochsMade is what Epochs finds.
type EpochsMade struct {
	Subject      string        `json:"subject"`
	Conditions   int           `json:"conditions"`
	Observations int           `json:"observations"`
	Channels     []KindCount   `json:"channels"`
	Times        int           `json:"times"`
	From         float64       `json:"from"` // s after the event
	To           float64       `json:"to"`
	Rate         float64       `json:"rate"`
	Trials       int           `json:"trials"`
	Kept         int           `json:"kept"`
	Reasons      []Reason      `json:"reasons"` // the most frequent first; an epoch may have several
	Without      []string      `json:"without"` // conditions of which no trial is left
	Dropped      []DroppedOne  `json:"dropped"`
	Done         []Preparation `json:"done"`

	Dataset *dataset.Dataset `json:"-"`
}

// KindCount counts the channels of a kind.
type KindCount struct {
	Kind  string `json:"kind"`
	Count int    `json:"count"`
}

// Reason says how many trials were dropped for it.
type Reason struct {
	Why    string `json:"why"`
	Trials int    `json:"trials"`
}

// DroppedOne is a trial without an epoch.
type DroppedOne struct {
	Run       string   `json:"run"`
	At        int      `json:"at"` // number of the sample since the start of acquisition
	Condition string   `json:"condition"`
	Why       []string `json:"why"`
}

// Preparation is something that was done to the signal, or was not.
type Preparation struct {
	What string `json:"what"`
	How  string `json:"how"`
}

// Verb is "epochs".
func (Epochs) Verb() string { return "epochs" }

// Inputs are the recordings, and what says where events are.
func (s Epochs) Inputs() []string {
	files := slices.Concat(s.From, s.Events, s.Signal.ICA)
	for _, path := range s.From {
		files = append(files, slices.Concat(bids.Beside(path), fif.Beside(path))...)
	}
	if s.Names != "" {
		files = append(files, s.Names)
	}
	if s.Whiten != "" && !slices.Contains(Whitenings, s.Whiten) {
		files = append(files, s.Whiten)
	}
	return files
}

// Outputs is the Dataset.
func (s Epochs) Outputs() []string { return []string{s.Out} }

// To is the same step writing elsewhere.
func (s Epochs) To(out string) Step { s.Out = out; return s }

// Cost counts recordings.
func (s Epochs) Cost() string { return "reads " + counted(len(s.From), "recording") + " once" }

// Run cuts and saves.
func (s Epochs) Run(ctx context.Context, env *Env) error {
	made, err := s.Make(ctx, env)
	if err != nil {
		return err
	}
	return made.Dataset.Write(s.Out)
}

// A run is an open recording, or open epochs, with its trials.
type run struct {
	path   string
	place  int // among the recordings
	name   string
	header *recording.Header
	signal recording.Recording // nil where it is
	epochs recording.Epochs    // epochs already
	table  epoch.Table
	places []int // of the trials among the epochs

	interpolated []string // channels
	artifacts    []string // that were found, in words
}

// close gives back the file.
func (r *run) close() error {
	if r.signal != nil {
		return r.signal.Close()
	}
	return r.epochs.Close()
}

// Make returns what Run saves, with what became of every trial.
func (s Epochs) Make(ctx context.Context, env *Env) (made *EpochsMade, err error) {
	limits, err := s.limits()
	if err != nil {
		return nil, err
	}
	if whole := WholeRecordings(s.From); len(s.Events) == 0 && len(whole) < len(s.From) {
		env.note(fmt.Sprintf("%s of %d hold how others go on, and are read with them", counted(len(s.From)-len(whole), "file"), len(s.From)))
		s.From = whole
	}
	if len(s.Events) != 0 && len(s.Events) != len(s.From) {
		return nil, fmt.Errorf("%s of events for %s: name one for each", counted(len(s.Events), "file"), counted(len(s.From), "recording"))
	}
	runs, err := s.open()
	defer func() {
		for _, r := range runs {
			err = errors.Join(err, r.close())
		}
	}()
	if err != nil {
		return nil, err
	}
	if err := s.treat(ctx, runs, env); err != nil {
		return nil, err
	}
	channels, bad, err := s.channels(runs, env)
	if err != nil {
		return nil, err
	}
	gathering := epoch.Gather(channels, limits, bad)
	for i, r := range runs {
		if err := s.trials(r, i, env); err != nil {
			return nil, err
		}
		if err := s.resample(ctx, r, env); err != nil {
			return nil, err
		}
		if err := s.add(ctx, env, gathering, r); err != nil {
			return nil, err
		}
	}
	warnOfHeads(runs, env)
	if _, auto := s.given(); auto {
		chosen, err := gathering.Threshold(ctx, env.Budget)
		if err != nil {
			return nil, err
		}
		s.chosen = epoch.FormatLimits(chosen)
	}
	if err := s.whiten(ctx, gathering, runs, env); err != nil {
		return nil, err
	}
	return s.finish(gathering, runs, bad, env)
}

// limits reads the limits of rejection.
func (s Epochs) limits() (limits epoch.Limits, err error) {
	limits.Span = s.RejectIn
	if given, _ := s.given(); given != "" {
		if limits.Highest, err = epoch.ParseLimits(given); err != nil {
			return limits, err
		}
	}
	if s.Flat != "" {
		limits.Lowest, err = epoch.ParseLimits(s.Flat)
	}
	return limits, err
}

// given returns the limits of rejection without AutoReject, and whether that is
// asked for, too.
func (s Epochs) given() (limits string, auto bool) {
	if s.Reject == "" {
		return "", false
	}
	words := strings.Split(s.Reject, ",")
	left := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return strings.TrimSpace(w) == AutoReject })
	return strings.Join(left, ","), len(left) < len(words)
}

// open opens all files.
func (s Epochs) open() (runs []*run, err error) {
	for place, path := range s.From {
		r := &run{path: path, place: place, name: entity(path, "run")}
		if r.signal, err = all.Open(path, all.Options{}); err == nil {
			r.header = r.signal.Header()
		} else if r.epochs, err = openEpochs(path, err); err == nil {
			r.header = &r.epochs.Header().Header
		} else {
			return runs, err
		}
		runs = append(runs, r)
	}
	names := make([]string, len(runs))
	for i, r := range runs {
		names[i] = r.name
	}
	if slices.Contains(names, "") || repeated(names) != "" {
		for i, r := range runs {
			r.name = fmt.Sprint(i + 1)
		}
	}
	return runs, nil
}

// openEpochs opens epochs in a file that is no recording, for the reason that is
// given.
func openEpochs(path string, reason error) (recording.Epochs, error) {
	if e, err := all.OpenEpochs(path, all.Options{}); err == nil {
		return e, nil
	}
	return nil, reason
}

// entity returns what the name of a file says of a thing, as BIDS writes it:
// "01" for "run" in "sub-02_run-01_meg.fif".
func entity(path, of string) string {
	for part := range strings.SplitSeq(file.Stem(path), "_") {
		if value, found := strings.CutPrefix(part, of+"-"); found {
			return value
		}
	}
	return ""
}

// RecordedSubject is whose a recording is by the name of its file: what follows
// "sub-", else the stem.
func RecordedSubject(path string) string { return cmp.Or(entity(path, "sub"), file.Stem(path)) }

// channels returns the channels that epochs are kept of, and the names of those
// that are bad in any run.
func (s Epochs) channels(runs []*run, env *Env) (channels []recording.Channel, bad []string, err error) {
	if !s.Signal.asked() { // else headers say it, but of what was interpolated
		bad = slices.Clone(s.Bad)
	}
	for _, r := range runs {
		for _, name := range s.Bad {
			if _, found := r.header.Index(name); !found {
				return nil, nil, fmt.Errorf("%s has no channel %q, which is named as bad", r.path, name)
			}
		}
		bad = append(bad, badOf(r.header.Channels)...)
	}
	bad = uniqueInOrder(bad)
	wanted := func(c recording.Channel) bool {
		if len(s.Channels) == 0 {
			return epoch.Brain(c.Kind)
		}
		return slices.Contains(s.Channels, string(c.Kind)) || slices.Contains(s.Channels, c.Name)
	}
	var without []string
	for _, c := range runs[0].header.Channels {
		switch {
		case !wanted(c):
		case slices.Contains(bad, c.Name):
			without = append(without, c.Name)
		default:
			channels = append(channels, c)
		}
	}
	if len(without) > 0 {
		env.warn(fmt.Sprintf("bad channels are left out of all runs: %s", briefly(without)))
	}
	for _, word := range s.Channels {
		if !slices.ContainsFunc(runs[0].header.Channels, func(c recording.Channel) bool { return string(c.Kind) == word || c.Name == word }) {
			return nil, nil, fmt.Errorf("%s has no channels called %q and none of that kind: it has %s", runs[0].path, word, kindsOf(runs[0].header.Channels))
		}
	}
	if len(channels) == 0 {
		return nil, nil, fmt.Errorf("%s has no channels to keep: it has %s", runs[0].path, kindsOf(runs[0].header.Channels))
	}
	return channels, bad, nil
}

// add cuts the epochs of a run.
func (s Epochs) add(ctx context.Context, env *Env, g *epoch.Gathering, r *run) (err error) {
	for _, w := range r.header.Warnings {
		env.warn(r.path + ": " + w)
	}
	var cut *epoch.Epochs
	if r.signal != nil {
		cut, err = s.Cut.Around(r.signal, r.table)
	} else {
		cut, err = s.Cut.Of(r.epochs, r.table, r.places)
	}
	if err != nil {
		return err
	}
	s.warnOfAliases(r, env)
	return g.Add(ctx, env.Budget, epoch.Run{Epochs: cut, Lost: cut.Lost, Name: r.name, Condition: conditionColumn})
}

// subject is the label of the subject.
func (s Epochs) subject() string {
	return cmp.Or(s.Subject, entity(s.From[0], "sub"), file.Stem(s.Out))
}
