"""LaTeX commands with arguments, and environments."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mlquiz.grading.reading import infix, quotients
from mlquiz.grading.syntax import shapes, signatures
from mlquiz.grading.syntax.tree import (
    FormulaError,
    Node,
)

if TYPE_CHECKING:
    from mlquiz.grading.reading.parser import Parser
from mlquiz.grading.reading.brackets import array, braced, group_end, inside
from mlquiz.grading.reading.cases import by_cases, case_condition


def read_command(p: Parser) -> Node:
    """Read a LaTeX command that takes arguments, or an environment."""
    token = p.advance()
    if token.text == "frac":
        node = quotients.read_fraction(p, token.column)
        if node is not None:
            return node
        top, bottom = braced(p), braced(p)
        return infix.divide(p, top, bottom, token.column)
    if token.text == "sqrt":
        order = None
        if p.accept("["):
            order = inside(p, "]", "group")
        body = braced(p)
        return (
            signatures.call("root", [body, order], token.column)
            if order
            else signatures.call("sqrt", [body], token.column)
            if body.type.kind != "matrix"
            else shapes.power(body, shapes.number(Fraction(1, 2)), token.column)
        )
    if token.text == "binom":
        return signatures.call("binom", [braced(p), braced(p)], token.column)
    if token.text == "begin":
        return _environment(p, token.column)
    raise FormulaError(f"\\{token.text} can't stand here.", token.column)


def _environment(p: Parser, column: int) -> Node:
    p.expect("{")
    name = p.advance().text
    p.expect("}")
    p.contexts.append("group")
    if name == "cases":
        node = by_cases(_case_rows(p), column)
    elif name in {"pmatrix", "bmatrix", "matrix", "vmatrix", "array"}:
        node = _matrix_rows(p, column)
        if name == "vmatrix":
            node = signatures.call("det", [node], column)
    else:
        raise FormulaError(f"I don't know the environment {name}.", column)
    p.contexts.pop()
    if not (p.token.kind == "command" and p.token.text == "end"):
        raise FormulaError(f"\\end{{{name}}} is missing.", p.token.column)
    p.at = group_end(p, p.at + 1) + 1
    return node


def _at_end(p: Parser) -> bool:
    return p.token.kind == "end" or (p.token.kind == "command" and p.token.text == "end")


def _case_rows(p: Parser) -> list[tuple[Node, Node | None]]:
    pairs: list[tuple[Node, Node | None]] = []
    while not _at_end(p):
        value = p.expression(0)
        p.accept(",")
        p.accept("&")
        condition = None if _at_end(p) or p.is_op("\\\\") else case_condition(p)
        pairs.append((value, condition))
        p.accept(".", ",")
        if not p.accept("\\\\"):
            break
    return pairs


def _matrix_rows(p: Parser, column: int) -> Node:
    rows: list[list[Node]] = [[]]
    while not _at_end(p):
        rows[-1].append(p.expression(0))
        if p.accept("\\\\"):
            rows.append([])
        elif not p.accept("&"):
            break
    rows = [row for row in rows if row]
    if len(rows) > 1 and all(len(row) == 1 for row in rows):
        return array([row[0] for row in rows], column)
    if len(rows) == 1:
        p.rows.add(column)
        return array(rows[0], column)
    return array([array(row, column) for row in rows], column)
