"""t-SNE: a map in the plane on which each point keeps the neighbours that it has in many dimensions.

Sheet 3.23.3. van der Maaten & Hinton, Visualizing data using t-SNE (2008). Points X (n, d), map Y (n, 2),
similarities P and Q (n, n).
"""

from collections.abc import Generator, Iterator
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Between, Check, Frame, Line, Say, Scatter, Table

from .kmeans import silhouette

Array = NDArray[np.float64]
Labels = NDArray[np.intp]


def squared_distances(X: Array) -> Array:
    r"""$\lVert x_i\rVert^2+\lVert x_j\rVert^2-2x_i^\top x_j$ (n, n): quicker than taking all differences."""
    squares = (X**2).sum(axis=1)
    D2: Array = np.maximum(squares[:, None] + squares - 2 * X @ X.T, 0)
    return D2


def conditional(D2: Array, beta: Array) -> Array:
    r"""$p_{j|i}\propto\exp(-\beta_i\lVert x_i-x_j\rVert^2)$ (n, n) by rows, $\beta_i=1/(2\sigma_i^2)$."""
    others = np.where(np.eye(len(D2)), np.inf, D2)
    K = np.exp(-beta[:, None] * (others - others.min(axis=1, keepdims=True)))
    C: Array = K / K.sum(axis=1, keepdims=True)
    return C


def entropies(C: Array) -> Array:
    r"""$H_i=-\sum_jp_{j|i}\log p_{j|i}$ (n,); the perplexity is $e^{H_i}$."""
    H: Array = -(C * np.log(np.where(C > 0, C, 1))).sum(axis=1)
    return H


def bisections(D2: Array, perplexity: float, halvings: int = 60) -> Iterator[Array]:
    """Ever better precisions beta (n,): halve the range of log beta that holds the wanted perplexity."""
    scale = np.log(D2.mean())
    low, high = np.full(len(D2), -12.0 - scale), np.full(len(D2), 20.0 - scale)
    for _ in range(halvings):
        beta = np.exp((low + high) / 2)
        yield beta
        too_wide = entropies(conditional(D2, beta)) > np.log(perplexity)
        low, high = np.where(too_wide, np.log(beta), low), np.where(too_wide, high, np.log(beta))


def joint(X: Array, perplexity: float) -> Array:
    r"""$P_{ij}=\frac{p_{j|i}+p_{i|j}}{2n}$ (n, n) with widths that give each point that perplexity."""
    D2 = squared_distances(X)
    *_, beta = bisections(D2, perplexity)
    C = conditional(D2, beta)
    return (C + C.T) / (2 * len(X))


def student(D2: Array) -> tuple[Array, Array]:
    r"""The kernel $(1+\lVert y_i-y_j\rVert^2)^{-1}$ and its factor in the gradient, the same."""
    K = 1 / (1 + D2)
    return K, K


def gaussian(D2: Array) -> tuple[Array, Array]:
    r"""The kernel $\exp(-\lVert y_i-y_j\rVert^2)$ of the older SNE; its factor in the gradient is 1."""
    return np.exp(-D2), np.ones_like(D2)


def map_similarities(Y: Array, heavy: bool = True) -> tuple[Array, Array]:
    r"""$Q_{ij}=\frac{K_{ij}}{\sum_{k\ne l}K_{kl}}$ (n, n), and the kernel's factor (n, n) in the gradient."""
    K, factor = (student if heavy else gaussian)(squared_distances(Y))
    np.fill_diagonal(K, 0)
    return K / K.sum(), factor


def kl(P: Array, Q: Array) -> float:
    r"""$\sum_{i\ne j}P_{ij}\log\frac{P_{ij}}{Q_{ij}}$, what the map makes small."""
    some = P > 0
    return float((P[some] * np.log(P[some] / np.maximum(Q[some], 1e-300))).sum())


def gradient(P: Array, Y: Array, heavy: bool = True) -> Array:
    r"""The slope of KL by $y_i$, $4\sum_j(P_{ij}-Q_{ij})(y_i-y_j)(1+\lVert y_i-y_j\rVert^2)^{-1}$ (n, 2)."""
    Q, factor = map_similarities(Y, heavy)
    F = (P - Q) * factor
    slope: Array = 4 * (F.sum(axis=1)[:, None] * Y - F @ Y)
    return slope


class Plan(NamedTuple):
    """How to descend: the first quarter of the steps sees P exaggerated, with little momentum."""

    steps: int
    lr: float
    exaggeration: float
    heavy: bool = True

    @property
    def early(self) -> int:
        """How many steps are exaggerated."""
        return self.steps // 4


def descend(P: Array, Y: Array, plan: Plan) -> Iterator[Array]:
    """The map (n, 2) after each step of gradient descent with momentum (section 3.4 of the paper)."""
    velocity = np.zeros_like(Y)
    for step in range(plan.steps):
        stretch, momentum = (plan.exaggeration, 0.5) if step < plan.early else (1.0, 0.8)
        velocity = momentum * velocity - plan.lr * gradient(stretch * P, Y, plan.heavy)
        Y = Y + velocity
        yield Y


