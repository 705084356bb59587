"""Reference triangulations, gradients and surfaces.

Run with: /usr/bin/python3 reference.py ../shared > reference.json, from a place
where the argument leads to recordings-mne.json in its folder reference, whose
points, gradients and values are those of "given". Made with numpy 1.24.2 and
scipy 1.10.1 (scipy.spatial.Delaunay, scipy.interpolate.CloughTocher2DInterpolator).

The gradients of "given" end as those of SciPy do by default; the surface of
"scattered" is that of gradients that have settled to 1e-13.
"""

import json
import sys

import numpy as np
import scipy
from scipy.interpolate import CloughTocher2DInterpolator
from scipy.spatial import Delaunay

with open(sys.argv[1] + "/reference/recordings-mne.json") as f:
    given = json.load(f)["clough_tocher"]

rng = np.random.default_rng(3)
points = rng.standard_normal((60, 2))
values = np.sin(2 * points[:, 0]) + points[:, 1] ** 2 + 0.3 * rng.standard_normal(60)
triangulation = Delaunay(points)
surface = CloughTocher2DInterpolator(triangulation, values, tol=1e-13, maxiter=10000)
columns, rows = np.linspace(-1.5, 1.5, 7), np.linspace(-1.2, 1.4, 6)
heights = surface(*np.meshgrid(columns, rows)).ravel()

json.dump(
    {
        "versions": {"numpy": np.__version__, "scipy": scipy.__version__},
        "given": {k: given[k] for k in ("pts", "f", "simplices", "grad", "q", "z")},
        "scattered": {
            "points": points.tolist(),
            "values": values.tolist(),
            "triangles": sorted(sorted(t) for t in triangulation.simplices.tolist()),
            "columns": columns.tolist(),
            "rows": rows.tolist(),
            "heights": [None if np.isnan(h) else h for h in heights],
        },
    },
    sys.stdout,
)
