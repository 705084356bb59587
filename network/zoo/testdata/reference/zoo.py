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

    def watch(self, layer, module, take=lambda given, values: values):
        def hook(module, given, values):
            values = take(given, values)
            self(layer, values[0] if isinstance(values, tuple) else values)

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


class KerasResNet(torch.nn.Module):
    """ResNet-50 of Keras: biases everywhere, and the stride in the first convolution of a stage."""

    def __init__(self, keep):
        super().__init__()
        self.keep = keep
        self.unit("conv1", 3, 64, 7, stride=2, padding=3)
        given = 64
        for stage, blocks in zip(range(2, 6), (3, 4, 6, 3)):
            width = 16 * 2**stage
            for block in range(1, blocks + 1):
                name = f"conv{stage}_block{block}"
                stride = 2 if block == 1 and stage > 2 else 1
                if block == 1:
                    self.unit(name + "_0", given, 4 * width, 1, stride=stride)
                self.unit(name + "_1", given, width, 1, stride=stride)
                self.unit(name + "_2", width, width, 3, padding=1)
                self.unit(name + "_3", width, 4 * width, 1)
                given = 4 * width
        self.predictions = torch.nn.Linear(given, 1000)

    def unit(self, name, given, channels, kernel, **options):
        setattr(self, name + "_conv", torch.nn.Conv2d(given, channels, kernel, **options))
        setattr(self, name + "_bn", torch.nn.BatchNorm2d(channels, eps=1.001e-5))

    def run(self, name, x, conv, norm):
        x = self.keep(conv, getattr(self, name + "_conv")(x))
        return self.keep(norm, getattr(self, name + "_bn")(x))

    def forward(self, x):
        keep, F = self.keep, torch.nn.functional
        x = keep("relu", F.relu(self.run("conv1", x, "conv1", "bn1")))
        x = keep("maxpool", F.max_pool2d(F.pad(x, (1, 1, 1, 1)), 3, 2))
        for stage, blocks in zip(range(2, 6), (3, 4, 6, 3)):
            for block in range(1, blocks + 1):
                name, layer = f"conv{stage}_block{block}", f"layer{stage - 1}.{block - 1}."
                rest = x if block > 1 else self.run(name + "_0", x, layer + "downsample.conv", layer + "downsample")
                for i in (1, 2, 3):
                    x = self.run(f"{name}_{i}", x, f"{layer}conv{i}", f"{layer}bn{i}")
                    if i < 3:
                        x = keep(f"{layer}relu{i}", F.relu(x))
                x = keep(layer + "relu", F.relu(keep(layer + "sum", x + rest)))
        x = keep("avgpool", x.mean((2, 3), keepdim=True))
        return keep("fc", self.predictions(x.flatten(1)))


def keras_resnet(keep):
    return KerasResNet(keep), pictures(3, 224)


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


class Area(torch.nn.Module):
    """A recurrent area of CORnet-S: one set of convolutions, norms of every step."""

    def __init__(self, keep, name, given, channels, steps):
        super().__init__()
        self.keep, self.name, self.steps = keep, name, steps
        inside = 4 * channels
        conv, norm = torch.nn.Conv2d, torch.nn.BatchNorm2d
        self.conv_input = conv(given, channels, 1, bias=False)
        self.skip = conv(channels, channels, 1, stride=2, bias=False)
        self.norm_skip = norm(channels)
        self.conv1 = conv(channels, inside, 1, bias=False)
        self.conv2 = conv(inside, inside, 3, padding=1, bias=False)
        self.conv3 = conv(inside, channels, 1, bias=False)
        for t in range(steps):
            for i, c in enumerate((inside, inside, channels)):
                setattr(self, f"norm{i + 1}_{t}", norm(c))

    def forward(self, x):
        F = torch.nn.functional
        x = self.tap("conv_input", self.conv_input(x))
        for t in range(self.steps):
            rest = x if t else self.tap("norm_skip", self.norm_skip(self.tap("skip", self.skip(x))))
            self.conv2.stride = (1, 1) if t else (2, 2)
            for i in (1, 2, 3):
                x = self.tap(f"conv{i}@t{t}", getattr(self, f"conv{i}")(x))
                x = self.tap(f"norm{i}@t{t}", getattr(self, f"norm{i}_{t}")(x))
                if i < 3:
                    x = self.tap(f"relu{i}@t{t}", F.relu(x))
            x = self.tap(f"output@t{t}", F.relu(self.tap(f"sum@t{t}", x + rest)))
        return x

    def tap(self, part, x):
        return self.keep(f"{self.name}.{part}", x)


