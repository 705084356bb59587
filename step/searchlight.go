package step

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/exchange"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/unit"
	"github.com/isocortex/isocortex/work"
)

// Searchlight compares models with RDMs of a channel and its neighbors, in windows
// of time: everywhere, one RDM at a time. RDMs are made, compared and forgotten;
// what stays in memory are the scores, and the Datasets.
//
// Subjects are Datasets. Near also says who is in the neighborhood of a channel,
// unless there is a radius: by default, what the first Dataset says of positions.
// In a neighborhood are channels of the unit of its center alone, unless noise is
// normalized. Trials.Window is the window, which as a rule is concatenated: a
// pattern is channels × times.
//
//	source   Su, Fonteneau, Marslen-Wilson & Kriegeskorte (2012),
//	         doi:10.1109/PRNI.2012.26
type Searchlight struct {
	RSA
	Radius float64 // m around each channel, where positions are known; 0 is the neighbors
	Every  float64 // s from one window to the next; 0 is that they touch
}

// Verb is "searchlight".
func (Searchlight) Verb() string { return "searchlight" }

// To is the same step writing elsewhere.
func (s Searchlight) To(out string) Step { s.Out = out; return s }

// Cost says what is not known before the Datasets are read.
func (s Searchlight) Cost() string {
	return fmt.Sprintf("RDMs of %s at every channel and window, one at a time; %d draws of the test", counted(len(s.Subjects), "subject"), s.Evaluation.Draws)
}

// Run evaluates and saves.
func (s Searchlight) Run(ctx context.Context, env *Env) error {
	found, err := s.Evaluate(ctx, env)
	if err != nil {
		return err
	}
	return s.Save(found)
}

// Evaluate returns what Run saves.
func (s Searchlight) Evaluate(ctx context.Context, env *Env) (*rsa.Result, error) {
	if s.Trials.Each == rdm.EachChannel || s.Trials.Generalize {
		return nil, errors.New("a searchlight makes one RDM of each neighborhood and window: RDMs of each channel, and generalization over time, are made without one")
	}
	subjects, err := spread(s.Subjects)
	if err != nil {
		return nil, err
	}
	if s.Radius == 0 && !s.Near.asked() && len(subjects) > 0 {
		s.Near.Sensors = subjects[0].Path
	}
	l := &light{env: env}
	defer l.close()
	if err := l.open(subjects); err != nil {
		return nil, err
	}
	if l.by, err = s.ofSubjects(subjects, env); err != nil {
		return nil, err
	}
	l.by.Budget = work.Budget{Threads: 1} // points are what is done in parallel
	if err := s.aim(l); err != nil {
		return nil, err
	}
	sides, err := s.first(ctx, env, l)
	if err != nil {
		return nil, err
	}
	all, err := s.bring(sides, env)
	if err != nil {
		return nil, err
	}
	defer all.close()
	for i := range l.people {
		l.people[i].index = all.index[len(sides.models)+i]
	}
	of := &all.subjects
	of.RDVs, of.Times, of.Channels, of.Neighbors, of.At, of.Extent = nil, l.times, l.channels, l.neighbors, l.at, l.extent
	return s.compare(ctx, env, all)
}

// first reads the models, and makes the RDMs of subjects at the first point, whose
// conditions are those of all points. It tells what all will take.
func (s Searchlight) first(ctx context.Context, env *Env, l *light) (sides sides, err error) {
	models, err := spread(s.Models)
	if err != nil {
		return sides, err
	}
	by, err := estimator(s.Measure, models, env)
	if err != nil {
		return sides, err
	}
	if sides.models, err = readTogether(ctx, env, models, func(int) measuring { return by }); err != nil {
		return sides, err
	}
	sides.opened = slices.Clone(sides.models)
	begin := time.Now()
	for i := range l.people {
		r, err := l.make(ctx, i, 0)
		if err != nil {
			return sides, err
		}
		p := l.people[i]
		r.Labels["subject"] = []string{cmp.Or(one(p.ds, "subject"), p.source.name())}
		sides.subjects = append(sides.subjects, stack{r, p.source})
	}
	points := len(l.channels) * len(l.starts)
	took := time.Since(begin) * time.Duration(points/max(1, env.Budget.Count()))
	env.note(fmt.Sprintf("%d RDMs, of %s at %s in %s, are made and compared one at a time; making them takes about %s",
		points*len(l.people), counted(len(l.people), "subject"), counted(len(l.channels), "channel"), counted(len(l.starts), "window"), took.Round(time.Second)))
	return sides, nil
}

// A light is what a searchlight shines on.
type light struct {
	env    *Env
	by     measuring
	people []lit

	channels  []string  // that all subjects have
	near      [][]int   // of each, the channels of its neighborhood in ascending order
	starts    []int     // time at which each window begins
	width     int       // times in a window
	times     []float64 // s, the middle of every window; nil without times
	neighbors *rsa.Neighbors
	extent    string
}

