"""What the algorithms of demos cost beside numpy-ml and scikit-learn, on the same data and iterations.

Run with ``python benchmarks/demos.py [--runs 15]``; it needs scikit-learn, and numpy-ml is taken where it is
installed. Every figure is the median of runs that are interleaved, so that noise on the machine meets all of
them alike; one thread does the linear algebra. The results are compared before anything is timed.
"""

from __future__ import annotations

import argparse
import collections
import collections.abc
import importlib
import math
import os
import statistics
import time
import warnings
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")  # before NumPy is imported

import numpy as np

from mlquiz.demos.classical import decision_tree, pca, svm
from mlquiz.demos.clustering import gmm, kmeans
from mlquiz.demos.inference import gaussian_process
from mlquiz.demos.probability import kde

if TYPE_CHECKING:
    from collections.abc import Callable

AGREEMENT = 0.01  # relative, or absolute below 1


class Contest(NamedTuple):
    """The same work by us and by others; each returns one number that tells how well it was done."""

    ours: Callable[[], float]
    others: dict[str, Callable[[], float]]


@cache
def numpy_ml() -> Any:
    """Import numpy-ml, which looks for a name that Python 3.10 moved; None where it isn't installed."""
    collections.Hashable = collections.abc.Hashable  # type: ignore[attr-defined]
    try:
        return importlib.import_module("numpy_ml")
    except ImportError:
        return None


def kmeans_contest(rng: np.random.Generator) -> Contest:
    """Lloyd's iterations from the same start until nothing moves; J."""
    from sklearn.cluster import KMeans

    X = kmeans.blobs(3000, 0.8, rng)
    start = kmeans.plus_plus(X, 8, rng)

    def ours() -> float:
        end = kmeans.kmeans(X, start, 300)
        return kmeans.wcss(X, end.labels, end.centroids)

    def sklearn() -> float:
        return float(KMeans(8, init=start, n_init=1, max_iter=300, tol=0, algorithm="lloyd").fit(X).inertia_)

    return Contest(ours, {"scikit-learn": sklearn})


def gmm_contest(rng: np.random.Generator) -> Contest:
    """Five iterations of EM for three components from the same start; the log-likelihood."""
    from sklearn.mixture import GaussianMixture

    X, _ = gmm.tilted(200, rng)
    start, steps = gmm.broad_start(X, 3, rng), 5

    def ours() -> float:
        return gmm.log_likelihood(X, gmm.em(X, start, steps)[-1])

    def sklearn() -> float:
        model = GaussianMixture(
            3,
            tol=0,
            max_iter=steps,
            reg_covar=gmm.FLOOR,
            weights_init=start.pi,
            means_init=start.mu,
            precisions_init=np.linalg.inv(start.Sigma),
        )
        return float(model.fit(X).score(X) * len(X))

    def theirs() -> float:
        model = numpy_ml().gmm.GMM(C=3)
        begin = {"pi": start.pi.copy(), "mu": start.mu.copy(), "sigma": start.Sigma.copy()}
        begin |= {"Q": np.zeros((len(X), 3)), "best_elbo": -np.inf}
        model._initialize_params = lambda: vars(model).update(begin)  # noqa: SLF001 - it takes no start
        model.fit(X, max_iter=steps, tol=-1)
        return gmm.log_likelihood(X, gmm.Mixture(model.pi, model.mu, model.sigma))

    return Contest(ours, {"scikit-learn": sklearn} | ({"numpy-ml": theirs} if numpy_ml() else {}))


def pca_contest(rng: np.random.Generator) -> Contest:
    """All components of pictures of 64 pixels; the share of the variance in the first four."""
    from sklearn.decomposition import PCA

    P = pca.pictures(1000, rng)

    def ours() -> float:
        variances = pca.pca(P).variances
        return float(variances[:4].sum() / variances.sum())

    def sklearn() -> float:
        return float(PCA(svd_solver="covariance_eigh").fit(P).explained_variance_ratio_[:4].sum())

    return Contest(ours, {"scikit-learn": sklearn})


def svm_contest(rng: np.random.Generator) -> Contest:
    """SMO with an RBF kernel on two rings until the KKT conditions hold to 1e-5; the dual objective."""
    from sklearn.svm import SVC

    X, y = svm.rings(300, rng)
    kernel = svm.rbf(1.0)

    def ours() -> float:
        return svm.objectives(svm.train(X, y, 1.0, kernel), 1.0)[1]

    def sklearn() -> float:
        model = SVC(C=1.0, gamma=0.5, tol=1e-5).fit(X, y)
        weights = model.dual_coef_[0]
        quadratic = weights @ kernel(model.support_vectors_, model.support_vectors_) @ weights
        return float(np.abs(weights).sum() - 0.5 * quadratic)

    return Contest(ours, {"scikit-learn": sklearn})


