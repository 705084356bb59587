package epoch

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/work"
)

// A Gathering holds the epochs of one subject, run by run, as far as none is
// rejected. Signals are kept as float32.
type Gathering struct {
	Channels []recording.Channel // of the epochs, as in the first run
	Times    []float64           // s after the event
	Rate     float64             // times per second
	Columns  []string            // what is known about trials
	Fates    []Fate              // of every trial, run by run, in the order of time

	limits  Limits
	bad     []string    // channels that no limit is about
	first   []float32   // epoch, rejected or not
	signals [][]float32 // by the place in Fates; channels × times; nil where there is none
}

// A Fate is what became of a trial.
type Fate struct {
	Trial     recording.Trial
	Run       string
	Condition string
	Why       []string // reasons for which it has no epoch, or the names of channels beyond a limit; none: it has one
}

// Gather returns a Gathering without epochs. Channels are those that epochs are
// kept of; others may have limits too, unless they are named as bad.
func Gather(channels []recording.Channel, limits Limits, bad []string) *Gathering {
	return &Gathering{Channels: channels, limits: limits, bad: bad}
}

// A Run is what is added to a Gathering at once.
type Run struct {
	Epochs interface {
		recording.Epochs
		Times() []float64
	}
	Lost      []Lost
	Name      string // "" for its number among those added
	Condition string // column of the trials that says what belongs together
}

// Add reads the epochs of a run, and rejects.
//
//	errors   of reading; channels that are not there, other times than those of
//	         runs before, a column that is not there
//	cost     reads each epoch once; memory for the epochs that are kept
func (g *Gathering) Add(ctx context.Context, budget work.Budget, run Run) error {
	h := run.Epochs.Header()
	if err := g.agree(run.Epochs.Times(), h); err != nil {
		return err
	}
	channels, watched, err := g.places(h)
	if err != nil {
		return err
	}
	name := run.Name
	if name == "" {
		name = strconv.Itoa(len(uniqueRuns(g.Fates)) + 1)
	}
	fates, order, err := run.fates(name)
	if err != nil {
		return err
	}
	from, to, err := g.limits.window(g.Times)
	if err != nil {
		return err
	}
	signals := make([][]float32, len(fates))
	err = budget.Each(ctx, "reading epochs of "+filepath.Base(h.Path), len(h.Trials), func(i int) error {
		place := order[i]
		n := len(g.Times)
		signal := make([]float64, len(watched)*n)
		if err := run.Epochs.Read(signal, []int{i}, watched); err != nil {
			return err
		}
		for k, c := range watched {
			if g.limits.broken(signal[k*n+from:k*n+to], h.Channels[c].Kind) {
				fates[place].Why = append(fates[place].Why, h.Channels[c].Name)
			}
		}
		kept := single(signal[:len(channels)*n])
		if i == 0 && g.first == nil {
			g.first = kept
		}
		if len(fates[place].Why) == 0 {
			signals[place] = kept
		}
		return nil
	})
	if err != nil {
		return err
	}
	g.merge(fates, h.Columns)
	g.signals = append(g.signals, signals...)
	return nil
}

// agree requires the times of the runs before.
func (g *Gathering) agree(times []float64, h *recording.EpochsHeader) error {
	if g.Times == nil {
		g.Times, g.Rate = times, h.Rate
		return nil
	}
	if err := dataset.MatchTimes(dataset.Axis{Name: "the first run", Times: g.Times}, dataset.Axis{Name: h.Path, Times: times}); err != nil {
		return err
	}
	if g.Rate != h.Rate {
		return fmt.Errorf("%s has %g times per second, the first run has %g: resample one of them", h.Path, h.Rate, g.Rate)
	}
	return nil
}

