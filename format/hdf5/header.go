package hdf5

// The kinds of messages that matter for reading.
const (
	kindDataspace     = 0x01
	kindLinkInfo      = 0x02
	kindDatatype      = 0x03
	kindOldFill       = 0x04
	kindFill          = 0x05
	kindLink          = 0x06
	kindExternal      = 0x07
	kindLayout        = 0x08
	kindGroupInfo     = 0x0a
	kindFilters       = 0x0b
	kindAttribute     = 0x0c
	kindContinuation  = 0x10
	kindSymbolTable   = 0x11
	kindAttributeInfo = 0x15
	kindLast          = 0x18 // of those that exist
)

const (
	flagShared   = 1 << 1 // the message is stored elsewhere
	flagMustKnow = 1 << 7 // a program that does not know the message must not read the object
)

// A message is one part of an object header: where its content lies.
type message struct {
	kind, flags int
	at, size    int64
}

// A header is all that the file says about one object.
type header struct {
	messages []message
}

// find returns the first message of the kind, nil if there is none.
func (h *header) find(kind int) *message {
	for i := range h.messages {
		if h.messages[i].kind == kind {
			return &h.messages[i]
		}
	}
	return nil
}

// A block is a part of a header that lies in one piece.
type block struct {
	at, size int64
}

// headerReader collects the messages of one header.
type headerReader struct {
	f          *File
	header     *header
	version    int
	flags      int     // of a header of version 2
	blocks     []block // still to be read
	blockBytes int64   // of all blocks so far
}

// header reads the object header at address with all of its continuations.
func (f *File) header(address int64) (*header, error) {
	r := &headerReader{f: f, header: &header{}}
	c := f.cursor("object header", address, -1)
	if c.left() > 0 && f.data[address] == 'O' {
		r.start2(c)
	} else {
		r.start1(c)
	}
	if c.err != nil {
		return nil, c.err
	}
	for len(r.blocks) > 0 {
		next := r.blocks[0]
		r.blocks = r.blocks[1:]
		if err := r.read(next); err != nil {
			return nil, err
		}
	}
	return r.header, nil
}

func (r *headerReader) start1(c *cursor) {
	r.version = c.version(1)
	c.skip(1 + 2 + 4) // reserved, number of messages, links to the object
	size := c.size(4)
	c.skip(4)
	r.blocks = append(r.blocks, block{c.at, size})
}

func (r *headerReader) start2(c *cursor) {
	from := c.at
	c.signature("OHDR")
	r.version = c.version(2)
	r.flags = c.small(1)
	if r.flags&(1<<5) != 0 {
		c.skip(16) // times
	}
	if r.flags&(1<<4) != 0 {
		c.skip(4) // when attributes move out of the header
	}
	size := c.size(1 << (r.flags & 3))
	r.blocks = append(r.blocks, block{c.at, size})
	c.skip(size)
	c.checksum(from)
}

// read reads the messages of one block. The blocks of a header never take more
// than the file, so that blocks that lead back to each other come to an end.
func (r *headerReader) read(b block) error {
	c := r.f.cursor("object header", b.at, b.size)
	if r.blockBytes += b.size; r.blockBytes > int64(len(r.f.data)) {
		c.malformed("its continuations lead in a circle")
	}
	prefix := int64(8)
	if r.version == 2 {
		prefix = 4 + 2*int64(r.flags>>2&1)
	}
	for c.left() >= prefix {
		m := r.message(c)
		if c.skip(m.size); c.err != nil {
			break
		}
		r.add(c, m)
	}
	return c.err
}

// message reads what stands before the content of a message.
func (r *headerReader) message(c *cursor) message {
	var m message
	if r.version == 1 {
		m = message{kind: c.small(2), size: c.size(2), flags: c.small(1)}
		c.skip(3)
	} else {
		m = message{kind: c.small(1), size: c.size(2), flags: c.small(1)}
		c.skip(2 * int64(r.flags>>2&1)) // creation order
	}
	m.at = c.at
	return m
}

// add keeps a message, or the place where more of them are.
func (r *headerReader) add(c *cursor, m message) {
	switch {
	case m.kind == kindContinuation:
		next := r.f.cursor("continuation message", m.at, m.size)
		b := block{next.address(), next.length()}
		if c.err = next.err; c.err == nil {
			r.continued(c, b)
		}
	case m.kind > kindLast && m.flags&flagMustKnow != 0:
		c.unsupported("message of kind %d, which must be known", m.kind)
	default:
		r.header.messages = append(r.header.messages, m)
	}
}

// continued puts a continuation on the list of blocks to read.
func (r *headerReader) continued(c *cursor, b block) {
	if r.version == 2 {
		whole := r.f.cursor("object header continuation", b.at, b.size)
		whole.signature("OCHK")
		whole.skip(b.size - 8)
		whole.checksum(b.at)
		c.err = whole.err
		b = block{b.at + 4, b.size - 8}
	}
	r.blocks = append(r.blocks, b)
}

// content returns a cursor over the content of a message; that of a shared one
// lies in the header of another object.
func (f *File) content(structure string, m *message) *cursor {
	c := f.cursor(structure, m.at, m.size)
	if m.flags&flagShared == 0 {
		return c
	}
	other := c.shared()
	if c.err != nil {
		return c
	}
	h, err := f.header(other)
	if err != nil {
		c.err = err
		return c
	}
	found := h.find(m.kind)
	if found == nil || found.flags&flagShared != 0 {
		c.malformed("the object at address %d does not hold what it should share", other)
		return c
	}
	return f.cursor(structure, found.at, found.size)
}

// shared reads where the message that this one stands for is: the address of an
// object header.
func (c *cursor) shared() int64 {
	version := c.version(1, 2, 3)
	kind := c.small(1)
	if version == 1 {
		c.skip(6)
	}
	if version == 3 && kind == 1 {
		c.unsupported("messages shared by the whole file")
	}
	return c.address()
}
