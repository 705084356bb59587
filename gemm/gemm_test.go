package gemm

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

func ExampleTile() {
	a := []float32{1, 2, 3, 4, 5, 6} // one number of six rows
	b := make([]float32, Width)      // one number of sixteen columns
	b[0], b[15] = 1, 10
	dst := make([]float32, Height*Width)
	Tile(dst, Width, a, b, 1)
	fmt.Println(dst[0], dst[15], dst[5*Width], dst[5*Width+15])
	// Output: 1 10 6 60
}

// A tile holds the products of its panels, whatever their depth, and leaves
// alone what lies between its rows.
func TestTile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		depth, stride := rapid.IntRange(0, 70).Draw(t, "depth"), rapid.IntRange(Width, 40).Draw(t, "stride")
		number := rapid.Custom(func(t *rapid.T) float32 { return float32(rapid.Float64Range(-2, 2).Draw(t, "number")) })
		a := rapid.SliceOfN(number, depth*Height, depth*Height).Draw(t, "a")
		b := rapid.SliceOfN(number, depth*Width, depth*Width).Draw(t, "b")
		const untouched = 77
		got, slow := make([]float32, Height*stride), make([]float32, Height*stride)
		for i := range got {
			got[i], slow[i] = untouched, untouched
		}
		Tile(got, stride, a, b, depth)
		plain(slow, stride, a, b, depth)
		for r := range Height {
			for c := range stride {
				at := r*stride + c
				if c >= Width {
					if got[at] != untouched || slow[at] != untouched {
						t.Fatalf("column %d of row %d was written", c, r)
					}
					continue
				}
				sum, size := 0.0, 0.0
				for k := range depth {
					product := float64(a[k*Height+r]) * float64(b[k*Width+c])
					sum, size = sum+product, size+math.Abs(product)
				}
				for _, v := range []float32{got[at], slow[at]} {
					if math.Abs(float64(v)-sum) > 1e-6*size+1e-30 {
						t.Fatalf("row %d, column %d: %g, want %g", r, c, v, sum)
					}
				}
			}
		}
	})
}

func TestTilePassesNaN(t *testing.T) {
	a, b := make([]float32, 5*Height), make([]float32, 5*Width)
	a[2*Height+3] = float32(math.NaN())
	dst := make([]float32, Height*Width)
	Tile(dst, Width, a, b, 5)
	for i, v := range dst {
		if isNaN := v != v; isNaN != (i/Width == 3) {
			t.Errorf("number %d is %g", i, v)
		}
	}
}

func TestTileRefusesShortSlices(t *testing.T) {
	full := func() (dst, a, b []float32) {
		return make([]float32, Height*Width), make([]float32, 3*Height), make([]float32, 3*Width)
	}
	for name, call := range map[string]func(){
		"dst":    func() { dst, a, b := full(); Tile(dst[1:], Width, a, b, 3) },
		"stride": func() { dst, a, b := full(); Tile(dst, Width-1, a, b, 3) },
		"a":      func() { dst, a, b := full(); Tile(dst, Width, a[1:], b, 3) },
		"b":      func() { dst, a, b := full(); Tile(dst, Width, a, b[1:], 3) },
		"depth":  func() { dst, a, b := full(); Tile(dst, Width, a, b, -1) },
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

// One panel of the right factor with forty of the left, as a product uses them.
func BenchmarkTile(b *testing.B) {
	const depth, panels = 256, 40
	left, right := make([]float32, panels*depth*Height), make([]float32, depth*Width)
	dst := make([]float32, Height*Width)
	for b.Loop() {
		for i := range panels {
			Tile(dst, Width, left[i*depth*Height:], right, depth)
		}
	}
	operations := 2 * Height * Width * depth * panels
	b.ReportMetric(float64(operations)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}
