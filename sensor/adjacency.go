package sensor

import (
	"fmt"
	"math"
	"slices"

	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/triangulation"
)

// Neighbors says how sensors hang together.
type Neighbors struct {
	Adjacency inference.Adjacency // a point per sensor
	Mean      float64             // neighbors of a sensor, on average
	Dropped   int                 // edges that were too long
}

// longest is how many times the median edge an edge may be.
const longest = 3

// Neighbors returns which sensors are side by side: those that Delaunay's
// triangulation joins, but for edges more than three times as long as the median.
// Sensors at one place, as those of a triplet of Neuromag, are neighbors, and
// those of one kind at places that are.
//
//	errors   sensors at fewer than three places, or all on a line
//	cost     O(n log n)
func (l *Layout) Neighbors() (Neighbors, error) {
	places, sensors := l.sites()
	t, err := triangulation.Delaunay(places)
	if err != nil {
		return Neighbors{}, fmt.Errorf("neighbors of %d sensors: %w", l.Len(), err)
	}
	edges, dropped := short(t)
	n := Neighbors{Dropped: dropped}
	var joined [][2]int
	for _, here := range sensors {
		for i, a := range here {
			for _, b := range here[:i] {
				joined = append(joined, [2]int{a, b})
			}
		}
	}
	for _, e := range edges {
		for _, a := range sensors[e[0]] {
			for _, b := range sensors[e[1]] {
				if l.Kinds[a] == l.Kinds[b] {
					joined = append(joined, [2]int{a, b})
				}
			}
		}
	}
	n.Mean = 2 * float64(len(joined)) / float64(l.Len())
	n.Adjacency, err = inference.Edges(l.Len(), joined)
	return n, err
}

// sites returns the places where there are sensors, and the sensors of each: those
// of a triplet, or exactly at one place.
func (l *Layout) sites() (places []triangulation.Point, sensors [][]int) {
	at := map[string]int{}
	for i, p := range l.Places {
		site := fmt.Sprint(p)
		if parts := triplets.FindStringSubmatch(l.Names[i]); parts != nil {
			site = parts[1]
		}
		k, known := at[site]
		if !known {
			k = len(places)
			at[site] = k
			places, sensors = append(places, p), append(sensors, nil)
		}
		sensors[k] = append(sensors[k], i)
	}
	return places, sensors
}

// short returns the edges of a triangulation that are not too long, and how many
// are.
func short(t *triangulation.Triangulation) (edges [][2]int, dropped int) {
	var lengths []float64
	for i := range t.Points {
		for _, j := range t.Neighbors(i) {
			if i < j {
				edges, lengths = append(edges, [2]int{i, j}), append(lengths, apart(t.Points[i], t.Points[j]))
			}
		}
	}
	sorted := slices.Sorted(slices.Values(lengths))
	limit := longest * sorted[len(sorted)/2]
	kept := edges[:0]
	for k, e := range edges {
		if lengths[k] <= limit {
			kept = append(kept, e)
		}
	}
	return kept, len(lengths) - len(kept)
}

func apart(a, b triangulation.Point) float64 { return math.Hypot(a.X-b.X, a.Y-b.Y) }
