package npy_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/npy"
)

// What Inspect says of every array of NumPy is what reading gives.
func TestInspectReadsHeadersAlone(t *testing.T) {
	for _, name := range []string{"arrays.npz", "compressed.npz"} {
		path := filepath.Join("testdata", "reference", name)
		infos, err := npy.Inspect(path)
		if err != nil {
			t.Fatal(err)
		}
		archive := open(t, path)
		for _, info := range infos {
			a, err := archive.Read(info.Name)
			if errors.Is(err, file.ErrUnsupported) {
				continue
			}
			if err != nil || info.Type == "" || !cmp.Equal(a.Shape, info.Shape) {
				t.Errorf("%+v: read %v, %v", info, a.Shape, err)
			}
		}
		if len(infos) != len(archive.Names()) {
			t.Errorf("%d of %d arrays", len(infos), len(archive.Names()))
		}
	}
}

func TestInspectNamesTypes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.npy")
	for want, a := range map[string]*npy.Array{
		"float32": npy.Vector([]float32{1}), "float64": npy.Vector([]float64{1}), "int64": npy.Vector([]int64{1}),
		"int32": npy.Vector([]int32{1}), "uint8": npy.Vector([]uint8{1}), "bool": npy.Vector([]bool{true}), "text": npy.Vector([]string{"a"}),
	} {
		if err := npy.Write(path, a); err != nil {
			t.Fatal(err)
		}
		infos, err := npy.Inspect(path)
		if err != nil || !cmp.Equal(infos, []npy.Info{{Type: want, Shape: []int{1}}}) {
			t.Errorf("%s: %+v, %v", want, infos, err)
		}
	}
	if err := os.WriteFile(path, []byte("\x93NUMPY"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, broken := range []string{path, filepath.Join("testdata", "reference", "make.py"), "none.npz", t.TempDir()} {
		if infos, err := npy.Inspect(broken); err == nil {
			t.Errorf("%s: %v", broken, infos)
		}
	}
}
