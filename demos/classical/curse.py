"""Curse of dimensionality: with many features all points are far apart, and all about equally far.

Sheet 3.8. Beyer et al., When is nearest neighbor meaningful? (1999); Hastie et al., ESL (2009), section 2.5.
Points X (n, d), uniform in the cube unless told otherwise.
"""

import math
from collections.abc import Iterator
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Between, Check, Frame, Histogram, Line, Say, Table

Array = NDArray[np.float64]
Labels = NDArray[np.intp]

MOST_DIMS = 2000
NEIGHBOURS = 5
EXTRA = (0, 1, 2, 3, 5, 8, 12, 20, 30, 50, 80, 120)  # features of pure noise that k-NN must bear


def squared_distances(A: Array, B: Array) -> Array:
    r"""$\lVert a_i\rVert^2+\lVert b_j\rVert^2-2a_i^\top b_j$ (n, m) for the rows of A (n, d) and B (m, d)."""
    D2: Array = np.maximum((A**2).sum(axis=1)[:, None] + (B**2).sum(axis=1) - 2 * A @ B.T, 0)
    return D2


def distances(X: Array) -> Array:
    """Distances (n (n - 1)/2,) of all pairs of rows of X."""
    return np.sqrt(squared_distances(X, X)[np.triu_indices(len(X), 1)])


def contrast(X: Array) -> float:
    r"""$\frac{d_{\max}-d_{\min}}{d_{\min}}$ by a point's farthest and nearest other point; the median."""
    D = np.sqrt(squared_distances(X, X))
    nearest = np.where(np.eye(len(X)), np.inf, D).min(axis=1)
    return float(np.median(D.max(axis=1) / nearest - 1))


def occupied(X: Array, per_axis: int = 3) -> float:
    """Share of the per_axis to the power of d cells of a grid over the unit cube that hold a point."""
    cells = np.unique((X * per_axis).astype(int), axis=0)
    return float(len(cells) * float(per_axis) ** -X.shape[1])


def ball_share(d: int) -> float:
    r"""$\frac{\pi^{d/2}}{2^d\,\Gamma(d/2+1)}$: the part of a cube that the ball inside it fills."""
    return math.exp(d / 2 * math.log(math.pi) - d * math.log(2) - math.lgamma(d / 2 + 1))


def edge(r: float, d: int) -> float:
    r"""$r^{1/d}$: the edge of a cube that holds the share r of the unit cube."""
    return float(r ** (1 / d))


def sampled_ball_share(d: int, draws: int, rng: np.random.Generator) -> float:
    """Share of points drawn in the unit cube that lie within 1/2 of its centre."""
    return float((((rng.random((draws, d)) - 0.5) ** 2).sum(axis=1) <= 0.25).mean())


def knn(X: Array, y: Labels, X_new: Array, k: int) -> Labels:
    """The commoner class 0 or 1 (m,) among the k points of X (n, d) nearest to each row of X_new (m, d)."""
    nearest = np.argpartition(squared_distances(X_new, X), k - 1, axis=1)[:, :k]
    votes: Labels = (y[nearest].mean(axis=1) > 0.5).astype(np.intp)
    return votes


def on_a_plane(n: int, d: int, rng: np.random.Generator) -> Array:
    """Points (n, d) that lie on a plane: two dimensions in truth, however many are measured."""
    axes, _ = np.linalg.qr(rng.standard_normal((d, min(d, 2))))
    X: Array = rng.random((n, min(d, 2))) @ axes.T
    return X


def two_classes(n: int, extra: int, rng: np.random.Generator) -> tuple[Array, Labels]:
    """Points (n, 2 + extra) whose first two features tell the class (n,), and the rest are noise."""
    y = np.arange(n) % 2
    X = rng.standard_normal((n, 2 + extra))
    X[:, :2] += np.where(y, 1.0, -1.0)[:, None]
    return X, y


def numbers(dims: str) -> list[int]:
    """Read "1,2,5"; raises ValueError for what isn't a number of dimensions."""
    words = dims.replace(",", " ").split()
    if not words or not all(word.isdecimal() and 1 <= int(word) <= MOST_DIMS for word in words):
        raise ValueError(f"dims = {dims!r}: expected whole numbers from 1 to {MOST_DIMS} with commas between")
    return sorted({int(word) for word in words})


def demo(
    n: Annotated[int, "points", Between(20, 600)] = 300,
    dims: Annotated[str, "numbers of dimensions, with commas"] = "1,2,5,10,100,1000",
    seed: int = 0,
) -> Iterator[Frame]:
    """Distances between uniform points become a spike, and nearest neighbours mean ever less."""
    sizes = numbers(dims)
    rng = np.random.default_rng(seed)
    yield Say(
        r"The squared distance of uniform points in the unit cube is $\frac d6$ on average, and varies only "
        r"as $\sqrt d$. So the contrast $\frac{d_{\max}-d_{\min}}{d_{\min}}$ of the farthest and the "
        "nearest point shrinks as dimensions are added."
    )
    yield from film(n, sizes, rng)
    clouds = {d: rng.random((n, d)) for d in sizes}
    yield from side_by_side(clouds)
    yield from noise_features(rng)
    yield from checks(clouds, rng)


