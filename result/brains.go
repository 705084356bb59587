package result

import (
	"errors"
	"io/fs"
	"os"
	"strings"
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
func (f *Folder) Brains() ([]string, error) {
	data, err := os.ReadFile(f.Path(brainList))
	if errors.Is(err, fs.ErrNotExist) {
		return []string{"brain"}, nil
	}
	if err != nil {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n"), nil
}
