package torch

import (
	"maps"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/format/element"
	"github.com/isocortex/isocortex/format/pickle"
)

// A storageType is what a storage holds.
type storageType struct {
	of   element.Type
	size int64 // bytes of a number; 0 for what is no storage
}

// storageTypes are PyTorch's classes of storages.
var storageTypes = map[string]storageType{
	"BoolStorage": {element.Bool, 1}, "ByteStorage": {element.Uint8, 1}, "CharStorage": {element.Int8, 1},
	"ShortStorage": {element.Int16, 2}, "IntStorage": {element.Int32, 4}, "LongStorage": {element.Int64, 8},
	"HalfStorage": {element.Float16, 2}, "BFloat16Storage": {element.BFloat16, 2},
	"FloatStorage": {element.Float32, 4}, "DoubleStorage": {element.Float64, 8},
	"ComplexFloatStorage": {element.Complex64, 8}, "ComplexDoubleStorage": {element.Complex128, 16},
	"QUInt8Storage": {"quint8", 1}, "QInt8Storage": {"qint8", 1}, "QInt32Storage": {"qint32", 4},
	"QUInt4x2Storage": {"quint4x2", 1}, "QUInt2x4Storage": {"quint2x4", 1},
	"UntypedStorage": {element.Uint8, 1}, "_UntypedStorage": {element.Uint8, 1},
}

// A numberType is what PyTorch calls a dtype.
type numberType element.Type

// numberTypes are those that NumPy calls the same, or has no name for.
var numberTypes = []element.Type{
	element.Bool, element.Uint8, element.Int8, element.Uint16, element.Int16, element.Uint32, element.Int32, element.Uint64, element.Int64,
	element.Float16, element.BFloat16, element.Float32, element.Float64, element.Complex64, element.Complex128,
	element.Float8E4M3, element.Float8E5M2,
}

// builders make what the classes and functions that are understood make, by
// their full names.
var builders = withAliases(map[string]builder{
	"collections.OrderedDict":                             newDict,
	"collections.defaultdict":                             func(m *machine, a tuple) value { return newDict(m, a[min(1, len(a)):]) },
	"builtins.dict":                                       newDict,
	"builtins.set":                                        first,
	"builtins.frozenset":                                  first,
	"builtins.list":                                       first,
	"builtins.tuple":                                      first,
	"builtins.bytearray":                                  first,
	"_codecs.encode":                                      first,
	"torch.Size":                                          first,
	"torch.device":                                        first,
	"torch.serialization._get_layout":                     first,
	"torch._utils._rebuild_tensor":                        newTensor,
	"torch._utils._rebuild_tensor_v2":                     newTensor,
	"torch._utils._rebuild_tensor_v3":                     newTypedTensor,
	"torch._utils._rebuild_parameter":                     parameter,
	"torch._tensor._rebuild_from_type_v2":                 ofSubclass,
	"torch._utils._rebuild_sparse_tensor":                 unreadable("sparse", "it is sparse: save it as x.to_dense()"),
	"torch._utils._rebuild_sparse_csr_tensor":             unreadable("sparse", "it is sparse: save it as x.to_dense()"),
	"torch._utils._rebuild_qtensor":                       unreadable("quantized", "it is quantized: save it as x.dequantize()"),
	"torch._utils._rebuild_meta_tensor_no_storage":        unreadable("meta", "it has no numbers: it was on the device meta"),
	"torch._utils._rebuild_device_tensor_from_numpy":      unreadable("device", "its numbers are a NumPy object: save it as x.cpu()"),
	"torch._utils._rebuild_xla_tensor":                    unreadable("device", "its numbers are a NumPy object: save it as x.cpu()"),
	"torch._utils._rebuild_wrapper_subclass":              unreadable("wrapped", "it wraps another tensor: save a plain one"),
	"torch._utils._rebuild_nested_tensor":                 unreadable("nested", "it is nested: save its parts"),
	"torch._utils._rebuild_device_tensor_from_cpu_tensor": parameter,
	"torch.nn.parameter.Parameter":                        parameter,
	"torch.autograd.variable.Variable":                    parameter,
	"torch._utils._rebuild_parameter_with_state":          parameter,
	"torch.nn.parameter.UninitializedParameter":           unreadable("uninitialized", "it was never given numbers"),
	"torch.nn.parameter.UninitializedBuffer":              unreadable("uninitialized", "it was never given numbers"),
	"torch._tensor._rebuild_from_type":                    ofSubclass,
})

