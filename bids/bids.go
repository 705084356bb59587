// Package bids finds recordings in a folder that is laid out as the Brain Imaging
// Data Structure says, and reads what the files beside them say about them.
//
//	folder, err := bids.Open("ds000117")
//	channels, path, err := bids.Channels("ds000117/sub-01/meg/sub-01_task-faces_run-1_meg.fif")
//
// A file about recordings applies to all below its folder that have its entities;
// the nearest wins, and of JSON files each key.
//
//	source   Gorgolewski et al. (2016), doi:10.1038/sdata.2016.44;
//	         Pernet et al. (2019), doi:10.1038/s41597-019-0104-8
package bids

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/file"
)

// A Folder is what a folder of BIDS holds.
type Folder struct {
	Root       string
	Title      string // as it calls itself
	Recordings []Recording
	Derived    []Folder // what was made of it, in derivatives
	Complaints []string // what is wrong in it
}

// A Recording is one file, or several that follow each other.
type Recording struct {
	Name
	Path  string   // of the first file
	Parts []string // all files, where there are several
}

// kinds are the suffixes of recordings, which are also the names of their
// folders.
var kinds = []string{"eeg", "meg", "ieeg"}

// companions are the endings of files that stand beside a recording, or belong
// to it.
var companions = []string{".json", ".tsv", ".tsv.gz", ".vmrk", ".eeg", ".dat", ".fdt", ".pos", ".txt", ".png", ".jpg"}

// Open finds the recordings of a folder, and of its derivatives, and reads what
// stands beside them. What is wrong with that is among the complaints.
//
//	errors   a folder without dataset_description.json; *file.ParseError for a broken one
func Open(root string) (*Folder, error) {
	if !Is(root) {
		return nil, file.Unsupported(root, -1, description, "it is not there: the folder is not one of BIDS")
	}
	keys, err := readJSON(filepath.Join(root, description))
	if err != nil {
		return nil, err
	}
	f := &Folder{Root: root}
	f.Title, _ = keys["Name"].(string)
	if err := f.find(); err != nil {
		return nil, err
	}
	for i := range f.Recordings {
		f.check(&f.Recordings[i])
	}
	derived, err := os.ReadDir(filepath.Join(root, "derivatives"))
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	for _, d := range derived {
		inner := filepath.Join(root, "derivatives", d.Name())
		if !d.IsDir() || !Is(inner) {
			continue
		}
		one, err := Open(inner)
		if err != nil {
			f.complain(err)
			continue
		}
		f.Derived = append(f.Derived, *one)
	}
	return f, nil
}

// complain notes what is wrong.
func (f *Folder) complain(err error) {
	text := err.Error()
	for _, root := range []string{absolute(f.Root), f.Root} {
		text = strings.ReplaceAll(text, root+string(filepath.Separator), "")
	}
	if !slices.Contains(f.Complaints, text) {
		f.Complaints = append(f.Complaints, text)
	}
}

// absolute is the whole path, as files beside recordings are named by.
func absolute(path string) string {
	if whole, err := filepath.Abs(path); err == nil {
		return whole
	}
	return path
}

// find finds the recordings of all subjects.
func (f *Folder) find() error {
	return filepath.WalkDir(f.Root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		inside, _ := filepath.Rel(f.Root, path)
		top, _, _ := strings.Cut(filepath.ToSlash(inside), "/")
		if path != f.Root && !strings.HasPrefix(top, "sub-") {
			if entry.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		if !slices.Contains(kinds, filepath.Base(filepath.Dir(path))) {
			return nil
		}
		f.add(path)
		if entry.IsDir() { // of a system that keeps a recording in a folder
			return filepath.SkipDir
		}
		return nil
	})
}

// add adds a file of a folder of recordings, if it is one.
func (f *Folder) add(path string) {
	base := filepath.Base(path)
	if strings.HasPrefix(base, ".") {
		return
	}
	name, parsed := Parse(base)
	if !parsed || name.Get("sub") == "" {
		f.complain(fmt.Errorf("%s: not a name of BIDS, which are as sub-01_task-faces_eeg.bdf", path))
		return
	}
	if !slices.Contains(kinds, name.Suffix) || slices.Contains(companions, strings.ToLower(name.Ending)) {
		return
	}
	if acq := name.Get("acq"); acq == "calibration" || acq == "crosstalk" { // of the machine
		return
	}
	whole := name.Without("split")
	for i := range f.Recordings {
		r := &f.Recordings[i]
		if r.Without("split").String() != whole.String() {
			continue
		}
		if r.Ending == name.Ending && r.Get("split") != name.Get("split") {
			if r.Parts == nil {
				r.Parts = []string{r.Path}
			}
			r.Parts = append(r.Parts, path)
		} else {
			f.complain(fmt.Errorf("%s: it has the entities of %s: it is not read", path, filepath.Base(r.Path)))
		}
		return
	}
	f.Recordings = append(f.Recordings, Recording{Name: name, Path: path})
}

// check reads what stands beside a recording.
func (f *Folder) check(r *Recording) {
	inside, _ := filepath.Rel(f.Root, r.Path)
	for _, key := range []string{"sub", "ses"} {
		value := r.Get(key)
		if folder := key + "-" + value; value != "" && !slices.Contains(strings.Split(filepath.ToSlash(inside), "/"), folder) {
			f.complain(fmt.Errorf("%s: it is not in a folder %s", r.Path, folder))
		}
	}
	if r.Get("task") == "" {
		f.complain(fmt.Errorf("%s: its name has no task", r.Path))
	}
	for _, read := range []func() error{
		func() error { _, _, err := Channels(r.Path); return err },
		func() error { _, err := Events(r.Path); return err },
		func() error { _, err := ReadElectrodes(r.Path); return err },
		func() error { _, err := Metadata(r.Path, r.Suffix); return err },
	} {
		if err := read(); err != nil {
			f.complain(err)
		}
	}
}

// Values returns the values of an entity in the order of the recordings.
func (f *Folder) Values(key string) []string {
	var values []string
	for _, r := range f.Recordings {
		if v := r.Get(key); v != "" && !slices.Contains(values, v) {
			values = append(values, v)
		}
	}
	return values
}
