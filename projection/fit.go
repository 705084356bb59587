package projection

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"sync"

	"gonum.org/v1/gonum/floats"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/file"
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
//	memory   units numbers of float64; (2.5 · components + 20) · units of float32, or a file of them: see [Fit.In]
//	cost     about 9 · components · units products per pattern
//	source   Levy & Lindenbaum (2000), doi:10.1109/83.855432; Ross et al. (2008), doi:10.1007/s11263-007-0075-7
type Fit struct {
	computer
	units, components int

	mutex   sync.Mutex
	waiting map[int][]float32 // patterns of later blocks
	end     int               // one beyond the last pattern that came
	sheet   sheet             // the summary, kept rows for directions; then kept rows for patterns that are not yet in it
	filled  int               // of these, in any order
	done    int               // patterns in the summary
	mean    []float64         // of those
	scatter []float64         // along each direction
	lost    float64           // scatter that no summary kept
}

// NewFit begins a PCA of patterns over units.
//
// It panics unless there are units and components.
func NewFit(units, components int, by engine.Multiplier, budget work.Budget) *Fit {
	if units < 1 || components < 1 {
		panic(fmt.Sprintf("projection: no PCA has %d components of %d units", components, units))
	}
	f := &Fit{computer: computer{by, work.Budget{Threads: budget.Threads}}, units: units, components: components}
	f.sheet = sheet{rows: 2 * kept(components), units: units}
	f.waiting = map[int][]float32{}
	f.mean = make([]float64, units)
	return f
}

// kept is how many directions a summary has, and how many patterns a block.
func kept(components int) int { return components + components/4 + 10 }

// FitBytes is what a [Fit] takes, of memory or in a file, beside its means.
func FitBytes(units, components int) int64 {
	return 2 * int64(kept(components)) * int64(units) * numberBytes
}

// In makes the fit keep patterns and summary in a scratch file in a folder, of
// [FitBytes], and not in memory. The numbers are the same. Nothing is left of the
// file after [Fit.Close], or when the program ends.
//
// It panics after rows have come.
func (f *Fit) In(folder string) (err error) {
	if f.next() > 0 {
		panic("projection: a fit under way cannot move to a file")
	}
	f.sheet.folder = folder
	f.sheet.file, err = file.Scratch(folder)
	return err
}

// Close gives back the memory or the file of a fit, which then ends.
func (f *Fit) Close() error { return f.sheet.close() }

// Rows takes consecutive patterns, the first of which is number first. They may
// come in any order and from several goroutines; each once.
//
//	shapes   values: patterns × units
//	errors   a number that is NaN or infinite; no room for the file
func (f *Fit) Rows(first int, values []float32) error {
	for i, v := range values {
		if x := float64(v); math.IsNaN(x - x) {
			return fmt.Errorf("pattern %d has the response %g at unit %d: principal components need finite numbers", first+i/f.units+1, v, i%f.units+1)
		}
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.end = max(f.end, first+len(values)/f.units)
	if err := f.take(first, values); err != nil {
		return err
	}
	for f.filled == kept(f.components) {
		if err := f.summarize(); err != nil {
			return err
		}
		if err := f.recall(); err != nil {
			return err
		}
	}
	return nil
}

// take writes patterns to their place in the block; those of a later block wait.
func (f *Fit) take(first int, values []float32) error {
	f.sheet.begin()
	most := kept(f.components)
	at := first - f.done
	n := max(0, min(len(values)/f.units, most-at))
	if n < len(values)/f.units {
		f.waiting[first+n] = slices.Clone(values[n*f.units:])
	}
	if n == 0 {
		return nil
	}
	f.filled += n
	return f.sheet.writeRows(most+at, values[:n*f.units])
}

// recall takes the patterns that waited for this block.
func (f *Fit) recall() error {
	for _, first := range slices.Sorted(maps.Keys(f.waiting)) {
		if first >= f.done+kept(f.components) {
			break
		}
		values := f.waiting[first]
		delete(f.waiting, first)
		if err := f.take(first, values); err != nil {
			return err
		}
	}
	return nil
}

// next is how many patterns have come and wait for no block.
func (f *Fit) next() int { return f.done + f.filled }

// summarize brings the block into the summary.
func (f *Fit) summarize() error {
	stack := f.stack(0)
	products, err := f.gram(context.Background(), stack)
	if err != nil {
		return err
	}
	trace := 0.0
	for i := range stack.count {
		trace += products[i*stack.count+i]
	}
	values, vectors := leading(products, stack.count, kept(f.components))
	if err := f.replace(vectors, len(values)); err != nil {
		return err
	}
	f.scatter = values
	f.lost += max(0, trace-floats.Sum(values))
	f.done += f.filled
	f.filled = 0
	return nil
}

// stack returns the rows whose scatter about 0 is that of all patterns about
// their mean: the summary, the block about its mean, and the distance of both
// means. The mean of the summary goes towards that of the block by a share of the
// distance as soon as it was read.
func (f *Fit) stack(share float64) rows {
	n, directions := f.filled, len(f.scatter)
	weight := math.Sqrt(float64(f.done) * float64(n) / float64(f.done+n))
	return rows{directions + n + 1, f.units, func(dst []float64, span work.Span) error {
		w := span.Len()
		if err := f.read(dst[:directions*w], span, 0); err != nil {
			return err
		}
		patterns, last, mean := dst[directions*w:(directions+n)*w], dst[(directions+n)*w:], f.mean[span.From:span.To]
		if err := f.read(patterns, span, kept(f.components)); err != nil {
			return err
		}
		floats.Sub(center(last, patterns), mean)
		floats.AddScaled(mean, share, last)
		floats.Scale(weight, last)
		return nil
	}}
}

// read fills dst with rows of the sheet, from the first on.
func (f *Fit) read(dst []float64, span work.Span, first int) error {
	var buffer []float32
	if f.sheet.file != nil {
		buffer = make([]float32, len(dst))
	}
	values, err := f.sheet.read(buffer, span, first, len(dst)/span.Len())
	if err == nil {
		widen(dst, values)
	}
	return err
}

// center takes the mean away from patterns over so many units as it has.
func center(mean, patterns []float64) []float64 {
	clear(mean)
	w := len(mean)
	for at := 0; at < len(patterns); at += w {
		floats.Add(mean, patterns[at:at+w])
	}
	for u := range mean {
		mean[u] /= float64(len(patterns) / w)
	}
	for at := 0; at < len(patterns); at += w {
		floats.Sub(patterns[at:at+w], mean)
	}
	return mean
}

// replace makes the mixtures of the stack the next summary, and the mean that of
// all patterns. A block of units is read whole before its numbers are overwritten.
func (f *Fit) replace(vectors []float64, directions int) error {
	stack := f.stack(float64(f.filled) / float64(f.done+f.filled))
	return f.mix(context.Background(), vectors, stack, func(mixed []float64, span work.Span) error {
		next := make([]float32, directions*span.Len())
		for i := range next {
			next[i] = float32(mixed[i])
		}
		return f.sheet.write(span, 0, next)
	})
}

// widen writes the first numbers of x to dst.
func widen(dst []float64, x []float32) {
	for i := range dst {
		dst[i] = float64(x[i])
	}
}
