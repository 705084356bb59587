package step

import (
	"cmp"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/bids"
	"github.com/isocortex/isocortex/epoch"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/fif"
)

// Places where a recording has its events.
const (
	InTable       = "table"       // events.tsv of the folder of BIDS that it lies in
	InChannel     = "channel"     // codes of a stim channel
	InList        = "list"        // of the file
	InAnnotations = "annotations" // whose text does not begin with "bad"
)

// EventSources lists the places, in the order in which they are looked at.
var EventSources = []string{InTable, InChannel, InList, InAnnotations}

// What becomes of two events at one sample.
const (
	TwiceIsError = "error"
	TwiceFirst   = "first" // the first of them stays
)

// TwicePolicies lists them.
var TwicePolicies = []string{TwiceIsError, TwiceFirst}

// conditionColumn is the column that trials are told apart by in the end.
const conditionColumn = "condition"

// conditionColumns say what belongs together where nobody does, the first that is
// there. Of files, the stem counts.
var conditionColumns = []string{conditionColumn, "stim_file", "stimulus", "trial_type", epoch.NameColumn}

// stimNames are the usual channels of codes.
var stimNames = []string{"STI101", "STI 014", "STI014", "STI016", "Status", "Trigger"}

// trials finds the trials of a run: its events, named, selected and moved.
func (s Epochs) trials(r *run, index int, env *Env) (err error) {
	switch {
	case r.epochs != nil && (s.Events != nil || s.Delay != 0):
		return fmt.Errorf("%s holds epochs, whose events are known: leave out files of events, and the delay", r.path)
	case r.epochs != nil:
		r.table = epoch.Table{Columns: r.epochs.Header().Columns, Trials: r.epochs.Header().Trials}
	case s.Events != nil:
		r.table, err = readEvents(s.Events[index], r.header, env)
	default:
		r.table, err = s.own(r, env)
	}
	if err != nil {
		return err
	}
	r.places = make([]int, len(r.table.Trials))
	for i := range r.places {
		r.places[i] = i
	}
	for _, change := range []func(*run, *Env) error{s.named, s.selected, s.conditions, s.apart} {
		if err := change(r, env); err != nil {
			return fmt.Errorf("%s: %w", r.path, err)
		}
	}
	if r.signal != nil {
		r.table = r.table.Shifted(s.Delay, r.header.Rate)
	}
	return nil
}

// where keeps some trials of a run, and returns how many are gone.
func (r *run) where(keep func(i int) bool) int {
	before := len(r.places)
	r.table = r.table.Where(keep)
	var places []int
	for i, place := range r.places {
		if keep(i) {
			places = append(places, place)
		}
	}
	r.places = places
	return before - len(places)
}

// own returns the events that a recording has itself.
func (s Epochs) own(r *run, env *Env) (epoch.Table, error) {
	h := r.header
	find := s.Find
	if find == "" && s.Stim != "" {
		find = InChannel
	}
	if find == "" || find == InTable {
		if path, err := bids.Nearest(r.path, "events", ".tsv"); err != nil || path != "" {
			return beside(path, err, h, env)
		}
	}
	channel, err := s.stim(h)
	if err != nil {
		return epoch.Table{}, err
	}
	if (find == "" || find == InChannel) && channel >= 0 {
		if t, err := s.coded(r, channel, env); err != nil || len(t.Trials) > 0 {
			return t, err
		}
	}
	if (find == "" || find == InList) && len(h.Events) > 0 {
		return epoch.FromList(h), nil
	}
	if t := epoch.FromAnnotations(h); (find == "" || find == InAnnotations) && len(t.Trials) > 0 {
		return t, nil
	}
	return epoch.Table{}, fmt.Errorf("%s has no events (%s): name a file of events", r.path, cmp.Or(find, strings.Join(EventSources, ", ")))
}

