"""Small stacks of RDMs as the files of the Algonauts challenge hold them.

numpy 1.24.2, scipy 1.10.1, h5py 3.7.0. The dissimilarity of conditions i < j of
subject s at time t is 100 s + 10 t + i + j / 10, all from 1 on: in MATLAB
MEG_RDMs(s, t, i, j) and EVC_RDMs(s, i, j). target_meg.mat and target_fmri.mat are
of version 5; the others of version 7.3, which is HDF5 with reversed axes.
"""
import h5py
import numpy as np
from scipy.io import savemat

S, T, N = 2, 3, 4


def rdm(offset):
    x = np.zeros((N, N))
    for i in range(N):
        for j in range(i + 1, N):
            x[i, j] = x[j, i] = offset + (i + 1) + (j + 1) / 10
    return x


meg = np.array([[rdm(100 * s + 10 * t) for t in range(1, T + 1)] for s in range(1, S + 1)])
fmri = np.array([rdm(100 * s) for s in range(1, S + 1)])


def save73(path, **variables):
    with h5py.File(path, "w", userblock_size=512) as f:
        for name, value in variables.items():
            d = f.create_dataset(name, data=value.T, compression="gzip")
            d.attrs["MATLAB_class"] = np.bytes_("double")
    header = b"MATLAB 7.3 MAT-file, Platform: GLNXA64, Created on: Sat Jan  1 00:00:00 2022 HDF5 schema 1.00 ."
    with open(path, "r+b") as f:
        f.write(header.ljust(124) + b"\x00\x02IM")


savemat("target_meg.mat", {"MEG_RDMs": meg})
savemat("target_fmri.mat", {"EVC_RDMs": fmri, "IT_RDMs": fmri})
save73("target_meg_v73.mat", MEG_RDMs=meg)
save73("target_fmri_v73.mat", EVC_RDMs=fmri, IT_RDMs=fmri)
