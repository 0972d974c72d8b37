"""DBSCAN: a point with enough neighbours starts a cluster, and the cluster grows from neighbour to neighbour.

Sheet 3.23.5. Ester, Kriegel, Sander & Xu, A density-based algorithm for discovering clusters (1996).
"""

from collections import deque
from collections.abc import Iterator
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Between, Check, Frame, Line, Say, Scatter, Table

from .kmeans import kmeans, plus_plus, squared_distances

Array = NDArray[np.float64]
Labels = NDArray[np.intp]
Mask = NDArray[np.bool_]

NOISE = -1
KINDS = ("core", "border", "noise")


def neighbourhoods(X: Array, eps: float) -> Mask:
    r"""Which points are near which: $\lVert x_i-x_j\rVert\le\epsilon$ (n, n); each point is near itself."""
    near: Mask = squared_distances(X, X) <= eps**2
    return near


def core_points(near: Mask, min_pts: int) -> Mask:
    """Which points (n,) have at least min_pts points near them, themselves included."""
    core: Mask = near.sum(axis=1) >= min_pts
    return core


class Visit(NamedTuple):
    """A point that is visited, and the labels (n,) after it: 0, 1, … or NOISE."""

    i: int
    labels: Labels


def visits(near: Mask, core: Mask) -> Iterator[Visit]:
    """Grow one cluster after the other: a core point takes in its neighbours, a border point nobody."""
    labels = np.full(len(near), NOISE)
    clusters = 0
    for start in np.flatnonzero(core):
        if labels[start] != NOISE:
            continue
        labels[start] = clusters
        queue = deque([start])
        while queue:
            i = queue.popleft()
            if core[i]:
                new = np.flatnonzero(near[i] & (labels == NOISE))
                labels[new] = clusters
                queue.extend(new)
            yield Visit(int(i), labels.copy())
        clusters += 1


def dbscan(X: Array, eps: float, min_pts: int) -> Labels:
    """Labels (n,): 0, 1, … in the order in which the clusters are found, or NOISE."""
    near = neighbourhoods(X, eps)
    *_, last = Visit(0, np.full(len(X), NOISE)), *visits(near, core_points(near, min_pts))
    return last.labels


def kinds(core: Mask, labels: Labels) -> Labels:
    """0 for core, 1 for border and 2 for noise points (n,)."""
    return np.where(core, 0, np.where(labels == NOISE, 2, 1))


def k_distances(X: Array, k: int) -> Array:
    """The distance (n,) of each point to the k-th point near it, itself the first."""
    return np.sqrt(np.partition(squared_distances(X, X), k - 1, axis=1)[:, k - 1])


def knee(curve: Array) -> int:
    """Where a curve (n,) lies farthest below the chord from its first to its last value."""
    return int(np.argmax(np.linspace(curve[0], curve[-1], len(curve)) - curve))


def moons(n: int, spread: float, rng: np.random.Generator) -> tuple[Array, Labels]:
    """Points (n, 2) on two interlocking half circles, moved by Gaussian noise, and their moon (n,)."""
    z = np.arange(n) % 2
    angle = rng.uniform(0, np.pi, n)
    X = np.column_stack([np.cos(angle), np.sin(angle)]) * np.where(z, -1, 1)[:, None]
    return X + np.outer(z, [1.0, 0.5]) + spread * rng.standard_normal((n, 2)), z


def demo(
    n: Annotated[int, "points on the two moons", Between(10, 600)] = 200,
    noise_points: Annotated[int, "points scattered anywhere", Between(0, 200)] = 20,
    eps: Annotated[float, "radius of a neighbourhood", Between(0.02, 3.0)] = 0.2,
    min_pts: Annotated[int, "points that make a neighbourhood dense", Between(2, 60)] = 5,
    seed: int = 0,
) -> Iterator[Frame]:
    """A cluster creeps along each moon and leaves the scattered points out; k-means cuts both moons."""
    if min_pts > n + noise_points:
        raise ValueError(f"min_pts = {min_pts} is more than all {n + noise_points} points")
    rng = np.random.default_rng(seed)
    scattered = rng.uniform([-1.6, -1.1], [2.6, 1.6], (noise_points, 2))
    X = np.vstack([moons(n, 0.07, rng)[0], scattered])
    yield Say(
        r"DBSCAN calls a point core if at least `min_pts` points lie within $\epsilon$: "
        r"$\sum_j\mathbb{1}[\lVert x-x_j\rVert\le\epsilon]\ge m$. A core point starts a cluster and takes "
        r"in its neighbours, and so does each core point among them."
    )
    near = neighbourhoods(X, eps)
    core = core_points(near, min_pts)
    labels = dbscan(X, eps, min_pts)
    yield from film(X, eps, near, core, labels)
    yield from three_kinds(X, core, labels)
    yield from choose_radius(X, eps, min_pts)
    yield from beside_kmeans(X, labels, rng)
    yield from checks(X, eps, min_pts, core, labels)


