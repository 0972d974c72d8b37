"""The delta of Kronecker: 1 where two indices are equal, else 0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading.reading import brackets, cases, indices
from mlquiz.grading.syntax import shapes

if TYPE_CHECKING:
    from mlquiz.grading.reading.parser import Parser
    from mlquiz.grading.syntax.tree import Node


def read_delta(p: Parser, sub: str, column: int) -> Node | None:
    """Read ``delta_ij``, ``delta_{i,j}`` and ``delta(i, j)`` where no delta is declared; else return None."""
    if sub:
        pair = indices.split_indices(p, sub.replace("_", ""), column)
        return None if pair is None else equal(pair, column)
    start = p.at + 2 if p.is_op("_") and p.look().text == "{" else p.at + 1
    if not (p.is_op("(") or start == p.at + 2):
        return None
    end = brackets.group_end(p, start - 1)
    commas = brackets.top_level(p, start, end, {","})
    if len(commas) == 1:
        pair = indices.between(p, [(start, commas[0]), (commas[0] + 1, end)])
    elif not commas and start == p.at + 2 and end == start + 1:
        pair = indices.split_indices(p, p.tokens[start].text, column)
    else:
        return None
    if pair is None:
        return None
    p.at = end + 1
    return equal(pair, column)


def equal(pair: list[Node], column: int) -> Node:
    """Return the number that is 1 where two numbers are equal."""
    left, right = pair
    return cases.indicator(shapes.compare("=", left, right, column), column)
