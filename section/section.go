// Package section finds where a function of one number is lowest.
//
//	at, value := section.Lowest(func(x float64) float64 { return (x - 1) * (x - 1) }, 0, 3, 1e-8)
package section

import "math"

// Lowest returns where a function that falls and then rises is lowest between
// two places, and its value there, by golden sections that end when they are as
// narrow as width.
//
// Near its minimum a smooth function is flat to rounding over the root of
// rounding: a width below 1e-8 of the size of x finds nothing more.
//
//	NaN      where f is NaN, one side is taken for the lower one
//	cost     5 calls of f for each digit of width
//	source   Kiefer (1953), doi:10.1090/S0002-9939-1953-0055639-3
func Lowest(f func(x float64) float64, from, to, width float64) (at, value float64) {
	const golden = math.Phi - 1
	a, b := to-golden*(to-from), from+golden*(to-from)
	fa, fb := f(a), f(b)
	for to-from > width {
		if fa <= fb {
			to, b, fb = b, a, fa
			a = to - golden*(to-from)
			fa = f(a)
		} else {
			from, a, fa = a, b, fb
			b = from + golden*(to-from)
			fb = f(b)
		}
	}
	if fa <= fb {
		return a, fa
	}
	return b, fb
}
