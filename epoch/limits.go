package epoch

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/nearest"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/unit"
)

// Limits say which epochs are rejected: by how far a channel goes from its lowest
// to its highest value. The zero Limits reject none.
type Limits struct {
	Highest map[recording.Kind]float64 // in SI units; beyond it an epoch is rejected
	Lowest  map[recording.Kind]float64 // below it the channel is flat, and the epoch rejected
	Span    *unit.Span                 // s after the event, that is looked at; its last time is not; nil: all of the epoch
}

// kinds lists the kinds of channels that have a limit.
func (l Limits) has(k recording.Kind) bool {
	_, high := l.Highest[k]
	_, low := l.Lowest[k]
	return high || low
}

// window returns the places of the times that are looked at. As in MNE-Python,
// the last time inside the span is not.
func (l Limits) window(times []float64) (from, to int, err error) {
	if l.Span == nil {
		return 0, len(times), nil
	}
	from = slices.IndexFunc(times, func(t float64) bool { return t >= l.Span.From })
	for i, t := range times {
		if t <= l.Span.To {
			to = i
		}
	}
	if from < 0 || from >= to {
		return 0, 0, fmt.Errorf("no time of the epochs is between %s and %s, where they are looked at for rejection", unit.Milliseconds(l.Span.From), unit.Milliseconds(l.Span.To))
	}
	return from, to, nil
}

// broken reports whether a channel of a kind goes beyond a limit.
func (l Limits) broken(row []float64, k recording.Kind) bool {
	size := peakToPeak(row)
	high, isHigh := l.Highest[k]
	low, isLow := l.Lowest[k]
	return isHigh && size > high || isLow && size < low
}

// peakToPeak is the distance from the lowest to the highest value; NaN where one
// is NaN.
func peakToPeak(row []float64) float64 {
	if len(row) == 0 {
		return math.NaN()
	}
	low, high := row[0], row[0]
	for _, v := range row {
		low, high = min(low, v), max(high, v)
	}
	return high - low
}

// ParseLimits reads limits as people write them: "mag=4000fT,grad=4000fT/cm".
//
//	errors   a kind of channels that has none, a number without a unit, a unit of
//	         something else: each says what can be written
func ParseLimits(text string) (map[recording.Kind]float64, error) {
	limits := map[recording.Kind]float64{}
	for word := range strings.SplitSeq(text, ",") {
		name, quantity, found := strings.Cut(strings.TrimSpace(word), "=")
		if !found {
			return nil, fmt.Errorf("%q is no limit: write a kind of channels and a size, such as eeg=150uV", word)
		}
		k, err := nearest.In(kinds, "kind of channels", strings.TrimSpace(name), func(k kind) []string { return []string{string(k.of)} })
		if err != nil {
			return nil, err
		}
		if limits[k.of], err = k.parse(strings.TrimSpace(quantity)); err != nil {
			return nil, err
		}
	}
	return limits, nil
}

// parse reads a size in a unit of the kind, in SI units.
func (k kind) parse(text string) (float64, error) {
	split := strings.LastIndexAny(text, "0123456789.") + 1
	value, err := strconv.ParseFloat(strings.TrimSpace(text[:split]), 64)
	if err != nil || !(value >= 0) || math.IsInf(value, 0) {
		return 0, fmt.Errorf("%q is no size of %s: write a number and a unit, such as 100%s", text, k.of, k.unit)
	}
	want, _, _ := unit.SI(k.unit)
	si, power, known := unit.SI(text[split:])
	if !known || si != want {
		return 0, fmt.Errorf("%q is in no unit of %s: write it in %s, or another in %s", text, k.of, k.unit, want)
	}
	if power < 0 {
		return value / math.Pow10(-power), nil
	}
	return value * math.Pow10(power), nil
}

// FormatLimits writes limits as ParseLimits reads them, in the units that people
// use.
func FormatLimits(limits map[recording.Kind]float64) string {
	var words []string
	for _, name := range slices.Sorted(maps.Keys(limits)) {
		k := kindOf(name)
		_, power, _ := unit.SI(k.unit)
		words = append(words, fmt.Sprintf("%s=%.4g%s", name, limits[name]*math.Pow10(-power), k.unit))
	}
	return strings.Join(words, ",")
}
