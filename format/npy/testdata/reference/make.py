"""Arrays of every kind, as NumPy writes them. Made with Python 3.11.2, numpy 1.24.2:
    python3 make.py
"""
import numpy as np

n = np.arange(6)
arrays = {
    "f2": np.array([0, 1, -2.5, 65504, 6e-8, np.inf, -np.inf, np.nan], "<f2"),
    "f2_big": np.array([1, -2.5], ">f2"),
    "f4": (n / 4).astype("<f4").reshape(2, 3),
    "f4_big": (n / 4).astype(">f4").reshape(2, 3),
    "f4_fortran": np.asfortranarray((n / 4).astype("<f4").reshape(2, 3)),
    "f8": np.array([0.1, -1e300, np.inf]),
    "f8_big": np.array([0.1, -1e300, np.inf], ">f8"),
    "f8_fortran_cube": np.asfortranarray(np.arange(24.0).reshape(2, 3, 4)),
    "f8_zero_axes": np.array(0.5),
    "f8_empty": np.zeros((0, 3)),
    "f4_no_columns": np.zeros((4, 0), "<f4"),
    "i1": np.array([-128, 127], "i1"),
    "i2": np.array([-32768, 32767], "<i2"),
    "i2_big": np.array([-32768, 32767], ">i2"),
    "i4": np.array([-(2**31), 2**31 - 1], "<i4"),
    "i8": np.array([-(2**63), 2**63 - 1], "<i8"),
    "i8_big": np.array([-(2**63), 2**63 - 1], ">i8"),
    "u1": np.array([0, 255], "u1"),
    "u2": np.array([0, 65535], "<u2"),
    "u4": np.array([0, 2**32 - 1], "<u4"),
    "u8": np.array([0, 2**63 - 1], "<u8"),
    "u8_too_large": np.array([0, 2**63], "<u8"),
    "b1": np.array([True, False]),
    "U": np.array(["face", "", "Häuser", "脳 🧠"]),
    "U_big": np.array(["face", "脳"], ">U4"),
    "U_fortran": np.asfortranarray(np.array([["a", "b", "c"], ["d", "e", "f"]])),
    "U_only_empty": np.array([""]),
    "S": np.array([b"face", b"H\xc3\xa4user", b""]),
    "S_latin": np.array([b"H\xe4user"]),
    "complex": np.array([1j]),
    "structured": np.zeros(2, [("x", "f4"), ("y", "i4")]),
    "date": np.array(["2020-01-01"], "M8[D]"),
    "object": np.array(["a", 1], object),
}
np.savez("arrays.npz", **arrays)
np.savez_compressed("compressed.npz", zeros=np.zeros(100000), f4=arrays["f4"])
