"""Reference p values, adjusted p values and percentiles.

Run with: /usr/bin/python3 reference.py > reference.json
Made with numpy 1.24.2, scipy 1.10.1 and statsmodels 0.13.5. Exact sign flip
tests by scipy.stats.permutation_test of the mean over all 2^n patterns; exact
label permutations by numpy over all n! orders of Pearson's r.
"""

import itertools
import json
import sys

import numpy as np
import scipy
import statsmodels
from scipy import stats
from statsmodels.stats.multitest import multipletests

rng = np.random.default_rng(7)

p = np.round(rng.random(25) ** 3, 4)
p[[3, 8, 9]] = p[1]
methods = {
    "bonferroni": "bonferroni",
    "holm": "holm",
    "benjamini-hochberg": "fdr_bh",
    "benjamini-yekutieli": "fdr_by",
}
adjusted = {name: multipletests(p, method=m)[1].tolist() for name, m in methods.items()}

scores = np.round(rng.standard_normal((9, 4)) + [0, 0.3, 0.8, -0.5], 1)
alternatives = ["greater", "less", "two-sided"]
flips = {
    tail: [
        float(
            stats.permutation_test(
                (column,), lambda x, axis=-1: np.round(x.sum(axis=axis), 9),
                permutation_type="samples", n_resamples=np.inf, alternative="greater",
            ).pvalue
        )
        for column in ({"greater": scores, "less": -scores}[tail].T)
    ]
    for tail in alternatives[:2]
}
signs = np.array(list(itertools.product([1, -1], repeat=len(scores))))
sums = np.round(signs @ scores, 9)
flips["two-sided"] = np.mean(np.abs(sums) >= np.abs(sums[0]), axis=0).tolist()
u = np.round(sums / np.sqrt((scores**2).sum(axis=0)), 9)
largest = np.mean(u.max(axis=1)[:, None] >= u[0], axis=0).tolist()

n = 5
i, j = np.triu_indices(n, 1)
model, brain = np.zeros((n, n)), np.zeros((n, n))
model[i, j] = model[j, i] = rng.integers(1, 4, len(i))
brain[i, j] = brain[j, i] = np.round(rng.standard_normal(len(i)) + 0.5 * model[i, j], 2)
r = [
    np.corrcoef(model[np.ix_(o, o)][i, j], brain[i, j])[0, 1]
    for o in map(list, itertools.permutations(range(n)))
]
mantel = float(np.mean(np.array(r) >= r[0] - 1e-10))

x = np.round(rng.standard_normal(17), 3)
json.dump(
    {
        "versions": {"numpy": np.__version__, "scipy": scipy.__version__, "statsmodels": statsmodels.__version__},
        "p": p.tolist(), "adjusted": adjusted,
        "scores": scores.tolist(), "sign_flip": flips, "sign_flip_max": largest,
        "model": model[i, j].tolist(), "brain": brain[i, j].tolist(), "mantel": mantel,
        "x": x.tolist(), "percentiles": np.percentile(x, [2.5, 50, 97.5]).tolist(),
    },
    sys.stdout, indent=1,
)
