package file_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/isocortex/isocortex/file"
)

// What is not known is not in the text of an error.
func TestParseErrorsSayWhatIsKnown(t *testing.T) {
	for want, err := range map[string]error{
		"a.npy: byte 8: length: malformed: short": file.Malformed("a.npy", 8, "length", "short"),
		"a.npy: length: malformed: short":         file.Malformed("a.npy", -1, "length", "short"),
		"a.npy: byte 8: malformed: short":         file.Malformed("a.npy", 8, "", "short"),
		"a.npy: not supported: short":             file.Unsupported("a.npy", -1, "", "short"),
	} {
		if err.Error() != want {
			t.Errorf("%q, want %q", err, want)
		}
	}
}

func ExampleMalformed() {
	err := file.Malformed("a.npy", 8, "header length", "%d bytes announced, %d left", 200, 10)
	fmt.Println(err)
	fmt.Println(errors.Is(err, file.ErrMalformed))
	// Output:
	// a.npy: byte 8: header length: malformed: 200 bytes announced, 10 left
	// true
}

func TestWriteReplacesWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "down", "x.txt")
	for _, text := range []string{"first", "second, longer", ""} {
		if err := file.WriteBytes(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != text {
			t.Fatalf("read %q, %v; want %q", got, err, text)
		}
	}
}

func TestAFailedWriteLeavesNothing(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "x.txt")
	if err := file.WriteBytes(path, []byte("old")); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("disk on fire")
	err := file.Write(path, func(w io.Writer) error {
		fmt.Fprint(w, "new and incomplete")
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("err = %v, want the writer's", err)
	}
	if got, _ := os.ReadFile(path); string(got) != "old" {
		t.Errorf("file holds %q, want what it held before", got)
	}
	if entries, _ := os.ReadDir(folder); len(entries) != 1 {
		t.Errorf("%d files are left, want 1", len(entries))
	}
}

func TestMapReadsWhatIsThere(t *testing.T) {
	for _, size := range []int{0, 1, 4095, 4096, 4097} {
		path := filepath.Join(t.TempDir(), "x")
		want := make([]byte, size)
		for i := range want {
			want[i] = byte(i * 7)
		}
		if err := file.WriteBytes(path, want); err != nil {
			t.Fatal(err)
		}
		mapping, err := file.Map(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(mapping.Bytes) != string(want) {
			t.Errorf("size %d: mapped bytes differ", size)
		}
		mapping.Release()
		if string(mapping.Bytes) != string(want) {
			t.Errorf("size %d: bytes that were let go of differ", size)
		}
		if err := errors.Join(mapping.Close(), mapping.Close()); err != nil {
			t.Error(err)
		}
	}
}

// A scratch file has no name, and stays mapped when it is closed.
func TestMapOfAScratchFile(t *testing.T) {
	f, err := file.Scratch(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("what was written"); err != nil {
		t.Fatal(err)
	}
	mapping, err := file.MapOpen(f)
	if err != nil {
		t.Fatal(err)
	}
	if err := file.RemoveScratch(f); err != nil {
		t.Error(err)
	}
	mapping.Release()
	if string(mapping.Bytes) != "what was written" {
		t.Errorf("%q", mapping.Bytes)
	}
	if err := mapping.Close(); err != nil {
		t.Error(err)
	}
}

func TestMapRefusesAFolder(t *testing.T) {
	if _, err := file.Map(t.TempDir()); err == nil {
		t.Error("a folder was mapped")
	}
}

func TestStem(t *testing.T) {
	for path, want := range map[string]string{"a/b.npz": "b", "b.tar.gz": "b.tar", "b": "b", "a/.npz": ".npz"} {
		if got := file.Stem(path); got != want {
			t.Errorf("Stem(%q) = %q, want %q", path, got, want)
		}
	}
}

// People are told of the file they named, not of the one on the way.
func TestErrorsNameTheFile(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "x.txt")
	full := func(io.Writer) error { return &fs.PathError{Op: "write", Path: path + ".1.part", Err: syscall.ENOSPC} }
	if err := file.Write(path, full); !errors.Is(err, syscall.ENOSPC) || err.Error() != "write "+path+": "+syscall.ENOSPC.Error() {
		t.Errorf("%v", err)
	}
	if err := os.Chmod(folder, 0o555); err != nil {
		t.Fatal(err)
	}
	if err := file.WriteBytes(path, nil); err != nil && (!errors.Is(err, fs.ErrPermission) || strings.Contains(err.Error(), ".part")) { // root may
		t.Errorf("%v", err)
	}
}

func TestLocks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "lock")
	first, err := file.Acquire(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Acquire(path); !errors.Is(err, file.ErrLocked) {
		t.Errorf("err = %v while the lock is held", err)
	}
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	again, err := file.Acquire(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Release(); err != nil {
		t.Fatal(err)
	}
}
