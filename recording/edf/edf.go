// Package edf reads recordings in the European Data Format, as EDF, EDF+, and
// BioSemi's BDF, which has numbers of 24 bits.
//
// A file is a header of text and records of equal duration; in a record the
// samples of each signal lie together. Signals may be sampled at rates of their
// own: the recording has the highest, and others repeat their last sample.
//
//	source   Kemp et al. (1992), doi:10.1016/0013-4694(92)90009-7;
//	         Kemp & Olivan (2003), doi:10.1016/S1388-2457(03)00123-8
package edf

import (
	"errors"
	"fmt"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/recording"
)

// Options say what is let pass, and how the trigger channel of BioSemi is read.
type Options struct {
	Strict     bool // what else is a warning is an error
	StatusBits int  // bits of the status word that are a trigger; 0: 16
}

// Recording is an open file. It implements recording.Recording.
type Recording struct {
	layout
	header  *recording.Header
	mapping *file.Mapping
	gate    recording.Gate
}

// Open opens a recording.
//
//	errors   *file.ParseError for what breaks the format
func Open(path string, o Options) (*Recording, error) {
	mapping, err := file.Map(path)
	if err != nil {
		return nil, err
	}
	r, err := read(path, mapping.Bytes, o)
	if err != nil {
		return nil, errors.Join(err, mapping.Close())
	}
	r.mapping = mapping
	return r, nil
}

// read finds the way through the bytes of a file.
func read(path string, data []byte, o Options) (*Recording, error) {
	l, err := readLayout(path, data, o)
	if err != nil {
		return nil, err
	}
	h, err := l.header()
	if err != nil {
		return nil, err
	}
	if o.Strict && len(h.Warnings) > 0 {
		return nil, file.Malformed(path, -1, "", "%s", strings.Join(h.Warnings, "; "))
	}
	return &Recording{layout: *l, header: h}, h.Valid()
}

// Header describes the recording.
func (r *Recording) Header() *recording.Header { return r.header }

// Read sets dst to the signal, as recording.Recording says.
func (r *Recording) Read(dst []float64, channels []int, window recording.Window) error {
	return r.gate.Through(func() error {
		if err := r.header.Check(dst, channels, window); err != nil {
			return err
		}
		length := window.Len()
		for i, c := range channels {
			r.decode(dst[i*length:][:length], r.signals[r.shown[c]], int(window.From))
		}
		return nil
	})
}

// decode fills row with the signal from a sample on.
func (l *layout) decode(row []float64, s signal, from int) {
	for len(row) > 0 {
		record, within := from/l.most, from%l.most
		n := min(len(row), l.most-within)
		data := l.records[record*l.recordSize+s.at:]
		for i := range n {
			row[i] = s.value(l.number(data, (within+i)*s.perRecord/l.most))
		}
		row, from = row[n:], from+n
	}
}

// number returns a stored number: of two bytes, or of three.
func (l *layout) number(data []byte, i int) int {
	if l.width == 3 {
		b := data[3*i:]
		return int(int32(uint32(b[0])<<8|uint32(b[1])<<16|uint32(b[2])<<24) >> 8)
	}
	b := data[2*i:]
	return int(int16(uint16(b[0]) | uint16(b[1])<<8))
}

// value turns a stored number into that of the signal.
func (s signal) value(stored int) float64 {
	if s.status {
		return float64(stored & s.mask)
	}
	return (float64(stored-s.digital[0])*s.gain + s.physical[0]) * s.scale
}

// Close gives the file back.
func (r *Recording) Close() error { return r.gate.Shut(r.mapping.Close) }

// malformed is a defect in a field of the header.
func (l *layout) malformed(offset int64, field, format string, args ...any) error {
	return file.Malformed(l.path, offset, field, format, args...)
}

func (l *layout) warn(format string, args ...any) {
	l.warnings = append(l.warnings, fmt.Sprintf(format, args...))
}
