package gemm

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

func ExampleAdd() {
	rows, columns := make([]float32, 2*Height), make([]float32, 2*Width)
	Panel(rows, Height, Lines{X: []float32{1, 2}, Count: 1, Step: 1}, 2) // one row of two numbers
	Panel(columns, Width, Lines{X: []float32{10, 100}, Count: 1, Step: 1}, 2)
	dst := make([]float64, Height*Width)
	dst[0] = 0.5
	Add(dst, Width, rows, columns, 2)
	fmt.Println(dst[:2])
	// Output: [210.5 0]
}

func ExampleSubtract() {
	x := []float32{1, 2, 3}
	Subtract(x, x, 2)
	fmt.Println(x)
	// Output: [-1 0 1]
}

// Add adds what Tile sets, to the bit, whatever was there.
func TestAdd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		depth, stride := rapid.IntRange(0, 30).Draw(t, "depth"), rapid.IntRange(Width, 20).Draw(t, "stride")
		draw := func(n int, name string) []float32 {
			number := rapid.Custom(func(t *rapid.T) float32 { return float32(rapid.Float64Range(-2, 2).Draw(t, "number")) })
			return rapid.SliceOfN(number, n, n).Draw(t, name)
		}
		a, b, before := draw(depth*Height, "a"), draw(depth*Width, "b"), draw(Height*stride, "dst")
		set, single, double := make([]float32, len(before)), make([]float32, len(before)), make([]float64, len(before))
		for i, v := range before {
			single[i], double[i] = v, float64(v)
		}
		Tile(set, stride, a, b, depth) // leaves zeros between rows
		Add(single, stride, a, b, depth)
		Add(double, stride, a, b, depth)
		for i, v := range before {
			if single[i] != v+set[i] || double[i] != float64(v)+float64(set[i]) {
				t.Fatalf("number %d: %g and %g, want %g + %g", i, single[i], double[i], v, set[i])
			}
		}
	})
}

// With and without vectors: whole numbers, so that no sum is rounded.
func TestAddMatchesItsTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		depth := rapid.IntRange(0, 30).Draw(t, "depth")
		whole := func(n int) []float32 {
			x := make([]float32, n)
			for i := range x {
				x[i] = float32(rapid.IntRange(-50, 50).Draw(t, "number"))
			}
			return x
		}
		a, b := whole(Height*depth), whole(Width*depth)
		fast, slow := make([]float64, Height*Width), make([]float64, Height*Width)
		Add(fast, Width, a, b, depth)
		plainAdd(slow, Width, a, b, depth)
		for i := range fast {
			if fast[i] != slow[i] {
				t.Fatalf("number %d is %g, its twin %g", i, fast[i], slow[i])
			}
		}
	})
}

// A panel is its definition, number by number, and nothing behind it is written,
// whichever way the lines lie and wherever their memory ends.
func TestPanel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size, depth := rapid.SampledFrom([]int{Height, Width}).Draw(t, "size"), rapid.IntRange(0, 30).Draw(t, "depth")
		from := Lines{Count: rapid.OneOf(rapid.Just(size), rapid.IntRange(0, size)).Draw(t, "count"), Line: 1, Step: 1}
		if rapid.Bool().Draw(t, "beside each other") {
			from.Step = size + rapid.IntRange(0, 3).Draw(t, "gap")
		} else {
			from.Line = depth + rapid.IntRange(0, 3).Draw(t, "gap")
		}
		from.X = make([]float32, 1+max(0, from.Count-1)*from.Line+max(0, depth-1)*from.Step+rapid.IntRange(0, 70).Draw(t, "behind"))
		for i := range from.X {
			from.X[i] = float32(i + 1)
		}
		dst := make([]float32, depth*size+9)
		for i := range dst {
			dst[i] = -1
		}
		Panel(dst, size, from, depth)
		for i, v := range dst {
			k, l := i/size, i%size
			want := float32(0)
			switch {
			case k >= depth:
				want = -1
			case l < from.Count:
				want = from.X[l*from.Line+k*from.Step]
			}
			if v != want {
				t.Fatalf("number %d of line %d is %g, want %g", k, l, v, want)
			}
		}
	})
}

func TestSubtract(t *testing.T) {
	for n := range 40 {
		x, dst := make([]float32, n), make([]float32, n+1)
		for i := range x {
			x[i] = float32(i) * 1.1
		}
		Subtract(dst[:n], x, 0.3)
		for i, v := range x {
			if dst[i] != v-0.3 {
				t.Errorf("number %d of %d is %g", i, n, dst[i])
			}
		}
		if dst[n] != 0 {
			t.Errorf("of %d numbers, one more was written", n)
		}
	}
}

func TestAddPassesNaN(t *testing.T) {
	a, b := make([]float32, 5*Height), make([]float32, 5*Width)
	a[2*Height+3] = float32(math.NaN())
	single, double := make([]float32, Height*Width), make([]float64, Height*Width)
	Add(single, Width, a, b, 5)
	Add(double, Width, a, b, 5)
	for i := range single {
		if want := i/Width == 3; math.IsNaN(float64(single[i])) != want || math.IsNaN(double[i]) != want {
			t.Errorf("number %d is %g and %g", i, single[i], double[i])
		}
	}
}

func TestWrongLengthsPanic(t *testing.T) {
	add := func(dst, a, b, depth, stride int) func() {
		return func() { Add(make([]float64, dst), stride, make([]float32, a), make([]float32, b), depth) }
	}
	panel := func(dst, size int, from Lines) func() { return func() { Panel(make([]float32, dst), size, from, 3) } }
	x := make([]float32, 3*Width)
	for name, call := range map[string]func(){
		"dst":            add(Height*Width-1, 3*Height, 3*Width, 3, Width),
		"a":              add(Height*Width, 3*Height-1, 3*Width, 3, Width),
		"b":              add(Height*Width, 3*Height, 3*Width-1, 3, Width),
		"depth":          add(Height*Width, 3*Height, 3*Width, -1, Width),
		"stride":         add(Height*Width, 3*Height, 3*Width, 3, Width-1),
		"panel":          panel(3*Width-1, Width, Lines{x, Width, 3, 1}),
		"size":           panel(3*Width, Width-1, Lines{x, 1, 3, 1}),
		"many lines":     panel(3*Height, Height, Lines{x, Width, 3, 1}),
		"short lines":    panel(3*Width, Width, Lines{x[1:], Width, 3, 1}),
		"backward":       panel(3*Width, Width, Lines{x, Width, 3, -1}),
		"less than none": func() { Subtract(x[:2], x[:3], 1) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			call()
		})
	}
}

// A panel of rows that have 400 numbers each, near zero, and its twin in plain Go.
func BenchmarkPanel(b *testing.B) {
	const depth = 400
	x, near := make([]float32, Width*depth), make([]float32, Width*depth)
	dst := make([]float32, Width*depth)
	for _, way := range []struct {
		name string
		fill func(size int)
	}{
		{"vectors", func(size int) {
			Subtract(near, x, 1)
			Panel(dst, size, Lines{near, size, depth, 1}, depth)
		}},
		{"plain", func(size int) {
			for i, v := range x {
				near[i] = v - 1
			}
			for l := range size {
				for k, v := range near[l*depth:][:depth] {
					dst[k*size+l] = v
				}
			}
		}},
	} {
		for _, size := range []int{Height, Width} {
			b.Run(fmt.Sprintf("%s/%d", way.name, size), func(b *testing.B) {
				for b.Loop() {
					way.fill(size)
				}
			})
		}
	}
}
