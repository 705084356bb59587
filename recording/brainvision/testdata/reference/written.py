"""What MNE-Python reads from the files that TestMNEReadsTheSame writes.

    python3 written.py FOLDER > written.json

FOLDER has small.vhdr, small.vmrk and small.eeg of 40 times. MNE-Python 1.3.0, NumPy 1.24.2.
"""
import hashlib
import json
import pathlib
import sys

import mne

folder = pathlib.Path(sys.argv[1])
raw = mne.io.read_raw_brainvision(folder / "small.vhdr", eog=(), verbose="error")
events, _ = mne.events_from_annotations(raw, regexp=r"^(?!Comment/BAD).*$", verbose="error")
json.dump({
    "digest": {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in [folder / "small.eeg", folder / "small.vmrk"]},
    "names": raw.ch_names,
    "kinds": raw.get_channel_types(),
    "rate": raw.info["sfreq"],
    "highpass": raw.info["highpass"],
    "lowpass": raw.info["lowpass"],
    "measured": raw.info["meas_date"].strftime("%Y-%m-%dT%H:%M:%S.%f"),
    "signal": raw.get_data().tolist(),
    "positions": {c["ch_name"]: [float(v) for v in c["loc"][:3]] for c in raw.info["chs"][:2]},
    "onsets": raw.annotations.onset.tolist(),
    "durations": raw.annotations.duration.tolist(),
    "texts": raw.annotations.description.tolist(),
    "events": events.tolist(),
}, sys.stdout, indent=None, separators=(",", ":"))
