"""Shows what Python reads in the files that isocortex wrote; read.txt is what it
printed. Python 3.11.2, numpy 1.24.2, scipy 1.10.1, h5py 3.7.0, pandas 1.5.3,
rsatoolbox at f1f83cadb7243492a1aae7460466e0f0140b20ac (without its vis package).
"""
import h5py
import numpy as np
import pandas as pd
import scipy.io
from rsatoolbox.rdm.rdms import load_rdm

np.set_printoptions(precision=17)
m = scipy.io.loadmat("rdms.mat", simplify_cells=True)
print("rdms.mat", [str(c) for c in m["conditions"]], m["isocortex"]["definition"])
for r in m["RDMs"]:
    print(r["RDM"].tolist(), r["name"], r["subject"], r["region"], r["time"])
r = load_rdm("rdms.h5")
print("rdms.h5", r.dissimilarities.tolist(), r.dissimilarity_measure, r.descriptors)
print({k: list(v) for k, v in r.rdm_descriptors.items()}, {k: list(v) for k, v in r.pattern_descriptors.items()})
t = pd.read_csv("rdms.csv")
print("rdms.csv", t.dtypes.to_dict(), t.values.tolist())
m = scipy.io.loadmat("dataset.mat", simplify_cells=True)
print("dataset.mat", m["measurements"].dtype, m["measurements"].tolist(), m["times"].tolist())
print({k: v.tolist() for k, v in m["observation"].items()}, m["channel"]["name"], m["channel"]["position"].tolist(), m["description"])
with h5py.File("dataset.h5") as f:
    print("dataset.h5", f["measurements"].dtype, f["measurements"][()].tolist(), f["times"][()])
    print({k: [x.decode() for x in v] for k, v in f["observation"].items()}, f["description/layer"][()], dict(f.attrs))
t = pd.read_csv("dataset.csv")
print("dataset.csv", t.columns.tolist(), t.values.tolist())
