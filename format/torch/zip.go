package torch

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/inflate"
)

const (
	zipMagic = "PK\x03\x04"
	// mostDeflatedIndex is how long the pickle of a file may become beyond the length
	// of the file, when it is deflated.
	mostDeflatedIndex = 1 << 20
)

// looksZipped says whether head begins a zip archive whose first member is one
// of a checkpoint.
func looksZipped(head []byte) bool {
	const names = 30
	if len(head) < names || !bytes.HasPrefix(head, []byte(zipMagic)) {
		return false
	}
	end := names + int(binary.LittleEndian.Uint16(head[26:]))
	_, name, inFolder := strings.Cut(string(head[names:min(end, len(head))]), "/")
	first, _, _ := strings.Cut(name, "/")
	return inFolder && slices.Contains([]string{
		"", "data.pkl", "data", "version", "byteorder", "constants.pkl", "code", ".data", ".format_version", ".storage_alignment",
	}, first)
}

// An archive is the zip form of a checkpoint.
type archive struct {
	checkpoint *checkpoint
	members    map[string]*zip.File // by name below the folder of data.pkl
	big        bool                 // byte order of the numbers
	storages   map[storageName]*storage
}

// A storageName tells storages apart.
type storageName struct {
	storageType
	key   string
	count int64
}

// readZip reads the object in a zip archive.
func (c *checkpoint) readZip() (value, error) {
	size := int64(len(c.data))
	directory, err := zip.NewReader(bytes.NewReader(c.data), size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // nothing is ever extracted to a path
		return nil, file.Malformed(c.path, size, "end of central directory", "%w", err)
	}
	a := &archive{checkpoint: c, members: map[string]*zip.File{}, storages: map[storageName]*storage{}}
	if err := a.collect(directory.File); err != nil {
		return nil, err
	}
	if a.big, err = a.bigEndian(); err != nil {
		return nil, err
	}
	index, err := a.content("data.pkl", size+mostDeflatedIndex)
	if err != nil {
		return nil, err
	}
	m := c.machine(c.path+"#data.pkl", index)
	m.Persistent = a.persistent
	return m.Load()
}

// collect notes the members of the folder that data.pkl is in.
func (a *archive) collect(members []*zip.File) error {
	c := a.checkpoint
	at := slices.IndexFunc(members, func(m *zip.File) bool { return path.Base(m.Name) == "data.pkl" })
	if at < 0 {
		return file.Unsupported(c.path, -1, "central directory", "a zip archive without data.pkl is no checkpoint of torch.save")
	}
	folder := strings.TrimSuffix(members[at].Name, "data.pkl")
	for _, m := range members {
		name, inside := strings.CutPrefix(m.Name, folder)
		if !inside {
			continue
		}
		if a.members[name] != nil {
			return file.Malformed(c.path, -1, "central directory", "two members are called %q", m.Name)
		}
		if name == "constants.pkl" || strings.HasPrefix(name, "code/") {
			return file.Unsupported(c.path, -1, "central directory",
				"this is a TorchScript archive, a program; save its weights in Python: torch.save(torch.jit.load(PATH).state_dict(), NEW)")
		}
		a.members[name] = m
	}
	return nil
}

// bigEndian reads the byte order, which PyTorch notes since 2.1.
func (a *archive) bigEndian() (bool, error) {
	if a.members["byteorder"] == nil {
		return false, nil
	}
	text, err := a.content("byteorder", 16)
	if err != nil {
		return false, err
	}
	switch strings.TrimSpace(string(text)) {
	case "little":
		return false, nil
	case "big":
		return true, nil
	}
	return false, a.malformed("byteorder", "%.20q is neither little nor big", text)
}

func (a *archive) malformed(name, format string, args ...any) error {
	return file.Malformed(a.checkpoint.path+"#"+name, -1, "member", format, args...)
}

// content returns the bytes of a member, inflated where it is deflated, which
// must not be more than most.
func (a *archive) content(name string, most int64) ([]byte, error) {
	p, err := a.place(name)
	if err != nil {
		return nil, err
	}
	if p.size > most {
		return nil, file.Unsupported(a.checkpoint.path+"#"+name, -1, "member", "%d bytes, of at most %d", p.size, most)
	}
	return p.bytes(a.checkpoint.path)
}

// place finds the bytes of a member and checks what the directory says of them.
func (a *archive) place(name string) (*place, error) {
	m := a.members[name]
	if m == nil {
		return nil, a.malformed(name, "there is none of this name")
	}
	stored, size, all := m.CompressedSize64, m.UncompressedSize64, uint64(len(a.checkpoint.data))
	switch {
	case m.Flags&1 != 0:
		return nil, file.Unsupported(a.checkpoint.path+"#"+name, -1, "general purpose bit flag", "the member is encrypted")
	case m.Method != zip.Store && m.Method != zip.Deflate:
		return nil, file.Unsupported(a.checkpoint.path+"#"+name, -1, "compression method", "%d; this program reads stored and deflated members", m.Method)
	case stored > all, m.Method == zip.Store && stored != size, size/inflate.Most > stored:
		return nil, a.malformed(name, "%d bytes cannot hold %d", stored, size)
	}
	at, err := m.DataOffset()
	if err != nil {
		return nil, a.malformed(name, "%w", err)
	}
	if at < 0 || uint64(at) > all || stored > all-uint64(at) {
		return nil, a.malformed(name, "%w", io.ErrUnexpectedEOF)
	}
	if m.Method == zip.Deflate {
		return &place{member: m, size: int64(size)}, nil
	}
	return &place{raw: a.checkpoint.data[at : at+int64(size) : at+int64(size)], at: at, size: int64(size)}, nil
}

// bytes returns the bytes at p, read from its archive where they are deflated.
func (p *place) bytes(name string) ([]byte, error) {
	if p.member == nil {
		return p.raw, nil
	}
	fail := func(err error) ([]byte, error) {
		return nil, file.Malformed(name+"#"+p.member.Name, -1, "member", "%w", err)
	}
	r, err := p.member.Open()
	if err != nil {
		return fail(err)
	}
	defer r.Close()
	raw := make([]byte, p.size)
	if _, err := io.ReadFull(r, raw); err != nil {
		return fail(err)
	}
	if n, err := r.Read(make([]byte, 1)); n > 0 || err != io.EOF { // the end is where the checksum is compared
		return fail(errors.Join(err, zip.ErrFormat))
	}
	return raw, nil
}

// persistent finds the storage that an identifier names.
func (a *archive) persistent(m *machine, id value) value {
	r, ok := readReference(m, id)
	if !ok {
		return nil
	}
	name := storageName{r.storageType, r.key, r.count}
	if s := a.storages[name]; s != nil {
		return s
	}
	s := &storage{storageType: r.storageType, key: r.key, count: r.count, place: &place{}}
	if r.count != 0 || a.members["data/"+r.key] != nil {
		p, err := a.place("data/" + r.key)
		if err != nil {
			if m.Err == nil {
				m.Err = err
			}
			return nil
		}
		p.big = a.big
		s.place = p
	}
	a.storages[name] = s
	return s
}
