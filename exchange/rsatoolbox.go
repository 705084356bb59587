package exchange

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/hdf5"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/variable"
)

// The layout of the HDF5 files of rsatoolbox: arrays and attributes of the file,
// and groups of descriptors. Texts are attributes, lists of texts arrays.
//
//	source   rsatoolbox, RDMs.to_dict and write_dict_hdf5, as released
const (
	toolboxVersion    = "rsatoolbox_version"
	toolboxRelease    = "0.0.1" // what it writes itself
	toolboxValues     = "dissimilarities"
	toolboxMeasure    = "dissimilarity_measure"
	toolboxWhole      = "descriptors"
	toolboxRDMs       = "rdm_descriptors"
	toolboxConditions = "pattern_descriptors"
	toolboxIndex      = "index" // 0, 1, 2, ..., which rsatoolbox adds
)

// conditionNames are the descriptors of patterns that name conditions, the
// first that is there first. rsatoolbox leaves the choice to its user.
var conditionNames = []string{"condition", "conditions", "conds", "stimulus", "stimuli", "label", "labels", "name", "names"}

// toolboxMeasures lists what rsatoolbox calls measures that are no plain
// distances, and what they are. It divides them by the number of channels.
var toolboxMeasures = map[string]rdm.Definition{
	"squared euclidean":   {Kind: rdm.SquaredDistance, PerChannel: true},
	"squared mahalanobis": {Kind: rdm.SquaredDistance, PerChannel: true},
	"crossnobis":          {Kind: rdm.SquaredDistance, PerChannel: true, Signed: true},
	"poisson":             {Kind: rdm.Distance, PerChannel: true},
	"poisson_cv":          {Kind: rdm.Distance, PerChannel: true, Signed: true},
}

// mostListed is the longest list that is written as an attribute, which holds
// 64 KiB.
const mostListed = 4000

// writeRDMsHDF5 writes what rsatoolbox.rdm.load_rdm reads. What it has no place
// for is in descriptors, which it keeps.
func writeRDMsHDF5(path string, r *rdm.RDMs) error {
	d := r.Definition
	whole := hdf5.Node{
		Name:       toolboxWhole,
		Attributes: []hdf5.Attribute{textAttribute(noteDefinition, d.Text), textAttribute(noteKind, string(d.Kind))},
		Nodes: []hdf5.Node{
			scalar(noteChance, d.Chance), scalar(notePerChannel, d.PerChannel), scalar(noteSigned, d.Signed), scalar(noteWindow, r.Window),
		},
	}
	ofRDMs := descriptors(toolboxRDMs, r.Len(), r.Labels)
	if r.Times != nil {
		ofRDMs.Nodes = append(ofRDMs.Nodes, leaf(columnTime, columnTime, npy.Vector(r.Times)))
	}
	labels := map[string][]string{}
	if r.Conditions != nil {
		labels[conditionNames[0]] = r.Conditions
	}
	values := &npy.Array{Shape: []int{r.Len(), rdm.Pairs(r.Size)}, Data: r.Dissimilarities}
	return hdf5.Write(path, hdf5.Node{
		Attributes: []hdf5.Attribute{
			textAttribute(toolboxVersion, toolboxRelease), textAttribute(toolboxMeasure, d.Measure), textAttribute(hdf5Contents, KindRDMs),
		},
		Nodes: []hdf5.Node{whole, leaf(toolboxValues, toolboxValues, values), descriptors(toolboxConditions, r.Size, labels), ofRDMs},
	})
}

// scalar is an array of one value without axes.
func scalar[T float64 | bool](name string, value T) hdf5.Node {
	return hdf5.Node{Name: name, Data: &hdf5.Array{Shape: []int{}, Data: []T{value}}}
}

