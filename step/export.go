package step

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/exchange"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/variable"
)

// Export writes Datasets, RDMs, arrays, tables and recordings for other programs.
type Export struct {
	From string // a file, "file#variable", or a folder with all that it holds
	As   string // one of ExportKinds
	Out  string // file or folder; "" for Target
}

// Verb is "export".
func (Export) Verb() string { return "export" }

// Inputs is what is exported.
func (s Export) Inputs() []string {
	path, _ := variable.Split(s.From)
	if beside, found := exchange.Beside(path); found {
		return []string{path, beside}
	}
	return []string{path}
}

// Outputs is the file or folder.
func (s Export) Outputs() []string { return s.outputs() }

// Cost is reading and writing everything once.
func (Export) Cost() string { return "reads and writes everything once" }

// Target is the file or folder that is written: where nobody names one, beside
// what is exported and called after it.
func (s Export) Target() string {
	if s.Out != "" {
		return s.Out
	}
	path, name := variable.Split(s.From)
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return filepath.Clean(path) + "-" + s.As
	}
	stem := strings.TrimSuffix(path, filepath.Ext(path))
	if name != "" {
		stem += "-" + safeName(name)
	}
	return stem + s.ending()
}

// Run reads and writes.
func (s Export) Run(ctx context.Context, env *Env) error {
	if !slices.Contains(ExportKinds(), s.As) {
		return fmt.Errorf("%q is no kind of file that is written: use %s", s.As, strings.Join(ExportKinds(), ", "))
	}
	_, recorded := recordingKinds[s.As]
	if info, err := os.Stat(s.From); err != nil || !info.IsDir() {
		if err := s.checkTarget(); err != nil {
			return err
		}
		if recorded {
			return s.exportRecording(ctx, env)
		}
		return exportFile(s.From, s.Target())
	}
	if recorded {
		return fmt.Errorf("%s is a folder: recordings are exported one by one", s.From)
	}
	files, err := s.files()
	if err != nil {
		return err
	}
	return env.Budget.Each(ctx, "export", len(files), func(i int) error { return exportFile(files[i].from, files[i].to) })
}

// checkTarget refuses a file that says it is of another kind, and one that is
// an input.
func (s Export) checkTarget() error {
	path, _ := variable.Split(s.From)
	if _, err := os.Stat(path); err != nil {
		return err
	}
	target := s.Target()
	if ending := strings.ToLower(filepath.Ext(target)); ending != s.ending() {
		return fmt.Errorf("%s does not end in %s, the kind of file that was asked for", target, s.ending())
	}
	targets := []string{target}
	if beside, found := exchange.Beside(target); found {
		targets = append(targets, beside)
	}
	for _, target := range targets {
		for _, input := range s.Inputs() {
			from, err := os.Stat(input)
			there, missing := os.Stat(target)
			if err == nil && missing == nil && os.SameFile(from, there) {
				return fmt.Errorf("%s would replace what is exported: name another file", target)
			}
		}
	}
	return nil
}

// A copied file is read at from and written at to.
type copied struct{ from, to string }

// files lists the arrays and tables below the folder. What is not of the
// formats of this program other programs read as it is.
func (s Export) files() ([]copied, error) {
	var files []copied
	from := map[string]string{} // by where it goes
	target := s.Target()
	err := filepath.WalkDir(s.From, func(path string, entry fs.DirEntry, err error) error {
		switch ending := strings.ToLower(filepath.Ext(path)); {
		case err != nil:
			return err
		case entry.IsDir() && filepath.Clean(path) == filepath.Clean(target):
			return fs.SkipDir
		case entry.IsDir() || !slices.Contains([]string{".npz", ".npy", ".tsv"}, ending):
			return nil
		}
		local, err := filepath.Rel(s.From, path)
		if err != nil {
			return err
		}
		to := filepath.Join(target, strings.TrimSuffix(local, filepath.Ext(local))+"."+s.As)
		if other := from[to]; other != "" {
			return fmt.Errorf("%s and %s would both become %s: export one of them by itself", other, path, to)
		}
		from[to] = path
		files = append(files, copied{path, to})
		return nil
	})
	if filepath.Clean(s.From) == filepath.Clean(target) {
		return nil, fmt.Errorf("%s cannot be exported into itself: name another folder, or none for %s", s.From, Export{From: s.From, As: s.As}.Target())
	}
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("%s holds no file to export: .npz, .npy or .tsv", s.From)
	}
	return files, err
}

// exportFile writes what a file or variable holds.
func exportFile(from, to string) error {
	kind, err := exchange.Contents(from)
	if err != nil {
		return err
	}
	switch kind {
	case exchange.KindRDMs:
		r, err := exchange.ReadRDMs(from)
		if err != nil {
			return err
		}
		return errors.Join(exchange.WriteRDMs(to, r), r.Close())
	case exchange.KindDataset:
		ds, err := exchange.ReadDataset(from)
		if err != nil {
			return err
		}
		return errors.Join(exchange.WriteDataset(to, ds), ds.Close())
	case exchange.KindTable:
		table, err := readTable(from)
		if err != nil {
			return err
		}
		return exchange.WriteTable(to, table)
	}
	arrays, err := readArrays(from)
	if err != nil {
		return err
	}
	return exchange.WriteArrays(to, arrays)
}

// readTable reads a table with the definitions beside it, or a plain one of
// texts if there are none.
func readTable(path string) (*result.Table, error) {
	table, err := result.ReadTable(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return table, err
	}
	if !strings.EqualFold(filepath.Ext(path), ".tsv") {
		return nil, file.Unsupported(path, -1, "format", "tables are exported from .tsv")
	}
	labels, err := readLabelTable(path, -1, "rows")
	if err != nil {
		return nil, err
	}
	table = &result.Table{Description: "The columns of " + filepath.Base(path) + "."}
	for _, name := range labels.columns {
		table.Columns = append(table.Columns, result.Column{Name: name, Description: "As it stands there.", Text: labels.labels[name]})
	}
	return table, nil
}

// readArrays reads the variable that is named, or all of the file.
func readArrays(address string) (map[string]*npy.Array, error) {
	path, name := variable.Split(address)
	if name != "" {
		array, err := variable.Read(address)
		return map[string]*npy.Array{name: array}, err
	}
	infos, err := variable.List(path)
	if err != nil {
		return nil, err
	}
	arrays := map[string]*npy.Array{}
	for _, info := range infos {
		if info.Name == "" {
			info.Name = file.Stem(path)
			arrays[info.Name], err = variable.Read(path)
		} else {
			arrays[info.Name], err = variable.Read(path + "#" + info.Name)
		}
		if err != nil {
			return nil, err
		}
	}
	return arrays, nil
}
