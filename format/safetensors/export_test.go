package safetensors

import "github.com/isocortex/isocortex/file"

// Decode is Open for bytes at hand.
func Decode(data []byte) (*File, error) {
	f := &File{Path: "x.safetensors", mapping: &file.Mapping{Bytes: data}}
	return f, f.readHeader()
}
