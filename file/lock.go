package file

import (
	"errors"
	"os"
	"path/filepath"
)

// ErrLocked says that another program, or another part of this one, holds a lock.
var ErrLocked = errors.New("locked by someone else")

// A Lock is held by one program at a time, and given back when the program ends,
// however it ends.
type Lock struct{ file *os.File }

// Acquire takes the lock of a file, which is made if need be, as are folders
// above it. It does not wait.
//
//	errors   ErrLocked where someone else holds it, or the system has no such locks
func Acquire(path string) (*Lock, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o666)
	if err != nil {
		return nil, err
	}
	if err := lock(f); err != nil {
		return nil, errors.Join(ErrLocked, err, f.Close())
	}
	// Whoever held it may have removed the file in the meantime.
	opened, err := f.Stat()
	if there, gone := os.Stat(path); err != nil || gone != nil || !os.SameFile(opened, there) {
		return nil, errors.Join(ErrLocked, f.Close())
	}
	return &Lock{f}, nil
}

// Release gives the lock back. The file stays.
func (l *Lock) Release() error { return l.file.Close() }
