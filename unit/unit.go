// Package unit reads quantities as people write them: "-200 ms to 0 ms".
//
// Numbers inside the program are in SI units; a unit is read and converted at
// the border and nowhere else. A number without its unit is an error, because
// 200 may be milliseconds to one person and samples to the next.
package unit

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A Dimension is what a quantity measures.
type Dimension string

// The dimensions that a quantity can have.
const (
	Time      Dimension = "time"      // s
	Frequency Dimension = "frequency" // Hz
	Size      Dimension = "size"      // bytes
	Length    Dimension = "length"    // m
)

// table gives the SI value of every unit that can be written.
var table = []struct {
	name      string
	dimension Dimension
	value     float64 // in SI units, as a power of ten where it is one
}{
	{"s", Time, 1},
	{"ms", Time, 1e-3},
	{"us", Time, 1e-6},
	{"µs", Time, 1e-6},
	{"min", Time, 60},
	{"h", Time, 3600},
	{"d", Time, 86400},
	{"Hz", Frequency, 1},
	{"kHz", Frequency, 1e3},
	{"m", Length, 1},
	{"cm", Length, 1e-2},
	{"mm", Length, 1e-3},
	{"B", Size, 1},
	{"kB", Size, 1e3},
	{"MB", Size, 1e6},
	{"GB", Size, 1e9},
	{"TB", Size, 1e12},
}

// Parse reads one quantity of dimension d, such as "-200 ms", in SI units.
//
//	errors   a number that cannot be read, a missing unit, a unit of another
//	         dimension: each names what was written and the units that fit
func Parse(text string, d Dimension) (float64, error) {
	trimmed := strings.ReplaceAll(strings.TrimSpace(text), "−", "-")
	split := strings.LastIndexAny(trimmed, "0123456789.") + 1
	number, name := trimmed[:split], strings.TrimSpace(trimmed[split:])
	value, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil || math.IsInf(value, 0) {
		return 0, fmt.Errorf("%q is not a %s: write a number and a unit, such as %q", text, d, "100 "+units(d)[0])
	}
	for _, u := range table {
		if u.name == name && u.dimension == d {
			return scale(value, u.value), nil
		}
	}
	if name == "" {
		return 0, fmt.Errorf("%q has no unit: write one of %s behind it", text, strings.Join(units(d), ", "))
	}
	return 0, fmt.Errorf("%q is not a unit of %s: use one of %s", name, d, strings.Join(units(d), ", "))
}

// scale multiplies by a power of ten below one as a division, which rounds
// once: 300 ms is the number nearest to 0.3 s.
func scale(value, unit float64) float64 {
	if unit < 1 {
		return value / math.Round(1/unit)
	}
	return value * unit
}

// A Span is a stretch between two quantities, From below To.
type Span struct{ From, To float64 }

// ParseSpan reads "A to B", each with a unit, or with one unit behind both:
// "-200 to 0 ms".
func ParseSpan(text string, d Dimension) (Span, error) {
	first, last, found := strings.Cut(text, " to ")
	if !found {
		return Span{}, fmt.Errorf("%q is not a span: write \"A to B\", such as \"-200 ms to 0 ms\"", text)
	}
	to, err := Parse(last, d)
	if err != nil {
		return Span{}, err
	}
	if _, err := strconv.ParseFloat(strings.TrimSpace(first), 64); err == nil {
		first += " " + strings.TrimSpace(last[strings.LastIndexAny(last, "0123456789.")+1:])
	}
	from, err := Parse(first, d)
	if err != nil {
		return Span{}, err
	}
	if from >= to {
		return Span{}, fmt.Errorf("%q ends before it begins", text)
	}
	return Span{from, to}, nil
}

// Milliseconds writes a time in seconds as people read it: "160 ms".
func Milliseconds(seconds float64) string {
	return strconv.FormatFloat(math.Round(seconds*1e4)/10, 'f', -1, 64) + " ms"
}

// Bytes writes a number of bytes as people read it: "1.5 GB".
func Bytes(n int64) string {
	name, value := "B", 1.0
	for _, u := range table {
		if u.dimension == Size && math.Abs(float64(n)) >= u.value {
			name, value = u.name, u.value
		}
	}
	if value == 1 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", float64(n)/value, name)
}

// units lists the units of d.
func units(d Dimension) []string {
	var names []string
	for _, u := range table {
		if u.dimension == d {
			names = append(names, u.name)
		}
	}
	return names
}