def tsne(P: Array, Y: Array, plan: Plan) -> Array:
    """The map (n, 2) at the end of the descent."""
    *_, Y = descend(P, Y, plan)
    return Y


def principal(X: Array) -> Array:
    """The first two principal components (n, 2), for comparison."""
    U, s, _ = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    Z: Array = U[:, :2] * s[:2]
    return Z


NAMES = ("narrow", "wide", "middling", "ring")
SPREADS = np.array([0.15, 0.75, 0.4])


def groups(n: int, rng: np.random.Generator) -> tuple[Array, Labels]:
    """Points (n, 10) in three clusters of different width and on a ring, and their group (n,)."""
    z = np.arange(n) % 4
    centres = 4.0 * np.eye(4, 10)
    angle = rng.uniform(0, 2 * np.pi, n)
    ring = np.column_stack([np.zeros((n, 6)), 2 * np.cos(angle), 2 * np.sin(angle), np.zeros((n, 2))])
    spread = np.append(SPREADS, 0.1)[z][:, None]
    return centres[z] + spread * rng.standard_normal((n, 10)) + np.where(z == 3, 1, 0)[:, None] * ring, z


def demo(
    n: Annotated[int, "points in 10 dimensions", Between(40, 300)] = 150,
    perplexity: Annotated[float, "neighbours that a point counts on", Between(2, 100)] = 20,
    steps: Annotated[int, "steps of gradient descent", Between(40, 1000)] = 400,
    lr: Annotated[float, "learning rate", Between(1, 200)] = 50,
    exaggeration: Annotated[float, "factor of P in the first quarter of the steps", Between(1, 20)] = 4,
    seed: int = 0,
) -> Iterator[Frame]:
    """Three clusters and a ring come apart on a map; their widths and distances are lost on the way."""
    if perplexity > (n - 1) / 2:
        raise ValueError(f"perplexity = {perplexity:g} is too much for n = {n}: at most {(n - 1) / 2:g}")
    rng = np.random.default_rng(seed)
    X, z = groups(n, rng)
    yield Say(
        r"t-SNE turns distances into similarities, $P$ between the points and "
        r"$Q_{ij}\propto(1+\lVert y_i-y_j\rVert^2)^{-1}$ on the map. It moves the map points until "
        r"$\mathrm{KL}(P\Vert Q)=\sum P_{ij}\log\frac{P_{ij}}{Q_{ij}}$ is small."
    )
    yield from one_width(X, perplexity)
    P = joint(X, perplexity)
    start = 1e-4 * rng.standard_normal((n, 2))
    plan = Plan(steps, lr, exaggeration)
    path = yield from film(P, start, z, plan)
    yield from sizes(X, path[-1], z)
    yield from beside(X, start, z, plan)
    yield from crowding(P, path[-1], start, z, plan)
    yield from checks(X, P, perplexity, path)


def one_width(X: Array, perplexity: float) -> Iterator[Frame]:
    """Play the search for the width of the first point's Gaussian."""
    D2 = squared_distances(X)
    sigmas = np.geomspace(0.05, 20, 60)
    row = [float(np.exp(entropies(conditional(D2, np.full(len(X), 1 / (2 * s**2))))[0])) for s in sigmas]
    rows: list[tuple[object, ...]] = []
    for step, beta in enumerate(bisections(D2, perplexity, 10), start=1):
        sigma = float(1 / np.sqrt(2 * beta[0]))
        found = float(np.exp(entropies(conditional(D2, beta))[0]))
        rows.append((step, sigma, found))
        yield Line(
            "perplexity of one point",
            {"perplexity": row, "wanted": np.full(60, perplexity)},
            x=sigmas,
            x_label="sigma",
            log_x=True,
            points=[(sigma, found)],
        )
        yield Table("search for its sigma", ("try", "sigma", "perplexity"), rows[-6:])


