package winograd

import (
	"fmt"

	"github.com/isocortex/isocortex/gemm"
)

// rows is what spreadRows works on: eight patches, of which the columns have
// been transformed.
type rows struct {
	dst    []float32 // product × stride: the numbers of the eight patches beside each other
	stride int
	src    []float32 // patch × pitch
	pitch  int
	from   *[lanes]int // where in a row of src the patches begin
}

// patches is what gatherPatches works on: the products of eight patches.
type patches struct {
	dst   []float32
	pitch int                              // from one row of a patch to the next
	to    *[lanes]int                      // where in dst the patches begin
	src   []float32                        // product × gemm.Height·gemm.Width, the eight patches beside each other
	half  *[result * patch * lanes]float32 // for what has been gathered in one direction
	finish
}

// finish is what becomes of a sum: scale·sum + bias, at least lowest.
type finish struct{ scale, bias, lowest float32 }

// spreadColumns transforms six rows of equal length into six rows that are pitch
// apart. It may write up to the next multiple of eight, with zeros, and fetches
// what lies ahead of the rows, for the next call.
func spreadColumns(dst []float32, pitch int, lines *[patch][]float32, ahead int) {
	n := len(lines[0])
	for _, line := range lines {
		if len(line) != n || up(n, lanes) > pitch || len(dst) < (patch-1)*pitch+up(n, lanes) {
			panic(fmt.Sprintf("winograd: %d and %d columns into %d numbers, %d apart", n, len(line), len(dst), pitch))
		}
	}
	switch {
	case n == 0:
	case gemm.Fast():
		vectorColumns(&dst[0], pitch, lines, ahead)
	default:
		plainColumns(dst, pitch, lines)
	}
}

func plainColumns(dst []float32, pitch int, lines *[patch][]float32) {
	for x := range lines[0] {
		var d [patch]float32
		for i := range d {
			d[i] = lines[i][x]
		}
		for i, v := range spread6(d) {
			dst[i*pitch+x] = v
		}
	}
}

// spreadRows transforms the rows of eight patches. It reads eight numbers of each.
func spreadRows(r *rows) {
	if last := furthest(r.from); len(r.dst) < (products-1)*r.stride+lanes || len(r.src) < (patch-1)*r.pitch+last+lanes {
		panic(fmt.Sprintf("winograd: patches from %d in %d numbers, %d apart, into %d numbers, %d apart",
			last, len(r.src), r.pitch, len(r.dst), r.stride))
	}
	if gemm.Fast() {
		vectorRows(r)
		return
	}
	plainRows(r)
}

func furthest(at *[lanes]int) int {
	return max(at[0], at[1], at[2], at[3], at[4], at[5], at[6], at[7])
}

func plainRows(r *rows) {
	for lane, from := range r.from {
		for y := range patch {
			for x, v := range spread6([patch]float32(r.src[y*r.pitch+from:])) {
				r.dst[(y*patch+x)*r.stride+lane] = v
			}
		}
	}
}

// gatherPatches makes eight patches of results of their products.
func gatherPatches(p *patches) {
	if last := furthest(p.to); len(p.dst) < last+(result-1)*p.pitch+result || len(p.src) < (products-1)*gemm.Height*gemm.Width+lanes {
		panic(fmt.Sprintf("winograd: patches of %d numbers to %d in %d, rows %d apart", len(p.src), last, len(p.dst), p.pitch))
	}
	if gemm.Fast() {
		vectorPatches(p)
		return
	}
	plainPatches(p)
}

func plainPatches(p *patches) {
	for lane, to := range p.to {
		var half [result][patch]float32
		for x := range patch {
			var m [patch]float32
			for y := range m {
				m[y] = p.src[(y*patch+x)*gemm.Height*gemm.Width+lane]
			}
			for y, v := range gather4(m) {
				half[y][x] = v
			}
		}
		for y := range half {
			for x, v := range gather4(half[y]) {
				p.dst[to+y*p.pitch+x] = p.after(v)
			}
		}
	}
}

// after leaves NaN as it is.
func (f finish) after(sum float32) float32 {
	v := f.scale*sum + f.bias
	if v < f.lowest {
		return f.lowest
	}
	return v
}
