package sensor

import (
	"fmt"
	"slices"

	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/triangulation"
)

// Of returns the sensors of some kinds in a recording, without bad ones and those
// that are nowhere, seen from the center of the sphere of [HeadSphere].
//
// What MEG knows is in the frame of its helmet: the sphere moves there, to the
// height of the helmet's origin.
//
//	errors   no such sensor whose position is known; sensors of the head and of the
//	         helmet together
func Of(h *recording.Header, kinds ...recording.Kind) (*Layout, error) {
	var channels []recording.Channel
	for _, c := range h.Channels {
		if slices.Contains(kinds, c.Kind) && !c.Bad && c.Position.Known() && c.Position != (recording.Vector{}) {
			channels = append(channels, c)
		}
	}
	if len(channels) == 0 {
		return nil, fmt.Errorf("%s: no sensor of kind %v has a position: name a system of electrodes or a file of positions", h.Path, kinds)
	}
	frame := channels[0].Frame
	if k := slices.IndexFunc(channels, func(c recording.Channel) bool { return c.Frame != frame }); k >= 0 {
		return nil, fmt.Errorf("%s: %s is in the frame %q, %s in the frame %q: ask for one kind at a time", h.Path, channels[0].Name, frame, channels[k].Name, channels[k].Frame)
	}
	sphere, how := HeadSphere(h)
	if frame == recording.Device {
		sphere.Center = inDevice(h.Head, sphere.Center)
	}
	return project(how, sphere, channels), nil
}

// inDevice moves the center of the head into the frame of the helmet.
func inDevice(t *recording.Transform, center recording.Vector) recording.Vector {
	if t == nil {
		return DefaultSphere.Center
	}
	var away, moved recording.Vector
	for i := range 3 {
		away[i] = center[i] - t.Shift[i]
	}
	for i := range 3 {
		for k := range 3 {
			moved[i] += t.Rotation[k][i] * away[k] // the transpose turns back
		}
	}
	moved[2] = 0
	return moved
}

// inPlane makes a layout of sensors that are on paper already. The head is the
// circle around the middle of them that reaches the farthest electrode, or most
// of the way to the farthest coil.
func inPlane(source string, names []string, places []triangulation.Point) *Layout {
	l := &Layout{Source: source}
	low, high := places[0], places[0]
	for i, p := range places {
		l.add(names[i], kindOf(names[i]), p)
		low = triangulation.Point{X: min(low.X, p.X), Y: min(low.Y, p.Y)}
		high = triangulation.Point{X: max(high.X, p.X), Y: max(high.Y, p.Y)}
	}
	l.Center = triangulation.Point{X: (low.X + high.X) / 2, Y: (low.Y + high.Y) / 2}
	for i, p := range places {
		share := 1.0
		if l.Kinds[i] != "" {
			share = 0.85
		}
		l.Radius = max(l.Radius, share*apart(p, l.Center))
	}
	return l
}
