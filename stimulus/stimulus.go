// Package stimulus holds what was shown, to brain and network alike: pictures
// with labels, and how a picture becomes the input of a network.
//
// A stimulus is one thing shown; its label is the name of its file without the
// ending. A set is in the natural order of its labels (face_2 before face_10),
// so that it does not depend on how files happen to be listed.
//
//	set, err := stimulus.Read("stimuli")
//	preset, err := stimulus.PresetByName("torchvision")
//	preset, err = preset.For(set)
//	height, width := preset.Size()
//	view, err := set.View(0)
//	err = view.Input(input[:3*height*width], preset)
//	view.Close()
//
// Read looks at every file, so that a damaged one is found before hours of
// work. Pictures are decoded and resized to the bits of Pillow, on which
// published networks were trained.
package stimulus

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/work"
)

// A Stimulus is one thing shown.
type Stimulus struct {
	Label         string // file name without folder and ending
	Path          string
	Condition     string // responses of one condition belong together; the label until a table says otherwise
	Category      string // "" until a table says
	Width, Height int    // pixels, before any preprocessing
}

// A Set is what was shown in one experiment.
type Set struct {
	Stimuli    []Stimulus // in the natural order of their labels
	Background Background // behind transparent pixels; white unless changed
	Warnings   []string   // for people: files left out, pictures that may be transparent

	tensors *tensors // nil for pictures
}

// Open reads picture i on the background of the set. Of a tensor it is a drawing.
//
//	errors   those of the package's Open
func (s *Set) Open(i int) (*Image, error) {
	if s.tensors == nil {
		return OpenOn(s.Stimuli[i].Path, s.Background)
	}
	view, err := s.tensor(i)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	return view.drawing(), nil
}

// Labels returns the labels in the order of the set.
func (s *Set) Labels() []string {
	labels := make([]string, len(s.Stimuli))
	for i, one := range s.Stimuli {
		labels[i] = one.Label
	}
	return labels
}

// Read finds the pictures of a folder, a pattern such as "stimuli/*.png", or
// one file, and reads their headers.
//
// A file whose name ends in .npy holds tensors, the input of a network for every
// stimulus: stimuli × channels × height × width, or with the channels last, in
// float32, or in uint8 from 0 to 255, with one channel or three. They are taken as
// they are: see AsTheyAre. Their labels are 1, 2, ... until a table names them.
//
// Folders below are not entered. Hidden files and those whose names do not end
// as those of pictures do are left out with a warning.
//
//	errors   nothing found; two files with one label; unreadable files, all of
//	         them in one error, each a *file.ParseError
//	cost     the first bytes of every file; a file that does not end as its
//	         format demands is decoded
func Read(pattern string) (*Set, error) {
	if isTensors(pattern) && !isFolder(pattern) {
		return readTensors(pattern)
	}
	paths, err := find(pattern)
	if err != nil {
		return nil, err
	}
	s := &Set{}
	var skipped []string
	for _, path := range paths {
		if label, ok := labelOf(filepath.Base(path)); ok {
			s.Stimuli = append(s.Stimuli, Stimulus{Label: label, Condition: label, Path: path})
		} else {
			skipped = append(skipped, filepath.Base(path))
		}
	}
	if len(s.Stimuli) == 0 {
		return nil, fmt.Errorf("%s: no picture found (%s): give a folder, a pattern such as \"stimuli/*.png\", or a file, which may hold tensors (.npy)", pattern, strings.Join(Endings(), " "))
	}
	if len(skipped) > 0 {
		s.warn("%s left out, not called %s: %s", count(len(skipped), "file"), strings.Join(Endings(), " "), some(skipped))
	}
	if err := s.order(); err != nil {
		return nil, err
	}
	return s, s.probe()
}

// find lists the files that a pattern means.
func find(pattern string) ([]string, error) {
	info, err := os.Stat(pattern)
	if err == nil && !info.IsDir() {
		return []string{pattern}, nil
	}
	if err != nil {
		paths, bad := filepath.Glob(pattern)
		if bad != nil {
			return nil, fmt.Errorf("%s: %w: close every [ with a ]", pattern, bad)
		}
		if len(paths) == 0 && !(errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(pattern, "*?[")) {
			return nil, err
		}
		return slices.DeleteFunc(paths, isFolder), nil
	}
	entries, err := os.ReadDir(pattern)
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, entry := range entries {
		paths = append(paths, filepath.Join(pattern, entry.Name()))
	}
	return slices.DeleteFunc(paths, isFolder), nil
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// labelOf returns the label of a picture with this file name; ok is false when
// no picture is called so.
func labelOf(name string) (label string, ok bool) {
	ending := filepath.Ext(name)
	label = strings.TrimSuffix(name, ending)
	return label, IsPicture(name) && !strings.HasPrefix(name, ".")
}

// order sorts the stimuli and refuses labels that stand for two files.
func (s *Set) order() error {
	slices.SortFunc(s.Stimuli, func(a, b Stimulus) int {
		if order := dataset.CompareLabels(a.Label, b.Label); order != 0 {
			return order
		}
		return strings.Compare(a.Path, b.Path)
	})
	for i, one := range s.Stimuli[1:] {
		if before := s.Stimuli[i]; before.Label == one.Label {
			return fmt.Errorf("stimulus %q is both %s and %s: rename or remove one", one.Label, before.Path, one.Path)
		}
	}
	return nil
}

// probe reads every header and collects what cannot be read.
func (s *Set) probe() error {
	failed := make([]error, len(s.Stimuli))
	headers := make([]Header, len(s.Stimuli))
	budget := work.Budget{Threads: 8} // waiting for the disk, not computing
	err := budget.Each(context.Background(), "", len(s.Stimuli), func(i int) error {
		headers[i], failed[i] = ReadHeader(s.Stimuli[i].Path)
		s.Stimuli[i].Width, s.Stimuli[i].Height = headers[i].Width, headers[i].Height
		return nil
	})
	if err != nil {
		return err
	}
	failed = slices.DeleteFunc(failed, func(err error) bool { return err == nil })
	if len(failed) > 0 {
		return fmt.Errorf("%d of %s cannot be read:\n%w", len(failed), count(len(s.Stimuli), "stimulus file"), errors.Join(failed...))
	}
	s.warnOf(headers)
	return nil
}

// warnOf says once for the set what reading decides for some of its pictures.
func (s *Set) warnOf(headers []Header) {
	if names := s.names(headers, func(h Header) bool { return h.Alpha }); len(names) > 0 {
		s.warn("%s may have transparent pixels, which are shown on %v: %s", count(len(names), "stimulus file"), s.Background, some(names))
	}
	for _, c := range choices {
		if names := s.names(headers, c.made); len(names) > 0 {
			s.warn("%s with %s, %s: %s", count(len(names), "stimulus file"), c.with, c.what, some(names))
		}
	}
}

// names lists the files whose headers have a property.
func (s *Set) names(headers []Header, property func(Header) bool) []string {
	var names []string
	for i, h := range headers {
		if property(h) {
			names = append(names, filepath.Base(s.Stimuli[i].Path))
		}
	}
	return names
}

func (s *Set) warn(format string, args ...any) {
	s.Warnings = append(s.Warnings, fmt.Sprintf(format, args...))
}

// count writes "1 file" or "2 files".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// some lists the first names of a long list.
func some(names []string) string {
	const most = 10
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
