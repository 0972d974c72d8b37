"""Feature selection: ten features, three of them real; a filter, stepwise elimination and the lasso choose.

Sheet 3.19. Guyon & Elisseeff, An Introduction to Variable and Feature Selection (2003); RFE: Guyon et al.
(2002); lasso: Tibshirani (1996). Features X (n, d) of mean 0 and variance 1, targets y (n,) of mean 0.
"""

from collections.abc import Iterator
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Bars, Between, Check, Frame, Heat, Line, Say, Table

from .overfitting import fold_errors, ridge
from .pca import pca

Array = NDArray[np.float64]

REAL = ("area", "age", "distance")
COPIES = ("rooms", "walk")  # of area and of distance
NOISE = ("number", "letters", "weekday", "phone", "lottery")
NAMES = (*REAL, *COPIES, *NOISE)
EFFECT = np.array([3.0, -2.0, -1.5])  # of the real features on the price


def correlations(X: Array, y: Array) -> Array:
    r"""$\frac{\sum_i(x_i-a)(y_i-b)}{\sqrt{\sum_i(x_i-a)^2}\sqrt{\sum_i(y_i-b)^2}}$ (d,) about the means."""
    x, b = X - X.mean(axis=0), y - y.mean()
    r: Array = b @ x / np.sqrt((x**2).sum(axis=0) * (b**2).sum())
    return r


class Elimination(NamedTuple):
    """A step of RFE: the features still in (k,), their coefficients w (k,), and the one to drop."""

    active: list[int]
    w: Array
    weakest: int


def eliminate(X: Array, y: Array) -> list[Elimination]:
    r"""RFE: fit, drop the feature of the smallest $|w_j|$, and repeat until none is left."""
    steps, active = [], list(range(X.shape[1]))
    while active:
        w = ridge(X[:, active], y)
        weakest = active[int(np.abs(w).argmin())]
        steps.append(Elimination(active, w, weakest))
        active = [j for j in active if j != weakest]
    return steps


def soft_threshold(z: float, lam: float) -> float:
    r"""$\mathrm{sign}(z)\max(|z|-\lambda,0)$."""
    return float(np.sign(z) * max(abs(z) - lam, 0.0))


def lasso(X: Array, y: Array, lam: float, w: Array, sweeps: int = 2000) -> Array:
    r"""Weights (d,) with the least $\frac{1}{2n}\lVert y-Xw\rVert^2+\lambda\lVert w\rVert_1$, from w.

    Coordinate descent: each weight in turn goes to its best value (Friedman et al., 2010, eq. 5).
    """
    G, c, w = X.T @ X / len(X), X.T @ y / len(X), w.copy()
    for _ in range(sweeps):
        before = w.copy()
        for j in range(len(w)):
            w[j] = soft_threshold(c[j] - G[j] @ w + G[j, j] * w[j], lam) / G[j, j]
        if np.abs(w - before).max() < 1e-12:
            break
    return w


def lasso_path(X: Array, y: Array, lambdas: Array) -> Array:
    """Weights (len(lambdas), d), each found from the one before."""
    path, w = [], np.zeros(X.shape[1])
    for lam in lambdas:
        w = lasso(X, y, float(lam), w)
        path.append(w)
    return np.stack(path)


def standardized(X: Array) -> Array:
    """X (n, d) with mean 0 and variance 1 in each column."""
    Z: Array = (X - X.mean(axis=0)) / X.std(axis=0)
    return Z


