package study

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/isocortex/isocortex/nearest"
)

// A Complaint says what is wrong at one place of a study file.
type Complaint struct {
	Path    string // the study file, or the --set that is wrong
	Line    int    // from 1
	Column  int    // from 1, in characters
	Width   int    // characters that are wrong, at least 1
	Message string
	Hint    string // what to try; may be empty
	Source  string // the line of the file; empty for a --set and for lines over 4 KiB
}

// String writes the complaint as compilers do, the line and a mark under it.
func (c Complaint) String() string {
	where := c.Path
	if !strings.HasPrefix(c.Path, setFlag) {
		where = fmt.Sprintf("%s:%d:%d", c.Path, c.Line, c.Column)
	}
	if strings.TrimSpace(c.Source) == "" {
		return strings.TrimSuffix(where+": error: "+c.Message+"; "+c.Hint, "; ")
	}
	source, column := clip([]rune(c.Source), c.Column)
	margin := fmt.Sprintf("%6d | ", c.Line)
	mark := blank(margin+string(source[:column-1])) + strings.Repeat("~", max(1, min(c.Width, len(source)-column+1)))
	return strings.TrimSuffix(fmt.Sprintf("%s: error: %s\n%s%s\n%s %s", where, c.Message, margin, string(source), mark, c.Hint), " ")
}

// clip cuts a long line around a column, from 1, and returns where it now is.
func clip(line []rune, column int) ([]rune, int) {
	const before, after = 120, 60
	column = min(max(column, 1), len(line)+1)
	line = line[:min(len(line), column+after)]
	cut := max(0, column-1-before)
	return line[cut:], column - cut
}

// blank returns text with spaces for all but tabs, so that marks stand below
// what they mark.
func blank(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, text)
}

// Errors is everything that is wrong with a study file, by line and column.
// Those about a --set come last.
type Errors []Complaint

// Error lists all complaints.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, c := range e {
		lines[i] = c.String()
	}
	return strings.Join(lines, "\n")
}

// A locator turns nodes of the YAML tree into places and collects complaints.
type locator struct {
	path       string
	lines      []string
	set        []string // a node of line −1 − i came with set[i]
	complaints Errors
}

// breaks makes every line break that YAML knows a plain one.
var breaks = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")

func newLocator(path string, data []byte, set []string) *locator {
	text := strings.TrimPrefix(string(data), "\ufeff")
	return &locator{path: path, lines: strings.Split(breaks.Replace(text), "\n"), set: set}
}

// complain files a complaint about a node.
func (l *locator) complain(n *yaml.Node, message, hint string) {
	if n.Line < 0 {
		assignment := l.set[-1-n.Line]
		path, _, _ := strings.Cut(assignment, "=")
		column := utf8.RuneCountInString(path) + 2
		l.complaints = append(l.complaints, Complaint{
			Path: setFlag + assignment, Line: 1, Column: column, Width: 1, Message: message, Hint: hint,
		})
		return
	}
	l.place(n.Line, n.Column, width(n), Complaint{Message: message, Hint: hint})
}

// maxLine bounds the lines that are shown: a longer one was not written by hand,
// and showing it for each of thousands of complaints would take minutes.
const maxLine = 4 << 10

// place files a complaint about a line and a column, brought into the file.
func (l *locator) place(line, column, width int, c Complaint) {
	c.Path = l.path
	c.Line = min(max(line, 1), len(l.lines))
	c.Column = max(column, 1)
	c.Width = max(width, 1)
	if source := l.lines[c.Line-1]; len(source) <= maxLine {
		c.Source = strings.TrimRight(source, " \t")
	}
	l.complaints = append(l.complaints, c)
}

// err returns the complaints in the order of the file, or nil.
func (l *locator) err() error {
	if len(l.complaints) == 0 {
		return nil
	}
	foreign := func(c Complaint) int {
		if c.Path == l.path {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(l.complaints, func(a, b Complaint) int {
		return cmp.Or(foreign(a)-foreign(b), a.Line-b.Line, a.Column-b.Column)
	})
	return l.complaints
}

// width returns the number of characters that a node takes on its line.
func width(n *yaml.Node) int {
	switch {
	case n.Kind == yaml.AliasNode:
		return utf8.RuneCountInString(n.Value) + 1
	case n.Kind == yaml.MappingNode && len(n.Content) > 0 && n.Style&yaml.FlowStyle == 0:
		return width(n.Content[0])
	case n.Kind != yaml.ScalarNode || n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return 1
	case n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		return utf8.RuneCountInString(n.Value) + 2
	default:
		return utf8.RuneCountInString(n.Value)
	}
}

// suggest returns the names near a word as a question, or all of them.
func suggest(word string, names []string) string {
	if near := nearest.Names(word, names); len(near) > 0 {
		return fmt.Sprintf("did you mean %s?", alternatives(near, "%q"))
	}
	return "choose " + alternatives(names, "%s")
}

// alternatives joins names as "a, b or c".
func alternatives(names []string, format string) string {
	var b strings.Builder
	for i, name := range names {
		switch {
		case i == 0:
		case i == len(names)-1:
			b.WriteString(" or ")
		default:
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, format, name)
	}
	return b.String()
}
