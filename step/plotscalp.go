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
	"github.com/isocortex/isocortex/sensor"
)

// Mergings lists the ways to draw pairs of planar gradiometers.
func Mergings() (names []string) {
	for _, m := range sensor.Mergings {
		names = append(names, m.Name)
	}
	return append(names, sensor.Both)
}

// Scalp is what a plot of the kind [PlotScalp] needs besides its file: a table
// with a column "channel", or a Dataset.
type Scalp struct {
	Sensors string    // a system of sensor.Systems, a file of positions or a recording; "" is what the Dataset says
	Times   []float64 // of a Dataset, s from stimulus onset; nil is six that are evenly spaced
	Merging string    // of gradiometers, one of Mergings; "" is rms for fields of a Dataset, mean for a table
	Best    int       // so many sensors of every map get a star; 0 for none
	Chance  float64   // white on maps of accuracies, which are colored from there; of others it is 0
}

// A scalpColumn is one value per channel.
type scalpColumn struct {
	title   string
	values  []float64
	disks   []bool // nil for none
	best    int    // so many sensors get a star
	block   string // stands above the maps of all columns that have it
	measure string // of the values, where channels have no units
	suffix  string // of the measure
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
func (s Plot) ofScalp() ([]drawing, error) {
	read := s.scalpDataset
	if isTable(s.From) {
		read = s.scalpValues
	}
	values, layouts, err := read()
	if err != nil {
		return nil, err
	}
	if s.Comparator != "" {
		c, err := compare.ByName(s.Comparator)
		if err != nil {
			return nil, err
		}
		values.measured(c.Symbol)
	}
	if s.Scalp.Sensors != "" {
		if layouts, err = sensorsOf(s.Scalp.Sensors); err != nil {
			return nil, err
		}
	}
	f, err := s.scalpMaps(values, layouts)
	return []drawing{{PlotScalp, "scalp", f}}, err
}

// measured names the measure of all columns.
func (t *scalpTable) measured(measure string) {
	for i := range t.columns {
		t.columns[i].measure = measure + t.columns[i].suffix
	}
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
		return sensor.Types(h)
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

// scalpMaps makes the figure: a row per type of sensor, a column per value; what
// is more than a row has room for wraps.
func (s Plot) scalpMaps(t *scalpTable, layouts []*sensor.Layout) (f figure.ScalpMaps, err error) {
	groups, err := s.scalpGroups(t, layouts)
	if err != nil {
		return f, err
	}
	f = figure.ScalpMaps{Title: file.Stem(s.From), Disk: t.disk, Middle: s.Scalp.Chance}
	var blocks []string
	for i := range t.columns {
		blocks = append(blocks, t.columns[i].block)
		t.columns[i].best = cmp.Or(s.Scalp.Best, t.columns[i].best)
	}
	f.Star = t.stars()
	for _, block := range uniqueInOrder(blocks) {
		rows, err := t.block(block, groups)
		if err != nil {
			return f, err
		}
		rows = arranged(rows)
		rows[0].Title = block
		f.Rows = append(f.Rows, rows...)
	}
	var sources []string
	for _, g := range groups {
		sources = append(sources, g.Layout.Source)
	}
	f.Note = strings.Join(append(t.notes, "positions: "+strings.Join(uniqueInOrder(sources), "; ")), "; ")
	return f, nil
}

// scalpGroups finds the sensors of the channels, type by type, and warns of those
// that have none.
func (s Plot) scalpGroups(t *scalpTable, layouts []*sensor.Layout) ([]sensor.Group, error) {
	if layouts == nil {
		return nil, fmt.Errorf("%s does not say where its channels are: name a system of electrodes (%s), a file of positions or a recording with --sensors", s.From, strings.Join(systems(), ", "))
	}
	groups, left, err := sensor.Groups(layouts, t.channels, s.merging(t))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.From, err)
	}
	if len(groups) == 0 {
		return nil, fmt.Errorf("%s: none of its channels (%s) is a sensor with a position (%s)", s.From, briefly(t.channels), briefly(layouts[0].Names))
	}
	if len(left) > 0 {
		s.warn(fmt.Sprintf("%s: left out of the maps: %s: %s", s.From, counted(len(left), "channel"), briefly(left)))
	}
	paired := slices.ContainsFunc(groups, func(g sensor.Group) bool { return g.Merge.Name == "rms" })
	if t.fields && s.Scalp.Chance != 0 {
		return nil, fmt.Errorf("%s holds amplitudes of fields, which have no chance: maps of a table or result are colored from chance", s.From)
	}
	if paired && !t.fields {
		s.warn("a root mean square of two gradiometers is of amplitudes of fields: of scores, their mean, their maximum or both can be told")
	}
	return groups, nil
}

// block makes the rows of the columns of a block: one per type of sensor.
func (t *scalpTable) block(block string, groups []sensor.Group) (rows []figure.ScalpRow, err error) {
	for _, g := range groups {
		row := figure.ScalpRow{Name: g.Name}
		for _, column := range t.columns {
			if column.block != block {
				continue
			}
			m, err := t.draw(g, column)
			if err != nil {
				return nil, err
			}
			row.Maps = append(row.Maps, m)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// stars says what a star means.
func (t *scalpTable) stars() string {
	n, maps := 0, "each map, untested"
	for _, c := range t.columns {
		n = max(n, c.best)
		if c.best == 0 {
			maps = "each map without a test"
		}
	}
	if n == 1 {
		return "the highest of " + maps
	}
	return fmt.Sprintf("the highest %d of %s", n, maps)
}

// mostInRow is how many maps stand in a row.
const mostInRow = 6

// arranged puts single maps of several types side by side, and breaks rows of
// many: all types together where they share a scale, else type by type.
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
	one := !slices.ContainsFunc(rows, func(r figure.ScalpRow) bool { return r.Maps[0].Measure != rows[0].Maps[0].Measure })
	var parts [][]figure.ScalpRow // of every row
	for _, r := range rows {
		var own []figure.ScalpRow
		for maps := range slices.Chunk(r.Maps, inRow(len(r.Maps))) {
			own = append(own, figure.ScalpRow{Name: r.Name, Maps: maps})
		}
		parts = append(parts, own)
	}
	if !one {
		return slices.Concat(parts...)
	}
	var broken []figure.ScalpRow
	for k := range parts[0] {
		for _, own := range parts {
			broken = append(broken, own[k])
		}
	}
	return broken
}

// inRow is how many of n maps stand in a row, so that rows are about as long.
func inRow(n int) int {
	rows := (n + mostInRow - 1) / mostInRow
	return (n + rows - 1) / rows
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
