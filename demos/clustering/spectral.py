"""Spectral clustering: join like points by edges, and let the Laplacian's flattest vectors part the graph.

Sheet 3.23.4. von Luxburg, A tutorial on spectral clustering (2007). Points X (n, d), similarities W (n, n).
"""

from collections.abc import Generator, Iterator
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Between, Check, Frame, Heat, Line, Say, Scatter, Table

from .gmm import purity
from .kmeans import kmeans, lloyd, plus_plus, squared_distances

Array = NDArray[np.float64]
Labels = NDArray[np.intp]

ZERO = 1e-9  # eigenvalues below this share of the largest count as zero
FAINT = 1e-3  # similarities below this have no edge in the cut graph


def similarities(X: Array, sigma: float) -> Array:
    r"""$W_{ij}=\exp\left(-\lVert x_i-x_j\rVert^2/(2\sigma^2)\right)$ (n, n)."""
    W: Array = np.exp(-squared_distances(X, X) / (2 * sigma**2))
    return W


def laplacian(W: Array) -> Array:
    r"""$L=D-W$ (n, n) with the degrees $D_{ii}=\sum_jW_{ij}$."""
    return np.diag(W.sum(axis=1)) - W


def spectrum(W: Array) -> tuple[Array, Array]:
    """Eigenvalues (n,) of the Laplacian, rising, and its eigenvectors in the columns of (n, n)."""
    values, vectors = np.linalg.eigh(laplacian(W))
    return values, vectors


def coordinates(vectors: Array, k: int, which: str = "smallest") -> Array:
    """New features (n, k): the rows of the k eigenvectors of the smallest (or largest) eigenvalues."""
    return vectors[:, :k] if which == "smallest" else vectors[:, ::-1][:, :k]


def best_kmeans(U: Array, k: int, rng: np.random.Generator) -> Labels:
    """Labels (n,) of the best of five runs of k-means."""
    return min((kmeans(U, plus_plus(U, k, rng)) for _ in range(5)), key=lambda run: run.J).labels


def spectral(X: Array, sigma: float, k: int, rng: np.random.Generator) -> Labels:
    """Labels (n,): k-means on the rows of the k slowest eigenvectors."""
    return best_kmeans(coordinates(spectrum(similarities(X, sigma))[1], k), k, rng)


def zero_count(values: Array) -> int:
    """How many eigenvalues (n,) are zero: as many as the graph has connected components."""
    return int((values < ZERO * values[-1]).sum())


