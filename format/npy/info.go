package npy

import (
	"errors"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/file"
)

// An Info is what the header of an array says.
type Info struct {
	Name  string // in its archive; "" in a .npy file
	Type  string // of the stored values: "float32", "int16", "uint8", "bool", "text", ...; "not supported" if Read cannot
	Shape []int  // nil if not supported
}

// Inspect reads the headers of the arrays in a .npy or .npz file, in the order
// of the file, and none of their values.
//
//	errors   *file.ParseError that locates a defect
func Inspect(path string) ([]Info, error) {
	if !strings.EqualFold(extension(path), ".npz") {
		return inspectFile(path)
	}
	archive, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer archive.Close()
	infos := make([]Info, len(archive.names))
	for i, name := range archive.names {
		infos[i], err = archive.inspect(name)
		if errors.Is(err, file.ErrUnsupported) {
			infos[i] = Info{Name: name, Type: "not supported"}
		} else if err != nil {
			return nil, err
		}
	}
	return infos, nil
}

func inspectFile(path string) ([]Info, error) {
	f, size, err := open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	h, err := readHeader(f, path, size)
	return []Info{h.info("")}, err
}

// inspect reads the header of one array.
func (a *Archive) inspect(name string) (Info, error) {
	entry, err := a.entry(name)
	if err != nil {
		return Info{}, err
	}
	r, err := entry.Open()
	if err != nil {
		return Info{}, a.broken(name, err)
	}
	defer r.Close()
	h, err := readHeader(r, a.path+"#"+name, int64(entry.UncompressedSize64))
	return h.info(name), err
}

// info says what the header says.
func (h *header) info(name string) Info {
	kind := map[byte]string{'f': "float", 'i': "int", 'u': "uint"}[h.kind] + strconv.Itoa(8*h.size)
	switch h.kind {
	case 'b':
		kind = "bool"
	case 'U', 'S':
		kind = "text"
	}
	return Info{Name: name, Type: kind, Shape: h.shape}
}
