package engine

// Plain multiplies in Go alone: ten (float64) to thirty times slower than an engine,
// and right by inspection. It serves where there is no engine, and as its judge.
//
// Sums are float64 for both types, in the order of the columns, and rounded once
// at the end; the bits are the same on every processor.
type Plain struct{}

var _ Multiplier = Plain{}

// MultiplyTransposed32 sets dst to a · bᵀ: see Multiplier.
func (Plain) MultiplyTransposed32(dst, a, b []float32, m, n, k int) error {
	plain(dst, a, b, m, n, k)
	return nil
}

// MultiplyTransposed64 sets dst to a · bᵀ: see Multiplier.
func (Plain) MultiplyTransposed64(dst, a, b []float64, m, n, k int) error {
	plain(dst, a, b, m, n, k)
	return nil
}

// Multiply32 sets dst to a product of any form: see Multiplier.
func (Plain) Multiply32(form Form, dst, a, b []float32, m, n, k int) error {
	plainForm(form, dst, a, b, m, n, k)
	return nil
}

// Multiply64 sets dst to a product of any form: see Multiplier.
func (Plain) Multiply64(form Form, dst, a, b []float64, m, n, k int) error {
	plainForm(form, dst, a, b, m, n, k)
	return nil
}

// plainForm turns the factors into rows of a and rows of bᵀ, and multiplies.
func plainForm[T Float](form Form, dst, a, b []T, m, n, k int) {
	checkProduct(dst, a, b, m, n, k)
	if form&TransposedA != 0 {
		a = transposed(a, k, m)
	}
	if form&TransposedB == 0 {
		b = transposed(b, k, n)
	}
	plain(dst, a, b, m, n, k)
}

// transposed returns x, rows × columns, as columns × rows.
func transposed[T Float](x []T, rows, columns int) []T {
	turned := make([]T, len(x))
	for i := range rows {
		for j := range columns {
			turned[j*rows+i] = x[i*columns+j]
		}
	}
	return turned
}

func plain[T Float](dst, a, b []T, m, n, k int) {
	checkProduct(dst, a, b, m, n, k)
	row := func(x []T, i int) []T { return x[i*k : (i+1)*k] }
	for i := range m {
		x, j := row(a, i), 0
		for ; j+4 <= n; j += 4 {
			sums := four(x, row(b, j), row(b, j+1), row(b, j+2), row(b, j+3))
			for l, s := range sums {
				dst[i*n+j+l] = T(s)
			}
		}
		for ; j < n; j++ {
			dst[i*n+j] = T(four(x, row(b, j), x, x, x)[0])
		}
	}
}

// four returns the products of x with four rows at once, so that an addition
// need not wait for the one before it.
//
// The conversion of each product keeps processors that could fuse it with the
// addition from doing so.
func four[T Float](x, y0, y1, y2, y3 []T) [4]float64 {
	var s0, s1, s2, s3 float64
	y0, y1, y2, y3 = y0[:len(x)], y1[:len(x)], y2[:len(x)], y3[:len(x)]
	for l, v := range x {
		w := float64(v)
		s0 += float64(w * float64(y0[l]))
		s1 += float64(w * float64(y1[l]))
		s2 += float64(w * float64(y2[l]))
		s3 += float64(w * float64(y3[l]))
	}
	return [4]float64{s0, s1, s2, s3}
}
