"""Gaussian mixture: each point belongs a little to every component; guess the shares, refit, and repeat.

Sheet 3.23.2. Dempster, Laird & Rubin (1977); Bishop, PRML (2006), section 9.2. Points X (n, d), components
k = 1..K, responsibilities r (n, K).
"""

from collections.abc import Generator, Iterator
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Between, Check, Frame, Line, Say, Scatter, Table

from .kmeans import kmeans, plus_plus

Array = NDArray[np.float64]
Labels = NDArray[np.intp]

FLOOR = 1e-6  # added to every variance, so that no component collapses; scikit-learn's default


class Mixture(NamedTuple):
    """Weights pi (K,), means mu (K, d) and covariances Sigma (K, d, d)."""

    pi: Array
    mu: Array
    Sigma: Array


def log_gaussian(X: Array, mu: Array, Sigma: Array) -> Array:
    r"""$-\frac12\left(d\log2\pi+\log|\Sigma_k|+(x_i-\mu_k)^\top\Sigma_k^{-1}(x_i-\mu_k)\right)$ (n, K)."""
    L = np.linalg.cholesky(Sigma)
    z = np.linalg.solve(L, (X - mu[:, None]).swapaxes(1, 2))
    log_det = 2 * np.log(np.diagonal(L, axis1=1, axis2=2)).sum(axis=1)
    density: Array = -(X.shape[1] * np.log(2 * np.pi) + log_det + (z**2).sum(axis=1).T) / 2
    return density


def log_joint(X: Array, mixture: Mixture) -> Array:
    r"""$\log\pi_k+\log\mathcal N(x_i;\mu_k,\Sigma_k)$ (n, K)."""
    return np.log(mixture.pi) + log_gaussian(X, mixture.mu, mixture.Sigma)


def log_likelihood(X: Array, mixture: Mixture) -> float:
    r"""$\sum_i\log\sum_k\pi_k\,\mathcal N(x_i;\mu_k,\Sigma_k)$ (PRML, eq. 9.14)."""
    return float(np.logaddexp.reduce(log_joint(X, mixture), axis=1).sum())


def e_step(X: Array, mixture: Mixture) -> Array:
    r"""Responsibilities $r_{ik}=P(k|x_i)$ (n, K), by Bayes' rule (PRML, eq. 9.23)."""
    terms = log_joint(X, mixture)
    r: Array = np.exp(terms - np.logaddexp.reduce(terms, axis=1, keepdims=True))
    return r


def m_step(X: Array, r: Array, floor: float = FLOOR) -> Mixture:
    r"""$\mu_k=\frac{\sum_ir_{ik}x_i}{\sum_ir_{ik}}$, and $\pi_k,\Sigma_k$ alike (PRML, eq. 9.24 to 9.26)."""
    N = r.sum(axis=0) + 1e-15  # a component may lose every point
    mu = r.T @ X / N[:, None]
    D = X - mu[:, None]
    Sigma = (r.T[:, :, None] * D).swapaxes(1, 2) @ D / N[:, None, None]
    return Mixture(N / len(X), mu, Sigma + floor * np.eye(X.shape[1]))


def em(X: Array, mixture: Mixture, steps: int) -> list[Mixture]:
    """The mixtures at the start and after each E-step and M-step."""
    path = [mixture]
    for _ in range(steps):
        path.append(m_step(X, e_step(X, path[-1])))
    return path


def broad_start(X: Array, K: int, rng: np.random.Generator) -> Mixture:
    """K equal components, tilted as all the data and half as wide, at points drawn as k-means++ does."""
    Sigma = np.cov(X.T, bias=True) / 4 + FLOOR * np.eye(X.shape[1])
    return Mixture(np.full(K, 1 / K), plus_plus(X, K, rng), np.tile(Sigma, (K, 1, 1)))


def best_start(X: Array, K: int, rng: np.random.Generator, tries: int = 8) -> Mixture:
    """The start of several from which ten iterations get farthest: EM only finds the nearest maximum."""
    starts = [broad_start(X, K, rng) for _ in range(tries)]
    return max(starts, key=lambda start: log_likelihood(X, em(X, start, 10)[-1]))


def parameter_count(K: int, d: int) -> int:
    """Free numbers of a mixture: K - 1 weights, K d of the means, K d (d + 1)/2 of the covariances."""
    return (K - 1) + K * d + K * d * (d + 1) // 2


def bic(X: Array, mixture: Mixture) -> float:
    r"""$p\log n-2\log L$ for p parameters: the smaller, the better (Schwarz, 1978)."""
    n, d = X.shape
    return float(parameter_count(len(mixture.pi), d) * np.log(n) - 2 * log_likelihood(X, mixture))


