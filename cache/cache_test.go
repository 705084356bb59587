package cache_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/isocortex/isocortex/cache"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/work"
)

// open makes a store in a folder of its own.
func open(tb testing.TB) *cache.Store {
	tb.Helper()
	store, err := cache.Open(filepath.Join(tb.TempDir(), "store"))
	if err != nil {
		tb.Fatal(err)
	}
	return store
}

// key is that of a recipe.
func key(tb testing.TB, recipe any) cache.Key {
	tb.Helper()
	k, err := cache.NewKey(recipe)
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

// keep puts files into a store; a file named "" is the output itself.
func keep(tb testing.TB, s *cache.Store, k cache.Key, files map[string]string) *cache.Entry {
	tb.Helper()
	stage, err := s.Stage()
	if err != nil {
		tb.Fatal(err)
	}
	for name, text := range files {
		if err := file.WriteBytes(filepath.Join(stage.Output, name), []byte(text)); err != nil {
			tb.Fatal(err)
		}
	}
	e, err := s.Keep(tb.Context(), k, stage, cache.Record{Verb: "rdm", Name: "RDMs of x"}, work.Budget{})
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

// reads fails unless a file holds a text.
func reads(t *testing.T, path, want string) {
	t.Helper()
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("%s holds %q, %v; want %q", path, got, err, want)
	}
}

func TestWhatIsKeptIsFound(t *testing.T) {
	s := open(t)
	k := key(t, "one")
	if s.Find(k) != nil {
		t.Error("found before it was kept")
	}
	keep(t, s, k, map[string]string{"a.txt": "a", "below/b.txt": "bb"})
	again, err := cache.Open(s.Folder())
	if err != nil {
		t.Fatal(err)
	}
	e := again.Find(k)
	if e == nil || !e.Whole() || !e.Record.Folder || len(e.Record.Files) != 2 || e.Record.Name != "RDMs of x" {
		t.Fatalf("%+v", e)
	}
	to := filepath.Join(t.TempDir(), "result", "rdm")
	for range 2 {
		if err := e.Place(to); err != nil {
			t.Fatal(err)
		}
	}
	reads(t, filepath.Join(to, "a.txt"), "a")
	reads(t, filepath.Join(to, "below", "b.txt"), "bb")
	if entries, _ := os.ReadDir(to); len(entries) != 2 {
		t.Errorf("%v", entries)
	}
}

func TestAFileCanBeTheOutput(t *testing.T) {
	s := open(t)
	e := keep(t, s, key(t, 1), map[string]string{"": "text"})
	to := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(to, []byte("of an earlier run"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := e.Place(to); err != nil || e.Record.Folder {
		t.Fatal(err, e.Record)
	}
	reads(t, to, "text")
}

// The same content has the same identity, whatever it was made from.
func TestContent(t *testing.T) {
	s := open(t)
	one := keep(t, s, key(t, 1), map[string]string{"a": "x", "b": "y"})
	two := keep(t, s, key(t, 2), map[string]string{"b": "y", "a": "x"})
	other := keep(t, s, key(t, 3), map[string]string{"a": "y", "b": "x"})
	if one.Record.Content != two.Record.Content || one.Record.Content == other.Record.Content {
		t.Errorf("%s, %s, %s", one.Record.Content, two.Record.Content, other.Record.Content)
	}
}

// What somebody changed, shortened or removed is no longer whole, and is
// replaced by what is kept next.
func TestChangesAreSeen(t *testing.T) {
	for name, change := range map[string]func(path string) error{
		"removed":   os.Remove,
		"shortened": func(path string) error { return os.Truncate(path, 1) },
		"touched":   func(path string) error { return os.Chtimes(path, time.Now(), time.Unix(1, 0)) },
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			k := key(t, name)
			e := keep(t, s, k, map[string]string{"a": "text"})
			inside := filepath.Join(s.Folder(), "entries", string(k), "output", "a")
			if err := os.Chmod(inside, 0o666); err != nil {
				t.Fatal(err)
			}
			if err := change(inside); err != nil {
				t.Fatal(err)
			}
			if e.Whole() {
				t.Error("it is whole")
			}
			if e := keep(t, s, k, map[string]string{"a": "text"}); !e.Whole() {
				t.Error("it is not whole after it was made again")
			}
		})
	}
}

// What is placed cannot be written by accident: it is the store's too.
func TestKeptFilesAreProtected(t *testing.T) {
	e := keep(t, open(t), key(t, 1), map[string]string{"": "text"})
	to := filepath.Join(t.TempDir(), "x")
	if err := e.Place(to); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(to)
	if err != nil || info.Mode().Perm()&0o222 != 0 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

// An entry without its output says still what it was.
func TestDrop(t *testing.T) {
	s := open(t)
	k := key(t, 1)
	e := keep(t, s, k, map[string]string{"a": "text"})
	if err := e.Drop(); err != nil {
		t.Fatal(err)
	}
	if again := s.Find(k); again == nil || again.Whole() || again.Record.Content != e.Record.Content {
		t.Errorf("%+v", again)
	}
}

// Whoever makes the same thing at the same time does no harm.
func TestManyMakeTheSame(t *testing.T) {
	s := open(t)
	k := key(t, 1)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if e := keep(t, s, k, map[string]string{"a": "text"}); !e.Whole() {
				t.Error("not whole")
			}
		})
	}
	group.Wait()
	stages, err := os.ReadDir(filepath.Join(s.Folder(), "stages"))
	if err != nil || len(stages) > 0 {
		t.Errorf("%v, %v", stages, err)
	}
}

