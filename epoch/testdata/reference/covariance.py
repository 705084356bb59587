"""Numbers of MNE-Python and scikit-learn for covariance.json: covariance.py > covariance.json."""

import json
import sys

import mne
import numpy as np
import sklearn
from sklearn.covariance import ShrunkCovariance
from sklearn.model_selection import GridSearchCV

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
out = {"_versions": {"mne": mne.__version__, "numpy": np.__version__, "sklearn": sklearn.__version__}}
for name, keep in (("with_mean", True), ("without_mean", False)):
    covariance = mne.compute_covariance(epochs, tmax=0, keep_sample_mean=keep, method="empirical")
    out[name] = {"matrix": covariance.data.tolist(), "degrees": int(covariance.nfree)}
# Shrunk kind by kind, as scikit-learn chooses. MNE-Python shrinks kinds of MEG after
# they are mixed by a rotation, so that its shares are not those of the kinds.
x = np.hstack(epochs.get_data()[:, :, :21]).T
matrix = np.zeros((len(KINDS), len(KINDS)))
for kind, scale in (("mag", 1e15), ("grad", 1e13), ("eeg", 1e6)):
    picks = [i for i, k in enumerate(KINDS) if k == kind]
    best = GridSearchCV(ShrunkCovariance(assume_centered=True), {"shrinkage": np.logspace(-4, 0, 30)}, cv=3).fit(scale * x[:, picks]).best_estimator_
    matrix[np.ix_(picks, picks)] = best.covariance_ / scale**2 * len(x) / (len(x) - 1)
out["shrunk"] = {"matrix": matrix.tolist(), "degrees": len(x) - 1}
kept = epochs.copy().set_eeg_reference("average", projection=True).apply_proj()
covariance = mne.compute_covariance(epochs, tmax=0, method="empirical")
whitener, _, rank = mne.cov.compute_whitener(covariance, kept.info, return_rank=True)
out["whitener"] = {"matrix": whitener.tolist(), "rank": int(rank), "y": (whitener @ kept.get_data()[3])[:, ::8].tolist()}
json.dump(out, sys.stdout)
