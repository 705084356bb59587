package fif

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/isocortex/isocortex/recording"
)

// An encoder writes tags. The first error stays.
type encoder struct {
	w   *bufio.Writer
	at  int64
	err error
}

func newEncoder(w io.Writer) *encoder { return &encoder{w: bufio.NewWriterSize(w, 1<<20)} }

// raw writes bytes as they are.
func (e *encoder) raw(data []byte) {
	if e.err == nil {
		_, e.err = e.w.Write(data)
		e.at += int64(len(data))
	}
}

// head writes the header of a tag; its data follow.
func (e *encoder) head(k kind, form uint32, size int64) {
	const follows = 0
	if size > largest {
		e.err = fmt.Errorf("%v has %d bytes, more than the format allows", k, size)
		return
	}
	e.raw(words(int32(k), int32(form), int32(size), follows))
}

// words encodes whole numbers.
func words(numbers ...int32) []byte {
	data := make([]byte, 0, 4*len(numbers))
	for _, n := range numbers {
		data = binary.BigEndian.AppendUint32(data, uint32(n))
	}
	return data
}

// singles encodes numbers of four bytes.
func singles(numbers ...float64) []byte {
	data := make([]byte, 0, 4*len(numbers))
	for _, n := range numbers {
		data = binary.BigEndian.AppendUint32(data, math.Float32bits(float32(n)))
	}
	return data
}

func (e *encoder) tag(k kind, form uint32, data []byte) {
	e.head(k, form, int64(len(data)))
	e.raw(data)
}

func (e *encoder) int(k kind, numbers ...int32) { e.tag(k, formInt32, words(numbers...)) }

func (e *encoder) float(k kind, numbers ...float64) { e.tag(k, formFloat32, singles(numbers...)) }

// text writes a string in Latin-1, other letters as &#NNNN;.
func (e *encoder) text(k kind, text string) {
	var data []byte
	for _, letter := range text {
		if letter > 0xff {
			data = fmt.Appendf(data, "&#%d;", letter)
			continue
		}
		data = append(data, byte(letter))
	}
	e.tag(k, formString, data)
}

// names writes a list of names.
func (e *encoder) names(k kind, names []string) {
	escaped := make([]string, len(names))
	for i, n := range names {
		escaped[i] = strings.ReplaceAll(n, ":", "{COLON}")
	}
	e.text(k, strings.Join(escaped, ":"))
}

// block writes a block and what is in it.
func (e *encoder) block(b block, inside func()) {
	e.int(blockStart, int32(b))
	inside()
	e.int(blockEnd, int32(b))
}

// file writes a whole file.
func (e *encoder) file(inside func()) error {
	const none = -1
	e.id(fileID, 0)
	e.int(directoryPointer, none)
	e.int(freeList, none)
	inside()
	e.raw(words(int32(end), 0, 0, none))
	if e.err == nil {
		e.err = e.w.Flush()
	}
	return e.err
}

// id writes an identifier. Files are the same whenever they are written, so that
// it knows parts of a recording apart, and nothing else.
func (e *encoder) id(k kind, part int32) {
	const version = 1<<16 | 3
	e.tag(k, formID, words(version, 0, 0, 0, part))
}

// info writes the measurement information.
func (e *encoder) info(h *recording.Header) {
	e.block(measurementInfo, func() {
		e.int(channelCount, int32(len(h.Channels)))
		e.float(samplingRate, h.Rate)
		if !h.Measured.IsZero() {
			e.int(measured, int32(h.Measured.Unix()), int32(h.Measured.Nanosecond()/1000))
		}
		for _, f := range []struct {
			kind  kind
			value float64
		}{{highpass, h.Highpass}, {lowpass, h.Lowpass}, {lineFrequency, h.Line}} {
			if !math.IsNaN(f.value) {
				e.float(f.kind, f.value)
			}
		}
		if h.Head != nil {
			e.tag(coordTransform, formTransform, encodeTransform(*h.Head))
		}
		e.points(h.Points)
		e.projections(h.Projections)
		for i, c := range h.Channels {
			e.tag(channelInfo, formChannel, encodeChannel(i, c))
		}
		e.bad(h.Channels)
		e.longNames(h.Channels)
	})
}

// longest is the longest name in the structure of a channel.
const longest = 15

// longNames writes names that the structure of a channel is too short for.
func (e *encoder) longNames(channels []recording.Channel) {
	needed := false
	for _, c := range channels {
		needed = needed || len([]rune(c.Name)) > longest
	}
	if !needed {
		return
	}
	for _, c := range channels {
		e.block(channelBlock, func() { e.text(channelName, c.Name) })
	}
}

