package inference_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/work"
)

// Sensors that are nobody's neighbors have together the clusters that each has
// alone over time.
func TestClustersWithoutNeighborsAreThoseOfEachSensor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const subjects = 5
		sensors, times := rapid.IntRange(1, 4).Draw(t, "sensors"), rapid.IntRange(1, 12).Draw(t, "times")
		score := rapid.Float64Range(-1, 1)
		scores := make([][]float64, subjects)
		for s := range scores {
			scores[s] = rapid.SliceOfN(score, sensors*times, sensors*times).Draw(t, "scores")
		}
		together := clustersOf(t, scores, inference.Product(inference.Apart(sensors), inference.Line(times)))
		var each []inference.Cluster
		for k := range sensors {
			own := make([][]float64, subjects)
			for s := range own {
				own[s] = scores[s][k*times : (k+1)*times]
			}
			for _, c := range clustersOf(t, own, inference.Line(times)) {
				for i := range c.Points {
					c.Points[i] += k * times
				}
				each = append(each, c)
			}
		}
		if len(each) != len(together) {
			t.Fatalf("%d clusters together, %d of each", len(together), len(each))
		}
		for i, c := range together {
			if !slices.Equal(c.Points, each[i].Points) || math.Abs(c.Mass-each[i].Mass) > 1e-12*math.Abs(c.Mass) {
				t.Fatalf("cluster %d is %v together, %v alone", i, c, each[i])
			}
			if c.P < each[i].P-1e-12 {
				t.Fatalf("cluster %d has p = %g among all, %g among its own", i, c.P, each[i].P)
			}
		}
	})
}

func clustersOf(t *rapid.T, scores [][]float64, adjacency inference.Adjacency) []inference.Cluster {
	null, err := inference.Test{Tail: inference.TwoSided}.SignFlips(scores, inference.StudentT)
	if err != nil {
		t.Fatal(err)
	}
	found, err := null.Clusters(t.Context(), work.Budget{}, inference.Clusters{Adjacency: adjacency, Threshold: 1})
	if err != nil {
		t.Fatal(err)
	}
	return found.Clusters
}

// Of noise that neighboring sensors and times share, a cluster anywhere is found by
// chance as often as the level says.
func TestClustersOverSensorsAndTimesKeepTheirLevel(t *testing.T) {
	const subjects, times = 10, 6
	ring, err := inference.Edges(5, [][2]int{{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 0}})
	if err != nil {
		t.Fatal(err)
	}
	space := inference.Product(ring, inference.Line(times))
	keepsLevel(t, rejections(t, func(i int) []float64 {
		drawn, scores := scoresOf(subjects, space.Points(), i), make([][]float64, subjects)
		for s, row := range drawn {
			scores[s] = slices.Clone(row)
			for k := range row {
				for _, near := range space.Neighbors(k) {
					scores[s][k] += row[near]
				}
			}
		}
		null, err := inference.Test{Draws: 99, Seed: uint64(i)}.SignFlips(scores, inference.StudentT)
		if err != nil {
			t.Error(err)
			return nil
		}
		found, err := null.Clusters(t.Context(), one, inference.Clusters{Adjacency: space})
		if err != nil {
			t.Error(err)
			return nil
		}
		return found.P
	}), alpha)
}

// Five p values by hand: ranks 2, 4, 3, 1, 5, and 1 + 1/2 + … + 1/5 = 137/60.
func TestFalseDiscoveryRatesOfFive(t *testing.T) {
	p := []float64{0.01, 0.04, 0.03, 0.005, 0.5}
	for name, want := range map[string][]float64{
		"benjamini-hochberg":  {0.025, 0.05, 0.05, 0.025, 0.5},
		"benjamini-yekutieli": {137.0 / 2400, 137.0 / 1200, 137.0 / 1200, 137.0 / 2400, 1},
	} {
		correction, err := inference.CorrectionByName(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, got := range correction.Adjust(p) {
			if math.Abs(got-want[i]) > 1e-15 {
				t.Errorf("%s of %g is %v, want %v", name, p[i], got, want[i])
			}
		}
	}
}
