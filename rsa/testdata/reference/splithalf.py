"""Writes splithalf.json: reliability of RDMs over all halvings of repetitions.

Made with Python 3.11, numpy 1.24.2, scipy 1.10.1:  python3 splithalf.py
"""

import itertools
import json
import pathlib

import numpy as np
import scipy
from scipy import stats

random = np.random.default_rng(21)
PAIRS = 15
truth = random.random(PAIRS)
found = []
for repetitions in (2, 3, 4, 5):
    rdms = np.round(truth + 0.5 * random.random((repetitions, PAIRS)), 3)
    size = repetitions // 2
    halvings = {frozenset((a, b)) for a in itertools.combinations(range(repetitions), size)
                for b in itertools.combinations(sorted(set(range(repetitions)) - set(a)), size)}
    one = {"rdms": rdms.tolist(), "splits": len(halvings)}
    for name, compare in {"pearson": stats.pearsonr, "spearman": stats.spearmanr, "kendall-tau-b": stats.kendalltau}.items():
        half = np.mean([compare(rdms[list(a)].mean(0), rdms[list(b)].mean(0))[0] for a, b in map(tuple, halvings)])
        k = repetitions / size
        one[name] = {"halves": half, "reliability": k * half / (1 + (k - 1) * half)}
    found.append(one)

pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps({
    "about": f"numpy {np.__version__}, scipy {scipy.__version__}", "found": found}) + "\n")
