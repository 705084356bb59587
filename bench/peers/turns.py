"""What the scripts in this folder share.

A script prepares its work, prints one line of JSON that says which versions do
it, and then does it once for every line that it reads. Each time it prints the
seconds and a number that both sides must agree on, or nan.
"""

import importlib
import json
import os
import sys
import time


def modules(*names):
    """Import modules; a missing one ends the script with a message."""
    try:
        return [importlib.import_module(name) for name in names]
    except ImportError as error:
        print(json.dumps({"missing": str(error)}), flush=True)
        sys.exit(0)


def blas():
    """Name the BLAS libraries that are loaded."""
    with open("/proc/self/maps") as maps:
        paths = {line.split()[-1] for line in maps if "blas" in line and ".so" in line}
    return " ".join(sorted({os.path.basename(os.path.realpath(path)) for path in paths}))


def take(versions, work):
    """Say what is used, then work whenever told to."""
    print(json.dumps({"versions": versions}), flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        check = work()
        print(time.perf_counter() - start, check, flush=True)
