package hdf5

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/nearest"
)

// A Group holds groups and datasets by name.
type Group struct {
	object
	once   sync.Once
	listed []link
	err    error
}

// A link is one name in a group.
type link struct {
	name    string
	kind    int
	address int64  // of a hard link
	target  string // of a soft link: a path; of an external one: file and path
}

// Kinds of links.
const (
	hardLink     = 0
	softLink     = 1
	externalLink = 64
)

// mostHops is how many soft links are followed in one path.
const mostHops = 32

// Names returns the names in the group in lexical order, also of links that
// lead nowhere.
func (g *Group) Names() ([]string, error) {
	links, err := g.links()
	names := make([]string, len(links))
	for i, l := range links {
		names[i] = l.name
	}
	return names, err
}

// Lookup returns the object at a path seen from g, such as "a/b"; one that
// begins with a slash is seen from the root. Soft links are followed.
//
//	errors   a name that is not there offers those that are near
func (g *Group) Lookup(path string) (Object, error) {
	hops := mostHops
	return g.lookup(path, &hops)
}

func (g *Group) lookup(path string, hops *int) (Object, error) {
	if strings.HasPrefix(path, "/") {
		g = g.f.root
	}
	var o Object = g
	for name := range strings.SplitSeq(path, "/") {
		if name == "" || name == "." {
			continue
		}
		inside, ok := o.(*Group)
		if !ok {
			return nil, fmt.Errorf("%s: %s is a dataset: there is no %q inside", g.f.path, o.Name(), name)
		}
		var err error
		if o, err = inside.child(name, hops); err != nil {
			return nil, err
		}
	}
	return o, nil
}

func (g *Group) child(name string, hops *int) (Object, error) {
	links, err := g.links()
	if err != nil {
		return nil, err
	}
	i, found := slices.BinarySearchFunc(links, name, func(l link, name string) int { return cmp.Compare(l.name, name) })
	if !found {
		return nil, g.missing(name)
	}
	path := join(g.name, name)
	switch l := links[i]; {
	case l.kind == hardLink:
		return g.f.object(path, l.address)
	case l.kind == externalLink:
		return nil, file.Unsupported(g.f.path, -1, path, "it is a link into another file, %s: open that", l.target)
	case *hops == 0:
		return nil, file.Malformed(g.f.path, -1, path, "soft links lead in a circle")
	default:
		*hops--
		return g.lookup(l.target, hops)
	}
}

// children opens what is in the group and not in seen, which it is added to.
func (g *Group) children(seen map[int64]bool) ([]Object, error) {
	links, err := g.links()
	if err != nil {
		return nil, err
	}
	var children []Object
	for _, l := range links {
		if l.kind != hardLink || seen[l.address] {
			continue
		}
		seen[l.address] = true
		o, err := g.f.object(join(g.name, l.name), l.address)
		if errors.Is(err, errNoData) {
			continue
		}
		if err != nil {
			return nil, err
		}
		children = append(children, o)
	}
	return children, nil
}

// missing says that there is no such name, and what else there is.
func (g *Group) missing(name string) error {
	names, _ := g.Names()
	what := "it has " + strings.Join(names, ", ")
	if near := nearest.Names(name, names); len(near) > 0 {
		what = "near are " + strings.Join(near, ", ")
	} else if len(names) > 10 {
		what = fmt.Sprintf("it has %d others: %s, ...", len(names), strings.Join(names[:10], ", "))
	}
	return fmt.Errorf("%s: no %q in %s; %s", g.f.path, name, g.name, what)
}

// links returns what is in the group, by name. It reads it once.
func (g *Group) links() ([]link, error) {
	g.once.Do(func() {
		g.listed, g.err = g.readLinks()
		slices.SortFunc(g.listed, func(a, b link) int { return cmp.Compare(a.name, b.name) })
	})
	return g.listed, g.err
}

