"""What may not be left in a formula: parts without a value, random variables that nothing takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading.reading import ones
from mlquiz.grading.syntax import shapes
from mlquiz.grading.syntax.kinds import Random
from mlquiz.grading.syntax.spelling import SHOWN
from mlquiz.grading.syntax.tree import FormulaError, Node

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from mlquiz.grading.reading.parser import Parser

_UNFINISHED = {
    "function": "{} is a function: write its argument in brackets.",
    "law": "{} is a distribution: write its variables in brackets.",
}
_TAKE_ALL = {"prob", "moment", "information"}
"""Operations that are over the whole space: no random variable stays free in them."""


def refuse_unfinished(node: Node) -> None:
    """Refuse a function or a distribution without its arguments, and two vectors side by side, anywhere."""
    for part in node.walk():
        shapes.refuse_pair(part)
        ones.refuse_open(part)
        if part.op in _UNFINISHED:
            raise FormulaError(_UNFINISHED[part.op].format(part.value), part.column)


def refuse_free_random(p: Parser, node: Node) -> None:
    """Refuse a random variable outside of all that takes one: such a formula has no value."""
    for part in free_random(p, node):
        raise FormulaError(
            f"{part.value} is a random variable, and nothing averages over it: write E[...] around it.",
            part.column,
        )


def free_random(p: Parser, node: Node, bound: frozenset[str] = frozenset()) -> Iterator[Node]:
    """Yield the random variables in a formula that no sum, expectation, probability or divergence takes."""
    if node.op == "name":
        if node.value not in bound and isinstance(p.kind_of(str(node.value)), Random):
            yield node
        return
    if node.op in _TAKE_ALL or (node.op == "expect" and node.value[0] == "space"):
        return
    inner = bound | binds(node)
    for place, arg in enumerate(node.args):
        outside = node.op == "expect" and place > 0  # the values that a distribution is given
        yield from free_random(p, arg, bound if outside else inner)


def mentions(node: Node, names: Collection[str]) -> bool:
    """Tell whether one of some names stands free in a formula."""
    if node.op == "name":
        return node.value in names
    left = set(names) - binds(node)
    return bool(left) and any(mentions(arg, left) for arg in node.args)


def binds(node: Node) -> frozenset[str]:
    """Return the names that an operation binds in what it is over."""
    if node.op in SHOWN:
        return frozenset({str(node.value[0])})
    if node.op == "int":
        return frozenset({str(node.value)})
    if node.op == "expect":
        return frozenset(node.value[3])
    return frozenset(node.value[0]) if node.op in {"kl", "entropy"} else frozenset()
