package npy

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
)

// Rows is an archive under way whose first array arrives in blocks of rows, in
// any order and from any goroutine, each row once. The file takes its name when
// it is finished; until then there is nothing at its path.
type Rows struct {
	path    string
	name    string
	file    *os.File // temporary, beside path
	archive *Writer
	data    io.Writer // the array's place in the archive
	start   int64     // of the values in the file
	length  int       // values in a row
	size    int       // bytes of a value
	resumed bool      // the temporary file was there before, whole

	mutex   sync.Mutex
	written []bool // per row
}

// CreateRows begins the archive at path with an array of float32 or float64
// values whose first axis counts the rows. Folders above path are made.
//
// The caller ends it with Finish or with Abandon.
func CreateRows(path, name string, t Type, shape []int) (*Rows, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return nil, err
	}
	temporary := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.%016x.part", filepath.Base(path), rand.Uint64()))
	f, err := os.OpenFile(temporary, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o666)
	if err != nil {
		return nil, err
	}
	return rowsIn(f, path, name, t, shape)
}

// rowsIn begins the archive in its temporary file.
func rowsIn(f *os.File, path, name string, t Type, shape []int) (*Rows, error) {
	if t != Float32 && t != Float64 || len(shape) == 0 {
		panic(fmt.Sprintf("npy: rows of type %q and shape %v", t, shape))
	}
	r := &Rows{path: path, name: name, file: f, archive: Create(f)}
	if err := r.begin(t, shape); err != nil {
		r.Abandon()
		return nil, fmt.Errorf("write %s: %w", path, err)
	}
	return r, nil
}

func (r *Rows) begin(t Type, shape []int) (err error) {
	if r.data, err = r.archive.Stream(r.name, t, shape); err != nil {
		return err
	}
	if err := r.archive.zip.Flush(); err != nil {
		return err
	}
	r.start = r.archive.out.n
	r.written = make([]bool, shape[0])
	r.length, err = count(shape[1:])
	l, _ := parseType(string(t))
	r.size = l.bytes()
	return err
}

// WriteRows writes whole rows from the first on.
//
//	shapes   values: rows × values of a row, row-major
//	errors   a row that was written before
//
// It panics when the values are of the wrong type, are not whole rows, or lie
// beyond the shape.
func (r *Rows) WriteRows(first int, values any) error {
	var raw []byte
	switch values := values.(type) {
	case []float32:
		raw = littleEndianBytes(values)
	case []float64:
		raw = littleEndianBytes(values)
	}
	row := r.length * r.size
	n := 0
	if row > 0 {
		n = len(raw) / row
	}
	if typeSize(values) != r.size || n*row != len(raw) || first < 0 || first+n > len(r.written) {
		panic(fmt.Sprintf("npy: %T of %d bytes at row %d is not whole rows of %d bytes among %d", values, len(raw), first, row, len(r.written)))
	}
	if err := r.claim(first, n); err != nil {
		return err
	}
	_, err := r.file.WriteAt(raw, r.start+int64(first)*int64(row))
	return err
}

// typeSize returns the bytes of one value; 0 for what rows cannot hold.
func typeSize(values any) int {
	switch values.(type) {
	case []float32:
		return 4
	case []float64:
		return 8
	}
	return 0
}

func (r *Rows) claim(first, n int) error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for i := first; i < first+n; i++ {
		if r.written[i] {
			return fmt.Errorf("write %s: row %d of %s is written twice", r.path, i, r.name)
		}
		r.written[i] = true
	}
	return nil
}

// Finish adds the arrays that rest writes, ends the archive and gives the file
// its name. If that fails, or a row is missing, nothing is left.
//
//	cost     reads the rows once for their checksum
func (r *Rows) Finish(rest func(w *Writer) error) error {
	if err := r.finish(rest); err != nil {
		r.Abandon()
		return fmt.Errorf("write %s: %w", r.path, err)
	}
	return nil
}

func (r *Rows) finish(rest func(w *Writer) error) error {
	if r.length > 0 {
		for i, written := range r.written {
			if !written {
				return fmt.Errorf("row %d of %d of %s was never written", i, len(r.written), r.name)
			}
		}
	}
	if err := r.pass(); err != nil {
		return err
	}
	if err := rest(r.archive); err != nil {
		return err
	}
	if err := r.archive.Close(); err != nil {
		return err
	}
	if err := r.file.Sync(); err != nil {
		return err
	}
	if err := r.file.Close(); err != nil {
		return err
	}
	return os.Rename(r.file.Name(), r.path)
}

// pass sends the rows through the archive, which sums and counts them, without
// writing them again, and leaves the file at their end.
func (r *Rows) pass() error {
	size := int64(len(r.written)) * int64(r.length) * int64(r.size)
	r.archive.out.skip = true
	rows := io.NewSectionReader(r.file, r.start, size)
	if _, err := io.CopyBuffer(r.data, struct{ io.Reader }{rows}, make([]byte, 1<<20)); err != nil {
		return err
	}
	if err := r.archive.zip.Flush(); err != nil {
		return err
	}
	r.archive.out.skip = false
	_, err := r.file.Seek(r.start+size, io.SeekStart)
	return err
}

// Abandon gives up: nothing is left of the file.
func (r *Rows) Abandon() {
	r.file.Close()
	os.Remove(r.file.Name())
}
