"""Writes data/golden/baselines-sklearn.json: what scikit-learn's classifiers say of the same vectors, and
what numpy and scipy make of a log-mel spectrogram.

The segments are this script's own (a linear congruential generator) and stand in the file beside the
predictions, so that BaselineTest needs nothing else. Run it again only to move to another scikit-learn;
from the project's folder, in a virtual environment of its own:

    python3 -m venv .venv && .venv/bin/pip install scikit-learn==1.9.1 && .venv/bin/python environment/golden-baselines.py
"""

import json
import pathlib
import platform
import re

import numpy as np
import sklearn
from scipy.fft import dct
from scipy.signal import get_window
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from congruential import Congruential

BANDS, RATE, WINDOW = 32, 6, 12  # log-mel: frames a second, seconds of a modulation window
TRAIN, TEST = 96, 48
GENRES, FRAMES, COEFFICIENTS = 4, 6, 3


def segment(random, genre):
    """Frames × coefficients; genres differ in mean, spread and movement, and overlap."""
    level = [3 * random.next() + (1.2 if genre == 1 else 0), 2 * random.next(), random.next()]
    spread = 2.5 if genre == 2 else 1
    rows = []
    for frame in range(FRAMES):
        jump = 1.5 * (frame % 2) if genre == 3 else 0
        rows.append([round(level[c] + spread * random.next() + jump, 3) for c in range(COEFFICIENTS)])
    return rows


def spectrogram(random, frames):
    """Bands × frames, dB, with a beat that grows with the band."""
    beat = np.arange(frames) % 4 == 0
    noise = np.array([[8 * random.next() for _ in range(frames)] for _ in range(BANDS)])
    return (noise - 40 - np.arange(BANDS)[:, None] + np.outer(np.arange(BANDS) / 8, beat)).round(1)


def log_mel_statistics(levels):
    """What baseline --summary full computes, by numpy and scipy."""
    shape = dct(levels, axis=0, norm="ortho")[:24]
    covariance = np.cov(shape, ddof=0)[np.triu_indices(24)]
    window = WINDOW * RATE
    power = []
    for start in range(0, levels.shape[1] - window + 1, window // 2):
        part = levels[:, start : start + window]
        part = part - part.mean(axis=1, keepdims=True)
        power.append(np.abs(np.fft.rfft(part * get_window("hann", window), axis=1)) ** 2)
    power = np.mean(power, axis=0)
    edges = (window // 2) ** (np.arange(17) / 16)
    edges[16] += 1
    frequencies = np.arange(power.shape[1])
    modulation = []
    for low, high in zip(edges, edges[1:]):
        inside = (frequencies >= low) & (frequencies < high)
        if not inside.any():
            inside = frequencies == round(np.sqrt(low * high))
        modulation.append(np.log(power[:, inside].mean(axis=1) + 1e-6))
    return np.concatenate(
        [levels.mean(axis=1), levels.std(axis=1), shape.mean(axis=1), shape.std(axis=1)]
        + [covariance, np.ravel(modulation, order="F")]
    )


def main():
    random = Congruential(1)
    labels = [i % GENRES for i in range(TRAIN + TEST)]
    segments = np.array([segment(random, label) for label in labels], dtype=np.float32)
    x = segments.astype(np.float64)
    statistics = np.concatenate(
        [x.mean(axis=1), x.std(axis=1), np.abs(np.diff(x, axis=1)).mean(axis=1)], axis=1
    )
    scaled = StandardScaler().fit(statistics[:TRAIN]).transform(statistics)
    train, test = scaled[:TRAIN], scaled[TRAIN:]
    y = labels[:TRAIN]
    logistic = OneVsRestClassifier(LogisticRegression(solver="liblinear", tol=1e-6)).fit(train, y)
    svm = SVC(C=10, gamma="scale").fit(train, y)
    knn = KNeighborsClassifier(5).fit(train, y)
    levels = spectrogram(Congruential(2), 108)
    golden = {
        "scikit-learn": sklearn.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "train": TRAIN,
        "frames": FRAMES,
        "coefficients": COEFFICIENTS,
        "labels": labels,
        "segments": segments.reshape(len(labels), -1).astype(np.float64).round(3).tolist(),
        "statistics": statistics.round(6).tolist(),
        "logistic": logistic.predict_proba(test).round(6).tolist(),
        "knn": knn.predict_proba(test).round(6).tolist(),
        "svm": svm.predict(test).tolist(),
        "logmel": levels.T.tolist(),
        "full": log_mel_statistics(levels).round(5).tolist(),
    }
    out = pathlib.Path(__file__).resolve().parent.parent / "data" / "golden" / "baselines-sklearn.json"
    text = json.dumps(golden, indent=1)
    # a row of numbers a line
    text = re.sub(r"\[\s+([^\[\]]*?)\s+\]", lambda m: "[" + " ".join(m[1].split()) + "]", text)
    out.write_text(text + "\n", encoding="utf-8")
    for name in ("logistic", "knn"):
        print(name, (np.argmax(golden[name], axis=1) == labels[TRAIN:]).mean())
    print("svm", (np.array(golden["svm"]) == labels[TRAIN:]).mean())
    print(f"{out}: scikit-learn {sklearn.__version__}, {out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
