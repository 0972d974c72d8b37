"""Stacking: a meta-model learns how much to trust each model, from predictions on points they haven't seen.

Sheet 3.11. Wolpert, Stacked generalization (1992); Breiman, Stacked regressions (1996).
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Bars, Between, Check, Frame, Line, Say, Table

from .bagging import grow

Array = NDArray[np.float64]
Folds = NDArray[np.intp]
Model = Callable[[Array, Array, Array], Array]
"""Predictions (m,) at new places (m,), after a fit to places and values (n,)."""

GRID = np.linspace(0, 4, 121)


def line(x: Array, y: Array, new: Array) -> Array:
    r"""The least-squares line: slope $\frac{\sum_i(x_i-\bar x)(y_i-\bar y)}{\sum_i(x_i-\bar x)^2}$."""
    centred = x - x.mean()
    slope = float(centred @ (y - y.mean()) / (centred @ centred))
    height: Array = y.mean() + slope * (new - x.mean())
    return height


def nearest(k: int, x: Array, y: Array, new: Array) -> Array:
    """The mean of y over the k nearest points."""
    neighbours = np.abs(new[:, None] - x).argsort(axis=1, kind="stable")[:, :k]
    return np.asarray(y[neighbours].mean(axis=1))


def stump(x: Array, y: Array, new: Array) -> Array:
    """A regression tree of one cut."""
    return grow(x, y, 1).predict(new)


def fold_numbers(n: int, folds: int, rng: np.random.Generator) -> Folds:
    """Which of the folds each of n points is held out in (n,), in sizes that differ by one at most."""
    return rng.permutation(n) % folds


def out_of_fold(models: list[Model], x: Array, y: Array, fold: Folds) -> Array:
    """Z (n, models): each point predicted by models fitted without its fold."""
    Z = np.empty((len(x), len(models)))
    for held in range(fold.max() + 1):
        known = fold != held
        for m, model in enumerate(models):
            Z[~known, m] = model(x[known], y[known], x[~known])
    return Z


def predictions(models: list[Model], x: Array, y: Array, new: Array) -> Array:
    """Predictions (m, models) at new places (m,) of models fitted to all of x, y."""
    return np.column_stack([model(x, y, new) for model in models])


def meta_weights(Z: Array, y: Array) -> Array:
    r"""$w=(Z^\top Z)^{-1}Z^\top y$ (models,), the weights that make $\lVert y-Zw\rVert^2$ least."""
    return np.asarray(np.linalg.solve(Z.T @ Z, Z.T @ y), dtype=np.float64)


def mean_squared_error(y: Array, predicted: Array) -> float:
    """Over points (n,)."""
    return float(((y - predicted) ** 2).mean())


def truth(x: Array) -> Array:
    """Rent by distance from a station: it falls like a line, with a step where the city ends."""
    return 3 - 0.6 * x - 1.2 * (x > 2.2) + 0.25 * np.sin(5 * x)


def sample(n: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Places x (n,) and noisy values y (n,)."""
    x = rng.uniform(0, 4, n)
    return x, truth(x) + noise * rng.standard_normal(n)


def demo(
    n: Annotated[int, "points", Between(20, 1000)] = 200,
    folds: Annotated[int, "parts of the data, each held out once", Between(2, 20)] = 5,
    k: Annotated[int, "neighbours that k-NN asks", Between(1, 9)] = 2,
    noise: Annotated[float, "standard deviation of the noise", Between(0.05, 2)] = 0.5,
    seed: int = 0,
) -> Iterator[Frame]:
    """A line, k-NN and a stump are weighed by how they do on held-out folds; in sample, k-NN cheats."""
    if folds > n // 2:
        raise ValueError(f"folds = {folds} leave less than two of n = {n} points in a fold")
    rng = np.random.default_rng(seed)
    x, y = sample(n, noise, rng)
    new = sample(2000, noise, rng)
    models: dict[str, Model] = {"line": line, f"{k}-NN": partial(nearest, k), "stump": stump}
    yield Say(
        r"Stacking predicts with several models and lets a meta-model weigh them: $\hat y=\sum_mw_mf_m(x)$. "
        r"The weights $w=(Z^\top Z)^{-1}Z^\top y$ come from $Z$, predictions on folds a model hasn't seen."
    )
    fold = fold_numbers(n, folds, rng)
    Z = out_of_fold(list(models.values()), x, y, fold)
    yield from film(models, x, y, fold, Z)
    yield from cheat(models, x, y, Z, new)
    yield from compare(models, x, y, Z, new)
    yield from checks(models, x, y, fold, Z)


