"""Data synthesis: four ways to draw new points that look like the old ones, and how to tell good from copied.

Sheet 3.17. SMOTE: Chawla et al. (2002); mixtures: Bishop, PRML (2006), section 9.2; energy distance:
Székely & Rizzo (2013). Training points X (n, d), new points (m, d).
"""

from collections.abc import Iterator
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Between, Check, Frame, Heat, Histogram, Line, Say, Scatter, Table

from ..clustering.kmeans import assign, kmeans, plus_plus  # noqa: TID252 - has two names

Array = NDArray[np.float64]
Labels = NDArray[np.intp]

SPREAD = 0.1  # of the points across a moon
MANY = 20_000  # draws that a check takes
BOX = ((-1.8, 2.8), (-1.4, 1.9))


def moons(n: int, rng: np.random.Generator) -> tuple[Array, Labels]:
    """Two half rings (n, 2) that reach into each other, and which of them a point is from (n,)."""
    y = np.arange(n) % 2
    angle = rng.uniform(0, np.pi, n)
    ring = np.column_stack([np.cos(angle), np.sin(angle)])
    X = np.where(y[:, None] == 0, ring, np.array([1.0, 0.5]) - ring)
    return X + SPREAD * rng.standard_normal((n, 2)), y


def distances(X: Array, Y: Array) -> Array:
    r"""$\lVert x_i-y_j\rVert$ (n, m) for the rows of X (n, d) and of Y (m, d), one coordinate at a time."""
    D: Array = np.sqrt(sum((x[:, None] - y) ** 2 for x, y in zip(X.T, Y.T, strict=True)))
    return D


def neighbours(X: Array, k: int) -> Labels:
    """The k nearest other points of each point, as indices (n, k)."""
    D = distances(X, X)
    np.fill_diagonal(D, np.inf)
    return np.argsort(D, axis=1, kind="stable")[:, :k]


def smote(X: Array, k: int, m: int, rng: np.random.Generator) -> Array:
    r"""$x_i+\lambda(x_j-x_i)$ (m, d): x_j one of the k neighbours of x_i, lambda uniform."""
    i = rng.integers(len(X), size=m)
    j = neighbours(X, k)[i, rng.integers(k, size=m)]
    between: Array = X[i] + rng.random((m, 1)) * (X[j] - X[i])
    return between


def kde_draws(X: Array, h: float, m: int, rng: np.random.Generator) -> Array:
    r"""$x_k+hz$ (m, d): a draw from the Gaussian kernel density, z standard normal."""
    return X[rng.integers(len(X), size=m)] + h * rng.standard_normal((m, X.shape[1]))


class Mixture(NamedTuple):
    """Gaussians with weights pi (K,), means mu (K, d) and covariances Sigma (K, d, d)."""

    pi: Array
    mu: Array
    Sigma: Array


def log_joint(X: Array, g: Mixture) -> Array:
    r"""$\log\pi_k+\log\mathcal{N}(x_i|\mu_k,\Sigma_k)$ (n, K)."""
    L = np.linalg.cholesky(g.Sigma)
    z = np.linalg.solve(L, (X[:, None] - g.mu).transpose(1, 2, 0))
    log_det = 2 * np.log(np.diagonal(L, axis1=1, axis2=2)).sum(axis=1)
    terms: Array = np.log(g.pi) - ((z**2).sum(axis=1).T + log_det + X.shape[1] * np.log(2 * np.pi)) / 2
    return terms


def log_density(X: Array, g: Mixture) -> Array:
    r"""$\log\sum_k\pi_k\mathcal{N}(x_i|\mu_k,\Sigma_k)$ (n,) (PRML, eq. 9.7)."""
    terms: Array = np.logaddexp.reduce(log_joint(X, g), axis=1)
    return terms


def m_step(X: Array, r: Array) -> Mixture:
    """The mixture for responsibilities r (n, K), PRML eqs. 9.24 to 9.26, with a little more variance."""
    N = r.sum(axis=0)
    mu = r.T @ X / N[:, None]
    centred = X[:, None] - mu
    Sigma = np.einsum("nk,nki,nkj->kij", r, centred, centred) / N[:, None, None]
    return Mixture(N / len(X), mu, Sigma + 1e-6 * np.eye(X.shape[1]))


