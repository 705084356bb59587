package projection

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"

	"gonum.org/v1/gonum/floats"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/work"
)

// A Fit is a PCA under way: it takes patterns as they come and keeps a summary
// whose size depends on units and components alone.
//
// The summary is a few directions more than components are wanted, each as long
// as the scatter along it, and the mean. A block of patterns about its mean, the
// summary, and one vector for the distance of both means have together the
// scatter of all patterns so far, without any loss; the leading directions of
// that, found by the products of these rows, are the next summary. Nothing is
// drawn at random. The result is exact as long as the patterns have no more
// dimensions than the summary, and else loses what no summary kept.
//
//	memory   (2.5 · components + 20) · units numbers of float32, 2 · units of float64
//	cost     about 9 · components · units products per pattern
//	source   Levy & Lindenbaum (2000), doi:10.1109/83.855432; Ross et al. (2008), doi:10.1007/s11263-007-0075-7
type Fit struct {
	computer
	units, components int

	mutex     sync.Mutex
	waiting   map[int][]float32 // rows that came before their turn
	block     []float32         // patterns × units, not yet in the summary
	blockMean []float64
	done      int       // patterns in the summary
	mean      []float64 // of those
	basis     []float32 // directions × units: the summary
	scatter   []float64 // along each direction
	lost      float64   // scatter that no summary kept
}

// NewFit begins a PCA of patterns over units.
//
// It panics unless there are units and components.
func NewFit(units, components int, by engine.Multiplier, budget work.Budget) *Fit {
	if units < 1 || components < 1 {
		panic(fmt.Sprintf("projection: no PCA has %d components of %d units", components, units))
	}
	f := &Fit{computer: computer{by, work.Budget{Threads: budget.Threads}}, units: units, components: components}
	f.waiting = map[int][]float32{}
	f.mean, f.blockMean = make([]float64, units), make([]float64, units)
	return f
}

// kept is how many directions a summary has, and how many patterns a block.
func (f *Fit) kept() int { return f.components + f.components/4 + 10 }

