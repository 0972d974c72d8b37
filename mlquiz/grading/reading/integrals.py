"""Integrals: ``int(f(x), x, a, b)`` and the sign with its bounds and its differential."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mlquiz.grading.reading import brackets, names
from mlquiz.grading.reading.priorities import ADD
from mlquiz.grading.syntax import shapes
from mlquiz.grading.syntax.kinds import Number, Outcome, Random
from mlquiz.grading.syntax.spelling import join_name
from mlquiz.grading.syntax.tree import FormulaError, Node

if TYPE_CHECKING:
    from mlquiz.grading.reading.parser import Parser


def read_integral(p: Parser, sub: str, column: int) -> Node:
    r"""Read ``int(f(x), x, a, b)`` and ``\int_a^b f(x) dx``."""
    if p.is_op("(") and not sub:
        commas = brackets.top_level(p, p.at + 1, brackets.group_end(p), {","})
        if len(commas) == 3:
            return _call_integral(p, commas, column)
    _refuse_outcomes(p)
    low, high = _bounds(p, sub, column)
    end = _differential(p, column)
    variable = join_name(p.tokens[end].text[1:] or p.tokens[end + 1].text)
    after = end + (1 if p.tokens[end].text != "d" else 2)
    saved = p.tokens[end]
    p.tokens[end] = type(saved)("op", ";", saved.column, saved.end, saved.spaced)
    p.scopes.append({variable: Number()})
    body = shapes.number(Fraction(1), column) if p.at == end else p.expression(ADD - 1)
    p.scopes.pop()
    p.tokens[end] = saved
    if p.at != end:
        raise p.unexpected()
    p.at = after
    return _integral(body, variable, low, high, column)


def _refuse_outcomes(p: Parser) -> None:
    """Refuse ``int p(x) log p(x) dx`` where x has finitely many outcomes."""
    for token in p.tokens[p.at :]:
        name = join_name(token.text[1:]) if token.kind == "name" and token.text[0] == "d" else ""
        if p.kind_of(token.text) is None and isinstance(p.kind_of(name), Outcome | Random):
            raise FormulaError(f"{name} has outcomes here: write sum_{name} for the integral.", token.column)


def _bounds(p: Parser, sub: str, column: int) -> tuple[Node, Node]:
    """Read the bounds in either order."""
    low = high = None
    if sub:
        low = shapes.number(Fraction(sub), column) if sub.isdigit() else names.read_word(p, sub, column)
    while p.is_op("_", "^") and (low is None or high is None):
        if p.advance().text == "_":
            low = _bound(p)
        else:
            high = _bound(p)
    if low is None:
        raise FormulaError("Write the bounds of the integral: int(f(x), x, a, b).", column)
    if high is None:
        raise FormulaError("The upper bound of the integral is missing.", p.token.column)
    return low, high


def _bound(p: Parser) -> Node:
    if p.is_op("{"):
        return brackets.braced(p)
    if p.accept("-"):
        return shapes.neg(p.operand())
    return p.operand()


def _differential(p: Parser, column: int) -> int:
    depth = 0
    for place in range(p.at, len(p.tokens)):
        token = p.tokens[place]
        if token.kind == "op" and token.text in {"(", "[", "{"}:
            depth += 1
        elif token.kind == "op" and token.text in {")", "]", "}"}:
            depth -= 1
        elif (  # noqa: SIM102
            not depth
            and token.kind == "name"
            and token.text[0] == "d"
            and p.kind_of(join_name(token.text)) is None
        ):
            if len(token.text) > 1 or p.tokens[place + 1].kind == "name":
                return place
    raise FormulaError("Write dx at the end of the integral, or int(f(x), x, a, b).", column)


def _call_integral(p: Parser, commas: list[int], column: int) -> Node:
    token = p.tokens[commas[0] + 1]
    if token.kind != "name" or commas[1] != commas[0] + 2:
        raise FormulaError("The second part names the variable: int(f(x), x, a, b).", token.column)
    variable = join_name(token.text)
    p.advance()
    p.contexts.append("group")
    p.scopes.append({variable: Number()})
    body = p.expression(0)
    p.scopes.pop()
    p.expect(",")
    p.advance()
    p.expect(",")
    low = p.expression(0)
    p.expect(",")
    high = p.expression(0)
    p.contexts.pop()
    p.expect(")")
    return _integral(body, variable, low, high, column)


def _integral(body: Node, variable: str, low: Node, high: Node, column: int) -> Node:
    for node in (body, low, high):
        if not shapes.is_number(node):
            raise FormulaError(f"An integral is of numbers, not of {node.type}.", column)
    return Node("int", (body, low, high), value=variable, column=column)
