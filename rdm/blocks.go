package rdm

import "github.com/isocortex/isocortex/work"

// Blocks are response patterns that are read from elsewhere, some channels of all
// conditions at a time: those of a layer that is larger than memory.
type Blocks interface {
	// Read fills dst with the responses of all rows in consecutive channels. These
	// are one of the spans of work.Shards(channels, BlockChannels), which are
	// asked for in their order, once or several times.
	//
	//	shapes   dst: rows × columns.Len(), row-major
	Read(dst []float32, columns work.Span) error
}

// A reader returns the rows of a block of channels; they are good until it is
// asked for another block.
type reader[S number] func(columns work.Span) (block func(row int) []S, err error)

// inMemory reads patterns whose numbers are x.
func inMemory[S number](p Patterns, x []S) reader[S] {
	return func(columns work.Span) (func(int) []S, error) {
		return func(row int) []S { return x[row*p.Channels:][columns.From:columns.To] }, nil
	}
}

// narrow reads patterns of float32, wherever they are.
func (p Patterns) narrow() reader[float32] {
	if p.Blocks == nil {
		return inMemory(p, p.F32)
	}
	buffer := make([]float32, p.Rows*min(BlockChannels, p.Channels))
	return func(columns work.Span) (func(int) []float32, error) {
		k := columns.Len()
		err := p.Blocks.Read(buffer[:p.Rows*k], columns)
		return func(row int) []float32 { return buffer[row*k:][:k] }, err
	}
}

// scan shows every row of every block, in the order of the channels.
func (p Patterns) scan(visit func(row int, responses []float64)) error {
	if p.F64 != nil {
		return scan(p, inMemory(p, p.F64), visit)
	}
	return scan(p, p.narrow(), visit)
}

func scan[S number](p Patterns, read reader[S], visit func(row int, responses []float64)) error {
	buffer := make([]float64, min(BlockChannels, p.Channels))
	for _, columns := range work.Shards(p.Channels, BlockChannels) {
		block, err := read(columns)
		if err != nil {
			return err
		}
		for row := range p.Rows {
			responses := buffer[:columns.Len()]
			for i, v := range block(row) {
				responses[i] = float64(v)
			}
			visit(row, responses)
		}
	}
	return nil
}
