// Package all opens recordings of every format that is read, told apart by what
// files hold.
//
//	r, err := all.Open("subject_1_raw.fif", all.Options{})
//	r, err := all.Open("subject_1.mat#data", all.Options{})
package all

import (
	"bytes"
	"errors"
	"io"
	"os"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/hdf5"
	"github.com/isocortex/isocortex/format/mat"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/array"
	"github.com/isocortex/isocortex/recording/brainvision"
	"github.com/isocortex/isocortex/recording/edf"
	"github.com/isocortex/isocortex/recording/eeglab"
	"github.com/isocortex/isocortex/recording/fieldtrip"
	"github.com/isocortex/isocortex/recording/fif"
	"github.com/isocortex/isocortex/variable"
)

// Options say what is let pass.
type Options struct {
	Strict bool // what else is a warning, such as a file that was cut, is an error
}

// formats are the kinds of files, with how they begin, and what opens them: an
// address may end in "#" and the name of what is meant in the file.
var formats = []struct {
	is   func(start []byte) bool
	open func(address string, o Options) (recording.Recording, error)
}{
	{isFIF, func(path string, o Options) (recording.Recording, error) {
		return opened(fif.Open(path, fif.Options{Strict: o.Strict}))
	}},
	{edf.Is, func(path string, o Options) (recording.Recording, error) {
		return opened(edf.Open(path, edf.Options{Strict: o.Strict}))
	}},
	{brainvision.Is, func(path string, o Options) (recording.Recording, error) {
		return opened(brainvision.Open(path, brainvision.Options{Strict: o.Strict}))
	}},
	{mat.Detect, openMAT},
	{isArray, openArray},
}

// openMAT opens a dataset of EEGLAB, a structure of FieldTrip, or else an array.
func openMAT(address string, o Options) (recording.Recording, error) {
	if eeglab.Is(address) {
		return opened(eeglab.Open(address, eeglab.Options{Strict: o.Strict}))
	}
	if fieldtrip.Detect(address) {
		return opened(fieldtrip.Open(address, fieldtrip.Options{Strict: o.Strict}))
	}
	return openArray(address, o)
}

// openArray opens an array that a file beside it describes.
func openArray(address string, _ Options) (recording.Recording, error) {
	return opened(array.Open(address))
}

// isArray reports whether a file begins as those of NumPy or HDF5 do.
func isArray(start []byte) bool {
	return bytes.HasPrefix(start, []byte("\x93NUMPY")) || bytes.HasPrefix(start, []byte("PK\x03\x04")) || hdf5.Detect(start)
}

// opened leaves no recording where there is an error.
func opened[R recording.Recording](r R, err error) (recording.Recording, error) {
	if err != nil {
		return nil, err
	}
	return r, nil
}

// isFIF reports whether a file begins as FIF does, or may do once it is inflated.
func isFIF(start []byte) bool {
	return fif.Is(start) || bytes.HasPrefix(start, []byte{0x1f, 0x8b})
}

// Open opens a recording. One that lies in a folder of BIDS has the channels,
// places and events that the files beside it say.
//
//	errors   of the format; a file that is no recording that is read; of a recording
//	         of another program, how to convert it
func Open(address string, o Options) (recording.Recording, error) {
	path, _ := variable.Split(address)
	if err := Foreign(path); err != nil {
		return nil, err
	}
	start, err := beginning(path)
	if err != nil {
		return nil, err
	}
	for _, f := range formats {
		if !f.is(start) {
			continue
		}
		r, err := f.open(address, o)
		if err != nil {
			return nil, err
		}
		more, err := describe(r, path, o)
		if err != nil {
			return nil, errors.Join(err, r.Close())
		}
		return more, nil
	}
	return nil, file.Unsupported(path, 0, "format", "not a recording that this program reads: FIF, EDF, BDF, BrainVision (by its header), EEGLAB, FieldTrip, described arrays")
}

// OpenEpochs opens epochs that another program has cut out of a recording.
//
//	errors   of the format; a file without epochs
func OpenEpochs(address string, o Options) (recording.Epochs, error) {
	path, _ := variable.Split(address)
	start, err := beginning(path)
	if err != nil {
		return nil, err
	}
	var e recording.Epochs
	switch {
	case isFIF(start):
		e, err = fif.OpenEpochs(path, fif.Options{Strict: o.Strict})
	case mat.Detect(start) && eeglab.Is(address):
		e, err = eeglab.OpenEpochs(address, eeglab.Options{Strict: o.Strict})
	case mat.Detect(start) && fieldtrip.Detect(address):
		e, err = fieldtrip.OpenEpochs(address, fieldtrip.Options{Strict: o.Strict})
	case mat.Detect(start) || isArray(start):
		e, err = array.OpenEpochs(address)
	default:
		err = file.Unsupported(path, 0, "format", "no epochs that this program reads: FIF, EEGLAB, FieldTrip, described arrays")
	}
	if err != nil {
		return nil, err
	}
	return e, nil
}

// beginning returns the first bytes of a file.
func beginning(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	start := make([]byte, 256)
	n, err := io.ReadFull(f, start)
	if err == io.ErrUnexpectedEOF || err == io.EOF {
		err = nil
	}
	return start[:n], err
}
