package exchange

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/isocortex/isocortex/rdm"
)

// Columns of a table of RDMs, one row per RDM and pair.
const (
	columnRDM   = "rdm" // from 1 on, in the order of the stack
	columnTime  = "time"
	columnA     = "condition1"
	columnB     = "condition2"
	columnValue = "dissimilarity"
)

// besideRDMs is what stands in the .json beside a table of RDMs.
type besideRDMs struct {
	Isocortex  string        `json:"isocortex"` // KindRDMs
	Measure    string        `json:"measure"`
	Definition string        `json:"definition"`
	Kind       rdm.Kind      `json:"kind"`
	Chance     number        `json:"chance"`
	PerChannel bool          `json:"per_channel"`
	Signed     bool          `json:"signed"`
	Window     number        `json:"window"`     // s
	Conditions []string      `json:"conditions"` // in their order; null when they have no labels, and are numbered
	Labels     []labelColumn `json:"labels"`
}

// A labelColumn says which column holds a label.
type labelColumn struct {
	Column string `json:"column"`
	Label  string `json:"label"`
}

// labelColumns gives every label a column of its own, besides those taken.
func labelColumns(labels map[string][]string, taken ...string) []labelColumn {
	names := slices.Sorted(maps.Keys(labels))
	columns := make([]labelColumn, len(names))
	for i, column := range unique(names, taken...) {
		columns[i] = labelColumn{column, names[i]}
	}
	return columns
}

// writeRDMsCSV writes a row per RDM and pair.
func writeRDMsCSV(path string, r *rdm.RDMs) error {
	conditions, err := conditionCells(r)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	d := r.Definition
	beside := besideRDMs{
		Isocortex: KindRDMs, Measure: d.Measure, Definition: d.Text, Kind: d.Kind, Chance: number(d.Chance),
		PerChannel: d.PerChannel, Signed: d.Signed, Window: number(r.Window), Conditions: r.Conditions,
		Labels: labelColumns(r.Labels, columnRDM, columnTime, columnA, columnB, columnValue),
	}
	columns := []string{columnRDM}
	for _, l := range beside.Labels {
		if err := checkText(r.Labels[l.Label]...); err != nil {
			return fmt.Errorf("write %s: label %s: %w", path, l.Label, err)
		}
		columns = append(columns, l.Column)
	}
	if r.Times != nil {
		columns = append(columns, columnTime)
	}
	columns = append(columns, columnA, columnB, columnValue)
	return writeCSV(path, beside, columns, func(yield func([]string) bool) {
		for k := range r.Len() {
			start := []string{strconv.Itoa(k + 1)}
			for _, l := range beside.Labels {
				start = append(start, quote(r.Labels[l.Label][k]))
			}
			if r.Times != nil {
				start = append(start, formatNumber(r.Times[k], 64))
			}
			if !yieldPairs(start, conditions, r.RDV(k), yield) {
				return
			}
		}
	})
}

// yieldPairs yields a row for every pair of an RDM, which begins with start.
func yieldPairs(start, conditions []string, rdv []float64, yield func([]string) bool) bool {
	row := append(slices.Clone(start), "", "", "")
	at := len(start)
	for i := range conditions {
		for j := i + 1; j < len(conditions); j++ {
			row[at], row[at+1], row[at+2] = conditions[i], conditions[j], formatNumber(rdv[rdm.PairIndex(len(conditions), i, j)], 64)
			if !yield(row) {
				return false
			}
		}
	}
	return true
}

// conditionCells writes the labels of the conditions, or their numbers.
func conditionCells(r *rdm.RDMs) ([]string, error) {
	cells := make([]string, r.Size)
	for i := range cells {
		if r.Conditions == nil {
			cells[i] = strconv.Itoa(i + 1)
			continue
		}
		if first := slices.Index(r.Conditions, r.Conditions[i]); first < i {
			return nil, fmt.Errorf("conditions %d and %d are both called %q, and a table goes by labels", first+1, i+1, r.Conditions[i])
		}
		cells[i] = quote(r.Conditions[i])
	}
	return cells, checkText(r.Conditions...)
}
