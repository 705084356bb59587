package step

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/figure"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/sensor"
)

// MergeBoth draws the two gradiometers of a pair on maps of their own.
const MergeBoth = "both"

// Mergings lists the ways to draw pairs of planar gradiometers.
func Mergings() (names []string) {
	for _, m := range sensor.Mergings {
		names = append(names, m.Name)
	}
	return append(names, MergeBoth)
}

// Scalp is what a plot of the kind [PlotScalp] needs besides its file: a table
// with a column "channel", or a Dataset.
type Scalp struct {
	Sensors string    // a system of sensor.Systems, a file of positions or a recording; "" is what the Dataset says
	Times   []float64 // of a Dataset, s from stimulus onset; nil is six that are evenly spaced
	Merging string    // of gradiometers, one of Mergings; "" is rms for fields of a Dataset, mean for a table
	Best    int       // so many sensors of every map get a star; 0 for none
}

// A scalpColumn is one value per channel.
type scalpColumn struct {
	title  string
	values []float64
	disks  []bool // nil for none
	fields bool   // amplitudes of fields, not scores
}

// A scalpTable is what is drawn: columns of values of channels.
type scalpTable struct {
	channels []string
	units    []string // of the channels, where they are known; else nil
	columns  []scalpColumn
	disk     string   // what disks say
	notes    []string // what a reader has to know
	fields   bool     // the values are amplitudes of fields, not scores
}

// scaled is in what unit a figure shows a quantity, and how many of it one is.
var scaled = map[string]struct {
	unit   string
	factor float64
}{"T": {"fT", 1e15}, "T/m": {"fT/cm", 1e13}, "V": {"µV", 1e6}}

// ofScalp draws maps of a table or of a Dataset.
func (s Plot) ofScalp(env *Env) ([]drawing, error) {
	read := s.scalpDataset
	if isTable(s.From) {
		read = s.scalpValues
	}
	values, layouts, err := read()
	if err != nil {
		return nil, err
	}
	if s.Scalp.Sensors != "" {
		if layouts, err = sensorsOf(s.Scalp.Sensors); err != nil {
			return nil, err
		}
	}
	if layouts == nil {
		return nil, fmt.Errorf("%s does not say where its channels are: name a system of electrodes (%s), a file of positions or a recording with --sensors", s.From, strings.Join(systems(), ", "))
	}
	groups, left, err := scalpGroups(layouts, values.channels, s.merging(values))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.From, err)
	}
	if len(left) > 0 {
		env.warn(fmt.Sprintf("%s: left out of the maps: %s: %s", s.From, counted(len(left), "channel"), briefly(left)))
	}
	f, err := s.scalpMaps(values, groups)
	return []drawing{{PlotScalp, "scalp", f}}, err
}

// isTable reports whether a file is a table by its name.
func isTable(path string) bool {
	return isCSV(path) || strings.HasSuffix(strings.ToLower(path), ".tsv")
}

func systems() (names []string) {
	for _, system := range sensor.Systems {
		names = append(names, system.Name)
	}
	return names
}

// merging is how gradiometers are drawn. Those of fields are amplitudes; scores have
// a sign, which a root mean square would lose.
func (s Plot) merging(values *scalpTable) string {
	if s.Scalp.Merging == "" && values.fields {
		return "rms"
	}
	return cmp.Or(s.Scalp.Merging, sensor.Mergings[0].Name)
}

// sensorsOf returns the sensors of a standard system, a file of positions or a
// recording: those of the head and of the helmet apart.
func sensorsOf(from string) ([]*sensor.Layout, error) {
	if isRecording(from) {
		h, err := recordingHeader(from)
		if err != nil {
			return nil, err
		}
		return sensorsIn(h)
	}
	if _, err := os.Stat(from); err != nil {
		l, wrong := sensor.Standard(from)
		if wrong != nil {
			return nil, fmt.Errorf("sensors %q are neither a file that is there nor computed: %w", from, wrong)
		}
		return []*sensor.Layout{l}, nil
	}
	l, err := sensor.Read(from)
	return []*sensor.Layout{l}, err
}

// sensorsIn returns the sensors of a recording, kind by kind.
func sensorsIn(h *recording.Header) (layouts []*sensor.Layout, err error) {
	for _, kind := range []recording.Kind{recording.Magnetometer, recording.Gradiometer, recording.EEG} {
		l, wrong := sensor.Of(h, kind)
		if wrong == nil {
			layouts = append(layouts, l)
		}
		err = cmp.Or(err, wrong)
	}
	if layouts == nil {
		return nil, err
	}
	return layouts, nil
}

// scalpMaps makes the figure: a row per type of sensor, a column per value; what
// is but one row or column wraps.
func (s Plot) scalpMaps(t *scalpTable, groups []scalpGroup) (f figure.ScalpMaps, err error) {
	f = figure.ScalpMaps{Title: file.Stem(s.From), Disk: t.disk}
	measure := ""
	if s.Comparator != "" {
		c, err := compare.ByName(s.Comparator)
		if err != nil {
			return f, err
		}
		measure = c.Symbol
	}
	var sources []string
	for _, g := range groups {
		row := figure.ScalpRow{Name: g.name}
		for _, column := range t.columns {
			m, err := g.draw(t, column)
			if err != nil {
				return f, err
			}
			if m.Measure == "" {
				m.Measure = measure
			}
			if s.Scalp.Best > 0 {
				m.Stars = highest(m.Values, s.Scalp.Best)
			}
			row.Maps = append(row.Maps, m)
		}
		f.Rows = append(f.Rows, row)
		sources = append(sources, g.layout.Source)
	}
	if n := s.Scalp.Best; n > 0 {
		f.Star = fmt.Sprintf("the highest %d of each map, untested", n)
		if n == 1 {
			f.Star = "the highest of each map, untested"
		}
	}
	f.Rows = arranged(f.Rows)
	f.Note = strings.Join(append(t.notes, "positions: "+strings.Join(uniqueInOrder(sources), "; ")), "; ")
	return f, nil
}

// mostInRow is how many maps stand in a row that can wrap.
const mostInRow = 6

// arranged puts single maps of several types side by side, and breaks a single row
// of many.
func arranged(rows []figure.ScalpRow) []figure.ScalpRow {
	if len(rows) > 1 && len(rows[0].Maps) == 1 {
		side := figure.ScalpRow{}
		for _, r := range rows {
			m := r.Maps[0]
			m.Title = strings.Trim(m.Title+", "+r.Name, ", ")
			side.Maps = append(side.Maps, m)
		}
		return []figure.ScalpRow{side}
	}
	if len(rows) > 1 || len(rows[0].Maps) <= mostInRow {
		return rows
	}
	var broken []figure.ScalpRow
	for maps := range slices.Chunk(rows[0].Maps, mostInRow) {
		broken = append(broken, figure.ScalpRow{Name: rows[0].Name, Maps: maps})
	}
	return broken
}

// highest marks the n highest values, and those as high as the last of them.
func highest(values []float64, n int) []bool {
	sorted := slices.DeleteFunc(slices.Clone(values), func(v float64) bool { return v != v })
	slices.Sort(sorted)
	marks := make([]bool, len(values))
	if len(sorted) == 0 {
		return marks
	}
	least := sorted[max(0, len(sorted)-n)]
	for i, v := range values {
		marks[i] = v >= least
	}
	return marks
}
