"""Logistic regression: a straight line scores the points, the sigmoid turns scores into probabilities.

Sheet 3.9. Hastie, Tibshirani & Friedman, The Elements of Statistical Learning (2009), section 4.4; separable
data: Soudry et al. (2018). Points X (n, d) with a first column of ones, labels y (n,) of 0 and 1.
"""

from collections.abc import Iterator
from itertools import pairwise
from math import log, prod
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Between, Check, Frame, Heat, Line, Say, Scatter, Table

Array = NDArray[np.float64]
Weights = Array | float

CLASSES = ("y = 0", "y = 1")
ACROSS = np.array([1.0, 0.6]) / np.hypot(1.0, 0.6)  # from one class to the other
RIDGE = 1e-9  # keeps Newton's system solvable


def sigmoid(z: Array) -> Array:
    r"""$\sigma(z)=\frac{1}{1+e^{-z}}=\frac{1+\tanh(z/2)}{2}$, elementwise and without overflow."""
    p: Array = (1 + np.tanh(z / 2)) / 2
    return p


def loss(X: Array, y: Array, beta: Array, w: Weights = 1.0) -> float:
    r"""Mean cross-entropy $\frac{1}{n}\sum_iw_i(\log(1+e^{z_i})-y_iz_i)$, $z=X\beta$, with weights w (n,)."""
    z = X @ beta
    return float((w * (np.logaddexp(0, z) - y * z)).mean())


def gradient(X: Array, y: Array, beta: Array, w: Weights = 1.0) -> Array:
    r"""$\frac{1}{n}X^\top(w\odot(p-y))$ (d,), with $p=\sigma(X\beta)$."""
    p = sigmoid(X @ beta)
    return X.T @ (w * (p - y)) / len(y)


def hessian(X: Array, beta: Array, w: Weights = 1.0) -> Array:
    r"""$\frac{1}{n}X^\top\mathrm{diag}(w_ip_i(1-p_i))X$ (d, d)."""
    p = sigmoid(X @ beta)
    return (X.T * (w * p * (1 - p))) @ X / len(X)


def descend(X: Array, y: Array, lr: float, steps: int) -> Array:
    """The weights (steps + 1, d) of gradient descent from zero."""
    path = [np.zeros(X.shape[1])]
    for _ in range(steps):
        path.append(path[-1] - lr * gradient(X, y, path[-1]))
    return np.stack(path)


def newton(X: Array, y: Array, w: Weights = 1.0, steps: int = 25) -> Array:
    """The weights (d,) after Newton's method from zero, which is iteratively reweighted least squares."""
    beta = np.zeros(X.shape[1])
    for _ in range(steps):
        H = hessian(X, beta, w) + RIDGE * np.eye(len(beta))
        step = np.linalg.solve(H, gradient(X, y, beta, w))
        beta = beta - step
        if np.abs(step).max() < 1e-12:
            break
    return beta


def with_ones(points: Array) -> Array:
    """Points (n, d) with a column of ones before them, (n, d + 1), for the intercept."""
    return np.column_stack([np.ones(len(points)), points])


def clouds(n: int, separable: bool, rng: np.random.Generator) -> tuple[Array, Array]:
    """Points (n, 2) of two classes that overlap, or that are pushed a little apart, and their labels (n,)."""
    y = (np.arange(n) % 2).astype(float)
    side = 2 * y - 1
    points = 0.9 * np.outer(side, ACROSS) + 0.9 * rng.standard_normal((n, 2))
    if separable:
        t = points @ ACROSS
        points = points + np.outer(side * (np.abs(t) + 0.15) - t, ACROSS)
    return points, y


def demo(
    n: Annotated[int, "points", Between(60, 1000)] = 200,
    lr: Annotated[float, "learning rate", Between(0.01, 1)] = 0.5,
    steps: Annotated[int, "steps of gradient descent", Between(5, 2000)] = 400,
    separable: Annotated[bool, "whether a line can part the classes without error"] = False,
    seed: int = 0,
) -> Iterator[Frame]:
    """A line turns between two clouds until its probabilities fit; where nothing overlaps it never ends."""
    rng = np.random.default_rng(seed)
    points, y = clouds(n, separable, rng)
    X = with_ones(points)
    yield Say(
        r"Logistic regression takes a line for the log-odds, $\log\frac{p}{1-p}=\beta_0+\beta^\top x$. "
        r"Gradient descent follows $\frac{1}{n}X^\top(p-y)$ down to the smallest cross-entropy."
    )
    path = descend(X, y, lr, steps)
    yield from film(points, y, path)
    yield from five_points(X, y, path[-1])
    yield from grow_weights(X, y, lr, steps, separable, rng)
    yield from checks(X, y, path, lr)


def level(beta: Array, p: float) -> Array:
    """Both ends (2, 2) of the line on which the probability is p, inside the picture where it crosses it."""
    normal, score = beta[1:], log(p / (1 - p))
    length = max(float(np.linalg.norm(normal)), 1e-9)
    foot = (score - beta[0]) * normal / length**2
    along = np.array([-normal[1], normal[0]]) / length
    ends: Array = foot + np.outer([-2.5, 2.5], along)
    return ends


