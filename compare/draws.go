package compare

import (
	"fmt"
	"math"
	"slices"
	"sync"

	"gonum.org/v1/gonum/floats"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/work"
)

// Draws compares the same vectors with others under many draws of conditions at
// once. Scores of weighted pairs follow from Σ w x, Σ w x² and Σ w xy, so that the
// weights of all draws times the products of all vectors are one matrix product,
// and no vector is resampled.
type Draws struct {
	of     Comparator
	by     engine.Multiplier
	counts [][]int   // draws × conditions
	pairs  int       // of all vectors
	total  []float64 // per draw, the weight of all pairs
	x      []*Vector // that are compared with others
	own    []float64 // draws × x × 2: Σ w x and Σ w x²; nil before the first Compare
}

// SumsProducts reports whether the scores of c follow from weighted sums of
// products, as [Comparator.Draws] needs them.
func (c Comparator) SumsProducts() bool { return c.ofSums != nil }

// Draws makes the vectors x ready to be compared with others in draws of
// conditions: in each, condition i stands as often as its counts say. It panics
// unless c.SumsProducts.
//
//	shapes   counts: draws × conditions, as for [Resample.SetCounts]
func (c Comparator) Draws(by engine.Multiplier, counts [][]int, x []*Vector) *Draws {
	if !c.SumsProducts() {
		panic(fmt.Sprintf("compare: %s is no weighted sum of products", c.Name))
	}
	n := len(counts[0])
	d := &Draws{of: c, by: by, counts: counts, pairs: n * (n - 1) / 2, x: x}
	for _, draw := range counts {
		sum, squares := 0, 0
		for _, count := range draw {
			sum += count
			squares += count * count
		}
		d.total = append(d.total, float64((sum*sum-squares)/2))
	}
	return d
}

// Compare fills dst with the scores of all vectors of d with all of y in all
// draws.
//
// Where sums leave too few digits, because the pairs drawn are nearly constant
// beside others that are not, or because pairs are missing, a score is found as
// that of vectors resampled.
//
//	shapes   dst: draws × y × vectors of d
//	NaN      as for Compare of the comparator
//	errors   those of the multiplier
//	cost     O(draws · vectors of d · y · pairs), as products on one thread, of
//	         some MB at a time
//	source   agrees with [Comparator.Resample] to 1e-12
func (d *Draws) Compare(dst []float64, y []*Vector) error {
	found, width, err := d.sums(y)
	if err != nil {
		return err
	}
	var again resampler
	for draw := range d.counts {
		row, own := found[draw*width:(draw+1)*width], d.own[2*draw*len(d.x):]
		for _, b := range y {
			for k, a := range d.x {
				score, sure := d.of.ofSums(sums{d.total[draw], own[2*k], own[2*k+1], row[0], row[1], row[2+k]})
				if !sure || d.total[draw] < 2 {
					score = again.score(d, draw, a, b)
				}
				dst[k] = score
			}
			dst, row = dst[len(d.x):], row[2+len(d.x):]
		}
	}
	return nil
}

// sums returns, in rows of that width, per vector b of y Σ w b, Σ w b² and its
// products with all vectors of d, whose own sums are found with the first y.
func (d *Draws) sums(y []*Vector) (found []float64, width int, err error) {
	var columns []column
	for _, b := range y {
		columns = d.appendOwn(columns, b)
		for _, a := range d.x {
			columns = append(columns, column{d.standard(a), d.standard(b)})
		}
	}
	mixed := len(columns)
	if d.own == nil {
		for _, a := range d.x {
			columns = d.appendOwn(columns, a)
		}
	}
	found = make([]float64, len(d.counts)*len(columns))
	if err := d.product(found, columns); err != nil {
		return nil, 0, err
	}
	for draw := range d.counts {
		d.own = append(d.own, found[draw*len(columns)+mixed:(draw+1)*len(columns)]...)
	}
	return found, len(columns), nil
}

// A column is the product of two vectors per pair, or one alone.
type column struct{ x, y []float64 }

// appendOwn appends what is summed of one vector alone.
func (d *Draws) appendOwn(columns []column, v *Vector) []column {
	x := d.standard(v)
	return append(columns, column{x, nil}, column{x, x})
}

