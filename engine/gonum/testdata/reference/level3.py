"""Makes level3.json: every routine of level 3, double precision, as SciPy has it from
its BLAS, each result times a vector of known numbers.

The matrices are made of simple fractions by the same formulas as in reference_test.go,
so that only results need to be stored. Run in this folder: python3 level3.py
"""

import json

import numpy
import scipy
from scipy.linalg import blas


def pattern(rows, columns, shift):
    i, j = numpy.indices((rows, columns))
    return ((7 * i + 13 * j + shift) % 31 - 15) / 16


def triangular(n, lower):
    x = pattern(n, n, 3) / 64
    x = numpy.tril(x) if lower else numpy.triu(x)
    numpy.fill_diagonal(x, 1 + numpy.arange(n) % 3 / 4)
    return x


m, n, k = 48, 40, 36
results = {}
for transposed in (0, 1):
    for lower in (0, 1):
        name = f"{'T' if transposed else 'N'}{'L' if lower else 'U'}"
        tall = pattern(k, m, 1) if transposed else pattern(m, k, 1)
        other = pattern(k, m, 2) if transposed else pattern(m, k, 2)
        square = pattern(m, m, 5)
        symmetric = numpy.tril(square) + numpy.tril(square, -1).T if lower else numpy.triu(square) + numpy.triu(square, 1).T
        keep = numpy.tril if lower else numpy.triu
        right = pattern(m, n, 4)
        start = pattern(m, m, 6)
        for routine, result in {
            "gemm": blas.dgemm(0.5, tall, pattern(k, n, 2), -2.0, pattern(m, n, 6), trans_a=transposed),
            "symm": blas.dsymm(0.5, symmetric, right, -2.0, pattern(m, n, 6), lower=lower),
            "syrk": keep(blas.dsyrk(0.5, tall, -2.0, start, trans=transposed, lower=lower)),
            "syr2k": keep(blas.dsyr2k(0.5, tall, other, -2.0, start, trans=transposed, lower=lower)),
            "trmm": blas.dtrmm(0.5, triangular(m, lower), right, lower=lower, trans_a=transposed),
            "trmm right": blas.dtrmm(0.5, triangular(n, lower), right, lower=lower, trans_a=transposed, side=1),
            "trsm": blas.dtrsm(0.5, triangular(m, lower), right, lower=lower, trans_a=transposed),
            "trsm right": blas.dtrsm(0.5, triangular(n, lower), right, lower=lower, trans_a=transposed, side=1),
        }.items():
            weights = (5 * numpy.arange(result.shape[1]) % 11 - 5) / 8
            results[f"{routine} {name}"] = [round(v, 12) for v in (result @ weights).tolist()]
with open("level3.json", "w") as f:
    json.dump({"numpy": numpy.__version__, "scipy": scipy.__version__, "results": results}, f)
    f.write("\n")
