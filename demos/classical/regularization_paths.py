"""Ridge, lasso and elastic net: a rising penalty shrinks coefficients, and L1 makes them exactly zero.

Sheet 3.14. Hastie, Tibshirani & Friedman, ESL (2009), section 3.4; coordinate descent: Friedman, Hastie &
Tibshirani, J. Stat. Software 33 (2010). Columns of X (n, d) have mean 0 and variance 1; y (n,) has mean 0.
"""

from collections.abc import Iterator
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Between, Check, Frame, Line, Say, Scatter, Table

Array = NDArray[np.float64]

TRUE = np.array([3.0, -2.0, 1.5, 1.0])
"""The coefficients that aren't zero; the features that have them stand first."""


def soft_threshold(z: float, penalty: float) -> float:
    r"""$\operatorname{sign}(z)\max(|z|-\lambda,0)$, the minimiser of $\frac12(b-z)^2+\lambda|b|$."""
    return float(np.sign(z)) * max(abs(z) - penalty, 0.0)


def objective(X: Array, y: Array, b: Array, lam: float, ratio: float) -> float:
    r"""$\frac1{2n}\lVert y-Xb\rVert^2+\lambda\rho\lVert b\rVert_1+\frac{\lambda(1-\rho)}2\lVert b\rVert^2$.

    The penalty is lam, and ratio is its share of L1.
    """
    fit = ((y - X @ b) ** 2).mean() / 2
    return float(fit + lam * (ratio * np.abs(b).sum() + (1 - ratio) / 2 * (b**2).sum()))


def coordinate_descent(
    X: Array, y: Array, lam: float, ratio: float, start: Array, max_sweeps: int = 20_000
) -> Array:
    """Coefficients (d,) at the minimum of the objective: each in turn put where it is best, given the others.

    A ratio of 1 is the lasso, 0 ridge, and in between the elastic net.
    """
    G, c, b = X.T @ X / len(y), X.T @ y / len(y), start.copy()
    for _ in range(max_sweeps):
        largest = 0.0
        for j in range(len(b)):
            z = float(c[j] - G[j] @ b + G[j, j] * b[j])
            new = soft_threshold(z, lam * ratio) / (G[j, j] + lam * (1 - ratio))
            largest, b[j] = max(largest, abs(new - b[j])), new
        if largest < 1e-9:
            break
    return b


def penalties(X: Array, y: Array, ratio: float, points: int) -> Array:
    """From the smallest penalty at which the lasso part leaves nothing, down to a thousandth (points,)."""
    largest = np.abs(X.T @ y).max() / len(y) / max(ratio, 0.02)
    return np.geomspace(largest, largest / (1000 if ratio > 0 else 50_000), points)


class Path(NamedTuple):
    """Penalties lam (points,), coefficients B (points, d), mean squared errors on known and new points."""

    lam: Array
    B: Array
    known: Array
    new: Array


def path(known: tuple[Array, Array], new: tuple[Array, Array], ratio: float, points: int) -> Path:
    """All minima from the largest penalty down, each from where the one before ended."""
    lam, b, B = penalties(*known, ratio, points), np.zeros(known[0].shape[1]), []
    for penalty in lam.tolist():
        b = coordinate_descent(*known, penalty, ratio, b)
        B.append(b)
    errors = (((y - np.array(B) @ X.T) ** 2).mean(axis=1) for X, y in (known, new))
    return Path(lam, np.array(B), *errors)


def relevant(d: int) -> NDArray[np.bool_]:
    """Which of d features have one of the TRUE coefficients (d,)."""
    return np.isin(np.arange(d), np.linspace(0, d - 1, len(TRUE)).astype(int))


