//go:build linux || darwin || freebsd

package file

import "golang.org/x/sys/unix"

// free returns the bytes that a user can still write on the disk of a folder.
func free(folder string) (bytes int64, known bool) {
	var disk unix.Statfs_t
	if err := unix.Statfs(folder, &disk); err != nil {
		return 0, false
	}
	return int64(disk.Bavail) * int64(disk.Bsize), true
}
