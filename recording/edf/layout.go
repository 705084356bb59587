package edf

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/unit"
)

// A layout says where in a file the numbers are.
type layout struct {
	path       string
	format     string // for people
	subject    string // second text of the header: the recording
	began      string // date and time as the header has them
	plus       bool   // with annotations
	gaps       bool   // records need not follow each other
	width      int    // bytes of a number
	count      int    // records
	duration   float64
	recordSize int // bytes
	most       int // samples of a record in the signal that has most
	signals    []signal
	shown      []int // signals that are channels, the others are annotations
	records    []byte
	warnings   []string
}

// A signal is one column of every record.
type signal struct {
	label, sensor, dimension, filter string
	physical                         [2]float64
	digital                          [2]int
	perRecord                        int // in a record
	at                               int // first byte in a record
	gain, scale                      float64
	unit                             string
	note                             bool // it holds annotations
	status                           bool // it is the trigger channel of BioSemi
	mask                             int
}

// Bytes of the header: of its own part, and of each signal's.
const fixedSize, signalSize = 256, 256

// mostSignals is more than any amplifier has.
const mostSignals = 10000

// Is reports whether data begins as files of EDF or BDF do.
func Is(data []byte) bool {
	return isBDF(data) || strings.HasPrefix(string(data[:min(len(data), 8)]), "0       ")
}

func isBDF(data []byte) bool {
	return strings.HasPrefix(string(data[:min(len(data), 8)]), "\xffBIOSEMI")
}

// readLayout reads the header.
func readLayout(path string, data []byte, o Options) (*layout, error) {
	l := &layout{path: path}
	if len(data) < fixedSize {
		return nil, l.malformed(int64(len(data)), "header", "the file has %d bytes, its header alone %d", len(data), fixedSize)
	}
	switch {
	case isBDF(data):
		l.width, l.format = 3, "BDF"
	case Is(data):
		l.width, l.format = 2, "EDF"
	default:
		return nil, l.malformed(0, "version", "%q: this is neither EDF nor BDF", data[:8])
	}
	if err := l.fixed(data); err != nil {
		return nil, err
	}
	if err := l.columns(data, o); err != nil {
		return nil, err
	}
	return l, l.findRecords(data)
}

// field returns the text of a field, without the spaces around it.
func field(data []byte, at, length int) string {
	letters := make([]rune, length)
	for i, b := range data[at : at+length] {
		letters[i] = rune(b)
	}
	return strings.Trim(string(letters), " \x00")
}

// whole reads a whole number.
func (l *layout) whole(data []byte, at, length int, name string) (int, error) {
	v, err := l.real(data, at, length, name)
	if err == nil && (v != math.Trunc(v) || math.Abs(v) > 1<<40) {
		err = l.malformed(int64(at), name, "%g is no whole number", v)
	}
	return int(v), err
}

// real reads a number, whose point may be a comma.
func (l *layout) real(data []byte, at, length int, name string) (float64, error) {
	text := strings.Replace(field(data, at, length), ",", ".", 1)
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, l.malformed(int64(at), name, "%q is no number", text)
	}
	return v, nil
}

// fixed reads the part of the header that is about all signals.
func (l *layout) fixed(data []byte) error {
	l.subject = field(data, 88, 80)
	l.began = field(data, 168, 8) + " " + field(data, 176, 8)
	kind := field(data, 192, 44)
	l.plus = strings.HasPrefix(kind, l.format+"+")
	l.gaps = strings.HasPrefix(kind, l.format+"+D")
	if l.plus {
		l.format += "+"
	}
	size, err := l.whole(data, 184, 8, "bytes of the header")
	if err != nil {
		return err
	}
	if l.count, err = l.whole(data, 236, 8, "number of records"); err != nil {
		return err
	}
	if l.duration, err = l.real(data, 244, 8, "duration of a record"); err != nil {
		return err
	}
	n, err := l.whole(data, 252, 4, "number of signals")
	if err != nil {
		return err
	}
	switch {
	case n < 1 || n > mostSignals:
		return l.malformed(252, "number of signals", "it is %d", n)
	case size != fixedSize+n*signalSize:
		return l.malformed(184, "bytes of the header", "they are %d, but %d signals take %d", size, n, fixedSize+n*signalSize)
	case size > len(data):
		return l.malformed(int64(len(data)), "header", "the file has %d bytes, its header alone %d", len(data), size)
	case l.duration < 0:
		return l.malformed(244, "duration of a record", "it is %g s", l.duration)
	}
	l.signals = make([]signal, n)
	return nil
}

