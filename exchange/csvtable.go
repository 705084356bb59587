package exchange

import (
	"fmt"
	"strconv"

	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/result"
)

// besideTable is what stands in the .json beside a table of a result.
type besideTable struct {
	Isocortex   string         `json:"isocortex"` // KindTable
	Description string         `json:"description"`
	Missing     string         `json:"missing"`
	Columns     []besideColumn `json:"columns"`
}

type besideColumn struct {
	Name        string `json:"name"`
	Unit        string `json:"unit"`
	Description string `json:"description"`
}

// writeTableCSV writes the table with commas, and missing numbers as R does.
func writeTableCSV(path string, t *result.Table) error {
	beside := besideTable{Isocortex: KindTable, Description: t.Description, Missing: missing}
	var columns []string
	for _, c := range t.Columns {
		columns = append(columns, c.Name)
		beside.Columns = append(beside.Columns, besideColumn{c.Name, c.Unit, c.Description})
		if err := checkText(c.Text...); err != nil {
			return fmt.Errorf("write %s: column %s: %w", path, c.Name, err)
		}
	}
	return writeCSV(path, beside, columns, func(yield func([]string) bool) {
		row := make([]string, len(columns))
		for i := range t.Len() {
			for k := range t.Columns {
				row[k] = cell(&t.Columns[k], i)
			}
			if !yield(row) {
				return
			}
		}
	})
}

// cell writes one value of a column.
func cell(c *result.Column, row int) string {
	switch {
	case c.Text != nil:
		return quote(c.Text[row])
	case c.Counts != nil:
		return strconv.Itoa(c.Counts[row])
	}
	return formatNumber(c.Numbers[row], 64)
}

// besideArray is what stands in the .json beside the table of an array.
type besideArray struct {
	Isocortex string `json:"isocortex"` // KindArray
	Name      string `json:"name"`
	Type      string `json:"type"`
	Shape     []int  `json:"shape"`
}

// writeArraysCSV writes one array of one or two axes, without labels.
func writeArraysCSV(path string, arrays map[string]*npy.Array) error {
	if len(arrays) != 1 {
		return fmt.Errorf("write %s: a table holds one array, not %d: write .mat or .h5", path, len(arrays))
	}
	name := sortedNames(arrays)[0]
	a := arrays[name]
	if len(a.Shape) == 0 || len(a.Shape) > 2 {
		return fmt.Errorf("write %s: an array of shape %v is no table: write .mat or .h5", path, a.Shape)
	}
	width := 1
	if len(a.Shape) == 2 {
		width = a.Shape[1]
	}
	columns := make([]string, width)
	for i := range columns {
		columns[i] = "column_" + strconv.Itoa(i+1)
	}
	texts, err := arrayCells(a)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	beside := besideArray{KindArray, name, plainOf(a).Type, a.Shape}
	return writeCSV(path, beside, columns, func(yield func([]string) bool) {
		for i := range a.Shape[0] {
			if !yield(texts[i*width : (i+1)*width]) {
				return
			}
		}
	})
}

// arrayCells writes every value of an array.
func arrayCells(a *npy.Array) ([]string, error) {
	p := plainOf(a)
	cells := make([]string, 0, a.Len())
	bits := 64
	if p.Type == "float32" {
		bits = 32
	}
	for _, x := range p.Numbers {
		cells = append(cells, formatNumber(float64(x), bits))
	}
	for _, n := range p.Counts {
		cells = append(cells, strconv.FormatInt(n, 10))
	}
	for _, text := range p.Texts {
		cells = append(cells, quote(text))
	}
	return cells, checkText(p.Texts...)
}
