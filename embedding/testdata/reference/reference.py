"""Numbers of other programs for package embedding.

Run as: python3 reference.py > reference.json, with numpy, scipy and scikit-learn.
"""
import json
import sys

import numpy as np
import scipy
import sklearn
from scipy.cluster.hierarchy import cophenet, linkage
from scipy.linalg import orthogonal_procrustes
from scipy.spatial.distance import pdist, squareform
from sklearn.isotonic import IsotonicRegression
from sklearn.manifold import smacof

random = np.random.default_rng(1)
n = 15
rdv = 1 - np.corrcoef(random.normal(size=(n, 8)) + random.normal(size=(n, 1)) * random.normal(size=(1, 8)))[np.triu_indices(n, 1)]
d = squareform(rdv)

# Classical scaling as the documentation of R's cmdscale defines it.
j = np.eye(n) - 1 / n
values, vectors = np.linalg.eigh(-j @ d**2 @ j / 2)
classical = vectors[:, ::-1][:, :3] * np.sqrt(values[::-1][:3])

start = random.normal(size=(n, 2))


def ordinal(x):
    """One non-metric step. That of smacof(metric=False) in this version is not
    used: it makes disparities for the upper triangle alone."""
    disparities = IsotonicRegression().fit_transform(rdv, pdist(x))
    disparities *= np.sqrt(len(rdv) / (disparities**2).sum())
    return metric(squareform(disparities), x, 1)


def metric(d, x, steps):
    return smacof(d, metric=True, n_components=2, init=x, n_init=1, max_iter=steps, eps=0, normalized_stress=False)[0]


maps = {"metric 1": metric(d, start, 1), "metric 10": metric(d, start, 10), "nonmetric 1": ordinal(start)}
x = start
for _ in range(10):
    x = ordinal(x)
maps["nonmetric 10"] = x

trees = {}
for method in "average", "complete", "ward":
    z = linkage(rdv, method)
    trees[method] = {"merges": z.tolist(), "cophenetic": cophenet(z).tolist()}

a, b = random.normal(size=(n, 2)), random.normal(size=(n, 2))
ca, cb = a - a.mean(0), b - b.mean(0)
turn, scale = orthogonal_procrustes(ca, cb)
isotonic = random.normal(size=30).round(1)

json.dump({
    "_about": f"made by reference.py with numpy {np.__version__}, scipy {scipy.__version__}, scikit-learn {sklearn.__version__}, Python {sys.version.split()[0]}",
    "rdv": rdv.tolist(),
    "eigenvalues": values[::-1].tolist(),
    "classical distances": pdist(classical).tolist(),
    "start": start.ravel().tolist(),
    "maps": {name: x.ravel().tolist() for name, x in maps.items()},
    "trees": trees,
    "procrustes": {
        "a": a.ravel().tolist(), "b": b.ravel().tolist(),
        "rigid": (ca @ turn + b.mean(0)).ravel().tolist(),
        "similar": (ca @ turn * scale / (ca**2).sum() + b.mean(0)).ravel().tolist(),
    },
    "isotonic": {"values": isotonic.tolist(), "result": IsotonicRegression().fit_transform(np.arange(30), isotonic).tolist()},
}, sys.stdout, indent=1)
print()
