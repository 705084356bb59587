package step_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/step"
)

// RDMs of many sources are the same whether they wait in memory or, as large ones
// do, in a scratch file, of which nothing is left.
func TestLargeStacksAreSetAside(t *testing.T) {
	folder := t.TempDir()
	var from []step.Source
	for subject := range 3 {
		path := filepath.Join(folder, "in", fmt.Sprintf("s%d.npz", subject))
		if err := manyPictures(subject).Write(path); err != nil {
			t.Fatal(err)
		}
		from = append(from, step.Source{Path: path})
	}
	s := step.RDM{From: from, Measure: "euclidean", Label: "subject", Out: filepath.Join(folder, "out", "rdm.npz")}
	if err := s.Run(t.Context(), without()); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(filepath.Dir(s.Out))
	if err != nil || len(left) != 1 {
		t.Errorf("%v stand beside the RDMs, %v", left, err)
	}
	got, err := os.ReadFile(s.Out)
	if err != nil {
		t.Fatal(err)
	}
	s.Out = "" // there is no folder for a scratch file
	stack, err := s.Stack(t.Context(), without())
	if err != nil {
		t.Fatal(err)
	}
	inMemory := filepath.Join(folder, "memory.npz")
	if err := stack.Write(inMemory); err != nil {
		t.Fatal(err)
	}
	if want, _ := os.ReadFile(inMemory); !bytes.Equal(got, want) {
		t.Errorf("%d bytes differ from the %d that were never set aside", len(got), len(want))
	}
}

// manyPictures are responses of two channels to 300 pictures at 50 times.
func manyPictures(subject int) *dataset.Dataset {
	random := rand.New(rand.NewPCG(1, uint64(subject)))
	ds := &dataset.Dataset{
		Shape: [3]int{300, 2, 50}, F64: make([]float64, 300*2*50), Times: make([]float64, 50),
		Observation: map[string][]string{}, Description: map[string]string{"subject": fmt.Sprint(subject)},
	}
	for i := range ds.F64 {
		ds.F64[i] = random.NormFloat64()
	}
	for t := range ds.Times {
		ds.Times[t] = float64(t) / 100
	}
	for picture := range 300 {
		ds.Observation["condition"] = append(ds.Observation["condition"], fmt.Sprint((picture*7+subject)%300))
	}
	return ds
}
