"""Writes data/golden/clustering-sklearn.json: scikit-learn's measures of given clusterings.

The data and the labels are this script's own (a linear congruential generator), and stand in the
file beside the measures, so that ClusteringTest needs nothing else. Run it again only to move to
another scikit-learn; from the project's folder, in a virtual environment of its own:

    python3 -m venv .venv && .venv/bin/pip install scikit-learn==1.9.1 && .venv/bin/python environment/golden-clustering.py
"""

import json
import pathlib
import platform
import re

import numpy as np
import sklearn
from sklearn import metrics

from congruential import Congruential

SEGMENTS = 300
WIDTH = 5
GENRES = 10


def purity(truth, clusters):
    """Share of segments of their cluster's largest class (Manning et al. 2008, section 16.3)."""
    return metrics.cluster.contingency_matrix(truth, clusters).max(axis=0).sum() / len(truth)


def measures(truth, clusters):
    return {
        "purity": purity(truth, clusters),
        "nmi": metrics.normalized_mutual_info_score(truth, clusters),
        "ami": metrics.adjusted_mutual_info_score(truth, clusters),
        "ari": metrics.adjusted_rand_score(truth, clusters),
    }


def silhouette(values, clusters, sample):
    return metrics.silhouette_score(values[sample], [clusters[i] for i in sample])


def main():
    random = Congruential(1)
    truth = [i * GENRES // SEGMENTS for i in range(SEGMENTS)]
    values = np.array(
        [
            [round(4 * random.next() + (3 if c == truth[i] % WIDTH else 0), 4) for c in range(WIDTH)]
            for i in range(SEGMENTS)
        ]
    )
    clusterings = {
        "related": [t if random.next() < 0.6 else random.below(GENRES) for t in truth],
        "unrelated": [random.below(GENRES) for _ in truth],
        "coarser": [t // 4 for t in truth],
        "finer": [i // 7 for i in range(SEGMENTS)],
        "same": [(t + 3) % GENRES for t in truth],
        "one": [0 for _ in truth],
        "each its own": list(range(SEGMENTS)),
        "with noise": [-1 if random.next() < 0.3 else t // 2 for t in truth],
        "with lone ones": [t if i % 60 else 20 + i for i, t in enumerate(truth)],
    }
    every = list(range(SEGMENTS))
    sample = sorted({random.below(SEGMENTS) for _ in range(120)})
    rows = []
    for name, clusters in clusterings.items():
        row = {"name": name, "clusters": clusters, **measures(truth, clusters)}
        for key, indices in (("silhouette", every), ("silhouetteOfSample", sample)):
            different = len({clusters[i] for i in indices})
            defined = 2 <= different < len(indices)
            row[key] = silhouette(values, clusters, indices) if defined else None
        rows.append(row)
    golden = {
        "scikit-learn": sklearn.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "values": values.tolist(),
        "truth": truth,
        "sample": sample,
        "clusterings": rows,
    }
    out = pathlib.Path(__file__).resolve().parent.parent / "data" / "golden" / "clustering-sklearn.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(golden, indent=1)
    # a row of numbers a line
    text = re.sub(r"\[\s+([^\[\]]*?)\s+\]", lambda m: "[" + " ".join(m[1].split()) + "]", text)
    out.write_text(text + "\n", encoding="utf-8")
    print(f"{out}: scikit-learn {sklearn.__version__}, {out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
