"""Pairwise linear discriminants with scikit-learn, at one time.

decoding.py FOLDER CONDITIONS TRIALS CHANNELS FOLDS PAIRS SHRINKAGE

FOLDER/trials holds float64, conditions x trials x channels; trial i is in fold
i mod FOLDS. The first PAIRS pairs are told apart; FOLDER/decisions gets the mean
decision value of each towards the condition of the trial.
"""

import os
import sys

import turns

numpy, sklearn, discriminant = turns.modules("numpy", "sklearn", "sklearn.discriminant_analysis")

folder = sys.argv[1]
conditions, trials, channels, folds, pairs = map(int, sys.argv[2:7])
shrinkage = "auto" if sys.argv[7] == "auto" else float(sys.argv[7])
data = numpy.fromfile(os.path.join(folder, "trials")).reshape(conditions, trials, channels)
first, second = (places[:pairs] for places in numpy.triu_indices(conditions, 1))
fold = numpy.tile(numpy.arange(trials) % folds, 2)
side = numpy.repeat([-1, 1], trials)


def work():
    decisions = numpy.empty(pairs)
    for pair in range(pairs):
        x = numpy.concatenate([data[first[pair]], data[second[pair]]])
        margins = numpy.empty(2 * trials)
        for f in range(folds):
            lda = discriminant.LinearDiscriminantAnalysis(solver="lsqr", shrinkage=shrinkage)
            lda.fit(x[fold != f], side[fold != f])
            margins[fold == f] = side[fold == f] * lda.decision_function(x[fold == f])
        decisions[pair] = (margins[:trials].mean() + margins[trials:].mean()) / 2
    decisions.tofile(os.path.join(folder, "decisions"))
    return decisions.sum()


turns.take(f"Python {sys.version.split()[0]}, scikit-learn {sklearn.__version__}, NumPy {numpy.__version__}, {turns.blas()}", work)
