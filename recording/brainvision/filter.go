package brainvision

import (
	"math"
	"strconv"
	"strings"
)

// A passband is what filters let through, in Hz; NaN: unknown.
type passband struct{ high, low float64 }

// filters reads the tables of filters in the comment of the header: those of the
// amplifier, or those of the software where there are any. Of channels with
// filters of their own the widest count. Both are NaN where there is no table.
func (s *setup) filters() (high, low float64) {
	bands := s.table(s.amplifierRow)
	if soft := s.table(softwareRow); len(soft) > 0 {
		bands = soft
	}
	if len(bands) == 0 {
		return math.NaN(), math.NaN()
	}
	widest, equal := bands[0], true
	for _, b := range bands[1:] {
		equal = equal && same(b.high, bands[0].high) && same(b.low, bands[0].low)
		widest.high = math.Min(widest.high, b.high)
		widest.low = math.Max(widest.low, b.low)
	}
	if !equal {
		s.warn("channels were filtered differently: %g to %g Hz is the widest", widest.high, widest.low)
	}
	return widest.high, widest.low
}

// same compares frequencies, of which unknown ones are equal.
func same(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }

// A columns says where in a table the words are.
type columns struct {
	high, low               int // places of the cut-offs
	highSeconds, lowSeconds bool
	unit                    bool // a word more stands in the rows: that of the resolution
}

// table reads the rows below every head of a table; row tells what a line has
// for a head, and not ok where the table ends.
func (s *setup) table(row func(columns, string, int) (high, low string, ok bool)) []passband {
	var bands []passband
	for i, line := range s.comment {
		c, isHead := head(line)
		if !isHead {
			continue
		}
		for k, line := range s.comment[i+1:] {
			high, low, ok := row(c, line, k)
			if !ok {
				break
			}
			bands = append(bands, passband{cutoff(high, c.highSeconds, 0), cutoff(low, c.lowSeconds, math.NaN())})
		}
	}
	return bands
}

// head reads the first line of a table of filters.
func head(line string) (columns, bool) {
	if !strings.HasPrefix(line, "#") {
		return columns{}, false
	}
	var c columns
	for i, title := range splitWide(line) {
		switch {
		case strings.HasPrefix(title, "Low Cutoff"):
			c.high, c.highSeconds = i, strings.Contains(title, "[s]")
		case strings.HasPrefix(title, "High Cutoff"):
			c.low, c.lowSeconds = i, strings.Contains(title, "[s]")
		case strings.HasPrefix(title, "Resolution / Unit"):
			c.unit = true
		}
	}
	return c, c.high > 0 && c.low > 0
}

// splitWide splits a line where there are two spaces at least.
func splitWide(line string) []string {
	var titles []string
	for title := range strings.SplitSeq(strings.ReplaceAll(line, "\t", "  "), "  ") {
		if title = strings.TrimSpace(title); title != "" {
			titles = append(titles, title)
		}
	}
	return titles
}

// amplifierRow reads a row "number name ... cut-offs ...", of which the name may
// have spaces.
func (s *setup) amplifierRow(c columns, line string, k int) (high, low string, ok bool) {
	number, rest, _ := strings.Cut(line, " ")
	n, err := strconv.Atoi(number)
	if err != nil || n != k+1 || n > len(s.channels) {
		return "", "", false
	}
	rest, found := strings.CutPrefix(strings.TrimSpace(rest), s.channels[n-1].Name)
	if !found {
		return "", "", false
	}
	const before = 2 // number and name
	return pick(c, strings.Fields(rest), before)
}

// softwareRow reads a row "number cut-offs ...".
func softwareRow(c columns, line string, k int) (high, low string, ok bool) {
	words := strings.Fields(line)
	if c.high != 1 || len(words) == 0 || words[0] != strconv.Itoa(k+1) {
		return "", "", false
	}
	return pick(c, words, 0)
}

// pick takes the cut-offs from the words of a row, of which some before them are
// not given.
func pick(c columns, words []string, before int) (high, low string, ok bool) {
	if c.unit {
		before--
	}
	if c.high-before >= len(words) || c.low-before >= len(words) || c.high < before || c.low < before {
		return "", "", false
	}
	return words[c.high-before], words[c.low-before], true
}

// cutoff reads a cut-off in Hz. One in s is a time constant τ: the frequency is
// 1/(2πτ).
func cutoff(word string, seconds bool, off float64) float64 {
	v, err := strconv.ParseFloat(strings.Replace(word, ",", ".", 1), 64)
	switch {
	case err != nil && (strings.EqualFold(word, "DC") || strings.EqualFold(word, "Off")):
		return off
	case err != nil || math.IsNaN(v) || v < 0:
		return math.NaN()
	case v == 0:
		return off
	case seconds:
		return 1 / (2 * math.Pi * v)
	}
	return v
}