def film(points: Array, y: Array, path: Array) -> Iterator[Frame]:
    """Play the line, the probabilities, the loss, and the data on the sigmoid, at ever longer intervals."""
    X = with_ones(points)
    x1, x2 = np.meshgrid(np.linspace(-3.5, 3.5, 36), np.linspace(3, -3, 18))
    field = with_ones(np.column_stack([x1.ravel(), x2.ravel()]))
    shown = np.unique(np.geomspace(1, len(path) - 1, 18).astype(int)).tolist()
    losses = [loss(X, y, path[t]) for t in shown]
    for k, t in enumerate(shown):
        beta = path[t]
        lines = {f"p = {p}": level(beta, p) for p in (0.1, 0.5, 0.9)}
        near = {name: line for name, line in lines.items() if np.abs(line).max() < 5}
        yield Say(
            f"Step {t}: loss {losses[k]:.4f}, weights {', '.join(f'{b:.2f}' for b in beta)}.", name="step"
        )
        yield Scatter("points", points, labels=y, curves=near, class_names=CLASSES)
        yield Heat("probability of y = 1", sigmoid(field @ beta).reshape(x1.shape))
        yield Line("loss", losses[: k + 1], x=shown[: k + 1], x_label="step", log_x=True)
        score = X @ beta
        z = np.linspace(score.min(), score.max(), 50)
        curve = {"sigmoid": np.stack([z, sigmoid(z)], axis=1)}
        on_it = np.stack([score, y], axis=1)
        yield Scatter("score and label", on_it, labels=y, curves=curve, x_label="score", class_names=CLASSES)


def five_points(X: Array, y: Array, beta: Array) -> Iterator[Frame]:
    """Show score, odds and probability of five points, from the surest 0 to the surest 1."""
    score = X @ beta
    chosen = np.argsort(score)[np.linspace(0, len(y) - 1, 5).astype(int)]
    rows: list[tuple[object, ...]] = []
    for i in chosen.tolist():
        z = float(score[i])
        p = float(sigmoid(score[i]))
        rows.append((i, round(z, 3), float(f"{np.exp(z):.3g}"), round(p, 3), int(y[i])))
        yield Table("five points", ("point", "score", "odds", "p", "label"), rows.copy())


def grow_weights(
    X: Array, y: Array, lr: float, steps: int, separable: bool, rng: np.random.Generator
) -> Iterator[Frame]:
    """Ask what becomes of the weights in the long run, and play it beside the other kind of data."""
    other_points, other_y = clouds(len(y), not separable, rng)
    yield Ask(
        "long",
        f"{'A line' if separable else 'No line'} parts these classes without an error. "
        "We take ten times as many steps. What becomes of the weights?",
        ("their length settles", "they grow for ever", "they go back to zero"),
        answer=int(separable),
        why="Where a line makes no error, longer weights along it make every probability surer and the loss "
        "smaller, without end. Where classes overlap, being sure of a wrong point costs too much.",
    )
    runs = {
        "separable": descend(*((X, y) if separable else (with_ones(other_points), other_y)), lr, 10 * steps),
        "overlapping": descend(
            *((with_ones(other_points), other_y) if separable else (X, y)), lr, 10 * steps
        ),
    }
    shown = np.unique(np.geomspace(1, 10 * steps, 24).astype(int))
    for k in range(2, len(shown) + 1, 2):
        lengths = {name: np.linalg.norm(run[shown[:k], 1:], axis=1) for name, run in runs.items()}
        yield Line("length of the weights", lengths, x=shown[:k], x_label="step", log_x=True)


def differences(X: Array, y: Array, beta: Array, h: float = 1e-5) -> Array:
    """The gradient of the loss by central differences (d,)."""
    return np.array([(loss(X, y, beta + e) - loss(X, y, beta - e)) / (2 * h) for e in h * np.eye(len(beta))])


def checks(X: Array, y: Array, path: Array, lr: float) -> Iterator[Check]:
    """Compare with the likelihood by hand, with differences, and with a bound on the descent."""
    beta = path[-1]
    z = np.clip(X @ beta, -20, 20)
    apart = np.abs(np.log(sigmoid(z) / (1 - sigmoid(z))) - z).max()
    yield Check("largest gap of log-odds and score", apart, 0.0, 1e-6)
    middle = beta / (1 + np.linalg.norm(beta))
    p = [1 / (1 + np.exp(-z)) for z in (X @ middle).tolist()]
    likelihood = prod(p_i if y_i else 1 - p_i for p_i, y_i in zip(p[:50], y.tolist(), strict=False))
    yield Check(
        "loss of 50 points, by their likelihood", loss(X[:50], y[:50], middle), -log(likelihood) / 50, 1e-10
    )
    gap = np.abs(gradient(X, y, middle) - differences(X, y, middle)).max()
    yield Check("gradient against differences", gap, 0.0, 1e-8)
    best = newton(X, y, steps=8)
    bound = loss(X, y, best) + float(best @ best) / (2 * lr * (len(path) - 1))
    yield Check("loss, at most |beta*|^2/(2 lr steps) above the least", loss(X, y, beta), bound, 1e-12, "<=")
    steepest = max(loss(X, y, after) - loss(X, y, before) for before, after in pairwise(path))
    yield Check("largest rise of the loss in a step", steepest, 0.0, 1e-12, "<=")
