package stimulus

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/npy"
)

// tensorEnding ends the names of files of tensors.
const tensorEnding = ".npy"

// asTheyAre is the name of the preset of tensors.
const asTheyAre = "tensors"

// tensors are stimuli that somebody prepared elsewhere: the input of a network
// for each, all in one file. No picture is decoded and none resized.
type tensors struct {
	place    npy.Place
	channels int
	last     bool // channels are the last axis, as in TensorFlow
}

// isTensors reports whether stimuli of this name are tensors.
func isTensors(path string) bool { return strings.EqualFold(filepath.Ext(path), tensorEnding) }

// readTensors reads the header of a file of tensors. Labels are positions, from
// 1, until a table says otherwise.
func readTensors(path string) (*Set, error) {
	place, err := npy.Locate(path)
	if err != nil {
		return nil, err
	}
	t := &tensors{place: place}
	n, height, width, err := t.axes(path)
	if err != nil {
		return nil, err
	}
	s := &Set{tensors: t, Stimuli: make([]Stimulus, n)}
	for i := range s.Stimuli {
		label := strconv.Itoa(i + 1)
		s.Stimuli[i] = Stimulus{Label: label, Condition: label, Path: path, Width: width, Height: height}
	}
	return s, nil
}

// axes finds the axes of an array of tensors.
func (t *tensors) axes(path string) (n, height, width int, err error) {
	shape := t.place.Shape
	if t.place.Type != "float32" && t.place.Type != "uint8" {
		return 0, 0, 0, file.Unsupported(path, -1, "descr", "values of %s; tensors are float32, or uint8 from 0 to 255: save a.astype(\"float32\")", t.place.Type)
	}
	if len(shape) != 4 {
		return 0, 0, 0, file.Unsupported(path, -1, "shape", "%d axes; tensors have four: stimuli, channels, height, width, or with the channels last", len(shape))
	}
	channels := func(length int) bool { return length == 1 || length == 3 }
	n, t.channels, height, width = shape[0], shape[1], shape[2], shape[3]
	if t.last = !channels(shape[1]) && channels(shape[3]); t.last {
		height, width, t.channels = shape[1], shape[2], shape[3]
	}
	switch {
	case !channels(t.channels):
		err = file.Unsupported(path, -1, "shape", "%v: neither the second axis nor the last has 1 or 3 channels", shape)
	case n == 0 || height == 0 || width == 0:
		err = file.Malformed(path, -1, "shape", "%v: there are no stimuli", shape)
	case tooLarge(height, width):
		err = file.Unsupported(path, -1, "shape", "%v: more than the %d million pixels that are read", shape, MaxPixels/1_000_000)
	}
	return n, height, width, err
}

// AsTheyAre returns the preset of a set of tensors, which changes nothing; false
// for a set of pictures, which need another.
func (s *Set) AsTheyAre() (p Preset, tensors bool) {
	if s.tensors == nil {
		return Preset{}, false
	}
	one := s.Stimuli[0]
	p = Preset{Name: asTheyAre, Resize: ResizeTo{Height: one.Height, Width: one.Width}}
	if s.tensors.channels == 1 {
		p.Order = Luma
	}
	p.Definition = p.Describe()
	return p, true
}

// forTensors is For where the stimuli are tensors, or the preset is that of
// tensors.
func (p Preset) forTensors(s *Set) (Preset, error) {
	own, tensors := s.AsTheyAre()
	switch {
	case !tensors:
		return p, fmt.Errorf("preprocessing %s: %s is a picture, which needs a preset of pictures", p.Name, s.Stimuli[0].Path)
	case p.Name != asTheyAre:
		return p, fmt.Errorf("preprocessing %s: %s holds tensors, which are taken as they are: name no preprocessing", p.Name, s.Stimuli[0].Path)
	case own != p:
		return p, fmt.Errorf("%s: tensors of %s, not of %s", s.Stimuli[0].Path, own.tensorShape(), p.tensorShape())
	}
	return p, nil
}

// tensorShape writes the shape of a tensor.
func (p Preset) tensorShape() string {
	return fmt.Sprintf("%d × %d × %d", p.Channels(), p.Resize.Height, p.Resize.Width)
}

