"""Bias and variance: simple models miss in the same way each time, flexible ones in another way each time.

Sheet 3.2. Hastie, Tibshirani & Friedman, The Elements of Statistical Learning (2009), section 7.3. Training
inputs x (n,) are fixed; their targets Y (sets, n) are drawn anew for each set; places x0 (m,).
"""

from collections.abc import Iterator
from typing import Annotated, NamedTuple

import numpy as np
from numpy.polynomial.legendre import legvander
from numpy.typing import NDArray

from mlquiz.player import Ask, Between, Check, Frame, Line, Say, Table

Array = NDArray[np.float64]

CURVES = 15  # fits drawn on top of each other
GRID = np.linspace(0, 1, 81)


def truth(x: Array) -> Array:
    r"""$f(x)=\sin2\pi x$."""
    return np.asarray(np.sin(2 * np.pi * x))


def design(x: Array, degree: int) -> Array:
    """Legendre polynomials of degree 0, 1, … at x in [0, 1], (n, degree + 1): tamer than powers."""
    return np.asarray(legvander(2 * x - 1, degree), dtype=np.float64)


def fit(x: Array, Y: Array, degree: int) -> Array:
    r"""Coefficients W (degree + 1, sets) with the least $\lVert y-\Phi w\rVert^2$ for each row y of Y."""
    return np.asarray(np.linalg.lstsq(design(x, degree), Y.T, rcond=None)[0], dtype=np.float64)


def predict(x0: Array, W: Array) -> Array:
    """The fitted polynomials (sets, m) at the places x0."""
    G: Array = (design(x0, len(W) - 1) @ W).T
    return G


def bias(G: Array, f: Array) -> Array:
    r"""$\mathbb{E}[g]-f$ (m,), the mean over the sets of predictions G (sets, m)."""
    miss: Array = G.mean(axis=0) - f
    return miss


def variance(G: Array) -> Array:
    r"""$\mathbb{E}[(g-\mathbb{E}[g])^2]$ (m,) over the sets."""
    spread: Array = G.var(axis=0)
    return spread


def squared_error(Y: Array, G: Array) -> float:
    """Mean of (y - g)² over all sets and places."""
    return float(((Y - G) ** 2).mean())


class Study(NamedTuple):
    """What many training sets show of one degree: predictions G (sets, m), their parts, measured errors."""

    G: Array
    bias2: float
    variance: float
    training: float
    validation: float
    test: float


class Samples(NamedTuple):
    """Inputs x (n,) and places x0 (m,), and for each set its noisy targets there, drawn apart."""

    x: Array
    Y: Array
    x0: Array
    Y_validation: Array
    Y_test: Array


def draw(n: int, sets: int, noise: float, rng: np.random.Generator) -> Samples:
    """Targets f(x) + noise for every set, at n even inputs to learn from and 50 places to be tested at."""
    x, x0 = np.linspace(0, 1, n), (np.arange(50) + 0.5) / 50
    Y, Y_validation, Y_test = (truth(at) + noise * rng.standard_normal((sets, len(at))) for at in (x, x0, x0))
    return Samples(x, Y, x0, Y_validation, Y_test)


def study(data: Samples, degree: int) -> Study:
    """Fit one degree to every set, and measure."""
    W = fit(data.x, data.Y, degree)
    G = predict(data.x0, W)
    return Study(
        G,
        float((bias(G, truth(data.x0)) ** 2).mean()),
        float(variance(G).mean()),
        squared_error(data.Y, predict(data.x, W)),
        squared_error(data.Y_validation[:1], G[:1]),
        squared_error(data.Y_test, G),
    )


