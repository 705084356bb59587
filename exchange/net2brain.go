package exchange

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/rdm"
)

// The .npz of Net2Brain. Of RDMs it writes these arrays, and one of Python's
// objects that is left alone; of a layer, once its files are consolidated, one
// array per stimulus in a file of this name.
//
//	source   Net2Brain, LayerRDM.save and the layouts of its FeatureIterator
const (
	brainRDM     = "rdm"
	brainStimuli = "stimuli_name"
	brainLayer   = "layer_name"
	consolidated = "consolidated_"
)

// net2Brain tells what a file of Net2Brain holds; KindArray for any other.
func net2Brain(path string, names []string) string {
	has := func(name string) bool { return slices.Contains(names, name) }
	switch {
	case has(brainRDM) && has(brainStimuli) && has(brainLayer):
		return KindRDMs
	case strings.HasPrefix(filepath.Base(path), consolidated) && len(names) > 0:
		return KindDataset
	default:
		return KindArray
	}
}

// readNet2BrainRDM reads the one RDM of a layer.
func readNet2BrainRDM(archive *npy.Archive) (*rdm.RDMs, error) {
	parts := map[string]*npy.Array{}
	for _, name := range []string{brainRDM, brainStimuli, brainLayer} {
		a, err := archive.Read(name)
		if err != nil {
			return nil, err
		}
		parts[name] = a
	}
	axes := []string{rdm.AxisPair}
	if len(parts[brainRDM].Shape) == 2 {
		axes = []string{rdm.AxisCondition, rdm.AxisCondition}
	}
	r, err := rdm.FromArray(parts[brainRDM], axes)
	if err != nil {
		return nil, file.Malformed(archive.Path(), -1, brainRDM, "%w", err)
	}
	r.Definition, r.Labels = Given(archive.Path()), map[string][]string{}
	if r.Conditions, err = parts[brainStimuli].Strings(); err != nil {
		return nil, file.Malformed(archive.Path(), -1, brainStimuli, "%w", err)
	}
	if layer := textOf(parts[brainLayer]); layer != "" {
		r.Labels["layer"] = []string{layer}
	}
	r.Conditions = withoutEndings(r.Conditions)
	if err := r.Check(); err != nil {
		return nil, file.Malformed(archive.Path(), -1, brainStimuli, "%w", err)
	}
	return r, nil
}

// readNet2BrainLayer reads the responses of a layer to every stimulus, in natural
// order of their names; the channels are the numbers of an array in its order.
func readNet2BrainLayer(archive *npy.Archive) (*dataset.Dataset, error) {
	names := archive.Names()
	slices.SortFunc(names, dataset.CompareLabels)
	d := &dataset.Dataset{
		Observation: map[string][]string{"stimulus": withoutEndings(names)}, Channel: map[string][]string{}, Arrays: map[string]*npy.Array{},
		Description: map[string]string{"layer": strings.TrimPrefix(file.Stem(archive.Path()), consolidated)},
	}
	var shape []int
	for _, name := range names {
		a, err := archive.Read(name)
		if err != nil {
			return nil, err
		}
		if shape == nil {
			shape = a.Shape
		}
		if !slices.Equal(a.Shape, shape) {
			return nil, file.Unsupported(archive.Path(), -1, name, "its shape is %v, that of others %v: pool features of different lengths first", a.Shape, shape)
		}
		if data, narrow := a.Data.([]float32); narrow && d.F64 == nil {
			d.F32 = append(d.F32, data...)
			continue
		}
		if d.F32 != nil {
			return nil, file.Unsupported(archive.Path(), -1, name, "it is not float32 as others are")
		}
		data, err := a.Float64s()
		if err != nil {
			return nil, file.Malformed(archive.Path(), -1, name, "%w", err)
		}
		d.F64 = append(d.F64, data...)
	}
	d.Shape = [3]int{len(names), (len(d.F32) + len(d.F64)) / len(names), 1}
	if err := d.Check(); err != nil {
		return nil, file.Malformed(archive.Path(), -1, "Dataset", "%w", err)
	}
	return d, nil
}
