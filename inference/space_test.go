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
