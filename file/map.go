package file

import (
	"fmt"
	"io"
	"os"
)

// A Mapping is the content of a file, read as it is touched. It must not be
// written to, and its bytes must not be used after Close.
type Mapping struct {
	Bytes []byte
	close func() error // nil when Bytes are in memory
}

// Map opens the file at path for reading at any place without loading it.
//
// Where the file system cannot map, the file is read whole. A file that another
// program shortens while it is mapped ends this program; files written by this
// package are replaced, never changed.
func Map(path string) (*Mapping, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return MapOpen(f)
}

// MapOpen is [Map] of a file that is open for reading. The mapping stays when the
// file is closed.
func MapOpen(f *os.File) (*Mapping, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	switch size := info.Size(); {
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s: not a regular file", f.Name())
	case size == 0:
		return &Mapping{}, nil
	case int64(int(size)) != size:
		return nil, Unsupported(f.Name(), -1, "size", "%d bytes are more than this system can address", size)
	default:
		data, unmap, err := mapFile(f, int(size))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name(), err)
		}
		return &Mapping{Bytes: data, close: unmap}, nil
	}
}

// Release lets go of the memory that holds what was read so far, which is read
// again when it is touched.
func (m *Mapping) Release() {
	if m.close != nil {
		release(m.Bytes)
	}
}

// Close gives the mapping back. To close it again does nothing.
func (m *Mapping) Close() error {
	unmap := m.close
	m.Bytes, m.close = nil, nil
	if unmap == nil {
		return nil
	}
	return unmap()
}

// readFile is the way around where mapping fails: there is nothing to close.
func readFile(f *os.File, size int) ([]byte, func() error, error) {
	data := make([]byte, size)
	_, err := io.ReadFull(io.NewSectionReader(f, 0, int64(size)), data)
	return data, nil, err
}
