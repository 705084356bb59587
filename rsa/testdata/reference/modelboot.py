"""Reference of a bootstrap of cross-validated mixtures: one draw, and variances.

Run with: /usr/bin/python3 modelboot.py > modelboot.json
Made with numpy 1.24.2 and scipy 1.10.1, from the definitions: a drawn condition
stands as often as it was drawn, the pair of a condition with its copy is left
out, and all copies share a fold. Non-negative least squares fit the mean of the
z-scored training RDVs with a free intercept; weights have a 2-norm of 1. Subjects
that are held out are scored over the conditions that are held out, by Pearson,
averaged over their folds and then over the drawn subjects. With two choices of
folds in every draw, the variance without what they add is their covariance over
draws.
"""

import json
import sys
from itertools import combinations

import numpy as np
import scipy
from scipy.optimize import nnls

rng = np.random.default_rng(11)
n, people = 12, 4
places = list(combinations(range(n), 2))
noise = lambda: rng.gamma(2.0, 1.0, len(places))
components = [noise() for _ in range(3)]
subjects = [2 * components[0] + components[2] + 2 * noise() for _ in range(people)]

counts = [2, 1, 0, 3, 1, 1, 0, 1, 2, 0, 1, 0]  # of conditions
drawn = [0, 1, 1, 3]  # subjects
condition_folds = [[0, 4, 7, 10], [1, 3, 5, 8]]  # tested conditions
subject_folds = [[0, 1], [3]]


def standing(conditions):
    """The places of all pairs of these conditions and their copies."""
    stand = [c for c in sorted(conditions) for _ in range(counts[c])]
    return [places.index((a, b)) for a, b in combinations(stand, 2) if a != b]


z = lambda x: (x - x.mean()) / x.std()
r = lambda x, y: float(np.corrcoef(x, y)[0, 1])
folds, scores, ceiling = [], {s: [] for s in set(drawn)}, {s: [] for s in set(drawn)}
for tested_subjects in subject_folds:
    train_subjects = [s for s in drawn if s not in tested_subjects]
    for k, tested in enumerate(condition_folds):
        trained = condition_folds[1 - k]
        train, test = standing(trained), standing(tested)
        target = np.mean([z(subjects[s][train]) for s in train_subjects], axis=0)
        columns = np.array([c[train] for c in components]).T
        weights, _ = nnls(columns - columns.mean(axis=0), target - target.mean())
        weights /= np.linalg.norm(weights)
        predicted = sum(w * c[test] for w, c in zip(weights, components))
        group = np.mean([z(subjects[s][test]) for s in train_subjects], axis=0)
        for s in tested_subjects:
            scores[s].append(r(predicted, subjects[s][test]))
            ceiling[s].append(r(group, subjects[s][test]))
        folds.append({"train": trained, "test": tested, "train_subjects": train_subjects, "test_subjects": tested_subjects, "weights": weights.tolist()})

choices = rng.normal(size=(3, 8, 2)) + rng.normal(size=(3, 8, 1))  # bootstraps of subjects, conditions, both × draws × choices
bounded = lambda d: max(np.cov(d.T)[0, 1], d.var(axis=0, ddof=1).mean() / np.sqrt(len(d)))
vs, vc, vb = [bounded(d) for d in choices]
s, c = people / (people - 1), n / (n - 1)
dual = min(max(s * vs + c * vc - s * c * (vb - vs - vc), s * vs, c * vc), vb)

json.dump(
    {
        "_about": f"numpy {np.__version__}, scipy {scipy.__version__}; {__doc__.splitlines()[0]}",
        "components": [x.tolist() for x in components],
        "subjects": [x.tolist() for x in subjects],
        "counts": counts,
        "drawn": drawn,
        "folds": folds,
        "score": float(np.mean([np.mean(scores[s]) for s in drawn])),
        "ceiling": float(np.mean([np.mean(ceiling[s]) for s in drawn])),
        "choices": choices.tolist(),
        "dual": dual,
        "conditions": c * vc,
    },
    sys.stdout,
    indent=1,
)
