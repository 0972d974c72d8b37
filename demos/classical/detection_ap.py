"""Average precision of a detector: match boxes by overlap, rank by score, and average precision over recall.

Sheet 3.13. Everingham et al., The PASCAL VOC Challenge (2010). Boxes (n, 4) are x0, y0, x1, y1, the low
corner first; AP is the plain sum over the steps of recall, without VOC's smoothing.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Bars, Between, Check, Frame, Line, Say, Scatter, Table

Array = NDArray[np.float64]
Boxes = NDArray[np.intp]

WIDTH, HEIGHT = 24, 16
KINDS = ("cat", "dog", "cup", "car", "hat")
CORNERS = ((0, 0), (WIDTH, HEIGHT))
THRESHOLDS = np.linspace(0.3, 0.95, 14)


def iou(A: Boxes, B: Boxes) -> Array:
    r"""$\frac{|A\cap B|}{|A|+|B|-|A\cap B|}$ (n, m) of boxes A (n, 4) and B (m, 4)."""
    low = np.maximum(A[:, None, :2], B[:, :2])
    high = np.minimum(A[:, None, 2:], B[:, 2:])
    o = np.maximum(high - low, 0).prod(axis=-1)
    a, b = ((box[:, 2:] - box[:, :2]).prod(axis=-1) for box in (A, B))
    overlap: Array = o / (a[:, None] + b - o)
    return overlap


class Image(NamedTuple):
    """Objects (t, 4) of kinds (t,); predictions (p, 4) with kinds (p,) and scores (p,), highest first."""

    objects: Boxes
    kinds: Boxes
    predictions: Boxes
    predicted: Boxes
    scores: Array


def match(image: Image, threshold: float) -> Boxes:
    """Which object each prediction finds (p,), or -1: the best free one of its kind, if the IoU suffices.

    Predictions choose in the order of their scores, and nobody finds an object twice.
    """
    overlap = iou(image.predictions, image.objects)
    overlap[image.predicted[:, None] != image.kinds] = 0
    found = np.full(len(overlap), -1)
    for i in range(len(overlap)):
        j = int(overlap[i].argmax())
        if overlap[i, j] >= threshold:
            found[i] = j
            overlap[:, j] = 0
    return found


class Ranking(NamedTuple):
    """One kind's predictions in all images: scores (p,) from high to low, and which are right (p,)."""

    scores: Array
    right: NDArray[np.bool_]
    objects: int


def rank(images: list[Image], kind: int, threshold: float) -> Ranking:
    """All predictions of a kind, sorted by score."""
    scores = np.concatenate([image.scores[image.predicted == kind] for image in images])
    right = np.concatenate([match(image, threshold)[image.predicted == kind] >= 0 for image in images])
    order = np.argsort(-scores, kind="stable")
    return Ranking(scores[order], right[order], sum(int((image.kinds == kind).sum()) for image in images))


def running(ranking: Ranking) -> tuple[Array, Array]:
    """Precision and recall (p,) after each prediction; objects never found keep recall below 1."""
    TP = np.cumsum(ranking.right)
    return TP / np.arange(1, len(TP) + 1), TP / ranking.objects


def average_precision(ranking: Ranking) -> float:
    r"""$\sum_n(R_n-R_{n-1})P_n$ with $R_0=0$."""
    P, R = running(ranking)
    return float((np.diff(R, prepend=0) * P).sum())


def mean_average_precision(images: list[Image], classes: int, threshold: float) -> float:
    r"""$\frac{1}{N}\sum_iA_i$ over the N classes."""
    return float(np.mean([average_precision(rank(images, kind, threshold)) for kind in range(classes)]))


