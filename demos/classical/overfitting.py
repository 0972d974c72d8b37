"""Overfitting: a flexible model learns the noise of its points; held-out points tell when, and cures help.

Sheet 3.18. Hastie, Tibshirani & Friedman, The Elements of Statistical Learning (2009), chapter 7; bagging:
Breiman (1996). Points x (n,), targets y (n,), features Phi (n, d); folds: index arrays that share them out.
"""

from collections.abc import Callable, Generator, Iterator
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Between, Check, Frame, Line, Say, Table

from ..optimization.gradient_descent import gradient_descent  # noqa: TID252 - the package has two names
from .bias_variance import design, truth

Array = NDArray[np.float64]
Folds = list[NDArray[np.intp]]
Model = Callable[[Array], Array]

GRID = np.linspace(0, 1, 81)
HIDDEN = 30  # units of the network
BAGS = 30  # models of the ensemble
LAMBDAS = [float(lam) for lam in np.geomspace(1e-6, 10, 22)]


class Points(NamedTuple):
    """Inputs x (n,) and noisy targets y (n,)."""

    x: Array
    y: Array


def draw(n: int, noise: float, rng: np.random.Generator) -> Points:
    """One point at random in each of n equal parts of [0, 1], and the sine there with noise."""
    x = (np.arange(n) + rng.random(n)) / n
    return Points(x, truth(x) + noise * rng.standard_normal(n))


def mean_squared_error(g: Array, y: Array) -> float:
    """Mean of (y - g)²."""
    return float(((y - g) ** 2).mean())


def descent(Phi: Array, y: Array, steps: int) -> Array:
    r"""Weights (steps + 1, d) of gradient descent on $\frac{1}{n}\lVert y-\Phi w\rVert^2$, from zero."""
    n, d = Phi.shape
    alpha = 0.9 * n / np.linalg.eigvalsh(Phi.T @ Phi)[-1]  # nine tenths of the largest that converges
    return gradient_descent(lambda w: 2 / n * Phi.T @ (Phi @ w - y), np.zeros(d), float(alpha), steps)


def ridge(Phi: Array, y: Array, lam: float = 0.0) -> Array:
    r"""Weights (d,) with the least $\lVert y-\Phi w\rVert^2+\lambda\lVert w\rVert^2$ (ESL, eq. 3.43)."""
    d = Phi.shape[1]
    rows, targets = np.vstack([Phi, np.sqrt(lam) * np.eye(d)]), np.append(y, np.zeros(d))
    return np.asarray(np.linalg.lstsq(rows, targets, rcond=None)[0], dtype=np.float64)


def leverages(Phi: Array, lam: float = 0.0) -> Array:
    r"""Diagonal $h$ (n,) of the hat matrix $\Phi(\Phi^\top\Phi+\lambda I)^{-1}\Phi^\top$."""
    U, s, _ = np.linalg.svd(Phi, full_matrices=False)
    h: Array = (U**2) @ (s**2 / (s**2 + lam))
    return h


def leave_one_out(Phi: Array, y: Array, lam: float = 0.0) -> float:
    r"""$\frac{1}{n}\sum_i\left(\frac{r_i}{1-h_i}\right)^2$ from one fit with residuals r (ESL, eq. 7.64)."""
    r = y - Phi @ ridge(Phi, y, lam)
    return float(((r / (1 - leverages(Phi, lam))) ** 2).mean())


def fold_errors(Phi: Array, y: Array, folds: Folds, lam: float = 0.0) -> list[float]:
    """Mean squared error on each fold of the model fitted to the others."""
    errors = []
    for fold in folds:
        others = np.delete(np.arange(len(y)), fold)
        errors.append(mean_squared_error(Phi[fold] @ ridge(Phi[others], y[others], lam), y[fold]))
    return errors


def cross_validation(Phi: Array, y: Array, folds: Folds, lam: float = 0.0) -> float:
    r"""$\sum_jn_jc_j/\sum_jn_j$: the errors $c_j$ of the folds, all points counting the same (ESL, 7.48)."""
    return float(np.average(fold_errors(Phi, y, folds, lam), weights=[len(fold) for fold in folds]))


