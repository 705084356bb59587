package custom

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/isocortex/isocortex/nearest"
)

// A description is what a file says.
type description struct {
	path          string
	input         [3]int // channels, height, width; 0 for any
	preprocessing string
	weights       string // the file; "" for those of the seed
	seed          uint64
	standard      []string
	standardAt    []*yaml.Node // where each stands
	layers        []layer
}

// A layer is one item of the list of layers, or a block of them.
type layer struct {
	at      *yaml.Node
	kind    kind
	name    string
	numbers map[string]int
	with    string  // another layer
	bias    string  // "none" or ""
	layers  []layer // of a block
}

// most bounds every number of a description.
const most = 1 << 20

// A parser collects what is wrong.
type parser struct {
	path  string
	wrong []error
}

func (p *parser) complain(at *yaml.Node, format string, args ...any) {
	p.wrong = append(p.wrong, &Error{p.path, max(at.Line, 1), max(at.Column, 1), fmt.Sprintf(format, args...)})
}

// parse reads a description that is at hand.
func parse(path string, data []byte) (*description, error) {
	p := &parser{path: path}
	var document yaml.Node
	if err := load(data, &document); err != nil {
		var broken *yaml.LoadError
		at := &yaml.Node{}
		if errors.As(err, &broken) {
			at.Line, at.Column = broken.Mark.Line, broken.Mark.Column
			err = errors.New(broken.Message)
		}
		p.complain(at, "cannot be read as YAML: %v", err)
		return nil, p.wrong[0]
	}
	d := p.description(document.Content[0])
	return d, errors.Join(p.wrong...)
}

