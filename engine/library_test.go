package engine

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// header returns the first bytes of an ELF library for a processor.
func header(processor uint16) []byte {
	h := make([]byte, 64)
	copy(h, "\x7fELF\x02\x01\x01")                   // 64 bits, little-endian, version 1
	binary.LittleEndian.PutUint16(h[16:], 3)         // shared object
	binary.LittleEndian.PutUint16(h[18:], processor) // e_machine
	binary.LittleEndian.PutUint32(h[20:], 1)
	binary.LittleEndian.PutUint16(h[52:], 64) // size of this header
	binary.LittleEndian.PutUint16(h[54:], 56)
	binary.LittleEndian.PutUint16(h[58:], 64)
	return h
}

func write(t *testing.T, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lib.so")
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLibrariesThatAreOfNoUse(t *testing.T) {
	const amd64, arm64, riscv = 62, 183, 243
	other := map[string]uint16{"amd64": arm64, "arm64": amd64}[runtime.GOARCH]
	for name, tc := range map[string]struct {
		path string
		kind error
		want string
	}{
		"missing":           {filepath.Join(t.TempDir(), "none.so"), ErrMissing, "ISOCORTEX_ONNXRUNTIME"},
		"a folder":          {t.TempDir(), ErrNotLibrary, "not a shared library"},
		"empty":             {write(t, nil), ErrNotLibrary, "not a shared library"},
		"text":              {write(t, []byte("hello, world")), ErrNotLibrary, "not a shared library"},
		"other machine":     {write(t, header(other)), ErrArchitecture, runtime.GOOS + "/" + runtime.GOARCH},
		"unknown processor": {write(t, header(riscv)), ErrArchitecture, "another processor"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(tc.path)
			var library *LibraryError
			if !errors.As(err, &library) || library.Path != tc.path || !errors.Is(err, tc.kind) || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("err = %v, want a LibraryError that is %q and contains %q", err, tc.kind, tc.want)
			}
		})
	}
}

// A library of this machine that is cut short, or is another one, is refused by
// the loader or for the lack of its entry.
func TestLibrariesThatCannotBeLoaded(t *testing.T) {
	if this != (machine{"linux", "amd64"}) {
		t.Skip("the header made here is for linux/amd64")
	}
	_, err := Open(write(t, header(62)))
	if !errors.Is(err, ErrNotLibrary) {
		t.Errorf("err = %v, want ErrNotLibrary", err)
	}
	found, _ := filepath.Glob("/lib/*/libm.so.6")
	if len(found) == 0 {
		t.Skip("this system has no libm.so.6 to try")
	}
	if _, err := Open(found[0]); !errors.Is(err, ErrNotLibrary) || !strings.Contains(err.Error(), "OrtGetApiBase") {
		t.Errorf("err = %v, want ErrNotLibrary that names the missing entry", err)
	}
}

func TestOldLibrariesAreRefused(t *testing.T) {
	for version, ok := range map[string]bool{
		"1.19.2": false, "1.20.0": true, "1.30.0": true, "1.100.0": true, "2.0.0": true,
		"0.30.0": false, "1.x": false, "": false,
	} {
		err := checkVersion("lib.so", version)
		if (err == nil) != ok {
			t.Errorf("version %q: err = %v", version, err)
		}
		if err != nil && (!errors.Is(err, ErrTooOld) || !strings.Contains(err.Error(), version) || !strings.Contains(err.Error(), firstVersion)) {
			t.Errorf("version %q: err = %v, want one that names both versions", version, err)
		}
	}
}

func TestCodesHaveNames(t *testing.T) {
	for code, want := range map[Code]string{0: "ok", 2: "invalid argument", 14: "not found", 15: "code 15", -1: "code -1"} {
		if got := code.String(); got != want {
			t.Errorf("code %d is %q, want %q", int(code), got, want)
		}
	}
}
