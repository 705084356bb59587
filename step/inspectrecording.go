package step

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/all"
	"github.com/isocortex/isocortex/recording/array"
	"github.com/isocortex/isocortex/recording/fieldtrip"
	"github.com/isocortex/isocortex/recording/fif"
	"github.com/isocortex/isocortex/variable"
)

// recordingEndings are those of recordings that are read.
var recordingEndings = []string{".fif", ".fif.gz", ".edf", ".bdf", ".vhdr", ".ahdr", ".set"}

// isRecording reports whether a file is one by its name, holds one of FieldTrip
// among other variables, or is an array that a file beside it describes.
func isRecording(address string) bool {
	path, _ := variable.Split(address)
	if variable.Known(path) && array.Detect(address) {
		return true
	}
	if strings.EqualFold(filepath.Ext(path), ".mat") {
		return fieldtrip.Detect(address)
	}
	return slices.ContainsFunc(recordingEndings, func(ending string) bool {
		return strings.HasSuffix(strings.ToLower(path), ending)
	})
}

// inspectRecording tells about a recording, or about what else is in files of
// recordings: epochs, averages, a covariance. The signal is not read.
func inspectRecording(path string) (Fact, error) {
	r, err := all.Open(path, all.Options{})
	if err == nil {
		defer r.Close()
		return describeRecording(r.Header()), nil
	}
	if e, wrong := all.OpenEpochs(path, all.Options{}); wrong == nil {
		defer e.Close()
		return describeEpochs(e.Header()), nil
	}
	if averages, wrong := fif.Averages(path); wrong == nil {
		return describeAverages(averages), nil
	}
	if c, wrong := fif.ReadCovariance(path); wrong == nil {
		return Fact{Kind: "noise covariance", Lines: []string{
			fmt.Sprintf("%d channels, %d degrees of freedom, %d projections", len(c.Channels), c.Freedom, len(c.Projections)),
		}}, nil
	}
	if events, wrong := fif.Events(path); wrong == nil {
		return Fact{Kind: "events", Lines: []string{fmt.Sprintf("%d events", len(events))}}, nil
	}
	if c, wrong := fif.ReadICA(path); wrong == nil {
		return describeComponents(c), nil
	}
	if list, wrong := fif.Projections(path); wrong == nil {
		return Fact{Kind: "projections", Lines: describeProjections(list)}, nil
	}
	return Fact{}, err
}

// describeRecording tells about a continuous recording.
func describeRecording(h *recording.Header) Fact {
	fact := Fact{Kind: "recording, " + h.Format, Lines: []string{
		fmt.Sprintf("%s at %g Hz, %d times: %.4g s", counted(len(h.Channels), "channel"), h.Rate, h.Length, h.Seconds(recording.Stored(h.Length))),
		kindsOf(h.Channels),
	}}
	add := func(format string, args ...any) { fact.Lines = append(fact.Lines, fmt.Sprintf(format, args...)) }
	if bad := badOf(h.Channels); len(bad) > 0 {
		add("bad: %s", briefly(bad))
	}
	if !math.IsNaN(h.Lowpass) || !math.IsNaN(h.Highpass) {
		add("filtered: %s", passed(h))
	}
	if !h.Measured.IsZero() {
		add("recorded %s", h.Measured.Format("2006-01-02 15:04:05"))
	}
	if len(h.Parts) > 1 {
		names := make([]string, len(h.Parts))
		for i, p := range h.Parts {
			names[i] = filepath.Base(p)
		}
		add("in %d files: %s", len(h.Parts), briefly(names))
	}
	if h.Rank > 0 {
		add("signal space separation left %d dimensions of MEG", h.Rank)
	}
	fact.Lines = append(fact.Lines, describeProjections(h.Projections)...)
	fact.Lines = append(fact.Lines, describePlaces(h)...)
	if len(h.Annotations) > 0 {
		texts := make([]string, len(h.Annotations))
		for i, a := range h.Annotations {
			texts[i] = a.Text
		}
		add("%s: %s", counted(len(texts), "annotation"), briefly(uniqueInOrder(texts)))
	}
	for _, w := range h.Warnings {
		add("warning: %s", w)
	}
	return fact
}

