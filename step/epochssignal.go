package step

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/fif"
	"github.com/isocortex/isocortex/sensor"
	"github.com/isocortex/isocortex/signal"
)

// Signal says what is done to recordings before they are cut, in this order.
type Signal struct {
	Highpass, Lowpass float64   // Hz; 0: no such filter
	Notch             []float64 // Hz, that are stopped
	Project           bool      // take out the directions that files name and that are not out yet
	Blinks            int       // directions of them that are taken out of each kind of channels
	Heartbeats        int       // the same of heartbeats
	ICA               []string  // files of components, one for all recordings or one for each, whose excluded ones are taken out
	EOG, ECG          string    // channels that see blinks and heartbeats; "" for those that are made for it
	Interpolate       bool      // make bad EEG channels of good ones
	Reference         []string  // of EEG: names of channels, or signal.AverageReference; none: as recorded
	Envelope          bool      // the amplitude of the band between both filters
	Power             []float64 // Hz: the mean power at them, by wavelets
	Rate              float64   // Hz, after all of it; 0: as recorded
}

// asked reports whether anything is to be done.
func (s Signal) asked() bool {
	return s.filtered() || s.Project || s.Blinks > 0 || s.Heartbeats > 0 || len(s.ICA) > 0 || s.Interpolate || len(s.Reference) > 0 || s.Envelope || len(s.Power) > 0 || s.Rate > 0
}

func (s Signal) filtered() bool { return s.Highpass != 0 || s.Lowpass != 0 || len(s.Notch) > 0 }

// Check returns what contradicts itself.
func (s Signal) Check() error {
	switch {
	case s.Lowpass > 0 && s.Highpass >= s.Lowpass:
		return fmt.Errorf("a high-pass of %.6g Hz and a low-pass of %.6g Hz: nothing lies between; to stop a frequency, name it as a notch", s.Highpass, s.Lowpass)
	case s.Envelope && !(0 < s.Highpass && s.Highpass < s.Lowpass):
		return fmt.Errorf("an envelope is that of a band: name a high-pass and a low-pass above it")
	case s.Envelope && len(s.Power) > 0:
		return fmt.Errorf("an envelope and power at once: name one of them")
	case s.Blinks < 0 || s.Heartbeats < 0:
		return fmt.Errorf("%d directions of blinks and %d of heartbeats: as many as are to be taken out, often 1 or 2, 0 for none", s.Blinks, s.Heartbeats)
	case s.EOG != "" && s.Blinks == 0:
		return fmt.Errorf("channel %s sees blinks, but none are to be taken out: say how many directions of them are", s.EOG)
	case s.ECG != "" && s.Heartbeats == 0:
		return fmt.Errorf("channel %s sees heartbeats, but none are to be taken out: say how many directions of them are", s.ECG)
	case s.Rate < 0:
		return fmt.Errorf("a rate of %g Hz: it is above 0", s.Rate)
	}
	return nil
}

// slowest is the high-pass in Hz above which responses are smeared over time.
const slowest = .5

// treat does to the recordings what is asked for, other than changing the rate.
func (s Epochs) treat(ctx context.Context, runs []*run, env *Env) error {
	if err := s.Signal.Check(); err != nil {
		return err
	}
	if len(s.Signal.Power) > 0 && s.Reject+s.Flat != "" {
		return fmt.Errorf("epochs of power cannot be rejected by what signals may reach: leave out the limits")
	}
	if n := len(s.Signal.ICA); n > 1 && n != len(runs) {
		return fmt.Errorf("%d files of components for %s: name one for all, or one for each", n, counted(len(runs), "recording"))
	}
	if s.Signal.Highpass > slowest && !s.Signal.Envelope {
		env.warn(fmt.Sprintf("a high-pass of %.6g Hz lets responses seem to begin before they do, in time courses as in decoding: 0.1 Hz or a baseline does less harm (van Driel et al. 2021)", s.Signal.Highpass))
	}
	for _, r := range runs {
		s.warnOfReference(r, env)
		switch {
		case !s.Signal.asked():
			continue
		case r.epochs != nil && len(s.Signal.artifacts()) > 0:
			return fmt.Errorf("%s holds epochs: blinks and heartbeats are found in recordings before they are cut", r.path)
		case r.epochs != nil:
			r.signal = signal.Joined(r.epochs)
		}
		if err := s.treatOne(ctx, r, env); err != nil {
			return fmt.Errorf("%s: %w", r.path, err)
		}
		if r.header = r.signal.Header(); r.epochs != nil {
			r.epochs, r.signal = signal.Parted(r.signal, r.epochs), nil
			r.header = &r.epochs.Header().Header
		}
	}
	return nil
}

