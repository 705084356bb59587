package step

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/bids"
	"github.com/isocortex/isocortex/exchange"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/network/custom"
	"github.com/isocortex/isocortex/network/zoo"
	"github.com/isocortex/isocortex/recording/all"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/stimulus"
	"github.com/isocortex/isocortex/unit"
	"github.com/isocortex/isocortex/variable"
)

// A Fact is what a file holds, for people.
type Fact struct {
	Path  string   `json:"path"`
	Kind  string   `json:"kind"`
	Lines []string `json:"lines"`
}

// Inspect tells what the file or folder at path holds. Weights and measurements
// are not loaded.
func Inspect(path string) (Fact, error) {
	bare, _ := variable.Split(path)
	info, err := os.Stat(bare)
	if err != nil && zoo.IsName(path) {
		return inspectNamed(path)
	}
	if err != nil {
		return Fact{}, err
	}
	if info.IsDir() {
		return inspectFolder(path)
	}
	inspect := inspectContents
	switch ending := strings.ToLower(filepath.Ext(bare)); {
	case ending == ".onnx" || custom.Is(bare) || slices.Contains(weightsEndings, ending) || network.HoldsWeights(bare):
		inspect = inspectNetwork
	case stimulus.IsPicture(bare):
		inspect = inspectPicture
	case isRecording(path):
		inspect = inspectRecording
	case !exchange.Known(bare):
		return Fact{}, unknown(bare)
	}
	fact, err := inspect(path)
	fact.Path = path
	return fact, err
}

// strangers says what the files of other programs hold that are not read, by
// what their names end in.
var strangers = []struct{ ending, holds string }{
	{".nii", "a volume of a brain"},
	{".nii.gz", "volumes of a brain"},
	{".gii", "a surface of a brain"},
	{".pkl", "objects of Python"},
	{".rds", "objects of R"},
	{".rdata", "objects of R"},
}

// parts are the files of recordings that are opened by another file, by what
// their names end in.
var parts = []struct{ ending, holds, by string }{
	{".fdt", "the signal of a recording of EEGLAB", ".set"},
	{".vmrk", "the events of a recording of BrainVision", ".vhdr"},
	{".eeg", "the signal of a recording of BrainVision", ".vhdr"},
}

// unknown says that a file is not read, and what it holds if its name says so.
func unknown(path string) error {
	if err := all.Foreign(path); err != nil {
		return err
	}
	for _, s := range strangers {
		if strings.HasSuffix(strings.ToLower(path), s.ending) {
			return file.Unsupported(path, -1, "format", "%s holds %s, which this program does not read yet", s.ending, s.holds)
		}
	}
	for _, p := range parts {
		if strings.HasSuffix(strings.ToLower(path), p.ending) {
			return file.Unsupported(path, -1, "format", "%s holds %s: name the %s file beside it", p.ending, p.holds, p.by)
		}
	}
	return file.Unsupported(path, -1, "format", "not a kind of file this program knows: .onnx, %s, weights (%s), recordings (%s), pictures (%s), or a folder of them",
		strings.Join(exchange.Readable(), ", "), strings.Join(weightsEndings, " "), strings.Join(recordingEndings, " "), strings.Join(stimulus.Endings(), " "))
}

// inspectContents tells what a file of arrays or tables holds.
func inspectContents(path string) (Fact, error) {
	kind, err := exchange.Contents(path)
	if err != nil {
		return Fact{}, err
	}
	bare, _ := variable.Split(path)
	switch {
	case kind == exchange.KindRDMs:
		return inspectRDMs(path)
	case kind == exchange.KindDataset:
		return inspectDataset(path)
	case kind == exchange.KindTable || !variable.Known(bare): // also an array that was written as a table
		return inspectTable(path)
	}
	return inspectVariables(path)
}

// inspectTable lists the columns of a table.
func inspectTable(path string) (Fact, error) {
	bare, _ := variable.Split(path)
	if variable.Known(bare) { // whose columns are variables
		fact, err := inspectVariables(path)
		if bare == path {
			fact.Kind = "table"
		}
		return fact, err
	}
	columns, rows, err := exchange.Columns(bare)
	if err != nil {
		return Fact{}, err
	}
	return Fact{Kind: "table", Lines: []string{fmt.Sprintf("%d rows of %s", rows, briefly(columns))}}, nil
}

