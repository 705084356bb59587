package projection

import (
	"fmt"
	"os"
	"unsafe"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/work"
)

// A sheet holds rows over units, in memory or in a file.
//
// Blocks of units lie one after the other, each with its part of all rows: a
// block is read in one piece.
type sheet struct {
	rows, units int
	memory      []float32
	folder      string
	file        *os.File // in place of memory; may be nil
}

// begin takes the memory, unless there is a file.
func (s *sheet) begin() {
	if s.file == nil && s.memory == nil {
		s.memory = make([]float32, s.rows*s.units)
	}
}

// blocks are those of the units.
func (s *sheet) blocks() []work.Span { return work.Shards(s.units, unitsPerBlock) }

// place is where a row begins in a block.
func (s *sheet) place(block work.Span, row int) int {
	return block.From*s.rows + row*block.Len()
}

// read returns consecutive rows of a block, from its own memory or from the
// buffer.
//
//	shapes   result: count × units of the block
func (s *sheet) read(buffer []float32, block work.Span, first, count int) ([]float32, error) {
	at, n := s.place(block, first), count*block.Len()
	if s.file == nil {
		return s.memory[at : at+n], nil
	}
	buffer = buffer[:n]
	if _, err := s.file.ReadAt(bytesOf(buffer), int64(at)*numberBytes); err != nil {
		return nil, fmt.Errorf("scratch file in %s: %w", s.folder, err)
	}
	return buffer, nil
}

// write replaces consecutive rows of a block.
func (s *sheet) write(block work.Span, first int, values []float32) error {
	at := s.place(block, first)
	if s.file == nil {
		copy(s.memory[at:], values)
		return nil
	}
	if _, err := s.file.WriteAt(bytesOf(values), int64(at)*numberBytes); err != nil {
		return fmt.Errorf("scratch file in %s: %w: make room, or reduce fewer layers at a time", s.folder, err)
	}
	return nil
}

// writeRows replaces consecutive rows.
//
//	shapes   values: rows × units
func (s *sheet) writeRows(first int, values []float32) error {
	n := len(values) / s.units
	part := make([]float32, n*unitsPerBlock)
	for _, block := range s.blocks() {
		w := block.Len()
		for i := range n {
			copy(part[i*w:(i+1)*w], values[i*s.units+block.From:])
		}
		if err := s.write(block, first, part[:n*w]); err != nil {
			return err
		}
	}
	return nil
}

// close gives back what the sheet takes.
func (s *sheet) close() error {
	s.memory = nil
	if s.file == nil {
		return nil
	}
	return file.RemoveScratch(s.file) // which stays, so that nobody goes on in memory
}

// numberBytes is the size of a number.
const numberBytes = int64(unsafe.Sizeof(float32(0)))

// bytesOf views numbers as this machine keeps them: no other reads the file.
func bytesOf(values []float32) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(values))), int64(len(values))*numberBytes)
}
