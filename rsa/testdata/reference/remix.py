"""Reference decision values of one class against the rest.

Run with: /usr/bin/python3 remix.py > remix.json
Made with numpy 1.24.2 and scikit-learn 1.2.1.
"""

import json

import numpy as np
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

rng = np.random.default_rng(3)
classes = np.repeat(["animal", "face", "tool"], [8, 10, 12])
centers = {"animal": 0, "face": 1.5, "tool": -1}
fitted = np.round([rng.normal(size=6) * [1, 2, 3, 1, 1, 5] + centers[c] for c in classes], 3)
tested = np.round(rng.normal(size=(7, 6)) * 2, 3)

logistic, lda = [], []
for name in ["animal", "face", "tool"]:
    label = (classes == name).astype(int)
    scaler = StandardScaler().fit(fitted)
    fit = LogisticRegression(C=1 / 0.5, solver="newton-cholesky", tol=1e-14).fit(scaler.transform(fitted), label)
    logistic.append(fit.decision_function(scaler.transform(tested)).tolist())
    fit = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.3).fit(fitted, label)
    lda.append(fit.decision_function(tested).tolist())

print(json.dumps({"fitted": fitted.tolist(), "classes": classes.tolist(), "tested": tested.tolist(), "logistic": logistic, "lda": lda}))
