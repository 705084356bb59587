package rdm

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
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
	return r.write(path, r.Len(), slices.Values([][]float64{r.Dissimilarities}))
}

// write writes so many RDMs, whose dissimilarities come in parts.
func (r *RDMs) write(path string, count int, values iter.Seq[[]float64]) error {
	parts := r.Parts()
	delete(parts, keyValues)
	return file.Write(path, func(w io.Writer) error {
		archive := npy.Create(w)
		if err := archive.AddParts(keyValues, []int{count, Pairs(r.Size)}, values); err != nil {
			return err
		}
		for _, name := range slices.Sorted(maps.Keys(parts)) {
			if err := archive.Add(name, parts[name]); err != nil {
				return err
			}
		}
		return archive.Close()
	})
}

// Parts returns all that r holds as the arrays of its file, by their names
// there. They view the memory of r.
func (r *RDMs) Parts() map[string]*npy.Array {
	d := r.Definition
	parts := map[string]*npy.Array{
		keyValues:     {Shape: []int{r.Len(), Pairs(r.Size)}, Data: r.Dissimilarities},
		keyMeasure:    scalar([]string{d.Measure}),
		keyText:       scalar([]string{d.Text}),
		keyKind:       scalar([]string{string(d.Kind)}),
		keyChance:     scalar([]float64{d.Chance}),
		keyPerChannel: scalar([]bool{d.PerChannel}),
		keySigned:     scalar([]bool{d.Signed}),
		keyWindow:     scalar([]float64{r.Window}),
	}
	if r.Conditions != nil {
		parts[keyConditions] = npy.Vector(r.Conditions)
	}
	for name, labels := range r.Labels {
		parts[labelPrefix+name] = npy.Vector(labels)
	}
	if r.Times != nil {
		parts[keyTime] = npy.Vector(r.Times)
	}
	return parts
}

// scalar is an array without axes that holds one value.
func scalar(data any) *npy.Array { return &npy.Array{Shape: []int{}, Data: data} }

// IsFile reports whether the archive holds what Write writes.
func IsFile(archive *npy.Archive) bool { return archive.Has(keyValues) }

// IsParts reports whether a file that holds arrays of these names may hold the
// Parts of RDMs.
func IsParts(names []string) bool { return slices.Contains(names, keyValues) }

// Open opens the RDMs that Write wrote, to be closed by the caller. Their
// dissimilarities view the file where they can, and must not be written to.
//
//	errors   *file.ParseError for an archive that holds something else
//	cost     reads the file once, for its checksums; takes memory for the labels
func Open(path string) (*RDMs, error) {
	archive, err := npy.Open(path)
	if err != nil {
		return nil, err
	}
	r, err := fromArchive(archive)
	if err != nil {
		return nil, errors.Join(err, archive.Close())
	}
	return r, nil
}

// fromArchive returns RDMs that view what the archive holds.
func fromArchive(archive *npy.Archive) (*RDMs, error) {
	if !IsFile(archive) {
		return nil, file.Malformed(archive.Path(), -1, keyValues, "the archive holds %s, which is not an RDM file",
			strings.Join(archive.Names(), ", "))
	}
	parts, err := read(archive)
	if err != nil {
		return nil, err
	}
	r, err := FromParts(parts)
	if err != nil {
		return nil, file.Malformed(archive.Path(), -1, keyValues, "%w", err)
	}
	r.views = archive
	return r, nil
}

// read reads all parts but the values, which stay in the file where they can.
func read(archive *npy.Archive) (parts map[string]*npy.Array, err error) {
	parts = map[string]*npy.Array{}
	for _, name := range archive.Names() {
		if name != keyValues {
			if parts[name], err = archive.Read(name); err != nil {
				return nil, err
			}
		}
	}
	mapped := false
	if parts[keyValues], mapped, err = archive.Map(keyValues); err == nil && mapped {
		err = archive.Verify(keyValues)
	}
	return parts, err
}

// FromParts makes RDMs of their Parts, in whatever file they were.
//
//	errors   a part that is not what its name says; those of Check
func FromParts(parts map[string]*npy.Array) (*RDMs, error) {
	if parts[keyValues] == nil {
		return nil, fmt.Errorf("nothing is called %q, so these are no RDMs", keyValues)
	}
	f := &fields{parts: parts}
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
	if shape := parts[keyValues].Shape; len(shape) == 2 {
		r.Size = conditions(shape[1])
	}
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		if label, found := strings.CutPrefix(name, labelPrefix); found && name != keyTime && name != keyWindow {
			r.Labels[label] = f.texts(name)
		}
	}
	if f.err != nil {
		return nil, f.err
	}
	return r, r.Check()
}

// fields reads arrays one after the other and keeps the first error.
type fields struct {
	parts map[string]*npy.Array
	err   error
}

func (f *fields) numbers(name string) []float64 {
	array := f.parts[name]
	if array == nil || f.err != nil {
		return nil
	}
	values, err := array.Float64s()
	if err != nil {
		f.err = fmt.Errorf("%s: %w", name, err)
	}
	return values
}

func (f *fields) texts(name string) []string {
	array := f.parts[name]
	if array == nil || f.err != nil {
		return nil
	}
	values, err := array.Strings()
	if err != nil {
		f.err = fmt.Errorf("%s: %w", name, err)
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
