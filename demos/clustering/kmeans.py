"""k-means: give each point to the nearest centroid, move each centroid to the mean of its points, repeat.

Sheet 3.23.1. Lloyd, Least squares quantization in PCM (1982); Arthur & Vassilvitskii, k-means++ (2007).
"""

import math
from collections.abc import Generator, Iterator
from itertools import pairwise
from typing import Annotated, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Between, Check, Frame, Histogram, Line, Say, Scatter, Table

Array = NDArray[np.float64]
Labels = NDArray[np.intp]


def squared_distances(X: Array, C: Array) -> Array:
    r"""Return $\lVert x_i-c_j\rVert^2$ (n, k) for the rows of X (n, d) and of C (k, d)."""
    D2: Array = ((X[:, None] - C) ** 2).sum(axis=-1)
    return D2


def assign(X: Array, centroids: Array) -> Labels:
    r"""Labels (n,) of the nearest centroids: $\arg\min_j\lVert x_i-\mu_j\rVert^2$ (Bishop, PRML, eq. 9.2)."""
    nearest: Labels = squared_distances(X, centroids).argmin(axis=1)
    return nearest


def move(X: Array, labels: Labels, centroids: Array) -> Array:
    """Centroids (k, d) at the means of their points (PRML, eq. 9.4); one without points stays where it is."""
    members = labels[:, None] == np.arange(len(centroids))
    sizes = members.sum(axis=0)[:, None]
    return np.where(sizes > 0, members.T @ X / np.maximum(sizes, 1), centroids)


def wcss(X: Array, labels: Labels, centroids: Array) -> float:
    r"""Within-cluster sum of squares $J=\sum_i\lVert x_i-\mu_{z_i}\rVert^2$ (PRML, eq. 9.1)."""
    return float(((X - centroids[labels]) ** 2).sum())


class HalfStep(NamedTuple):
    """What k-means knows after an assignment or a move: labels (n,), centroids (k, d) and J."""

    labels: Labels
    centroids: Array
    J: float


def lloyd(X: Array, centroids: Array, max_iter: int = 100) -> Iterator[HalfStep]:
    """Assign and move in turn until no label changes; the last half step is always a move."""
    labels = assign(X, centroids)
    for _ in range(max_iter):
        yield HalfStep(labels, centroids, wcss(X, labels, centroids))
        centroids = move(X, labels, centroids)
        yield HalfStep(labels, centroids, wcss(X, labels, centroids))
        before, labels = labels, assign(X, centroids)
        if (labels == before).all():
            return


def kmeans(X: Array, centroids: Array, max_iter: int = 100) -> HalfStep:
    """Where Lloyd's algorithm ends from the given centroids (k, d): a local minimum of J."""
    *_, end = lloyd(X, centroids, max_iter)
    return end


def random_start(X: Array, k: int, rng: np.random.Generator) -> Array:
    """Draw k different rows of X (n, d), all equally likely."""
    return X[rng.choice(len(X), k, replace=False)]


def plus_plus(X: Array, k: int, rng: np.random.Generator) -> Array:
    """Draw k rows of X, each in proportion to its squared distance to those drawn before (k-means++)."""
    drawn = [int(rng.integers(len(X)))]
    while len(drawn) < k:
        D2 = squared_distances(X, X[drawn]).min(axis=1)
        drawn.append(int(rng.choice(len(X), p=D2 / D2.sum())))
    return X[drawn]


def silhouette(X: Array, labels: Labels) -> float:
    """Mean of (b - a)/max(a, b), for at least two clusters; a point alone in its cluster counts 0.

    a is the mean distance to the others of one's own cluster, b the smallest mean distance to another
    cluster (Rousseeuw, 1987).
    """
    own = labels[:, None] == np.unique(labels)
    sizes = own.sum(axis=0)
    totals = np.sqrt(squared_distances(X, X)) @ own
    others = (own @ sizes) - 1
    a = totals[own] / np.maximum(others, 1)
    b = np.where(own, np.inf, totals / sizes).min(axis=1)
    return float(np.where(others > 0, (b - a) / np.maximum(a, b), 0.0).mean())


START = {"random": random_start, "kmeans++": plus_plus}
CENTRES = np.array([[-4.0, -1.5], [-1.5, 2.5], [2.0, -2.5], [4.5, 1.5]])


def blobs(n: int, spread: float, rng: np.random.Generator) -> Array:
    """Points (n, 2) around four centres, the same number at each, with standard deviation `spread`."""
    return CENTRES[np.arange(n) % len(CENTRES)] + spread * rng.standard_normal((n, 2))


