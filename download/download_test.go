package download_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/isocortex/isocortex/download"
	"github.com/isocortex/isocortex/work"
)

// content is what the servers of these tests give.
var content = bytes.Repeat([]byte("weights of a network, or nearly so\n"), 20_000)

func sum(data []byte) string {
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:])
}

// quick are options that wait for little.
var quick = download.Options{Retries: 2, Pause: time.Millisecond, Silence: 200 * time.Millisecond}

// serve starts a server and returns the file that it gives, and where to put it.
func serve(t *testing.T, handle http.HandlerFunc) (download.File, string) {
	t.Helper()
	s := httptest.NewServer(handle)
	t.Cleanup(s.Close)
	f := download.File{URL: s.URL + "/net.pth", Bytes: int64(len(content)), SHA256: sum(content)[:8]}
	return f, filepath.Join(t.TempDir(), "networks", "net.pth")
}

// whole gives everything, or what a Range asks for, as servers do.
func whole(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("ETag", `"first"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

// cut gives as much as n bytes of what is asked for, and breaks off.
func cut(n int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { whole(&breaking{w, n}, r) }
}

// breaking ends the connection after some bytes.
type breaking struct {
	http.ResponseWriter
	left int
}

func (b *breaking) Write(p []byte) (int, error) {
	if len(p) > b.left {
		b.ResponseWriter.Write(p[:b.left])
		b.ResponseWriter.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	b.left -= len(p)
	return b.ResponseWriter.Write(p)
}

// arrived fails unless the file is there, and nothing beside it.
func arrived(t *testing.T, path string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, content) {
		t.Errorf("%d bytes came, %v; want %d", len(got), err, len(content))
	}
	if all, _ := os.ReadDir(filepath.Dir(path)); len(all) != 1 {
		t.Errorf("the folder holds %v, want the file alone", all)
	}
}

func TestAFileComesWholeAndIsNotBroughtTwice(t *testing.T) {
	asked := 0
	f, path := serve(t, func(w http.ResponseWriter, r *http.Request) { asked++; whole(w, r) })
	var told work.Progress
	o := quick
	o.Progress = func(p work.Progress) { told = p }
	got, err := f.To(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	arrived(t, path)
	want := download.Result{Path: path, Bytes: int64(len(content)), SHA256: sum(content), Checked: true}
	if got != want {
		t.Errorf("result %+v, want %+v", got, want)
	}
	if told.Done != 1 || told.Total != 1 || told.Unit != "MB" || told.Task != "net.pth" {
		t.Errorf("progress ends with %+v", told)
	}
	want.There = true
	if got, err := f.To(t.Context(), path, quick); err != nil || got != want || asked != 1 {
		t.Errorf("again: %+v, %v, after %d requests; want what is there", got, err, asked)
	}
}

// A server that breaks off again and again is asked for the rest each time; tries
// that bring something are not counted.
func TestADownloadGoesOnWhereItBrokeOff(t *testing.T) {
	var ranges []string
	f, path := serve(t, func(w http.ResponseWriter, r *http.Request) {
		ranges = append(ranges, r.Header.Get("Range")+" "+r.Header.Get("If-Range"))
		cut(100_000)(w, r)
	})
	got, err := f.To(t.Context(), path, quick)
	if err != nil {
		t.Fatal(err)
	}
	arrived(t, path)
	if len(ranges) != 7 || ranges[0] != " " || !strings.HasPrefix(ranges[1], "bytes=") || !strings.HasSuffix(ranges[1], ` "first"`) {
		t.Errorf("asked for %q, want the rest seven times", ranges)
	}
	if got.Resumed == 0 {
		t.Errorf("result %+v says nothing of what was there", got)
	}
}

func TestAnInterruptedDownloadGoesOnInTheNextRun(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	interrupted := true
	var asked string
	f, path := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if asked = r.Header.Get("Range"); !interrupted {
			whole(w, r)
			return
		}
		w.Header().Set("ETag", `"first"`)
		w.Header().Set("Content-Length", fmt.Sprint(len(content)))
		w.Write(content[:300_000])
		w.(http.Flusher).Flush()
		time.Sleep(20 * time.Millisecond)
		cancel()
	})
	if _, err := f.To(ctx, path, quick); !errors.Is(err, context.Canceled) {
		t.Fatalf("err = %v, want the interruption", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Fatal("a part has the name of the whole")
	}
	interrupted = false
	if _, err := f.To(t.Context(), path, quick); err != nil {
		t.Fatal(err)
	}
	arrived(t, path)
	if !strings.HasPrefix(asked, "bytes=") {
		t.Errorf("the second run asked for %q, want the rest", asked)
	}
}

// What servers do beside the rules: none of it ends in a wrong file.
func TestServersThatDoAsTheyLike(t *testing.T) {
	first := true
	once := func(begin, then http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if first {
				first = false
				begin(w, r)
				return
			}
			then(w, r)
		}
	}
	for name, handle := range map[string]http.HandlerFunc{
		"ignores Range": once(cut(200_000), func(w http.ResponseWriter, r *http.Request) { w.Write(content) }),
		"has a new version": once(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("ETag", `"older"`)
			http.ServeContent(&breaking{w, 100_000}, r, "", time.Time{}, bytes.NewReader(bytes.Repeat([]byte{7}, len(content))))
		}, whole),
		"gives another part": once(cut(200_000), func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Range") == "" {
				whole(w, r)
				return
			}
			w.Header().Set("Content-Range", fmt.Sprintf("bytes 5-%d/%d", len(content)-1, len(content)))
			w.WriteHeader(http.StatusPartialContent)
			w.Write(content[5:])
		}),
		"joins versions": once(func(w http.ResponseWriter, r *http.Request) {
			http.ServeContent(&breaking{w, 100_000}, r, "", time.Time{}, bytes.NewReader(bytes.Repeat([]byte{7}, len(content))))
		}, whole),
		"is busy at first": once(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }, whole),
		"falls silent": once(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(content)))
			w.Write(content[:50_000])
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}, whole),
		"does not say how much": func(w http.ResponseWriter, _ *http.Request) {
			w.(http.Flusher).Flush()
			w.Write(content)
		},
	} {
		t.Run(name, func(t *testing.T) {
			first = true
			f, path := serve(t, handle)
			if _, err := f.To(t.Context(), path, quick); err != nil {
				t.Fatal(err)
			}
			arrived(t, path)
		})
	}
}

func TestDownloadsThatFail(t *testing.T) {
	for name, c := range map[string]struct {
		handle http.HandlerFunc
		is     error
		says   string
	}{
		"no such file": {http.NotFound, download.ErrRefused, "404 Not Found"},
		"wrong bytes": {func(w http.ResponseWriter, _ *http.Request) {
			w.Write(bytes.Repeat([]byte{7}, len(content)))
		}, download.ErrDifferent, "which does not begin with " + sum(content)[:8]},
		"wrong size": {func(w http.ResponseWriter, _ *http.Request) { w.Write(content[:1000]) }, download.ErrDifferent, "1000 bytes, not 700000"},
		"a page in its place": {func(w http.ResponseWriter, _ *http.Request) {
			w.(http.Flusher).Flush()
			w.Write([]byte("<html>log in first"))
		}, download.ErrDifferent, "18 bytes, not 700000"},
		"always busy": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }, download.ErrUnreachable, "502 Bad Gateway"},
	} {
		t.Run(name, func(t *testing.T) {
			f, path := serve(t, c.handle)
			_, err := f.To(t.Context(), path, quick)
			if !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), f.URL) {
				t.Errorf("err = %v, want %v that says %q and the address", err, c.is, c.says)
			}
			if all, _ := os.ReadDir(filepath.Dir(path)); len(all) > 0 {
				t.Errorf("left behind: %v", all)
			}
		})
	}
}

func TestNoNetwork(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	_, err := download.File{URL: s.URL}.To(t.Context(), filepath.Join(t.TempDir(), "x"), quick)
	if !errors.Is(err, download.ErrUnreachable) {
		t.Errorf("err = %v, want one of an unreachable server", err)
	}
}

func TestAnotherFileOfTheNameIsKept(t *testing.T) {
	f, path := serve(t, whole)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("mine"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := f.To(t.Context(), path, quick); !errors.Is(err, download.ErrDifferent) || !strings.Contains(err.Error(), "move it away") {
		t.Errorf("err = %v, want one that says what to do", err)
	}
	if got, _ := os.ReadFile(path); string(got) != "mine" {
		t.Error("the file is gone")
	}
}

func ExampleFile_To() {
	server := httptest.NewServer(http.HandlerFunc(whole))
	defer server.Close()
	folder, _ := os.MkdirTemp("", "")
	defer os.RemoveAll(folder)
	found, err := download.File{URL: server.URL}.To(context.Background(), filepath.Join(folder, "net.pth"), download.Options{})
	fmt.Println(found.Bytes, found.SHA256[:8], found.Checked, err)
	// Output: 700000 b39f3c25 false <nil>
}