// places returns where the channels are in a run, and those with others that
// have a limit behind them.
func (g *Gathering) places(h *recording.EpochsHeader) (channels, watched []int, err error) {
	for _, c := range g.Channels {
		place, found := h.Index(c.Name)
		if !found {
			return nil, nil, fmt.Errorf("%s has no channel %q, which the first run has: name it as bad to leave it out of all", h.Path, c.Name)
		}
		if there := h.Channels[place]; there.Kind != c.Kind || there.Unit != c.Unit {
			return nil, nil, fmt.Errorf("%s: channel %q measures %s in %q, in the first run %s in %q", h.Path, c.Name, there.Kind, there.Unit, c.Kind, c.Unit)
		}
		channels = append(channels, place)
	}
	watched = slices.Clone(channels)
	for _, place := range h.Pick(func(c recording.Channel) bool { return g.limits.has(c.Kind) && !slices.Contains(g.bad, c.Name) }) {
		if !slices.Contains(channels, place) {
			watched = append(watched, place)
		}
	}
	return channels, watched, nil
}

// fates returns the fates of the trials of a run in the order of time, before
// epochs are looked at, and the places in them of those that have one.
func (r Run) fates(name string) (fates []Fate, order []int, err error) {
	h := r.Epochs.Header()
	t := Table{h.Columns, slices.Clone(h.Trials)}
	for _, l := range r.Lost {
		t.Trials = append(t.Trials, l.Trial)
	}
	conditions, err := t.Column(r.Condition)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", h.Path, err)
	}
	places := make([]int, len(t.Trials))
	for i := range places {
		places[i] = i
	}
	slices.SortStableFunc(places, func(a, b int) int { return int(t.Trials[a].Event.At - t.Trials[b].Event.At) })
	order = make([]int, len(h.Trials))
	for to, from := range places {
		fate := Fate{Trial: t.Trials[from], Run: name, Condition: conditions[from]}
		if from < len(h.Trials) {
			order[from] = to
		} else {
			fate.Why = r.Lost[from-len(h.Trials)].Why
		}
		fates = append(fates, fate)
	}
	return fates, order, nil
}

// merge adds fates; columns that only some runs have are n/a in the others.
func (g *Gathering) merge(fates []Fate, columns []string) {
	for _, c := range columns {
		if !slices.Contains(g.Columns, c) {
			g.Columns = append(g.Columns, c)
		}
	}
	for _, f := range fates {
		values := make([]string, len(g.Columns))
		for i, c := range g.Columns {
			values[i] = missing
			if place := slices.Index(columns, c); place >= 0 {
				values[i] = f.Trial.Values[place]
			}
		}
		f.Trial.Values = values
		g.Fates = append(g.Fates, f)
	}
	for i := range g.Fates {
		for len(g.Fates[i].Trial.Values) < len(g.Columns) {
			g.Fates[i].Trial.Values = append(g.Fates[i].Trial.Values, missing)
		}
	}
}

// missing is the label of what has none.
const missing = "n/a"

// single rounds numbers to float32.
func single(signal []float64) []float32 {
	out := make([]float32, len(signal))
	for i, v := range signal {
		out[i] = float32(v)
	}
	return out
}

// uniqueRuns lists the runs of fates.
func uniqueRuns(fates []Fate) []string {
	var runs []string
	for _, f := range fates {
		if !slices.Contains(runs, f.Run) {
			runs = append(runs, f.Run)
		}
	}
	return runs
}

// Implausible returns the kinds of channels whose signal cannot be in its unit:
// half of its values in the first epoch lie beyond what is possible, as where
// microvolts were taken for volts.
func (g *Gathering) Implausible() []recording.Kind {
	if g.first == nil {
		return nil
	}
	above, all := map[recording.Kind]int{}, map[recording.Kind]int{}
	var order []recording.Kind
	n := len(g.Times)
	for i, c := range g.Channels {
		if all[c.Kind] == 0 {
			order = append(order, c.Kind)
		}
		limit := kindOf(c.Kind).implausible
		for _, v := range g.first[i*n : (i+1)*n] {
			all[c.Kind]++
			if limit > 0 && max(float64(v), -float64(v)) > limit {
				above[c.Kind]++
			}
		}
	}
	return slices.DeleteFunc(order, func(k recording.Kind) bool { return 2*above[k] <= all[k] })
}
