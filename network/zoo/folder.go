package zoo

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/isocortex/isocortex/nearest"
	"github.com/isocortex/isocortex/network"
)

// FolderVariable is the environment variable that names where weights are kept.
const FolderVariable = "ISOCORTEX_NETWORKS"

// Folder returns where the weights of the networks are kept: what the environment
// says, else isocortex/networks in the cache of the user.
//
//	errors   neither is known
func Folder() (string, error) {
	if folder := os.Getenv(FolderVariable); folder != "" {
		return folder, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("there is no place for the weights of networks: %w; set %s to a folder", err, FolderVariable)
	}
	return filepath.Join(cache, "isocortex", "networks"), nil
}

// Place returns where a checkpoint is kept, and whether it is there.
func Place(folder string, c network.Checkpoint) (path string, there bool) {
	path = filepath.Join(folder, c.File)
	info, err := os.Stat(path)
	return path, err == nil && info.Mode().IsRegular()
}

// Find returns the file that a user's word for a network means: the file of that
// name, or the weights that are kept of the network of the zoo of that name. Of
// several that are kept the first that the architecture lists is taken. A word that
// asks for random weights is returned as it is: there is no file.
//
//	errors   a name of the zoo whose weights are not there, with how to get them;
//	         a word that is no file and comes close to a name
func Find(word string) (string, error) {
	if IsUntrained(word) {
		_, _, err := untrained(word)
		return word, err
	}
	a, named := named(word)
	if !named {
		return word, misspelled(word)
	}
	folder, err := Folder()
	if err != nil {
		return "", err
	}
	for _, c := range a.Checkpoints {
		if path, there := Place(folder, c); there {
			return path, nil
		}
	}
	if len(a.Checkpoints) == 0 {
		return "", fmt.Errorf("%s: nobody gives weights of this network away that are known here: name a file of weights", a.Name)
	}
	return "", fmt.Errorf("%s: its weights are not in %s: 'isocortex networks pull %s' brings them, or name a file", a.Name, folder, a.Name)
}

// misspelled complains about a word that is no file, and almost a name.
func misspelled(word string) error {
	if _, err := os.Stat(word); !errors.Is(err, fs.ErrNotExist) || filepath.Base(word) != word {
		return nil
	}
	var names []string
	for _, a := range Architectures {
		names = append(names, a.Name)
	}
	if hint := nearest.Hint(word, names); hint != "" {
		return fmt.Errorf("%s is no file, and no network that 'isocortex networks' lists%s", word, hint)
	}
	return nil
}

// IsName reports whether a word is the name of a network of the zoo, and not that
// of a file; random weights may be asked for.
func IsName(word string) bool {
	_, is := named(word)
	return is || IsUntrained(word)
}

// named returns the network of the zoo that a word names, unless it is a file.
func named(word string) (network.Architecture, bool) {
	if _, err := os.Stat(word); err == nil {
		return network.Architecture{}, false
	}
	for _, a := range Architectures {
		if strings.EqualFold(a.Name, word) {
			return a, true
		}
	}
	return network.Architecture{}, false
}
