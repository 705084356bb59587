package step

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/exchange"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/all"
	"github.com/isocortex/isocortex/recording/fif"
	"github.com/isocortex/isocortex/sensor"
	"github.com/isocortex/isocortex/unit"
)

// markColumns say which sensors get a disk: of all maps, or behind the name of a
// column, of its map. Numbers are p values.
var markColumns = []string{"p", "corrected", "significant"}

// scalpLevel is the p value up to which a sensor gets a disk.
const scalpLevel = 0.05

// scalpValues reads a table: a column "channel", columns of numbers, and those
// that mark sensors.
func (s Plot) scalpValues() (*scalpTable, []*sensor.Layout, error) {
	table, err := readLabelTable(s.From, -1, "channels")
	if err != nil {
		return nil, nil, err
	}
	if isScoredChannels(table) {
		models, channels, err := table.models()
		if err != nil {
			return nil, nil, err
		}
		t, err := s.scores(models, channels, scalpLevel)
		return t, nil, err
	}
	k := slices.IndexFunc(table.columns, func(c string) bool { return slices.Contains([]string{"channel", "sensor", "name"}, c) })
	if k < 0 {
		return nil, nil, file.Malformed(s.From, -1, "columns", "none is called channel: the columns are %s", briefly(table.columns))
	}
	t := &scalpTable{channels: table.labels[table.columns[k]]}
	for i, name := range table.columns {
		if i == k || slices.Contains(channelLabels, name) || mark(name, table.columns) != "" {
			continue
		}
		column := scalpColumn{title: name}
		if column.values, err = table.numbers(name); err != nil {
			return nil, nil, err
		}
		for _, what := range markColumns {
			for _, marks := range []string{name + " " + what, what} {
				if column.disks == nil && table.labels[marks] != nil {
					if column.disks, err = table.marks(marks); err != nil {
						return nil, nil, err
					}
					t.disk = said[what]
				}
			}
		}
		t.columns = append(t.columns, column)
	}
	if len(t.columns) == 0 {
		return nil, nil, file.Malformed(s.From, -1, "columns", "none holds values to draw: the columns are %s", briefly(table.columns))
	}
	return t, nil, nil
}

// said is what a disk means, by the column that it comes from.
var said = map[string]string{
	"p":           fmt.Sprintf("p ≤ %g, uncorrected", scalpLevel),
	"corrected":   fmt.Sprintf("corrected p ≤ %g", scalpLevel),
	"significant": "significant",
}

// mark returns which of markColumns a column is; "" where it is none.
func mark(name string, columns []string) string {
	for _, what := range markColumns {
		of, behind := strings.CutSuffix(name, " "+what)
		if name == what || behind && slices.Contains(columns, of) {
			return what
		}
	}
	return ""
}

// numbers reads a column; n/a is NaN.
func (t *labelTable) numbers(column string) ([]float64, error) {
	values := make([]float64, len(t.labels[column]))
	for i, cell := range t.labels[column] {
		v, err := strconv.ParseFloat(strings.Replace(cell, "n/a", "NaN", 1), 64)
		if err != nil || math.IsInf(v, 0) {
			return nil, file.Malformed(t.path, -1, fmt.Sprintf("row %d, column %s", i+1, column), "%q is no number: columns that are not to be drawn have to go", cell)
		}
		values[i] = v
	}
	return values, nil
}

// marks reads a column of p values, or of yes and no.
func (t *labelTable) marks(column string) ([]bool, error) {
	marks := make([]bool, len(t.labels[column]))
	for i, cell := range t.labels[column] {
		is, err := strconv.ParseBool(strings.ToLower(cell))
		if err == nil && strings.HasSuffix(column, "significant") {
			marks[i] = is
			continue
		}
		p, err := strconv.ParseFloat(strings.Replace(cell, "n/a", "NaN", 1), 64)
		if err != nil || p < 0 || p > 1 {
			return nil, file.Malformed(t.path, -1, fmt.Sprintf("row %d, column %s", i+1, column), "%q is no p value, and neither true nor false", cell)
		}
		marks[i] = p <= scalpLevel
	}
	return marks, nil
}

