package sensor

import (
	"slices"
	"strings"
)

// A tableOf knows the columns of a table of positions.
type tableOf struct {
	split   func(line string) []string
	columns []string
	name    int
	at      []int // x, y and z, or theta and phi
}

// readTable reads a table whose first line names its columns. Sensors whose
// position is n/a are left out, as those of BIDS may be.
func readTable(t *text) (*Layout, error) {
	if !t.next() {
		return nil, t.wrong("columns", "the file is empty")
	}
	table, err := tableColumns(t)
	if err != nil {
		return nil, err
	}
	var c collection
	for t.next() {
		fields := table.split(t.line)
		if len(fields) < len(table.columns) {
			return nil, t.wrong("fields", "it has %d for %d columns", len(fields), len(table.columns))
		}
		at := make([]string, len(table.at))
		for i, column := range table.at {
			at[i] = fields[column]
		}
		if slices.Contains(at, "n/a") {
			continue
		}
		if err := table.point(t, &c, fields[table.name], at); err != nil {
			return nil, err
		}
	}
	return c.solid(t)
}

// point adds a place.
func (table tableOf) point(t *text, c *collection, name string, at []string) error {
	if len(at) == 3 {
		return c.point(t, name, at)
	}
	angles, err := t.numbers(at...)
	if err != nil || slices.Contains(fiducials, plain(name)) {
		return err
	}
	c.names, c.space = append(c.names, name), append(c.space, direction(angles[0], angles[1]))
	return nil
}

// tableColumns finds the columns by their names.
func tableColumns(t *text) (table tableOf, err error) {
	table.split = separated(t.line)
	table.columns = table.split(strings.ToLower(t.line))
	table.name = slices.IndexFunc(table.columns, func(c string) bool {
		return slices.Contains([]string{"name", "site", "label", "channel"}, c)
	})
	for _, names := range [][]string{{"x", "y", "z"}, {"theta", "phi"}} {
		table.at = nil
		for _, name := range names {
			table.at = append(table.at, slices.Index(table.columns, name))
		}
		if table.name >= 0 && !slices.Contains(table.at, -1) {
			return table, nil
		}
	}
	return table, t.wrong("columns", "they are %s: name, x, y and z are needed, or site, theta and phi", strings.Join(table.columns, ", "))
}

// separated splits lines as the first is: at tabs, commas or semicolons, else at
// spaces.
func separated(first string) func(line string) []string {
	for _, separator := range []string{"\t", ",", ";"} {
		if strings.Count(first, separator) < 2 {
			continue
		}
		return func(line string) []string {
			fields := strings.Split(line, separator)
			for i := range fields {
				fields[i] = strings.Trim(fields[i], " \r\"")
			}
			return fields
		}
	}
	return strings.Fields
}
