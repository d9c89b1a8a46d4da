"""Writes data/golden/metrics-sklearn.json: scikit-learn's scores; statsmodels's McNemar tests,
Clopper-Pearson intervals and Holm's correction; SciPy's Welch tests and optimiser.

The predictions are this script's own (a linear congruential generator; probabilities are multiples
of 1/64, so that they are the same numbers in every program, and ties are real ones), and stand in
the file beside the scores, so that MetricsTest and CompareTest need nothing else. Run it again only
to move to other versions; from the project's folder, in a virtual environment of its own:

    python3 -m venv .venv && .venv/bin/pip install scikit-learn==1.9.1 statsmodels==0.15.0 && .venv/bin/python environment/golden-metrics.py
"""

import json
import pathlib
import platform

import numpy as np
import scipy
import sklearn
import statsmodels
from scipy import optimize, stats
from sklearn import metrics
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from congruential import Congruential

BINS = 15
STEPS = 64


def probabilities(random, classes, favourite, strength):
    """Sixty-fourths that sum to 1, more of them for the favourite."""
    counts = [0] * classes
    for _ in range(STEPS):
        counts[favourite if random.next() < strength else random.below(classes)] += 1
    return [count / STEPS for count in counts]


def case(name, seed, classes, tracks, segments, strength, occurring=None):
    """A test part: segments of a track lean to one class, mostly the true one."""
    random = Congruential(seed)
    rows = []
    for t in range(tracks):
        truth = random.below(occurring or classes)
        favourite = truth if random.next() < 0.6 else random.below(classes)
        for s in range(1 + random.below(segments)):
            leaning = favourite if random.next() < 0.7 else random.below(classes)
            rows.append((t, s, truth, probabilities(random, classes, leaning, strength)))
    return {"name": name, "classes": classes, "rows": rows}


def scores(truth, predicted, classes):
    found = {"accuracy": metrics.accuracy_score(truth, predicted)}
    for average in ("macro", "weighted"):
        p, r, f, _ = metrics.precision_recall_fscore_support(
            truth, predicted, average=average, zero_division=0
        )
        found |= {f"{average}_precision": p, f"{average}_recall": r, f"{average}_f1": f}
    every = list(range(classes))
    p, r, f, n = metrics.precision_recall_fscore_support(
        truth, predicted, labels=every, zero_division=0
    )
    found["classes"] = [
        {"precision": p[c], "recall": r[c], "f1": f[c], "support": int(n[c])} for c in every
    ]
    found["confusion"] = metrics.confusion_matrix(truth, predicted, labels=every).tolist()
    return found


def calibration_error(probability, right):
    """Guo et al. (2017), equation 3; bins hold their upper edge."""
    bins = np.digitize(probability, np.arange(1, BINS) / BINS, right=True)
    error = 0
    for b in range(BINS):
        inside = bins == b
        if inside.any():
            error += inside.mean() * abs(right[inside].mean() - probability[inside].mean())
    return error


def judge(case):
    """Scores of segments, of tracks by mean probabilities, and of tracks by vote."""
    classes = case["classes"]
    truth = np.array([row[2] for row in case["rows"]])
    shares = np.array([row[3] for row in case["rows"]])
    track = np.array([row[0] for row in case["rows"]])
    predicted = shares.argmax(axis=1)
    of_tracks, by_mean, by_vote, confidence = [], [], [], []
    for t in np.unique(track):
        inside = track == t
        mean = shares[inside].mean(axis=0)
        votes = np.bincount(predicted[inside], minlength=classes)
        tied = np.flatnonzero(votes == votes.max())
        of_tracks.append(truth[inside][0])
        by_mean.append(mean.argmax())
        by_vote.append(tied[shares[inside].sum(axis=0)[tied].argmax()])
        confidence.append(mean.max())
    of_tracks, by_mean = np.array(of_tracks), np.array(by_mean)
    found = {
        "segment": scores(truth, predicted, classes),
        "track": scores(of_tracks, by_mean, classes),
        "vote": scores(of_tracks, by_vote, classes),
    }
    found["segment"]["ece"] = calibration_error(
        shares.max(axis=1), predicted == truth
    )
    found["track"]["ece"] = calibration_error(
        np.array(confidence), by_mean == of_tracks
    )
    return {**case, **found}


def test_pair(only_a, only_b):
    table = [[100, only_a], [only_b, 100]]
    exact = mcnemar(table, exact=True)
    corrected = mcnemar(table, exact=False, correction=True)
    return {
        "onlyA": only_a,
        "onlyB": only_b,
        "pExact": float(exact.pvalue),
        "chi2": float(corrected.statistic),
        "pChi2": float(corrected.pvalue),
    }


def interval(successes, trials):
    low, high = proportion_confint(successes, trials, alpha=0.05, method="beta")
    return {"successes": successes, "trials": trials, "low": float(low), "high": float(high)}