def film(models: dict[str, Model], x: Array, y: Array, fold: Folds, Z: Array) -> Iterator[Frame]:
    """Play the folds: models fitted without one, their predictions on it, the weights so far."""
    names, table = list(models), []
    for held in range(fold.max() + 1):
        known = fold != held
        curves = predictions(list(models.values()), x[known], y[known], GRID)
        yield Say(
            f"Fold {held + 1}: fitted without {(~known).sum()} points, the models predict just those.", "fold"
        )
        lines = dict(zip(names, curves.T, strict=True))
        yield Line("held-out points", lines, x=GRID, points=np.column_stack([x, y])[~known])
        some = np.flatnonzero(~known)[:2]
        table += [(held + 1, *np.round([x[i], y[i], *Z[i]], 2)) for i in some]
        yield Table("out-of-fold predictions Z", ("fold", "x", "y", *names), table[-8:])
        seen = fold <= held
        yield Bars("weights", dict(zip(names, meta_weights(Z[seen], y[seen]), strict=True)))


def cheat(
    models: dict[str, Model], x: Array, y: Array, Z: Array, new: tuple[Array, Array]
) -> Iterator[Frame]:
    """Ask what weights from predictions in sample would be, and show them."""
    names, fitted = list(models), list(models.values())
    Z_in = predictions(fitted, x, y, x)
    honest, naive = meta_weights(Z, y), meta_weights(Z_in, y)
    yield Ask(
        "in sample",
        "Now we skip the folds: all models see all points, predict those same points, and are weighed by "
        "that. Who gains most weight?",
        names,
        answer=int((naive - honest).argmax()),
        why="A model that remembers its points looks faultless on them. k-NN with few neighbours predicts a "
        "point by the point itself, noise and all, and the meta-model believes it.",
    )
    for shown in range(1, len(names) + 1):
        rows = list(zip(names, honest, naive, strict=True))[:shown]
        yield Table("weights both ways", ("model", "out of fold", "in sample"), rows)
    F = predictions(fitted, x, y, new[0])
    errors = {
        "out of fold": mean_squared_error(new[1], F @ honest),
        "in sample": mean_squared_error(new[1], F @ naive),
    }
    yield Bars("error of the stack on new points, weighed", errors)


def compare(
    models: dict[str, Model], x: Array, y: Array, Z: Array, new: tuple[Array, Array]
) -> Iterator[Frame]:
    """Play the errors on new points: of each model, of their plain average, of the stack."""
    w, fitted = meta_weights(Z, y), list(models.values())
    names = [*models, "average", "stack"]
    mix = np.column_stack([np.eye(len(w)), np.full(len(w), 1 / len(w)), w])
    F, curves = predictions(fitted, x, y, new[0]) @ mix, predictions(fitted, x, y, GRID) @ mix
    for shown in range(1, len(names) + 1):
        errors = {name: mean_squared_error(new[1], F[:, m]) for m, name in enumerate(names[:shown])}
        yield Line(
            "models", {names[shown - 1]: curves[:, shown - 1], "truth": truth(GRID)}, x=GRID, x_label="x"
        )
        yield Bars("error on new points", errors)


def checks(models: dict[str, Model], x: Array, y: Array, fold: Folds, Z: Array) -> Iterator[Check]:
    """Compare with NumPy's least squares, and see that no prediction knows its point."""
    w = meta_weights(Z, y)
    gap = np.abs(w - np.linalg.lstsq(Z, y)[0]).max()
    yield Check("weights against NumPy's least squares", float(gap), 0.0, 1e-8)
    error, alone = mean_squared_error(y, Z @ w), min(mean_squared_error(y, column) for column in Z.T)
    yield Check("out-of-fold error against the best model's", error, alone, 0.0, "<=")
    i = len(y) // 2
    changed = y.copy()
    changed[i] += 100
    moved = np.abs(out_of_fold(list(models.values()), x, changed, fold)[i] - Z[i]).max()
    yield Check("how a prediction moves with its own point", float(moved), 0.0, 1e-12)
    others = fold != fold[i]
    slope, intercept = np.polyfit(x[others], y[others], 1)
    yield Check("the line at one point, by polyfit", float(Z[i, 0]), float(intercept + slope * x[i]), 1e-9)
