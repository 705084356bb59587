package npy

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/file"
)

// A Type is NumPy's name of a value's layout in a file, such as "<f4": byte
// order (< little, > big, | none), kind and size.
type Type string

// The types that this package writes; text is "<U" and the length of the
// longest value in characters.
const (
	Float32 Type = "<f4"
	Float64 Type = "<f8"
	Int64   Type = "<i8"
	Int32   Type = "<i4"
	Uint8   Type = "|u1"
	Bool    Type = "|b1"
)

const (
	magic         = "\x93NUMPY"
	alignment     = 64
	growth        = 21 // digits that numpy.save leaves for the first axis to grow into
	mostAxes      = 64 // as in NumPy 2
	longestHeader = 1 << 20
)

// A layout is a Type taken apart.
type layout struct {
	big  bool
	kind byte // f, i, u, b, U or S
	size int  // characters for U, else bytes
}

// bytes returns the size of one value.
func (l layout) bytes() int {
	if l.kind == 'U' {
		return 4 * l.size
	}
	return l.size
}

// A header is the first part of a .npy file.
type header struct {
	layout
	fortran bool
	shape   []int
	count   int   // values
	length  int64 // bytes before the values
}

// readHeader reads the header and checks that r, of size bytes, is exactly as
// long as it promises.
func readHeader(r io.Reader, name string, size int64) (header, error) {
	text, start, err := readHeaderText(r, name, size)
	if err != nil {
		return header{}, err
	}
	p := &parser{name: name, text: text, start: start}
	h, err := p.header()
	if err != nil {
		return header{}, err
	}
	h.length = start + int64(len(text))
	high, need := bits.Mul64(uint64(h.count), uint64(h.bytes()))
	switch left := uint64(size - h.length); {
	case high != 0 || need > left:
		return header{}, file.Malformed(name, size, "data", "shape %v of %d-byte values needs more than the %d bytes that are there", h.shape, h.bytes(), left)
	case need < left:
		return header{}, file.Malformed(name, h.length+int64(need), "data", "%d bytes too many for shape %v of %d-byte values", left-need, h.shape, h.bytes())
	}
	return h, nil
}

// readHeaderText returns the text of the header and where it starts.
func readHeaderText(r io.Reader, name string, size int64) (string, int64, error) {
	prefix := make([]byte, len(magic)+2)
	if n, err := io.ReadFull(r, prefix); err != nil {
		return "", 0, short(name, int64(n), "magic string", err)
	}
	if string(prefix[:len(magic)]) != magic {
		return "", 0, file.Malformed(name, 0, "magic string", "%q is not the start of a .npy file", prefix[:len(magic)])
	}
	width := 4
	switch version := prefix[len(magic)]; version {
	case 1:
		width = 2
	case 2, 3:
	default:
		return "", 0, file.Unsupported(name, int64(len(magic)), "version", "%d.%d; this program reads 1.0 to 3.0", version, prefix[len(magic)+1])
	}
	field := make([]byte, 4)
	start := int64(len(prefix) + width)
	if n, err := io.ReadFull(r, field[:width]); err != nil {
		return "", 0, short(name, int64(len(prefix)+n), "header length", err)
	}
	length := int64(binary.LittleEndian.Uint32(field))
	if length > min(size-start, longestHeader) {
		return "", 0, file.Malformed(name, int64(len(prefix)), "header length", "%d bytes announced, %d left", length, size-start)
	}
	text := make([]byte, length)
	if n, err := io.ReadFull(r, text); err != nil {
		return "", 0, short(name, start+int64(n), "header", err)
	}
	return string(text), start, nil
}

// short turns the end of the input into a located error.
func short(name string, offset int64, field string, err error) error {
	if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
		return file.Malformed(name, offset, field, "the file ends here")
	}
	return file.Malformed(name, offset, field, "%w", err)
}

// count returns the number of values of a shape.
func count(shape []int) (int, error) {
	product, overflow := uint64(1), false
	for _, n := range shape {
		if n < 0 {
			return 0, fmt.Errorf("axis of length %d", n)
		}
		if n == 0 {
			return 0, nil
		}
		high, low := bits.Mul64(product, uint64(n))
		overflow = overflow || high != 0 || low > math.MaxInt
		product = low
	}
	if overflow {
		return 0, fmt.Errorf("shape %v has more values than can be counted", shape)
	}
	return int(product), nil
}

// parser reads the header's text, a Python dictionary of three fields.
type parser struct {
	name  string
	text  string
	start int64 // of text in the file
	at    int   // in text
}

func (p *parser) fail(field, format string, args ...any) error {
	return file.Malformed(p.name, p.start+int64(p.at), field, format, args...)
}

func (p *parser) header() (header, error) {
	var h header
	seen := map[string]bool{}
	if !p.take("{") {
		return h, p.fail("header", "expected {")
	}
	for !p.take("}") {
		key, err := p.quoted("header")
		if err != nil {
			return h, err
		}
		if seen[key] || !p.take(":") {
			return h, p.fail("header", "%q is written twice or has no : behind it", key)
		}
		seen[key] = true
		if err := p.field(key, &h); err != nil {
			return h, err
		}
		if !p.take(",") && !p.peek("}") {
			return h, p.fail(key, "expected , or } behind the value")
		}
	}
	if len(seen) != 3 {
		return h, p.fail("header", "needs descr, fortran_order and shape")
	}
	if rest := strings.TrimSpace(p.text[p.at:]); rest != "" {
		return h, p.fail("header", "%.20q stands behind the closing }", rest)
	}
	return h, nil
}

