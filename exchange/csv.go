package exchange

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/isocortex/isocortex/file"
)

// missing is how a number that is NaN stands in a table for R.
const missing = "NA"

// sidecar returns the path of what stands beside a table and says what the
// table cannot.
func sidecar(path string) string { return strings.TrimSuffix(path, filepath.Ext(path)) + ".json" }

// A number is a float64 in JSON, which has no NaN: those are texts there.
type number float64

// MarshalJSON writes the shortest decimal that reads back.
func (n number) MarshalJSON() ([]byte, error) {
	if x := float64(n); math.IsNaN(x) || math.IsInf(x, 0) {
		return json.Marshal(formatNumber(x, 64))
	}
	return []byte(strconv.FormatFloat(float64(n), 'g', -1, 64)), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (n *number) UnmarshalJSON(data []byte) error {
	x, err := parseNumber(strings.Trim(string(data), `"`), 64)
	*n = number(x)
	return err
}

// formatNumber writes the shortest decimal that reads back as x, as R reads it.
func formatNumber(x float64, bits int) string {
	switch {
	case math.IsNaN(x):
		return missing
	case math.IsInf(x, 1):
		return "Inf"
	case math.IsInf(x, -1):
		return "-Inf"
	}
	return strconv.FormatFloat(x, 'g', -1, bits)
}

// parseNumber reads what formatNumber, R and pandas write.
func parseNumber(text string, bits int) (float64, error) {
	if text == missing || text == "NaN" || text == "nan" {
		return math.NaN(), nil
	}
	x, err := strconv.ParseFloat(text, bits)
	if err != nil || math.IsNaN(x) {
		return 0, fmt.Errorf("%q is neither a number nor %s", text, missing)
	}
	return x, nil
}

// checkText refuses text that a table would not give back.
func checkText(texts ...string) error {
	for _, text := range texts {
		switch {
		case strings.ContainsRune(text, '\r'):
			return fmt.Errorf("the text %q has a carriage return, which no table keeps", text)
		case !utf8.ValidString(text):
			return fmt.Errorf("the text %q is not UTF-8", text)
		}
	}
	return nil
}

// quote writes a cell as RFC 4180 has it.
func quote(text string) string {
	if text != "" && !strings.ContainsAny(text, ",\"\n") && text == strings.TrimSpace(text) {
		return text
	}
	return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
}

// writeTable writes a table and what stands beside it, which is there first.
// The rows are cells that are written as they are.
func writeCSV(path string, beside any, columns []string, rows func(yield func(cells []string) bool)) error {
	if err := checkText(columns...); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	data, err := json.MarshalIndent(beside, "", "  ")
	if err != nil {
		return fmt.Errorf("write %s: %w", sidecar(path), err)
	}
	if err := checkBeside(path); err != nil {
		return err
	}
	_, err = os.Stat(sidecar(path))
	fresh := errors.Is(err, os.ErrNotExist)
	if err := file.WriteBytes(sidecar(path), append(data, '\n')); err != nil {
		return err
	}
	err = file.Write(path, func(w io.Writer) error {
		b := bufio.NewWriter(w) // keeps the first error for Flush
		header := make([]string, len(columns))
		for i, name := range columns {
			header[i] = quote(name)
		}
		b.WriteString(strings.Join(header, ",") + "\n")
		for cells := range rows {
			b.WriteString(strings.Join(cells, ",") + "\n")
		}
		return b.Flush()
	})
	if err != nil && fresh {
		os.Remove(sidecar(path)) // which says what nothing holds; err is the news
	}
	return err
}

// checkBeside refuses to replace what stands beside a table and is not of this
// program.
func checkBeside(path string) error {
	var there struct{ Isocortex string }
	if found, err := readBeside(path, &there); found && there.Isocortex != "" || !found && err == nil {
		return nil
	}
	return fmt.Errorf("write %s: %s stands there already, and is not of this program: choose another name", path, sidecar(path))
}

// readBeside reads what stands beside a table; false if nothing does.
func readBeside(path string, beside any) (bool, error) {
	data, err := os.ReadFile(sidecar(path))
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := json.Unmarshal(data, beside); err != nil {
		return false, file.Malformed(sidecar(path), -1, "JSON", "%w", err)
	}
	return true, nil
}

// A table is a .csv that is being read.
type table struct {
	path    string
	file    *os.File
	reader  *csv.Reader
	columns []string
}

// openTable opens a table and reads the names of its columns.
func openTable(path string) (*table, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	t := &table{path: path, file: f, reader: csv.NewReader(bufio.NewReaderSize(f, 1<<20))}
	t.reader.ReuseRecord = true
	if strings.EqualFold(filepath.Ext(path), ".tsv") { // which has no quotes
		t.reader.Comma, t.reader.LazyQuotes = '\t', true
	}
	columns, err := t.next()
	switch {
	case errors.Is(err, io.EOF):
		err = file.Malformed(path, 0, "header", "the file is empty")
	case err == nil:
		t.columns = slices.Clone(columns)
		t.columns[0] = strings.TrimPrefix(t.columns[0], "\ufeff")
		err = t.distinct()
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return t, nil
}

// distinct refuses two columns of one name.
func (t *table) distinct() error {
	for i, name := range t.columns {
		if slices.Contains(t.columns[:i], name) {
			return file.Malformed(t.path, 0, "header", "two columns are called %q", name)
		}
	}
	return nil
}

// next reads a row, which the next call overwrites; io.EOF ends the table.
func (t *table) next() ([]string, error) {
	cells, err := t.reader.Read()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, file.Malformed(t.path, t.reader.InputOffset(), "row", "%w", err)
	}
	return cells, err
}

// each calls take with every row that is left; take must not keep the cells.
func (t *table) each(take func(cells []string) error) error {
	for {
		cells, err := t.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = take(cells)
		}
		if err != nil {
			return err
		}
	}
}

