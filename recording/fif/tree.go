package fif

import "encoding/binary"

// A node is a block of tags, which may hold other blocks.
type node struct {
	kind     block
	tags     []tag
	children []*node
}

// deepest is how deep blocks may lie in each other; programs write five.
const deepest = 50

// tree returns the blocks of the source. Blocks that a cut file leaves open are
// closed at its end.
func (s *source) tree() (*node, error) {
	root := &node{}
	open := []*node{root}
	for _, t := range s.tags {
		inner := open[len(open)-1]
		switch t.kind {
		case blockStart, blockEnd:
			if t.size != 4 {
				return nil, s.malformed(t, "it has %d bytes, not 4", t.size)
			}
			b := block(binary.BigEndian.Uint32(s.bytes(t)))
			if t.kind == blockStart {
				if len(open) > deepest {
					return nil, s.malformed(t, "blocks lie in each other more than %d deep", deepest)
				}
				child := &node{kind: b}
				inner.children = append(inner.children, child)
				open = append(open, child)
				continue
			}
			if len(open) == 1 || inner.kind != b {
				return nil, s.malformed(t, "block %d is closed by %d", inner.kind, b)
			}
			open = open[:len(open)-1]
		default:
			inner.tags = append(inner.tags, t)
		}
	}
	if len(open) > 1 && !s.short {
		s.ends("block %d is never closed", open[len(open)-1].kind)
	}
	return root, nil
}

// find returns all blocks of the kind within n, outermost first.
func (n *node) find(b block) []*node {
	var found []*node
	for _, child := range n.children {
		if child.kind == b {
			found = append(found, child)
		}
		found = append(found, child.find(b)...)
	}
	return found
}

// first returns the first block within n of any of the kinds, in the order of
// the kinds.
func (n *node) first(kinds ...block) *node {
	for _, b := range kinds {
		if found := n.find(b); len(found) > 0 {
			return found[0]
		}
	}
	return nil
}

// tag returns the first tag of the kind in the block itself.
func (n *node) tag(k kind) (tag, bool) {
	if n != nil {
		for _, t := range n.tags {
			if t.kind == k {
				return t, true
			}
		}
	}
	return tag{}, false
}
