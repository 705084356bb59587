package fif

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/isocortex/isocortex/recording"
)

// An info is what the block of measurement information says.
type info struct {
	header recording.Header
	gains  []float64 // of every channel: what a stored sample is multiplied by
	cals   []float64 // the same for epochs and averages
	short  map[string]string
}

// info reads the measurement information.
func (s *source) info(root *node) (*info, error) {
	blocks := root.find(measurementInfo)
	if len(blocks) != 1 {
		return nil, s.defect("it has %d blocks of measurement information, not 1", len(blocks))
	}
	in := &info{header: recording.Header{
		Path: s.path, Parts: []string{s.path}, Format: "FIF",
		Highpass: math.NaN(), Lowpass: math.NaN(), Line: math.NaN(), Reference: "",
	}}
	read := []func(*node, *info) error{
		s.scalars, s.channels, s.longNames, s.bad, s.head, s.points, s.projections,
	}
	for _, part := range read {
		if err := part(blocks[0], in); err != nil {
			return nil, err
		}
	}
	return in, s.rank(root, in)
}

// scalars reads the rate, the filters and the date.
func (s *source) scalars(n *node, in *info) error {
	rate, found := n.tag(samplingRate)
	if !found {
		return s.defect("it has no sampling rate")
	}
	for k, to := range map[kind]*float64{
		samplingRate: &in.header.Rate, highpass: &in.header.Highpass,
		lowpass: &in.header.Lowpass, lineFrequency: &in.header.Line,
	} {
		if t, found := n.tag(k); found {
			value, err := s.float(t)
			if err != nil {
				return err
			}
			*to = value
		}
	}
	if r := in.header.Rate; !(r > 0) || math.IsInf(r, 0) {
		return s.malformed(rate, "it is %g", r)
	}
	if t, found := n.tag(measured); found {
		in.header.Measured = s.date(t)
	}
	return nil
}

// date returns the time of a tag, zero where it is none: files hold all sorts.
func (s *source) date(t tag) time.Time {
	seconds, err := s.ints(t)
	if err != nil || len(seconds) == 0 || seconds[0] == 0 {
		return time.Time{}
	}
	micro := int32(0)
	if len(seconds) > 1 {
		micro = max(seconds[1], 0)
	}
	return time.Unix(int64(seconds[0]), int64(micro)*1000).UTC()
}

// channels reads one structure per channel.
func (s *source) channels(n *node, in *info) error {
	count, found := n.tag(channelCount)
	if !found {
		return s.defect("it has no number of channels")
	}
	want, err := s.int(count)
	if err != nil {
		return err
	}
	for _, t := range n.tags {
		if t.kind != channelInfo {
			continue
		}
		if t.size != channelSize || t.form != formChannel {
			return s.malformed(t, "type %d with %d bytes is no channel", t.form, t.size)
		}
		c, scale, cal := channel(s.bytes(t))
		in.header.Channels = append(in.header.Channels, c)
		in.gains = append(in.gains, cal*scale)
		in.cals = append(in.cals, cal)
	}
	if len(in.header.Channels) != want {
		return s.malformed(count, "it is %d, but %d channels are described", want, len(in.header.Channels))
	}
	return nil
}

// channel decodes the structure of a channel.
func channel(b []byte) (c recording.Channel, scale, cal float64) {
	whole := func(at int) int32 { return int32(binary.BigEndian.Uint32(b[at:])) }
	single := func(at int) float64 { return float64(math.Float32frombits(binary.BigEndian.Uint32(b[at:]))) }
	vector := func(at int) recording.Vector {
		return recording.Vector{single(at), single(at + 4), single(at + 8)}
	}
	c = recording.Channel{
		Name:      latin(b[80:96]),
		Kind:      channelKind(whole(8), whole(72)),
		Unit:      unitName(whole(72)),
		Coil:      int(whole(20)),
		Position:  vector(24),
		Axes:      [3]recording.Vector{vector(36), vector(48), vector(60)},
		Frame:     recording.Head,
		Reference: recording.Nowhere,
	}
	switch c.Kind {
	case recording.Magnetometer, recording.Gradiometer, recording.ReferenceCoil:
		c.Frame = recording.Device
	default: // what follows the place of an electrode is that of its reference
		if first := c.Axes[0]; first != (recording.Vector{}) {
			c.Reference = first
		}
		c.Axes, c.Coil = [3]recording.Vector{}, 0
	}
	if c.Position == (recording.Vector{}) {
		c.Position = recording.Nowhere
	}
	return c, single(12), single(16)
}

