"""Reading and band-pass 0.1 to 40 Hz with MNE-Python: filter.py FILE JOBS."""

import sys

import turns

mne, numpy = turns.modules("mne", "numpy")
mne.set_log_level("ERROR")


def work():
    raw = mne.io.read_raw_fif(sys.argv[1]).load_data()
    raw.filter(0.1, 40, n_jobs=int(sys.argv[2]))
    return numpy.abs(raw._data[:, ::1000]).sum()


turns.take(f"Python {sys.version.split()[0]}, MNE {mne.__version__}, NumPy {numpy.__version__}, {sys.argv[2]} jobs", work)

# Workers of joblib outlive the turns, and hold on to what the test waits for.
if int(sys.argv[2]) > 1:
    turns.modules("joblib")[0].externals.loky.get_reusable_executor().shutdown()
