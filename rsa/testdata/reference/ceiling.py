"""Reference scores and noise ceilings of RDMs of four subjects.

Run with: /usr/bin/python3 ceiling.py > ceiling.json
Made with numpy 1.24.2 and scipy 1.10.1, from the definitions: the group RDV is
the mean of z-scored RDVs (population standard deviation) for pearson, and the
mean of average ranks otherwise; lower compares each subject with the group of
the others, upper with the group of all.
"""

import json
import sys

import numpy as np
import scipy
from scipy import stats

rng = np.random.default_rng(4)
pairs = 8 * 7 // 2
model = rng.integers(0, 3, pairs).astype(float)
subjects = [np.round(0.4 * model + rng.standard_normal(pairs), 1) for _ in range(4)]

z = lambda x: (x - x.mean()) / x.std()
comparators = {
    "pearson": (lambda x, y: stats.pearsonr(x, y)[0], z),
    "spearman": (lambda x, y: stats.spearmanr(x, y)[0], stats.rankdata),
    "kendall-tau-b": (lambda x, y: stats.kendalltau(x, y)[0], stats.rankdata),
}
result = {}
for name, (compare, scale) in comparators.items():
    scaled = np.array([scale(x) for x in subjects])
    without = [np.delete(scaled, s, axis=0).mean(axis=0) for s in range(4)]
    if name != "pearson":
        without = [np.round(x * 6) for x in without]  # means of half ranks of 3: equal ones are equal
    result[name] = {
        "scores": [float(compare(model, x)) for x in subjects],
        "lower": float(np.mean([compare(o, x) for o, x in zip(without, subjects)])),
        "upper": float(np.mean([compare(scaled.mean(axis=0), x) for x in subjects])),
    }
json.dump(
    {
        "versions": {"numpy": np.__version__, "scipy": scipy.__version__},
        "model": model.tolist(), "subjects": [x.tolist() for x in subjects], "comparators": result,
    },
    sys.stdout, indent=1,
)
