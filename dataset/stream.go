package dataset

import (
	"errors"
	"fmt"

	"github.com/isocortex/isocortex/format/npy"
)

// A Stream is a Dataset of float32 measurements that is being written row by
// row, larger than memory if need be.
type Stream struct {
	header Dataset
	rows   *npy.Rows
}

// Create begins the Dataset at path: header is a Dataset without measurements.
// There is nothing at path until Close; folders above it are made.
//
//	errors   the complaints of Check about the header
func Create(path string, header Dataset) (*Stream, error) {
	if err := errors.Join(header.checkAxes()...); err != nil {
		return nil, fmt.Errorf("write %s: %w", path, err)
	}
	rows, err := npy.CreateRows(path, measurementsName, npy.Float32, header.Shape[:])
	if err != nil {
		return nil, err
	}
	return &Stream{header: *header.view(), rows: rows}, nil
}

// Resume is Create whose temporary file has a path of the caller's choice, on the
// file system of path. The rows of an earlier stream of the same shape that was
// suspended there, or whose program was killed, can be kept.
func Resume(path, temporary string, header Dataset) (*Stream, error) {
	if err := errors.Join(header.checkAxes()...); err != nil {
		return nil, fmt.Errorf("write %s: %w", path, err)
	}
	rows, err := npy.ResumeRows(path, temporary, measurementsName, npy.Float32, header.Shape[:])
	if err != nil {
		return nil, err
	}
	return &Stream{header: *header.view(), rows: rows}, nil
}

// Keep takes consecutive observations as written that an earlier stream had on
// the disk: after its Sync.
//
//	errors   the temporary file is new, or was cut
func (s *Stream) Keep(first, n int) error { return s.rows.Keep(first, n) }

// Sync returns when the observations that were written by then are on the disk.
func (s *Stream) Sync() error { return s.rows.Sync() }

// Suspend ends the work for now: the temporary file stays, for Resume.
func (s *Stream) Suspend() error { return s.rows.Suspend() }

// WriteRows writes whole observations from the first on, in any order and from
// any goroutine, each once.
//
//	shapes   values: observations × channels × times, row-major
//	errors   an observation that was written before
//
// It panics when values are not whole observations of the Dataset.
func (s *Stream) WriteRows(first int, values []float32) error {
	return s.rows.WriteRows(first, values)
}

// Close ends the Dataset and gives the file its name; if that fails, or an
// observation is missing, nothing is left.
//
//	cost     reads the measurements once for their checksum
func (s *Stream) Close() error { return s.rows.Finish(s.header.writeNames) }

// Abandon gives up: nothing is left of the file. After Close it does nothing.
func (s *Stream) Abandon() { s.rows.Abandon() }
