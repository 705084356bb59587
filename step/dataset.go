package step

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/unit"
	"github.com/isocortex/isocortex/variable"
)

// Labels that other verbs go by.
var (
	observationLabels = []string{"condition", "stimulus", "subject", "session", "run", "repetition"}
	channelLabels     = []string{"name", "type", "unit", "position", "frame", "triplet", "voxel", "region", "layer", "band"}
)

// Dataset makes a Dataset of a bare array and tables of labels.
type Dataset struct {
	From         string   // array: a file, or "file#variable"
	Axes         []string // as dataset.Axes names them, in the order of the array; "repetition" may follow "observation"
	Observations string   // table of labels of observations, or texts of a file, which are conditions; may be ""
	Channels     string   // table of labels of channels, or texts of a file, which are names; may be ""
	Times        string   // array of seconds from stimulus onset, or
	Rate         float64  // Hz; 0 for none, and
	Start        float64  // s from stimulus onset of the first time
	Unit         string   // of the measurements; "" if the channels say it, or nobody
	Out          string   // .npz
}

// Verb is "dataset".
func (Dataset) Verb() string { return "dataset" }

// Inputs are the array and what describes it.
func (s Dataset) Inputs() []string {
	var files []string
	for _, address := range []string{s.From, s.Observations, s.Channels, s.Times} {
		if address != "" {
			path, _ := variable.Split(address)
			files = append(files, path)
		}
	}
	return files
}

// Outputs is the Dataset.
func (s Dataset) Outputs() []string { return []string{s.Out} }

// Cost is a copy.
func (s Dataset) Cost() string { return "reads one array and writes it again" }

// Run reads, labels and saves.
func (s Dataset) Run(_ context.Context, env *Env) error {
	ds, err := s.Make(env)
	if err != nil {
		return err
	}
	return ds.Write(s.Out)
}

// Make returns what Run saves.
func (s Dataset) Make(env *Env) (*dataset.Dataset, error) {
	array, err := variable.Read(s.From)
	if err != nil {
		return nil, err
	}
	if len(s.Axes) == 0 {
		return nil, fmt.Errorf("%s is a bare array of shape %v: name its axes, such as %q", s.From, array.Shape, strings.Join(dataset.Axes, ","))
	}
	if slices.Contains(array.Shape, 0) {
		return nil, fmt.Errorf("%s is empty: its shape is %v", s.From, array.Shape)
	}
	array, axes, repetitions, err := s.stack(squeeze(array, len(s.Axes)))
	if err != nil {
		return nil, err
	}
	ds, err := dataset.FromArray(array, axes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.From, err)
	}
	if err := s.label(ds, repetitions, env); err != nil {
		return nil, err
	}
	if err := s.time(ds, env); err != nil {
		return nil, err
	}
	if ds, err = s.scale(ds, env); err != nil {
		return nil, err
	}
	if err := ds.Check(); err != nil {
		return nil, fmt.Errorf("%s: %w", s.From, err)
	}
	return ds, nil
}

// axisRepetition is the axis of an array with several trials of what was shown.
const axisRepetition = "repetition"

// stack makes a row of each repetition of an observation, one after the other, and
// says how many there are of one.
func (s Dataset) stack(array *npy.Array) (rows *npy.Array, axes []string, repetitions int, err error) {
	at := slices.Index(s.Axes, axisRepetition)
	if at < 0 || len(array.Shape) != len(s.Axes) {
		return array, s.Axes, 1, nil
	}
	if at == 0 || s.Axes[at-1] != dataset.AxisObservation {
		return nil, nil, 0, fmt.Errorf("%s: the axis %s has to follow %s, which it makes rows of", s.From, axisRepetition, dataset.AxisObservation)
	}
	shape := slices.Delete(slices.Clone(array.Shape), at, at+1)
	shape[at-1] *= array.Shape[at]
	return &npy.Array{Shape: shape, Data: array.Data}, slices.Delete(slices.Clone(s.Axes), at, at+1), array.Shape[at], nil
}

