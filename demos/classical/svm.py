"""SVM: the widest street between two classes, held by the few points at its kerbs; found by SMO in the dual.

Sheet 3.5. Cortes & Vapnik (1995); Platt (1998); choice of pairs: Fan, Chen & Lin, JMLR 6 (2005), WSS 2.
Points X (n, d), classes y (n,) of -1 and 1, weights alpha (n,).
"""

from collections.abc import Callable, Iterator
from typing import Annotated, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Between, Check, Frame, Line, Regions, Say, Scatter, Table

Array = NDArray[np.float64]
Kernel = Callable[[Array, Array], Array]

FLAT = 1e-12
"""What stands for the curvature along a pair of equal points."""


def linear(X: Array, Z: Array) -> Array:
    r"""$x^\top z$ (n, m) for the rows of X (n, d) and Z (m, d)."""
    return X @ Z.T


def polynomial(X: Array, Z: Array) -> Array:
    r"""$(1+x^\top z)^2$ (n, m)."""
    K: Array = (1 + X @ Z.T) ** 2
    return K


def rbf(sigma: float) -> Kernel:
    r"""$\exp(-\lVert x-z\rVert^2/2\sigma^2)$ (n, m)."""
    return lambda X, Z: np.exp(-((X[:, None] - Z) ** 2).sum(axis=-1) / (2 * sigma**2))


class Machine(NamedTuple):
    """A trained machine: its data, weights alpha (n,), offset b and kernel."""

    X: Array
    y: Array
    alpha: Array
    b: float
    kernel: Kernel

    def decide(self, Z: Array) -> Array:
        r"""$f(z)=\sum_i\alpha_iy_ik(x_i,z)+b$ (m,) for the rows of Z (m, d)."""
        return self.kernel(Z, self.X) @ (self.alpha * self.y) + self.b


def pair_step(Q: Array, y: Array, alpha: Array, G: Array, i: int, j: int, C: float) -> Array:
    """The best change (n,) of alpha along the pair i, j, within [0, C] and with the same sum over y."""
    curvature = max(Q[i, i] + Q[j, j] - 2 * y[i] * y[j] * Q[i, j], FLAT)
    step = (y[j] * G[j] - y[i] * G[i]) / curvature
    room_i = C - alpha[i] if y[i] > 0 else alpha[i]
    room_j = alpha[j] if y[j] > 0 else C - alpha[j]
    step = min(step, room_i, room_j)
    change = np.zeros_like(alpha)
    change[i], change[j] = y[i] * step, -y[j] * step
    return change


def smo(
    X: Array, y: Array, C: float, kernel: Kernel, tolerance: float = 1e-5, max_steps: int = 20_000
) -> Iterator[Machine]:
    r"""The machine after each step on a pair: the worst violator, and the partner that promises most.

    Minimises $\frac{1}{2}\alpha^\top Q\alpha-\sum_i\alpha_i$ with $Q_{ij}=y_iy_jk(x_i,x_j)$ over
    $0\leq\alpha_i\leq C$, $\sum_i\alpha_iy_i=0$.
    """
    Q = np.outer(y, y) * kernel(X, X)
    alpha, G = np.zeros(len(y)), -np.ones(len(y))  # G is the gradient, Q alpha - 1
    for _ in range(max_steps):
        pull = -y * G
        up = np.where(np.where(y > 0, alpha < C, alpha > 0), pull, -np.inf)
        down = np.where(np.where(y > 0, alpha > 0, alpha < C), pull, np.inf)
        i = int(up.argmax())
        yield Machine(X, y, alpha, float(up[i] + down.min()) / 2, kernel)
        if up[i] - down.min() < tolerance:
            return
        curvature = np.maximum(Q[i, i] + Q.diagonal() - 2 * y[i] * y * Q[i], FLAT)
        j = int((np.maximum(up[i] - down, 0) ** 2 / curvature).argmax())
        change = pair_step(Q, y, alpha, G, i, j, C)
        alpha, G = np.clip(alpha + change, 0, C), G + Q @ change


def train(X: Array, y: Array, C: float, kernel: Kernel) -> Machine:
    """The machine where SMO ends."""
    *_, machine = smo(X, y, C, kernel)
    return machine


