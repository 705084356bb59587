"""Small files as MNE-Python saves them, and what it reads from them.

Run in this folder: /usr/bin/python3 make.py. The files here were made with MNE-Python 1.3.0, NumPy 1.24.2,
SciPy 1.10.1 and scikit-learn 1.2.1.
"""

import json
import os

import mne
import numpy as np

mne.set_log_level("error")
random = np.random.RandomState(7)


def mixed():
    """Six electrodes and an EOG channel that see a rhythm, noise and blinks."""
    times = np.arange(500) / 100
    sources = np.stack([
        np.sin(2 * np.pi * 10 * times), np.sign(np.sin(2 * np.pi * 1.3 * times)),
        random.laplace(size=500), (times % 1.25 < 0.2) * 5.0, random.uniform(-1, 1, 500),
    ])
    signal = np.vstack([random.randn(6, 5) @ sources, sources[3:4]]) * 1e-5 + random.randn(7, 500) * 1e-7
    info = mne.create_info([f"EEG {i:03d}" for i in range(1, 7)] + ["EOG 061"], 100, ["eeg"] * 6 + ["eog"])
    return mne.io.RawArray(signal, info)


def analysis(raw, path, noise=None, kept=None):
    """Components of a recording; the signal when one of them is taken out."""
    ica = mne.preprocessing.ICA(n_components=4, noise_cov=noise, method="fastica", random_state=1)
    ica.fit(raw, picks="eeg")
    ica.exclude = [int(np.argmax(np.abs([np.corrcoef(s, raw.get_data()[6])[0, 1] for s in ica.get_sources(raw).get_data()])))]
    ica.n_pca_components = kept
    ica.save(path, overwrite=True)
    ica = mne.preprocessing.read_ica(path)
    clean = ica.apply(raw.copy()).get_data()
    return {
        "Channels": ica.ch_names, "Prewhitener": ica.pre_whitener_.tolist(), "Mean": ica.pca_mean_.tolist(),
        "Directions": ica.pca_components_.tolist(), "Variance": ica.pca_explained_variance_.tolist(),
        "Unmixing": ica.unmixing_matrix_.tolist(), "Excluded": [int(e) for e in ica.exclude],
        "Kept": int(ica._check_n_pca_components(ica.n_pca_components)), "Method": ica.method,
        "Clean": clean[:, ::50].tolist(),
    }


raw = mixed()
raw.save("mixed_raw.fif", fmt="single", overwrite=True)
raw = mne.io.read_raw_fif("mixed_raw.fif", preload=True)
found = {
    "mixed-ica.fif": analysis(raw, "mixed-ica.fif"),
    "whitened-ica.fif": analysis(raw, "whitened-ica.fif", kept=0.9999, noise=mne.make_ad_hoc_cov(raw.info)),
}
projected = raw.copy().set_eeg_reference(projection=True).apply_proj()
found["projected-ica.fif"] = analysis(projected, "projected-ica.fif", kept=5)
with open("ica.json", "w") as f:
    json.dump(found, f)

# One of everything else, and what MNE-Python reads of it.
events = np.c_[np.arange(20, 500, 40), np.zeros(12, int), np.arange(12) % 2 + 1]
epochs = mne.Epochs(raw, events, {"left": 1, "right": 2}, -0.1, 0.2, baseline=(None, 0), preload=True)
evokeds = [epochs["left"].average(), epochs["right"].average(), epochs["left"].standard_error()]
mne.write_evokeds("small-ave.fif", evokeds, overwrite=True)
mne.write_events("small-eve.fif", events, overwrite=True)
mne.write_proj("small-proj.fif", mne.compute_proj_epochs(epochs, n_eeg=2), overwrite=True)
mne.write_cov("small-cov.fif", mne.compute_covariance(epochs, tmax=0, projs=mne.read_proj("small-proj.fif")), overwrite=True)
evokeds, cov = mne.read_evokeds("small-ave.fif"), mne.read_cov("small-cov.fif")
with open("small.json", "w") as f:
    json.dump({
        "Averages": [{"Name": e.comment, "Kind": int(e._aspect_kind), "Count": int(e.nave), "Times": e.times.tolist(), "Signal": e.data.tolist()} for e in evokeds],
        "Covariance": {"Channels": cov.ch_names, "Freedom": int(cov["nfree"]), "Matrix": cov.data.ravel().tolist(), "Projections": len(cov["projs"])},
        "Events": mne.read_events("small-eve.fif").tolist(),
        "Projections": [{"Name": p["desc"], "Kind": int(p["kind"]), "Active": p["active"], "Channels": p["data"]["col_names"], "Vectors": p["data"]["data"].tolist()}
                        for p in mne.read_proj("small-proj.fif")],
    }, f)