// fail locates what is wrong with the row that was read last.
func (t *table) fail(column int, format string, args ...any) error {
	line, _ := t.reader.FieldPos(column)
	return file.Malformed(t.path, -1, fmt.Sprintf("line %d, column %s", line, t.columns[column]), format, args...)
}

// number reads a cell of the row.
func (t *table) number(cells []string, column, bits int) (float64, error) {
	x, err := parseNumber(cells[column], bits)
	if err != nil {
		return 0, t.fail(column, "%w", err)
	}
	return x, nil
}

func (t *table) close() error { return t.file.Close() }

// Columns returns the names of the columns of a table, .csv or .tsv, and how many
// rows it has.
//
//	errors   *file.ParseError for rows of another length
func Columns(path string) (names []string, rows int, err error) {
	t, err := openTable(path)
	if err != nil {
		return nil, 0, err
	}
	defer t.close()
	err = t.each(func([]string) error {
		rows++
		return nil
	})
	return t.columns, rows, err
}

// contentsCSV goes by what stands beside the table, else by its columns.
func contentsCSV(path, _ string) (string, error) {
	var beside struct{ Isocortex string }
	found, err := readBeside(path, &beside)
	if err != nil {
		return "", err
	}
	if found && beside.Isocortex != "" {
		return beside.Isocortex, nil
	}
	if s, err := readSquare(path); err != nil || s != nil {
		return KindRDMs, err
	}
	t, err := openTable(path)
	if err != nil {
		return "", err
	}
	defer t.close()
	if len(t.columns) == 1 && strings.Count(t.columns[0], ";") > 0 {
		return "", file.Unsupported(path, 0, "header", "cells are separated by semicolons: save it with commas between cells and points in numbers")
	}
	if slices.Contains(t.columns, columnA) && slices.Contains(t.columns, columnB) && slices.Contains(t.columns, columnValue) {
		return KindRDMs, nil
	}
	return KindTable, nil
}

// contentsTSV tells square matrices from other tables.
func contentsTSV(path, _ string) (string, error) {
	s, err := readSquare(path)
	if err != nil || s == nil {
		return KindTable, err
	}
	return KindRDMs, nil
}
