"""Slips with vectors and matrices."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from mlquiz.grading import shapes, signatures
from mlquiz.grading.tree import Node, Type

if TYPE_CHECKING:
    from collections.abc import Iterator

    Slips = Iterator[tuple[str, Node]]


def num(value: Fraction | int) -> Node:
    """Return an exact number as a tree."""
    return shapes.number(Fraction(value))


def matrix_slips(node: Node) -> Slips:
    """Yield the slips at a matrix product."""
    left, right = node.args
    if left.type.kind == right.type.kind == "matrix":
        yield "Two matrices are in the wrong order.", shapes.mul(right, left, 0, "@")
    for side, other, first in ((left, right, True), (right, left, False)):
        if side.type.kind == "matrix":
            changed = shapes.transpose(side, 0)
            yield (
                "A transpose is missing, or one too many.",
                shapes.mul(changed, other, 0, "@") if first else shapes.mul(other, changed, 0, "@"),
            )
            if side.op != "matpow":
                inverse = shapes.power(side, shapes.neg(num(1)), 0)
                yield (
                    "An inverse stands where none belongs.",
                    shapes.mul(inverse, other, 0, "@") if first else shapes.mul(other, inverse, 0, "@"),
                )
        if other.type.kind == node.type.kind:
            yield "A matrix is missing.", other


def matpow_slips(node: Node) -> Slips:
    """Yield the slips at a power of a matrix."""
    yield "An inverse or a power of a matrix is missing.", node.args[0]
    base = node.args[0]
    if base.op == "add":
        yield "A term inside the inverse is missing.", replace(node, args=(base.args[0], node.args[1]))
        yield "A term inside the inverse is missing.", replace(node, args=(base.args[-1], node.args[1]))
    if base.op == "matmul":
        yield (
            "The inverse of a product turns the order round.",
            shapes.mul(
                shapes.power(base.args[0], node.args[1], 0),
                shapes.power(base.args[1], node.args[1], 0),
                0,
                "@",
            ),
        )


def transpose_slips(node: Node) -> Slips:
    """Yield the slips at a transpose."""
    yield "A transpose is missing.", node.args[0]


def norm_slips(node: Node) -> Slips:
    """Yield the slips at a norm."""
    if node.value != "F":
        yield "It is another norm.", replace(node, value="1" if node.value == "2" else "2")
        yield "A norm is not squared, or squared once too often.", shapes.power(node, num(2), 0)
    inner = node.args[0]
    if inner.op == "add":
        parts = [signatures.norm(t.args[0] if t.op == "neg" else t, "", 0) for t in inner.args]
        yield (
            "A norm of a difference is not the difference of the norms.",
            shapes.add([parts[0], *map(shapes.neg, parts[1:])]),
        )


def dot_slips(node: Node) -> Slips:
    """Yield the slips at a dot product."""
    left, right = node.args
    yield (
        "There is a norm product where a dot product belongs.",
        shapes.mul(signatures.norm(left, "", 0), signatures.norm(right, "", 0), 0, "*"),
    )


def hadamard_slips(node: Node) -> Slips:
    """Yield the slips at a elementwise product."""
    yield "A factor is missing.", node.args[0]
    yield "A factor is missing.", node.args[1]


def outer_slips(node: Node) -> Slips:
    """Yield the slips at a outer product."""
    yield (
        "An outer product is turned round.",
        replace(node, args=node.args[::-1], type=Type("matrix", node.type.sizes[::-1])),
    )
