package library

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// content stands for a library.
const content = "not really a library, but long enough to be cut short"

// wrapped returns a parcel that holds content, unpacked below cache.
func wrapped(cache string) parcel {
	sum := sha256.Sum256([]byte(content))
	tree := fstest.MapFS{"lib": {Data: []byte(content)}}
	return parcel{
		build: Build{Platform: "here", Name: "lib.so.1", SHA256: hex.EncodeToString(sum[:])},
		open:  func() (fs.File, error) { return tree.Open("lib") },
		cache: cache,
	}
}

// found unpacks p and requires that the path leads to its content.
func found(t *testing.T, p parcel) string {
	t.Helper()
	path, err := p.find()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != content {
		t.Fatalf("%s holds %q, %v; want the library", path, got, err)
	}
	return path
}

func TestTheFlagComesFirstThenTheEnvironment(t *testing.T) {
	t.Setenv(Variable, "from/environment.so")
	if path, err := Find("from/flag.so"); path != "from/flag.so" || err != nil {
		t.Errorf("with a flag: %q, %v", path, err)
	}
	if path, err := Find(""); path != "from/environment.so" || err != nil {
		t.Errorf("with the environment: %q, %v", path, err)
	}
}

func TestFindUnpacksTheEmbeddedLibrary(t *testing.T) {
	t.Setenv(Variable, "")
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	path, err := Find("")
	data, embedded := Bytes()
	if !embedded {
		if !errors.Is(err, ErrNone) && !strings.Contains(err.Error(), Variable) {
			t.Errorf("err = %v, want one that says what to do", err)
		}
		t.Skip("no library is embedded: run \"make library\"")
	}
	if err != nil {
		t.Fatal(err)
	}
	build, err := BuildFor(runtime.GOOS + "/" + runtime.GOARCH)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	if got := hex.EncodeToString(sum[:]); got != build.SHA256 || !strings.Contains(path, got) {
		t.Errorf("unpacked to %s with SHA-256 %s, want %s", path, got, build.SHA256)
	}
	start := time.Now()
	if again, err := Find(""); again != path || err != nil {
		t.Errorf("a second time: %q, %v; want %q", again, err, path)
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("the second time took %v", took)
	}
}

func TestUnpackedOnce(t *testing.T) {
	p := wrapped(t.TempDir())
	path := found(t, p)
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if again := found(t, p); again != path {
		t.Errorf("a second time: %s, want %s", again, path)
	}
	after, err := os.Stat(path)
	if err != nil || !os.SameFile(before, after) {
		t.Errorf("the file was replaced, %v", err)
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Errorf("%d files in the folder, want 1", len(entries))
	}
}

func TestADamagedCacheIsReplaced(t *testing.T) {
	flipped := []byte(content)
	flipped[7] ^= 1
	for name, damaged := range map[string][]byte{"empty": {}, "short": []byte(content[:20]), "one bit": flipped} {
		t.Run(name, func(t *testing.T) {
			p := wrapped(t.TempDir())
			path := found(t, p)
			if err := os.WriteFile(path, damaged, 0o666); err != nil {
				t.Fatal(err)
			}
			if again := found(t, p); again != path {
				t.Errorf("replaced by %s, want %s", again, path)
			}
		})
	}
}

// A cache that is a file cannot be written below, whoever runs the test.
func TestWithoutACacheItGoesElsewhere(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, cache := range []string{"", blocked} {
		path := found(t, wrapped(cache))
		if runtime.GOOS == "linux" && !strings.HasPrefix(path, "/proc/self/fd/") {
			t.Errorf("cache %q: unpacked to %s, want memory", cache, path)
		}
	}
}

func TestATemporaryFolderServesToo(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	p := wrapped("")
	path, err := p.temporary()
	if err != nil {
		t.Fatal(err)
	}
	if !p.whole(path) {
		t.Errorf("%s is not the library", path)
	}
}

func TestWithoutALibraryTheErrorSaysWhatToDo(t *testing.T) {
	p := wrapped(t.TempDir())
	p.open = func() (fs.File, error) { return nil, fs.ErrNotExist }
	_, err := p.find()
	if !errors.Is(err, ErrNone) || !strings.Contains(err.Error(), "make build") || !strings.Contains(err.Error(), Variable) {
		t.Errorf("err = %v, want one that names make build and %s", err, Variable)
	}
}

func TestAnotherLibraryIsRefused(t *testing.T) {
	p := wrapped(t.TempDir())
	p.build.SHA256 = strings.Repeat("0", 64)
	_, err := p.find()
	if err == nil || !strings.Contains(err.Error(), "make library") {
		t.Errorf("err = %v, want one that names make library", err)
	}
	if entries, _ := filepath.Glob(filepath.Join(p.cache, "isocortex", "onnxruntime", "*", "*")); len(entries) != 0 {
		t.Errorf("left behind: %v", entries)
	}
}

func TestBuildsAreWhole(t *testing.T) {
	hexadecimal := regexp.MustCompile(`^[0-9a-f]{64}$`)
	seen := map[string]bool{}
	for _, b := range Builds() {
		if !hexadecimal.MatchString(b.SHA256) || seen[b.SHA256] || filepath.Base(b.Source) != b.Name {
			t.Errorf("%+v", b)
		}
		seen[b.SHA256] = true
		if got, err := BuildFor(b.Platform); got != b || err != nil {
			t.Errorf("BuildFor(%s) = %+v, %v", b.Platform, got, err)
		}
	}
	if _, err := BuildFor("plan9/386"); err == nil || !strings.Contains(err.Error(), "linux/amd64") {
		t.Errorf("err = %v, want one that lists the platforms", err)
	}
}

// The lock file names no address, so that npm asks where the user's settings say.
func TestTheLockFileNamesNoAddress(t *testing.T) {
	lock, err := os.ReadFile("package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(lock), `"resolved"`) || !strings.Contains(string(lock), `"integrity"`) {
		t.Error("package-lock.json must hold integrity and no resolved: npm install --package-lock-only --omit-lockfile-registry-resolved")
	}
}

func TestLicensesNameTheOwner(t *testing.T) {
	if text := Licenses(); !strings.Contains(text, "MIT License") || !strings.Contains(text, "Microsoft Corporation") {
		t.Error("the license of ONNX Runtime is missing")
	}
}

func BenchmarkFindWarm(b *testing.B) {
	if _, embedded := Bytes(); !embedded {
		b.Skip("no library is embedded: run \"make library\"")
	}
	b.Setenv(Variable, "")
	b.Setenv("XDG_CACHE_HOME", b.TempDir())
	for b.Loop() {
		if _, err := Find(""); err != nil {
			b.Fatal(err)
		}
	}
}
