package brainvision

import (
	"bytes"
	"encoding/binary"
	"math"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/recording"
)

// A signal is where the numbers are, and what they are multiplied by.
type signal struct {
	data   []byte // nil where the numbers were text
	rows   [][]float64
	value  func(data []byte) float64
	width  int // bytes of a number
	next   int // bytes from one time to the next
	across int // bytes from one channel to the next
	gains  []float64
	length int
}

// values are how numbers are stored, by the names of the format.
var values = map[string]struct {
	width int
	value func(order binary.ByteOrder) func(data []byte) float64
}{
	"INT_16": {2, func(order binary.ByteOrder) func([]byte) float64 {
		return func(data []byte) float64 { return float64(int16(order.Uint16(data))) }
	}},
	"INT_32": {4, func(order binary.ByteOrder) func([]byte) float64 {
		return func(data []byte) float64 { return float64(int32(order.Uint32(data))) }
	}},
	"IEEE_FLOAT_32": {4, func(order binary.ByteOrder) func([]byte) float64 {
		return func(data []byte) float64 { return float64(math.Float32frombits(order.Uint32(data))) }
	}},
}

// numbers finds the way through the numbers.
//
//	errors   a file that has not as many as channels and times say
func (s *setup) numbers(path string, data []byte) (signal, error) {
	out := signal{gains: s.gains}
	if s.form == "" {
		return s.words(path, data)
	}
	order := binary.ByteOrder(binary.LittleEndian)
	if s.bigEnded {
		order = binary.BigEndian
	}
	kind := values[s.form]
	n := len(s.channels) + s.extra
	out.data, out.width, out.value = data, kind.width, kind.value(order)
	out.length = len(data) / (n * kind.width)
	if rest := len(data) % (n * kind.width); rest != 0 {
		return signal{}, file.Malformed(path, int64(len(data)-rest), "size", "%d channels of %d bytes do not divide %d bytes: %d are left over", n, kind.width, len(data), rest)
	}
	if err := s.agree(path, out.length); err != nil {
		return signal{}, err
	}
	out.next, out.across = n*kind.width, kind.width
	if !s.sharing {
		out.next, out.across = kind.width, out.length*kind.width
	}
	return out, nil
}

// agree returns an error where the header has another number of times.
func (s *setup) agree(path string, length int) error {
	if length > math.MaxInt32 {
		return file.Malformed(path, -1, "size", "%d times are too many", length)
	}
	if e := s.get("Common Infos", "DataPoints"); s.points > 0 && s.points != length {
		return s.malformed(e, "%d times, but %s has %d", s.points, path, length)
	}
	return nil
}

// read fills dst with channels × times.
func (s *signal) read(dst []float64, channels []int, window recording.Window) {
	length := window.Len()
	if s.data == nil {
		for i, c := range channels {
			copy(dst[i*length:][:length], s.rows[c][window.From:window.To])
		}
		return
	}
	const together = 256 // times whose numbers stay near while all channels are read
	for from := 0; from < length; from += together {
		n := min(together, length-from)
		for i, c := range channels {
			row := dst[i*length+from:][:n]
			at := (int(window.From)+from)*s.next + c*s.across
			for k := range row {
				row[k] = s.value(s.data[at:][:s.width]) * s.gains[c]
				at += s.next
			}
		}
	}
}

// words reads numbers that are text: a line of all channels for each time, or of
// all times for each channel.
//
//	errors   a word that is no number, with its line; lines of unequal lengths
func (s *setup) words(path string, data []byte) (signal, error) {
	skip, err := s.skipped()
	if err != nil {
		return signal{}, err
	}
	out := signal{gains: s.gains, rows: make([][]float64, len(s.channels))}
	point := s.get("ASCII Infos", "DecimalSymbol").value
	l := lines{path: path, point: point, columns: skip[1]}
	for number, at := 1, int64(0); len(data) > 0; number++ {
		line := firstLine(data)
		data = data[min(len(line)+1, len(data)):]
		l.number, l.at = number, at
		at += int64(len(line)) + 1
		if number <= skip[0] || len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		row, err := l.parse(string(line))
		if err != nil {
			return signal{}, err
		}
		if err := s.take(&out, row, l); err != nil {
			return signal{}, err
		}
	}
	if err := s.complete(&out, path); err != nil {
		return signal{}, err
	}
	return out, s.agree(path, out.length)
}

// skipped returns how many lines, and words of a line, are no numbers.
func (s *setup) skipped() (skip [2]int, err error) {
	for i, key := range []string{"SkipLines", "SkipColumns"} {
		if e := s.get("ASCII Infos", key); e.value != "" {
			if skip[i], err = s.count(e, 0); err != nil {
				return skip, err
			}
		}
	}
	return skip, nil
}

// take adds a line to the signal.
func (s *setup) take(out *signal, row []float64, l lines) error {
	if !s.sharing {
		if out.length == len(out.rows) {
			return l.malformed("there are more lines than %d channels", len(out.rows))
		}
		scale(row, s.gains[out.length])
		out.rows[out.length] = row
		out.length++ // counts channels, until all are there
		return nil
	}
	if len(row) != len(out.rows) {
		return l.malformed("%d numbers for %d channels", len(row), len(out.rows))
	}
	for c, v := range row {
		out.rows[c] = append(out.rows[c], v*s.gains[c])
	}
	out.length++
	return nil
}

// scale multiplies a row.
func scale(row []float64, gain float64) {
	for i := range row {
		row[i] *= gain
	}
}

// complete checks that every channel has a line, and that lines are equally long.
func (s *setup) complete(out *signal, path string) error {
	if s.sharing {
		return nil
	}
	if out.length != len(out.rows) {
		return file.Malformed(path, -1, "lines", "there are %d for %d channels", out.length, len(out.rows))
	}
	out.length = len(out.rows[0])
	for c, row := range out.rows {
		if len(row) != out.length {
			return file.Malformed(path, -1, "lines", "channel %d has %d numbers, channel 1 has %d", c+1, len(row), out.length)
		}
	}
	return nil
}

// lines is where in a file of words reading is.
type lines struct {
	path    string
	point   string // between a number and its decimals
	columns int    // words of a line that are no numbers
	number  int
	at      int64
}

func (l lines) malformed(format string, args ...any) error {
	return file.Malformed(l.path, l.at, "line "+strconv.Itoa(l.number), format, args...)
}

// parse returns the numbers of a line, with spaces, tabs, semicolons or, where the
// point is none, commas between them.
func (l lines) parse(line string) ([]float64, error) {
	between := " \t\r;,"
	if l.point == "," {
		between = " \t\r;"
	}
	words := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(between, r) })
	if len(words) < l.columns {
		return nil, l.malformed("%d words, but %d are to be left out", len(words), l.columns)
	}
	words = words[l.columns:]
	row := make([]float64, len(words))
	for i, word := range words {
		if l.point == "," {
			word = strings.Replace(word, ",", ".", 1)
		}
		v, err := strconv.ParseFloat(word, 64)
		if err != nil {
			return nil, l.malformed("%.40q is no number", word)
		}
		row[i] = v
	}
	return row, nil
}
