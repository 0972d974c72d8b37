"""AdaBoost: weak learners in turn, each on what those before it got wrong, and a weighted vote of all.

Sheet 3.11. Freund & Schapire (1997); Schapire & Freund, Boosting (2012), theorem 3.1. Points X (n, d),
classes y (n,) of -1 and 1, weights w (n,) that sum to 1.
"""

from collections.abc import Iterator
from math import exp, log, prod, sqrt
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Bars, Between, Check, Frame, Line, Regions, Say, Scatter

Array = NDArray[np.float64]

RADIUS = sqrt(2 / np.pi)
"""Of the circle that covers half the square from -1 to 1."""

SIDE = np.linspace(-1, 1, 60)
PIXELS = np.column_stack([axis.ravel() for axis in np.meshgrid(SIDE, SIDE)])
CLASS_NAMES = ("outside", "inside", "outside, heavy", "inside, heavy")


class Stump(NamedTuple):
    """One question: is a feature above the threshold? The answer yes means class `sign`."""

    feature: int
    threshold: float
    sign: float

    def predict(self, X: Array) -> Array:
        """Classes -1 or 1 (n,) of points (n, d)."""
        return np.where(X[:, self.feature] > self.threshold, self.sign, -self.sign)


class Round(NamedTuple):
    """A stump h, its weighted error eps, its vote alpha, the normalizer Z and the new weights w (n,)."""

    stump: Stump
    eps: float
    alpha: float
    Z: float
    w: Array


def weighted_error(stump: Stump, X: Array, y: Array, w: Array) -> float:
    r"""$\epsilon=\sum_{i:h(x_i)\neq y_i}w_i$."""
    return float(w[stump.predict(X) != y].sum())


def best_stump(X: Array, y: Array, w: Array) -> Stump:
    r"""The stump of least weighted error, from the edges $\sum_iw_iy_ih(x_i)=1-2\epsilon$ of all cuts."""
    order = X.argsort(axis=0, kind="stable")
    values = np.take_along_axis(X, order, axis=0)
    below = (w * y)[order].cumsum(axis=0)
    edges = np.where(np.diff(values, axis=0) > 0, (below[-1] - 2 * below)[:-1], 0.0)
    i, feature = np.unravel_index(np.abs(edges).argmax(), edges.shape)
    threshold = (values[i, feature] + values[i + 1, feature]) / 2
    return Stump(int(feature), float(threshold), float(np.sign(edges[i, feature])))


def vote(eps: float) -> float:
    r"""$\alpha=\frac12\log\frac{1-\epsilon}{\epsilon}$."""
    return 0.5 * log((1 - eps) / eps)


def reweigh(w: Array, alpha: float, y: Array, h: Array) -> tuple[Array, float]:
    r"""New weights $w_ie^{-\alpha y_ih_i}/Z$ (n,) and the normalizer Z, their sum before the division."""
    w = w * np.exp(-alpha * y * h)
    Z = float(w.sum())
    return w / Z, Z


def adaboost(X: Array, y: Array, rounds: int) -> Iterator[Round]:
    """Round after round, until no stump is better than a coin or one makes no error."""
    w = np.full(len(y), 1 / len(y))
    for _ in range(rounds):
        stump = best_stump(X, y, w)
        eps = weighted_error(stump, X, y, w)
        if not 1e-12 < eps < 0.5 - 1e-12:
            return
        alpha = vote(eps)
        w, Z = reweigh(w, alpha, y, stump.predict(X))
        yield Round(stump, eps, alpha, Z, w)


def scores(rounds: list[Round], X: Array) -> Array:
    r"""$F_t(x)=\sum_{s\leq t}\alpha_sh_s(x)$ (rounds, n); the sign is the class."""
    return np.cumsum([alpha * stump.predict(X) for stump, _, alpha, _, _ in rounds], axis=0)


