"""Numbers of MNE-Python for signals.json: signals.py > signals.json.

What is a recording here is made by formulas, so that nothing has to be read.
"""

import json
import sys

import mne
import numpy as np

mne.set_log_level("ERROR")


def info(n, rate, kind="eeg"):
    return mne.create_info([f"E{i + 1}" for i in range(n)], rate, kind)


def waves(n, times):
    t = np.arange(times)
    return np.array([np.sin(0.013 * (c + 1) * t + c) + 0.3 * np.cos(0.4 * t * (c + 1)) + 0.001 * c * t for c in range(n)])


out = {"_versions": {"mne": mne.__version__, "numpy": np.__version__}}

# Projections: two vectors, one channel of which is bad, one that is not there.
raw = mne.io.RawArray(waves(6, 50), info(6, 100.0))
raw.info["bads"] = ["E3"]
names = [f"E{i + 1}" for i in range(7)]
vectors = [[0.1, 0.5, 0.3, 0.2, -0.4, 0.3, 0.2], [0.4, -0.1, 0.2, 0.3, 0.1, 0.6, 0.1]]
for v in vectors:
    data = dict(col_names=names, row_names=None, data=np.array([v]), ncol=7, nrow=1)
    raw.add_proj(mne.Projection(kind=1, data=data, desc="p", active=False))
raw.apply_proj()
out["projection"] = {"vectors": vectors, "y": raw._data[:, ::7].tolist()}

# References.
raw = mne.io.RawArray(waves(5, 20), info(5, 100.0))
raw.info["bads"] = ["E2"]
out["average"] = raw.copy().set_eeg_reference("average")._data[:, ::7].tolist()
out["named"] = raw.copy().set_eeg_reference(["E1", "E4"])._data[:, ::7].tolist()

# Resampling with a channel of codes.
codes = np.zeros(1000)
for at, code in [(10, 5), (11, 5), (333, 9), (334, 7), (998, 3)]:
    codes[at] = code
raw = mne.io.RawArray(np.vstack([waves(1, 1000), codes]), mne.create_info(["E1", "STI"], 200.0, ["eeg", "stim"]), first_samp=777)
out["resampled"] = []
for rate in (80.0, 77.0, 250.0, 100.0):
    down = raw.copy().resample(rate)
    out["resampled"].append({"rate": rate, "first": int(down.first_samp), "y": down._data[0].tolist(), "codes": down._data[1].tolist()})

# Envelopes by Hilbert's transform, over a power of 2, and power by Morlet's wavelets.
raw = mne.io.RawArray(waves(2, 700), info(2, 200.0))
out["envelope"] = raw.copy().apply_hilbert(envelope=True, n_fft=1024)._data[:, ::13].tolist()
power = mne.time_frequency.tfr_array_morlet(raw._data[None], 200.0, np.array([10.0, 12.0]), n_cycles=5, output="power", zero_mean=True)
out["power"] = power[0].mean(1)[:, 200:500:13].tolist()

json.dump(out, sys.stdout)
