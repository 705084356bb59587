package network

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/hdf5"
	"github.com/isocortex/isocortex/onnx"
)

// readKeras reads weights that Keras wrote: those of Keras 1 and 2, where each
// layer is a group of arrays with names, alone or in the group model_weights of a
// whole model, and those of Keras 3, where arrays are numbered.
func readKeras(path string) (*Weights, error) {
	f, err := hdf5.Open(path)
	if err != nil {
		return nil, err
	}
	return kerasWeights(path, f)
}

// kerasWeights reads the weights in f, and closes it where there are none.
func kerasWeights(path string, f *hdf5.File) (*Weights, error) {
	var err error
	w := &Weights{Path: path, Program: Keras, close: f.Close}
	if err = w.listKeras(f); err == nil && len(w.Arrays) == 0 {
		err = file.Unsupported(path, 0, "weights", "this HDF5 file holds no weights of Keras: "+
			"neither layer_names, nor model_weights, nor layers whose arrays are called vars")
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return w, nil
}

// listKeras lists the arrays of a file; none when it is not one of Keras.
func (w *Weights) listKeras(f *hdf5.File) error {
	top, err := kerasTop(f.Root())
	if top == "" || err != nil {
		return err
	}
	all, err := f.Datasets()
	if err != nil {
		return err
	}
	for _, d := range all {
		below, inside := strings.CutPrefix(d.Name(), top)
		if !inside || strings.Contains(below, "seed_generator") { // of what drops units in training
			continue
		}
		name := kerasName(below)
		if path.Base(path.Dir(d.Name())) == "vars" {
			if name, err = w.kerasNumbered(f, d); err != nil {
				return err
			}
		}
		w.Arrays = append(w.Arrays, kerasArray(f.Path(), name, d))
	}
	return nil
}

// kerasTop returns the path below which weights lie, with a slash at its end; ""
// when the file is not one of Keras.
func kerasTop(root *hdf5.Group) (string, error) {
	names, err := root.Names()
	if err != nil {
		return "", err
	}
	attributes, err := root.Attributes()
	if err != nil {
		return "", err
	}
	for _, group := range []string{"model_weights", "layers", "_layer_checkpoint_dependencies"} {
		if slices.Contains(names, group) {
			return "/" + group + "/", nil
		}
	}
	// Names that take more than 64 KiB are cut into layer_names0, layer_names1, ...
	if slices.ContainsFunc(attributes, func(a string) bool { return strings.HasPrefix(a, "layer_names") }) {
		return "/", nil
	}
	return "", nil
}

// kerasParts are the names that Keras has given to arrays of layers, and those
// that PyTorch gives them.
var kerasParts = map[string]string{
	"kernel": "weight", "bias": "bias", "gamma": "weight", "beta": "bias", "moving_mean": "running_mean", "moving_variance": "running_var",
	"W": "weight", "b": "bias", "running_mean": "running_mean", "running_std": "running_var", // Keras 1, where the second is a variance too
}

// kerasName turns the path of an array, "conv1/conv1/kernel:0" or
// "conv1/conv1_W_1:0", into the name that PyTorch would give it: "conv1.weight".
func kerasName(below string) string {
	module := path.Base(path.Dir(below))
	part, _, _ := strings.Cut(path.Base(below), ":")
	part = strings.TrimPrefix(part, module+"_")
	for theirs, ours := range kerasParts {
		if number, found := strings.CutPrefix(part, theirs); found && (number == "" || isNumber(number)) {
			return module + "." + ours
		}
	}
	return module + "." + part
}

// isNumber reports whether text is what tells names apart: "_1".
func isNumber(text string) bool {
	digits, found := strings.CutPrefix(text, "_")
	return found && digits != "" && strings.Trim(digits, "0123456789") == ""
}

// kerasNumbered names an array of Keras 3, "layers/dense/vars/0". The group of a
// layer is called by its kind; newer files have its own name as an attribute.
func (w *Weights) kerasNumbered(f *hdf5.File, d *hdf5.Dataset) (string, error) {
	vars := path.Dir(d.Name())
	group, err := f.Lookup(vars)
	if err != nil {
		return "", err
	}
	given, _, err := group.Attribute("name")
	if err != nil {
		return "", err
	}
	module, named := given.Text()
	if !named {
		module, w.numbered = path.Base(path.Dir(vars)), true
	}
	parts := []string{"weight", "bias", "running_mean", "running_var"}
	if place, err := strconv.Atoi(path.Base(d.Name())); err == nil && place >= 0 && place < len(parts) {
		return module + "." + parts[place], nil
	}
	return module + "." + path.Base(d.Name()), nil
}

// kerasArray is an array whose axes are put into the order of PyTorch: of kernels,
// which lie as height × width × channels taken × channels given, and of matrices,
// which lie as units taken × units given.
func kerasArray(path, name string, d *hdf5.Dataset) Array {
	stored := d.Shape()
	shape := make([]int64, len(stored))
	for axis, length := range stored {
		shape[axis] = int64(length)
	}
	switch len(shape) {
	case 2:
		shape[0], shape[1] = shape[1], shape[0]
	case 4:
		shape = []int64{shape[3], shape[2], shape[0], shape[1]}
	}
	return Array{Name: name, Shape: shape, Load: func() (*onnx.Tensor, error) {
		array, err := d.Read()
		if err != nil {
			return nil, err
		}
		values, err := float32s(path, name, array.Data)
		switch {
		case err != nil:
		case len(stored) == 2:
			values = transposed(values, stored[0], stored[1])
		case len(stored) == 4:
			values = transposed(values, stored[0]*stored[1]*stored[2], stored[3])
			values = transposed(values, stored[0]*stored[1], stored[2])
		}
		return inMemory(shape, values, err)
	}}
}

// float32s returns the numbers of an array as float32.
func float32s(path, name string, data any) ([]float32, error) {
	switch data := data.(type) {
	case []float32:
		return data, nil
	case []float64:
		values := make([]float32, len(data))
		for i, v := range data {
			values[i] = float32(v)
		}
		return values, nil
	}
	return nil, file.Unsupported(path, -1, name, "weights of type %T: they are numbers of 16, 32 or 64 bits with a point", data)
}