// label gives observations and channels the labels of their tables; those of an
// observation are those of all its repetitions.
func (s Dataset) label(ds *dataset.Dataset, repetitions int, env *Env) error {
	for _, side := range []struct {
		path, what, text string
		n                int
		reserved         []string
		labels           map[string][]string
	}{
		{s.Observations, "observations", "condition", ds.Shape[0] / repetitions, observationLabels, ds.Observation},
		{s.Channels, "channels", "name", ds.Shape[1], channelLabels, ds.Channel},
	} {
		if side.path == "" {
			continue
		}
		if path, _ := variable.Split(side.path); variable.Known(path) {
			texts, err := readTexts(side.path, side.n, side.what+" of "+s.From)
			if err != nil {
				return err
			}
			side.labels[side.text] = texts
			continue
		}
		table, err := readLabelTable(side.path, side.n, side.what+" of "+s.From)
		if err != nil {
			return err
		}
		env.warn(table.slips(side.reserved)...)
		maps.Copy(side.labels, table.labels)
	}
	repeat(ds, repetitions)
	return nil
}

// repeat gives labels of observations to every repetition, and numbers these. What
// nobody has named is numbered too, so that repetitions of one belong together.
func repeat(ds *dataset.Dataset, repetitions int) {
	if repetitions == 1 {
		return
	}
	n := ds.Shape[0] / repetitions
	if len(ds.Observation) == 0 {
		for i := range n {
			ds.Observation["condition"] = append(ds.Observation["condition"], strconv.Itoa(i+1))
		}
	}
	for name, values := range ds.Observation {
		var all []string
		for _, v := range values {
			all = append(all, slices.Repeat([]string{v}, repetitions)...)
		}
		ds.Observation[name] = all
	}
	var numbers []string
	for i := range ds.Shape[0] {
		numbers = append(numbers, strconv.Itoa(i%repetitions+1))
	}
	ds.Observation[axisRepetition] = numbers
}

// readTexts reads a variable of n texts.
func readTexts(address string, n int, what string) ([]string, error) {
	array, err := variable.Read(address)
	if err != nil {
		return nil, err
	}
	texts, err := array.Strings()
	if err == nil && len(texts) != n {
		err = fmt.Errorf("%d texts for %d %s", len(texts), n, what)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", address, err)
	}
	return texts, nil
}

// time says when the times are.
func (s Dataset) time(ds *dataset.Dataset, env *Env) (err error) {
	switch {
	case ds.Times == nil && (s.Times != "" || s.Rate != 0 || s.Start != 0):
		return fmt.Errorf("%s has no axis %q, so it has no times and no rate", s.From, dataset.AxisTime)
	case ds.Times == nil:
		return nil
	case s.Times != "" && (s.Rate != 0 || s.Start != 0):
		return errors.New("the times are in a file, or follow from rate and start: name one of the two")
	case s.Times != "":
		ds.Times, err = readTimes(s.Times, len(ds.Times), s.From, env)
		return err
	case s.Rate <= 0:
		return fmt.Errorf("%s has an axis %q: name a file of times in seconds, or a rate above 0 and when the first is", s.From, dataset.AxisTime)
	}
	for i := range ds.Times {
		ds.Times[i] = s.Start + float64(i)/s.Rate
	}
	return nil
}

// scale brings every channel to the SI unit of its own unit, and writes down
// what was done.
func (s Dataset) scale(ds *dataset.Dataset, env *Env) (*dataset.Dataset, error) {
	units := ds.Channel["unit"]
	switch {
	case units != nil && s.Unit != "":
		return nil, fmt.Errorf("%s has a column unit: the channels say their units, so leave %q out", s.Channels, s.Unit)
	case s.Unit != "":
		units = slices.Repeat([]string{s.Unit}, ds.Shape[1])
	case units == nil:
		return ds, nil
	}
	si, powers := make([]string, len(units)), make([]int, len(units))
	var done []string
	for c, name := range units {
		var known bool
		si[c], powers[c], known = unit.SI(name)
		if slices.Contains(units[:c], name) {
			continue
		}
		if !known {
			env.warn(fmt.Sprintf("%s: %q is no unit that is brought to SI; the numbers are kept as they are", s.From, name))
		}
		if powers[c] != 0 {
			done = append(done, fmt.Sprintf("%s multiplied by 1e%d, to %s", name, powers[c], si[c]))
		}
	}
	ds.Channel["unit"] = si
	if done == nil {
		return ds, nil
	}
	ds.Description["scaled"] = strings.Join(done, "; ")
	return ds.Scale(powers), nil
}
