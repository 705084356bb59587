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

	"github.com/isocortex/isocortex/activation"
	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/stimulus"
	"github.com/isocortex/isocortex/work"
)

// Activations reads the responses of a network's layers to stimuli and saves
// one Dataset per layer.
type Activations struct {
	Network       string   // a graph (.onnx), weights of a network of the zoo, or its name
	Name          string   // of the network in labels; "" for the file's stem
	Stimuli       string   // folder, glob or file of pictures, or tensors (.npy)
	Table         string   // conditions and categories of the stimuli; may be ""
	Layers        []string // as network.Select takes them; empty means all
	Preprocessing string   // name of a preset; "" for that of the network, or DefaultPreprocessing, and for tensors
	Batch         int      // stimuli at a time; 0 for activation.DefaultBatch
	Device        string   // that computes, as engine.ParseDevice reads it; "" for the processor
	Out           string   // folder
	Reduction     Reduction
}

// DefaultPreprocessing is the preset of networks whose own is not known.
const DefaultPreprocessing = "torchvision"

// Verb is "activations".
func (Activations) Verb() string { return "activations" }

// Inputs are the files of the network, the stimuli and their table.
func (s Activations) Inputs() []string {
	return slices.Concat(networkFiles(s.Network), stimulusFiles(s.Stimuli, s.Table), s.Reduction.inputs())
}

// stimulusFiles lists stimuli and, if there is one, their table.
func stimulusFiles(stimuli, table string) []string {
	if table == "" {
		return []string{stimuli}
	}
	return []string{stimuli, table}
}

// Outputs is the folder of Datasets.
func (s Activations) Outputs() []string { return []string{s.Out} }

// To is the same step writing elsewhere.
func (s Activations) To(out string) Step { s.Out = out; return s }

// Cost counts pictures, those of a fit too.
func (s Activations) Cost() string {
	set, err := stimulus.Read(s.Stimuli)
	if err != nil {
		return "every picture through the network"
	}
	return fmt.Sprintf("%d pictures through the network", len(set.Stimuli)) + s.Reduction.cost(len(set.Stimuli))
}

// Run extracts and saves.
func (s Activations) Run(ctx context.Context, env *Env) error {
	if err := errors.Join(s.Reduction.check(), s.Reduction.there()); err != nil {
		return err
	}
	extraction, err := s.extraction(env)
	if err != nil {
		return err
	}
	defer extraction.Network.Close()
	opened, err := env.Engine()
	if err != nil {
		return err
	}
	if err := s.leaveOut(ctx, &extraction, env, opened); err != nil {
		return err
	}
	begun, err := s.begin(ctx, env, extraction)
	if err != nil {
		return err
	}
	short, err := s.reducer(ctx, env, extraction, begun)
	if err != nil {
		return errors.Join(err, begun.stop(ctx, env))
	}
	defer short.close()
	sink := &layerFiles{step: s, extraction: &extraction, unfinished: begun, short: short, env: env}
	sink.resume()
	if err := extraction.Run(ctx, opened, env.Budget, short.into(sink)); err != nil {
		return errors.Join(err, sink.stop(ctx))
	}
	return sink.close()
}

