"""Uncertainty: what an ensemble doesn't know, a band that keeps its promise, and honest probabilities.

Sheet 3.21. Lakshminarayanan, Pritzel & Blundell, Deep Ensembles (2017), section 2.4; Angelopoulos & Bates,
A Gentle Introduction to Conformal Prediction (2021); Guo et al., On Calibration of Modern Neural Networks
(2017).
"""

from collections.abc import Iterator
from math import ceil, sqrt
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Bars, Between, Check, Frame, Histogram, Line, Say

from .bagging import bootstrap

Array = NDArray[np.float64]

GRID = np.linspace(0, 6, 121)
CENTRES, WIDTH, RIDGE = np.linspace(-0.5, 6.5, 12), 0.6, 0.01
REPEATS, NEW = 500, 20
"""How often the conformal band is made, and on how many new points each is counted."""

LOUD = 2.5
"""By how much the classifier's log-odds are too large."""

BINS = 10


def features(x: Array) -> Array:
    r"""Bumps $e^{-(x-c_j)^2/2s^2}$ (n, 12)."""
    phi: Array = np.exp(-((x[:, None] - CENTRES) ** 2) / (2 * WIDTH**2))
    return phi


def fit(x: Array, y: Array) -> Array:
    r"""Ridge weights $(\Phi^\top\Phi+\lambda I)^{-1}\Phi^\top y$ (12,)."""
    Phi = features(x)
    w = np.linalg.solve(Phi.T @ Phi + RIDGE * np.eye(len(CENTRES)), Phi.T @ y)
    return np.asarray(w, dtype=np.float64)


class Member(NamedTuple):
    """What one model of the ensemble predicts on GRID: means m and noise variances v (121,)."""

    m: Array
    v: Array


def noise_variance(x: Array, residuals: Array, new: Array) -> Array:
    r"""Squared residuals averaged around each new place (m,): $\sum_iK(x-x_i)r_i^2/\sum_iK(x-x_i)$."""
    K = np.exp(-0.5 * ((new[:, None] - x) / 0.5) ** 2)
    v: Array = (K @ residuals**2) / K.sum(axis=1)
    return v


def member(x: Array, y: Array, rng: np.random.Generator) -> Member:
    """A model of one bootstrap sample; its noise comes from the points that it hasn't seen."""
    rows = bootstrap(len(x), rng)
    w, outside = fit(x[rows], y[rows]), ~np.isin(np.arange(len(x)), rows)
    residuals = y[outside] - features(x[outside]) @ w
    return Member(features(GRID) @ w, noise_variance(x[outside], residuals, GRID))


def aleatoric(v: Array) -> Array:
    r"""$\frac1K\sum_kv_k$ over the members' noise variances v (K, n)."""
    return np.asarray(v.mean(axis=0))


def epistemic(m: Array) -> Array:
    r"""$\frac1K\sum_km_k^2-\left(\frac1K\sum_km_k\right)^2$ over the members' means m (K, n)."""
    return np.asarray((m**2).mean(axis=0) - m.mean(axis=0) ** 2)


def conformal_rank(n: int, alpha: float) -> int:
    r"""$\lceil(n+1)(1-\alpha)\rceil$; the hair taken off keeps 0.9 times 10 at 9."""
    return ceil((n + 1) * (1 - alpha) - 1e-9)


def conformal_width(scores: Array, alpha: float) -> float:
    """The score of that rank among the calibration scores (n,)."""
    return float(np.sort(scores)[conformal_rank(len(scores), alpha) - 1])


def expected_calibration_error(p: Array, y: Array) -> tuple[float, Array, Array, Array]:
    r"""$\sum_b\frac{n_b}{n}|a_b-c_b|$ and the bins' n_b, mean outcomes a_b and mean probabilities c_b.

    The BINS are of equal width; p (n,) are probabilities and y (n,) outcomes 0 or 1. Empty bins have mean 0.
    """
    b = np.minimum((p * BINS).astype(int), BINS - 1)
    n = np.bincount(b, minlength=BINS)
    a, c = (np.bincount(b, values, BINS) / np.maximum(n, 1) for values in (y, p))
    return float((n * np.abs(a - c)).sum() / n.sum()), n.astype(float), a, c


def sigmoid(z: Array) -> Array:
    r"""$\frac{1}{1+e^{-z}}$."""
    return 0.5 * (1 + np.tanh(z / 2))


def log_loss(z: Array, y: Array, T: float) -> float:
    r"""Mean of $\log(1+e^{z/T})-yz/T$."""
    return float((np.logaddexp(0, z / T) - y * z / T).mean())


def truth(x: Array) -> Array:
    """The curve to learn."""
    return np.sin(1.5 * x) + 0.3 * x