// floats keeps the memory of one tensor for the next.
var floats sync.Pool

// tensor reads tensor i as channels × height × width.
func (s *Set) tensor(i int) (View, error) {
	one, t := s.Stimuli[i], s.tensors
	size := t.channels * one.Height * one.Width
	held, _ := floats.Get().(*[]float32)
	if held == nil || cap(*held) < size {
		values := make([]float32, size)
		held = &values
	}
	*held = (*held)[:size]
	raw, err := t.raw(one.Path, i, size)
	if err != nil {
		return View{}, err
	}
	t.spread(*held, raw, one.Height*one.Width)
	return View{path: one.Path, tensor: held, shape: [3]int{t.channels, one.Height, one.Width}}, nil
}

// raw reads the bytes of tensor i, which has so many values.
func (t *tensors) raw(path string, i, size int) ([]byte, error) {
	if t.place.Type == "float32" {
		size *= 4
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	raw := make([]byte, size)
	at := t.place.Offset + int64(i)*int64(size)
	if _, err := f.ReadAt(raw, at); err != nil {
		return nil, file.Malformed(path, at, "data", "tensor %d cannot be read: %w", i+1, err)
	}
	return raw, nil
}

// spread writes values as channels × pixels.
func (t *tensors) spread(dst []float32, raw []byte, pixels int) {
	value := func(i int) float32 { return float32(raw[i]) }
	if t.place.Type == "float32" {
		value = func(i int) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:])) }
	}
	for i := range dst {
		from := i
		if t.last {
			from = i%pixels*t.channels + i/pixels
		}
		dst[i] = value(from)
	}
}

// named returns the stimuli under the names that the lines of a table give them:
// in the order of the lines, or of the column index where there is one. A table
// whose names are the positions changes nothing.
func (s *Set) named(rows map[string]row, path string) ([]Stimulus, error) {
	stimuli := slices.Clone(s.Stimuli)
	if !slices.ContainsFunc(s.Labels(), func(label string) bool { _, is := rows[label]; return !is }) {
		return stimuli, nil
	}
	if len(rows) != len(stimuli) {
		return nil, fmt.Errorf("%s: %s for %s in %s: write a line for each, in their order", path, count(len(rows), "line"), count(len(stimuli), "tensor"), stimuli[0].Path)
	}
	taken := make([]bool, len(stimuli))
	inOrder := func(a, b string) int { return rows[a].line - rows[b].line }
	for at, label := range slices.SortedFunc(maps.Keys(rows), inOrder) {
		one := rows[label]
		if one.index != "" {
			n, err := strconv.Atoi(one.index)
			if err != nil || n < 1 || n > len(stimuli) || taken[n-1] {
				return nil, record{line: one.line}.malformed(path, "index %q is none of 1 to %d, or stands in another line too", one.index, len(stimuli))
			}
			at = n - 1
		}
		taken[at] = true
		stimuli[at].Label, stimuli[at].Condition = label, label
	}
	return stimuli, nil
}

// tensorFingerprint is that of a picture, for the values that the network is
// given, whatever their layout in the file.
func (v View) tensorFingerprint() string {
	sum := sha256.New()
	fmt.Fprintf(sum, "tensor of %d × %d × %d\n", v.shape[0], v.shape[1], v.shape[2])
	if err := binary.Write(sum, binary.LittleEndian, *v.tensor); err != nil {
		panic(err) // memory to a hash
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// drawing draws a tensor: its smallest value is black, its largest white. What is
// not a number is black.
func (v View) drawing() *Image {
	values := *v.tensor
	img := NewImage(v.shape[2], v.shape[1])
	img.Note = "a tensor, drawn from its smallest value to its largest"
	low, high := float32(math.Inf(1)), float32(math.Inf(-1))
	for _, x := range values {
		if x == x {
			low, high = min(low, x), max(high, x)
		}
	}
	pixels := v.shape[1] * v.shape[2]
	for i := range img.Pix {
		x := values[min(i%3, v.shape[0]-1)*pixels+i/3]
		if high > low && x == x {
			img.Pix[i] = uint8(255*(x-low)/(high-low) + .5)
		}
	}
	return img
}
