"""Linear regression: the line with the smallest squared residuals, by steps downhill and in closed form.

Sheet 3.9. Hastie, Tibshirani & Friedman, The Elements of Statistical Learning (2009), section 3.2. Inputs X
(n, d) with a first column of ones, targets y (n,), weights beta (d,).
"""

from collections.abc import Iterator
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Between, Check, Frame, Line, Say, Scatter, Table

from ..optimization.gradient_descent import gradient_descent  # noqa: TID252 - the package has two names

Array = NDArray[np.float64]

TRUTH = np.array([1.0, 1.5])
PULL = np.linspace(0, 15, 16)  # how far a point is dragged down


def mse(X: Array, y: Array, beta: Array) -> float:
    r"""$\frac{1}{n}\lVert X\beta-y\rVert^2$."""
    return float(((X @ beta - y) ** 2).mean())


def gradient(X: Array, y: Array, beta: Array) -> Array:
    r"""$\frac{2}{n}X^\top(X\beta-y)$ (d,)."""
    return 2 / len(y) * X.T @ (X @ beta - y)


def normal_equations(X: Array, y: Array) -> Array:
    r"""$\hat\beta=(X^\top X)^{-1}X^\top y$ (d,), by solving $X^\top X\beta=X^\top y$."""
    return np.linalg.solve(X.T @ X, X.T @ y).astype(float)


def standard_errors(X: Array, y: Array, beta: Array) -> Array:
    r"""Roots of the diagonal of $s^2(X^\top X)^{-1}$ (d,), $s^2=\frac{1}{n-d}\lVert X\beta-y\rVert^2$."""
    n, d = X.shape
    s2 = ((X @ beta - y) ** 2).sum() / (n - d)
    errors: Array = np.sqrt(s2 * np.diag(np.linalg.inv(X.T @ X)))
    return errors


def r_squared(X: Array, y: Array, beta: Array) -> float:
    r"""$R^2=1-\frac{\lVert X\beta-y\rVert^2}{\lVert y-\bar y\rVert^2}$."""
    return 1 - mse(X, y, beta) / float(y.var())


def descend(X: Array, y: Array, lr: float, steps: int) -> Array:
    """The weights (steps + 1, d) of gradient descent on the mean squared error, from zero."""
    return gradient_descent(lambda beta: gradient(X, y, beta), np.zeros(X.shape[1]), lr, steps)


