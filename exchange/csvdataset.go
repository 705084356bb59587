package exchange

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/npy"
)

// columnObservation numbers the observations of a table from 1 on.
const columnObservation = "observation"

// besideDataset is what stands in the .json beside the table of a Dataset.
type besideDataset struct {
	Isocortex    string              `json:"isocortex"` // KindDataset
	Type         string              `json:"type"`      // of the measurements: float32 or float64
	Observations int                 `json:"observations"`
	Times        []float64           `json:"times"`       // s from stimulus onset; null without a time axis
	Labels       []labelColumn       `json:"labels"`      // of observations
	Channels     []string            `json:"channels"`    // columns of the channels
	Channel      map[string][]string `json:"channel"`     // labels of channels
	Description  map[string]string   `json:"description"` // of the whole
	Arrays       map[string]plain    `json:"arrays"`      // what else the file of the Dataset holds
}

// A plain is an array in JSON.
type plain struct {
	Type    string   `json:"type"`
	Shape   []int    `json:"shape"`
	Numbers []number `json:"numbers,omitempty"` // float32 and float64
	Counts  []int64  `json:"counts,omitempty"`  // the other numbers, and truth as 0 and 1
	Texts   []string `json:"texts,omitempty"`
}

// writeDatasetCSV writes a row per observation and time, with a column per
// channel.
func writeDatasetCSV(path string, d *dataset.Dataset) error {
	beside, err := describeDataset(d)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	columns := []string{columnObservation}
	for _, l := range beside.Labels {
		columns = append(columns, l.Column)
	}
	if d.Times != nil {
		columns = append(columns, columnTime)
	}
	columns = append(columns, beside.Channels...)
	bits := 64
	if d.F32 != nil {
		bits = 32
	}
	return writeCSV(path, beside, columns, func(yield func([]string) bool) {
		row := make([]string, len(columns))
		for o := range d.Shape[0] {
			row[0] = strconv.Itoa(o + 1)
			for i, l := range beside.Labels {
				row[1+i] = quote(d.Observation[l.Label][o])
			}
			for t := range d.Shape[2] {
				if d.Times != nil {
					row[1+len(beside.Labels)] = formatNumber(d.Times[t], 64)
				}
				cells := row[len(row)-d.Shape[1]:]
				for c := range cells {
					cells[c] = formatNumber(d.At(o, c, t), bits)
				}
				if !yield(row) {
					return
				}
			}
		}
	})
}

// describeDataset returns what stands beside the table of d.
func describeDataset(d *dataset.Dataset) (besideDataset, error) {
	if d.Shape[2] == 0 {
		return besideDataset{}, errors.New("there are no times, so that a table has no rows: write .mat or .h5")
	}
	for name, labels := range d.Observation {
		if err := checkText(labels...); err != nil {
			return besideDataset{}, fmt.Errorf("observation.%s: %w", name, err)
		}
	}
	taken := []string{columnObservation, columnTime}
	beside := besideDataset{
		Isocortex: KindDataset, Type: "float64", Observations: d.Shape[0], Times: d.Times,
		Labels: labelColumns(d.Observation, taken...), Channel: d.Channel, Description: d.Description, Arrays: map[string]plain{},
	}
	if d.F32 != nil {
		beside.Type = "float32"
	}
	for _, l := range beside.Labels {
		taken = append(taken, l.Column)
	}
	beside.Channels = unique(channelNames(d), taken...)
	for name, array := range d.Arrays {
		beside.Arrays[name] = plainOf(array)
	}
	return beside, nil
}

// channelNames returns the names of the channels, or their numbers.
func channelNames(d *dataset.Dataset) []string {
	if names := d.Channel["name"]; names != nil && checkText(names...) == nil && !slices.Contains(names, "") {
		return names
	}
	names := make([]string, d.Shape[1])
	for c := range names {
		names[c] = "channel_" + strconv.Itoa(c+1)
	}
	return names
}

// readDatasetCSV reads what writeDatasetCSV wrote, its rows in that order.
func readDatasetCSV(path string) (*dataset.Dataset, error) {
	var beside besideDataset
	found, err := readBeside(path, &beside)
	if err != nil {
		return nil, err
	}
	if !found || beside.Isocortex != KindDataset {
		return nil, file.Unsupported(path, -1, "columns", "what they are stands in no %s beside it: make a Dataset of the numbers with 'isocortex dataset'", sidecar(path))
	}
	t, err := openTable(path)
	if err != nil {
		return nil, err
	}
	defer t.close()
	rows := &datasetTable{table: t, beside: beside}
	if err := rows.find(); err != nil {
		return nil, err
	}
	if err := t.each(rows.take); err != nil {
		return nil, err
	}
	return rows.finish()
}

// A datasetTable is the table of a Dataset that is being read.
type datasetTable struct {
	*table
	beside      besideDataset
	observation int
	time        int   // column, if there are times
	labels      []int // columns
	channels    []int
	labelOf     [][]string // label × observation
	values      []float64  // rows × channels
	rows        int
}

// find finds the columns.
func (t *datasetTable) find() error {
	var err error
	place := func(name string) int {
		at := slices.Index(t.columns, name)
		if at < 0 && err == nil {
			err = file.Malformed(t.path, 0, "header", "no column %q, which %s names", name, sidecar(t.path))
		}
		return at
	}
	t.observation = place(columnObservation)
	if t.beside.Times != nil {
		t.time = place(columnTime)
	}
	for _, l := range t.beside.Labels {
		t.labels = append(t.labels, place(l.Column))
	}
	for _, name := range t.beside.Channels {
		t.channels = append(t.channels, place(name))
	}
	t.labelOf = make([][]string, len(t.labels))
	return err
}

