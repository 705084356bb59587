"""Numbers of MNE-Python for epochs.json: epochs.py > epochs.json."""

import json
import sys

import mne
import numpy as np

mne.set_log_level("ERROR")
t = np.arange(120)
data = np.array([[np.sin(0.013 * (c + 1) * t + c + e) + 0.3 * np.cos(0.4 * t * (c + 1)) + 0.01 * c * t for c in range(2)] for e in range(3)])
epochs = mne.EpochsArray(data, mne.create_info(["E1", "E2"], 200.0, "eeg"), tmin=-0.2)
out = {
    "_versions": {"mne": mne.__version__, "numpy": np.__version__},
    "low": epochs.copy().filter(None, 20).get_data()[:, :, ::7].tolist(),
    "high": epochs.copy().filter(30, None).get_data()[:, :, ::7].tolist(),
    "resampled": [],
}
for rate in (80.0, 250.0):
    other = epochs.copy().resample(rate)
    out["resampled"].append({"rate": rate, "start": int(round(other.times[0] * rate)), "y": other.get_data().tolist()})
json.dump(out, sys.stdout)
