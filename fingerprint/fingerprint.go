// Package fingerprint says what files hold, by SHA-256, and remembers it.
//
// Results are kept under the fingerprints of what they were made from. Reading
// gigabytes to learn that nothing changed would cost more than the results, so a
// [Memory] knows the fingerprints of files that have kept their size and time.
package fingerprint

import (
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
	"sync"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/work"
)

// A Print is what identifies the content of a file or folder.
type Print struct {
	Path   string // as it was asked for
	SHA256 string // of the bytes, in hexadecimal; of a folder, see Memory.Of
	Bytes  int64
}

// Of returns the prints of files, folders and patterns, in the order in which
// they are asked for. A nil Memory reads everything.
//
// A folder is identified by the list of its files, links followed, those whose
// name begins with a dot left out. It has a line for each, in the order of the
// bytes of their paths below the folder: the SHA-256, two spaces, the path.
// This is what sha256sum prints, so that
//
//	find * -type f | LC_ALL=C sort | xargs sha256sum | sha256sum
//
// within the folder gives the same. A pattern is identified in the same way by
// the files that match it, with their names.
//
//	errors   those of the file system; ErrUnsupported for a link to a folder
//	         within a folder
//	cost     reads every byte once that is not remembered, one file per thread
//	         at a time, in blocks
//	source   FIPS 180-4
func (m *Memory) Of(ctx context.Context, paths []string, b work.Budget) ([]Print, error) {
	var all []string // every file to be read
	var counts []int // of files, for every path
	for _, path := range paths {
		files, err := within(path)
		if err != nil {
			return nil, err
		}
		all, counts = append(all, files...), append(counts, len(files))
	}
	read := make([]Print, len(all))
	err := b.Each(ctx, "fingerprints of inputs", len(all), func(i int) (err error) {
		read[i], err = m.file(ctx, all[i])
		return err
	})
	if err != nil {
		return nil, err
	}
	prints := make([]Print, len(paths))
	for i, path := range paths {
		prints[i] = combine(path, read[:counts[i]])
		read = read[counts[i]:]
	}
	return prints, nil
}

// within returns the files of a folder, those that match a pattern, or the file
// itself.
func within(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		if matches, _ := filepath.Glob(path); len(matches) > 0 {
			return matches, nil
		}
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

// buffers are large for large files, and used again for the many small ones.
var buffers = sync.Pool{New: func() any { buffer := make([]byte, 1<<20); return &buffer }}

// read reads one file.
func read(ctx context.Context, path string) (Print, error) {
	f, err := os.Open(path)
	if err != nil {
		return Print{}, err
	}
	defer f.Close()
	hash := sha256.New()
	buffer := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	n, err := io.CopyBuffer(hash, untilDone{ctx, f}, *buffer)
	if err != nil {
		return Print{}, fmt.Errorf("%s: %w", path, err)
	}
	return Print{Path: path, SHA256: hex.EncodeToString(hash.Sum(nil)), Bytes: n}, nil
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

// combine makes one print of a file, or of the files of a folder.
func combine(path string, files []Print) Print {
	if len(files) == 1 && files[0].Path == path {
		return files[0]
	}
	folder := Print{Path: path}
	var lines []string
	names := map[string]string{}
	root := path
	if strings.ContainsAny(path, "*?[") {
		root = filepath.Dir(path)
	}
	for _, f := range files {
		relative, _ := filepath.Rel(root, f.Path)
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
