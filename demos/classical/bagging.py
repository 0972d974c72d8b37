"""Bagging: grow a deep tree on each of many bootstrap samples, and average them to lower the variance.

Sheet 3.11. Breiman, Bagging predictors, Machine Learning 24 (1996); Hastie, Tibshirani & Friedman, ESL
(2009), sections 8.7 and 15.2.
"""

from collections.abc import Generator, Iterator
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Bars, Between, Check, Frame, Heat, Line, Say

Array = NDArray[np.float64]
Rows = NDArray[np.intp]

GRID = np.linspace(0, 6, 121)
SETS, TREES, MOST_POINTS = 24, 24, 60
"""How many training sets and trees on each the variance is measured with, and the largest training set."""


class Tree(NamedTuple):
    """A regression tree on one feature is a staircase: edges (m,), and the values (m + 1,) between them."""

    edges: Array
    values: Array

    def predict(self, x: Array) -> Array:
        """Values (n,) at x (n,); an edge itself belongs to its left."""
        return self.values[np.searchsorted(self.edges, x)]


def error_drops(x: Array, y: Array) -> Array:
    r"""Fall of the squared error by each cut of sorted points: $\frac{n_ln_r}{n}(\bar y_l-\bar y_r)^2$.

    Shape (n - 1,); 0 between equal x, where there is no cut.
    """
    n, totals = len(y), y.cumsum()
    n_l = np.arange(1.0, n)
    below = n_l * totals[-1] - n * totals[:-1]  # n_l n_r times the gap between the means
    drops: Array = below**2 / (n * n_l * (n - n_l)) * (x[:-1] < x[1:])
    return drops


def split(x: Array, y: Array, max_depth: int) -> Tree:
    """Cut sorted points where the squared error falls most, and both parts again."""
    if max_depth == 0 or x[0] == x[-1]:
        return Tree(np.zeros(0), y.mean(keepdims=True))
    drops = error_drops(x, y)
    k = int(drops.argmax()) + 1
    if drops[k - 1] <= 1e-12:
        return Tree(np.zeros(0), y.mean(keepdims=True))
    left, right = split(x[:k], y[:k], max_depth - 1), split(x[k:], y[k:], max_depth - 1)
    edges = np.concatenate([left.edges, [(x[k - 1] + x[k]) / 2], right.edges])
    return Tree(edges, np.concatenate([left.values, right.values]))


def grow(x: Array, y: Array, max_depth: int) -> Tree:
    """The regression tree of points x, y (n,)."""
    order = np.argsort(x, kind="stable")
    return split(x[order], y[order], max_depth)


def bootstrap(n: int, rng: np.random.Generator) -> Rows:
    """Draw n of n rows with replacement."""
    return rng.integers(n, size=n)


def bag(x: Array, y: Array, B: int, max_depth: int, rng: np.random.Generator) -> Iterator[tuple[Rows, Tree]]:
    """Rows and tree of each of B bootstrap samples."""
    for _ in range(B):
        rows = bootstrap(len(x), rng)
        yield rows, grow(x[rows], y[rows], max_depth)


def running_mean(F: Array) -> Array:
    r"""$\frac{1}{b}\sum_{i\leq b}f_i$ for each row b of F (B, n)."""
    return F.cumsum(axis=0) / np.arange(1, len(F) + 1)[:, None]


def out_of_bag_errors(F: Array, outside: NDArray[np.bool_], y: Array) -> Array:
    """Mean squared error (B,) after each tree, of each point's mean over the trees that haven't seen it.

    F (B, n) holds the predictions, outside (B, n) which points a tree hasn't seen. Points that every tree
    has seen don't count.
    """
    trees = outside.cumsum(axis=0)
    means = (F * outside).cumsum(axis=0) / np.maximum(trees, 1)
    errors: Array = ((means - y) ** 2 * (trees > 0)).sum(axis=1) / np.maximum((trees > 0).sum(axis=1), 1)
    return errors


def variance_of_mean(rho: float, s2: float, B: int) -> float:
    r"""$\rho\sigma^2+\frac{1-\rho}{B}\sigma^2$ of B alike models (ESL, eq. 15.1)."""
    return rho * s2 + (1 - rho) / B * s2


def spread(F: Array) -> tuple[float, float]:
    """Correlation rho and variance s2 of the models in F (sets, B, n), over the sets, mean over the rest."""
    s2 = float(F.var(axis=0, ddof=1).mean())
    B = F.shape[1]
    all_pairs = float(F.sum(axis=1).var(axis=0, ddof=1).mean())
    return (all_pairs - B * s2) / (B * (B - 1)) / s2, s2


def truth(x: Array) -> Array:
    """The curve to learn."""
    return np.sin(x) + 0.6 * np.sin(3 * x)


