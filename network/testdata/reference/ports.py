"""A small network as Keras and MatConvNet save it, and what it computes.

    python3 ports.py       # writes the files beside this one

The network is computed by its definition in NumPy, in the order of axes of
TensorFlow and MATLAB, pictures x height x width x channels, and in float64: a
convolution of 3 x 3 with zeros around it, a batch normalization (Keras alone), a
rectification, a normalization over neighbors (MatConvNet alone, by the formula of
vl_nnnormalize), a maximum over 2 x 2, a matrix over all that is left, a
rectification, a matrix. Pictures are higher than wide, so that nothing fits
when axes are mixed up.

The files are written with h5py and scipy.io, in the layouts of: Keras 2
(keras2.h5, and keras2-whole.h5 where a whole model was saved), Keras 1
(keras1.h5), Keras 3 (keras3.weights.h5, and keras3-old.weights.h5 of its first
years; keras3.keras, a whole model), MatConvNet's SimpleNN (simplenn.mat), its form
of before 2015 (simplenn-old.mat), and DagNN (dagnn.mat).

Made with Python 3.11, NumPy 1.24, SciPy 1.10, h5py 3.7.
"""
import json
import zipfile
from pathlib import Path

import h5py
import numpy as np
import scipy.io

HERE = Path(__file__).parent
EPSILON = 1e-3
random = np.random.default_rng(7)


def normal(*shape):
    return random.normal(size=shape).astype(np.float32)


# Height, width, channels: 6 x 4 x 3; behind the maximum 3 x 2 x 4.
CONV = normal(3, 3, 3, 4), normal(4)
NORM = 1 + 0.2 * normal(4), normal(4), normal(4), np.exp(normal(4)).astype(np.float32)
NEIGHBORS = [3.0, 2.0, 0.1, 0.75]
FC6 = normal(3 * 2 * 4, 5), normal(5)
FC7 = normal(5, 2), normal(2)
PICTURES = normal(3, 6, 4, 3)
AVERAGE = 100 * np.abs(normal(6, 4, 3))


def convolved(x, kernel, bias):
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    y = np.zeros(x.shape[:3] + (kernel.shape[3],))
    for row in range(3):
        for column in range(3):
            y += padded[:, row:row + x.shape[1], column:column + x.shape[2]] @ kernel[row, column].astype(float)
    return y + bias


def computed(normalized):
    x = {"conv": convolved(PICTURES.astype(float), *CONV)}
    y = x["conv"]
    if normalized:
        gamma, beta, mean, variance = NORM
        y = x["bn"] = gamma * (y - mean) / np.sqrt(variance + EPSILON) + beta
    y = x["relu"] = np.maximum(y, 0)
    if not normalized:
        neighbors, kappa, alpha, beta = NEIGHBORS
        around = np.pad(y, ((0, 0), (0, 0), (0, 0), (1, 1))) ** 2
        y = x["norm"] = y / (kappa + alpha * sum(around[..., i:i + 4] for i in range(int(neighbors)))) ** beta
    y = x["pool"] = y.reshape(3, 3, 2, 2, 2, 4).max((2, 4))
    y = x["fc6"] = y.reshape(3, -1) @ FC6[0] + FC6[1]
    y = x["relu6"] = np.maximum(y, 0)
    x["fc7"] = y @ FC7[0] + FC7[1]
    return {name: first(v).ravel().tolist() for name, v in x.items()}


def first(values):
    """The same with channels before height and width."""
    return np.moveaxis(values, 3, 1) if values.ndim == 4 else values


LAYERS = {"block1_conv1": CONV, "block1_bn": NORM, "fc1": FC6, "predictions": FC7}
PARTS = ["kernel", "bias"], ["gamma", "beta", "moving_mean", "moving_variance"]


def keras(group, spell):
    """Layers as groups that name their arrays; those without arrays are there too."""
    names = ["input_1", "block1_conv1", "block1_bn", "block1_pool", "flatten", "fc1", "predictions"]
    group.attrs["layer_names"] = [n.encode() for n in names]
    group.attrs["backend"] = b"tensorflow"
    for layer in names:
        own = group.create_group(layer)
        arrays = LAYERS.get(layer, ())
        weights = [spell(layer, part) for part, _ in zip(PARTS[len(arrays) == 4], arrays)]
        own.attrs["weight_names"] = [w.encode() for w in weights]
        for name, values in zip(weights, arrays):
            own[name] = values


def keras3(file, named):
    """Layers called by their kind, whose arrays are numbered; newer files have their own names as attributes."""
    kinds = {"block1_conv1": "conv2d", "block1_bn": "batch_normalization", "fc1": "dense", "predictions": "dense_1"}
    for layer, arrays in LAYERS.items():
        own = file.create_group(f"layers/{kinds[layer]}/vars")
        if named:
            own.attrs["name"] = layer
        for i, values in enumerate(arrays):
            own[str(i)] = values
    file.create_group("optimizer/vars")["0"] = np.int64(7)


