package rdm

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/npy"
)

// Names of the arrays of an RDM file that are not labels.
const (
	keyValues     = "dissimilarities"
	keyConditions = "conditions"
	keyMeasure    = "measure"
	keyText       = "definition"
	keyKind       = "kind"
	keyChance     = "chance"
	keyPerChannel = "per_channel"
	keySigned     = "signed"
	keyTime       = "rdm.time"
	keyWindow     = "rdm.window"
	labelPrefix   = "rdm."
)

// Write saves r as an .npz file that NumPy opens without pickle.
//
// It holds `dissimilarities` RDMs × pairs, `conditions`, `measure`, its
// `definition`, `kind`, `chance`, `per_channel`, `signed`, and one array per
// label: `rdm.subject`, `rdm.layer`, `rdm.time` in seconds, ...
func (r *RDMs) Write(path string) error {
	if err := r.Check(); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return file.Write(path, func(w io.Writer) error {
		archive := npy.Create(w)
		for _, entry := range r.entries() {
			if err := archive.Add(entry.name, entry.array); err != nil {
				return err
			}
		}
		return archive.Close()
	})
}

type entry struct {
	name  string
	array *npy.Array
}

// entries lists the arrays of the file of r.
func (r *RDMs) entries() []entry {
	d := r.Definition
	entries := []entry{
		{keyValues, &npy.Array{Shape: []int{r.Len(), Pairs(r.Size)}, Data: r.Dissimilarities}},
		{keyMeasure, scalar([]string{d.Measure})},
		{keyText, scalar([]string{d.Text})},
		{keyKind, scalar([]string{string(d.Kind)})},
		{keyChance, scalar([]float64{d.Chance})},
		{keyPerChannel, scalar([]bool{d.PerChannel})},
		{keySigned, scalar([]bool{d.Signed})},
		{keyWindow, scalar([]float64{r.Window})},
	}
	if r.Conditions != nil {
		entries = append(entries, entry{keyConditions, &npy.Array{Shape: []int{r.Size}, Data: r.Conditions}})
	}
	if r.Times != nil {
		entries = append(entries, entry{keyTime, &npy.Array{Shape: []int{r.Len()}, Data: r.Times}})
	}
	names := make([]string, 0, len(r.Labels))
	for name := range r.Labels {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		entries = append(entries, entry{labelPrefix + name, &npy.Array{Shape: []int{r.Len()}, Data: r.Labels[name]}})
	}
	return entries
}

// scalar is an array without axes that holds one value.
func scalar(data any) *npy.Array { return &npy.Array{Shape: []int{}, Data: data} }

// IsFile reports whether the archive holds what Write writes.
func IsFile(archive *npy.Archive) bool { return archive.Has(keyValues) }

// Open reads the RDMs that Write wrote.
//
//	errors   *file.ParseError for an archive that holds something else
func Open(path string) (*RDMs, error) {
	archive, err := npy.Open(path)
	if err != nil {
		return nil, err
	}
	defer archive.Close()
	if !IsFile(archive) {
		return nil, file.Malformed(path, -1, keyValues, "the archive holds %s, which is not an RDM file",
			strings.Join(archive.Names(), ", "))
	}
	r, err := read(archive)
	if err != nil {
		return nil, err
	}
	if err := r.Check(); err != nil {
		return nil, file.Malformed(path, -1, keyValues, "%w", err)
	}
	return r, nil
}

// read takes the arrays of an archive apart.
func read(archive *npy.Archive) (*RDMs, error) {
	f := &fields{archive: archive}
	r := &RDMs{
		Dissimilarities: f.numbers(keyValues),
		Conditions:      f.texts(keyConditions),
		Times:           f.numbers(keyTime),
		Labels:          map[string][]string{},
		Definition: Definition{
			Measure:    f.text(keyMeasure),
			Text:       f.text(keyText),
			Kind:       Kind(f.text(keyKind)),
			Chance:     f.number(keyChance),
			PerChannel: f.number(keyPerChannel) != 0,
			Signed:     f.number(keySigned) != 0,
		},
		Window: f.number(keyWindow),
	}
	if shape := f.shape; len(shape) == 2 {
		r.Size = conditions(shape[1])
	}
	for _, name := range archive.Names() {
		if label, found := strings.CutPrefix(name, labelPrefix); found && name != keyTime && name != keyWindow {
			r.Labels[label] = f.texts(name)
		}
	}
	return r, f.err
}

// fields reads arrays one after the other and keeps the first error.
type fields struct {
	archive *npy.Archive
	shape   []int // of the dissimilarities
	err     error
}

// array reads an array; an archive without it gives nil.
func (f *fields) array(name string) *npy.Array {
	if f.err != nil || !f.archive.Has(name) {
		return nil
	}
	array, err := f.archive.Read(name)
	if err != nil {
		f.err = err
		return nil
	}
	if name == keyValues {
		f.shape = array.Shape
	}
	return array
}

func (f *fields) numbers(name string) []float64 {
	array := f.array(name)
	if array == nil {
		return nil
	}
	values, err := array.Float64s()
	if err != nil {
		f.err = err
	}
	return values
}

func (f *fields) texts(name string) []string {
	array := f.array(name)
	if array == nil {
		return nil
	}
	values, err := array.Strings()
	if err != nil {
		f.err = err
	}
	return values
}

func (f *fields) number(name string) float64 {
	if values := f.numbers(name); len(values) == 1 {
		return values[0]
	}
	return 0
}

func (f *fields) text(name string) string {
	if values := f.texts(name); len(values) == 1 {
		return values[0]
	}
	return ""
}
