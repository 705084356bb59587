//go:build !unix

package file

import "io/fs"

// umask returns 0: this system has no such mask.
func umask() fs.FileMode { return 0 }
