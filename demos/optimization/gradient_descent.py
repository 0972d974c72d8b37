"""Gradient descent: step against the gradient; too long a step bounces, and beyond 2/L it blows up.

Sheet M.5.1. Cauchy (1847); Nesterov, Lectures on Convex Optimization (2018), section 1.2.3.
"""

from collections.abc import Callable, Iterator
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Between, Check, Frame, Line, Say, Scatter, Table

Array = NDArray[np.float64]

START = np.array([-4.0, 1.5])


def gradient_descent(gradient: Callable[[Array], Array], x: Array, alpha: float, steps: int) -> Array:
    r"""The points $x_{k+1}=x_k-\alpha\nabla f(x_k)$, (steps + 1, d), from x (d,)."""
    path = [x]
    for _ in range(steps):
        x = x - alpha * gradient(x)
        path.append(x)
    return np.stack(path)


def hills(x: Array) -> Array:
    r"""$f(x)=\frac{x^2}{2}+5\cos x$, elementwise: a curve with two valleys."""
    return np.asarray(x**2 / 2 + 5 * np.cos(x))


def hills_gradient(x: Array) -> Array:
    r"""$f'(x)=x-5\sin x$."""
    return np.asarray(x - 5 * np.sin(x))


def valley(kappa: float) -> Array:
    """A symmetric matrix A (2, 2) with eigenvalues 1 and kappa, turned by 30 degrees."""
    turn = np.array([[np.sqrt(3), -1], [1, np.sqrt(3)]]) / 2
    return turn @ np.diag([1.0, kappa]) @ turn.T


def quadratic(A: Array, X: Array) -> Array:
    r"""$f(x)=\frac{1}{2}x^\top Ax$ for the rows of X (n, d); its gradient is $Ax$."""
    heights: Array = 0.5 * np.einsum("ni,ij,nj->n", X, A, X)
    return heights


def descend(A: Array, alpha: float, steps: int) -> Array:
    """Gradient descent (steps + 1, 2) on the quadratic of A, from START."""
    return gradient_descent(lambda x: A @ x, START, alpha, steps)


def demo(
    alpha: Annotated[float, "step size", Between(0.001, 0.5)] = 0.1,
    steps: Annotated[int, "steps", Between(5, 100)] = 60,
    kappa: Annotated[float, "curvature across the valley; along it, 1", Between(1.5, 50)] = 10.0,
) -> Iterator[Frame]:
    """A ball rolls down a curve and into a narrow valley, with a good, a long and a too long step."""
    yield Say(
        r"Gradient descent looks for a minimum of f in steps downhill, $x_{k+1}=x_k-\alpha\nabla f(x_k)$. "
        r"The gradient knows the slope only here; how far it can be trusted, $\alpha$ has to say."
    )
    yield from roll(alpha, min(steps, 20))
    A = valley(kappa)
    yield Say(f"Now a valley, curved {kappa:g} across and 1 along: the gradient points mostly across.")
    yield from walk(A, alpha, steps)
    yield Ask(
        "limit",
        rf"The curvature is {kappa:g} across the valley, 1 along it. From which $\alpha$ on does it diverge?",
        (f"{2 / (1 + kappa):.3g} = 2/(1 + {kappa:g})", f"{2 / kappa:.3g} = 2/{kappa:g}", "2 = 2/1"),
        answer=1,
        why=r"Along each eigenvector a step multiplies the distance by $1-\alpha\lambda$; across the valley "
        r"that passes -1 at $\alpha=2/\lambda_{max}$. At $2/(\lambda_{min}+\lambda_{max})$ it is fastest.",
    )
    runs = {"yours": alpha, "1.8/L": 1.8 / kappa, "2.05/L": 2.05 / kappa}
    yield from compare(A, runs, steps)
    yield from strip(A, kappa, steps)
    yield from checks(A, list(runs.values()), steps)


