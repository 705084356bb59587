package library

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// A parcel is a library that must become a file before it can be loaded.
type parcel struct {
	build Build
	open  func() (fs.File, error) // the embedded library
	cache string                  // cache folder of the user; "" when there is none
}

// find returns the path of a file that holds the library and can be executed.
func (p parcel) find() (string, error) {
	if embedded, err := p.open(); errors.Is(err, fs.ErrNotExist) {
		return "", ErrNone
	} else if err != nil {
		return "", err
	} else {
		embedded.Close()
	}
	path, cached := p.cached()
	if cached == nil {
		return path, nil
	}
	path, err := p.elsewhere()
	if err != nil {
		return "", fmt.Errorf("unpack the engine: %w", errors.Join(cached, err))
	}
	return path, nil
}

// cached returns the path in the cache folder, after unpacking if need be.
func (p parcel) cached() (string, error) {
	if p.cache == "" {
		return "", errors.New("the user has no cache folder")
	}
	path := filepath.Join(p.cache, "isocortex", "onnxruntime", p.build.SHA256, p.build.Name)
	if p.whole(path) {
		return path, executable(path)
	}
	if err := p.unpack(path); err != nil {
		return "", err
	}
	return path, executable(path)
}

// whole reports whether the file at path is the library, to the bit.
func (p parcel) whole(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, f)
	return err == nil && hex.EncodeToString(sum.Sum(nil)) == p.build.SHA256
}

// unpack makes the file at path hold the library, whole or not at all.
func (p parcel) unpack(path string) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".*.part") // readable for this user alone
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if err := p.copyTo(f); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// copyTo writes the library and sees that it is the right one.
func (p parcel) copyTo(w io.Writer) error {
	embedded, err := p.open()
	if err != nil {
		return err
	}
	defer embedded.Close()
	sum := sha256.New()
	if _, err := io.Copy(io.MultiWriter(w, sum), embedded); err != nil {
		return err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != p.build.SHA256 {
		return fmt.Errorf("the embedded library is not the one for %s (SHA-256 %s, wanted %s): run \"make library\" and build again",
			p.build.Platform, got, p.build.SHA256)
	}
	return nil
}

// temporary unpacks into a new folder of the system's folder for temporary
// files. A library in use cannot be removed everywhere, so it stays.
func (p parcel) temporary() (string, error) {
	folder, err := os.MkdirTemp("", "isocortex-onnxruntime-*")
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, p.build.Name)
	if err := p.unpack(path); err != nil {
		os.Remove(folder)
		return "", err
	}
	return path, nil
}
