"""Writes fusion.json: what two regions, two layers and a control explain of RDMs
over time, by least squares in numpy.

Made with Python 3.11, numpy 1.24.2, scipy 1.10.1:  python3 fusion.py
"""

import json
import pathlib

import numpy as np
import scipy
from scipy.stats import rankdata

random = np.random.default_rng(20)
CONDITIONS, SUBJECTS, TIMES = 7, 2, 3
PAIRS = CONDITIONS * (CONDITIONS - 1) // 2


def rounded(x):
    return np.round(x, 3)


base = random.random((3, PAIRS))
regions = rounded(base[:2] + random.random((2, PAIRS)))
layers = rounded(base[:2] + 0.5 * base[2] + random.random((2, PAIRS)))
controls = rounded(base[2:] + 0.5 * random.random((1, PAIRS)))
times = rounded(base.sum(0) + random.random((SUBJECTS, TIMES, PAIRS)))
times[1, 2, :4] = np.nan  # this time lacks the first pairs
layers[1, 9] = np.nan  # a layer lacks one pair: it is left out everywhere


def explained(y, predictors):
    """R squared of least squares with an intercept."""
    design = np.column_stack([np.ones(len(y))] + list(predictors))
    rest = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return 1 - (rest @ rest) / ((y - y.mean()) @ (y - y.mean()))


def shared(y, region, layer, others, transform):
    static = ~np.isnan(np.vstack([regions, layers, controls if len(others) else layers])).any(0)
    keep = static & ~np.isnan(y)
    y, region, layer, *others = (transform(x[keep]) for x in (y, region, layer, *others))
    both = explained(y, [region, layer, *others])
    alone = explained(y, others) if others else 0.0
    only = explained(y, [region, *others])
    return only + explained(y, [layer, *others]) - both - alone, only - alone


found = {}
for name, transform in {"ranks": rankdata, "values": np.asarray}.items():
    for label, others in {"": [], " with a control": list(controls)}.items():
        common = np.zeros((2, 2, SUBJECTS, TIMES))
        limit = np.zeros((2, SUBJECTS, TIMES))
        for r, l, s, t in np.ndindex(common.shape):
            common[r, l, s, t], limit[r, s, t] = shared(times[s, t], regions[r], layers[l], others, transform)
        found[name + label] = {"commonality": common.tolist(), "explained": limit.mean(1).tolist()}


def plain(x):
    return np.where(np.isnan(x), None, x).tolist()


pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps({
    "about": f"numpy {np.__version__}, scipy {scipy.__version__}",
    "regions": plain(regions), "layers": plain(layers), "controls": plain(controls), "times": plain(times),
    "found": found,
}) + "\n")
