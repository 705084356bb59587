"""Spearman scores and noise ceilings of the 92 objects, by NumPy and SciPy.

Reads the folder of real data named on the command line; the layers of SqueezeNet
are its stored RDMs, which PyTorch computed. Prints what objects92.json holds.

Run: python3 objects92.py DATA > objects92.json
"""
import json
import pathlib
import sys

import h5py
import numpy as np
import scipy
from scipy.io import loadmat
from scipy.stats import rankdata, spearmanr

folder = pathlib.Path(sys.argv[1])
data = folder / "objects92"
upper = np.triu_indices(92, k=1)


def rdv(x):
    x = np.asarray(x, dtype=float)
    return x[upper] if x.shape == (92, 92) else x.ravel()


def rho(a, b):
    return spearmanr(a, b).statistic


def ceiling(subjects):
    ranks = np.array([rankdata(s) for s in subjects])
    others = [np.delete(ranks, i, axis=0).mean(axis=0) for i in range(len(ranks))]
    return [
        float(np.mean([rho(r, o) for r, o in zip(ranks, others)])),
        float(np.mean([rho(r, ranks.mean(axis=0)) for r in ranks])),
    ]


sessions = loadmat(data / "92_brainRDMs.mat")["RDMs"][0]
human = [(rdv(s[0]["RDM"]) + rdv(s[1]["RDM"])) / 2 for s in sessions]
monkey_group, human_group = (rdv(r["RDM"]) for r in loadmat(data / "Kriegeskorte_Neuron2008_supplementalData.mat")["RDMs_mIT_hIT_fig1"][0])
behavior = [rdv(r["RDM"]) for r in loadmat(data / "92_behavRDMs.mat")["rdms_behav_92"][0]]
models = {str(r["name"][0]): rdv(r["RDM"]) for r in loadmat(data / "92_modelRDMs.mat")["Models"][0]}
with h5py.File(data / "fmri15" / "target_fmri.mat") as f:
    people = {region: [rdv(x) for x in np.transpose(f[region + "_RDMs"], (2, 1, 0))] for region in ["IT", "EVC"]}
stored = np.load(folder / "squeezenet1_1" / "reference_rdms_92.npz")

layers = {}
for name in stored.files:
    layer = rdv(stored[name])
    layers[name] = {
        "human": rho(layer, human_group),
        "monkey": rho(layer, monkey_group),
        "evc_r2": float(np.mean([rho(layer, p) ** 2 for p in people["EVC"]])),
        "it_r2": float(np.mean([rho(layer, p) ** 2 for p in people["IT"]])),
    }
print(json.dumps({
    "source": f"NumPy {np.__version__}, SciPy {scipy.__version__}, h5py {h5py.__version__}; layers by PyTorch 1.13",
    "layers": layers,
    "models": {name: rho(model, human_group) for name, model in models.items()},
    "ceilings": {
        "human IT": ceiling(human),
        "human IT, 15 people": ceiling(people["IT"]),
        "human EVC, 15 people": ceiling(people["EVC"]),
        "behavior": ceiling(behavior),
    },
}, indent=1))
