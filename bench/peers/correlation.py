"""Correlation RDM with NumPy: correlation.py FILE ROWS, FILE holding float32."""

import sys

import turns

(numpy,) = turns.modules("numpy")

rows = int(sys.argv[2])
patterns = numpy.fromfile(sys.argv[1], numpy.float32).reshape(rows, -1)
upper = numpy.triu_indices(rows, 1)


def work():
    return (1 - numpy.corrcoef(patterns))[upper].sum()


turns.take(f"Python {sys.version.split()[0]}, NumPy {numpy.__version__}, {turns.blas()}", work)
