"""Gaussian process: a prior over functions, conditioned on data: a mean, and an honest band around it.

Sheet 3.22. Rasmussen & Williams, Gaussian Processes for Machine Learning (2006), chapter 2. Inputs X (n,),
values y (n,) with noise of standard deviation s, new inputs x (m,).
"""

from collections.abc import Iterator
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Bars, Between, Check, Frame, Heat, Line, Say

Array = NDArray[np.float64]


def kernel(a: Array, b: Array, length_scale: float) -> Array:
    r"""$k(a,b)=\exp(-(a-b)^2/2\ell^2)$ (n, m): near inputs have like values."""
    K: Array = np.exp(-((a[:, None] - b) ** 2) / (2 * length_scale**2))
    return K


class Posterior(NamedTuple):
    """Mean (m,) and covariance (m, m) of f at new inputs, and the log marginal likelihood of the data."""

    mean: Array
    covariance: Array
    log_evidence: float


def condition(X: Array, y: Array, x: Array, length_scale: float, s: float) -> Posterior:
    r"""$k_*^\top(K+s^2I)^{-1}y$ and $k_{**}-k_*^\top(K+s^2I)^{-1}k_*$, by Cholesky (R&W, algorithm 2.1)."""
    L = np.linalg.cholesky(kernel(X, X, length_scale) + s**2 * np.eye(len(X)))
    k = kernel(X, x, length_scale)
    alpha = np.linalg.solve(L.T, np.linalg.solve(L, y))
    v = np.linalg.solve(L, k)
    log_evidence = -0.5 * y @ alpha - np.log(L.diagonal()).sum() - len(X) / 2 * np.log(2 * np.pi)
    return Posterior(k.T @ alpha, kernel(x, x, length_scale) - v.T @ v, float(log_evidence))


def deviation(p: Posterior) -> Array:
    """Standard deviation (m,) of f."""
    return np.sqrt(np.maximum(p.covariance.diagonal(), 0))


def draws(p: Posterior, z: Array) -> Array:
    """Functions (m, r) from the posterior, made of standard normal z (m, r)."""
    values, vectors = np.linalg.eigh(p.covariance)
    functions: Array = p.mean[:, None] + (vectors * np.sqrt(np.maximum(values, 0))) @ (vectors.T @ z)
    return functions


GRID = np.linspace(-5, 5, 101)


def wave(x: Array) -> Array:
    """The function that is measured."""
    return np.asarray(1.2 * np.sin(1.6 * x) + 0.2 * x)