// beside returns the events of a table that stands beside a recording, unless it
// was not found for the reason that is given.
func beside(path string, reason error, h *recording.Header, env *Env) (epoch.Table, error) {
	if reason != nil {
		return epoch.Table{}, reason
	}
	env.note(fmt.Sprintf("%s: events are those of %s", h.Path, path))
	return readEvents(path, h, env)
}

// stim returns the place of the channel of codes, below 0 where there is none.
func (s Epochs) stim(h *recording.Header) (int, error) {
	stims := h.Pick(func(c recording.Channel) bool { return c.Kind == recording.Stim })
	if s.Stim != "" {
		if place, found := h.Index(s.Stim); found {
			return place, nil
		}
		names := make([]string, len(stims))
		for i, place := range stims {
			names[i] = h.Channels[place].Name
		}
		return -1, fmt.Errorf("%s has no channel %q; its channels of codes are %s", h.Path, s.Stim, briefly(names))
	}
	for _, name := range stimNames {
		if place, found := h.Index(name); found {
			return place, nil
		}
	}
	if len(stims) > 0 {
		return stims[0], nil
	}
	return -1, nil
}

// coded returns the events of a channel of codes.
func (s Epochs) coded(r *run, channel int, env *Env) (epoch.Table, error) {
	h := r.header
	codes := make([]float64, h.Length)
	if err := r.signal.Read(codes, []int{channel}, h.Whole()); err != nil {
		return epoch.Table{}, err
	}
	name := h.Channels[channel].Name
	found, err := s.Finder.Find(codes, h.First, h.Rate)
	if err != nil {
		return epoch.Table{}, fmt.Errorf("%s: channel %s: %w", r.path, name, err)
	}
	if found.Negative > 0 {
		env.warn(fmt.Sprintf("%s: channel %s holds %s below 0, of which the size is taken: if they are codes beyond 32767, say so with --wrapped", r.path, name, counted(found.Negative, "code")))
	}
	if len(found.Brief) > 0 {
		env.warn(fmt.Sprintf("%s: channel %s: %s last a single sample, the first at %d; --merge takes them for steps on the way to others", r.path, name, counted(len(found.Brief), "code"), found.Brief[0].At))
	}
	return epoch.FromEvents(found.Events), nil
}

// readEvents reads a file of events.
func readEvents(path string, h *recording.Header, env *Env) (epoch.Table, error) {
	if isRecording(path) || strings.EqualFold(filepath.Ext(path), ".eve") {
		events, err := fif.Events(path)
		return epoch.FromEvents(events), err
	}
	table, err := readLabelTable(path, -1, "events")
	if err != nil {
		return epoch.Table{}, err
	}
	column, seconds := "", false
	for _, name := range []string{"onset", "sample", "onset_sample"} {
		if slices.Contains(table.columns, name) {
			column, seconds = name, name == "onset"
			break
		}
	}
	if column == "" {
		return epoch.Table{}, file.Malformed(path, -1, "line 1", "no column says when events are: call one onset, in seconds from the first sample of the file, or sample, counted from it; there are %s", strings.Join(table.columns, ", "))
	}
	t := epoch.Table{Columns: table.columns}
	skipped := 0
	for i, text := range table.labels[column] {
		if text == "n/a" {
			skipped++
			continue
		}
		at, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(at) || math.Abs(at) > 1e12 {
			return t, file.Malformed(path, -1, fmt.Sprintf("row %d, column %s", i+1, column), "%q is no number", text)
		}
		if seconds {
			at *= h.Rate
		}
		trial := recording.Trial{Event: recording.Event{At: h.Acquired(recording.Stored(math.RoundToEven(at)))}, Name: "n/a"}
		for _, name := range table.columns {
			trial.Values = append(trial.Values, table.labels[name][i])
		}
		t.Trials = append(t.Trials, trial)
	}
	if skipped > 0 {
		env.warn(fmt.Sprintf("%s: %s without a time are left out", path, counted(skipped, "event")))
	}
	slices.SortStableFunc(t.Trials, func(a, b recording.Trial) int { return int(a.Event.At - b.Event.At) })
	return t, nil
}

