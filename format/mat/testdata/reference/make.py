"""Writes the variables of zoo_test.go with SciPy and, as MATLAB's version 7.3
lays them out, with h5py.

Run in this folder: python3 make.py. The files here were made with SciPy 1.10.1,
NumPy 1.24.2 and h5py 3.7.0.
"""

import h5py
import numpy as np
import scipy.io
import scipy.sparse


def grid(rows):
    """A cell array."""
    cells = np.empty((len(rows), len(rows[0])), object)
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            cells[i, j] = value
    return cells


def codes(rows):
    """The UTF-16 units of rows of text."""
    return np.array([np.frombuffer(row.encode("utf-16-le"), "<u2") for row in rows])


none = np.zeros((0, 0))
stack = np.zeros((2, 2), [("RDM", object), ("name", object)])
for i, (rdm, name) in enumerate([([[1]], "a"), ([[2]], "b"), ([[3]], "c"), ([[4, 5]], "d")]):
    stack[i // 2, i % 2] = (np.array(rdm, float), name)
v4 = {
    "matrix": np.array([[1, 2, 3], [4, 5, 6.5]]),
    "counts": np.array([[1, 2, 300], [-4, 5, 6]], float),
    "undefined": np.array([[np.nan, np.inf, -np.inf]]),
    "none": np.zeros((0, 3)),
    "word": "face",
    "lines": np.array(["abc", "de "]),
    "phases": np.array([[1 + 2j, 3 - 4j], [0.5, 1j]]),
    "scattered": scipy.sparse.csc_matrix(([1.5, -2, 3], ([0, 2, 1], [0, 0, 3])), (3, 4)),
}
v5 = v4 | {
    "foreign": "Häuser 脳",
    "short": np.array([[0.1, -2]], np.float32),
    **{f"{kind}{8 * size}": np.array([[np.iinfo(f"{kind}{size}").min, np.iinfo(f"{kind}{size}").max]], f"{kind}{size}")
       for kind in "iu" for size in (1, 2, 4, 8)},
    "truth": np.array([[True, False], [False, True], [True, True]]),
    "cube": np.arange(1, 25, dtype=float).reshape((2, 3, 4), order="F"),
    "cells": grid([[np.array([[1.0]]), "two"], [none, grid([[np.array([[3.0]])]])]]),
    "nocells": np.empty((0, 2), object),
    "scalar": {"first": 1.0, "second": "x"},
    "stack": stack,
    "masks": scipy.sparse.csc_matrix(np.array([[True, False], [False, True]])),
    "waves": scipy.sparse.csc_matrix(([1j, 2 - 3j], ([0, 1], [0, 2])), (2, 3)),
}


class Version73:
    """Writes arrays where MATLAB's save -v7.3 puts them."""

    def __init__(self, path, fill):
        with h5py.File(path, "w", userblock_size=512) as self.file:
            self.refs, self.count = self.file.create_group("#refs#"), 0
            fill(self)
        head = b"MATLAB 7.3 MAT-file, written by h5py HDF5 schema 1.00 .".ljust(116) + bytes(8) + b"\x00\x02IM"
        with open(path, "r+b") as file:
            file.write(head)

    def zoo(self):
        for name, value in v5.items():
            self.write(self.file, name, value)
        pages = np.stack([codes(["ab", "cd", "ef"]), codes(["gh", "ij", "kl"])], axis=-1)
        self.dataset(self.file, "pages", pages, "char", int_decode=np.int32(2))
        self.empty(self.file, "bare", (1, 3), "struct")
        self.empty(self.file, "nothing", (0, 0), "char", int_decode=np.int32(2))

    def odd(self):
        """What is refused, and what MATLAB does rarely."""
        number = np.zeros((1, 1), np.uint32)
        self.dataset(self.file, "handle", number, "function_handle", object_decode=np.int32(1))
        self.dataset(self.file, "dates", number, "datetime", object_decode=np.int32(3))
        self.dataset(self.file, "classless", number, None)
        self.dataset(self.file, "wrong", np.array([[300]]), "uint8")
        self.dataset(self.file, "badcells", number, "cell")
        self.empty(self.file, "badempty", (1, 1), "double")
        self.empty(self.file, "nostructs", (0, 2), "struct")
        self.fields(self.file["nostructs"], ["a", "b"])
        self.dataset(self.file, "short", np.array([["x"], ["y"]]).view(np.uint32), "char")
        sparse = self.file.create_group("zeros")  # without values, data and ir are not written
        self.label(sparse, "double", sparse=np.uint64(2))
        sparse["jc"] = np.zeros(4, np.uint64)
        badsparse = self.file.create_group("badsparse")
        self.label(badsparse, "double", sparse=np.uint64(2))
        badsparse["data"], badsparse["ir"], badsparse["jc"] = [1.0], np.uint64([2]), np.uint64([0, 1])
        self.label(self.file.create_group("badgroup"), "double")
        self.label(self.file.create_group("badcellgroup"), "cell", sparse=np.uint64(2))
        unnamed = self.file.create_group("unnamed")  # more names than an attribute can hold are not written
        self.label(unnamed, "struct")
        self.write(unnamed, "b", np.ones((1, 1)))
        self.write(unnamed, "a", "x")
        uneven = self.file.create_group("uneven")
        self.label(uneven, "struct")
        self.dataset(uneven, "a", self.references(grid([["x", "y"]])), None)
        self.dataset(uneven, "b", self.references(grid([["x"]])), None)
        loop = self.file.create_dataset("loop", (1, 2), h5py.ref_dtype)
        self.label(loop, "cell")
        loop[0, 0] = loop[0, 1] = loop.ref

    def dataset(self, group, name, data, kind, **attributes):
        """Axes are stored in reverse: what is first in MATLAB is last in HDF5."""
        data = np.asarray(data)
        options = {"chunks": True, "compression": "gzip"} if data.size > 8 else {}
        made = group.create_dataset(name, data=data.T, dtype=data.dtype, **options)
        self.label(made, kind, **attributes)

    def label(self, made, kind, **attributes):
        if kind:
            made.attrs["MATLAB_class"] = np.bytes_(kind)
        for key, value in attributes.items():
            made.attrs["MATLAB_" + key] = value

    def empty(self, group, name, shape, kind, **attributes):
        """An empty array is a dataset of its lengths."""
        self.label(group.create_dataset(name, data=np.array(shape, np.uint64)), kind, empty=np.uint8(1), **attributes)

    def fields(self, made, names):
        attribute = np.empty(len(names), object)
        for i, name in enumerate(names):
            attribute[i] = np.array([letter.encode() for letter in name], "S1")
        made.attrs.create("MATLAB_fields", attribute, dtype=h5py.vlen_dtype(np.dtype("S1")))

    def reference(self, value):
        name = f"r{self.count}"
        self.count += 1
        self.write(self.refs, name, value)
        return self.refs[name].ref

    def references(self, values):
        found = np.empty(values.shape, h5py.ref_dtype)
        for index in np.ndindex(values.shape):
            found[index] = self.reference(values[index])
        return found

    def write(self, group, name, value):
        if scipy.sparse.issparse(value):
            return self.sparse(group, name, value)
        if isinstance(value, dict):
            made = group.create_group(name)
            self.label(made, "struct")
            self.fields(made, list(value))
            for key, field in value.items():
                self.write(made, key, field)
            return None
        value = np.asarray(value)
        if value.dtype.names:
            made = group.create_group(name)
            self.label(made, "struct")
            self.fields(made, value.dtype.names)
            for key in value.dtype.names:
                self.dataset(made, key, self.references(value[key]), None)
            return None
        if value.dtype.kind == "U":
            return self.dataset(group, name, codes(value.ravel()), "char", int_decode=np.int32(2))
        kind = {"float64": "double", "float32": "single", "complex128": "double", "bool": "logical", "object": "cell"}.get(
            value.dtype.name, value.dtype.name)
        value = np.atleast_2d(value)
        if value.size == 0:
            return self.empty(group, name, value.shape, kind)
        if kind == "cell":
            return self.dataset(group, name, self.references(value), kind)
        if kind == "logical":
            return self.dataset(group, name, value.astype(np.uint8), kind, int_decode=np.int32(1))
        if value.dtype.kind == "c":
            parts = np.empty(value.shape, [("real", "f8"), ("imag", "f8")])
            parts["real"], parts["imag"] = value.real, value.imag
            value = parts
        return self.dataset(group, name, value, kind)

    def sparse(self, group, name, value):
        value = value.tocsc()
        made = group.create_group(name)
        logical = value.dtype == bool
        self.label(made, "logical" if logical else "double", sparse=np.uint64(value.shape[0]),
                   **({"int_decode": np.int32(1)} if logical else {}))
        data = value.data.astype(np.uint8) if logical else value.data
        if data.dtype.kind == "c":
            parts = np.empty(data.shape, [("real", "f8"), ("imag", "f8")])
            parts["real"], parts["imag"] = data.real, data.imag
            data = parts
        made["data"], made["ir"], made["jc"] = data, value.indices.astype(np.uint64), value.indptr.astype(np.uint64)


scipy.io.savemat("scipy_v4.mat", v4, format="4")
scipy.io.savemat("scipy_v5.mat", v5)
scipy.io.savemat("scipy_v5_compressed.mat", v5, do_compression=True)
Version73("h5py_v73.mat", Version73.zoo)
Version73("h5py_v73_odd.mat", Version73.odd)
