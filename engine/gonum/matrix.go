package gonum

import (
	"gonum.org/v1/gonum/blas"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/work"
)

// A matrix is a view of numbers of the caller, as they lie in memory or
// transposed.
type matrix[T engine.Float] struct {
	data          []T
	rows, columns int  // as seen
	stride        int  // from one stored row to the next
	transposed    bool // stored as columns × rows
}

// view returns a matrix that is seen as it is stored.
func view[T engine.Float](data []T, stride, rows, columns int) matrix[T] {
	return matrix[T]{data: data, rows: rows, columns: columns, stride: stride}
}

// operand returns the matrix of rows × columns that data is under t.
func operand[T engine.Float](data []T, stride, rows, columns int, t blas.Transpose) matrix[T] {
	return matrix[T]{data, rows, columns, stride, t != blas.NoTrans}
}

// square returns the matrix, as it is stored, that stands on the side s of one of
// m × n.
func square[T engine.Float](data []T, stride int, s blas.Side, m, n int) matrix[T] {
	if s == blas.Left {
		return view(data, stride, m, m)
	}
	return view(data, stride, n, n)
}

// turned returns the transpose.
func (m matrix[T]) turned() matrix[T] {
	return matrix[T]{m.data, m.columns, m.rows, m.stride, !m.transposed}
}

// stored returns the rows and columns in memory.
func (m matrix[T]) stored() (rows, columns int) {
	if m.transposed {
		return m.columns, m.rows
	}
	return m.rows, m.columns
}

// fits reports whether there is something in the matrix and all of it is in data.
func (m matrix[T]) fits() bool {
	rows, columns := m.stored()
	return rows > 0 && columns > 0 && m.stride >= columns && len(m.data) >= (rows-1)*m.stride+columns
}

// part returns the view of some rows and columns, of one at least.
func (m matrix[T]) part(rows, columns work.Span) matrix[T] {
	from := rows.From*m.stride + columns.From
	if m.transposed {
		from = columns.From*m.stride + rows.From
	}
	return matrix[T]{m.data[from:], rows.Len(), columns.Len(), m.stride, m.transposed}
}

// at returns one number.
func (m matrix[T]) at(i, j int) T {
	if m.transposed {
		i, j = j, i
	}
	return m.data[i*m.stride+j]
}

// row returns a stored row of a matrix that is not transposed.
func (m matrix[T]) row(i int) []T { return m.data[i*m.stride:][:m.columns] }

// contiguous returns the numbers as they are stored if they are without gaps.
func (m matrix[T]) contiguous() ([]T, bool) {
	rows, columns := m.stored()
	if rows > 1 && m.stride != columns {
		return nil, false
	}
	return m.data[:rows*columns], true
}

// without returns m as it is in x, its stored numbers without gaps.
func (m matrix[T]) without(x []T) matrix[T] {
	_, columns := m.stored()
	return matrix[T]{x, m.rows, m.columns, columns, m.transposed}
}

// copyTo writes the numbers to dst without gaps.
func (m matrix[T]) copyTo(dst []T) {
	rows, columns := m.stored()
	for i := range rows {
		copy(dst[i*columns:(i+1)*columns], m.data[i*m.stride:])
	}
}

// transpose copies the transpose of src to dst, four rows at a time: more than one
// number of every line of the cache is then used at once.
func transpose[T engine.Float](dst, src matrix[T]) {
	i := 0
	for ; i+4 <= src.rows; i += 4 {
		r0, r1 := src.row(i), src.row(i+1)
		r2, r3 := src.row(i+2), src.row(i+3)
		for j := range r0 {
			d := dst.data[j*dst.stride+i:][:4]
			d[0], d[1], d[2], d[3] = r0[j], r1[j], r2[j], r3[j]
		}
	}
	for ; i < src.rows; i++ {
		for j, v := range src.row(i) {
			dst.data[j*dst.stride+i] = v
		}
	}
}

// spread writes a symmetric matrix, of which one triangle is stored, to dst in
// full. Blocks keep the half that is written down columns in the cache.
func (m matrix[T]) spread(dst []T, stored blas.Uplo) {
	const edge = 32
	n := m.rows
	if stored == blas.Upper {
		m = m.turned()
	}
	blocks := work.Shards(n, edge)
	for r, rows := range blocks {
		for _, columns := range blocks[:r+1] {
			for i := rows.From; i < rows.To; i++ {
				for j := columns.From; j < min(columns.To, i+1); j++ {
					v := m.at(i, j)
					dst[i*n+j], dst[j*n+i] = v, v
				}
			}
		}
	}
}
