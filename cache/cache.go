// Package cache keeps what steps made, under keys that say what it was made from.
//
// A store is a folder. Below entries/ lies a folder for every key, which takes
// its name when everything is in it: an entry is there whole or not at all, and
// two programs that make the same thing at once do no harm to each other.
//
//	store, err := cache.Open(".isocortex")
//	entry := store.Find(key)
//	if entry == nil {
//		stage, err := store.Stage()
//		// write below stage.Output, then:
//		entry, err = store.Keep(ctx, key, stage, record, budget)
//	}
//	err = entry.Place("result/rdm")
//
// Entries are placed as links where the file system has them, so a result and
// its store share the disk, and either can go without the other.
package cache

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/fingerprint"
	"github.com/isocortex/isocortex/work"
)

// A Store is a folder of entries. It is safe for concurrent use, also by
// several programs, on any file system with atomic renames.
type Store struct {
	folder string
	Memory *fingerprint.Memory // of the inputs
}

// The names inside a store.
const (
	entriesName = "entries"      // KEY/record.json and KEY/output
	stagesName  = "stages"       // what is being made
	memoryName  = "inputs.json"  // fingerprints of inputs
	journalName = "journal.tsv"  // what was made, a line each, in order
	recordName  = "record.json"  // of an entry
	outputName  = "output"       // of an entry: a file or a folder
	tagName     = "CACHEDIR.TAG" // tells programs that back up to leave the folder out
)

// tag is what the convention for such folders asks for.
const tag = "Signature: 8a477f597d28d172789f06886806bc55\n# Made by isocortex; see 'isocortex cache --help'.\n"

// Open opens the store in a folder, which it makes if need be.
func Open(folder string) (*Store, error) {
	for name, text := range map[string]string{tagName: tag, ".gitignore": "*\n"} {
		path := filepath.Join(folder, name)
		if _, err := os.Stat(path); err == nil {
			continue
		}
		if err := file.WriteBytes(path, []byte(text)); err != nil {
			return nil, err
		}
	}
	memory, err := fingerprint.Recall(filepath.Join(folder, memoryName))
	return &Store{folder, memory}, err
}

// Is reports whether a folder is a store.
func Is(folder string) bool {
	data, err := os.ReadFile(filepath.Join(folder, tagName))
	return err == nil && string(data) == tag
}

// Folder is where the store lies.
func (s *Store) Folder() string { return s.folder }

// A Key says what an entry was made from.
type Key string

// NewKey returns the key of a recipe: anything that JSON can write, everything
// that decides about the outcome in it.
func NewKey(recipe any) (Key, error) {
	data, err := json.Marshal(recipe)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return Key(hex.EncodeToString(sum[:])), nil
}

// A Record is what is known of an entry beside its output.
type Record struct {
	Verb    string          `json:"verb"`
	Name    string          `json:"name"` // what was done, for people
	Seconds float64         `json:"seconds"`
	Said    json.RawMessage `json:"said,omitempty"` // what else the step said, for who carries it out
	Content string          `json:"content"`        // identifies the output: see Keep
	Folder  bool            `json:"folder"`         // the output is a folder, not a file
	Files   []File          `json:"files"`
}

// A File is one of those that an output is made of.
type File struct {
	Path     string `json:"path"` // below the output, with /; "" if the output is the file
	Bytes    int64  `json:"bytes"`
	Modified int64  `json:"modified,omitempty"` // ns since 1970: who changes a file changes this
	SHA256   string `json:"sha256,omitempty"`
}

// An Entry is something that was made, and what is known of it.
type Entry struct {
	Key    Key
	Record Record
	store  *Store
}

func (s *Store) folderOf(key Key) string { return filepath.Join(s.folder, entriesName, string(key)) }

func (e *Entry) folder() string { return e.store.folderOf(e.Key) }

// output is the place of one file of the output in the store.
func (e *Entry) output(f File) string {
	return filepath.Join(e.folder(), outputName, filepath.FromSlash(f.Path))
}

// Find returns the entry of a key, or nil. One that cannot be understood is none.
func (s *Store) Find(key Key) *Entry {
	data, err := os.ReadFile(filepath.Join(s.folderOf(key), recordName))
	if err != nil {
		return nil
	}
	e := &Entry{Key: key, store: s}
	if json.Unmarshal(data, &e.Record) != nil || e.Record.Content == "" {
		return nil
	}
	return e
}

// Whole reports whether all files of the output are there as they were kept:
// none was dropped, and none was changed since, as far as size and time tell.
func (e *Entry) Whole() bool {
	for _, f := range e.Record.Files {
		info, err := os.Stat(e.output(f))
		if err != nil || info.Size() != f.Bytes || info.ModTime().UnixNano() != f.Modified {
			return false
		}
	}
	_, err := os.Stat(filepath.Join(e.folder(), outputName))
	return err == nil
}

// A Stage is a place where an output is made before it is kept.
type Stage struct {
	folder string
	Output string // where the step writes: a file or folder that is not there yet
	begun  time.Time
}

// Stage makes a place for an output. Without a Keep it must be abandoned.
func (s *Store) Stage() (*Stage, error) {
	now := time.Now()
	folder := filepath.Join(s.folder, stagesName, fmt.Sprintf("%d-%d", now.UnixNano(), os.Getpid()))
	if err := os.MkdirAll(filepath.Dir(folder), 0o777); err != nil {
		return nil, err
	}
	return &Stage{folder, filepath.Join(folder, outputName), now}, os.Mkdir(folder, 0o777)
}