// readLinks reads what is in the group: a table of the old kind, links in the
// header, or a heap of links.
func (g *Group) readLinks() ([]link, error) {
	if m := g.header.find(kindSymbolTable); m != nil {
		return g.f.symbolTable(g.f.content("symbol table message", m))
	}
	var links []link
	for i := range g.header.messages {
		if m := &g.header.messages[i]; m.kind == kindLink {
			c := g.f.content("link message", m)
			if links = append(links, c.link()); c.err != nil {
				return nil, c.err
			}
		}
	}
	if m := g.header.find(kindLinkInfo); m != nil {
		c := g.f.content("link info message", m)
		c.version(0)
		if flags := c.small(1); flags&1 != 0 {
			c.skip(8)
		}
		heap, index := c.address(), c.address()
		if c.err != nil || heap == undefined {
			return links, c.err
		}
		return g.f.denseLinks(heap, index, links)
	}
	return links, nil
}

// denseLinks appends the links of a heap, found by a tree of their names.
func (f *File) denseLinks(heap, index int64, links []link) ([]link, error) {
	h, err := f.fractalHeap(heap)
	if err != nil {
		return nil, err
	}
	err = f.tree2(index, func(record *cursor, _ int) error {
		record.skip(4) // hash of the name
		c := h.object(record, "link message")
		links = append(links, c.link())
		return c.err
	})
	return links, err
}

// link reads a link message.
func (c *cursor) link() link {
	c.version(1)
	flags := c.small(1)
	l := link{kind: hardLink}
	if flags&(1<<3) != 0 {
		l.kind = c.small(1)
	}
	if flags&(1<<2) != 0 {
		c.skip(8) // creation order
	}
	if flags&(1<<4) != 0 {
		c.skip(1) // encoding of the name: of ASCII and UTF-8, both are UTF-8
	}
	l.name = string(c.take(c.size(1 << (flags & 3))))
	switch l.kind {
	case hardLink:
		l.address = c.address()
	case softLink:
		l.target = string(c.take(c.size(2)))
	case externalLink:
		c.skip(2 + 1) // length, flags
		l.target = c.text()
		l.target += ":" + c.text()
	default:
		c.unsupported("link %q of kind %d", l.name, l.kind)
	}
	return l
}

// symbolTable reads a group of the old kind: a tree of nodes of symbols, whose
// names lie in a heap.
func (f *File) symbolTable(c *cursor) ([]link, error) {
	tree, heap := c.address(), c.address()
	if c.err != nil {
		return nil, c.err
	}
	names, err := f.openLocalHeap(heap)
	if err != nil {
		return nil, err
	}
	var links []link
	seen := map[int64]bool{}
	visit := func(_ *cursor, child int64) error {
		node := f.cursor("symbol table node", child, -1)
		if seen[child] {
			node.malformed("the node is there twice")
		}
		seen[child] = true
		node.signature("SNOD")
		node.version(1)
		node.skip(1)
		for range node.small(2) {
			l := node.symbol(names)
			if node.err != nil {
				break
			}
			links = append(links, l)
		}
		return node.err
	}
	return links, f.oldTree(tree, tree1{kind: 0, key: int64(f.lengths), visit: visit})
}

// symbol reads one entry of a node of symbols.
func (c *cursor) symbol(names *localHeap) link {
	name, address := c.length(), c.address()
	cached := c.small(4)
	c.skip(4)
	scratch := c.cursorOver(16)
	if c.err != nil {
		return link{}
	}
	l := link{name: names.text(c, name), kind: hardLink, address: address}
	if cached == 2 {
		l.kind, l.target = softLink, names.text(c, scratch.size(4))
	}
	return l
}

// cursorOver returns a cursor over the next n bytes, and passes them.
func (c *cursor) cursorOver(n int64) *cursor {
	inner := c.f.cursor(c.structure, c.at, n)
	c.skip(n)
	return inner
}
