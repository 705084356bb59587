//go:build !unix

package file

import (
	"errors"
	"os"
)

// lock says that this system has no locks that go with their program.
func lock(*os.File) error { return errors.ErrUnsupported }
