"""Kernel density estimation: a bump on each point, and their mean; how wide the bumps are decides it all.

Sheet 1.6. Rosenblatt (1956); Parzen (1962); Silverman, Density Estimation (1986), chapter 3. Data (n,),
places x (m,), bandwidth h.
"""

from collections.abc import Callable, Iterator
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Bars, Between, Check, Frame, Line, Say, Table

Array = NDArray[np.float64]
Kernel = Callable[[Array], Array]


def gaussian(u: Array) -> Array:
    r"""$e^{-u^2/2}/\sqrt{2\pi}$."""
    K: Array = np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi)
    return K


def epanechnikov(u: Array) -> Array:
    r"""$\frac{3}{4}(1-u^2)$ for $|u|\leq1$."""
    return 0.75 * np.maximum(1 - u**2, 0)


def uniform(u: Array) -> Array:
    r"""$\frac{1}{2}$ for $|u|\leq1$."""
    return np.where(np.abs(u) <= 1, 0.5, 0.0)


KERNELS: dict[str, Kernel] = {"gaussian": gaussian, "epanechnikov": epanechnikov, "uniform": uniform}
VARIANCE = {"gaussian": 1.0, "epanechnikov": 1 / 5, "uniform": 1 / 3}


def kde(x: Array, data: Array, h: float, K: Kernel) -> Array:
    r"""$\hat f(x)=\frac{1}{nh}\sum_iK\left(\frac{x-x_i}{h}\right)$ (m,)."""
    density: Array = K((x[:, None] - data) / h).mean(axis=1) / h
    return density


def silverman(data: Array) -> float:
    r"""$0.9\min(s,\mathrm{IQR}/1.34)\,n^{-1/5}$ (Silverman, eq. 3.31)."""
    low, high = np.percentile(data, [25, 75])
    return float(0.9 * min(data.std(ddof=1), (high - low) / 1.34) * len(data) ** -0.2)


def left_out(data: Array, h: float, K: Kernel) -> float:
    r"""$\sum_i\log\hat f_{-i}(x_i)$: how likely each point is to the others' bumps (Silverman, eq. 3.43)."""
    n = len(data)
    others = K((data[:, None] - data) / h).sum(axis=1) - K(np.zeros(1))
    return float(np.log(np.maximum(others / ((n - 1) * h), 1e-12)).sum())


def truth(x: Array) -> Array:
    """The density that the data come from: two bumps, one narrower."""
    return 0.5 * gaussian((x + 1.5) / 0.5) / 0.5 + 0.5 * gaussian((x - 1.2) / 0.8) / 0.8


def sample(n: int, rng: np.random.Generator) -> Array:
    """Points (n,) from the two bumps."""
    left = rng.random(n) < 0.5
    return np.where(left, -1.5, 1.2) + np.where(left, 0.5, 0.8) * rng.standard_normal(n)


def squared_error(x: Array, data: Array, h: float, K: Kernel) -> float:
    r"""$\int(\hat f-f)^2dx$ over an even grid x (m,)."""
    return float(((kde(x, data, h, K) - truth(x)) ** 2).sum() * (x[1] - x[0]))


def demo(
    n: Annotated[int, "points", Between(5, 1000)] = 200,
    h: Annotated[float, "bandwidth of the first estimate", Between(0.05, 2)] = 0.3,
    kernel: Annotated[Literal["gaussian", "epanechnikov", "uniform"], "shape of a bump"] = "gaussian",
    seed: int = 0,
) -> Iterator[Frame]:
    """Bumps pile up to a density; then the bandwidth slides from spiky to smooth."""
    rng = np.random.default_rng(seed)
    data, K = sample(n, rng), KERNELS[kernel]
    yield Say(
        r"A kernel density estimate puts a bump of width h on each point and takes their mean, "
        r"$\hat f(x)=\frac{1}{nh}\sum_iK\left(\frac{x-x_i}{h}\right)$."
    )
    yield from pile_up(data, h, K)
    yield from slide(data, K)
    yield from shapes(data, h)
    yield from checks(data, h, kernel)


