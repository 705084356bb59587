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
	close func() error
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
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	switch size := info.Size(); {
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s: not a regular file", path)
	case size == 0:
		return &Mapping{close: func() error { return nil }}, nil
	case int64(int(size)) != size:
		return nil, Unsupported(path, -1, "size", "%d bytes are more than this system can address", size)
	default:
		data, unmap, err := mapFile(f, int(size))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		return &Mapping{Bytes: data, close: unmap}, nil
	}
}

// Close gives the mapping back.
func (m *Mapping) Close() error {
	m.Bytes = nil
	return m.close()
}

// readFile is the way around where mapping fails.
func readFile(f *os.File, size int) ([]byte, func() error, error) {
	data := make([]byte, size)
	_, err := io.ReadFull(f, data)
	return data, func() error { return nil }, err
}