def rings(n: int, spread: float, rng: np.random.Generator) -> tuple[Array, Labels]:
    """Points (n, 2) on two rings with radius 1 and 2, moved by Gaussian noise, and their ring (n,)."""
    z = np.arange(n) % 2
    angle = 2 * np.pi * (np.arange(n) // 2 + rng.uniform(-0.5, 0.5, n)) / (n / 2)
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    return (1.0 + z)[:, None] * circle + spread * rng.standard_normal((n, 2)), z


def demo(
    n: Annotated[int, "points on the two rings", Between(20, 300)] = 160,
    sigma: Annotated[float, "width of the similarity", Between(0.05, 3.0)] = 0.2,
    k: Annotated[int, "clusters, and eigenvectors", Between(2, 6)] = 2,
    vectors: Annotated[Literal["smallest", "largest"], "which eigenvalues' vectors to use"] = "smallest",
    seed: int = 0,
) -> Iterator[Frame]:
    """Two rings that no straight line parts fall onto two spots in the Laplacian's coordinates."""
    rng = np.random.default_rng(seed)
    X, ring = rings(n, 0.07, rng)
    yield Say(
        r"Points are nodes, joined by edges $W_{ij}=\exp\left(-\lVert x_i-x_j\rVert^2/2\sigma^2\right)$; the "
        r"graph's Laplacian is $L=D-W$. As $f^\top Lf=\frac12\sum_{ij}W_{ij}(f_i-f_j)^2$, its eigenvectors "
        "of small eigenvalues hardly change along strong edges: they show what hangs together."
    )
    W = similarities(X, sigma)
    values, V = spectrum(W)
    yield from graph(X, ring, W)
    yield from slow_vectors(X, ring, values, V)
    labels = yield from new_coordinates(X, V, k, vectors, rng)
    yield from compare(X, ring, labels, vectors, rng)
    yield from widths(X, ring, rng)
    yield from cut_graph(W)
    yield from checks(W, values, V, labels)


def graph(X: Array, ring: Labels, W: Array) -> Iterator[Frame]:
    """Play how the similarity matrix looks when its rows are put in order."""
    yield Scatter("points", X)
    order = np.arange(len(X))
    final = np.lexsort((np.arctan2(X[:, 1], X[:, 0]), ring))
    for sorted_rows in np.linspace(0, len(X), 12).astype(int):
        first = final[:sorted_rows]
        order = np.concatenate([first, np.setdiff1d(order, first, assume_unique=True)])
        yield Say(f"Similarities: {sorted_rows} of {len(X)} rows sorted by ring and angle.", name="step")
        yield Heat("similarities", W[np.ix_(order, order)])


def slow_vectors(X: Array, ring: Labels, values: Array, V: Array) -> Iterator[Frame]:
    """Play the ten smallest eigenvalues, and the vectors of the first four along both rings."""
    angle = np.arctan2(X[:, 1], X[:, 0])
    for j in range(10):
        yield Line("smallest eigenvalues", values[: j + 1], x=range(1, j + 2), x_label="number")
        if j < 4:
            yield Say(f"Eigenvalue {j + 1} is {values[j]:.2g}. Its vector along both rings:", name="step")
            yield Scatter(
                "values of an eigenvector",
                np.column_stack([angle, V[:, j].round(6)]),
                labels=ring,
                x_label="angle",
                class_names=("inner ring", "outer ring"),
            )


def new_coordinates(
    X: Array, V: Array, k: int, which: str, rng: np.random.Generator
) -> Generator[Frame, None, Labels]:
    """Ask which eigenvectors to take, play k-means in their coordinates, and return its labels."""
    yield Ask(
        "which vectors",
        f"k-means now gets each point's row in {k} eigenvectors of L. Which of them part the rings?",
        ("those of the smallest eigenvalues", "those of the largest eigenvalues", "any will do"),
        answer=0,
        why="A vector of a small eigenvalue hardly changes along strong edges, so it is flat on each ring. "
        "One of a large eigenvalue jumps between the closest neighbours.",
    )
    U = coordinates(V, k, which)
    start = min((plus_plus(U, k, rng) for _ in range(5)), key=lambda C: kmeans(U, C).J)
    shown = U[:, -2:].round(6)
    for labels, centroids, _ in lloyd(U, start):
        yield Scatter(
            f"coordinates by the {which} eigenvalues", shown, labels=labels, marks=centroids[:, -2:]
        )
        yield Scatter("the same clusters in the plane", X, labels=labels)
    return kmeans(U, start).labels


def compare(X: Array, ring: Labels, labels: Labels, which: str, rng: np.random.Generator) -> Iterator[Frame]:
    """Show k-means on the points themselves, and how many points each way puts with their ring."""
    k = int(labels.max()) + 1
    straight = best_kmeans(X, k, rng)
    yield Scatter("k-means on the points themselves", X, labels=straight)
    rows = [("k-means", purity(straight, ring)), (f"spectral, {which}", purity(labels, ring))]
    yield Table("points put with their ring", ("", "share"), rows)


def widths(X: Array, ring: Labels, rng: np.random.Generator) -> Iterator[Frame]:
    """Play two clusters for ever wider similarities."""
    sigmas = np.geomspace(0.05, 2.0, 17)
    shares: list[float] = []
    for shown, sigma in enumerate(sigmas, start=1):
        labels = spectral(X, float(sigma), 2, rng)
        shares.append(purity(labels, ring))
        yield Say(
            f"With sigma = {sigma:.2f}, two clusters put {shares[-1]:.0%} with their ring.", name="step"
        )
        yield Line("share by sigma", shares.copy(), x=sigmas[:shown], x_label="sigma", log_x=True)
        yield Scatter("two clusters for each sigma", X, labels=labels)


def component_count(joined: NDArray[np.bool_]) -> int:
    """How many parts a graph (n, n) has, by flooding them one after the other."""
    dry = set(range(len(joined)))
    parts = 0
    while dry:
        parts += 1
        wet = [dry.pop()]
        while wet:
            reached = dry.intersection(np.flatnonzero(joined[wet.pop()]).tolist())
            dry -= reached
            wet += reached
    return parts


def cut_graph(W: Array) -> Iterator[Frame]:
    """Ask what happens to the eigenvalues without the faint edges, and show it."""
    cut = np.where(W < FAINT, 0.0, W)
    values, cut_values = spectrum(W)[0], spectrum(cut)[0]
    parts = component_count(cut > 0)
    yield Ask(
        "zero eigenvalues",
        f"We cut all edges fainter than {FAINT}; the graph falls into {parts} part{'s' * (parts > 1)}. "
        "How many eigenvalues of its Laplacian are exactly 0?",
        ("none", "one", "as many as parts", "as many as points"),
        answer=1 if parts == 1 else 2,
        why="The vector that is 1 on one part and 0 elsewhere changes along no edge, so L takes it to 0: "
        "one such vector for each part.",
    )
    for shown in range(1, 7):
        curves = {"all edges": values[:shown], "faint edges cut": cut_values[:shown]}
        yield Line("eigenvalues before and after", curves, x=range(1, shown + 1), x_label="number")


def ratio_cut(W: Array, labels: Labels) -> float:
    r"""$\sum_j\frac{1}{|C_j|}\sum_{a\in C_j,b\notin C_j}W_{ab}$ (von Luxburg, section 5)."""
    members = [labels == j for j in np.unique(labels)]
    return float(sum(W[np.ix_(inside, ~inside)].sum() / inside.sum() for inside in members))


def checks(W: Array, values: Array, V: Array, labels: Labels) -> Iterator[Check]:
    """Compare with sums over edges, with flooded parts, and with a bound that holds for every clustering."""
    f = V[:, 1]
    over_edges = float((W * (f[:, None] - f) ** 2).sum() / 2)
    yield Check("second eigenvalue against the sum over edges", values[1], over_edges, 1e-9)
    off_diagonal = float(W.sum() - np.trace(W))
    yield Check("sum of eigenvalues against all edges", values.sum(), off_diagonal, 1e-8 * off_diagonal)
    cut = np.where(W < FAINT, 0.0, W)
    yield Check("zero eigenvalues of the cut graph", zero_count(spectrum(cut)[0]), component_count(cut > 0))
    k = len(np.unique(labels))
    bound = float(values[:k].sum())
    yield Check("ratio cut of the clusters, at least", ratio_cut(W, labels), bound, 1e-9, ">=")
