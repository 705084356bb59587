package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/isocortex/isocortex/onnx"
	"github.com/isocortex/isocortex/work"
)

// A Multiplier computes matrix products on the calling goroutine's thread
// alone. It is safe for concurrent use.
type Multiplier interface {
	// MultiplyTransposed32 sets dst to a · bᵀ.
	//
	//	shapes   a: m × k, b: n × k, dst: m × n, all row-major; dst overlaps neither
	//	NaN      as the sums of products come out
	//	errors   of the engine; wrong lengths panic
	MultiplyTransposed32(dst, a, b []float32, m, n, k int) error
	// MultiplyTransposed64 is the same for float64.
	MultiplyTransposed64(dst, a, b []float64, m, n, k int) error
	// Multiply32 sets dst to the product of the factors that the form says: of
	// m × k and k × n, or of what becomes that when transposed.
	//
	//	shapes   a: m × k, or k × m if transposed; b: k × n, or n × k; dst: m × n; all
	//	         row-major; dst overlaps neither
	//	NaN      as MultiplyTransposed32, and so are errors
	Multiply32(form Form, dst, a, b []float32, m, n, k int) error
	// Multiply64 is the same for float64.
	Multiply64(form Form, dst, a, b []float64, m, n, k int) error
}

// A Form says which factors of a product a · b lie in memory transposed: none in
// the zero Form, both in TransposedA | TransposedB.
type Form int

// The factors.
const (
	TransposedA Form = 1 << iota // a is stored as k × m
	TransposedB                  // b is stored as n × k

	forms = 4
)

// Float is a type of numbers that a Multiplier takes.
type Float interface{ float32 | float64 }

// MatMul sets dst to a · bᵀ on as many threads as the budget has.
//
// The product is cut into tiles by tileOf, which looks at the shape alone, and
// each number of dst is computed within one tile on one thread: the number of
// threads changes no bit of the result.
//
//	shapes   a: m × k, b: n × k, dst: m × n, all row-major; dst overlaps neither
//	errors   of the multiplier; the cause of ctx; wrong lengths panic
//	cost     2mnk operations; memory for a tile per thread
func MatMul[T Float](ctx context.Context, by Multiplier, budget work.Budget, dst, a, b []T, m, n, k int) error {
	checkProduct(dst, a, b, m, n, k)
	if m == 0 || n == 0 {
		return context.Cause(ctx)
	}
	height, width := tileOf(m, n, k)
	if height == m && width == n {
		return errors.Join(context.Cause(ctx), multiply(by, dst, a, b, m, n, k))
	}
	bands, columns := work.Shards(m, height), work.Shards(n, width)
	scratch := sync.Pool{New: func() any { tile := make([]T, height*width); return &tile }}
	return budget.Each(ctx, "", len(bands)*len(columns), func(i int) error {
		r, c := bands[i/len(columns)], columns[i%len(columns)]
		part, other := a[r.From*k:r.To*k], b[c.From*k:c.To*k]
		if len(columns) == 1 {
			return multiply(by, dst[r.From*n:r.To*n], part, other, r.Len(), n, k)
		}
		tile := scratch.Get().(*[]T)
		defer scratch.Put(tile)
		if err := multiply(by, (*tile)[:r.Len()*c.Len()], part, other, r.Len(), c.Len(), k); err != nil {
			return err
		}
		for row := range r.Len() {
			copy(dst[(r.From+row)*n+c.From:][:c.Len()], (*tile)[row*c.Len():])
		}
		return nil
	})
}

// tileOf returns the height and width of the tiles of a product: large enough
// for the engine to be at its best, yet eight or more where the work is worth
// dividing. The shape alone decides.
func tileOf(m, n, k int) (height, width int) {
	const largest, smallest, enough, worth = 256, 64, 8, 1 << 22
	edge := largest
	for edge > smallest && tiles(m, edge)*tiles(n, edge) < enough && edge/2*edge*k >= worth {
		edge /= 2
	}
	return min(edge, m), min(edge, n)
}

// tiles returns how many tiles of the edge cover n.
func tiles(n, edge int) int { return (n + edge - 1) / edge }