// load reads the one document of a file.
func load(data []byte, document *yaml.Node) error {
	loader, err := yaml.NewLoader(strings.NewReader(string(data)))
	if err != nil {
		panic(err) // the options are fixed
	}
	if err := loader.Load(document); errors.Is(err, io.EOF) {
		return errors.New(`the file is empty: begin with "network: 1"`)
	} else if err != nil {
		return err
	}
	if err := loader.Load(new(yaml.Node)); err == nil {
		return errors.New("there is a second document: describe one network in a file")
	} else if !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

// description reads the keys of the file.
func (p *parser) description(root *yaml.Node) *description {
	d := &description{path: p.path}
	s := p.section(root)
	if version := s.number("network", 0); version != 1 {
		p.complain(s.where("network"), `a description of a network begins with "network: 1"`)
	}
	if input := s.inner("input"); input != nil {
		d.input = [3]int{input.number("channels", 3), input.number("height", 0), input.number("width", 0)}
		if d.input[0] == 0 || (d.input[1] == 0) != (d.input[2] == 0) {
			p.complain(input.at, "input needs channels, and both of height and width or none")
		}
		input.close()
	} else {
		d.input = [3]int{3, 0, 0}
	}
	d.preprocessing = s.text("preprocessing")
	if weights := s.inner("weights"); weights != nil {
		d.weights, d.seed = weights.text("file"), uint64(weights.number("seed", 0))
		if weights.has("file") == weights.has("seed") {
			p.complain(weights.at, "weights need a seed or a file")
		}
		weights.close()
	}
	for _, item := range s.list("standard") {
		d.standard, d.standardAt = append(d.standard, item.Value), append(d.standardAt, item)
	}
	if d.layers = p.layers(s); len(d.layers) == 0 {
		p.complain(s.where("layers"), `the key "layers" needs a list of layers`)
	}
	s.close()
	return d
}

func (p *parser) layers(s *section) []layer {
	var layers []layer
	for _, item := range s.list("layers") {
		layers = append(layers, p.layer(item))
	}
	return layers
}

// layer reads one item of a list of layers.
func (p *parser) layer(n *yaml.Node) layer {
	s := p.section(n)
	l := layer{at: n, numbers: map[string]int{}}
	for _, k := range kinds() {
		if s.has(k.name) {
			l.kind = k
			break
		}
	}
	if l.kind.name == "" {
		p.complain(n, "a layer needs its kind with its name, such as conv: conv1; kinds are %s%s", strings.Join(kindNames(), ", "), s.meant())
		return l
	}
	if l.name = s.text(l.kind.name); !plain(l.name) {
		p.complain(s.where(l.kind.name), "%.100q cannot name a layer: use letters, digits, _ and -, no more than 100, and none of %s", l.name, strings.Join(reserved, ", "))
	}
	for _, key := range l.kind.keys {
		p.setting(s, &l, key)
	}
	s.close()
	return l
}

// setting reads one key of a layer; those that a layer needs end with "!".
func (p *parser) setting(s *section, l *layer, key string) {
	key, needed := strings.CutSuffix(key, "!")
	if needed && !s.has(key) {
		p.complain(s.at, "%s %q needs the key %q", l.kind.name, l.name, key)
	}
	switch key {
	case "with":
		l.with = s.text(key)
	case "bias":
		if l.bias = s.text(key); l.bias != "" && l.bias != "none" {
			p.complain(s.where(key), `bias is %q: write "none", or leave it out for one per channel`, l.bias)
		}
	case "layers":
		l.layers = p.layers(s)
	default:
		l.numbers[key] = s.number(key, usual[key])
		if l.numbers[key] == 0 && key != "pad" && s.has(key) {
			p.complain(s.where(key), "key %q must be 1 or more", key)
		}
	}
}

// usual are the numbers of keys that are left out.
var usual = map[string]int{"stride": 1}

// reserved are words that mean something else where layers are named.
var reserved = []string{"all", "standard", "input", "before", "image"}

// plain reports whether a name can be part of the name of a layer.
func plain(name string) bool {
	strange := func(r rune) bool {
		return r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}
	return name != "" && len(name) <= 100 && !slices.Contains(reserved, name) && !strings.ContainsFunc(name, strange)
}

// A section is a group of keys with values; it remembers what it was asked for.
type section struct {
	*parser
	at    *yaml.Node
	pairs map[string][2]*yaml.Node
	order []string
	known []string
}

// section opens the keys of a node.
func (p *parser) section(n *yaml.Node) *section {
	s := &section{parser: p, at: n, pairs: map[string][2]*yaml.Node{}}
	if n.Kind != yaml.MappingNode {
		p.complain(n, "here must be keys with values")
		return s
	}
	for pair := range slices.Chunk(n.Content, 2) {
		key, value := pair[0], pair[1]
		switch _, twice := s.pairs[key.Value]; {
		case twice:
			p.complain(key, "key %q stands here twice", key.Value)
		case value.Kind == yaml.AliasNode || value.Tag == "!!null":
			p.complain(key, "key %q needs a value of its own", key.Value)
			fallthrough
		default:
			s.order = append(s.order, key.Value)
			s.pairs[key.Value] = [2]*yaml.Node{key, value}
		}
	}
	return s
}

func (s *section) has(key string) bool {
	_, there := s.pairs[key]
	return there
}

// where is the place of a key's value; that of the section when there is none.
func (s *section) where(key string) *yaml.Node {
	if pair, there := s.pairs[key]; there {
		return pair[1]
	}
	return s.at
}

// take returns the value of a key if it is of the right kind.
func (s *section) take(key string, form yaml.Kind, what string) *yaml.Node {
	s.known = append(s.known, key)
	pair, there := s.pairs[key]
	if !there || pair[1].Kind == yaml.AliasNode || pair[1].Tag == "!!null" {
		return nil
	}
	if pair[1].Kind != form {
		s.complain(pair[1], "key %q must be %s", key, what)
		return nil
	}
	return pair[1]
}

func (s *section) text(key string) string {
	if n := s.take(key, yaml.ScalarNode, "a word"); n != nil {
		return n.Value
	}
	return ""
}

func (s *section) number(key string, usual int) int {
	n := s.take(key, yaml.ScalarNode, "a whole number")
	if n == nil {
		return usual
	}
	v, err := strconv.Atoi(n.Value)
	if err != nil || v < 0 || v > most {
		s.complain(n, "key %q must be a whole number from 0 to %d, not %q", key, most, n.Value)
		return usual
	}
	return v
}

func (s *section) list(key string) []*yaml.Node {
	if n := s.take(key, yaml.SequenceNode, "a list"); n != nil {
		return n.Content
	}
	return nil
}

func (s *section) inner(key string) *section {
	if n := s.take(key, yaml.MappingNode, "keys with values"); n != nil {
		return s.section(n)
	}
	return nil
}

// close complains about keys that nobody asked for.
func (s *section) close() {
	for _, key := range s.order {
		if !slices.Contains(s.known, key) {
			s.complain(s.pairs[key][0], "key %q is unknown here%s", key, nearest.Hint(key, s.known))
		}
	}
}

// meant suggests a kind for the first key.
func (s *section) meant() string {
	if len(s.order) == 0 {
		return ""
	}
	return nearest.Hint(s.order[0], kindNames())
}
