package cache

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/fingerprint"
	"github.com/isocortex/isocortex/work"
)

// A Listing is an entry with what it takes and when it was last of use.
type Listing struct {
	*Entry
	Bytes int64 // of the output that is there; 0 once it was dropped
	Used  time.Time
}

// List returns every entry, the most recently used first.
func (s *Store) List() ([]Listing, error) {
	folders, err := os.ReadDir(filepath.Join(s.folder, entriesName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []Listing
	for _, folder := range folders {
		e := s.Find(Key(folder.Name()))
		if e == nil {
			continue
		}
		l := Listing{Entry: e}
		if info, err := os.Stat(filepath.Join(e.folder(), recordName)); err == nil {
			l.Used = info.ModTime()
		}
		for _, f := range e.Record.Files {
			if info, err := os.Stat(e.output(f)); err == nil {
				l.Bytes += info.Size()
			}
		}
		all = append(all, l)
	}
	slices.SortStableFunc(all, func(a, b Listing) int { return cmp.Or(b.Used.Compare(a.Used), cmp.Compare(a.Key, b.Key)) })
	return all, nil
}

// Verify reads every output that is there and says what is not as it was kept.
// Entries with such files are removed: their steps are carried out again.
//
//	errors   none for what is damaged: damaged has a sentence for each file
//	cost     reads every byte of the store
func (s *Store) Verify(ctx context.Context, b work.Budget) (damaged []string, err error) {
	all, err := s.List()
	if err != nil {
		return nil, err
	}
	found := make([]string, len(all))
	err = b.Each(ctx, "entries", len(all), func(i int) error {
		e := all[i].Entry
		if _, err := os.Stat(filepath.Join(e.folder(), outputName)); err != nil {
			return nil // dropped
		}
		text, err := e.damage(ctx)
		if err != nil || text == "" {
			return err
		}
		found[i] = text
		return os.RemoveAll(e.folder())
	})
	return slices.DeleteFunc(found, func(text string) bool { return text == "" }), err
}

// damage reads an output and says what is wrong with it; "" if nothing is.
func (e *Entry) damage(ctx context.Context) (string, error) {
	for _, f := range e.Record.Files {
		info, err := os.Stat(e.output(f))
		if err != nil || info.Size() != f.Bytes {
			return fmt.Sprintf("%s: %s has not its %d bytes", e.Record.Name, e.output(f), f.Bytes), nil
		}
		if f.SHA256 == "" {
			continue
		}
		prints, err := (*fingerprint.Memory)(nil).Of(ctx, []string{e.output(f)}, work.Budget{Threads: 1})
		if err != nil {
			return "", err
		}
		if prints[0].SHA256 != f.SHA256 {
			return fmt.Sprintf("%s: %s was changed", e.Record.Name, e.output(f)), nil
		}
	}
	return "", nil
}

// A Limit says what a store may keep.
type Limit struct {
	Age   time.Duration // since an entry was last of use; 0 for any
	Bytes int64         // of all outputs together, the least recently used going first; negative for any
}

// Prune removes entries beyond a limit, and stages that nobody has worked on for
// a day. Results that lie elsewhere stay whole. It returns what went.
func (s *Store) Prune(limit Limit) (gone []Listing, err error) {
	all, err := s.List()
	if err != nil {
		return nil, err
	}
	kept, full := int64(0), false
	for _, l := range all {
		old := limit.Age > 0 && time.Since(l.Used) > limit.Age
		full = full || limit.Bytes >= 0 && kept+l.Bytes > limit.Bytes
		if !old && !full {
			kept += l.Bytes
			continue
		}
		if err := os.RemoveAll(l.folder()); err != nil {
			return gone, err
		}
		gone = append(gone, l)
	}
	return gone, s.sweep()
}

// sweep removes stages that were left behind.
func (s *Store) sweep() error {
	folder := filepath.Join(s.folder, stagesName)
	stages, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, stage := range stages {
		path := filepath.Join(folder, stage.Name())
		if time.Since(lastWorkedOn(path)) > 24*time.Hour {
			err = errors.Join(err, os.RemoveAll(path))
		}
	}
	return err
}

// lastWorkedOn is when anything below a folder last changed; now, if somebody is
// moving it away.
func lastWorkedOn(folder string) (last time.Time) {
	err := filepath.WalkDir(folder, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err == nil && info.ModTime().After(last) {
			last = info.ModTime()
		}
		return err
	})
	if err != nil {
		return time.Now()
	}
	return last
}

// copyFile copies a file of the store whole or not at all, with its time.
func copyFile(from, to string, f File) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	if err := file.Write(to, func(w io.Writer) error {
		_, err := io.Copy(w, source)
		return err
	}); err != nil {
		return err
	}
	modified := time.Unix(0, f.Modified)
	return os.Chtimes(to, modified, modified)
}
