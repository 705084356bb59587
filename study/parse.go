package study

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/isocortex/isocortex/file"
)

// maxSize bounds a study file: what people write is a thousand times smaller.
const maxSize = 1 << 20

// Options says what a study file may say, and what is changed in it.
// The zero Options takes any name for a choice and looks for no file.
type Options struct {
	Choices Choices
	Set     []string               // changes as on the command line: "rsa.comparator=spearman"
	Exists  func(path string) bool // whether a path or pattern of the file leads somewhere; nil: all do
}

// Choices lists the names that a study file may choose from. They come from the
// tables of the packages that do the work; an empty list takes any name.
type Choices struct {
	Measures    []string // of dissimilarity between response patterns
	Decoders    []string // measures of classifiers, of trials of the brain
	Noise       []string // estimators of noise, and "none"
	Comparators []string // of RDMs
	Presets     []string // of preprocessing
	Networks    []string // that go by a name in place of a file
}

// Read reads the study file at path and looks whether the files it names exist,
// unless o.Exists does.
//
//	errors   Errors with everything that is wrong with the study; another if
//	         the file cannot be read
func Read(path string, o Options) (*Study, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err != nil {
		return nil, err
	}
	if o.Exists == nil {
		o.Exists = existsIn(&Study{Folder: filepath.Dir(path)})
	}
	return Parse(path, data, o)
}

// existsIn looks for the files of a study; a pattern must match something.
func existsIn(s *Study) func(string) bool {
	return func(path string) bool {
		path = s.Locate(path)
		if _, err := os.Stat(path); err == nil {
			return true
		}
		matches, err := filepath.Glob(path)
		return err == nil && len(matches) > 0
	}
}

// Parse reads a study file that is at hand; name is its path.
//
//	errors   Errors, by line and column; every complaint has a line from 1
func Parse(name string, data []byte, o Options) (*Study, error) {
	l := newLocator(name, data, o.Set)
	document := l.load(data)
	if err := l.err(); err != nil {
		return nil, err
	}
	root := document.Content[0]
	for i, assignment := range o.Set {
		l.assign(root, -1-i, assignment)
	}
	l.refuse(root)
	s := &Study{Folder: filepath.Dir(name), Title: file.Stem(name)}
	r := l.open(root, root, "the study")
	o.study(r, s)
	r.close()
	return s, l.err()
}

// load returns the one document of a file, whose root has keys.
func (l *locator) load(data []byte) *yaml.Node {
	if len(data) > maxSize {
		l.place(1, 1, 1, Complaint{Message: fmt.Sprintf("the file is larger than %d bytes, too large for a study", maxSize)})
		return nil
	}
	if i := firstUnreadable(data); i >= 0 {
		before := data[:i]
		line := strings.Count(breaks.Replace(string(before)), "\n") + 1
		column := utf8.RuneCount(before[strings.LastIndexAny(string(before), "\r\n")+1:]) + 1
		l.place(line, column, 1, Complaint{Message: "this is not text", Hint: "save the file as UTF-8"})
		return nil
	}
	loader, err := yaml.NewLoader(strings.NewReader(string(data)))
	if err != nil {
		panic(err) // the options are fixed
	}
	var document, second yaml.Node
	switch err := loader.Load(&document); {
	case errors.Is(err, io.EOF):
		l.place(1, 1, 1, Complaint{Message: "the file is empty", Hint: firstLine})
	case err != nil:
		l.malformed(err)
	case document.Content[0].Kind != yaml.MappingNode:
		l.complain(document.Content[0], "a study file is made of keys and values", firstLine)
	default:
		if err := loader.Load(&second); err == nil {
			l.complain(&second, "a second document begins here", "write one study to a file")
		} else if !errors.Is(err, io.EOF) {
			l.malformed(err)
		}
	}
	return &document
}

var firstLine = fmt.Sprintf(`begin with "study: %d"`, Version)

// firstUnreadable returns the offset of the first byte that is not UTF-8 text
// as YAML allows it, or −1.
func firstUnreadable(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		control := r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7f
		if control || r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// malformed files what the YAML parser says.
func (l *locator) malformed(err error) {
	var broken *yaml.LoadError
	if !errors.As(err, &broken) {
		l.place(1, 1, 1, Complaint{Message: "cannot be read as YAML: " + err.Error()})
		return
	}
	c := Complaint{Message: "cannot be read as YAML: " + broken.Message}
	line, column := broken.Mark.Line, broken.Mark.Column
	if begin := broken.ContextMark.Line; begin > 0 && begin != line {
		c.Message += fmt.Sprintf(" (%s from line %d on)", broken.ContextMsg, begin)
	}
	switch source := l.lines[min(max(line, 1), len(l.lines))-1]; {
	case strings.HasPrefix(broken.Message, "unknown anchor"):
		c.Message, c.Hint = noAlias, quotePattern
	case strings.HasPrefix(strings.TrimLeft(source, " "), "\t"):
		c.Hint = "indent with spaces, not tabs"
	case strings.HasPrefix(broken.Message, "mapping values are not allowed"):
		c.Hint = `put text that holds ": " in quotes, and check the indentation`
	case strings.HasPrefix(broken.Message, "did not find expected ',' or"):
		c.Hint = "put text that holds one of [ ] { } , in quotes"
	}
	l.place(line, column, 1, c)
}

const (
	noAlias      = "a value beginning with * is an alias, which study files do not have"
	quotePattern = `put a pattern in quotes: "*.png"`
)

// refuse complains about everything in a tree that makes one place of the file
// depend on another.
func (l *locator) refuse(n *yaml.Node) {
	const plainly = "write the value itself"
	switch {
	case n.Kind == yaml.AliasNode:
		l.complain(n, noAlias, quotePattern)
	case n.Anchor != "":
		l.complain(n, fmt.Sprintf("study files have no anchors, as &%s is", n.Anchor), plainly)
	case n.Style&yaml.TaggedStyle != 0:
		l.complain(n, fmt.Sprintf("study files have no tags, as %s is", n.Tag), plainly)
	}
	for i, child := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 && child.Tag == "!!merge" {
			l.complain(child, "study files have no merge keys", plainly)
		}
		l.refuse(child)
	}
}
