package activation

import (
	"fmt"
	"os"
	"unsafe"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/work"
)

// A Scratch is a sink that keeps responses in one file until it is closed, for
// whoever looks at some channels of all stimuli at a time.
//
// Blocks of channels lie one after the other, each with its channels of all
// stimuli, row by row: a block is read in one piece, wherever stimuli came from.
type Scratch struct {
	file    *os.File
	folder  string
	stimuli int
	block   int // channels
	layers  []ScratchLayer
}

// A ScratchLayer is the place of a layer in a scratch file.
type ScratchLayer struct {
	Channels int
	scratch  *Scratch
	start    int64 // in the file
}

// NewScratch makes the file in a folder, for so many stimuli, in blocks of so many
// channels. Nothing is left of it after Close, or when the program ends.
func NewScratch(folder string, stimuli, block int) (*Scratch, error) {
	f, err := file.Scratch(folder)
	if err != nil {
		return nil, fmt.Errorf("scratch file: %w", err)
	}
	return &Scratch{file: f, folder: folder, stimuli: stimuli, block: block}, nil
}

// ScratchBytes is the room that the responses of a layer of this shape take.
func ScratchBytes(shape []int, stimuli int) int64 {
	bytes := int64(stimuli) * int64(unsafe.Sizeof(float32(0)))
	for _, n := range shape {
		bytes *= int64(n)
	}
	return bytes
}

// Begin gives every layer its place.
func (s *Scratch) Begin(shapes [][]int) error {
	end := int64(0)
	for _, shape := range shapes {
		channels := 1
		for _, n := range shape {
			channels *= n
		}
		s.layers = append(s.layers, ScratchLayer{channels, s, end})
		end += ScratchBytes(shape, s.stimuli)
	}
	return s.file.Truncate(end)
}

// Rows writes the responses to consecutive stimuli.
func (s *Scratch) Rows(layer, first int, values []float32) error {
	l := s.layers[layer]
	n := len(values) / l.Channels
	piece := make([]float32, n*min(s.block, l.Channels))
	for _, columns := range work.Shards(l.Channels, s.block) {
		k := columns.Len()
		for i := range n {
			copy(piece[i*k:][:k], values[i*l.Channels:][columns.From:columns.To])
		}
		if _, err := s.file.WriteAt(bytesOf(piece[:n*k]), l.place(columns, first)); err != nil {
			return fmt.Errorf("scratch file in %s: %w: allow it less, or make room", s.folder, err)
		}
	}
	return nil
}

// Layer returns a layer of those that the file was begun for.
func (s *Scratch) Layer(i int) ScratchLayer { return s.layers[i] }

// Read fills dst with the responses to all stimuli in one block of channels.
//
//	shapes   dst: stimuli × columns.Len(), row-major
func (l ScratchLayer) Read(dst []float32, columns work.Span) error {
	if columns.From%l.scratch.block != 0 || columns.To != min(columns.From+l.scratch.block, l.Channels) || len(dst) != l.scratch.stimuli*columns.Len() {
		panic(fmt.Sprintf("activation: channels %v of %d are no block of %d", columns, l.Channels, l.scratch.block))
	}
	if _, err := l.scratch.file.ReadAt(bytesOf(dst), l.place(columns, 0)); err != nil {
		return fmt.Errorf("scratch file in %s: %w", l.scratch.folder, err)
	}
	return nil
}

// place is where the responses to a stimulus in a block of channels begin.
func (l ScratchLayer) place(columns work.Span, stimulus int) int64 {
	numbers := int64(columns.From)*int64(l.scratch.stimuli) + int64(stimulus)*int64(columns.Len())
	return l.start + numbers*int64(unsafe.Sizeof(float32(0)))
}

// Close removes the file.
func (s *Scratch) Close() error { return file.RemoveScratch(s.file) }

// bytesOf views numbers as this machine keeps them: no other reads the file.
func bytesOf(values []float32) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(values))), len(values)*int(unsafe.Sizeof(float32(0))))
}