def slack(machine: Machine) -> Array:
    r"""$\xi_i=\max(0,1-y_if(x_i))$ (n,)."""
    return np.maximum(0, 1 - machine.y * machine.decide(machine.X))


def objectives(machine: Machine, C: float) -> tuple[float, float]:
    r"""Primal $\frac12\lVert w\rVert^2+C\sum_i\xi_i$ and dual $\sum_i\alpha_i-\frac12\lVert w\rVert^2$."""
    weights = machine.alpha * machine.y
    half = 0.5 * float(weights @ machine.kernel(machine.X, machine.X) @ weights)
    return half + C * float(slack(machine).sum()), float(machine.alpha.sum()) - half


def normal(machine: Machine) -> Array:
    r"""$w=\sum_i\alpha_iy_ix_i$ (d,) of a linear machine; its street is $2/\lVert w\rVert$ wide."""
    return machine.X.T @ (machine.alpha * machine.y)


def blobs(n: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Two clouds that just touch."""
    y = np.where(np.arange(n) % 2 == 0, 1.0, -1.0)
    return 1.4 * np.outer(y, [1.0, 0.6]) + rng.standard_normal((n, 2)), y


def rings(n: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """A disc inside a ring."""
    y = np.where(np.arange(n) % 2 == 0, 1.0, -1.0)
    radius, angle = np.where(y > 0, 0.8, 2.2) + 0.25 * rng.standard_normal(n), rng.uniform(0, 2 * np.pi, n)
    return radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]), y


def demo(
    n: Annotated[int, "points", Between(10, 120)] = 80,
    C: Annotated[float, "price of a point inside the street", Between(0.01, 20)] = 1.0,
    kernel: Annotated[Literal["linear", "polynomial", "rbf"], "how points are compared"] = "linear",
    sigma: Annotated[float, "width of the rbf kernel", Between(0.1, 5)] = 1.0,
    seed: int = 0,
) -> Iterator[Frame]:
    """A street between two clouds, widened pair by pair; then what C does, and rings that need a kernel."""
    rng = np.random.default_rng(seed)
    kernels: dict[str, Kernel] = {"linear": linear, "polynomial": polynomial, "rbf": rbf(sigma)}
    X, y = blobs(n, rng)
    yield Say(
        r"An SVM lays the widest street between two classes: minimise "
        r"$\frac{1}{2}\lVert w\rVert^2+C\sum_i\xi_i$ with $y_i(w^\top x_i+b)\geq1-\xi_i$. "
        r"SMO solves its dual, two weights $\alpha_i,\alpha_j$ at a time."
    )
    steps = list(smo(X, y, C, kernels[kernel]))
    yield from film(steps, C)
    yield from support(steps[-1])
    yield from sweep(X, y)
    yield from compare_kernels(*rings(n, rng), C, kernels)
    yield from checks(steps[-1], C)


CLASSES = ("class -1", "class 1", "support of -1", "support of 1")


def street(machine: Machine) -> Scatter | Regions:
    """The points, support vectors as classes of their own; the street of a linear machine, or the regions."""
    X, y = machine.X, machine.y
    labels = (y > 0) + 2 * (machine.alpha > 1e-8)
    if machine.kernel is not linear:
        return ground(machine, "who rules where", labels)
    w = normal(machine)
    length = max(float(np.linalg.norm(w)), 1e-9)
    along = np.array([-w[1], w[0]]) / length
    curves = {
        name: np.stack([(level - machine.b) * w / length**2 + t * along for t in (-4, 4)])
        for name, level in {"f = 0": 0, "f = 1": 1, "f = -1": -1}.items()
        if abs(level - machine.b) < 6 * length
    }
    return Scatter("street", X, labels=labels, curves=curves, class_names=CLASSES)


def ground(machine: Machine, name: str, labels: NDArray[np.intp]) -> Regions:
    """The plane in the classes of the machine."""
    low, high = machine.X.min(axis=0) - 0.5, machine.X.max(axis=0) + 0.5
    x1, x2 = np.meshgrid(np.linspace(low[0], high[0], 60), np.linspace(low[1], high[1], 40))
    Z = machine.decide(np.column_stack([x1.ravel(), x2.ravel()])).reshape(40, 60) > 0
    extent = (low[0], high[0], low[1], high[1])
    return Regions(name, Z.astype(int), extent, machine.X, labels, class_names=CLASSES)


def film(steps: list[Machine], C: float) -> Iterator[Frame]:
    """Play the training at ever longer intervals, and the gap between primal and dual."""
    shown = np.unique(np.geomspace(1, len(steps), 20).astype(int)).tolist()
    gaps: list[float] = []
    for step in shown:
        primal, dual = objectives(steps[step - 1], C)
        gaps.append(max(primal - dual, 1e-12))
        yield Say(f"Pair {step - 1}: primal {primal:.4g}, dual {dual:.4g}.")
        yield Line(
            "gap of primal and dual",
            gaps.copy(),
            x=shown[: len(gaps)],
            x_label="pairs",
            log_x=True,
            log_y=True,
        )
        yield street(steps[step - 1])


def support(machine: Machine) -> Iterator[Frame]:
    """Show what is known of the support vectors."""
    margin, xi = machine.y * machine.decide(machine.X), slack(machine)
    held = np.flatnonzero(machine.alpha > 1e-8)
    rows = [(int(i), machine.alpha[i], xi[i], margin[i]) for i in held[:10]]
    yield Say(f"{len(held)} of {len(machine.y)} points are support vectors; the others could be left out.")
    yield Table("support vectors", ("point", "alpha", "slack", "y f(x)"), rows)


def sweep(X: Array, y: Array) -> Iterator[Frame]:
    """Ask what a higher C does, and play it."""
    prices = np.geomspace(0.01, 100, 9)
    machines = [train(X, y, float(C), linear) for C in prices]
    widths = [2 / float(np.linalg.norm(normal(machine))) for machine in machines]
    inside = [float((slack(machine) > 1e-4).mean()) for machine in machines]
    yield Ask(
        "C",
        "C is the price of a point inside the street. We raise it from 0.01 to 100. The street:",
        ("gets wider", "gets narrower", "stays as wide"),
        answer=2 if np.isclose(widths[0], widths[-1], rtol=0.05) else int(widths[-1] < widths[0]),
        why=f"A high price leaves few points inside: it shrinks from {widths[0]:.2f} to {widths[-1]:.2f}: "
        "low bias, but it follows single points. A low price widens it: more bias, less variance.",
    )
    for shown, machine in enumerate(machines, start=1):
        yield Say(f"C = {prices[shown - 1]:.3g}: the street is {widths[shown - 1]:.2f} wide.")
        curves = {"width of the street": widths[:shown], "share of points inside": inside[:shown]}
        yield Line("what C does", curves, x=prices[:shown], x_label="C", log_x=True)
        yield street(machine)


def compare_kernels(X: Array, y: Array, C: float, kernels: dict[str, Kernel]) -> Iterator[Frame]:
    """Play rings under each kernel."""
    for name, kernel in kernels.items():
        machine = train(X, y, C, kernel)
        right = float((np.sign(machine.decide(X)) == y).mean())
        yield Say(f"Two rings, {name} kernel: {right:.0%} on the right side.")
        yield ground(machine, f"{name} kernel", (y > 0).astype(int))


def checks(machine: Machine, C: float) -> Iterator[Check]:
    """Compare primal with dual, and each point with the conditions of Karush, Kuhn and Tucker."""
    primal, dual = objectives(machine, C)
    yield Check("primal objective against the dual", primal, dual, 1e-4 * (1 + abs(primal)))
    yield Check("sum of alpha y", float(machine.alpha @ machine.y), 0.0, 1e-9)
    margin = machine.y * machine.decide(machine.X)
    too_near = np.where(machine.alpha < C - 1e-8, 1 - margin, 0)
    too_far = np.where(machine.alpha > 1e-8, margin - 1, 0)
    yield Check("worst breach of the KKT conditions", max(too_near.max(), too_far.max()), 0.0, 1e-3, "<=")
