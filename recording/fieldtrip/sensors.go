package fieldtrip

import (
	"math"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/recording"
)

// An array is the sensors of MEG or of EEG, with where they are.
type array struct {
	described
	places, normals matrix
	coils, weights  matrix // of MEG: places of coils; channels × coils
	meters          float64
	per             string // unit of length that places are in
	turned          bool   // axes point to the front, left, up
	frame           recording.Frame
	system          string
}

// readArrays reads grad and elec, of the structure or else of its hdr.
func (e *Epochs) readArrays(r, hdr record, hasHeader bool) ([]array, error) {
	var arrays []array
	axes := ""
	for _, field := range []string{"grad", "elec"} {
		from := r
		if !r.has(field) && hasHeader {
			from = hdr
		}
		sensors, found, err := from.record(field)
		if err != nil {
			return nil, err
		}
		if !found {
			continue
		}
		a, err := sensors.array()
		if err != nil {
			return nil, err
		}
		if a.places.values == nil {
			e.header.Warn("%s does not say where channels are", sensors.name)
		}
		coordinates, err := sensors.text("coordsys")
		if err != nil {
			return nil, err
		}
		if coordinates == "" {
			coordinates = axes // of the MEG beside it
		}
		axes = coordinates
		e.orient(&a, sensors.name, coordinates)
		e.scale(&a, sensors.name)
		arrays = append(arrays, a)
	}
	return arrays, nil
}

// array reads sensors.
func (r record) array() (a array, err error) {
	if a.described, err = r.describes(); err != nil {
		return a, err
	}
	if a.system, err = r.text("type"); err != nil {
		return a, err
	}
	if a.per, err = r.text("unit"); err != nil {
		return a, err
	}
	n := len(a.labels)
	for _, part := range []struct {
		to     *matrix
		fields []string // new and old names
		rows   int
	}{
		{&a.places, []string{"chanpos", "elecpos", "pnt"}, n},
		{&a.normals, []string{"chanori"}, n},
		{&a.coils, []string{"coilpos", "pnt"}, -1},
	} {
		for _, field := range part.fields {
			if (field == "pnt" || field == "elecpos") && part.rows == n && (r.has("tra") || r.has("coilpos")) {
				continue // of coils, or of electrodes that channels mix
			}
			if *part.to, err = r.places(field, part.rows); err != nil {
				return a, err
			}
			if part.to.values != nil {
				break
			}
		}
	}
	if a.weights, err = r.matrix("tra"); err != nil {
		return a, err
	}
	if w := a.weights; w.rows != n || w.columns != a.coils.rows {
		a.weights = matrix{}
	}
	return a, nil
}

// orient finds which way the axes point. In those of CTF, 4D and EEGLAB x is to
// the front and y to the left.
func (e *Epochs) orient(a *array, name, coordinates string) {
	a.frame = recording.Head
	switch strings.ToLower(coordinates) {
	case "ctf", "4d", "bti", "eeglab", "yokogawa", "als":
		a.turned = true
	case "dewar", "device":
		a.frame = recording.Device
	case "":
		if a.places.values != nil {
			e.header.Warn("%s has no coordsys: its axes are taken to point to the right, the front and up", name)
		}
	}
}

// scale finds the unit of places, by how far out they are where it is not said.
func (e *Epochs) scale(a *array, name string) {
	lengths := map[string]float64{"m": 1, "dm": .1, "cm": .01, "mm": .001}
	if a.meters = lengths[a.per]; a.meters > 0 || a.places.values == nil {
		return
	}
	furthest := 0.0
	for _, v := range a.places.values {
		if math.Abs(v) > furthest {
			furthest = math.Abs(v)
		}
	}
	a.per = "mm"
	for _, per := range []string{"m", "dm", "cm"} {
		if furthest*lengths[per] < .4 && furthest*lengths[per] > .04 {
			a.per = per
			break
		}
	}
	a.meters = lengths[a.per]
	e.header.Warn("%s does not say what unit its places are in: by their size %s", name, a.per)
}

// recorded returns the unit that the signal of a sensor is in. FieldTrip gives
// gradiometers units per cm when it gives places in cm, and leaves the signal.
func (a *array) recorded(unit string) string {
	if quantity, per, found := strings.Cut(unit, "/"); found && per == a.per && per != "m" {
		return quantity + "/m"
	}
	return unit
}

// place gives a channel what is known about its sensor.
func (a *array) place(c *recording.Channel) {
	i := slices.Index(a.labels, c.Name)
	if i < 0 || c.Position.Known() {
		return
	}
	c.Frame = a.frame
	if a.places.values != nil {
		c.Position = a.vector(a.places, i, a.meters)
	}
	if a.weights.values != nil && a.places.values == nil {
		c.Position = a.firstCoil(i)
	}
	if a.normals.values != nil {
		c.Axes[2] = a.vector(a.normals, i, 1)
		a.along(c, i)
	}
}

// vector returns a row with its axes to the right, the front and up.
func (a *array) vector(m matrix, i int, scale float64) recording.Vector {
	v := m.row(i)
	if a.turned {
		return recording.Vector{-v[1] * scale, v[0] * scale, v[2] * scale}
	}
	return recording.Vector{v[0] * scale, v[1] * scale, v[2] * scale}
}

// firstCoil is the place of the first coil of a channel, which stands for its own
// in old structures: of an axial gradiometer it is the one near the head.
func (a *array) firstCoil(channel int) recording.Vector {
	for coil, w := range a.weights.row(channel) {
		if w != 0 {
			return a.vector(a.coils, coil, a.meters)
		}
	}
	return recording.Nowhere
}

// along gives a planar gradiometer the direction from its negative coil to the
// positive one.
func (a *array) along(c *recording.Channel, channel int) {
	if a.weights.values == nil || a.coils.values == nil {
		return
	}
	var direction recording.Vector
	coils, sum := 0, 0.0
	for coil, w := range a.weights.row(channel) {
		if w == 0 {
			continue
		}
		coils, sum = coils+1, sum+w
		v := a.vector(a.coils, coil, 1)
		for k := range direction {
			direction[k] += math.Copysign(1, w) * v[k]
		}
	}
	length := math.Sqrt(dot(direction, direction))
	if coils != 2 || sum != 0 || !(length > 0) {
		return
	}
	for k := range direction {
		direction[k] /= length
	}
	normal := c.Axes[2]
	if math.Abs(dot(direction, normal)) > .1 { // an axial one
		return
	}
	c.Axes[0], c.Axes[1] = direction, cross(normal, direction)
}

func dot(a, b recording.Vector) float64 { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }

func cross(a, b recording.Vector) recording.Vector {
	return recording.Vector{a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]}
}