def sample(n: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Places x (n,) and noisy values y (n,)."""
    x = rng.uniform(0, 6, n)
    return x, truth(x) + noise * rng.standard_normal(n)


def demo(
    B: Annotated[int, "trees", Between(2, 200)] = 50,
    n: Annotated[int, "points", Between(20, 300)] = 120,
    noise: Annotated[float, "standard deviation of the noise", Between(0.05, 2)] = 0.3,
    max_depth: Annotated[int, "cuts from the root to a leaf, at most", Between(1, 30)] = 30,
    seed: int = 0,
) -> Iterator[Frame]:
    """Jagged trees average to a smooth curve; and what averaging can't take away."""
    rng = np.random.default_rng(seed)
    x, y = sample(n, noise, rng)
    yield Say(
        r"Bagging grows a tree on each of $B$ bootstrap samples, $n$ draws with replacement, and predicts "
        r"the mean $\frac{1}{B}\sum_bf_b(x)$. A tree never sees a share of about "
        r"$(1-\frac{1}{n})^n\approx e^{-1}$ of the points."
    )
    rounds = list(bag(x, y, B, max_depth, rng))
    outside = np.array([~np.isin(np.arange(n), rows) for rows, _ in rounds])
    yield from film(x, y, [tree for _, tree in rounds], outside, sample(500, noise, rng))
    F = yield from measure(n, noise, max_depth, rng)
    yield from checks(x, y, rounds, outside, F)


def film(
    x: Array, y: Array, trees: list[Tree], outside: NDArray[np.bool_], new: tuple[Array, Array]
) -> Iterator[Frame]:
    """Play the trees one by one, their mean, who is out of bag, and the errors."""
    curves = np.array([tree.predict(GRID) for tree in trees])
    means, points = running_mean(curves), np.column_stack([x, y])
    known = out_of_bag_errors(np.array([tree.predict(x) for tree in trees]), outside, y)
    on_new = np.array([tree.predict(new[0]) for tree in trees])
    errors = {
        "out of bag": known,
        "new points": ((running_mean(on_new) - new[1]) ** 2).mean(axis=1),
    }
    B = len(trees)
    for b in np.unique(np.geomspace(1, B, 30).astype(int)).tolist():
        yield Say(
            f"Tree {b} of {B} was grown without {outside[b - 1].sum()} of {len(x)} points.", name="tree"
        )
        lines = {"this tree": curves[b - 1], f"mean of {b}": means[b - 1], "truth": truth(GRID)}
        yield Line("the curve", lines, x=GRID, points=points)
        window = range(max(0, b - 6), b)
        yield Heat("out of bag", outside[window, :60] * 1.0, row_labels=[f"tree {i + 1}" for i in window])
        yield Line("squared error", {k: e[:b] for k, e in errors.items()}, x=range(1, b + 1), x_label="trees")
    alone = float(((on_new - new[1]) ** 2).mean())
    yield Bars("error on new points", {"a tree": alone, "their mean": errors["new points"][-1]})


def measure(n: int, noise: float, max_depth: int, rng: np.random.Generator) -> Generator[Frame, None, Array]:
    """Play the variance of the mean over many training sets, and return all curves (sets, trees, places)."""
    yield Ask(
        "limit",
        f"We draw {SETS} new training sets of {min(n, MOST_POINTS)} points and bag trees on each. Where does "
        "the variance of their mean go as B grows?",
        ("to 0, like 1/B", "to what the trees of one set share", "nowhere: it stays that of one tree"),
        answer=1,
        why=r"Averaging takes away what differs between trees, $\frac{1-\rho}{B}\sigma^2$. All trees come "
        r"from one training set, and share its luck: $\rho\sigma^2$ stays, however many there are.",
    )
    F = np.empty((SETS, TREES, len(GRID)))
    for s in range(SETS):
        x, y = sample(min(n, MOST_POINTS), noise, rng)
        F[s] = [tree.predict(GRID) for _, tree in bag(x, y, TREES, max_depth, rng)]
    rho, s2 = spread(F)
    variances: list[float] = []
    for B in range(1, TREES + 1):
        at_x = F[:, :B].mean(axis=1).var(axis=0, ddof=1)
        variances.append(float(at_x.mean()))
        formula = [variance_of_mean(rho, s2, b) for b in range(1, B + 1)]
        floor = [rho * s2] * B
        yield Line(
            "variance of the mean",
            {"measured": variances.copy(), "formula": formula, "rho s2": floor},
            x=range(1, B + 1),
            x_label="B",
        )
        single = F[:, 0].var(axis=0, ddof=1)
        yield Line("variance at each x", {"one tree": single, f"mean of {B}": at_x}, x=GRID, x_label="x")
    return F


def drop_by_hand(x: Array, y: Array) -> float:
    """The largest fall of the squared error by one cut, trying each by the definition."""

    def left_over(values: Array) -> float:
        return float(((values - values.mean()) ** 2).sum())

    cuts = np.unique(x)[:-1]
    return left_over(y) - min(left_over(y[x <= cut]) + left_over(y[x > cut]) for cut in cuts)


def checks(
    x: Array, y: Array, rounds: list[tuple[Rows, Tree]], outside: NDArray[np.bool_], F: Array
) -> Iterator[Check]:
    """Compare with theory: the share out of bag, the variance of other trees, and the best cut by hand."""
    n, B = len(x), len(rounds)
    p, pair = (1 - 1 / n) ** n, (1 - 2 / n) ** n
    error = ((p * (1 - p) / n + (pair - p * p) * (1 - 1 / n)) / B) ** 0.5
    yield Check("share out of bag", float(outside.mean()), p, 4 * error)
    half = TREES // 2
    measured = float(F[:, :half].mean(axis=1).var(axis=0, ddof=1).mean())
    rho, s2 = spread(F)
    yield Check(f"variance of the mean of {half} trees", measured, variance_of_mean(rho, s2, half), 0.05 * s2)
    rows, _ = rounds[0]
    order = rows[np.argsort(x[rows], kind="stable")]
    first = float(error_drops(x[order], y[order]).max())
    yield Check("fall of the error by the first cut", first, drop_by_hand(x[rows], y[rows]), 1e-9)
    stump = grow(x[rows], y[rows], 1)
    found = float(((y[rows] - y[rows].mean()) ** 2).sum() - ((y[rows] - stump.predict(x[rows])) ** 2).sum())
    yield Check("fall of the error by a tree of one cut", found, first, 1e-9)