def demo(
    n: Annotated[int, "measured points", Between(1, 30)] = 6,
    length_scale: Annotated[float, "how far likeness reaches", Between(0.1, 5)] = 0.7,
    noise: Annotated[float, "standard deviation of a measurement", Between(0.01, 1)] = 0.1,
    seed: int = 0,
) -> Iterator[Frame]:
    """Functions from a prior, pinned down point by point; then length scales too short and too long."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(-4, 4, n)
    y = wave(X) + noise * rng.standard_normal(n)
    z = rng.standard_normal((len(GRID), 5))
    yield Say(
        r"A Gaussian process is a distribution over functions: all values of f are jointly normal, with "
        r"covariance $k(x,x')=\exp(-(x-x')^2/2\ell^2)$. Data condition it: $m(x)=k_*^\top(K+s^2I)^{-1}y$."
    )
    yield from prior(length_scale, z)
    yield from learn(X, y, length_scale, noise, z)
    yield from scales(X, y, noise)
    yield from checks(X, y, length_scale, noise)


def belief(p: Posterior, functions: Array) -> dict[str, Array]:
    """The mean, the band of two standard deviations and some functions, as curves."""
    band = {"mean": p.mean, "+2 sd": p.mean + 2 * deviation(p), "-2 sd": p.mean - 2 * deviation(p)}
    return band | {f"draw {j + 1}": f for j, f in enumerate(functions.T)}


def prior(length_scale: float, z: Array) -> Iterator[Frame]:
    """Play functions that the prior deems likely."""
    p = condition(np.zeros(0), np.zeros(0), GRID, length_scale, 1.0)
    functions = draws(p, z)
    yield Heat("covariance of f at nine places", kernel(GRID[::12], GRID[::12], length_scale))
    for shown in range(1, 6):
        yield Line("functions", belief(p, functions[:, :shown]), x=GRID, x_label="x")


def learn(X: Array, y: Array, length_scale: float, s: float, z: Array) -> Iterator[Frame]:
    """Ask about the band far away, and play the points one by one."""
    yield Ask(
        "far",
        "Now the points are measured, one by one. What does the band do far away from all of them?",
        ("it grows without end", "it is as wide as before any data", "it shrinks a little with each point"),
        answer=1,
        why="Where the kernel to all data is near 0 nothing was learned: mean 0, deviation 1, as before. "
        "The width of the band depends on where one measured, not on what.",
    )
    for shown in range(1, len(X) + 1):
        p = condition(X[:shown], y[:shown], GRID, length_scale, s)
        points = np.column_stack([X, y])[:shown]
        yield Say(f"{shown} points: log marginal likelihood {p.log_evidence:.2f}.")
        yield Heat("kernel matrix K", kernel(X[:shown], X[:shown], length_scale))
        yield Line("functions", belief(p, draws(p, z)[:, :3]), x=GRID, x_label="x", points=points)


def scales(X: Array, y: Array, s: float) -> Iterator[Frame]:
    """Play length scales from short to long, and what the evidence says of them."""
    lengths = np.geomspace(0.15, 5, 16)
    points = np.column_stack([X, y])
    evidence: list[float] = []
    for shown, length in enumerate(lengths, start=1):
        p = condition(X, y, GRID, float(length), s)
        evidence.append(p.log_evidence)
        yield Say(f"Length scale {length:.2f}: short ones forget between points, long ones are too sure.")
        yield Line("log evidence", evidence.copy(), x=lengths[:shown], x_label="length scale", log_x=True)
        yield Line("functions", belief(p, np.zeros((len(GRID), 0))), x=GRID, x_label="x", points=points)
    best = int(np.argmax(evidence))
    trio = {f"{length:.2f}": evidence[j] for j, length in enumerate(lengths) if j in (0, best, 15)}
    yield Bars("log evidence of three length scales", trio)


def by_precision(X: Array, y: Array, x: Array, length_scale: float, s: float) -> tuple[Array, Array]:
    """Mean and covariance of noisy values at x, from the inverse of the joint covariance of all values."""
    both = np.concatenate([X, x])
    precision = np.linalg.inv(kernel(both, both, length_scale) + s**2 * np.eye(len(both)))
    new, old = precision[len(X) :, len(X) :], precision[len(X) :, : len(X)]
    covariance = np.linalg.inv(new)
    return -covariance @ old @ y, covariance


def checks(X: Array, y: Array, length_scale: float, s: float) -> Iterator[Check]:
    """Compare with the inverse of the joint covariance, and the evidence with a chain of predictions."""
    x = np.linspace(-4.5, 4.5, 7)
    p = condition(X, y, x, length_scale, s)
    mean, covariance = by_precision(X, y, x, length_scale, s)
    yield Check("mean against the joint precision", np.abs(p.mean - mean).max(), 0.0, 1e-8)
    gap = p.covariance + s**2 * np.eye(len(x)) - covariance
    yield Check("covariance against the joint precision", np.abs(gap).max(), 0.0, 1e-8)
    chain = 0.0
    for i in range(len(X)):
        next_one = condition(X[:i], y[:i], X[i : i + 1], length_scale, s)
        variance = next_one.covariance[0, 0] + s**2
        chain -= 0.5 * float((y[i] - next_one.mean[0]) ** 2 / variance + np.log(2 * np.pi * variance))
    yield Check("log evidence, one prediction after another", p.log_evidence, chain, 1e-7)
    at_data = condition(X, y, X, length_scale, s)
    yield Check(
        "largest variance at a measured point", at_data.covariance.diagonal().max(), s**2, 1e-10, "<="
    )