// Units as the format numbers them.
const (
	unitHertz         = 101
	unitVolt          = 107
	unitTesla         = 112
	unitTeslaPerMeter = 201
)

// unitName returns the unit of a number of the format; "" for others.
func unitName(code int32) string {
	return map[int32]string{unitHertz: "Hz", unitVolt: "V", unitTesla: "T", unitTeslaPerMeter: "T/m"}[code]
}

// channelKind returns the kind of a channel. Of the coils of an MEG, the unit
// says which kind they are.
func channelKind(code, unit int32) recording.Kind {
	const meg = 1
	if code == meg {
		if unit == unitTesla {
			return recording.Magnetometer
		}
		return recording.Gradiometer
	}
	if code >= 700 && code <= 709 {
		return recording.HeadPosition
	}
	if k, known := kinds[code]; known {
		return k
	}
	return recording.Other
}

// kinds are the kinds of channels that the format numbers, but for MEG.
var kinds = map[int32]recording.Kind{
	2: recording.EEG, 3: recording.Stim, 301: recording.ReferenceCoil, 202: recording.EOG,
	302: recording.EMG, 402: recording.ECG, 602: recording.Respiration,
	802: recording.SEEG, 803: recording.Depth, 900: recording.System, 902: recording.ECoG,
}

// longNames reads names that the structure is too short for.
func (s *source) longNames(n *node, in *info) error {
	in.short = map[string]string{}
	blocks := slices.Collect(func(yield func(*node) bool) {
		for _, child := range n.children {
			if child.kind == channelBlock && !yield(child) {
				return
			}
		}
	})
	if len(blocks) == 0 {
		return nil
	}
	if len(blocks) != len(in.header.Channels) {
		return s.defect("it has long names of %d channels, but %d channels", len(blocks), len(in.header.Channels))
	}
	for i, b := range blocks {
		t, found := b.tag(channelName)
		if !found {
			continue
		}
		name, err := s.text(t)
		if err != nil {
			return err
		}
		c := &in.header.Channels[i]
		if _, twice := in.short[c.Name]; twice {
			in.short[c.Name] = "" // more than one channel begins so
		} else {
			in.short[c.Name] = name
		}
		c.Name = name
	}
	return nil
}

// place returns the channel of a name, which may be cut to the 15 letters of the
// structure.
func (in *info) place(name string) (int, bool) {
	if i, found := in.header.Index(name); found {
		return i, true
	}
	if long := in.short[name]; long != "" {
		return in.header.Index(long)
	}
	return 0, false
}

// bad marks the channels that the file calls bad.
func (s *source) bad(n *node, in *info) error {
	t, found := n.first(badChannels).tag(channelList)
	if !found {
		return nil
	}
	names, err := s.names(t)
	if err != nil {
		return err
	}
	for _, name := range names {
		i, found := in.place(name)
		if !found {
			s.warn("channel %q is marked as bad, but there is none of that name", name)
			continue
		}
		in.header.Channels[i].Bad = true
	}
	return nil
}

// head reads the transform from the device to the head: that of the measurement,
// else the one found from the coils on the head.
func (s *source) head(n *node, in *info) error {
	blocks := append([]*node{n}, n.find(headCoils)...)
	for _, b := range blocks {
		for _, t := range b.tags {
			if t.kind != coordTransform || t.size != transformSize {
				continue
			}
			if transform, found := headTransform(s.bytes(t)); found {
				if !transform.rigid() {
					s.warn("the transform from the device to the head is no rotation")
				}
				in.header.Head = &transform.Transform
				return nil
			}
		}
	}
	return nil
}

// A transform can be looked at.
type transform struct{ recording.Transform }

// headTransform decodes a transform, if it leads from the device to the head.
func headTransform(b []byte) (t transform, found bool) {
	const device, head = 1, 4
	if binary.BigEndian.Uint32(b) != device || binary.BigEndian.Uint32(b[4:]) != head {
		return t, false
	}
	at := func(i int) float64 { return float64(math.Float32frombits(binary.BigEndian.Uint32(b[8+4*i:]))) }
	for row := range 3 {
		for column := range 3 {
			t.Rotation[row][column] = at(3*row + column)
		}
		t.Shift[row] = at(9 + row)
	}
	return t, true
}

// rigid reports whether the rotation is one.
func (t transform) rigid() bool {
	for i, a := range t.Rotation {
		for j, b := range t.Rotation {
			product := a[0]*b[0] + a[1]*b[1] + a[2]*b[2]
			if i == j {
				product--
			}
			if !(math.Abs(product) < 1e-3) {
				return false
			}
		}
	}
	return true
}