// multiply calls the method of by for the type.
func multiply[T Float](by Multiplier, dst, a, b []T, m, n, k int) error {
	switch dst := any(dst).(type) {
	case []float32:
		return by.MultiplyTransposed32(dst, any(a).([]float32), any(b).([]float32), m, n, k)
	case []float64:
		return by.MultiplyTransposed64(dst, any(a).([]float64), any(b).([]float64), m, n, k)
	}
	panic("unreachable")
}

// checkProduct panics unless the slices have the lengths of the shapes.
func checkProduct[T Float](dst, a, b []T, m, n, k int) {
	if m < 0 || n < 0 || k < 0 || len(a) != m*k || len(b) != n*k || len(dst) != m*n {
		panic(fmt.Sprintf("engine: product of %d × %d and %d × %d: the slices have %d, %d and %d elements",
			m, k, k, n, len(a), len(b), len(dst)))
	}
}

// Multiplier returns the products of the engine. They end with the engine.
func (e *Engine) Multiplier() Multiplier { return &e.products }

// products are the sessions that multiply, made at first use: one for each form,
// for matrices of any size.
type products struct {
	engine *Engine

	mutex            sync.Mutex
	float32, float64 [forms]*Session
}

func (p *products) MultiplyTransposed32(dst, a, b []float32, m, n, k int) error {
	return p.Multiply32(TransposedB, dst, a, b, m, n, k)
}

func (p *products) MultiplyTransposed64(dst, a, b []float64, m, n, k int) error {
	return p.Multiply64(TransposedB, dst, a, b, m, n, k)
}

func (p *products) Multiply32(form Form, dst, a, b []float32, m, n, k int) error {
	return multiplyBy(p, &p.float32[form], form, dst, a, b, m, n, k)
}

func (p *products) Multiply64(form Form, dst, a, b []float64, m, n, k int) error {
	return multiplyBy(p, &p.float64[form], form, dst, a, b, m, n, k)
}

// multiplyBy runs the session of the form.
func multiplyBy[T Float](p *products, s **Session, form Form, dst, a, b []T, m, n, k int) error {
	checkProduct(dst, a, b, m, n, k)
	if m == 0 || n == 0 || k == 0 {
		clear(dst) // a sum of nothing
		return nil
	}
	element := onnx.Float64
	if _, single := any(dst).([]float32); single {
		element = onnx.Float32
	}
	session, err := p.session(s, form, element)
	if err != nil {
		return err
	}
	left, right := stored(form, m, n, k)
	return session.RunInto([]Tensor{{left, a}, {right, b}}, []Tensor{{[]int{m, n}, dst}})
}

// stored returns the shapes in which a and b lie in memory, as lengths or as
// names of them.
func stored[T any](form Form, m, n, k T) (a, b []T) {
	a, b = []T{m, k}, []T{k, n}
	if form&TransposedA != 0 {
		slices.Reverse(a)
	}
	if form&TransposedB != 0 {
		slices.Reverse(b)
	}
	return a, b
}

// session returns *s, and makes it when it is not there yet.
func (p *products) session(s **Session, form Form, element onnx.ElementType) (*Session, error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if *s != nil {
		return *s, nil
	}
	graph, err := productGraph(form, element)
	if err != nil {
		return nil, err
	}
	*s, err = p.engine.newSession(graph, settings{threads: 1})
	return *s, err
}

// productGraph encodes a product of the form for matrices of any size.
func productGraph(form Form, element onnx.ElementType) ([]byte, error) {
	g := onnx.NewBuilder("product")
	left, right := stored[any](form, "m", "n", "k")
	a, b := g.Input("a", element, left...), g.Input("b", element, right...)
	options := onnx.GemmOptions{TransposeX: form&TransposedA != 0, TransposeY: form&TransposedB != 0}
	g.Output(g.Gemm(a, b, "", options), "product", "m", "n")
	model, err := g.Model()
	if err != nil {
		return nil, err
	}
	return model.Encode()
}

// close ends the sessions.
func (p *products) close() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for _, s := range slices.Concat(p.float32[:], p.float64[:]) {
		if s != nil {
			s.Close()
		}
	}
}
