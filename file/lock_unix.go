//go:build unix

package file

import (
	"os"

	"golang.org/x/sys/unix"
)

// lock takes the lock of an open file; closing it gives it back.
func lock(f *os.File) error { return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) }
