package hdf5

// A tree1 is a B-tree of version 1 while the entries of its leaves are visited.
type tree1 struct {
	f     *File
	kind  int   // 0 of groups, 1 of chunks
	key   int64 // bytes of a key
	seen  map[int64]bool
	visit func(key *cursor, child int64) error
}

// oldTree calls visit for every key and child at the leaves of the B-tree of
// version 1 at address, in order.
func (f *File) oldTree(address int64, t tree1) error {
	t.f, t.seen = f, map[int64]bool{}
	return t.node(address, -1)
}

// node visits what is below a node; a negative level is that of the root, which
// may be any.
func (t *tree1) node(address int64, level int) error {
	c := t.f.cursor("B-tree node", address, -1)
	if t.seen[address] {
		c.malformed("the tree leads in a circle")
	}
	t.seen[address] = true
	c.signature("TREE")
	kind, found, entries := c.small(1), c.small(1), c.small(2)
	if c.err == nil && (kind != t.kind || level >= 0 && found != level) {
		c.malformed("a node of kind %d and level %d in place of %d and %d", kind, found, t.kind, level)
	}
	c.skip(2 * int64(t.f.offsets)) // neighbors
	for range entries {
		key := t.f.cursor("B-tree key", c.at, t.key)
		c.skip(t.key)
		child := c.address()
		switch {
		case c.err != nil:
			return c.err
		case found > 0:
			c.err = t.node(child, found-1)
		default:
			c.err = t.visit(key, child)
		}
	}
	return c.err
}

// A tree2 is a B-tree of version 2 while its records are visited.
type tree2 struct {
	f      *File
	kind   int
	record int64
	levels []tree2level // from the leaves up
	seen   map[int64]bool
	visit  func(record *cursor, kind int) error
}

// tree2level is what a node of one level is like.
type tree2level struct {
	most    uint64 // records in a node
	total   uint64 // records in it and below it, at most
	counted int    // bytes of the number of records in a child
	summed  int    // bytes of the number of records in and below a child
}

// tree2 calls visit for every record of the B-tree of version 2 at address, in
// order.
//
//	source   HDF5 File Format Specification 3.0, section III.A.2
func (f *File) tree2(address int64, visit func(record *cursor, kind int) error) error {
	c := f.cursor("B-tree header", address, -1)
	c.signature("BTHD")
	c.version(0)
	t := &tree2{f: f, kind: c.small(1), seen: map[int64]bool{}, visit: visit}
	node := c.size(4)
	t.record = c.size(2)
	depth := c.small(2)
	c.skip(2) // when nodes are split and merged
	root, records := c.address(), c.small(2)
	c.length()
	c.checksum(address)
	if c.err == nil && (t.record == 0 || depth > 32 || node < 64) {
		c.malformed("records of %d bytes, %d levels, nodes of %d bytes", t.record, depth, node)
	}
	if c.err != nil || root == undefined {
		return c.err
	}
	t.measure(uint64(node), depth)
	return t.node(root, depth, records)
}

// measure works out how wide the pointers of every level are.
func (t *tree2) measure(node uint64, depth int) {
	const frame = 4 + 1 + 1 + 4 // signature, version, kind, checksum
	leaf := (node - frame) / uint64(t.record)
	t.levels = append(t.levels, tree2level{most: leaf, total: leaf})
	for range depth {
		below := t.levels[len(t.levels)-1]
		l := tree2level{counted: bytesFor(leaf)}
		if len(t.levels) > 1 {
			l.summed = bytesFor(below.total)
		}
		pointer := uint64(t.f.offsets + l.counted + l.summed)
		l.most = (node - frame - min(pointer, node-frame)) / (uint64(t.record) + pointer)
		l.total = (l.most+1)*below.total + l.most
		t.levels = append(t.levels, l)
	}
}

// node visits the records of a node and of those below it.
func (t *tree2) node(address int64, level, records int) error {
	c := t.f.cursor("B-tree node", address, -1)
	if t.seen[address] {
		c.malformed("the tree leads in a circle")
	}
	t.seen[address] = true
	letters := "BTLF"
	if level > 0 {
		letters = "BTIN"
	}
	c.signature(letters)
	c.version(0)
	c.skip(1)
	first := c.at
	c.skip(int64(records) * t.record)
	for i := range records + 1 {
		if level > 0 && c.err == nil {
			c.err = t.child(c, level)
		}
		if i < records && c.err == nil {
			c.err = t.visit(t.f.cursor("B-tree record", first+int64(i)*t.record, t.record), t.kind)
		}
	}
	c.checksum(address)
	return c.err
}

// child visits the node whose pointer is next.
func (t *tree2) child(c *cursor, level int) error {
	l := t.levels[level]
	address, records := c.address(), c.small(l.counted)
	c.skip(int64(l.summed))
	if c.err != nil {
		return c.err
	}
	return t.node(address, level-1, records)
}
