package step

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/epoch"
	"github.com/isocortex/isocortex/noise"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/unit"
)

// Channels of several units are refused by measures that look at them side by side,
// by patterns of them as by classifiers; whitened ones are not, nor those by
// themselves.
func TestChannelsOfSeveralUnits(t *testing.T) {
	ds := &dataset.Dataset{Channel: map[string][]string{"unit": {"T", "T/m", "T"}}}
	euclidean, err := rdm.MeasureByName("euclidean")
	if err != nil {
		t.Fatal(err)
	}
	shrunk, err := noise.EstimatorByName("ledoit-wolf")
	if err != nil {
		t.Fatal(err)
	}
	mixed := measuring{Estimator: rdm.Estimator{Measure: euclidean}}
	if err := mixed.checkUnits(ds); err == nil || !strings.Contains(err.Error(), "channels are in T and T/m, which euclidean would take for the same") {
		t.Errorf("%v", err)
	}
	byChannel, normalized := mixed, mixed
	byChannel.Each, normalized.Noise.Estimator = rdm.EachChannel, shrunk
	for about, m := range map[string]measuring{"each channel": byChannel, "noise": normalized} {
		if err := m.checkUnits(ds); err != nil {
			t.Errorf("%s: %v", about, err)
		}
	}
	ds.Channel["unit"] = []string{"", "", ""}
	if err := mixed.checkUnits(ds); err != nil {
		t.Errorf("whitened: %v", err)
	}
}

// A covariance of another recording is taken by the names of channels.
func TestWhitenByAFile(t *testing.T) {
	folder := realtest.Path(t, "meg_eeg", "fif")
	s := Epochs{
		From: []string{filepath.Join(folder, "sample_audvis_trunc_raw_sss.fif")}, Whiten: filepath.Join(folder, "test-cov.fif"),
		Cut: epoch.Cut{From: 0, To: .1, Baseline: &unit.Span{From: 0, To: .1}}, Channels: []string{"mag", "grad"}, Out: filepath.Join(t.TempDir(), "x.npz"),
		Events: []string{filepath.Join(t.TempDir(), "events.tsv")},
	}
	if err := os.WriteFile(s.Events[0], []byte("onset\tcondition\n0.1\ta\n0.5\tb\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	made, err := s.Make(t.Context(), &Env{})
	if err != nil {
		t.Fatal(err)
	}
	sum, n := 0.0, 0
	for _, v := range made.Dataset.F32 {
		sum += float64(v) * float64(v)
		n++
	}
	// A short piece of another recording of the same machine, after signal space separation.
	if size := math.Sqrt(sum / float64(n)); size < .1 || size > 10 {
		t.Errorf("whitened signals are of size %g", size)
	}
	if said := made.Dataset.Description["whitened"]; !strings.HasPrefix(said, "by the noise in test-cov.fif") {
		t.Errorf("it is said that %q", said)
	}
	if said := made.Dataset.Description["noise"]; !strings.HasPrefix(said, "6") || !strings.HasSuffix(said, "of 306 dimensions vary, each of them with variance 1") {
		t.Errorf("it is said that %q", said) // signal space separation left less than 80
	}
	if unit := made.Dataset.Channel["unit"]; unit[0] != "n/a" {
		t.Errorf("whitened signals are in %q", unit[0])
	}
}
