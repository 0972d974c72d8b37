"""Label smoothing: ask for a little less than certainty, and the logits stop growing.

Sheet 3.18.1. Szegedy et al., Rethinking the Inception architecture (2016); Guo et al., On calibration (2017).
Logits Z and targets T (n, K), classes y (n,) of 0..K-1.
"""

from collections.abc import Iterator
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Bars, Between, Check, Frame, Histogram, Line, Say, Table

Array = NDArray[np.float64]
Labels = NDArray[np.intp]

FEATURES = 16  # two that matter and fourteen of noise: few points are then easy to learn by heart
BINS = 10
FREE_RATE = 3.0  # learning rate of the free sample; up to 4 is stable


def smooth(y: Labels, K: int, alpha: float) -> Array:
    r"""$(1-\alpha)\,y+\frac{\alpha}{K}$ for the one-hot rows y (n, K)."""
    return (1 - alpha) * np.eye(K)[y] + alpha / K


def log_softmax(Z: Array) -> Array:
    r"""$\log p_j=z_j-\log\sum_k e^{z_k}$ (n, K)."""
    logp: Array = Z - np.logaddexp.reduce(Z, axis=1, keepdims=True)
    return logp


def softmax(Z: Array) -> Array:
    r"""$p_j=\frac{e^{z_j}}{\sum_ke^{z_k}}$ (n, K)."""
    P: Array = np.exp(log_softmax(Z))
    return P


def cross_entropy(Z: Array, T: Array) -> float:
    r"""$-\frac1n\sum_i\sum_jt_{ij}\log p_{ij}$."""
    return float(-(T * log_softmax(Z)).sum(axis=1).mean())


def logit_gradient(Z: Array, T: Array) -> Array:
    r"""$\frac{p-t}{n}$ (n, K), the slope of the mean cross-entropy."""
    return (softmax(Z) - T) / len(Z)


def best_gap(alpha: float, K: int) -> float:
    r"""$\log\frac{1-\alpha+\alpha/K}{\alpha/K}$: the true logit minus another where the loss is least."""
    return float(np.log((1 - alpha + alpha / K) / (alpha / K)))


def free_gaps(T: Array, steps: int, rate: float = FREE_RATE) -> list[float]:
    """The gap of the first logit over the second after each step of descent on free logits (1, K)."""
    Z = np.zeros_like(T)
    gaps = [0.0]
    for _ in range(steps):
        Z = Z - rate * logit_gradient(Z, T)
        gaps.append(float(Z[0, 0] - Z[0, 1]))
    return gaps


def train(X: Array, T: Array, steps: int, rate: float) -> Iterator[Array]:
    """The weights (d, K) of a softmax classifier after each step of gradient descent on targets T."""
    W = np.zeros((X.shape[1], T.shape[1]))
    for _ in range(steps):
        W = W - rate * X.T @ logit_gradient(X @ W, T)
        yield W


def calibration(P: Array, y: Labels) -> tuple[Array, Array, Array]:
    """By bin of confidence: the share (BINS,) of points in it, their mean confidence and their accuracy."""
    confidence, right = P.max(axis=1), P.argmax(axis=1) == y
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    counts = np.bincount(bins, minlength=BINS)
    some = np.where(counts > 0, counts, np.nan)
    sums = (np.bincount(bins, weights=of, minlength=BINS) for of in (confidence, right))
    mean_confidence, accuracy = (total / some for total in sums)
    return counts / len(y), mean_confidence, accuracy


def expected_calibration_error(P: Array, y: Labels) -> float:
    r"""ECE, $\sum_b\frac{n_b}{n}\left|\mathrm{acc}_b-\mathrm{conf}_b\right|$ (Guo et al., eq. 3)."""
    share, confidence, accuracy = calibration(P, y)
    return float(np.nansum(share * abs(accuracy - confidence)))


def blobs(n: int, K: int, rng: np.random.Generator) -> tuple[Array, Labels]:
    """Features (n, FEATURES + 1), the last always 1, of K overlapping blobs on a circle, and classes (n,)."""
    y = np.arange(n) % K
    angle = 2 * np.pi * y / K
    X = rng.standard_normal((n, FEATURES + 1))
    X[:, :2] += 1.6 * np.column_stack([np.cos(angle), np.sin(angle)])
    X[:, -1] = 1
    return X, y


def demo(
    alpha: Annotated[float, "share of the target spread over all classes", Between(0.01, 1.0)] = 0.1,
    classes: Annotated[int, "classes", Between(2, 6)] = 3,
    steps: Annotated[int, "steps of gradient descent", Between(100, 5000)] = 1500,
    n: Annotated[int, "points to learn from", Between(20, 500)] = 60,
    lr: Annotated[float, "learning rate", Between(0.01, 1.0)] = 0.5,
    seed: int = 0,
) -> Iterator[Frame]:
    """Two classifiers learn the same points by heart; the one with soft targets is less sure of itself."""
    rng = np.random.default_rng(seed)
    (X, y), (X_new, y_new) = blobs(n, classes, rng), blobs(3000, classes, rng)
    yield Say(
        r"A hard target is 1 for the true class and 0 elsewhere; a soft one is "
        r"$(1-\alpha)y+\frac{\alpha}{K}$. With cross-entropy the logits follow $p-t$: towards a hard target "
        "that pull never ends."
    )
    hard, soft = (smooth(y, classes, a) for a in (0.0, alpha))
    yield from targets(classes, alpha)
    yield from one_sample(classes, alpha)
    paths = {name: list(train(X, T, steps, lr)) for name, T in (("hard", hard), ("soft", soft))}
    yield from film(X, X_new, paths)
    yield from reliability({name: softmax(X_new @ path[-1]) for name, path in paths.items()}, y_new)
    yield from checks(X @ paths["soft"][-1], y, alpha, classes)


