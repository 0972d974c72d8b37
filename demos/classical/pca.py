"""PCA: the directions in which centred data vary most, and the data put together again from a few of them.

Sheet 3.7. Pearson (1901); Bishop, PRML (2006), section 12.1. Data X (n, d), components W (d, k) in columns.
"""

from collections.abc import Iterator
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Bars, Between, Check, Frame, Heat, Line, Say, Scatter

Array = NDArray[np.float64]


class Components(NamedTuple):
    """Mean (d,), all directions W (d, d) in columns, and the variances (d,) along them, largest first."""

    mean: Array
    W: Array
    variances: Array


def covariance(X: Array) -> Array:
    r"""$S=\frac{1}{n-1}\sum_i(x_i-\bar x)(x_i-\bar x)^\top$ (d, d)."""
    centred = X - X.mean(axis=0)
    S: Array = centred.T @ centred / (len(X) - 1)
    return S


def pca(X: Array) -> Components:
    r"""Eigenvectors of the covariance, $Sw=\lambda w$ (PRML, eq. 12.5); the eigenvalues are the variances."""
    variances, W = np.linalg.eigh(covariance(X))
    return Components(X.mean(axis=0), W[:, ::-1], variances[::-1])


def project(X: Array, p: Components, k: int) -> Array:
    r"""Coordinates $Z=(X-\bar x)W_k$ (n, k) along the first k components."""
    return (X - p.mean) @ p.W[:, :k]


def reconstruct(Z: Array, p: Components) -> Array:
    r"""$\hat X=\bar x+ZW_k^\top$ (n, d), the nearest points of the plane of the first k components."""
    return p.mean + Z @ p.W[:, : Z.shape[1]].T


def uncentred_direction(X: Array) -> Array:
    r"""What comes first (d,) if one forgets to centre: the top eigenvector of $X^\top X$."""
    _, vectors = np.linalg.eigh(X.T @ X)
    top: Array = vectors[:, -1]
    return top


def unit(degrees: float) -> Array:
    """The direction (2,) at an angle."""
    return np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])


def cloud(n: int, rng: np.random.Generator) -> Array:
    """Points (n, 2) in a long cloud, tilted by 35 degrees, around (6, -3)."""
    along, across = 2.0 * rng.standard_normal(n), 0.6 * rng.standard_normal(n)
    return np.array([6.0, -3.0]) + np.outer(along, unit(35)) + np.outer(across, unit(125))


def templates() -> Array:
    """Two bars, a column and a cross as pictures (4, 64) of 8 by 8 pixels."""
    shapes = np.zeros((4, 8, 8))
    shapes[0, 1:3] = shapes[1, 5] = shapes[2, :, 2] = 1
    shapes[3] = np.maximum(np.eye(8), np.eye(8)[::-1])
    return shapes.reshape(4, 64)


def pictures(n: int, rng: np.random.Generator) -> Array:
    """Noisy pictures (n, 64), each a mixture of some of the templates."""
    strength = rng.uniform(0.4, 1.2, (n, 4)) * (rng.random((n, 4)) < 0.5)
    return strength @ templates() + 0.15 * rng.standard_normal((n, 64))


def demo(
    n: Annotated[int, "points, and pictures", Between(20, 2000)] = 300,
    k: Annotated[int, "components to keep", Between(1, 64)] = 2,
    seed: int = 0,
) -> Iterator[Frame]:
    """The longest direction of a cloud; then pictures of 64 pixels from one, two, four components."""
    rng = np.random.default_rng(seed)
    yield Say(
        r"PCA looks for the direction w along which centred data vary most: the eigenvector of the "
        r"covariance, $Sw=\lambda w$, with the largest variance $\lambda$. The others stand at right angles."
    )
    X = cloud(n, rng)
    yield from turn(X)
    yield from forget_to_centre(X)
    P = pictures(n, rng)
    yield from scree(P)
    yield from rebuild(P, k)
    yield from checks(X, P, k)


def through(point: Array, w: Array, reach: float) -> Array:
    """A line (2, 2) through a point along the direction w."""
    return np.stack([point - reach * w, point + reach * w])


