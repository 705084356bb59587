package projection

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/work"
)

// PCA ends the fit. Components have unit length, and their largest entry is
// positive. There are fewer than were asked for where the patterns have fewer
// dimensions.
//
//	errors   no more patterns than components; patterns that are all alike
//	memory   components · units numbers of float32 more
//
// It panics if a pattern never came.
func (f *Fit) PCA() (*PCA, error) {
	p, axes, err := f.finish()
	if err != nil {
		return nil, err
	}
	p.Components = make([]float32, p.Channels()*f.units)
	for i := range p.Channels() {
		if err := axes.component(p.Components[i*f.units:(i+1)*f.units], i); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// Write ends the fit as [Fit.PCA] does, and writes the components to path, which
// [Open] reads, without ever holding all of them.
func (f *Fit) Write(path string, description map[string]string) error {
	p, axes, err := f.finish()
	if err != nil {
		return err
	}
	p.Description = description
	archive, err := npy.CreateRows(path, componentsName, npy.Float32, []int{p.Channels(), f.units})
	if err != nil {
		return err
	}
	row := make([]float32, f.units)
	for i := range p.Channels() {
		err := axes.component(row, i)
		if err == nil {
			err = archive.WriteRows(i, row)
		}
		if err != nil {
			archive.Abandon()
			return errors.Join(fmt.Errorf("write %s", path), err)
		}
	}
	return archive.Finish(p.writeNumbers)
}

// finish brings the last patterns into the summary, and makes all of a PCA but
// its components.
func (f *Fit) finish() (*PCA, axes, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.next() != f.end {
		panic(fmt.Sprintf("projection: %d of %d patterns never came", f.end-f.next(), f.end))
	}
	if n := f.next(); n <= f.components {
		return nil, axes{}, fmt.Errorf("%d patterns have fewer than %d principal components: fit on more stimuli, or ask for fewer components", n, f.components)
	}
	if f.filled > 0 {
		if err := f.summarize(); err != nil {
			return nil, axes{}, err
		}
	}
	if len(f.scatter) == 0 {
		return nil, axes{}, fmt.Errorf("all %d patterns are alike: they have no principal components", f.done)
	}
	degrees := float64(f.done - 1)
	p := &PCA{Mean: f.mean, Fitted: f.done, Total: (f.lost + floats.Sum(f.scatter)) / degrees, by: f.by}
	for _, s := range f.scatter[:min(f.components, len(f.scatter))] {
		p.Variances = append(p.Variances, s/degrees)
	}
	scaled, err := f.axes(p.Channels())
	if err != nil {
		return nil, axes{}, err
	}
	return p, scaled, p.prepare(f.computer, scaled.read)
}

// axes are the directions of a summary, each with what brings it to unit length
// and gives its largest entry a positive sign.
type axes struct {
	fit    *Fit
	scales []float64
}

// axes finds the scales of so many directions.
func (f *Fit) axes(count int) (axes, error) {
	a := axes{f, make([]float64, count)}
	largest := make([]float64, count)
	for _, span := range f.sheet.blocks() {
		w := span.Len()
		part := make([]float64, count*w)
		if err := f.read(part, span, 0); err != nil {
			return a, err
		}
		for i := range count {
			for _, v := range part[i*w : (i+1)*w] {
				a.scales[i] += v * v
				if math.Abs(v) > math.Abs(largest[i]) {
					largest[i] = v
				}
			}
		}
	}
	for i, sum := range a.scales {
		a.scales[i] = math.Copysign(1/math.Sqrt(sum), largest[i])
	}
	return a, nil
}

// read fills dst with the components at some units.
//
//	shapes   dst: components × units of the span
func (a axes) read(dst []float64, span work.Span) error {
	if err := a.fit.read(dst, span, 0); err != nil {
		return err
	}
	w := span.Len()
	for i, scale := range a.scales {
		for k, v := range dst[i*w : (i+1)*w] {
			dst[i*w+k] = float64(float32(scale * v))
		}
	}
	return nil
}

// component fills dst with one component.
func (a axes) component(dst []float32, i int) error {
	row := make([]float64, unitsPerBlock)
	for _, span := range a.fit.sheet.blocks() {
		if err := a.fit.read(row[:span.Len()], span, i); err != nil {
			return err
		}
		for k, v := range row[:span.Len()] {
			dst[span.From+k] = float32(a.scales[i] * v)
		}
	}
	return nil
}