def noisy_line(n: int, noise: float, outliers: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Points x (n,) and y (n,) about a line; the outliers are those furthest right, each 8 too low."""
    x = np.sort(rng.uniform(-2, 2, n))
    y = TRUTH[0] + TRUTH[1] * x + noise * rng.standard_normal(n)
    y[n - outliers :] -= 8
    return x, y


def demo(
    n: Annotated[int, "points", Between(10, 1000)] = 60,
    noise: Annotated[float, "standard deviation around the line", Between(0.05, 3)] = 0.5,
    lr: Annotated[float, "learning rate", Between(0.001, 1)] = 0.1,
    steps: Annotated[int, "steps of gradient descent", Between(2, 300)] = 200,
    outliers: Annotated[int, "points that were moved far down", Between(0, 20)] = 0,
    seed: int = 0,
) -> Iterator[Frame]:
    """A line turns towards the points and ends where the normal equations say; then one point pulls at it."""
    if 2 * outliers > n:
        raise ValueError(f"outliers = {outliers} are more than half of n = {n} points")
    rng = np.random.default_rng(seed)
    x, y = noisy_line(n, noise, outliers, rng)
    X = np.column_stack([np.ones(n), x])
    yield Say(
        r"Least squares looks for the line with the smallest $\frac{1}{n}\lVert X\beta-y\rVert^2$. "
        r"Gradient descent turns a line towards it; $\hat\beta=(X^\top X)^{-1}X^\top y$ is there at once."
    )
    path = descend(X, y, lr, steps)
    best = normal_equations(X, y)
    yield from film(X, y, path, best)
    yield from report(X, y, best)
    yield from drag(X, y)
    yield from checks(X, y, path, lr)


def line(beta: Array) -> Array:
    """Both ends (2, 2) of a line over the data."""
    x = np.array([-2.2, 2.2])
    return np.stack([x, beta[0] + beta[1] * x], axis=1)


def film(X: Array, y: Array, path: Array, best: Array) -> Iterator[Frame]:
    """Play the line, its error and its residuals, at ever longer intervals, while they stay in sight."""
    shown = np.unique(np.geomspace(1, len(path), 22).astype(int) - 1).tolist()
    points, errors = np.stack([X[:, 1], y], axis=1), list[float]()
    for k, t in enumerate(shown):
        errors.append(mse(X, y, path[t]))
        if errors[k] > 100 * errors[0]:
            yield Say(
                f"Step {t}: the error is {errors[k]:.3g} and grows. The steps are too long.", name="step"
            )
            break
        intercept, slope = path[t]
        yield Say(
            f"Step {t}: intercept {intercept:.3f}, slope {slope:.3f}, MSE {errors[k]:.4f}.", name="step"
        )
        lines = {"gradient descent": line(path[t]), "normal equations": line(best)}
        yield Scatter("points", points, curves=lines)
        curves = {"gradient descent": errors.copy(), "least": [mse(X, y, best)] * (k + 1)}
        yield Line("MSE", curves, x=np.array(shown[: k + 1]) + 1, x_label="step + 1", log_x=True, log_y=True)
        left = np.stack([X[:, 1], y - X @ path[t]], axis=1)
        yield Scatter("residuals", left, curves={"0": [(-2.2, 0.0), (2.2, 0.0)]})


def report(X: Array, y: Array, beta: Array) -> Iterator[Frame]:
    """Show coefficients, standard errors and R squared of the least-squares line."""
    error = standard_errors(X, y, beta)
    rows = list(zip(("intercept", "slope"), beta.round(4), error.round(4), TRUTH, strict=True))
    yield Table("least squares", ("", "estimate", "std. error", "truth"), rows)
    yield Say(f"The line explains $R^2$ = {r_squared(X, y, beta):.3f} of the variance of y.", name="step")


def dragged(X: Array, y: Array, i: int) -> Array:
    """The least-squares weights (steps, d) as point i is dragged down by PULL."""
    e = (np.arange(len(y)) == i).astype(float)
    return np.stack([normal_equations(X, y - pull * e) for pull in PULL])


def drag(X: Array, y: Array) -> Iterator[Frame]:
    """Ask which point moves the slope most, and drag one in the middle and one at the end."""
    x = X[:, 1]
    places = {"in the middle": int(np.abs(x - x.mean()).argmin()), "at the right end": int(x.argmax())}
    fits = {name: dragged(X, y, i) for name, i in places.items()}
    turn = [abs(float(fit[-1, 1] - fit[0, 1])) for fit in fits.values()]
    yield Ask(
        "drag",
        f"We drag one point {PULL[-1]:g} down: one in the middle, or the one at the right end. "
        "Which turns the line more?",
        (*places, "both as much"),
        answer=2 if abs(turn[0] - turn[1]) < 0.1 * max(turn) else int(np.argmax(turn)),
        why="A residual counts squared, so one far point has a say; its leverage on the slope grows with its "
        "distance from the mean of x. In the middle it only lowers the line.",
    )
    slopes: dict[str, Array] = {}
    for name, i in places.items():
        for k, pull in enumerate(PULL.tolist(), start=1):
            points = np.stack([x, y - pull * (np.arange(len(y)) == i)], axis=1)
            pair = {"before": line(fits[name][0]), "now": line(fits[name][k - 1])}
            slopes[name] = fits[name][:k, 1]
            yield Scatter("one point is dragged", points, marks=points[[i]], curves=pair)
            yield Line("slope", slopes.copy(), x=PULL, x_label="dragged down by")


def by_eigenvectors(X: Array, y: Array, lr: float, steps: int) -> Array:
    r"""Gradient descent in closed form: $\hat\beta-(I-\eta H)^k\hat\beta$ with $H=\frac{2}{n}X^\top X$."""
    values, vectors = np.linalg.eigh(2 / len(y) * X.T @ X)
    best = vectors @ ((vectors.T @ (2 / len(y) * X.T @ y)) / values)
    result: Array = best - vectors @ ((1 - lr * values) ** steps * (vectors.T @ best))
    return result


def checks(X: Array, y: Array, path: Array, lr: float) -> Iterator[Check]:
    """Compare with the sums of school, with differences, and with gradient descent in closed form."""
    x, best = X[:, 1], normal_equations(X, y)
    dx, dy = x - x.mean(), y - y.mean()
    slope = float(dx @ dy / (dx @ dx))
    yield Check("slope, as covariance over variance", best[1], slope, 1e-9)
    yield Check("intercept, through the mean point", best[0], y.mean() - slope * x.mean(), 1e-9)
    beta, h = np.array([0.3, -0.7]), 1e-4 * np.eye(2)
    slopes = [(mse(X, y, beta + e) - mse(X, y, beta - e)) / 2e-4 for e in h]
    yield Check("gradient against differences", np.abs(gradient(X, y, beta) - slopes).max(), 0.0, 1e-6)
    exact = by_eigenvectors(X, y, lr, len(path) - 1)
    gap = np.abs(path[-1] - exact).max() / max(1.0, np.abs(exact).max())
    yield Check("end of gradient descent, by eigenvectors", gap, 0.0, 1e-8)
    r = float(dx @ dy) ** 2 / float((dx @ dx) * (dy @ dy))
    yield Check("R squared, as squared correlation", r_squared(X, y, best), r, 1e-9)
    rest = dy - slope * dx
    error = float(rest @ rest / (len(y) - 2) / (dx @ dx)) ** 0.5
    yield Check("standard error of the slope, by sums", standard_errors(X, y, best)[1], error, 1e-9)
