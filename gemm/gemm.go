// Package gemm multiplies small panels of float32 with the vectors of the
// processor: the innermost loop of matrix products and of everything that can be
// written as one.
//
// A product of large matrices is cut into tiles of Height × Width. What a tile
// needs of its factors lies in two panels, one of Height rows of the left factor,
// one of Width columns of the right one, each with the numbers that meet in one
// step of the sum beside each other. Whoever multiplies fills the panels, in an
// order that suits his data, and keeps them near: a panel of the right factor
// should fit the first cache, those of the left one the second.
//
//	source   Goto & van de Geijn (2008), doi:10.1145/1356052.1356053
package gemm

import "fmt"

// Size of a tile: its numbers fill the registers of AVX2 but for those that the
// factors pass through.
const (
	Height = 6
	Width  = 16
)

// Fast reports whether Tile runs on vectors here: on an x86-64 processor with
// AVX2 and FMA. Elsewhere it gives the same to within rounding, at a tenth of the
// speed.
func Fast() bool { return vectors }

// Widest reports whether the vectors of this package are the widest that the
// processor has. With AVX-512, which it does not use, an engine that does is faster.
func Widest() bool { return vectors && !wider }

// Tile sets a tile of dst to the product of two panels: number c of row r, at
// dst[r·stride + c], becomes the sum over k of a[k·Height + r] · b[k·Width + c].
//
//	shapes   a: depth × Height; b: depth × Width; dst: at least Height rows that
//	         are stride ≥ Width apart, the last Width long
//	NaN      as the sums of products come out
//	errors   too short slices panic
//	cost     2·Height·Width·depth operations; sums are in float32, in the order of
//	         k, each product added with one rounding where Fast
func Tile(dst []float32, stride int, a, b []float32, depth int) {
	check(len(dst), stride, a, b, depth)
	if vectors && depth > 0 {
		tile(&dst[0], stride, &a[0], &b[0], depth)
		return
	}
	plain(dst, stride, a, b, depth)
}

// Add adds the product of two panels to a tile of dst, as it is: the sum that
// [Tile] would set is rounded to float32, and added in the type of dst.
//
//	shapes   as for Tile, and so are NaN, errors and cost
func Add[T float32 | float64](dst []T, stride int, a, b []float32, depth int) {
	check(len(dst), stride, a, b, depth)
	if !vectors || depth == 0 {
		plainAdd(dst, stride, a, b, depth)
		return
	}
	switch dst := any(dst).(type) {
	case []float32:
		add32(&dst[0], stride, &a[0], &b[0], depth)
	case []float64:
		add64(&dst[0], stride, &a[0], &b[0], depth)
	}
}

// check panics unless panels of the depth fit a and b, and a tile fits dst.
func check(dst, stride int, a, b []float32, depth int) {
	if depth < 0 || stride < Width || len(a) < depth*Height || len(b) < depth*Width || dst < (Height-1)*stride+Width {
		panic(fmt.Sprintf("gemm: panels of %d and %d numbers, depth %d, into %d numbers with stride %d",
			len(a), len(b), depth, dst, stride))
	}
}

// plain is Tile without vectors.
func plain(dst []float32, stride int, a, b []float32, depth int) {
	for r, row := range product(a, b, depth) {
		copy(dst[r*stride:], row[:])
	}
}

// plainAdd is Add without vectors.
func plainAdd[T float32 | float64](dst []T, stride int, a, b []float32, depth int) {
	for r, row := range product(a, b, depth) {
		for c, sum := range row {
			dst[r*stride+c] += T(sum)
		}
	}
}

// product returns that of two panels.
func product(a, b []float32, depth int) (sums [Height][Width]float32) {
	for k := range depth {
		right := (*[Width]float32)(b[k*Width:])
		for r, left := range a[k*Height:][:Height] {
			for c, v := range right {
				sums[r][c] += left * v
			}
		}
	}
	return sums
}
