"""Metrics: a threshold turns scores into decisions; precision, recall, ROC and PR curves judge them.

Sheet 3.13. Fawcett, An introduction to ROC analysis (2006); Manning, Raghavan & Schuetze, Introduction to
Information Retrieval (2008), chapter 8. Labels y (n,) of 0 and 1, scores s (n,).
"""

from collections.abc import Iterator
from math import erf
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Between, Check, Frame, Heat, Histogram, Line, Say, Scatter, Table

Array = NDArray[np.float64]
Labels = NDArray[np.intp]

CURVES = ("the ROC curve", "the precision-recall curve", "both", "neither")
RARE = 50  # negatives for each positive
MOVED = 0.05  # an area that changes by less stays where it is


class Confusion(NamedTuple):
    """Counts of decisions: what was called positive, rightly (TP) or not (FP), and negative (TN, FN)."""

    TP: int
    FP: int
    FN: int
    TN: int


def confusion(y: Labels, s: Array, threshold: float) -> Confusion:
    """Count the decisions "positive if s >= threshold"."""
    said = s >= threshold
    TP, P = int((said & (y == 1)).sum()), int(y.sum())
    FP = int(said.sum()) - TP
    return Confusion(TP, FP, P - TP, len(y) - P - FP)


def ratio(part: float, whole: float) -> float:
    """Part of a whole; 0 where the whole is 0."""
    return part / whole if whole else 0.0


def precision(c: Confusion) -> float:
    r"""$\frac{TP}{TP+FP}$: how many of those called positive are; 0 if none is called so."""
    return ratio(c.TP, c.TP + c.FP)


def recall(c: Confusion) -> float:
    r"""$\frac{TP}{TP+FN}$: how many of the positives are found, the true positive rate."""
    return ratio(c.TP, c.TP + c.FN)


def false_positive_rate(c: Confusion) -> float:
    r"""$\frac{FP}{FP+TN}$: how many of the negatives are called positive."""
    return ratio(c.FP, c.FP + c.TN)


def accuracy(c: Confusion) -> float:
    r"""$\frac{TP+TN}{n}$: how many decisions are right."""
    return (c.TP + c.TN) / sum(c)


def f_beta(c: Confusion, beta: float = 1.0) -> float:
    r"""$\frac{(1+\beta^2)PR}{\beta^2P+R}$ of precision P and recall R (van Rijsbergen, 1979)."""
    P, R = precision(c), recall(c)
    return ratio((1 + beta**2) * P * R, beta**2 * P + R)


class Sweep(NamedTuple):
    """Every threshold that changes a decision, falling, (m,), and the TP and FP (m,) at each."""

    thresholds: Array
    TP: Labels
    FP: Labels


def sweep(y: Labels, s: Array) -> Sweep:
    """Count TP and FP at each score in turn, the highest first; equal scores are called together."""
    order = np.argsort(-s, kind="stable")
    last_of_its_score = np.append(np.diff(s[order]) != 0, True)
    TP, FP = np.cumsum(y[order]), np.cumsum(1 - y[order])
    return Sweep(s[order][last_of_its_score], TP[last_of_its_score], FP[last_of_its_score])


def roc_curve(y: Labels, s: Array) -> tuple[Array, Array]:
    """False and true positive rates (m + 1,) from (0, 0) to (1, 1)."""
    _, TP, FP = sweep(y, s)
    return np.append(0, FP / FP[-1]), np.append(0, TP / TP[-1])


def precision_recall_curve(y: Labels, s: Array) -> tuple[Array, Array]:
    """Precisions P and rising recalls R (m + 1,), from P = 1 at R = 0 on."""
    _, TP, FP = sweep(y, s)
    return np.append(1, TP / (TP + FP)), np.append(0, TP / TP[-1])


def roc_auc(y: Labels, s: Array) -> float:
    """Area under the ROC curve, by trapezia."""
    fpr, tpr = roc_curve(y, s)
    return float((np.diff(fpr) * (tpr[1:] + tpr[:-1]) / 2).sum())


