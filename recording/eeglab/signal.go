package eeglab

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/mat"
)

// A signal is numbers and the way through them.
type signal struct {
	value   func(i int) float64
	steps   place // from a channel, time or epoch to the next
	scales  []float64
	mapping *file.Mapping // nil where the numbers were in the .set file
}

// A place is that of a number in a signal.
type place struct{ channel, time, epoch int }

// row fills dst with numbers of one channel from a place on.
func (s signal) row(dst []float64, from place) {
	at := from.channel*s.steps.channel + from.time*s.steps.time + from.epoch*s.steps.epoch
	for i := range dst {
		dst[i] = s.value(at) * s.scales[from.channel]
		at += s.steps.time
	}
}

// close gives the file back.
func (s signal) close() error {
	if s.mapping == nil {
		return nil
	}
	return s.mapping.Close()
}

// open finds the numbers: in the dataset, or in a file that it names.
func (s *set) open() error {
	p, err := s.need("data")
	if err != nil {
		return err
	}
	if p.Class() == mat.Char {
		name, err := s.text("data")
		if err != nil {
			return err
		}
		return s.openBeside(name)
	}
	return s.openInside(p)
}

// openInside reads the numbers of the dataset: channels × times × epochs.
func (s *set) openInside(p *mat.Part) error {
	v, err := p.Read()
	if err != nil {
		return err
	}
	want := []int{s.channels, s.times}
	if s.trials > 1 {
		want = append(want, s.trials)
	}
	if !slices.Equal(v.Shape, want) {
		return s.malformed("data", "its shape is %v, but nbchan, pnts and trials are %d, %d and %d", v.Shape, s.channels, s.times, s.trials)
	}
	s.signal.value = number(v)
	if s.signal.value == nil || v.Imaginary != nil {
		return s.malformed("data", "it is a %s array, not one of real numbers", v.Class)
	}
	s.signal.steps = place{channel: s.times * s.trials, time: s.trials, epoch: 1}
	return nil
}

// number returns a look at the numbers of a value; nil where it has none.
func number(v mat.Value) func(i int) float64 {
	switch n := v.Numbers.(type) {
	case []float64:
		return func(i int) float64 { return n[i] }
	case []float32:
		return look(n)
	case []int8:
		return look(n)
	case []int16:
		return look(n)
	case []int32:
		return look(n)
	case []int64:
		return look(n)
	case []uint8:
		return look(n)
	case []uint16:
		return look(n)
	case []uint32:
		return look(n)
	case []uint64:
		return look(n)
	}
	return nil
}

func look[T float32 | int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64](n []T) func(i int) float64 {
	return func(i int) float64 { return float64(n[i]) }
}

// openBeside maps a file of float32: channels of a time together. Its name in the
// dataset is often that of before it was renamed; then the file has the dataset's.
func (s *set) openBeside(name string) error {
	if strings.EqualFold(filepath.Ext(name), ".dat") {
		return file.Unsupported(s.path, -1, "data", "%q is of EEGLAB before 2003: save the dataset again in a newer one", name)
	}
	name = filepath.Base(strings.ReplaceAll(name, `\`, "/"))
	own := file.Stem(s.path) + ".fdt"
	folder := filepath.Dir(s.path)
	mapping, err := file.Map(filepath.Join(folder, name))
	if errors.Is(err, fs.ErrNotExist) && name != own {
		if mapping, err = file.Map(filepath.Join(folder, own)); err == nil {
			s.header.Warn("the signal is said to be in %q, which is not there: %s is taken", name, own)
			name = own
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return s.malformed("data", "the signal is in a file of its own, but there is neither %s nor %s beside the dataset", name, own)
	}
	if err != nil {
		return err
	}
	const width = 4
	if want := int64(s.channels) * int64(s.times) * int64(s.trials) * width; int64(len(mapping.Bytes)) != want {
		err := file.Malformed(filepath.Join(folder, name), -1, "size", "%d channels × %d times × %d epochs take %d bytes, but it has %d", s.channels, s.times, s.trials, want, len(mapping.Bytes))
		return errors.Join(err, mapping.Close())
	}
	s.header.Parts = []string{filepath.Join(folder, name)}
	data := mapping.Bytes
	s.signal.mapping = mapping
	s.signal.value = func(i int) float64 {
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(data[i*width:])))
	}
	s.signal.steps = place{channel: 1, time: s.channels, epoch: s.channels * s.times}
	return nil
}
