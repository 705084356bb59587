package exchange

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/rdm"
)

// readRDMsCSV reads a table with a row per RDM and pair, in any order. Rows that
// agree in all columns but those of the pair are of one RDM.
func readRDMsCSV(path, _ string) (*rdm.RDMs, error) {
	t, err := openTable(path)
	if err != nil {
		return nil, err
	}
	defer t.close()
	p := &pairTable{table: t}
	if err := p.find(); err != nil {
		return nil, err
	}
	if err := t.each(p.take); err != nil {
		return nil, err
	}
	return p.finish()
}

// A pairTable is a table of pairs that is being read.
type pairTable struct {
	*table
	beside     besideRDMs
	ours       bool        // how the table was written stands beside it
	a, b       int         // columns of the conditions
	value      int         // column of the dissimilarity
	which      []int       // columns that say which RDM it is
	rdms       numbering   // of the cells in these columns
	cells      [][]string  // RDMs × these columns
	conditions numbering   // of labels
	pairs      []pairValue // rows
}

// A pairValue is one row.
type pairValue struct {
	rdm, a, b int
	value     float64
}

// A numbering numbers different texts in the order in which they come.
type numbering struct {
	texts []string
	of    map[string]int
}

func (n *numbering) number(text string) int {
	if n.of == nil {
		n.of = map[string]int{}
	}
	i, seen := n.of[text]
	if !seen {
		i = len(n.texts)
		n.of[text] = i
		n.texts = append(n.texts, text)
	}
	return i
}

// find finds the columns.
func (p *pairTable) find() error {
	found, err := readBeside(p.path, &p.beside)
	if err != nil {
		return err
	}
	p.ours = found && p.beside.Isocortex == KindRDMs
	p.a, p.b, p.value = slices.Index(p.columns, columnA), slices.Index(p.columns, columnB), slices.Index(p.columns, columnValue)
	if p.a < 0 || p.b < 0 || p.value < 0 {
		return file.Malformed(p.path, 0, "header", "a table of RDMs has columns %s, %s and %s; this has %s",
			columnA, columnB, columnValue, strings.Join(p.columns, ", "))
	}
	for i, name := range p.columns {
		if name != "" && i != p.a && i != p.b && i != p.value { // R calls the numbers of rows ""
			p.which = append(p.which, i)
		}
	}
	for _, label := range p.beside.Conditions {
		p.conditions.number(label)
	}
	return nil
}

// take reads one row.
func (p *pairTable) take(cells []string) error {
	which := make([]string, len(p.which))
	var key strings.Builder
	for i, column := range p.which {
		which[i] = strings.Clone(cells[column])
		key.WriteString(strconv.Quote(which[i]))
	}
	k := p.rdms.number(key.String())
	if k == len(p.cells) {
		p.cells = append(p.cells, which)
	}
	x, err := p.number(cells, p.value, 64)
	if err != nil {
		return err
	}
	a, b := p.conditions.number(strings.Clone(cells[p.a])), p.conditions.number(strings.Clone(cells[p.b]))
	if a == b {
		return p.fail(p.b, "%q is paired with itself", cells[p.b])
	}
	p.pairs = append(p.pairs, pairValue{k, a, b, x})
	return nil
}