MEANS = np.array([[-3.0, 0.6], [0.0, -0.4], [2.6, 1.8]])
TILTS = np.radians([65.0, 55.0, -35.0])
WIDTHS = np.array([1.9, 0.45])  # standard deviations along and across a component


def tilted(n: int, rng: np.random.Generator) -> tuple[Array, Labels]:
    """Points (n, 2) of three long, tilted Gaussians, and the component (n,) that made each."""
    z = rng.choice(3, n, p=[0.3, 0.45, 0.25])
    along, across = (WIDTHS * rng.standard_normal((n, 2))).T
    cos, sin = np.cos(TILTS[z]), np.sin(TILTS[z])
    return MEANS[z] + np.column_stack([cos * along - sin * across, sin * along + cos * across]), z


def purity(labels: Labels, truth: Labels) -> float:
    """Share of points whose label's commonest true class is their own."""
    counts = np.zeros((labels.max() + 1, truth.max() + 1))
    np.add.at(counts, (labels, truth), 1)
    return float(counts.max(axis=1).sum() / len(truth))


def demo(
    n: Annotated[int, "points", Between(30, 2000)] = 300,
    k: Annotated[int, "components to fit (the data has 3)", Between(1, 6)] = 3,
    steps: Annotated[int, "EM iterations", Between(5, 200)] = 40,
    seed: int = 0,
) -> Iterator[Frame]:
    """Ellipses turn and stretch until they lie on three tilted clouds; k-means can't follow."""
    rng = np.random.default_rng(seed)
    X, truth = tilted(n, rng)
    yield Say(
        r"A mixture says each point comes from one of $K$ Gaussians, and makes "
        r"$\sum_i\log\sum_k\pi_k\mathcal{N}(x_i;\mu_k,\Sigma_k)$ large. The E-step computes "
        r"$r_{ik}=P(k|x_i)$, how far component $k$ is responsible for a point; the M-step refits each "
        r"component with these weights."
    )
    path = yield from film(X, em(X, best_start(X, k, rng), steps))
    yield from beside_kmeans(X, truth, path[-1], rng)
    yield from choose_size(X, steps, rng)
    rise = yield from collapse(X, path[-1])
    yield from checks(X, path, rise)


def ellipse(mu: Array, Sigma: Array) -> Array:
    """The points (60, 2) two standard deviations from mu."""
    t = np.linspace(0, 2 * np.pi, 60)
    outline: Array = mu + 2 * np.column_stack([np.cos(t), np.sin(t)]) @ np.linalg.cholesky(Sigma).T
    return outline


def cloud(name: str, X: Array, mixture: Mixture) -> Scatter:
    """The points in the colour of the component that has at least 0.9 of them, and the ellipses."""
    r = e_step(X, mixture)
    K = len(mixture.pi)
    ellipses = {f"component {k + 1}": ellipse(mixture.mu[k], mixture.Sigma[k]) for k in range(K)}
    labels = np.where(r.max(axis=1) >= 0.9, r.argmax(axis=1), K)
    names = (*(str(k + 1) for k in range(K)), "shared")
    return Scatter(name, X, labels=labels, curves=ellipses, class_names=names)


def film(X: Array, path: list[Mixture]) -> Generator[Frame, None, list[Mixture]]:
    """Play ellipses, log-likelihood and the responsibilities of five points, and return the path."""
    by_doubt = np.argsort(e_step(X, path[-1]).max(axis=1))
    five = by_doubt[np.linspace(0, len(X) - 1, 5).astype(int)]
    columns = ("point", *(f"r of {k + 1}" for k in range(len(path[0].pi))))
    values: list[float] = []
    for t, mixture in enumerate(path):
        values.append(log_likelihood(X, mixture))
        if t > 12 and t % 4 and t < len(path) - 1:
            continue
        r = e_step(X, mixture)
        yield Say(f"Iteration {t}: log-likelihood {values[-1]:.2f}.", name="step")
        yield cloud("points and components", X, mixture)
        yield Line("log-likelihood", values.copy(), x_label="iteration")
        rows = [(f"({X[i, 0]:.1f}, {X[i, 1]:.1f})", *r[i].round(3)) for i in five]
        yield Table("responsibilities of five points", columns, rows)
    return path


def beside_kmeans(X: Array, truth: Labels, end: Mixture, rng: np.random.Generator) -> Iterator[Frame]:
    """Ask how k-means does on the same points, and show it."""
    K = len(end.pi)
    labels = min((kmeans(X, plus_plus(X, K, rng)) for _ in range(5)), key=lambda run: run.J).labels
    ours, theirs = purity(e_step(X, end).argmax(axis=1), truth), purity(labels, truth)
    yield Ask(
        "k-means",
        f"The mixture sorts {ours:.0%} of the points by their true component. And k-means, with k = {K}?",
        ("fewer", "as many, give or take 2 in 100", "more"),
        answer=1 if abs(ours - theirs) <= 0.02 else 0 if theirs < ours else 2,
        why=f"It sorts {theirs:.0%}. k-means is a mixture whose components are all equally wide and round: "
        "it cuts long clouds across.",
    )
    names = tuple(str(k + 1) for k in range(K))
    yield Scatter("k-means on the same points", X, labels=labels, class_names=names)
    yield Table("sorted by true component", ("", "share"), [("mixture", ours), ("k-means", theirs)])


