"""Limits of rejection as the global threshold of autoreject defines them, by exact search.

Epochs are made by the generator of the other references: s = (1103515245 s + 12345) mod 2^31, value s / 2^31, from the
seed on, epoch by epoch, channel by channel, time by time; every seventh epoch is multiplied by a size.

    python3 threshold.py > threshold.json
"""
import json
import sys

import numpy as np
import sklearn
from sklearn.model_selection import KFold


def epochs(seed, n, channels, times, size):
    state, out = seed, np.empty((n, channels, times))
    for e in range(n):
        for c in range(channels):
            for t in range(times):
                state = (1103515245 * state + 12345) % 2**31
                out[e, c, t] = np.sin(t / 3.0 + c) + state / 2**31 - 0.5
        if e % 7 == 3:
            out[e] *= size
    return out.astype(np.float32).astype(float)


def threshold(x):
    sizes = np.ptp(x, axis=2).max(axis=1)
    errors = []
    for limit in np.sort(sizes):
        folds = []
        for train, test in KFold(5).split(x):
            kept = train[sizes[train] <= limit]
            if len(kept) == 0:
                folds.append(np.inf)
                continue
            folds.append(np.sqrt(np.mean((np.median(x[test], axis=0) - x[kept].mean(axis=0)) ** 2)))
        errors.append(np.mean(folds))
    return float(np.sort(sizes)[int(np.argmin(errors))]), float(np.min(errors))


cases = []
for seed, n, channels, times, size in [(1, 23, 3, 20, 6.0), (2, 40, 1, 31, 1.5), (3, 12, 4, 9, 30.0), (4, 61, 2, 15, 1.0), (5, 5, 2, 8, 3.0)]:
    limit, error = threshold(epochs(seed, n, channels, times, size))
    cases.append({"seed": seed, "n": n, "channels": channels, "times": times, "size": size, "limit": limit, "error": error})
json.dump({"versions": {"numpy": np.__version__, "sklearn": sklearn.__version__, "python": sys.version.split()[0]}, "cases": cases}, sys.stdout, indent=1)
print()
