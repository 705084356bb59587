"""Checkpoints of every form, and what PyTorch reads from them. Made with Python
3.11.2, torch 1.13.0, numpy 1.24.2:
    python3 make.py
Version 0.1 is not to be had any more: the tar archive is made by hand here as
torch/serialization.py of 1.13 reads it. What is made by hand is read by
torch.load, and its tensors are those that it returns.
"""
import collections
import copyreg
import io
import json
import pickle
import struct
import sys
import tarfile
import types
import zipfile

import numpy as np
import torch

# Classes of somebody else's program.
other = types.ModuleType("other")
sys.modules["other"] = other
for name, base in [("Flags", object), ("Records", dict), ("Rows", list)]:
    setattr(other, name, type(name, (base,), {"__module__": "other"}))


def numbers(*shape, dtype=torch.float32):
    n = int(np.prod(shape, dtype=int))
    return (torch.arange(n, dtype=torch.float64) * 0.75 - 2).reshape(shape).to(dtype)


def everything():
    """An object with every kind of tensor, in every kind of container."""
    row = torch.arange(12, dtype=torch.float32)
    flags = other.Flags()
    flags.rate, flags.mean, flags.nested = 0.1, numbers(3), {"deep": [numbers(2)]}
    records = other.Records(a=numbers(2), b=7)
    records.note = numbers(1)
    rows = other.Rows([numbers(2), "text"])
    attributed = numbers(2)
    attributed.origin = "here"
    state = collections.OrderedDict(
        [("conv1.weight", numbers(2, 3, 2, 2)), ("conv1.bias", numbers(2)), ("steps", torch.tensor(7))]
    )
    state._metadata = {"": {"version": 1}}
    counted = collections.defaultdict(list)
    counted["x"].append(numbers(2))
    return {
        "epoch": 3,
        "arch": "résumé",
        "plain": [None, True, False, -1, 255, 256, 65536, -70000, 2**40, -(2**63), 2**70, 0.5, float("nan"), b"bytes", "x" * 300],
        "kinds": [{1, 2}, frozenset([3]), bytearray(b"xy"), (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), complex],
        "of_torch": [torch.Size([1, 2]), torch.device("cpu"), torch.float32],
        "state_dict": state,
        "types": {
            str(t).removeprefix("torch."): numbers(3, dtype=t)
            for t in [
                torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.int8, torch.int16, torch.int32, torch.int64, torch.complex64,
            ]
        },
        "unsigned": torch.tensor([0, 7, 255], dtype=torch.uint8),
        "truth": torch.tensor([True, False, True]),
        "scalar": torch.tensor(2.5, dtype=torch.float64),
        "empty": [torch.zeros(0), torch.zeros(2, 0, 3, dtype=torch.int64)],
        "row": row,
        "shared": row[3:9].view(2, 3),
        "every_other": row[1::2],
        "permuted": torch.arange(24, dtype=torch.float32).reshape(2, 3, 4).permute(2, 0, 1),
        "channels_last": numbers(2, 3, 2, 2).to(memory_format=torch.channels_last),
        "expanded": torch.tensor([1.5, 2.5]).view(2, 1).expand(2, 3),
        "transposed": numbers(2, 3).t(),
        "long_axis_of_one": row[:4].as_strided((1, 4), (99, 1)),
        "parameter": torch.nn.Parameter(numbers(2)),
        "attributed": attributed,
        "tuple": (numbers(1), [numbers(1)]),
        5: numbers(1),
        2.5: numbers(1),
        True: numbers(1),
        (1, 2): numbers(1),
        "again": state,
        "counted": counted,
        "flags": flags,
        "records": records,
        "rows": rows,
        "accuracy": np.float64(0.9),
    }


def training():
    """A network with the state of its optimizers after two steps."""
    network = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3))
    with torch.no_grad():
        for p in network.parameters():
            p.copy_(numbers(*p.shape))
    optimizers = [torch.optim.SGD(network.parameters(), 0.1, momentum=0.9), torch.optim.Adam(network.parameters(), 0.5)]
    for optimizer in 2 * optimizers:
        for p in network.parameters():
            p.grad = numbers(*p.shape)
        optimizer.step()
    return network, {"model": network.state_dict(), "optimizers": [o.state_dict() for o in optimizers]}


def tensors(v, keys=()):
    """Every tensor in an object, with the keys that lead to it."""
    if isinstance(v, torch.Tensor):
        yield list(keys), v
    elif isinstance(v, (list, tuple)):
        for i, item in enumerate(v):
            yield from tensors(item, (*keys, str(i)))
    elif isinstance(v, dict):
        for i, (key, item) in enumerate(v.items()):
            key = str(i) if isinstance(key, tuple) else f"{key:g}" if isinstance(key, float) else str(key)
            yield from tensors(item, (*keys, key))
    if isinstance(v, torch.nn.Module) or type(v).__module__ == "other":
        yield from tensors(v.__dict__, keys)


def raw(t):
    t = t.detach().contiguous()
    return (t.view(torch.int16) if t.dtype == torch.bfloat16 else t).numpy().tobytes().hex()


def found(name):
    return [
        {
            "keys": keys,
            "type": str(t.dtype).removeprefix("torch."),
            "shape": list(t.shape),
            "strides": list(t.stride()),
            "bytes": raw(t),
            "float32": None if t.is_complex() else t.detach().float().flatten().tolist(),
        }
        for keys, t in tensors(torch.load(name))
    ]


