// Package exchange keeps Datasets, RDMs and tables in the files of other
// programs: MATLAB's .mat, HDF5 in the layout of rsatoolbox, .csv for R; and
// reads RDMs and Datasets from all of them, and from the .npz of this program.
//
//	err := exchange.WriteRDMs("brain.mat", rdms)
//	rdms, err := exchange.ReadRDMs("92_brainRDMs.mat#RDMs")
//
// What is written loses nothing: numbers keep their bits and their type, NaN
// stays NaN, and labels, times and definitions come back as they were.
package exchange

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/variable"
)

// The kinds of contents that Contents tells apart.
const (
	KindRDMs    = "rdm"     // a stack of RDMs
	KindDataset = "dataset" // measurements with labels
	KindArray   = "array"   // one variable that says nothing about itself, or several
	KindTable   = "table"   // columns with names
)

// A format is a kind of file. What it cannot do is nil.
type format struct {
	ending       string
	contents     func(path, name string) (string, error)
	readRDMs     func(path, name string) (*rdm.RDMs, error)
	readDataset  func(path string) (*dataset.Dataset, error)
	writeRDMs    func(path string, r *rdm.RDMs) error
	writeDataset func(path string, d *dataset.Dataset) error
	writeTable   func(path string, t *result.Table) error
	writeArrays  func(path string, arrays map[string]*npy.Array) error
}

// formats lists every kind of file, in the order that help shows.
func formats() []format {
	return []format{
		{
			ending: ".mat", contents: contentsMAT, readRDMs: readRDMsMAT, readDataset: readDatasetMAT,
			writeRDMs: writeRDMsMAT, writeDataset: writeDatasetMAT, writeTable: writeTableMAT, writeArrays: writeArraysMAT,
		},
		{
			ending: ".h5", contents: contentsHDF5, readRDMs: readRDMsHDF5, readDataset: readDatasetHDF5,
			writeRDMs: writeRDMsHDF5, writeDataset: writeDatasetHDF5, writeTable: writeTableHDF5, writeArrays: writeArraysHDF5,
		},
		{
			ending: ".csv", contents: contentsCSV, readRDMs: readRDMsTable, readDataset: readDatasetCSV,
			writeRDMs: writeRDMsCSV, writeDataset: writeDatasetCSV, writeTable: writeTableCSV, writeArrays: writeArraysCSV,
		},
		{ending: ".hdf5", contents: contentsHDF5, readRDMs: readRDMsHDF5, readDataset: readDatasetHDF5},
		{ending: ".npz", contents: contentsNPZ, readRDMs: readRDMsNPZ, readDataset: readDatasetNPZ},
		{ending: ".npy", contents: contentsNPY},
		{ending: ".json", contents: contentsJSON, readRDMs: readRDMsJSON},
		{ending: ".tsv", contents: contentsTSV, readRDMs: readRDMsTable},
	}
}

// Endings lists the endings of the files that this package writes, without
// their dot, in the order that help shows.
func Endings() []string {
	var endings []string
	for _, f := range formats() {
		if f.writeRDMs != nil {
			endings = append(endings, f.ending[1:])
		}
	}
	return endings
}

// Readable lists the endings of the files whose contents this package tells.
func Readable() []string {
	var endings []string
	for _, f := range formats() {
		endings = append(endings, f.ending)
	}
	return endings
}

// Known reports whether the ending of path is one of Readable.
func Known(path string) bool { return slices.Contains(Readable(), strings.ToLower(filepath.Ext(path))) }

// A SeveralError says that a file holds RDMs in several variables, and that one
// has to be named.
type SeveralError struct {
	Path  string
	Names []string
}

// Error lists the names.
func (e *SeveralError) Error() string {
	return fmt.Sprintf("%s holds RDMs in %d variables: write %s#NAME with one of %s", e.Path, len(e.Names), e.Path, strings.Join(e.Names, ", "))
}

// formatOf returns the kind of file that path ends like, if can do.
func formatOf(path string, can func(format) bool) (format, error) {
	var endings []string
	for _, f := range formats() {
		if !can(f) {
			continue
		}
		if strings.EqualFold(filepath.Ext(path), f.ending) {
			return f, nil
		}
		endings = append(endings, f.ending)
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return format{}, file.Unsupported(path, -1, "format", "this is a folder: name files in it, such as %s", filepath.Join(path, "*.npz"))
	}
	return format{}, file.Unsupported(path, -1, "format", "name a file that ends in one of %s", strings.Join(endings, ", "))
}

// Contents says what kind of contents the file or variable at address has.
//
//	errors   file.ErrUnsupported for a kind of file that holds none of them
//	cost     that of headers and names
func Contents(address string) (string, error) {
	path, name := variable.Split(address)
	if _, err := os.Stat(path); err != nil && filepath.Ext(path) == "" { // such as a folder misspelled
		return "", err
	}
	f, err := formatOf(path, func(f format) bool { return f.contents != nil })
	if err != nil {
		return "", err
	}
	return f.contents(path, name)
}

