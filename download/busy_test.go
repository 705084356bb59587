package download_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/isocortex/isocortex/download"
	"github.com/isocortex/isocortex/file"
)

// Several programs that bring one file at once do each other no harm: one brings
// it, the others are told so, and it is asked for once.
func TestOneOfManyBringsTheFile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no locks on this system")
	}
	var asked sync.Map
	f, path := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Store(r.RemoteAddr, true)
		time.Sleep(100 * time.Millisecond)
		whole(w, r)
	})
	const programs = 5
	errs := make([]error, programs)
	var all sync.WaitGroup
	for i := range programs {
		all.Go(func() { _, errs[i] = f.To(t.Context(), path, quick) })
	}
	all.Wait()
	arrived(t, path)
	brought, requests := 0, 0
	for _, err := range errs {
		if err == nil {
			brought++
		} else if !errors.Is(err, download.ErrBusy) || !strings.Contains(err.Error(), "wait until "+path+" is there") {
			t.Errorf("err = %v, want one that says to wait", err)
		}
	}
	asked.Range(func(any, any) bool { requests++; return true })
	if brought == 0 || requests != 1 {
		t.Errorf("%d of %d brought it, in %d requests; want one request", brought, programs, requests)
	}
}

// What another program is bringing is left alone.
func TestThePartOfAnotherIsKept(t *testing.T) {
	f, path := serve(t, whole)
	left := begun(t, path, content[:1000])
	lock, err := file.Acquire(path + ".part.lock")
	if err != nil {
		t.Skip(err)
	}
	if _, err := f.To(t.Context(), path, quick); !errors.Is(err, download.ErrBusy) {
		t.Errorf("err = %v, want ErrBusy", err)
	}
	if got, _ := os.ReadFile(left); !bytes.Equal(got, content[:1000]) {
		t.Errorf("the part has %d bytes now", len(got))
	}
	if err := lock.Release(); err != nil {
		t.Fatal(err)
	}
	got, err := f.To(t.Context(), path, quick)
	if err != nil || got.Resumed != 1000 {
		t.Errorf("%+v, %v; want to go on behind 1000 bytes", got, err)
	}
	arrived(t, path)
}

// begun leaves a part as an earlier program did.
func begun(t *testing.T, path string, part []byte) string {
	t.Helper()
	if err := file.WriteBytes(path+".part", part); err != nil {
		t.Fatal(err)
	}
	if err := file.WriteBytes(path+".part.version", []byte(`"first"`)); err != nil {
		t.Fatal(err)
	}
	return path + ".part"
}

// A program that was killed may leave a part of any size, all of the file among
// them; servers refuse to go on behind the end (416).
func TestAnyPartThatWasLeft(t *testing.T) {
	for name, part := range map[string][]byte{
		"nothing":  {},
		"a byte":   content[:1],
		"all":      content,
		"too much": append(bytes.Clone(content), "more"...),
		"others":   bytes.Repeat([]byte{7}, 5000),
		"as long":  bytes.Repeat([]byte{7}, len(content)),
	} {
		t.Run(name, func(t *testing.T) {
			refused := 0
			f, path := serve(t, func(w http.ResponseWriter, r *http.Request) {
				recorder := &status{ResponseWriter: w}
				whole(recorder, r)
				if recorder.code == http.StatusRequestedRangeNotSatisfiable {
					refused++
				}
			})
			begun(t, path, part)
			if _, err := f.To(t.Context(), path, quick); err != nil {
				t.Fatal(err)
			}
			arrived(t, path)
			if want := len(part) >= len(content); (refused > 0) != want {
				t.Errorf("refused %d times, want that: %v", refused, want)
			}
		})
	}
}

// status remembers the code of an answer.
type status struct {
	http.ResponseWriter
	code int
}

func (s *status) WriteHeader(code int) {
	s.code = code
	s.ResponseWriter.WriteHeader(code)
}

// A server that sends without end does not fill the disk.
func TestAServerWithoutEnd(t *testing.T) {
	var sent atomic.Int64
	f, path := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		for more := bytes.Repeat([]byte{7}, 1<<16); sent.Load() < 100<<20; {
			n, err := w.Write(more)
			if sent.Add(int64(n)); err != nil {
				return
			}
		}
	})
	_, err := f.To(t.Context(), path, quick)
	if !errors.Is(err, download.ErrDifferent) || !strings.Contains(err.Error(), "more than its 700000 bytes came") {
		t.Errorf("err = %v, want one that says that more came", err)
	}
	if all, _ := os.ReadDir(filepath.Dir(path)); len(all) > 0 || sent.Load() >= 100<<20 {
		t.Errorf("%d bytes were sent; left behind: %v", sent.Load(), all)
	}
}

// A server may send on to another, which is asked for the rest in turn.
func TestSentOn(t *testing.T) {
	f, path := serve(t, cut(400_000))
	on := httptest.NewServer(http.RedirectHandler(f.URL, http.StatusFound))
	defer on.Close()
	f.URL = on.URL
	got, err := f.To(t.Context(), path, quick)
	if err != nil || got.Resumed != 400_000 {
		t.Errorf("%+v, %v; want to go on behind 400000 bytes", got, err)
	}
	arrived(t, path)
	var round *httptest.Server
	round = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, round.URL, http.StatusFound)
	}))
	defer round.Close()
	f.URL = round.URL
	if _, err := f.To(t.Context(), path+"2", quick); err == nil || !strings.Contains(err.Error(), "sent on ten times") {
		t.Errorf("err = %v, want one that says how often", err)
	}
}

// A way that is encrypted is never left for one that is not.
func TestSentOnInTheOpen(t *testing.T) {
	f, path := serve(t, whole)
	secret := httptest.NewTLSServer(http.RedirectHandler(f.URL, http.StatusFound))
	defer secret.Close()
	o := quick
	o.Client = secret.Client()
	o.Client.CheckRedirect = download.Patient().CheckRedirect
	plain := f.URL
	f.URL = secret.URL
	_, err := f.To(t.Context(), path, o)
	if want := fmt.Sprintf("sent on to %s, which is not encrypted", plain); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("err = %v, want %q", err, want)
	}
}

// A full disk is said as the system says it.
func TestAFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("no device that is always full")
	}
	full.Close()
	if err := download.WriteTo("/dev/full", bytes.NewReader(content)); err == nil || !strings.Contains(err.Error(), "no space left on device") {
		t.Errorf("err = %v, want that of the disk", err)
	}
}
