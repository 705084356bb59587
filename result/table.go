package result

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/isocortex/isocortex/file"
)

// A Table is columns of equal length, each with its definition.
type Table struct {
	Description string // one sentence: what a row is
	Columns     []Column
}

// A Column is one variable of a table. One of Text, Numbers and Counts holds
// its values, the others are nil.
type Column struct {
	Name        string
	Description string // one sentence
	Unit        string // as people write it, "s"; empty for none
	Text        []string
	Numbers     []float64 // NaN means undefined
	Counts      []int
}

// Len returns the number of values.
func (c *Column) Len() int { return max(len(c.Text), len(c.Numbers), len(c.Counts)) }

// The kinds of columns, as the definitions name them.
const (
	kindText    = "text"
	kindNumbers = "number"
	kindCounts  = "whole number"
)

// kind returns which of the three kinds of values the column holds, or "".
func (c *Column) kind() string {
	switch {
	case c.Text != nil && c.Numbers == nil && c.Counts == nil:
		return kindText
	case c.Numbers != nil && c.Text == nil && c.Counts == nil:
		return kindNumbers
	case c.Counts != nil && c.Text == nil && c.Numbers == nil:
		return kindCounts
	}
	return ""
}

// Len returns the number of rows.
func (t *Table) Len() int {
	if len(t.Columns) == 0 {
		return 0
	}
	return t.Columns[0].Len()
}

// Column returns the column of a name, or nil.
func (t *Table) Column(name string) *Column {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}

// Check reports the first thing that keeps the table from being written: no
// columns, a column without name, definition or values, two columns of one
// name, columns of different length, text that is not UTF-8.
func (t *Table) Check() error {
	if len(t.Columns) == 0 || t.Description == "" {
		return fmt.Errorf("a table needs a description and columns")
	}
	for i := range t.Columns {
		c := &t.Columns[i]
		switch {
		case c.Name == "" || c.Description == "":
			return fmt.Errorf("column %d (%q) needs a name and a description", i, c.Name)
		case c.kind() == "":
			return fmt.Errorf("column %q holds none or several kinds of values", c.Name)
		case t.Column(c.Name) != c:
			return fmt.Errorf("two columns are called %q", c.Name)
		case c.Len() != t.Len():
			return fmt.Errorf("column %q has %d rows, %q has %d", c.Name, c.Len(), t.Columns[0].Name, t.Len())
		case !utf8.ValidString(c.Name + strings.Join(c.Text, "")):
			return fmt.Errorf("column %q holds text that is not UTF-8", c.Name)
		}
	}
	return nil
}

// WriteTable writes a table as .tsv, and the definitions of its columns as
// .json beside it.
//
// The first line names the columns. Numbers have as many digits as reading the
// same bits needs; NaN is n/a. In texts, tab, line feed, carriage return and
// backslash are written \t, \n, \r and \\. The definitions are written first:
// where there is a table, they are there.
//
//	errors   those of Check, and of the file system
func (f *Folder) WriteTable(name string, t *Table) error {
	if err := t.Check(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := f.WriteJSON(sidecar(name), t.definitions()); err != nil {
		return err
	}
	return file.Write(f.Path(name), t.write)
}

// sidecar returns the path of the definitions beside a table.
func sidecar(path string) string {
	return strings.TrimSuffix(path, filepath.Ext(path)) + ".json"
}

// definitions is what the .json beside a table holds.
type definitions struct {
	Description string       `json:"description"`
	Missing     string       `json:"missing"` // how an undefined number is written
	Columns     []definition `json:"columns"`
}

type definition struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	Unit        string `json:"unit"`
	Description string `json:"description"`
}

func (t *Table) definitions() definitions {
	d := definitions{Description: t.Description, Missing: missing}
	for _, c := range t.Columns {
		d.Columns = append(d.Columns, definition{c.Name, c.kind(), c.Unit, c.Description})
	}
	return d
}

const missing = "n/a"

// write writes the lines of the table.
func (t *Table) write(w io.Writer) error {
	b := bufio.NewWriter(w) // keeps the first error for Flush
	for i, c := range t.Columns {
		b.WriteString(separator(i) + escape.Replace(c.Name))
	}
	b.WriteByte('\n')
	for row := range t.Len() {
		for i := range t.Columns {
			b.WriteString(separator(i) + t.Columns[i].cell(row))
		}
		b.WriteByte('\n')
	}
	return b.Flush()
}