def demo(
    n: Annotated[int, "points in a training set", Between(6, 200)] = 25,
    sets: Annotated[int, "training sets", Between(20, 2000)] = 300,
    noise: Annotated[float, "standard deviation of the noise", Between(0.02, 2)] = 0.3,
    max_degree: Annotated[int, "the most flexible polynomial", Between(3, 20)] = 12,
    seed: int = 0,
) -> Iterator[Frame]:
    """The same sine, fitted hundreds of times: stiff curves agree and are wrong, supple ones scatter."""
    if max_degree >= n:
        raise ValueError(f"a polynomial of max_degree = {max_degree} needs n > {max_degree} points, not {n}")
    rng = np.random.default_rng(seed)
    yield Say(
        r"We fit $f(x)=\sin2\pi x$ from noisy points, again and again with new noise; each time the fit g is "
        r"another. Its expected error at x is $\mathbb{E}[(y-g)^2]=(\mathbb{E}[g]-f)^2+\mathrm{Var}(g)"
        r"+\sigma^2$: squared bias, variance and noise."
    )
    data = draw(n, sets, noise, rng)
    studies = [study(data, degree) for degree in range(max_degree + 1)]
    yield from spaghetti(data, studies, 1)
    yield from spaghetti(data, studies, min(4, max_degree - 1))
    yield from bet_on_the_flexible(data, studies)
    yield bet_on_the_degree(studies)
    yield from u_shape(studies, noise)
    yield from measured(studies)
    yield from checks(data, studies, noise)


def spaghetti(data: Samples, studies: list[Study], degree: int) -> Iterator[Frame]:
    """Play the fits of one degree to the first sets, drawn on top of each other, and then their mean."""
    part = studies[degree]
    curves = predict(GRID, fit(data.x, data.Y, degree))
    yield Say(f"Degree {degree}: each set of {len(data.x)} points gets its own curve.", name="step")
    for shown in range(1, min(CURVES, len(curves)) + 1):
        points = np.column_stack([data.x, data.Y[shown - 1]])
        yield strands(curves[:shown], {"truth": truth(GRID)}, points)
    yield Say(
        f"Degree {degree}, mean of {len(curves)} fits: squared bias {part.bias2:.4f}, "
        f"variance {part.variance:.4f}.",
        name="step",
    )
    yield strands(curves[:CURVES], {"truth": truth(GRID), "mean of all": curves.mean(axis=0)}, None)


def strands(curves: Array, beside: dict[str, Array], points: Array | None) -> Line:
    """Curves (k, m) over GRID as one curve with gaps, and others that repeat under it."""
    gap = np.full((len(curves), 1), np.nan)
    y = {"fits": np.hstack([curves, gap]).ravel()}
    for label, curve in beside.items():
        y[label] = np.hstack([np.tile(curve, (len(curves), 1)), gap]).ravel()
    x = np.tile(np.append(GRID, 1.0), len(curves))
    return Line("fits to different sets", y, x=x, x_label="x", points=points)


def bet_on_the_flexible(data: Samples, studies: list[Study]) -> Iterator[Frame]:
    """Ask what is wrong with the most flexible polynomial, and play its fits."""
    part, degree = studies[-1], len(studies) - 1
    yield Ask(
        "flexible",
        f"Now degree {degree}. What makes most of its distance from the truth?",
        ("bias: the mean of its fits misses the sine", "variance: each fit misses it in its own way"),
        answer=int(part.variance > part.bias2),
        why=f"Squared bias {part.bias2:.2g}, variance {part.variance:.2g}: with {degree + 1} coefficients "
        "a curve can follow the sine, and the noise of its own set as well.",
    )
    yield from spaghetti(data, studies, degree)


def bet_on_the_degree(studies: list[Study]) -> Ask:
    """Ask which degree does best on new points."""
    best, last = int(np.argmin([part.test for part in studies])), len(studies) - 1
    low, high = (last + 1) // 4, 2 * (last + 1) // 3
    return Ask(
        "degree",
        f"The more flexible, the nearer to the training points: degree {last} is nearest. "
        "Which degree has the least error on new points?",
        (f"below {low}", f"{low} to {high}", f"above {high}"),
        answer=0 if best < low else 1 if best <= high else 2,
        why=f"Degree {best}. Each coefficient more adds variance, about the noise over n, and takes squared "
        "bias away; after that degree it costs more than it brings.",
    )


