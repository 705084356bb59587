package eeglab

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/format/mat"
	"github.com/isocortex/isocortex/recording"
)

// readChannels reads names, kinds and places of channels.
func (s *set) readChannels() error {
	v, err := s.value("chanlocs")
	if err != nil {
		return err
	}
	n := v.Len()
	if n != s.channels && n != 0 {
		s.header.Warn("chanlocs has %d channels, but the signal %d: they stay without names and places", n, s.channels)
		n = 0
	}
	names := make([]string, s.channels)
	for i := range s.channels {
		names[i] = fmt.Sprintf("E%d", i+1)
		c := recording.Channel{Kind: recording.EEG, Frame: recording.Head, Position: recording.Nowhere, Reference: recording.Nowhere}
		if i < n {
			names[i], err = s.describe(v, i, &c)
		}
		if err != nil {
			return err
		}
		s.header.Channels = append(s.header.Channels, c)
	}
	for i, name := range recording.Distinct(names) {
		s.header.Channels[i].Name = name
	}
	s.scales()
	if err := s.readPoints(); err != nil {
		return err
	}
	return s.readReference()
}

// describe fills in a channel from its element of chanlocs and returns its name.
func (s *set) describe(v mat.Value, i int, c *recording.Channel) (name string, err error) {
	label, _ := v.Field(i, "labels")
	name, is := word(label)
	if !is || name == "" {
		return "", s.malformed("chanlocs", "channel %d has no label", i+1)
	}
	kind, _ := v.Field(i, "type")
	said, _ := word(kind)
	c.Kind = kindOf(said, name)
	c.Position = placeOf(v, i)
	return name, nil
}

// kinds are words for them that recording.KindOf does not know.
var kinds = map[string]recording.Kind{
	"misc": recording.Other, "stim": recording.Stim, "trig": recording.Stim, "dbs": recording.Depth, "bio": recording.Other,
}

// kindOf tells what a channel measures by its type, else by its name.
func kindOf(said, name string) recording.Kind {
	said = strings.ToLower(said)
	if k, known := kinds[said]; known {
		return k
	}
	for _, word := range []string{said, name} {
		if k, known := recording.KindOf(word); known {
			return k
		}
	}
	return recording.EEG
}

// placeOf returns where a channel is, in the axes and unit of the dataset: by its
// coordinates, else by its angle and distance from the vertex in the plane, where
// .5 is the rim of the upper half of a sphere of radius 1.
func placeOf(v mat.Value, i int) recording.Vector {
	field := func(name string) float64 {
		x, found := v.Field(i, name)
		if !found {
			return math.NaN()
		}
		return single(x)
	}
	at := recording.Vector{field("X"), field("Y"), field("Z")}
	if !at.Known() {
		azimuth, polar := -field("theta")*math.Pi/180, field("radius")*math.Pi
		at = recording.Vector{math.Sin(polar) * math.Cos(azimuth), math.Sin(polar) * math.Sin(azimuth), math.Cos(polar)}
	}
	if !at.Known() || at == (recording.Vector{}) || math.IsInf(at[0]+at[1]+at[2], 0) {
		return recording.Nowhere
	}
	return at
}

// scales sets the units, and what numbers are multiplied by: all but those of
// trigger channels are in µV.
func (s *set) scales() {
	const microvolt = 1e-6
	for i := range s.header.Channels {
		c, scale := &s.header.Channels[i], microvolt
		if c.Unit = "V"; c.Kind == recording.Stim {
			c.Unit, scale = "", 1
		}
		s.signal.scales = append(s.signal.scales, scale)
	}
}

// readPoints reads the places of the nose and ears, and brings all places into the
// frame of the head, in m.
func (s *set) readPoints() error {
	turn, points := turns["+x"], mat.Value{}
	if slices.Contains(s.fields, "chaninfo") {
		info, err := s.value("chaninfo")
		if err != nil {
			return err
		}
		if info.Class == mat.Struct && info.Len() == 1 {
			nose, _ := info.Field(0, "nosedir")
			if said, _ := word(nose); turns[strings.ToLower(said)] != nil {
				turn = turns[strings.ToLower(said)]
			}
			points, _ = info.Field(0, "nodatchans")
		}
	}
	meters := s.meters()
	toHead := func(v recording.Vector) recording.Vector {
		v = turn(v)
		return recording.Vector{v[0] * meters, v[1] * meters, v[2] * meters}
	}
	for i := range s.header.Channels {
		c := &s.header.Channels[i]
		c.Position = toHead(c.Position)
	}
	if points.Class != mat.Struct {
		return nil
	}
	for i := range points.Len() {
		label, _ := points.Field(i, "labels")
		name, _ := word(label)
		at := placeOf(points, i)
		if kind, known := fiducials[strings.ToLower(name)]; known && at.Known() {
			s.header.Points = append(s.header.Points, recording.Point{Kind: kind, Number: ordinals[kind], Position: toHead(at)})
		}
	}
	return nil
}

// fiducials are the names of nose and ears, and ordinals the numbers that FIF gives them.
var (
	fiducials = map[string]recording.PointKind{
		"nz": recording.Nasion, "nas": recording.Nasion, "nasion": recording.Nasion,
		"lpa": recording.LeftEar, "lhj": recording.LeftEar, "rpa": recording.RightEar, "rhj": recording.RightEar,
	}
	ordinals = map[recording.PointKind]int{recording.LeftEar: 1, recording.Nasion: 2, recording.RightEar: 3}
)

// turns bring places to right, front, up, by where the nose is.
var turns = map[string]func(v recording.Vector) recording.Vector{
	"+x": func(v recording.Vector) recording.Vector { return recording.Vector{-v[1], v[0], v[2]} },
	"-x": func(v recording.Vector) recording.Vector { return recording.Vector{v[1], -v[0], v[2]} },
	"+y": func(v recording.Vector) recording.Vector { return v },
	"-y": func(v recording.Vector) recording.Vector { return recording.Vector{-v[0], -v[1], v[2]} },
}

// meters returns what the dataset's unit of length is in m, which it does not
// say: heads have a radius of about 9 cm.
func (s *set) meters() float64 {
	sum, n := 0., 0.
	for _, c := range s.header.Channels {
		if v := c.Position; v.Known() {
			sum += math.Hypot(math.Hypot(v[0], v[1]), v[2])
			n++
		}
	}
	switch radius := sum / n; {
	case radius < .25:
		return 1
	case radius < 2.5:
		return .1
	case radius < 25:
		return .01
	}
	return .001
}

// readReference reads what electrodes are measured against, where it is a text.
func (s *set) readReference() error {
	if !slices.Contains(s.fields, "ref") {
		return nil
	}
	v, err := s.value("ref")
	if err != nil {
		return err
	}
	s.header.Reference, _ = word(v)
	return nil
}
