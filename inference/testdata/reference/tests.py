"""Reference numbers of tests: t, Wilcoxon, clusters, TFCE, dual variance.

Run with: /usr/bin/python3 tests.py ../shared > tests.json, from a place where
the argument leads to rsa-rsatoolbox.json and recordings-mne.json in its folder
reference. Made with numpy 1.24.2, scipy 1.10.1 and MNE 1.3.0.

Clusters and their masses are those of mne.stats. Their p values count all 2^n
patterns of signs, by numpy and scipy.ndimage: MNE counts the pattern as
observed once for both of its signs. TFCE is the integral by
scipy.integrate.quad between all heights that occur, with extents from
scipy.ndimage.label: MNE 1.3 computes it wrongly. "tfce_steps" is the sum in
steps of 0.2 over "tfce_t", and "row" the clusters of a row of 30 points, copied
from recordings-mne.json; "dual" and "rsatoolbox" are copied from rsa-rsatoolbox.json, whose "extract_variances_dual"
and "eval_fixed" were made with rsatoolbox f1f83cad.
"""

import itertools
import json
import sys

import mne
import numpy as np
import scipy
from scipy import integrate, ndimage, stats

rng = np.random.default_rng(11)
out = {"versions": {"numpy": np.__version__, "scipy": scipy.__version__, "mne": mne.__version__}}

# Student's t and Wilcoxon, from few scores to many.
out["scores"], out["student"], out["signed_rank"] = [], [], []
for n, shift in [(2, 0.5), (5, -0.6), (12, 0.4), (30, 0.2), (50, 1.1), (80, 0.25)]:
    x = np.round(rng.standard_normal(n) + shift, 6)
    out["scores"].append(x.tolist())
    t = stats.ttest_1samp(x, 0).statistic
    row = {"t": t}
    rank = {"w": float(stats.rankdata(np.abs(x))[x > 0].sum())}
    for tail in ["greater", "less", "two-sided"]:
        row[tail] = stats.ttest_1samp(x, 0, alternative=tail).pvalue
        method = dict(mode="exact") if n <= 50 else dict(mode="approx", correction=True)
        rank[tail] = stats.wilcoxon(x, alternative=tail, **method).pvalue
    out["student"].append(row)
    out["signed_rank"].append(rank)

# Ties and zeros: all patterns of signs.
x = np.array([3, -1, 0, 2, 2, -2, 1, 5, 0, 3, 4, -3.0])
y = x[x != 0]
ranks = stats.rankdata(np.abs(y))
sums = np.array([np.dot(ranks, s) for s in itertools.product([0, 1], repeat=len(y))])
w = ranks[y > 0].sum()
greater, less = np.mean(sums >= w), np.mean(sums <= w)
out["tied"] = {"x": x.tolist(), "w": w, "greater": greater, "less": less, "two-sided": min(1, 2 * min(greater, less))}

# Clusters in a row and on a grid, positive and negative.
def clusters_of(t, threshold, tail):
    found = []
    for sign in {0: (1, -1), 1: (1,), -1: (-1,)}[tail]:
        labels, count = ndimage.label(sign * t > threshold)
        found += [(labels.ravel() == k + 1).nonzero()[0] for k in range(count)]
    return found

out["clusters"] = []
for shape, where in [((24,), slice(9, 15)), ((5, 6), (slice(1, 3), slice(2, 5)))]:
    data = np.round(rng.standard_normal((8,) + shape), 4)
    data[(slice(None),) + (where if isinstance(where, tuple) else (where,))] += 1.0
    data = np.round(data, 4)
    flips = np.array(list(itertools.product([1, -1], repeat=len(data))))
    n = len(data)
    sums = np.tensordot(flips, data, 1)
    u = sums / np.sqrt((data**2).sum(axis=0))
    t = u * np.sqrt((n - 1) / (n - u**2))
    for tail, name in [(0, "two-sided"), (1, "greater"), (-1, "less")]:
        level = 0.975 if tail == 0 else 0.95
        threshold = stats.t.ppf(level, n - 1)
        adjacency = mne.stats.combine_adjacency(*shape) if len(shape) > 1 else None
        observed, found, _, _ = mne.stats.permutation_cluster_1samp_test(
            data, threshold=threshold if tail >= 0 else -threshold, tail=tail, n_permutations=2,
            adjacency=adjacency, out_type="mask", verbose=False)
        masks = [np.asarray(c).ravel().nonzero()[0] for c in found] if len(shape) > 1 else [
            np.arange(observed.size)[c[0]] if isinstance(c, tuple) else np.asarray(c).nonzero()[0] for c in found]
        masks.sort(key=lambda m: m[0])
        mass = [observed.ravel()[m].sum() for m in masks]
        against = {0: np.abs, 1: lambda v: v, -1: lambda v: -v}[tail]
        null = np.array([max([0] + [against(flipped.ravel()[m].sum()) for m in clusters_of(flipped, threshold, tail)]) for flipped in t])
        p = [np.mean(null >= against(m) - 1e-9) for m in mass]
        out["clusters"].append({
            "shape": list(shape), "scores": data.reshape(n, -1).tolist(), "tail": name, "threshold": threshold,
            "points": [m.tolist() for m in masks], "mass": mass, "p": p, "t": observed.ravel().tolist()})

# TFCE of the maps above, exactly.
def tfce(t):
    score = np.zeros(t.size)
    heights = np.concatenate([[0], np.unique(np.abs(t))])
    for low, high in zip(heights, heights[1:]):
        piece = integrate.quad(lambda h: h**2, low, high)[0]
        for sign in (1, -1):
            labels, count = ndimage.label(sign * t >= high)
            for k in range(count):
                inside = labels.ravel() == k + 1
                score[inside] += sign * np.sqrt(inside.sum()) * piece
    return score

out["tfce"] = [tfce(np.array(c["t"]).reshape(c["shape"])).tolist() for c in out["clusters"][::3]]

reference = sys.argv[1] + "/reference/"
recordings = json.load(open(reference + "recordings-mne.json"))
out["tfce_t"], out["tfce_steps"] = recordings["cluster_1samp"]["t"], recordings["tfce"]["scores"]
row = recordings["cluster_1samp"]
out["row"] = {"scan": row["clusters_scan"], "p": row["p_full_2^8"], "max_stat_t_p": row["max_stat_t_p"]}
rsa = json.load(open(reference + "rsa-rsatoolbox.json"))
out["dual"] = rsa["extract_variances_dual"]
out["rsatoolbox"] = {k: rsa["eval_fixed"]["corr"][k] for k in ["means", "sem", "p_zero", "dof"]}
json.dump(out, sys.stdout)
print()
