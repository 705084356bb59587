package torch

import (
	"math"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/pickle"
)

// streamMagic is 0x1950a86a20f9469cfc6c, the first pickle of a stream.
const streamMagic = pickle.Big("\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19")

// streamVersion is the second pickle of a stream.
const streamVersion = int64(1001)

// looksPickled says whether head begins a stream of pickles.
func looksPickled(head []byte) bool {
	if len(head) == 0 || head[0] != 0x80 {
		return false
	}
	c := &checkpoint{opaque: &names{}}
	magic, err := c.machine("", head[:min(len(head), 512)]).Load()
	return err == nil && magic == value(streamMagic)
}

// A reference is what an identifier says of a storage.
type reference struct {
	storageType
	key   string
	count int64
	view  tuple // key, first number and count, of a part of the storage; nil for the whole
}

// readReference reads an identifier: ("storage", class, key, location, count)
// and, in streams, a view.
func readReference(m *machine, id value) (reference, bool) {
	parts, _ := id.(tuple)
	if len(parts) < 5 || parts[0] != value("storage") {
		m.Fail("an identifier that names no storage")
		return reference{}, false
	}
	c, isClass := parts[1].(*class)
	key, hasKey := parts[2].(string)
	count, hasCount := parts[4].(int64)
	if !isClass || !hasKey || !hasCount || count < 0 {
		m.Fail("an identifier of a storage without class, key or count")
		return reference{}, false
	}
	if c.storage.size == 0 {
		m.Unsupported("storage %q is of a class that is not known", key)
		return reference{}, false
	}
	r := reference{storageType: c.storage, key: key, count: count}
	if len(parts) > 5 {
		r.view, _ = parts[5].(tuple)
	}
	return r, true
}

// A stream is the form of a checkpoint between PyTorch 0.1 and 1.6.
type stream struct {
	storages map[string]*storage
}

// readStream reads the object in a stream of pickles, and finds the numbers
// behind it.
func (c *checkpoint) readStream() (value, error) {
	m, s := c.machine(c.path, c.data), &stream{map[string]*storage{}}
	for part := range 3 { // magic number, version, system
		v, err := m.Load()
		if err != nil {
			return nil, err
		}
		if part == 1 && v != value(streamVersion) {
			return nil, file.Unsupported(c.path, int64(m.At), "protocol version", "this program reads version %d", streamVersion)
		}
	}
	m.Persistent = s.persistent
	object, err := m.Load()
	if err != nil {
		return nil, err
	}
	m.Persistent = nil
	return object, s.find(m)
}

// persistent finds the storage, or the part of one, that an identifier names.
func (s *stream) persistent(m *machine, id value) value {
	if parts, _ := id.(tuple); len(parts) > 1 && parts[0] == value("module") {
		return parts[1]
	}
	r, ok := readReference(m, id)
	if !ok {
		return nil
	}
	root := s.storages[r.key]
	if root == nil {
		root = &storage{storageType: r.storageType, key: r.key, count: r.count, place: &place{}}
		s.storages[r.key] = root
	}
	if root.of != r.of || root.count != r.count {
		m.Fail("storage %q is named with two types or lengths", r.key)
	}
	if r.view == nil {
		return root
	}
	return viewOf(m, root, r.view)
}

// viewOf returns the part of a storage that (key, first number, count) tell.
func viewOf(m *machine, root *storage, view tuple) value {
	if len(view) != 3 || root.root != nil {
		m.Fail("a view is not of a whole storage, or lacks its key, offset or count")
		return nil
	}
	at, hasOffset := view[1].(int64)
	count, hasCount := view[2].(int64)
	if !hasOffset || !hasCount {
		m.Fail("a view of a storage needs an offset and a count")
		return nil
	}
	return &storage{
		storageType: root.storageType, key: keyText(view[0], 0), count: count,
		place: root.place, root: root, first: at,
	}
}

// find reads the keys of the storages, and where the bytes of each are.
func (s *stream) find(m *machine) error {
	v, err := m.Load()
	if err != nil {
		return err
	}
	keys, ok := pickle.Items(v)
	if !ok {
		m.Fail("the keys of the storages are no list")
	}
	for _, key := range keys {
		if m.Err != nil {
			break
		}
		text, _ := key.(string)
		root := s.storages[text]
		if root == nil {
			m.Fail("storage %q is there and was never named", text)
			break
		}
		if count := row(m, root); m.Err == nil && count != root.count {
			m.Fail("storage %q has %d numbers and was announced with %d", text, count, root.count)
		}
	}
	return m.Err
}

// row reads the count of a storage and finds the bytes behind it, which are the
// next in a file.
func row(m *machine, s *storage) (count int64) {
	n := m.Number(8)
	if n > math.MaxInt64/uint64(s.size) {
		m.Fail("storage %q has %d numbers", s.key, n)
		return 0
	}
	at := m.Offset + int64(m.At)
	raw := m.Take(n * uint64(s.size))
	if m.Err == nil {
		*s.place = place{raw: raw[:len(raw):len(raw)], at: at, size: int64(len(raw))}
	}
	return int64(n)
}
