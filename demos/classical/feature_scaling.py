"""Feature scaling: a feature in small units has large numbers, and descent and distances see little else.

Sheet 3.20. Murphy, Probabilistic Machine Learning: An Introduction (2022); LeCun et al., Efficient BackProp
(1998). Features X (n, d), each column by itself; weights w (d,).
"""

import math
from collections.abc import Iterator
from statistics import fmean, pstdev
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Bars, Between, Check, Frame, Line, Say, Scatter, Table

from ..optimization.gradient_descent import gradient_descent  # noqa: TID252 - the package has two names
from .knn import leave_one_out, two_moons
from .linear_regression import gradient, mse, normal_equations

Array = NDArray[np.float64]

TRUTH = np.array([2.0, 1.5])
STEP = 1.6  # times 1/L; from 2 on, descent diverges
CLOSE = 1e-6  # part of the loss that may be left
MOST_STEPS = 150_000


def min_max(X: Array) -> Array:
    r"""$\frac{x-x_{\min}}{x_{\max}-x_{\min}}$ by column, in [0, 1]."""
    low, high = X.min(axis=0), X.max(axis=0)
    scaled: Array = (X - low) / (high - low)
    return scaled


def standardize(X: Array) -> Array:
    r"""$\frac{x-\mu}{\sigma}$ by column: mean 0, standard deviation 1 (with divisor n)."""
    scaled: Array = (X - X.mean(axis=0)) / X.std(axis=0)
    return scaled


def hessian(X: Array) -> Array:
    r"""$H=\frac{2}{n}X^\top X$ (d, d), the curvature of the mean squared error."""
    return 2 / len(X) * X.T @ X


def condition(X: Array) -> float:
    r"""$\kappa=\lambda_{\max}/\lambda_{\min}$ of the curvature: how long its valley is."""
    values = np.linalg.eigvalsh(hessian(X))
    return float(values[-1] / values[0])


class Descent(NamedTuple):
    """A problem X (n, d), y (n,), and the way (steps + 1, d) of gradient descent from zero."""

    X: Array
    y: Array
    way: Array


def descend(X: Array, y: Array, steps: int) -> Descent:
    """Gradient descent on the mean squared error, with a step of 1.6/L for L the largest curvature."""
    lr = STEP / float(np.linalg.eigvalsh(hessian(X))[-1])
    return Descent(X, y, gradient_descent(lambda w: gradient(X, y, w), np.zeros(X.shape[1]), lr, steps))


def excess(X: Array, y: Array, steps: int) -> Array:
    r"""The loss above its minimum after 0..steps, by $\frac{1}{2}\sum_j\lambda_j(1-\eta\lambda_j)^{2t}c_j^2$.

    The c are the coordinates of the start along the eigenvectors of H, seen from the minimum.
    """
    values, vectors = np.linalg.eigh(hessian(X))
    c = vectors.T @ normal_equations(X, y)
    shrink = np.abs(1 - STEP / values[-1] * values)
    t = np.arange(steps + 1)[:, None]
    left: Array = (0.5 * values * c**2 * shrink ** (2 * t)).sum(axis=1)
    return left


def steps_needed(X: Array, y: Array) -> int:
    """How many steps leave a millionth of the loss above the minimum, at most MOST_STEPS."""
    left = excess(X, y, MOST_STEPS)
    return int((left > CLOSE * left[0]).sum())


