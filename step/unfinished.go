package step

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/isocortex/isocortex/cache"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/work"
)

// syncEvery is the time between two moments at which rows are brought to the
// disk: what a killed extraction loses at most.
const syncEvery = time.Second

// The names inside a folder of unfinished work.
const (
	unfinishedName  = ".unfinished"   // the folder, inside that of the output
	lockName        = "lock"          // held by who works on it
	rowJournalName  = "journal.jsonl" // what it is, then the batches that are on the disk
	fittedName      = "fitted"        // of what key the components are that lie beside it
	partialRowsName = ".part"         // ends the names of files that lack rows
)

// unfinished is an extraction under way: files that lack rows, and a journal of
// the batches whose rows they have.
type unfinished struct {
	folder string
	lock   *file.Lock // nil for a folder that nobody else knows
	key    cache.Key  // of everything that decides about the rows

	channels []int          // of each file, as the journal has them; nil if there is none
	units    []int          // of each layer before it was reduced; nil where none is
	finished []finishedRows // that the journal has
	has      []bool         // per stimulus, those of finished

	mutex   sync.Mutex
	journal *os.File
	pending []finishedRows // handed over, perhaps not on the disk
	synced  time.Time
}

// journalHead is the first line of a journal.
type journalHead struct {
	Key      cache.Key `json:"key"`
	Channels []int     `json:"channels"`
	Units    []int     `json:"units,omitempty"`
}

// finishedRows is a line of a journal: the rows of all layers that belong to
// consecutive stimuli.
type finishedRows struct {
	First  int      `json:"first"`
	Images []string `json:"images"` // fingerprints of the stimuli
}

// unfinished finds what an earlier run of the same step left, or begins anew
// where something that decides about the rows has changed.
func (s Activations) unfinished(ctx context.Context, env *Env, stimuli int) (*unfinished, error) {
	u := &unfinished{folder: env.Unfinished, has: make([]bool, stimuli), synced: time.Now()}
	if u.folder == "" {
		u.folder = filepath.Join(s.Out, unfinishedName)
	}
	if err := u.claim(); err != nil {
		return nil, err
	}
	err := u.identify(ctx, s, env)
	if err == nil {
		err = u.read()
	}
	if err != nil {
		return nil, errors.Join(err, u.release())
	}
	return u, nil
}

// claim takes the folder, or one beside it where another program works in it.
func (u *unfinished) claim() (err error) {
	u.lock, err = file.Acquire(filepath.Join(u.folder, lockName))
	if errors.Is(err, file.ErrLocked) {
		u.folder, err = os.MkdirTemp(filepath.Dir(u.folder), filepath.Base(u.folder)+"-")
	}
	return err
}

// identify makes the key.
func (u *unfinished) identify(ctx context.Context, s Repeatable, env *Env) error {
	paths := s.Inputs()
	prints, err := env.Memory.Of(ctx, paths, env.Budget)
	if err != nil {
		return err
	}
	recipe := struct {
		Version, Engine string
		Options         Step
		Inputs          []string
	}{env.Version, env.engineVersion(), s.To(""), nil}
	for _, p := range prints {
		recipe.Inputs = append(recipe.Inputs, p.SHA256)
	}
	u.key, err = cache.NewKey(recipe)
	return err
}