func TestVerify(t *testing.T) {
	s := open(t)
	good, bad, dropped := key(t, "good"), key(t, "bad"), key(t, "dropped")
	keep(t, s, good, map[string]string{"a": "text"})
	changed := keep(t, s, bad, map[string]string{"a": "text"})
	if err := keep(t, s, dropped, map[string]string{"a": "text"}).Drop(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(s.Folder(), "entries", string(bad), "output", "a")
	if err := os.Chmod(path, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("TEXT"), 0o666); err != nil {
		t.Fatal(err)
	}
	then := time.Unix(0, changed.Record.Files[0].Modified)
	if err := os.Chtimes(path, then, then); err != nil { // so that only reading it tells
		t.Fatal(err)
	}
	damaged, err := s.Verify(t.Context(), work.Budget{})
	if err != nil || len(damaged) != 1 || !strings.Contains(damaged[0], string(bad)) {
		t.Errorf("%q, %v", damaged, err)
	}
	if s.Find(bad) != nil || s.Find(good) == nil || s.Find(dropped) == nil {
		t.Error("other entries went than the damaged one")
	}
}

func TestPrune(t *testing.T) {
	s := open(t)
	used := func(k cache.Key, ago time.Duration) {
		then := time.Now().Add(-ago)
		if err := os.Chtimes(filepath.Join(s.Folder(), "entries", string(k), "record.json"), then, then); err != nil {
			t.Fatal(err)
		}
	}
	var keys []cache.Key
	for i := range 4 {
		k := key(t, i)
		keep(t, s, k, map[string]string{"": strings.Repeat("x", 10)})
		used(k, time.Duration(i)*time.Hour)
		keys = append(keys, k)
	}
	there := func() string {
		var text strings.Builder
		for i, k := range keys {
			if s.Find(k) != nil {
				text.WriteString(fmt.Sprint(i))
			}
		}
		return text.String()
	}
	s.Find(keys[0]).Used()
	for _, c := range []struct {
		limit cache.Limit
		want  string
	}{
		{cache.Limit{Bytes: -1}, "0123"},
		{cache.Limit{Age: 150 * time.Minute, Bytes: -1}, "012"},
		{cache.Limit{Bytes: 20}, "01"},
		{cache.Limit{}, ""},
	} {
		gone, err := s.Prune(c.limit)
		if err != nil || there() != c.want {
			t.Errorf("%+v: %s is there, want %s; %v went, %v", c.limit, there(), c.want, gone, err)
		}
	}
}

// A stage is left alone while somebody writes into it, however long ago it was
// begun.
func TestPruneSweepsWhatWasLeftBehind(t *testing.T) {
	s := open(t)
	long := time.Now().Add(-48 * time.Hour)
	stage := func(worked time.Time) string {
		stage, err := s.Stage()
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(stage.Output, "a")
		if err := file.WriteBytes(path, []byte("text")); err != nil {
			t.Fatal(err)
		}
		folder := filepath.Dir(stage.Output)
		for path, then := range map[string]time.Time{path: worked, stage.Output: long, folder: long} {
			if err := os.Chtimes(path, then, then); err != nil {
				t.Fatal(err)
			}
		}
		return folder
	}
	dead, alive := stage(long), stage(time.Now())
	if _, err := s.Prune(cache.Limit{Bytes: -1}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dead); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("left behind: %v", err)
	}
	if _, err := os.Stat(alive); err != nil {
		t.Errorf("somebody was at work: %v", err)
	}
}

func TestOnlyAStoreIsOne(t *testing.T) {
	if cache.Is(t.TempDir()) || !cache.Is(open(t).Folder()) {
		t.Error("Is cannot tell a store from a folder")
	}
}

func BenchmarkFindAndPlace(b *testing.B) {
	s := open(b)
	k := key(b, 1)
	files := map[string]string{}
	for i := range 20 {
		files[fmt.Sprint(i)] = "text"
	}
	keep(b, s, k, files)
	to := filepath.Join(b.TempDir(), "out")
	for b.Loop() {
		e := s.Find(k)
		if e == nil || !e.Whole() {
			b.Fatal("it is gone")
		}
		if err := e.Place(to); err != nil {
			b.Fatal(err)
		}
	}
}
