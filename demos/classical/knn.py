"""k-nearest neighbours: a point is what most of the k points next to it are.

Sheet 3.3. Cover & Hart, Nearest neighbor pattern classification (1967). Points X (n, d) with y (n,), which
are classes 0..K-1 or numbers; queries Z (m, d).
"""

import math
from collections import Counter
from collections.abc import Iterator
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Between, Check, Frame, Line, Regions, Say, Scatter, Table

Array = NDArray[np.float64]
Labels = NDArray[np.intp]

BLUNT = 51
CLASSES = ("upper moon", "lower moon")


def distances(Z: Array, X: Array) -> Array:
    r"""$\lVert z_i-x_j\rVert=\sqrt{\sum_l(z_{il}-x_{jl})^2}$ (m, n)."""
    d: Array = np.sqrt(((Z[:, None] - X) ** 2).sum(axis=-1))
    return d


def nearest(D: Array, k: int) -> Labels:
    """Which k are nearest (m, k), the nearest first, by distances D (m, n); of equals the first."""
    return np.argsort(D, axis=1, kind="stable")[:, :k]


def shares(neighbours: Labels, y: Labels, K: int) -> Array:
    r"""$\frac{1}{k}\sum_{i=1}^k\mathbb{1}[y_i=c]$ (m, K) over the neighbours (m, k)."""
    p: Array = (y[neighbours][:, :, None] == np.arange(K)).mean(axis=1)
    return p


def classify(X: Array, y: Labels, Z: Array, k: int) -> Labels:
    """The class (m,) of most neighbours; of equals the lowest."""
    winner: Labels = shares(nearest(distances(Z, X), k), y, int(y.max()) + 1).argmax(axis=1)
    return winner


def regress(X: Array, y: Array, Z: Array, k: int, weighted: bool = False) -> Array:
    r"""Means $\frac{\sum_iw_iy_i}{\sum_iw_i}$ (m,) over the neighbours, with $w_i=1$ or $w_i=1/d_i$."""
    D = distances(Z, X)
    neighbours = nearest(D, k)
    d = np.take_along_axis(D, neighbours, axis=1)
    w = 1 / np.maximum(d, 1e-12) if weighted else np.ones_like(d)
    mean: Array = (w * y[neighbours]).sum(axis=1) / w.sum(axis=1)
    return mean


def leave_one_out(X: Array, y: Labels, ks: Labels) -> Array:
    """Share (len(ks),) of the points that their k nearest other points classify right."""
    D = distances(X, X)
    np.fill_diagonal(D, np.inf)
    neighbours = nearest(D, len(X) - 1)
    K = int(y.max()) + 1
    right = [(shares(neighbours[:, :k], y, K).argmax(axis=1) == y).mean() for k in ks.tolist()]
    return np.array(right)


def two_moons(n: int, noise: float, rng: np.random.Generator) -> tuple[Array, Labels]:
    """Two half circles (n, 2) that reach into each other, blurred, and which is which (n,)."""
    y = np.arange(n) % 2
    angle, side = rng.uniform(0, np.pi, n), 1 - 2 * y
    moons = np.stack([np.cos(angle) * side + y, np.sin(angle) * side + 0.5 * y], axis=1)
    return moons + noise * rng.standard_normal((n, 2)), y


def demo(
    n: Annotated[int, "points", Between(60, 600)] = 160,
    k: Annotated[int, "neighbours that vote", Between(1, 99)] = 7,
    noise: Annotated[float, "standard deviation of the blur", Between(0, 1)] = 0.25,
    seed: int = 0,
) -> Iterator[Frame]:
    """The nearest points vote on a question mark, then on the whole plane, for few and for many voters."""
    if k >= n:
        raise ValueError(f"k = {k} neighbours need more than n = {n} points")
    rng = np.random.default_rng(seed)
    X, y = two_moons(n, noise, rng)
    query = np.array([0.5, 0.2]) + rng.normal(0, 0.1, 2)
    yield Say(
        r"k-nearest neighbours keeps all points and learns nothing else. The probability of a class is its "
        r"share $\frac{1}{k}\sum_{i=1}^k\mathbb{1}[y_i=c]$ of the k points with the smallest "
        r"$\lVert x-x_i\rVert$."
    )
    yield from one_vote(X, y, query, k)
    yield from whole_plane(X, y, k)
    yield from numbers(k, n, rng)
    yield from checks(X, y, query, k)


def one_vote(X: Array, y: Labels, query: Array, k: int) -> Iterator[Frame]:
    """Play how neighbour after neighbour gives its vote on one point."""
    D = distances(query[None], X)
    turn = np.linspace(0, 2 * np.pi, 49)
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    rows: list[tuple[object, ...]] = []
    votes = [0, 0]
    for place, i in enumerate(nearest(D, k)[0].tolist()[:20], start=1):
        votes[y[i]] += 1
        rows.append((place, i, round(float(D[0, i]), 3), CLASSES[y[i]], f"{votes[0]} : {votes[1]}"))
        reach = {f"the {place} nearest" if place > 1 else "the nearest": query + D[0, i] * circle}
        yield Scatter("one point asks", X, labels=y, marks=[query], curves=reach, class_names=CLASSES)
        yield Table("votes", ("", "point", "distance", "class", "votes"), rows[-8:])


