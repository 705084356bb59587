package result

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/work"
)

// An Input is a file or folder that results were made from.
type Input struct {
	Path   string `json:"path"`   // relative to the study, or the bare name of what lies elsewhere
	SHA256 string `json:"sha256"` // of the bytes; of a folder, see Hash
	Bytes  int64  `json:"bytes"`
}

// Hash returns what identifies files and folders, ordered by path, each once.
// Paths below the folder root are recorded relative to it, others by name alone.
//
// A folder is identified by the list of its files, links followed, those whose
// name begins with a dot left out. It has a line for each, in the order of the
// bytes of their paths below the folder: the SHA-256, two spaces, the path.
// This is what sha256sum prints, so that
//
//	find * -type f | LC_ALL=C sort | xargs sha256sum | sha256sum
//
// within the folder gives the same.
//
//	errors   those of the file system; ErrUnsupported for a link to a folder
//	         within a folder
//	cost     reads every byte once, one file per thread at a time, in blocks
//	source   FIPS 180-4
func Hash(ctx context.Context, root string, paths []string, b work.Budget) ([]Input, error) {
	paths = slices.Compact(slices.Sorted(slices.Values(paths)))
	var all []string // every file to be read
	var counts []int // of files, for every path
	for _, path := range paths {
		files, err := within(path)
		if err != nil {
			return nil, err
		}
		all, counts = append(all, files...), append(counts, len(files))
	}
	read := make([]Input, len(all))
	err := b.Each(ctx, "fingerprints of inputs", len(all), func(i int) (err error) {
		read[i], err = hashFile(ctx, all[i])
		return err
	})
	if err != nil {
		return nil, err
	}
	inputs := make([]Input, len(paths))
	for i, path := range paths {
		inputs[i] = combine(path, read[:counts[i]])
		inputs[i].Path = recorded(root, path)
		read = read[counts[i]:]
	}
	slices.SortStableFunc(inputs, func(a, b Input) int { return cmp.Compare(a.Path, b.Path) })
	return inputs, nil
}

// within returns the files of a folder, or the file itself.
func within(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	files := []string{}
	// The final separator enters a folder that is itself a link.
	err = filepath.WalkDir(path+string(filepath.Separator), func(below string, entry fs.DirEntry, err error) error {
		hidden := err == nil && strings.HasPrefix(entry.Name(), ".") && filepath.Clean(below) != filepath.Clean(path)
		switch {
		case err != nil:
			return err
		case hidden && entry.IsDir():
			return fs.SkipDir
		case hidden || entry.IsDir():
			return nil
		}
		info, err := os.Stat(below)
		if err == nil && !info.Mode().IsRegular() {
			err = file.Unsupported(below, -1, "kind of file", "a folder of inputs may hold files and folders, and links to files")
		}
		files = append(files, below)
		return err
	})
	return files, err
}

// hashFile reads one file. Its Path is the path on disk.
func hashFile(ctx context.Context, path string) (Input, error) {
	f, err := os.Open(path)
	if err != nil {
		return Input{}, err
	}
	defer f.Close()
	hash := sha256.New()
	n, err := io.CopyBuffer(hash, untilDone{ctx, f}, make([]byte, 1<<20))
	if err != nil {
		return Input{}, fmt.Errorf("%s: %w", path, err)
	}
	return Input{Path: path, SHA256: hex.EncodeToString(hash.Sum(nil)), Bytes: n}, nil
}

// untilDone is a reader that ends with its context.
type untilDone struct {
	ctx context.Context
	io.Reader
}

func (r untilDone) Read(p []byte) (int, error) {
	if r.ctx.Err() != nil {
		return 0, context.Cause(r.ctx)
	}
	return r.Reader.Read(p)
}

// combine makes one input of a file, or of the files of a folder.
func combine(path string, files []Input) Input {
	if len(files) == 1 && files[0].Path == path {
		return files[0]
	}
	var folder Input
	var lines []string
	names := map[string]string{}
	for _, f := range files {
		relative, _ := filepath.Rel(path, f.Path)
		name := filepath.ToSlash(relative)
		lines = append(lines, name)
		names[name] = f.SHA256 + "  " + name + "\n"
		folder.Bytes += f.Bytes
	}
	slices.Sort(lines)
	hash := sha256.New()
	for _, name := range lines {
		io.WriteString(hash, names[name])
	}
	folder.SHA256 = hex.EncodeToString(hash.Sum(nil))
	return folder
}

// recorded returns the path of an input as others may see it.
func recorded(root, path string) string {
	absoluteRoot, err1 := filepath.Abs(root)
	absolute, err2 := filepath.Abs(path)
	if err1 == nil && err2 == nil {
		if relative, err := filepath.Rel(absoluteRoot, absolute); err == nil && filepath.IsLocal(relative) && relative != "." {
			return filepath.ToSlash(relative)
		}
	}
	return filepath.Base(absolute)
}
