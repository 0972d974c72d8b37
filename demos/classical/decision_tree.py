"""Decision tree: ask of each feature which threshold leaves the purest halves, split there, and repeat.

Sheet 3.4. Breiman, Friedman, Olshen & Stone, Classification and Regression Trees (1984). Points X (n, d),
classes y (n,) of 0..K-1.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import log2
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Between, Check, Frame, Line, Regions, Say, Scatter, Table

Array = NDArray[np.float64]
Labels = NDArray[np.intp]
Impurity = Callable[[Array], Array]

FEATURES = ("length", "width")


def gini(counts: Array) -> Array:
    r"""$1-\sum_kp_k^2$ for class counts (..., K)."""
    p = counts / counts.sum(axis=-1, keepdims=True)
    impurity: Array = 1 - (p**2).sum(axis=-1)
    return impurity


def entropy(counts: Array) -> Array:
    r"""$-\sum_kp_k\log_2p_k$ for class counts (..., K)."""
    p = counts / counts.sum(axis=-1, keepdims=True)
    impurity: Array = -(p * np.log2(np.where(p > 0, p, 1))).sum(axis=-1)
    return impurity


IMPURITY: dict[str, Impurity] = {"gini": gini, "entropy": entropy}


@dataclass(frozen=True, slots=True)
class Node:
    """A part of the plane: its class counts (K,); if it is split, where and into what."""

    counts: Array
    impurity: float
    feature: int = -1
    threshold: float = 0.0
    gain: float = 0.0
    children: tuple["Node", ...] = ()

    @property
    def n(self) -> float:
        """How many training points it holds."""
        return float(self.counts.sum())


def split_gains(x: Array, y: Labels, K: int, impurity: Impurity, min_leaf: int) -> tuple[Array, Array]:
    r"""Thresholds between the values of one feature x (n,), and the gain of each.

    The gain is $I-\frac{n_l}{n}I_l-\frac{n_r}{n}I_r$; thresholds with fewer than min_leaf points on a side
    are left out.
    """
    order = np.argsort(x, kind="stable")
    values, n = x[order], len(x)
    left = np.cumsum(np.eye(K)[y[order]], axis=0)[:-1]
    right = left[-1:] + np.eye(K)[y[order[-1:]]] - left
    n_left = np.arange(1, n)
    gains = impurity((left + right)[:1]) - (n_left * impurity(left) + (n - n_left) * impurity(right)) / n
    fits = (values[:-1] < values[1:]) & (n_left >= min_leaf) & (n - n_left >= min_leaf)
    return ((values[:-1] + values[1:]) / 2)[fits], gains[fits]


def best_split(X: Array, y: Labels, K: int, impurity: Impurity, min_leaf: int) -> tuple[int, float, float]:
    """Feature, threshold and gain of the best split; a gain of 0 if there is none."""
    best = (-1, 0.0, 0.0)
    for feature, x in enumerate(X.T):
        thresholds, gains = split_gains(x, y, K, impurity, min_leaf)
        if len(gains) and gains.max() > best[2] + 1e-12:
            best = (feature, float(thresholds[gains.argmax()]), float(gains.max()))
    return best


def grow(X: Array, y: Labels, K: int, impurity: Impurity, max_depth: int, min_leaf: int) -> Node:
    """The tree that splits greedily, down to max_depth."""
    counts = np.bincount(y, minlength=K).astype(float)
    node = Node(counts, float(impurity(counts)))
    if max_depth == 0 or len(y) < 2:
        return node
    feature, threshold, gain = best_split(X, y, K, impurity, min_leaf)
    if gain <= 0:
        return node
    goes_left = X[:, feature] <= threshold
    children = tuple(
        grow(X[part], y[part], K, impurity, max_depth - 1, min_leaf) for part in (goes_left, ~goes_left)
    )
    return replace(node, feature=feature, threshold=threshold, gain=gain, children=children)


def predict(tree: Node, X: Array) -> Labels:
    """Classes (n,): the commonest in the leaf of each point."""
    if not tree.children:
        return np.full(len(X), tree.counts.argmax())
    left, right = (predict(child, X) for child in tree.children)
    return np.where(X[:, tree.feature] <= tree.threshold, left, right)


def leaves(tree: Node) -> list[Node]:
    """The leaves, from left to right."""
    return [leaf for child in tree.children for leaf in leaves(child)] or [tree]


def link_strength(node: Node) -> float:
    r"""Impurity that a leaf less would cost, by points: $\frac{R(t)-R(T_t)}{|T_t|-1}$ (CART, eq. 3.8)."""
    ends = leaves(node)
    return (node.n * node.impurity - sum(leaf.n * leaf.impurity for leaf in ends)) / (len(ends) - 1)


def inner(tree: Node) -> list[Node]:
    """The nodes that are split, level by level."""
    found, queue = [], deque([tree])
    while queue:
        node = queue.popleft()
        if node.children:
            found.append(node)
            queue.extend(node.children)
    return found


def without(tree: Node, cut: list[Node]) -> Node:
    """The tree with some of its nodes turned into leaves."""
    if any(tree is node for node in cut):
        return replace(tree, children=())
    return replace(tree, children=tuple(without(child, cut) for child in tree.children))


def pruned(tree: Node) -> Iterator[tuple[float, Node]]:
    """Ever smaller trees, each without the weakest link of the one before, and that link's strength."""
    while tree.children:
        weakest = min(inner(tree), key=link_strength)
        strength, tree = link_strength(weakest), without(tree, [weakest])
        yield strength, tree


