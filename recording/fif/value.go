package fif

import (
	"encoding/binary"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// ints returns the whole numbers of a tag.
func (s *source) ints(t tag) ([]int32, error) {
	data := s.bytes(t)
	if form := t.form & formMask; form != formInt32 && form != formUint32 || len(data)%4 != 0 {
		return nil, s.malformed(t, "type %d with %d bytes are no whole numbers of 4", t.form, len(data))
	}
	return array(data, func(b []byte) int32 { return int32(binary.BigEndian.Uint32(b)) }, 4), nil
}

// int returns the one whole number of a tag, or of its first.
func (s *source) int(t tag) (int, error) {
	numbers, err := s.ints(t)
	if err == nil && len(numbers) == 0 {
		err = s.malformed(t, "it is empty")
	}
	if err != nil {
		return 0, err
	}
	return int(numbers[0]), nil
}

// floats returns the numbers of a tag, of which whole ones are a kind.
func (s *source) floats(t tag) ([]float64, error) {
	data := s.bytes(t)
	width, decode := number(t.form & formMask)
	if decode == nil || len(data)%width != 0 {
		return nil, s.malformed(t, "type %d with %d bytes are no numbers", t.form, len(data))
	}
	return array(data, decode, width), nil
}

// float returns the first number of a tag.
func (s *source) float(t tag) (float64, error) {
	numbers, err := s.floats(t)
	if err == nil && len(numbers) == 0 {
		err = s.malformed(t, "it is empty")
	}
	if err != nil {
		return 0, err
	}
	return numbers[0], nil
}

// number returns the bytes of one number of a type and how it is decoded; nil
// for what is no real number.
func number(form uint32) (width int, decode func([]byte) float64) {
	switch form {
	case formInt16, formDAU, formDAU13, formDAU14:
		return 2, func(b []byte) float64 { return float64(int16(binary.BigEndian.Uint16(b))) }
	case formInt32:
		return 4, func(b []byte) float64 { return float64(int32(binary.BigEndian.Uint32(b))) }
	case formUint32:
		return 4, func(b []byte) float64 { return float64(binary.BigEndian.Uint32(b)) }
	case formFloat32:
		return 4, func(b []byte) float64 { return float64(math.Float32frombits(binary.BigEndian.Uint32(b))) }
	case formFloat64:
		return 8, func(b []byte) float64 { return math.Float64frombits(binary.BigEndian.Uint64(b)) }
	}
	return 0, nil
}

// array decodes numbers that lie side by side.
func array[T any](data []byte, decode func([]byte) T, width int) []T {
	out := make([]T, len(data)/width)
	for i := range out {
		out[i] = decode(data[i*width:])
	}
	return out
}

// text returns the string of a tag. The format has Latin-1; other letters are
// written as &#NNNN; by some programs.
func (s *source) text(t tag) (string, error) {
	if t.form&formMask != formString {
		return "", s.malformed(t, "type %d is no text", t.form)
	}
	return latin(s.bytes(t)), nil
}

// latin decodes Latin-1 up to the first zero byte.
func latin(data []byte) string {
	var b strings.Builder
	for _, c := range data {
		if c == 0 {
			break
		}
		b.WriteRune(rune(c))
	}
	return unescape(b.String())
}

// escaped is a letter outside Latin-1 as some programs write it.
var escaped = regexp.MustCompile(`&#(\d{1,7});`)

// unescape replaces &#NNNN; by the letter of that number.
func unescape(text string) string {
	return escaped.ReplaceAllStringFunc(text, func(letter string) string {
		code, _ := strconv.Atoi(letter[2 : len(letter)-1])
		return string(rune(code))
	})
}

// names returns the list of names of a tag. They are separated by colons, and
// colons within them are escaped.
func (s *source) names(t tag) ([]string, error) {
	text, err := s.text(t)
	if err != nil || text == "" {
		return nil, err
	}
	names := strings.Split(text, ":")
	for i, n := range names {
		names[i] = strings.ReplaceAll(n, "{COLON}", ":")
	}
	return names, nil
}

// A matrix is a tag with sizes: they stand behind its numbers, the last first.
type matrix struct {
	sizes  []int
	width  int // bytes of a number
	number func([]byte) float64
	data   []byte
}

// matrix returns a matrix of so many dimensions.
func (s *source) matrix(t tag, dimensions int) (m matrix, err error) {
	data := s.bytes(t)
	behind := 4 * (dimensions + 1)
	if t.form&flagsMask != dense || len(data) < behind {
		return m, s.malformed(t, "type %#x with %d bytes is no matrix of %d dimensions", t.form, len(data), dimensions)
	}
	if m.width, m.number = number(t.form & formMask); m.number == nil {
		return m, s.malformed(t, "a matrix of type %d", t.form&formMask)
	}
	size := func(fromEnd int) int { return int(int32(binary.BigEndian.Uint32(data[len(data)-4*fromEnd:]))) }
	if n := size(1); n != dimensions {
		return m, s.malformed(t, "a matrix of %d dimensions, not %d", n, dimensions)
	}
	m.data = data[:len(data)-behind]
	count := int64(1)
	for d := range dimensions {
		n := size(d + 2)
		m.sizes = append(m.sizes, n)
		if n < 0 || int64(n) > int64(len(data)) {
			return m, s.malformed(t, "a matrix with %d numbers along dimension %d in %d bytes", n, d+1, len(data))
		}
		if count *= int64(n); count > int64(len(data)) { // before it can leave the range
			break
		}
	}
	if count*int64(m.width) != int64(len(m.data)) {
		return m, s.malformed(t, "a matrix of %v numbers of %d bytes in %d bytes", m.sizes, m.width, len(m.data))
	}
	return m, nil
}

// numbers returns all numbers, the last size running fastest.
func (m matrix) numbers() []float64 { return array(m.data, m.number, m.width) }
