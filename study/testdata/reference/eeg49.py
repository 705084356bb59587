"""Peaks of Kendall's tau-b between layer RDMs and EEG RDMs, by SciPy.

Reads the folder of real data named on the command line; the layers of SqueezeNet
are its stored RDMs, which PyTorch computed. Prints what eeg49.json holds.

Run: python3 eeg49.py DATA > eeg49.json
"""
import json
import pathlib
import sys

import numpy as np
from scipy.stats import kendalltau

data = pathlib.Path(sys.argv[1])
times = np.load(data / "eeg49" / "time_s_218.npy")
brain = np.load(data / "eeg49" / "output_rdms.npy")
baseline = (times > -0.2) & (times < 0)
brain = brain - brain[:, baseline].mean(axis=1, keepdims=True) + 0.5


def peak(model):
    course = np.array([kendalltau(model, brain[:, t]).statistic for t in range(len(times))])
    best = int(course.argmax())
    return {"peak_kendall_tau_b": course[best], "peak_ms": 1000 * times[best]}


names = (data / "eeg49" / "vgg16_layer_names.txt").read_text().split()
correlations = np.load(data / "eeg49" / "vgg16_layer_correlations_22x49x49.npy")
upper = np.triu_indices(49, k=1)
squeezenet = np.load(data / "squeezenet1_1" / "reference_rdms_49.npz")
print(json.dumps({
    "vgg16": {name: peak(1 - matrix[upper]) for name, matrix in zip(names, correlations)},
    "squeezenet": {name: peak(squeezenet[name]) for name in squeezenet.files},
}, indent=1))