def measurements(n: int, d: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Features X (n, d), each alike to its neighbours, and y (n,), which depends on four of them."""
    X = rng.standard_normal((n, d))
    for j in range(1, d):
        X[:, j] = 0.7 * X[:, j - 1] + 0.71 * X[:, j]
    return X, X[:, relevant(d)] @ TRUE + 3 * rng.standard_normal(n)


def demo(
    n: Annotated[int, "points", Between(20, 500)] = 80,
    d: Annotated[int, "features, four of them relevant", Between(4, 40)] = 12,
    l1_ratio: Annotated[float, "share of L1 in the elastic net", Between(0.05, 0.95)] = 0.5,
    points: Annotated[int, "penalties on a path", Between(5, 100)] = 30,
    seed: int = 0,
) -> Iterator[Frame]:
    """Ridge shrinks all coefficients, the lasso drops one after another; then both in two dimensions."""
    if n < 2 * d:
        raise ValueError(f"d = {d} features need at least {2 * d} points here, and n is {n}")
    rng = np.random.default_rng(seed)
    (X, y), (X_new, y_new) = measurements(n, d, rng), measurements(1000, d, rng)
    mean, sd, height = X.mean(axis=0), X.std(axis=0), y.mean()
    known, new = ((X - mean) / sd, y - height), ((X_new - mean) / sd, y_new - height)
    yield Say(
        r"All three make $\frac1{2n}\lVert y-Xb\rVert^2+\lambda\rho\lVert b\rVert_1"
        r"+\frac{\lambda(1-\rho)}2\lVert b\rVert^2$ small: ridge with $\rho=0$, the lasso with $\rho=1$, the "
        r"elastic net in between. Coordinate descent sets each $b_j$ in turn to its best value, "
        r"$\operatorname{sign}(z_j)\max(|z_j|-\lambda\rho,0)$ over $1+\lambda(1-\rho)$."
    )
    paths = {}
    for name, ratio in (("ridge", 0.0), ("lasso", 1.0), ("elastic net", l1_ratio)):
        paths[name] = path(known, new, ratio, points)
        if name == "lasso":
            yield survivors(paths[name])
        yield from film(name, paths[name])
    yield from summary(paths)
    yield from balls(*known)
    yield from checks(*known, l1_ratio)


def survivors(lasso: Path) -> Ask:
    """Ask how many features are left where the lasso does best on new points."""
    d = lasso.B.shape[1]
    kept = lasso.B[lasso.new.argmin()] != 0
    right, wrong = int((kept & relevant(d)).sum()), int((kept & ~relevant(d)).sum())
    return Ask(
        "kept",
        f"Ridge kept all {d}. {len(TRUE)} features matter. Which does the lasso keep at the penalty that is "
        "best for new points?",
        (f"just those {len(TRUE)}", "those and some others", "not all of those", "all of them"),
        answer=2 if right < len(TRUE) else 3 if wrong == d - len(TRUE) > 0 else 1 if wrong else 0,
        why=f"Here {right} relevant and {wrong} others. The best penalty for prediction is mild, because a "
        "strong one shrinks the true coefficients too; so some noise comes along.",
    )


def strands(lam: Array, B: Array) -> tuple[Array, dict[str, Array]]:
    """The paths of all coefficients as two broken curves: the relevant ones, and the others."""
    ends = np.full((B.shape[1], 1), np.nan)
    tiled = np.hstack([np.tile(lam, (len(ends), 1)), ends])
    values = np.hstack([B.T, ends])
    matters = relevant(B.shape[1])[:, None]
    curves = {"relevant": np.where(matters, values, np.nan), "others": np.where(matters, np.nan, values)}
    return tiled.ravel(), {name: curve.ravel() for name, curve in curves.items()}


def film(name: str, whole: Path) -> Iterator[Frame]:
    """Play a path from the largest penalty down."""
    for shown in np.unique(np.linspace(2, len(whole.lam), 10).astype(int)).tolist():
        lam, B, known, new = (part[:shown] for part in whole)
        x, curves = strands(lam, B)
        yield Say(f"The {name} at lambda = {lam[-1]:.3g}: {int((B[-1] != 0).sum())} coefficients.", "step")
        yield Line(f"coefficients of the {name}", curves, x=x, x_label="lambda", log_x=True)
        errors = {"known points": known, "new points": new}
        yield Line(f"error of the {name}", errors, x=lam, x_label="lambda", log_x=True)


def summary(paths: dict[str, Path]) -> Iterator[Frame]:
    """Play what each penalty reaches at its best."""
    rows: list[tuple[object, ...]] = []
    for name, (lam, B, _, new) in paths.items():
        best = int(new.argmin())
        kept = B[best] != 0
        matters = relevant(B.shape[1])
        counts = int((kept & matters).sum()), int((kept & ~matters).sum())
        rows.append((name, round(float(lam[best]), 4), round(float(new[best]), 3), *counts))
        yield Table("best for new points", ("", "lambda", "error", "relevant", "others"), rows.copy())


def balls(X: Array, y: Array) -> Iterator[Frame]:
    """Play the first two relevant features alone: contours of the fit meet the diamond and the circle."""
    X = X[:, np.flatnonzero(relevant(X.shape[1]))[:2]]
    G, centre = X.T @ X / len(y), np.linalg.lstsq(X, y)[0]
    angle = np.linspace(0, 2 * np.pi, 81)
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    diamond = circle / np.abs(circle).sum(axis=1, keepdims=True)
    largest = float(penalties(X, y, 1.0, 2)[0])
    for name, ratio, ball, order in (("diamond", 1.0, diamond, 1), ("circle", 0.0, circle, 2)):
        solutions = np.zeros((0, 2))
        for lam in np.linspace(0.95, 0.05, 10) * largest * (1 if ratio else 3):
            b = coordinate_descent(X, y, float(lam), ratio, np.zeros(2))
            solutions = np.vstack([solutions, b])
            r = np.sqrt((b - centre) @ G @ (b - centre))
            contour = centre + r * np.linalg.solve(np.linalg.cholesky(G).T, circle.T).T
            curves = {"ball": np.linalg.norm(b, order) * ball, "equal fit": contour}
            yield Say(
                f"Two features alone, and the {name}: 0 is the best point in it, ({b[0]:.2f}, {b[1]:.2f}), "
                "and 1 that of least squares.",
                "step",
            )
            marks = np.array([b, centre])
            yield Scatter(name, solutions, marks=marks, curves=curves, x_label="b1", y_label="b2")


def violation(X: Array, y: Array, b: Array, lam: float) -> float:
    r"""By how much the lasso's conditions fail: $\frac1nx_j^\top r=\lambda\operatorname{sign}(b_j)$.

    Where $b_j=0$ the left side may be anything from $-\lambda$ to $\lambda$.
    """
    slopes = X.T @ (y - X @ b) / len(y)
    gaps = np.where(b == 0, np.maximum(np.abs(slopes) - lam, 0), np.abs(slopes - lam * np.sign(b)))
    return float(gaps.max())


def checks(X: Array, y: Array, ratio: float) -> Iterator[Check]:
    """Compare with ridge's closed form, the lasso's conditions, and slopes by finite differences."""
    n, d = X.shape
    lam = 0.1 * float(penalties(X, y, 1.0, 2)[0])
    ridge = np.linalg.solve(X.T @ X + n * lam * np.eye(d), X.T @ y)
    gap = np.abs(coordinate_descent(X, y, lam, 0.0, np.zeros(d)) - ridge).max()
    yield Check("ridge against its closed form", float(gap), 0.0, 1e-6)
    lasso = coordinate_descent(X, y, lam, 1.0, np.zeros(d))
    yield Check("lasso: how far its conditions fail", violation(X, y, lasso, lam), 0.0, 1e-6)
    net, h = coordinate_descent(X, y, lam, ratio, np.zeros(d)), 1e-5
    steps = h * np.eye(d)
    up, down = ([objective(X, y, net + s * step, lam, ratio) for step in steps] for s in (1, -1))
    slopes = (np.array(up) - np.array(down))[net != 0] / (2 * h)
    steepest = float(np.abs(slopes).max(initial=0))
    yield Check("elastic net: steepest slope left, by differences", steepest, 0.0, 1e-6)
    lowest = min(*up, *down) - objective(X, y, net, lam, ratio)
    yield Check("elastic net: least rise by a small step", float(lowest), 0.0, 1e-12, ">=")
