"""Small datasets as EEGLAB saves them, and what MNE-Python reads from them.

Run in this folder: python3 make.py. The files here were made with SciPy 1.10.1, NumPy 1.24.2, h5py 3.7.0 and
MNE-Python 1.3.0, which takes version 5 through SciPy here and was not asked for version 7.3.
"""

import json
import sys
import types

import h5py
import numpy as np
import scipy.io

reader = types.ModuleType("pymatreader")  # what MNE reads MAT files with
reader.read_mat = lambda path, uint16_codec=None: scipy.io.loadmat(path, simplify_cells=True, uint16_codec=uint16_codec)
sys.modules["pymatreader"] = reader
import mne  # noqa: E402

none = np.zeros((0, 0))


def rows(*records):
    """A struct array of one row."""
    made = np.zeros((1, len(records)), [(name, object) for name in records[0]])
    for i, record in enumerate(records):
        made[0, i] = tuple(record.values())
    return made


def channel(label, kind, *place):
    x, y, z = place or (none, none, none)
    return {"labels": label, "type": kind, "X": x, "Y": y, "Z": z}


def fields(data, start, events, **others):
    channels, times = data.shape[:2]
    return {
        "setname": "small", "nbchan": channels, "trials": data.shape[2] if data.ndim == 3 else 1, "pnts": times,
        "srate": 200.0, "xmin": start, "xmax": start + (times - 1) / 200, "data": data, "ref": "averef",
        "chanlocs": rows(
            channel("Fz", "EEG", 0.71934, 0.0, 0.69466), channel("Ç3", "EEG", 0.0, 0.71934, 0.69466),
            channel("Oz", "", -0.99978, 0.0, -0.02101), channel("EOG1", "EOG", 0.8, 0.5, -0.3)),
        "chaninfo": {"nosedir": "+X", "nodatchans": none},
        "event": events, **others,
    }


random = np.random.default_rng(1)
continuous = fields(random.normal(0, 20, (4, 50)).astype(np.float32), 0.0, rows(
    {"type": "S  2", "latency": 3.0, "duration": 1.0}, {"type": "S  1", "latency": 10.25, "duration": 2.0},
    {"type": "S  2", "latency": 33.0, "duration": none}))
epochs = fields(random.normal(0, 20, (4, 20, 3)), -0.025, rows(
    *({"type": kind, "latency": 6.0 + 20 * i, "epoch": i + 1.0, "picture": f"{i}.png"} for i, kind in enumerate(["face", "house", "face"]))),
    epoch=rows(*({"event": i + 1.0, "eventlatency": 0.0, "eventtype": kind} for i, kind in enumerate(["face", "house", "face"]))))
scipy.io.savemat("continuous.set", {"EEG": continuous}, do_compression=True, appendmat=False)
scipy.io.savemat("epochs.set", epochs, do_compression=True, appendmat=False)


def write73(path, value):
    """Puts arrays where MATLAB's save -v7.3 puts them."""
    with h5py.File(path, "w", userblock_size=512) as file:
        references, count = file.create_group("#refs#"), [0]

        def label(made, kind, **attributes):
            made.attrs["MATLAB_class"] = np.bytes_(kind)
            for key, item in attributes.items():
                made.attrs["MATLAB_" + key] = item

        def refer(item):
            count[0] += 1
            put(references, f"n{count[0]}", item)
            return references[f"n{count[0]}"].ref

        def put(group, name, item):
            if isinstance(item, dict):
                made = group.create_group(name)
                label(made, "struct")
                for key, inner in item.items():
                    put(made, key, inner)
            elif isinstance(item, np.ndarray) and item.dtype.names:
                made = group.create_group(name)
                label(made, "struct")
                for key in item.dtype.names:
                    made.create_dataset(key, (item.size, 1), h5py.ref_dtype)[:, 0] = [refer(inner) for inner in item[key].flat]
            elif isinstance(item, str) and item:
                codes = np.frombuffer(item.encode("utf-16-le"), "<u2")
                label(group.create_dataset(name, data=codes[:, None]), "char", int_decode=np.int32(2))
            elif isinstance(item, str) or np.size(item) == 0:
                label(group.create_dataset(name, data=np.zeros(2, np.uint64)), "char" if isinstance(item, str) else "double", empty=np.uint8(1))
            else:
                data = np.atleast_2d(np.asarray(item)).T
                options = {"chunks": True, "compression": "gzip"} if data.size > 8 else {}
                made = group.create_dataset(name, data=data if data.dtype == np.float32 else data.astype(float), **options)
                label(made, "single" if data.dtype == np.float32 else "double")

        put(file, "EEG", value)
    with open(path, "r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file, written by h5py HDF5 schema 1.00 .".ljust(116) + bytes(8) + b"\x00\x02IM")


write73("continuous73.set", continuous)

raw = mne.io.read_raw_eeglab("continuous.set", montage_units="dm", verbose="error")
cut = mne.read_epochs_eeglab("epochs.set", montage_units="dm", verbose="error")
events, _ = mne.events_from_annotations(raw, verbose="error")
names = {code: name for name, code in cut.event_id.items()}
json.dump({
    "names": raw.ch_names, "kinds": raw.get_channel_types(), "signal": raw.get_data().tolist(),
    "positions": [[float(v) for v in c["loc"][:3]] for c in raw.info["chs"][:3]],
    "events": events.tolist(), "onsets": raw.annotations.onset.tolist(), "durations": np.nan_to_num(raw.annotations.duration).tolist(),
    "epochs": cut.get_data().tolist(), "times": cut.times.tolist(),
    "cut": [int(at) for at in cut.events[:, 0]], "conditions": [names[code] for code in cut.events[:, 2]],
}, open("mne.json", "w"), separators=(",", ":"))