def rezipped(source, target, method, change=lambda name, data: data):
    """The same archive with members stored otherwise."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", method) as new:
        for entry in old.infolist():
            new.writestr(zipfile.ZipInfo(entry.filename), change(entry.filename, old.read(entry)), method)


class Pickler(pickle.Pickler):
    """Writes tensors and storages as identifiers."""

    def __init__(self, out, identify, reduce=None):
        super().__init__(out, 2)
        self.persistent_id, self.reduce = identify, reduce

    def reducer_override(self, v):
        return self.reduce(v) if self.reduce else NotImplemented


def dumped(v, identify=lambda v: None, reduce=None):
    out = io.BytesIO()
    Pickler(out, identify, reduce).dump(v)
    return out.getvalue()


class Tensor:
    """Stands for a tensor of version 0.1, which was saved under a number."""

    def __init__(self, key):
        self.key = key


def as_variable(v):
    """A parameter as version 0.1 saved it: empty, and then its state."""
    if isinstance(v, torch.nn.Parameter):
        return copyreg.__newobj__, (torch.nn.Parameter,), (Tensor(94002), None, collections.OrderedDict(), True, False)
    return NotImplemented


def tar(name):
    """A checkpoint of version 0.1: two storages, a part of one, four tensors."""
    six, four = numbers(6), torch.arange(4)
    storages = dumped(2)
    for key, kind, values in [(11, torch.FloatStorage, six), (2**40, torch.LongStorage, four)]:
        storages += dumped((key, "cpu", kind)) + struct.pack("<q", len(values)) + values.numpy().tobytes()
    storages += dumped([(13, 11, 2, 3)])
    members = dumped(4)
    for key, storage, kind, shape, strides, first in [
        (94001, 11, torch.FloatTensor, (2, 3), (3, 1), 0),
        (94002, 11, torch.FloatTensor, (3, 2), (1, 3), 0),
        (94003, 2**40, torch.LongTensor, (2,), (1,), 1),
        (94004, 13, torch.FloatTensor, (2,), (1,), 1),
    ]:
        members += dumped((key, storage, kind)) + struct.pack("<q", len(shape))
        members += struct.pack(f"<{2 * len(shape) + 1}q", *shape, *strides, first)
    v = collections.OrderedDict(
        [("weight", Tensor(94001)), ("parameter", torch.nn.Parameter(torch.zeros(0))), ("steps", Tensor(94003)), ("part", Tensor(94004))]
    )
    identify = lambda v: str(v.key) if isinstance(v, Tensor) else None
    with tarfile.open(name, "w:", format=tarfile.PAX_FORMAT) as out:
        for member, data in [
            ("sys_info", dumped({"protocol_version": 1000, "little_endian": True})),
            ("pickle", dumped(v, identify, as_variable)),
            ("tensors", members),
            ("storages", storages),
        ]:
            info = tarfile.TarInfo(member)
            info.size, info.mtime = len(data), 1500000000.25
            out.addfile(info, io.BytesIO(data))


class View:
    """Stands for a part of a storage."""

    def __init__(self, *id):
        self.id = id


def views(name):
    """A stream with parts of a storage, and the source of a class."""
    values = numbers(8)
    whole = ("storage", torch.FloatStorage, "k", "cpu", 8)
    tensor = lambda storage, *rest: Rebuilt((storage, *rest, False, collections.OrderedDict()))
    v = {"whole": tensor(View(*whole, None), 0, (2, 4), (4, 1)), "part": tensor(View(*whole, ("p", 2, 5)), 1, (2, 2), (1, 2))}
    v["class"] = View("module", torch.nn.Linear, None, None)
    with open(name, "wb") as out:
        for part in [0x1950A86A20F9469CFC6C, 1001, {"protocol_version": 1001, "little_endian": True}]:
            out.write(dumped(part))
        out.write(dumped(v, lambda v: v.id if isinstance(v, View) else None))
        out.write(dumped(["k"]) + struct.pack("<q", len(values)) + values.numpy().tobytes())


class Rebuilt:
    def __init__(self, arguments):
        self.arguments = arguments

    def __reduce__(self):
        return torch._utils._rebuild_tensor_v2, self.arguments


torch.save(everything(), "zip.pth")
torch.save(everything(), "zip4.pth", pickle_protocol=4)
torch.save(everything(), "stream.pth", _use_new_zipfile_serialization=False)
torch.save(training()[1], "training.pth")
torch.save(training()[0], "network.pth")
torch.save(numbers(2, 2), "alone.pth")
tar("tar.pth")
views("views.pth")
rezipped("zip.pth", "deflated.pth", zipfile.ZIP_DEFLATED)
checkpoints = ["zip", "zip4", "stream", "training", "network", "alone", "tar", "views", "deflated"]
with open("tensors.json", "w") as out:
    json.dump({name: found(name + ".pth") for name in checkpoints}, out)

# What cannot be read: listed, with a reason.
torch.save(
    {
        "coo": numbers(2, 2).to_sparse(),
        "csr": numbers(2, 2).to_sparse_csr(),
        "quantized": torch.quantize_per_tensor(numbers(2), 0.1, 0, torch.qint8),
        "meta": torch.zeros(2, device="meta"),
        "complex": torch.zeros(2, dtype=torch.complex64),
        "plain": numbers(2),
    },
    "unreadable.pth",
)
torch.jit.script(torch.nn.ReLU()).save("script.pt")
# Big-endian machines write their own order: turned round by hand.
torch.save({"weight": numbers(2, 3), "small": numbers(3, dtype=torch.int8), "complex": numbers(2, dtype=torch.complex64)}, "little.pth")
widths = {"data/0": "f4", "data/1": "i1", "data/2": "f4"}


def turned(name, data):
    width = widths.get(name.partition("/")[2])
    return np.frombuffer(data, "<" + width).astype(">" + width).tobytes() if width else data


rezipped("little.pth", "big.pth", zipfile.ZIP_STORED, turned)
with zipfile.ZipFile("big.pth", "a") as out:
    out.writestr(zipfile.ZipInfo("little/byteorder"), "big")