def demo(
    n: Annotated[int, "points", Between(10, 1000)] = 300,
    k: Annotated[int, "clusters to look for (the data has 4)", Between(1, 20)] = 4,
    init: Annotated[Literal["kmeans++", "random"], "how the centroids of the film start"] = "kmeans++",
    spread: Annotated[float, "standard deviation of a blob", Between(0.1, 3.0)] = 0.8,
    runs: Annotated[int, "runs from each kind of start", Between(2, 50)] = 30,
    seed: int = 0,
) -> Iterator[Frame]:
    """Centroids walk into four blobs; then many starts show that some never find them."""
    if k > n:
        raise ValueError(f"k = {k} clusters need at least {k} points, and n is {n}")
    rng = np.random.default_rng(seed)
    X = blobs(n, spread, rng)
    yield Say(
        r"k-means looks for centroids that make $J=\sum_i\lVert x_i-\mu_{z_i}\rVert^2$ small. "
        r"It gives each point to the nearest centroid, $z_i=\arg\min_j\lVert x_i-\mu_j\rVert^2$, "
        r"and moves each centroid to the mean of its points, in turn."
    )
    steps = yield from film(X, START[init](X, k, rng))
    yield from compare_starts(X, k, runs, rng)
    yield from choose_k(X, rng)
    yield from checks(X, steps)


def film(X: Array, start: Array) -> Generator[Frame, None, list[HalfStep]]:
    """Play one run of Lloyd's algorithm with the paths of the centroids, and return its half steps."""
    yield Scatter("points", X, marks=start)
    steps = list(lloyd(X, start))
    for t, (labels, centroids, J) in enumerate(steps):
        paths = np.stack([start, *(step.centroids for step in steps[: t + 1])], axis=1)
        what = "centroids move to the means of their points" if t % 2 else "points join the nearest centroid"
        yield Say(f"Iteration {t // 2 + 1}: {what}, J = {J:.1f}.", name="step")
        yield Scatter(
            "points",
            X,
            labels=labels,
            marks=centroids,
            curves={f"path {j}": path for j, path in enumerate(paths)},
        )
        yield Line("J", [step.J for step in steps[: t + 1]], x_label="half steps")
    yield Say(f"No point changes its cluster any more: a local minimum of J, at {J:.1f}.", name="step")
    return steps


def compare_starts(X: Array, k: int, runs: int, rng: np.random.Generator) -> Iterator[Frame]:
    """Play where many runs end, from random starts and from k-means++."""
    ends = {name: [kmeans(X, start(X, k, rng)).J for _ in range(runs)] for name, start in START.items()}
    best = min(min(J) for J in ends.values())
    hits = {name: sum(J_end <= 1.001 * best for J_end in J) for name, J in ends.items()}
    yield Ask(
        "runs",
        f"Now {runs} runs, each from {k} points drawn at random. How many end at the lowest J of all?",
        ("all of them", "at least half of them, not all", "fewer than half of them"),
        answer=0 if hits["random"] == runs else 1 if 2 * hits["random"] >= runs else 2,
        why="Each run slides into the local minimum next to its start: two centroids that share a blob "
        "leave two other blobs to one centroid, and no half step leads out of that.",
    )
    for shown in range(1, runs + 1):
        yield Histogram("J at the end", {name: J[:shown] for name, J in ends.items()}, x_label="J")
    yield Table(
        "runs that end at the lowest J", ("start", "runs", "of"), [(*hit, runs) for hit in hits.items()]
    )


def choose_k(X: Array, rng: np.random.Generator) -> Iterator[Frame]:
    """Play the elbow of J and the peak of the silhouette for k = 1 to 8, each the best of five runs."""
    yield Ask(
        "choice",
        "We try k = 1 to 8 clusters. At which k is J smallest?",
        ("k = 4, the number of blobs", "k = 8, the most clusters", "k = 1, the fewest clusters"),
        answer=1,
        why="One more centroid can always take some squares away, so J alone never chooses k. "
        "Look for the elbow where J stops falling fast, or for the highest silhouette.",
    )
    J, s = [], [np.nan]
    for k in range(1, 9):
        best = min((kmeans(X, plus_plus(X, k, rng)) for _ in range(5)), key=lambda end: end.J)
        J.append(best.J)
        if k > 1:
            s.append(silhouette(X, best.labels))
        yield Line("lowest J for each k", J.copy(), x=range(1, k + 1), x_label="k", log_y=True)
        yield Line("silhouette for each k", s.copy(), x=range(1, k + 1), x_label="k")


def pairwise_wcss(X: Array, labels: Labels) -> float:
    r"""J without centroids: $\sum_j\frac{1}{2n_j}\sum_{i,l\in C_j}\lVert x_i-x_l\rVert^2$ (sheet 3.23.1)."""
    clusters = (X[labels == j] for j in np.unique(labels))
    return float(sum(squared_distances(C, C).sum() / (2 * len(C)) for C in clusters))


def checks(X: Array, steps: list[HalfStep]) -> Iterator[Check]:
    """Compare the run with brute force and with a formula that knows no centroid."""
    labels, centroids, J = steps[-1]
    rise = max(after.J - before.J for before, after in pairwise(steps))
    yield Check("the largest rise of J in a half step", rise, 0.0, 1e-9 * J, "<=")
    detours = (
        math.dist(x, centroids[z]) - min(math.dist(x, mu) for mu in centroids)
        for x, z in zip(X, labels, strict=True)
    )
    yield Check("how much nearer a point is to another centroid", max(detours), 0.0, 1e-9)
    yield Check("J against the distances between points", J, pairwise_wcss(X, labels), 1e-9 * J)