def fit_mixture(X: Array, K: int, rng: np.random.Generator, iterations: int = 60) -> list[Mixture]:
    """The mixtures on the way of EM, from the clusters of k-means."""
    centroids = kmeans(X, plus_plus(X, K, rng)).centroids
    path = [m_step(X, np.eye(K)[assign(X, centroids)])]
    for _ in range(iterations):
        r = np.exp(log_joint(X, path[-1]) - log_density(X, path[-1])[:, None])
        path.append(m_step(X, r))
    return path


def mixture_draws(g: Mixture, m: int, rng: np.random.Generator) -> Array:
    """Points (m, d): first a Gaussian, by its weight, then a point of it."""
    k = rng.choice(len(g.pi), size=m, p=g.pi / g.pi.sum())
    z = rng.standard_normal((m, g.mu.shape[1]))
    X: Array = g.mu[k] + np.einsum("mij,mj->mi", np.linalg.cholesky(g.Sigma)[k], z)
    return X


def exponential_draws(u: Array) -> Array:
    r"""$F^{-1}(u)=-\ln(1-u)$ (m,) for uniform u: draws from $F(x)=1-e^{-x}$."""
    return -np.log1p(-u)


def energy_distance(X: Array, Y: Array) -> float:
    r"""$2E\lVert x-y\rVert-E\lVert x-x'\rVert-E\lVert y-y'\rVert$: 0 only for equal distributions."""
    xy, xx, yy = (distances(A, B).mean() for A, B in ((X, Y), (X, X), (Y, Y)))
    return float(2 * xy - xx - yy)


def distance_to_training(new: Array, X: Array) -> float:
    """Median distance of new points to the nearest training point: near 0 for copies."""
    return float(np.median(distances(new, X).min(axis=1)))


