"""Makes product.json: small matrix products by NumPy in float64.

Run in this folder: python3 product.py
"""

import json

import numpy

random = numpy.random.default_rng(20261120)
cases = []
for m, n, k in [(1, 1, 1), (2, 3, 4), (5, 7, 9), (3, 8, 33)]:
    a = numpy.round(random.normal(size=(m, k)), 3)
    b = numpy.round(random.normal(size=(n, k)), 3)
    cases.append({"m": m, "n": n, "k": k, "a": a.ravel().tolist(), "b": b.ravel().tolist(), "product": (a @ b.T).ravel().tolist()})
with open("product.json", "w") as f:
    json.dump({"numpy": numpy.__version__, "cases": cases}, f)
    f.write("\n")
