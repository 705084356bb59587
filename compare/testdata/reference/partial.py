"""Reference partial correlations and transforms of RDVs.

Run with: /usr/bin/python3 partial.py > partial.json
Made with numpy 1.24.2 and scipy 1.10.1. Partial correlations come from the
inverse of the correlation matrix, semi-partial ones from residuals of least
squares, geodesics from scipy.sparse.csgraph.
"""

import json
import sys

sys.path.pop(0)  # this file is not the package of its name
import numpy as np
import scipy
from scipy import stats
from scipy.sparse import csgraph
from scipy.spatial.distance import squareform

rng = np.random.default_rng(4)


def partial(x, y, controls):
    inverse = np.linalg.inv(np.corrcoef(np.vstack([x, y, *controls])))
    return float(-inverse[0, 1] / np.sqrt(inverse[0, 0] * inverse[1, 1]))


def semipartial(x, y, controls):
    design = np.column_stack([np.ones(len(x)), *controls])
    rest = x - design @ np.linalg.lstsq(design, x, rcond=None)[0]
    return float(np.corrcoef(rest, y)[0, 1])


def case(missing, count):
    z = rng.standard_normal((count, 45))
    x = z.sum(0) + rng.standard_normal(45)
    y = x + z[0] + np.round(rng.standard_normal(45))
    rows = np.vstack([x, y, z])
    rows[rng.random(rows.shape) < missing] = np.nan
    known = rows[:, ~np.isnan(rows).any(0)]
    ranks = np.array([stats.rankdata(row) for row in known])
    return {
        "rows": [[None if np.isnan(v) else float(v) for v in row] for row in rows],
        "pairs": known.shape[1],
        "partial": {"pearson": partial(known[0], known[1], known[2:]), "spearman": partial(ranks[0], ranks[1], ranks[2:])},
        "semipartial": {"pearson": semipartial(known[0], known[1], known[2:]), "spearman": semipartial(ranks[0], ranks[1], ranks[2:])},
    }


x = np.round(rng.random(28) ** 2, 2)
low, high = np.quantile(x, [0.2, 0.7])
unit = (x - x.min()) / (x.max() - x.min())
graph = squareform(unit)
graph[graph == 1] = np.inf
np.fill_diagonal(graph, 0)
dense = csgraph.csgraph_from_dense(graph, null_value=np.inf)
transforms = {
    "x": x.tolist(),
    "ranks": stats.rankdata(x).tolist(),
    "roots": np.sqrt(x).tolist(),
    "unit": unit.tolist(),
    "geotopological": np.clip((x - low) / (high - low), 0, 1).tolist(),
    "geodesic": squareform(csgraph.floyd_warshall(dense), checks=False).tolist(),
}
result = {
    "numpy": np.__version__,
    "scipy": scipy.__version__,
    "cases": [case(0, 1), case(0.05, 1), case(0, 3), case(0.05, 2)],
    "transforms": transforms,
}
print(json.dumps(result))
