package stimulus

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/file"
)

// ReadTable takes the condition and the category of every stimulus of s from a
// table, whose first line names its columns. Its values are separated by tabs,
// or by commas if its name ends in .csv.
//
// The column stimulus holds labels, or file names; where there is none, the
// column index counts the stimuli of s from 1. Condition and category may each
// be missing, others are ignored. An empty category or "n/a" is none. Tensors,
// which have no names of their own, take those of the column stimulus in the order
// of the lines, or of the column index where both are there.
//
//	errors   *file.ParseError naming the line: a missing column, a line with
//	         more or fewer values, a stimulus twice, an empty condition; an
//	         error that lists the stimuli of the table without a picture and
//	         the pictures that are not in the table. s is then unchanged.
func ReadTable(s *Set, path string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	rows, err := parseTable(string(content), path, s.Labels())
	if err != nil {
		return err
	}
	var strangers, missing []string
	stimuli := slices.Clone(s.Stimuli)
	if s.tensors != nil {
		if stimuli, err = s.named(rows, path); err != nil {
			return err
		}
	}
	for i, one := range stimuli {
		r, found := rows[one.Label]
		if !found {
			missing = append(missing, one.Label)
		}
		stimuli[i].Category = r.category
		if r.condition != "" {
			stimuli[i].Condition = r.condition
		}
		delete(rows, one.Label)
	}
	for label := range rows {
		strangers = append(strangers, label)
	}
	if len(strangers)+len(missing) > 0 {
		return unmatched(path, strangers, missing)
	}
	s.Stimuli = stimuli
	return nil
}

// Categories reads the conditions in the order of a table as ReadTable wants it,
// and the category of each that has one. Where the table has no column
// condition, stimuli are conditions.
//
//	errors   those of ReadTable about the table, and a condition whose stimuli
//	         are of two categories
func Categories(path string) (conditions []string, category map[string]string, err error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	rows, err := parseTable(string(content), path, nil)
	if err != nil {
		return nil, nil, err
	}
	category = map[string]string{}
	inOrder := func(a, b string) int { return rows[a].line - rows[b].line }
	for _, label := range slices.SortedFunc(maps.Keys(rows), inOrder) {
		r := rows[label]
		condition := cmp.Or(r.condition, label)
		if !slices.Contains(conditions, condition) {
			conditions = append(conditions, condition)
		}
		if before := category[condition]; before != "" && r.category != "" && before != r.category {
			return nil, nil, file.Malformed(path, -1, fmt.Sprintf("line %d", r.line), "condition %q is of category %q here and of %q elsewhere", condition, r.category, before)
		}
		if r.category != "" {
			category[condition] = r.category
		}
	}
	return conditions, category, nil
}

// unmatched lists the labels that only one side has.
func unmatched(path string, strangers, missing []string) error {
	slices.Sort(strangers)
	var parts []string
	if len(strangers) > 0 {
		parts = append(parts, "stimuli without a picture: "+some(strangers))
	}
	if len(missing) > 0 {
		parts = append(parts, "pictures that are not in the table: "+some(missing))
	}
	return fmt.Errorf("%s: %s: write the same names in the table and in the folder", path, strings.Join(parts, "; "))
}

// A row is what a table says of one stimulus.
type row struct {
	condition, category string
	index               string // as it is written; "" for none
	line                int
}

// parseTable returns the rows by label. Labels are those of the stimuli in their
// order, if they are known.
func parseTable(content, path string, labels []string) (map[string]row, error) {
	records, err := split(strings.TrimPrefix(content, "\ufeff"), path)
	if err != nil {
		return nil, err
	}
	columns := records[0].values
	column := func(name string) int { return slices.Index(columns, name) }
	if column("stimulus") < 0 && (column("index") < 0 || labels == nil) {
		return nil, records[0].malformed(path, "no column is called stimulus, there are %q: name the columns in the first line, separated by tabs, or by commas in a .csv", columns)
	}
	rows := map[string]row{}
	for _, r := range records[1:] {
		if len(r.values) != len(columns) {
			return nil, r.malformed(path, "%d values for %d columns", len(r.values), len(columns))
		}
		label := ""
		if c := column("stimulus"); c >= 0 {
			label = labelIn(r.values[c])
		} else if label, err = nth(labels, r.values[column("index")]); err != nil {
			return nil, r.malformed(path, "%w", err)
		}
		if before, twice := rows[label]; twice {
			return nil, r.malformed(path, "stimulus %q stands in line %d already", label, before.line)
		}
		one := row{line: r.line}
		if c := column("index"); c >= 0 {
			one.index = strings.TrimSpace(r.values[c])
		}
		if c := column("condition"); c >= 0 {
			if one.condition = filled(r.values[c]); one.condition == "" {
				return nil, r.malformed(path, "stimulus %q has no condition", label)
			}
		}
		if c := column("category"); c >= 0 {
			one.category = filled(r.values[c])
		}
		rows[label] = one
	}
	return rows, nil
}

// A record is a line of a table that is not empty.
type record struct {
	line   int
	values []string
}

func (r record) malformed(path, format string, args ...any) error {
	return file.Malformed(path, -1, fmt.Sprintf("line %d", r.line), format, args...)
}

// split cuts a table into its values; the first record, the names of the
// columns, is always there.
func split(content, path string) ([]record, error) {
	if strings.EqualFold(filepath.Ext(path), ".csv") {
		return splitCommas(content, path)
	}
	var records []record
	for i, line := range strings.Split(strings.ReplaceAll(content, "\r\n", "\n"), "\n") {
		if i == 0 || strings.TrimSpace(line) != "" {
			records = append(records, record{i + 1, strings.Split(line, "\t")})
		}
	}
	return records, nil
}

func splitCommas(content, path string) ([]record, error) {
	reader := csv.NewReader(strings.NewReader(content))
	reader.FieldsPerRecord = -1
	var records []record
	for {
		values, err := reader.Read()
		var bad *csv.ParseError
		switch {
		case errors.Is(err, io.EOF) && len(records) == 0:
			return []record{{1, nil}}, nil
		case errors.Is(err, io.EOF):
			return records, nil
		case errors.As(err, &bad):
			return nil, record{line: bad.Line}.malformed(path, "%w", bad.Err)
		case err != nil:
			return nil, err
		}
		line, _ := reader.FieldPos(0)
		records = append(records, record{line, values})
	}
}

// nth is the label that an index counts from 1.
func nth(labels []string, index string) (string, error) {
	n, err := strconv.Atoi(strings.TrimSpace(index))
	if err != nil || n < 1 || n > len(labels) {
		return "", fmt.Errorf("index %q is none of 1 to %d, the number of pictures", index, len(labels))
	}
	return labels[n-1], nil
}

// labelIn returns the label that a table means: a label, or a file name.
func labelIn(value string) string {
	value = strings.TrimSpace(value)
	if label, ok := labelOf(value[strings.LastIndexAny(value, `/\`)+1:]); ok {
		return label
	}
	return value
}

// filled returns a value without the space around it, "" for "n/a".
func filled(value string) string {
	value = strings.TrimSpace(value)
	if value == "n/a" {
		return ""
	}
	return value
}