def unpack(theta: Array) -> tuple[Array, Array, Array, float]:
    """Weights and biases of the hidden units (h,), output weights (h,) and bias from theta (3h + 1,)."""
    w, b, v = theta[:-1].reshape(3, -1)
    return w, b, v, float(theta[-1])


def network(theta: Array, x: Array) -> Array:
    r"""$g(x)=\sum_jv_j\tanh(w_jx+b_j)+c$ (n,)."""
    w, b, v, c = unpack(theta)
    g: Array = np.tanh(np.outer(x, w) + b) @ v + c
    return g


def network_gradient(theta: Array, x: Array, y: Array) -> Array:
    r"""Gradient (3h + 1,) of $\frac{1}{n}\sum_i(g(x_i)-y_i)^2$ by backpropagation."""
    w, b, v, c = unpack(theta)
    Z = np.tanh(np.outer(x, w) + b)
    d_g = 2 * (Z @ v + c - y) / len(x)
    d_a = np.outer(d_g, v) * (1 - Z**2)
    return np.concatenate([d_a.T @ x, d_a.sum(axis=0), Z.T @ d_g, [d_g.sum()]])


def start(rng: np.random.Generator) -> Array:
    """Hidden units that bend at random places of [0, 1], steeply; small output weights."""
    w = rng.normal(0, 10, HIDDEN)
    return np.concatenate([w, -w * rng.random(HIDDEN), rng.normal(0, 0.3, HIDDEN), [0.0]])


def adam(theta: Array, x: Array, y: Array, steps: int, alpha: float = 0.05) -> Array:
    """Parameters (steps + 1, 3h + 1) of the network on the way of Adam (Kingma & Ba, 2015, algorithm 1)."""
    path, m, v = [theta], np.zeros_like(theta), np.zeros_like(theta)
    for t in range(1, steps + 1):
        gradient = network_gradient(theta, x, y)
        m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
        theta = theta - alpha * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        path.append(theta)
    return np.stack(path)


def bag(Phi: Array, y: Array, steps: int, rng: np.random.Generator) -> Array:
    """Weights (BAGS, d), each fitted to n points drawn from the n with replacement (bagging)."""
    draws = rng.integers(len(y), size=(BAGS, len(y)))
    return np.stack([descent(Phi[drawn], y[drawn], steps)[-1] for drawn in draws])


def demo(
    n: Annotated[int, "points to learn from, and as many to validate", Between(8, 200)] = 20,
    noise: Annotated[float, "standard deviation of the noise", Between(0.02, 1.5)] = 0.3,
    steps: Annotated[int, "steps of training", Between(50, 2000)] = 400,
    folds: Annotated[int, "folds of cross-validation", Between(2, 200)] = 5,
    degree: Annotated[int, "degree of the flexible polynomial", Between(3, 25)] = 15,
    seed: int = 0,
) -> Iterator[Frame]:
    """A polynomial and a network learn 20 points too well; then five cures, with the test error of each."""
    if folds > n:
        raise ValueError(f"folds = {folds} need at least as many points, and n is {n}")
    if degree > n - 2:
        raise ValueError(f"leaving one of n = {n} points out, degree is at most {n - 2}, not {degree}")
    rng = np.random.default_rng(seed)
    known, held_out, new = draw(n, noise, rng), draw(n, noise, rng), draw(1000, noise, rng)
    yield Say(
        r"Training makes $\frac{1}{n}\sum_i(y_i-g(x_i))^2$ small on n points, noise and all; we want it "
        "small on points that the model hasn't seen. It overfits once the first falls and the second rises."
    )
    W = descent(design(known.x, degree), known.y, steps)
    stop = best_step([polynomial(w) for w in W], held_out)
    yield bet_on_stopping(stop, steps)
    yield from training("polynomial", [polynomial(w) for w in W], known, held_out)
    thetas = adam(start(rng), known.x, known.y, steps)
    yield from training("network", [unit_sum(theta) for theta in thetas], known, held_out)
    shares = [np.sort(part) for part in np.array_split(rng.permutation(n), folds)]
    best_degree, lam = yield from choose(known, shares, degree)
    Phi, more = design(known.x, degree), draw(10 * n, noise, rng)
    bags = bag(Phi, known.y, steps, rng)
    models = {
        "as it is": polynomial(W[-1]),
        "early stop": polynomial(W[stop]),
        "L2": polynomial(ridge(Phi, known.y, lam)),
        f"degree {best_degree}": polynomial(ridge(design(known.x, best_degree), known.y)),
        "ensemble": polynomial(bags.mean(axis=0)),
        f"{10 * n} points": polynomial(descent(design(more.x, degree), more.y, steps)[-1]),
    }
    question = (
        f"Early stopping at step {stop}, L2 with lambda = {lam:.2g}, degree {best_degree}, {BAGS} averaged "
        f"fits to resamples, or {10 * n} points: which has the least error on 1000 new points?"
    )
    yield from compare(models, question, known, new)
    yield from checks(known, new, shares, W, thetas[0], bags)


