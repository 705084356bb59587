"""Convolutions with 3 x 3 kernels, by PyTorch in float64.

Run: python3 convolve.py > pytorch.json

Numbers are sin(rate i i), i counted modulo 1000 and the whole rounded to multiples of
1/1024: pictures have the rate 0.7, kernels 1.1.
"""
import json
import platform

import numpy
import torch
from torch.nn.functional import conv2d, pad


def formula(shape, rate):
    i = numpy.arange(numpy.prod(shape)) % 1000
    return torch.from_numpy((numpy.round(1024 * numpy.sin(rate * i * i)) / 1024).reshape(shape))


cases = []
for source, out, pads, normalized, rectify in [
    ((1, 1, 3, 3), 1, (0, 0, 0, 0), False, False),
    ((2, 3, 5, 7), 4, (1, 1, 1, 1), False, True),
    ((2, 5, 9, 6), 7, (0, 1, 1, 0), True, False),
    ((3, 8, 4, 4), 3, (1, 1, 1, 1), True, True),
]:
    x, w = formula(source, 0.7), formula((out, source[1], 3, 3), 1.1)
    top, left, bottom, right = pads
    y = conv2d(pad(x, (left, right, top, bottom)), w)
    scale = bias = None
    if normalized:
        scale = [1 + 0.25 * (o % 3) for o in range(out)]
        bias = [0.5 - 0.125 * o for o in range(out)]
        y = y * torch.tensor(scale).double().view(-1, 1, 1) + torch.tensor(bias).double().view(-1, 1, 1)
    if rectify:
        y = y.relu()
    cases.append({
        "source": source, "kernels": (out, source[1]), "pads": pads, "scale": scale, "bias": bias, "rectify": rectify,
        "result": [float(f"{v:.10g}") for v in y.flatten()],
    })
print(json.dumps({
    "made by": f"PyTorch {torch.__version__}, NumPy {numpy.__version__}, Python {platform.python_version()}", "cases": cases,
}))
