package step

import (
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/rsa"
)

// A tableBuilder collects a table column by column, with the time in front where
// there is time.
type tableBuilder struct {
	description string
	times       []float64
	time        *columnBuilder[rsa.Number]
	columns     []func() result.Column
}

// A columnBuilder collects one column.
type columnBuilder[T any] struct{ values []T }

func (c *columnBuilder[T]) add(value T) { c.values = append(c.values, value) }

func newTable(description string, times []float64) *tableBuilder {
	b := &tableBuilder{description: description, times: times}
	if times != nil {
		b.time = b.quantity("time", "Time from stimulus onset.", "s")
	}
	return b
}

// text adds a column of labels.
func (b *tableBuilder) text(name, description string) *columnBuilder[string] {
	c := &columnBuilder[string]{}
	b.columns = append(b.columns, func() result.Column {
		return result.Column{Name: name, Description: description, Text: append([]string{}, c.values...)}
	})
	return c
}

// number adds a column of numbers.
func (b *tableBuilder) number(name, description string) *columnBuilder[rsa.Number] {
	return b.quantity(name, description, "")
}

// quantity adds a column of numbers with a unit.
func (b *tableBuilder) quantity(name, description, unit string) *columnBuilder[rsa.Number] {
	c := &columnBuilder[rsa.Number]{}
	b.columns = append(b.columns, func() result.Column {
		column := result.Column{Name: name, Description: description, Unit: unit, Numbers: make([]float64, len(c.values))}
		for i, v := range c.values {
			column.Numbers[i] = float64(v)
		}
		return column
	})
	return c
}

// at begins a row of a time.
func (b *tableBuilder) at(t int) {
	if b.time != nil {
		b.time.add(rsa.Number(b.times[t]))
	}
}

func (b *tableBuilder) finish() *result.Table {
	table := &result.Table{Description: b.description}
	for _, column := range b.columns {
		table.Columns = append(table.Columns, column())
	}
	return table
}
