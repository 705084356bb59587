package report

import (
	"fmt"
	"hash/fnv"
	"io/fs"
	"net/http"
	"path/filepath"
	"sync"
)

// Handler serves the page of a result folder at / and follows the folder: the
// page is made again when a file in it has changed, and an open page reloads.
//
// The caller listens, and decides who may connect.
func Handler(resultFolder string) http.Handler {
	live := &live{folder: resultFolder}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", live.page)
	mux.HandleFunc("GET /version", live.version)
	return mux
}

// live keeps the last page made.
type live struct {
	folder string

	mutex    sync.Mutex
	made     string // fingerprint of the folder that the document was made from
	document []byte
}

func (l *live) page(w http.ResponseWriter, _ *http.Request) {
	document, err := l.current()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	w.Write(document)
}

func (l *live) version(w http.ResponseWriter, _ *http.Request) {
	print, err := fingerprint(l.folder)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	fmt.Fprint(w, print)
}

// current returns the page, made anew if the folder has changed.
func (l *live) current() ([]byte, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	print, err := fingerprint(l.folder)
	if err != nil || print == l.made {
		return l.document, err
	}
	page, err := Read(l.folder)
	if err != nil {
		return nil, err
	}
	page.Version = print
	document, err := page.HTML()
	if err != nil {
		return nil, err
	}
	l.made, l.document = print, document
	return document, nil
}

// fingerprint changes when a file in the folder appears, goes, or is written.
func fingerprint(folder string) (string, error) {
	sum := fnv.New64a()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		fmt.Fprintln(sum, path, info.Size(), info.ModTime().UnixNano())
		return nil
	})
	return fmt.Sprintf("%016x", sum.Sum64()), err
}