def u_shape(studies: list[Study], noise: float) -> Iterator[Frame]:
    """Play the parts of the error, one on top of another, for every degree."""
    rows: list[tuple[object, ...]] = []
    for degree, part in enumerate(studies):
        total = part.bias2 + part.variance + noise**2
        rows.append((degree, *np.round([part.bias2, part.variance, total, part.test], 4)))
        floor = np.full(degree + 1, noise**2)
        wiggle = floor + [each.variance for each in studies[: degree + 1]]
        top = wiggle + [each.bias2 for each in studies[: degree + 1]]
        yield Line(
            "error, part upon part",
            {"noise": floor, "+ variance": wiggle, "+ squared bias": top},
            x=range(degree + 1),
            x_label="degree",
        )
        yield Table("parts", ("d", "sq.bias", "var.", "sum", "test"), rows.copy())


def measured(studies: list[Study]) -> Iterator[Frame]:
    """Play training, validation and test error for every degree."""
    for shown in range(1, len(studies) + 1):
        curves = {
            "training": [part.training for part in studies[:shown]],
            "validation, one set": [part.validation for part in studies[:shown]],
            "test": [part.test for part in studies[:shown]],
        }
        yield Line("measured error", curves, x=range(shown), x_label="degree", log_y=True)


def smoother(x0: Array, x: Array, degree: int) -> Array:
    r"""The matrix L (m, n) with $g=Ly$; at x0 = x it is the hat matrix H (ESL, eq. 5.14)."""
    Q, R = np.linalg.qr(design(x, degree))
    L: Array = np.linalg.solve(R.T, design(x0, degree).T).T @ Q.T
    return L


def checks(data: Samples, studies: list[Study], noise: float) -> Iterator[Check]:
    """Compare all degrees with the closed forms of bias, variance and error, in standard errors."""
    f, f0, (sets, n) = truth(data.x), truth(data.x0), data.Y.shape
    gap, miss, spread, training, test = [], [], [], [], []
    for degree, part in enumerate(studies):
        L, H = smoother(data.x0, data.x, degree), smoother(data.x, data.x, degree)
        K = noise**2 * L @ L.T  # covariance of the predictions
        gap.append(abs(((part.G - f0) ** 2).mean() - part.bias2 - part.variance))
        miss.append(np.abs((bias(part.G, f0) - (L @ f - f0)) / np.sqrt(K.diagonal() / sets)).max())
        error = np.sqrt(2 * (K**2).sum() / sets)
        spread.append(abs(part.variance * len(f0) * sets / (sets - 1) - K.trace()) / error)
        residual = ((f - H @ f) ** 2).sum()
        error = np.sqrt((4 * noise**2 * residual + 2 * noise**4 * (n - degree - 1)) / sets)
        expected = residual + noise**2 * (n - degree - 1)
        training.append(abs(part.training * n - expected) / (error + 1e-9))
        losses = ((data.Y_test - part.G) ** 2).mean(axis=1)
        expected = ((L @ f - f0) ** 2).mean() + K.trace() / len(f0) + noise**2
        test.append(abs(part.test - expected) / (losses.std() / np.sqrt(sets)))
    scale = max(1.0, *(part.variance for part in studies))
    yield Check("E[(g - f)²] less squared bias and variance", max(gap), 0.0, 1e-12 * scale)
    yield Check("bias against (L - I)f, in standard errors", max(miss), 0.0, 5.0)
    yield Check("variance against the trace, in standard errors", max(spread), 0.0, 5.0)
    yield Check("training error against theory, in standard errors", max(training), 0.0, 5.0)
    yield Check("test error against the sum, in standard errors", max(test), 0.0, 5.0)
