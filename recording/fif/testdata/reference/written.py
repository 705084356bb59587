"""What MNE-Python reads from the files that TestMNEReadsWhatIsWritten writes.

    /usr/bin/python3 written.py FOLDER > written.json

FOLDER has small_raw.fif, and small-epo.fif with its further parts. MNE-Python 1.3.0, NumPy 1.24.2.
"""
import hashlib
import json
import pathlib
import sys

import mne

folder = pathlib.Path(sys.argv[1])
raw = mne.io.read_raw_fif(folder / "small_raw.fif", verbose="error")
epochs = mne.read_epochs(folder / "small-epo.fif", proj=False, verbose="error")
info = raw.info
json.dump({
    "digest": {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.glob("small*.fif"))},
    "names": raw.ch_names,
    "kinds": raw.get_channel_types(),
    "units": [int(c["unit"]) for c in info["chs"]],
    "coils": [int(c["coil_type"]) for c in info["chs"]],
    "places": [[float(v) for v in c["loc"]] for c in info["chs"]],
    "bad": info["bads"],
    "rate": info["sfreq"],
    "highpass": info["highpass"],
    "lowpass": info["lowpass"],
    "line": info["line_freq"],
    "measured": info["meas_date"].strftime("%Y-%m-%dT%H:%M:%S.%f"),
    "head": info["dev_head_t"]["trans"].tolist(),
    "points": [[int(d["kind"]), int(d["ident"])] + [float(v) for v in d["r"]] for d in info["dig"]],
    "projections": [[p["desc"], int(p["kind"]), bool(p["active"]), p["data"]["col_names"], p["data"]["data"].tolist()] for p in info["projs"]],
    "first": raw.first_samp,
    "signal": raw.get_data().tolist(),
    "onsets": (raw.annotations.onset - raw.first_time).tolist(),
    "durations": raw.annotations.duration.tolist(),
    "texts": raw.annotations.description.tolist(),
    "epochs": epochs.get_data()[:, :, ::5].tolist(),
    "times": epochs.times[::5].tolist(),
    "baseline": list(epochs.baseline),
    "events": epochs.events.tolist(),
    "conditions": [name for i in range(len(epochs)) for name in epochs[i].event_id],
    "table": epochs.metadata.astype(str).to_dict("list"),
}, sys.stdout, indent=None, separators=(",", ":"))