// named adds what codes or names mean. Events that the table does not have are
// left out.
func (s Epochs) named(r *run, env *Env) error {
	if s.Names == "" {
		return nil
	}
	table, err := readLabelTable(s.Names, -1, "names")
	if err != nil {
		return err
	}
	key := slices.IndexFunc(table.columns, func(c string) bool { return c == epoch.CodeColumn || c == epoch.NameColumn })
	if key < 0 || len(table.columns) < 2 {
		return file.Malformed(s.Names, -1, "line 1", "the columns are %s: one has to be called %s or %s, and others say what the events mean", strings.Join(table.columns, ", "), epoch.CodeColumn, epoch.NameColumn)
	}
	by := table.columns[key]
	if twice := repeated(table.labels[by]); twice != "" {
		return file.Malformed(s.Names, -1, "column "+by, "%q is there twice", twice)
	}
	values, err := r.table.Column(by)
	if err != nil {
		return err
	}
	if gone := r.where(func(i int) bool { return slices.Contains(table.labels[by], values[i]) }); gone > 0 {
		env.note(fmt.Sprintf("%s: %s that %s does not name are left out", r.path, counted(gone, "event"), s.Names))
	}
	if values, err = r.table.Column(by); err != nil {
		return err
	}
	for _, column := range table.columns {
		if column == by {
			continue
		}
		meant := make([]string, len(values))
		for i, v := range values {
			meant[i] = table.labels[column][slices.Index(table.labels[by], v)]
		}
		r.table = r.table.With(column, meant)
	}
	return nil
}

// selected keeps the trials that are as wanted.
func (s Epochs) selected(r *run, _ *Env) error {
	for _, word := range s.Select {
		column, wanted, found := strings.Cut(word, "=")
		if !found {
			return fmt.Errorf("%q selects nothing: write a column and what it has to be, such as trial_type=face", word)
		}
		values, err := r.table.Column(strings.TrimSpace(column))
		if err != nil {
			return err
		}
		options := strings.Split(wanted, "|")
		r.where(func(i int) bool { return slices.Contains(options, values[i]) })
		if len(r.table.Trials) == 0 {
			return fmt.Errorf("no event has %s: there are %s", word, briefly(uniqueInOrder(values)))
		}
	}
	return nil
}

// conditions says what belongs together.
func (s Epochs) conditions(r *run, env *Env) error {
	column := s.Condition
	if column == "" {
		column = conditionColumns[slices.IndexFunc(conditionColumns, func(c string) bool {
			return slices.Contains(r.table.Columns, c) || c == epoch.NameColumn
		})]
		if column != conditionColumn {
			env.note(fmt.Sprintf("%s: conditions are told apart by the column %s of events; --condition names another", r.path, column))
		}
	}
	values, err := r.table.Column(column)
	if err != nil {
		return err
	}
	if column == "stim_file" {
		for i, v := range values {
			values[i] = file.Stem(v)
		}
	}
	r.table = r.table.With(conditionColumn, values)
	if gone := r.where(func(i int) bool { return values[i] != "n/a" }); gone > 0 {
		env.note(fmt.Sprintf("%s: %s without a condition are left out", r.path, counted(gone, "event")))
	}
	if len(r.table.Trials) == 0 {
		return fmt.Errorf("no event is left that has a condition, in column %s", column)
	}
	return nil
}

// apart sees to it that no two events are at one sample.
func (s Epochs) apart(r *run, env *Env) error {
	again := r.table.Repeated()
	if len(again) == 0 || r.epochs != nil {
		return nil
	}
	if s.Twice != TwiceFirst {
		return fmt.Errorf("%s at the sample of others, the first at %d: select some, or keep the first at each with --twice %s", counted(len(again), "event"), r.table.Trials[again[0]].Event.At, TwiceFirst)
	}
	gone := r.where(func(i int) bool { return !slices.Contains(again, i) })
	env.warn(fmt.Sprintf("%s: %s at the sample of others are left out", r.path, counted(gone, "event")))
	return nil
}
