"""Reference Riemannian and Bures distances of RDMs.

Run with: /usr/bin/python3 riemann.py > riemann.json
Made with numpy 1.24.2 and scipy 1.10.1. The Riemannian one is minimized over
both logarithms by Nelder-Mead from several places, on eigenvalues of the
generalized problem; those of Bures take scipy's square roots of matrices.
"""

import json
import sys

sys.path.pop(0)  # this file is not the package of its name
import numpy as np
import scipy
from scipy import linalg, optimize
from scipy.spatial.distance import pdist, squareform

rng = np.random.default_rng(17)


def moment(rdv):
    d = squareform(rdv)
    g = 0.5 * (d[0] + d[:, [0]] - d)
    return g[1:, 1:]


def centered(rdv):
    d = squareform(rdv)
    h = np.eye(len(d)) - 1 / len(d)
    return -0.5 * h @ d @ h


def riemann(model, brain):
    g, h = moment(model), moment(brain)
    noise = np.eye(len(g)) + 1

    def distance(p):
        values = linalg.eigvalsh(np.exp(p[0]) * g + np.exp(p[1]) * noise, h)
        return np.sqrt(np.sum(np.log(values) ** 2)) if values.min() > 0 else np.inf

    options = {"xatol": 1e-10, "fatol": 1e-14, "maxiter": 4000, "maxfev": 4000}
    return min(optimize.minimize(distance, s, method="Nelder-Mead", options=options).fun for s in [(0, 0), (0, -8), (0, 8), (-8, 0)])


def bures(a, b):
    g, h = centered(a), centered(b)
    alike = np.trace(linalg.sqrtm(g @ h)).real  # its eigenvalues are those of √g h √g
    return alike / np.sqrt(np.trace(g) * np.trace(h)), np.sqrt(np.trace(g) + np.trace(h) - 2 * alike)


cases = []
for n, channels, shared in [(4, 8, 0.5), (7, 9, 2.0), (10, 30, 1.0), (10, 12, 0.0)]:
    truth = rng.standard_normal((n, channels))
    a = pdist(shared * truth + rng.standard_normal(truth.shape), "sqeuclidean")
    b = pdist(3 * truth + rng.standard_normal(truth.shape), "sqeuclidean")
    similarity, distance = bures(a, b)
    cases.append({"x": a.tolist(), "y": b.tolist(), "riemann": riemann(a, b), "swapped": riemann(b, a), "bures": similarity, "distance": distance})
print(json.dumps({"numpy": np.__version__, "scipy": scipy.__version__, "cases": cases}))
