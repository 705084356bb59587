package exchange

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/variable"
)

// A squareTable is a table that is a matrix of conditions by conditions.
type squareTable struct {
	path   string
	labels []string  // of rows and columns; nil when there are none
	twice  bool      // they stand on both edges, and agree
	values []float64 // row by row; a cell that is empty is NaN
}

// readSquare reads a table that may be a square matrix, with labels on its upper
// edge, on both edges, or on none; nil if it has not that form. R leaves out the
// corner, others leave it empty or write a word there.
//
//	cost     that of as many rows as there are columns, whatever the table
func readSquare(path string) (*squareTable, error) {
	rows, err := squareRows(path)
	if err != nil || rows == nil {
		return nil, err
	}
	s := &squareTable{path: path}
	first, last := rows[0], rows[len(rows)-1]
	sortLike(first, rows[1:])
	switch n := len(last); {
	case len(rows) == n && len(first) == n && s.framed(rows):
		s.labels, s.twice, rows = first[1:], true, withoutFirst(rows[1:])
	case len(rows) == n && len(first) == n-1 && s.framed(append([][]string{append([]string{""}, first...)}, rows[1:]...)):
		s.labels, s.twice, rows = first, true, withoutFirst(rows[1:])
	case len(rows) == n+1 && len(first) == n:
		s.labels, rows = first, rows[1:]
	case len(rows) != n || len(first) != n:
		return nil, nil
	}
	for _, row := range rows {
		for _, cell := range row {
			x, err := cellNumber(cell)
			if err != nil {
				return nil, nil
			}
			s.values = append(s.values, x)
		}
	}
	if n := len(rows); n < 2 || len(s.values) != n*n || !s.twice && !s.proven(n) {
		return nil, nil
	}
	return s, s.distinct()
}

// squareRows reads the rows of a table that has no more of them than a square
// would; nil for others.
func squareRows(path string) ([][]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	reader := csv.NewReader(bufio.NewReaderSize(f, 1<<20))
	reader.FieldsPerRecord = -1
	if strings.EqualFold(filepath.Ext(path), ".tsv") {
		reader.Comma, reader.LazyQuotes = '\t', true
	}
	var rows [][]string
	for {
		cells, err := reader.Read()
		switch {
		case errors.Is(err, io.EOF) && len(rows) > 2:
			rows[0][0] = strings.TrimPrefix(rows[0][0], "\ufeff")
			return rows, nil
		case err != nil: // what is wrong is said by who reads it as something else
			return nil, nil
		case len(rows) > 1 && (len(cells) != len(rows[1]) || len(rows) > len(cells)):
			return nil, nil
		}
		rows = append(rows, cells)
	}
}

// framed reports whether the first column holds the labels of the first row. The
// first row and column of a symmetric matrix of numbers are the same, too: there
// the corner is of the diagonal.
func (s *squareTable) framed(rows [][]string) bool {
	numbers := true
	for i, row := range rows {
		if i > 0 && row[0] != rows[0][i] {
			return false
		}
		_, err := cellNumber(rows[0][i])
		numbers = numbers && err == nil
	}
	corner, below := rows[0][0], rows[1][1]
	return !numbers || corner == "" && below != ""
}

// sortLike brings rows that begin with the same labels as the columns, in
// another order, to that of the columns.
func sortLike(columns []string, rows [][]string) {
	if len(columns) == len(rows)+1 { // behind a corner
		columns = columns[1:]
	} else if len(rows[0]) != len(columns)+1 { // rows have no labels
		return
	}
	of := map[string][]string{}
	for _, row := range rows {
		of[row[0]] = row
	}
	if len(of) < len(rows) || len(columns) != len(rows) || slices.ContainsFunc(columns, func(label string) bool { return of[label] == nil }) {
		return
	}
	for i, label := range columns {
		rows[i] = of[label]
	}
}

// withoutFirst leaves out the first cell of every row.
func withoutFirst(rows [][]string) [][]string {
	rest := make([][]string, len(rows))
	for i, row := range rows {
		rest[i] = row[1:]
	}
	return rest
}

// cellNumber reads a cell, which may be empty.
func cellNumber(cell string) (float64, error) {
	cell = strings.TrimSpace(cell)
	if cell == "" {
		return math.NaN(), nil
	}
	return parseNumber(cell, 64)
}

// proven reports whether the numbers themselves can be nothing but an RDM:
// symmetric, with a diagonal that is 0 or missing, and not 0 everywhere.
func (s *squareTable) proven(n int) bool {
	for i := range n {
		if d := s.values[i*n+i]; d != 0 && !math.IsNaN(d) {
			return false
		}
	}
	_, err := s.rdms()
	return err == nil && slices.ContainsFunc(s.values, func(v float64) bool { return v != 0 && !math.IsNaN(v) })
}

// distinct refuses two conditions of one label.
func (s *squareTable) distinct() error {
	for i, label := range s.labels {
		if slices.Contains(s.labels[:i], label) {
			return file.Malformed(s.path, 0, "header", "two columns are called %q", label)
		}
	}
	return nil
}

// rdms is the matrix as a stack of one. Of a matrix with one triangle of missing
// numbers it is the other.
func (s *squareTable) rdms() (*rdm.RDMs, error) {
	n := int(math.Sqrt(float64(len(s.values))))
	array := &npy.Array{Shape: []int{n, n}, Data: s.values}
	order := rdm.Order("")
	switch {
	case s.missing(n, func(i, j int) bool { return i > j }):
		order = rdm.Upper
	case s.missing(n, func(i, j int) bool { return i < j }):
		order = rdm.Lower
	}
	r, err := rdm.FromOrdered(array, []string{rdm.AxisCondition, rdm.AxisCondition}, order)
	if err != nil {
		return nil, file.Malformed(s.path, -1, "rows", "%w (in a table, a triangle that is empty says so itself)", err)
	}
	r.Definition = Given(s.path)
	r.Conditions = s.labels
	return r, nil
}

// missing reports whether all numbers of a triangle are.
func (s *squareTable) missing(n int, in func(i, j int) bool) bool {
	for p, v := range s.values {
		if in(p/n, p%n) && !math.IsNaN(v) {
			return false
		}
	}
	return true
}

// readRDMsTable reads a square matrix, or a table of pairs.
func readRDMsTable(path, name string) (*rdm.RDMs, error) {
	s, err := readSquare(path)
	switch {
	case err != nil:
		return nil, err
	case s != nil:
		return s.rdms()
	}
	return readRDMsCSV(path, name)
}

// Diagonal returns the entry farthest from 0 on the diagonal of a table that is
// a square matrix, as rdm.Diagonal does for arrays; 0 for all other files.
func Diagonal(address string) float64 {
	path, _ := variable.Split(address)
	if ending := strings.ToLower(filepath.Ext(path)); ending != ".csv" && ending != ".tsv" {
		return 0
	}
	s, err := readSquare(path)
	if err != nil || s == nil {
		return 0
	}
	n := int(math.Sqrt(float64(len(s.values))))
	return rdm.Diagonal(&npy.Array{Shape: []int{n, n}, Data: s.values}, []string{rdm.AxisCondition, rdm.AxisCondition})
}
