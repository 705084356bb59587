//go:build unix

package file

import (
	"os"

	"golang.org/x/sys/unix"
)

// mapFile maps size bytes of f for reading.
func mapFile(f *os.File, size int) ([]byte, func() error, error) {
	data, err := unix.Mmap(int(f.Fd()), 0, size, unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return readFile(f, size)
	}
	return data, func() error { return unix.Munmap(data) }, nil
}

// release gives the pages of mapped data back to the system, which has them in the
// file.
func release(data []byte) {
	_ = unix.Madvise(data, unix.MADV_DONTNEED) // if not, they stay a little longer
}
