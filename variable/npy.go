package variable

import (
	"strings"

	"github.com/isocortex/isocortex/format/npy"
)

func listArrays(path string) ([]Info, error) {
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
