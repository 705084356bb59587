package step

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/nearest"
)

// A labelTable is a .tsv with a header, each of whose columns is a label.
type labelTable struct {
	path    string
	columns []string
	labels  map[string][]string // by column, one per row
}

// readLabelTable reads a table of labels for n of what; a negative n is any
// number.
//
//	errors   *file.ParseError with the line: another number of cells or rows, two
//	         columns of one name, an empty cell
func readLabelTable(path string, n int, what string) (*labelTable, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	text := strings.TrimPrefix(strings.ReplaceAll(string(data), "\r\n", "\n"), "\ufeff")
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	t := &labelTable{path: path, columns: strings.Split(lines[0], "\t"), labels: map[string][]string{}}
	for i, name := range t.columns {
		switch {
		case name == "":
			return nil, file.Malformed(path, -1, "line 1", "column %d has no name", i+1)
		case slices.Contains(t.columns[:i], name):
			return nil, file.Malformed(path, -1, "line 1", "two columns are called %q", name)
		}
	}
	for i, line := range lines[1:] {
		if err := t.take(line, i+2); err != nil {
			return nil, err
		}
	}
	if rows := len(lines) - 1; n >= 0 && rows != n {
		return nil, file.Malformed(path, -1, "rows", "%d rows of labels for %d %s", rows, n, what)
	}
	return t, nil
}

// take reads a line.
func (t *labelTable) take(line string, number int) error {
	cells := strings.Split(line, "\t")
	if len(cells) != len(t.columns) {
		return file.Malformed(t.path, -1, fmt.Sprintf("line %d", number), "%d cells for %d columns, which tabs separate", len(cells), len(t.columns))
	}
	for i, cell := range cells {
		name := t.columns[i]
		if strings.TrimSpace(cell) == "" {
			return file.Malformed(t.path, -1, fmt.Sprintf("line %d, column %s", number, name), "the cell is empty: write n/a where there is no label")
		}
		t.labels[name] = append(t.labels[name], cell)
	}
	return nil
}

// slips warns of columns whose name is nearly one that means something.
func (t *labelTable) slips(reserved []string) []string {
	var warnings []string
	for _, name := range t.columns {
		if hint := nearest.Hint(name, reserved); hint != "" && !slices.Contains(reserved, name) {
			warnings = append(warnings, fmt.Sprintf("%s: nothing goes by a label called %q%s", t.path, name, hint))
		}
	}
	return warnings
}
