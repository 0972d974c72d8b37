"""XGBoost: trees one after another, each fitted to gradient and Hessian of the loss where the sum now stands.

Sheet 3.12. Chen & Guestrin, XGBoost (KDD 2016), equations 3 to 7. Points X (n, d), targets y (n,), the sum of
trees F (n,), gradients g and Hessians h (n,).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Bars, Between, Check, Frame, Line, Regions, Say, Table

Array = NDArray[np.float64]


def sigmoid(F: Array) -> Array:
    r"""$\frac{1}{1+e^{-F}}$."""
    return 0.5 * (1 + np.tanh(F / 2))


def squared_loss(F: Array, y: Array) -> Array:
    r"""$\frac12(y-F)^2$."""
    return 0.5 * (y - F) ** 2


def squared_gradient(F: Array, y: Array) -> tuple[Array, Array]:
    """Slope g = F - y and curvature h = 1."""
    return F - y, np.ones_like(F)


def logistic_loss(F: Array, y: Array) -> Array:
    r"""$\log(1+e^F)-yF$ for classes y of 0 and 1."""
    loss: Array = np.logaddexp(0, F) - y * F
    return loss


def logistic_gradient(F: Array, y: Array) -> tuple[Array, Array]:
    """Slope g = p - y and curvature h = p(1 - p), p the sigmoid of F; h stays above 0 as in XGBoost."""
    p = sigmoid(F)
    return p - y, np.maximum(p * (1 - p), 1e-16)


class Loss(NamedTuple):
    """A loss by point, its gradient and Hessian, and the best constant to start from."""

    value: Callable[[Array, Array], Array]
    gradient: Callable[[Array, Array], tuple[Array, Array]]
    start: Callable[[Array], float]


def log_odds(y: Array) -> float:
    r"""$\log\frac{\bar y}{1-\bar y}$."""
    return float(np.log(y.mean() / (1 - y.mean())))


def mean(y: Array) -> float:
    r"""$\bar y$."""
    return float(y.mean())


class Penalty(NamedTuple):
    r"""$\gamma$ for each leaf, and $\frac{\lambda}{2}$ for each squared leaf value."""

    gamma: float
    reg_lambda: float


def leaf_weight(G: float, H: float, reg_lambda: float) -> float:
    r"""$w^*=-\frac{G}{H+\lambda}$ (eq. 5)."""
    return -G / (H + reg_lambda)


def gain(G_L: Array, H_L: Array, G_R: Array, H_R: Array, penalty: Penalty) -> Array:
    r"""Half of $\frac{G_L^2}{H_L+\lambda}+\frac{G_R^2}{H_R+\lambda}-\frac{G^2}{H+\lambda}$, less $\gamma$.

    Arrays of any one shape (eq. 7).
    """
    gamma, lam = penalty
    parts = G_L**2 / (H_L + lam) + G_R**2 / (H_R + lam)
    return 0.5 * (parts - (G_L + G_R) ** 2 / (H_L + H_R + lam)) - gamma


@dataclass(frozen=True, slots=True)
class Node:
    """Sums G and H of its points and its value; if it is split, where, at which gain, and into what."""

    G: float
    H: float
    value: float
    feature: int = -1
    threshold: float = 0.0
    gain: float = 0.0
    children: tuple["Node", ...] = ()


def candidates(X: Array, g: Array, h: Array, penalty: Penalty) -> tuple[Array, Array]:
    """Thresholds between neighbours (n - 1, d) and their gains, which are -inf between equal values."""
    order = X.argsort(axis=0, kind="stable")
    x = np.take_along_axis(X, order, axis=0)
    G_L, H_L = g[order].cumsum(axis=0), h[order].cumsum(axis=0)
    gains = gain(G_L[:-1], H_L[:-1], (G_L[-1] - G_L)[:-1], (H_L[-1] - H_L)[:-1], penalty)
    return (x[:-1] + x[1:]) / 2, np.where(x[:-1] < x[1:], gains, -np.inf)


def grow(X: Array, g: Array, h: Array, penalty: Penalty, max_depth: int) -> Node:
    """Split where the gain is largest as long as one is positive (XGBoost grows on, then prunes back)."""
    G, H = float(g.sum()), float(h.sum())
    node = Node(G, H, leaf_weight(G, H, penalty.reg_lambda))
    if max_depth == 0 or len(g) < 2:
        return node
    thresholds, gains = candidates(X, g, h, penalty)
    k, feature = np.unravel_index(gains.argmax(), gains.shape)
    if gains[k, feature] <= 1e-12:
        return node
    goes_left = X[:, feature] <= thresholds[k, feature]
    children = tuple(
        grow(X[part], g[part], h[part], penalty, max_depth - 1) for part in (goes_left, ~goes_left)
    )
    split = (int(feature), float(thresholds[k, feature]), float(gains[k, feature]))
    return replace(node, feature=split[0], threshold=split[1], gain=split[2], children=children)


def predict(tree: Node, X: Array) -> Array:
    """Values (n,) of the leaves that points (n, d) fall into."""
    if not tree.children:
        return np.full(len(X), tree.value)
    left, right = (predict(child, X) for child in tree.children)
    return np.where(X[:, tree.feature] <= tree.threshold, left, right)


def leaves(tree: Node) -> list[Node]:
    """The leaves from left to right."""
    return [leaf for child in tree.children for leaf in leaves(child)] or [tree]


def all_gains(tree: Node) -> float:
    """The gains of all its splits together."""
    return tree.gain + sum(all_gains(child) for child in tree.children)


def boost(
    X: Array, y: Array, loss: Loss, rounds: int, eta: float, penalty: Penalty, max_depth: int
) -> list[Node]:
    r"""The trees $\phi_m$ of $F_m=F_{m-1}+\eta\phi_m$, from the best constant."""
    F, trees = np.full(len(y), loss.start(y)), []
    for _ in range(rounds):
        trees.append(grow(X, *loss.gradient(F, y), penalty, max_depth))
        F = F + eta * predict(trees[-1], X)
    return trees


def stages(trees: list[Node], start: float, eta: float, X: Array) -> Array:
    """F (rounds + 1, n) at points X after 0, 1, ... rounds."""
    steps = [np.full(len(X), start), *(eta * predict(tree, X) for tree in trees)]
    return np.cumsum(steps, axis=0)


def approximate_change(g: Array, h: Array, f: Array, values: Array, penalty: Penalty) -> float:
    r"""$\sum_i(g_if_i+\frac12h_if_i^2)+\gamma T+\frac\lambda2\sum_jw_j^2$ for T leaf values w (eq. 3)."""
    leaf_cost = penalty.gamma * len(values) + 0.5 * penalty.reg_lambda * (values**2).sum()
    return float((g * f + 0.5 * h * f**2).sum() + leaf_cost)


def waves(n: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Places X (n, 1) and noisy values y (n,): waves that a step interrupts."""
    x = rng.uniform(0, 6, n)
    return x[:, None], 2 * np.sin(2 * x) + 2 * (x > 3) + 0.5 * rng.standard_normal(n)


