package engine

// Plain multiplies in Go alone: slower than an engine by a factor of 30 or so,
// and right by inspection. It serves where there is no engine, and as its judge.
//
// Sums are float64 for both types, in an order that depends on k alone, and
// rounded once at the end; the bits are the same on every processor.
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

func plain[T Float](dst, a, b []T, m, n, k int) {
	checkProduct(dst, a, b, m, n, k)
	for i := range m {
		row := a[i*k : (i+1)*k]
		for j := range n {
			dst[i*n+j] = T(dot(row, b[j*k:(j+1)*k]))
		}
	}
}

// dot keeps four sums, so that an addition need not wait for the one before it.
func dot[T Float](x, y []T) float64 {
	var s0, s1, s2, s3 float64
	for len(x) >= 4 && len(y) >= 4 {
		s0 += rounded(x[0], y[0])
		s1 += rounded(x[1], y[1])
		s2 += rounded(x[2], y[2])
		s3 += rounded(x[3], y[3])
		x, y = x[4:], y[4:]
	}
	for i := range x {
		s0 += rounded(x[i], y[i])
	}
	return (s0 + s1) + (s2 + s3)
}

// rounded is a product that the conversion rounds, which keeps processors that could fuse
// it with the addition from doing so.
func rounded[T Float](x, y T) float64 { return float64(float64(x) * float64(y)) }
