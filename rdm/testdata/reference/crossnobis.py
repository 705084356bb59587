"""Reference distances by the definition of crossnobis, of white patterns.

Run: python3 crossnobis.py > crossnobis.json

Patterns are of folds x conditions x channels, from a generator that other
languages have too: s = (1103515245 s + 12345) mod 2^31, u = s/2^31, a number is
the sum of 12 successive u minus 6. A distance is the mean over ordered pairs of
different folds of the product of differences, per channel.
"""
import json
import sys

import numpy

FOLDS, CONDITIONS, CHANNELS = 4, 5, 3
s, y = 2, numpy.empty(FOLDS * CONDITIONS * CHANNELS)
for i in range(len(y)):
    total = 0.0
    for _ in range(12):
        s = (1103515245 * s + 12345) % 2**31
        total += s / 2**31
    y[i] = total - 6
y = y.reshape(FOLDS, CONDITIONS, CHANNELS)
d = numpy.zeros((CONDITIONS, CONDITIONS))
for a in range(CONDITIONS):
    for b in range(CONDITIONS):
        x = y[:, a] - y[:, b]
        d[a, b] = numpy.mean([x[i] @ x[j] for i in range(FOLDS) for j in range(FOLDS) if i != j]) / CHANNELS
json.dump({"versions": {"numpy": numpy.__version__}, "per_channel": d.tolist()}, sys.stdout, indent=1)
