"""Saves a small FieldTrip structure of three trials as save -v7 (SciPy, compressed) and save -v7.3 (h5py) lay it out.

Channel c of trial i is 100 i + 10 c + sin(t c) at time number t: in uV, T, T/m and without unit.
NumPy 1.24.2, SciPy 1.10.1 and h5py 3.7.0.
"""

import h5py
import numpy as np
import scipy.io

CHANNELS, TIMES, TRIALS, RATE, START = 4, 21, 3, 200.0, -5


def column(values):
    cells = np.empty((len(values), 1), object)
    cells[:, 0] = values
    return cells


labels = ["Cz", "MEG0111", "MEG0112", "STI101"]
t = np.arange(TIMES)
trials = [100.0 * i + 10 * np.arange(CHANNELS)[:, None] + np.sin(np.arange(CHANNELS)[:, None] * t) for i in range(TRIALS)]
data = {
    "label": column(labels),
    "trial": column(trials).T,
    "time": column([(START + t)[None] / RATE] * TRIALS).T,
    "fsample": np.array([[RATE]]),
    "sampleinfo": np.array([[100.0 * i + 1, 100.0 * i + TIMES] for i in range(TRIALS)]),
    "trialinfo": np.array([[5.0, 0.25], [6.0, np.nan], [5.0, 0.5]]),
    "hdr": {
        "label": column(labels),
        "chantype": column(["eeg", "megmag", "megplanar", "trigger"]),
        "chanunit": column(["uV", "fT", "T/m", "unknown"]),
    },
    "grad": {
        "label": column(labels[1:3]),
        "chanpos": np.array([[1.0, 2.0, 12.0], [1.0, 2.0, 12.0]]),
        "chanori": np.array([[0.0, 0.0, 1.0], [0.0, 0.0, 1.0]]),
        "coilpos": np.array([[1.0, 2.0, 12.0], [1.5, 2.0, 12.0], [0.5, 2.0, 12.0]]),
        "tra": np.array([[1.0, 0.0, 0.0], [0.0, 0.6, -0.6]]),
        "chantype": column(["megmag", "megplanar"]),
        "chanunit": column(["T", "T/cm"]),
        "type": "neuromag306",
        "unit": "cm",
        "coordsys": "ctf",
    },
    "elec": {
        "label": column(["Cz"]),
        "elecpos": np.array([[0.0, 0.0, 95.0]]),
        "chanpos": np.array([[0.0, 0.0, 95.0]]),
        "unit": "mm",
        "coordsys": "ras",
    },
}


def lay(file, group, name, value, refs):
    """Writes a value as MATLAB does: axes in reverse, cells as references, a struct as a group."""
    if isinstance(value, dict):
        made = group.create_group(name)
        made.attrs["MATLAB_class"] = np.bytes_("struct")
        names = np.empty(len(value), object)
        for i, key in enumerate(value):
            names[i] = np.array([letter.encode() for letter in key], "S1")
        made.attrs.create("MATLAB_fields", names, dtype=h5py.vlen_dtype(np.dtype("S1")))
        for key, field in value.items():
            lay(file, made, key, field, refs)
        return
    if isinstance(value, str):
        made = group.create_dataset(name, data=np.array([[ord(c)] for c in value], np.uint16))
        made.attrs["MATLAB_class"], made.attrs["MATLAB_int_decode"] = np.bytes_("char"), np.int32(2)
        return
    if value.dtype == object:
        found = np.empty(value.shape, h5py.ref_dtype)
        for index in np.ndindex(value.shape):
            inner = f"r{len(refs)}"
            lay(file, refs, inner, value[index], refs)
            found[index] = refs[inner].ref
        made = group.create_dataset(name, data=found.T, dtype=h5py.ref_dtype)
        made.attrs["MATLAB_class"] = np.bytes_("cell")
        return
    options = {"chunks": True, "compression": "gzip"} if value.size > 8 else {}
    group.create_dataset(name, data=value.T, **options).attrs["MATLAB_class"] = np.bytes_("double")


scipy.io.savemat("trials_v7.mat", {"cfg": {"note": "not read"}, "data": data}, do_compression=True)
with h5py.File("trials_v73.mat", "w", userblock_size=512) as file:
    lay(file, file, "data", data, file.create_group("#refs#"))
with open("trials_v73.mat", "r+b") as file:
    file.write(b"MATLAB 7.3 MAT-file, written by h5py HDF5 schema 1.00 .".ljust(116) + bytes(8) + b"\x00\x02IM")
