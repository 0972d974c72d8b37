"""Bayesian linear regression: a whole distribution over lines, which every new point narrows.

Sheet 3.10. Bishop, PRML (2006), section 3.3: equations 3.50 to 3.59 and figure 3.7. Design X (n, 2) with a
column of ones, targets y (n,), weights w (2,): intercept and slope.
"""

from collections.abc import Iterator
from math import sqrt
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Between, Check, Frame, Heat, Line, Say, Table

Array = NDArray[np.float64]

TRUTH = np.array([-0.3, 0.5])
GRID = np.linspace(-2, 2, 61)
SIDE = np.linspace(-1.2, 1.2, 25)


class Gaussian(NamedTuple):
    """Mean m (d,) and covariance S (d, d) of the weights."""

    m: Array
    S: Array


def prior(d: int, lam: float) -> Gaussian:
    r"""$\mathcal N(0,\lambda^{-1}I)$."""
    return Gaussian(np.zeros(d), np.eye(d) / lam)


def posterior(X: Array, y: Array, lam: float, beta: float) -> Gaussian:
    r"""$S=(\lambda I+\beta X^\top X)^{-1}$ and $m=\beta SX^\top y$ (eq. 3.53, 3.54)."""
    S = np.asarray(np.linalg.inv(lam * np.eye(X.shape[1]) + beta * X.T @ X), dtype=np.float64)
    return Gaussian(beta * S @ X.T @ y, S)


def learn(belief: Gaussian, x: Array, y: float, beta: float) -> Gaussian:
    r"""One point more: $m+k(y-x^\top m)$ and $S-kx^\top S$ with the gain $k=\frac{Sx}{1/\beta+x^\top Sx}$."""
    m, S = belief
    k = S @ x / (1 / beta + x @ S @ x)
    return Gaussian(m + k * (y - x @ m), S - np.outer(k, x @ S))


def predict(belief: Gaussian, X: Array, beta: float) -> tuple[Array, Array]:
    r"""Means $x^\top m$ and variances $\frac1\beta+x^\top Sx$ (n,) at the rows x of X (eq. 3.58, 3.59)."""
    m, S = belief
    return X @ m, 1 / beta + ((X @ S) * X).sum(axis=1)


def density(belief: Gaussian, W: Array) -> Array:
    """The Gaussian density (n,) at weights W (n, d), scaled to 1 at the mean."""
    gap = W - belief.m
    p: Array = np.exp(-0.5 * (gap * np.linalg.solve(belief.S, gap.T).T).sum(axis=1))
    return p


def design(x: Array) -> Array:
    """A column of ones and x: (n, 2)."""
    return np.column_stack([np.ones_like(x), x])