// warnOfReference tells of EEG that is relative to nothing: files of BioSemi have
// no reference.
func (s Epochs) warnOfReference(r *run, env *Env) {
	scalp := r.header.Pick(func(c recording.Channel) bool { return c.Kind == recording.EEG })
	if strings.HasPrefix(r.header.Format, "BDF") && len(scalp) > 0 && r.header.Reference == "" && len(s.Signal.Reference) == 0 {
		env.warn(r.path + ": such files have no reference, and what all electrodes share, as noise does, stays in the signal: --reference average takes it out")
	}
}

// treatOne replaces the signal of a run.
func (s Epochs) treatOne(ctx context.Context, r *run, env *Env) (err error) {
	// each replaces the signal, unless there is an error: what is open is closed in the end
	each := func(wanted bool, around func(recording.Recording) (recording.Recording, error)) {
		if err != nil || !wanted {
			return
		}
		var next recording.Recording
		if next, err = around(r.signal); err == nil {
			r.signal = next
		}
	}
	w := s.Signal
	each(len(s.Bad) > 0, func(r recording.Recording) (recording.Recording, error) { return signal.Marked(r, s.Bad...) })
	var found []recording.Projection // before other filters, which may leave too little of them
	each(w.Blinks > 0 || w.Heartbeats > 0, func(around recording.Recording) (recording.Recording, error) {
		found, err = s.artifacts(r, around, env)
		return around, err
	})
	each(w.Highpass != 0 || w.Lowpass != 0, func(r recording.Recording) (recording.Recording, error) {
		f, err := signal.Design(r.Header().Rate, signal.Band{Highpass: w.Highpass, Lowpass: w.Lowpass})
		return filtered(r, f, err, env)
	})
	each(len(w.Notch) > 0, func(r recording.Recording) (recording.Recording, error) {
		f, err := signal.Notch(r.Header().Rate, w.Notch)
		return filtered(r, f, err, env)
	})
	each(w.Project, func(r recording.Recording) (recording.Recording, error) { return signal.Projected(r) })
	each(len(found) > 0, func(r recording.Recording) (recording.Recording, error) { return signal.Projected(r, found...) })
	each(len(w.ICA) > 0, func(around recording.Recording) (recording.Recording, error) { return r.unmix(around, w.ICA) })
	each(w.Interpolate, r.interpolate)
	each(len(w.Reference) > 0, func(r recording.Recording) (recording.Recording, error) { return signal.Referenced(r, w.Reference...) })
	each(w.Envelope, func(r recording.Recording) (recording.Recording, error) {
		return signal.Envelope(ctx, r, s.scratch(env))
	})
	each(len(w.Power) > 0, func(r recording.Recording) (recording.Recording, error) {
		return signal.Power(r, w.Power, 0, env.Budget)
	})
	return err
}

// artifacts returns the directions of blinks and heartbeats in a run, without those
// that are taken out anyway.
func (s Epochs) artifacts(r *run, around recording.Recording, env *Env) (found []recording.Projection, err error) {
	const few = 10
	if s.Signal.Project {
		if around, err = signal.Projected(around); err != nil {
			return nil, err
		}
	}
	for _, a := range s.Signal.artifacts() {
		at, seenBy, err := a.Find(around, a.channel, env.Budget)
		if err != nil {
			return nil, err
		}
		directions, times, err := a.Directions(around, at, a.count, env.Budget)
		if err != nil {
			return nil, err
		}
		if times < few {
			env.warn(fmt.Sprintf("%s: what is taken out for %s is the mean of only %d: look whether channel %s sees them", r.path, a.Name, times, seenBy))
		}
		found = append(found, directions...)
		r.artifacts = append(r.artifacts, fmt.Sprintf("%d %s by %s", times, a.Name, seenBy))
	}
	return found, nil
}

// wantedArtifact is an artifact of which directions are taken out.
type wantedArtifact struct {
	signal.Artifact
	count   int
	channel string
}

// artifacts lists those of which directions are taken out.
func (s Signal) artifacts() []wantedArtifact {
	all := []wantedArtifact{{signal.Blinks, s.Blinks, s.EOG}, {signal.Heartbeats, s.Heartbeats, s.ECG}}
	return slices.DeleteFunc(all, func(a wantedArtifact) bool { return a.count == 0 })
}

