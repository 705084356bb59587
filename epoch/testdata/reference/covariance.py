"""Numbers of MNE-Python for covariance.json: covariance.py > covariance.json."""

import json
import sys

import mne
import numpy as np

mne.set_log_level("ERROR")
KINDS = ["mag", "mag", "grad", "grad", "grad", "eeg", "eeg", "eeg", "eeg"]
SIZE = {"mag": 1e-13, "grad": 1e-12, "eeg": 5e-6}
EPOCHS, TIMES = 12, 41


def signal():
    t = np.arange(TIMES)
    rows = np.empty((EPOCHS, len(KINDS), TIMES))
    for e in range(EPOCHS):
        for c, kind in enumerate(KINDS):
            rows[e, c] = SIZE[kind] * (np.sin(0.9 * t * (c + 1) + 1.7 * e * (c + 2)) + np.cos(0.37 * t + 2.3 * e * e + c) + 0.2 * (e % 2) * t)
    return rows


events = np.c_[np.arange(EPOCHS) * 100, np.zeros(EPOCHS, int), 1 + np.arange(EPOCHS) % 2]
info = mne.create_info([f"C{i + 1}" for i in range(len(KINDS))], 100.0, KINDS)
epochs = mne.EpochsArray(signal(), info, events, tmin=-0.2, baseline=(None, 0))
out = {"_versions": {"mne": mne.__version__, "numpy": np.__version__}}
for name, keep in (("with_mean", True), ("without_mean", False)):
    covariance = mne.compute_covariance(epochs, tmax=0, keep_sample_mean=keep, method="empirical")
    out[name] = {"matrix": covariance.data.tolist(), "degrees": int(covariance.nfree)}
kept = epochs.copy().set_eeg_reference("average", projection=True).apply_proj()
covariance = mne.compute_covariance(epochs, tmax=0, method="empirical")
whitener, _, rank = mne.cov.compute_whitener(covariance, kept.info, return_rank=True)
out["whitener"] = {"matrix": whitener.tolist(), "rank": int(rank), "y": (whitener @ kept.get_data()[3])[:, ::8].tolist()}
json.dump(out, sys.stdout)
