package stimulus

import "encoding/binary"

// A resampler weighs neighbors across, then down. Two values lie in one word of
// 64 bits, 32 for each, and are weighed at once: their sums keep apart, but for
// what a negative one borrows, which sum gives back.
type resampler struct {
	from    raster
	columns taps
	pair    []uint64  // two rows of from, the values of the second one above
	ring    [][]uint8 // rows whose columns are resized, 4 bytes for each value
	next    int       // the first row of from that is not yet in ring
	sums    []uint64  // of two values side by side
}

func newResampler(r raster, columns taps) *resampler {
	return &resampler{from: r, columns: columns, pair: make([]uint64, r.step*r.width)}
}

// nearer rounds both sums of a word to the nearest.
const nearer = 1<<(precision-1) | 1<<(precision-1+32)

// rounded returns the sums of a word in 8 bits.
func rounded(word uint64) (low, high uint8) {
	first := int32(word)
	second := int32((word - uint64(int64(first))) >> 32)
	return clip(first >> precision), clip(second >> precision)
}

// rows hands on the resized picture row by row.
func (s *resampler) rows(down taps, each func(y int, row []uint8)) {
	values := s.from.step * len(s.columns.start)
	most := 0
	for _, weights := range down.weights {
		most = max(most, len(weights))
	}
	s.ring = make([][]uint8, most+1) // one more, as they come by twos
	for i := range s.ring {
		s.ring[i] = make([]uint8, 4*(values+values%2))
	}
	s.sums = make([]uint64, (values+1)/2)
	row := make([]uint8, 2*len(s.sums))
	s.next = down.start[0]
	for y, weights := range down.weights {
		first := down.start[y]
		for s.next < first+len(weights) {
			s.advance()
		}
		s.vertical(row, first, weights)
		each(y, row[:values])
	}
}

// advance resizes the columns of the next two rows, of the last one alone twice.
func (s *resampler) advance() {
	last := s.from.height - 1
	upper, lower := s.from.row(s.next), s.from.row(min(s.next+1, last))
	lower = lower[:len(upper)]
	for i, v := range upper {
		s.pair[i] = uint64(v) | uint64(lower[i])<<32
	}
	to, beyond := s.ring[s.next%len(s.ring)], s.ring[(s.next+1)%len(s.ring)]
	if s.from.step == 1 {
		s.grayColumns(to, beyond)
	} else {
		s.colorColumns(to, beyond)
	}
	s.next += 2
}

// grayColumns resizes pair to two rows.
func (s *resampler) grayColumns(upper, lower []uint8) {
	for x, weights := range s.columns.weights {
		sum := uint64(nearer)
		values := s.pair[s.columns.start[x]:][:len(weights)]
		for k, w := range weights {
			sum += uint64(int64(w)) * values[k]
		}
		store(upper[4*x:], lower[4*x:], sum)
	}
}

// colorColumns resizes pair to two rows of red, green and blue.
func (s *resampler) colorColumns(upper, lower []uint8) {
	for x, weights := range s.columns.weights {
		red, green, blue := uint64(nearer), uint64(nearer), uint64(nearer)
		values := s.pair[3*s.columns.start[x]:][:3*len(weights)]
		for k, w := range weights {
			value := values[3*k : 3*k+3 : 3*k+3]
			red += uint64(int64(w)) * value[0]
			green += uint64(int64(w)) * value[1]
			blue += uint64(int64(w)) * value[2]
		}
		store(upper[12*x:], lower[12*x:], red)
		store(upper[12*x+4:], lower[12*x+4:], green)
		store(upper[12*x+8:], lower[12*x+8:], blue)
	}
}

// store writes the sums of a word into two rows.
func store(upper, lower []uint8, word uint64) {
	low, high := rounded(word)
	binary.LittleEndian.PutUint32(upper, uint32(low))
	binary.LittleEndian.PutUint32(lower, uint32(high))
}

// vertical makes a row of those that begin at first.
func (s *resampler) vertical(dst []uint8, first int, weights []int32) {
	odd := len(weights) % 2
	for i := range s.sums {
		s.sums[i] = nearer
	}
	if odd == 1 {
		w, row := uint64(int64(weights[0])), s.ring[first%len(s.ring)]
		for i := range s.sums {
			s.sums[i] += w * binary.LittleEndian.Uint64(row[8*i:])
		}
	}
	for k := odd; k < len(weights); k += 2 {
		a, b := uint64(int64(weights[k])), uint64(int64(weights[k+1]))
		above, below := s.ring[(first+k)%len(s.ring)], s.ring[(first+k+1)%len(s.ring)]
		for i := range s.sums {
			s.sums[i] += a*binary.LittleEndian.Uint64(above[8*i:]) + b*binary.LittleEndian.Uint64(below[8*i:])
		}
	}
	for i, sum := range s.sums {
		dst[2*i], dst[2*i+1] = rounded(sum)
	}
}
