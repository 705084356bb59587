"""Reference covariances of formula residuals, by scikit-learn and by NumPy.

Run: python3 covariance.py > covariance.json

"ledoit-wolf" is sklearn.covariance.ledoit_wolf. "schaefer-strimmer" and "oas" are
the published formulas with a loop over observations and P x P products, as the
package does not compute them. scikit-learn's OAS leaves out the terms 2/P of the
paper: "oas of scikit-learn" shows the difference.
"""
import json
import platform

import numpy
import sklearn
from sklearn.covariance import ledoit_wolf, oas

n, p = 12, 7
t, i = numpy.meshgrid(numpy.arange(n), numpy.arange(p), indexing="ij")
x = numpy.sin(1.3 * t * t + 0.7 * i) + 0.1 * ((t * 7 + i * 3) % 11) + 0.2 * i * numpy.cos(t)
x -= x.mean(0)


def schaefer_strimmer(x, dof):
    n, p = x.shape
    s = x.T @ x / dof
    z = x / numpy.sqrt(numpy.diag(s))
    outer = numpy.array([numpy.outer(row, row) for row in z])
    r, w = outer.sum(0) / (n - 1), (outer ** 2).sum(0) / (n - 1)
    off = ~numpy.eye(p, dtype=bool)
    variance = n / dof ** 2 * (w - r ** 2)
    shrinkage = min(1, max(0, variance[off].sum() / (r[off] ** 2).sum()))
    s[off] *= 1 - shrinkage
    return s, shrinkage


def chen(x, dof):
    p = x.shape[1]
    s = x.T @ x / dof
    tr, tr2 = numpy.trace(s), numpy.trace(s @ s)
    rho = min(1, ((1 - 2 / p) * tr2 + tr ** 2) / ((dof + 1 - 2 / p) * (tr2 - tr ** 2 / p)))
    return (1 - rho) * s + rho * tr / p * numpy.eye(p), rho


def entry(pair):
    return {"covariance": pair[0].ravel().tolist(), "shrinkage": float(pair[1])}


lw, lw_shrinkage = ledoit_wolf(x, assume_centered=True)
print(json.dumps({
    "made by": f"numpy {numpy.__version__}, scikit-learn {sklearn.__version__}, Python {platform.python_version()}",
    "formula": "sin(1.3 t t + 0.7 i) + 0.1 ((7 t + 3 i) mod 11) + 0.2 i cos(t), channel means subtracted",
    "observations": n, "channels": p, "degrees": 9,
    "full": entry((x.T @ x / 9, 0)),
    "diagonal": entry((numpy.diag((x * x).sum(0) / 9), 1)),
    "ledoit-wolf": entry((lw * n / 9, lw_shrinkage)),
    "schaefer-strimmer": entry(schaefer_strimmer(x, 9)),
    "oas": entry(chen(x, 9)),
    "oas of scikit-learn": entry(oas(x, assume_centered=True)),
    "precision of full": numpy.linalg.inv(x.T @ x / 9).ravel().tolist(),
}))
