package mat

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/isocortex/isocortex/file"
)

// Write makes the file at path hold these variables, as version 5 in
// little-endian order, which MATLAB, Octave and SciPy read. The same variables
// give the same bytes: the header tells no time.
//
// Nothing is compressed. Measurements hardly shrink, and one variable of an
// uncompressed file is found and read without the others.
//
//	errors   names that are no MATLAB names or come twice; a value whose content
//	         does not fit its class and shape; a variable of 2 GiB or more
//	cost     memory for the encoded form of the largest variable
func Write(path string, variables []Variable) error {
	names := make([]string, len(variables))
	for i, v := range variables {
		names[i] = v.Name
	}
	if err := checkNames(names); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return file.Write(path, func(w io.Writer) error {
		if _, err := io.WriteString(w, headerText); err != nil {
			return err
		}
		for _, v := range variables {
			encoded, err := appendArray(nil, v.Name, v.Value)
			if err != nil {
				return fmt.Errorf("%s: %w", v.Name, err)
			}
			if _, err := w.Write(encoded); err != nil {
				return err
			}
		}
		return nil
	})
}

// headerText starts every file: 116 bytes of text, no subsystem, version 5, and
// the mark of the byte order.
var headerText = fmt.Sprintf("%-116s%s\x00\x01IM", "MATLAB 5.0 MAT-file, written by isocortex", strings.Repeat("\x00", 8))

// checkNames refuses what MATLAB could not call a variable or a field.
func checkNames(names []string) error {
	for i, name := range names {
		switch {
		case !nameable(name):
			return fmt.Errorf("%q is no MATLAB name: a letter, then letters, digits and _, at most %d", name, longestWritten)
		case slices.Contains(names[:i], name):
			return fmt.Errorf("the name %q comes twice", name)
		}
	}
	return nil
}

const longestWritten = 63

func nameable(name string) bool {
	for i, c := range []byte(name) {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (i == 0 || c != '_' && (c < '0' || c > '9')) {
			return false
		}
	}
	return name != "" && len(name) <= longestWritten
}

// appendArray appends v as an element.
func appendArray(b []byte, name string, v Value) ([]byte, error) {
	if err := v.check(); err != nil {
		return nil, err
	}
	start := len(b) + 8
	b = appendTag(b, miMATRIX, 0)
	b = appendNumbers(b, miUINT32, []uint32{v.flags(), 0})
	shape := seen(v.Shape)
	axes := make([]int32, len(shape))
	for i, n := range shape {
		axes[i] = int32(n)
	}
	b = appendNumbers(b, miINT32, axes)
	b = appendElement(b, miINT8, []byte(name))
	b, err := v.appendContent(b)
	if err != nil {
		return nil, err
	}
	size := len(b) - start
	if size > math.MaxInt32 {
		return nil, tooLarge(size)
	}
	binary.LittleEndian.PutUint32(b[start-4:], uint32(size))
	return b, nil
}

func tooLarge(size int) error {
	return fmt.Errorf("%d bytes are more than a variable of a version 5 file can have: save it as .h5", size)
}

// flags returns the class and the flags of v in one number.
func (v Value) flags() uint32 {
	class := v.Class
	flags := uint32(0)
	if class == Logical {
		class, flags = Uint8, flagLogical<<8
	}
	if v.Imaginary != nil {
		flags |= flagComplex << 8
	}
	for code, c := range classesV5 {
		if c == class && code != mxSPARSE {
			flags |= uint32(code)
		}
	}
	return flags
}

// appendContent appends what follows the header of v.
func (v Value) appendContent(b []byte) (_ []byte, err error) {
	switch v.Class {
	case Char:
		return v.appendText(b), nil
	case Cell:
		for _, c := range turn(v.Cells, v.reversed()) {
			if b, err = appendArray(b, "", c); err != nil {
				return nil, err
			}
		}
		return b, nil
	case Struct:
		return v.appendStruct(b)
	}
	b = v.appendReals(b, v.Numbers)
	if v.Imaginary != nil {
		b = v.appendReals(b, v.Imaginary)
	}
	return b, nil
}

// reversed returns the shape that turns row-major order into column-major.
func (v Value) reversed() []int {
	shape := slices.Clone(v.Shape)
	slices.Reverse(shape)
	return shape
}

// appendStruct appends the names of the fields and the elements.
func (v Value) appendStruct(b []byte) ([]byte, error) {
	if err := checkNames(v.Fields); err != nil {
		return nil, err
	}
	const length = longestWritten + 1
	names := make([]byte, length*len(v.Fields))
	for i, name := range v.Fields {
		copy(names[i*length:], name)
	}
	b = appendNumbers(b, miINT32, []int32{length})
	b = appendElement(b, miINT8, names)
	for _, fields := range turn(v.Elements, v.reversed()) {
		for i, f := range fields {
			var err error
			if b, err = appendArray(b, "", f); err != nil {
				return nil, fmt.Errorf("%s: %w", v.Fields[i], err)
			}
		}
	}
	return b, nil
}