// times is the number of rows of an observation.
func (t *datasetTable) times() int {
	if t.beside.Times == nil {
		return 1
	}
	return max(1, len(t.beside.Times))
}

// take reads one row.
func (t *datasetTable) take(cells []string) error {
	observation := strconv.Itoa(t.rows/t.times() + 1)
	if cells[t.observation] != observation {
		return t.fail(t.observation, "%q, but this is row %d, where observation %s stands: sort the rows by observation and time",
			cells[t.observation], t.rows+1, observation)
	}
	if err := t.checkTime(cells); err != nil {
		return err
	}
	for i, column := range t.labels {
		if t.rows%t.times() == 0 {
			t.labelOf[i] = append(t.labelOf[i], cells[column])
		}
	}
	for _, column := range t.channels {
		bits := 64
		if t.beside.Type == "float32" {
			bits = 32
		}
		x, err := t.number(cells, column, bits)
		if err != nil {
			return err
		}
		t.values = append(t.values, x)
	}
	t.rows++
	return nil
}

// checkTime refuses rows of an observation that are not in the order of the
// times. R and spreadsheets write fewer digits than there are.
func (t *datasetTable) checkTime(cells []string) error {
	if t.beside.Times == nil {
		return nil
	}
	x, err := t.number(cells, t.time, 64)
	if err != nil {
		return err
	}
	if want := t.beside.Times[t.rows%t.times()]; !(math.Abs(x-want) <= 1e-9*max(1, math.Abs(want))) { // NaN is no time
		return t.fail(t.time, "%g s, but this is row %d, where %g s stands: sort the rows by observation and time", x, t.rows+1, want)
	}
	return nil
}

// finish turns rows of observations and times × channels into a Dataset.
func (t *datasetTable) finish() (*dataset.Dataset, error) {
	b := t.beside
	if want := b.Observations * t.times(); t.rows != want {
		return nil, file.Malformed(t.path, -1, "rows", "%d rows, but %d observations at %d times", t.rows, b.Observations, t.times())
	}
	d := &dataset.Dataset{
		Shape: [3]int{b.Observations, len(t.channels), t.times()}, Times: b.Times,
		Observation: map[string][]string{}, Channel: b.Channel, Description: b.Description, Arrays: map[string]*npy.Array{},
	}
	for i, l := range b.Labels {
		d.Observation[l.Label] = slices.Concat([]string{}, t.labelOf[i])
	}
	for name, p := range b.Arrays {
		array, err := p.array()
		if err != nil {
			return nil, file.Malformed(sidecar(t.path), -1, name, "%w", err)
		}
		d.Arrays[name] = array
	}
	t.measure(d)
	if err := d.Check(); err != nil {
		return nil, file.Malformed(t.path, -1, "Dataset", "%w", err)
	}
	return d, nil
}

// measure gives d its measurements: the channels before the times.
func (t *datasetTable) measure(d *dataset.Dataset) {
	values := make([]float64, 0, len(t.values))
	for o := range d.Shape[0] {
		for c := range d.Shape[1] {
			for k := range d.Shape[2] {
				values = append(values, t.values[(o*d.Shape[2]+k)*d.Shape[1]+c])
			}
		}
	}
	if t.beside.Type != "float32" {
		d.F64 = values
		return
	}
	d.F32 = make([]float32, len(values))
	for i, x := range values {
		d.F32[i] = float32(x)
	}
}

// plainOf writes an array for JSON.
func plainOf(a *npy.Array) plain {
	p := plain{Shape: a.Shape}
	switch data := a.Data.(type) {
	case []float32:
		p.Type = "float32"
		for _, x := range data {
			p.Numbers = append(p.Numbers, number(x))
		}
	case []float64:
		p.Type = "float64"
		for _, x := range data {
			p.Numbers = append(p.Numbers, number(x))
		}
	case []int64:
		p.Type, p.Counts = "int64", data
	case []int32:
		p.Type, p.Counts = "int32", convert[int64](data)
	case []uint8:
		p.Type, p.Counts = "uint8", convert[int64](data)
	case []bool:
		p.Type = "bool"
		for _, x := range data {
			p.Counts = append(p.Counts, map[bool]int64{true: 1}[x])
		}
	case []string:
		p.Type, p.Texts = "text", data
	}
	return p
}

// array is the array that plainOf wrote.
func (p plain) array() (*npy.Array, error) {
	a := &npy.Array{Shape: p.Shape}
	switch p.Type {
	case "float32":
		a.Data = convert[float32](p.Numbers)
	case "float64":
		a.Data = convert[float64](p.Numbers)
	case "int64":
		a.Data = convert[int64](p.Counts)
	case "int32":
		a.Data = convert[int32](p.Counts)
	case "uint8":
		a.Data = convert[uint8](p.Counts)
	case "bool":
		truths := make([]bool, len(p.Counts))
		for i, x := range p.Counts {
			truths[i] = x != 0
		}
		a.Data = truths
	case "text":
		a.Data = slices.Concat([]string{}, p.Texts)
	default:
		return nil, fmt.Errorf("%q is no type", p.Type)
	}
	return a, a.Check()
}

// convert converts numbers one by one.
func convert[To, From float32 | float64 | number | int64 | int32 | uint8](from []From) []To {
	to := make([]To, len(from))
	for i, x := range from {
		to[i] = To(x)
	}
	return to
}
