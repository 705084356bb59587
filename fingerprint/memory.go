package fingerprint

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/isocortex/isocortex/file"
)

// A Memory knows the prints of files it has read before. It is safe for
// concurrent use. The nil Memory knows none.
type Memory struct {
	path string

	mutex   sync.Mutex
	known   map[string]seen // by absolute path
	learned bool            // something that is not saved yet
}

// seen is a file as it was when it was read.
type seen struct {
	Bytes    int64  `json:"bytes"`
	Modified int64  `json:"modified"` // ns since 1970
	SHA256   string `json:"sha256"`
}

// settled is how long a file must have been left alone for its print to be
// remembered: within that time it might change again and keep its time, which
// some file systems count in steps of two seconds.
const settled = 3 * time.Second

// Recall opens the memory that lies in a file. One that is not there, or cannot
// be understood, is empty: what it knew is read again.
func Recall(path string) (*Memory, error) {
	m := &Memory{path: path, known: map[string]seen{}}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err != nil {
		return nil, err
	}
	if json.Unmarshal(data, &m.known) != nil || m.known == nil {
		m.known = map[string]seen{}
	}
	return m, nil
}

// Save writes what was learned to the file that Recall was given.
func (m *Memory) Save() error {
	if m == nil {
		return nil
	}
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if !m.learned {
		return nil
	}
	data, err := json.Marshal(m.known)
	if err != nil {
		return err
	}
	m.learned = false
	return file.WriteBytes(m.path, data)
}

// file returns the print of one file, read where it is not remembered.
func (m *Memory) file(ctx context.Context, path string) (Print, error) {
	if m == nil {
		return read(ctx, path)
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return Print{}, err
	}
	before, err := os.Stat(path)
	if err != nil {
		return Print{}, err
	}
	if known, ok := m.recall(absolute); ok && known.Bytes == before.Size() && known.Modified == before.ModTime().UnixNano() {
		return Print{path, known.SHA256, known.Bytes}, nil
	}
	now := time.Now()
	p, err := read(ctx, path)
	if err == nil && p.Bytes == before.Size() && now.Sub(before.ModTime()) > settled {
		m.learn(absolute, seen{p.Bytes, before.ModTime().UnixNano(), p.SHA256})
	}
	return p, err
}

func (m *Memory) recall(path string) (seen, bool) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	s, ok := m.known[path]
	return s, ok
}

func (m *Memory) learn(path string, s seen) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.known[path] = s
	m.learned = true
}
