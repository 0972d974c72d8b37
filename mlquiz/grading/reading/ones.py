r"""A vector of ones without its size: ``1^T x``, ``W \mathbf{1}``."""

from __future__ import annotations

from fractions import Fraction

from mlquiz.grading.syntax import shapes
from mlquiz.grading.syntax.ranges import size_node
from mlquiz.grading.syntax.records import replace
from mlquiz.grading.syntax.tree import FormulaError, Node, Size, Type

SIGN = "𝟙"
"""How a bold 1 is spelt as a token."""
_HOW = "The size of the vector of ones isn't known here: write 1_n for it, with its size."


def open_ones(column: int, *, row: bool = False) -> Node:
    """Return a 1 that is a vector of ones beside an array; transposed (``row``) it is nothing else."""
    return Node("num", value=Fraction(1), type=Type("number", (None,), row), column=column)


def is_open(node: Node) -> bool:
    """Tell whether a number may be, or has as factor, a vector of ones whose size isn't known yet."""
    return node.type.kind == "number" and bool(node.type.sizes)


def is_literal(node: Node) -> bool:
    """Tell whether a node is a typed 1."""
    return node.op == "num" and node.value == 1


def transposed(node: Node, column: int) -> Node:
    """Return the transpose of a typed number: of 1 the row of ones."""
    if not is_literal(node):
        raise FormulaError("A number has no transpose.", column)
    return open_ones(node.column or column, row=not node.type.row)


def refuse_open(node: Node) -> None:
    """Refuse a row of ones whose size nothing has told."""
    if node.op == "num" and node.type.row:
        raise FormulaError(_HOW, node.column)


def product(left: Node, right: Node, column: int, sign: str) -> Node:
    """Return a product, a vector of ones in it having the size that the other factor asks for."""
    if is_open(left) or is_open(right):
        left, right = _as_left(left, right, sign), _as_right(left, right, sign)
    node = shapes.mul(left, right, column, sign)
    for side in (left, right):
        if is_open(side) and node.type.kind == "number":
            node = replace(node, type=side.type)
    return node


def quotient(left: Node, node: Node) -> Node:
    """Return a quotient ``node`` of ``left``, still open if that is."""
    return replace(node, type=left.type) if is_open(left) and node.type.kind == "number" else node


def _as_left(left: Node, right: Node, sign: str) -> Node:
    if not is_open(left) or (shapes.is_number(right) and not is_open(right)):
        return left
    column_vector = right.type.kind == "vector" and not right.type.row
    if left.type.row and (column_vector or right.type.kind == "matrix"):
        return _settled(left, right.type.sizes[0])
    if column_vector or (is_open(right) and not left.type.row and not right.type.row):
        return _settled(left, right.type.sizes[0]) if column_vector and sign in {"·", "@"} else left
    raise FormulaError(_HOW, left.column)


def _as_right(left: Node, right: Node, sign: str) -> Node:
    if not is_open(right) or shapes.is_number(left):
        return right
    if right.type.row:
        raise FormulaError(_HOW, right.column)
    if left.type.kind == "vector" and not left.type.row and sign not in {"·", "@"}:
        return right
    return _settled(right, left.type.sizes[-1])


def _settled(node: Node, size: Size | None) -> Node:
    """Return a product with a vector of ones in it, now that its size is known."""
    if size is None:
        raise FormulaError(_HOW, node.column)
    if node.op == "num":
        ones = Node("ones", (size_node(size),), type=shapes.vector_type(size), column=node.column)
        return shapes.transpose(ones, node.column) if node.type.row else ones
    args = tuple(_settled(arg, size) if is_open(arg) else arg for arg in node.args)
    return replace(node, args=args, type=shapes.vector_type(size, row=node.type.row))