def demo(
    n: Annotated[int, "points", Between(3, 200)] = 20,
    prior_precision: Annotated[float, "lambda, of the weights before any data", Between(0.1, 100)] = 2.0,
    noise_precision: Annotated[float, "beta, of the noise", Between(1, 400)] = 25.0,
    seed: int = 0,
) -> Iterator[Frame]:
    """Points arrive one by one: the posterior over intercept and slope shrinks, and with it the band."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, n)
    X = design(x)
    y = X @ TRUTH + rng.standard_normal(n) / sqrt(noise_precision)
    yield Say(
        r"Bayesian linear regression keeps every line, with a probability: weights $w\sim\mathcal N(m,S)$, "
        r"$S=(\lambda I+\beta X^\top X)^{-1}$ and $m=\beta SX^\top y$. A prediction at $x$ has the variance "
        r"$\frac1\beta+x^\top Sx$: noise, and what isn't known of $w$."
    )
    beliefs = [prior(2, prior_precision)]
    for row, target in zip(X, y, strict=True):
        beliefs.append(learn(beliefs[-1], row, float(target), noise_precision))
    yield from film(X, y, beliefs, noise_precision, rng.standard_normal((10, 2)))
    yield from parts(beliefs, noise_precision)
    yield from checks(X, y, beliefs[-1], prior_precision, noise_precision, rng)


def film(X: Array, y: Array, beliefs: list[Gaussian], beta: float, z: Array) -> Iterator[Frame]:
    """Play the points one by one, with an Ask before the first."""
    shown = np.unique(np.append(np.geomspace(1, len(y), 20).astype(int), [2, 3])).tolist()
    yield from belief_frames(X[:0], y[:0], beliefs[0], beta, z)
    yield Ask(
        "ridge",
        f"The first point comes at x = {X[0, 1]:.2f}. What is left of the posterior over (intercept, slope)?",
        ("a small round spot", "a narrow ridge", "half a plane", "as before, only higher"),
        answer=1,
        why="One point fixes one combination, intercept + slope x, up to noise. All lines through the point "
        "stay likely, and these lie on a ridge. A second point elsewhere cuts it to a spot.",
    )
    for k in shown:
        yield from belief_frames(X[:k], y[:k], beliefs[k], beta, z)


def belief_frames(X: Array, y: Array, belief: Gaussian, beta: float, z: Array) -> Iterator[Frame]:
    """What is believed: the weights, ten lines, the prediction with its band, and a table."""
    m, S = belief
    points = np.column_stack([X[:, 1], y])
    yield Say(f"{len(y)} points seen." if len(y) else "No point seen: the prior.", "seen")
    W = np.column_stack([axis.ravel() for axis in np.meshgrid(SIDE, SIDE[::-1])])
    ends = [f"{v:.1f}" if i % 6 == 0 else "" for i, v in enumerate(SIDE)]
    Z = density(belief, W).reshape(len(SIDE), len(SIDE))
    yield Heat("slope (up) and intercept (right)", Z, row_labels=ends[::-1])
    lines = (m + z @ np.linalg.cholesky(S).T) @ design(GRID).T
    gaps = np.full((len(z), 1), np.nan)
    yield Line(
        "ten lines",
        {"drawn": np.hstack([lines, gaps]).ravel()},
        x=np.tile(np.append(GRID, np.nan), len(z)),
        points=points,
    )
    mean, variance = predict(belief, design(GRID), beta)
    band = 2 * np.sqrt(variance)
    curves = {"mean": mean, "+2 sd": mean + band, "-2 sd": mean - band, "truth": design(GRID) @ TRUTH}
    yield Line("prediction", curves, x=GRID, x_label="x", points=points)
    rows = [(name, m[j], sqrt(S[j, j]), TRUTH[j]) for j, name in enumerate(("intercept", "slope"))]
    yield Table("weights", ("", "mean", "sd", "truth"), [(r[0], *np.round(r[1:], 3).tolist()) for r in rows])


def parts(beliefs: list[Gaussian], beta: float) -> Iterator[Frame]:
    """Ask where the variance of a prediction ends, and play both its parts."""
    yield Ask(
        "limit",
        "More and more points: where does the variance of a prediction at x = 1.5 go?",
        ("to 0", "to the variance of the noise, 1/beta", "it stays, as x = 1.5 is outside the data"),
        answer=1,
        why="Points teach the weights, and $x^\\top Sx$ falls to 0 everywhere, outside the data too, as long "
        "as a line is right. The noise of the next point stays.",
    )
    x = design(np.array([1.5]))
    total = [float(predict(belief, x, beta)[1][0]) for belief in beliefs]
    for shown in np.unique(np.linspace(2, len(total), 10).astype(int)).tolist():
        curves = {"1/beta + x'Sx": total[:shown], "1/beta": [1 / beta] * shown}
        yield Line("variance at x = 1.5", curves, x_label="points seen", log_y=True)


def by_integration(X: Array, y: Array, lam: float, beta: float, around: Gaussian) -> Array:
    """The posterior mean (2,) from prior times likelihood, summed over a lattice of weights."""
    steps, root = np.linspace(-7, 7, 141), np.linalg.cholesky(around.S)
    W = around.m + np.array([(a, b) for a in steps for b in steps]) @ root.T
    log_p = -0.5 * lam * (W**2).sum(axis=1) - 0.5 * beta * ((y - W @ X.T) ** 2).sum(axis=1)
    p = np.exp(log_p - log_p.max())
    mean: Array = p @ W / p.sum()
    return mean


def checks(
    X: Array, y: Array, belief: Gaussian, lam: float, beta: float, rng: np.random.Generator
) -> Iterator[Check]:
    """Compare with all points at once, with ridge regression, with an integral and with samples."""
    m, S = belief
    batch = posterior(X, y, lam, beta)
    gap = max(np.abs(m - batch.m).max(), np.abs(S - batch.S).max())
    yield Check("one by one against all at once", float(gap), 0.0, 1e-10)
    tall, targets = np.vstack([X, sqrt(lam / beta) * np.eye(2)]), np.append(y, [0.0, 0.0])
    ridge = np.linalg.lstsq(tall, targets)[0]
    yield Check("slope against ridge, lambda/beta", float(batch.m[1]), float(ridge[1]), 1e-8)
    found = by_integration(X, y, lam, beta, belief)
    yield Check("intercept against an integral over all weights", float(m[0]), float(found[0]), 1e-6)
    x = design(np.array([1.5]))
    w = rng.multivariate_normal(m, S, 100_000)
    targets = w @ x[0] + rng.standard_normal(len(w)) / sqrt(beta)
    variance = float(predict(belief, x, beta)[1][0])
    yield Check("variance at x = 1.5 against samples", variance, float(targets.var()), 0.02 * variance)