// describePlaces tells what a file lists beside the signal: events, and where
// electrodes are.
func describePlaces(h *recording.Header) []string {
	var lines []string
	if len(h.Events) > 0 {
		codes := make([]string, len(h.Events))
		for i, e := range h.Events {
			codes[i] = strconv.Itoa(e.Code)
		}
		codes = uniqueInOrder(codes)
		lines = append(lines, fmt.Sprintf("%s of %s: %s", counted(len(h.Events), "event"), counted(len(codes), "code"), briefly(codes)))
	}
	placed := h.Pick(func(c recording.Channel) bool { return c.Coil == 0 && c.Frame == recording.Head && c.Position.Known() })
	if len(placed) > 0 {
		lines = append(lines, fmt.Sprintf("%s with a place on the head", counted(len(placed), "electrode")))
	}
	return lines
}

// describeEpochs tells about epochs.
func describeEpochs(h *recording.EpochsHeader) Fact {
	names := make([]string, len(h.Trials))
	for i, t := range h.Trials {
		names[i] = t.Name
	}
	at := h.Times()
	lines := []string{
		fmt.Sprintf("%s of %d times at %g Hz, %s", counted(len(names), "epoch"), h.Length, h.Rate, times(at)),
		"events: " + briefly(uniqueInOrder(names)),
		kindsOf(h.Channels),
	}
	if len(h.Columns) > 0 {
		lines = append(lines, "columns: "+briefly(h.Columns))
	}
	for _, w := range h.Warnings {
		lines = append(lines, "warning: "+w)
	}
	return Fact{Kind: "epochs", Lines: lines}
}

// describeAverages tells about averages of epochs.
func describeAverages(list []fif.Average) Fact {
	fact := Fact{Kind: "averages of epochs"}
	for _, a := range list {
		fact.Lines = append(fact.Lines, fmt.Sprintf("%s: of %s, %s, %s", a.Name, counted(a.Count, "epoch"), kindsOf(a.Channels), times(a.Times())))
	}
	return fact
}

// describeComponents tells about the components of a recording.
func describeComponents(c *fif.ICA) Fact {
	excluded := []string{"none"}
	if len(c.Excluded) > 0 {
		excluded = nil
	}
	for _, e := range c.Excluded {
		excluded = append(excluded, strconv.Itoa(e))
	}
	lines := []string{
		fmt.Sprintf("%s of %s, in %s of variance, of which %d are kept", counted(len(c.Unmixing), "component"),
			counted(len(c.Channels), "channel"), counted(len(c.Directions), "direction"), c.Kept),
		"excluded: " + briefly(excluded),
	}
	if c.Method != "" {
		lines = append(lines, "found by "+c.Method)
	}
	return Fact{Kind: "independent components", Lines: append(lines, describeProjections(c.Projections)...)}
}

// describeProjections lists projections.
func describeProjections(list []recording.Projection) []string {
	var lines []string
	for _, p := range list {
		state := "not applied"
		if p.Active {
			state = "applied"
		}
		lines = append(lines, fmt.Sprintf("projection %s of %s, %s", p.Name, counted(len(p.Channels), "channel"), state))
	}
	return lines
}

// kindsOf counts the channels of every kind.
func kindsOf(channels []recording.Channel) string {
	count := map[recording.Kind]int{}
	var order []recording.Kind
	for _, c := range channels {
		if count[c.Kind]++; count[c.Kind] == 1 {
			order = append(order, c.Kind)
		}
	}
	words := make([]string, len(order))
	for i, k := range order {
		words[i] = fmt.Sprintf("%d %s", count[k], k)
	}
	return strings.Join(words, ", ")
}

// badOf names the bad channels.
func badOf(channels []recording.Channel) []string {
	var names []string
	for _, c := range channels {
		if c.Bad {
			names = append(names, c.Name)
		}
	}
	return names
}

// passed writes the filters of a recording.
func passed(h *recording.Header) string {
	if math.IsNaN(h.Highpass) && math.IsNaN(h.Lowpass) {
		return "nobody says how"
	}
	low, high := "from an unknown frequency", "up"
	if h.Highpass == 0 {
		low = "from 0"
	} else if h.Highpass > 0 {
		low = fmt.Sprintf("from %.4g", h.Highpass)
	}
	if !math.IsNaN(h.Lowpass) {
		high = fmt.Sprintf("to %.4g", h.Lowpass)
	}
	return low + " " + high + " Hz"
}

// counted writes a number of things.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