def variance_along(X: Array, degrees: float) -> float:
    """Variance of the points X (n, 2) along the direction at an angle."""
    return float(np.var(X @ unit(degrees), ddof=1))


def turn(X: Array) -> Iterator[Frame]:
    """Play a line that turns through the mean, and the variance of the data along it."""
    p = pca(X)
    angles = [9.0 * step for step in range(21)]
    variances = [variance_along(X, angle) for angle in angles]
    for shown, angle in enumerate(angles, start=1):
        yield Scatter("cloud", X, curves={"w": through(p.mean, unit(angle), 5)})
        yield Line("variance along w", variances[:shown], x=angles[:shown], x_label="angle of w in degrees")
    both = {f"{j + 1}": through(p.mean, p.W[:, j], 2 * p.variances[j] ** 0.5) for j in (0, 1)}
    yield Say("The two components, two standard deviations long to each side.")
    yield Scatter("cloud", X, marks=[p.mean], curves=both)


def forget_to_centre(X: Array) -> Iterator[Frame]:
    """Ask for, and show, the first direction of data that were not centred."""
    p, wrong, origin = pca(X), uncentred_direction(X), np.zeros(2)
    to_mean = p.mean / np.linalg.norm(p.mean)
    yield Ask(
        "centre",
        "Suppose we forget to subtract the mean. Where does the first direction point then?",
        ("along the cloud, as before", "from the origin to the middle of the cloud", "across the cloud"),
        answer=int(np.argmax(np.abs([p.W[:, 0] @ wrong, to_mean @ wrong, p.W[:, 1] @ wrong]))),
        why="Without centring one maximises the mean square along w, not the variance, "
        "and that is large wherever the data are far from the origin.",
    )
    lines = {"centred": through(p.mean, p.W[:, 0], 4), "not centred": through(origin, wrong, 9)}
    yield Scatter("cloud", X, marks=[origin, p.mean], curves=lines)


def scree(P: Array) -> Iterator[Frame]:
    """Play the variances of the pictures and the share that the first k hold."""
    yield Say("Now pictures of two bars, a column and a cross, mixed, with noise: points in 64 dimensions.")
    for i in range(6):
        yield Heat("some pictures", P[i].reshape(8, 8))
    p = pca(P)
    shares = p.variances.cumsum() / p.variances.sum()
    yield Heat("covariance of the pixels", covariance(P), diverging=True)
    for shown in range(1, 11):
        yield Bars("variance of each component", {f"{j + 1}": float(p.variances[j]) for j in range(shown)})
        yield Line("share of the first k", shares[:shown], x=range(1, shown + 1), x_label="k")


def rebuild(P: Array, k: int) -> Iterator[Frame]:
    """Play one picture from more and more components."""
    p = pca(P)
    yield Heat("the picture", P[0].reshape(8, 8))
    for kept in sorted({0, 1, 2, 4, 8, k}):
        again = reconstruct(project(P[:1], p, kept), p)
        error = ((P[0] - again) ** 2).sum()
        yield Say(f"The first picture from {kept} of 64 components: squared error {error:.2f}.")
        yield Heat("put together", again.reshape(8, 8))


def checks(X: Array, P: Array, k: int) -> Iterator[Check]:
    """Compare with the singular value decomposition, with what is left out, and with every direction."""
    p = pca(P)
    singular = np.linalg.svd(P - P.mean(axis=0), compute_uv=False)
    squares = np.zeros(64)
    squares[: len(singular)] = singular**2 / (len(P) - 1)
    yield Check("variances against the SVD", np.abs(p.variances - squares).max(), 0.0, 1e-10)
    lost = ((P - reconstruct(project(P, p, k), p)) ** 2).sum() / (len(P) - 1)
    yield Check(f"squares lost with {k} components", lost, p.variances[k:].sum(), 1e-9)
    best = max(variance_along(X, tenths / 10) for tenths in range(1800))
    yield Check("largest variance against 1800 directions", pca(X).variances[0], best, 1e-5 * best)
