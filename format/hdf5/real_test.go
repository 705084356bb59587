package hdf5_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isocortex/isocortex/realtest"
)

// A published file of MATLAB, version 7.3. The numbers are those of h5py 3.7.0.
func TestRealFile(t *testing.T) {
	f := open(t, realtest.Path(t, "objects92", "fmri15", "target_fmri.mat"))
	for name, want := range map[string]struct{ sum, first, last float64 }{
		"EVC_RDMs": {78502.45853235325, 0.6732834428425369, 0.4422241575041037},
		"IT_RDMs":  {58215.72038419654, 0.39851288423460296, 0.5092427927287816},
	} {
		a, err := read(f, name)
		values, ok := a.Data.([]float64)
		if err != nil || !ok || !cmp.Equal(a.Shape, []int{92, 92, 15}) {
			t.Fatalf("%s: shape %v of %T, %v", name, a.Shape, a.Data, err)
		}
		sum := 0.0
		for _, v := range values {
			sum += v
		}
		at := func(i, j, k int) float64 { return values[(i*92+j)*15+k] }
		if math.Abs(sum/want.sum-1) > 1e-12 || at(1, 2, 3) != want.first || at(91, 0, 14) != want.last {
			t.Errorf("%s: sum %.17g, %v, %v; want %v", name, sum, at(1, 2, 3), at(91, 0, 14), want)
		}
		if got := attribute(t, f, name, "MATLAB_class"); !cmp.Equal(got, single("double")) {
			t.Errorf("%s: MATLAB_class %v", name, got)
		}
	}
	if block := f.UserBlock(); len(block) != 512 || string(block[:10]) != "MATLAB 7.3" {
		t.Errorf("user block %.20q of %d bytes", block, len(block))
	}
}
