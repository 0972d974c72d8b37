"""Imbalanced classes: resampling and weights move the threshold, and spoil the probabilities.

Sheet 3.1. Chawla, Bowyer, Hall & Kegelmeyer, SMOTE (2002); He & Garcia (2009); Elkan, The
Foundations of Cost-Sensitive Learning (2001). Points (n, 2), labels y (n,) of 0 (majority) and 1 (minority).
"""

import math
from collections.abc import Iterator
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Bars, Between, Check, Frame, Line, Say, Scatter, Table

from .knn import distances, nearest
from .logistic_regression import level, loss, newton, sigmoid, with_ones
from .metrics import accuracy, average_precision, confusion, f_beta, precision, recall, roc_auc

Array = NDArray[np.float64]
Labels = NDArray[np.intp]

CLASSES = ("majority", "minority", "synthetic")
TEST = 10  # test points for each training point


class Data(NamedTuple):
    """Points (n, 2) and their labels (n,)."""

    points: Array
    y: Labels


def two_clouds(n_major: int, n_minor: int, gap: float, rng: np.random.Generator) -> Data:
    """A large and a small round cloud, their centres `gap` standard deviations apart."""
    y = np.repeat([0, 1], [n_major, n_minor])
    return Data(np.outer(y, [0.8, 0.6]) * gap + rng.standard_normal((len(y), 2)), y)


def oversample(data: Data, rng: np.random.Generator) -> Data:
    """All points, and minority points drawn again until both classes are as large."""
    minor, major = np.flatnonzero(data.y == 1), np.flatnonzero(data.y == 0)
    chosen = np.concatenate([major, minor, rng.choice(minor, len(major) - len(minor))])
    return Data(data.points[chosen], data.y[chosen])


def subsample(data: Data, rng: np.random.Generator) -> Data:
    """The minority, and as many points of the majority."""
    minor, major = np.flatnonzero(data.y == 1), np.flatnonzero(data.y == 0)
    chosen = np.concatenate([rng.choice(major, len(minor), replace=False), minor])
    return Data(data.points[chosen], data.y[chosen])


def smote(minor: Array, k: int, count: int, rng: np.random.Generator) -> Array:
    r"""Synthetic points $x+u(z-x)$ (count, d): z one of x's k nearest neighbours, u from [0, 1]."""
    D = distances(minor, minor)
    np.fill_diagonal(D, np.inf)
    neighbours = nearest(D, k)
    i = rng.integers(len(minor), size=count)
    x, z = minor[i], minor[neighbours[i, rng.integers(k, size=count)]]
    return x + rng.random((count, 1)) * (z - x)


def balanced_weights(y: Labels) -> Array:
    r"""Weights $\frac{n}{Kn_c}$ (n,) by class: each class then weighs as much, n/K."""
    counts = np.bincount(y)
    weights: Array = (len(y) / (len(counts) * counts))[y]
    return weights


def prior_corrected(p: Array, trained_odds: float, true_odds: float) -> Array:
    """Probabilities (n,) with their odds multiplied by the ratio of the true and the trained class odds."""
    odds = p / (1 - p) * true_odds / trained_odds
    return odds / (1 + odds)


def probabilities(beta: Array, points: Array) -> Array:
    """The model's probability of the minority (n,)."""
    return sigmoid(with_ones(points) @ beta)


def best_threshold(y: Labels, p: Array) -> tuple[Array, Array, float]:
    """Thresholds, their F1, and the threshold with the highest F1, on validation data."""
    thresholds = np.linspace(0.01, 0.6, 60)
    F1 = np.array([f_beta(confusion(y, p, t)) for t in thresholds.tolist()])
    return thresholds, F1, float(thresholds[F1.argmax()])


def brier(y: Labels, p: Array) -> float:
    r"""$\frac{1}{n}\sum_i(p_i-y_i)^2$."""
    return float(((p - y) ** 2).mean())


def log_loss(y: Labels, p: Array) -> float:
    """Mean cross-entropy of the probabilities, in nats."""
    return float(-np.log(np.where(y == 1, p, 1 - p)).mean())


class Result(NamedTuple):
    """A way to train: its probabilities p (m,) for the test points, and its threshold."""

    p: Array
    threshold: float