// descriptors is a group of lists of n labels. rsatoolbox takes the texts of an
// array to be ASCII; others are attributes of the group, where it does not.
func descriptors(group string, n int, labels map[string][]string) hdf5.Node {
	node := hdf5.Node{Name: group}
	if labels[toolboxIndex] == nil {
		index := make([]int64, n)
		for i := range index {
			index[i] = int64(i)
		}
		node.Nodes = append(node.Nodes, leaf(toolboxIndex, toolboxIndex, npy.Vector(index)))
	}
	names := slices.Sorted(maps.Keys(labels))
	safe := make([]string, len(names))
	for i, name := range names {
		safe[i] = hdf5Name(name)
	}
	for i, name := range unique(safe, columnTime) {
		list := labels[names[i]]
		if len(list) <= mostListed && names[i] != "" && slices.ContainsFunc(list, func(text string) bool { return !ascii(text) }) {
			node.Attributes = append(node.Attributes, hdf5.Attribute{Name: names[i], Value: hdf5.Array{Shape: []int{n}, Data: list}})
			continue
		}
		node.Nodes = append(node.Nodes, leaf(name, names[i], npy.Vector(list)))
	}
	return node
}

func ascii(text string) bool {
	return !strings.ContainsFunc(text, func(c rune) bool { return c >= utf8.RuneSelf })
}

// readRDMsHDF5 reads the RDMs in a file of rsatoolbox, or in a group of a file.
func readRDMsHDF5(path, name string) (r *rdm.RDMs, err error) {
	f, err := hdf5.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	group := f.Root()
	if name != "" {
		object, err := f.Lookup(name)
		if err != nil {
			return nil, err
		}
		var isGroup bool
		if group, isGroup = object.(*hdf5.Group); !isGroup {
			return nil, fmt.Errorf("%s#%s is an array: name its axes", path, name)
		}
	}
	return readToolbox(path, group)
}

// readToolbox reads what a group in the layout of rsatoolbox holds.
func readToolbox(path string, group *hdf5.Group) (*rdm.RDMs, error) {
	top, err := readGroup(group, toolboxValues, toolboxMeasure)
	if err != nil {
		return nil, err
	}
	values := top[toolboxValues]
	if values == nil {
		return nil, file.Malformed(path, -1, group.Name(), "no array %s: this is no file of RDMs", toolboxValues)
	}
	axes := [][]string{{rdm.AxisPair}, {rdm.AxisRDM, rdm.AxisPair}, {rdm.AxisRDM, rdm.AxisCondition, rdm.AxisCondition}}
	if n := len(values.Shape); n < 1 || n > len(axes) {
		return nil, file.Malformed(path, -1, toolboxValues, "the shape %v is not RDMs × pairs", values.Shape)
	}
	r, err := rdm.FromArray(values, axes[len(values.Shape)-1])
	if err != nil {
		return nil, file.Malformed(path, -1, toolboxValues, "%w", err)
	}
	r.Labels = map[string][]string{}
	inner := map[string]map[string]*npy.Array{}
	for _, name := range []string{toolboxWhole, toolboxRDMs, toolboxConditions} {
		if inner[name], err = readGroupIn(group, name); err != nil {
			return nil, err
		}
	}
	defineToolbox(r, path, textOf(top[toolboxMeasure]), inner[toolboxWhole])
	if err := labelToolbox(r, inner[toolboxRDMs]); err != nil {
		return nil, file.Malformed(path, -1, toolboxRDMs, "%w", err)
	}
	r.Conditions = conditionsOf(inner[toolboxConditions], r.Size)
	if err := r.Check(); err != nil {
		return nil, file.Malformed(path, -1, toolboxValues, "%w", err)
	}
	return r, nil
}

// readGroup reads the attributes of a group, and its arrays that are wanted or,
// where none is named, all of them, that are numbers or texts.
func readGroup(g *hdf5.Group, wanted ...string) (map[string]*npy.Array, error) {
	found := map[string]*npy.Array{}
	names, err := g.Attributes()
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		a, _, err := g.Attribute(name)
		if err != nil {
			return nil, err
		}
		if array, err := variable.FromHDF5(a); err == nil {
			found[name] = array
		}
	}
	return found, eachObject(g, func(name string, object hdf5.Object) error {
		d, isDataset := object.(*hdf5.Dataset)
		if !isDataset || wanted != nil && !slices.Contains(wanted, name) {
			return nil
		}
		part, err := partName(name, d)
		if err != nil {
			return err
		}
		a, err := d.Read()
		if err != nil {
			return err
		}
		if array, err := variable.FromHDF5(a); err == nil {
			found[part] = array
		}
		return nil
	})
}

