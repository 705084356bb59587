package study

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/epoch"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/unit"
)

// Epochs says how the recordings of a brain are cut around events, as the verb
// epochs does.
type Epochs struct {
	From, To    float64   // s from the event, both ends included
	Baseline    unit.Span // s, whose mean is subtracted from each channel; the zero Span subtracts nothing
	Decimate    int       // every how many times one is kept; by default 1
	Delay       float64   // s from the code to the picture
	Stim        string    // channel of the codes; by default the usual ones
	Names       Path      // table (.tsv, .csv) of what codes mean; may be empty
	Find        string    // where recordings have their events, one of step.EventSources; may be empty
	Mask        int       // bits of codes that count; a negative one leaves bits out; 0: all count
	Onset       string    // which changes of codes are events, one of epoch.Onsets
	Merge       float64   // s; codes that last no longer are steps to the next
	Twice       string    // what becomes of events at one sample, one of step.TwicePolicies
	Select      []string  // which trials, such as trial_type=famous|unfamiliar; none for all
	Condition   string    // column that tells conditions apart; may be empty
	Reject      string    // sizes beyond which epochs are rejected, such as mag=4000fT,eeg=150uV, or step.AutoReject; may be empty
	Flat        string    // sizes below which a channel is flat; may be empty
	RejectIn    unit.Span // s, the part that is looked at for both; the zero Span for all
	Whiten      string    // by which noise epochs are whitened: none or one of step.Whitenings
	Channels    []string  // names or kinds; none for all that measure a brain
	Bad         []string  // names of channels that are left out
	Repetitions string    // what becomes of several trials of a condition, one of epoch.RepetitionWays
	Equal       bool      // as many trials of every condition, drawn by the seed
	Keep        bool      // the Datasets stay in the result
}

// paths are the files that it names.
func (e Epochs) paths() []Path {
	if e.Names == "" {
		return nil
	}
	return []Path{e.Names}
}

// epochs goes through the section of a brain that has recordings.
func (o Options) epochs(f form, b *Brain) {
	if len(b.Recordings) == 0 && !f.has("epochs") {
		return
	}
	f.require("epochs")
	e := &b.Epochs
	f.section("epochs", func(f form) {
		f.require("from")
		f.require("to")
		f.scalar("from", moment(&e.From))
		f.scalar("to", moment(&e.To))
		f.scalar("baseline", span(&e.Baseline, "none"))
		f.scalar("decimate", whole(&e.Decimate, 1))
		f.scalar("delay", moment(&e.Delay))
		f.scalar("find", choice(&e.Find, "", step.EventSources))
		f.scalar("stim", text(&e.Stim, ""))
		f.scalar("mask", bits(&e.Mask))
		f.scalar("onset", choice(&e.Onset, string(epoch.Rising), epoch.Onsets))
		f.scalar("merge", moment(&e.Merge))
		f.scalar("twice", choice(&e.Twice, step.TwiceIsError, step.TwicePolicies))
		f.scalar("names", o.path(&e.Names, ".tsv", ".csv"))
		f.list("select", each(&e.Select, func(rule *string) value { return text(rule, "") }))
		f.scalar("condition", text(&e.Condition, ""))
		f.scalar("reject", rejection(&e.Reject))
		f.scalar("flat", limits(&e.Flat))
		f.scalar("reject in", span(&e.RejectIn, "all"))
		f.scalar("whiten", choice(&e.Whiten, none, slices.Concat([]string{none}, step.Whitenings)))
		f.list("channels", each(&e.Channels, func(name *string) value { return text(name, "") }))
		f.list("bad", each(&e.Bad, func(name *string) value { return text(name, "") }))
		f.scalar("repetitions", choice(&e.Repetitions, string(epoch.All), epoch.RepetitionWays))
		f.scalar("equal", yes(&e.Equal))
		f.scalar("keep", yes(&e.Keep))
		if e.To < e.From {
			f.complain("to", fmt.Sprintf("epochs from %s to %s have no times", quantity(e.From), quantity(e.To)), "the first time comes first")
		}
	})
	if len(b.Recordings) == 0 {
		f.complain("epochs", "epochs are cut from recordings, and there are none", `name them under "recordings", or leave "epochs" out`)
	}
}

// moment is a time in seconds, from an event.
func moment(v *float64) value {
	return value{
		what:  "a time",
		reset: func() { *v = 0 },
		read: func(text string) *wrong {
			seconds, err := unit.Parse(text, unit.Time)
			if err != nil {
				return &wrong{err.Error(), `write it like "800 ms"`}
			}
			*v = seconds
			return nil
		},
		write: func() string { return quantity(*v) },
	}
}

