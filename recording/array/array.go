// Package array reads recordings and epochs from bare arrays, of which a small
// file beside them says what they are.
//
//	r, err := array.Open("subject_1.npy")
//	e, err := array.OpenEpochs("subject_1.mat#data.trials")
//
// The file is named after the array, subject_1.yaml, or subject_1.data.trials.yaml
// for one array of several, or ends in .json:
//
//	axes: [channels, times]       # or [epochs, channels, times], in any order
//	rate: 500                     # times per second
//	start: -0.2                   # s from the event to the first time of an epoch; else 0
//	unit: uV                      # of all channels, or a list: V, mV, uV, nV, T, pT, fT, T/m, fT/cm; "" for none
//	kinds: eeg                    # of all channels, or a list: mag, grad, eeg, eog, ecg, emg, stim, misc, ...
//	channels: [Fz, Cz, Pz]        # names; channels 1, 2, ... where it is missing
//	positions: [[0, 0.07, 0.06]]  # one per channel, in m to the right, the front and up; null where unknown
//	events: subject_1.tsv         # beside it: a table of epochs, or of events with their onset in s
//
// axes, rate, unit and kinds are needed. Of a table of epochs, which has as many
// rows, the column trial_type or else the first names them; columns of events are
// onset, and trial_type, value and duration where they are known.
package array

import (
	"errors"
	"math"
	"strings"
	"sync"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/variable"
)

// Recording is an array of channels and times. It implements
// recording.Recording.
type Recording struct {
	header *recording.Header
	signal *signal
}

// Epochs is an array of epochs, channels and times. It implements
// recording.Epochs.
type Epochs struct {
	header *recording.EpochsHeader
	signal *signal
}

// Open opens a continuous recording.
//
//	errors   a file without one beside it, with what to write there;
//	         *file.ParseError for what is wrong in it, or in the array
//	cost     that of headers; of a .npy in row-major order windows are read, of
//	         other arrays the whole with the first
func Open(address string) (*Recording, error) {
	e, err := OpenEpochs(address)
	if err != nil {
		return nil, err
	}
	if e.signal.order[0] >= 0 {
		err := file.Unsupported(e.header.Path, -1, "axes", "epochs are no continuous recording")
		return nil, errors.Join(err, e.Close())
	}
	h := e.header.Header
	return &Recording{&h, e.signal}, nil
}

// OpenEpochs opens epochs. A continuous recording is one epoch.
//
//	errors   those of Open
//	cost     that of Open
func OpenEpochs(address string) (*Epochs, error) {
	about, err := readAbout(address)
	if err != nil {
		return nil, err
	}
	shape, err := shapeOf(address)
	if err != nil {
		return nil, err
	}
	s := &signal{address: address, shape: shape}
	e := &Epochs{&recording.EpochsHeader{}, s}
	if err := about.describe(e); err != nil {
		return nil, err
	}
	if err := e.header.Valid(); err != nil {
		return nil, err
	}
	return e, s.open()
}

// shapeOf returns the lengths of the axes of the array at an address.
func shapeOf(address string) ([]int, error) {
	path, name := variable.Split(address)
	infos, err := variable.List(path)
	if err != nil {
		return nil, err
	}
	for _, info := range infos {
		if info.Name == name || name == "" && len(infos) == 1 {
			return info.Shape, nil
		}
	}
	array, err := variable.Read(address) // of a part of a variable, or to be told which there are
	if err != nil {
		return nil, err
	}
	return array.Shape, nil
}

// Header describes the recording.
func (r *Recording) Header() *recording.Header { return r.header }

// Read sets dst to the signal, as recording.Recording says.
func (r *Recording) Read(dst []float64, channels []int, window recording.Window) error {
	return r.signal.gate.Through(func() error {
		if err := r.header.Check(dst, channels, window); err != nil {
			return err
		}
		return r.signal.read(dst, 0, channels, window)
	})
}

// Close gives the file back.
func (r *Recording) Close() error { return r.signal.close() }

// Header describes the epochs.
func (e *Epochs) Header() *recording.EpochsHeader { return e.header }

// Read sets dst to the signal of epochs, as recording.Epochs says.
func (e *Epochs) Read(dst []float64, epochs, channels []int) error {
	return e.signal.gate.Through(func() error {
		if err := e.header.Check(dst, epochs, channels); err != nil {
			return err
		}
		one := len(channels) * e.header.Length
		for i, epoch := range epochs {
			if err := e.signal.read(dst[i*one:][:one], epoch, channels, e.header.Whole()); err != nil {
				return err
			}
		}
		return nil
	})
}

// Close gives the file back.
func (e *Epochs) Close() error { return e.signal.close() }

// signal reads numbers of the array.
type signal struct {
	address string
	shape   []int
	order   [3]int    // places of epochs, channels and times in shape; -1: no such axis
	gains   []float64 // of the channels

	mapping *file.Mapping // nil where parts cannot be read
	place   npy.Place
	decode  func(data []byte) float64
	width   int

	gate   recording.Gate
	once   sync.Once
	values []float64
	broken error
}

// open maps a file of which parts can be read.
func (s *signal) open() error {
	if !strings.HasSuffix(strings.ToLower(s.address), ".npy") {
		return nil
	}
	place, err := npy.Locate(s.address)
	if errors.Is(err, file.ErrUnsupported) {
		return nil // the whole is read
	}
	if err != nil {
		return err
	}
	s.place = place
	s.decode, s.width = decoder(place.Type)
	if s.decode == nil {
		return nil
	}
	s.mapping, err = file.Map(s.address)
	return err
}

// read sets dst to a window of channels of an epoch.
func (s *signal) read(dst []float64, epoch int, channels []int, w recording.Window) error {
	number, err := s.numbers()
	if err != nil {
		return err
	}
	steps := s.steps()
	for i, c := range channels {
		at := epoch*steps[0] + c*steps[1] + int(w.From)*steps[2]
		row := dst[i*w.Len():][:w.Len()]
		for j := range row {
			row[j] = number(at) * s.gains[c]
			at += steps[2]
		}
	}
	return nil
}

// steps returns how far apart in the array neighbors along each axis are.
func (s *signal) steps() (steps [3]int) {
	for i, axis := range s.order {
		if axis < 0 {
			continue
		}
		steps[i] = 1
		for _, n := range s.shape[axis+1:] {
			steps[i] *= n
		}
	}
	return steps
}

// numbers returns what reads a number of the array.
func (s *signal) numbers() (func(i int) float64, error) {
	if s.mapping != nil {
		data := s.mapping.Bytes[s.place.Offset:]
		return func(i int) float64 { return s.decode(data[i*s.width:]) }, nil
	}
	s.once.Do(func() {
		array, err := variable.Read(s.address)
		if err == nil {
			s.values, err = array.Float64s()
		}
		if err == nil && len(s.values) != product(s.shape) {
			err = file.Malformed(s.address, -1, "", "%d numbers for axes %v", len(s.values), s.shape)
		}
		s.broken = err
	})
	return func(i int) float64 { return s.values[i] }, s.broken
}

func product(shape []int) int {
	n := 1
	for _, length := range shape {
		n *= length
	}
	return n
}

// close gives the file back.
func (s *signal) close() error {
	return s.gate.Shut(func() error {
		if s.mapping == nil {
			return nil
		}
		return s.mapping.Close()
	})
}

// unknown is a number that nobody knows.
var unknown = math.NaN()