def moons(n: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Points X (n, 2) of two moons, and which moon y (n,) they belong to."""
    y, angle = np.arange(n) % 2, rng.uniform(0, np.pi, n)
    side = 1 - 2 * y
    X = np.column_stack([side * np.cos(angle) + y, side * np.sin(angle) + 0.4 * y])
    return X + 0.25 * rng.standard_normal((n, 2)), y.astype(float)


LOSSES = {
    "squared": (Loss(squared_loss, squared_gradient, mean), waves),
    "logistic": (Loss(logistic_loss, logistic_gradient, log_odds), moons),
}


def demo(
    rounds: Annotated[int, "trees", Between(2, 200)] = 30,
    eta: Annotated[float, "learning rate: how much of each tree is added", Between(0.01, 1)] = 0.3,
    reg_lambda: Annotated[float, "L2 penalty of leaf values", Between(0, 100)] = 1.0,
    gamma: Annotated[float, "price of a leaf", Between(0, 50)] = 0.0,
    max_depth: Annotated[int, "questions from the root to a leaf, at most", Between(1, 6)] = 2,
    loss: Annotated[Literal["squared", "logistic"], "squared on waves, logistic on two moons"] = "squared",
    n: Annotated[int, "points", Between(20, 500)] = 120,
    seed: int = 0,
) -> Iterator[Frame]:
    """The first tree in full, then how the sum of trees nears the data, and what the four knobs do."""
    rng = np.random.default_rng(seed)
    kind, sample = LOSSES[loss]
    (X, y), new, penalty = sample(n, rng), sample(1000, rng), Penalty(gamma, reg_lambda)
    yield Say(
        r"XGBoost adds tree after tree, $F\leftarrow F+\eta\phi$, each fitted to the gradients $g$ and "
        r"Hessians $h$ of the loss. A leaf with sums $G,H$ gets the value $-\frac{G}{H+\lambda}$, "
        r"and a split gains $\frac12\left[\frac{G_L^2}{H_L+\lambda}+\frac{G_R^2}{H_R+\lambda}"
        r"-\frac{G^2}{H+\lambda}\right]-\gamma$."
    )
    yield from first_round(X, y, kind, penalty, max_depth)
    trees = boost(X, y, kind, rounds, eta, penalty, max_depth)
    yield from film(X, y, new, kind, trees, eta)
    yield from knobs(X, y, new, kind, rounds, penalty, max_depth)
    yield from checks(X, y, kind, trees[0], penalty)


def picture(X: Array, y: Array, F: Array, grid: Array) -> Frame:
    """The data, and F on the grid: a staircase over one feature, or the two classes over two."""
    if X.shape[1] == 1:
        points = np.column_stack([X[:, 0], y])
        return Line("sum of trees", {"F": F}, x=grid[:, 0], x_label="x", points=points)
    low, high = grid.min(axis=0), grid.max(axis=0)
    Z = (F > 0).astype(int).reshape(40, 60)
    return Regions("sum of trees", Z, (low[0], high[0], low[1], high[1]), X, y.astype(int), "x1", "x2")


def grid_of(X: Array) -> Array:
    """Places (m, d) over all the data."""
    low, high = X.min(axis=0), X.max(axis=0)
    if X.shape[1] == 1:
        return np.linspace(low, high, 240)
    axes = np.meshgrid(np.linspace(low[0], high[0], 60), np.linspace(low[1], high[1], 40))
    return np.column_stack([axis.ravel() for axis in axes])


def first_round(X: Array, y: Array, loss: Loss, penalty: Penalty, max_depth: int) -> Iterator[Frame]:
    """Play gradients, the gain of every cut and the leaves of the first tree."""
    F, grid = np.full(len(y), loss.start(y)), grid_of(X)
    g, h = loss.gradient(F, y)
    yield picture(X, y, np.full(len(grid), F[0]), grid)
    yield Say(f"The start is the best constant, {F[0]:.3f}; each point has a slope g, a curvature h.", "step")
    rows = [(*X[i], y[i], F[i], g[i], h[i]) for i in range(6)]
    names = [f"x{j + 1}" for j in range(X.shape[1])]
    for shown in range(1, len(rows) + 1):
        yield Table("six of the points", (*names, "y", "F", "g", "h"), np.round(rows[:shown], 3).tolist())
    thresholds, gains = candidates(X, g, h, penalty)
    for feature, name in enumerate(names):
        for shown in np.linspace(0, len(gains), 7).astype(int)[1:].tolist():
            cuts, values = thresholds[:shown, feature], gains[:shown, feature]
            yield Line(f"gain of each cut of {name}", values, x=cuts, x_label="threshold")
    tree = grow(X, g, h, penalty, max_depth)
    ends = leaves(tree)
    yield Say(f"The best cuts make {len(ends)} leaves.", "step")
    for shown in range(1, len(ends) + 1):
        cells = np.round([(leaf.G, leaf.H, leaf.value) for leaf in ends[:shown]], 3)
        yield Table("leaves of the first tree", ("G", "H", "-G/(H + lambda)"), cells.tolist())


def film(
    X: Array, y: Array, new: tuple[Array, Array], loss: Loss, trees: list[Node], eta: float
) -> Iterator[Frame]:
    """Play the rounds: the sum of trees, training and test loss."""
    grid, start = grid_of(X), loss.start(y)
    curves = stages(trees, start, eta, grid)
    losses = {
        "training": loss.value(stages(trees, start, eta, X), y).mean(axis=1),
        "test": loss.value(stages(trees, start, eta, new[0]), new[1]).mean(axis=1),
    }
    for t in np.unique(np.geomspace(1, len(trees), 25).astype(int)).tolist():
        yield Say(f"Round {t}: the training loss is {losses['training'][t]:.3f}.", "step")
        yield picture(X, y, curves[t], grid)
        yield Line("loss", {name: L[: t + 1] for name, L in losses.items()}, x_label="rounds")


def knobs(
    X: Array, y: Array, new: tuple[Array, Array], loss: Loss, rounds: int, penalty: Penalty, max_depth: int
) -> Iterator[Frame]:
    """Ask which learning rate wins, and play eta, lambda and gamma."""
    rates, start = (0.05, 0.3, 1.0), loss.start(y)
    curves = {}
    for rate in rates:
        trees = boost(X, y, loss, rounds, rate, penalty, max_depth)
        curves[f"eta {rate}"] = loss.value(stages(trees, start, rate, new[0]), new[1]).mean(axis=1)
    ends = [curve[-1] for curve in curves.values()]
    yield Ask(
        "eta",
        f"{rounds} rounds with three learning rates. Which has the lowest test loss at the end?",
        [f"eta = {rate}" for rate in rates],
        answer=int(np.argmin(ends)),
        why="A small rate needs more rounds; at rate 1 each tree also fits the noise that is left, and later "
        "trees can't average it out. Small rate, many rounds, and stopping in time is the usual recipe.",
    )
    for shown in np.unique(np.geomspace(2, rounds + 1, 8).astype(int)).tolist():
        yield Line("test loss", {name: curve[:shown] for name, curve in curves.items()}, x_label="rounds")
    yield Bars("test loss at the end", dict(zip(curves, map(float, ends), strict=True)))
    yield from prices(X, *loss.gradient(np.full(len(y), start), y), penalty, max_depth)


def prices(X: Array, g: Array, h: Array, penalty: Penalty, max_depth: int) -> Iterator[Frame]:
    """Play the first tree with other lambda, and with gamma as shares of the largest gain."""
    largest = float(candidates(X, g, h, Penalty(0.0, penalty.reg_lambda))[1].max())
    settings = {f"lambda = {lam}": Penalty(penalty.gamma, lam) for lam in (0, 1, 10, 100)}
    for share in (0.05, 0.2, 0.8, 1.2):
        settings[f"gamma = {share * largest:.1f}"] = Penalty(share * largest, penalty.reg_lambda)
    rows: list[tuple[object, ...]] = []
    for name, changed in settings.items():
        ends = leaves(grow(X, g, h, changed, max_depth))
        rows.append((name, len(ends), round(max(abs(leaf.value) for leaf in ends), 3)))
        yield Table("the first tree", ("with", "leaves", "largest value"), rows.copy())


def lowest(f: Callable[[float], float], low: float, high: float) -> float:
    """Where a convex function is least, by halving a third off again and again."""
    for _ in range(200):
        third = (high - low) / 3
        if f(low + third) < f(high - third):
            high -= third
        else:
            low += third
    return (low + high) / 2


def checks(X: Array, y: Array, loss: Loss, tree: Node, penalty: Penalty) -> Iterator[Check]:
    """Compare the first tree with finite differences, a search for its leaf values, and its objective."""
    F, step = np.full(len(y), loss.start(y)), 1e-4
    g, h = loss.gradient(F, y)
    up, here, down = (loss.value(F + s, y) for s in (step, 0.0, -step))
    yield Check("g against finite differences", float(np.abs(g - (up - down) / (2 * step)).max()), 0.0, 1e-6)
    curvature = (up - 2 * here + down) / step**2
    yield Check("h against finite differences", float(np.abs(h - curvature).max()), 0.0, 1e-5)
    leaf = leaves(tree)[0]
    inside = predict(tree, X) == leaf.value

    def cost(w: float) -> float:
        f = np.full(int(inside.sum()), w)
        return approximate_change(g[inside], h[inside], f, np.array([w]), penalty)

    yield Check("value of the first leaf, by search", leaf.value, lowest(cost, -100, 100), 1e-6)
    values = np.array([leaf.value for leaf in leaves(tree)])
    after = approximate_change(g, h, predict(tree, X), values, penalty)

    def cost_of_constant(w: float) -> float:
        return approximate_change(g, h, np.full(len(g), w), np.array([w]), penalty)

    before = cost_of_constant(lowest(cost_of_constant, -100, 100))
    yield Check("all gains against the objective", all_gains(tree), before - after, 1e-8)
