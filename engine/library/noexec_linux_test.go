package library

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// mounted returns a folder that is a file system of its own. Only an
// administrator can mount; elsewhere the test is skipped.
func mounted(t *testing.T, flags uintptr) string {
	t.Helper()
	folder := t.TempDir()
	if err := unix.Mount("tmpfs", folder, "tmpfs", flags, ""); err != nil {
		t.Skipf("cannot mount a file system: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(folder, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return folder
}

func TestANoexecCacheIsNotUsed(t *testing.T) {
	folder := mounted(t, unix.MS_NOEXEC)
	if path := found(t, wrapped(folder)); !strings.HasPrefix(path, "/proc/self/fd/") {
		t.Errorf("unpacked to %s, want memory", path)
	}
}

func TestAReadOnlyCacheIsNotUsed(t *testing.T) {
	folder := mounted(t, unix.MS_RDONLY)
	if path := found(t, wrapped(folder)); !strings.HasPrefix(path, "/proc/self/fd/") {
		t.Errorf("unpacked to %s, want memory", path)
	}
}
