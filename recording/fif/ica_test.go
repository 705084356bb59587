package fif

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/isocortex/isocortex/realtest"
)

// Components that MNE-Python has written are read as it reads them, whitened by
// scale or by the covariance of noise, with all directions kept, a number or a
// share of the variance.
func TestMNEReadsTheSameComponents(t *testing.T) {
	var want map[string]*ICA
	realtest.Reference(t, "ica.json", &want)
	if len(want) != 3 {
		t.Fatalf("%d files", len(want))
	}
	for name, ica := range want {
		got, err := ReadICA(filepath.Join("testdata", "reference", name))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(ica, got, cmpopts.IgnoreFields(ICA{}, "Projections")); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		active := 0
		for _, p := range got.Projections {
			if p.Active && len(p.Channels) == 6 {
				active++
			}
		}
		if active != map[string]int{"projected-ica.fif": 1}[name] {
			t.Errorf("%s: projections %+v", name, got.Projections)
		}
	}
}

// Sizes that do not fit and numbers that cannot be are told.
func TestComponentsThatDoNotFit(t *testing.T) {
	whole, err := os.ReadFile(filepath.Join("testdata", "reference", "projected-ica.fif"))
	if err != nil {
		t.Fatal(err)
	}
	info := strings.Index(string(whole), string(words(int32(blockEnd), formInt32, 4, 0, int32(measurement)))) // and its end
	tagged := func(k kind) string { return string(words(int32(k))) }
	path := filepath.Join(t.TempDir(), "x-ica.fif")
	for _, c := range []struct{ from, to, want string }{
		{"EEG 001:EEG 002:EEG 003:EEG 004:EEG 005:EEG 006", "EEG 001_EEG 002:EEG 003:EEG 004:EEG 005:EEG 006", "a whitener of 6 rows for 5 channels"},
		{`n_pca_components:5`, `n_pca_components:7`, "7 directions are to be kept"},
		{`n_pca_components:5`, `n_pca_components:x`, "n_pca_components is x"},
		{tagged(icaExcluded) + string(words(formInt32, 4, 0, 1)), tagged(icaExcluded) + string(words(formInt32, 4, 0, 4)), "component 4 is excluded, but there are 4"},
		{tagged(icaMean), tagged(3999), "have no mean"},
		{string(words(int32(blockStart), formInt32, 4, 0, int32(components))), string(words(int32(blockStart), formInt32, 4, 0, 375)), "closed by"},
	} {
		before, after, found := strings.Cut(string(whole[info:]), c.from)
		if !found {
			t.Fatalf("%q is not in the file", c.from)
		}
		if err := os.WriteFile(path, []byte(string(whole[:info])+before+c.to+after), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadICA(path); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
	if _, err := ReadICA(filepath.Join("testdata", "reference", "mixed_raw.fif")); err == nil || !strings.Contains(err.Error(), "has no components") {
		t.Errorf("a recording: %v", err)
	}
}

// ExampleReadICA reads the components that MNE-Python found in a recording.
func ExampleReadICA() {
	ica, err := ReadICA(filepath.Join("testdata", "reference", "mixed-ica.fif"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(ica.Method, len(ica.Unmixing), "components of", len(ica.Channels), "channels, excluded:", ica.Excluded)
	// Output:
	// fastica 4 components of 6 channels, excluded: [1]
}
