"""RSA with NumPy and SciPy, as one writes it: rsa.py WORK FOLDER.

The folder holds float64 RDVs, models and subjects, and for each draw of a
bootstrap how often each condition and which subjects stand, as int32.
"""

import os
import sys

import turns

numpy, scipy, stats, optimize, linalg = turns.modules("numpy", "scipy", "scipy.stats", "scipy.optimize", "scipy.sparse.linalg")


def read(name, kind, columns):
    return numpy.fromfile(os.path.join(sys.argv[2], name), kind).reshape(-1, columns)


def squares(rdvs, n):
    """RDMs of RDVs."""
    result = numpy.zeros((len(rdvs), n, n))
    first, second = numpy.triu_indices(n, 1)
    result[:, first, second] = result[:, second, first] = rdvs
    return result


def products(x, y):
    """Correlations of centered rows."""
    x = x / numpy.linalg.norm(x, axis=1, keepdims=True)
    return x @ (y / numpy.linalg.norm(y, axis=1, keepdims=True)).T


def centered(x):
    return x - x.mean(axis=1, keepdims=True)


def pearson(x, y, first, second):
    return products(centered(x), centered(y))


def spearman(x, y, first, second):
    return pearson(stats.rankdata(x, axis=1), stats.rankdata(y, axis=1), first, second)


def rho_a(x, y, first, second):
    m = x.shape[1]
    return 12 * centered(stats.rankdata(x, axis=1)) @ centered(stats.rankdata(y, axis=1)).T / (m**3 - m)


def tau_b(x, y, first, second):
    return numpy.array([[stats.kendalltau(a, b)[0] for b in y] for a in x])


def whitened(x, y, first, second):
    """x'V⁻¹y with V = 2I + BB', by conjugate gradients."""
    m, n = x.shape[1], max(first.max(), second.max()) + 1

    def times(v):
        sums = numpy.bincount(first, v, n) + numpy.bincount(second, v, n)
        return 2 * v + sums[first] + sums[second]

    covariance = linalg.LinearOperator((m, m), times, dtype=float)
    x, y = centered(x), centered(y)
    solved = numpy.array([linalg.cg(covariance, a, tol=1e-10)[0] for a in numpy.concatenate([x, y])])
    of_x, of_y = solved[: len(x)], solved[len(x) :]
    return of_x @ y.T / numpy.sqrt(numpy.outer((of_x * x).sum(1), (of_y * y).sum(1)))


def bootstrap(score):
    n = 92
    pairs = n * (n - 1) // 2
    models, subjects = (squares(read(name, float, pairs), n) for name in ("models", "subjects"))
    conditions, people = read("conditions", numpy.int32, n), read("people", numpy.int32, len(subjects))

    def work():
        means = []
        for counts, who in zip(conditions, people):
            chosen = numpy.repeat(numpy.arange(n), counts)
            first, second = numpy.triu_indices(n, 1)
            kept = chosen[first] != chosen[second]  # a condition and its copy are no pair
            first, second = first[kept], second[kept]
            rows, columns = chosen[first], chosen[second]
            means.append(score(models[:, rows, columns], subjects[who][:, rows, columns], first, second).mean(axis=1))
        return numpy.percentile(means, [2.5, 97.5], axis=0).sum()

    return work


def whitened_thousand():
    """Without missing pairs: the cosine of doubly centered RDMs."""
    n = 1000
    models, subjects = read("models", float, n * (n - 1) // 2), read("subjects", float, n * (n - 1) // 2)

    def work():
        a, b = (squares(centered(rdvs), n)[0] for rdvs in (models, subjects))
        for d in (a, b):
            d -= d.mean(axis=0)
            d -= d.mean(axis=1, keepdims=True)
        return (a * b).sum() / numpy.sqrt((a * a).sum() * (b * b).sum())

    return work


def weighted_fit():
    pairs = 92 * 91 // 2
    models, subjects = read("models", float, pairs)[:3], read("subjects", float, pairs)

    def work():
        for _ in range(100):
            pooled = stats.zscore(subjects, axis=1).mean(axis=0)
            x = centered(models)
            weights, _ = optimize.nnls(x.T, pooled - pooled.mean())
            weights /= numpy.linalg.norm(weights)
        return weights.sum()

    return work


works = {
    "pearson": lambda: bootstrap(pearson),
    "spearman": lambda: bootstrap(spearman),
    "rho-a": lambda: bootstrap(rho_a),
    "kendall-tau-b": lambda: bootstrap(tau_b),
    "whitened-pearson": lambda: bootstrap(whitened),
    "whitened-1000": whitened_thousand,
    "weighted-fit": weighted_fit,
}
turns.take(
    f"Python {sys.version.split()[0]}, NumPy {numpy.__version__}, SciPy {scipy.__version__}, {turns.blas()}",
    works[sys.argv[1]](),
)