// read takes from the journal what is there of this key. A line that was cut
// ends it.
func (u *unfinished) read() error {
	data, err := os.ReadFile(filepath.Join(u.folder, rowJournalName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, len(data)+1)
	var head journalHead
	if !lines.Scan() || json.Unmarshal(lines.Bytes(), &head) != nil || head.Key != u.key {
		return nil
	}
	u.channels, u.units = head.Channels, head.Units
	for lines.Scan() {
		var rows finishedRows
		if json.Unmarshal(lines.Bytes(), &rows) != nil || rows.First < 0 || rows.First+len(rows.Images) > len(u.has) {
			break
		}
		u.finished = append(u.finished, rows)
		u.mark(rows)
	}
	return nil
}

// mark counts rows as there.
func (u *unfinished) mark(rows finishedRows) {
	for i := range rows.Images {
		u.has[rows.First+i] = true
	}
}

// forget makes what was found be nothing.
func (u *unfinished) forget() {
	u.channels, u.finished = nil, nil
	clear(u.has)
}

// all reports whether no row is lacking.
func (u *unfinished) all() bool { return !slices.Contains(u.has, false) }

// covers reports whether the rows of all of these stimuli are there.
func (u *unfinished) covers(stimuli work.Span) bool {
	return !slices.Contains(u.has[stimuli.From:stimuli.To], false)
}

// begin writes the journal anew, as far as it was read, for files of so many
// channels, and layers of so many units, if they are reduced.
func (u *unfinished) begin(channels, units []int) error {
	path := filepath.Join(u.folder, rowJournalName)
	var text bytes.Buffer
	lines := json.NewEncoder(&text)
	_ = lines.Encode(journalHead{u.key, channels, units}) // to memory
	for _, rows := range u.finished {
		_ = lines.Encode(rows)
	}
	if err := file.WriteBytes(path, text.Bytes()); err != nil {
		return err
	}
	var err error
	u.journal, err = os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	return err
}

// note remembers that rows were handed over, and brings them to the disk now and
// then: first the files, then the journal.
func (u *unfinished) note(rows finishedRows, files func() error) error {
	u.mutex.Lock()
	defer u.mutex.Unlock()
	u.pending = append(u.pending, rows)
	if time.Since(u.synced) < syncEvery {
		return nil
	}
	return u.sync(files)
}

// sync brings all that is pending to the disk.
func (u *unfinished) sync(files func() error) error {
	var text bytes.Buffer
	lines := json.NewEncoder(&text)
	written := u.pending
	for _, rows := range written {
		_ = lines.Encode(rows) // to memory
	}
	u.pending = nil
	if err := files(); err != nil {
		return err
	}
	if _, err := u.journal.Write(text.Bytes()); err != nil {
		return err
	}
	for _, rows := range written {
		u.mark(rows)
	}
	u.synced = time.Now()
	return u.journal.Sync()
}

// fitted reports whether the components of this key are there: nothing is to be
// fitted again.
func (u *unfinished) fitted() bool {
	key, err := os.ReadFile(filepath.Join(u.folder, fittedName))
	return err == nil && cache.Key(key) == u.key
}

// noteFitted remembers that the components of all layers are there.
func (u *unfinished) noteFitted() error {
	return file.WriteBytes(filepath.Join(u.folder, fittedName), []byte(u.key))
}

// keepComponents moves the components, if there are any, to where they are kept.
func (u *unfinished) keepComponents(out string) error {
	if !u.fitted() {
		return nil
	}
	place := filepath.Join(out, componentFolder)
	if err := os.RemoveAll(place); err != nil {
		return err
	}
	return os.Rename(filepath.Join(u.folder, componentFolder), place)
}

// kept says how much of interrupted work is done.
func (u *unfinished) kept() string {
	if u.lock == nil {
		return "another program works on the same: what was done here is not kept"
	}
	done := 0
	for _, has := range u.has {
		if has {
			done++
		}
	}
	return fmt.Sprintf("%d of %d pictures are done and kept: started again in the same way, it goes on from there", done, len(u.has))
}

// stop ends work that has no rows yet before its time: components stay, for a
// later run, where the work was interrupted.
func (u *unfinished) stop(ctx context.Context, env *Env) error {
	if ctx.Err() == nil || !u.fitted() {
		return u.remove()
	}
	env.note(u.kept())
	return u.release()
}

// release leaves the folder as it is, for a later run.
func (u *unfinished) release() error {
	var err error
	if u.journal != nil {
		err = u.journal.Close()
		u.journal = nil
	}
	if u.lock == nil {
		return errors.Join(err, os.RemoveAll(u.folder))
	}
	return errors.Join(err, u.lock.Release())
}

// remove ends the work: nothing is left of it.
func (u *unfinished) remove() error {
	err := os.RemoveAll(u.folder) // while it is locked
	return errors.Join(err, u.release())
}