// begin makes the folder, and finds what an earlier run left.
func (s Activations) begin(ctx context.Context, env *Env, x activation.Extraction) (*unfinished, error) {
	if err := distinct("layers", x.Layers, func(l network.Layer) string { return l.Name }); err != nil {
		return nil, fmt.Errorf("%w: show one under another name, as in shown=layer", err)
	}
	if err := os.MkdirAll(s.Out, 0o777); err != nil {
		return nil, err
	}
	// Without its list the folder is no folder of activations until all are there.
	if err := os.Remove(filepath.Join(s.Out, layerList)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return s.unfinished(ctx, env, len(x.Stimuli.Stimuli))
}

// leaveOut takes away what has no row for each stimulus, where all layers of a
// graph were asked for.
func (s Activations) leaveOut(ctx context.Context, x *activation.Extraction, env *Env, e *engine.Engine) error {
	if x.Network.Architecture != "" || len(s.Layers) > 0 && !slices.Equal(s.Layers, []string{"all"}) {
		return nil
	}
	layers, others, err := x.WithRows(ctx, e)
	if err != nil {
		return err
	}
	if len(layers) == 0 {
		return fmt.Errorf("network %q computes no row of numbers for each stimulus, but %s", x.Network.Name, strings.Join(others, ", "))
	}
	if len(others) > 0 {
		env.warn(fmt.Sprintf("%d values of network %q have no row for each stimulus and are left out: %s", len(others), x.Network.Name, strings.Join(others, ", ")))
	}
	x.Layers = layers
	return nil
}

// extraction resolves the names of the options.
func (s Activations) extraction(env *Env) (activation.Extraction, error) {
	var x activation.Extraction
	set, err := ReadStimuli(s.Stimuli, s.Table, env)
	if err != nil {
		return x, err
	}
	device, err := engine.ParseDevice(s.Device)
	if err != nil {
		return x, err
	}
	net, err := openNetwork(s.Network)
	if err != nil {
		return x, err
	}
	preset, err := s.preset(env, set, net)
	if err != nil {
		net.Close()
		return x, err
	}
	if s.Name != "" {
		net.Name = s.Name
	}
	words := s.Layers
	if len(words) == 0 {
		words = []string{"all"}
	}
	layers, err := net.Select(words)
	if err != nil {
		net.Close()
		return x, err
	}
	return activation.Extraction{Network: net, Layers: layers, Stimuli: set, Preset: preset, Batch: s.Batch, Device: device}, nil
}

// ReadStimuli reads a set of stimuli and, if there is one, its table.
func ReadStimuli(pattern, table string, env *Env) (*stimulus.Set, error) {
	set, err := stimulus.Read(pattern)
	if err != nil {
		return nil, err
	}
	if table != "" {
		if err := stimulus.ReadTable(set, table); err != nil {
			return nil, err
		}
	}
	env.warn(set.Warnings...)
	return set, nil
}

// LayerFile returns the path of the Dataset of one layer in a folder of
// activations.
func LayerFile(folder, layer string) string {
	return filepath.Join(folder, safeName(layer)+".npz")
}

// layerList is the file that lists the layers of a folder of activations, one
// per line, from early to late.
const layerList = "layers.txt"

// layerSources lists the layers of a folder of activations, from early to late.
func layerSources(folder string) ([]Source, error) {
	names, err := readLines(filepath.Join(folder, layerList))
	if err != nil {
		return nil, err
	}
	sources := make([]Source, len(names))
	for i, name := range names {
		sources[i] = Source{Path: LayerFile(folder, name), Name: name}
	}
	return sources, nil
}

// safeName makes a file name of a label: what a file system might not take
// becomes an underscore.
func safeName(label string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' {
			return '_'
		}
		return r
	}, label)
}

// distinct refuses things whose names, once safe, would share a file, also where
// a file system does not tell capitals apart.
func distinct[T any](what string, things []T, name func(T) string) error {
	taken := map[string]string{}
	for _, thing := range things {
		own := name(thing)
		file := strings.ToLower(safeName(own))
		if other, twice := taken[file]; twice {
			return fmt.Errorf("%s %q and %q would share a file", what, other, own)
		}
		taken[file] = own
	}
	return nil
}

// layerFiles is the sink that writes every layer to its own Dataset.
type layerFiles struct {
	step       Activations
	extraction *activation.Extraction
	unfinished *unfinished
	short      *reducer
	env        *Env
	images     []string          // fingerprints of the stimuli, complete when all rows are
	files      []*dataset.Stream // nil for one that an earlier run finished
}

// resume goes on with what an earlier run left, and makes the extraction do the
// rest; where rows are missing that should be there, all of it.
func (f *layerFiles) resume() {
	x := f.extraction
	f.images = make([]string, len(x.Stimuli.Stimuli))
	x.Seen = func(i int, picture stimulus.View) { f.images[i] = picture.Fingerprint() }
	x.Has, x.Done = f.unfinished.covers, f.done
	if f.unfinished.channels == nil {
		return
	}
	f.short.units = f.unfinished.units
	if err := f.open(f.unfinished.channels); err != nil {
		f.abandon()
		f.unfinished.forget()
	}
}

// Begin opens the files, unless an earlier run did.
func (f *layerFiles) Begin(shapes [][]int) error {
	if f.files != nil {
		return nil
	}
	var channels []int
	for _, shape := range shapes {
		size := 1
		for _, n := range shape {
			size *= n
		}
		channels = append(channels, size)
	}
	return f.open(channels)
}

