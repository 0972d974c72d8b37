"""Ranges that comparisons give: ``1 <= i <= n``, ``1 <= i, j <= n``, ``1 <= i < j <= n`` under a sum."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mlquiz.grading.reading.brackets import top_level
from mlquiz.grading.reading.priorities import COMPARE
from mlquiz.grading.syntax import shapes
from mlquiz.grading.syntax.spelling import join_name
from mlquiz.grading.syntax.tree import TRUTH, FormulaError, Node

if TYPE_CHECKING:
    from mlquiz.grading.reading.parser import Parser

Ranges = list[tuple[str, tuple[Node, Node], Node | None]]
"""The names that are bound, each with its bounds, and a condition on it and those before it."""


def read_range(p: Parser, end: int) -> Ranges:
    """Read ``1 <= i < j <= n`` up to a token as the ranges of i and j; return none of anything else."""
    places = _signs(p, end)
    if not places or _begins_with_new_letter(p):
        return []
    one = shapes.number(Fraction(1))
    low = p.expression(COMPARE)
    low = shapes.add([low, one]) if p.advance().text == "<" else low
    names, between = [join_name(p.advance().text)], [","]
    while p.at < places[-1]:
        between.append(p.advance().text)
        names.append(join_name(p.advance().text))
    for name in names if len(names) > 1 else []:
        _refuse_fixed(p, name)
    strict = p.advance().text == "<"
    high = p.expression(COMPARE)
    high = shapes.add([high, shapes.neg(one)]) if strict else high
    conditions = [None, *map(_ordered, names, names[1:], between[1:])]
    return [(name, (low, high), condition) for name, condition in zip(names, conditions, strict=True)]


def _signs(p: Parser, end: int) -> list[int]:
    """Return where the signs of a chain stand: two of order at least, a letter between any two neighbours.

    Commas between letters stand before the second sign of order only; a later one ends the chain.
    """
    chain: list[int] = []
    of_order = 0
    for place in top_level(p, p.at, end, {"<", "<=", ","}):
        comma = p.tokens[place].text == ","
        follows = bool(chain) and place == chain[-1] + 2 and p.tokens[place - 1].kind == "name"
        if (chain and not follows) or (comma and of_order != 1):
            break
        chain.append(place)
        of_order += not comma
    return chain if of_order > 1 else []


def _begins_with_new_letter(p: Parser) -> bool:
    """Tell whether a letter comes next that isn't known: ``i < j <= n``."""
    name = join_name(p.token.text)
    return p.token.kind == "name" and not p.is_bound(name) and p.kind_of(name) is None


def _refuse_fixed(p: Parser, name: str) -> None:
    if p.is_bound(name) or (p.free_names is not None and name in p.free_names):
        message = f"{name} has a value here: write one range and a condition, such as i=1, i != {name}."
        raise FormulaError(message, p.token.column)


def _ordered(left: str, right: str, sign: str) -> Node | None:
    """Return the condition that one letter is below another, if a sign of order stands between them."""
    if sign == ",":
        return None
    return Node("cmp", (Node("name", value=left), Node("name", value=right)), value=sign, type=TRUTH)