def demo(
    n: Annotated[int, "training points", Between(20, 500)] = 200,
    h: Annotated[float, "bandwidth of the kernel density estimate", Between(0.001, 2)] = 0.2,
    components: Annotated[int, "Gaussians in the mixture", Between(1, 20)] = 6,
    k: Annotated[int, "neighbours that SMOTE chooses from", Between(1, 9)] = 5,
    new: Annotated[int, "points to make in each way", Between(50, 1000)] = 500,
    seed: int = 0,
) -> Iterator[Frame]:
    """SMOTE, a kernel density, a mixture and one Gaussian continue two moons of points, more or less well."""
    if 4 * components > n:
        raise ValueError(f"components = {components} need n >= {4 * components} points, not {n}")
    rng = np.random.default_rng(seed)
    yield Say(
        "Synthesis makes new points from old ones: it guesses the distribution they came from, and draws. "
        r"SMOTE goes some way to a neighbour, $x_i+\lambda(x_j-x_i)$; a kernel density estimate adds noise, "
        r"$x_k+hz$; a Gaussian or a mixture of them is fitted first."
    )
    (X, y), (held_out, _) = moons(n, rng), moons(new, rng)
    yield Scatter("training points", X, labels=y)
    path = fit_mixture(X, components, rng)
    made = {
        "SMOTE": np.vstack(
            [smote(X[y == c], k, part, rng) for c, part in enumerate((new // 2, new - new // 2))]
        ),
        f"KDE, h = {h:g}": kde_draws(X, h, new, rng),
        f"mixture of {components}": mixture_draws(path[-1], new, rng),
        "one Gaussian": mixture_draws(m_step(X, np.ones((n, 1))), new, rng),
    }
    yield from draw_each(X, held_out, made, path)
    yield from compare(X, held_out, made)
    yield from bandwidths(X, held_out, rng)
    yield from inverse_cdf(rng.random(400))
    yield from checks(X, y, made, path, h, k, rng)


def picture(points: Array) -> Array:
    """How many points fall into each of 14 by 26 cells, as a share of the fullest; row 0 is on top."""
    counts, _, _ = np.histogram2d(points[:, 1], points[:, 0], bins=(14, 26), range=BOX[::-1])
    shares: Array = counts[::-1] / max(counts.max(), 1)
    return shares


def ellipses(g: Mixture) -> dict[str, Array]:
    """Where each Gaussian is two standard deviations from its mean, as polylines (41, 2)."""
    angle = np.linspace(0, 2 * np.pi, 41)
    circle = 2 * np.column_stack([np.cos(angle), np.sin(angle)])
    L = np.linalg.cholesky(g.Sigma)
    return {f"{k + 1}": g.mu[k] + circle @ L[k].T for k in range(len(g.pi))}


def draw_each(X: Array, held_out: Array, made: dict[str, Array], path: list[Mixture]) -> Iterator[Frame]:
    """Play the points that each way makes, and where they lie densely."""
    for t in (0, 1, 2, 3, 5, 8, 12, 20, 40, len(path) - 1):
        likely = log_density(X, path[t]).mean()
        yield Say(
            f"EM fits {len(path[t].pi)} Gaussians, step {t}: mean log-likelihood {likely:.3f}.", name="step"
        )
        yield Scatter("mixture", X, marks=path[t].mu, curves=ellipses(path[t]))
    for name, points in made.items():
        yield Say(f"{name}: {len(points)} new points.", name="step")
        for share in (0.02, 0.1, 0.3, 1.0):
            first = points[: max(int(share * len(points)), 1)]
            labels = np.repeat([0, 1], [len(X), len(first)])
            yield Scatter("new among old", np.vstack([X, first]), labels=labels, class_names=("old", "new"))
        yield Heat(name, picture(points))
        yield Histogram("across", {"held out": held_out[:, 0], "new": points[:, 0]}, bins=24, x_label="x")
    yield Heat("held out", picture(held_out))


def compare(X: Array, held_out: Array, made: dict[str, Array]) -> Iterator[Frame]:
    """Ask which way comes nearest to held-out points, and show how near, and how near to copies."""
    ways = list(made)
    energies = [energy_distance(points, held_out) for points in made.values()]
    yield Ask(
        "nearest",
        f"Which way makes points whose distribution is nearest to that of {len(held_out)} held-out points?",
        ways,
        answer=int(np.argmin(energies)),
        why="The energy distance says so. SMOTE stays between points of one moon; a kernel density makes the "
        "moons thicker by h; one Gaussian fills the gap between them.",
    )
    rows: list[tuple[str, float, float]] = []
    for way, energy in zip(ways, energies, strict=True):
        rows.append((way, round(energy, 4), round(distance_to_training(made[way], X), 3)))
        yield Table("how near", ("way", "energy", "to training"), rows.copy())
    rows.append(("training set", round(energy_distance(X, held_out), 4), 0.0))
    rows.append(("held out", 0.0, round(distance_to_training(held_out, X), 3)))
    yield Table("how near", ("way", "energy", "to training"), rows)


def bandwidths(X: Array, held_out: Array, rng: np.random.Generator) -> Iterator[Frame]:
    """Ask whether the energy distance betrays copies, and play ever smaller bandwidths."""
    widths = np.geomspace(1, 0.002, 14)
    draws = [kde_draws(X, float(h), len(held_out), rng) for h in widths]
    energy = [energy_distance(points, held_out) for points in draws]
    nearest = [distance_to_training(points, X) for points in draws]
    yield Ask(
        "copies",
        f"Now h falls to {widths[-1]:.3f}: every draw is all but a copy of a training point. Does the energy "
        "distance to held-out points betray it?",
        ("yes, it at least doubles from its least", "no, it stays below twice its least"),
        answer=int(energy[-1] < 2 * min(energy)),
        why="The training points are themselves drawn from the truth, so copies of them look right to a "
        "distance between distributions. Watch the distance to the nearest training point as well.",
    )
    usual = distance_to_training(held_out, X)
    for shown in range(1, len(widths) + 1):
        curves = {
            "energy distance": energy[:shown],
            "to training": nearest[:shown],
            "held out": [usual] * shown,
        }
        yield Line("as h falls", curves, x=widths[:shown], x_label="h", log_x=True, log_y=True)


def inverse_cdf(u: Array) -> Iterator[Frame]:
    r"""Play draws that go from a height u to the curve of F and down to x."""
    yield Say(
        r"One variable: a uniform u goes over to $F(x)=1-e^{-x}$ and down to $x=F^{-1}(u)$.", name="step"
    )
    x = exponential_draws(u)
    grid = np.linspace(0, 6, 61)
    F = np.column_stack([grid, 1 - np.exp(-grid)])
    density = np.column_stack([grid, np.exp(-grid)])
    for shown in (1, 2, 3, 4, 6, 10, 20, 50, 100, 200, len(u)):
        way = np.array([(0, u[shown - 1]), (x[shown - 1], u[shown - 1]), (x[shown - 1], 0)])
        yield Scatter(
            "F", np.column_stack([x[:shown], np.zeros(shown)]), curves={"F": F, "way": way}, x_label="x"
        )
        if shown >= 10:
            yield Histogram("draws", x[:shown], x_label="x", curves={"density": density})


def detour(new: Array, X: Array, k: int) -> float:
    """How far the farthest new point is off every segment from a point of X to a neighbour: 0 if on one."""
    pairs = [(i, j) for i, x in enumerate(X) for j in np.argsort(np.linalg.norm(X - x, axis=1))[1 : k + 1]]
    a, b = (X[list(ends)] for ends in zip(*pairs, strict=True))
    lengths = np.linalg.norm(a - b, axis=1)
    return max(
        float((np.linalg.norm(x - a, axis=1) + np.linalg.norm(x - b, axis=1) - lengths).min()) for x in new
    )


def sliced(X: Array, Y: Array, directions: int = 90) -> float:
    r"""Energy distance of points in the plane by $2\int(F-G)^2$ along every direction, times $\pi/2$."""
    total = 0.0
    for angle in np.arange(directions) * np.pi / directions:
        x, y = (np.sort(A @ [np.cos(angle), np.sin(angle)]) for A in (X, Y))
        at = np.sort(np.append(x, y))
        gap = np.searchsorted(x, at, "right") / len(x) - np.searchsorted(y, at, "right") / len(y)
        total += 2 * float((gap[:-1] ** 2 * np.diff(at)).sum())
    return np.pi / 2 * total / directions


def standard_errors(draws: Array, mean: Array, S: Array) -> float:
    """How many standard errors the mean (d,) and covariance S (d, d) of draws are off, at most."""
    e = draws - mean
    products = np.einsum("mi,mj->mij", e, e)
    errors = np.sqrt(S.diagonal() / len(draws)), products.std(axis=0) / np.sqrt(len(draws))
    gaps = np.abs(e.mean(axis=0)) / errors[0], np.abs(products.mean(axis=0) - S) / errors[1]
    return float(max(gaps[0].max(), gaps[1].max()))


def checks(
    X: Array,
    y: Labels,
    made: dict[str, Array],
    path: list[Mixture],
    h: float,
    k: int,
    rng: np.random.Generator,
) -> Iterator[Check]:
    """Compare draws with segments, moments, densities by hand and distribution functions."""
    ways = list(made.values())
    half = len(ways[0]) // 2
    off = max(detour(ways[0][:half][:100], X[y == 0], k), detour(ways[0][half:][:100], X[y == 1], k))
    yield Check("SMOTE: farthest off the segments to neighbours", off, 0.0, 1e-9)
    S = np.cov(X.T, bias=True)
    z = standard_errors(kde_draws(X, h, MANY, rng), X.mean(axis=0), S + h**2 * np.eye(2))
    yield Check("KDE: mean and covariance against S + h² I, in s.e.", z, 0.0, 5.0)
    g, by_hand = path[-1], np.zeros(len(X))
    for weight, mu, Sigma in zip(*g, strict=True):
        e = X - mu
        quadratic = np.einsum("ni,ij,nj->n", e, np.linalg.inv(Sigma), e)
        by_hand += weight * np.exp(-quadratic / 2) / (2 * np.pi * np.sqrt(np.linalg.det(Sigma)))
    log_likelihood = log_density(X, g).sum()
    yield Check("mixture: log-likelihood by hand", log_likelihood, np.log(by_hand).sum(), 1e-7)
    rises = np.diff([log_density(X, each).sum() for each in path])
    yield Check("mixture: smallest rise in EM", rises.min(), 0.0, 1e-3 * len(X), ">=")
    z = standard_errors(mixture_draws(g, MANY, rng), X.mean(axis=0), S)
    yield Check("mixture: mean and covariance against the data's, in s.e.", z, 0.0, 5.0)
    yield Check(
        "energy distance, direction by direction", energy_distance(ways[-1], X), sliced(ways[-1], X), 1e-3
    )
    u = np.sort(1 - np.exp(-exponential_draws(rng.random(MANY))))
    steps = np.arange(MANY) / MANY
    gap = max(float((u - steps).max()), float((steps + 1 / MANY - u).max()))
    yield Check("inverse CDF: largest gap to F, times the root of n", gap * np.sqrt(MANY), 2.2, 0.0, "<=")
