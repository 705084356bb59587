package exchange_test

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"testing"

	"github.com/isocortex/isocortex/exchange"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/npy"
)

func TestRDMOfNet2Brain(t *testing.T) {
	path := filepath.Join("testdata", "reference", "RDM_features_1.npz")
	kind, err := exchange.Contents(path)
	if err != nil || kind != exchange.KindRDMs {
		t.Fatal(kind, err)
	}
	r, err := exchange.ReadRDMs(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := shows(r), "[img_1 img_2 img_10] [0.10000000149011612 0.20000000298023224 0.30000001192092896] map[layer:[features.1]]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestLayerOfNet2Brain(t *testing.T) {
	path := filepath.Join("testdata", "reference", "consolidated_features_1.npz")
	kind, err := exchange.Contents(path)
	if err != nil || kind != exchange.KindDataset {
		t.Fatal(kind, err)
	}
	d, err := exchange.ReadDataset(path)
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(d.Shape, d.F32, d.Observation, d.Description)
	if want := "[3 4 1] [8 9 10 11 4 5 6 7 0 1 2 3] map[stimulus:[img_1 img_2 img_10]] map[layer:features_1]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// writeNPZ saves arrays as numpy.savez does.
func writeNPZ(t *testing.T, path string, arrays map[string]*npy.Array) {
	t.Helper()
	err := file.Write(path, func(w io.Writer) error {
		archive := npy.Create(w)
		for name, a := range arrays {
			if err := archive.Add(name, a); err != nil {
				return err
			}
		}
		return archive.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNet2BrainSaysWhatIsWrong(t *testing.T) {
	one, two := npy.Vector([]float32{1}), npy.Vector([]float32{1, 2})
	texts, wide := npy.Vector([]string{"a", "b"}), npy.Vector([]float64{1})
	for name, c := range map[string]struct {
		file   string
		arrays map[string]*npy.Array
		want   error
	}{
		"lengths":     {"consolidated_x.npz", map[string]*npy.Array{"a": one, "b": two}, file.ErrUnsupported},
		"types":       {"consolidated_x.npz", map[string]*npy.Array{"a": one, "b": wide}, file.ErrUnsupported},
		"other types": {"consolidated_x.npz", map[string]*npy.Array{"a": wide, "b": one}, nil},
		"texts":       {"consolidated_x.npz", map[string]*npy.Array{"a": texts, "b": texts}, file.ErrMalformed},
		"pairs":       {"r.npz", map[string]*npy.Array{"rdm": two, "stimuli_name": texts, "layer_name": texts}, file.ErrMalformed},
		"names":       {"r.npz", map[string]*npy.Array{"rdm": npy.Vector([]float32{1, 2, 3}), "stimuli_name": texts, "layer_name": texts}, file.ErrMalformed},
	} {
		path := filepath.Join(t.TempDir(), c.file)
		writeNPZ(t, path, c.arrays)
		read := func() error { _, err := exchange.ReadDataset(path); return err }
		if c.file == "r.npz" {
			read = func() error { _, err := exchange.ReadRDMs(path); return err }
		}
		if err := read(); !errors.Is(err, c.want) {
			t.Errorf("%s: err = %v, want %v", name, err, c.want)
		}
	}
}
