"""Draws at which a best point is about to change: there ``argmin_j |x - 1.1 w_j|`` is told from
``argmin_j |x - w_j|``, and seldom elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlquiz.grading.computing.arithmetic import Doubles
from mlquiz.grading.computing.compiling import compile_node
from mlquiz.grading.computing.spaces import Space, Table
from mlquiz.grading.deciding.jumps import is_coarse
from mlquiz.grading.deciding.ties import allowed, bind_loops
from mlquiz.grading.meanings.random_functions import Blend
from mlquiz.grading.syntax.kinds import Function, Matrix, Number, Sequence, Vector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlquiz.grading.meanings.draws import Draw
    from mlquiz.grading.syntax.kinds import Declarations
    from mlquiz.grading.syntax.tree import Node

MOST_PAIRS, MOST_TRIED = 3, 8
HALVINGS = 10
CONTINUOUS = frozenset({"real", "positive", "nonneg", "unit"})


def brink_draws(root: Node, draws: list[Draw], declarations: Declarations) -> list[Draw]:
    """Return pairs of draws, near to each other, between which a best point or the truth changes."""
    found: list[Draw] = []
    for node in root.walk():
        if is_coarse(node) or (node is root and node.type.kind == "truth"):
            for pair in _pairs(draws):
                found += _brink(node, root, *pair, declarations)
                if len(found) >= 2 * MOST_PAIRS:
                    return found
    return found


def _pairs(draws: list[Draw]) -> Iterator[tuple[Draw, Draw]]:
    """Yield draws of the same sizes, each one once."""
    waiting: dict[tuple[int, ...], Draw] = {}
    count = 0
    for draw in draws:
        sizes = tuple(draw.sizes.values())
        if sizes in waiting:
            yield waiting.pop(sizes), draw
            count += 1
            if count == MOST_TRIED:
                return
        else:
            waiting[sizes] = draw


def _brink(node: Node, root: Node, start: Draw, end: Draw, declarations: Declarations) -> list[Draw]:
    """Return the draws on both sides of a change on the way from one draw to another."""

    def best(draw: Draw) -> Any:
        env = draw.bind(Doubles())
        bind_loops(root, env, draw)
        return getattr(found := compile_node(node)(env), "labels", found)

    try:
        low, high = 0.0, 1.0
        before, after = start, blended(start, end, high, declarations)
        labels = best(before)
        if best(after) == labels:
            return []
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            between = blended(start, end, middle, declarations)
            if best(between) == labels:
                low, before = middle, between
            else:
                high, after = middle, between
    except (ArithmeticError, ValueError, KeyError, TypeError):
        return []
    return [draw for draw in (before, after) if allowed(draw)]


def blended(start: Draw, end: Draw, share: float, declarations: Declarations) -> Draw:
    """Return a meaning between two of like sizes: what is continuous is moved, the rest is the first's."""
    settled = start.conditions.settled()
    first, last = start.drawn, end.drawn
    overrides = {
        name: _between(first[name], last[name], share)
        for name, kind in declarations.kinds.items()
        if name in first and name in last and name not in start.sizes and name not in settled
        if _moves(kind)
    }
    space = _space_between(start.space, end.space, share)
    return start.changed(overrides, special=False, space=space)


def _moves(kind: Any) -> bool:
    match kind:
        case Number():
            return kind.domain in CONTINUOUS
        case Vector() | Matrix():
            return kind.entry.domain in CONTINUOUS
        case Sequence():
            return _moves(kind.item)
        case Function():
            return True
    return False


def _between(start: Any, end: Any, share: float) -> Any:
    if isinstance(start, float) and isinstance(end, float):
        return start + share * (end - start)
    if isinstance(start, tuple) and isinstance(end, tuple):
        return tuple([_between(a, b, share) for a, b in zip(start, end, strict=True)])
    return Blend(start, end, share) if callable(start) and callable(end) else start


def _space_between(start: Space, end: Space, share: float) -> Space:
    """Return the atoms and outcomes of one space, with chances between those of two."""
    weights = start.weights
    if len(weights) == len(end.weights):
        weights = _between(tuple(weights), tuple(end.weights), share)
    laws = {name: _table_between(table, end.laws[name], share) for name, table in start.laws.items()}
    return Space(list(weights), start.atoms, start.values, laws)


def _table_between(start: Table, end: Table, share: float) -> Table:
    if start.slots != end.slots:
        return start

    def weight(env: Any, lefts: tuple[int, ...], rights: tuple[int, ...]) -> Any:
        of = env.num.of
        return of(1 - share) * start.weight(env, lefts, rights) + of(share) * end.weight(env, lefts, rights)

    return Table(start.left, start.right, start.roots, weight, start.parameters, fixed=start.fixed)
