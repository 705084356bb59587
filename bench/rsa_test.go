package bench

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

// rdvs returns RDVs that have something in common.
func rdvs(count, conditions int, name string) [][]float64 {
	pairs := conditions * (conditions - 1) / 2
	shared, own := seed.Stream(1, "shared dissimilarities"), seed.Stream(1, name)
	result := make([][]float64, count)
	for k := range result {
		result[k] = make([]float64, pairs)
	}
	for p := range pairs {
		common := shared.NormFloat64()
		for k := range result {
			result[k][p] = 5 + common + own.NormFloat64()
		}
	}
	return result
}

// wholeRSA are the draws of bootstraps that both sides make, fewer where the other
// takes long.
var wholeRSA = []struct {
	comparator string
	draws      int
}{{"pearson", 200}, {"spearman", 100}, {"rho-a", 100}, {"kendall-tau-b", 20}, {"whitened-pearson", 20}}

// peerRSA compares with NumPy and SciPy what an analysis of RDMs takes.
func peerRSA(t *testing.T) {
	for _, w := range wholeRSA {
		name := fmt.Sprintf("%d draws of subjects and conditions, %s", w.draws, w.comparator)
		t.Run(name, func(t *testing.T) { peerBootstrap(t, w.comparator, w.draws) })
	}
	t.Run("whitened-pearson of 1000 conditions", peerWhitened)
	t.Run("100 weighted fits", peerFit)
}

// peerBootstrap draws from 8 models and 8 subjects of 92 conditions; the check is
// the sum of the ends of all intervals.
func peerBootstrap(t *testing.T, comparator string, draws int) {
	const conditions = 92
	c, err := compare.ByName(comparator)
	if err != nil {
		t.Fatal(err)
	}
	models, subjects := rdvs(8, conditions, "models"), rdvs(8, conditions, "subjects")
	folder := t.TempDir()
	write(t, folder, "models", slices.Concat(models...))
	write(t, folder, "subjects", slices.Concat(subjects...))
	o := inference.Bootstrap{Draws: draws, Over: inference.Both, Seed: 1}
	var counts, people []int32
	for i := range draws {
		draw, err := o.Draw(inference.Size{Subjects: len(subjects), Conditions: conditions}, i)
		if err != nil {
			t.Fatal(err)
		}
		counts, people = appendInts(counts, draw.Conditions), appendInts(people, draw.Subjects)
	}
	write(t, folder, "conditions", counts)
	write(t, folder, "people", people)

	e := rsa.Evaluation{Comparator: c, Test: rsa.None, BootstrapOver: "both", BootstrapDraws: draws, Seed: 1, Multiplier: enginetest.Open(t).Multiplier()}
	var given []rsa.Model
	for _, x := range models {
		given = append(given, rsa.Model{RDV: x})
	}
	var brain rsa.Subjects
	for _, x := range subjects {
		brain.RDVs = append(brain.RDVs, [][]float64{x})
	}
	startPeer(t, "rsa.py", comparator, folder).compare(t, func() (float64, float64) {
		var found *rsa.Result
		took := timed(t, func() (err error) {
			found, err = e.Run(t.Context(), given, brain, work.Budget{Threads: threads})
			return err
		})
		sum := 0.0
		for _, m := range found.Models {
			sum += float64(m.CI[0]) + float64(m.CI[1])
		}
		return took.clock, sum
	})
}

func peerWhitened(t *testing.T) {
	c, err := compare.ByName("whitened-pearson")
	if err != nil {
		t.Fatal(err)
	}
	x, y := rdvs(1, 1000, "models")[0], rdvs(1, 1000, "subjects")[0]
	folder := t.TempDir()
	write(t, folder, "models", x)
	write(t, folder, "subjects", y)
	startPeer(t, "rsa.py", "whitened-1000", folder).compare(t, func() (float64, float64) {
		var score compare.Score
		took := timed(t, func() (err error) {
			score, err = c.Score(x, y)
			return err
		})
		return took.clock, score.Value
	})
}

func peerFit(t *testing.T) {
	c, err := compare.ByName("pearson")
	if err != nil {
		t.Fatal(err)
	}
	models, subjects := rdvs(3, 92, "models"), rdvs(8, 92, "subjects")
	folder := t.TempDir()
	write(t, folder, "models", slices.Concat(models...))
	write(t, folder, "subjects", slices.Concat(subjects...))
	m := rsa.FlexibleModel{Name: "all", Components: []rsa.Model{{RDV: models[0]}, {RDV: models[1]}, {RDV: models[2]}}}
	startPeer(t, "rsa.py", "weighted-fit", folder).compare(t, func() (float64, float64) {
		var weights []float64
		took := timed(t, func() (err error) {
			for range 100 {
				if weights, err = m.Fit(c, subjects); err != nil {
					return err
				}
			}
			return nil
		})
		return took.clock, weights[0] + weights[1] + weights[2]
	})
}

func appendInts(dst []int32, x []int) []int32 {
	for _, value := range x {
		dst = append(dst, int32(value))
	}
	return dst
}

// write writes numbers as they lie in memory.
func write(t *testing.T, folder, name string, numbers any) {
	t.Helper()
	file, err := os.Create(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	if err := binary.Write(file, binary.LittleEndian, numbers); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}
