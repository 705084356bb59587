"""Makes h5py_dataset.h5 with h5py, and rsatoolbox*.h5 with rsatoolbox.

Python 3.11.2, h5py 3.7.0, numpy 1.24.2, rsatoolbox at
f1f83cadb7243492a1aae7460466e0f0140b20ac (its vis package is not needed).
rsatoolbox_again.h5 is rdms.h5, which isocortex wrote, loaded and saved; without
the region, because rsatoolbox saves no text that is not ASCII.
"""
import os

import h5py
import numpy as np
from rsatoolbox.rdm.rdms import RDMs, load_rdm

with h5py.File("h5py_dataset.h5", "w") as f:
    f["measurements"] = np.arange(1.0, 13).reshape(2, 3, 2)
    f["times"] = [0, 0.1]
    f["observation/condition"] = ["face", "house"]
    f["observation/run"] = [1, 2]
    f["channel/name"] = np.array([b"Fz", b"Cz", b"Pz"])
    f["description/subject"] = "ann"

for name in ["rsatoolbox.h5", "rsatoolbox_bare.h5", "rsatoolbox_again.h5"]:
    if os.path.exists(name):
        os.remove(name)
patterns = np.array([[[0, 1], [3, 4], [1, 0]], [[4, 0], [0, 4], [0, 4]]], float)
order = [0, 1, 2]
values = [[((p[i] - p[j]) ** 2).sum() for i in order for j in order if i < j] for p in patterns]
RDMs(
    np.array(values), dissimilarity_measure="squared euclidean", descriptors={"lab": "ours"},
    rdm_descriptors={"subject": ["one", "two"], "session": [7, 8], "center": [0.5, 1.25]},
    pattern_descriptors={"conds": ["cat", "face", "house"], "category": ["animal", "animal", "thing"]},
).save("rsatoolbox.h5", file_type="hdf5")
RDMs(np.array([1.0, 2, 3])[None]).save("rsatoolbox_bare.h5", file_type="hdf5")
again = load_rdm("rdms.h5")
assert list(again.rdm_descriptors.pop("region")) == ["Zürich", "脳"]
again.save("rsatoolbox_again.h5", file_type="hdf5")
