package stimulus

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/file"
)

// ReadTable takes the condition and the category of every stimulus of s from a
// table of tab-separated values, whose first line names its columns.
//
// The column stimulus holds labels, or file names; condition and category may
// each be missing, others are ignored. An empty category or "n/a" is none.
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
	rows, err := parseTable(string(content), path)
	if err != nil {
		return err
	}
	var strangers, missing []string
	stimuli := slices.Clone(s.Stimuli)
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
	rows, err := parseTable(string(content), path)
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
	line                int
}

// parseTable returns the rows by label.
func parseTable(content, path string) (map[string]row, error) {
	content = strings.TrimPrefix(content, "\ufeff")
	lines := strings.Split(strings.ReplaceAll(content, "\r\n", "\n"), "\n")
	columns := strings.Split(lines[0], "\t")
	column := func(name string) int { return slices.Index(columns, name) }
	malformed := func(line int, format string, args ...any) error {
		return file.Malformed(path, -1, fmt.Sprintf("line %d", line), format, args...)
	}
	if column("stimulus") < 0 {
		return nil, malformed(1, "no column is called stimulus, there are %q: name the columns in the first line, separated by tabs", columns)
	}
	rows := map[string]row{}
	for i, text := range lines[1:] {
		line := i + 2
		if strings.TrimSpace(text) == "" {
			continue
		}
		values := strings.Split(text, "\t")
		if len(values) != len(columns) {
			return nil, malformed(line, "%d values for %d columns", len(values), len(columns))
		}
		label := labelIn(values[column("stimulus")])
		if before, twice := rows[label]; twice {
			return nil, malformed(line, "stimulus %q stands in line %d already", label, before.line)
		}
		r := row{line: line}
		if c := column("condition"); c >= 0 {
			if r.condition = filled(values[c]); r.condition == "" {
				return nil, malformed(line, "stimulus %q has no condition", label)
			}
		}
		if c := column("category"); c >= 0 {
			r.category = filled(values[c])
		}
		rows[label] = r
	}
	return rows, nil
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