def roll(alpha: float, steps: int) -> Iterator[Frame]:
    """Play a ball on the hills, with the tangent that it follows and every number of the step."""
    grid = np.linspace(-6, 6, 121)
    curve = np.column_stack([grid, hills(grid)])
    path = gradient_descent(hills_gradient, np.array([0.4]), alpha, steps)[:, 0]
    yield Say(f"A ball on $f(x)=x^2/2+5\\cos x$, with steps of {alpha:g} times the slope.")
    rows: list[tuple[object, ...]] = []
    for k in range(steps):
        x, slope = path[k], hills_gradient(path[k])
        ends = x + np.array([-1.0, 1.0])
        tangent = np.column_stack([ends, hills(x) + slope * (ends - x)])
        rows.append((k, x, slope, -alpha * slope, hills(x)))
        yield Table("steps", ("k", "x", "f'(x)", "step", "f(x)"), rows[-5:])
        yield Scatter(
            "hills", [(x, hills(x))], marks=[(x, hills(x))], curves={"f": curve, "tangent": tangent}
        )


def contours(A: Array) -> dict[str, Array]:
    """Two level lines of the quadratic of A as polylines (61, 2)."""
    angle = np.linspace(0, 2 * np.pi, 61)
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    values, vectors = np.linalg.eigh(A)
    return {f"f = {level:g}": circle @ (vectors * np.sqrt(2 * level / values)).T for level in (2, 9)}


def walk(A: Array, alpha: float, steps: int) -> Iterator[Frame]:
    """Play the way through the valley."""
    path = descend(A, alpha, steps)
    for k in range(1, steps + 1, max(steps // 20, 1)):
        yield Scatter("valley", path[: k + 1], curves={**contours(A), "way": path[: k + 1]})


def compare(A: Array, runs: dict[str, float], steps: int) -> Iterator[Frame]:
    """Play f along the ways of several step sizes."""
    paths = {name: descend(A, alpha, steps) for name, alpha in runs.items()}
    for k in range(1, steps + 1, max(steps // 20, 1)):
        heights = {name: quadratic(A, path[: k + 1]) for name, path in paths.items()}
        bounce = paths["1.8/L"][: k + 1]
        yield Scatter("valley", bounce, curves={**contours(A), "way": bounce})
        yield Line("f after each step", heights, x_label="step", log_y=True)


def strip(A: Array, kappa: float, steps: int) -> Iterator[Frame]:
    """Play where one ends for every step size."""
    yield Say(f"How far from the minimum are we after {steps} steps, for each step size?")
    alphas = np.linspace(0, 2.2 / kappa, 45)[1:]
    ends = np.array([np.linalg.norm(descend(A, alpha, steps)[-1]) for alpha in alphas])
    for shown in range(4, 45, 4):
        yield Line("distance at the end", ends[:shown], x=alphas[:shown], x_label="alpha", log_y=True)


def closed_form(A: Array, alpha: float, steps: int) -> Array:
    r"""$x_k=(I-\alpha A)^kx_0$ (steps + 1, 2), by the eigenvectors of A."""
    values, vectors = np.linalg.eigh(A)
    powers = (1 - alpha * values) ** np.arange(steps + 1)[:, None]
    result: Array = (powers * (START @ vectors)) @ vectors.T
    return result


def checks(A: Array, alphas: list[float], steps: int) -> Iterator[Check]:
    """Compare with the closed form, with differences, and with what smoothness promises."""
    gaps, spare = [], []
    for alpha in alphas:
        path = descend(A, alpha, steps)
        exact = closed_form(A, alpha, steps)
        gaps.append(np.abs(path - exact).max() / np.abs(exact).max())
        f, g = quadratic(A, path), path @ A
        promise = alpha * (1 - alpha * np.linalg.eigvalsh(A)[-1] / 2) * (g**2).sum(axis=1)[:-1]
        spare.append(((f[:-1] - f[1:] - promise) / np.maximum(f[:-1], f[1:])).min())
    yield Check("largest gap to (I - alpha A)^k x_0", max(gaps), 0.0, 1e-10)
    yield Check("f falls by alpha(1 - alpha L/2)|g|^2 at least", min(spare), 0.0, 1e-9, ">=")
    x = np.linspace(-6, 6, 25)
    slope = (hills(x + 1e-5) - hills(x - 1e-5)) / 2e-5
    yield Check("slope of the hills against differences", np.abs(hills_gradient(x) - slope).max(), 0.0, 1e-8)
