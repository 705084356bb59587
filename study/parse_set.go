package study

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// setFlag is how a change of a study file is written on the command line.
const setFlag = "--set "

// assign carries out a change such as "rsa.comparator=spearman": it puts the
// value, read as YAML, behind the key, and makes the sections above it if need
// be. Spaces in keys are written as they are or as hyphens; an item of a list is
// named by its name: "networks.VGG-16.layers=[conv1, conv2]".
//
// All nodes it makes have the given line, by which complaints find the change.
func (l *locator) assign(root *yaml.Node, line int, assignment string) {
	here := &yaml.Node{Line: line}
	path, text, found := strings.Cut(assignment, "=")
	if !found || strings.TrimSpace(path) == "" {
		l.complain(here, "this is not a change", "write it like rsa.comparator=spearman")
		return
	}
	keys := strings.Split(path, ".")
	n := root
	for _, key := range keys[:len(keys)-1] {
		n = child(n, key, line)
		if n == nil {
			l.complain(here, fmt.Sprintf("there is no section %q to change", key), "")
			return
		}
	}
	place := child(n, keys[len(keys)-1], line)
	if place == nil {
		l.complain(here, fmt.Sprintf("there is no key %q to change", keys[len(keys)-1]), "")
		return
	}
	*place = *newValue(text, line)
}

// child returns the value of a key or the item of a name, making a key that is
// not there; nil when n has neither keys nor such an item.
func child(n *yaml.Node, key string, line int) *yaml.Node {
	switch n.Kind {
	case yaml.SequenceNode:
		i := slices.IndexFunc(n.Content, func(item *yaml.Node) bool {
			name := member(item, "name")
			return name != nil && same(name.Value, key)
		})
		if i < 0 {
			return nil
		}
		return n.Content[i]
	case yaml.MappingNode:
		if value := member(n, key); value != nil {
			return value
		}
		name := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: spaced(key), Line: line}
		value := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: line}
		n.Content = append(n.Content, name, value)
		return value
	default:
		return nil
	}
}

// member returns the value of a key of a mapping, or nil.
func member(n *yaml.Node, key string) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for pair := range slices.Chunk(n.Content, 2) {
		if same(pair[0].Value, key) {
			return pair[1]
		}
	}
	return nil
}

// same compares names in which hyphens may stand for spaces.
func same(a, b string) bool { return spaced(a) == spaced(b) }

// newValue reads a value as YAML, or takes it as text where it is none: a
// pattern such as *.png.
func newValue(text string, line int) *yaml.Node {
	value := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
	var document yaml.Node
	if firstUnreadable([]byte(text)) < 0 && yaml.Load([]byte(text), &document) == nil && len(document.Content) == 1 {
		value = document.Content[0]
	}
	relocate(value, line)
	return value
}

// relocate gives a tree its line.
func relocate(n *yaml.Node, line int) {
	n.Line = line
	for _, child := range n.Content {
		relocate(child, line)
	}
}