def welch(a, b):
    """The difference of two means, their variances unequal and estimated from few values."""
    test = stats.ttest_ind(a, b, equal_var=False)
    interval = test.confidence_interval(0.95)
    return {
        "a": a,
        "b": b,
        "p": float(test.pvalue),
        "degrees": float(test.df),
        "low": float(interval.low),
        "high": float(interval.high),
    }


def holm(p):
    return {"p": p, "corrected": multipletests(p, method="holm")[1].tolist()}


def temperature(shares, labels):
    """Minimises the mean cross-entropy of the validation part (Guo et al., 2017, section 4.2)."""

    def loss(log_temperature):
        logits = np.log(shares) / np.exp(log_temperature)
        logits -= logits.max(axis=1, keepdims=True)
        logits -= np.log(np.exp(logits).sum(axis=1, keepdims=True))
        return -logits[np.arange(len(labels)), labels].mean()

    bounds = (np.log(0.1), np.log(10))
    found = optimize.minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-9})
    return float(np.exp(found.x)), float(loss(0)), float(found.fun)


def temperatures(seed, classes, tracks, strength):
    """Segments that say 1/64 of each class at least; of segments and of tracks' means."""
    random = Congruential(seed)
    rows = []
    for t in range(tracks):
        truth = random.below(classes)
        favourite = truth if random.next() < 0.7 else random.below(classes)
        for _ in range(2 + random.below(6)):
            leaning = favourite if random.next() < 0.75 else random.below(classes)
            counts = [1] * classes
            for _ in range(STEPS - classes):
                counts[leaning if random.next() < strength else random.below(classes)] += 1
            rows.append((t, truth, [count / STEPS for count in counts]))
    track = np.array([row[0] for row in rows])
    shares = np.array([row[2] for row in rows])
    labels = np.array([row[1] for row in rows])
    means = np.array([shares[track == t].mean(axis=0) for t in range(tracks)])
    truths = np.array([labels[track == t][0] for t in range(tracks)])
    found = {"rows": rows}
    for level, p, y in (("segments", shares, labels), ("tracks", means, truths)):
        fitted, before, after = temperature(p, y)
        scaled = p ** (1 / fitted)
        scaled /= scaled.sum(axis=1, keepdims=True)
        found[level] = {
            "temperature": fitted,
            "before": before,
            "after": after,
            "ece": calibration_error(scaled.max(axis=1), scaled.argmax(axis=1) == y),
        }
    return found


def main():
    cases = [
        case("ten classes", 1, 10, 60, 10, 0.25),
        case("votes often tied", 2, 4, 50, 2, 0.1),
        case("classes that never occur", 3, 6, 12, 3, 0.3, occurring=3),
        case("one segment a track", 4, 3, 40, 1, 0.5),
        case("sure of itself", 5, 10, 30, 5, 1.0),
    ]
    proportions = [(0, 1), (1, 1), (0, 10), (9, 9), (14, 22), (5, 10), (93, 93), (1, 250), (0, 250)]
    pairs = [(40, 31), (0, 1), (5, 5), (1, 12), (0, 30), (200, 150), (3, 0), (1, 0), (12, 12)]
    samples = [
        ([46.5, 43.8, 56.4], [66.6, 63.0, 61.9]),
        ([0.1, 0.2], [0.9, 1.0, 1.4, 0.7, 0.8]),
        ([3.0, 3.1, 2.9, 3.0], [3.0, 9.0, -3.0]),
        ([1.0, 2.0, 3.0], [3.0, 2.0, 1.0]),
    ]
    tests = [
        [0.01],
        [0.04, 0.01, 0.03],
        [0.5, 0.0001, 0.02, 0.02, 0.9, 0.011],
        [1.0, 0.6, 0.7],
        [0.0, 0.05, 0.05, 0.001],
    ]
    path = pathlib.Path(__file__).parent.parent / "data" / "golden" / "metrics-sklearn.json"
    content = {
        "versions": {
            "sklearn": sklearn.__version__,
            "statsmodels": statsmodels.__version__,
            "scipy": scipy.__version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
        },
        "bins": BINS,
        "cases": [judge(c) for c in cases],
        "mcnemar": [test_pair(a, b) for a, b in pairs],
        "intervals": [interval(k, n) for k, n in proportions],
        "welch": [welch(a, b) for a, b in samples],
        "holm": [holm(p) for p in tests],
        "temperatures": [temperatures(11, 4, 60, 0.8), temperatures(12, 3, 40, 0.4)],
    }
    lines = json.dumps(content, separators=(",", ":"), default=float)
    for mark in ('{"name"', '{"onlyA"', '{"successes"', '{"a"', '{"p"', '{"rows"', '"segment":{', '"track":{', '"vote":{'):
        lines = lines.replace(mark, "\n" + mark)
    path.write_text(lines + "\n", encoding="utf-8")
    print(path)


if __name__ == "__main__":
    main()
