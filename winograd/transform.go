package winograd

import "github.com/isocortex/isocortex/gemm"

// rows is what spreadRows works on: it transforms eight patches, of which
// columns have been transformed.
type rows struct {
	dst    []float32 // product × stride: the numbers of the eight patches beside each other
	stride int
	src    []float32 // patch × pitch
	pitch  int
	from   *[lanes]int // where in a row of src the patches begin
}

// patches is what gatherPatches works on: it makes patches of results of the
// products of eight patches.
type patches struct {
	dst []float32 // lanes × result × result
	src []float32 // product × gemm.Height·gemm.Width, the eight patches beside each other
	finish
}

// finish is what becomes of a sum: scale·sum + bias, at least lowest.
type finish struct{ scale, bias, lowest float32 }

// spreadColumns transforms six rows of equal length into six rows that are pitch
// apart. It may write up to the next multiple of eight, with zeros.
func spreadColumns(dst []float32, pitch int, lines *[patch][]float32) {
	plainColumns(dst, pitch, lines)
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

func spreadRows(r rows) { plainRows(r) }

func plainRows(r rows) {
	for lane, from := range r.from {
		for y := range patch {
			for x, v := range spread6([patch]float32(r.src[y*r.pitch+from:])) {
				r.dst[(y*patch+x)*r.stride+lane] = v
			}
		}
	}
}

func gatherPatches(p patches) { plainPatches(p) }

func plainPatches(p patches) {
	for lane := range lanes {
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
				p.dst[(lane*result+y)*result+x] = p.after(v)
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
