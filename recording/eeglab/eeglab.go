// Package eeglab reads the datasets of EEGLAB: .set files, which are MAT files of
// version 5 or 7.3, with the signal inside or in a file of numbers beside them.
//
// A dataset is continuous, which Open reads, or has been cut into epochs, which
// OpenEpochs reads.
//
//	source   Delorme & Makeig (2004), doi:10.1016/j.jneumeth.2003.10.009; the fields are
//	         those that eeg_checkset.m of EEGLAB describes
package eeglab

import (
	"errors"
	"math"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/recording"
)

// Options say what is let pass.
type Options struct {
	Strict bool // what else is a warning, such as places where the signal was cut, is an error
}

// Recording is an open continuous dataset. It implements recording.Recording.
type Recording struct {
	header *recording.Header
	access
}

// Open opens a continuous dataset.
//
// Events are annotations, named by their types. Where all types are whole numbers
// these are the codes of events too; else types are numbered from 1 on in the
// order of their letters. Where the signal was cut there is BAD_boundary instead.
//
//	errors   *file.ParseError for what breaks the format, for several datasets in
//	         one file, for texts that MATLAB keeps as objects; a dataset of epochs
//	cost     a signal inside the .set file is read at once, one beside it by window
func Open(path string, o Options) (*Recording, error) {
	s, err := read(path, o)
	if err != nil {
		return nil, err
	}
	if s.trials > 1 {
		err := file.Unsupported(path, -1, "trials", "it has %d epochs, where a continuous recording is asked for", s.trials)
		return nil, errors.Join(err, s.signal.close())
	}
	return &Recording{&s.header, access{signal: s.signal}}, nil
}

// read reads all but the signal, which is opened.
func read(path string, o Options) (*set, error) {
	s, err := readSet(path)
	if err != nil {
		return nil, err
	}
	h := &s.header
	err = h.Valid()
	if err == nil && o.Strict && len(h.Warnings) > 0 {
		err = file.Malformed(path, -1, "as strictly read", "%s", strings.Join(h.Warnings, "; "))
	}
	if err != nil {
		return nil, errors.Join(err, s.signal.close())
	}
	return s, nil
}

// Header describes the recording.
func (r *Recording) Header() *recording.Header { return r.header }

// Read sets dst to the signal, as recording.Recording says.
func (r *Recording) Read(dst []float64, channels []int, window recording.Window) error {
	return r.gate.Through(func() error {
		if err := r.header.Check(dst, channels, window); err != nil {
			return err
		}
		for i, c := range channels {
			r.signal.row(dst[i*window.Len():][:window.Len()], place{channel: c, time: int(window.From)})
		}
		return nil
	})
}

// Epochs are an open dataset of epochs. They implement recording.Epochs.
type Epochs struct {
	header *recording.EpochsHeader
	access
}

// OpenEpochs opens a dataset of epochs. Each is about its event at time 0, the
// first where there are several; what else the dataset says of events are its
// columns. An event is where it lies in the epochs one after the other; names and
// codes are those of Open.
//
//	errors   as Open; a continuous dataset
//	cost     as Open
func OpenEpochs(path string, o Options) (*Epochs, error) {
	s, err := read(path, o)
	if err != nil {
		return nil, err
	}
	if s.trials == 1 {
		err := file.Unsupported(path, -1, "trials", "it is continuous, where epochs are asked for")
		return nil, errors.Join(err, s.signal.close())
	}
	h := &recording.EpochsHeader{Header: s.header, Start: s.start, Trials: s.list, Columns: s.columns, Baseline: [2]float64{math.NaN(), math.NaN()}}
	return &Epochs{h, access{signal: s.signal}}, nil
}

// Header describes the epochs.
func (e *Epochs) Header() *recording.EpochsHeader { return e.header }

// Read sets dst to the signal of epochs, as recording.Epochs says.
func (e *Epochs) Read(dst []float64, epochs, channels []int) error {
	return e.gate.Through(func() error {
		if err := e.header.Check(dst, epochs, channels); err != nil {
			return err
		}
		length := e.header.Length
		for i, epoch := range epochs {
			for j, c := range channels {
				e.signal.row(dst[(i*len(channels)+j)*length:][:length], place{channel: c, epoch: epoch})
			}
		}
		return nil
	})
}

// access is a signal that is read until it is closed.
type access struct {
	signal signal
	gate   recording.Gate
}

// Close gives the file back.
func (a *access) Close() error { return a.gate.Shut(a.signal.close) }