// ReadRDMs reads the RDMs at address, to be closed by the caller: a file, or
// "file.mat#name" where a file holds several.
//
// It knows the files that this package and package rdm write, the HDF5 files of
// rsatoolbox, the struct arrays with the fields RDM and name of MATLAB's RSA
// toolbox, the .mat and .json of Meadows, the .npz of
// Net2Brain, tables with a row per pair in columns condition1, condition2 and
// dissimilarity, and square matrices in a table, which have labels on both edges
// or are symmetric with a zero diagonal.
//
//	shapes   a square RDM of a struct is symmetric to a millionth of its largest
//	         entry; a vector is the upper triangle row by row, as squareform has it
//	NaN      a dissimilarity that is missing
//	errors   *file.ParseError; of several variables that hold RDMs, their names
func ReadRDMs(address string) (*rdm.RDMs, error) {
	path, name := variable.Split(address)
	f, err := formatOf(path, func(f format) bool { return f.readRDMs != nil })
	if err != nil {
		return nil, err
	}
	return f.readRDMs(path, name)
}

// ReadDataset reads the Dataset at path, to be closed by the caller.
//
//	errors   *file.ParseError; the complaints of Check
func ReadDataset(path string) (*dataset.Dataset, error) {
	f, err := formatOf(path, func(f format) bool { return f.readDataset != nil })
	if err != nil {
		return nil, err
	}
	return f.readDataset(path)
}

// WriteRDMs writes r for another program, by the ending of path: .mat, .h5 or
// .csv. What a table cannot say stands in a .json beside it.
//
//	errors   those of Check; labels that the format cannot tell apart
func WriteRDMs(path string, r *rdm.RDMs) error {
	f, err := formatOf(path, func(f format) bool { return f.writeRDMs != nil })
	if err != nil {
		return err
	}
	if err := cmp.Or(r.Check(), checkParts(r.Parts())); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return f.writeRDMs(path, r)
}

// WriteDataset writes d for another program, by the ending of path: .mat, .h5 or
// .csv. What a table cannot say stands in a .json beside it.
//
//	errors   those of Check; labels that the format cannot hold
func WriteDataset(path string, d *dataset.Dataset) error {
	f, err := formatOf(path, func(f format) bool { return f.writeDataset != nil })
	if err != nil {
		return err
	}
	if err := cmp.Or(d.Check(), checkParts(d.Parts())); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return f.writeDataset(path, d)
}

// checkParts refuses what no file of this program holds either, such as text
// that is not UTF-8.
func checkParts(parts map[string]*npy.Array) error {
	for _, name := range sortedNames(parts) {
		if err := parts[name].Check(); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// WriteTable writes t for another program, by the ending of path: .mat, .h5 or
// .csv, with the definitions of its columns.
func WriteTable(path string, t *result.Table) error {
	f, err := formatOf(path, func(f format) bool { return f.writeTable != nil })
	if err != nil {
		return err
	}
	if err := t.Check(); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return f.writeTable(path, t)
}

// WriteArrays writes arrays by name, by the ending of path: .mat, .h5, or .csv
// for a single one of at most two axes.
func WriteArrays(path string, arrays map[string]*npy.Array) error {
	f, err := formatOf(path, func(f format) bool { return f.writeArrays != nil })
	if err != nil {
		return err
	}
	return f.writeArrays(path, arrays)
}

// Given is the definition of dissimilarities of which the file, or variable, at
// address says nothing: distances, until somebody says otherwise.
func Given(address string) rdm.Definition {
	return rdm.Definition{Measure: string(rdm.Distance), Kind: rdm.Distance, Text: "as given in " + variable.Short(address)}
}

// Beside returns the file that says what the table at path cannot; false if
// there is none.
func Beside(path string) (string, bool) {
	if ending := strings.ToLower(filepath.Ext(path)); ending != ".csv" && ending != ".tsv" {
		return "", false
	}
	_, err := os.Stat(sidecar(path))
	return sidecar(path), err == nil
}

func contentsNPY(string, string) (string, error) { return KindArray, nil }

// contentsNPZ goes by the names of the arrays.
func contentsNPZ(path, name string) (string, error) {
	if name != "" {
		return KindArray, nil
	}
	archive, err := npy.Open(path)
	if err != nil {
		return "", err
	}
	defer archive.Close()
	if kind := kindOf(archive.Names()); kind != KindArray {
		return kind, nil
	}
	return net2Brain(path, archive.Names()), nil
}

// readRDMsNPZ reads RDMs of this program, or one of Net2Brain.
func readRDMsNPZ(path, _ string) (*rdm.RDMs, error) {
	return ofNPZ(path, KindRDMs, rdm.Open, readNet2BrainRDM)
}

// readDatasetNPZ reads a Dataset of this program, or a layer of Net2Brain.
func readDatasetNPZ(path string) (*dataset.Dataset, error) {
	return ofNPZ(path, KindDataset, dataset.Open, readNet2BrainLayer)
}

// ofNPZ reads a file of this program by open, and one of Net2Brain by foreign.
func ofNPZ[T any](path, kind string, open func(string) (T, error), foreign func(*npy.Archive) (T, error)) (result T, err error) {
	archive, err := npy.Open(path)
	if err != nil {
		return result, err
	}
	defer archive.Close()
	if names := archive.Names(); kindOf(names) == KindArray && net2Brain(path, names) == kind {
		return foreign(archive)
	}
	return open(path)
}

// kindOf tells what parts of these names make up.
func kindOf(parts []string) string {
	switch {
	case rdm.IsParts(parts):
		return KindRDMs
	case dataset.IsParts(parts):
		return KindDataset
	default:
		return KindArray
	}
}

// sortedNames lists the names of arrays.
func sortedNames(arrays map[string]*npy.Array) []string {
	return slices.Sorted(maps.Keys(arrays))
}