func separator(column int) string {
	if column == 0 {
		return ""
	}
	return "\t"
}

var (
	escape   = strings.NewReplacer("\t", `\t`, "\n", `\n`, "\r", `\r`, `\`, `\\`)
	unescape = strings.NewReplacer(`\t`, "\t", `\n`, "\n", `\r`, "\r", `\\`, `\`)
)

// cell writes one value.
func (c *Column) cell(row int) string {
	switch {
	case c.Text != nil:
		return escape.Replace(c.Text[row])
	case c.Counts != nil:
		return strconv.Itoa(c.Counts[row])
	case math.IsNaN(c.Numbers[row]):
		return missing
	default:
		return strconv.FormatFloat(c.Numbers[row], 'g', -1, 64)
	}
}

// ReadTable reads a table that WriteTable wrote; path is that of the .tsv.
//
//	errors   *file.ParseError with the byte and the column of what is wrong, also
//	         where table and definitions do not belong together
func ReadTable(path string) (*Table, error) {
	t, err := readDefinitions(sidecar(path))
	if err != nil {
		return nil, err
	}
	mapping, err := file.Map(path)
	if err != nil {
		return nil, err
	}
	defer mapping.Close()
	if n := len(mapping.Bytes); n == 0 || mapping.Bytes[n-1] != '\n' {
		return nil, file.Malformed(path, int64(n), "end of file", "the last line is not complete")
	}
	if !utf8.Valid(mapping.Bytes) {
		return nil, file.Malformed(path, -1, "text", "not UTF-8")
	}
	offset := 0
	for line := range bytes.Lines(mapping.Bytes) {
		cells := strings.Split(strings.TrimSuffix(string(line), "\n"), "\t")
		if err := t.take(cells, path, offset); err != nil {
			return nil, err
		}
		offset += len(line)
	}
	return t, nil
}

// readDefinitions returns a table without rows.
func readDefinitions(path string) (*Table, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("definitions of the table: %w", err)
	}
	var d definitions
	if err := json.Unmarshal(data, &d); err != nil {
		return nil, file.Malformed(path, -1, "JSON", "%w", err)
	}
	t := &Table{Description: d.Description}
	for _, of := range d.Columns {
		c := Column{Name: of.Name, Description: of.Description, Unit: of.Unit}
		switch of.Type {
		case kindText:
			c.Text = []string{}
		case kindNumbers:
			c.Numbers = []float64{}
		case kindCounts:
			c.Counts = []int{}
		default:
			return nil, file.Malformed(path, -1, of.Name, "unknown type %q", of.Type)
		}
		t.Columns = append(t.Columns, c)
	}
	if err := t.Check(); err != nil {
		return nil, file.Malformed(path, -1, "columns", "%w", err)
	}
	return t, nil
}

// take reads one line: the names if it is the first, a row otherwise.
func (t *Table) take(cells []string, path string, offset int) error {
	if len(cells) != len(t.Columns) {
		return file.Malformed(path, int64(offset), "line", "%d cells, not one for each of %d columns", len(cells), len(t.Columns))
	}
	for i, cell := range cells {
		c := &t.Columns[i]
		if offset == 0 {
			if name := unescape.Replace(cell); name != c.Name {
				return file.Malformed(path, 0, "names", "column %d is %q, the definitions say %q", i, name, c.Name)
			}
			continue
		}
		if err := c.take(cell); err != nil {
			return file.Malformed(path, int64(offset), c.Name, "%w", err)
		}
	}
	return nil
}

// take reads one value.
func (c *Column) take(cell string) error {
	switch {
	case c.Text != nil:
		c.Text = append(c.Text, unescape.Replace(cell))
	case c.Counts != nil:
		n, err := strconv.Atoi(cell)
		if err != nil {
			return fmt.Errorf("%q is not a whole number", cell)
		}
		c.Counts = append(c.Counts, n)
	case cell == missing:
		c.Numbers = append(c.Numbers, math.NaN())
	default:
		x, err := strconv.ParseFloat(cell, 64)
		if err != nil || math.IsNaN(x) {
			return fmt.Errorf("%q is neither a number nor %s", cell, missing)
		}
		c.Numbers = append(c.Numbers, x)
	}
	return nil
}