// columns reads the part of the header that is about each signal. A field of all
// signals lies together.
func (l *layout) columns(data []byte, o Options) error {
	n := len(l.signals)
	at := fixedSize
	next := func(length int, take func(s *signal, at int) error) error {
		for i := range l.signals {
			if err := take(&l.signals[i], at+i*length); err != nil {
				return err
			}
		}
		at += n * length
		return nil
	}
	text := func(to func(*signal) *string, length int) error {
		return next(length, func(s *signal, at int) error { *to(s) = field(data, at, length); return nil })
	}
	limit := func(i int) error {
		return next(8, func(s *signal, at int) (err error) {
			s.physical[i], err = l.real(data, at, 8, s.limitName("physical", i))
			return err
		})
	}
	stored := func(i int) error {
		return next(8, func(s *signal, at int) (err error) {
			s.digital[i], err = l.whole(data, at, 8, s.limitName("digital", i))
			return err
		})
	}
	for _, read := range []func() error{
		func() error { return text(func(s *signal) *string { return &s.label }, 16) },
		func() error { return text(func(s *signal) *string { return &s.sensor }, 80) },
		func() error { return text(func(s *signal) *string { return &s.dimension }, 8) },
		func() error { return limit(0) }, func() error { return limit(1) },
		func() error { return stored(0) }, func() error { return stored(1) },
		func() error { return text(func(s *signal) *string { return &s.filter }, 80) },
		func() error {
			return next(8, func(s *signal, at int) (err error) {
				s.perRecord, err = l.whole(data, at, 8, "samples in a record of "+s.label)
				if err == nil && (s.perRecord < 1 || s.perRecord > 1<<30) {
					err = l.malformed(int64(at), "samples in a record of "+s.label, "they are %d", s.perRecord)
				}
				return err
			})
		},
	} {
		if err := read(); err != nil {
			return err
		}
	}
	return l.complete(o)
}

// limitName names a limit of the signal, for errors.
func (s *signal) limitName(kind string, i int) string {
	return fmt.Sprintf("%s %s of %s", kind, [2]string{"minimum", "maximum"}[i], s.label)
}

// complete works out what follows from the fields.
func (l *layout) complete(o Options) error {
	for i := range l.signals {
		s := &l.signals[i]
		s.at = l.recordSize
		l.recordSize += s.perRecord * l.width
		if l.recordSize > math.MaxInt32 {
			return l.malformed(-1, "samples in a record", "a record would have more than 2 GB")
		}
		s.note = strings.EqualFold(s.label, "EDF Annotations") || strings.EqualFold(s.label, "BDF Annotations")
		if s.note {
			continue
		}
		l.shown = append(l.shown, i)
		l.most = max(l.most, s.perRecord)
		l.scale(s, o)
	}
	if len(l.shown) == 0 {
		return l.malformed(252, "number of signals", "all hold annotations")
	}
	if l.duration == 0 {
		return l.malformed(244, "duration of a record", "it is 0, though records have signals")
	}
	return nil
}

// scale works out how stored numbers become those of the signal.
func (l *layout) scale(s *signal, o Options) {
	name := strings.ToLower(s.label)
	if l.width == 3 && (name == "status" || name == "trigger") {
		bits := o.StatusBits
		if bits == 0 {
			bits = 16
		}
		s.status, s.mask = true, 1<<bits-1
		return
	}
	s.gain, s.scale, s.unit = 1, 1, s.dimension
	if si, power, known := unit.SI(micro(s.dimension)); known {
		s.unit, s.scale = si, math.Pow10(power)
	}
	if s.physical[0] == s.physical[1] || s.digital[0] == s.digital[1] {
		l.warn("signal %q has no range: its numbers are taken as they are", s.label)
		s.physical[0], s.digital[0] = 0, 0
		return
	}
	s.gain = (s.physical[1] - s.physical[0]) / float64(s.digital[1]-s.digital[0])
}

// micro replaces the ways in which files write the letter for millionths.
func micro(dimension string) string {
	for _, letter := range []string{"\u00b5", "\u03bc", "\u0083\u00ca", "u"} {
		if rest, found := strings.CutPrefix(dimension, letter); found {
			return "µ" + rest
		}
	}
	return dimension
}

// findRecords finds the records, and counts them where the header does not or is
// wrong.
func (l *layout) findRecords(data []byte) error {
	l.records = data[fixedSize+len(l.signals)*signalSize:]
	whole, rest := len(l.records)/l.recordSize, len(l.records)%l.recordSize
	if rest != 0 {
		l.warn("the last record has %d of %d bytes and is left out", rest, l.recordSize)
	}
	if l.count >= 0 && l.count != whole {
		l.warn("the header says that there are %d records, but the file has %d", l.count, whole)
	}
	if l.count < 0 || l.count > whole {
		l.count = whole
	}
	if l.count > math.MaxInt32/l.most {
		return l.malformed(236, "number of records", "%d records of %d samples are too many", l.count, l.most)
	}
	l.records = l.records[:l.count*l.recordSize]
	return nil
}
