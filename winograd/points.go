package winograd

import "math"

// What F(4×4, 3×3) is made of.
const (
	result   = 4 // side of the patch of a result
	patch    = 6 // side of the patch of a picture
	products = patch * patch
)

// The finite roots are 0, ±near and ±far. All of these are exact in float32.
const (
	near, far   = 11. / 16, 3. / 2
	near2, far2 = near * near, far * far
	near3, far3 = near2 * near, far2 * far
	middle, low = near2 + far2, near2 * far2 // of x⁴ - middle·x² + low, the polynomial with the roots but 0
)

// Slopes of the polynomial with all finite roots, at ±near and ±far.
const nearSlope, farSlope = 2 * near2 * (near2 - far2), 2 * far2 * (far2 - near2)

var negativeInfinity = float32(math.Inf(-1))

// kernel sets transformed to G g Gᵀ, in the order of rows.
func kernel(transformed *[products]float32, g *[9]float32) {
	var half [3][patch]float64 // the columns of g, transformed
	for c := range half {
		half[c] = spreadKernel(float64(g[c]), float64(g[3+c]), float64(g[6+c]))
	}
	for r := range patch {
		row, to := spreadKernel(half[0][r], half[1][r], half[2][r]), (*[patch]float32)(transformed[r*patch:])
		to[0], to[1], to[2] = float32(row[0]), float32(row[1]), float32(row[2])
		to[3], to[4], to[5] = float32(row[3]), float32(row[4]), float32(row[5])
	}
}

// spreadKernel is G: the values of a polynomial at the roots, each by the slope
// there of the polynomial with all roots.
func spreadKernel(x, y, z float64) [patch]float64 {
	evenNear, oddNear := (x+near2*z)*(1/nearSlope), y*(near/nearSlope)
	evenFar, oddFar := (x+far2*z)*(1/farSlope), y*(far/farSlope)
	return [patch]float64{x * (1 / low), evenNear + oddNear, evenNear - oddNear, evenFar + oddFar, evenFar - oddFar, z}
}

// spread6 is Bᵀ: each number of its result is what a root leaves of the
// polynomial with all roots, applied to d.
func spread6(d [patch]float32) [patch]float32 {
	evenNear, oddNear := d[4]-far2*d[2], near*(d[3]-far2*d[1])
	evenFar, oddFar := d[4]-near2*d[2], far*(d[3]-near2*d[1])
	return [patch]float32{
		low*d[0] - middle*d[2] + d[4],
		evenNear + oddNear, evenNear - oddNear, evenFar + oddFar, evenFar - oddFar,
		low*d[1] - middle*d[3] + d[5],
	}
}

// gather4 is Aᵀ.
func gather4(m [patch]float32) [result]float32 {
	evenNear, oddNear := m[1]+m[2], m[1]-m[2]
	evenFar, oddFar := m[3]+m[4], m[3]-m[4]
	return [result]float32{
		m[0] + evenNear + evenFar,
		near*oddNear + far*oddFar,
		near2*evenNear + far2*evenFar,
		near3*oddNear + far3*oddFar + m[5],
	}
}