// appendText appends the rows of a char array, down the columns: as UTF-8 where
// a letter is a byte, else as UTF-16.
func (v Value) appendText(b []byte) []byte {
	pages := slices.Delete(slices.Clone(v.Shape), 1, 2)
	slices.Reverse(pages)
	var letters []uint16
	wide := false
	for page := range slices.Chunk(turn(v.Text, pages), max(1, v.Shape[0])) {
		rows := make([][]uint16, len(page))
		for i, text := range page {
			rows[i] = utf16.Encode([]rune(text))
		}
		for k := range v.Shape[1] {
			for _, row := range rows {
				letters = append(letters, row[k])
				wide = wide || row[k] >= utf8.RuneSelf
			}
		}
	}
	if wide {
		return appendNumbers(b, miUTF16, letters)
	}
	narrow, _ := as[uint8](letters)
	return appendElement(b, miUTF8, narrow)
}

// appendReals appends numbers, turned to column-major order.
func (v Value) appendReals(b []byte, numbers any) []byte {
	shape := v.reversed()
	switch numbers := numbers.(type) {
	case []float64:
		return appendNumbers(b, miDOUBLE, turn(numbers, shape))
	case []float32:
		return appendNumbers(b, miSINGLE, turn(numbers, shape))
	case []int8:
		return appendNumbers(b, miINT8, turn(numbers, shape))
	case []int16:
		return appendNumbers(b, miINT16, turn(numbers, shape))
	case []int32:
		return appendNumbers(b, miINT32, turn(numbers, shape))
	case []int64:
		return appendNumbers(b, miINT64, turn(numbers, shape))
	case []uint8:
		return appendNumbers(b, miUINT8, turn(numbers, shape))
	case []uint16:
		return appendNumbers(b, miUINT16, turn(numbers, shape))
	case []uint32:
		return appendNumbers(b, miUINT32, turn(numbers, shape))
	case []uint64:
		return appendNumbers(b, miUINT64, turn(numbers, shape))
	}
	return appendNumbers(b, miUINT8, turn(numbers.([]bool), shape))
}

// appendNumbers appends an element that holds these numbers.
func appendNumbers[T Number](b []byte, kind uint32, numbers []T) []byte {
	b = appendTag(b, kind, binary.Size(numbers))
	b, err := binary.Append(b, binary.LittleEndian, numbers)
	if err != nil {
		panic(err) // every number has a fixed size
	}
	return pad8(b)
}

// appendElement appends an element of these bytes.
func appendElement(b []byte, kind uint32, data []byte) []byte {
	return pad8(append(appendTag(b, kind, len(data)), data...))
}

// appendTag appends what announces an element of size bytes. Up to 4 bytes
// stand in the tag: Octave insists.
func appendTag(b []byte, kind uint32, size int) []byte {
	if size > 0 && size <= 4 {
		return binary.LittleEndian.AppendUint32(b, kind|uint32(size)<<16)
	}
	b = binary.LittleEndian.AppendUint32(b, kind)
	return binary.LittleEndian.AppendUint32(b, uint32(size))
}

// pad8 appends zeros up to a multiple of 8 bytes, which every element fills.
func pad8(b []byte) []byte { return append(b, make([]byte, -len(b)&7)...) }

// check refuses a value whose content does not fit its class and shape.
func (v Value) check() error {
	length, ok := count(v.Shape)
	if !ok || len(v.Shape) < 2 || len(v.Shape) > mostAxes || slices.Max(v.Shape) > math.MaxInt32 {
		return fmt.Errorf("no MATLAB array has the shape %v: it needs two axes or more", v.Shape)
	}
	has := 0
	switch v.Class {
	case Char:
		return v.checkText()
	case Cell:
		has = len(v.Cells)
	case Struct:
		has = len(v.Elements)
		for _, fields := range v.Elements {
			if len(fields) != len(v.Fields) {
				return fmt.Errorf("an element has %d fields, the struct has %d", len(fields), len(v.Fields))
			}
		}
	default:
		return v.checkNumbers(length)
	}
	if has != length {
		return fmt.Errorf("%d elements do not fill the shape %v", has, v.Shape)
	}
	return nil
}

func (v Value) checkNumbers(length int) error {
	for _, numbers := range []any{v.Numbers, v.Imaginary} {
		switch {
		case numbers == nil && v.Numbers != nil:
		case classOf(numbers) != v.Class || v.Class == "":
			return fmt.Errorf("a %q array cannot hold %T", v.Class, numbers)
		case lengthOf(numbers) != length:
			return fmt.Errorf("%d values do not fill the shape %v", lengthOf(numbers), v.Shape)
		case binary.Size(numbers) > math.MaxInt32:
			return tooLarge(binary.Size(numbers))
		}
	}
	if v.Class == Logical && v.Imaginary != nil {
		return fmt.Errorf("truth values have no imaginary part")
	}
	return nil
}

func (v Value) checkText() error {
	if len(v.Text) != rows(v.Shape) {
		return fmt.Errorf("%d rows of text do not fill the shape %v", len(v.Text), v.Shape)
	}
	for i, row := range v.Text {
		if !utf8.ValidString(row) || units(row) != v.Shape[1] {
			return fmt.Errorf("row %d of the text, %q, is not UTF-8 of %d UTF-16 units", i+1, row, v.Shape[1])
		}
	}
	return nil
}
