"""Reference fits of every regression.

Run with: /usr/bin/python3 sklearn.py > sklearn.json
Made with numpy 1.24.2, scipy 1.10.1 and scikit-learn 1.2.1. Logistic regression
is minimized by scipy from its definition, from the solution of scikit-learn,
which ends at a gradient of 1e-10.
"""

import json
import sys

sys.path.pop(0)  # this file is not the package of its name
import numpy as np
import scipy
import sklearn
from scipy import optimize, special
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler

rng = np.random.default_rng(7)


def problem(observations, features, targets=2):
    x = rng.normal(size=(observations, features)) * rng.uniform(0.1, 10, features) + rng.normal(size=features) * 3
    y = x @ rng.normal(size=(features, targets)) + rng.normal(size=(observations, targets)) * 4 + 2
    return np.round(x, 3), np.round(y, 3)


def fitted(coefficients, intercept):
    return {"coefficients": np.asarray(coefficients).tolist(), "intercept": np.asarray(intercept).tolist()}


def standardized(fit, x, y):
    scaler = StandardScaler().fit(x)
    coefficients, intercept = fit(scaler.transform(x), y)
    coefficients = coefficients / scaler.scale_[:, None]
    return fitted(coefficients, intercept - scaler.mean_ @ coefficients)


def ridge(penalty):
    def fit(x, y):
        r = Ridge(alpha=penalty, solver="svd").fit(x, y)
        return r.coef_.T, r.intercept_
    return fit


def nnls(penalty=0.0):
    def fit(x, y):
        mx, my = x.mean(0), y.mean(0)
        a = np.vstack([x - mx, np.sqrt(penalty) * np.eye(x.shape[1])])
        c = np.array([optimize.nnls(a, np.r_[y[:, t] - my[t], np.zeros(x.shape[1])])[0] for t in range(y.shape[1])]).T
        return c, my - mx @ c
    return fit


def linear(observations, features):
    x, y = problem(observations, features)
    case = {"x": x.tolist(), "y": y.tolist()}
    if observations > features + 1:
        ols = LinearRegression().fit(x, y)
        case["ols"] = fitted(ols.coef_.T, ols.intercept_)
        raw = np.linalg.lstsq(x, y, rcond=None)[0]
        case["ols raw"] = fitted(raw, np.zeros(2))
        case["nnls raw"] = fitted(np.array([optimize.nnls(x, y[:, t])[0] for t in range(2)]).T, np.zeros(2))
    for penalty in (0.5, 20):
        case[f"ridge {penalty:g}"] = fitted(*ridge(penalty)(x, y))
        case[f"ridge standardized {penalty:g}"] = standardized(ridge(penalty), x, y)
        case[f"nnls {penalty:g}"] = fitted(*nnls(penalty)(x, y))
        case[f"nnls standardized {penalty:g}"] = standardized(nnls(penalty), x, y)
    return case


def logistic(x, classes, penalty):
    truth = np.eye(classes.max() + 1)[classes]
    n, p = x.shape
    k = truth.shape[1]

    def cost(v):
        b, a = v[: p * k].reshape(p, k), v[p * k :]
        z = x @ b + a
        loss = special.logsumexp(z, axis=1)
        miss = np.exp(z - loss[:, None]) - truth
        gradient = np.r_[(x.T @ miss + penalty * b).ravel(), miss.sum(0)]
        return loss.sum() - (z * truth).sum() + penalty / 2 * (b**2).sum(), gradient

    v = np.zeros(p * k + k)
    if k > 2:
        s = LogisticRegression(C=1 / penalty, multi_class="multinomial", tol=1e-12, max_iter=100000).fit(x, classes)
        v = np.r_[s.coef_.T.ravel(), s.intercept_]
    for _ in range(5):
        v = optimize.minimize(cost, v, jac=True, method="BFGS", options={"gtol": 1e-10}).x
    v = optimize.root(lambda v: cost(v)[1], v, method="lm", options={"xtol": 1e-15, "ftol": 1e-15}).x
    assert np.abs(cost(v)[1]).max() < 1e-9, np.abs(cost(v)[1]).max()
    intercept = v[p * k :]
    return fitted(v[: p * k].reshape(p, k), intercept - intercept.mean())


def classification(observations, features, count):
    classes = np.r_[np.arange(count), rng.integers(0, count, observations - count)]
    x = np.round(rng.normal(size=(observations, features)) + 0.7 * rng.normal(size=(count, features))[classes], 3)
    case = {"x": x.tolist(), "labels": [f"class {c}" for c in classes]}
    for shrinkage in (0, 0.3, 1):
        if shrinkage == 0 and features >= observations - count:
            continue
        # Two classes: scikit-learn keeps the difference of the two columns.
        lda = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=shrinkage or None).fit(x, classes)
        c = fitted(lda.coef_.T, lda.intercept_)
        case[f"lda {shrinkage:g}"] = c
    for penalty in (0.1, 5):
        case[f"logistic {penalty:g}"] = logistic(x, classes, penalty)
    return case


def components(observations, features):
    x, _ = problem(observations, features)
    p = PCA(svd_solver="full").fit(x)
    axes = p.components_.T[:, : min(observations - 1, features)]
    axes = axes * np.sign(axes[np.abs(axes).argmax(0), np.arange(axes.shape[1])])
    return {"x": x.tolist(), "axes": axes.tolist(), "variance": p.explained_variance_.tolist(), "share": p.explained_variance_ratio_.tolist()}


print(json.dumps({
    "versions": {"numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__},
    "linear": [linear(12, 3), linear(30, 8), linear(6, 9)],
    "classes": [classification(25, 3, 3), classification(20, 4, 2), classification(9, 12, 3)],
    "components": [components(10, 4), components(5, 9)],
}))