def film(P: Array, start: Array, z: Labels, plan: Plan) -> Generator[Frame, None, list[Array]]:
    """Play the map and its KL divergence, and return the path of the map."""
    path = [start, *descend(P, start, plan)]
    shown = sorted({*range(0, plan.steps, max(plan.steps // 30, 1)), plan.early, plan.steps})
    values = {t: kl(P, map_similarities(path[t])[0]) for t in shown}
    for t in shown:
        when = "early exaggeration" if t <= plan.early else "true similarities"
        yield Say(f"Step {t}, {when}: KL = {values[t]:.3f}.", name="step")
        yield Scatter("map", path[t], labels=z, class_names=NAMES)
        until = [s for s in shown if s <= t]
        ends = [(plan.early, values[plan.early])] if t >= plan.early else None
        yield Line("KL", [values[s] for s in until], x=until, x_label="step", points=ends)
    return path


def width(X: Array) -> float:
    """Root mean squared distance of the points (m, d) from their mean."""
    return float(np.sqrt(((X - X.mean(axis=0)) ** 2).sum(axis=1).mean()))


def sizes(X: Array, Y: Array, z: Labels) -> Iterator[Frame]:
    """Ask whether the map keeps the widths of clusters, and show them."""
    before, after = ([width(A[z == j]) for j in range(3)] for A in (X, Y))
    ratio = after[1] / after[0]
    yield Ask(
        "widths",
        "In 10 dimensions the wide cluster is five times as wide as the narrow one. On the map?",
        ("less than twice as wide", "2 to 4 times as wide", "more than 4 times as wide"),
        answer=0 if ratio < 2 else 1 if ratio <= 4 else 2,
        why=f"{ratio:.2f} times. Each point has a Gaussian as wide as its neighbourhood, so dense and thin "
        "clusters look alike. Don't read sizes, nor distances between clusters, from such a map.",
    )
    rows = list(zip(NAMES, before, after, strict=False))
    yield Table("width of the clusters", ("cluster", "in 10-D", "on the map"), rows)


def beside(X: Array, start: Array, z: Labels, plan: Plan) -> Iterator[Frame]:
    """Play three perplexities, and show the first two principal components."""
    for neighbours in (3, len(X) // 10, len(X) // 4):
        P = joint(X, neighbours)
        for t, Y in enumerate(descend(P, start, plan._replace(steps=plan.steps // 2)), start=1):
            if t % max(plan.steps // 12, 1) == 0:
                yield Scatter(f"perplexity {neighbours}", Y, labels=z, class_names=NAMES)
    yield Scatter("principal components", principal(X), labels=z, class_names=NAMES)


def crowding(P: Array, Y: Array, start: Array, z: Labels, plan: Plan) -> Iterator[Frame]:
    """Ask what a Gaussian on the map does to the gaps, and play it."""
    gentle = Plan(plan.steps, lr=len(P) / 8, exaggeration=1, heavy=False)  # larger steps overshoot
    narrow = list(descend(P, 1e3 * start, gentle))
    gaps = {"Student t": silhouette(Y, z), "Gaussian": silhouette(narrow[-1], z)}
    yield Ask(
        "crowding",
        "Now similarity on the map falls as a Gaussian too, not as a heavy-tailed t. The gaps get…",
        ("narrower", "wider"),
        answer=0 if gaps["Gaussian"] < gaps["Student t"] else 1,
        why="The plane has little room at middle distances. A Gaussian makes far pairs pay dearly, so all is "
        "pulled together; the tail of the t lets them sit far apart.",
    )
    for t in range(0, plan.steps, max(plan.steps // 10, 1)):
        yield Scatter("map with a Gaussian", narrow[t], labels=z, class_names=NAMES)
    yield Scatter("map with a Gaussian", narrow[-1], labels=z, class_names=NAMES)
    yield Table("silhouette of the groups", ("kernel on the map", "silhouette"), list(gaps.items()))


def slopes_apart(P: Array, Y: Array, h: float = 1e-5) -> float:
    """How far the gradient is from central differences of KL, at ten coordinates."""
    slope = gradient(P, Y)
    gaps = []
    for i in range(10):
        step = np.zeros_like(Y)
        step[i * len(Y) // 10, i % 2] = h
        up, down = (kl(P, map_similarities(Y + sign * step)[0]) for sign in (1, -1))
        gaps.append(abs((up - down) / (2 * h) - float(slope[i * len(Y) // 10, i % 2])))
    return max(gaps)


def checks(X: Array, P: Array, perplexity: float, path: list[Array]) -> Iterator[Check]:
    """Compare with the entropy row by row, with central differences, and with the map of PCA."""
    D2 = squared_distances(X)
    *_, beta = bisections(D2, perplexity)
    off = []
    for i, row in enumerate(D2):
        p = np.exp(-beta[i] * (np.delete(row, i) - np.delete(row, i).min()))
        p = p / p.sum()
        off.append(abs(float(p @ np.log(np.where(p > 0, p, 1))) + np.log(perplexity)))
    yield Check("entropy of a row from log perplexity", max(off), 0.0, 1e-5)
    yield Check("sum of P", float(P.sum()), 1.0, 1e-12)
    Q, _ = map_similarities(path[-1])
    yield Check("sum of Q", float(Q.sum()), 1.0, 1e-12)
    yield Check("gradient and central differences apart", slopes_apart(P, path[len(path) // 3]), 0.0, 1e-7)
    flat = principal(X)
    least = min(kl(P, map_similarities(scale * flat)[0]) for scale in np.geomspace(0.1, 10, 9))
    yield Check("KL of the map, against PCA at its best scale", kl(P, Q), least, 0.0, "<=")
