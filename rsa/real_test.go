package rsa_test

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/unit"
)

func numbersOf(t testing.TB, path string) []float64 {
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

// eeg returns the layers of VGG-16 and the time-resolved group RDM of EEG
// decoding accuracies for 49 images: each pair minus its mean before stimulus
// onset, plus chance.
func eeg(t testing.TB) ([]rsa.Model, rsa.Subjects) {
	t.Helper()
	folder := realtest.Path(t, "eeg49")
	const conditions, before = 49, 51
	times := numbersOf(t, filepath.Join(folder, "time_s_218.npy"))
	accuracy := numbersOf(t, filepath.Join(folder, "output_rdms.npy"))
	pairs := len(accuracy) / len(times)
	course := make([][]float64, len(times))
	for time := range course {
		course[time] = make([]float64, pairs)
		for p := range pairs {
			row := accuracy[p*len(times) : (p+1)*len(times)]
			sum := 0.0
			for _, x := range row[:before] { // -200 ms to 0 without the ends
				sum += x
			}
			course[time][p] = row[time] - sum/before + 0.5
		}
	}
	text, err := os.ReadFile(filepath.Join(folder, "vgg16_layer_names.txt"))
	if err != nil {
		t.Fatal(err)
	}
	correlations := numbersOf(t, filepath.Join(folder, "vgg16_layer_correlations_22x49x49.npy"))
	var models []rsa.Model
	for layer, name := range strings.Fields(string(text)) {
		m := rsa.Model{Name: name, Network: "VGG-16"}
		for i := range conditions {
			for j := i + 1; j < conditions; j++ {
				m.RDV = append(m.RDV, 1-correlations[(layer*conditions+i)*conditions+j])
			}
		}
		models = append(models, m)
	}
	return models, rsa.Subjects{Times: times, RDVs: [][][]float64{course}}
}

// tauPeak is the largest tau-b over time of a layer, by scipy 1.10.1.
type tauPeak struct {
	Layer string
	Tau   float64
	Index int
}

// The early layers of a network peak early in the brain, the late ones late;
// the numbers are those of another program.
func TestPeaksOfNetworkLayersInEEG(t *testing.T) {
	models, subjects := eeg(t)
	tau, _ := compare.ByName("tau-b")
	e := rsa.Evaluation{Comparator: tau, Draws: 19, BootstrapDraws: 10, Window: unit.Span{From: 0, To: 0.7}}
	result := run(t, e, models, subjects)
	var want []tauPeak
	realtest.Reference(t, "eeg_peaks.json", &want)
	for m, model := range result.Models {
		peak := model.Peak
		if model.Name != want[m].Layer || peak.Index != want[m].Index || math.Abs(float64(peak.Score)-want[m].Tau) > 1e-6 || float64(peak.Time) != subjects.Times[want[m].Index] {
			t.Errorf("%s peaks at %+v, want %+v", model.Name, peak, want[m])
		}
		if p := model.Course.Corrected[peak.Index]; p != 0.05 {
			t.Errorf("%s: p = %v at its peak, want the smallest of 19 draws", model.Name, p)
		}
		if model.Course.Corrected[20] < 0.05 || peak.ScoreCI[0] > peak.ScoreCI[1] {
			t.Errorf("%s: p = %v before the stimulus, peak %+v", model.Name, model.Course.Corrected[20], peak)
		}
	}
	first, last := result.Models[0].Peak.Time, result.Models[len(models)-1].Peak.Time
	if first > 0.2 || last < 0.25 {
		t.Errorf("first layer peaks at %v s, last at %v s", first, last)
	}
}
