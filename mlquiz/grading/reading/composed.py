"""Functions that are read as a formula of others: what they are short for."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mlquiz.grading.syntax import shapes, signatures
from mlquiz.grading.syntax.tree import FormulaError, Node

if TYPE_CHECKING:
    from collections.abc import Callable


def modulo(left: Node, right: Node, column: int) -> Node:
    """Return ``a - b floor(a/b)``, the remainder that has the sign of b."""
    if not (shapes.is_number(left) and shapes.is_number(right)):
        raise FormulaError(f"mod is of two numbers, not of {left.type} and {right.type}.", column)
    floor = signatures.call("floor", [shapes.div(left, right, column)], column)
    return _minus(left, shapes.mul(right, floor, column, "*"))


def compose(name: str, args: list[Node], column: int) -> Node:
    """Return what a function is short for.

    Raises
    ------
    FormulaError
        If the number of arguments is wrong.
    """
    count, make = COMPOSED[name]
    if len(args) != count:
        things = "one argument" if count == 1 else f"{count} arguments"
        raise FormulaError(f"{name} takes {things}, not {len(args)}.", column)
    return make(*args, column)


def _number(value: int) -> Node:
    return shapes.number(Fraction(value))


def _minus(left: Node, right: Node) -> Node:
    return shapes.add([left, shapes.neg(right)])


def _call(name: str, *args: Node) -> Node:
    return signatures.call(name, list(args), args[0].column)


def _square(x: Node, column: int) -> Node:
    if x.type.kind == "number":
        return shapes.power(x, _number(2), column)
    return shapes.hadamard(x, x, column, "hadamard")


def _beta(a: Node, b: Node, column: int) -> Node:
    top = shapes.mul(_call("Gamma", a), _call("Gamma", b), column, "*")
    return shapes.div(top, _call("Gamma", shapes.add([a, b])), column)


def _root_of_squares(a: Node, b: Node, column: int) -> Node:
    return _call("sqrt", shapes.add([_square(a, column), _square(b, column)]))


def _solution(a: Node, b: Node, column: int) -> Node:
    """Return the x for which A x = b."""
    if a.type.kind != "matrix":
        raise FormulaError(f"solve(A, b) is of a matrix, not of {a.type}.", column)
    return shapes.mul(shapes.power(a, _number(-1), column), b, column, "@")


def _matrix_root(a: Node, column: int) -> Node:
    if a.type.kind != "matrix":
        raise FormulaError(f"sqrtm is of a matrix, not of {a.type}.", column)
    return shapes.power(a, shapes.number(Fraction(1, 2)), column)


COMPOSED: dict[str, tuple[int, Callable[..., Node]]] = {
    "log1p": (1, lambda x, _: _call("log", shapes.add([_number(1), x]))),
    "expm1": (1, lambda x, _: _minus(_call("exp", x), _number(1))),
    "erfc": (1, lambda x, _: _minus(_number(1), _call("erf", x))),
    "cbrt": (1, lambda x, _: _call("root", x, _number(3))),
    "logit": (1, lambda p, column: _call("log", shapes.div(p, _minus(_number(1), p), column))),
    "square": (1, _square),
    "pow": (2, shapes.power),
    "hypot": (2, _root_of_squares),
    "mod": (2, modulo),
    "beta_function": (2, _beta),
    "solve": (2, _solution),
    "sqrtm": (1, _matrix_root),
    "logsigmoid": (1, lambda x, _: _call("log", _call("sigmoid", x))),
    "matmul": (2, lambda a, b, column: shapes.mul(a, b, column, "@")),
    "outer": (2, lambda u, v, column: shapes.mul(u, shapes.transpose(v, column), column, "")),
}
