"""A Dataset that NumPy wrote, and its conditions averaged by NumPy. Made with
Python 3.11.2, numpy 1.24.2:
    python3 make.py
"""
import numpy as np

random = np.random.default_rng(1)
condition = np.array(["face_10", "face_2", "house", "face_10", "face_2", "face_10", "house", "face_2"])
measurements = random.standard_normal((8, 3, 5)).astype("<f4")
measurements[2, 1, 4] = np.nan
np.savez_compressed(
    "trials.npz",
    **{
        "measurements": measurements,
        "times": np.arange(5) / 250 - 0.004,
        "observation.condition": condition,
        "observation.run": np.array([1, 1, 1, 2, 2, 2**53 + 1, 2, 2]),
        "observation.category": np.array([c.split("_")[0].encode() for c in condition]),
        "channel.name": np.array(["MEG 0111", "MEG 0112", "MEG 0113"]),
        "channel.position": random.standard_normal((3, 3)),
        "description.unit": np.array("T"),
    },
)
order = ["face_2", "face_10", "house"]
np.save("averaged.npy", np.stack([measurements[condition == c].astype("f8").mean(0) for c in order]).astype("<f4"))