// lit is the Dataset of a subject.
type lit struct {
	source  Source
	ds      *dataset.Dataset
	channel []int // place of each of the channels in the Dataset
	index   []int // of the conditions that all share; nil before they are known
}

// open reads the Datasets and finds the channels that all have.
func (l *light) open(subjects []Source) error {
	for _, source := range subjects {
		if !source.measured() {
			return fmt.Errorf("%s holds no responses, of which a searchlight makes RDMs: name Datasets as subjects", source.Path)
		}
		ds, err := exchange.ReadDataset(source.Path)
		if err != nil {
			return err
		}
		l.people = append(l.people, lit{source: source, ds: ds})
		names := ds.Channel["name"]
		if names == nil {
			return fmt.Errorf("%s: its channels have no names: give them a label name", source.Path)
		}
		if stimuli := ds.Observation["stimulus"]; stimuli != nil && ds.Observation["condition"] == nil {
			ds.Observation["condition"] = stimuli // as for RDMs of all channels
		}
		first := l.people[0]
		if err := dataset.MatchTimes(dataset.Axis{Name: first.source.Path, Times: first.ds.Times}, dataset.Axis{Name: source.Path, Times: ds.Times}); err != nil {
			return err
		}
	}
	return l.share()
}

// share keeps the channels that all subjects have, in natural order.
func (l *light) share() error {
	var left []string
	for _, name := range l.people[0].ds.Channel["name"] {
		if slices.ContainsFunc(l.people, func(p lit) bool { return !slices.Contains(p.ds.Channel["name"], name) }) {
			left = append(left, name)
			continue
		}
		l.channels = append(l.channels, name)
	}
	if len(l.channels) == 0 {
		return fmt.Errorf("no channel is in all Datasets: those of %s are %s", l.people[0].source.Path, briefly(left))
	}
	if len(left) > 0 {
		l.env.warn(fmt.Sprintf("left out, as not all subjects have them: %s: %s", counted(len(left), "channel"), briefly(left)))
	}
	slices.SortFunc(l.channels, dataset.CompareLabels)
	for i, p := range l.people {
		for _, name := range l.channels {
			l.people[i].channel = append(l.people[i].channel, slices.Index(p.ds.Channel["name"], name))
		}
	}
	return nil
}

// close closes the Datasets.
func (l *light) close() {
	for _, p := range l.people {
		p.ds.Close()
	}
}

// at makes the RDVs of all subjects at a point: the windows of a channel come one
// after the other.
func (l *light) at(ctx context.Context, point int) (rdvs [][]float64, err error) {
	for i, p := range l.people {
		r, err := l.make(ctx, i, point)
		if err != nil {
			return nil, err
		}
		rdvs = append(rdvs, r.Reorder(p.index).RDV(0))
	}
	return rdvs, nil
}

// make returns the RDM of a subject at a point.
func (l *light) make(ctx context.Context, subject, point int) (*rdm.RDMs, error) {
	p := l.people[subject]
	channel, window := point/len(l.starts), point%len(l.starts)
	by := l.by
	by.window = 0 // it is cut already
	r, err := by.make(ctx, p.part(l.near[channel], l.window(window), l.by.windowAs), l.env)
	if err != nil {
		at := l.channels[channel]
		if l.times != nil {
			at += ", " + unit.Milliseconds(l.times[window])
		}
		return nil, fmt.Errorf("%s, at %s: %w", p.source.Path, at, err)
	}
	return r, nil
}

// window returns the times of a window.
func (l *light) window(i int) work.Span {
	return work.Span{From: l.starts[i], To: l.starts[i] + l.width}
}

// part returns some channels of a Dataset at some times, which are joined.
func (p lit) part(channels []int, times work.Span, how dataset.Joining) *dataset.Dataset {
	width := times.To - times.From
	d := &dataset.Dataset{Shape: [3]int{p.ds.Shape[0], len(channels), 1}, Observation: p.ds.Observation, Channel: map[string][]string{}}
	repeated := 1
	if how != dataset.WindowMean {
		repeated = width
	}
	d.Shape[1] *= repeated
	if units := p.ds.Channel["unit"]; units != nil {
		for _, c := range channels {
			d.Channel["unit"] = append(d.Channel["unit"], slices.Repeat([]string{units[p.channel[c]]}, repeated)...)
		}
	}
	d.F64 = make([]float64, 0, d.Shape[0]*d.Shape[1])
	for o := range d.Shape[0] {
		for _, c := range channels {
			sum := 0.0
			for t := times.From; t < times.To; t++ {
				x := p.ds.At(o, p.channel[c], t)
				if sum += x; repeated == width {
					d.F64 = append(d.F64, x)
				}
			}
			if repeated != width {
				d.F64 = append(d.F64, sum/float64(width))
			}
		}
	}
	return d
}