def choose_size(X: Array, steps: int, rng: np.random.Generator) -> Iterator[Frame]:
    """Play BIC and log-likelihood for 1 to 6 components, each from the best start."""
    rows: list[tuple[object, ...]] = []
    scores: list[float] = []
    for K in range(1, 7):
        best = em(X, best_start(X, K, rng), steps)[-1]
        scores.append(bic(X, best))
        rows.append((K, parameter_count(K, 2), log_likelihood(X, best), scores[-1]))
        yield Line("BIC", scores.copy(), x=range(1, K + 1), x_label="components")
        yield Table("how many components", ("K", "parameters", "log-lik.", "BIC"), rows.copy())
    yield Say(f"BIC is least at {int(np.argmin(scores)) + 1} components; the data has 3.", name="step")


def shrunken(X: Array, end: Mixture, width: float) -> Mixture:
    """The mixture with one round component more, of that width, on the first point alone."""
    d = X.shape[1]
    return Mixture(
        np.append(0.99 * end.pi, 0.01),
        np.vstack([end.mu, X[:1]]),
        np.concatenate([end.Sigma, width**2 * np.eye(d)[None]]),
    )


def collapse(X: Array, end: Mixture) -> Generator[Frame, None, float]:
    """Play the likelihood as a component shrinks onto one point; return its rise in the last decade."""
    yield Ask(
        "collapse",
        "We add a component that sits on a single point, and make it ten times narrower, again and again. "
        "Where does the log-likelihood go?",
        ("it falls: the other points get no share of it", "it settles", "it rises without end"),
        answer=2,
        why="The density at that one point grows as 1/width squared, and the other components still "
        "explain the rest. So the likelihood has no maximum: fits need a floor under the variances.",
    )
    widths = 10.0 ** -np.arange(10)
    values = [log_likelihood(X, shrunken(X, end, float(width))) for width in widths]
    for shown in range(2, len(widths) + 1):
        yield Line("a component on one point", values[:shown], x=widths[:shown], x_label="width", log_x=True)
    return values[-1] - values[-2]


def log_likelihood_by_hand(X: Array, mixture: Mixture) -> float:
    """The log-likelihood from inverses and determinants, term by term."""
    total = np.zeros(len(X))
    for pi, mu, Sigma in zip(*mixture, strict=True):
        m2 = np.einsum("ni,ij,nj->n", X - mu, np.linalg.inv(Sigma), X - mu)
        total += pi * np.exp(-m2 / 2) / np.sqrt(np.linalg.det(2 * np.pi * Sigma))
    return float(np.log(total).sum())


def steepest_slope(X: Array, mixture: Mixture, h: float = 1e-5) -> float:
    """The largest slope of the log-likelihood by a mean's coordinate, by central differences."""
    slopes = []
    for where in np.ndindex(mixture.mu.shape):
        step = np.zeros_like(mixture.mu)
        step[where] = h
        up, down = (mixture._replace(mu=mixture.mu + sign * step) for sign in (1, -1))
        slopes.append(abs(log_likelihood_by_hand(X, up) - log_likelihood_by_hand(X, down)) / (2 * h))
    return max(slopes)


def checks(X: Array, path: list[Mixture], rise: float) -> Iterator[Check]:
    """Compare with what EM promises, with the density written out, and with the moments of the data."""
    values = [log_likelihood(X, mixture) for mixture in path]
    yield Check("smallest rise of the log-likelihood", min(np.diff(values)), 0.0, 1e-6 * len(X), ">=")
    by_hand = log_likelihood_by_hand(X, path[-1])
    yield Check("log-likelihood against inverse and determinant", values[-1], by_hand, 1e-6)
    pi, mu, Sigma = path[-1]
    inside = np.einsum("k,kij->ij", pi, Sigma + mu[:, :, None] * mu[:, None])
    moment = float(abs(inside - X.T @ X / len(X)).max())
    yield Check("second moments of mixture and data apart", moment, 0.0, 2 * FLOOR)
    slope = steepest_slope(X, em(X, path[-1], 400)[-1])
    yield Check("slope by the means, after 400 iterations more", slope, 0.0, 1e-3 * len(X))
    yield Check("rise for a tenfold narrower component", rise, 2 * np.log(10), 1e-3)