// Rows takes consecutive patterns, the first of which is number first. They may
// come in any order and from several goroutines; each once.
//
//	shapes   values: patterns × units
//	errors   a number that is NaN or infinite
func (f *Fit) Rows(first int, values []float32) error {
	for i, v := range values {
		if x := float64(v); math.IsNaN(x - x) {
			return fmt.Errorf("pattern %d has the response %g at unit %d: principal components need finite numbers", first+i/f.units+1, v, i%f.units+1)
		}
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if first != f.next() {
		f.waiting[first] = slices.Clone(values)
		return nil
	}
	for values != nil {
		if err := f.take(values); err != nil {
			return err
		}
		n := f.next()
		values = f.waiting[n]
		delete(f.waiting, n)
	}
	return nil
}

// next is the number of the pattern whose turn it is.
func (f *Fit) next() int { return f.done + len(f.block)/f.units }

// take adds patterns to the block, and every full block to the summary.
func (f *Fit) take(values []float32) error {
	full := f.kept() * f.units
	if f.block == nil {
		f.block = make([]float32, 0, full)
	}
	for len(values) > 0 {
		n := min(len(values), full-len(f.block))
		f.block = append(f.block, values[:n]...)
		values = values[n:]
		if len(f.block) == full {
			if err := f.summarize(); err != nil {
				return err
			}
		}
	}
	return nil
}

// summarize brings the block into the summary.
func (f *Fit) summarize() error {
	stack := f.stack()
	products, err := f.gram(context.Background(), stack)
	if err != nil {
		return err
	}
	trace := 0.0
	for i := range stack.count {
		trace += products[i*stack.count+i]
	}
	values, vectors := leading(products, stack.count, f.kept())
	if err := f.replace(stack, vectors, len(values)); err != nil {
		return err
	}
	f.scatter = values
	f.lost += max(0, trace-floats.Sum(values))
	n := len(f.block) / f.units
	share := float64(n) / float64(f.done+n)
	for u, m := range f.blockMean {
		f.mean[u] += share * (m - f.mean[u])
	}
	f.done += n
	f.block = f.block[:0]
	return nil
}

// stack returns the rows whose scatter about 0 is that of all patterns about
// their mean: the summary, the block about its mean, and the distance of both
// means.
func (f *Fit) stack() rows {
	n, directions := len(f.block)/f.units, len(f.scatter)
	weight := math.Sqrt(float64(f.done) * float64(n) / float64(f.done+n))
	for u := range f.blockMean {
		sum := 0.0
		for i := range n {
			sum += float64(f.block[i*f.units+u])
		}
		f.blockMean[u] = sum / float64(n)
	}
	return rows{directions + n + 1, f.units, func(dst []float64, span work.Span) {
		w := span.Len()
		for i := range directions {
			widen(dst[i*w:(i+1)*w], f.basis[i*f.units+span.From:])
		}
		for i := range n {
			row := dst[(directions+i)*w : (directions+i+1)*w]
			widen(row, f.block[i*f.units+span.From:])
			floats.Sub(row, f.blockMean[span.From:span.To])
		}
		last := dst[(directions+n)*w:]
		floats.SubTo(last, f.blockMean[span.From:span.To], f.mean[span.From:span.To])
		floats.Scale(weight, last)
	}}
}

// replace makes the mixtures of the stack the next summary. A block of units is
// read whole before its numbers are overwritten.
func (f *Fit) replace(stack rows, vectors []float64, directions int) error {
	if f.basis == nil {
		f.basis = make([]float32, f.kept()*f.units)
	}
	return f.mix(context.Background(), vectors, stack, func(mixed []float64, span work.Span) {
		w := span.Len()
		for i := range directions {
			for k, v := range mixed[i*w : (i+1)*w] {
				f.basis[i*f.units+span.From+k] = float32(v)
			}
		}
	})
}

// widen writes the first numbers of x to dst.
func widen(dst []float64, x []float32) {
	for i := range dst {
		dst[i] = float64(x[i])
	}
}

// PCA ends the fit. Components have unit length, and their largest entry is
// positive. There are fewer than were asked for where the patterns have fewer
// dimensions.
//
//	errors   no more patterns than components; a pattern that never came;
//	         patterns that are all alike
func (f *Fit) PCA() (*PCA, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if len(f.waiting) > 0 {
		panic(fmt.Sprintf("projection: pattern %d never came", f.next()))
	}
	if n := f.next(); n <= f.components {
		return nil, fmt.Errorf("%d patterns have fewer than %d principal components: fit on more stimuli, or ask for fewer components", n, f.components)
	}
	if len(f.block) > 0 {
		if err := f.summarize(); err != nil {
			return nil, err
		}
	}
	if len(f.scatter) == 0 {
		return nil, fmt.Errorf("all %d patterns are alike: they have no principal components", f.done)
	}
	return f.finish()
}

// finish turns the summary into components.
func (f *Fit) finish() (*PCA, error) {
	k := min(f.components, len(f.scatter))
	degrees := float64(f.done - 1)
	p := &PCA{
		Mean: f.mean, Components: f.basis[: k*f.units : k*f.units], Fitted: f.done,
		Total: (f.lost + floats.Sum(f.scatter)) / degrees, by: f.by,
	}
	for i, s := range f.scatter[:k] {
		p.Variances = append(p.Variances, s/degrees)
		normalize(p.Components[i*f.units : (i+1)*f.units])
	}
	return p, p.prepare(f.computer)
}

// normalize gives x unit length, and a positive sign to its largest entry.
func normalize(x []float32) {
	sum, largest := 0.0, float32(0)
	for _, v := range x {
		sum += float64(v) * float64(v)
		if v*v > largest*largest {
			largest = v
		}
	}
	scale := math.Copysign(1/math.Sqrt(sum), float64(largest))
	for i, v := range x {
		x[i] = float32(scale * float64(v))
	}
}
