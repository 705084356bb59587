// Package brainvision reads and writes the files of BrainVision's Recorder and
// Analyzer: a header of text that names a file of numbers and one of markers.
//
// Numbers may be of 16 or 32 bits, of either byte order, or text; channels
// may follow each other in time or each lie together. Files that were renamed
// are found beside the header by its name.
//
//	source   Brain Products, BrainVision Core Data Format 1.0
package brainvision

import (
	"errors"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/recording"
)

// Options say what is let pass.
type Options struct {
	Strict bool // what else is a warning, such as a marker file that is not there, is an error
}

// Recording is an open header with its file of numbers. It implements
// recording.Recording.
type Recording struct {
	header  *recording.Header
	signal  signal
	mapping *file.Mapping // of the numbers
	gate    recording.Gate
}

// Open opens a recording by its header, a .vhdr or .ahdr file.
//
// Annotations are the markers, "type/description" as MNE names them. Their codes
// are its codes as well: "Stimulus/S  5" and "Event/5" are 5, "Response/R  5" is
// 1005, "Optic/O  5" 2005, "SyncStatus/Sync On" 99998, "New Segment/" 99999; all
// others count from 10001 on in the order of their letters. Where a segment begins
// after the first the recording was interrupted: there is BAD_boundary as well.
//
//	errors   *file.ParseError for what breaks the format, with the line; no file of
//	         numbers
//	cost     numbers are read as they are asked for; those that are text, now
func Open(path string, o Options) (*Recording, error) {
	t, err := readText(path, "Header")
	if err != nil {
		return nil, err
	}
	s, err := readSetup(t)
	if err != nil {
		return nil, err
	}
	r, err := s.open()
	if err != nil {
		return nil, err
	}
	if err := s.markers(r.header); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	r.header.Warnings = t.warnings
	if o.Strict && len(t.warnings) > 0 {
		err := file.Malformed(path, -1, "as strictly read", "%s", strings.Join(t.warnings, "; "))
		return nil, errors.Join(err, r.Close())
	}
	if err := r.header.Valid(); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// open finds the numbers and describes them.
func (s *setup) open() (*Recording, error) {
	e, err := s.need("Common Infos", "DataFile")
	if err != nil {
		return nil, err
	}
	path, err := s.find(e, ".eeg", ".dat", ".avg", ".seg")
	if err != nil {
		return nil, err
	}
	if path == "" {
		return nil, s.malformed(e, "there is neither %q nor a file of the header's name: give one of them the name of the other", e.value)
	}
	mapping, err := file.Map(path)
	if err != nil {
		return nil, err
	}
	signal, err := s.numbers(path, mapping.Bytes)
	if err != nil {
		return nil, errors.Join(err, mapping.Close())
	}
	h := s.header(path)
	h.Length = signal.length
	return &Recording{header: h, signal: signal, mapping: mapping}, nil
}

// Header describes the recording.
func (r *Recording) Header() *recording.Header { return r.header }

// Read sets dst to the signal, as recording.Recording says.
func (r *Recording) Read(dst []float64, channels []int, window recording.Window) error {
	return r.gate.Through(func() error {
		if err := r.header.Check(dst, channels, window); err != nil {
			return err
		}
		r.signal.read(dst, channels, window)
		return nil
	})
}

// Close gives the file back.
func (r *Recording) Close() error { return r.gate.Shut(r.mapping.Close) }
