package exchange_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/exchange"
	"github.com/isocortex/isocortex/realtest"
)

// The published RDMs of 92 objects. Sums are those of numpy.sum over the upper
// triangles that scipy.io.loadmat 1.10.1 reads, in float64.
func TestRealStacks(t *testing.T) {
	for _, c := range []struct {
		address string
		label   string
		names   []string // the first ones
		count   int
		first   float64
		sum     float64
	}{
		{"92_brainRDMs.mat", "subject", []string{"BE", "BE", "KO", "KO"}, 8, 0.82878303527832031, 28395.71661257744},
		{"92_brainRDMs.mat#RDMs", "session", []string{"1", "2", "1", "2"}, 8, 0.82878303527832031, 28395.71661257744},
		{"92_modelRDMs.mat", "name", []string{"animacy", "FaceBodyManmadeNatobj", "monkeyIT"}, 8, 0, 18497.55270400753},
		{"92_behavRDMs.mat", "name", []string{"simJudge | subject1"}, 16, 0.025375314041887868, 921.0787222853427},
		{"Kriegeskorte_Neuron2008_supplementalData.mat", "name", []string{"mIT_674neurons", "hITvisStim_316vx"}, 2, 0.96691272460410156, 7717.256788803888},
	} {
		path, name, _ := strings.Cut(c.address, "#")
		address := realtest.Path(t, "objects92", path)
		if name != "" {
			address += "#" + name
		}
		r, err := exchange.ReadRDMs(address)
		if err != nil {
			t.Errorf("%s: %v", c.address, err)
			continue
		}
		sum := 0.0
		for _, d := range r.Dissimilarities {
			sum += d
		}
		if r.Size != 92 || r.Len() != c.count || r.Dissimilarities[0] != c.first || math.Abs(sum-c.sum) > 1e-9*c.sum {
			t.Errorf("%s: %d RDMs of %d conditions, first %.17g, sum %.17g; want %d, %.17g, %.17g",
				c.address, r.Len(), r.Size, r.Dissimilarities[0], sum, c.count, c.first, c.sum)
		}
		if names := r.Labels[c.label]; len(names) < len(c.names) || !slices.Equal(names[:len(c.names)], c.names) {
			t.Errorf("%s: %s %q, want %q first", c.address, c.label, names, c.names)
		}
	}
}