// unmix is the recording around another without the components that its file
// excludes: the only one, or that of the run.
func (r *run) unmix(around recording.Recording, files []string) (recording.Recording, error) {
	path := files[min(r.place, len(files)-1)]
	ica, err := fif.ReadICA(path)
	if err != nil {
		return nil, err
	}
	clean, err := signal.WithoutComponents(around, signal.Components(*ica))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	words := make([]string, len(ica.Excluded))
	for i, e := range ica.Excluded {
		words[i] = fmt.Sprintf("ICA%03d", e)
	}
	r.artifacts = append(r.artifacts, fmt.Sprintf("%s of %d independent components (%s) excluded", counted(len(words), "component"), len(ica.Unmixing), strings.Join(words, ", ")))
	return clean, nil
}

// filtered is the recording around another, unless its filter could not be designed.
func filtered(r recording.Recording, f signal.FIR, err error, env *Env) (recording.Recording, error) {
	if err != nil {
		return nil, err
	}
	return signal.Filtered(r, f, env.Budget), nil
}

// interpolate is the recording around another in which no EEG channel is bad.
func (r *run) interpolate(around recording.Recording) (recording.Recording, error) {
	h := around.Header()
	sphere, _ := sensor.HeadSphere(h)
	repaired, err := signal.Interpolated(around, sphere.Center)
	if errors.Is(err, signal.ErrNothingBad) {
		return around, nil
	}
	for _, c := range h.Channels {
		if c.Kind == recording.EEG && c.Bad {
			r.interpolated = append(r.interpolated, c.Name)
		}
	}
	return repaired, err
}

// interpolated lists what was, run by run.
func interpolated(runs []*run) string {
	var words []string
	for _, r := range runs {
		if len(r.interpolated) > 0 {
			words = append(words, fmt.Sprintf("%s of run %s", strings.Join(r.interpolated, ", "), r.name))
		}
	}
	return strings.Join(words, "; ")
}

// scratch says where signals lie that have to be computed as a whole: beside the
// output.
func (s Epochs) scratch(env *Env) signal.Options {
	return signal.Options{Scratch: filepath.Dir(s.Out), Budget: env.Budget}
}

// resample changes the rate of a run, whose trials are known, and moves these.
func (s Epochs) resample(ctx context.Context, r *run, env *Env) error {
	if s.Signal.Rate == 0 {
		return nil
	}
	ratio := s.Signal.Rate / r.header.Rate
	if ratio < 1 && !(r.header.Lowpass <= s.Signal.Rate/2) {
		env.warn(fmt.Sprintf("%s: what lies above %.4g Hz is cut off sharply by the new rate, which rings: a low-pass below it does not", r.path, s.Signal.Rate/2))
	}
	if r.epochs != nil {
		resampled, err := signal.ResampledEpochs(r.epochs, s.Signal.Rate)
		if err == nil {
			r.epochs, r.header = resampled, &resampled.Header().Header
		}
		return err
	}
	resampled, err := signal.Resampled(ctx, r.signal, s.Signal.Rate, s.scratch(env))
	if err != nil {
		return err
	}
	r.signal, r.header = resampled, resampled.Header()
	r.table.Trials = slices.Clone(r.table.Trials)
	for i := range r.table.Trials {
		at := &r.table.Trials[i].Event.At
		*at = recording.Acquired(math.RoundToEven(float64(*at) * ratio))
	}
	return nil
}

// done lists what was done to signals.
func (s Signal) done() []Preparation {
	var list []Preparation
	add := func(when bool, what, format string, args ...any) {
		if when {
			list = append(list, Preparation{what, fmt.Sprintf(format, args...)})
		}
	}
	add(s.Highpass > 0, "high-pass", "%.6g Hz, FIR of no delay", s.Highpass)
	add(s.Lowpass > 0, "low-pass", "%.6g Hz, FIR of no delay", s.Lowpass)
	add(len(s.Notch) > 0, "stopped", "%s", hertz(s.Notch))
	add(s.Project, "projected", "directions that the file names")
	for _, a := range s.artifacts() {
		add(true, a.Name, "%s of their mean in each kind of channels taken out (SSP); they are %s", counted(a.count, "direction"), a.Text)
	}
	add(len(s.ICA) > 0, "components", "those that files of ICA exclude taken out")
	add(s.Envelope, "envelope", "amplitude of the band, by the Hilbert transform")
	add(len(s.Power) > 0, "power", "mean at %s, by wavelets of %d cycles", hertz(s.Power), signal.DefaultCycles)
	add(s.Rate > 0, "resampled", "to %.6g Hz", s.Rate)
	return list
}

// hertz writes frequencies.
func hertz(frequencies []float64) string {
	words := make([]string, len(frequencies))
	for i, f := range frequencies {
		words[i] = fmt.Sprintf("%.6g", f)
	}
	return strings.Join(words, ", ") + " Hz"
}