// field reads the value of one of the three fields.
func (p *parser) field(key string, h *header) (err error) {
	switch key {
	case "descr":
		h.layout, err = p.descr()
	case "fortran_order":
		h.fortran, err = p.boolean()
	case "shape":
		h.shape, h.count, err = p.shape()
	default:
		err = p.fail("header", "no field is called %q", key)
	}
	return err
}

// peek skips spaces and says whether token comes next; take also steps over it.
func (p *parser) peek(token string) bool {
	for p.at < len(p.text) && strings.IndexByte(" \t\n", p.text[p.at]) >= 0 {
		p.at++
	}
	return strings.HasPrefix(p.text[p.at:], token)
}

func (p *parser) take(token string) bool {
	if !p.peek(token) {
		return false
	}
	p.at += len(token)
	return true
}

func (p *parser) quoted(field string) (string, error) {
	for _, quote := range []string{"'", `"`} {
		if p.take(quote) {
			if end := strings.Index(p.text[p.at:], quote); end >= 0 {
				value := p.text[p.at : p.at+end]
				p.at += end + 1
				return value, nil
			}
		}
	}
	return "", p.fail(field, "expected a name in quotes")
}

func (p *parser) boolean() (bool, error) {
	if p.take("True") {
		return true, nil
	}
	if p.take("False") {
		return false, nil
	}
	return false, p.fail("fortran_order", "expected True or False")
}

func (p *parser) shape() ([]int, int, error) {
	shape := []int{}
	if !p.take("(") {
		return nil, 0, p.fail("shape", "expected (")
	}
	for !p.take(")") {
		end := p.at
		for p.peek(""); end < len(p.text) && (end < p.at || p.text[end] >= '0' && p.text[end] <= '9'); end++ {
		}
		n, err := strconv.Atoi(p.text[p.at:end])
		if err != nil || len(shape) == mostAxes {
			return nil, 0, p.fail("shape", "expected at most %d lengths that this system can address", mostAxes)
		}
		shape, p.at = append(shape, n), end
		p.take("L") // as Python 2 wrote it
		if !p.take(",") && (len(shape) == 1 || !p.peek(")")) {
			return nil, 0, p.fail("shape", "expected ,")
		}
	}
	n, err := count(shape)
	if err != nil {
		return nil, 0, p.fail("shape", "%w", err)
	}
	return shape, n, nil
}

// descr reads the type, or says why values of it cannot be read.
func (p *parser) descr() (layout, error) {
	unsupported := func(format string, args ...any) (layout, error) {
		return layout{}, file.Unsupported(p.name, p.start+int64(p.at), "descr", format, args...)
	}
	if p.peek("[") || p.peek("(") {
		return unsupported("a structured array; save each of its fields as an array of its own")
	}
	text, err := p.quoted("descr")
	if err != nil {
		return layout{}, err
	}
	if strings.TrimLeft(text, "<>|=") == "O" {
		return unsupported("an array of Python objects is a pickle, and reading a pickle runs the program inside it; save text as a 'U' array and numbers as a numeric one")
	}
	l, ok := parseType(text)
	if !ok {
		return unsupported("values of type %q; this program reads f2 f4 f8, i1 to i8, u1 to u8, b1, U and S", text)
	}
	return l, nil
}

// parseType takes a type apart; false if values of it cannot be read.
func parseType(text string) (layout, bool) {
	if len(text) < 3 || strings.IndexByte("<>|=", text[0]) < 0 {
		return layout{}, false
	}
	l := layout{big: text[0] == '>', kind: text[1]}
	size, err := strconv.Atoi(text[2:])
	if err != nil || size < 1 || size > math.MaxInt32/4 {
		return layout{}, false
	}
	l.size = size
	sizes := map[byte][]int{'f': {2, 4, 8}, 'i': {1, 2, 4, 8}, 'u': {1, 2, 4, 8}, 'b': {1}, 'U': {size}, 'S': {size}}[l.kind]
	if slices.Contains(sizes, size) {
		return l, true
	}
	return layout{}, false
}

// encodeHeader returns the header that numpy.save writes.
func encodeHeader(t Type, shape []int) []byte {
	var axes strings.Builder
	for _, n := range shape {
		fmt.Fprintf(&axes, "%d, ", n)
	}
	list := strings.TrimSuffix(axes.String(), " ")
	if len(shape) != 1 {
		list = strings.TrimSuffix(list, ",")
	}
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", t, list)
	if len(shape) > 0 {
		text += strings.Repeat(" ", growth-len(strconv.Itoa(shape[0])))
	}
	prefix, width := len(magic)+4, 2
	if len(text)+alignment >= 1<<16 {
		prefix, width = len(magic)+6, 4
	}
	text += strings.Repeat(" ", alignment-(prefix+len(text)+1)%alignment) + "\n"
	length := binary.LittleEndian.AppendUint32(nil, uint32(len(text)))[:width]
	return []byte(magic + string([]byte{byte(width / 2), 0}) + string(length) + text)
}
