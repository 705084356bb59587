package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/epoch"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/unit"
)

// epochsHelp is what 'isocortex help epochs' says first.
const epochsHelp = `The recordings, or files of epochs, are the runs of one subject, in their order.
Events are looked for in a channel of codes (of the usual names, or --stim), in
the list of the file, in its annotations; or --events names tables, one for each
recording: .tsv or .csv with a column onset, in seconds from the first sample of
the file, or sample, counted from it, and any others; or events in .fif. --names
is a table that says what codes mean: a column code, and others.

A picture is a condition: --condition names the column that tells them apart; of
stim_file, the stem of the file counts. A condition whose trials were all
rejected stays, and is NaN. --repetitions says what becomes of several trials of
a condition: each is an observation (all), their mean is, the first that is not
rejected is, or one drawn by the seed (random).

Before they are cut, signals are filtered (--highpass, --lowpass, --notch), then
--project takes out the directions that files name, --blinks and --heartbeats
those in which a recording itself shows these: --blinks 1 is one direction for
each kind of channels. --ica takes out the components that a file of MNE-Python
excludes. --interpolate makes bad EEG channels of good ones, EEG gets another
--reference, and --envelope or --power replaces the signal by what a band has of
it. --resample changes the rate; events move with it. Channels of codes are left
as they are. Epochs of a file are treated in the same way, one by one, though
what lies beyond their ends is missing.

Epochs go from --from to --to, both ends included. The mean of the baseline is
subtracted, then times are left out (--decimate), then epochs are rejected in
which a channel goes farther from its lowest to its highest value than --reject
allows, or less far than --flat. Stretches annotated as bad have no epochs.
--whiten gives the noise of channels variance 1 and no covariances, as far as
they vary at all: MEG and EEG then are numbers of one size, without a unit.
Noise is what epochs are before the event (baseline), or trials beside the mean
of their condition (residuals). The Dataset says what was done, and what was
not.`

// epochs is the verb that cuts recordings.
func (a *app) epochs() *cobra.Command {
	var s step.Epochs
	var o epochOptions
	cmd := &cobra.Command{
		Use:   "epochs RECORDING... --from TIME --to TIME -o DATASET.npz",
		Short: "Cut recordings around events into a Dataset",
		Long:  epochsHelp,
		Example: "  isocortex epochs run-1.fif run-2.fif --names codes.tsv \\\n" +
			"    --from -200ms --to 800ms --baseline \"-200 ms to 0 ms\" \\\n" +
			"    --reject mag=4000fT,grad=4000fT/cm --repetitions mean -o sub-01.npz\n" +
			"  isocortex epochs run-1.fif --events events.tsv --condition stim_file \\\n" +
			"    --from 0ms --to 800ms --delay 34.5ms --channels mag -o mags.npz",
		Args: operands(1, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s.From = args
			o.apply(&s)
			made, err := s.Make(cmd.Context(), a.environment())
			if err != nil {
				return err
			}
			return deliver(a, made, func(m *step.EpochsMade) error { return m.Dataset.Write(s.Out) }, showEpochs)
		},
	}
	o.eventFlags(cmd, &s)
	signalFlags(cmd, &s.Signal)
	o.cutFlags(cmd, &s)
	flags := cmd.Flags()
	flags.StringVar(&s.Whiten, "whiten", "", "`noise` by which epochs are whitened: baseline, residuals, or a covariance (.fif)")
	flags.Var((*words)(&s.Channels), "channels", "`names` of channels or of their kinds, such as mag,grad,eeg (default: all that measure a brain)")
	flags.Var((*words)(&s.Bad), "bad", "`names` of channels to leave out, beside those that files mark as bad")
	flags.StringVar(&s.Subject, "subject", "", "`name` of the subject (default: as sub- in the name of the file, else that of the output)")
	flags.VarP(target{&s.Out, ".npz"}, "output", "o", "`file` for the Dataset (.npz)")
	require(cmd, "from", "to", "output")
	return cmd
}

// epochOptions are flags that become fields of other types.
type epochOptions struct {
	onset, repetitions      string
	initial, wrapped, equal bool
	ignoreBad               bool
}