def polynomial(w: Array) -> Model:
    """The polynomial with these weights (d,), as a function of places."""
    return lambda x: design(x, len(w) - 1) @ w


def unit_sum(theta: Array) -> Model:
    """The network with these parameters, as a function of places."""
    return lambda x: network(theta, x)


def best_step(path: list[Model], held_out: Points) -> int:
    """The step with the least error on held-out points: where to stop."""
    return int(np.argmin([mean_squared_error(model(held_out.x), held_out.y) for model in path]))


def bet_on_stopping(stop: int, steps: int) -> Ask:
    """Ask when the validation error is least."""
    early = steps // 20
    return Ask(
        "stop",
        f"Gradient descent takes {steps} steps; the training error falls with each. "
        "When is the error on held-out points least?",
        (f"in the first {early} steps", f"after {early + 1} to {steps // 2}", "in the second half"),
        answer=0 if stop <= early else 1 if stop <= steps // 2 else 2,
        why=f"After {stop}. The broad shape has large eigenvalues and is learnt first; the rest of the way "
        "goes into wiggles that fit the noise of single points. Stopping there acts much like L2.",
    )


def training(kind: str, path: list[Model], known: Points, held_out: Points) -> Iterator[Frame]:
    """Play fit and errors step by step; the least validation error so far is marked."""
    errors = np.array([[mean_squared_error(g(x), y) for x, y in (known, held_out)] for g in path])
    t = np.arange(1, len(path))
    for shown in np.unique(np.geomspace(1, len(t), 14).round().astype(int)).tolist():
        best = int(errors[: shown + 1, 1].argmin())
        yield Say(
            f"Step {shown} of the {kind}: training error {errors[shown, 0]:.3f}, validation error "
            f"{errors[shown, 1]:.3f}, least after step {best}.",
            name="step",
        )
        yield Line(
            f"fit of the {kind}",
            {"fit": path[shown](GRID), "truth": truth(GRID)},
            x=GRID,
            points=np.column_stack(known),
        )
        yield Line(
            f"error of the {kind}",
            {"training": errors[1 : shown + 1, 0], "validation": errors[1 : shown + 1, 1]},
            x=t[:shown],
            x_label="step",
            log_x=True,
            log_y=True,
            points=[(max(best, 1), errors[max(best, 1), 1])],
        )


def choose(known: Points, folds: Folds, degree: int) -> Generator[Frame, None, tuple[int, float]]:
    """Play cross-validation over degrees and over lambdas, and return the best of each."""
    x, y = known
    yield Say(
        f"Without a validation set: {len(folds)} folds take turns at being held out. Which degree, "
        "which lambda?",
        name="step",
    )
    rows = []
    for d in range(degree + 1):
        Phi = design(x, d)
        left_out = leave_one_out(Phi, y)
        rows.append((mean_squared_error(Phi @ ridge(Phi, y), y), cross_validation(Phi, y, folds), left_out))
        labels = ("training", f"{len(folds)} folds", "one left out")
        curves = dict(zip(labels, np.transpose(rows), strict=True))
        yield Line("error by degree", curves, x=range(d + 1), x_label="degree", log_y=True)
    Phi, scores = design(x, degree), list[float]()
    for shown, lam in enumerate(LAMBDAS, start=1):
        scores.append(cross_validation(Phi, y, folds, lam))
        if shown % 3 == 1:
            yield Line(
                "error by lambda", scores.copy(), x=LAMBDAS[:shown], x_label="lambda", log_x=True, log_y=True
            )
    return int(np.argmin([row[1] for row in rows])), LAMBDAS[int(np.argmin(scores))]


