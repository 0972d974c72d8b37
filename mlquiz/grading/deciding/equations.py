"""Equations that no draw satisfies: they are the same if one is the other times a constant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlquiz.grading.computing.arithmetic import Doubles
from mlquiz.grading.computing.compiling import compile_node
from mlquiz.grading.computing.linear import flatten

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlquiz.grading.meanings.draws import Draw
    from mlquiz.grading.syntax.tree import Node

CLOSE = 1e-9
ENOUGH = 8


def are_multiples(left: Node, right: Node, draws: Iterable[Draw]) -> bool:
    """Tell whether the gap of one equation is one constant times that of the other on all draws."""
    if not left.op == right.op == "cmp" or not left.value == right.value == "=":
        return False
    ratios = []
    for draw in draws:
        try:
            ratios.append(_ratio(_gap(left, draw), _gap(right, draw)))
        except (ArithmeticError, ValueError, TypeError):
            return False
    first = ratios[0] if len(ratios) >= ENOUGH else None
    return first is not None and all(r is not None and abs(r - first) <= CLOSE * abs(first) for r in ratios)


def _gap(equation: Node, draw: Draw) -> list[float]:
    """Return the difference of the two sides, entry by entry; a number stands for each entry."""
    a, b = (_entries(side, draw) for side in equation.args)
    size = max(len(a), len(b))
    a, b = (side * size if len(side) == 1 else side for side in (a, b))
    return [x - y for x, y in zip(a, b, strict=True)]


def _entries(side: Node, draw: Draw) -> list[float]:
    value: Any = compile_node(side)(draw.bind(Doubles()))
    return [float(x) for x in flatten(value)]


def _ratio(left: list[float], right: list[float]) -> float | None:
    """Return by what the first list is to be multiplied to give the second, or None."""
    scale = max(map(abs, left), default=0.0)
    if not scale or len(left) != len(right):
        return None
    place = max(range(len(left)), key=lambda k: abs(left[k]))
    ratio = right[place] / left[place]
    alike = all(abs(r - ratio * a) <= CLOSE * abs(ratio) * scale for a, r in zip(left, right, strict=True))
    return ratio if ratio and alike else None
