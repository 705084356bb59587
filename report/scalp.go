package report

import (
	"encoding/binary"
	"errors"
	"fmt"
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
	Times    int       `json:"times"` // of the result, at each of which every channel has a score; 1 without
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

// Channels are what was found for a model at the channels of a result, at all
// times of one after the other.
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

// mostScored is how many scores of channels a page holds, and the p values and
// fixed effects with them: 8 MB of all.
const mostScored = 1 << 20

// channels packs what was found for a model at channels; nil where the scores of
// all models are too many, and the model is not the best of its network.
func channels(e *rsa.Result, m rsa.ModelResult) *Channels {
	if points := len(m.Course.Score); points*len(e.Models) > mostScored && !leads(e, m) {
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

// leads reports whether no model of the same network scores higher.
func leads(e *rsa.Result, m rsa.ModelResult) bool {
	return !slices.ContainsFunc(e.Models, func(other rsa.ModelResult) bool {
		return other.Network == m.Network && other.Score > m.Score
	})
}

// ofPeakChannels leaves of every model what was found at the channel of its peak,
// where there are channels and times; other results are returned as they are.
func ofPeakChannels(e *rsa.Result) *rsa.Result {
	if e.Channels == nil || e.Times == nil {
		return e
	}
	own, n := *e, len(e.Times)
	own.NoiseCeiling, own.NoiseCeilingReason = nil, "it differs from channel to channel"
	own.Models = slices.Clone(e.Models)
	for i, m := range e.Models {
		peak := *m.Peak
		from := max(peak.Index, 0) / n * n
		course := &rsa.Course{}
		for _, series := range [][2]*[]rsa.Number{
			{&course.Score, &m.Course.Score},
			{&course.Low, &m.Course.Low},
			{&course.High, &m.Course.High},
			{&course.P, &m.Course.P},
			{&course.Corrected, &m.Course.Corrected},
		} {
			*series[0] = (*series[1])[from : from+n]
		}
		for _, subject := range m.Course.Scores {
			course.Scores = append(course.Scores, subject[from:from+n])
		}
		if peak.Index >= 0 {
			peak.Index %= n
		}
		own.Models[i].Course, own.Models[i].Peak = course, &peak
	}
	return &own
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
	s := &Scalp{Channels: e.Channels, Times: max(1, len(e.Times))}
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

// scored reports whether all of some channels have a score for any model, at any
// time.
func scored(e *rsa.Result, channels []int) bool {
	times := max(1, len(e.Times))
	return slices.ContainsFunc(e.Models, func(m rsa.ModelResult) bool {
		return !slices.ContainsFunc(channels, func(c int) bool {
			return !slices.ContainsFunc(m.Course.Score[c*times:(c+1)*times], func(v rsa.Number) bool { return !math.IsNaN(float64(v)) })
		})
	})
}

// summarizeTypes says how high the scores over each type of sensors are, where
// there are several types.
func (r *reader) summarizeTypes(e evaluation) []string {
	k := slices.IndexFunc(r.page.Results, func(shown Result) bool { return shown.Brain == e.brain && shown.Comparator == e.Comparator })
	if k < 0 || r.page.Results[k].Scalp == nil || len(r.page.Results[k].Scalp.Types) < 2 {
		return nil
	}
	var words []string
	models := inWords(e.Result)
	for _, sensors := range r.page.Results[k].Scalp.Types {
		best, channel, model := math.Inf(-1), 0, 0
		times := max(1, len(e.Times))
		for m, found := range e.Models {
			for _, c := range slices.Concat(sensors.Of...) {
				for _, score := range found.Course.Score[c*times : (c+1)*times] {
					if float64(score) > best {
						best, channel, model = float64(score), c, m
					}
				}
			}
		}
		if !math.IsInf(best, -1) {
			words = append(words, fmt.Sprintf("%s %s (%s at %s)", sensors.Name, score(Number(best)), models[model].Name, e.Channels[channel]))
		}
	}
	return []string{"The highest scores of each type of sensors: " + and(words) + "."}
}