// points reads what was digitized on the head.
func (s *source) points(n *node, in *info) error {
	const headFrame = 4
	for _, b := range n.find(digitization) {
		if t, found := b.tag(frame); found {
			if f, err := s.int(t); err != nil || f != headFrame {
				s.warn("points were digitized in frame %d, not that of the head: they are left out", f)
				continue
			}
		}
		for _, t := range b.tags {
			if t.kind != digitized {
				continue
			}
			if t.size != pointSize {
				return s.malformed(t, "it has %d bytes, not %d", t.size, pointSize)
			}
			if p, known := point(s.bytes(t)); known {
				in.header.Points = append(in.header.Points, p)
			}
		}
	}
	return nil
}

// point decodes a digitized point.
func point(b []byte) (p recording.Point, known bool) {
	kind, number := binary.BigEndian.Uint32(b), int(int32(binary.BigEndian.Uint32(b[4:])))
	at := func(i int) float64 { return float64(math.Float32frombits(binary.BigEndian.Uint32(b[8+4*i:]))) }
	p = recording.Point{Number: number, Position: recording.Vector{at(0), at(1), at(2)}}
	cardinal := map[int]recording.PointKind{1: recording.LeftEar, 2: recording.Nasion, 3: recording.RightEar}
	switch kind {
	case 1:
		p.Kind, known = cardinal[number], number >= 1 && number <= 3
	case 2:
		p.Kind, known = recording.HeadCoil, true
	case 3:
		p.Kind, known = recording.Electrode, true
	case 4:
		p.Kind, known = recording.Surface, true
	}
	return p, known
}

// projections reads the projections of the recording.
func (s *source) projections(n *node, in *info) (err error) {
	in.header.Projections, err = s.everyProjection(n)
	return err
}

// everyProjection reads the projections within a block.
func (s *source) everyProjection(n *node) (list []recording.Projection, err error) {
	for _, b := range n.find(projection) {
		p, err := s.projection(b)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// projection reads one projection.
func (s *source) projection(b *node) (p recording.Projection, err error) {
	for _, k := range []kind{comment, itemName} { // the later wins
		if t, found := b.tag(k); found {
			if p.Name, err = s.text(t); err != nil {
				return p, err
			}
		}
	}
	p.Name = strings.TrimSpace(p.Name)
	for k, to := range map[kind]func(int){
		projectionKind:   func(v int) { p.Kind = v },
		projectionActive: func(v int) { p.Active = v == 1 },
	} {
		if t, found := b.tag(k); found {
			value, err := s.int(t)
			if err != nil {
				return p, err
			}
			to(value)
		}
	}
	names, found := b.tag(projectionNames)
	if !found {
		return p, s.defect("projection %q has no names of channels", p.Name)
	}
	if p.Channels, err = s.names(names); err != nil {
		return p, err
	}
	vectors, found := b.tag(projectionVectors)
	if !found {
		return p, s.defect("projection %q has no vectors", p.Name)
	}
	p.Vectors, err = s.directions(vectors, len(p.Channels))
	return p, err
}

// directions reads vectors of a length; some programs write them as columns.
func (s *source) directions(t tag, length int) ([][]float64, error) {
	m, err := s.matrix(t, 2)
	if err != nil {
		return nil, err
	}
	rows, columns, numbers := m.sizes[0], m.sizes[1], m.numbers()
	across, down := 1, columns // steps to the next number of a vector and to the next vector
	if columns != length && rows == length {
		rows, columns, across, down = columns, rows, columns, 1
	}
	if columns != length {
		return nil, s.malformed(t, "vectors of %d numbers for %d channels", columns, length)
	}
	vectors := make([][]float64, rows)
	for i := range vectors {
		vectors[i] = make([]float64, columns)
		for j := range vectors[i] {
			vectors[i][j] = numbers[i*down+j*across]
		}
	}
	return vectors, nil
}

// rank reads how many dimensions signal space separation left: all of those
// inside the helmet that it used. The first record that says it counts.
func (s *source) rank(n *node, in *info) error {
	for _, b := range n.find(sssInfo) {
		order, found := b.tag(sssOrder)
		if !found {
			continue
		}
		inside, err := s.int(order)
		if err != nil {
			return err
		}
		if inside < 0 || inside > 100 {
			return s.malformed(order, "signal space separation of order %d", inside)
		}
		rank := (inside+1)*(inside+1) - 1
		if t, found := b.tag(sssComponents); found {
			used, err := s.ints(t)
			if err != nil {
				return err
			}
			for _, u := range used[:min(rank, len(used))] {
				if u == 0 {
					in.header.Rank--
				}
			}
		}
		in.header.Rank += rank
		return nil
	}
	return nil
}
