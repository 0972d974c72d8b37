"""How an index runs whose range is left out: sizes as formulas, and ranges found from use."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mlquiz.grading.syntax import shapes
from mlquiz.grading.syntax.tree import Node, size_add, size_constant, size_value

if TYPE_CHECKING:
    from mlquiz.grading.syntax.tree import Size


def size_node(size: Size) -> Node:
    """Return a size as a formula."""
    terms: list[Node] = []
    for name, count in sorted(size, key=lambda pair: pair[0] == ""):
        letter = Node("name", value=name) if name else shapes.number(Fraction(abs(count)))
        term = (
            letter
            if not name or abs(count) == 1
            else shapes.mul(shapes.number(Fraction(abs(count))), letter, 0, "")
        )
        terms.append(shapes.neg(term) if count < 0 else term)
    if not terms:
        return shapes.number(Fraction(0))
    return terms[0] if len(terms) == 1 else shapes.add(terms)


def used_ranges(body: Node, name: str) -> list[tuple[Size, Size]]:
    """Return the ranges of all places where a name alone is an index."""
    found: dict[tuple[Size, Size], None] = {}
    for node in body.walk():
        if node.op != "entry":
            continue
        for index, bounds in zip(node.args[1:], node.value, strict=True):
            if index.op == "name" and index.value == name:
                found[bounds] = None
    return list(found)


def common_range(body: Node, name: str, plain: list[tuple[Size, Size]]) -> tuple[Size, Size] | None:
    """Return where ranges overlap, and those of places such as ``x_{n-1}``; None if that can't be told."""
    ranges = list(plain)
    for bounds in _shifted_ranges(body, name):
        if _overlap([*ranges, bounds]) is not None:
            ranges.append(bounds)
    return _overlap(ranges)


def _shifted_ranges(body: Node, name: str) -> list[tuple[Size, Size]]:
    """Return the ranges in which ``name + c`` is an index of what it stands at, for numbers c."""
    found = []
    for node in body.walk():
        for index, (low, high) in zip(node.args[1:], node.value, strict=True) if node.op == "entry" else ():
            shift = _shift(index, name)
            if shift:
                by = size_constant(shift)
                found.append((size_add(low, by, -1), size_add(high, by, -1)))
    return found


def _shift(index: Node, name: str) -> int:
    """Return the c of ``name + c``, 0 if the index is something else."""
    if index.op != "add" or len(index.args) != 2 or index.args[0].op != "name" or index.args[0].value != name:
        return 0
    step = index.args[1]
    number, sign = (step.args[0], -1) if step.op == "neg" else (step, 1)
    return sign * int(number.value) if number.op == "num" and number.value.denominator == 1 else 0


def _overlap(ranges: list[tuple[Size, Size]]) -> tuple[Size, Size] | None:
    low, high = _furthest([low for low, _ in ranges], 1), _furthest([high for _, high in ranges], -1)
    return None if low is None or high is None else (low, high)


def _furthest(sizes: list[Size], sign: int) -> Size | None:
    """Return the largest size (for ``sign`` 1) or the smallest, if they differ by numbers only."""
    best = sizes[0]
    for size in sizes[1:]:
        gap = size_add(size, best, -1)
        if any(name for name, _ in gap):
            return None
        best = size if sign * size_value(gap, {}) > 0 else best
    return best