def flowers(n: int, rng: np.random.Generator) -> tuple[Array, Labels]:
    """Petals (n, 2) of three species in centimetres, the last two alike."""
    y = rng.integers(3, size=n)
    means = np.array([[1.8, 0.5], [4.2, 1.3], [5.3, 2.0]])
    sizes = rng.standard_normal(n) * np.array([0.4, 0.7, 0.7])[y]
    X = means[y] + np.column_stack([sizes, 0.3 * sizes]) + rng.normal(0, [0.3, 0.22], (n, 2))
    return X, y


def demo(
    n: Annotated[int, "flowers", Between(20, 1000)] = 200,
    max_depth: Annotated[int, "questions from the root to a leaf, at most", Between(1, 8)] = 4,
    criterion: Annotated[Literal["gini", "entropy"], "what a good split makes small"] = "gini",
    min_leaf: Annotated[int, "flowers in a leaf, at least", Between(1, 50)] = 3,
    seed: int = 0,
) -> Iterator[Frame]:
    """A tree learns three kinds of flowers, question by question, and is then cut back."""
    if 2 * min_leaf > n:
        raise ValueError(f"min_leaf = {min_leaf} leaves no split of n = {n} flowers")
    rng = np.random.default_rng(seed)
    (X, y), (X_new, y_new) = flowers(n, rng), flowers(1000, rng)
    impurity = IMPURITY[criterion]
    yield Say(
        r"A decision tree asks one question at a time: is a feature at most a threshold? Each question is "
        r"the one that leaves the purest parts, with the largest gain $I-\frac{n_l}{n}I_l-\frac{n_r}{n}I_r$."
    )
    yield Scatter("flowers", X, labels=y, x_label=FEATURES[0], y_label=FEATURES[1])
    yield from root_search(X, y, impurity, min_leaf)
    tree = grow(X, y, 3, impurity, max_depth, min_leaf)
    yield from growth(tree, X, y)
    full = grow(X, y, 3, impurity, 20, 1)
    path = [(0.0, full), *pruned(full)]
    yield from cut_back(path, (X, y), (X_new, y_new))
    yield from checks(X, y, criterion, tree, path, min_leaf)


def root_search(X: Array, y: Labels, impurity: Impurity, min_leaf: int) -> Iterator[Frame]:
    """Play the gain of every threshold of both features."""
    columns: list[list[float]] = []
    for feature, name in enumerate(FEATURES):
        thresholds, gains = split_gains(X[:, feature], y, 3, impurity, min_leaf)
        for shown in np.linspace(0, len(gains), 9).astype(int)[1:].tolist():
            yield Line(
                f"gain of asking for the {name}", gains[:shown], x=thresholds[:shown], x_label="threshold"
            )
        best = float(thresholds[gains.argmax()])
        left = X[:, feature] <= best
        counts = [np.bincount(y[part], minlength=3).astype(float) for part in (left | True, left, ~left)]
        columns.append([best, *(float(impurity(count)) for count in counts), float(gains.max())])
    terms = ("threshold", "impurity before", "on the left", "on the right", "gain")
    yield Table("the first question", ("", *FEATURES), list(zip(terms, *columns, strict=True)))


def ground(tree: Node, X: Array, y: Labels, name: str) -> Regions:
    """The plane in the classes of the tree."""
    low, high = X.min(axis=0) - 0.2, X.max(axis=0) + 0.2
    x1, x2 = np.meshgrid(np.linspace(low[0], high[0], 60), np.linspace(low[1], high[1], 40))
    Z = predict(tree, np.column_stack([x1.ravel(), x2.ravel()])).reshape(40, 60)
    return Regions(name, Z, (low[0], high[0], low[1], high[1]), X, y, *FEATURES)


