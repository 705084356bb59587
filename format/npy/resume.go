package npy

import (
	"fmt"
	"os"
	"path/filepath"
)

// ResumeRows is CreateRows whose temporary file has a path of the caller's choice,
// on the file system of path. What an earlier call left there is kept, if it was
// for an array of the same name, type and shape: see [Rows.Keep].
func ResumeRows(path, temporary, name string, t Type, shape []int) (*Rows, error) {
	if err := os.MkdirAll(filepath.Dir(temporary), 0o777); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(temporary, os.O_CREATE|os.O_RDWR, 0o666)
	if err != nil {
		return nil, err
	}
	r, err := rowsIn(f, path, name, t, shape)
	if err != nil {
		return nil, err
	}
	end := r.start + int64(len(r.written))*int64(r.length)*int64(r.size)
	info, err := f.Stat()
	if err == nil {
		r.resumed = info.Size() >= end
		err = f.Truncate(end)
	}
	if err != nil {
		r.Abandon()
		return nil, fmt.Errorf("write %s: %w", path, err)
	}
	return r, nil
}

// Keep takes rows as written that lie in the temporary file since an earlier
// call, which had them on the disk.
//
//	errors   the temporary file is new, or was cut: its rows are no rows
func (r *Rows) Keep(first, n int) error {
	if !r.resumed {
		return fmt.Errorf("write %s: %s does not hold the rows of an earlier run", r.path, r.file.Name())
	}
	return r.claim(first, n)
}

// Sync returns when the rows that were written by then are on the disk.
func (r *Rows) Sync() error { return r.file.Sync() }

// Suspend ends the work for now: the temporary file stays, for ResumeRows.
func (r *Rows) Suspend() error { return r.file.Close() }
