"""Small arrays of objects as NumPy saves them, and the same as plain numbers.

Run in this folder: /usr/bin/python3 make.py. The files here were made with NumPy 1.24.2.
"""

import json

import numpy as np

data = np.arange(2 * 3 * 4 * 5, dtype=float).reshape(2, 3, 4, 5) / 8
names = ["Fz", "Cz", "Pz", "Oz"]
times = np.arange(-1, 4) / 100
things = {"preprocessed_eeg_data": data, "ch_names": names, "times": times}
np.save("things.npy", things)
np.save("words.npy", np.array([["face", "house"], ["cat", "é"]], dtype=object))
mixed = {
    "fortran": np.asfortranarray(data[0, 0]), "big": times.astype(">f4"), "codes": np.arange(3, dtype=np.int16), "text": np.array(["a", "bc"]),
    "truth": np.array([True, False]), "one": np.float64(0.5), "count": 7, "named": "x", "inside": {"objects": np.array(["a", "b"], dtype=object)},
    "floats": [0.5, 1, np.float32(0.25)], "ragged": [[1], [2, 3]], "nothing": None,
}
np.save("mixed.npy", mixed)
with open("two.npy", "wb") as f:  # as Python 2 wrote it
    import pickle
    header = "{'descr': '|O', 'fortran_order': False, 'shape': (), }".ljust(117) + "\n"
    f.write(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + pickle.dumps(np.array(things, dtype=object), 2))
with open("values.json", "w") as f:
    json.dump({"Data": data.ravel().tolist(), "Names": names, "Times": times.tolist()}, f)