// finish puts the pairs together.
func (p *pairTable) finish() (*rdm.RDMs, error) {
	n, count := len(p.conditions.texts), len(p.cells)
	if n < 2 || len(p.pairs) != count*rdm.Pairs(n) {
		return nil, file.Malformed(p.path, -1, "rows", "%d rows, but %d RDMs of %d conditions have %d pairs: write %s for what is missing",
			len(p.pairs), count, n, count*rdm.Pairs(n), missing)
	}
	r := &rdm.RDMs{Size: n, Conditions: p.conditions.texts, Labels: map[string][]string{}}
	r.Dissimilarities = make([]float64, len(p.pairs))
	there := make([]bool, len(p.pairs))
	stack, condition, err := p.order()
	if err != nil {
		return nil, err
	}
	for _, pair := range p.pairs {
		at := stack[pair.rdm]*rdm.Pairs(n) + rdm.PairIndex(n, condition[pair.a], condition[pair.b])
		if there[at] {
			return nil, file.Malformed(p.path, -1, "rows", "two rows are of one RDM and the conditions %q and %q",
				r.Conditions[pair.a], r.Conditions[pair.b])
		}
		there[at], r.Dissimilarities[at] = true, pair.value
	}
	if err := p.label(r); err != nil {
		return nil, err
	}
	p.define(r)
	if err := r.Check(); err != nil {
		return nil, file.Malformed(p.path, -1, "rows", "%w", err)
	}
	return r, nil
}

// order returns the places of RDMs and conditions in the stack, which are those
// of their first rows. What this program numbered stands by its numbers, however
// somebody sorted the rows since: without labels, position is all there is.
func (p *pairTable) order() (stack, conditions []int, err error) {
	stack, conditions = places(len(p.cells)), places(len(p.conditions.texts))
	if !p.ours {
		return stack, conditions, nil
	}
	if at := slices.Index(p.columns, columnRDM); at >= 0 {
		var numbers []string
		for _, cells := range p.cells {
			numbers = append(numbers, cells[slices.Index(p.which, at)])
		}
		if stack, err = ranks(numbers); err != nil {
			return nil, nil, file.Malformed(p.path, -1, "column "+columnRDM, "%w", err)
		}
		sorted := make([][]string, len(stack))
		for i, k := range stack {
			sorted[k] = p.cells[i]
		}
		p.cells = sorted
	}
	if p.beside.Conditions == nil {
		if conditions, err = ranks(p.conditions.texts); err != nil {
			return nil, nil, file.Malformed(p.path, -1, "columns "+columnA+", "+columnB, "%w", err)
		}
	}
	return stack, conditions, nil
}

// places lists 0 to n-1.
func places(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// ranks returns the place of each number among all of them, in their order.
func ranks(numbers []string) ([]int, error) {
	values := make([]int, len(numbers))
	for i, text := range numbers {
		n, err := strconv.Atoi(text)
		if err != nil {
			return nil, fmt.Errorf("%q, but these are numbered from 1 on", text)
		}
		values[i] = n
	}
	order := places(len(values))
	slices.SortStableFunc(order, func(i, j int) int { return values[i] - values[j] })
	all := make([]int, len(order))
	for place, i := range order {
		all[i] = place
	}
	return all, nil
}

// label gives the RDMs the cells that tell them apart. Their number in the stack
// is no label.
func (p *pairTable) label(r *rdm.RDMs) error {
	names := map[string]string{}
	for _, l := range p.beside.Labels {
		names[l.Column] = l.Label
	}
	for i, column := range p.which {
		name := p.columns[column]
		if own, known := names[name]; known {
			name = own
		} else if name == columnRDM {
			continue
		}
		for _, cells := range p.cells {
			if p.columns[column] != columnTime {
				r.Labels[name] = append(r.Labels[name], cells[i])
				continue
			}
			t, err := parseNumber(cells[i], 64)
			if err != nil {
				return file.Malformed(p.path, -1, "column "+columnTime, "%w", err)
			}
			r.Times = append(r.Times, t)
		}
	}
	return nil
}

// define says what the numbers are, as it stands beside the table.
func (p *pairTable) define(r *rdm.RDMs) {
	b := p.beside
	r.Definition = rdm.Definition{
		Measure: b.Measure, Text: b.Definition, Kind: b.Kind, Chance: float64(b.Chance), PerChannel: b.PerChannel, Signed: b.Signed,
	}
	r.Window = float64(b.Window)
	if !p.ours {
		r.Definition = Given(p.path)
	} else if b.Conditions == nil {
		r.Conditions = nil
	}
}
