package rsa

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// triangle returns R of a QR decomposition of columns, which it overwrites. R has
// their inner products in as few rows as there are columns, so that least squares
// of it are those of thousands of rows, as exactly as by reflections. Columns that
// have no more rows are returned as they are.
//
//	shapes   columns: columns × rows; result: columns × columns, upper triangle
//	cost     O(rows · columns²)
//	source   Björck (1967), doi:10.1007/BF01934122: modified Gram-Schmidt
func triangle(columns [][]float64) *mat.Dense {
	if rows := len(columns[0]); rows <= len(columns) {
		x := mat.NewDense(rows, len(columns), nil)
		for j, column := range columns {
			x.SetCol(j, column)
		}
		return x
	}
	r := mat.NewDense(len(columns), len(columns), nil)
	for j, column := range columns {
		length := norm(column)
		r.Set(j, j, length)
		if length == 0 {
			continue
		}
		floats.Scale(1/math.Sqrt(length), column) // in two steps, as 1/length may overflow
		floats.Scale(1/math.Sqrt(length), column)
		for k, other := range columns[j+1:] {
			share := floats.Dot(column, other)
			floats.AddScaled(other, -share, column)
			r.Set(j, j+1+k, share)
		}
	}
	return r
}

// norm returns the length of x. That of floats is slower, as it does not square
// what may overflow or vanish.
func norm(x []float64) float64 {
	if squares := floats.Dot(x, x); squares > 1e-280 && squares < 1e280 {
		return math.Sqrt(squares)
	}
	return floats.Norm(x, 2)
}
