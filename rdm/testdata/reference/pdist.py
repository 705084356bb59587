"""Reference dissimilarities of a formula matrix, by SciPy.

Run: python3 pdist.py > pdist.json
"""
import json
import platform

import numpy
import scipy
from scipy.spatial.distance import pdist

rows, channels = 7, 23
i, k = numpy.meshgrid(numpy.arange(rows), numpy.arange(channels), indexing="ij")
x = numpy.sin(1.3 * i + 0.7 * k) + 0.1 * ((i * 7 + k * 3) % 11)
a, b = numpy.meshgrid(numpy.arange(channels), numpy.arange(channels), indexing="ij")
covariance = 0.7 ** abs(a - b) + numpy.diag(1 + numpy.arange(channels) % 3)
print(json.dumps({
    "made by": f"numpy {numpy.__version__}, scipy {scipy.__version__}, Python {platform.python_version()}",
    "formula": "sin(1.3 i + 0.7 k) + 0.1 ((7 i + 3 k) mod 11)",
    "rows": rows, "channels": channels,
    "correlation": list(pdist(x, "correlation")),
    "euclidean": list(pdist(x, "euclidean")),
    "cosine": list(pdist(x, "cosine")),
    "squared euclidean": list(pdist(x, "sqeuclidean")),
    "covariance": "0.7^|a - b|, and 1 + a mod 3 more on the diagonal",
    "mahalanobis": list(pdist(x, "mahalanobis", VI=numpy.linalg.inv(covariance))),
}, indent=1))