// bad writes the names of bad channels.
func (e *encoder) bad(channels []recording.Channel) {
	var names []string
	for _, c := range channels {
		if c.Bad {
			names = append(names, c.Name)
		}
	}
	if len(names) > 0 {
		e.block(badChannels, func() { e.names(channelList, names) })
	}
}

// points writes what was digitized on the head.
func (e *encoder) points(points []recording.Point) {
	if len(points) == 0 {
		return
	}
	const headFrame = 4
	e.block(digitization, func() {
		e.int(frame, headFrame)
		for _, p := range points {
			kind := map[recording.PointKind]int32{recording.HeadCoil: 2, recording.Electrode: 3, recording.Surface: 4}[p.Kind]
			if kind == 0 {
				kind = 1 // cardinal
			}
			e.tag(digitized, formPoint, append(words(kind, int32(p.Number)), singles(p.Position[:]...)...))
		}
	})
}

// projections writes projections.
func (e *encoder) projections(list []recording.Projection) {
	if len(list) == 0 {
		return
	}
	e.block(projections, func() {
		for _, p := range list {
			e.block(projection, func() {
				e.text(itemName, p.Name)
				e.int(projectionKind, int32(p.Kind))
				e.int(channelCount, int32(len(p.Channels)))
				e.int(projectionCount, int32(len(p.Vectors)))
				e.names(projectionNames, p.Channels)
				var numbers []float64
				for _, v := range p.Vectors {
					numbers = append(numbers, v...)
				}
				e.tag(projectionVectors, dense|formFloat32,
					append(singles(numbers...), words(int32(len(p.Channels)), int32(len(p.Vectors)), 2)...))
				active := int32(0)
				if p.Active {
					active = 1
				}
				e.int(projectionActive, active)
			})
		}
	})
}

// encodeTransform is the inverse of headTransform.
func encodeTransform(t recording.Transform) []byte {
	const device, head = 1, 4
	data := words(device, head)
	inverse := recording.Transform{}
	for i, row := range t.Rotation {
		data = append(data, singles(row[:]...)...)
		for j, v := range row {
			inverse.Rotation[j][i] = v
		}
	}
	data = append(data, singles(t.Shift[:]...)...)
	back := inverse.Apply(t.Shift)
	for _, row := range inverse.Rotation {
		data = append(data, singles(row[:]...)...)
	}
	return append(data, singles(-back[0], -back[1], -back[2])...)
}

// encodeChannel is the inverse of channel, for numbers that are stored as they
// are.
func encodeChannel(index int, c recording.Channel) []byte {
	const stored = 1 // range and calibration
	data := words(int32(index+1), int32(index+1), kindCode(c.Kind))
	data = append(data, singles(stored, stored)...)
	data = append(data, words(coilCode(c))...)
	places := [4]recording.Vector{c.Position, c.Axes[0], c.Axes[1], c.Axes[2]}
	if c.Reference.Known() && c.Coil == 0 {
		places[1] = c.Reference
	}
	for _, v := range places {
		if !v.Known() {
			v = recording.Vector{}
		}
		data = append(data, singles(v[:]...)...)
	}
	data = append(data, words(unitCode(c.Unit), 0)...)
	name := make([]byte, 16)
	for i, letter := range []rune(c.Name) {
		if i == longest {
			break
		}
		name[i] = '?'
		if letter <= 0xff {
			name[i] = byte(letter)
		}
	}
	return append(data, name...)
}

// kindCode is the inverse of channelKind.
func kindCode(k recording.Kind) int32 {
	const meg, coil, misc = 1, 700, 502
	switch k {
	case recording.Magnetometer, recording.Gradiometer:
		return meg
	case recording.HeadPosition:
		return coil
	}
	for code, kind := range kinds {
		if kind == k {
			return code
		}
	}
	return misc
}

// coilCode returns the type of coil: that of the channel, else the one that
// sensors of its kind have.
func coilCode(c recording.Channel) int32 {
	if c.Coil != 0 {
		return int32(c.Coil)
	}
	return map[recording.Kind]int32{
		recording.Magnetometer: 3024, recording.Gradiometer: 3012,
		recording.EEG: 1, recording.SEEG: 1, recording.ECoG: 1, recording.Depth: 1,
	}[c.Kind]
}

// unitCode is the inverse of unitName.
func unitCode(unit string) int32 {
	const none = -1
	for _, code := range []int32{unitHertz, unitVolt, unitTesla, unitTeslaPerMeter} {
		if unitName(code) == unit {
			return code
		}
	}
	return none
}

// doubles encodes numbers of eight bytes.
func doubles(numbers []float64) []byte {
	data := make([]byte, 0, 8*len(numbers))
	for _, n := range numbers {
		data = binary.BigEndian.AppendUint64(data, math.Float64bits(n))
	}
	return data
}