def scene(classes: int, number: int, rng: np.random.Generator) -> Image:
    """One object in each quarter of an image, and a detector that shifts, misses, repeats and imagines."""
    corners = np.array(list(product((0, WIDTH // 2), (0, HEIGHT // 2))))
    low = corners + rng.integers(1, [4, 3], (4, 2))
    objects = np.concatenate([low, low + rng.integers([5, 3], [8, 5], (4, 2))], axis=1)
    kinds = (np.arange(4) + number) % classes
    sure = rng.random(4) < 0.85
    again = rng.random(4) < 0.25
    most = np.array([2, 1, 2, 1])
    shift = np.clip(rng.normal(0, 0.8, (8, 4)).round(), -most, most).astype(int)
    guesses = np.concatenate([objects, objects]) + shift
    kept = np.concatenate([sure, again])
    predictions = np.clip(guesses, 0, [WIDTH, HEIGHT, WIDTH, HEIGHT])[kept]
    predicted = np.concatenate([kinds, kinds])[kept]
    wrong = rng.random(len(predicted)) < 0.12
    predicted = np.where(wrong, (predicted + 1) % classes, predicted)
    quality = np.concatenate([np.full(4, 0.75), np.full(4, 0.5)])[kept] - 0.15 * wrong
    scores = np.clip(quality + 0.15 * rng.standard_normal(len(quality)), 0.02, 0.99)
    order = np.argsort(-scores, kind="stable")
    return Image(objects, kinds, predictions[order], predicted[order], scores[order])


def demo(
    images: Annotated[int, "images", Between(2, 12)] = 6,
    iou: Annotated[float, "overlap from which on an object counts as found", Between(0.05, 0.95)] = 0.5,
    classes: Annotated[int, "kinds of objects", Between(1, 5)] = 3,
    seed: int = 0,
) -> Iterator[Frame]:
    """A detector draws boxes; each is right or wrong by its overlap, and the ranked list gives AP and mAP."""
    rng = np.random.default_rng(seed)
    film = [scene(classes, number, rng) for number in range(images)]
    yield Say(
        r"A predicted box is right if its overlap with a free object of its kind, "
        r"$\mathrm{IoU}=\frac{o}{a+b-o}$, is high enough. Ranked by score, the predictions of a kind give "
        r"$AP=\sum_n(R_n-R_{n-1})P_n$, and mAP is the mean over the kinds."
    )
    yield Scatter("objects and one prediction", CORNERS, curves=truth(film[0]))
    yield Ask(
        "twice",
        "Two predictions of the right kind both overlap the same object well. How do they count?",
        ("both are right", "the surer one is right, the other wrong", "both are wrong"),
        answer=1,
        why="Predictions choose in the order of their scores and each object can be found once. Otherwise a "
        "detector could raise its precision by saying the same thing many times.",
    )
    for number, image in enumerate(film, start=1):
        yield from look(image, number, iou)
    yield from build_ap(film, classes, iou)
    yield from stricter(film, classes, iou)
    yield from checks(film, classes, iou)


def outline(box: Boxes) -> Array:
    """The corners (5, 2) of a box, all the way round."""
    x0, y0, x1, y1 = box.tolist()
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]], dtype=float)


def truth(image: Image) -> dict[str, Array]:
    """The outlines of the objects, by kind and number."""
    named = enumerate(zip(image.objects, image.kinds, strict=True), start=1)
    return {f"{KINDS[kind]} {j}": outline(box) for j, (box, kind) in named}


def look(image: Image, number: int, threshold: float) -> Iterator[Frame]:
    """Play the predictions of one image in the order in which they choose their objects."""
    overlap, found = iou(image.predictions, image.objects), match(image, threshold)
    rows: list[tuple[object, ...]] = []
    for i, j in enumerate(found.tolist()):
        kind, best = KINDS[image.predicted[i]], int(overlap[i].argmax())
        target = f"{KINDS[image.kinds[best]]} {best + 1}" if overlap[i, best] else "none"
        verdict = "right" if j >= 0 else "wrong"
        rows.append(
            (kind, round(float(image.scores[i]), 2), target, round(float(overlap[i, best]), 2), verdict)
        )
        said = outline(image.predictions[i])
        yield Say(f"Image {number}: a {kind} with score {image.scores[i]:.2f}, {verdict}.", name="step")
        yield Scatter(
            "objects and one prediction", CORNERS, curves={**truth(image), f"predicted {kind}": said}
        )
        yield Table("predictions", ("kind", "score", "nearest", "IoU", ""), rows.copy())
    if not rows:
        yield Say(f"Image {number}: the detector sees nothing.", name="step")


def build_ap(film: list[Image], classes: int, threshold: float) -> Iterator[Frame]:
    """Play the ranked list of each kind with its running precision and recall, and AP by AP the mean."""
    done: dict[str, float] = {}
    for kind in range(classes):
        ranking = rank(film, kind, threshold)
        P, R = running(ranking)
        rows: list[tuple[object, ...]] = []
        for i, right in enumerate(ranking.right.tolist()):
            score = round(float(ranking.scores[i]), 2)
            rows.append((score, "TP" if right else "FP", round(float(P[i]), 2), round(float(R[i]), 2)))
            yield Table("ranked list", ("score", "", "precision", "recall"), rows[-8:])
            steps = np.stack([np.repeat(np.append(0, R[:i]), 2), np.repeat(P[: i + 1], 2)], axis=1)
            steps[1::2, 0] = R[: i + 1]
            corners = [(0, 0), (1, 1)]
            curve = {f"{KINDS[kind]}, {i + 1} of {len(P)}": steps}
            yield Scatter(
                "precision and recall", corners, curves=curve, x_label="recall", y_label="precision"
            )
        done[KINDS[kind]] = average_precision(ranking)
        yield Say(f"The {KINDS[kind]}: {ranking.objects} objects, AP {done[KINDS[kind]]:.3f}.", name="step")
        yield Bars("AP", {**done, "mean": float(np.mean(list(done.values())))})


def stricter(film: list[Image], classes: int, threshold: float) -> Iterator[Frame]:
    """Ask what a stricter overlap does, and play mAP over thresholds."""
    values = [mean_average_precision(film, classes, t) for t in THRESHOLDS.tolist()]
    now, strict = (mean_average_precision(film, classes, t) for t in (threshold, 0.75))
    yield Ask(
        "strict",
        f"The same boxes at IoU >= 0.75: what becomes of the mAP of {now:.2f} at IoU >= {threshold:g}?",
        ("it loses more than half", "it changes less than that", "it more than doubles"),
        answer=0 if strict < 0.5 * now else 2 if strict > 2 * now else 1,
        why=f"It becomes {strict:.2f}. One cell more on one side of a small box takes much of its IoU, so a "
        "high threshold tests the edges rather than the finding. COCO averages from 0.5 to 0.95.",
    )
    for shown in range(1, len(values) + 1):
        yield Line("mAP", values[:shown], x=THRESHOLDS[:shown], x_label="IoU threshold")


def covered(box: Boxes) -> set[tuple[int, int]]:
    """The grid cells in a box."""
    x0, y0, x1, y1 = box.tolist()
    return set(product(range(x0, x1), range(y0, y1)))


def right_by_hand(image: Image, kind: int, threshold: float) -> list[tuple[float, bool]]:
    """Score and verdict of each prediction of a kind, with cells for boxes and a list of free objects."""
    free = [covered(box) for box, each in zip(image.objects, image.kinds, strict=True) if each == kind]
    verdicts = []
    for box, each, score in zip(image.predictions, image.predicted, image.scores, strict=True):
        if each == kind:
            cells = covered(box)
            best = max(free, key=lambda o: len(o & cells) / len(o | cells), default=None)
            right = best is not None and len(best & cells) / len(best | cells) >= threshold
            if best is not None and right:
                free.remove(best)
            verdicts.append((float(score), right))
    return verdicts


def ap_by_hand(film: list[Image], kind: int, threshold: float) -> Fraction:
    """AP in fractions: the precision at each object found, summed, over the number of objects."""
    verdicts = sorted((v for image in film for v in right_by_hand(image, kind, threshold)), reverse=True)
    rights = [right for _, right in verdicts]
    objects = sum(int((image.kinds == kind).sum()) for image in film)
    return (
        sum((Fraction(sum(rights[: i + 1]), i + 1) for i, right in enumerate(rights) if right), Fraction())
        / objects
    )


def checks(film: list[Image], classes: int, threshold: float) -> Iterator[Check]:
    """Compare with counted cells, and with matching and averaging by hand."""
    gaps = [
        abs(float(value) - len(covered(a) & covered(b)) / len(covered(a) | covered(b)))
        for image in film
        for a, row in zip(image.predictions, iou(image.predictions, image.objects), strict=True)
        for b, value in zip(image.objects, row, strict=True)
    ]
    yield Check("largest gap of IoU to counted cells", max(gaps), 0.0, 1e-12)
    twice = max(int(np.bincount(match(image, threshold) + 1)[1:].max(initial=0)) for image in film)
    yield Check("how often an object is found, at most", twice, 1, relation="<=")
    by_hand = [float(ap_by_hand(film, kind, threshold)) for kind in range(classes)]
    for kind, expected in enumerate(by_hand):
        value = average_precision(rank(film, kind, threshold))
        yield Check(f"AP of {KINDS[kind]}, in fractions", value, expected, 1e-12)
    value = mean_average_precision(film, classes, threshold)
    yield Check("mAP, in fractions", value, sum(by_hand) / classes, 1e-12)
