//go:build !unix

package file

import "os"

// mapFile reads size bytes of f: this system's mapping is not used.
func mapFile(f *os.File, size int) ([]byte, func() error, error) { return readFile(f, size) }

// release does nothing: what was read is in memory alone.
func release([]byte) {}
