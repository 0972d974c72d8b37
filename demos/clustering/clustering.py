"""Clustering: what k-means, a Gaussian mixture, spectral clustering and DBSCAN each take for a cluster.

Sheet 3.23. Hubert & Arabie, Comparing partitions (1985); Rousseeuw, Silhouettes (1987). Points X (n, 2),
labels (n,).
"""

from collections.abc import Callable, Iterator
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Between, Check, Frame, Say, Scatter, Table

from .dbscan import NOISE, core_points, k_distances, moons, neighbourhoods, visits
from .gmm import best_start, e_step, em
from .kmeans import blobs, kmeans, lloyd, plus_plus, silhouette
from .spectral import coordinates, rings, similarities, spectrum

Array = NDArray[np.float64]
Labels = NDArray[np.intp]

MIN_PTS = 5
NAMES = (*"123456", "others", "noise")
STAGES = 6  # states of each method that are shown


def contingency(a: Labels, b: Labels) -> Array:
    """How many points have each pair of labels (labels of a, labels of b)."""
    rows, columns = np.unique(a, return_inverse=True)[1], np.unique(b, return_inverse=True)[1]
    counts = np.zeros((rows.max() + 1, columns.max() + 1))
    np.add.at(counts, (rows, columns), 1)
    return counts


def pairs(counts: Array) -> Array:
    r"""$\binom{m}{2}$ for each count m."""
    return counts * (counts - 1) / 2


def adjusted_rand(a: Labels, b: Labels) -> float:
    r"""$\frac{S-E}{(A+B)/2-E}$ with $E=AB/\binom n2$: 1 for equal clusterings, 0 on average for random ones.

    S counts the pairs together in both, A and B those together in each (Hubert & Arabie, eq. 5).
    """
    counts = contingency(a, b)
    S, A, B = (float(pairs(m).sum()) for m in (counts, counts.sum(axis=1), counts.sum(axis=0)))
    E = A * B / float(pairs(np.array(len(a))))
    return (S - E) / ((A + B) / 2 - E) if A + B != 2 * E else 1.0


def by_kmeans(X: Array, k: int, rng: np.random.Generator) -> list[Labels]:
    """The labels (n,) of each step of the best of ten runs."""
    start = min((plus_plus(X, k, rng) for _ in range(10)), key=lambda C: kmeans(X, C).J)
    return [step.labels for step in lloyd(X, start)]


def by_mixture(X: Array, k: int, rng: np.random.Generator) -> list[Labels]:
    """The likeliest components (n,) after each of 40 iterations of EM."""
    return [e_step(X, mixture).argmax(axis=1) for mixture in em(X, best_start(X, k, rng), 40)]


def by_spectrum(X: Array, k: int, rng: np.random.Generator) -> list[Labels]:
    """The labels (n,) of each step of k-means in the coordinates of the Laplacian."""
    sigma = float(np.median(k_distances(X, MIN_PTS)))
    return by_kmeans(coordinates(spectrum(similarities(X, sigma))[1], k), k, rng)


def by_density(X: Array, k: int, rng: np.random.Generator) -> list[Labels]:  # noqa: ARG001 - finds k itself
    """The labels (n,) after each visit of DBSCAN; nearly all points have five points within its radius."""
    near = neighbourhoods(X, float(np.quantile(k_distances(X, MIN_PTS), 0.98)))
    return [np.full(len(X), NOISE), *(visit.labels for visit in visits(near, core_points(near, MIN_PTS)))]


METHODS: dict[str, Callable[[Array, int, np.random.Generator], list[Labels]]] = {
    "k-means": by_kmeans,
    "GMM": by_mixture,
    "spectral": by_spectrum,
    "DBSCAN": by_density,
}


def uneven(n: int, spread: float, rng: np.random.Generator) -> tuple[Array, Labels]:
    """Points (n, 2) in a small dense cluster and a wide thin one, and their cluster (n,)."""
    z = (np.arange(n) % 3 == 0).astype(np.intp)
    widths = np.where(z, 4 * spread, 25 * spread)[:, None]
    return np.outer(z, [4.0, 0.0]) + widths * rng.standard_normal((n, 2)), z


def data_sets(n: int, noise: float, rng: np.random.Generator) -> dict[str, tuple[Array, Labels]]:
    """Four sets of points (n, 2) with variance 1, and their true clusters (n,)."""
    made = {
        "blobs": (blobs(n, 10 * noise, rng), np.arange(n) % 4),
        "moons": moons(n, noise, rng),
        "rings": rings(n, noise, rng),
        "uneven": uneven(n, noise, rng),
    }
    return {name: ((X - X.mean(axis=0)) / X.std(axis=0), z) for name, (X, z) in made.items()}


def scores(X: Array, labels: Labels, truth: Labels) -> tuple[float, float]:
    """Adjusted Rand index, and silhouette where there are at least two clusters (else -1)."""
    several = len(np.unique(labels)) > 1
    return adjusted_rand(labels, truth), silhouette(X, labels) if several else -1.0


class Result(NamedTuple):
    """What a method makes of a data set: points, true clusters, labels (n,), and both scores."""

    X: Array
    truth: Labels
    labels: Labels
    rand: float
    silhouette: float


Results = dict[tuple[str, str], Result]