def compare(models: dict[str, Model], question: str, known: Points, new: Points) -> Iterator[Frame]:
    """Ask which cure helps most, and play the fit and the errors of each."""
    tests = {name: mean_squared_error(model(new.x), new.y) for name, model in models.items()}
    cured = list(tests)[1:]
    best = min(cured, key=tests.__getitem__)
    yield Ask(
        "cure",
        question,
        cured,
        answer=cured.index(best),
        why=f"{tests[best]:.3f}, and {tests[next(iter(tests))]:.3f} with nothing done. More points leave "
        "less room for noise; the other cures make do with the points there are.",
    )
    rows: list[tuple[object, ...]] = []
    for name, model in models.items():
        known_error = mean_squared_error(model(known.x), known.y)
        rows.append((name, model(GRID)[::8], round(known_error, 3), round(tests[name], 3)))
        yield Line("fits", {"fit": model(GRID), "truth": truth(GRID)}, x=GRID, points=np.column_stack(known))
        yield Table("cures", ("model", "fit", "train", "test"), rows.copy())


def checks(known: Points, new: Points, folds: Folds, W: Array, theta: Array, bags: Array) -> Iterator[Check]:
    """Compare with n refits, normal equations, a closed form, differences, and the theory of ensembles."""
    x, y = known
    degree, steps = W.shape[1] - 1, len(W) - 1
    gaps, alone = [], [np.array([i]) for i in range(len(y))]
    for d, lam in ((degree // 2, 0.0), (degree, 1e-3), (degree, 0.1)):
        exact = cross_validation(design(x, d), y, alone, lam)
        gaps.append(abs(leave_one_out(design(x, d), y, lam) / exact - 1))
    yield Check("leave-one-out shortcut against n refits, relative", max(gaps), 0.0, 1e-8)
    Phi, lam = design(x, degree), 0.01
    score, total = cross_validation(Phi, y, folds, lam), 0.0
    for fold in folds:
        left = np.setdiff1d(np.arange(len(y)), fold)
        A = Phi[left].T @ Phi[left] + lam * np.eye(degree + 1)
        total += ((y[fold] - Phi[fold] @ np.linalg.solve(A, Phi[left].T @ y[left])) ** 2).sum()
    yield Check("cross-validation by the normal equations", score, total / len(y), 1e-8 * max(score, 1))
    U, s, Vt = np.linalg.svd(Phi, full_matrices=False)
    shrink = 1 - (1 - 1.8 * s**2 / s[0] ** 2) ** steps
    reached = Phi @ Vt.T @ (shrink / s * (U.T @ y))
    yield Check("gradient descent against its closed form", np.abs(Phi @ W[-1] - reached).max(), 0.0, 1e-8)
    slopes = [
        (mean_squared_error(network(theta + e, x), y) - mean_squared_error(network(theta - e, x), y)) / 2e-5
        for e in np.eye(len(theta)) * 1e-5
    ]
    gap = np.abs(network_gradient(theta, x, y) - slopes).max()
    yield Check("the network's gradient against differences", gap, 0.0, 1e-6)
    G = np.stack([polynomial(w)(new.x) for w in bags])
    ensemble = mean_squared_error(polynomial(bags.mean(axis=0))(new.x), new.y)
    single = float(((G - new.y) ** 2).mean() - G.var(axis=0).mean())
    yield Check("ensemble: mean error of its models less their spread", ensemble, single, 1e-8 * (1 + single))