def demo(
    n_major: Annotated[int, "points of the majority", Between(200, 2000)] = 950,
    n_minor: Annotated[int, "points of the minority", Between(20, 200)] = 50,
    k: Annotated[int, "neighbours between which SMOTE draws", Between(1, 15)] = 5,
    gap: Annotated[float, "distance of the two centres, in standard deviations", Between(0.5, 3)] = 1.6,
    seed: int = 0,
) -> Iterator[Frame]:
    """One point in twenty is of the minority; six trainings, and what each does to decisions and odds."""
    if n_minor >= n_major:
        raise ValueError(f"n_minor = {n_minor} is no minority beside n_major = {n_major}")
    rng = np.random.default_rng(seed)
    train, validation = (two_clouds(n_major, n_minor, gap, rng) for _ in range(2))
    test = two_clouds(TEST * n_major, TEST * n_minor, gap, rng)
    yield Say(
        r"With few points in one class, SMOTE makes more: $x+u(z-x)$, between a minority point x and one "
        r"of its k nearest minority neighbours z. Is that better than one model whose threshold is moved?"
    )
    plain = newton(with_ones(train.points), train.y.astype(float))
    c = confusion(test.y, probabilities(plain, test.points), 0.5)
    yield Scatter("before SMOTE", train.points, labels=train.y, class_names=CLASSES)
    yield Ask(
        "accuracy",
        f"Plain logistic regression decides {accuracy(c):.0%} of new points right. How much of the minority "
        "does it find?",
        ("less than half", "half to 90 %", "more than 90 %"),
        answer=0 if recall(c) < 0.5 else 1 if recall(c) <= 0.9 else 2,
        why=f"Calling all points majority would be right for {1 - test.y.mean():.0%}. The plain model finds "
        f"{c.TP} of {c.TP + c.FN}: where the classes overlap, the rare one rarely reaches p = 0.5.",
    )
    made = smote(train.points[train.y == 1], k, n_major - n_minor, rng)
    smoted = Data(np.concatenate([train.points, made]), np.append(train.y, np.ones(len(made), dtype=int)))
    yield from show_smote(train, made, plain, newton(with_ones(smoted.points), smoted.y.astype(float)))
    thresholds, F1, moved = best_threshold(validation.y, probabilities(plain, validation.points))
    yield from move_threshold(thresholds, F1, moved)
    results = compare(train, smoted, test, plain, moved, rng)
    yield from tables(results, test)
    yield from checks(train, made, k, results, test)


def show_smote(train: Data, made: Array, plain: Array, after: Array) -> Iterator[Frame]:
    """Play how synthetic points fill the minority, and where the line p = 0.5 goes."""
    for shown in np.unique(np.geomspace(1, len(made), 20).astype(int)).tolist():
        points = np.concatenate([train.points, made[:shown]])
        labels = np.append(train.y, np.full(shown, 2))
        lines = {"p = 0.5, plain": plain} | ({"p = 0.5, SMOTE": after} if shown == len(made) else {})
        curves = {name: level(beta, 0.5) for name, beta in lines.items()}
        yield Say(f"Synthetic points: {shown}, each between a minority point and a neighbour.", name="step")
        yield Scatter("after SMOTE", points, labels=labels, curves=curves, class_names=CLASSES)


def move_threshold(thresholds: Array, F1: Array, moved: float) -> Iterator[Frame]:
    """Play F1 on validation data for ever higher thresholds of the plain model."""
    for shown in range(6, len(thresholds) + 1, 6):
        yield Line("F1 of the plain model", F1[:shown], x=thresholds[:shown], x_label="threshold")
    yield Say(f"On validation data the plain model's best threshold is {moved:.2f}, not 0.5.", name="step")


def compare(
    train: Data, smoted: Data, test: Data, plain: Array, moved: float, rng: np.random.Generator
) -> dict[str, Result]:
    """Train all ways, and correct the weighted model's prior."""

    def fitted(data: Data, w: Array | float = 1.0) -> Array:
        return probabilities(newton(with_ones(data.points), data.y.astype(float), w), test.points)

    p = probabilities(plain, test.points)
    weighted = fitted(train, balanced_weights(train.y))
    return {
        "plain": Result(p, 0.5),
        "threshold": Result(p, moved),
        "oversample": Result(fitted(oversample(train, rng)), 0.5),
        "subsample": Result(fitted(subsample(train, rng)), 0.5),
        "SMOTE": Result(fitted(smoted), 0.5),
        "weights": Result(weighted, 0.5),
        "corrected": Result(prior_corrected(weighted, 1.0, odds_of(train.y)), 0.5),
    }