// scalpDataset reads a Dataset: the mean over observations, at some times.
func (s Plot) scalpDataset() (*scalpTable, []*sensor.Layout, error) {
	if kind, err := exchange.Contents(s.From); err != nil || kind != exchange.KindDataset {
		if err == nil {
			err = fmt.Errorf("%s: maps of the scalp are drawn of a table (.tsv) with a column channel, or of a Dataset", s.From)
		}
		return nil, nil, err
	}
	d, err := exchange.ReadDataset(s.From)
	if err != nil {
		return nil, nil, err
	}
	defer d.Close()
	names := d.Channel["name"]
	if names == nil {
		return nil, nil, fmt.Errorf("%s: its channels have no names: give them a label name", s.From)
	}
	t := &scalpTable{channels: names, units: d.Channel["unit"], fields: true}
	if n := d.Shape[0]; n > 1 {
		t.notes = []string{fmt.Sprintf("mean of %d observations", n)}
	}
	steps, err := s.steps(d.Times, d.Shape[2])
	if err != nil {
		return nil, nil, err
	}
	for _, k := range steps {
		column := scalpColumn{values: means(d, k)}
		if d.Times != nil {
			column.title = unit.Milliseconds(d.Times[k])
		}
		t.columns = append(t.columns, column)
	}
	if s.Scalp.Sensors != "" {
		return t, nil, nil
	}
	h, err := sensor.InDataset(s.From, d)
	if h == nil || err != nil {
		return t, nil, err
	}
	layouts, err := sensor.Types(h)
	return t, layouts, err
}

// scalpSteps is how many times are drawn where none is named.
const scalpSteps = 6

// steps are the places of the times that are drawn, of n.
func (s Plot) steps(times []float64, n int) ([]int, error) {
	if times == nil && len(s.Scalp.Times) > 0 {
		return nil, fmt.Errorf("%s has no times", s.From)
	}
	var steps []int
	for i := 0; s.Scalp.Times == nil && i < min(n, scalpSteps); i++ {
		steps = append(steps, i*(n-1)/max(1, min(n, scalpSteps)-1))
	}
	for _, at := range s.Scalp.Times {
		k, found := slices.BinarySearch(times, at)
		if !found && k > 0 && (k == n || at-times[k-1] < times[k]-at) {
			k--
		}
		apart := 0.001
		if n > 1 {
			apart = (times[n-1] - times[0]) / float64(n-1)
		}
		if math.Abs(times[k]-at) > apart/2*(1+1e-6) {
			return nil, fmt.Errorf("%s has no time %s: it goes from %s to %s", s.From, unit.Milliseconds(at), unit.Milliseconds(times[0]), unit.Milliseconds(times[n-1]))
		}
		steps = append(steps, k)
	}
	return steps, nil
}

// means averages all observations at a time.
func means(d *dataset.Dataset, t int) []float64 {
	values := make([]float64, d.Shape[1])
	for c := range values {
		for o := range d.Shape[0] {
			values[c] += d.At(o, c, t)
		}
		values[c] /= float64(d.Shape[0])
	}
	return values
}

// recordingHeader reads what a recording says of its channels, or epochs or
// averages do.
func recordingHeader(path string) (*recording.Header, error) {
	r, err := all.Open(path, all.Options{})
	if err == nil {
		defer r.Close()
		return r.Header(), nil
	}
	if e, wrong := fif.OpenEpochs(path, fif.Options{}); wrong == nil {
		defer e.Close()
		return &e.Header().Header, nil
	}
	if averages, wrong := fif.Averages(path); wrong == nil && len(averages) > 0 {
		return &recording.Header{Path: path, Channels: averages[0].Channels}, nil
	}
	return nil, err
}
