"""Runs scikit-learn's K-means or t-SNE on a matrix of rows, at the word of `bench`, and times it.

    python bench-clustering.py scikit-learn SEED

First answer: {"name": …}, or {"missing": …} without the library. Then, on standard input:

"run kmeans FILE N" gives {"fit": …, "iteration": …, "iterations": N}: ms of a fit of 10 clusters from
one k-means++ start, ended after N iterations, and ms of one iteration: the difference between fits of
N + 1 iterations and of one (the shortest of three) from the same given centroids, by N. Nothing but
convergence ends it sooner (tol=0).

"run tsne FILE" gives {"fit": …}: seconds of TSNE(perplexity=30), 1,000 iterations, of the first 50
principal components.

FILE is an .npy of rows. Reading it and its principal components are not in the times. Values are
float64, as a features JSON gives them. CPU, with the library's own choice of threads. Answers are
JSON, one a line.
"""

import json
import os
import platform
import sys
import time

CLUSTERS = 10
COMPONENTS = 50


class ScikitLearn:
    def __init__(self, seed):
        import numpy
        import sklearn
        import sklearn.cluster
        import sklearn.decomposition
        import sklearn.manifold

        self.numpy = numpy
        self.sklearn = sklearn
        self.seed = seed
        self.name = f"scikit-learn {sklearn.__version__} on NumPy {numpy.__version__}"
        self.prepared = {}

    def rows(self, file):
        if file not in self.prepared:
            self.prepared = {file: self.numpy.load(file).astype(self.numpy.float64)}
        return self.prepared[file]

    def fit(self, rows, init, iterations):
        kmeans = self.sklearn.cluster.KMeans(
            CLUSTERS, init=init, n_init=1, max_iter=iterations, tol=0, random_state=self.seed
        )
        begin = time.perf_counter()
        kmeans.fit(rows)
        return 1000 * (time.perf_counter() - begin), kmeans.n_iter_

    def kmeans(self, file, iterations):
        rows, iterations = self.rows(file), int(iterations)
        whole, done = self.fit(rows, "k-means++", iterations)
        centroids, _ = self.sklearn.cluster.kmeans_plusplus(rows, CLUSTERS, random_state=self.seed)
        one = min(self.fit(rows, centroids, 1)[0] for _ in range(3))
        more, done_more = self.fit(rows, centroids, iterations + 1)
        each = (more - one) / max(1, done_more - 1)
        return {"fit": whole, "iteration": each, "iterations": int(done)}

    def tsne(self, file):
        rows = self.rows(file)
        if rows.shape[1] > COMPONENTS:
            pca = self.sklearn.decomposition.PCA(COMPONENTS, random_state=self.seed)
            rows = pca.fit_transform(rows)
        tsne = self.sklearn.manifold.TSNE(perplexity=30, random_state=self.seed)
        begin = time.perf_counter()
        tsne.fit_transform(rows)
        return {"fit": time.perf_counter() - begin}


def main():
    # what libraries print is no answer
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def answer(**what):
        answers.write(json.dumps(what) + "\n")
        answers.flush()

    try:
        library = {"scikit-learn": ScikitLearn}[sys.argv[1]](int(sys.argv[2]))
    except ImportError as error:
        answer(missing=str(error).splitlines()[0])
        return
    try:
        answer(name=f"{library.name}, Python {platform.python_version()}")
        for line in sys.stdin:
            _, what, *words = line.split()
            answer(**getattr(library, what)(*words))
    except Exception as error:  # whatever it is, bench tells it
        answer(error=f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}")


if __name__ == "__main__":
    main()