def demo(
    n: Annotated[int, "points in each data set", Between(40, 400)] = 200,
    noise: Annotated[float, "spread of the data sets", Between(0.01, 0.2)] = 0.06,
    seed: int = 0,
) -> Iterator[Frame]:
    """Four methods on four data sets: each wins where the clusters are what it takes for clusters."""
    rng = np.random.default_rng(seed)
    yield Say(
        r"Four methods look for clusters. The adjusted Rand index $\frac{S-E}{(A+B)/2-E}$ compares S, the "
        r"pairs of points together in both result and truth, with the E expected by chance, from the A and B "
        r"pairs together in each; the silhouette $\frac{b-a}{\max(a,b)}$ needs no truth."
    )
    results: Results = {}
    for data, (X, truth) in data_sets(n, noise, rng).items():
        found = {method: run(X, int(truth.max()) + 1, rng) for method, run in METHODS.items()}
        for method, states in found.items():
            results[data, method] = Result(X, truth, states[-1], *scores(X, states[-1], truth))
        if data == "uneven":
            yield bet_on_uneven(results)
        yield from contest(data, X, found, results)
    yield from without_truth(results)
    yield from checks(results, rng)


def contest(data: str, X: Array, found: dict[str, list[Labels]], results: Results) -> Iterator[Frame]:
    """Play all methods on one data set side by side, and the tables of their scores so far."""
    yield Say(f"Data set: {data}. All but DBSCAN are told how many clusters there are.", name="step")
    for share in np.linspace(0, 1, STAGES):
        for method, states in found.items():
            labels = states[round(share * (len(states) - 1))]
            result = results[data, method]
            last = f"Rand {result.rand:.2f}, silhouette {result.silhouette:.2f}" if share == 1 else ""
            yield Scatter(f"{data}: {method}", X, labels=shown(labels), x_label=last, class_names=NAMES)
    yield table("adjusted Rand index", results, 3)
    yield table("silhouette", results, 4)


def shown(labels: Labels) -> Labels:
    """Labels in the order of the clusters' sizes; those after the sixth share one, and noise has its own."""
    names, sizes = np.unique(labels[labels != NOISE], return_counts=True)
    rank = {name: min(place, 6) for place, name in enumerate(names[np.argsort(-sizes, kind="stable")])}
    return np.array([rank.get(label, 7) for label in labels])


def table(name: str, results: Results, field: int) -> Table:
    """One score of all results: a row for each data set, the best of a row starred."""
    rows = []
    for data in dict.fromkeys(data for data, _ in results):
        row = [round(float(results[data, method][field]), 2) + 0.0 for method in METHODS]
        rows.append((data, *(f"{score:.2f}{'*' * (score == max(row))}" for score in row)))
    return Table(name, ("", *METHODS), rows)


def bet_on_uneven(results: Results) -> Ask:
    """Ask who wins where one cluster is dense and the other thin."""
    rand = [results["uneven", method].rand for method in METHODS]
    return Ask(
        "uneven",
        "Last, a small dense cluster beside a wide thin one. Which method finds them best?",
        tuple(METHODS),
        answer=int(np.argmax(rand)),
        why="A mixture has a width for each component. k-means cuts halfway between two centres, and one "
        "radius for all, as in DBSCAN or the similarities, is wrong for one of the two.",
    )


def without_truth(results: Results) -> Iterator[Frame]:
    """Ask which clustering of the rings the silhouette prefers, and show it."""
    halves = results["rings", "k-means"]
    true_rings = silhouette(halves.X, halves.truth)
    yield Ask(
        "no truth",
        "Mostly one has no truth to compare with. Which clusters of the rings have the higher silhouette?",
        ("the true rings", "the halves that k-means cuts"),
        answer=0 if true_rings >= halves.silhouette else 1,
        why=f"The rings have {true_rings:.2f}, the halves {halves.silhouette:.2f}. The silhouette compares "
        "mean distances, so it takes compact clusters for good ones, as k-means does.",
    )
    yield Table(
        "silhouette of the rings",
        ("clusters", ""),
        [("true rings", true_rings), ("halves", halves.silhouette)],
    )


def rand_by_pairs(a: Labels, b: Labels) -> float:
    """The adjusted Rand index from all pairs of points, one by one."""
    i, j = np.triu_indices(len(a), 1)
    same_a, same_b = a[i] == a[j], b[i] == b[j]
    both, neither = int((same_a & same_b).sum()), int((~same_a & ~same_b).sum())
    only_a, only_b = int((same_a & ~same_b).sum()), int((~same_a & same_b).sum())
    below = (both + only_a) * (only_a + neither) + (both + only_b) * (only_b + neither)
    return 2 * (both * neither - only_a * only_b) / below if below else 1.0


def silhouette_of(X: Array, labels: Labels, i: int) -> float:
    """(b - a)/max(a, b) of one point, cluster by cluster."""
    far = np.linalg.norm(X - X[i], axis=1)
    own = labels == labels[i]
    if own.sum() == 1:
        return 0.0
    a = float(far[own].sum() / (own.sum() - 1))
    b = min(float(far[labels == other].mean()) for other in np.unique(labels[~own]))
    return (b - a) / max(a, b)


def checks(results: Results, rng: np.random.Generator) -> Iterator[Check]:
    """Compare with all pairs, with shuffled labels, and with distances point by point."""
    off = max(abs(each.rand - rand_by_pairs(each.labels, each.truth)) for each in results.values())
    yield Check("adjusted Rand index from all pairs apart", off, 0.0, 1e-12)
    truth = results["blobs", "k-means"].truth
    by_chance = np.array([adjusted_rand(rng.permutation(truth), truth) for _ in range(200)])
    error = float(4 * by_chance.std() / np.sqrt(len(by_chance)))
    yield Check("mean index of shuffled labels", float(by_chance.mean()), 0.0, error)
    X, truth, *_ = results["moons", "k-means"]
    by_hand = float(np.mean([silhouette_of(X, truth, i) for i in range(len(X))]))
    yield Check("silhouette of the moons, point by point", silhouette(X, truth), by_hand, 1e-12)
