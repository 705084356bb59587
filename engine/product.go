package engine

import (
	"context"
	"errors"
	"fmt"
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
}

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

// products are the sessions that multiply, made at first use.
type products struct {
	engine *Engine

	mutex            sync.Mutex
	float32, float64 *Session
}

func (p *products) MultiplyTransposed32(dst, a, b []float32, m, n, k int) error {
	return multiplyBy(p, &p.float32, onnx.Float32, dst, a, b, m, n, k)
}

func (p *products) MultiplyTransposed64(dst, a, b []float64, m, n, k int) error {
	return multiplyBy(p, &p.float64, onnx.Float64, dst, a, b, m, n, k)
}

// multiplyBy runs one of the sessions.
func multiplyBy[T Float](p *products, s **Session, element onnx.ElementType, dst, a, b []T, m, n, k int) error {
	checkProduct(dst, a, b, m, n, k)
	if m == 0 || n == 0 || k == 0 {
		clear(dst) // a sum of nothing
		return nil
	}
	session, err := p.session(s, element)
	if err != nil {
		return err
	}
	return session.RunInto([]Tensor{{[]int{m, k}, a}, {[]int{n, k}, b}}, []Tensor{{[]int{m, n}, dst}})
}

// session returns *s, and makes it when it is not there yet.
func (p *products) session(s **Session, element onnx.ElementType) (*Session, error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if *s != nil {
		return *s, nil
	}
	graph, err := productGraph(element)
	if err != nil {
		return nil, err
	}
	*s, err = p.engine.newSession(graph, settings{threads: 1})
	return *s, err
}

// productGraph encodes dst = a · bᵀ for matrices of any size.
func productGraph(element onnx.ElementType) ([]byte, error) {
	g := onnx.NewBuilder("product")
	a, b := g.Input("a", element, "m", "k"), g.Input("b", element, "n", "k")
	g.Output(g.Gemm(a, b, "", onnx.GemmOptions{TransposeY: true}), "product", "m", "n")
	model, err := g.Model()
	if err != nil {
		return nil, err
	}
	return model.Encode()
}

// close ends both sessions.
func (p *products) close() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for _, s := range []*Session{p.float32, p.float64} {
		if s != nil {
			s.Close()
		}
	}
}
