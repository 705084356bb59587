"""Responses of every layer of the zoo, by PyTorch.

    python3 zoo.py [NAME...]       # writes NAME.npz beside this file

Weights and pictures are given by a formula, which the Go test knows too, so no
file of weights is needed; PyTorch computes in float64. Of every layer and picture it keeps eight random
projections of the responses and their norm: the mean square of the projections
of a difference is the square of its norm, whatever it is.

Made with Python 3.11, NumPy 1.24, PyTorch 1.13, torchvision 0.14.
"""
import sys
import zlib
from pathlib import Path

import numpy as np
import torch
import torchvision

PICTURES, PROJECTIONS = 8, 8


def mix(counter):
    """The 64-bit mixer of Steele, Lea and Flood (2014), doi 10.1145/2660193.2660195."""
    with np.errstate(over="ignore"):
        z = (counter + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def bits(name, n):
    start = np.uint64(zlib.crc32(name.encode())) << np.uint64(32)
    return mix(start + np.arange(n, dtype=np.uint64))


def uniform(name, n):
    """Numbers from 0 to 1."""
    return (bits(name, n) >> np.uint64(11)).astype(np.float64) / 2.0**53


def parameter(name, shape):
    u = uniform(name, int(np.prod(shape)))
    if name.endswith("running_var"):
        v = 0.5 + u
    elif name.endswith("running_mean"):
        v = 0.4 * (u - 0.5)
    elif name.endswith("bias"):
        v = 0.2 * (u - 0.5)
    elif len(shape) == 1:
        v = 0.8 + 0.4 * u
    else:
        # Each kernel sums to zero. Otherwise all pictures look alike after many
        # rectifications, whose means are all that would be handed on.
        u = u.reshape(shape[0], -1)
        v = (u - u.mean(axis=1, keepdims=True)) * 2 * np.sqrt(6.0 / u.shape[1])
    return v.reshape(shape).astype(np.float32)


def pictures(channels, side):
    """A mean and six waves for every channel of every picture, and a little noise."""
    at = np.arange(side) / side
    x = np.zeros((PICTURES, channels, side, side))
    for n in range(PICTURES):
        for c in range(channels):
            u = uniform(f"wave {n} {c}", 25)
            x[n, c] = 8 * (u[24] - 0.5)
            for a, fy, fx, phase in u[:24].reshape(6, 4):
                y = np.floor(9 * fy) * at[:, None] + np.floor(9 * fx) * at[None, :]
                x[n, c] += a * np.sin(2 * np.pi * (y + phase))
    noise = uniform("noise", x.size).reshape(x.shape)
    return (x + 0.3 * (2 * noise - 1)).astype(np.float32)


def sketch(layer, values):
    """PICTURES x (PROJECTIONS + 1): projections on random signs, and the norm."""
    flat = values.reshape(PICTURES, -1).astype(np.float64)
    b = bits("signs of " + layer, flat.shape[1])
    rows = [flat @ (1.0 - 2.0 * ((b >> np.uint64(p)) & np.uint64(1)).astype(np.float64)) for p in range(PROJECTIONS)]
    return np.stack(rows + [np.linalg.norm(flat, axis=1)], axis=1).astype(np.float32)


class Recorder:
    """Keeps what layers compute, under the names that the zoo gives them."""

    def __init__(self):
        self.sketches = {}

    def __call__(self, layer, values):
        self.sketches[layer] = sketch(layer, values.detach().numpy())
        return values

    def watch(self, layer, module):
        def hook(module, given, values):
            self(layer, values)

        module.register_forward_hook(hook)


def fill(model):
    state = model.state_dict()
    for name, tensor in state.items():
        if tensor.dtype == torch.float32:
            state[name] = torch.from_numpy(parameter(name, tuple(tensor.shape)))
    model.load_state_dict(state)
    return model.eval()


def alexnet(keep):
    model = torchvision.models.alexnet()
    names = "conv1 relu1 pool1 conv2 relu2 pool2 conv3 relu3 conv4 relu4 conv5 relu5 pool5".split()
    for name, module in zip(names, model.features):
        keep.watch(name, module)
    classifier(keep, model.classifier)
    return model, pictures(3, 224)


def classifier(keep, modules):
    names = iter("fc6 relu6 fc7 relu7 fc8".split())
    for module in modules:
        if not isinstance(module, torch.nn.Dropout):
            keep.watch(next(names), module)


class Original(torch.nn.Module):
    """AlexNet of 2012, by the numbers of the paper."""

    def __init__(self, keep):
        super().__init__()
        self.keep = keep
        conv = torch.nn.Conv2d
        self.conv1 = conv(3, 96, 11, stride=4)
        self.conv2 = conv(96, 256, 5, padding=2, groups=2)
        self.conv3 = conv(256, 384, 3, padding=1)
        self.conv4 = conv(384, 384, 3, padding=1, groups=2)
        self.conv5 = conv(384, 256, 3, padding=1, groups=2)
        self.fc6 = torch.nn.Linear(9216, 4096)
        self.fc7 = torch.nn.Linear(4096, 4096)
        self.fc8 = torch.nn.Linear(4096, 1000)

    def forward(self, x):
        keep, F = self.keep, torch.nn.functional
        for i in range(1, 6):
            x = keep(f"relu{i}", F.relu(keep(f"conv{i}", getattr(self, f"conv{i}")(x))))
            if i < 3:
                x = keep(f"norm{i}", F.local_response_norm(x, 5, 1e-4, 0.75, 1.0))
            if i not in (3, 4):
                x = keep(f"pool{i}", F.max_pool2d(x, 3, 2))
        x = x.flatten(1)
        for i in (6, 7):
            x = keep(f"relu{i}", F.relu(keep(f"fc{i}", getattr(self, f"fc{i}")(x))))
        return keep("fc8", self.fc8(x))


def alexnet_original(keep):
    return Original(keep), pictures(3, 227)


def vgg(keep, model):
    block, place = 1, 1
    for module in model.features:
        kind = type(module).__name__
        if kind == "MaxPool2d":
            keep.watch(f"pool{block}", module)
            block, place = block + 1, 1
            continue
        keep.watch({"Conv2d": "conv", "BatchNorm2d": "bn", "ReLU": "relu"}[kind] + f"{block}_{place}", module)
        place += kind == "ReLU"
    classifier(keep, model.classifier)
    return model, pictures(3, 224)


def resnet(keep, model):
    for name in "conv1 bn1 maxpool avgpool fc".split():
        keep.watch(name, getattr(model, name))
    keep.watch("relu", model.relu)
    for stage in range(1, 5):
        for i, block in enumerate(getattr(model, f"layer{stage}")):
            name = f"layer{stage}.{i}."
            parts = [n for n in "conv1 bn1 conv2 bn2 conv3 bn3".split() if hasattr(block, n)]
            for part in parts:
                keep.watch(name + part, getattr(block, part))
            if block.downsample is not None:
                keep.watch(name + "downsample.conv", block.downsample[0])
                keep.watch(name + "downsample", block.downsample[1])
            calls = []

            def rectified(m, given, out, name=name, calls=calls, last=len(parts) // 2):
                calls.append(1)
                if len(calls) < last:
                    keep(f"{name}relu{len(calls)}", out)
                else:
                    keep(name + "sum", given[0])
                    keep(name + "relu", out)

            block.relu.register_forward_hook(rectified)
    return model, pictures(3, 224)


def squeezenet(keep):
    model = torchvision.models.squeezenet1_1()
    names = "conv1 relu1 pool1 fire2 fire3 pool3 fire4 fire5 pool5 fire6 fire7 fire8 fire9".split()
    for name, module in zip(names, model.features):
        if not name.startswith("fire"):
            keep.watch(name, module)
            continue
        keep.watch(name + ".concat", module)
        for part in "squeeze expand1x1 expand3x3".split():
            keep.watch(f"{name}.{part}", getattr(module, part))
            keep.watch(f"{name}.{part}.relu", getattr(module, part + "_activation"))
    for name, module in zip("conv10 relu10 avgpool10".split(), list(model.classifier)[1:]):
        keep.watch(name, module)
    keep.watch("logits", model)
    return model, pictures(3, 224)


NETWORKS = {
    "alexnet": alexnet,
    "alexnet-original": alexnet_original,
    "vgg16": lambda keep: vgg(keep, torchvision.models.vgg16()),
    "vgg16-bn": lambda keep: vgg(keep, torchvision.models.vgg16_bn()),
    "resnet18": lambda keep: resnet(keep, torchvision.models.resnet18()),
    "resnet50": lambda keep: resnet(keep, torchvision.models.resnet50()),
    "squeezenet1_1": squeezenet,
}


def main():
    torch.manual_seed(0)
    torch.set_num_threads(2)
    for name in sys.argv[1:] or NETWORKS:
        keep = Recorder()
        model, x = NETWORKS[name](keep)
        for module in model.modules():
            if hasattr(module, "inplace"):
                module.inplace = False
        fill(model).double()
        with torch.no_grad():
            model(torch.from_numpy(x).double())
        layers = list(keep.sketches)
        parameters = sum(p.numel() for p in model.parameters())
        path = Path(__file__).parent / f"{name}.npz"
        np.savez_compressed(path, layers=np.array(layers), parameters=np.array(parameters),
                            sketches=np.stack([keep.sketches[l] for l in layers]))
        print(f"{name}: {len(layers)} layers, {parameters} parameters, {path.stat().st_size} bytes")


main()
