package variable

import (
	"strings"

	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/format/object"
)

func listArrays(path string) ([]Info, error) {
	if object.Is(path) {
		return listObjects(path)
	}
	found, err := npy.Inspect(path)
	if err != nil {
		return nil, err
	}
	infos := make([]Info, len(found))
	for i, info := range found {
		infos[i] = Info(info)
	}
	return infos, nil
}

func readArray(path, name string) (*npy.Array, error) {
	if !strings.HasSuffix(strings.ToLower(path), ".npz") {
		if object.Is(path) {
			return readObject(path, name)
		}
		if name != "" {
			return nil, none(path, name, []Info{{}})
		}
		return npy.Read(path)
	}
	archive, err := npy.Open(path)
	if err != nil {
		return nil, err
	}
	defer archive.Close()
	if !archive.Has(name) {
		infos, err := listArrays(path)
		if err != nil {
			return nil, err
		}
		return nil, none(path, name, infos)
	}
	return archive.Read(name)
}

// listObjects lists what is in an array of objects.
func listObjects(path string) ([]Info, error) {
	f, err := object.Open(path)
	if err != nil {
		return nil, err
	}
	infos := make([]Info, len(f.Variables))
	for i, v := range f.Variables {
		infos[i] = Info{v.Name, v.Type, v.Shape}
	}
	return infos, nil
}

// readObject reads one variable of an array of objects.
func readObject(path, name string) (*npy.Array, error) {
	f, err := object.Open(path)
	if err != nil {
		return nil, err
	}
	var infos []Info
	for _, v := range f.Variables {
		if v.Name == name {
			return f.Read(name)
		}
		infos = append(infos, Info{v.Name, v.Type, v.Shape})
	}
	return nil, none(path, name, infos)
}
