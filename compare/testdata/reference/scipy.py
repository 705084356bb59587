"""Reference scores of RDVs, with and without ties and missing pairs.

Run with: /usr/bin/python3 scipy.py > scipy.json
Made with numpy 1.24.2 and scipy 1.10.1. tau-a is (C - D) / (m (m - 1) / 2),
counted pair by pair.
"""

import json
import sys

sys.path.pop(0)  # this file is not the package of its name
import numpy as np
import scipy
from scipy import spatial, stats

rng = np.random.default_rng(92)


def tau_a(x, y):
    i, j = np.triu_indices(len(x), 1)
    return float(np.sum(np.sign(x[i] - x[j]) * np.sign(y[i] - y[j])) / len(i))


def cosine(x, y):
    x, y = x / np.abs(x).max(), y / np.abs(y).max()  # scipy squares 1e200
    return float(1 - spatial.distance.cosine(x, y))


def case(name, x, y):
    x, y = np.asarray(x, float), np.asarray(y, float)
    keep = ~(np.isnan(x) | np.isnan(y))
    a, b = x[keep], y[keep]
    value = lambda v: None if np.isnan(v) else float(v)
    return {
        "name": name,
        "x": [value(v) for v in x],
        "y": [value(v) for v in y],
        "pairs": int(keep.sum()),
        "pearson": value(stats.pearsonr(a, b)[0]),
        "spearman": value(stats.spearmanr(a, b)[0]),
        "kendall-tau-a": tau_a(a, b),
        "kendall-tau-b": value(stats.kendalltau(a, b)[0]),
        "cosine": cosine(a, b),
    }


def missing(x, share):
    x = np.array(x, float)
    x[rng.random(len(x)) < share] = np.nan
    return x


x = rng.standard_normal(45)
y = 0.5 * x + rng.standard_normal(45)
cases = [
    case("no ties", x, y),
    case("ties on one side", np.round(x), y),
    case("ties on both sides", np.round(x), np.round(2 * y)),
    case("two levels", (x > 0), (y > 0.3)),
    case("missing pairs", missing(x, 0.2), missing(np.round(y), 0.2)),
    case("constant side", np.full(45, 0.1), y),
    case("three pairs", [1, 2, 3], [3, 1, 2]),
    case("large and small", 1e200 * x, 1e-200 * y),
    case("opposite", x, -x),
]
json.dump({"numpy": np.__version__, "scipy": scipy.__version__, "cases": cases}, sys.stdout, indent=1)
