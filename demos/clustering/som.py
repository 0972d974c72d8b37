"""Self-organizing map: nodes on a grid learn to stand for inputs, and take their neighbours along.

Sheet 3.23.6. Kohonen, Self-organizing maps, 3rd ed. (2001). M nodes at grid positions R (M, 2) with weights
W (M, d); inputs X (n, d).
"""

import math
from collections.abc import Iterator
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Between, Check, Frame, Heat, Line, Say, Scatter, Table

from .kmeans import squared_distances

Array = NDArray[np.float64]
Labels = NDArray[np.intp]

LAST_RADIUS = 0.5  # grid steps; at the end a winner takes hardly anyone along
LAST_RATE = 0.05  # share of the first learning rate


def grid(rows: int, cols: int) -> Array:
    """Positions (rows cols, 2) of the nodes, row by row."""
    return np.array([(i, j) for i in range(rows) for j in range(cols)], dtype=float)


def bmu(x: Array, W: Array) -> int:
    r"""The best matching unit: $\arg\min_j\lVert x-w_j\rVert$."""
    return int(((x - W) ** 2).sum(axis=1).argmin())


def neighbourhood(R: Array, winner: int, sigma: float) -> Array:
    r"""$h_j=\exp\left(-\lVert r_j-r_i\rVert^2/(2\sigma^2)\right)$ (M,) for the winner i."""
    h: Array = np.exp(-((R - R[winner]) ** 2).sum(axis=1) / (2 * sigma**2))
    return h


def update(W: Array, x: Array, h: Array, eta: float) -> Array:
    r"""$w_j\leftarrow w_j+\eta h_j(x-w_j)$ (M, d)."""
    return W + eta * h[:, None] * (x - W)


def decay(first: float, last: float, share: float) -> float:
    r"""$s_0e^{-t/\tau}$ that gets from first to last as the share of the steps goes from 0 to 1."""
    return float(first * (last / first) ** share)


class Step(NamedTuple):
    """What a step used and made: the winner, its neighbourhood h (M,), the radius, and the weights (M, d)."""

    winner: int
    h: Array
    sigma: float
    W: Array


def train(X: Array, W: Array, R: Array, lr: float, radius: float) -> Iterator[Step]:
    """Show each row of X (n, d) once, while learning rate and radius decay."""
    for t, x in enumerate(X):
        sigma = decay(radius, LAST_RADIUS, t / len(X))
        winner = bmu(x, W)
        h = neighbourhood(R, winner, sigma)
        W = update(W, x, h, decay(lr, LAST_RATE * lr, t / len(X)))
        yield Step(winner, h, sigma, W)


def quantization_error(X: Array, W: Array) -> float:
    """Mean distance of an input to the weights of its winner."""
    return float(np.sqrt(squared_distances(X, W).min(axis=1)).mean())


def topographic_error(X: Array, W: Array, R: Array) -> float:
    """Share of inputs whose best two nodes are not side by side or corner to corner on the grid."""
    first, second = np.argsort(squared_distances(X, W), axis=1)[:, :2].T
    return float((abs(R[first] - R[second]).max(axis=1) > 1).mean())


def u_matrix(W: Array, R: Array) -> Array:
    """Mean distance (M,) of each node's weights to those of the nodes above, below and beside it."""
    beside = squared_distances(R, R) == 1
    far: Array = (np.sqrt(squared_distances(W, W)) * beside).sum(axis=1) / beside.sum(axis=1)
    return far


COLOURS = "KBGCRMYW"  # black, blue, green, cyan, red, magenta, yellow, white: the bits of 0 to 7 as RGB
MEANS = np.array([[5.0, 3.4, 1.5, 0.2], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.6, 2.0]])
SPREADS = np.array([0.4, 0.35, 0.3, 0.2])


def flowers(n: int, rng: np.random.Generator) -> Array:
    """Four measures (n, 4), in centimetres, of flowers of three species, the last two alike."""
    size = rng.standard_normal((n, 1))
    return MEANS[np.arange(n) % 3] + SPREADS * (0.6 * size + 0.8 * rng.standard_normal((n, 4)))