// readGroupIn reads a group of a group; nil where there is none.
func readGroupIn(g *hdf5.Group, name string) (map[string]*npy.Array, error) {
	names, err := g.Names()
	if err != nil || !slices.Contains(names, name) {
		return nil, err
	}
	object, err := g.Lookup(name)
	if err != nil {
		return nil, err
	}
	if inner, isGroup := object.(*hdf5.Group); isGroup {
		return readGroup(inner)
	}
	return nil, nil
}

// textOf returns the only text of an array, else "".
func textOf(a *npy.Array) string {
	if a == nil {
		return ""
	}
	if texts, ok := a.Data.([]string); ok && len(texts) == 1 {
		return texts[0]
	}
	return ""
}

// numberOf returns the only number of an array, else 0.
func numberOf(a *npy.Array) float64 {
	if a == nil {
		return 0
	}
	if numbers, err := a.Float64s(); err == nil && len(numbers) == 1 {
		return numbers[0]
	}
	return 0
}

// defineToolbox says what the numbers are: what this program wrote, and
// rsatoolbox keeps; else the measure alone.
func defineToolbox(r *rdm.RDMs, path, measure string, whole map[string]*npy.Array) {
	if whole[noteKind] == nil {
		r.Definition = Given(path)
		if measure != "" {
			r.Definition.Measure = measure
		}
		if known, found := toolboxMeasures[measure]; found {
			r.Definition.Kind, r.Definition.Signed, r.Definition.PerChannel = known.Kind, known.Signed, known.PerChannel
		}
		return
	}
	r.Definition = rdm.Definition{
		Measure: measure, Text: textOf(whole[noteDefinition]), Kind: rdm.Kind(textOf(whole[noteKind])), Chance: numberOf(whole[noteChance]),
		PerChannel: numberOf(whole[notePerChannel]) != 0, Signed: numberOf(whole[noteSigned]) != 0,
	}
	r.Window = numberOf(whole[noteWindow])
}

// labelToolbox takes the descriptors of RDMs that are one label each; times are
// in seconds.
func labelToolbox(r *rdm.RDMs, of map[string]*npy.Array) error {
	for _, name := range slices.Sorted(maps.Keys(of)) {
		a := of[name]
		if len(a.Shape) != 1 || a.Shape[0] != r.Len() || counting(name, a) {
			continue
		}
		var err error
		if name == columnTime {
			r.Times, err = a.Float64s()
		} else {
			r.Labels[name], err = a.Strings()
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// counting reports whether a descriptor is the one that rsatoolbox adds.
func counting(name string, a *npy.Array) bool {
	if _, isText := a.Data.([]string); name != toolboxIndex || isText {
		return false
	}
	numbers, err := a.Float64s()
	for i, x := range numbers {
		if x != float64(i) {
			return false
		}
	}
	return err == nil
}

// conditionsOf returns the labels of the conditions: the descriptor whose name
// says so, else the only one that is text; nil if there is none.
func conditionsOf(of map[string]*npy.Array, size int) []string {
	fits := func(a *npy.Array) bool { return a != nil && len(a.Shape) == 1 && a.Shape[0] == size }
	var texts [][]string
	for _, name := range conditionNames {
		if a := of[name]; fits(a) {
			if labels, err := a.Strings(); err == nil {
				return labels
			}
		}
	}
	for _, a := range of {
		if labels, isText := a.Data.([]string); isText && fits(a) {
			texts = append(texts, labels)
		}
	}
	if len(texts) == 1 {
		return texts[0]
	}
	return nil
}