def houses(n: int, noise: float, blur: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Ten features (n, 10) of houses and their prices (n,): three count, two copy those, five are noise."""
    real = rng.standard_normal((n, 3))
    copies = real[:, [0, 2]] + blur * rng.standard_normal((n, 2))
    X = standardized(np.hstack([real, copies, rng.standard_normal((n, 5))]))
    y = X[:, :3] @ EFFECT + noise * rng.standard_normal(n)
    return X, y - y.mean()


def demo(
    n: Annotated[int, "houses", Between(30, 2000)] = 150,
    noise: Annotated[float, "standard deviation of what no feature explains", Between(0.1, 10)] = 1.0,
    keep: Annotated[int, "features to keep", Between(1, 9)] = 3,
    blur: Annotated[float, "how much a copy differs from its original", Between(0.2, 2)] = 0.4,
    seed: int = 0,
) -> Iterator[Frame]:
    """Which of ten features make the price of a house? A filter, RFE and the lasso answer; PCA can't."""
    rng = np.random.default_rng(seed)
    X, y = houses(n, noise, blur, rng)
    yield Say(
        "The price follows from area, age and distance; rooms and walk are noisy copies of two of them, five "
        "more features are noise. The lasso selects while it fits: it minimises "
        r"$\frac{1}{2n}\lVert y-Xw\rVert^2+\lambda\lVert w\rVert_1$ and leaves most weights at zero."
    )
    r = correlations(X, y)
    ranked = np.argsort(-np.abs(r))[:keep].tolist()
    yield from filtered(r, ranked)
    steps = eliminate(X, y)
    yield from elimination(X, y, steps, np.array_split(rng.permutation(n), 5))
    lambdas = np.abs(X.T @ y).max() / n * np.geomspace(1, 1e-3, 40)
    path = lasso_path(X, y, lambdas)
    yield from shrinking(X, y, lambdas, path, keep)
    yield from extraction(X)
    yield from verdict(ranked, steps, path, keep)
    yield from checks(X, y, r, steps, lambdas, path)


def names(features: list[int]) -> str:
    """The names of features, in the order of NAMES."""
    return ", ".join(NAMES[j] for j in sorted(features))


def filtered(r: Array, ranked: list[int]) -> Iterator[Frame]:
    """Play the correlation of each feature with the price, and ask whether the best few are the real ones."""
    for shown in range(1, len(NAMES) + 1):
        yield Bars("correlation with the price", {NAMES[j]: float(r[j]) for j in range(shown)})
    real = sum(j < len(REAL) for j in ranked)
    yield Ask(
        "filter",
        f"A filter keeps the {len(ranked)} features with the largest correlation, one by one. What are they?",
        ("real features only", "a copy as well", "pure noise as well"),
        answer=0 if real == len(ranked) else 2 if max(ranked) >= 5 else 1,
        why=f"It keeps {names(ranked)}. A filter looks at one feature at a time: a copy of a strong feature "
        "scores better than a weaker feature that tells something new.",
    )


def elimination(
    X: Array, y: Array, steps: list[Elimination], folds: list[NDArray[np.intp]]
) -> Iterator[Frame]:
    """Play RFE: the coefficients, what is dropped, and the cross-validated error of what is left."""
    rows: list[tuple[object, ...]] = []
    counts: list[int] = []
    mean: list[float] = []
    error: list[float] = []
    for active, w, weakest in steps:
        losses = fold_errors(np.column_stack([np.ones(len(y)), X[:, active]]), y, folds)
        counts.append(len(active))
        mean.append(float(np.mean(losses)))
        error.append(float(np.std(losses, ddof=1) / np.sqrt(len(folds))))
        rows.append((len(active), NAMES[weakest], round(float(np.abs(w).min()), 3), round(mean[-1], 3)))
        coefficients = dict.fromkeys(NAMES, 0.0) | dict(zip((NAMES[j] for j in active), w, strict=True))
        yield Say(f"RFE with {len(active)}: {NAMES[weakest]} has the smallest weight and goes.", name="step")
        yield Bars("coefficients", {name: float(value) for name, value in coefficients.items()})
        yield Table("dropped", ("of", "dropped", "|w|", "error"), rows.copy())
        bars = np.add.outer([0, -1, 1], [1]) * error
        curves = dict(zip(("error", "- s.e.", "+ s.e."), mean + bars - error, strict=True))
        yield Line("5-fold error", curves, x=counts.copy(), x_label="features left", log_y=True)


def shrinking(X: Array, y: Array, lambdas: Array, path: Array, keep: int) -> Iterator[Frame]:
    """Play the lasso with ever more penalty, the order in which weights vanish, and L2 beside it."""
    yield Say("The lasso, with ever more penalty: which weights vanish first?", name="step")
    rows: list[tuple[object, ...]] = []
    for lam, w, weaker in zip(lambdas[::-1], path[::-1], path[-2::-1], strict=False):
        gone = np.flatnonzero((w != 0) & (weaker == 0))
        rows += [(len(NAMES) - int((weaker != 0).sum()), NAMES[j], f"{lam:.3g}") for j in gone]
        yield Bars("lasso", dict(zip(NAMES, w.tolist(), strict=True)))
        if len(gone):
            yield Table("vanished", ("zeros", "feature", "lambda"), rows.copy())
    at = lambda_for(path, keep)
    w = ridge(X, y, float(lambdas[at]) * len(y))
    zeros, lasso_zeros = int((w == 0).sum()), int((path[at] == 0).sum())
    yield Ask(
        "ridge",
        f"With lambda = {lambdas[at]:.2g} the lasso has {lasso_zeros} weights of exactly zero. How many has "
        "L2 with the same lambda?",
        ("as many", "fewer, but some", "none"),
        answer=0 if zeros == lasso_zeros else 1 if zeros else 2,
        why="The pull of L1 stays the same down to zero; that of L2 fades with the weight, so it shrinks all "
        "and drops none.",
    )
    yield Bars("lasso", dict(zip(NAMES, path[at].tolist(), strict=True)))
    yield Bars("L2", dict(zip(NAMES, w.tolist(), strict=True)))


def lambda_for(path: Array, keep: int) -> int:
    """Index of the least penalty that leaves at most so many weights."""
    return int(np.flatnonzero((path != 0).sum(axis=1) <= keep)[-1])


def extraction(X: Array) -> Iterator[Frame]:
    """Play the loadings of the principal components, one component after another."""
    W = np.abs(pca(X).W)
    yield Say(
        "PCA selects nothing: every component mixes all ten features, and all must still be measured.",
        name="step",
    )
    for shown in range(1, 11):
        Z = np.where(np.arange(10)[:, None] < shown, W.T, 0.0)
        yield Heat("sizes of the loadings, a component a row", Z, [f"{j + 1}" for j in range(10)], NAMES)


def verdict(ranked: list[int], steps: list[Elimination], path: Array, keep: int) -> Iterator[Frame]:
    """Show what each way keeps."""
    ways = {
        "correlation": ranked,
        "RFE": steps[-keep].active,
        "lasso": np.flatnonzero(path[lambda_for(path, keep)]).tolist(),
        "PCA": list(range(10)),
    }
    rows = [
        (way, sum(j < 3 for j in kept), "all" if way == "PCA" else names(kept)) for way, kept in ways.items()
    ]
    for shown in range(1, len(rows) + 1):
        yield Table("kept", ("way", "real", "features"), rows[:shown])


def partial_coefficient(X: Array, y: Array, j: int) -> float:
    """Coefficient of feature j by regressing y on what the others leave of x_j (Frisch & Waugh, 1933)."""
    others = np.delete(X, j, axis=1)
    rest = X[:, j] - others @ np.linalg.pinv(others) @ X[:, j]
    return float(rest @ y / (rest @ rest))


def checks(
    X: Array, y: Array, r: Array, steps: list[Elimination], lambdas: Array, path: Array
) -> Iterator[Check]:
    """Compare with numpy's correlations, with regressions on residuals, and with the lasso's conditions."""
    expected = np.corrcoef(X.T, y)[-1, :-1]
    yield Check("correlations against numpy.corrcoef", np.abs(r - expected).max(), 0.0, 1e-12)
    dropped = sum(float(np.abs(step.w[step.active.index(step.weakest)])) for step in steps)
    least = 0.0
    for active in (step.active for step in steps):
        least += min(abs(partial_coefficient(X[:, active], y, j)) for j in range(len(active)))
    yield Check("weights that RFE drops, by Frisch and Waugh", dropped, least, 1e-8)
    pull = (y - path @ X.T) @ X / len(y)
    slack = np.where(
        path != 0, np.abs(pull - lambdas[:, None] * np.sign(path)), np.abs(pull) - lambdas[:, None]
    )
    yield Check("largest breach of the lasso's conditions", slack.max(), 0.0, 1e-9, "<=")
    yield Check(
        "weights just below the largest useful lambda",
        (lasso(X, y, 0.999 * lambdas[0], path[0]) != 0).sum(),
        1,
    )
    W = pca(X).W
    yield Check("features that the first component leaves out", (np.abs(W[:, 0]) < 1e-12).sum(), 0)
