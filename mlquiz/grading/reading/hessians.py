r"""Entries of second derivatives: ``[\nabla^2 f(x)]_{ij}``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading.reading import brackets, indices, symbols
from mlquiz.grading.reading.priorities import FACTOR
from mlquiz.grading.syntax.kinds import Function, Matrix, Vector
from mlquiz.grading.syntax.tree import FormulaError, Node

if TYPE_CHECKING:
    from mlquiz.grading.reading.parser import Parser

ADVICE = "Write second derivatives by entries: d^2f/(dx_i dx_j)."


def read_entry(p: Parser) -> Node | None:
    """Read an entry of a bracketed Hessian where one stands next, else return None."""
    if not (p.is_op("(", "[") and p.look().text in {"grad", "nabla"} and p.look(2).text == "^"):
        return None
    column, end = p.token.column, brackets.group_end(p)
    p.at += 3
    power = p.advance().text
    if power == "{":
        power = p.advance().text
        p.expect("}")
    body = p.expression(FACTOR)
    if power != "2" or p.at != end:
        raise FormulaError(ADVICE, column)
    point = _point(p, body, column)
    p.at = end + 1
    span = indices.subscript_span(p)
    kind = p.kind_of(str(point.value))
    if span is None or not isinstance(kind, Vector):
        raise FormulaError(ADVICE, column)
    pair = indices.entries(p, point, Matrix(kind.size, kind.size), *span).args[1:]
    if body.op == "function":
        wanted = p.kind_of(str(body.value))
        assert isinstance(wanted, Function)
        body = symbols.apply_function(str(body.value), wanted, [point], column)
    return Node("partial", (body, *(indices.entry(p, point, kind, [i]) for i in pair)), column=column)


def _point(p: Parser, body: Node, column: int) -> Node:
    """Return the vector by which a function is differentiated: its argument, or the one that fits it."""
    if body.op == "apply" and len(body.args) == 1 and body.args[0].op == "name":
        return body.args[0]
    function = p.kind_of(str(body.value)) if body.op == "function" else None
    if isinstance(function, Function) and len(function.arguments) == 1:
        fitting = [name for name, kind in p.declarations.kinds.items() if kind == function.arguments[0]]
        if len(fitting) == 1:
            return Node("name", value=fitting[0], type=symbols.type_of(function.arguments[0]), column=column)
    raise FormulaError(ADVICE, column)
