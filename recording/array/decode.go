package array

import (
	"encoding/binary"
	"math"
)

// decoder returns what reads a number of a type of NumPy, low byte first, and how
// many bytes that has; nil for a type of which parts are not read.
func decoder(kind string) (decode func(data []byte) float64, width int) {
	low := binary.LittleEndian
	switch kind {
	case "float64":
		return func(b []byte) float64 { return math.Float64frombits(low.Uint64(b)) }, 8
	case "float32":
		return func(b []byte) float64 { return float64(math.Float32frombits(low.Uint32(b))) }, 4
	case "int32":
		return func(b []byte) float64 { return float64(int32(low.Uint32(b))) }, 4
	case "int16":
		return func(b []byte) float64 { return float64(int16(low.Uint16(b))) }, 2
	case "uint16":
		return func(b []byte) float64 { return float64(low.Uint16(b)) }, 2
	case "uint8":
		return func(b []byte) float64 { return float64(b[0]) }, 1
	case "int8":
		return func(b []byte) float64 { return float64(int8(b[0])) }, 1
	}
	return nil, 0
}