class V1(torch.nn.Module):
    """V1 of CORnet-S."""

    def __init__(self, keep):
        super().__init__()
        self.keep = keep
        self.conv1 = torch.nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.norm1 = torch.nn.BatchNorm2d(64)
        self.conv2 = torch.nn.Conv2d(64, 64, 3, padding=1, bias=False)
        self.norm2 = torch.nn.BatchNorm2d(64)

    def forward(self, x):
        keep, F = self.keep, torch.nn.functional
        x = keep("V1.norm1", self.norm1(keep("V1.conv1", self.conv1(x))))
        x = keep("V1.pool", F.max_pool2d(keep("V1.relu1", F.relu(x)), 3, 2, 1))
        return keep("V1.output", F.relu(keep("V1.norm2", self.norm2(keep("V1.conv2", self.conv2(x))))))


class Simple(torch.nn.Module):
    """An area of CORnet-Z."""

    def __init__(self, keep, name, given, channels, kernel, stride):
        super().__init__()
        self.keep, self.name = keep, name
        self.conv = torch.nn.Conv2d(given, channels, kernel, stride=stride, padding=kernel // 2)

    def forward(self, x):
        keep, F = self.keep, torch.nn.functional
        x = keep(self.name + ".relu", F.relu(keep(self.name + ".conv", self.conv(x))))
        return keep(self.name + ".output", F.max_pool2d(x, 3, 2, 1))


class Decoder(torch.nn.Module):
    def __init__(self, keep):
        super().__init__()
        self.keep = keep
        self.linear = torch.nn.Linear(512, 1000)

    def forward(self, x):
        x = self.keep("decoder.avgpool", x.mean((2, 3), keepdim=True))
        return self.keep("decoder.linear", self.linear(x.flatten(1)))


def cornet(keep, areas):
    model = torch.nn.Sequential()
    for name, area in areas.items():
        model.add_module(name, area)
    model.add_module("decoder", Decoder(keep))
    return model, pictures(3, 224)


def cornet_s(keep):
    sizes = {"V2": (64, 128, 2), "V4": (128, 256, 4), "IT": (256, 512, 2)}
    return cornet(keep, {"V1": V1(keep), **{n: Area(keep, n, *s) for n, s in sizes.items()}})


def cornet_z(keep):
    sizes = {"V1": (3, 64, 7, 2), "V2": (64, 128, 3, 1), "V4": (128, 256, 3, 1), "IT": (256, 512, 3, 1)}
    return cornet(keep, {n: Simple(keep, n, *s) for n, s in sizes.items()})


class Loop(torch.nn.Module):
    """An area of CORnet-RT: what enters is added to what the area gave a step before."""

    def __init__(self, keep, name, given, channels, kernel, stride, side):
        super().__init__()
        self.keep, self.name, self.empty = keep, name, (channels, side, side)
        self.conv_input = torch.nn.Conv2d(given, channels, kernel, stride=stride, padding=kernel // 2)
        self.norm_input = torch.nn.GroupNorm(32, channels)
        self.conv1 = torch.nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm1 = torch.nn.GroupNorm(32, channels)

    def enter(self, x, tap):
        return tap("relu_input", torch.relu(tap("norm_input", self.norm_input(tap("conv_input", self.conv_input(x))))))

    def turn(self, x, tap):
        return tap("output", torch.relu(tap("norm1", self.norm1(tap("conv1", self.conv1(x))))))


class Loops(torch.nn.Module):
    """CORnet-RT: at every step each area sees what the one below gave a step before."""

    def __init__(self, keep, steps=5):
        super().__init__()
        self.keep, self.steps = keep, steps
        self.V1 = Loop(keep, "V1", 3, 64, 7, 4, 56)
        self.V2 = Loop(keep, "V2", 64, 128, 3, 2, 28)
        self.V4 = Loop(keep, "V4", 128, 256, 3, 2, 14)
        self.IT = Loop(keep, "IT", 256, 512, 3, 2, 7)
        self.decoder = Decoder(keep)

    def forward(self, image):
        areas = [self.V1, self.V2, self.V4, self.IT]
        given, own = [image, None, None, None], [None] * 4
        for t in range(self.steps):
            for i, area in enumerate(areas):
                # nothing of the picture has reached the area before step i
                seen = self.keep if t >= i else lambda name, x: x
                at = lambda part, x: seen(f"{area.name}.{part}@t{t}", x)
                first = lambda part, x: self.keep(f"{area.name}.{part}", x)
                if given[i] is None:
                    x = torch.zeros(image.shape[0], *area.empty, dtype=image.dtype)
                else:
                    x = area.enter(given[i], at if i else first)
                if own[i] is not None:
                    x = at("sum", x + own[i])
                own[i] = area.turn(x, at)
            given = [image] + own[:3]
        return self.decoder(own[3])


def cornet_rt(keep):
    return Loops(keep), pictures(3, 224)


class Unit(torch.nn.Sequential):
    """A convolution, its norm and its nonlinearity, of FaceNet."""

    def __init__(self, keep, name, given, channels, kernel, stride=1, padding=0):
        super().__init__()
        self.add_module("conv", torch.nn.Conv2d(given, channels, kernel, stride, padding, bias=False))
        self.add_module("bn", torch.nn.BatchNorm2d(channels, eps=1e-3))
        self.add_module("relu", torch.nn.ReLU())
        for part, module in self.named_children():
            keep.watch(f"{name}.{part}", module)


def branch(keep, name, given, *sizes):
    """A chain of units; of one, the unit itself."""
    units = []
    for i, (channels, *rest) in enumerate(sizes):
        units.append(Unit(keep, f"{name}.{i}" if len(sizes) > 1 else name, given, channels, *rest))
        given = channels
    return torch.nn.Sequential(*units) if len(units) > 1 else units[0]


class Mixed(torch.nn.Module):
    """Branches side by side, and a pooling."""

    def __init__(self, keep, name, given, *branches):
        super().__init__()
        self.keep, self.name, self.count = keep, name, len(branches)
        for i, sizes in enumerate(branches):
            setattr(self, f"branch{i}", branch(keep, f"{name}.branch{i}", given, *sizes))

    def forward(self, x):
        ends = [getattr(self, f"branch{i}")(x) for i in range(self.count)]
        pooled = torch.nn.functional.max_pool2d(x, 3, 2)
        ends.append(self.keep(f"{self.name}.branch{self.count}", pooled))
        return self.keep(self.name + ".concat", torch.cat(ends, 1))


class Residual(torch.nn.Module):
    """x + scale * what branches make of x."""

    def __init__(self, keep, name, given, scale, *branches):
        super().__init__()
        self.keep, self.name, self.count, self.scale = keep, name, len(branches), scale
        for i, sizes in enumerate(branches):
            setattr(self, f"branch{i}", branch(keep, f"{name}.branch{i}", given, *sizes))
        self.conv2d = torch.nn.Conv2d(sum(sizes[-1][0] for sizes in branches), given, 1)

    def forward(self, x):
        keep, name = self.keep, self.name
        ends = [getattr(self, f"branch{i}")(x) for i in range(self.count)]
        y = keep(name + ".conv2d", self.conv2d(keep(name + ".concat", torch.cat(ends, 1))))
        x = keep(name + ".sum", x + self.scale * y)
        return x if name == "block8" else keep(name + ".relu", torch.relu(x))


class FaceNet(torch.nn.Module):
    def __init__(self, keep):
        super().__init__()
        self.keep = keep
        stem = {"1a": (3, 32, 3, 2), "2a": (32, 32, 3), "2b": (32, 64, 3, 1, 1), "3b": (64, 80, 1),
                "4a": (80, 192, 3), "4b": (192, 256, 3, 2)}
        for name, sizes in stem.items():
            setattr(self, "conv2d_" + name, Unit(keep, "conv2d_" + name, *sizes))
        p, w, h = (1,), (3, 1, 1), (3, 2)
        flat7, tall7 = ((1, 7), 1, (0, 3)), ((7, 1), 1, (3, 0))
        flat3, tall3 = ((1, 3), 1, (0, 1)), ((3, 1), 1, (1, 0))
        b35 = [(32, *p)], [(32, *p), (32, *w)], [(32, *p), (32, *w), (32, *w)]
        b17 = [(128, *p)], [(128, *p), (128, *flat7), (128, *tall7)]
        b8 = [(192, *p)], [(192, *p), (192, *flat3), (192, *tall3)]
        self.repeat_1 = self.repeat("repeat_1", 5, 256, 0.17, *b35)
        self.mixed_6a = Mixed(keep, "mixed_6a", 256, [(384, *h)], [(192, *p), (192, *w), (256, *h)])
        self.repeat_2 = self.repeat("repeat_2", 10, 896, 0.10, *b17)
        self.mixed_7a = Mixed(keep, "mixed_7a", 896, [(256, *p), (384, *h)], [(256, *p), (256, *h)],
                              [(256, *p), (256, *w), (256, *h)])
        self.repeat_3 = self.repeat("repeat_3", 5, 1792, 0.20, *b8)
        self.block8 = Residual(keep, "block8", 1792, 1.0, *b8)
        self.last_linear = torch.nn.Linear(1792, 512, bias=False)
        self.last_bn = torch.nn.BatchNorm1d(512, eps=1e-3)
        self.logits = torch.nn.Linear(512, 8631)

    def repeat(self, name, times, *sizes):
        return torch.nn.Sequential(*[Residual(self.keep, f"{name}.{i}", *sizes) for i in range(times)])

    def forward(self, x):
        keep = self.keep
        for name in ("1a", "2a", "2b"):
            x = getattr(self, "conv2d_" + name)(x)
        x = keep("maxpool_3a", torch.nn.functional.max_pool2d(x, 3, 2))
        for name in ("3b", "4a", "4b"):
            x = getattr(self, "conv2d_" + name)(x)
        x = self.repeat_2(self.mixed_6a(self.repeat_1(x)))
        x = self.block8(self.repeat_3(self.mixed_7a(x)))
        x = keep("last_linear", self.last_linear(keep("avgpool_1a", x.mean((2, 3)))))
        x = keep("last_bn", self.last_bn(x))
        keep("embedding", x / x.norm(dim=1, keepdim=True))
        return keep("logits", self.logits(x))


def facenet(keep):
    return FaceNet(keep), pictures(3, 160)


def vit(keep):
    model = torchvision.models.vit_b_16()
    keep.watch("conv_proj", model.conv_proj)
    keep.watch("ln", model.encoder.ln)
    keep.watch("tokens", model.encoder.dropout)
    for name, block in model.encoder.layers.named_children():
        for part, module in zip("ln_1 ln_2 fc1 gelu fc2".split(), (block.ln_1, block.ln_2, block.mlp[0], block.mlp[1], block.mlp[3])):
            keep.watch(f"{name}.{part}", module)
        keep.watch(name + ".attention", block.self_attention)
        keep.watch(name + ".sum1", block.ln_2, lambda given, out: given[0])
        keep.watch(name + ".sum2", block)
    keep.watch("head", model.heads.head)
    return model, pictures(3, 224)


NETWORKS = {
    "alexnet": alexnet,
    "alexnet-original": alexnet_original,
    "vgg16": lambda keep: vgg(keep, torchvision.models.vgg16()),
    "vgg16-bn": lambda keep: vgg(keep, torchvision.models.vgg16_bn()),
    "resnet18": lambda keep: resnet(keep, torchvision.models.resnet18()),
    "resnet50": lambda keep: resnet(keep, torchvision.models.resnet50()),
    "resnet50-keras": keras_resnet,
    "squeezenet1_1": squeezenet,
    "cornet-s": cornet_s,
    "cornet-z": cornet_z,
    "cornet-rt": cornet_rt,
    "inception-resnet-v1": facenet,
    "vit-b-16": vit,
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