def average_precision(y: Labels, s: Array) -> float:
    r"""$\sum_n(R_n-R_{n-1})P_n$ with $R_0=0$: the area under the precision-recall steps."""
    P, R = precision_recall_curve(y, s)
    return float((np.diff(R) * P[1:]).sum())


def pair_statistic(positive: Array, negative: Array) -> float:
    r"""$\frac{1}{mn}\sum_{ij}\frac{1+\mathrm{sign}(s_i-t_j)}{2}$: how often a positive wins."""
    return float((1 + np.sign(positive[:, None] - negative)).mean() / 2)


def draw_scores(n_pos: int, n_neg: int, separation: float, rng: np.random.Generator) -> tuple[Labels, Array]:
    """Labels and scores of a model that lifts the positives by `separation` standard deviations."""
    y = np.repeat([1, 0], [n_pos, n_neg])
    return y, separation * y + rng.standard_normal(len(y))


def demo(
    n_pos: Annotated[int, "positives", Between(20, 500)] = 100,
    n_neg: Annotated[int, "negatives", Between(20, 5000)] = 400,
    separation: Annotated[
        float, "how far positives score above negatives, in standard deviations", Between(0, 4)
    ] = 1.2,
    seed: int = 0,
) -> Iterator[Frame]:
    """A threshold sweeps over the scores of two classes; then one class gets rare, and one curve moves."""
    rng = np.random.default_rng(seed)
    y, s = draw_scores(n_pos, n_neg, separation, rng)
    yield Say(
        r"A model gives scores, a threshold makes decisions: precision $\frac{TP}{TP+FP}$ asks how many "
        r"alarms are right, recall $\frac{TP}{TP+FN}$ how many positives are found. "
        "Each threshold is one point of the ROC and of the precision-recall curve."
    )
    yield Ask(
        "threshold",
        "We raise the threshold from the lowest score to the highest. Which can fall and rise again?",
        ("recall", "the false positive rate", "precision"),
        answer=2,
        why="A higher threshold only takes alarms away, so TP and FP both fall, and with them recall and the "
        "false positive rate. Precision is TP among the alarms: it falls whenever a right alarm goes.",
    )
    yield from film(y, s)
    yield from make_rare(n_pos, separation, rng)
    yield from checks(y, s, separation)


def film(y: Labels, s: Array) -> Iterator[Frame]:
    """Play a threshold that rises over the scores, with its confusion matrix and all metrics."""
    past: dict[str, list[float]] = {"precision": [], "recall": [], "F1": []}
    thresholds = np.linspace(np.quantile(s, 0.02), s.max(), 22)
    for threshold in thresholds.tolist():
        c = confusion(y, s, threshold)
        for curve, value in zip(past.values(), (precision(c), recall(c), f_beta(c)), strict=True):
            curve.append(value)
        yield Histogram(
            "scores",
            {"negatives": s[y == 0], "positives": s[y == 1]},
            curves={"threshold": [(threshold, 0.0), (threshold, 0.5)]},
        )
        yield Heat(
            "truth and decision",
            [[c.TP, c.FN], [c.FP, c.TN]],
            row_labels=("positive", "negative"),
            column_labels=("yes", "no"),
            text=[[f"TP {c.TP}", f"FN {c.FN}"], [f"FP {c.FP}", f"TN {c.TN}"]],
        )
        yield Table("metrics", ("", "value"), table_rows(c))
        so_far = {name: curve.copy() for name, curve in past.items()}
        yield Line("as the threshold rises", so_far, x=thresholds[: len(past["F1"])], x_label="threshold")


def table_rows(c: Confusion) -> list[tuple[str, float]]:
    """Every metric of a confusion matrix."""
    return [
        ("precision", round(precision(c), 3)),
        ("recall (TPR)", round(recall(c), 3)),
        ("false positive rate", round(false_positive_rate(c), 3)),
        ("F1", round(f_beta(c), 3)),
        ("F2", round(f_beta(c, 2.0), 3)),
        ("accuracy", round(accuracy(c), 3)),
    ]