def demo(
    rows: Annotated[int, "rows of the map", Between(3, 16)] = 10,
    cols: Annotated[int, "columns of the map", Between(3, 16)] = 10,
    steps: Annotated[int, "inputs shown to the map", Between(100, 10_000)] = 2000,
    lr: Annotated[float, "learning rate at the start", Between(0.01, 1.0)] = 0.5,
    radius: Annotated[
        float, "radius of the neighbourhood at the start, in grid steps", Between(1.0, 10.0)
    ] = 5.0,
    seed: int = 0,
) -> Iterator[Frame]:
    """A map of random colours sorts itself into patches, and a map of flowers shows where species part."""
    rng = np.random.default_rng(seed)
    R = grid(rows, cols)
    yield Say(
        r"The node whose weights are nearest to an input wins, $i=\arg\min_j\lVert x-w_j\rVert$. It moves "
        r"towards the input and takes its neighbours on the grid along, $w_j\leftarrow w_j+\eta h_j(x-w_j)$ "
        r"with $h_j=\exp\left(-\lVert r_j-r_i\rVert^2/2\sigma^2\right)$."
    )
    X, start = rng.random((steps, 3)), rng.random((rows * cols, 3))
    path = list(train(X, start, R, lr, radius))
    yield from film(X, path, (rows, cols))
    yield from alone(X, start, path[-1].W, R, lr)
    yield from species(flowers(300, rng), R, (rows, cols), steps, lr, radius, rng)
    yield from checks(X, start, path, R, lr, radius)


def patches(name: str, W: Array, shape: tuple[int, int]) -> Heat:
    """The map with the number and the letter of the plain colour nearest to each node's weights."""
    nearest = ((W > 0.5) @ [4, 2, 1]).reshape(shape)
    return Heat(name, nearest, text=np.array(list(COLOURS))[nearest].tolist())


def net(W: Array, shape: tuple[int, int]) -> Array:
    """One line (m, 2) through the first two weights of all nodes, along the rows, then along the columns."""
    nodes = np.arange(len(W)).reshape(shape)
    there_and_back = [row[:: 1 - 2 * (i % 2)] for i, row in enumerate(nodes)]
    up_and_down = [column[:: 2 * (j % 2) - 1] for j, column in enumerate(nodes.T[:: 1 - 2 * (shape[0] % 2)])]
    return W[np.concatenate(there_and_back + up_and_down), :2]


def film(X: Array, path: list[Step], shape: tuple[int, int]) -> Iterator[Frame]:
    """Play the colours of the nodes, the net that they form, and the winner's neighbourhood."""
    shown = np.unique(np.geomspace(1, len(path), 22).astype(int)) - 1
    errors: list[float] = []
    for count, t in enumerate(shown.tolist(), start=1):
        winner, h, sigma, W = path[t]
        errors.append(quantization_error(X[:300], W))
        yield Say(f"Input {t + 1}: node {winner} wins, the radius is {sigma:.2f} grid steps.", name="step")
        yield patches("plain colour nearest to each node", W, shape)
        yield Heat("neighbourhood h of the winner", h.reshape(shape).round(6))
        line = {"neighbours on the grid": net(W, shape)}
        yield Scatter("red and green of the nodes", W[:, :2], curves=line, x_label="red", y_label="green")
        yield Line("quantization error", errors.copy(), x=shown[:count] + 1, x_label="inputs", log_x=True)


