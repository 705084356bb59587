package torch

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/pickle"
)

// tarMembers are what a tar archive of PyTorch 0.1 consists of.
var tarMembers = []string{"sys_info", "pickle", "tensors", "storages"}

// looksTarred says whether head begins a tar archive of a checkpoint, or one
// whose first member has no name yet.
func looksTarred(head []byte) bool {
	const names, kind, magic = 100, 156, 257
	if len(head) < magic+5 || string(head[magic:magic+5]) != "ustar" {
		return false
	}
	name, _, _ := strings.Cut(string(head[:names]), "\x00")
	return slices.Contains(tarMembers, name) || head[kind] == tar.TypeXHeader || head[kind] == tar.TypeXGlobalHeader
}

// mostAxes of a tensor.
const mostAxes = 64

// A tarball is the form of a checkpoint that PyTorch 0.1 wrote.
type tarball struct {
	checkpoint *checkpoint
	members    map[string]*machine // what reads a member
	storages   map[value]*storage
	tensors    map[value]*tensor
}

// readTar reads the object in a tar archive.
func (c *checkpoint) readTar() (value, error) {
	t := &tarball{c, map[string]*machine{}, map[value]*storage{}, map[value]*tensor{}}
	if err := t.collect(); err != nil {
		return nil, err
	}
	for _, name := range tarMembers[1:] {
		if t.members[name] == nil {
			return nil, file.Unsupported(c.path, -1, "members", "a tar archive without %q is no checkpoint of PyTorch", name)
		}
	}
	if err := t.readStorages(t.members["storages"]); err != nil {
		return nil, err
	}
	if err := t.readTensors(t.members["tensors"]); err != nil {
		return nil, err
	}
	m := t.members["pickle"]
	m.Persistent = t.persistent
	return m.Load()
}

// collect finds the members in the file.
func (t *tarball) collect() error {
	c := t.checkpoint
	under := bytes.NewReader(c.data)
	for r := tar.NewReader(under); ; {
		header, err := r.Next()
		at := int64(len(c.data)) - int64(under.Len())
		if err == io.EOF {
			return nil
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) { // nothing is ever extracted to a path
			return file.Malformed(c.path, at, "header", "%w", err)
		}
		if !slices.Contains(tarMembers, header.Name) {
			continue
		}
		if err := t.add(header, at); err != nil {
			return err
		}
	}
}

// add notes the member that lies from byte at on.
func (t *tarball) add(header *tar.Header, at int64) error {
	c := t.checkpoint
	if t.members[header.Name] != nil {
		return file.Malformed(c.path, at, "header", "two members are called %q", header.Name)
	}
	for record := range header.PAXRecords {
		if strings.HasPrefix(record, "GNU.sparse") {
			return file.Unsupported(c.path, at, "header", "member %q is stored with holes", header.Name)
		}
	}
	if header.Typeflag != tar.TypeReg {
		return file.Unsupported(c.path, at, "header", "member %q is no plain file", header.Name)
	}
	if left := int64(len(c.data)) - at; header.Size < 0 || header.Size > left {
		return file.Malformed(c.path, at, "header", "member %q of %d bytes, %d left", header.Name, header.Size, left)
	}
	m := c.machine(c.path, c.data[at:at+header.Size])
	m.Offset = at
	t.members[header.Name] = m
	return nil
}

// count loads the number of things that follow.
func (t *tarball) count(m *machine) (int64, error) {
	v, err := m.Load()
	if err != nil {
		return 0, err
	}
	n, ok := v.(int64)
	if !ok {
		m.Fail("a count is no number")
	}
	return n, m.Err
}

// record loads a tuple or list of so many things.
func (t *tarball) record(m *machine, n int) ([]value, error) {
	v, err := m.Load()
	if err != nil {
		return nil, err
	}
	parts, _ := pickle.Items(v)
	if len(parts) < n || !pickle.Plain(parts[0]) {
		m.Fail("a record of fewer than %d things, or without a key", n)
		return nil, m.Err
	}
	return parts, nil
}

// readStorages reads the storages, (key, location, class) and the numbers of
// each, and then which are parts of others.
func (t *tarball) readStorages(m *machine) error {
	n, err := t.count(m)
	if err != nil {
		return err
	}
	for range n {
		parts, err := t.record(m, 3)
		if err != nil {
			return err
		}
		c, isClass := parts[2].(*class)
		if !isClass || c.storage.size == 0 {
			m.Unsupported("storage %s is of a class that is not known", keyText(parts[0], 0))
			return m.Err
		}
		s := &storage{storageType: c.storage, key: keyText(parts[0], 0), place: &place{}}
		if s.count = row(m, s); m.Err != nil {
			return m.Err
		}
		t.storages[parts[0]] = s
	}
	return t.readViews(m)
}

// readViews reads the storages that are parts of others: (key, key of the
// other, first number, count).
func (t *tarball) readViews(m *machine) error {
	v, err := m.Load()
	if err != nil {
		return err
	}
	all, ok := pickle.Items(v)
	if !ok {
		m.Fail("the views of storages are no list")
	}
	for _, view := range all {
		parts, _ := pickle.Items(view)
		if len(parts) != 4 || !pickle.Plain(parts[0]) || !pickle.Plain(parts[1]) || t.storages[parts[1]] == nil {
			m.Fail("a view of a storage that is not there")
			break
		}
		if s, ok := viewOf(m, t.storages[parts[1]], tuple{parts[0], parts[2], parts[3]}).(*storage); ok {
			t.storages[parts[0]] = s
		}
	}
	return m.Err
}

// readTensors reads the tensors, (key, key of the storage, class) and the shape,
// the strides and the first number of each.
func (t *tarball) readTensors(m *machine) error {
	n, err := t.count(m)
	if err != nil {
		return err
	}
	for range n {
		parts, err := t.record(m, 3)
		if err != nil {
			return err
		}
		axes := m.Number(8) & math.MaxUint32 // the upper half means nothing
		if axes > mostAxes {
			m.Fail("a tensor of %d axes", axes)
			return m.Err
		}
		built := &tensor{shape: row64(m, axes), strides: row64(m, axes), first: int64(m.Number(8))}
		if pickle.Plain(parts[1]) {
			built.storage = t.storages[parts[1]]
		}
		if built.storage == nil {
			m.Fail("tensor %s is of a storage that is not there", keyText(parts[0], 0))
		}
		if m.Err != nil {
			return m.Err
		}
		t.tensors[parts[0]] = built
	}
	return nil
}

// row64 reads n integers of 64 bits.
func row64(m *machine, n uint64) []int64 {
	row := make([]int64, n)
	for i := range row {
		row[i] = int64(m.Number(8))
	}
	return row
}

// persistent finds the tensor or storage whose key an identifier spells, or the
// class that it begins with.
func (t *tarball) persistent(m *machine, id value) value {
	if parts, ok := id.(tuple); ok && len(parts) > 0 {
		return parts[0]
	}
	text := ""
	if pickle.Plain(id) {
		text = keyText(id, 0)
	}
	key, err := strconv.ParseInt(text, 10, 64)
	if found := t.tensors[key]; err == nil && found != nil {
		return found
	}
	if found := t.storages[key]; err == nil && found != nil {
		return found
	}
	m.Fail("%.50q names no tensor and no storage", text)
	return nil
}
