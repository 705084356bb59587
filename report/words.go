package report

import (
	"fmt"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/rsa"
)

// symbol is how a comparator stands on an axis; one that this program does not
// know is called by its name.
func symbol(comparator string) string {
	c, err := compare.ByName(comparator)
	if err != nil {
		return comparator
	}
	return c.Symbol
}

// letter is the symbol without the name.
func letter(comparator string) string {
	words := strings.Fields(symbol(comparator))
	return words[len(words)-1]
}

// correctionWords says what the corrected p values are corrected for.
func correctionWords(e *rsa.Result) string {
	if e.Correction == "" || e.Correction == rsa.None {
		return "not corrected for multiple comparisons"
	}
	family := plural(len(e.Models), "model")
	if len(e.Times) > 1 {
		family += " and " + plural(len(e.Times), "time")
	}
	if len(e.Channels) > 1 {
		family += " and " + plural(len(e.Channels), "channel")
	}
	return e.Correction + " over " + family
}

// capital begins a sentence with a name, such as that of a brain.
func capital(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(first)) + name[size:]
}

// plural counts: "1 pair", "12 pairs".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%s %ss", thousands(n), noun)
}

// thousands writes 10000 as 10,000.
func thousands(n int) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// score writes a score: 0.31, or −0.02.
func score(n Number) string {
	if math.IsNaN(float64(n)) {
		return "undefined"
	}
	return strings.Replace(fmt.Sprintf("%.2f", float64(n)), "-", "−", 1)
}

// latency writes a time in milliseconds with its interval.
func latency(p *Peak) string {
	text := fmt.Sprintf("%.0f\u00a0ms", float64(p.Time)*1000)
	if p.Interval != nil {
		text += fmt.Sprintf("\u00a0[%.0f, %.0f]", float64(p.Interval[0])*1000, float64(p.Interval[1])*1000)
	}
	return strings.ReplaceAll(text, "-", "−")
}

// scoreWithInterval writes "ρ = 0.31 [0.27, 0.35]".
func scoreWithInterval(comparator string, m Model) string {
	text := letter(comparator) + " = " + score(m.Score)
	if m.Interval != nil {
		text += fmt.Sprintf(" [%s, %s]", score(m.Interval[0]), score(m.Interval[1]))
	}
	if m.Peak != nil && m.Peak.Channel != "" {
		text += " at " + m.Peak.Channel
	}
	return text
}

// and joins words: "a", "a and b", "a, b and c".
func and(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// percent writes an interval's level: 0.95 is "95 %".
func percent(level float64) string { return fmt.Sprintf("%g\u00a0%%", math.Round(level*1e4)/100) }
