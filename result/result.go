// Package result keeps what an analysis found, in a folder of plain files that
// outlive this program: tables as TSV, arrays as NPY, and a note of what they
// were made from.
//
//	folder, err := result.Create("faces")
//	err = folder.WriteTable("rsa/peaks.tsv", table)
//	err = folder.WriteProvenance(result.Provenance{Seed: 1, Inputs: inputs})
//
// Every file is written whole or not at all. The same content gives the same
// bytes: no file holds a time, a folder of a person, or the name of a machine.
package result

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/npy"
)

// A Folder is where the results of one analysis lie.
type Folder struct{ path string }

// Create makes a folder for results, or takes one that is there, and checks
// that files can be written into it: before hours of work, not after.
func Create(path string) (*Folder, error) {
	if err := os.MkdirAll(path, 0o777); err != nil {
		return nil, err
	}
	probe, err := os.CreateTemp(path, ".probe.*.part")
	if err != nil {
		return nil, fmt.Errorf("results cannot be written: %w", err)
	}
	probe.Close()
	return &Folder{path}, os.Remove(probe.Name())
}

// Open takes a folder of results that is there.
func Open(path string) (*Folder, error) {
	switch info, err := os.Stat(path); {
	case err != nil:
		return nil, err
	case !info.IsDir():
		return nil, fmt.Errorf("%s: not a folder of results", path)
	}
	return &Folder{path}, nil
}

// Path returns where a file of the folder lies, named with / between folders.
// It panics if the name leads out of the folder.
func (f *Folder) Path(name string) string {
	local, err := filepath.Localize(name)
	if err != nil {
		panic(fmt.Sprintf("result: %q names no file inside the folder of results", name))
	}
	return filepath.Join(f.path, local)
}

// Has reports whether the folder holds a file or folder of this name.
func (f *Folder) Has(name string) bool {
	_, err := os.Stat(f.Path(name))
	return err == nil
}

// WriteBytes writes a file.
func (f *Folder) WriteBytes(name string, data []byte) error {
	return file.WriteBytes(f.Path(name), data)
}

// WriteArray writes an array as .npy.
func (f *Folder) WriteArray(name string, a *npy.Array) error {
	return npy.Write(f.Path(name), a)
}

// WriteJSON writes a value as indented JSON.
func (f *Folder) WriteJSON(name string, v any) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return f.WriteBytes(name, append(data, '\n'))
}

// ReadJSON reads what WriteJSON wrote into v.
func (f *Folder) ReadJSON(name string, v any) error {
	path := f.Path(name)
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, v); err != nil {
		return file.Malformed(path, -1, "JSON", "%w", err)
	}
	return nil
}
