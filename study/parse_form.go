package study

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// A reader is the form that reads one section of a file. It remembers the keys
// it was asked for, so that close can name those that nobody knows.
type reader struct {
	*locator
	title string           // of the section, for people
	at    *yaml.Node       // where what is missing is complained about; nil when the section is absent
	keys  []*yaml.Node     // in the order of the file
	found map[string]entry // by key
	known []string         // keys asked for
}

// An entry is a key and its value; nil stands for a value that was complained
// about.
type entry struct{ key, value *yaml.Node }

// open begins a section. Its keys are those of n; nil is the absent section,
// in which everything takes its default.
func (l *locator) open(at, n *yaml.Node, title string) *reader {
	r := &reader{locator: l, title: title, at: at, found: map[string]entry{}}
	if n == nil {
		return r
	}
	for pair := range slices.Chunk(n.Content, 2) {
		key, value := pair[0], pair[1]
		switch first, twice := r.found[key.Value]; {
		case key.Kind != yaml.ScalarNode || key.Value == "":
			l.complain(key, "a key must be text", "")
			continue
		case key.Tag == "!!merge":
			continue // refuse has complained
		case twice:
			l.complain(key, fmt.Sprintf("key %q stands here twice", key.Value), firstStands(first.key))
			continue
		case value.Kind == yaml.AliasNode:
			value = nil
		case value.Kind == yaml.ScalarNode && value.Value == "" || value.Tag == "!!null":
			l.complain(key, fmt.Sprintf("key %q has no value", key.Value), "give it one or leave it out")
			value = nil
		}
		r.keys = append(r.keys, key)
		r.found[key.Value] = entry{key, value}
	}
	return r
}

func firstStands(key *yaml.Node) string {
	if key.Line < 0 {
		return "leave one of the two out"
	}
	return fmt.Sprintf("the first stands in line %d", key.Line)
}

// close complains about keys that nobody asked for.
func (r *reader) close() {
	for _, key := range r.keys {
		if !slices.Contains(r.known, key.Value) {
			r.locator.complain(key, fmt.Sprintf("key %q is unknown", key.Value), suggest(key.Value, r.known))
		}
	}
}

// take returns the value of a key, or nil.
func (r *reader) take(key string) *yaml.Node {
	if !slices.Contains(r.known, key) {
		r.known = append(r.known, key)
	}
	return r.found[key].value
}

func (r *reader) has(key string) bool {
	_, there := r.found[key]
	return there
}

func (r *reader) require(keys ...string) {
	if r.at == nil || slices.ContainsFunc(keys, r.has) {
		return
	}
	r.locator.complain(r.at, fmt.Sprintf("%s needs the key %s", r.title, alternatives(keys, "%q")), "")
}

func (r *reader) complain(key, message, hint string) {
	switch e := r.found[key]; {
	case e.value != nil && e.value.Kind == yaml.ScalarNode:
		r.locator.complain(e.value, message, hint)
	case e.key != nil:
		r.locator.complain(e.key, message, hint)
	case r.at != nil:
		r.locator.complain(r.at, message, hint)
	}
}

func (r *reader) scalar(key string, v value) {
	v.reset()
	if n := r.take(key); n != nil {
		r.read(key, n, v)
	}
}

// maxText bounds one text, so that it can be a key of YAML when printed.
const maxText = 1000

// read reads one value of a key.
func (r *reader) read(key string, n *yaml.Node, v value) {
	switch {
	case n.Kind == yaml.AliasNode:
		return // refuse has complained
	case n.Kind != yaml.ScalarNode:
		r.locator.complain(n, fmt.Sprintf("key %q must be %s, not %s", key, v.what, kindOf(n)), "")
		return
	case strings.TrimSpace(n.Value) == "" || n.Tag == "!!null":
		r.locator.complain(n, fmt.Sprintf("key %q is empty", key), "write "+v.what)
		return
	case len(strconv.Quote(n.Value)) > maxText:
		r.locator.complain(n, fmt.Sprintf("key %q is longer than %d letters", key, maxText), "")
		return
	}
	if bad := v.read(n.Value); bad != nil {
		noun := cmp.Or(nouns[key], key)
		message := cmp.Or(bad.message, fmt.Sprintf("unknown %s %q", noun, n.Value))
		r.locator.complain(n, message, bad.hint)
	}
}

// kindOf names what a node is, for people.
func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "keys with values"
	case yaml.SequenceNode:
		return "a list"
	default:
		return "a single value"
	}
}

func (r *reader) list(key string, v values) {
	v.reset()
	n := r.take(key)
	switch {
	case n == nil:
	case n.Kind != yaml.SequenceNode:
		r.read(key, n, v.next())
	case len(n.Content) == 0:
		r.locator.complain(n, fmt.Sprintf("the list %q is empty", key), "leave the key out")
	default:
		for _, item := range n.Content {
			r.read(key, item, v.next())
		}
	}
}

func (r *reader) layers(key string, layers *[]Layer) {
	*layers = nil
	n := r.take(key)
	switch {
	case n == nil || n.Kind == yaml.ScalarNode && n.Value == "all":
	case n.Kind == yaml.MappingNode:
		names := r.open(n, n, key)
		for _, shown := range names.keys {
			layer := Layer{}
			r.read(key, shown, text(&layer.Shown, ""))
			names.scalar(shown.Value, text(&layer.Name, ""))
			*layers = append(*layers, layer)
		}
	default:
		var plain []string
		r.list(key, each(&plain, func(v *string) value { return text(v, "") }))
		for _, name := range plain {
			*layers = append(*layers, Layer{name, name})
		}
	}
}

func (r *reader) section(key string, schema func(form)) {
	n := r.take(key)
	if n != nil && n.Kind != yaml.MappingNode {
		r.locator.complain(n, fmt.Sprintf("key %q must be keys with values, not %s", key, kindOf(n)), "")
		n = nil
	}
	at := r.found[key].key
	if n == nil {
		at = nil
	}
	inner := r.open(at, n, key)
	schema(inner)
	inner.close()
}

func (r *reader) items(key string, _ int) []form {
	n := r.take(key)
	if n == nil {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		r.locator.complain(n, fmt.Sprintf("key %q must be a list, not %s", key, kindOf(n)), `begin each item with "- "`)
		return nil
	}
	var items []form
	for i, item := range n.Content {
		if item.Kind != yaml.MappingNode {
			r.locator.complain(item, fmt.Sprintf("each of %q must be keys with values, not %s", key, kindOf(item)), `write "- name: …"`)
			continue
		}
		items = append(items, r.open(item, item, fmt.Sprintf("number %d of %q", i+1, key)))
	}
	return items
}
