// Package download brings a file from a server, whole and checked.
//
//	found, err := download.File{URL: url, Bytes: 4_966_400, SHA256: "b8a52dc0"}.To(ctx, path, download.Options{})
//
// What was cut off goes on where it stopped. The file appears under its name when
// all of it is there and its hash is right, never before.
package download

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/work"
)

// A File is a file on a server and what is known of it beforehand.
type File struct {
	URL    string
	Bytes  int64  // 0 where nobody says
	SHA256 string // in hexadecimal, or the beginning of it; "" where nobody says
}

// Options say how a file is brought. The zero Options are the defaults.
type Options struct {
	Client   *http.Client        // nil for one that gives up on servers that do not answer
	Retries  int                 // tries in a row that bring nothing, before giving up; 0 for 5
	Pause    time.Duration       // before the first of these tries, then doubled; 0 for a second
	Silence  time.Duration       // after which a server that sends nothing is given up; 0 for a minute
	Progress func(work.Progress) // in megabytes; may be nil
}

// A Result says what was brought.
type Result struct {
	Path    string
	Bytes   int64
	SHA256  string // of all bytes, in hexadecimal
	Checked bool   // against a hash that was known beforehand
	Resumed int64  // bytes that were there from an earlier try
	There   bool   // nothing was brought, as the file was there
}

// Ways in which a download fails. Test for them with errors.Is.
var (
	// ErrUnreachable says that there is no way to the server, or that it fell silent.
	ErrUnreachable = errors.New("cannot be reached")
	// ErrRefused says that the server has no such file, or does not give it.
	ErrRefused = errors.New("is not given by the server")
	// ErrDifferent says that what came is not the file that was meant.
	ErrDifferent = errors.New("is not the file that was meant")
	// ErrBusy says that another program is bringing the same file.
	ErrBusy = errors.New("is being brought by another program")
)

// To brings the file to path. What it wrote until it was cut off stays beside it,
// under the name path.part. Of several programs that bring one file at once all
// but the first are refused.
//
//	errors   those of Err..., wrapped; those of the file system; ctx's
func (f File) To(ctx context.Context, path string, o Options) (Result, error) {
	if there, err := f.there(path); there.There || err != nil {
		return there, err
	}
	g := &getting{File: f, Options: o.filled(), path: path, part: path + ".part"}
	release, err := g.claim()
	if err != nil {
		return Result{}, fmt.Errorf("%s: %w", f.URL, err)
	}
	defer release()
	if there, err := f.there(path); there.There || err != nil { // another program may have brought it just now
		return there, err
	}
	if err := g.all(ctx); err != nil {
		return Result{}, fmt.Errorf("%s: %w", f.URL, err)
	}
	return g.result, nil
}

// claim takes the part for this program alone, where the system can tell programs
// apart.
func (g *getting) claim() (release func(), err error) {
	name := g.part + ".lock"
	remove := func() { _ = os.Remove(name) } // a file that stays does no harm
	lock, err := file.Acquire(name)
	switch {
	case errors.Is(err, errors.ErrUnsupported):
		return remove, nil
	case errors.Is(err, file.ErrLocked):
		return nil, fmt.Errorf("%w: wait until %s is there", ErrBusy, g.path)
	case err != nil:
		return nil, err
	}
	return func() {
		remove() // while it is locked
		_ = lock.Release()
	}, nil
}

// filled replaces zeros by the defaults.
func (o Options) filled() Options {
	if o.Client == nil {
		o.Client = patient()
	}
	if o.Retries == 0 {
		o.Retries = 5
	}
	if o.Pause == 0 {
		o.Pause = time.Second
	}
	if o.Silence == 0 {
		o.Silence = time.Minute
	}
	return o
}

// patient is a client that waits for answers, but not forever, and never leaves
// an encrypted way for an open one.
func patient() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.ResponseHeaderTimeout = 30 * time.Second
	transport.DisableCompression = true
	return &http.Client{Transport: transport, CheckRedirect: func(to *http.Request, via []*http.Request) error {
		if len(via) >= 10 {
			return errors.New("sent on ten times")
		}
		if via[0].URL.Scheme == "https" && to.URL.Scheme != "https" {
			return fmt.Errorf("sent on to %s, which is not encrypted", to.URL)
		}
		return nil
	}}
}

// there tells of a file that is there already; one that is another is an error.
func (f File) there(path string) (Result, error) {
	sum, bytes, err := hashFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Result{}, nil
	}
	if err != nil {
		return Result{}, err
	}
	if err := f.check(bytes, sum); err != nil {
		return Result{}, fmt.Errorf("%s is there, but %w; move it away and pull again", path, err)
	}
	return Result{Path: path, Bytes: bytes, SHA256: sum, Checked: f.SHA256 != "", There: true}, nil
}

// check compares what is there with what is known.
func (f File) check(bytes int64, sum string) error {
	if f.Bytes != 0 && bytes != f.Bytes {
		return fmt.Errorf("%w: it has %d bytes, not %d", ErrDifferent, bytes, f.Bytes)
	}
	if !strings.HasPrefix(sum, strings.ToLower(f.SHA256)) {
		return fmt.Errorf("%w: its SHA-256 is %s, which does not begin with %s", ErrDifferent, sum, f.SHA256)
	}
	return nil
}

// hashFile returns the SHA-256 and the size of a file.
func hashFile(path string) (sum string, bytes int64, err error) {
	opened, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer opened.Close()
	h := sha256.New()
	bytes, err = io.Copy(h, opened)
	return hex.EncodeToString(h.Sum(nil)), bytes, err
}
