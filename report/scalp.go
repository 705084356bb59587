package report

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/figure"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/sensor"
	"github.com/isocortex/isocortex/triangulation"
)

// Scalp says where the channels of a result are, on a head seen from above. What
// lies on paper is told in radii of the head, from its center.
type Scalp struct {
	Channels []string  `json:"channels"`
	Types    []Sensors `json:"types"`
}

// Sensors are those of one type.
type Sensors struct {
	Name      string      `json:"name"`    // such as "gradiometers"; "" where nobody says
	Sensors   []string    `json:"sensors"` // their names, pairs of gradiometers under one
	Of        [][]int     `json:"of"`      // channels of each: one, or the two of a pair
	Places    [][2]Number `json:"places"`
	Known     []int       `json:"known"`     // sensors with a score, which are the first points
	Points    [][2]Number `json:"points"`    // of the mesh on which maps are drawn: figure.ScalpMesh
	Triangles [][3]int    `json:"triangles"` // of points
	Outline   [][2]Number `json:"outline"`   // that cuts maps off; nil for a circle
	Radius    Number      `json:"radius"`    // of the circle
}

// Channels are what was found for a model at the channels of a result.
type Channels struct {
	Score     Packed  `json:"score"`           // mean over subjects
	Fixed     *Packed `json:"fixed,omitempty"` // with the mean RDM of the subjects
	Corrected *Packed `json:"corrected,omitempty"`
}

// Packed is numbers of 16 bits each: to half of the 65535th part of their range.
type Packed struct {
	Low  float64 `json:"low"`
	Step float64 `json:"step"` // number = Low + Step · packed value
	Data []byte  `json:"data"` // uint16 little-endian; 65535 is missing
}

// packNumbers fits numbers into 16 bits each.
func packNumbers(numbers []rsa.Number) *Packed {
	low, high := math.Inf(1), math.Inf(-1)
	for _, n := range numbers {
		if v := float64(n); !math.IsNaN(v) {
			low, high = min(low, v), max(high, v)
		}
	}
	p := &Packed{}
	if low <= high {
		p.Low, p.Step = low, (high-low)/(missing-1)
	}
	for _, n := range numbers {
		p.Data = binary.LittleEndian.AppendUint16(p.Data, packed(float64(n), p.Low, p.Step))
	}
	return p
}

// channels packs what was found for a model at channels; nil without any.
func channels(e *rsa.Result, m rsa.ModelResult) *Channels {
	if e.Channels == nil || m.Course == nil {
		return nil
	}
	c := &Channels{Score: *packNumbers(m.Course.Score)}
	if len(m.Course.Fixed) > 0 {
		c.Fixed = packNumbers(m.Course.Fixed)
	}
	if e.Test != rsa.None {
		c.Corrected = packNumbers(m.Course.Corrected)
	}
	return c
}

// scalp finds where the channels of an evaluation are; nil where there are none,
// or the result does not say.
func (r *reader) scalp(e evaluation) (*Scalp, error) {
	if e.Channels == nil {
		return nil, nil
	}
	layouts, err := sensor.OpenPlaces(filepath.Join(r.folder, "sensors", r.folders[e.brain], sensor.PlacesFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	}
	groups, _, err := sensor.Groups(layouts, e.Channels, sensor.Mergings[0].Name)
	if err != nil {
		return nil, err
	}
	s := &Scalp{Channels: e.Channels}
	for _, g := range groups {
		if sensors, err := newSensors(g, e.Result); err == nil { // else there are too few for a map
			s.Types = append(s.Types, sensors)
		}
	}
	if s.Types == nil {
		return nil, nil
	}
	return s, nil
}

// newSensors makes the mesh of the sensors of a type that have a score.
func newSensors(g sensor.Group, e *rsa.Result) (Sensors, error) {
	name, _, _ := strings.Cut(g.Name, ",") // how pairs are merged is chosen on the page
	s := Sensors{Name: name, Sensors: g.Layout.Names, Of: g.Of}
	scalp := figure.Scalp{Center: g.Layout.Center, Radius: g.Layout.Radius}
	if g.Kind == recording.Magnetometer || g.Kind == recording.Gradiometer {
		scalp.Reach = figure.ToSensors
	}
	for i, of := range g.Of {
		if scored(e, of) {
			s.Known, scalp.Places = append(s.Known, i), append(scalp.Places, g.Layout.Places[i])
		}
	}
	mesh, err := scalp.Mesh()
	if err != nil {
		return s, err
	}
	onPaper := func(points []triangulation.Point) (places [][2]Number) {
		for _, p := range points {
			places = append(places, [2]Number{inRadii(p.X-scalp.Center.X, scalp.Radius), inRadii(p.Y-scalp.Center.Y, scalp.Radius)})
		}
		return places
	}
	s.Places, s.Points, s.Outline = onPaper(g.Layout.Places), onPaper(mesh.Points), onPaper(mesh.Outline)
	s.Triangles, s.Radius = mesh.Triangles, inRadii(mesh.Radius, scalp.Radius)
	return s, nil
}

// inRadii tells a length in radii of a head, to a ten thousandth.
func inRadii(length, radius float64) Number { return Number(math.Round(1e4*length/radius) / 1e4) }

// scored reports whether all of some channels have a score for any model.
func scored(e *rsa.Result, channels []int) bool {
	return slices.ContainsFunc(e.Models, func(m rsa.ModelResult) bool {
		return !slices.ContainsFunc(channels, func(c int) bool { return math.IsNaN(float64(m.Course.Score[c])) })
	})
}