GRID = np.linspace(-5, 5, 201)


def pile_up(data: Array, h: float, K: Kernel) -> Iterator[Frame]:
    """Play the bumps one after another, then ever more of them."""
    rug = np.column_stack([data, np.full(len(data), -0.02)])
    for shown in np.unique(np.r_[1:13, np.geomspace(12, len(data), 12)].astype(int)).tolist():
        if shown > len(data):
            break
        curves = {
            "estimate": kde(GRID, data[:shown], h, K),
            "truth": truth(GRID),
            "newest bump": kde(GRID, data[shown - 1 : shown], h, K) / shown,
        }
        yield Say(f"{shown} of {len(data)} points, h = {h:g}: each adds a bump of area 1/{shown}.")
        yield Line("density", curves, x=GRID, points=rug[:shown])


def slide(data: Array, K: Kernel) -> Iterator[Frame]:
    """Ask what a rule of thumb does to two bumps, and play the bandwidths."""
    widths = np.geomspace(0.05, 2, 17)
    errors = [squared_error(GRID, data, float(h), K) for h in widths]
    best, rule = float(widths[np.argmin(errors)]), silverman(data)
    chosen = float(widths[np.argmax([left_out(data, float(h), K) for h in widths])])
    yield Ask(
        "rule",
        f"Silverman's rule, made for one normal bump, says h = {rule:.2f} for these two. That is:",
        ("too smooth", "too spiky", "close to the best, within a third"),
        answer=2 if 0.75 < rule / best < 1.33 else int(rule < best),
        why=f"The least squared error is at h = {best:.2f}. The rule takes the spread of both bumps together "
        f"for the width of one. Leaving each point out in turn, the data choose h = {chosen:.2f}.",
    )
    for shown, h in enumerate(widths, start=1):
        curves = {"estimate": kde(GRID, data, float(h), K), "truth": truth(GRID)}
        yield Say(f"h = {h:.2f}: squared error {errors[shown - 1]:.4f}.")
        yield Bars("squared error by h", {f"{widths[j]:.2f}": errors[j] for j in range(shown)})
        yield Line("density", curves, x=GRID)
    rows = [(name, h, squared_error(GRID, data, h, K)) for name, h in choices(best, rule, chosen).items()]
    yield Table("ways to choose h", ("way", "h", "squared error"), rows)


def choices(best: float, rule: float, chosen: float) -> dict[str, float]:
    """The ways to choose a bandwidth, by name."""
    return {"least error, if one knew the truth": best, "Silverman": rule, "leaving one out": chosen}


def shapes(data: Array, h: float) -> Iterator[Frame]:
    """Play the three kernels at bandwidths that make their bumps equally wide."""
    for name, K in KERNELS.items():
        width = h / VARIANCE[name] ** 0.5
        error = squared_error(GRID, data, width, K)
        yield Say(f"{name} kernel of the same standard deviation, {h:g}: squared error {error:.4f}.")
        yield Line("density", {"estimate": kde(GRID, data, width, K), "truth": truth(GRID)}, x=GRID)


def checks(data: Array, h: float, kernel: str) -> Iterator[Check]:
    """Compare area and variance with what they must be, and the sum over others with leaving out by hand."""
    K = KERNELS[kernel]
    x = np.linspace(data.min() - 8 * h, data.max() + 8 * h, min(20_001, 2_000_000 // len(data)))
    density, dx = kde(x, data, h, K), x[1] - x[0]
    yield Check("area under the estimate", density.sum() * dx, 1.0, 2e-3)
    mean = float((x * density).sum() * dx)
    variance = float(((x - mean) ** 2 * density).sum() * dx)
    yield Check(
        "variance: of the data, plus that of a bump", variance, data.var() + VARIANCE[kernel] * h**2, 1e-2
    )
    by_hand = 0.0
    for i in range(len(data)):
        without = np.delete(data, i)
        by_hand += float(np.log(np.maximum(kde(data[i : i + 1], without, h, K)[0], 1e-12)))
    yield Check("log-likelihood with each point left out", left_out(data, h, K), by_hand, 1e-6)
