package step

import (
	"fmt"
	"math"
	"slices"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/unit"
)

// aim says where the light falls: on which channels together, in which windows.
func (s Searchlight) aim(l *light) (err error) {
	joins := s.Evaluation.Correction == rsa.ClusterMass || s.Evaluation.Correction == rsa.TFCE
	if s.Near.asked() || joins {
		near := s.Near
		if !near.asked() {
			near.Sensors = l.people[0].source.Path
		}
		if l.neighbors, err = near.among(l.env, l.channels); err != nil {
			return err
		}
	}
	apart := l.apart()
	if s.Radius == 0 {
		l.extent = l.byNeighbors(apart)
	} else if l.extent, err = l.byRadius(s.Radius, apart); err != nil {
		return err
	}
	return l.windows(s.Trials, s.Every)
}

// apart reports whether two channels are of different units that nothing makes
// comparable.
func (l *light) apart() func(a, b int) bool {
	first := l.people[0]
	units := first.ds.Channel["unit"]
	if l.by.checkUnits(first.ds) == nil {
		return func(int, int) bool { return false }
	}
	return func(a, b int) bool { return units[first.channel[a]] != units[first.channel[b]] }
}

// byNeighbors puts every channel together with its neighbors.
func (l *light) byNeighbors(apart func(a, b int) bool) string {
	for c := range l.channels {
		near := []int{c}
		for _, other := range l.neighbors.Adjacency.Neighbors(c) {
			if !apart(c, int(other)) {
				near = append(near, int(other))
			}
		}
		slices.Sort(near)
		l.near = append(l.near, near)
	}
	return fmt.Sprintf("a channel and its neighbors, %.1f channels on average", l.meanSize())
}

// byRadius puts every channel together with those that are near it.
func (l *light) byRadius(radius float64, apart func(a, b int) bool) (string, error) {
	first := l.people[0]
	channels, err := datasetChannels(first.source.Path)
	if err != nil {
		return "", err
	}
	place := map[string]recording.Channel{}
	for _, c := range channels {
		place[c.Name] = c
	}
	for c, name := range l.channels {
		if !place[name].Position.Known() || channels == nil {
			return "", fmt.Errorf("%s does not say where channel %s is, which a radius needs: use neighbors of sensors or of a table in its place", first.source.Path, name)
		}
		var near []int
		for other, its := range l.channels {
			if away(place[name], place[its]) <= radius && !apart(c, other) {
				near = append(near, other)
			}
		}
		l.near = append(l.near, near)
	}
	return fmt.Sprintf("channels within %g cm of one, %.1f on average", 100*radius, l.meanSize()), nil
}

// away is how far a channel is from another; infinite in another frame, NaN where
// it is nowhere.
func away(a, b recording.Channel) float64 {
	if a.Frame != b.Frame {
		return math.Inf(1)
	}
	sum := 0.0
	for i := range 3 {
		sum += (a.Position[i] - b.Position[i]) * (a.Position[i] - b.Position[i])
	}
	return math.Sqrt(sum)
}

// meanSize is how many channels are in a neighborhood, on average.
func (l *light) meanSize() float64 {
	sum := 0
	for _, near := range l.near {
		sum += len(near)
	}
	return float64(sum) / float64(len(l.near))
}

// windows cuts the times: without a window each stands alone.
func (l *light) windows(t Trials, every float64) (err error) {
	ds := l.people[0].ds
	l.width = 1
	if t.Window != 0 {
		if l.width, err = ds.WindowTimes(t.Window); err != nil {
			return err
		}
	}
	step := l.width
	if every != 0 {
		if step, err = ds.WindowTimes(every); err != nil {
			return fmt.Errorf("from one window to the next: %w", err)
		}
	}
	if l.by.windowAs == "" {
		l.by.windowAs = dataset.WindowConcatenated
	}
	for at := 0; at+l.width <= ds.Shape[2]; at += step {
		l.starts = append(l.starts, at)
		if ds.Times != nil {
			l.times = append(l.times, (ds.Times[at]+ds.Times[at+l.width-1])/2)
		}
	}
	if l.width > 1 {
		l.extent += fmt.Sprintf(", in windows of %s, times %s", unit.Milliseconds(t.Window), map[dataset.Joining]string{
			dataset.WindowMean: "averaged", dataset.WindowConcatenated: "side by side",
		}[l.by.windowAs])
	}
	return nil
}
