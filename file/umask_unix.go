//go:build unix

package file

import (
	"io/fs"
	"os"
	"sync"
	"syscall"
)

// umask returns the bits that new files of this process must not have. It is
// read once: reading it means setting it for a moment.
var umask = sync.OnceValue(func() fs.FileMode {
	mask := syscall.Umask(0o022)
	syscall.Umask(mask)
	return fs.FileMode(mask) & os.ModePerm
})
