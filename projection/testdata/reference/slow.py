"""Shares of variance of principal components where the spectrum falls slowly.

Run with: /usr/bin/python3 slow.py > slow.json
Made with numpy 1.24.2 and scikit-learn 1.2.1: exact components (PCA,
svd_solver="full") and those of one pass (IncrementalPCA) in blocks as long as
ours, and by random projections to both sides in one pass (Tropp et al. 2017,
doi:10.1137/17M1111590), which takes as many numbers per unit as ours.
"""

import json
import sys

import numpy as np
from sklearn.decomposition import PCA, IncrementalPCA

n, units, k, kept, dimensions = 600, 400, 20, 35, 300
i, u, d = np.arange(1, n + 1), np.arange(1, units + 1), np.arange(1, dimensions + 1)


def patterns(power):
    axes = np.sin(12.9898 * np.outer(d, u)) * (d[:, None] ** (-power / 2))
    x = np.sin(78.233 * np.outer(i, d)) @ axes
    return np.maximum(0, x + np.sin(u)).astype(np.float32).astype(float)


def share(x, components):
    x = x - x.mean(0)
    return ((x @ components.T) ** 2).sum() / (x**2).sum()


def sketched(x, size):
    rng = np.random.default_rng(0)
    x = x - x.mean(0)
    right = rng.standard_normal((units, 2 * size))
    basis, _ = np.linalg.qr(x.T @ rng.standard_normal((n, size)))
    core = np.linalg.lstsq(right.T @ basis, (x @ right).T, rcond=None)[0]
    return (basis @ np.linalg.svd(core, full_matrices=False)[0][:, :k]).T


spectra = []
for power in (0.5, 1.0, 1.5, 2.0):
    x = patterns(power)
    exact = PCA(k, svd_solver="full").fit(x)
    spectra.append({
        "power": power, "variances": exact.explained_variance_.tolist(), "exact": share(x, exact.components_),
        "incremental": share(x, IncrementalPCA(k, batch_size=kept).fit(x).components_), "sketched": share(x, sketched(x, 2 * kept)),
    })
json.dump({"patterns": n, "units": units, "components": k, "dimensions": dimensions, "spectra": spectra}, sys.stdout, indent=0)
