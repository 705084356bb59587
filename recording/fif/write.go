package fif

import (
	"fmt"
	"io"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/recording"
)

// WriteOptions say how a recording is written.
type WriteOptions struct {
	Precision Precision
	Largest   int64 // bytes of a file, about; beyond it the recording goes on in another. 0: 2,000,000,000
}

// Precision is the width of numbers in a file.
type Precision int

// The widths.
const (
	Single Precision = iota // 4 bytes
	Double                  // 8 bytes
)

// form returns the type of numbers, and their bytes.
func (p Precision) form() (form uint32, width int) {
	if p == Double {
		return formFloat64, 8
	}
	return formFloat32, 4
}

// largest returns the bytes of a file, about.
func (o WriteOptions) largest() int64 {
	if o.Largest == 0 {
		return 2_000_000_000
	}
	return o.Largest
}

// bufferSeconds is the length of a buffer of samples.
const bufferSeconds = 1

// Write writes a recording to path, and to further files beside it if it is too
// large for one: name-1.fif after name.fif.
//
//	errors   of reading and writing
//	cost     memory for a second of the signal
func Write(path string, r recording.Recording, o WriteOptions) error {
	h := r.Header()
	_, width := o.Precision.form()
	length := max(1, int(h.Rate*bufferSeconds)) // of a buffer, in samples
	buffers := max(1, int(o.largest()/int64(length*width*len(h.Channels))))
	for part, from := 0, 0; part == 0 || from < h.Length; part++ {
		w := recording.Window{From: recording.Stored(from), To: recording.Stored(min(h.Length, from+buffers*length))}
		err := file.Write(partPath(path, part), func(out io.Writer) error {
			p := writer{encoder: newEncoder(out), from: r, length: length, precision: o.Precision}
			return p.part(path, part, w)
		})
		if err != nil {
			return err
		}
		from = int(w.To)
	}
	return nil
}

// partPath returns the path of a part, which counts from 0.
func partPath(path string, part int) string {
	if part == 0 {
		return path
	}
	return fmt.Sprintf("%s-%d.fif", strings.TrimSuffix(path, ".fif"), part)
}

// goesOn writes that what is in the file goes on in a part.
func (e *encoder) goesOn(path string, part int) {
	const nextFile = 2
	e.block(reference, func() {
		next := partPath(path, part)
		e.int(referenceRole, nextFile)
		e.text(referenceName, next[strings.LastIndexAny(next, `/\`)+1:])
		e.int(referenceNumber, int32(part))
	})
}

// A writer writes one part of a recording.
type writer struct {
	*encoder
	from      recording.Recording
	length    int // samples of a buffer
	precision Precision
}

// part writes the part that has the window.
func (w writer) part(path string, part int, window recording.Window) error {
	h := w.from.Header()
	return w.file(func() {
		w.block(measurement, func() {
			w.id(blockID, int32(part))
			w.info(h)
			if part == 0 {
				w.annotations(h)
			}
			w.block(rawData, func() {
				w.int(firstIndex, int32(h.Acquired(window.From)))
				w.signal(window)
				if int(window.To) < h.Length {
					w.goesOn(path, part+1)
				}
			})
		})
	})
}

// annotations writes what was noted. Onsets count from the first sample.
func (w writer) annotations(h *recording.Header) {
	if len(h.Annotations) == 0 {
		return
	}
	var starts, ends []float64
	var texts []string
	for _, a := range h.Annotations {
		starts, ends = append(starts, a.Onset), append(ends, a.Onset+a.Duration)
		texts = append(texts, a.Text)
	}
	w.block(annotations, func() {
		w.tag(rangeStart, formFloat64, doubles(starts))
		w.tag(rangeEnd, formFloat64, doubles(ends))
		w.names(comment, texts)
	})
}

// signal writes the samples of the window, buffer by buffer.
func (w writer) signal(window recording.Window) {
	h := w.from.Header()
	n := len(h.Channels)
	every := h.Pick(func(recording.Channel) bool { return true })
	rows, samples := make([]float64, n*w.length), make([]float64, n*w.length)
	form, _ := w.precision.form()
	for from := window.From; from < window.To && w.err == nil; from += recording.Stored(w.length) {
		piece := recording.Window{From: from, To: min(window.To, from+recording.Stored(w.length))}
		length := piece.Len()
		if w.err = w.from.Read(rows[:n*length], every, piece); w.err != nil {
			return
		}
		for c := range n {
			for i, v := range rows[c*length:][:length] {
				samples[i*n+c] = v
			}
		}
		w.tag(dataBuffer, form, w.precision.encode(samples[:n*length]))
	}
}

// encode encodes numbers in the precision.
func (p Precision) encode(numbers []float64) []byte {
	if p == Double {
		return doubles(numbers)
	}
	return singles(numbers...)
}
