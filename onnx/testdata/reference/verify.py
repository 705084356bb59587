"""Checks ONNX files with onnx.checker and shape inference: python3 verify.py FILE..."""

import sys

import onnx
from onnx import numpy_helper

for path in sys.argv[1:]:
    onnx.checker.check_model(path, full_check=True)
    model = onnx.load(path)
    total = sum(numpy_helper.to_array(t).astype(float).sum() for t in model.graph.initializer if t.data_type != 8)
    print(path, "ok:", len(model.graph.node), "nodes,", len(model.graph.initializer), "initializers, sum", total)