// standard returns numbers that differ from v by no more than c disregards, near
// 0 on average where c disregards that, so that sums of squares keep their digits.
// Where pairs are missing all sums will be NaN.
func (d *Draws) standard(v *Vector) []float64 {
	if v.of != d.of.Name || v.Len() != d.pairs || !v.once {
		panic(fmt.Sprintf("compare: draws of %d %s pairs of a vector of %d %s pairs", d.pairs, d.of.Name, v.Len(), v.of))
	}
	if v.missing > 0 {
		return v.values
	}
	return v.standard
}

// deepest is the largest number of pairs that are summed by one product, for
// which weights and columns stay in the cache.
const deepest = 4192

// drawsWork is the memory of product, reused by the next.
type drawsWork struct{ weights, products, part []float64 }

var drawsWorks = sync.Pool{New: func() any { return new(drawsWork) }}

// product makes dst, draws × columns, the sums of all columns under the weights
// of all draws, block by block of pairs.
func (d *Draws) product(dst []float64, columns []column) error {
	m := drawsWorks.Get().(*drawsWork)
	defer drawsWorks.Put(m)
	blocks := max((d.pairs+deepest-1)/deepest, 1)
	m.part = grown(m.part, len(dst))
	clear(dst)
	for _, block := range work.Shards(d.pairs, (d.pairs+blocks-1)/blocks) {
		k := block.Len()
		m.weights, m.products = grown(m.weights, len(d.counts)*k), grown(m.products, len(columns)*k)
		for i, counts := range d.counts {
			weightsOfPairs(m.weights[i*k:(i+1)*k], counts, block.From)
		}
		for i, c := range columns {
			c.multiply(m.products[i*k:(i+1)*k], block)
		}
		if err := d.by.MultiplyTransposed64(m.part, m.weights, m.products, len(d.counts), len(columns), k); err != nil {
			return err
		}
		floats.Add(dst, m.part)
	}
	return nil
}

func grown(x []float64, n int) []float64 { return slices.Grow(x[:0], n)[:n] }

func (c column) multiply(dst []float64, block work.Span) {
	if c.y == nil {
		copy(dst, c.x[block.From:block.To])
		return
	}
	floats.MulTo(dst, c.x[block.From:block.To], c.y[block.From:block.To])
}

// weightsOfPairs fills dst with how often pairs stand, beginning at pair from.
func weightsOfPairs(dst []float64, counts []int, from int) {
	for i, a := range counts {
		row := counts[i+1:]
		if from >= len(row) {
			from -= len(row)
			continue
		}
		row = row[from:]
		from = 0
		row = row[:min(len(row), len(dst))]
		for k, b := range row {
			dst[k] = float64(a * b)
		}
		dst = dst[len(row):]
		if len(dst) == 0 {
			return
		}
	}
}

// sums are what a score is made of, over pairs as often as they stand.
type sums struct{ one, x, xx, y, yy, xy float64 }

// enoughDigits is the least part of a sum of squares that must be left without
// the mean, for 12 of 16 digits to be left as well.
const enoughDigits = 1e-2

// correlation is pearson of standardized vectors. It is not sure of a variance
// that is much smaller than what it is the difference of.
func (s sums) correlation() (r float64, sure bool) {
	x, y := s.xx-s.x*s.x/s.one, s.yy-s.y*s.y/s.one
	r = (s.xy - s.x*s.y/s.one) / math.Sqrt(x*y)
	return max(-1, min(r, 1)), x > enoughDigits*s.xx && y > enoughDigits*s.yy && x > tiny && y > tiny
}

// cosine is cosine of scaled vectors.
func (s sums) cosine() (r float64, sure bool) {
	return max(-1, min(s.xy/math.Sqrt(s.xx*s.yy), 1)), s.xx > tiny && s.yy > tiny
}

// tiny is a sum of squares, where that of a vector is 1, of which products that
// vanished are no part that counts.
const tiny = 1e-100

// A resampler finds scores one by one.
type resampler struct {
	draw int // that r is of, from 1
	r    Resample
	a, b Vector
}

func (s *resampler) score(d *Draws, draw int, a, b *Vector) float64 {
	if s.draw != draw+1 {
		s.draw = draw + 1
		s.r.SetCounts(d.counts[draw])
	}
	d.of.Resample(&s.a, a, &s.r)
	d.of.Resample(&s.b, b, &s.r)
	return d.of.Compare(&s.a, &s.b)
}
