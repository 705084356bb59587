package result

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/isocortex/isocortex/file"
)

// brainList names the brains of a result, one per line.
const brainList = "rsa/brains.txt"

// WriteBrains saves the names of the brains that models were compared with, in
// the order in which they are shown. The scores of each lie in rsa/NAME, its RDMs
// in rdm/NAME.npz.
func (f *Folder) WriteBrains(names []string) error {
	return f.WriteBytes(brainList, []byte(strings.Join(names, "\n")+"\n"))
}

// Brains returns the names that WriteBrains saved; where nobody did there is one,
// called "brain".
//
//	errors   *file.ParseError naming the line: a name that is no name of a folder
func (f *Folder) Brains() ([]string, error) {
	data, err := os.ReadFile(f.Path(brainList))
	if errors.Is(err, fs.ErrNotExist) {
		return []string{"brain"}, nil
	}
	if err != nil {
		return nil, err
	}
	names := strings.Split(strings.TrimSuffix(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n"), "\n")
	for i, name := range names {
		if !filepath.IsLocal(name) || strings.ContainsAny(name, `/\`) || name == "." {
			return nil, file.Malformed(f.Path(brainList), -1, fmt.Sprintf("line %d", i+1), "%q names no folder of scores", name)
		}
	}
	return names, nil
}