def film(n: int, sizes: list[int], rng: np.random.Generator) -> Iterator[Frame]:
    """Ask how far the farthest point is, then play distances and contrast for ever more dimensions."""
    most = sizes[-1]
    X = rng.random((n, most))
    times = contrast(X) + 1
    yield Ask(
        "far",
        f"There are {n} points in {most} dimension{'s' * (most > 1)}. How much farther than its nearest "
        "neighbour is a point's farthest one?",
        ("less than twice as far", "2 to 10 times as far", "more than 10 times as far"),
        answer=0 if times < 2 else 1 if times <= 10 else 2,
        why=f"{times:.4g} times. A squared distance is a sum over the dimensions; the more there "
        "are, the closer such a sum stays to its mean.",
    )
    path = np.unique(np.geomspace(1, most, 26).round().astype(int)).tolist()
    curves: dict[str, list[float]] = {"fill the cube": [], "lie on a plane": []}
    line = {"1 dimension": scaled(rng.random((n, 1)))}
    for shown, d in enumerate(path, start=1):
        X = rng.random((n, d))
        curves["fill the cube"].append(contrast(X))
        curves["lie on a plane"].append(contrast(on_a_plane(n, d, rng)))
        so_far = {name: values.copy() for name, values in curves.items()}
        yield Say(f"{d} dimensions: the contrast is {so_far['fill the cube'][-1]:.3g}.", name="step")
        yield Histogram("distances over root d", line | {"now": scaled(X)}, bins=30)
        yield Line(
            "contrast of points that", so_far, x=path[:shown], x_label="dimensions", log_x=True, log_y=True
        )


def scaled(X: Array) -> Array:
    r"""The distances between at most a hundred of the points, over $\sqrt d$: from 0 to 1."""
    return distances(X[:100]) / math.sqrt(X.shape[1])


def side_by_side(clouds: dict[int, Array]) -> Iterator[Frame]:
    """Play the distances for each of the chosen dimensions in one picture, with a table."""
    sets: dict[str, Array] = {}
    rows: list[tuple[object, ...]] = []
    for d, X in clouds.items():
        sets[f"d = {d}"] = scaled(X)
        numbers_of_d = (contrast(X), occupied(X), ball_share(d), edge(0.1, d))
        rows.append((d, *(f"{number:.3g}" for number in numbers_of_d)))
        yield Histogram("distances over root d, together", sets.copy(), bins=40)
        yield Table(
            "grid of 3, ball, and edge for 10%", ("d", "contrast", "cells", "ball", "edge"), rows.copy()
        )


def noise_features(rng: np.random.Generator) -> Iterator[Frame]:
    """Ask what noise features do to k-NN, and play it."""
    right = []
    for extra in EXTRA:
        shares = []
        for _ in range(4):
            (X, y), (X_new, y_new) = two_classes(100, extra, rng), two_classes(300, extra, rng)
            shares.append(float((knn(X, y, X_new, NEIGHBOURS) == y_new).mean()))
        right.append(float(np.mean(shares)))
    lost = (right[0] - right[-1]) / (right[0] - 0.5)
    yield Ask(
        "noise",
        f"With two good features 5-NN gets {right[0]:.0%} right. Add {EXTRA[-1]} features of noise, and it…",
        ("stays about as good", "loses part of its lead over guessing", "guesses"),
        answer=0 if lost < 0.15 else 1 if lost < 0.85 else 2,
        why=f"It falls to {right[-1]:.0%}. Each noise feature adds as much distance as a good one, and the "
        "nearest points are soon near by chance. Select features, or learn a distance.",
    )
    for shown in range(1, len(EXTRA) + 1):
        curves = {"5-NN": right[:shown], "guessing": [0.5] * shown}
        yield Line("share right", curves, x=EXTRA[:shown], x_label="noise features")


def vote_by_hand(X: Array, y: Labels, x: Array) -> int:
    """Sort all points by their distance to x, and count the votes of the nearest."""
    order = sorted(range(len(X)), key=lambda i: math.dist(X[i], x))
    return int(sum(int(y[i]) for i in order[:NEIGHBOURS]) * 2 > NEIGHBOURS)


def checks(clouds: dict[int, Array], rng: np.random.Generator) -> Iterator[Check]:
    """Compare with exact means in standard errors, with sampled balls, and with distances one by one."""
    off = []
    for d, X in clouds.items():
        half = len(X) // 2
        D2 = np.diagonal(squared_distances(X[:half], X[half : 2 * half]))
        off.append(abs(float(D2.mean()) - d / 6) / math.sqrt(7 * d / 180 / half))
    yield Check("mean squared distance from d/6, in standard errors", max(off), 0.0, 4.0)
    off = []
    for d in clouds:
        draws = min(20_000, 1_000_000 // d)
        p = ball_share(d)
        error = max(math.sqrt(max(p * (1 - p), 0) / draws), 1 / draws)
        off.append(abs(sampled_ball_share(d, draws, rng) - p) / error)
    yield Check("ball in cube from its formula, in standard errors", max(off), 0.0, 4.0)
    X = clouds[max(clouds)][:40]
    ratios = []
    for i, x in enumerate(X):
        others = [math.dist(x, other) for j, other in enumerate(X) if j != i]
        ratios.append((max(others) - min(others)) / min(others))
    yield Check(
        "contrast, distance by distance", contrast(X), float(np.median(ratios)), 1e-6 * (1 + max(ratios))
    )
    (X, y), (X_new, _) = two_classes(60, 20, rng), two_classes(60, 20, rng)
    votes = knn(X, y, X_new, NEIGHBOURS).tolist()
    differ = sum(vote != vote_by_hand(X, y, x) for vote, x in zip(votes, X_new, strict=True))
    yield Check("votes of 5-NN that a count by hand gives otherwise", differ, 0)