def outline(tree: Node, indent: str = "") -> list[tuple[str, str]]:
    """The tree in words: a rule and the class counts for each node."""
    counts = " ".join(str(int(count)) for count in tree.counts)
    if not tree.children:
        return [(f"{indent}-> {tree.counts.argmax()}", counts)]
    rule = (f"{indent}{FEATURES[tree.feature]} <= {tree.threshold:.2f}?", counts)
    return [rule, *(line for child in tree.children for line in outline(child, indent + "  "))]


def growth(tree: Node, X: Array, y: Labels) -> Iterator[Frame]:
    """Play the questions in the order of their depth."""
    nodes = inner(tree)
    for asked, node in enumerate(nodes, start=1):
        smaller = without(tree, nodes[asked:])
        yield Say(
            f"Question {asked}: {FEATURES[node.feature]} <= {node.threshold:.2f}? It gains {node.gain:.3f} "
            f"for {node.n:.0f} flowers."
        )
        yield ground(smaller, X, y, "the tree's classes")
        yield Table("the tree", ("question", "flowers"), outline(smaller))


def cut_back(
    path: list[tuple[float, Node]], known: tuple[Array, Labels], new: tuple[Array, Labels]
) -> Iterator[Frame]:
    """Ask which tree does best on new flowers, and play the pruning of a full tree."""
    sizes = [len(leaves(tree)) for _, tree in path]
    accuracy = {
        name: [float((predict(tree, X) == y).mean()) for _, tree in path]
        for name, (X, y) in {"known flowers": known, "new flowers": new}.items()
    }
    best = sizes[int(np.argmax(accuracy["new flowers"]))]
    third = max(sizes[0] // 3, 3)
    yield Ask(
        "size",
        f"Grown to the end, the tree has {sizes[0]} leaves. How many are best for new flowers?",
        (f"up to {third}", f"{third + 1} to {sizes[0] - 1}", f"all {sizes[0]}"),
        answer=0 if best <= third else 1 if best < sizes[0] else 2,
        why=f"The last leaves fence in single flowers: noise. Here {best} leaves do best.",
    )
    for shown in range(1, len(path) + 1):
        curves = {name: values[:shown] for name, values in accuracy.items()}
        yield Line("share classified right", curves, x=sizes[:shown], x_label="leaves")
        yield ground(path[shown - 1][1], *known, "pruned tree")
    yield ground(path[sizes.index(best)][1], *known, f"pruned to {best} leaves")


def impurity_by_hand(classes: list[int], criterion: str) -> float:
    """Impurity from raw class labels, by the definition."""
    shares = [count / len(classes) for count in Counter(classes).values()]
    return 1 - sum(p * p for p in shares) if criterion == "gini" else -sum(p * log2(p) for p in shares)


def checks(
    X: Array, y: Labels, criterion: str, tree: Node, path: list[tuple[float, Node]], min_leaf: int
) -> Iterator[Check]:
    """Compare with a search over every threshold by hand, with raw counts, and with the theory of pruning."""

    def remains(feature: int, threshold: float) -> float:
        sides = [y[X[:, feature] <= threshold].tolist(), y[X[:, feature] > threshold].tolist()]
        if min(len(side) for side in sides) < min_leaf:
            return float("inf")
        return sum(len(side) * impurity_by_hand(side, criterion) for side in sides) / len(y)

    least = min(remains(feature, x) for feature in (0, 1) for x in X[:, feature].tolist())
    by_hand = max(impurity_by_hand(y.tolist(), criterion) - least, 0.0)
    yield Check("gain of the first question, by hand", tree.gain, by_hand, 1e-10)
    ends = leaves(tree)
    gained = sum(node.n * node.gain for node in inner(tree))
    lost = len(y) * impurity_by_hand(y.tolist(), criterion) - sum(leaf.n * leaf.impurity for leaf in ends)
    yield Check("gains of all questions against the leaves", gained, lost, 1e-8)
    strengths = [strength for strength, _ in path]
    yield Check("smallest rise of the pruned links", min(np.diff(strengths), default=0.0), 0.0, 1e-9, ">=")
    known = float((predict(tree, X) == y).sum())
    yield Check(
        "flowers classified right, against the leaves", known, sum(leaf.counts.max() for leaf in ends)
    )
