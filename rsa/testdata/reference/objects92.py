"""Reference scores and noise ceilings of published RDMs of 92 objects.

Run with: /usr/bin/python3 objects92.py DATA > objects92.json
where DATA is the folder objects92 of the real data. Made with numpy 1.24.2,
scipy 1.10.1 and h5py 3.7.0, from the definitions: lower compares each subject
with the group of the others, upper with the group of all. The group RDV is the
mean of RDVs after scaling: to mean 0 and population standard deviation 1 for
pearson, to root mean square 1 for cosine, average ranks otherwise; "raw-mean"
does not scale.
"""

import json
import sys

import h5py
import numpy as np
import scipy
from scipy import io, stats

folder = sys.argv[1]
upper = np.triu_indices(92, 1)


def structs(name, variable):
    return io.loadmat(f"{folder}/{name}")[variable].ravel()


def rdvs(elements):
    squares = [np.asarray(e["RDM"], float) for e in elements]
    return np.array([s[upper] if s.shape[0] == 92 else s.ravel() for s in squares])


def v73(variable):
    with h5py.File(f"{folder}/fmri15/target_fmri.mat") as f:
        return np.array([f[variable][:, :, s][upper] for s in range(15)], float)


def cosine(x, y):
    return x @ y / np.sqrt((x @ x) * (y @ y))


scores = {
    "pearson": lambda x, y: stats.pearsonr(x, y)[0],
    "spearman": lambda x, y: stats.spearmanr(x, y)[0],
    "kendall-tau-b": lambda x, y: stats.kendalltau(x, y)[0],
    "cosine": cosine,
}
scales = {
    "pearson": lambda x: (x - x.mean()) / x.std(),
    "cosine": lambda x: x / np.sqrt(np.mean(x**2)),
}


def ceiling(subjects, comparator, pool="comparator"):
    scale = (lambda x: x) if pool == "raw-mean" else scales.get(comparator, stats.rankdata)
    score = scores[comparator]
    group = np.array([scale(x) for x in subjects])
    lower = [score(np.delete(group, s, 0).mean(0), x) for s, x in enumerate(subjects)]
    return {"lower": float(np.mean(lower)), "upper": float(np.mean([score(group.mean(0), x) for x in subjects]))}


def ceilings(subjects, comparators):
    return {c: {p: ceiling(subjects, c, p) for p in ("comparator", "raw-mean")} for c in comparators}


brain = io.loadmat(f"{folder}/92_brainRDMs.mat")["RDMs"][0]  # subjects × sessions
people = np.array([rdvs(row).mean(0) for row in brain])
models = structs("92_modelRDMs.mat", "Models")
behavior = rdvs(structs("92_behavRDMs.mat", "rdms_behav_92"))
human_monkey = rdvs(structs("Kriegeskorte_Neuron2008_supplementalData.mat", "RDMs_mIT_hIT_fig1"))
group = people.mean(0)

# A draw of a bootstrap, by condition: 4 copies of each, 2 of three. Pairs of a
# condition with its copies are missing.
drawn = [2, 3, 10, 14, 18, 22, 23, 26, 31, 43, 46, 47, 54, 59, 63, 66, 70, 71, 79, 82, 83, 86, 87, 91]
counts = [(2 if c in (3, 26) else 4) if c in drawn else 0 for c in range(92)]
chosen = np.repeat(np.arange(92), counts)


def resampled(rdv):
    square = np.full((92, 92), np.nan)
    square[upper] = rdv
    square = np.fmin(square, square.T)  # NaN on the diagonal only
    return square[np.ix_(chosen, chosen)][np.triu_indices(len(chosen), 1)]


drawn_people = [resampled(x) for x in people]
known = ~np.isnan(drawn_people[0])

json.dump(
    {
        "versions": {"numpy": np.__version__, "scipy": scipy.__version__, "h5py": h5py.__version__},
        "ceilings": {
            "human IT": ceilings(people, ["pearson", "spearman", "kendall-tau-b", "cosine"]),
            "behavior": ceilings(behavior, ["pearson"]),
            "EVC": ceilings(v73("EVC_RDMs"), ["spearman"]),
            "IT": ceilings(v73("IT_RDMs"), ["spearman"]),
        },
        "models": {
            str(m["name"][0]): {
                c: {"group": float(score(x, group)), "subjects": [float(score(x, y)) for y in people]}
                for c, score in scores.items()
            }
            for m, x in zip(models, rdvs(models))
        },
        "monkey and human": {c: float(score(*human_monkey)) for c, score in scores.items()},
        "draw": {
            "counts": counts,
            "ceilings": ceilings([x[known] for x in drawn_people], ["pearson", "spearman", "cosine"]),
            "models": {
                str(m["name"][0]): {
                    c: [float(scores[c](resampled(x)[known], y[known])) for y in drawn_people]
                    for c in ("pearson", "spearman", "cosine")
                }
                for m, x in zip(models, rdvs(models))
            },
        },
        "behavior and human": {c: float(score(behavior.mean(0), group)) for c, score in scores.items()},
    },
    sys.stdout,
    indent=1,
)