def noise(x: Array) -> Array:
    """Standard deviation of the noise, which grows to the right."""
    return 0.1 + 0.08 * x


def with_gap(n: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Places x and values y (n,), with no place between 2.4 and 3.9."""
    x = rng.uniform(0, 4.5, n)
    x = np.where(x > 2.4, x + 1.5, x)
    return x, truth(x) + noise(x) * rng.standard_normal(n)


def demo(
    n: Annotated[int, "points", Between(20, 500)] = 80,
    members: Annotated[int, "models of the ensemble", Between(2, 60)] = 30,
    alpha: Annotated[float, "share of new points that may miss the conformal band", Between(0.01, 0.5)] = 0.1,
    seed: int = 0,
) -> Iterator[Frame]:
    """An ensemble disagrees where it has no data; a conformal band keeps its promise; loud probabilities."""
    if conformal_rank(n // 2, alpha) > n // 2:
        raise ValueError(f"alpha = {alpha} needs {2 * ceil(1 / alpha - 1)} points or more, and n is {n}")
    rng = np.random.default_rng(seed)
    x, y = with_gap(n, rng)
    yield Say(
        r"Models of an ensemble predict means $m_k$ and noise variances $v_k$. The variance of a prediction "
        r"is $\frac1K\sum_kv_k$, noise that stays, plus $\frac1K\sum_km_k^2-(\frac1K\sum_km_k)^2$, what they "
        "don't agree on and more data would settle."
    )
    ensemble = [member(x, y, rng) for _ in range(members)]
    yield from film(x, y, ensemble)
    covered = [repeat(n, alpha, rng) for _ in range(REPEATS)]
    yield from conformal(x, y, alpha, np.array(covered))
    z = rng.normal(0.3, 1.5, 4000)
    outcome = (rng.random(4000) < sigmoid(z)).astype(float)
    yield from reliability(LOUD * z, outcome)
    yield from checks(ensemble, np.array(covered)[:, 1], n // 2, alpha, LOUD * z, outcome, rng)


def film(x: Array, y: Array, ensemble: list[Member]) -> Iterator[Frame]:
    """Play the members one by one, and both parts of the variance."""
    points = np.column_stack([x, y])
    m, v = (np.array(part) for part in zip(*ensemble, strict=True))
    yield Line("the models", {"truth": truth(GRID)}, x=GRID, points=points)
    yield Ask(
        "gap",
        "No point lies between 2.4 and 3.9. Which part of the variance grows there?",
        ("the noise that the models report", "their disagreement", "both alike"),
        answer=1,
        why="Noise is learned from residuals, and the gap has none: models report what its borders suggest. "
        "But nothing ties the models to each other there, and each bootstrap sample leads to another curve.",
    )
    for k in np.unique(np.geomspace(1, len(m), 20).astype(int)).tolist():
        mean, sd = m[:k].mean(axis=0), np.sqrt(aleatoric(v[:k]) + epistemic(m[:k]))
        ends = np.append(GRID, np.nan)
        last = np.hstack([m[max(0, k - 8) : k], np.full((min(k, 8), 1), np.nan)]).ravel()
        yield Say(f"{k} models, each of its own bootstrap sample.", "step")
        yield Line("the models", {"models": last}, x=np.tile(ends, min(k, 8)), points=points)
        band = {"mean": mean, "+2 sd": mean + 2 * sd, "-2 sd": mean - 2 * sd}
        yield Line("mean and band", band, x=GRID, points=points)
        strips = {"noise": aleatoric(v[:k]), "noise + disagreement": sd**2}
        yield Line("variance", strips, x=GRID, x_label="x")


def repeat(n: int, alpha: float, rng: np.random.Generator) -> tuple[float, float]:
    """Share of NEW points inside a band as wide as residuals in sample say, and inside the conformal band.

    Both stand around a fit to the first half of n fresh points; the second half calibrates.
    """
    x, y = with_gap(n, rng)
    w, half = fit(x[: n - n // 2], y[: n - n // 2]), n - n // 2
    errors = np.abs(y - features(x) @ w)
    x_new, y_new = with_gap(NEW, rng)
    misses = np.abs(y_new - features(x_new) @ w)
    in_sample = conformal_width(errors[:half], alpha)
    held_out = conformal_width(errors[half:], alpha)
    return float((misses <= in_sample).mean()), float((misses <= held_out).mean())


def conformal(x: Array, y: Array, alpha: float, covered: Array) -> Iterator[Frame]:
    """Play a conformal band, and the coverage of many (repeats, 2: in sample, conformal)."""
    half = len(x) - len(x) // 2
    w, points = fit(x[:half], y[:half]), np.column_stack([x, y])
    width = conformal_width(np.abs(y - features(x) @ w)[half:], alpha)
    mean = features(GRID) @ w
    rank = conformal_rank(len(x) - half, alpha)
    yield Say(
        f"Split conformal: fit to one half, and go up and down by error number {rank} of the other "
        f"{len(x) - half}, sorted by size: {width:.3f}.",
        "step",
    )
    band = {"mean": mean, "+ width": mean + width, "- width": mean - width}
    yield Line("mean and band", band, x=GRID, points=points)
    shares = covered.mean(axis=0)
    yield Ask(
        "coverage",
        f"We want {1 - alpha:.0%} of new points inside, in {REPEATS} fresh repetitions. What if the width "
        "comes from errors on the points that were fitted instead?",
        ("as many inside", "fewer inside", "more inside"),
        answer=1 if shares[0] < shares[1] - 0.01 else 2 if shares[0] > shares[1] + 0.01 else 0,
        why=f"A fit is nearer to its own points than to new ones: {shares[0]:.1%} were inside. Held-out "
        f"errors and the next error come in any order alike, whatever the model: with them, {shares[1]:.1%}.",
    )
    for shown in np.unique(np.geomspace(5, REPEATS, 15).astype(int)).tolist():
        running = covered[:shown].cumsum(axis=0) / np.arange(1, shown + 1)[:, None]
        lines = {"in sample": running[:, 0], "conformal": running[:, 1], "wanted": np.full(shown, 1 - alpha)}
        yield Line("share inside so far", lines, x=range(1, shown + 1), x_label="repetitions", log_x=True)
        yield Histogram("share inside, by repetition", covered[:shown, 1], bins=NEW // 2)


def reliability(z: Array, y: Array) -> Iterator[Frame]:
    """Play a classifier's probabilities at rising temperature, and come back to the least log loss."""
    temperatures = np.linspace(1, 4, 16)
    errors = [expected_calibration_error(sigmoid(z / T), y)[0] for T in temperatures.tolist()]
    losses = [log_loss(z, y, T) for T in temperatures.tolist()]
    best = int(np.argmin(losses))
    for shown in [*range(len(temperatures)), best]:
        T = float(temperatures[shown])
        _, n, a, c = expected_calibration_error(sigmoid(z / T), y)
        yield Say(
            f"A classifier's log-odds divided by T = {T:.1f}: calibration error {errors[shown]:.3f}.", "step"
        )
        curves = {"came true": a[n > 0], "honest": c[n > 0]}
        yield Line("reliability", curves, x=c[n > 0], x_label="probability said")
        lines = {"calibration error": errors[: shown + 1], "log loss": losses[: shown + 1]}
        yield Line("by temperature", lines, x=temperatures[: shown + 1], x_label="T")
    lines = {"calibration error": errors, "log loss": losses}
    yield Line("by temperature", lines, x=temperatures, x_label="T")
    ends = {"as it was": errors[0], f"at T = {temperatures[best]:.1f}": errors[best]}
    yield Bars("calibration error", ends)


def calibration_error_by_hand(p: Array, y: Array) -> float:
    """The expected calibration error, point by point."""
    total = 0.0
    for b in range(BINS):
        inside = [i for i in range(len(p)) if b <= p[i] * BINS < b + 1 or (b == BINS - 1 and p[i] == 1)]
        total += abs(sum(float(y[i]) - float(p[i]) for i in inside))
    return total / len(p)


def checks(
    ensemble: list[Member],
    covered: Array,
    n: int,
    alpha: float,
    z: Array,
    y: Array,
    rng: np.random.Generator,
) -> Iterator[Check]:
    """Compare the variance with a mixture's, the coverage with its theory, the calibration with a count."""
    m, v = (np.array(part)[:, 60] for part in zip(*ensemble, strict=True))
    total = float(aleatoric(v) + epistemic(m))
    second = sum(float(v_k + m_k**2) for m_k, v_k in zip(m, v, strict=True)) / len(m)
    centre = sum(map(float, m)) / len(m)
    yield Check("variance at x = 3, by moments of the mixture", total, second - centre**2, 1e-12)
    k = rng.integers(len(m), size=100_000)
    drawn = m[k] + np.sqrt(v[k]) * rng.standard_normal(len(k))
    yield Check("variance at x = 3, of samples", total, float(drawn.var()), 0.04 * total)
    rank = conformal_rank(n, alpha)
    p = rank / (n + 1)
    between = p * (1 - p) / (n + 2)  # the variance of Beta(rank, n + 1 - rank)
    error = sqrt((between + (p * (1 - p) - between) / NEW) / len(covered))
    yield Check("share inside the conformal band", float(covered.mean()), p, 4 * error)
    said = sigmoid(z)
    by_hand = calibration_error_by_hand(said, y)
    yield Check("calibration error, by hand", expected_calibration_error(said, y)[0], by_hand, 1e-10)
