package dataset

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/npy"
)

// Names and prefixes of the arrays in a Dataset's file.
const (
	measurementsName  = "measurements"
	timesName         = "times"
	observationPrefix = "observation."
	channelPrefix     = "channel."
	descriptionPrefix = "description."
)

// Open reads the Dataset at path, an .npz file. Its measurements view the file
// where they can, so that opening takes no time and no memory.
//
// Measurements of two axes, observations × channels, are those without a time
// axis; integers become float64. Labels may be numbers and become text.
//
//	errors   *file.ParseError for a broken file; else every complaint of Check
func Open(path string) (*Dataset, error) {
	archive, err := npy.Open(path)
	if err != nil {
		return nil, err
	}
	d := empty()
	d.archive = archive
	if err := d.read(); err != nil {
		return nil, errors.Join(err, archive.Close())
	}
	return d, nil
}

// empty returns a Dataset without measurements and labels.
func empty() *Dataset {
	return &Dataset{
		Observation: map[string][]string{}, Channel: map[string][]string{},
		Description: map[string]string{}, Arrays: map[string]*npy.Array{},
	}
}

func (d *Dataset) read() error {
	if !d.archive.Has(measurementsName) {
		return file.Malformed(d.archive.Path(), -1, measurementsName, "there is no such array, so this is no Dataset; it has %s", strings.Join(d.archive.Names(), ", "))
	}
	if err := d.readMeasurements(); err != nil {
		return err
	}
	for _, name := range d.archive.Names() {
		if name == measurementsName {
			continue
		}
		array, err := d.archive.Read(name)
		if err != nil {
			return err
		}
		if err := d.take(name, array); err != nil {
			return d.broken(name, err)
		}
	}
	if err := d.Check(); err != nil {
		return fmt.Errorf("%s: %w", d.archive.Path(), err)
	}
	return nil
}

func (d *Dataset) readMeasurements() error {
	array, _, err := d.archive.Map(measurementsName)
	if err != nil {
		return err
	}
	if err := d.takeMeasurements(array); err != nil {
		return d.broken(measurementsName, err)
	}
	return nil
}

func (d *Dataset) takeMeasurements(array *npy.Array) (err error) {
	switch axes := array.Shape; len(axes) {
	case 3:
		d.Shape = [3]int(axes)
	case 2:
		d.Shape = [3]int{axes[0], axes[1], 1}
	default:
		return fmt.Errorf("%d axes; write observations × channels × times", len(axes))
	}
	switch data := array.Data.(type) {
	case []float32:
		d.F32 = data
	default:
		d.F64, err = array.Float64s()
	}
	return err
}

// take puts an array of the file where it belongs.
func (d *Dataset) take(name string, array *npy.Array) (err error) {
	observation, isObservation := strings.CutPrefix(name, observationPrefix)
	channel, isChannel := strings.CutPrefix(name, channelPrefix)
	description, isDescription := strings.CutPrefix(name, descriptionPrefix)
	switch axes := len(array.Shape); {
	case name == measurementsName:
		err = d.takeMeasurements(array)
	case name == timesName && axes == 1:
		d.Times, err = array.Float64s()
	case isObservation && axes == 1:
		d.Observation[observation], err = array.Strings()
	case isChannel && axes == 1:
		d.Channel[channel], err = array.Strings()
	case isDescription && axes == 0:
		var texts []string
		if texts, err = array.Strings(); err == nil {
			d.Description[description] = texts[0]
		}
	case name == timesName:
		err = fmt.Errorf("%d axes; times have one", axes)
	default:
		d.Arrays[name] = array
	}
	return err
}

func (d *Dataset) broken(name string, err error) error {
	return file.Malformed(d.archive.Path(), -1, name, "%w", err)
}

// IsParts reports whether a file that holds arrays of these names may hold the
// Parts of a Dataset.
func IsParts(names []string) bool { return slices.Contains(names, measurementsName) }

// FromParts makes a Dataset of its Parts, in whatever file they were.
//
//	errors   a part that is not what its name says; the complaints of Check
func FromParts(parts map[string]*npy.Array) (*Dataset, error) {
	if parts[measurementsName] == nil {
		return nil, fmt.Errorf("nothing is called %q, so this is no Dataset", measurementsName)
	}
	d := empty()
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		if err := d.take(name, parts[name]); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return d, d.Check()
}

// Parts returns all that d holds as the arrays of its file, by their names
// there. They view the memory of d.
func (d *Dataset) Parts() map[string]*npy.Array {
	parts := maps.Clone(d.Arrays)
	if parts == nil {
		parts = map[string]*npy.Array{}
	}
	parts[measurementsName] = d.measurements()
	if d.Times != nil {
		parts[timesName] = npy.Vector(d.Times)
	}
	for name, labels := range d.Observation {
		parts[observationPrefix+name] = npy.Vector(labels)
	}
	for name, labels := range d.Channel {
		parts[channelPrefix+name] = npy.Vector(labels)
	}
	for name, text := range d.Description {
		parts[descriptionPrefix+name] = &npy.Array{Shape: []int{}, Data: []string{text}}
	}
	return parts
}

// Write writes d to path as an .npz file that numpy.load reads, whole or not at
// all. The same Dataset gives the same bytes.
//
//	errors   the complaints of Check
func (d *Dataset) Write(path string) error {
	if err := d.Check(); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return file.Write(path, func(w io.Writer) error {
		archive := npy.Create(w)
		if err := archive.Add(measurementsName, d.measurements()); err != nil {
			return err
		}
		if err := d.writeNames(archive); err != nil {
			return err
		}
		return archive.Close()
	})
}

func (d *Dataset) measurements() *npy.Array {
	if d.F64 != nil {
		return &npy.Array{Shape: d.Shape[:], Data: d.F64}
	}
	return &npy.Array{Shape: d.Shape[:], Data: d.F32}
}

// writeNames adds everything but the measurements, the times first.
func (d *Dataset) writeNames(archive *npy.Writer) error {
	parts := d.Parts()
	delete(parts, measurementsName)
	names := slices.Sorted(maps.Keys(parts))
	if d.Times != nil {
		names = slices.DeleteFunc(names, func(name string) bool { return name == timesName })
		names = slices.Insert(names, 0, timesName)
	}
	for _, name := range names {
		if err := archive.Add(name, parts[name]); err != nil {
			return err
		}
	}
	return nil
}