def odds_of(y: Labels) -> float:
    """The odds of the minority in a set of labels."""
    return float(y.mean() / (1 - y.mean()))


def tables(results: dict[str, Result], test: Data) -> Iterator[Frame]:
    """Play decisions way by way, ask whose probabilities are right, and play those."""
    y, rate = test.y, float(test.y.mean())
    counts, scores = list[tuple[object, ...]](), list[tuple[object, ...]]()
    for name, (p, threshold) in results.items():
        c = confusion(y, p, threshold)
        counts.append((name, *c))
        scores.append((name, *(round(score(c), 2) for score in (precision, recall, f_beta, accuracy))))
        yield Table("decisions on new points", ("way", *c._fields), counts.copy())
        yield Table("how good they are", ("way", "prec.", "recall", "F1", "acc."), scores.copy())
    far = {name: abs(float(results[name].p.mean()) - rate) for name in ("plain", "SMOTE", "weights")}
    yield Ask(
        "calibration",
        f"{rate:.1%} of new points are minority. Whose mean probability comes nearest to that?",
        tuple(far),
        answer=list(far).index(min(far, key=lambda name: far[name])),
        why="Resampling and weights teach a world with as many minority points as others, so their "
        "probabilities are too high. Dividing the odds by the ratio of the class odds mends that.",
    )
    quality: list[tuple[object, ...]] = []
    means = {"truth": rate}
    for name, (p, _) in results.items():
        means[name] = float(p.mean())
        goodness = (average_precision(y, p), roc_auc(y, p), brier(y, p), log_loss(y, p))
        quality.append((name, *(round(value, 2) for value in goodness)))
        columns = ("way", "AP", "AUC", "Brier", "log loss")
        yield Table("their probabilities", columns, quality.copy())
        yield Bars("mean probability", means.copy())
    yield Say("One model, one threshold: as good at deciding, and its probabilities are true.", name="step")


def to_segment(point: Array, x: Array, z: Array) -> float:
    """Distance of a point from the segment between x and z."""
    along, direction = point - x, z - x
    u = min(max(float(along @ direction) / max(float(direction @ direction), 1e-300), 0.0), 1.0)
    return float(np.linalg.norm(along - u * direction))


def off_segment(made: Array, minor: Array, k: int) -> float:
    """The largest distance of a synthetic point from all segments on which SMOTE may put it."""
    rows = list(minor)
    pairs = [
        (x, rows[j])
        for i, x in enumerate(rows)
        for j in sorted(set(range(len(rows))) - {i}, key=lambda j, x=x: math.dist(x, rows[j]))[:k]  # type: ignore[misc]
    ]
    return max(min(to_segment(point, x, z) for x, z in pairs) for point in made)


def checks(train: Data, made: Array, k: int, results: dict[str, Result], test: Data) -> Iterator[Check]:
    """Compare SMOTE with its segments, weights with copies, and the ways with each other."""
    minor = train.points[train.y == 1]
    yield Check("SMOTE points off their segments", off_segment(made[:40], minor, k), 0.0, 1e-12)
    X, y, beta = with_ones(train.points), train.y.astype(float), np.array([-1.0, 0.5, 0.8])
    copies = 1 + train.y * 18
    duplicated = loss(X.repeat(copies, axis=0), y.repeat(copies), beta) * int(copies.sum())
    weighted = loss(X, y, beta, copies.astype(float)) * len(X)
    yield Check("loss with weights, against copies", weighted, duplicated, 1e-12 * duplicated)
    sizes = [float(balanced_weights(train.y)[train.y == c].sum()) for c in (0, 1)]
    yield Check("total weight of the minority, against the majority", sizes[1], sizes[0], 1e-9 * sizes[0])
    p, rate = results["plain"].p, float(train.y.mean())
    noise = max(1.0, (50 / len(minor)) ** 0.5)
    moved, resampled = (
        f_beta(confusion(test.y, p, threshold)) for p, threshold in ((p, rate), (results["SMOTE"].p, 0.5))
    )
    yield Check("F1 with the threshold at the base rate, against SMOTE", moved, resampled, 0.05 * noise)
    corrected = float(results["corrected"].p.mean())
    yield Check(
        "mean probability after the correction, against the rate", corrected, test.y.mean(), 0.02 * noise
    )