// eventFlags are the flags that say what the events are.
func (o *epochOptions) eventFlags(cmd *cobra.Command, s *step.Epochs) {
	flags := cmd.Flags()
	flags.Var((*words)(&s.Events), "events", "`files` of events (.tsv, .csv, .fif), one for each recording")
	choose(cmd, choice{&s.Find, step.EventSources}, "find", "where recordings have their events (default: the first that has any)")
	flags.StringVar(&s.Stim, "stim", "", "`name` of the channel of codes (default: STI101, STI 014, STI016, Status or the first)")
	flags.IntVar(&s.Finder.Mask, "mask", 0, "`number` whose bits count in codes; a negative one leaves bits out: -4353 is all but 4096 and 256 (default all)")
	o.onset = string(epoch.Rising)
	choose(cmd, choice{&o.onset, epoch.Onsets}, "onset", "which changes of the codes are events")
	flags.Var(&quantity{value: &s.Finder.Merge, of: unit.Time}, "merge", "`quantity`: codes that last no longer are steps to the next, such as 3ms")
	flags.BoolVar(&o.initial, "initial", false, "a code at the first sample is an event, too")
	flags.BoolVar(&o.wrapped, "wrapped", false, "codes below 0 are numbers of 16 bits that were taken for signed ones")
	flags.StringVar(&s.Names, "names", "", "`file` (.tsv, .csv) of what codes mean: a column code or name, and others; other events are left out")
	flags.Var((*words)(&s.Select), "select", "`rules`: which trials, such as trial_type=famous|unfamiliar")
	flags.StringVar(&s.Condition, "condition", "", "`name` of the column of events that tells conditions apart")
	choose(cmd, choice{&s.Twice, step.TwicePolicies}, "twice", "what becomes of events at one sample")
	flags.Var(&quantity{value: &s.Delay, of: unit.Time}, "delay", "`quantity`: how much later than its code a picture was there, such as 34.5ms")
}

// cutFlags are the flags that say what an epoch is, and which stay.
func (o *epochOptions) cutFlags(cmd *cobra.Command, s *step.Epochs) {
	flags := cmd.Flags()
	flags.Var(&quantity{value: &s.Cut.From, of: unit.Time}, "from", "`quantity`: the first time of an epoch, from the event, such as -200ms")
	flags.Var(&quantity{value: &s.Cut.To, of: unit.Time}, "to", "`quantity`: the last time of an epoch, such as 800ms")
	baseline := func(v unit.Span) { s.Cut.Baseline = &v }
	flags.Var(&span{set: baseline}, "baseline", "`span` whose mean is subtracted from each channel, such as \"-200 ms to 0 ms\"")
	flags.Var((*natural)(&s.Cut.Decimate), "decimate", "`number`: every how many times one is kept (default 1)")
	flags.StringVar(&s.Reject, "reject", "", "`sizes` beyond which epochs are rejected, such as mag=4000fT,grad=4000fT/cm,eeg=150uV; auto lets epochs choose them")
	flags.StringVar(&s.Flat, "flat", "", "`sizes` below which a channel is flat, such as eeg=1uV")
	rejectIn := func(v unit.Span) { s.RejectIn = &v }
	flags.Var(&span{set: rejectIn}, "reject-in", "`span` of the epoch that is looked at for this, less its last time (default all)")
	flags.BoolVar(&o.ignoreBad, "ignore-bad", false, "keep epochs in stretches that are annotated as bad")
	o.repetitions = string(epoch.All)
	choose(cmd, choice{&o.repetitions, epoch.RepetitionWays}, "repetitions", "what becomes of several trials of a condition")
	flags.BoolVar(&o.equal, "equal", false, "as many trials of every condition, drawn by the seed")
}

// apply brings the options into the step.
func (o *epochOptions) apply(s *step.Epochs) {
	s.Finder.Onset, s.Arrange = epoch.Onset(o.onset), epoch.Repetitions(o.repetitions)
	if o.initial {
		s.Finder.Initial = epoch.CountInitial
	}
	if o.wrapped {
		s.Finder.Negative = epoch.Wrapped
	}
	if o.equal {
		s.EqualRows = epoch.EqualCounts
	}
	if o.ignoreBad {
		s.Cut.Bad = epoch.KeepBad
	}
}

// showEpochs tells people what became of the trials.
func showEpochs(w io.Writer, m *step.EpochsMade) {
	fmt.Fprintf(w, "%s: %d observations of %d conditions\n", m.Subject, m.Observations, m.Conditions)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, k := range m.Channels {
		fmt.Fprintf(table, "channels\t%d %s\n", k.Count, k.Kind)
	}
	for _, p := range m.Done {
		fmt.Fprintf(table, "%s\t%s\n", p.What, p.How)
	}
	table.Flush()
}
