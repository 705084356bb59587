package unit_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/unit"
)

func ExampleParseSpan() {
	span, err := unit.ParseSpan("-200 ms to 0.1 s", unit.Time)
	fmt.Println(span.From, span.To, err)
	// Output: -0.2 0.1 <nil>
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		text string
		d    unit.Dimension
		want float64
	}{
		{"300 ms", unit.Time, 0.3},
		{"300ms", unit.Time, 0.3},
		{"-0.2 s", unit.Time, -0.2},
		{"−200 ms", unit.Time, -0.2},
		{"1e3 µs", unit.Time, 0.001},
		{"2 min", unit.Time, 120},
		{"0.5 kHz", unit.Frequency, 500},
	} {
		if got, err := unit.Parse(c.text, c.d); err != nil || got != c.want {
			t.Errorf("Parse(%q) = %v, %v; want %v", c.text, got, err, c.want)
		}
	}
}

func TestParseSaysWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"200":     "no unit",
		"200 Hz":  "not a unit of time",
		"200 mV":  "use one of s, ms",
		"fast":    "not a time",
		"":        "not a time",
		"1e999 s": "not a time",
		"nan s":   "not a time",
	} {
		if got, err := unit.Parse(text, unit.Time); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Parse(%q) = %v, %v; want an error with %q", text, got, err, want)
		}
	}
}

func TestParseSpan(t *testing.T) {
	for _, text := range []string{"-200 to 0 ms", "-200 ms to 0 ms", "-0.2 s to 0 s"} {
		if got, err := unit.ParseSpan(text, unit.Time); err != nil || got != (unit.Span{From: -0.2, To: 0}) {
			t.Errorf("ParseSpan(%q) = %v, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{
		"0 ms":            "not a span",
		"0 ms to -5 ms":   "ends before it begins",
		"0 ms to 5":       "no unit",
		"0 Hz to 5 ms":    "not a unit of time",
		"start to 200 ms": "not a time",
	} {
		if got, err := unit.ParseSpan(text, unit.Time); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseSpan(%q) = %v, %v; want an error with %q", text, got, err, want)
		}
	}
}

func TestMilliseconds(t *testing.T) {
	if got := unit.Milliseconds(0.16015625); got != "160.2 ms" {
		t.Errorf("got %q", got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("-200 ms")
	f.Add("1e5 Hz to")
	f.Fuzz(func(t *testing.T, text string) {
		if v, err := unit.Parse(text, unit.Time); err == nil && v != v {
			t.Errorf("Parse(%q) is not a number", text)
		}
		_, _ = unit.ParseSpan(text, unit.Time)
	})
}
