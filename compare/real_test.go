package compare_test

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/realtest"
)

func numbers(t *testing.T, path string) []float64 {
	t.Helper()
	array, err := npy.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	values, err := array.Float64s()
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// eegPeaks holds, for each layer of VGG-16, the largest tau-b over time between
// its correlation RDM and the decoding accuracies of EEG (49 images, 23
// subjects, group mean), with its time index; by scipy 1.10.1.
var eegPeaks = []struct {
	layer string
	tau   float64
	index int
}{
	{"block1_conv1", 0.4369575915472572, 97},
	{"block1_conv2", 0.4261253437545231, 97},
	{"block1_pool", 0.4438963670574613, 96},
	{"block2_conv1", 0.47858734983355045, 95},
	{"block2_conv2", 0.5031003039513678, 94},
	{"block2_pool", 0.4952988855116515, 94},
	{"block3_conv1", 0.5299753944130844, 94},
	{"block3_conv2", 0.5306701403965842, 94},
	{"block3_conv3", 0.5228831958315241, 93},
	{"block3_pool", 0.5217050224345058, 93},
	{"block4_conv1", 0.5550354609929078, 93},
	{"block4_conv2", 0.5388334057027067, 94},
	{"block4_conv3", 0.5711448834853091, 94},
	{"block4_pool", 0.5861890288030106, 94},
	{"block5_conv1", 0.6462642929512231, 93},
	{"block5_conv2", 0.611202778983934, 92},
	{"block5_conv3", 0.6548473006223767, 126},
	{"block5_pool", 0.6606252713851499, 125},
	{"flatten", 0.6606252713851499, 125},
	{"fc1", 0.5349833550441453, 126},
	{"fc2", 0.5436821537125489, 126},
	{"predictions", 0.5548415110725141, 126},
}

// The tolerance is that of correlations stored in float64 and read as ranks.
func TestPeaksOfNetworkLayersInEEG(t *testing.T) {
	folder := realtest.Path(t, "eeg49")
	const conditions, pairs, times = 49, 49 * 48 / 2, 218
	brain := numbers(t, filepath.Join(folder, "output_rdms.npy"))
	layers := numbers(t, filepath.Join(folder, "vgg16_layer_correlations_22x49x49.npy"))
	text, err := os.ReadFile(filepath.Join(folder, "vgg16_layer_names.txt"))
	if err != nil {
		t.Fatal(err)
	}
	names := strings.Fields(string(text))
	tau, _ := compare.ByName("tau-b")
	rdvs := make([]*compare.Vector, times)
	for time := range times {
		x := make([]float64, pairs)
		for p := range x {
			x[p] = brain[p*times+time]
		}
		subtractBefore(x, brain, times)
		rdvs[time] = tau.Prepare(x)
	}
	for layer, want := range eegPeaks {
		model := tau.Prepare(upper(layers[layer*conditions*conditions:], conditions))
		best, index := math.Inf(-1), -1
		for time, rdv := range rdvs {
			if score := tau.Compare(model, rdv); score > best {
				best, index = score, time
			}
		}
		if names[layer] != want.layer || index != want.index || math.Abs(best-want.tau) > 1e-6 {
			t.Errorf("%s peaks at %v, time %d; want %s at %v, time %d", names[layer], best, index, want.layer, want.tau, want.index)
		}
	}
}

// subtractBefore takes from each pair its mean over the 51 times between
// -200 ms and stimulus onset, and adds the chance level.
func subtractBefore(x, brain []float64, times int) {
	const before = 51
	for p := range x {
		sum := 0.0
		for _, value := range brain[p*times : p*times+before] {
			sum += value
		}
		x[p] = x[p] - sum/before + 0.5
	}
}

// upper returns 1 minus the upper triangle of n × n correlations.
func upper(correlations []float64, n int) []float64 {
	var x []float64
	for i := range n {
		for j := i + 1; j < n; j++ {
			x = append(x, 1-correlations[i*n+j])
		}
	}
	return x
}
