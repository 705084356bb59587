package library

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// elsewhere unpacks into memory: a file without a name, which the path leads to
// as long as this process lives.
func (p parcel) elsewhere() (string, error) {
	number, err := unix.MemfdCreate(p.build.Name, unix.MFD_CLOEXEC)
	if err != nil {
		return p.temporary()
	}
	// The number must stay open, so it is never given to an os.File, which would
	// close it when collected.
	if err := p.copyTo(descriptor(number)); err != nil {
		unix.Close(number)
		return "", err
	}
	return fmt.Sprintf("/proc/self/fd/%d", number), nil
}

// A descriptor is the number of an open file.
type descriptor int

// Write writes all of data or says why not.
func (d descriptor) Write(data []byte) (int, error) {
	written := 0
	for written < len(data) {
		n, err := unix.Write(int(d), data[written:])
		if err != nil && err != unix.EINTR {
			return written, err
		}
		written += max(n, 0)
	}
	return written, nil
}

// executable returns an error when the file system forbids to run what it holds:
// mapping a page for execution tells, as loading would.
func executable(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	page, err := unix.Mmap(int(f.Fd()), 0, 1, unix.PROT_READ|unix.PROT_EXEC, unix.MAP_PRIVATE)
	if err != nil {
		return fmt.Errorf("%s: its file system is mounted noexec: %w", path, err)
	}
	return unix.Munmap(page)
}
