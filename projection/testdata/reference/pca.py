"""Reference principal components.

Run with: /usr/bin/python3 pca.py > pca.json
Made with numpy 1.24.2 and scikit-learn 1.2.1 (PCA, svd_solver="full"). Patterns
have ten dimensions and a mean that differs between units; they are made by a
formula that the test knows too, and rounded to float32.
"""

import json
import sys

import numpy as np
import sklearn
from scipy.spatial.distance import pdist
from sklearn.decomposition import PCA

n, units, k = 60, 40, 6
i, u = np.arange(n)[:, None], np.arange(units)[None, :]
x = 3.0 + u % 7 + 0 * i
for d in range(10):
    x = x + 0.6**d * np.sin((d + 1.3) * i + 0.1) * np.cos((d + 0.7) * u + 0.2)
x = x.astype(np.float32).astype(float)
pca = PCA(k, svd_solver="full").fit(x)
components = pca.components_ * np.sign(pca.components_[np.arange(k), np.abs(pca.components_).argmax(1)])[:, None]
scores = (x - pca.mean_) @ components.T
again = pca.mean_ + scores @ components
json.dump(
    {
        "numpy": np.__version__, "sklearn": sklearn.__version__, "patterns": n, "units": units,
        "mean": pca.mean_.tolist(), "variances": pca.explained_variance_.tolist(),
        "explained": pca.explained_variance_ratio_.sum(), "components": components.ravel().tolist(),
        "scores": scores.ravel().tolist(), "correlation": pdist(again, "correlation").tolist(),
        "cosine": pdist(again, "cosine").tolist(),
    },
    sys.stdout, indent=0,
)
