"""Reference levels of contours.

Run with: /usr/bin/python3 contours.py ../shared > contours.json, from a place
where the argument leads to recordings-mne.json in its folder reference, whose
levels Matplotlib 3.6.3 found: MaxNLocator(nbins=7).tick_values(low, high)[1:-1].
"""

import json
import sys

with open(sys.argv[1] + "/reference/recordings-mne.json") as f:
    cases = json.load(f)["contours"]["cases"]
json.dump([{"low": a, "high": b, "levels": levels} for a, b, levels in cases], sys.stdout)