// limits are sizes by kind of channel.
func limits(v *string) value {
	kind := text(v, "")
	read := kind.read
	kind.what = "sizes by kind of channel"
	kind.read = func(text string) *wrong {
		if _, err := epoch.ParseLimits(text); err != nil {
			return &wrong{err.Error(), "write them like mag=4000fT,grad=4000fT/cm,eeg=150uV"}
		}
		return read(text)
	}
	return kind
}

// rejection is limits, or the word that leaves them to the data.
func rejection(v *string) value {
	kind := limits(v)
	read := kind.read
	kind.read = func(text string) *wrong {
		if text != step.AutoReject {
			return read(text)
		}
		*v = text
		return nil
	}
	return kind
}

// planEpochs adds what cuts the recordings of a brain, subject by subject, and
// returns the Datasets.
func (s *Study) planEpochs(p *Plan, b Brain) (places []int, sources []step.Source, err error) {
	subjects, err := s.bySubject(b.Recordings)
	if err != nil {
		return nil, nil, err
	}
	components, err := s.bySubject(b.ICA)
	if err != nil {
		return nil, nil, err
	}
	var names []string
	for name := range subjects {
		names = append(names, name)
	}
	slices.SortFunc(names, dataset.CompareLabels)
	for _, name := range names {
		cut := b.Epochs.step(s)
		cut.Signal = b.Signal
		if cut.Signal.ICA = components[name]; len(b.ICA) > 0 && cut.Signal.ICA == nil {
			return nil, nil, fmt.Errorf("no file of components in %q is that of subject %s of %s: name one that begins with sub-%s", b.ICA, name, b.Name, name)
		}
		cut.From, cut.Subject, cut.Out = subjects[name], name, p.path("epochs", b.Name, name+".npz")
		place := p.add("epochs of "+b.Name+", "+name, cut)
		p.Tasks[place].Scratch = !b.Epochs.Keep
		places, sources = append(places, place), append(sources, step.Source{Path: cut.Out})
	}
	return places, sources, nil
}

// bySubject finds files, and whose they are by their names.
func (s *Study) bySubject(patterns []Path) (map[string][]string, error) {
	var all []string
	for _, pattern := range patterns {
		matches, err := expand(s.locate(pattern))
		if err != nil {
			return nil, err
		}
		all = append(all, matches...)
	}
	subjects := map[string][]string{}
	for _, path := range step.WholeRecordings(all) {
		name := step.RecordedSubject(path)
		subjects[name] = append(subjects[name], path)
	}
	return subjects, nil
}

// step is what cuts the recordings of one subject, but for which they are.
func (e Epochs) step(s *Study) step.Epochs {
	cut := step.Epochs{
		Cut: epoch.Cut{From: e.From, To: e.To, Decimate: e.Decimate}, Delay: e.Delay,
		Find: e.Find, Stim: e.Stim, Twice: e.Twice, Names: s.locate(e.Names), Select: e.Select, Condition: e.Condition,
		Reject: e.Reject, Flat: e.Flat, Channels: e.Channels, Bad: e.Bad, Arrange: epoch.Repetitions(e.Repetitions),
	}
	cut.Finder = epoch.Finder{Mask: e.Mask, Onset: epoch.Onset(e.Onset), Merge: e.Merge}
	cut.Cut.Baseline, cut.RejectIn = given(e.Baseline), given(e.RejectIn)
	if e.Whiten != none {
		cut.Whiten = e.Whiten
	}
	if e.Equal {
		cut.EqualRows = epoch.EqualCounts
	}
	return cut
}

// given is a span of time, or nil for the zero Span, which stands for none.
func given(s unit.Span) *unit.Span {
	if s == (unit.Span{}) {
		return nil
	}
	return &s
}

// bits is a whole number whose bits are meant.
func bits(v *int) value {
	return value{
		what:  "a whole number",
		reset: func() { *v = 0 },
		read: func(text string) *wrong {
			n, err := strconv.Atoi(text)
			if err != nil {
				return &wrong{fmt.Sprintf("%q is not a whole number", text), "write the bits that count as one number, or those that do not as a negative one, like -4353"}
			}
			*v = n
			return nil
		},
		write: func() string { return strconv.Itoa(*v) },
	}
}
