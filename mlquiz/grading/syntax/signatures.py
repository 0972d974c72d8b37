"""The built-in functions: what they take, and what they give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading.syntax.tree import (
    NUMBER,
    FormulaError,
    Node,
    Size,
    Type,
    sizes_differ,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction
from mlquiz.grading.syntax.shapes import (
    dot,
    is_number,
    matrix_type,
    neg,
    number,
    power,
    refuse_kind,
    refuse_pair,
    same_size,
    vector_type,
)

ELEMENTWISE = {
    "exp", "log", "log2", "log10", "sqrt", "sin", "cos", "tan", "sec", "csc", "cot", "arcsin", "arccos",
    "arctan", "sinh", "cosh", "tanh", "sech", "csch", "coth", "arsinh", "arcosh", "artanh", "abs", "floor",
    "ceil", "sign", "erf", "Gamma", "Phi", "sigmoid", "relu", "softplus",
}  # fmt: skip
NOT_OF_MATRICES = {
    "exp": "write expm(A) for the exponential of a matrix; I don't read it of the entries",
    "log": "I read neither the logarithm of a matrix nor that of its entries",
}
"""Functions that mean one thing of a matrix and another of its entries, with what to do."""
_POWERS = {"log2", "log10", "sqrt", "sin", "cos", "Gamma", "erf"}
UNSIZED = "The size of the identity I isn't known here."
_MATRIX_NORMS = {
    "F": "F", "2": "spectral norm", "op": "spectral norm", "nuc": "nuclear norm", "*": "nuclear norm",
}  # fmt: skip


def call(name: str, args: list[Node], column: int) -> Node:
    """Return a built-in function of its arguments."""
    args = [refuse_pair(arg) for arg in args]
    for arg in args:
        refuse_kind(arg, f"an argument of {name}")
    if name in ELEMENTWISE:
        _count(name, args, 1, column)
        shape = args[0].type
        if shape.kind == "matrix" and name in {*NOT_OF_MATRICES, *_POWERS}:
            offer = NOT_OF_MATRICES.get(name, "so I don't take it")
            raise FormulaError(f"{name} of a matrix has two readings: {offer}.", column)
        return Node(
            "call",
            tuple(args),
            value=name,
            type=NUMBER if is_number(args[0]) else Type(shape.kind, shape.sizes),
            column=column,
        )
    maker = _CALLS.get(name)
    if maker is None:
        raise FormulaError(f"I don't know the function {name}.", column)
    return maker(name, args, column)


def _count(name: str, args: list[Node], count: int, column: int) -> None:
    if len(args) != count:
        things = "one argument" if count == 1 else f"{count} arguments"
        raise FormulaError(f"{name} takes {things}, not {len(args)}.", column)


def _numbers(count: int | None) -> Callable[[str, list[Node], int], Node]:
    def make(name: str, args: list[Node], column: int) -> Node:
        if count is not None:
            _count(name, args, count, column)
        for arg in args:
            if not is_number(arg):
                raise FormulaError(f"{name} takes numbers, not {arg.type}.", arg.column or column)
        return Node("call", tuple(args), value=name, column=column)

    return make


def _extremum(name: str, args: list[Node], column: int) -> Node:
    if len(args) == 1 and args[0].type.kind == "vector":
        return Node("call", tuple(args), value=f"{name}_entry", column=column)
    if len(args) == 1:
        raise FormulaError(
            f"{name} of one number: write {name}(a, b), or {name}_i for the {name} over an index.", column
        )
    vectors = [arg for arg in args if arg.type.kind == "vector"]
    if any(arg.type.kind == "matrix" for arg in args):
        raise FormulaError(f"{name} takes numbers or vectors.", column)
    for other in vectors[1:]:
        same_size(vectors[0], other, column, name)
    shape = vector_type(vectors[0].type.sizes[0]) if vectors else NUMBER
    return Node("call", tuple(args), value=name, type=shape, column=column)


def _of_square(name: str, args: list[Node], column: int) -> Node:
    _count(name, args, 1, column)
    shape = args[0].type
    if name == "tr" and is_number(args[0]):
        return args[0]
    if shape.kind != "matrix" or sizes_differ(*shape.sizes):
        raise FormulaError(f"{name} is of a square matrix, not of {shape}.", column)
    if name == "inv":
        return power(args[0], neg(number(_one())), column)
    if name in {"det", "tr"} and shape.sizes == (None, None):
        raise FormulaError(UNSIZED, column)
    if name == "expm":
        return Node("call", tuple(args), value=name, type=shape, column=column)
    return Node("call", tuple(args), value=name, column=column)


def _pseudo_inverse(name: str, args: list[Node], column: int) -> Node:
    _count(name, args, 1, column)
    shape = args[0].type
    if shape.kind != "matrix":
        raise FormulaError(f"{name} is of a matrix, not of {shape}.", column)
    return Node("call", tuple(args), value=name, type=Type("matrix", shape.sizes[::-1]), column=column)


def _one() -> Fraction:
    from fractions import Fraction

    return Fraction(1)


def _diag(name: str, args: list[Node], column: int) -> Node:
    _count(name, args, 1, column)
    shape = args[0].type
    if shape.kind == "vector":
        return Node(
            "call", tuple(args), value="diag", type=matrix_type(shape.sizes[0], shape.sizes[0]), column=column
        )
    if shape.kind == "matrix" and not sizes_differ(*shape.sizes):
        return Node("call", tuple(args), value="diagonal", type=vector_type(shape.sizes[0]), column=column)
    raise FormulaError(f"diag is of a vector or of a square matrix, not of {shape}.", column)


def _softmax(name: str, args: list[Node], column: int) -> Node:
    _count(name, args, 1, column)
    if is_number(args[0]):
        raise FormulaError(f"{name} is of a vector, or of a matrix by rows, not of a number.", column)
    return Node(
        "call", tuple(args), value=name, type=Type(args[0].type.kind, args[0].type.sizes), column=column
    )


def _of_vector(name: str, args: list[Node], column: int) -> Node:
    _count(name, args, 1, column)
    if args[0].type.kind != "vector":
        raise FormulaError(f"{name} is of a vector, not of {args[0].type}.", column)
    return Node("call", tuple(args), value=name, column=column)


def _dot_call(name: str, args: list[Node], column: int) -> Node:
    _count(name, args, 2, column)
    if any(arg.type.kind != "vector" for arg in args):
        raise FormulaError(f"{name} is of two vectors; write A @ B for a matrix product.", column)
    return dot(args[0], args[1], column)


def _concat(name: str, args: list[Node], column: int) -> Node:
    from mlquiz.grading.syntax.tree import size_add, size_constant

    total: Size = ()
    for arg in args:
        if arg.type.kind == "matrix":
            raise FormulaError("I join vectors only; write a product with blocks as a sum.", column)
        part = size_constant(1) if is_number(arg) else arg.type.sizes[0]
        if part is None:
            raise FormulaError("The size of a part isn't known here.", column)
        total = size_add(total, part)
    return Node("call", tuple(args), value=name, type=vector_type(total), column=column)


def norm(node: Node, order: str, column: int) -> Node:
    """Return a norm: of a vector (orders 1, 2, inf) or of a matrix (F, 2, nuclear)."""
    node = refuse_pair(node)
    refuse_kind(node, "measured")
    if is_number(node):
        return Node("call", (node,), value="abs", column=column)
    if node.type.kind == "matrix":
        return _matrix_norm(node, order, column)
    if node.type.kind == "vector" and order not in {"", "2", "1", "inf", "0"}:
        raise FormulaError(f"I don't know the norm ||x||_{order}. I know 1, 2 and inf.", column)
    return Node("norm", (node,), value=order or "2", column=column)


def _matrix_norm(node: Node, order: str, column: int) -> Node:
    kind = _MATRIX_NORMS.get(order or "F")
    if kind is None:
        raise FormulaError("Of matrices I know the norms ||A||_F, ||A||_2 and ||A||_*.", column)
    if node.type.sizes == (None, None):
        raise FormulaError(UNSIZED, column)
    if kind == "F":
        return Node("norm", (node,), value="F", column=column)
    return Node("call", (node,), value=kind, column=column)


def size_of(node: Node, column: int) -> Node:
    """Return what |x| is: absolute value, determinant or number of elements."""
    node = refuse_pair(node)
    if node.type.kind == "matrix":
        return call("det", [node], column)
    if node.type.kind == "set":
        return Node("count", (node,), column=column)
    if node.type.kind == "vector":
        raise FormulaError(
            "|x| of a vector has two readings: write ||x|| for its length, abs(x) "
            "for the sizes of its entries.",
            column,
        )
    return call("abs", [node], column)


_CALLS: dict[str, Callable[[str, list[Node], int], Node]] = {
    "max": _extremum, "min": _extremum, "det": _of_square, "tr": _of_square, "inv": _of_square,
    "diag": _diag, "softmax": _softmax, "logsumexp": _of_vector, "mean": _of_vector, "total": _of_vector,
    "dot": _dot_call, "concat": _concat, "binom": _numbers(2), "factorial": _numbers(1), "phi": _numbers(1),
    "clip": _numbers(3), "log_base": _numbers(2), "root": _numbers(2), "pinv": _pseudo_inverse,
    "expm": _of_square, "inner": _dot_call,
}  # fmt: skip
