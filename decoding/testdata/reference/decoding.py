"""Reference classifiers of formula trials, by scikit-learn.

Run: python3 decoding.py > decoding.json

Numbers come from a generator that other languages have too: s = (1103515245 s +
12345) mod 2^31, u = s/2^31, a number is the sum of 12 successive u minus 6. "lda"
are 14 trials of two conditions, the first seven moved, and 4 more for test.
"pairs" tells 4 conditions of 6 trials apart, trial i in fold i mod 3;
"later" are the same conditions at another time. CoSMoMVPA is
its published formula. "mnn" are covariances as Guggenmos et al. (2018) average
them, of conditions x trials x channels x times.
"""
import json
import platform

import numpy
import sklearn
from sklearn.covariance import ledoit_wolf
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC


def gauss(seed, *shape):
    values, s = numpy.empty(numpy.prod(shape)), seed
    for i in range(len(values)):
        total = 0.0
        for _ in range(12):
            s = (1103515245 * s + 12345) % 2**31
            total += s / 2**31
        values[i] = total - 6
    return values.reshape(shape)


def lda(shrinkage):
    return LinearDiscriminantAnalysis(solver="lsqr", shrinkage=shrinkage)


def svm():
    return SVC(kernel="linear", C=1, tol=1e-10)


def told(classifier, x, y, test):
    fitted = classifier.fit(x, y)
    return {"coef": fitted.coef_[0].tolist(), "intercept": float(fitted.intercept_[0]), "decision": fitted.decision_function(test).tolist()}


def cosmo(x, y, test, share):
    means = numpy.array([x[y == 0].mean(0), x[y == 1].mean(0)])
    residuals = x - means[y]
    s = residuals.T @ residuals / len(x)
    w = numpy.linalg.solve(s + share * numpy.trace(s) / len(s) * numpy.eye(len(s)), means[1] - means[0])
    return {"coef": w.tolist(), "intercept": float(-means.mean(0) @ w), "decision": (test @ w - means.mean(0) @ w).tolist()}


def pairs(make, x, y, fold, later=None):
    """Accuracy and decision value of every pair, over all folds; tested at the same time or later."""
    tested = x if later is None else later
    accuracy, decision = [], []
    for a in range(4):
        for b in range(a + 1, 4):
            margins = {a: [], b: []}
            for f in range(3):
                train, test = (fold != f) & ((y == a) | (y == b)), (fold == f) & ((y == a) | (y == b))
                scores = make().fit(x[train], y[train] == b).decision_function(tested[test])
                for score, own in zip(scores, y[test]):
                    margins[own].append(score if own == b else -score)
            accuracy.append(numpy.mean([numpy.mean(numpy.array(m) > 0) for m in margins.values()]))
            decision.append(numpy.mean([numpy.mean(m) for m in margins.values()]))
    return {"accuracy": accuracy, "decision": decision}


def pooled(shrinkage, x, y, fold):
    """The same, by one classifier of all conditions for every fold."""
    scores = numpy.empty((len(x), 4))
    for f in range(3):
        scores[fold == f] = lda(shrinkage).fit(x[fold != f], y[fold != f]).decision_function(x[fold == f])
    decision = []
    for a in range(4):
        for b in range(a + 1, 4):
            decision.append(((scores[y == a, a] - scores[y == a, b]).mean() + (scores[y == b, b] - scores[y == b, a]).mean()) / 2)
    return decision


def covariance(x):
    scaler = StandardScaler().fit(x)
    return scaler.scale_[:, None] * ledoit_wolf(scaler.transform(x))[0] * scaler.scale_


def normalization(sigma):
    values, vectors = numpy.linalg.eigh(sigma)
    return {"sigma": sigma.ravel().tolist(), "whitener": (vectors / numpy.sqrt(values) @ vectors.T).ravel().tolist()}


z = gauss(1, 18, 6)
x, y, test = z[:14].copy(), numpy.repeat([0, 1], 7), z[14:]
x[:7, 0] += 1.2
x[:7, 3] -= 0.7
trials = gauss(5, 24, 9) + numpy.repeat(gauss(6, 4, 9), 6, axis=0)
later = gauss(7, 24, 9) + numpy.repeat(gauss(6, 4, 9), 6, axis=0) + 0.3
conditions, fold = numpy.repeat(numpy.arange(4), 6), numpy.arange(24) % 3
m = gauss(3, 3, 4, 5, 20)

json.dump({
    "made with": {"Python": platform.python_version(), "NumPy": numpy.__version__, "scikit-learn": sklearn.__version__},
    "lda": {
        "0.1": told(lda(0.1), x, y, test), "0.5": told(lda(0.5), x, y, test), "auto": told(lda("auto"), x, y, test),
        "cosmo:0.01": cosmo(x, y, test, 0.01), "cosmo:0.1": cosmo(x, y, test, 0.1),
    },
    "svm": told(svm(), x, y, test),
    "shrinkage": float(ledoit_wolf(x - x.mean(0))[1]),
    "pairs": {
        "lda 0.1": pairs(lambda: lda(0.1), trials, conditions, fold),
        "lda auto": pairs(lambda: lda("auto"), trials, conditions, fold),
        "svm": pairs(svm, trials, conditions, fold),
        "lda 0.1 later": pairs(lambda: lda(0.1), trials, conditions, fold, later),
        "lda auto later": pairs(lambda: lda("auto"), trials, conditions, fold, later),
        "svm later": pairs(svm, trials, conditions, fold, later),
    },
    "pooled": {"0.1": pooled(0.1, trials, conditions, fold), "auto": pooled("auto", trials, conditions, fold)},
    "mnn": {
        "time": normalization(numpy.mean([[covariance(c[:, :, t]) for t in range(20)] for c in m], axis=(0, 1))),
        "epoch": normalization(numpy.mean([[covariance(trial.T) for trial in c] for c in m], axis=(0, 1))),
        "baseline": normalization(numpy.mean([[covariance(trial[:, :8].T) for trial in c] for c in m], axis=(0, 1))),
    },
}, __import__("sys").stdout, indent=1)