def ground(X: Array, y: Labels, orders: Labels, size: tuple[int, int], k: int, name: str) -> Regions:
    """The plane by the votes of k, from the neighbours (rows * columns, n) of its cells."""
    Z = shares(orders[:, :k], y, 2).argmax(axis=1).reshape(size)
    low, high = X.min(axis=0) - 0.2, X.max(axis=0) + 0.2
    return Regions(name, Z, (low[0], high[0], low[1], high[1]), X, y, class_names=CLASSES)


def cells(X: Array, size: tuple[int, int]) -> Array:
    """Centres (rows * columns, 2) of a grid over the points."""
    low, high = X.min(axis=0) - 0.2, X.max(axis=0) + 0.2
    x1, x2 = np.meshgrid(np.linspace(low[0], high[0], size[1]), np.linspace(low[1], high[1], size[0]))
    return np.stack([x1.ravel(), x2.ravel()], axis=1)


def whole_plane(X: Array, y: Labels, k: int) -> Iterator[Frame]:
    """Ask about few and about all voters, and play the plane and the accuracy for ever more of them."""
    n, size = len(X), (32, 48)
    ks = np.unique(np.append(np.geomspace(1, n - 1, 24).astype(int), n - 1))
    accuracy = leave_one_out(X, y, ks)
    orders = nearest(distances(cells(X, size), X), n)
    yield Ask(
        "all",
        f"Each point is classified by the others. With k = {n - 1}, all of them vote. How many are right?",
        ("most", "about half", "almost none"),
        answer=0 if accuracy[-1] > 0.75 else 1 if accuracy[-1] > 0.25 else 2,
        why="All points vote, wherever they are, so the larger class wins. With equal classes, leaving a "
        "point out makes its own class the smaller one. A large k blurs until only the counts are left.",
    )
    for shown in range(1, len(ks) + 1):
        yield ground(X, y, orders, size, int(ks[shown - 1]), "ever more voters")
        yield Say(
            f"k = {ks[shown - 1]}: {accuracy[shown - 1]:.1%} of the points are classified right.", name="k"
        )
        yield Line("right when left out", accuracy[:shown], x=ks[:shown], x_label="k", log_x=True)
    for voters in sorted({1, k, BLUNT}):
        yield ground(X, y, orders, size, voters, f"k = {voters}")
    best = int(ks[accuracy.argmax()])
    yield Say(
        f"Jagged for k = 1, blunt for k = {BLUNT}. Left-out points are classified best by k = {best}.",
        name="k",
    )


def numbers(k: int, n: int, rng: np.random.Generator) -> Iterator[Frame]:
    """Play how the same neighbours average numbers, with equal weights and with weights 1/d."""
    x = np.sort(rng.uniform(0, 2 * np.pi, n))
    y = np.sin(x) + 0.25 * rng.standard_normal(n)
    grid = np.linspace(0, 2 * np.pi, 120)
    for voters in sorted({1, 3, k, BLUNT}):
        for weighted in (False, True):
            fit = regress(x[:, None], y, grid[:, None], voters, weighted)
            weights = "weights 1/d" if weighted else "equal weights"
            yield Say(f"Numbers: the mean over k = {voters} neighbours, {weights}.", name="k")
            yield Line("mean of the neighbours", fit, x=grid, points=np.stack([x, y], axis=1))


def by_hand(X: Array, y: Labels, z: Array, k: int) -> int:
    """The class of a point, by sorting and counting."""
    ranked = sorted(range(len(X)), key=lambda i: math.dist(X[i], z))
    votes = Counter(int(y[i]) for i in ranked[:k])
    return max(sorted(votes), key=lambda c: votes[c])


def checks(X: Array, y: Labels, query: Array, k: int) -> Iterator[Check]:
    """Compare with sorting and counting, point by point."""
    found = nearest(distances(query[None], X), k)[0]
    farthest = max(math.dist(X[i], query) for i in found)
    closer = sum(math.dist(x, query) < farthest for x in X)
    yield Check("points closer than the last of the k neighbours", closer, k - 1)
    some = cells(X, (8, 12))
    apart = sum(c != by_hand(X, y, z, k) for c, z in zip(classify(X, y, some, k).tolist(), some, strict=True))
    yield Check("cells of the plane classified otherwise by hand", apart, 0)
    others = [np.arange(len(X)) != i for i in range(len(X))]
    right = [by_hand(X[rest], y[rest], X[i], k) == y[i] for i, rest in enumerate(others)]
    left_out = float(leave_one_out(X, y, np.array([k]))[0])
    yield Check("share right when left out, by hand", left_out, float(np.mean(right)), 1e-12)
    d = np.sort(distances(query[None], X)[0])[:k]
    weighted = float(regress(X, X[:, 0], query[None], k, weighted=True)[0])
    chosen = sorted(range(len(X)), key=lambda i: math.dist(X[i], query))[:k]
    total = math.fsum(X[i, 0] / math.dist(X[i], query) for i in chosen)
    expected = total / math.fsum(1 / distance for distance in d.tolist())
    yield Check("mean weighted by 1/d, term by term", weighted, expected, 1e-9)
