package bids

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/isocortex/isocortex/file"
)

// A Table is a file of columns with names, separated by tabs.
type Table struct {
	Path    string
	Columns []string
	Rows    [][]string // as wide as Columns
	Lines   []int      // of the rows in the file, from 1
	Cut     bool       // the last line does not end, so that some of it may be missing
}

// Missing is what a table has where nothing is known.
const Missing = "n/a"

// ReadTable reads a table. A mark of the order of bytes is passed over, as are
// empty lines and carriage returns.
//
//	errors   *file.ParseError with the line of a row that is longer or shorter
//	         than the head, of text that is not UTF-8; columns of one name
func ReadTable(path string) (*Table, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	text := strings.ReplaceAll(strings.ReplaceAll(string(data), "\r\n", "\n"), "\r", "\n")
	t := &Table{Path: path, Cut: !strings.HasSuffix(text, "\n")}
	line := 0
	for row := range strings.SplitSeq(text, "\n") {
		line++
		if row == "" {
			continue
		}
		if !utf8.ValidString(row) {
			return nil, t.wrong(line, "text that is not UTF-8")
		}
		if err := t.add(line, strings.Split(row, "\t")); err != nil {
			return nil, err
		}
	}
	if t.Columns == nil {
		return nil, t.wrong(1, "no line with the names of columns")
	}
	return t, nil
}

// add adds a row, the first as the head.
func (t *Table) add(line int, cells []string) error {
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	if t.Columns == nil {
		for i, c := range cells {
			if slices.Contains(cells[:i], c) {
				return t.wrong(line, "two columns are named %q", c)
			}
		}
		t.Columns = cells
		return nil
	}
	if len(cells) != len(t.Columns) {
		return t.wrong(line, "%d columns, but there are %d names of columns: separate them by single tabs, and write %s where nothing is known", len(cells), len(t.Columns), Missing)
	}
	t.Rows, t.Lines = append(t.Rows, cells), append(t.Lines, line)
	return nil
}

// wrong is a defect of a line.
func (t *Table) wrong(line int, format string, args ...any) error {
	return file.Malformed(t.Path, -1, fmt.Sprintf("line %d", line), format, args...)
}

// Need returns an error unless there are columns of these names.
func (t *Table) Need(names ...string) error {
	for _, name := range names {
		if !slices.Contains(t.Columns, name) {
			return t.wrong(1, "no column %q; there are %s", name, strings.Join(t.Columns, ", "))
		}
	}
	return nil
}

// Text returns a cell; Missing where there is no such column.
func (t *Table) Text(row int, column string) string {
	i := slices.Index(t.Columns, column)
	if i < 0 || t.Rows[row][i] == "" {
		return Missing
	}
	return t.Rows[row][i]
}

// Number returns a cell as a number.
//
//	NaN      where nothing is known
//	errors   *file.ParseError for what is no number, with its line
func (t *Table) Number(row int, column string) (float64, error) {
	text := t.Text(row, column)
	if text == Missing {
		return math.NaN(), nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(v, 0) {
		return 0, t.wrong(t.Lines[row], "%s is %q, which is no number", column, text)
	}
	return v, nil
}
