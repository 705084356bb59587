package fif

import (
	"encoding/binary"
	"math"
)

// pieces are the rows of some channels, to be filled from samples in which all
// channels lie side by side.
type pieces struct {
	rows     [][]float64
	channels []int
	gains    []float64 // of all channels
	stride   int       // bytes from a sample to the next
}

// together is how many samples are decoded of one channel before the next: few
// enough for their bytes to stay in the cache.
const together = 16

// decode fills the rows from samples of a type.
func (p pieces) decode(data []byte, form uint32) {
	fill, width := filler(form)
	if len(p.rows) == 0 {
		return
	}
	samples := len(p.rows[0])
	for from := 0; from < samples; from += together {
		to := min(from+together, samples)
		for i, c := range p.channels {
			fill(p.rows[i][from:to], data[from*p.stride+c*width:], p.stride, p.gains[c])
		}
	}
}

// A fill decodes the samples of one channel, which lie so many bytes apart.
type fill func(row []float64, data []byte, stride int, gain float64)

// filler returns what decodes a type, and the bytes of a number.
func filler(form uint32) (f fill, width int) {
	switch form {
	case formFloat32:
		return func(row []float64, data []byte, stride int, gain float64) {
			for i := range row {
				row[i] = float64(math.Float32frombits(binary.BigEndian.Uint32(data[i*stride:]))) * gain
			}
		}, 4
	case formInt32:
		return func(row []float64, data []byte, stride int, gain float64) {
			for i := range row {
				row[i] = float64(int32(binary.BigEndian.Uint32(data[i*stride:]))) * gain
			}
		}, 4
	case formFloat64:
		return func(row []float64, data []byte, stride int, gain float64) {
			for i := range row {
				row[i] = math.Float64frombits(binary.BigEndian.Uint64(data[i*stride:])) * gain
			}
		}, 8
	case formInt16, formDAU, formDAU13, formDAU14:
		return func(row []float64, data []byte, stride int, gain float64) {
			for i := range row {
				row[i] = float64(int16(binary.BigEndian.Uint16(data[i*stride:]))) * gain
			}
		}, 2
	}
	return nil, 0
}
