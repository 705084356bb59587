package npy

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strings"
	"unsafe"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/inflate"
)

// An Archive is an open .npz file: arrays by name. It may be read from several
// goroutines.
type Archive struct {
	path    string
	mapping *file.Mapping
	names   []string // in the order of the file
	entries map[string]*zip.File
}

// Open opens the archive at path, memory-mapped. Entries that are not .npy
// files are not arrays and are passed over.
//
//	errors   *file.ParseError for a broken archive, encrypted entries and two
//	         entries of one name
//	cost     that of reading the list of entries
func Open(path string) (*Archive, error) {
	mapping, err := file.Map(path)
	if err != nil {
		return nil, err
	}
	a := &Archive{path: path, mapping: mapping, entries: map[string]*zip.File{}}
	if err := a.list(); err != nil {
		return nil, errors.Join(err, mapping.Close())
	}
	return a, nil
}

// list reads the archive's directory.
func (a *Archive) list() error {
	size := int64(len(a.mapping.Bytes))
	archive, err := zip.NewReader(bytes.NewReader(a.mapping.Bytes), size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // nothing is ever extracted to a path
		return file.Malformed(a.path, size, "end of central directory", "%w", err)
	}
	for _, entry := range archive.File {
		name, isArray := strings.CutSuffix(entry.Name, ".npy")
		if !isArray {
			continue
		}
		if a.entries[name] != nil {
			return file.Malformed(a.path, -1, "central directory", "two arrays are called %q", name)
		}
		a.entries[name] = entry
		a.names = append(a.names, name)
	}
	return nil
}

// Path returns the path that the archive was opened from.
func (a *Archive) Path() string { return a.path }

// Names returns the names of the arrays in the order of the file.
func (a *Archive) Names() []string { return slices.Clone(a.names) }

// Has says whether there is an array of this name.
func (a *Archive) Has(name string) bool { return a.entries[name] != nil }

// Close gives the mapping back; arrays that Map returned end with it.
func (a *Archive) Close() error { return a.mapping.Close() }

// Read reads the array of this name into memory and verifies its checksum.
//
//	errors   an unknown name lists those there are; *file.ParseError, its offset
//	         counted from the start of the array's own .npy
//	cost     memory grows with what the array's header promises and the
//	         archive's size allows, whatever the archive claims
func (a *Archive) Read(name string) (*Array, error) {
	entry, err := a.entry(name)
	if err != nil {
		return nil, err
	}
	r, err := entry.Open()
	if err != nil {
		return nil, a.broken(name, err)
	}
	defer r.Close()
	array, err := Decode(r, a.path+"#"+name, int64(entry.UncompressedSize64))
	if err != nil {
		return nil, err
	}
	if n, err := io.CopyN(io.Discard, r, 1); err != io.EOF {
		return nil, a.broken(name, fmt.Errorf("%d bytes behind its end: %w", n, errors.Join(err, zip.ErrFormat)))
	}
	return array, nil
}

// Map returns the array of this name without reading it where it can: float32
// and float64 values stored as they lie in memory. Such an array views the
// file, must not be written to, ends with the archive, and its checksum is not
// verified. The second result is false when the array had to be read.
func (a *Archive) Map(name string) (*Array, bool, error) {
	entry, err := a.entry(name)
	if err != nil {
		return nil, false, err
	}
	if entry.Method == zip.Store && littleEndian {
		raw, err := a.stored(name, entry)
		if err != nil {
			return nil, false, err
		}
		h, err := readHeader(bytes.NewReader(raw), a.path+"#"+name, int64(len(raw)))
		if err != nil {
			return nil, false, err
		}
		if data := h.view(raw[h.length:]); data != nil {
			return &Array{Shape: h.shape, Data: data}, true, nil
		}
	}
	array, err := a.Read(name)
	return array, false, err
}

// Release lets go of the memory that holds what was read of arrays that Map
// returned, which is read again when it is touched.
func (a *Archive) Release() { a.mapping.Release() }

// Verify reads all of the array's stored bytes and compares their checksum with
// the archive's; for an array that was mapped.
func (a *Archive) Verify(name string) error {
	entry, err := a.entry(name)
	if err != nil {
		return err
	}
	raw, err := a.stored(name, entry)
	if err != nil {
		return err
	}
	if entry.Method == zip.Store && a.checksum(raw) != entry.CRC32 {
		return a.broken(name, zip.ErrChecksum)
	}
	return nil
}

// checksum reads the bytes of an entry, few of which are in memory at a time.
func (a *Archive) checksum(raw []byte) uint32 {
	const atOnce = 64 << 20
	sum := uint32(0)
	for part := range slices.Chunk(raw, atOnce) {
		sum = crc32.Update(sum, crc32.IEEETable, part)
		if len(raw) > atOnce {
			a.Release()
		}
	}
	return sum
}

// view returns raw as the values it holds, nil if they lie otherwise in memory.
func (h *header) view(raw []byte) any {
	if len(raw) == 0 || h.big || h.kind != 'f' || h.size == 2 || h.fortran && len(h.shape) > 1 ||
		uintptr(unsafe.Pointer(&raw[0]))%uintptr(h.size) != 0 {
		return nil
	}
	if h.size == 4 {
		return unsafe.Slice((*float32)(unsafe.Pointer(&raw[0])), h.count)
	}
	return unsafe.Slice((*float64)(unsafe.Pointer(&raw[0])), h.count)
}

// entry returns the entry of this name after checking what it claims.
func (a *Archive) entry(name string) (*zip.File, error) {
	entry := a.entries[name]
	if entry == nil {
		return nil, fmt.Errorf("%s: no array is called %q; it has %s", a.path, name, strings.Join(a.names, ", "))
	}
	stored, size := entry.CompressedSize64, entry.UncompressedSize64
	switch {
	case entry.Flags&1 != 0:
		return nil, file.Unsupported(a.path+"#"+name, -1, "general purpose bit flag", "the entry is encrypted")
	case entry.Method != zip.Store && entry.Method != zip.Deflate:
		return nil, file.Unsupported(a.path+"#"+name, -1, "compression method", "%d; this program reads stored and deflated entries", entry.Method)
	case stored > uint64(len(a.mapping.Bytes)), entry.Method == zip.Store && stored != size, size/inflate.Most > stored:
		return nil, file.Malformed(a.path+"#"+name, -1, "sizes", "%d bytes cannot hold %d", stored, size)
	}
	return entry, nil
}

// stored returns the bytes of an entry as they lie in the file.
func (a *Archive) stored(name string, entry *zip.File) ([]byte, error) {
	offset, err := entry.DataOffset()
	if err != nil {
		return nil, a.broken(name, err)
	}
	if offset < 0 || uint64(offset)+entry.CompressedSize64 > uint64(len(a.mapping.Bytes)) {
		return nil, a.broken(name, io.ErrUnexpectedEOF)
	}
	end := offset + int64(entry.CompressedSize64)
	return a.mapping.Bytes[offset:end:end], nil
}

func (a *Archive) broken(name string, err error) error {
	return file.Malformed(a.path+"#"+name, -1, "entry", "%w", err)
}
