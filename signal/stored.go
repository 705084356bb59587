package signal

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"sync"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/fourier"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/work"
)

// Options say where what needs all of a signal at once puts its results, and how
// many threads it takes.
type Options struct {
	Scratch string // folder for a file of 8 bytes per channel and time; "" for that of the system
	Budget  work.Budget
}

// stored is a recording whose signal was computed as a whole, and lies in a scratch
// file: channels × times.
type stored struct {
	inner  recording.Recording
	header recording.Header
	file   *os.File

	mutex  sync.RWMutex // read-locked by a Read, locked by Close
	closed bool
}

// A conversion makes whole signals of others.
type conversion struct {
	task  string
	lanes func(dst, x [][]float64) // up to four of them that measure a body
	other func(dst, x []float64)   // what does not
}

// store computes the signal of a header from a recording.
func store(ctx context.Context, r recording.Recording, h recording.Header, c conversion, o Options) (recording.Recording, error) {
	if o.Scratch == "" {
		o.Scratch = os.TempDir()
	}
	f, err := file.Scratch(o.Scratch)
	if err != nil {
		return nil, err
	}
	s := &stored{inner: r, header: h, file: f}
	if err := s.fill(ctx, c, o.Budget); err != nil {
		_ = file.RemoveScratch(f)
		return nil, err
	}
	return s, nil
}

// inMemory is how many numbers are read at a time, about.
const inMemory = 1 << 25

// fill computes all channels, so many at a time that they fit into memory.
func (s *stored) fill(ctx context.Context, c conversion, budget work.Budget) error {
	h := s.inner.Header()
	of := func(keep bool) []int {
		return h.Pick(func(c recording.Channel) bool { return physiological(c) == keep })
	}
	most := max(fourier.Lanes, inMemory/max(1, h.Length, s.header.Length))
	for _, channels := range [][]int{of(true), of(false)} {
		convert, wide := c.lanes, fourier.Lanes
		if len(channels) > 0 && !physiological(h.Channels[channels[0]]) {
			convert, wide = func(dst, x [][]float64) { c.other(dst[0], x[0]) }, 1
		}
		for _, some := range work.Shards(len(channels), most) {
			one := channels[some.From:some.To]
			x := make([]float64, len(one)*h.Length)
			if err := s.inner.Read(x, one, h.Whole()); err != nil {
				return err
			}
			groups := work.Shards(len(one), wide)
			err := budget.Each(ctx, c.task, len(groups), func(i int) error {
				g := groups[i]
				return s.convert(convert, one[g.From:g.To], x[g.From*h.Length:g.To*h.Length])
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// convert converts a few channels, and writes them.
func (s *stored) convert(convert func(dst, x [][]float64), channels []int, x []float64) error {
	var from, dst [][]float64
	n := len(x) / len(channels)
	for i := range channels {
		from = append(from, x[i*n:][:n])
		dst = append(dst, make([]float64, s.header.Length))
	}
	convert(dst, from)
	for i, c := range channels {
		bytes := make([]byte, 0, 8*s.header.Length)
		for _, v := range dst[i] {
			bytes = binary.LittleEndian.AppendUint64(bytes, math.Float64bits(v))
		}
		if _, err := s.file.WriteAt(bytes, 8*int64(c)*int64(s.header.Length)); err != nil {
			return fmt.Errorf("%s: %w", s.header.Path, err)
		}
	}
	return nil
}

// Header describes the recording.
func (s *stored) Header() *recording.Header { return &s.header }

// Read sets dst to the signal, as recording.Recording says.
func (s *stored) Read(dst []float64, channels []int, w recording.Window) error {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	if s.closed {
		return recording.ErrClosed
	}
	if err := s.header.Check(dst, channels, w); err != nil {
		return err
	}
	bytes := make([]byte, 8*w.Len())
	for i, c := range channels {
		if _, err := s.file.ReadAt(bytes, 8*(int64(c)*int64(s.header.Length)+int64(w.From))); err != nil && w.Len() > 0 {
			return fmt.Errorf("%s: %w", s.header.Path, err)
		}
		for k := range w.Len() {
			dst[i*w.Len()+k] = math.Float64frombits(binary.LittleEndian.Uint64(bytes[8*k:]))
		}
	}
	return nil
}

// Close closes the recording inside, too, and gives the scratch file back.
func (s *stored) Close() error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.closed {
		return s.inner.Close()
	}
	s.closed = true
	if err := file.RemoveScratch(s.file); err != nil {
		_ = s.inner.Close()
		return err
	}
	return s.inner.Close()
}