// open opens the files of layers with so many channels, and takes the rows that
// the journal has as written.
func (f *layerFiles) open(channels []int) error {
	labels := f.labels()
	for i, layer := range f.extraction.Layers {
		if _, err := os.Stat(f.finished(i)); err == nil && f.unfinished.all() {
			f.files = append(f.files, nil)
			continue
		}
		header := dataset.Dataset{
			Shape:       [3]int{len(f.images), channels[i], 1},
			Observation: labels,
			Description: origin(*f.extraction),
		}
		header.Description["layer"] = layer.Name
		if err := f.short.mark(i, &header); err != nil {
			return err
		}
		stream, err := dataset.Resume(f.finished(i), f.finished(i)+partialRowsName, header)
		if err != nil {
			return err
		}
		f.files = append(f.files, stream)
		for _, rows := range f.unfinished.finished {
			copy(f.images[rows.First:], rows.Images)
			if err := stream.Keep(rows.First, len(rows.Images)); err != nil {
				return err
			}
		}
	}
	return f.unfinished.begin(channels, f.short.units)
}

// finished is where a layer lies when it has all rows, until all layers do.
func (f *layerFiles) finished(layer int) string {
	return LayerFile(f.unfinished.folder, f.extraction.Layers[layer].Name)
}

// imageLabel is the label of observations that holds the fingerprint of the
// picture that was shown.
const imageLabel = "image"

// labels are those of the stimuli; their category is one if a table told it.
func (f *layerFiles) labels() map[string][]string {
	n := len(f.images)
	labels, conditions, categories := make([]string, n), make([]string, n), make([]string, n)
	told := false
	for i, s := range f.extraction.Stimuli.Stimuli {
		labels[i], conditions[i], categories[i] = s.Label, s.Condition, s.Category
		told = told || s.Category != ""
	}
	all := map[string][]string{"stimulus": labels, "condition": conditions, imageLabel: f.images}
	if told {
		all["category"] = categories
	}
	return all
}

// Rows writes the responses to consecutive stimuli.
func (f *layerFiles) Rows(layer, first int, values []float32) error {
	return f.files[layer].WriteRows(first, values)
}

// done remembers the stimuli whose rows all layers have.
func (f *layerFiles) done(stimuli work.Span) error {
	return f.unfinished.note(finishedRows{stimuli.From, f.images[stimuli.From:stimuli.To]}, f.sync)
}

// sync brings the rows to the disk.
func (f *layerFiles) sync() error {
	for _, stream := range f.files {
		if stream == nil {
			continue
		}
		if err := stream.Sync(); err != nil {
			return err
		}
	}
	return nil
}

// close finishes the files, and gives them their places.
func (f *layerFiles) close() error {
	if err := f.finish(); err != nil {
		f.abandon()
		return errors.Join(err, f.unfinished.remove())
	}
	if err := f.unfinished.remove(); err != nil {
		return err
	}
	var names strings.Builder
	for _, layer := range f.extraction.Layers {
		names.WriteString(layer.Name + "\n")
	}
	return file.WriteBytes(filepath.Join(f.step.Out, layerList), []byte(names.String()))
}

// finish ends every file where it is, and moves them when all are whole.
func (f *layerFiles) finish() error {
	if err := f.unfinished.sync(f.sync); err != nil {
		return err
	}
	for _, stream := range f.files {
		if stream == nil {
			continue
		}
		if err := stream.Close(); err != nil {
			return err
		}
	}
	for i, layer := range f.extraction.Layers {
		if err := os.Rename(f.finished(i), LayerFile(f.step.Out, layer.Name)); err != nil {
			return err
		}
	}
	f.short.close()
	return f.unfinished.keepComponents(f.step.Out)
}

// stop ends the work before its time. Interrupted work can go on; what failed
// leaves nothing.
func (f *layerFiles) stop(ctx context.Context) error {
	if ctx.Err() == nil || f.files == nil {
		f.abandon()
		return f.unfinished.stop(ctx, f.env)
	}
	err := f.unfinished.sync(f.sync)
	for _, stream := range f.files {
		if stream != nil {
			err = errors.Join(err, stream.Suspend())
		}
	}
	f.env.note(f.unfinished.kept())
	return errors.Join(err, f.unfinished.release())
}

// abandon removes what was written so far.
func (f *layerFiles) abandon() {
	for _, stream := range f.files {
		if stream != nil {
			stream.Abandon()
		}
	}
	f.files = nil
}