// Unfinished is a place for what is done so far of the output of a key. Who
// works there makes the folder, and removes it at the end; one that was left
// behind goes like a stage.
func (s *Store) Unfinished(key Key) string {
	return filepath.Join(s.folder, stagesName, "unfinished-"+string(key))
}

// Abandon removes what was staged.
func (s *Stage) Abandon() { _ = os.RemoveAll(s.folder) }

// Keep makes an entry of what lies in a stage. The record needs a verb, a name
// and what was said; the rest is filled in. Its Content is the fingerprint of
// the output; that of a scratch output, which is not worth reading once more, is
// the key itself.
func (s *Store) Keep(ctx context.Context, key Key, stage *Stage, r Record, b work.Budget) (*Entry, error) {
	defer stage.Abandon()
	e := &Entry{Key: key, Record: r, store: s}
	if err := e.Record.describe(stage.Output); err != nil {
		return nil, err
	}
	if r.Content == "" {
		if err := e.Record.identify(ctx, stage.Output, b); err != nil {
			return nil, err
		}
	}
	e.Record.Seconds = time.Since(stage.begun).Seconds()
	data, err := json.MarshalIndent(e.Record, "", "  ")
	if err != nil {
		return nil, err
	}
	if err := file.WriteBytes(filepath.Join(stage.folder, recordName), data); err != nil {
		return nil, err
	}
	if err := s.install(key, stage.folder); err != nil {
		return nil, err
	}
	if err := s.note(e); err != nil {
		return nil, err
	}
	if e = s.Find(key); e == nil { // that of whoever was first
		return nil, fmt.Errorf("%s: the entry of %s is gone: something else prunes this store", s.folder, r.Name)
	}
	return e, nil
}

// Scratch is the Content of an output that only other steps read.
func Scratch(key Key) string { return "made by " + string(key) }

// describe lists the files of an output, and protects them from being written.
func (r *Record) describe(output string) error {
	root, err := os.Stat(output)
	if err != nil {
		return err
	}
	r.Folder = root.IsDir()
	return filepath.WalkDir(output, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if runtime.GOOS != "windows" { // where a protected file cannot be replaced either
			if err := os.Chmod(path, info.Mode()&^0o222); err != nil {
				return err
			}
		}
		below, err := filepath.Rel(output, path)
		if below = filepath.ToSlash(below); below == "." {
			below = ""
		}
		r.Files = append(r.Files, File{Path: below, Bytes: info.Size(), Modified: info.ModTime().UnixNano()})
		return err
	})
}

// identify reads every file of an output once.
func (r *Record) identify(ctx context.Context, output string, b work.Budget) error {
	b.Progress = nil // what is read was just written
	paths := []string{}
	for _, f := range r.Files {
		paths = append(paths, filepath.Join(output, filepath.FromSlash(f.Path)))
	}
	prints, err := (*fingerprint.Memory)(nil).Of(ctx, paths, b)
	if err != nil {
		return err
	}
	all := sha256.New()
	for i, p := range prints {
		r.Files[i].SHA256 = p.SHA256
		fmt.Fprintf(all, "%s  %s\n", p.SHA256, r.Files[i].Path)
	}
	r.Content = hex.EncodeToString(all.Sum(nil))
	return nil
}

// install gives a finished stage the name of its key. Whoever was first stays,
// unless its output is no longer whole.
func (s *Store) install(key Key, stage string) error {
	folder := s.folderOf(key)
	if err := os.MkdirAll(filepath.Dir(folder), 0o777); err != nil {
		return err
	}
	err := os.Rename(stage, folder)
	if err == nil {
		return nil
	}
	if old := s.Find(key); old != nil && old.Whole() {
		return nil
	}
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	return os.Rename(stage, folder)
}

// note writes a line into the journal.
func (s *Store) note(e *Entry) error {
	f, err := os.OpenFile(filepath.Join(s.folder, journalName), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "%s\t%s\t%s\t%.3f\n", e.Key, e.Record.Verb, strings.ReplaceAll(e.Record.Name, "\t", " "), e.Record.Seconds)
	return errors.Join(err, f.Close())
}

// Place puts the output where people look for it, as links to the store where
// these are possible and as copies elsewhere. Files that are there already are
// left as they are. Other files of a folder are none of its business.
func (e *Entry) Place(to string) error {
	if len(e.Record.Files) == 0 {
		return os.MkdirAll(to, 0o777)
	}
	for _, f := range e.Record.Files {
		if err := place(e.output(f), filepath.Join(to, filepath.FromSlash(f.Path)), f); err != nil {
			return err
		}
	}
	return nil
}

func place(from, to string, f File) error {
	if there, err := os.Lstat(to); err == nil && there.Mode().IsRegular() && there.Size() == f.Bytes && there.ModTime().UnixNano() == f.Modified {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return err
	}
	beside := filepath.Join(filepath.Dir(to), fmt.Sprintf(".%s.%d.part", filepath.Base(to), os.Getpid()))
	if err := os.Link(from, beside); err != nil {
		return copyFile(from, to, f)
	}
	if err := os.Rename(beside, to); err != nil {
		return errors.Join(err, os.Remove(beside))
	}
	_ = os.Remove(beside) // left by a rename of a link over itself
	return nil
}

// Drop removes the output and keeps the record: what depends on it is still
// known to be made from it.
func (e *Entry) Drop() error { return os.RemoveAll(filepath.Join(e.folder(), outputName)) }

// Used notes that the entry was of use now; Prune goes by it.
func (e *Entry) Used() {
	now := time.Now()
	_ = os.Chtimes(filepath.Join(e.folder(), recordName), now, now) // a store that is read-only serves as well
}