def film(X: Array, eps: float, near: Mask, core: Mask, labels: Labels) -> Iterator[Frame]:
    """Play the growth of the clusters, with the neighbourhood of the point that is visited."""
    clusters = int(labels.max()) + 1
    names = (*(f"cluster {j + 1}" for j in range(clusters)), "not reached")
    t = np.linspace(0, 2 * np.pi, 40)
    circle = eps * np.column_stack([np.cos(t), np.sin(t)])
    rows: list[tuple[object, ...]] = []
    yield Scatter("points", X)
    steps = list(visits(near, core))
    pace = max(len(steps) // 40, 1)
    for step, (i, now) in enumerate(steps):
        if step % pace and step >= 8:
            continue
        rows.append((f"({X[i, 0]:.2f}, {X[i, 1]:.2f})", near[i].sum(), KINDS[0 if core[i] else 1]))
        shown = np.where(now == NOISE, clusters, now)
        around = {"radius": X[i] + circle}
        yield Scatter("points", X, labels=shown, marks=X[[i]], curves=around, class_names=names)
        yield Table("neighbours of the visited points", ("point", "near it", "so it is"), rows[-6:])
    names = (*names[:-1], "noise")
    yield Scatter("points", X, labels=np.where(labels == NOISE, clusters, labels), class_names=names)
    left = int((labels == NOISE).sum())
    yield Say(f"{clusters} clusters; {left} points were reached from no core point: noise.", name="step")


def three_kinds(X: Array, core: Mask, labels: Labels) -> Iterator[Frame]:
    """Ask what becomes of a point with few neighbours, and show core, border and noise points."""
    yield Ask(
        "few neighbours",
        "A point has fewer than min_pts points near it. Is it noise?",
        ("yes", "only if none of those near it is a core point", "no, it starts a small cluster"),
        answer=1,
        why="Near a core point it is a border point: it joins that cluster, but takes in nobody itself.",
    )
    kind = kinds(core, labels)
    yield Scatter("core, border and noise", X, labels=kind, class_names=KINDS)
    counts = np.bincount(kind, minlength=3).tolist()
    yield Table("kinds of points", ("kind", "points"), list(zip(KINDS, counts, strict=True)))


def choose_radius(X: Array, eps: float, min_pts: int) -> Iterator[Frame]:
    """Play the k-distance curve and its knee; then ask what a growing radius does, and play it."""
    k_dist = np.sort(k_distances(X, min_pts))
    bend = knee(k_dist)
    yield Say(f"The knee of the sorted distances suggests a radius of {k_dist[bend]:.2f}.", name="step")
    yield Line(
        f"distance to the {min_pts}th point near, sorted",
        {"distance": k_dist, "radius": np.full(len(X), eps)},
        x_label="points",
        log_y=True,
        points=[(bend, k_dist[bend])],
    )
    radii = np.geomspace(0.8 * k_dist[0], 1.05 * k_dist[-1], 21)
    found = [dbscan(X, float(radius), min_pts) for radius in radii]
    clusters = [int(labels.max()) + 1 for labels in found]
    peak = max(clusters)
    yield Ask(
        "radius",
        "The radius grows from tiny to large. What does the number of clusters do?",
        ("it falls all the way", "it rises, then falls", "it rises all the way"),
        answer=1 if peak > clusters[-1] else 2,
        why=f"At a tiny radius all is noise. Then crumbs turn dense, {peak} at most here; they grow together "
        "into the moons, and at last the moons grow together too.",
    )
    signs = 6  # neighbouring clusters differ in sign; with more clusters the signs come again
    for shown, (radius, labels) in enumerate(zip(radii, found, strict=True), start=1):
        yield Scatter(
            "clusters at a growing radius",
            X,
            labels=np.where(labels == NOISE, signs, labels % signs),
            x_label=f"radius {radius:.2f}",
            class_names=(*[""] * signs, "noise"),
        )
        yield Line("clusters", clusters[:shown], x=radii[:shown], x_label="radius", log_x=True)
    noise = [int((labels == NOISE).sum()) for labels in found]
    rows = [(f"{radii[i]:.3f}", clusters[i], noise[i]) for i in np.linspace(0, 20, 5).astype(int)]
    yield Table("five radii", ("radius", "clusters", "noise"), rows)


def beside_kmeans(X: Array, labels: Labels, rng: np.random.Generator) -> Iterator[Frame]:
    """Show k-means with as many clusters on the same points."""
    k = max(int(labels.max()) + 1, 1)
    best = min((kmeans(X, plus_plus(X, k, rng)) for _ in range(5)), key=lambda run: run.J)
    yield Scatter("k-means with as many clusters", X, labels=best.labels, marks=best.centroids)
    yield Say("k-means must place everyone, also the noise, and its borders are straight.", name="step")


def reachable(near: Mask, core: Mask) -> Mask:
    """Which core points (c, c) a chain of core points joins, by squaring the graph until it stays."""
    joined = near[np.ix_(core, core)]
    while True:
        longer: Mask = (joined.astype(np.float32) @ joined.astype(np.float32)) > 0
        if (longer == joined).all():
            return joined
        joined = longer


def checks(X: Array, eps: float, min_pts: int, core: Mask, labels: Labels) -> Iterator[Check]:
    """Compare with sorted distances, with all chains of core points, and with the distances to them."""
    dense = int((k_distances(X, min_pts) <= eps).sum())
    yield Check("core points, against sorted distances", int(core.sum()), dense)
    together = labels[core][:, None] == labels[core]
    wrong = int((together != reachable(squared_distances(X, X) <= eps**2, core)).sum())
    yield Check("pairs of core points joined wrongly", wrong, 0)
    D = np.sqrt(squared_distances(X, X[core]))
    own = labels[:, None] == labels[core]
    in_cluster = labels != NOISE
    farthest = float(np.where(own, D, np.inf).min(axis=1, initial=np.inf)[in_cluster].max(initial=0.0))
    yield Check("farthest from a core point of its cluster", farthest, eps, 1e-12, "<=")
    nearest = float(D[~in_cluster].min(initial=2 * eps))
    yield Check("noise nearest to a core point", nearest, eps, 1e-12, ">=")