def alone(X: Array, start: Array, W: Array, R: Array, lr: float) -> Iterator[Frame]:
    """Ask what is lost when only the winner moves, and show it."""
    yield Ask(
        "alone",
        "Now only the winner moves, its neighbours stay. What does the map lose?",
        ("the colours: its nodes miss many inputs", "the order: near nodes get unlike colours", "nothing"),
        answer=1,
        why="Without neighbours it is k-means, one input at a time: the nodes still find the inputs, but "
        "nothing tells a node what its neighbours on the grid are like.",
    )
    *_, end = train(X, start, 1e3 * R, lr, LAST_RADIUS)  # on a grid so wide that no neighbour is near
    shape = (int(R[-1, 0]) + 1, int(R[-1, 1]) + 1)
    yield patches("colours when only the winner moves", end.W, shape)
    rows = [
        (name, quantization_error(X[-300:], V), topographic_error(X[-300:], V, R))
        for name, V in (("neighbours too", W), ("winner only", end.W))
    ]
    yield Table("two maps", ("who moves", "quantization error", "topographic error"), rows)


def species(
    X: Array,
    R: Array,
    shape: tuple[int, int],
    steps: int,
    lr: float,
    radius: float,
    rng: np.random.Generator,
) -> Iterator[Frame]:
    """Play a map of flowers: its errors, the ridge between its nodes, and where the flowers go."""
    start = rng.uniform(X.min(axis=0), X.max(axis=0), (len(R), 4))
    path = list(train(X[rng.integers(len(X), size=steps)], start, R, lr, radius))
    curves: dict[str, list[float]] = {"quantization": [], "topographic": []}
    shown = np.linspace(0, steps - 1, 11).astype(int)
    for count, t in enumerate(shown.tolist(), start=1):
        W = path[t].W
        curves["quantization"].append(quantization_error(X, W))
        curves["topographic"].append(topographic_error(X, W, R))
        winners = squared_distances(X, W).argmin(axis=1)
        hits = np.bincount(winners, minlength=len(R)).reshape(shape)
        of = {name: values.copy() for name, values in curves.items()}
        yield Heat("flowers: distance to the neighbours", u_matrix(W, R).reshape(shape))
        yield Heat("flowers: hits", hits, text=[[str(hit) for hit in row] for row in hits])
        yield Line("flowers: errors", of, x=shown[:count] + 1, x_label="inputs")
    yield Say("A ridge of large distances parts the species; no flower was labelled.", name="step")


def checks(X: Array, start: Array, path: list[Step], R: Array, lr: float, radius: float) -> Iterator[Check]:
    """Compare with a search by hand, with the formula node by node, with a box, and with plain means."""
    before = [start, *(step.W for step in path[:-1])]
    tried = range(0, len(path), max(len(path) // 50, 1))
    lost = (
        math.dist(X[t], before[t][path[t].winner]) - min(math.dist(X[t], w) for w in before[t]) for t in tried
    )
    yield Check("how much nearer another node is than the winner", max(lost), 0.0, 1e-12)
    gaps = []
    for t in tried:
        eta, sigma = (a * math.exp(math.log(b / a) * t / len(X)) for a, b in ((lr, 0.05 * lr), (radius, 0.5)))
        for j in range(0, len(R), 7):
            pull = eta * math.exp(-((math.dist(R[j], R[path[t].winner]) / sigma) ** 2) / 2)
            left = math.dist(X[t], path[t].W[j]) - (1 - pull) * math.dist(X[t], before[t][j])
            gaps.append(abs(left))
    yield Check("distance left to the input, against 1 - eta h", max(gaps), 0.0, 1e-9)
    low, high = (edge(np.vstack([X, start]), axis=0) for edge in (np.min, np.max))
    outside = max(float(max((low - step.W).max(), (step.W - high).max())) for step in path)
    yield Check("how far weights leave the box of the inputs", outside, 0.0, 1e-12, "<=")
    W, won = X[:5].copy(), [[x] for x in X[:5]]
    for x in X[5:105]:
        i = bmu(x, W)
        won[i].append(x)
        W = update(W, x, np.eye(5)[i], 1 / len(won[i]))
    apart = max(float(abs(w - np.mean(points, axis=0)).max()) for w, points in zip(W, won, strict=True))
    yield Check("winner-only weights against means of their points", apart, 0.0, 1e-12)
