package triangulation

import (
	"math"
	"math/big"
)

// Half the distance of 1 from the next float64, and what it makes of the error
// of the two determinants below.
//
//	source   Shewchuk (1997), doi:10.1007/PL00009321, stage A of the adaptive
//	         predicates
const (
	roundoff     = 1.0 / (1 << 53)
	turnError    = (3 + 16*roundoff) * roundoff
	circleError  = (10 + 96*roundoff) * roundoff
	leastProduct = 0x1p-960 // below, products of products lose bits
)

// turn is above 0 where a, b, c go round counterclockwise, below where
// clockwise, 0 where they lie on a line. Its sign is exact.
func turn(a, b, c Point) int {
	left, right := (a.X-c.X)*(b.Y-c.Y), (a.Y-c.Y)*(b.X-c.X)
	size := math.Abs(left) + math.Abs(right)
	if d := left - right; math.Abs(d) > turnError*size && size > leastProduct {
		return sign(d)
	}
	return exactTurn(a, b, c)
}

func sign(d float64) int {
	if d > 0 {
		return 1
	}
	return -1
}

func exactTurn(a, b, c Point) int {
	l, r := difference(a, c), difference(b, c)
	return cross(l, r).Sign()
}

// difference is exact.
func difference(p, q Point) [2]*big.Rat {
	return [2]*big.Rat{
		new(big.Rat).Sub(rational(p.X), rational(q.X)),
		new(big.Rat).Sub(rational(p.Y), rational(q.Y)),
	}
}

func rational(v float64) *big.Rat { return new(big.Rat).SetFloat64(v) }

func cross(p, q [2]*big.Rat) *big.Rat {
	left, right := new(big.Rat).Mul(p[0], q[1]), new(big.Rat).Mul(p[1], q[0])
	return left.Sub(left, right)
}

func square(p [2]*big.Rat) *big.Rat {
	x, y := new(big.Rat).Mul(p[0], p[0]), new(big.Rat).Mul(p[1], p[1])
	return x.Add(x, y)
}

// inside is above 0 where d lies inside the circle through a, b, c, which go
// round counterclockwise, below where outside, 0 on it. Its sign is exact.
func inside(a, b, c, d Point) int {
	p, q, r := a.minus(d), b.minus(d), c.minus(d)
	pq, qp := p.X*q.Y, p.Y*q.X
	qr, rq := q.X*r.Y, q.Y*r.X
	rp, pr := r.X*p.Y, r.Y*p.X
	det := r.dot(r)*(pq-qp) + p.dot(p)*(qr-rq) + q.dot(q)*(rp-pr)
	size := r.dot(r)*(math.Abs(pq)+math.Abs(qp)) + p.dot(p)*(math.Abs(qr)+math.Abs(rq)) + q.dot(q)*(math.Abs(rp)+math.Abs(pr))
	if math.Abs(det) > circleError*size && size > leastProduct {
		return sign(det)
	}
	return exactInside(a, b, c, d)
}

func exactInside(a, b, c, d Point) int {
	p, q, r := difference(a, d), difference(b, d), difference(c, d)
	sum := cross(p, q)
	sum.Mul(sum, square(r))
	for _, term := range [][3][2]*big.Rat{{q, r, p}, {r, p, q}} {
		product := cross(term[0], term[1])
		sum.Add(sum, product.Mul(product, square(term[2])))
	}
	return sum.Sign()
}