def circle_in_square(
    n: int, noise: float, rng: np.random.Generator
) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Points (n, 2) of a square, class 1 in a circle, -1 around it (n,), and who got the wrong one (n,)."""
    X = rng.uniform(-1, 1, (n, 2))
    flipped = rng.random(n) < noise
    return X, np.where((np.hypot(*X.T) < RADIUS) ^ flipped, 1.0, -1.0), flipped


def demo(
    n: Annotated[int, "points", Between(40, 1000)] = 200,
    rounds: Annotated[int, "weak learners", Between(5, 200)] = 40,
    noise: Annotated[float, "share of wrong labels", Between(0, 0.3)] = 0.05,
    seed: int = 0,
) -> Iterator[Frame]:
    """Straight cuts that are hardly better than a coin vote for a circle; wrong labels grow heavy."""
    rng = np.random.default_rng(seed)
    X, y, flipped = circle_in_square(n, noise, rng)
    X_new, y_new, _ = circle_in_square(2000, noise, rng)
    yield Say(
        r"AdaBoost takes the stump $h$ of least weighted error $\epsilon$, gives it the vote "
        r"$\alpha=\frac12\log\frac{1-\epsilon}{\epsilon}$, and multiplies each weight by "
        r"$e^{-\alpha y_ih(x_i)}$: what was wrong grows heavier. The class is the sign of "
        r"$\sum_t\alpha_th_t(x)$."
    )
    yield Scatter("points", X, labels=(y > 0) * 1, class_names=CLASS_NAMES)
    steps = list(adaboost(X, y, rounds))
    known = (np.sign(scores(steps, X)) != y).mean(axis=1)
    yield Ask(
        "vote",
        f"The best single cut gets {steps[0].eps:.0%} of the points wrong. And the vote of {rounds} cuts?",
        ("about as many", "fewer, but more than half as many", "less than half as many"),
        answer=0 if known[-1] > 0.9 * steps[0].eps else 1 if known[-1] > 0.5 * steps[0].eps else 2,
        why="Each cut is a little better than a coin on the points as they are weighted now. The training "
        "error is at most the product of all Z, and falls with it as long as cuts beat the coin: here to "
        f"{known[-1]:.0%}.",
    )
    yield from film(X, y, steps, (X_new, y_new))
    yield from heaviest(X, steps[-1].w, flipped)
    yield from checks(X, y, steps)


def heavy(w: Array) -> NDArray[np.bool_]:
    """Points (n,) of more than twice the mean weight."""
    return w > 2 / len(w)


def cut(stump: Stump) -> Array:
    """The line of a stump across the square, (2, 2)."""
    ends = np.array([[stump.threshold, -1.0], [stump.threshold, 1.0]])
    return ends if stump.feature == 0 else ends[:, ::-1]


def film(X: Array, y: Array, steps: list[Round], new: tuple[Array, Array]) -> Iterator[Frame]:
    """Play the rounds: weights and cut, the vote so far, errors and their bound."""
    pixels = scores(steps, PIXELS)
    errors = {
        "training": (np.sign(scores(steps, X)) != y).mean(axis=1),
        "bound": np.cumprod([step.Z for step in steps]),
        "test": (np.sign(scores(steps, new[0])) != new[1]).mean(axis=1),
    }
    shown = np.unique(np.geomspace(1, len(steps), 25).astype(int)).tolist()
    for t in shown:
        stump, eps, alpha, Z, w = steps[t - 1]
        yield Say(
            rf"Round {t}: the best cut is wrong for $\epsilon$ = {eps:.3f} of the weight, so it votes with "
            rf"$\alpha$ = {alpha:.3f}; Z = {Z:.3f}.",
            name="round",
        )
        labels = (y > 0) + 2 * heavy(w)
        yield Scatter("points", X, labels=labels, curves={"cut": cut(stump)}, class_names=CLASS_NAMES)
        Z_class = (pixels[t - 1] > 0).astype(int).reshape(len(SIDE), len(SIDE))
        yield Regions("the vote", Z_class, (-1, 1, -1, 1), class_names=CLASS_NAMES[:2])
        yield Line("error", {name: e[:t] for name, e in errors.items()}, x=range(1, t + 1), x_label="rounds")


def heaviest(X: Array, w: Array, flipped: NDArray[np.bool_]) -> Iterator[Frame]:
    """Ask who has become heavy, and play the mean weights."""
    near = ~flipped & (np.abs(np.hypot(*X.T) - RADIUS) < 0.1)
    groups = {"wrong label": flipped, "near the circle": near, "all others": ~flipped & ~near}
    means = {name: float(w[group].mean() * len(w)) for name, group in groups.items() if group.any()}
    names = list(means)
    yield Ask(
        "heavy",
        "All weights began equal. Which points are the heaviest now, on average?",
        [f"points: {name}" for name in names],
        answer=int(np.argmax(list(means.values()))),
        why="A weight grows each time a cut is wrong about its point. A wrong label in a crowd of the other "
        "class is missed round after round: AdaBoost spends itself on noise. Without noise, the points near "
        "the border are the hard ones.",
    )
    for shown in range(1, len(names) + 1):
        yield Bars("mean weight (at the start: 1)", {name: means[name] for name in names[:shown]})


def least_error_by_hand(X: Array, y: Array, w: Array) -> float:
    """The least weighted error of a cut between points, trying each threshold and both signs."""
    least = 1.0
    for x in X.T:
        for threshold in np.unique(x)[:-1]:
            wrong = float(w[(x > threshold) != (y > 0)].sum())
            least = min(least, wrong, 1 - wrong)
    return least


def checks(X: Array, y: Array, steps: list[Round]) -> Iterator[Check]:
    """Compare with the theory of the exponential loss, and with a search by hand."""
    F = scores(steps, X)[-1]
    product = prod(step.Z for step in steps)
    loss = sum(exp(-float(margin)) for margin in y * F) / len(y)
    yield Check("product of all Z against the exponential loss", product, loss, 1e-12)
    gap = max(abs(step.Z - 2 * sqrt(step.eps * (1 - step.eps))) for step in steps)
    yield Check("largest gap between Z and 2 sqrt(eps (1 - eps))", gap, 0.0, 1e-12)
    yield Check("training error against its bound", float((F * y <= 0).mean()), product, 0.0, "<=")
    w = steps[len(steps) // 2 - 1].w
    found = weighted_error(best_stump(X, y, w), X, y, w)
    yield Check("weighted error of a best cut, by hand", found, least_error_by_hand(X, y, w), 1e-12)
    again = max(abs(weighted_error(step.stump, X, y, step.w) - 0.5) for step in steps)
    yield Check("how far from 1/2 a stump is on its new weights", again, 0.0, 1e-10)
