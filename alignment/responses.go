package alignment

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/work"
)

// A pair is what is compared, and what is found.
type pair struct {
	Score
	Options
	ctx   context.Context
	sides [2]*responses
}

// responses are those of one side, without missing ones.
type responses struct {
	stimuli, channels int
	f32               []float32 // stimuli × channels; one of f32 and f64 is set
	f64               []float64
	center            []float64 // per channel: the mean, or 0
	scale             float64   // a power of two that brings all numbers to about 1 or less
}

type number interface{ float32 | float64 }

// newPair finds the measurements that are compared.
func newPair(a Alignment, x, y *dataset.Dataset, o Options) (*pair, error) {
	if x.Shape[0] != y.Shape[0] {
		return nil, fmt.Errorf("responses to %d and to %d stimuli cannot be compared: match them first", x.Shape[0], y.Shape[0])
	}
	both := [2]*dataset.Dataset{x, y}
	var rows []int
	for i := range x.Shape[0] {
		if responds(x, i) && responds(y, i) {
			rows = append(rows, i)
		}
	}
	if len(rows) < leastStimuli {
		return nil, fmt.Errorf("responses to %d stimuli on both sides: it takes at least %d to compare", len(rows), leastStimuli)
	}
	p := &pair{Options: o}
	p.Chance, p.Stimuli, p.LeftOut.Stimuli = math.NaN(), len(rows), x.Shape[0]-len(rows)
	for side, d := range both {
		r, err := gather(d, rows, a.raw)
		if err != nil {
			return nil, fmt.Errorf("%s side: %w", [2]string{"first", "second"}[side], err)
		}
		p.sides[side] = r
		p.Channels[side], p.LeftOut.Channels[side] = r.channels, d.Shape[1]-r.channels
	}
	return p, nil
}

// responds reports whether any channel has a response to stimulus i.
func responds(d *dataset.Dataset, i int) bool {
	for c := range d.Shape[1] {
		if !math.IsNaN(d.At(i, c, 0)) {
			return true
		}
	}
	return false
}

// gather takes the rows of d, in the channels that have all of them, and
// measures what is to be subtracted and divided by. It copies what is left only
// when something is left out.
func gather(d *dataset.Dataset, rows []int, raw bool) (*responses, error) {
	if d.Shape[2] != 1 {
		return nil, fmt.Errorf("responses at %d times: select one time first", d.Shape[2])
	}
	r := &responses{stimuli: len(rows)}
	var largest float64
	if d.F64 != nil {
		r.f64, r.channels = complete(d.F64, rows, d.Shape[1])
		r.center, largest = measure(r.f64, r.channels, raw)
	} else {
		r.f32, r.channels = complete(d.F32, rows, d.Shape[1])
		r.center, largest = measure(r.f32, r.channels, raw)
	}
	if r.channels == 0 {
		return nil, fmt.Errorf("each of %d channels lacks a response: leave out the stimuli that few channels have", d.Shape[1])
	}
	if !(largest <= math.MaxFloat64) {
		return nil, errors.New("a response is infinite, or too far from others for float64: make it NaN if it is missing")
	}
	_, exponent := math.Frexp(largest)
	r.scale = math.Ldexp(1, min(-exponent, 1000))
	return r, nil
}

// complete returns the given rows of the columns that lack none of them, and how
// many columns these are.
func complete[T number](values []T, rows []int, channels int) (kept []T, columns int) {
	missing := make([]bool, channels)
	for _, row := range rows {
		for c, v := range values[row*channels:][:channels] {
			if v != v {
				missing[c] = true
			}
		}
	}
	var whole []int
	for c, lacks := range missing {
		if !lacks {
			whole = append(whole, c)
		}
	}
	if len(whole) == channels && len(rows)*channels == len(values) {
		return values, channels
	}
	kept = make([]T, 0, len(rows)*len(whole))
	for _, row := range rows {
		for _, c := range whole {
			kept = append(kept, values[row*channels+c])
		}
	}
	return kept, len(whole)
}

// measure returns the mean of every channel, or 0 if they stay raw, and about
// the largest distance from it: at most twice as large. Of a channel that is
// constant the mean is that number exactly.
func measure[T number](values []T, channels int, raw bool) (center []float64, largest float64) {
	center = make([]float64, channels)
	if channels == 0 {
		return center, 0
	}
	first, sum := make([]float64, channels), make([]float64, channels)
	for row := range slices.Chunk(values, channels) {
		if !raw && &row[0] == &values[0] {
			for c, v := range row {
				first[c] = float64(v)
			}
		}
		for c, v := range row {
			distance := float64(v) - first[c]
			sum[c] += distance
			largest = max(largest, math.Abs(distance)) // NaN, of infinite ones, stays
		}
	}
	if !raw {
		for c := range center {
			center[c] = first[c] + sum[c]/float64(len(values)/channels)
		}
	}
	return center, largest
}

// fill writes the responses to a stimulus, centered and scaled, in the channels.
func fill[T number](r *responses, dst []T, stimulus int, channels work.Span) {
	center, from := r.center[channels.From:channels.To], stimulus*r.channels+channels.From
	if r.f64 != nil {
		centered(dst, r.f64[from:], center, r.scale)
	} else {
		centered(dst, r.f32[from:], center, r.scale)
	}
}

func centered[T, S number](dst []T, values []S, center []float64, scale float64) {
	values, dst = values[:len(center)], dst[:len(center)]
	for c, about := range center {
		dst[c] = T((float64(values[c]) - about) * scale)
	}
}

// dense returns all responses, centered and scaled.
func (r *responses) dense() *mat.Dense {
	m := mat.NewDense(r.stimuli, r.channels, nil)
	for i := range r.stimuli {
		fill(r, m.RawRowView(i), i, work.Span{To: r.channels})
	}
	return m
}
