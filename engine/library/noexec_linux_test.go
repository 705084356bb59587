package library

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// Only an administrator can mount; elsewhere the test is skipped.
func TestANoexecCacheIsNotUsed(t *testing.T) {
	folder := t.TempDir()
	if err := unix.Mount("tmpfs", folder, "tmpfs", unix.MS_NOEXEC, ""); err != nil {
		t.Skipf("cannot mount a file system: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(folder, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	if path := found(t, wrapped(folder)); !strings.HasPrefix(path, "/proc/self/fd/") {
		t.Errorf("unpacked to %s, want memory", path)
	}
}

func TestAReadOnlyCacheIsNotUsed(t *testing.T) {
	folder := t.TempDir()
	if err := unix.Mount("tmpfs", folder, "tmpfs", unix.MS_RDONLY, ""); err != nil {
		t.Skipf("cannot mount a file system: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(folder, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	if path := found(t, wrapped(folder)); !strings.HasPrefix(path, "/proc/self/fd/") {
		t.Errorf("unpacked to %s, want memory", path)
	}
}
