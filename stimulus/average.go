package stimulus

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
)

// An Average is what the pictures that a network was trained with looked like on
// average, which the network expects pictures without.
type Average struct {
	Height, Width int       // both 1 where all places share a color
	Values        []float32 // red, green and blue, each height × width, in units of Range
}

// Less returns p with an average in place of Mean: its color, or, where it is a
// picture, what stands at the place of every pixel.
//
//	errors   an average that has another size than the input, or that holds what is
//	         no number or below 0
func (p Preset) Less(a Average) (Preset, error) {
	wrong := func(format string, args ...any) (Preset, error) {
		return p, fmt.Errorf("preprocessing %s: the average picture "+format, append([]any{p.Name}, args...)...)
	}
	height, width := p.Size()
	switch {
	case len(a.Values) != 3*a.Height*a.Width || len(a.Values) == 0:
		return wrong("has %d values for 3 × %d × %d", len(a.Values), a.Height, a.Width)
	case a.Height*a.Width != 1 && (a.Height != height || a.Width != width):
		return wrong("is %d × %d pixels and the input %d × %d", a.Height, a.Width, height, width)
	}
	for _, v := range a.Values {
		if math.IsInf(float64(v), 0) || !(v >= 0) {
			return wrong("holds %g: must be a number not below 0", v)
		}
	}
	if p.Average = &a; a.Height*a.Width == 1 {
		p.Average = nil
	}
	p.Mean = a.colors()
	p.Definition = p.Describe()
	return p, nil
}

// colors returns the means of red, green and blue, as short as float32 tells them.
func (a *Average) colors() (mean [3]float64) {
	plane := a.Height * a.Width
	for i, v := range a.Values {
		mean[i/plane] += float64(v)
	}
	for c := range mean {
		short := strconv.FormatFloat(mean[c]/float64(plane), 'g', -1, 32)
		mean[c], _ = strconv.ParseFloat(short, 64)
	}
	return mean
}

// describe tells averages apart.
func (a *Average) describe() string {
	hash := sha256.New()
	_ = binary.Write(hash, binary.LittleEndian, a.Values)
	return fmt.Sprintf("the average picture of %d × %d pixels that begins with %x in SHA-256 and has the mean", a.Height, a.Width, hash.Sum(nil)[:4])
}

// subtract takes the average, in units of what it is divided by, from the planes
// of red, green and blue.
func (a *Average) subtract(planes [3][]float32, deviation [3]float64) {
	for c, plane := range planes {
		d := float32(deviation[c])
		for i, v := range a.Values[c*len(plane):][:len(plane)] {
			plane[i] -= v / d
		}
	}
}