def archive():
    """A model as Keras 3 saves it: an archive that holds what keras3 writes, as it is."""
    with zipfile.ZipFile(HERE / "keras3.keras", "w") as z:
        z.writestr("metadata.json", '{"keras_version": "3.6.0"}')
        z.writestr("config.json", "{}")
        z.write(HERE / "keras3.weights.h5", "model.weights.h5")


def struct(**fields):
    """A struct of one element; lists become cell arrays."""
    one = np.zeros((1, 1), dtype=[(name, object) for name in fields])
    for name, value in fields.items():
        one[name][0, 0] = cells(value) if isinstance(value, list) else value
    return one


def cells(values):
    row = np.empty((1, len(values)), dtype=object)
    for i, value in enumerate(values):
        row[0, i] = value
    return row


def structs(elements):
    """A struct of several elements."""
    return np.concatenate([struct(**e) for e in elements], axis=1)


def matlab():
    """The layers of MatConvNet, where all with weights are convolutions."""
    fc6 = FC6[0].reshape(3, 2, 4, 5)
    fc7 = FC7[0].reshape(1, 1, 5, 2)
    none = {}
    return [("conv1", "conv", dict(weights=CONV, pad=1.0, stride=1.0)), ("relu1", "relu", none),
            ("norm1", "lrn", dict(param=NEIGHBORS)), ("pool1", "pool", dict(method="max", pool=[2.0, 2.0], stride=2.0, pad=0.0)),
            ("fc6", "conv", dict(weights=(fc6, FC6[1]))), ("relu6", "relu", none), ("drop6", "dropout", dict(rate=0.5)),
            ("fc7", "conv", dict(weights=(fc7, FC7[1]))), ("prob", "softmax", none)]


def simple(old):
    layers = []
    for name, kind, options in matlab():
        options = {k: list(v) if k == "weights" else v for k, v in options.items()}
        if old and "weights" in options:
            options["filters"], options["biases"] = options.pop("weights")
        if kind == "lrn":
            kind, options = "normalize" if old else "lrn", dict(param=np.array(NEIGHBORS, np.float32 if old else float))
        layers.append(struct(name=name, type=kind, **options))
    return cells(layers)


def dag():
    kinds = {"conv": "dagnn.Conv", "relu": "dagnn.ReLU", "lrn": "dagnn.LRN", "pool": "dagnn.Pooling", "dropout": "dagnn.DropOut", "softmax": "dagnn.SoftMax"}
    layers, params = [], []
    for i, (name, kind, options) in enumerate(matlab()):
        own = [name + "_filter", name + "_bias"] if "weights" in options else []
        params += [dict(name=n, value=w, learningRate=1.0) for n, w in zip(own, options.get("weights", ()))]
        block = {"pool": struct(method="max"), "lrn": struct(param=np.array(NEIGHBORS))}.get(kind, struct(size=1.0))
        layers.append(dict(name=name, type=kinds[kind], inputs=[f"x{i}"], outputs=[f"x{i + 1}"], params=own, block=block))
    return structs(layers), structs(params[::-1])


def main():
    with h5py.File(HERE / "keras2.h5", "w") as f:
        keras(f, lambda layer, part: f"{layer}/{part}:0")
    with h5py.File(HERE / "keras2-whole.h5", "w") as f:
        f.attrs["model_config"] = b"{}"
        keras(f.create_group("model_weights"), lambda layer, part: f"{layer}/{part}:0")
        f.create_group("optimizer_weights")["Adam/iterations:0"] = np.int64(7)
    old = {"kernel": "W", "bias": "b", "moving_mean": "running_mean", "moving_variance": "running_std"}
    with h5py.File(HERE / "keras1.h5", "w") as f:
        keras(f, lambda layer, part: f"{layer}_{old.get(part, part)}_1:0")
    with h5py.File(HERE / "keras3.weights.h5", "w") as f:
        keras3(f, True)
    with h5py.File(HERE / "keras3-old.weights.h5", "w") as f:
        keras3(f, False)
    archive()
    meta = struct(normalization=struct(imageSize=[6.0, 4.0, 3.0], averageImage=AVERAGE))
    scipy.io.savemat(HERE / "simplenn.mat", {"layers": simple(False), "meta": meta}, oned_as="column", do_compression=True)
    color = AVERAGE.mean((0, 1)).reshape(1, 1, 3)
    scipy.io.savemat(HERE / "simplenn-old.mat", {"layers": simple(True), "normalization": struct(averageImage=color)}, oned_as="row")
    layers, params = dag()
    scipy.io.savemat(HERE / "dagnn.mat", {"net": struct(layers=layers, params=params, meta=meta)}, oned_as="column")
    numbers = {"pictures": first(PICTURES).ravel().tolist(), "keras": computed(True), "matconvnet": computed(False),
               "average": np.moveaxis(AVERAGE, 2, 0).ravel().tolist(), "color": color.ravel().tolist()}
    (HERE / "ports.json").write_text(json.dumps(numbers) + "\n")


main()
