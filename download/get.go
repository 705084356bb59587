package download

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/isocortex/isocortex/work"
)

// A getting is one file on its way.
type getting struct {
	File
	Options
	path, part string
	result     Result
}

// stamp is the file that remembers which version of the file part is a part of,
// in the words of the server.
func (g *getting) stamp() string { return g.part + ".version" }

// all tries until the file is whole. Tries that bring something are not counted.
func (g *getting) all(ctx context.Context) error {
	pause, again, came := g.Pause, false, false
	for failures := 0; ; {
		before := size(g.part)
		err := g.once(ctx)
		if err == nil {
			err = g.finish()
			if errors.Is(err, ErrDifferent) && before > 0 && !again {
				again = true // the parts may have been of two versions
				continue
			}
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		came = came || size(g.part) > before
		if !errors.Is(err, ErrUnreachable) || !came && noWay(err) {
			return err
		}
		if size(g.part) > before {
			failures, pause = 0, g.Pause
		}
		if failures++; failures > g.Retries {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(pause):
		}
		pause = min(2*pause, 30*time.Second)
	}
}

// noWay reports whether there was no connection at all: to wait helps where there
// was one before.
func noWay(err error) bool {
	var failed *net.OpError
	return errors.As(err, &failed) && (failed.Op == "dial" || failed.Op == "proxyconnect")
}

// once asks for what is missing and writes what comes.
func (g *getting) once(ctx context.Context) error {
	quiet, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silence := time.AfterFunc(g.Silence, func() { cancel(fmt.Errorf("nothing came for %v", g.Silence)) })
	defer silence.Stop()
	request, err := http.NewRequestWithContext(quiet, http.MethodGet, g.URL, nil)
	if err != nil {
		return err
	}
	from := g.ask(request)
	response, err := g.Client.Do(request)
	if err != nil {
		return unreachable(quiet, err)
	}
	defer response.Body.Close()
	from, total, err := g.answered(response, from)
	if err != nil {
		return err
	}
	if err := g.remember(response, from); err != nil {
		return err
	}
	g.result.Resumed = max(g.result.Resumed, from)
	if err := g.write(&watched{response.Body, silence, g.Silence, quiet}, from, total); err != nil {
		return err
	}
	if have := size(g.part); total >= 0 && have < total {
		return fmt.Errorf("%w: %d of %d bytes came", ErrUnreachable, have, total)
	}
	return nil
}

// unreachable says why nothing, or nothing more, comes.
func unreachable(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	return fmt.Errorf("%w: %w", ErrUnreachable, err)
}

// ask adds to the request where to go on, if that is known to be the same file:
// the server says its version, or the hash will tell.
func (g *getting) ask(request *http.Request) (from int64) {
	version, _ := os.ReadFile(g.stamp())
	have := size(g.part)
	if have == 0 || len(version) == 0 && g.SHA256 == "" {
		return 0
	}
	request.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
	if len(version) > 0 {
		request.Header.Set("If-Range", string(version))
	}
	return have
}

// answered reads from which byte on the answer is, and how many there are in all;
// -1 where it does not say.
func (g *getting) answered(response *http.Response, asked int64) (from, total int64, err error) {
	switch code := response.StatusCode; {
	case code == http.StatusOK:
		from, total = 0, response.ContentLength
	case code == http.StatusPartialContent:
		if from, total = contentRange(response); from != asked {
			return 0, 0, g.restart("the server goes on at byte %d, not %d", from, asked)
		}
	case code == http.StatusRequestedRangeNotSatisfiable && asked > 0:
		if _, all := contentRange(response); all == asked { // all of it had come
			response.Body.Close()
			response.Body = http.NoBody
			return asked, asked, nil
		}
		return 0, 0, g.restart("the server has fewer bytes than came before")
	case code == http.StatusTooManyRequests || code >= 500:
		return 0, 0, fmt.Errorf("%w: the server answers %s", ErrUnreachable, response.Status)
	default:
		return 0, 0, fmt.Errorf("%w: it answers %s", ErrRefused, response.Status)
	}
	if g.Bytes != 0 && total >= 0 && total != g.Bytes {
		return 0, 0, fmt.Errorf("%w: the server has %d bytes, not %d", ErrDifferent, total, g.Bytes)
	}
	return from, total, nil
}

// restart forgets what came, so that the next try begins anew.
func (g *getting) restart(format string, facts ...any) error {
	return errors.Join(fmt.Errorf("%w: %s", ErrUnreachable, fmt.Sprintf(format, facts...)), g.forget())
}

// forget removes what came.
func (g *getting) forget() error {
	for _, path := range []string{g.stamp(), g.part} {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// contentRange reads "bytes 100-199/200"; what is not said is -1.
func contentRange(response *http.Response) (from, total int64) {
	span, all, _ := strings.Cut(strings.TrimPrefix(response.Header.Get("Content-Range"), "bytes "), "/")
	first, _, _ := strings.Cut(span, "-")
	number := func(text string) int64 {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 0 {
			return -1
		}
		return n
	}
	return number(first), number(all)
}

// remember keeps the version of a file that begins to come.
func (g *getting) remember(response *http.Response, from int64) error {
	if from > 0 {
		return nil
	}
	if err := g.forget(); err != nil {
		return err
	}
	version := response.Header.Get("ETag")
	if strings.HasPrefix(version, "W/") { // the same to readers, not byte by byte
		version = ""
	}
	if version == "" {
		version = response.Header.Get("Last-Modified")
	}
	return os.WriteFile(g.stamp(), []byte(version), 0o666)
}

// write adds what comes to the part.
func (g *getting) write(body io.Reader, from, total int64) error {
	file, err := os.OpenFile(g.part, os.O_WRONLY|os.O_CREATE, 0o666)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := file.Seek(from, io.SeekStart); err != nil {
		return err
	}
	meter := &meter{task: filepath.Base(g.path), first: from, done: from, total: total, began: time.Now(), tell: g.Progress}
	buffer := make([]byte, 1<<18)
	for {
		n, end := body.Read(buffer)
		if _, err := file.Write(buffer[:n]); err != nil {
			return err
		}
		if meter.add(n); g.Bytes != 0 && meter.done > g.Bytes {
			return errors.Join(fmt.Errorf("%w: more than its %d bytes came", ErrDifferent, g.Bytes), g.forget())
		}
		switch {
		case errors.Is(end, io.EOF):
			return errors.Join(file.Sync(), file.Close())
		case end != nil:
			return end
		}
	}
}

// finish checks the part and gives it its name.
func (g *getting) finish() error {
	sum, bytes, err := hashFile(g.part)
	if err != nil {
		return err
	}
	if err := g.check(bytes, sum); err != nil {
		return errors.Join(err, g.forget())
	}
	resumed := g.result.Resumed
	g.result = Result{Path: g.path, Bytes: bytes, SHA256: sum, Checked: g.SHA256 != "", Resumed: resumed}
	if err := os.Rename(g.part, g.path); err != nil {
		return err
	}
	return g.forget()
}

// size returns the bytes of a file, 0 where there is none.
func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// watched is a body whose silence ends the request.
type watched struct {
	io.Reader
	silence *time.Timer
	after   time.Duration
	ctx     context.Context
}

// Read puts off the end.
func (w *watched) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	if n > 0 {
		w.silence.Reset(w.after)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = unreachable(w.ctx, err)
	}
	return n, err
}

// A meter tells how many bytes came, some ten times a second.
type meter struct {
	task               string
	first, done, total int64 // bytes; total is -1 where nobody says
	began, told        time.Time
	tell               func(work.Progress)
}

func (m *meter) add(n int) {
	m.done += int64(n)
	last := m.done == m.total
	if m.tell == nil || !last && time.Since(m.told) < 100*time.Millisecond {
		return
	}
	m.told = time.Now()
	m.tell(work.Progress{
		Task: m.task, Unit: "MB", Before: megabytes(m.first), Done: megabytes(m.done), Total: megabytes(max(m.total, m.done)),
		Elapsed: time.Since(m.began),
	})
}

// megabytes rounds up, so that what has bytes has a megabyte.
func megabytes(bytes int64) int { return int((bytes + 999_999) / 1_000_000) }
