"""Numbers of MNE-Python for artifacts.json: artifacts.py > artifacts.json.

The recording is made by formulas, so that nothing has to be read.
"""

import json
import sys

import mne
import numpy as np

mne.set_log_level("ERROR")

RATE, TIMES = 200.0, 12000
KINDS = ["mag"] * 5 + ["grad"] * 6 + ["eeg"] * 8
SIZE = {"mag": 1e-13, "grad": 1e-12, "eeg": 5e-6}


def recording():
    t = np.arange(TIMES) / RATE
    blink, beat = np.zeros(TIMES), np.zeros(TIMES)
    for k in range(15):
        at = 2 + 3.7 * k + 0.3 * np.sin(k)
        blink += (1 + 0.1 * np.cos(k)) * np.exp(-(((t - at) / 0.06) ** 2) / 2)
    for k in range(70):
        at = 0.7 + 0.83 * k + 0.03 * np.sin(2.0 * k)
        beat += np.exp(-(((t - at) / 0.012) ** 2) / 2) - 0.3 * np.exp(-(((t - at - 0.035) / 0.015) ** 2) / 2)
    rows = []
    for c, kind in enumerate(KINDS):
        brain = sum(np.sin(2 * np.pi * (4.3 + 1.37 * ((7 * c + 3 * j) % 19)) * t + 1.3 * c + j) for j in range(4))
        rows.append(SIZE[kind] * (brain + 12 * np.cos(0.9 * c) * blink + 5 * np.sin(1.7 * c + 1) * beat))
    rows.append(150e-6 * blink + 10e-6 * np.sin(2 * np.pi * 7 * t))
    rows.append(-800e-6 * beat + 30e-6 * np.sin(2 * np.pi * 0.3 * t))
    return np.array(rows)


names = [f"C{i + 1}" for i in range(len(KINDS))] + ["EOG", "ECG"]
info = mne.create_info(names, RATE, KINDS + ["eog", "ecg"])
raw = mne.io.RawArray(recording(), info)
raw.info["bads"] = ["C13"]
reject = {"grad": 2000e-13, "mag": 3000e-15, "eeg": 500e-6}
out = {"_versions": {"mne": mne.__version__, "numpy": np.__version__}, "first": raw._data[:, 777].tolist()}


def told(projections):
    return [{"channels": p["data"]["col_names"], "vector": p["data"]["data"][0].tolist()} for p in projections]


filtered = raw.copy().filter(1, 35)
# The first directions come from the default filter, those of "own" from the one
# with transitions of half a Hz, run forth and back, that these functions have.
for name, compute, end in (("blinks", mne.preprocessing.compute_proj_eog, 0.2), ("heartbeats", mne.preprocessing.compute_proj_ecg, 0.4)):
    projections, events = compute(raw, n_grad=2, n_mag=2, n_eeg=2, reject=reject)
    epochs = mne.Epochs(filtered, events, None, -0.2, end, baseline=None, reject=reject, proj=False)
    directions = mne.compute_proj_evoked(epochs.average(), n_grad=2, n_mag=2, n_eeg=2)
    out[name] = {"events": events[:, 0].tolist(), "directions": told(directions), "own": told(projections)}
json.dump(out, sys.stdout)
