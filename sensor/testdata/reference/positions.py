"""Reference projections, spheres and positions.

Run with: /usr/bin/python3 positions.py ../shared > positions.json, from a place
where the argument leads to recordings-mne.json in its folder reference, whose
projections MNE 1.3.0 found, and whose sphere numpy's linear least squares.
"""

import json
import sys

with open(sys.argv[1] + "/reference/recordings-mne.json") as f:
    reference = json.load(f)
json.dump({k: reference[k] for k in ("projection", "sphere_fit", "biosemi128_exact")}, sys.stdout)