def tree_contest(rng: np.random.Generator) -> Contest:
    """A tree of depth 4 by Gini's impurity; the share of its training data that it classifies right."""
    from sklearn.tree import DecisionTreeClassifier

    X, y = decision_tree.flowers(1000, rng)

    def ours() -> float:
        tree = decision_tree.grow(X, y, 3, decision_tree.gini, 4, 1)
        return float((decision_tree.predict(tree, X) == y).mean())

    def sklearn() -> float:
        return float(DecisionTreeClassifier(max_depth=4).fit(X, y).score(X, y))

    def theirs() -> float:
        tree = numpy_ml().trees.DecisionTree(max_depth=4, criterion="gini")
        tree.fit(X, y)
        return float((tree.predict(X) == y).mean())

    return Contest(ours, {"scikit-learn": sklearn} | ({"numpy-ml": theirs} if numpy_ml() else {}))


def process_contest(rng: np.random.Generator) -> Contest:
    """A Gaussian process conditioned on 200 points, its mean and covariance at 101; the sum of the means."""
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF

    x, s = gaussian_process.GRID, 0.1
    X = rng.uniform(-5, 5, 200)
    y = gaussian_process.wave(X) + s * rng.standard_normal(len(X))

    def ours() -> float:
        return float(gaussian_process.condition(X, y, x, 1.0, s).mean.sum())

    def sklearn() -> float:
        model = GaussianProcessRegressor(RBF(1.0), alpha=s**2, optimizer=None).fit(X[:, None], y)
        return float(model.predict(x[:, None], return_cov=True)[0].sum())

    def theirs() -> float:
        model = numpy_ml().nonparametric.GPRegression(kernel="RBFKernel(sigma=1)", alpha=s**2)
        model.fit(X[:, None], y)
        return float(model.predict(x[:, None])[0].sum())

    return Contest(ours, {"scikit-learn": sklearn} | ({"numpy-ml": theirs} if numpy_ml() else {}))


def kde_contest(rng: np.random.Generator) -> Contest:
    """A Gaussian kernel density of 1,000 points on a grid of 201; its greatest value."""
    from sklearn.neighbors import KernelDensity

    data, x = kde.sample(1000, rng), kde.GRID

    def ours() -> float:
        return float(kde.kde(x, data, 0.3, kde.gaussian).max())

    def sklearn() -> float:
        return float(np.exp(KernelDensity(bandwidth=0.3).fit(data[:, None]).score_samples(x[:, None])).max())

    return Contest(ours, {"scikit-learn": sklearn})


CONTESTS = {
    "kmeans, n = 3,000, k = 8": kmeans_contest,
    "gmm, n = 200, 5 iterations": gmm_contest,
    "pca, 1,000 x 64": pca_contest,
    "svm, rbf, n = 300": svm_contest,
    "decision-tree, n = 1,000, depth 4": tree_contest,
    "gaussian-process, n = 200": process_contest,
    "kde, n = 1,000": kde_contest,
}


def seconds(work: Callable[[], float]) -> float:
    """Wall time of one run."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def medians(works: dict[str, Callable[[], float]], runs: int) -> dict[str, float]:
    """Median time of each, in turns."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(runs):
        for name, work in works.items():
            times[name].append(seconds(work))
    return {name: statistics.median(values) for name, values in times.items()}


def main() -> None:
    """Print a line for each contest and competitor: the ratio, both medians and both results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    warnings.simplefilter("ignore")  # EM stops at the last iteration, as it should here
    for title, contest_of in CONTESTS.items():
        contest = contest_of(np.random.default_rng(0))
        result = {"ours": contest.ours()} | {name: work() for name, work in contest.others.items()}
        found = medians({"ours": contest.ours, **contest.others}, runs)
        for name in contest.others:
            same = math.isclose(result["ours"], result[name], rel_tol=AGREEMENT, abs_tol=AGREEMENT)
            print(
                f"{title:34} {found['ours'] / found[name]:7.2g} x {name:13}"
                f" ({found['ours'] * 1000:.2f} ms against {found[name] * 1000:.2f} ms;"
                f" {'same result' if same else 'OTHER RESULT'}: {result['ours']:.5g} and {result[name]:.5g})"
            )


if __name__ == "__main__":
    main()
