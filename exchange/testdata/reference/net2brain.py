"""Makes RDM_features_1.npz and consolidated_features_1.npz as Net2Brain saves them.

Run with: /usr/bin/python3 net2brain.py, with numpy 1.24.2
"""

import numpy as np

np.savez("RDM_features_1.npz", rdm=np.array([0.1, 0.2, 0.3], "f4"), stimuli_name=["img_1.png", "img_2.png", "img_10.png"],
         layer_name="features.1", meta={"distance": "correlation"})
features = {"img_10": np.arange(4), "img_2": np.arange(4) + 4, "img_1": np.arange(4) + 8}
np.savez("consolidated_features_1.npz", **{name: x.reshape(1, 1, 2, 2).astype("f4") for name, x in features.items()})