def make_rare(n_pos: int, separation: float, rng: np.random.Generator) -> Iterator[Frame]:
    """Play both curves for balanced classes, then for many more negatives with the same scores."""
    y, s = draw_scores(n_pos, RARE * n_pos, separation, rng)
    cases = {"1 to 1": (y[: 2 * n_pos], s[: 2 * n_pos]), f"1 to {RARE}": (y, s)}
    areas = [(roc_auc(*case), average_precision(*case)) for case in cases.values()]
    roc_moves, pr_moves = (abs(rare - even) > MOVED for even, rare in zip(*areas, strict=True))
    yield from grow_curves(cases, "1 to 1")
    yield Ask(
        "rare",
        f"Now {RARE} negatives for each positive, from the same two distributions. Which curve moves?",
        CURVES,
        answer=0 if roc_moves > pr_moves else 1 if pr_moves > roc_moves else 2 if roc_moves else 3,
        why="Both axes of the ROC curve are rates within one class, so the mix doesn't matter. Precision "
        f"sets TP against FP, and there are {RARE} times as many negatives to raise false alarms.",
    )
    yield from grow_curves(cases, f"1 to {RARE}")
    rows = [
        (name, float(case[0].mean()), *area) for (name, case), area in zip(cases.items(), areas, strict=True)
    ]
    yield Table("areas", ("classes", "positives", "ROC AUC", "average precision"), rows)


def grow_curves(cases: dict[str, tuple[Labels, Array]], growing: str) -> Iterator[Frame]:
    """Play one more case point by point, beside those before it."""
    names = list(cases)[: list(cases).index(growing) + 1]
    roc = {name: thinned(*roc_curve(*cases[name])) for name in names}
    pr = {name: thinned(*precision_recall_curve(*cases[name])[::-1]) for name in names}
    corners = [(0.0, 0.0), (1.0, 1.0)]
    for share in np.linspace(0.1, 1, 12):
        yield Scatter("ROC", corners, curves=cut(roc, growing, share), x_label="FPR", y_label="TPR")
        yield Scatter(
            "precision and recall",
            corners,
            curves=cut(pr, growing, share),
            x_label="recall",
            y_label="precision",
        )


def thinned(x: Array, y: Array, most: int = 200) -> Array:
    """A polyline of at most so many points (m, 2)."""
    keep = np.unique(np.linspace(0, len(x) - 1, most).astype(int))
    return np.stack([x[keep], y[keep]], axis=1)


def cut(curves: dict[str, Array], growing: str, share: float) -> dict[str, Array]:
    """The curves, one of them only up to a share of its way across."""
    line = curves[growing]
    return {**curves, growing: line[: max(int((line[:, 0] <= share).sum()), 1)]}


def checks(y: Labels, s: Array, separation: float) -> Iterator[Check]:
    """Compare with counts over pairs and over positives, and with the theory of two Gaussians."""
    positive, negative = s[y == 1], s[y == 0]
    A, m, n = roc_auc(y, s), len(positive), len(negative)
    yield Check("ROC AUC, over all pairs", A, pair_statistic(positive, negative), 1e-12)
    at_own_score = [(positive >= score).sum() / (s >= score).sum() for score in positive]
    yield Check(
        "average precision, positive by positive", average_precision(y, s), np.mean(at_own_score), 1e-12
    )
    counted = [confusion(y, s, threshold) for threshold in s.tolist()]
    F1 = max(abs(f_beta(c) - 2 * c.TP / (2 * c.TP + c.FP + c.FN)) for c in counted)
    yield Check("largest gap of F1 to 2TP/(2TP + FP + FN)", F1, 0.0, 1e-12)
    by_hand = max(
        abs(int((positive >= t).sum()) - TP) + abs(int((negative >= t).sum()) - FP)
        for t, TP, FP in zip(*sweep(y, s), strict=True)
    )
    yield Check("TP and FP of the sweep, counted anew", by_hand, 0)
    exact = (1 + erf(separation / 2)) / 2
    Q1, Q2 = exact / (2 - exact), 2 * exact**2 / (1 + exact)  # Hanley & McNeil (1982), equation 2
    variance = exact * (1 - exact) + (m - 1) * (Q1 - exact**2) + (n - 1) * (Q2 - exact**2)
    yield Check("ROC AUC, against two Gaussians", A, exact, 5 * (variance / (m * n)) ** 0.5)
