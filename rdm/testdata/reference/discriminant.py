"""Reference t values along linear discriminants, by least squares of NumPy.

Run: python3 discriminant.py > discriminant.json

Trials of a formula: 3 runs of 3 conditions with 4 trials each, over 5 channels.
The discriminant of two conditions comes from two runs. The trials of the third
are projected on it, and the difference of the two conditions is tested there by
the t of a regression on one indicator per condition.
"""
import itertools
import json
import platform

import numpy

runs, conditions, trials, channels = 3, 3, 4, 5
r, c, t, k = numpy.meshgrid(*map(numpy.arange, (runs, conditions, trials, channels)), indexing="ij")
x = numpy.sin(2.1 * c + 0.9 * k) + numpy.sin(7.3 * r * r + 3.7 * t * t + 1.9 * k * t + 5.1 * c * t + 2.3 * k * k)
residuals = x - x.mean(2, keepdims=True)
design = numpy.kron(numpy.eye(conditions), numpy.ones((trials, 1)))
degrees = conditions * (trials - 1)


def discriminant(test, i, j):
    others = [run for run in range(runs) if run != test]
    noise = residuals[others].reshape(-1, channels)
    covariance = noise.T @ noise / (len(others) * degrees)
    mean = x[others].mean((0, 2))
    projected = x[test].reshape(-1, channels) @ numpy.linalg.solve(covariance, mean[i] - mean[j])
    beta, rss, _, _ = numpy.linalg.lstsq(design, projected, rcond=None)
    contrast = numpy.eye(conditions)[i] - numpy.eye(conditions)[j]
    error = numpy.sqrt(rss[0] / degrees * contrast @ numpy.linalg.inv(design.T @ design) @ contrast)
    return contrast @ beta / error


print(json.dumps({
    "made by": f"numpy {numpy.__version__}, Python {platform.python_version()}",
    "formula": "sin(2.1 c + 0.9 k) + sin(7.3 r r + 3.7 t t + 1.9 k t + 5.1 c t + 2.3 k k) of run r, condition c, trial t, channel k",
    "linear discriminant t": [
        numpy.mean([discriminant(test, i, j) for test in range(runs)])
        for i, j in itertools.combinations(range(conditions), 2)],
}, indent=1))
