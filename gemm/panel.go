package gemm

import "fmt"

// Lines are rows of a left factor, or columns of a right one, as they lie in
// memory: number k of line l is X[l·Line + k·Step].
type Lines struct {
	X                 []float32
	Count, Line, Step int
}

// Panel fills a panel with lines, at most size of them, which is Height or Width:
// dst[k·size + l] becomes number k of line l; lines that there are not are 0.
//
//	shapes   dst: depth × size
//	errors   slices too short for the lines panic
//	cost     where Fast, full panels of lines with Step or Line 1 are written at the
//	         speed of the caches
func Panel(dst []float32, size int, from Lines, depth int) {
	if size != Height && size != Width || depth < 0 || len(dst) < depth*size || !from.hold(depth) || from.Count > size {
		panic(fmt.Sprintf("gemm: %d lines of %d numbers, %d and %d apart, from %d numbers into %d, %d wide",
			from.Count, depth, from.Line, from.Step, len(from.X), len(dst), size))
	}
	if from.Count < size {
		clear(dst[:depth*size])
	} else if from.Line == 1 {
		interleaved(dst, size, from, depth)
		return
	}
	done := from.turn(dst, size, depth)
	for l := range from.Count {
		for k := done; k < depth; k++ {
			dst[k*size+l] = from.X[l*from.Line+k*from.Step]
		}
	}
}

// hold reports whether the lines have so many numbers.
func (l Lines) hold(depth int) bool {
	return l.Count >= 0 && l.Line >= 0 && l.Step >= 0 &&
		(l.Count == 0 || depth == 0 || len(l.X) > (l.Count-1)*l.Line+(depth-1)*l.Step)
}

// interleaved is Panel of full panels whose lines lie beside each other already.
func interleaved(dst []float32, size int, from Lines, depth int) {
	for k := range depth {
		if size == Width {
			*(*[Width]float32)(dst[k*Width:]) = *(*[Width]float32)(from.X[k*from.Step:])
		} else {
			*(*[Height]float32)(dst[k*Height:]) = *(*[Height]float32)(from.X[k*from.Step:])
		}
	}
}

// turn writes the first numbers of all lines, as many as vectors can, and returns
// how many. These write eight lines at a time: what goes beyond the panel of six
// is written over by the next numbers, so that there have to be some.
func (l Lines) turn(dst []float32, size, depth int) (done int) {
	fours := depth / 4
	if size == Height {
		fours = (depth - 1) / 4
	}
	if !vectors || l.Step != 1 || l.Count < size || fours < 1 || len(l.X) < 7*l.Line+4*fours {
		return 0
	}
	turn(&dst[0], size, &l.X[0], l.Line, fours)
	if size == Width {
		turn(&dst[8], size, &l.X[8*l.Line], l.Line, fours)
	}
	return 4 * fours
}

// Subtract sets dst to x − about, number by number; dst may be x.
//
//	errors   lengths that differ panic
func Subtract(dst, x []float32, about float32) {
	if len(dst) != len(x) {
		panic(fmt.Sprintf("gemm: %d numbers into %d", len(x), len(dst)))
	}
	if eights := len(x) / 8; vectors && eights > 0 {
		subtract(&dst[0], &x[0], about, eights)
		dst, x = dst[8*eights:], x[8*eights:]
	}
	for i, v := range x {
		dst[i] = v - about
	}
}