def houses(n: int, scale: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Features (n, 2) about their mean, the second `scale` times larger than need be, and y (n,)."""
    e = rng.standard_normal((n, 2))
    X = np.stack([e[:, 0], 0.3 * e[:, 0] + e[:, 1]], axis=1)
    y = X @ TRUTH + 0.3 * rng.standard_normal(n)
    X = X - X.mean(axis=0)
    return X * [1.0, scale], y - y.mean()


def demo(
    n: Annotated[int, "points", Between(20, 400)] = 100,
    scale: Annotated[float, "how much larger the numbers of the second feature are", Between(1, 100)] = 50.0,
    steps: Annotated[int, "steps of gradient descent", Between(5, 1000)] = 200,
    seed: int = 0,
) -> Iterator[Frame]:
    """The same data in raw and in scaled units: descent crawls or runs, neighbours err or are right."""
    rng = np.random.default_rng(seed)
    X, y = houses(n, scale, rng)
    yield Say(
        r"Scaling brings features to one unit: min-max to $\frac{x-x_{\min}}{x_{\max}-x_{\min}}$, or "
        r"standardizing to $\frac{x-\mu}{\sigma}$. The numbers of the second feature are large here, "
        r"only because its unit is small."
    )
    yield from table_of_scalings(X)
    yield from race(X, y, scale, steps)
    yield from neighbours(n, scale, rng)
    yield from outlier(X[:, 0])
    yield from checks(X, y, steps)


def table_of_scalings(X: Array) -> Iterator[Frame]:
    """Show the second feature of some points raw, min-max scaled and standardized."""
    x = X[:, 1:]
    columns = np.concatenate([x, min_max(x), standardize(x)], axis=1)
    rows: list[tuple[object, ...]] = []
    for i in np.argsort(x[:, 0])[np.linspace(0, len(x) - 1, 7).astype(int)].tolist():
        rows.append((i, *columns[i].round(3)))
        yield Table("the second feature", ("point", "raw", "min-max", "standard"), rows.copy())


def contours(descent: Descent, X: Array, y: Array) -> dict[str, Array]:
    """Level lines (61, 2) of the loss through the start and further in."""
    best = normal_equations(X, y)
    values, vectors = np.linalg.eigh(hessian(X))
    turn = np.linspace(0, 2 * np.pi, 61)
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    start = mse(X, y, descent.way[0]) - mse(X, y, best)
    return {
        f"{share:.0%} of the loss": best + circle @ (vectors * np.sqrt(2 * share * start / values)).T
        for share in (1.0, 0.2)
    }


def race(X: Array, y: Array, scale: float, steps: int) -> Iterator[Frame]:
    """Ask how much longer raw descent takes, and play both ways over their contours."""
    Z = standardize(X)
    needed = {"raw": steps_needed(X, y), "standardized": steps_needed(Z, y)}
    times = needed["raw"] / max(needed["standardized"], 1)
    yield Ask(
        "race",
        f"The second feature's numbers are {scale:g} times as large. Each descent takes the best fixed share "
        "of its longest safe step. How many times the steps does raw descent need?",
        ("up to 3 times", f"up to {max(scale, 4):g} times", "more than that"),
        answer=0 if times <= 3 else 1 if times <= max(scale, 4) else 2,
        why="The large feature is steep and dictates a short step; along the other one the slope is tiny. "
        f"Steps grow with the condition number: {condition(X):.0f} raw and {condition(Z):.1f} scaled "
        f"take {needed['raw']} and {needed['standardized']} steps.",
    )
    runs = {"raw": descend(X, y, steps), "standardized": descend(Z, y, steps)}
    lines = {name: contours(run, run.X, y) for name, run in runs.items()}
    left = {
        name: np.maximum(excess(run.X, y, steps) / excess(run.X, y, 0), 1e-8) for name, run in runs.items()
    }
    for t in np.unique(np.geomspace(1, steps, 22).astype(int)).tolist():
        for name, run in runs.items():
            curves = {**lines[name], "way": run.way[: t + 1]}
            best = normal_equations(run.X, y)[None]
            yield Scatter(f"weights, {name}", best, curves=curves, x_label="w of 1", y_label="w of 2")
        so_far = {name: curve[: t + 1] for name, curve in left.items()}
        yield Line("share of the loss left", so_far, x_label="step", log_y=True)
    rows = [(name, round(condition(run.X), 2), needed[name]) for name, run in runs.items()]
    yield Table("condition and steps to a millionth", ("features", "condition", "steps"), rows)


def neighbours(n: int, scale: float, rng: np.random.Generator) -> Iterator[Frame]:
    """Play what the second unit does to nearest neighbours, whose distances it fills."""
    X, y = two_moons(n, 0.25, rng)
    right: dict[str, float] = {}
    raw = X * [1.0, scale]
    for name, points in {"raw": raw, "min-max": min_max(raw), "standardized": standardize(raw)}.items():
        right[name] = float(leave_one_out(points, y, np.array([7]))[0])
        yield Say(
            f"Two moons, classified by 7 neighbours: {right[name]:.0%} right with {name} features.",
            name="step",
        )
        yield Bars("right by 7 neighbours", right.copy())


def outlier(x: Array) -> Iterator[Frame]:
    """Ask which scaling one far point spoils more, and move it out."""
    distances = np.linspace(0, 30, 16)
    kept: dict[str, list[float]] = {"min-max": [], "standardized": []}
    moved = [np.append(x[1:], x.max() + away)[:, None] for away in distances.tolist()]
    scalings = {"min-max": min_max, "standardized": standardize}
    for name, scaling in scalings.items():
        spreads = [float(scaling(values)[:-1].std()) for values in moved]
        kept[name] = [spread / spreads[0] for spread in spreads]
    yield Ask(
        "outlier",
        f"One of the {len(x)} points moves 30 standard deviations out. "
        "Which scaling presses the others together more?",
        (*kept, "both as much"),
        answer=int(np.argmin([curve[-1] for curve in kept.values()])),
        why="Min-max divides by the range, which one point stretches as far as it likes; the standard "
        f"deviation grows more slowly. The others keep {kept['min-max'][-1]:.0%} and "
        f"{kept['standardized'][-1]:.0%} of their spread; by quartiles they would keep nearly all.",
    )
    for shown, values in enumerate(moved, start=1):
        rows = np.concatenate(
            [
                np.append(scaling(values), np.full_like(values, row), axis=1)
                for row, scaling in enumerate(scalings.values())
            ]
        )
        yield Scatter(
            "0 min-max, 1 standardized", rows, labels=np.repeat([0, 1], len(x)), class_names=tuple(kept)
        )
        curves = {name: curve[:shown] for name, curve in kept.items()}
        yield Line(
            "spread that the others keep", curves, x=distances[:shown], x_label="how far one point moved"
        )


def checks(X: Array, y: Array, steps: int) -> Iterator[Check]:
    """Compare with Python's statistics, across units, and with descent and least squares in closed form."""
    Z, columns = standardize(X), X.T.tolist()
    by_hand = np.array([[(x - fmean(column)) / pstdev(column) for x in column] for column in columns]).T
    yield Check("standardized values, by Python's statistics", np.abs(Z - by_hand).max(), 0.0, 1e-9)
    spans = [(min(column), max(column) - min(column)) for column in columns]
    by_hand = np.array(
        [[(x - low) / span for x in column] for column, (low, span) in zip(columns, spans, strict=True)]
    ).T
    yield Check("min-max values, one by one", np.abs(min_max(X) - by_hand).max(), 0.0, 1e-12)
    back = normal_equations(Z, y) / X.std(axis=0)
    best = np.linalg.lstsq(X, y)[0]
    yield Check("weights mapped back to raw units", float(np.abs(back - best).max()), 0.0, 1e-8)
    for name, features in {"raw": X, "standardized": Z}.items():
        end = mse(features, y, descend(features, y, steps).way[-1])
        expected = mse(features, y, normal_equations(features, y)) + float(excess(features, y, steps)[-1])
        yield Check(f"{name} loss at the end, by eigenvalues", end, expected, 1e-8 * (1 + expected))
    a, c = (float(value) for value in np.diag(hessian(X)))
    b = float(hessian(X)[0, 1])
    root = math.hypot(a - c, 2 * b)
    kappa = (a + c + root) ** 2 / (4 * (a * c - b * b))
    yield Check("condition number, by trace and determinant", condition(X), kappa, 1e-6 * kappa)