// inspectRDMs tells about RDMs, and beside which variables they stand. Of several
// stacks, one has to be named.
func inspectRDMs(path string) (Fact, error) {
	r, err := exchange.ReadRDMs(path)
	if several := (*exchange.SeveralError)(nil); errors.As(err, &several) {
		return inspectVariables(path)
	}
	if err != nil {
		return Fact{}, err
	}
	defer r.Close()
	fact := Fact{Kind: "RDMs", Lines: []string{
		fmt.Sprintf("%d RDMs of %d conditions: %s", r.Len(), r.Size, briefly(r.Conditions)),
		fmt.Sprintf("%s (%s): %s", r.Definition.Measure, r.Definition.Kind, r.Definition.Text),
	}}
	if missing := nans(r.Dissimilarities); missing > 0 {
		fact.Lines = append(fact.Lines, fmt.Sprintf("%d of %d dissimilarities are NaN", missing, len(r.Dissimilarities)))
	}
	if r.Times != nil {
		fact.Lines = append(fact.Lines, times(r.Times))
	}
	for _, name := range slices.Sorted(maps.Keys(r.Labels)) {
		fact.Lines = append(fact.Lines, fmt.Sprintf("%s: %s", name, briefly(uniqueInOrder(r.Labels[name]))))
	}
	if strings.EqualFold(filepath.Ext(path), ".mat") { // not of a variable that is named
		beside, err := inspectVariables(path)
		fact.Lines = append(fact.Lines, beside.Lines...)
		return fact, err
	}
	return fact, nil
}

// nans counts the numbers that are undefined.
func nans(numbers []float64) int {
	count := 0
	for _, x := range numbers {
		if math.IsNaN(x) {
			count++
		}
	}
	return count
}

func inspectDataset(path string) (Fact, error) {
	ds, err := exchange.ReadDataset(path)
	if err != nil {
		return Fact{}, err
	}
	defer ds.Close()
	width := "float32"
	if ds.F64 != nil {
		width = "float64"
	}
	fact := Fact{Kind: "Dataset", Lines: []string{
		fmt.Sprintf("%d observations × %d channels × %d times, %s", ds.Shape[0], ds.Shape[1], ds.Shape[2], width),
	}}
	if ds.Times != nil {
		fact.Lines = append(fact.Lines, times(ds.Times))
	}
	for _, name := range slices.Sorted(maps.Keys(ds.Observation)) {
		fact.Lines = append(fact.Lines, fmt.Sprintf("observation %s: %s", name, briefly(uniqueInOrder(ds.Observation[name]))))
	}
	for _, name := range slices.Sorted(maps.Keys(ds.Channel)) {
		fact.Lines = append(fact.Lines, fmt.Sprintf("channel %s: %s", name, briefly(uniqueInOrder(ds.Channel[name]))))
	}
	for _, name := range slices.Sorted(maps.Keys(ds.Description)) {
		fact.Lines = append(fact.Lines, fmt.Sprintf("%s: %s", name, ds.Description[name]))
	}
	return fact, nil
}

// inspectVariables lists the variables of a file, or tells about the one that is
// named.
func inspectVariables(path string) (Fact, error) {
	bare, name := variable.Split(path)
	infos, err := variable.List(bare)
	if err != nil {
		return Fact{}, err
	}
	if name != "" {
		array, err := variable.Read(path)
		if err != nil {
			return Fact{}, err
		}
		return Fact{Kind: "array", Lines: []string{describe(array)}}, nil
	}
	if len(infos) == 1 && infos[0].Name == "" {
		return Fact{Kind: "array", Lines: []string{infos[0].String()}}, nil
	}
	fact := Fact{Kind: "variables"}
	for _, info := range infos {
		fact.Lines = append(fact.Lines, fmt.Sprintf("%s  %s", info.Name, info))
	}
	return fact, nil
}

// inspectFolder tells about a result, recordings in BIDS, or a set of stimuli.
func inspectFolder(path string) (Fact, error) {
	if err := all.Foreign(path); err != nil {
		return Fact{}, err
	}
	if bids.Is(path) {
		return inspectBIDS(path)
	}
	if folder, err := result.Open(path); err == nil && folder.Has("provenance.json") {
		note, err := folder.ReadProvenance()
		if err != nil {
			return Fact{}, err
		}
		return Fact{Path: path, Kind: "result", Lines: []string{
			note.Study,
			fmt.Sprintf("made by %s %s from %d files, seed %d", note.Program, note.Version, len(note.Inputs), note.Seed),
			fmt.Sprintf("%d warnings", len(note.Warnings)),
		}}, nil
	}
	set, err := stimulus.Read(path)
	if err != nil {
		return Fact{}, err
	}
	return inspectStimuli(path, set), nil
}

// describe writes the shape and type of an array.
func describe(array *npy.Array) string {
	kind := strings.TrimPrefix(fmt.Sprintf("%T", array.Data), "[]")
	if kind == "string" {
		kind = "text"
	}
	return variable.Info{Type: kind, Shape: array.Shape}.String()
}

// times writes a time axis.
func times(t []float64) string {
	if len(t) == 0 {
		return "no times"
	}
	return fmt.Sprintf("%s to %s from stimulus onset", unit.Milliseconds(slices.Min(t)), unit.Milliseconds(slices.Max(t)))
}

// briefly writes the first and last of many labels.
func briefly(labels []string) string {
	switch n := len(labels); {
	case n == 0:
		return "no labels"
	case n <= 6:
		return strings.Join(labels, ", ")
	default:
		return fmt.Sprintf("%s, %s, ... %s (%d)", labels[0], labels[1], labels[n-1], n)
	}
}
