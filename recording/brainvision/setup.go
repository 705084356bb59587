package brainvision

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/unit"
)

// A setup is what a header says.
type setup struct {
	*text
	rate     float64
	channels []recording.Channel
	gains    []float64
	sharing  bool   // numbers lie time by time, not channel by channel
	form     string // of the numbers; "" where they are text
	bigEnded bool   // the byte order
	points   int    // times as the header has them; 0 where it does not say
	extra    int    // channels in the numbers that are none: V-Amp has one
}

// mostChannels is more than any amplifier has.
const mostChannels = 10000

// readSetup reads a header.
func readSetup(t *text) (*setup, error) {
	s := &setup{text: t}
	for _, part := range []func() error{s.size, s.format, s.readChannels, s.coordinates} {
		if err := part(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// size reads how many channels there are, and how fast.
func (s *setup) size() error {
	const section = "Common Infos"
	e, err := s.need(section, "NumberOfChannels")
	if err != nil {
		return err
	}
	n, err := s.count(e, 1)
	if err != nil {
		return err
	}
	if n > mostChannels {
		return s.malformed(e, "%d channels are more than any amplifier has", n)
	}
	s.channels, s.gains = make([]recording.Channel, n), make([]float64, n)
	if e, err = s.need(section, "SamplingInterval"); err != nil {
		return err
	}
	interval, err := s.number(e, e.value)
	if err != nil {
		return err
	}
	const microseconds = 1e6
	s.rate = microseconds / interval
	if !(s.rate > 0) || math.IsInf(s.rate, 0) {
		return s.malformed(e, "%q µs between two times", e.value)
	}
	if e = s.get(section, "DataPoints"); e.value != "" {
		s.points, err = s.count(e, 0)
	}
	return err
}

// format reads how numbers are stored.
func (s *setup) format() error {
	const section = "Common Infos"
	if s.get(section, "DataType").value != "" {
		if _, err := s.choice(section, "DataType", "TIMEDOMAIN"); err != nil {
			return err
		}
	}
	orientation, err := s.choice(section, "DataOrientation", "MULTIPLEXED", "VECTORIZED")
	if err != nil {
		return err
	}
	s.sharing = orientation == "MULTIPLEXED"
	kind, err := s.choice(section, "DataFormat", "BINARY", "ASCII")
	if err != nil || kind == "ASCII" {
		return err
	}
	s.form, err = s.choice("Binary Infos", "BinaryFormat", "INT_16", "INT_32", "IEEE_FLOAT_32")
	s.bigEnded = strings.EqualFold(s.get("Binary Infos", "UseBigEndianOrder").value, "YES")
	if strings.EqualFold(filepath.Ext(s.path), ".ahdr") {
		s.extra = 1
	}
	return err
}

// readChannels reads names, resolutions and units.
func (s *setup) readChannels() error {
	const section = "Channel Infos"
	if _, err := s.need(section, "Ch1"); err != nil {
		return err
	}
	names, seen := make([]string, len(s.channels)), make([]bool, len(s.channels))
	for _, e := range s.entries {
		if e.section != strings.ToLower(section) {
			continue
		}
		i, err := s.place(e)
		if err != nil {
			return err
		}
		if seen[i] {
			return s.malformed(e, "the channel was described before")
		}
		seen[i] = true
		if names[i], err = s.channel(i, e); err != nil {
			return err
		}
	}
	for i := range seen {
		if !seen[i] {
			return file.Malformed(s.path, -1, section, "there are %d channels, but Ch%d is not described", len(seen), i+1)
		}
	}
	for i, name := range recording.Distinct(names) {
		s.channels[i].Name = name
	}
	return nil
}

// place returns the channel that the key of an entry is about: of Ch1, 0.
func (s *setup) place(e entry) (int, error) {
	digits, found := strings.CutPrefix(e.key, "ch")
	n, err := strconv.Atoi(digits)
	if !found || err != nil || n < 1 {
		return 0, s.malformed(e, "it is not Ch and a number")
	}
	if n > len(s.channels) {
		return 0, s.malformed(e, "NumberOfChannels is %d", len(s.channels))
	}
	return n - 1, nil
}

// comma is how commas are written in names.
const comma = `\1`

// fields splits a value at its commas, to as many fields as are wanted.
func fields(value string, wanted int) []string {
	list := strings.Split(value, ",")
	for i := range list {
		list[i] = strings.ReplaceAll(list[i], comma, ",")
	}
	for len(list) < wanted {
		list = append(list, "")
	}
	return list
}

// channel reads a line "name,reference,resolution,unit" and returns the name.
func (s *setup) channel(i int, e entry) (name string, err error) {
	list := fields(e.value, 4)
	name = strings.TrimSpace(list[0])
	gain := 1.
	if word := strings.TrimSpace(list[2]); word != "" {
		if gain, err = s.number(e, word); err != nil {
			return "", err
		}
	}
	c := &s.channels[i]
	*c = recording.Channel{Frame: recording.Head, Position: recording.Nowhere, Reference: recording.Nowhere, Kind: recording.Other}
	var scale float64
	c.Unit, scale = siUnit(list[3])
	s.gains[i] = gain * scale
	if kind, said := recording.KindOf(name); said {
		c.Kind = kind
	} else if c.Unit == "V" {
		c.Kind = recording.EEG
	}
	return name, nil
}

// siUnit returns the SI unit of one that a header has, and what a number is
// multiplied by. Where none is said it is µV.
func siUnit(name string) (si string, scale float64) {
	name = strings.TrimPrefix(strings.TrimSpace(name), "Â") // from reading UTF-8 as something else
	switch name {
	case "":
		name = "µV"
	case "n/a":
		return "", 1
	case "C", "°C", "�C":
		return "°C", 1
	}
	if micro, found := strings.CutPrefix(name, "�"); found {
		name = "µ" + micro
	}
	si, power, known := unit.SI(name)
	if !known {
		return name, 1
	}
	return si, math.Pow10(power)
}

// headRadius is that of a head whose electrodes are said to be at radius 1, in m.
const headRadius = .095

// coordinates reads where electrodes are: radius in mm, and two angles in degrees.
func (s *setup) coordinates() error {
	for _, e := range s.entries {
		if e.section != "coordinates" {
			continue
		}
		i, err := s.place(e)
		if err != nil {
			return err
		}
		var v [3]float64
		list := fields(e.value, len(v))
		for k := range v {
			if v[k], err = s.number(e, list[k]); err != nil {
				return err
			}
		}
		radius, theta, phi := v[0]*1e-3, v[1]*math.Pi/180, v[2]*math.Pi/180
		if v[0] == 0 {
			continue
		}
		if v[0] == 1 {
			radius = headRadius
		}
		s.channels[i].Position = recording.Vector{
			radius * math.Sin(theta) * math.Cos(phi), radius * math.Sin(theta) * math.Sin(phi), radius * math.Cos(theta),
		}
	}
	return nil
}

// header describes the recording, but for its length.
func (s *setup) header(numbers string) *recording.Header {
	h := &recording.Header{
		Path: s.path, Parts: []string{numbers}, Format: "BrainVision",
		Rate: s.rate, Channels: s.channels, Line: math.NaN(), Reference: s.reference(),
	}
	h.Highpass, h.Lowpass = s.filters()
	return h
}

// reference returns the electrode that all of EEG are measured against, where it
// is one.
func (s *setup) reference() string {
	name, first := "", true
	for i, c := range s.channels {
		if c.Kind != recording.EEG {
			continue
		}
		other := strings.TrimSpace(fields(s.get("Channel Infos", "Ch"+strconv.Itoa(i+1)).value, 2)[1])
		if !first && other != name {
			return ""
		}
		name, first = other, false
	}
	return name
}

// find returns the path of a file that a key of the header names; where it is not
// there, that of one with the name of the header and one of the endings, with a
// warning; "" where there is none.
func (s *setup) find(e entry, endings ...string) (string, error) {
	base := file.Stem(s.path)
	name := strings.ReplaceAll(strings.ReplaceAll(e.value, "$b", base), `\`, "/")
	folder := filepath.Dir(s.path)
	tried := []string{filepath.Join(folder, filepath.FromSlash(name)), filepath.Join(folder, filepath.Base(name))}
	for _, ending := range append([]string{filepath.Ext(name)}, endings...) {
		tried = append(tried, filepath.Join(folder, base+ending))
	}
	for i, path := range tried {
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) || err == nil && info.IsDir() || path == s.path {
			continue
		}
		if err == nil && i > 0 {
			s.warn("%s is said to be %q, which is not there: %s is taken", e.name, e.value, filepath.Base(path))
		}
		return path, err
	}
	return "", nil
}
