"""Slips with probabilities, distributions and divergences."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlquiz.grading import shapes, signatures
from mlquiz.grading.array_slips import (
    num,
)
from mlquiz.grading.tree import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    Slips = Iterator[tuple[str, Node]]


def law_slips(node: Node) -> Slips:
    """Yield the slips at a distribution at outcomes."""
    name, left, right = node.value
    a, b = node.args[: len(left)], node.args[len(left) :]
    if right:
        yield "A condition is the wrong way round.", replace(node, args=b + a, value=(name, right, left))
        yield (
            "It is a joint probability where a conditional one belongs.",
            replace(node, value=(name, left + right, ())),
        )
        yield "A condition is missing.", replace(node, args=a, value=(name, left, ()))
    elif len(left) > 1:
        yield (
            "It is a conditional probability where a joint one belongs.",
            replace(node, value=(name, left[:1], left[1:])),
        )
        yield (
            "It is a conditional probability where a joint one belongs.",
            replace(node, args=a[1:] + a[:1], value=(name, left[1:], left[:1])),
        )


def prob_slips(node: Node) -> Slips:
    """Yield the slips at a probability of events."""
    if len(node.args) == 2:
        a, b = node.args
        yield "A condition is the wrong way round.", replace(node, args=(b, a))
        yield "A condition is missing.", replace(node, args=(a,))
        yield (
            "It is a joint probability where a conditional one belongs.",
            replace(node, args=(Node("and", (a, b), type=a.type),)),
        )
        parts = b.args if b.op == "and" else ()
        for part in parts:
            yield "Part of a condition is missing.", replace(node, args=(a, part))
    first = node.args[0]
    opposite = first.args[0] if first.op == "not" else Node("not", (first,), type=first.type)
    yield "An event stands where its opposite belongs.", replace(node, args=(opposite, *node.args[1:]))


def kl_slips(node: Node) -> Slips:
    """Yield the slips at a divergence."""
    left, right = node.args
    if node.op == "kl":
        yield "The two distributions of the divergence are swapped.", replace(node, args=(right, left))
        yield "An entropy stands where a divergence belongs.", replace(node, op="entropy", args=(left, left))
    changed = [(m, n) for m, n in law_slips(right)] if right.op == "lawat" else []
    for message, new in changed:
        yield message, replace(node, args=(left, new))


def moment_slips(node: Node) -> Slips:
    """Yield the slips at a variance."""
    if node.value == "Var":
        yield "A standard deviation stands where a variance belongs.", signatures.call("sqrt", [node], 0)
        yield (
            "A second moment stands where a variance belongs.",
            Node("expect", (shapes.power(node.args[0], num(2), 0),), value=("space", (), (), ())),
        )
