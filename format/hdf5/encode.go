package hdf5

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"unicode/utf8"
)

// eight returns v as 8 bytes.
func eight(v uint64) []byte { return binary.LittleEndian.AppendUint64(nil, v) }

// superblock returns the superblock, of version 2, of a file with that root.
func (w *writer) superblock(root int64) []byte {
	b := slices.Concat([]byte(signature), []byte{2, 8, 8, 0}, // version, bytes of addresses and sizes, flags
		eight(0), eight(math.MaxUint64), eight(uint64(w.at)), eight(uint64(root)))
	return binary.LittleEndian.AppendUint32(b, lookup3(b))
}

// A headerWriter collects the messages of an object header of version 2.
type headerWriter struct{ messages []byte }

func (h *headerWriter) message(kind int, content []byte) {
	h.messages = append(h.messages, byte(kind))
	h.messages = binary.LittleEndian.AppendUint16(h.messages, uint16(len(content)))
	h.messages = append(h.messages, 0) // flags
	h.messages = append(h.messages, content...)
}

// closed returns the whole header.
func (h *headerWriter) closed() []byte {
	b := []byte("OHDR\x02\x02") // version; the size has 4 bytes
	b = binary.LittleEndian.AppendUint32(b, uint32(len(h.messages)))
	b = append(b, h.messages...)
	return binary.LittleEndian.AppendUint32(b, lookup3(b))
}

// linkTo returns the content of a hard link.
func linkTo(name string, address int64) []byte {
	b := []byte{1, 1<<4 | 1, 1} // version; encoding is given, length has 2 bytes; UTF-8
	b = binary.LittleEndian.AppendUint16(b, uint16(len(name)))
	return slices.Concat(b, []byte(name), eight(uint64(address)))
}

// spaceFor returns the content of a dataspace.
func spaceFor(shape []int) []byte {
	b := []byte{2, byte(len(shape)), 0, byte(min(1, len(shape)))}
	for _, n := range shape {
		b = append(b, eight(uint64(n))...)
	}
	return b
}

// A typeWriter is a type as it is written.
type typeWriter struct {
	size    int // bytes of an element
	message []byte
}

// typeMessage returns the content of a datatype.
func typeMessage(class Class, flags, size int, properties ...byte) typeWriter {
	b := []byte{byte(class) | 1<<4, byte(flags), byte(flags >> 8), byte(flags >> 16)}
	return typeWriter{size, append(binary.LittleEndian.AppendUint32(b, uint32(size)), properties...)}
}

// variableText is the type of UTF-8 texts that lie elsewhere.
var variableText = typeMessage(ClassSequence, 1|1<<8, 4+8+4, typeMessage(ClassString, 1<<4, 1).message...)

// The parts of IEEE 754 floats: mantissa normed, place of the sign; bits, place
// and length of exponent and mantissa, bias.
var (
	float32Type = typeMessage(ClassFloat, 2<<4|31<<8, 4, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0)
	float64Type = typeMessage(ClassFloat, 2<<4|63<<8, 8, 0, 0, 64, 0, 52, 11, 0, 52, 0xff, 3, 0, 0)
)

func integerType(flags, size int) typeWriter {
	return typeMessage(ClassInteger, flags, size, 0, 0, byte(8*size), 0)
}

// boolType is the enum that h5py takes for truth values.
var boolType = typeMessage(ClassEnum, 2, 1,
	slices.Concat(integerType(signed, 1).message, []byte("FALSE\x00\x00\x00TRUE\x00\x00\x00\x00\x00\x01"))...)

// textType is the type of texts that are filled up with zeros: ASCII, as some
// programs read no other, or UTF-8 where a text needs it.
func textType(size int, ascii bool) typeWriter {
	if ascii {
		return typeMessage(ClassString, zeroFills, size)
	}
	return typeMessage(ClassString, zeroFills|1<<4, size)
}

const signed = 1 << 3 // flag of integers

// typeFor returns the type that the values of a are written as.
func typeFor(a *Array) (typeWriter, error) {
	values := reflect.ValueOf(a.Data)
	if values.Kind() != reflect.Slice || values.Type().Elem().PkgPath() != "" {
		return typeWriter{}, fmt.Errorf("%T cannot be written", a.Data)
	}
	if n, ok := product(a.Shape, 1); !ok || n != values.Len() || len(a.Shape) > mostAxes {
		return typeWriter{}, fmt.Errorf("shape %v does not fit %d values", a.Shape, values.Len())
	}
	element := values.Type().Elem()
	switch element.Kind() {
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return integerType(signed, int(element.Size())), nil
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return integerType(0, int(element.Size())), nil
	case reflect.Float32:
		return float32Type, nil
	case reflect.Float64:
		return float64Type, nil
	case reflect.Bool:
		return boolType, nil
	case reflect.String:
		return longest(a.Data.([]string))
	}
	return typeWriter{}, fmt.Errorf("%T cannot be written", a.Data)
}

// longest returns the type of texts that all have the bytes of the longest.
func longest(texts []string) (typeWriter, error) {
	size, ascii := 1, true
	for _, text := range texts {
		if err := checkText(text); err != nil {
			return typeWriter{}, err
		}
		size = max(size, len(text))
		ascii = ascii && len(text) == utf8.RuneCountInString(text)
	}
	return textType(size, ascii), nil
}

// writeValues writes data; texts are filled up to width.
func writeValues(out io.Writer, data any, width int) error {
	texts, ok := data.([]string)
	if !ok {
		return binary.Write(out, binary.LittleEndian, data)
	}
	for _, text := range texts {
		if _, err := out.Write(append([]byte(text), make([]byte, width-len(text))...)); err != nil {
			return err
		}
	}
	return nil
}
