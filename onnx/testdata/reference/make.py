"""Writes the reference files beside it; run in an empty folder elsewhere to compare.

Made with onnx 1.12.0 (opset 17, IR 8), numpy 1.24.2, Python 3.11 of Debian 12:
    python3 make.py && sha256sum *.onnx *.weights

    operators.onnx   every operator of the builder, checked by onnx.checker
    typed.onnx       each element type twice: in its typed field, and raw
    outside.onnx     weights in outside.weights
"""

import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def save(name, graph):
    model = helper.make_model(graph, producer_name="isocortex", opset_imports=[onnx.OperatorSetIdProto(version=17)])
    model.ir_version = 8
    onnx.checker.check_model(model, full_check=True)
    with open(name, "wb") as f:
        f.write(model.SerializeToString())


def ramp(name, *shape):
    values = np.arange(int(np.prod(shape)), dtype=np.float32) / 8 + 1
    return numpy_helper.from_array(values.reshape(shape), name)


def operators():
    nodes, initializers = [], []
    counts = {}

    def node(op, *inputs, name=None, **attributes):
        if name is None:
            counts[op] = counts.get(op, 0) + 1
            name = f"{op}_{counts[op]}"
        made = helper.make_node(op, list(inputs), [name], name=name)
        made.attribute.extend(helper.make_attribute(k, v) for k, v in attributes.items())
        nodes.append(made)
        return name

    def weights(tensor):
        initializers.append(tensor)
        return tensor.name

    x = "image"
    x = node("Conv", x, weights(ramp("conv.weight", 4, 3, 3, 3)), weights(ramp("conv.bias", 4)),
             name="conv", strides=[1, 1], pads=[1, 1, 1, 1], dilations=[1, 1])
    x = node("BatchNormalization", x, *(weights(ramp("bn." + p, 4)) for p in ("scale", "bias", "mean", "variance")),
             epsilon=1e-3)
    x = node("Relu", x)
    x = node("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1)
    x = node("Conv", x, weights(ramp("group.weight", 4, 2, 1, 1)), group=2)
    x = node("LeakyRelu", x, alpha=0.0)
    x = node("AveragePool", x, kernel_shape=[2, 2], pads=[1, 1, 1, 1], count_include_pad=1)
    x = node("Abs", node("Tanh", node("Sigmoid", x)))
    initializers.append(numpy_helper.from_array(np.array(2, np.float32), "Constant_1"))
    x = node("Sqrt", node("Pow", x, "Constant_1"))
    pooled = node("GlobalAveragePool", x)
    mean = node("ReduceMean", x, axes=[2, 3])
    both = node("Concat", pooled, mean, axis=1)
    flat = node("Flatten", both, axis=1)
    y = node("Gemm", flat, weights(ramp("fc.weight", 5, 8)), weights(ramp("fc.bias", 5)), beta=0.5, transB=1)
    y = node("Div", node("Mul", node("Sub", node("Add", y, "fc.bias"), "fc.bias"), "fc.bias"), "fc.bias")
    initializers.append(numpy_helper.from_array(np.array([0, 5, 1], np.int64), "Constant_2"))
    z = node("Transpose", node("Reshape", y, "Constant_2"), perm=[0, 2, 1])
    z = node("MatMul", z, weights(ramp("last.weight", 5, 2)))
    node("Softmax", z, name="answer", axis=-1)
    save("operators.onnx", helper.make_graph(
        nodes, "operators",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 3, 8, 8])],
        [helper.make_tensor_value_info("answer", TensorProto.FLOAT, ["n", 1, 2])],
        initializers))


def typed():
    types = {
        "float32": [0, -1.5, 2, 3e38], "float64": [0, -1.5, 2, 1e300], "float16": [0, -1.5, 2, 60000],
        "int8": [0, -1, 2, -128], "int16": [0, -1, 2, -32768], "int32": [0, -1, 2, -2**31],
        "int64": [0, -1, 2, -2**63], "uint8": [0, 1, 2, 255], "uint16": [0, 1, 2, 65535],
        "uint32": [0, 1, 2, 2**32 - 1], "uint64": [0, 1, 2, 2**64 - 1], "bool": [False, True, True, False],
        "complex64": [0, 1j, 2 - 1j, 3], "complex128": [0, 1j, 2 - 1j, 3],
    }
    initializers = []
    for name, values in types.items():
        array = np.array(values, dtype=name).reshape(2, 2)
        raw = numpy_helper.from_array(array, name + ".raw")
        made = helper.make_tensor(name + ".typed", raw.data_type, [2, 2], array.flatten().tolist())
        initializers += [raw, made]
    initializers.append(numpy_helper.from_array(np.array(["a", "", "żółw"], dtype=object), "strings"))
    identity = helper.make_node("Identity", ["x"], ["y"])
    save("typed.onnx", helper.make_graph(
        [identity], "typed",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [])],
        initializers))


def outside():
    graph = helper.make_graph(
        [helper.make_node("Add", ["x", "w"], ["sum"]), helper.make_node("Add", ["sum", "b"], ["y"])], "outside",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [16, 20])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [16, 20])],
        [ramp("w", 16, 20), ramp("b", 20)])
    model = helper.make_model(graph, producer_name="isocortex", opset_imports=[onnx.OperatorSetIdProto(version=17)])
    model.ir_version = 8
    onnx.save_model(model, "outside.onnx", save_as_external_data=True, all_tensors_to_one_file=True,
                    location="outside.weights", size_threshold=0)


pathlib.Path("outside.weights").unlink(missing_ok=True)  # onnx would append to it
operators()
typed()
outside()
