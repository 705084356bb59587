package bids

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/isocortex/isocortex/file"
)

// description is the file that a folder of BIDS, or of what was derived from one,
// has at its top.
const description = "dataset_description.json"

// Root returns the folder of BIDS that a file lies in: the nearest one above it
// that is described; false where there is none.
func Root(path string) (string, bool) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", false
	}
	for {
		above := filepath.Dir(path)
		if above == path {
			return "", false
		}
		if Is(above) {
			return above, true
		}
		path = above
	}
}

// Is reports whether a folder is one of BIDS.
func Is(folder string) bool {
	info, err := os.Stat(filepath.Join(folder, description))
	return err == nil && info.Mode().IsRegular()
}

// free are entities that a file about a recording may have beside those of the
// recording, by its suffix.
var free = map[string][]string{"electrodes": {"space"}, "coordsystem": {"space"}}

// Sidecars returns the files with a suffix and an ending that apply to a
// recording: those beside it, and above it up to the root, that have no entity
// which it has not. The nearest comes last.
//
//	errors   two files of one folder of which neither is about less than the other
func Sidecars(recording, suffix, ending string) ([]string, error) {
	root, found := Root(recording)
	name, parsed := Parse(recording)
	if !found || !parsed {
		return nil, nil
	}
	whole, err := filepath.Abs(recording)
	if err != nil {
		return nil, err
	}
	var applying []string
	for folder := filepath.Dir(whole); ; folder = filepath.Dir(folder) {
		one, err := applicable(folder, name, Name{Suffix: suffix, Ending: ending})
		if err != nil {
			return nil, err
		}
		if one != "" {
			applying = append(applying, as(recording, one))
		}
		if folder == root {
			break
		}
	}
	slices.Reverse(applying)
	return applying, nil
}

// as writes a whole path the way that another is written: seen from the folder of
// work, if that is.
func as(other, whole string) string {
	if filepath.IsAbs(other) {
		return whole
	}
	work, err := os.Getwd()
	if err != nil {
		return whole
	}
	if short, err := filepath.Rel(work, whole); err == nil {
		return short
	}
	return whole
}

// applicable returns the file of a folder that applies to a recording, the one
// with the most entities; "" where none does.
func applicable(folder string, recording, like Name) (string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return "", err
	}
	var extra []string // entities that say nothing about this recording
	for _, key := range free[like.Suffix] {
		if recording.Get(key) == "" {
			extra = append(extra, key)
		}
	}
	best, path := Name{}, ""
	for _, e := range entries {
		n, parsed := Parse(e.Name())
		if !parsed || n.Suffix != like.Suffix || n.Ending != like.Ending || !n.Without(extra...).within(recording) {
			continue
		}
		switch {
		case path == "" || best.within(n):
			best, path = n, filepath.Join(folder, e.Name())
		case !n.within(best):
			return "", file.Malformed(filepath.Join(folder, e.Name()), -1, "", "it and %s both apply to %s: one of them has to have an entity more, or to go", filepath.Base(path), recording)
		}
	}
	return path, nil
}

// Nearest returns the last of Sidecars; "" where there is none.
func Nearest(recording, suffix, ending string) (string, error) {
	list, err := Sidecars(recording, suffix, ending)
	if err != nil || len(list) == 0 {
		return "", err
	}
	return list[len(list)-1], nil
}

// Metadata returns what JSON files with a suffix say about a recording, by key:
// what a nearer file says wins.
//
//	errors   those of Sidecars; *file.ParseError with the byte where JSON is broken
func Metadata(recording, suffix string) (map[string]any, error) {
	list, err := Sidecars(recording, suffix, ".json")
	if err != nil {
		return nil, err
	}
	merged := map[string]any{}
	for _, path := range list {
		keys, err := readJSON(path)
		if err != nil {
			return nil, err
		}
		maps.Copy(merged, keys)
	}
	return merged, nil
}

// readJSON reads an object of JSON.
func readJSON(path string) (map[string]any, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var keys map[string]any
	if err := json.Unmarshal(data, &keys); err != nil {
		at := int64(-1)
		if broken := (*json.SyntaxError)(nil); errors.As(err, &broken) {
			at = broken.Offset
		}
		return nil, file.Malformed(path, at, "", "%v", err)
	}
	return keys, nil
}

// Beside returns every file that applies to a recording in a folder of BIDS.
func Beside(recording string) []string {
	name, _ := Parse(recording)
	var paths []string
	for _, kind := range [][2]string{{"channels", ".tsv"}, {"electrodes", ".tsv"}, {"coordsystem", ".json"}, {"events", ".tsv"}, {name.Suffix, ".json"}} {
		list, err := Sidecars(recording, kind[0], kind[1])
		if err == nil { // what is wrong is told by who reads them
			paths = append(paths, list...)
		}
	}
	return paths
}
