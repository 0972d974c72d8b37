"""Square brackets right behind an array: an entry, ``x[i]``, or a factor, ``K[x - z]``."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from mlquiz.grading.reading import brackets
from mlquiz.grading.syntax.kinds import WHOLE, Number
from mlquiz.grading.syntax.tree import FormulaError, Node

if TYPE_CHECKING:
    from mlquiz.grading.reading.parser import Parser


def opens_factor(p: Parser, shape: str) -> bool:
    """Tell whether a bracket comes next that holds no index of a vector or matrix, but a factor."""
    token = p.token
    if token.kind != "op" or token.text != "[":
        return False
    place = (token.column, p.at)
    if place not in p.factors:
        p.factors[place] = _is_factor(p, shape)
    return p.factors[place]


def _is_factor(p: Parser, shape: str) -> bool:
    grown, start, end = p.token.grown, p.at + 1, brackets.group_end(p)
    if brackets.top_level(p, start, end, {","}) or (end == start + 1 and shape == "vector" and not grown):
        return False
    inside = _tried(p, start, end)
    if inside is None:
        return False
    names = [p.kind_of(str(node.value)) for node in inside.walk() if node.op == "name"]
    broken = any(isinstance(kind, Number) and kind.domain not in WHOLE for kind in names)
    return inside.type.kind in {"vector", "matrix"} or (grown and broken)


def _tried(p: Parser, start: int, end: int) -> Node | None:
    """Read what stands between two places without any effect; None if it is no formula."""
    trial = copy.copy(p)
    trial.tokens, trial.contexts, trial.scopes = list(p.tokens), [*p.contexts, "group"], list(p.scopes)
    trial.free_letters, trial.doubts, trial.labels = dict(p.free_letters), dict(p.doubts), dict(p.labels)
    trial.notices, trial.stops = list(p.notices), set(p.stops)
    trial.at = start
    try:
        node = trial.expression(0)
    except FormulaError:
        return None
    return node if trial.token is p.tokens[end] else None
