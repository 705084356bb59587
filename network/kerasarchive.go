package network

import (
	"archive/zip"
	"bytes"
	"encoding/binary"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/hdf5"
)

// kerasMember is the member of a .keras archive that holds the weights: an HDF5
// file, as it is.
const kerasMember = "model.weights.h5"

// isKerasArchive reports whether a file that begins like this is what Keras saves a
// whole model as since 2023: a zip archive whose first member tells of the model.
func isKerasArchive(head []byte) bool {
	const names = 30 // bytes of a header before the name of the member
	if len(head) < names || !bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return false
	}
	name := head[names:min(names+int(binary.LittleEndian.Uint16(head[26:])), len(head))]
	return string(name) == "metadata.json"
}

// readKerasArchive reads the weights in a .keras archive.
func readKerasArchive(path string) (*Weights, error) {
	offset, length, err := findKerasMember(path)
	if err != nil {
		return nil, err
	}
	f, err := hdf5.OpenPart(path, offset, length)
	if err != nil {
		return nil, err
	}
	return kerasWeights(path, f)
}

// findKerasMember returns where the weights lie in an archive.
func findKerasMember(path string) (offset, length int64, err error) {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return 0, 0, file.Malformed(path, -1, "archive", "%w", err)
	}
	defer archive.Close()
	for _, member := range archive.File {
		if member.Name != kerasMember {
			continue
		}
		if member.Method != zip.Store {
			return 0, 0, file.Unsupported(path, -1, kerasMember, "it is compressed: unpack the archive and name this file of it")
		}
		offset, err := member.DataOffset()
		if err != nil {
			return 0, 0, file.Malformed(path, -1, kerasMember, "%w", err)
		}
		return offset, int64(member.UncompressedSize64), nil
	}
	return 0, 0, file.Unsupported(path, -1, "archive", "it has no member %s: Keras saved the model in another form", kerasMember)
}