def targets(K: int, alpha: float) -> Iterator[Frame]:
    """Play how mass goes from the true class to all."""
    zero = np.zeros(1, dtype=int)
    for a in np.linspace(0, alpha, 7):
        names = ("true class", *(f"class {j + 1}" for j in range(1, K)))
        yield Say(f"With alpha = {a:.3f} the target of the true class is {1 - a + a / K:.3f}.", name="step")
        yield Bars("target", dict(zip(names, smooth(zero, K, float(a))[0].tolist(), strict=True)))


def one_sample(K: int, alpha: float) -> Iterator[Frame]:
    """Ask where the logits of a single sample go under a hard target, and play both."""
    yield Ask(
        "hard",
        "One sample, its logits are free, the target is hard. Gradient descent makes the gap between the "
        "true logit and the others…",
        ("settle at some value", "grow for ever, ever slower", "grow for ever, at the same pace"),
        answer=1,
        why="The loss is 0 only at an infinite gap, and the pull 1 - p fades: the gap grows like the log of "
        f"the steps. With alpha = {alpha:g} it settles at {best_gap(alpha, K):.2f}.",
    )
    gaps = both_gaps(K, alpha, 1000)
    for shown in np.geomspace(2, 1001, 20).astype(int).tolist():
        curves = {name: values[1:shown] for name, values in gaps.items()}
        bound = np.full(shown - 1, best_gap(alpha, K))
        yield Line(
            "gap of the logits",
            curves | {"best soft gap": bound},
            x=range(1, shown),
            x_label="step",
            log_x=True,
        )


def both_gaps(K: int, alpha: float, steps: int) -> dict[str, list[float]]:
    """The gaps of a free sample's logits under a hard and under a soft target."""
    zero = np.zeros(1, dtype=int)
    return {name: free_gaps(smooth(zero, K, a), steps) for name, a in (("hard", 0.0), ("soft", alpha))}


def film(X: Array, X_new: Array, paths: dict[str, list[Array]]) -> Iterator[Frame]:
    """Play the size of the logits, and the confidence in new points, of both classifiers."""
    steps = len(paths["hard"])
    shown = np.unique(np.geomspace(1, steps, 28).astype(int)).tolist()
    size = {
        name: [float(np.linalg.norm(X @ path[t - 1], axis=1).mean()) for t in shown]
        for name, path in paths.items()
    }
    for count, t in enumerate(shown, start=1):
        so_far = {name: values[:count] for name, values in size.items()}
        yield Say(
            f"Step {t}: mean length of the logits {size['hard'][count - 1]:.2f} with hard targets, "
            f"{size['soft'][count - 1]:.2f} with soft ones.",
            name="step",
        )
        yield Line("mean length of the logits", so_far, x=shown[:count], x_label="step", log_x=True)
        sure = {name: softmax(X_new @ path[t - 1]).max(axis=1) for name, path in paths.items()}
        yield Histogram("confidence in new points", sure, x_label="largest probability")


def reliability(P: dict[str, Array], y: Labels) -> Iterator[Frame]:
    """Ask which classifier's confidence one can believe, and show it by bins."""
    ece = {name: expected_calibration_error(probabilities, y) for name, probabilities in P.items()}
    yield Ask(
        "believe",
        "Of the points of which it is 90% sure, a classifier should get 90% right. Which is nearer to that?",
        ("the one with hard targets", "the one with soft targets"),
        answer=0 if ece["hard"] < ece["soft"] else 1,
        why="Hard targets let the logits grow until known points are certain; new points look certain too. "
        "Soft targets hold confidence down; with too large an alpha it falls below what is true.",
    )
    middle = (np.arange(BINS) + 0.5) / BINS
    for shown in range(2, BINS + 1):
        curves = {name: calibration(each, y)[2][:shown] for name, each in P.items()}
        yield Line(
            "share right by confidence",
            curves | {"ideal": middle[:shown]},
            x=middle[:shown],
            x_label="confidence",
        )
    rows = [
        (name, float((each.argmax(axis=1) == y).mean()), float(each.max(axis=1).mean()), ece[name])
        for name, each in P.items()
    ]
    yield Table("new points", ("targets", "share right", "confidence", "ECE"), rows)


def slopes_apart(Z: Array, T: Array, h: float = 1e-5) -> float:
    """The largest difference of the gradient from central differences, over the first six rows."""
    Z, T = Z[:6], T[:6]
    by_differences = np.zeros_like(Z)
    for where in np.ndindex(Z.shape):
        step = np.zeros_like(Z)
        step[where] = h
        by_differences[where] = (cross_entropy(Z + step, T) - cross_entropy(Z - step, T)) / (2 * h)
    return float(abs(by_differences - logit_gradient(Z, T)).max())


def checks(Z: Array, y: Labels, alpha: float, K: int) -> Iterator[Check]:
    """Compare with the closed form of the gap, its growth, central differences, and the loss written out."""
    gaps = both_gaps(K, alpha, 4000)
    yield Check("gap where the soft loss is least", gaps["soft"][-1], best_gap(alpha, K), 1e-3)
    doubled = gaps["hard"][4000] - gaps["hard"][2000]
    yield Check("rise of the hard gap when steps double", doubled, np.log(2), 0.01)
    T = smooth(y, K, alpha)
    yield Check("gradient and central differences apart", slopes_apart(Z, T), 0.0, 1e-7)
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    of_true = np.log(P[np.arange(len(y)), y])
    written_out = float((-(1 - alpha) * of_true - alpha / K * np.log(P).sum(axis=1)).mean())
    yield Check("soft loss, written out", cross_entropy(Z, T), written_out, 1e-9)
