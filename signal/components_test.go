package signal_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/fif"
	"github.com/isocortex/isocortex/recording/recordingtest"
	"github.com/isocortex/isocortex/signal"
)

var stored = filepath.Join("..", "recording", "fif", "testdata", "reference")

// unmixed is the recording of the reference without what a file excludes.
func unmixed(name string) (recording.Recording, error) {
	r, err := fif.Open(filepath.Join(stored, "mixed_raw.fif"), fif.Options{})
	if err != nil {
		return nil, err
	}
	ica, err := fif.ReadICA(filepath.Join(stored, name))
	if err != nil {
		return nil, err
	}
	if name != "projected-ica.fif" {
		return signal.WithoutComponents(r, signal.Components(*ica))
	}
	n := len(ica.Channels)
	average := recording.Projection{Name: ica.Projections[0].Name, Channels: ica.Channels, Vectors: [][]float64{slices.Repeat([]float64{1 / math.Sqrt(float64(n))}, n)}}
	projected, err := signal.Projected(r, average)
	if err != nil {
		return nil, err
	}
	return signal.WithoutComponents(projected, signal.Components(*ica))
}

func TestComponentsAgainstMNE(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(stored, "ica.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]struct{ Clean [][]float64 }
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	for name, w := range want {
		t.Run(name, func(t *testing.T) {
			r, err := unmixed(name)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			h := r.Header()
			if len(h.Warnings) > 0 {
				t.Errorf("warnings %q", h.Warnings)
			}
			for c := range w.Clean {
				x := make([]float64, h.Length)
				if err := r.Read(x, []int{c}, h.Whole()); err != nil {
					t.Fatal(err)
				}
				for i, v := range w.Clean[c] {
					if math.Abs(x[50*i]-v) > 1e-9*1e-5 { // of the size of the signal
						t.Fatalf("channel %d, time %d is %g, want %g", c, 50*i, x[50*i], v)
					}
				}
			}
		})
	}
}

func ExampleWithoutComponents() {
	h := recording.Header{Rate: 100, Channels: []recording.Channel{{Name: "E1", Kind: recording.EEG}, {Name: "E2", Kind: recording.EEG}}}
	r, _ := recording.NewMemory(h, [][]float64{{1, 3}, {1, -1}})
	sumAndDifference := signal.Components{
		Channels: []string{"E1", "E2"}, Prewhitener: [][]float64{{1}, {1}}, Mean: []float64{0, 0}, Kept: 2,
		Directions: [][]float64{{1, 0}, {0, 1}}, Unmixing: [][]float64{{1, 1}, {1, -1}}, Excluded: []int{1},
	}
	clean, _ := signal.WithoutComponents(r, sumAndDifference)
	x := make([]float64, 4)
	_ = clean.Read(x, []int{0, 1}, clean.Header().Whole())
	fmt.Println(x[:2])
	// Output: [1 1]
}

func TestComponentsKeepTheContract(t *testing.T) {
	recordingtest.Contract(t, func() (recording.Recording, error) { return unmixed("whitened-ica.fif") })
}

// What the components were found with is told where it does not fit.
func TestComponentsThatDoNotFit(t *testing.T) {
	names := []string{"A", "B"}
	c := signal.Components{
		Channels: names, Prewhitener: [][]float64{{1}, {1}}, Mean: []float64{0, 0}, Kept: 2, Excluded: []int{0},
		Directions: [][]float64{{1, 0}, {0, 1}}, Unmixing: [][]float64{{1, 0}, {0, 1}}, Projections: []recording.Projection{{Name: "p", Active: true}},
	}
	h := recording.Header{Rate: 100}
	for _, name := range names {
		h.Channels = append(h.Channels, recording.Channel{Name: name, Kind: recording.EEG, Bad: name == "B"})
	}
	r, err := recording.NewMemory(h, [][]float64{{1, 2}, {3, 4}})
	if err != nil {
		t.Fatal(err)
	}
	clean, err := signal.WithoutComponents(r, c)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"bad, which disturb all others: B", `after the projection "p"`} {
		if said := strings.Join(clean.Header().Warnings, "; "); !strings.Contains(said, want) {
			t.Errorf("warnings %q lack %q", said, want)
		}
	}
	for want, change := range map[string]func(c *signal.Components){
		"no component is excluded": func(c *signal.Components) { c.Excluded = nil },
		`no channel is called "C"`: func(c *signal.Components) { c.Channels = []string{"A", "C"} },
		"cannot be mixed again":    func(c *signal.Components) { c.Unmixing = [][]float64{{1, 1}, {1, 1}} },
	} {
		wrong := c
		change(&wrong)
		if _, err := signal.WithoutComponents(r, wrong); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
