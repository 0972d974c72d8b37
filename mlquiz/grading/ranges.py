"""How an index runs whose range is left out: sizes as formulas, and ranges found from use."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mlquiz.grading import shapes
from mlquiz.grading.tree import Node

if TYPE_CHECKING:
    from mlquiz.grading.tree import Size


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
