"""Reference values of every alignment, written from the formulas of the papers.

Run with: /usr/bin/python3 numpy.py > numpy.json
Made with numpy 1.24.2 and scipy 1.10.1. The routes are other than those of the
program where there are two: centering by H, HSIC of Song et al. (2012) in place
of U-centering, canonical correlations by QR, rotations found and applied.
"""

import json
import sys

sys.path.pop(0)  # this file is not the package of its name
import numpy as np
import scipy
from scipy import linalg, spatial

rng = np.random.default_rng(2019)
OPTIONS = {"bandwidth": 0.6, "variance": 0.9, "neighbors": 3, "whitening": 0.3}


def center(x):
    return x - x.mean(0)


def hsic_biased(k, l):
    n = len(k)
    h = np.eye(n) - 1 / n
    return np.trace(k @ h @ l @ h) / (n - 1) ** 2


def hsic_unbiased(k, l):  # Song et al. (2012), equation 5
    n = len(k)
    k, l = k - np.diag(np.diag(k)), l - np.diag(np.diag(l))
    one = np.ones(n)
    cross = one @ k @ one * (one @ l @ one) / ((n - 1) * (n - 2))
    return (np.trace(k @ l) + cross - 2 / (n - 2) * one @ k @ l @ one) / (n * (n - 3))


def cka(k, l, hsic):
    return hsic(k, l) / np.sqrt(hsic(k, k) * hsic(l, l))


def rbf(x):
    d = spatial.distance.pdist(x)
    sigma = OPTIONS["bandwidth"] * np.median(d)
    return np.exp(-spatial.distance.squareform(d) ** 2 / (2 * sigma**2))


def rank(x):
    s = linalg.svdvals(x)
    return int(np.sum(s > 1e-6 * s[0]))


def thin(x):
    u, s, vt = linalg.svd(x, full_matrices=False)
    r = rank(x)
    return u[:, :r], s[:r], vt[:r]


def cca(x, y):  # Björck & Golub (1973): QR with pivots, then the singular values
    qx, qy = (linalg.qr(v, mode="economic", pivoting=True)[0][:, : rank(v)] for v in (x, y))
    return np.minimum(1, linalg.svdvals(qx.T @ qy))


def principal(x):
    u, s, vt = thin(x)
    k = int(np.searchsorted(np.cumsum(s**2), OPTIONS["variance"] * np.sum(s**2))) + 1
    return (u[:, :k] * s[:k]) @ vt[:k]


def pwcca(x, y):
    ux, uy = thin(x)[0], thin(y)[0]
    left, rho, _ = linalg.svd(ux.T @ uy, full_matrices=False)
    weights = np.abs((ux @ left).T @ x).sum(1)
    return float(weights @ rho / weights.sum())


def whiten(x):
    _, s, vt = thin(x)
    even = linalg.norm(x) / np.sqrt(len(s))
    w = OPTIONS["whitening"]
    return x @ ((1 - w) * np.eye(x.shape[1]) + w * even * (vt.T / s) @ vt)


def rotate(x, y):  # pads the narrower with zeros, rotates the second
    p = max(x.shape[1], y.shape[1])
    x, y = (np.pad(v, ((0, 0), (0, p - v.shape[1]))) for v in (x, y))
    return x, y @ linalg.orthogonal_procrustes(y, x)[0]


def neighbors(x):
    x = x / linalg.norm(x, axis=1, keepdims=True)
    c = x @ x.T
    np.fill_diagonal(c, -np.inf)
    return np.argsort(-c, axis=1, kind="stable")[:, : OPTIONS["neighbors"]]


def case(name, x, y):
    a, b = center(x), center(y)
    k, l = x @ x.T, y @ y.T
    unit = lambda v: v / linalg.norm(v)
    s, t = rotate(unit(a), unit(b))
    u, v = rotate(whiten(a), whiten(b))
    rho = cca(a, b)
    return {
        "name": name,
        "x": x.tolist(),
        "y": y.tolist(),
        "values": {
            "cka": cka(k, l, hsic_biased),
            "cka-unbiased": cka(k, l, hsic_unbiased),
            "cka-rbf": cka(rbf(x), rbf(y), hsic_biased),
            "cka-rbf-unbiased": cka(rbf(x), rbf(y), hsic_unbiased),
            "rv": np.trace(a @ a.T @ b @ b.T) / np.sqrt(np.trace((a.T @ a) @ (a.T @ a)) * np.trace((b.T @ b) @ (b.T @ b))),
            "procrustes": np.sum(s * t),
            "procrustes-distance": linalg.norm(s - t),
            "shape-angle": np.arccos(np.sum(unit(u) * unit(v))),
            "shape-euclidean": linalg.norm(u - v),
            "cca": rho.mean(),
            "cca-r2": (rho**2).mean(),
            "svcca": cca(principal(a), principal(b)).mean(),
            "pwcca": pwcca(a, b),
            "mutual-neighbors": np.mean([len(set(i) & set(j)) for i, j in zip(neighbors(x), neighbors(y))]) / OPTIONS["neighbors"],
        },
    }


def responses(n, p, q, noise):
    shared = rng.standard_normal((n, 4))
    make = lambda m: np.round(shared @ rng.standard_normal((4, m)) + noise * rng.standard_normal((n, m)) + rng.standard_normal(m), 2)
    return make(p), make(q)


low = rng.standard_normal((14, 2))
cases = [
    case("more stimuli than channels", *responses(30, 4, 6, 1)),
    case("more channels than stimuli", *responses(9, 14, 21, 1)),
    case("more channels on one side", *responses(12, 5, 20, 0.5)),
    case("unrelated", np.round(rng.standard_normal((20, 5)), 2), np.round(rng.standard_normal((20, 3)), 2)),
    case("low rank", np.round(low, 2) @ np.round(rng.standard_normal((2, 6)), 2), np.round(rng.standard_normal((14, 4)) + 10, 2)),
]
json.dump({"numpy": np.__version__, "scipy": scipy.__version__, "options": OPTIONS, "cases": cases}, sys.stdout, separators=(",", ":"))
print()