// withAliases adds the names that Python 2 and PyTorch 0.1 have for the same.
func withAliases(all map[string]builder) map[string]builder {
	for name, build := range maps.Clone(all) {
		if rest, ok := strings.CutPrefix(name, "builtins."); ok {
			all["__builtin__."+rest] = build
		}
	}
	for name := range storageTypes {
		all["torch."+strings.TrimSuffix(name, "Storage")+"Tensor"] = parameter
	}
	return all
}

// lookup returns the class of this name.
func (c *checkpoint) lookup(_ *machine, module, name string) value {
	of := element.Type(name)
	if module == "torch" && slices.Contains(numberTypes, of) {
		return numberType(of)
	}
	storage := storageTypes[name]
	if !slices.Contains([]string{"torch", "torch.cuda", "torch.storage"}, module) {
		storage = storageType{}
	}
	found := &class{build: builders[module+"."+name], storage: storage}
	if found.build == nil && storage.size == 0 {
		c.opaque.add(module + "." + name)
	}
	return found
}

// SetState fills what PyTorch 0.1 made first and filled later: a Tensor with
// storage, offset, shape and strides, a Variable with a Tensor.
func (t *tensor) SetState(m *machine, state value) {
	s, _ := state.(tuple)
	switch len(s) {
	case 4:
		if built, ok := newTensor(m, s).(*tensor); ok {
			*t = *built
		}
	case 5:
		if data, ok := s[0].(*tensor); ok {
			*t = *data
		}
	}
}

// first returns the first argument, an empty list where there is none.
func first(_ *machine, arguments tuple) value {
	if len(arguments) == 0 {
		return &list{}
	}
	return arguments[0]
}

// newDict makes a dict of a list of pairs, or of a dict.
func newDict(m *machine, arguments tuple) value {
	d := &dict{}
	if len(arguments) == 0 {
		return d
	}
	if given, ok := arguments[0].(*dict); ok {
		return given
	}
	pairs, ok := pickle.Items(arguments[0])
	if !ok || !m.Toil(len(pairs)) {
		m.Fail("a dict is made of what are no pairs")
		return d
	}
	for _, p := range pairs {
		both, ok := pickle.Items(p)
		if !ok || len(both) != 2 {
			m.Fail("a dict is made of what are no pairs")
			return d
		}
		d.Put(both[0], both[1])
	}
	return d
}

// newTensor makes a tensor of a storage, its first number, shape and strides;
// what follows is about training.
func newTensor(m *machine, arguments tuple) value {
	t := &tensor{}
	if len(arguments) < 4 {
		m.Fail("a tensor needs a storage, an offset, a shape and strides")
		return t
	}
	s, isStorage := arguments[0].(*storage)
	at, isInteger := arguments[1].(int64)
	shape, hasShape := pickle.Integers(arguments[2])
	strides, hasStrides := pickle.Integers(arguments[3])
	if !isStorage || !isInteger || !hasShape || !hasStrides || len(shape) != len(strides) || !m.Toil(2*len(shape)) {
		m.Fail("a tensor is made of what are no storage, offset, shape and strides")
		return t
	}
	return &tensor{storage: s, first: at, shape: shape, strides: strides}
}

// newTypedTensor makes a tensor whose type stands beside its storage, which
// counts bytes.
func newTypedTensor(m *machine, arguments tuple) value {
	t, ok := newTensor(m, arguments).(*tensor)
	if !ok || t.storage == nil {
		return t
	}
	if len(arguments) < 7 {
		m.Fail("a tensor needs a type")
		return t
	}
	n, ok := arguments[6].(numberType)
	if !ok {
		return &tensor{kind: "unknown", refusal: "the type of its numbers is not known: save it as x.float()"}
	}
	t.storage = t.storage.as(storageType{element.Type(n), element.Type(n).Size()})
	return t
}

// parameter returns the tensor that a parameter holds; a shell when it comes
// later.
func parameter(_ *machine, arguments tuple) value {
	if len(arguments) > 0 {
		if t, ok := arguments[0].(*tensor); ok {
			return t
		}
	}
	return &tensor{}
}

// ofSubclass makes a tensor of a function, a subclass and the function's
// arguments.
func ofSubclass(m *machine, arguments tuple) value {
	if len(arguments) < 3 {
		m.Fail("a tensor of a subclass needs a function, a class and arguments")
		return nil
	}
	return m.Call(arguments[0], arguments[2])
}

// unreadable makes tensors that are listed and cannot be read.
func unreadable(kind, refusal string) builder {
	return func(*machine, tuple) value { return &tensor{kind: kind, refusal: refusal} }
}
