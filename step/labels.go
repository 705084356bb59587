package step

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/nearest"
	"github.com/isocortex/isocortex/variable"
)

// A labelTable is a table with a header, each of whose columns is a label.
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
	rows, err := readRows(path)
	if err != nil {
		return nil, err
	}
	t := &labelTable{path: path, columns: rows[0].cells, labels: map[string][]string{}}
	for i, name := range t.columns {
		switch {
		case name == "":
			return nil, file.Malformed(path, -1, "line 1", "column %d has no name", i+1)
		case slices.Contains(t.columns[:i], name):
			return nil, file.Malformed(path, -1, "line 1", "two columns are called %q", name)
		}
	}
	for _, r := range rows[1:] {
		if err := t.take(r); err != nil {
			return nil, err
		}
	}
	switch count := len(rows) - 1; {
	case n >= 0 && count == n-1:
		return nil, file.Malformed(path, -1, "rows", "%d rows of labels for %d %s: the first line has to name the columns", count, n, what)
	case n >= 0 && count != n:
		return nil, file.Malformed(path, -1, "rows", "%d rows of labels for %d %s", count, n, what)
	}
	return t, nil
}

// take checks a row and keeps it.
func (t *labelTable) take(r tableRow) error {
	if len(r.cells) != len(t.columns) {
		return file.Malformed(t.path, -1, fmt.Sprintf("line %d", r.line), "%d cells for %d columns, %s", len(r.cells), len(t.columns), separated(t.path))
	}
	for i, cell := range r.cells {
		name := t.columns[i]
		if strings.TrimSpace(cell) == "" {
			return file.Malformed(t.path, -1, fmt.Sprintf("line %d, column %s", r.line, name), "the cell is empty: write n/a where there is no label")
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

// A tableRow is a line of a table.
type tableRow struct {
	line  int // from 1
	cells []string
}

// readRows reads a table: commas separate the cells of a .csv, tabs those of
// any other file. The first row, which is always there, names the columns.
//
//	errors   *file.ParseError: no text, an empty file, columns separated by
//	         something else
func readRows(path string) ([]tableRow, error) {
	text, err := readText(path)
	if err != nil {
		return nil, err
	}
	rows := tabbed(text)
	if isCSV(path) {
		if rows, err = comma(path, text); err != nil {
			return nil, err
		}
	}
	if len(rows) == 0 {
		return nil, file.Malformed(path, -1, "line 1", "the file is empty; its first line has to name the columns")
	}
	if header := rows[0].cells; len(header) == 1 && strings.ContainsAny(header[0], "\t,;") {
		return nil, file.Malformed(path, -1, "line 1", "there is one column, called %q: cells are %s", header[0], separated(path))
	}
	return rows, nil
}

func isCSV(path string) bool { return strings.EqualFold(filepath.Ext(path), ".csv") }

// separated says how the cells of a table are told apart.
func separated(path string) string {
	if isCSV(path) {
		return "separated by commas in a .csv, by tabs in a .tsv"
	}
	return "separated by tabs, or by commas in a .csv"
}

// tabbed cuts a text at its tabs. Cells that stand in quotes as a whole, as R
// writes them, lose them.
func tabbed(text string) []tableRow {
	if text == "" {
		return nil
	}
	var rows []tableRow
	for i, line := range strings.Split(text, "\n") {
		cells := strings.Split(line, "\t")
		for k, cell := range cells {
			if n := len(cell); n >= 2 && cell[0] == '"' && cell[n-1] == '"' {
				cells[k] = strings.ReplaceAll(cell[1:n-1], `""`, `"`)
			}
		}
		rows = append(rows, tableRow{i + 1, cells})
	}
	return rows
}

// comma cuts a text at its commas, as RFC 4180 has it.
func comma(path, text string) ([]tableRow, error) {
	reader := csv.NewReader(strings.NewReader(text))
	reader.FieldsPerRecord = -1
	var rows []tableRow
	for {
		cells, err := reader.Read()
		var bad *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return rows, nil
		case errors.As(err, &bad):
			return nil, file.Malformed(path, -1, fmt.Sprintf("line %d", bad.Line), "%w", bad.Err)
		case err != nil:
			return nil, err
		}
		line, _ := reader.FieldPos(0)
		rows = append(rows, tableRow{line, cells})
	}
}

// readText reads a text of lines that end in "\n", whatever they end in there,
// without a byte order mark and without empty lines at the end.
//
//	errors   *file.ParseError with the line that is not UTF-8
func readText(path string) (string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	text := string(data)
	if strings.HasPrefix(text, "\xff\xfe") || strings.HasPrefix(text, "\xfe\xff") {
		return "", file.Unsupported(path, 0, "text", "this is UTF-16: save it as UTF-8")
	}
	text = strings.TrimPrefix(text, "\ufeff")
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	for i, line := range strings.Split(text, "\n") {
		if !utf8.ValidString(line) {
			return "", file.Unsupported(path, -1, fmt.Sprintf("line %d", i+1), "the text is not UTF-8: save it as UTF-8")
		}
	}
	return strings.TrimRight(text, "\n"), nil
}

// readLines reads a text file of one label per line, with "table.tsv#column" one
// column of a table with a header, or with "file.mat#name" a list of texts.
// Empty lines do not count.
func readLines(address string) ([]string, error) {
	path, column := variable.Split(address)
	switch {
	case variable.Known(path):
		array, err := variable.Read(address)
		if err != nil {
			return nil, err
		}
		labels, err := array.Strings()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", address, err)
		}
		return labels, nil
	case column != "":
		return readColumn(path, column)
	}
	text, err := readText(path)
	return slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool { return line == "" }), err
}

// readColumn reads one column of a table.
func readColumn(path, column string) ([]string, error) {
	rows, err := readRows(path)
	if err != nil {
		return nil, err
	}
	columns := rows[0].cells
	place := slices.Index(columns, column)
	if place < 0 {
		return nil, file.Malformed(path, -1, "line 1", "no column %q: the columns are %s", column, strings.Join(columns, ", "))
	}
	var labels []string
	for _, r := range rows[1:] {
		if len(r.cells) == 1 && r.cells[0] == "" {
			continue
		}
		if len(r.cells) != len(columns) {
			return nil, file.Malformed(path, -1, fmt.Sprintf("line %d", r.line), "%d cells for %d columns, %s", len(r.cells), len(columns), separated(path))
		}
		labels = append(labels, r.cells[place])
	}
	return labels, nil
}
