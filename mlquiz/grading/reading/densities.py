"""The normal density as people write it: N(x; mu, sigma^2), of a number or of a vector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading.reading import brackets
from mlquiz.grading.syntax import shapes
from mlquiz.grading.syntax.tree import FormulaError, Node, sizes_differ

if TYPE_CHECKING:
    from mlquiz.grading.reading.parser import Parser

NAMES = {"N", "Normal", "Gaussian"}
_HOW = "Write the normal density as N(x; mu, sigma^2), the variance last."


def read_density(p: Parser, name: str, column: int) -> Node:
    """Read ``N(x; mu, sigma^2)`` and ``N(x | mu, Sigma)``."""
    end = brackets.group_end(p)
    if len(brackets.top_level(p, p.at + 1, end, {";", "|"})) != 1:
        raise FormulaError(_HOW, column)
    p.advance()
    p.contexts.append("given")
    x = shapes.refuse_pair(p.expression(0))
    if not p.accept(";", "|"):
        raise FormulaError(_HOW, p.token.column)
    mean = shapes.refuse_pair(p.expression(0))
    if not p.accept(","):
        raise FormulaError(_HOW, p.token.column)
    spread = shapes.refuse_pair(p.expression(0))
    p.contexts.pop()
    p.expect(")", f" to close {name}(")
    if spread.op == "name" and spread.type.kind == "number":
        p.notices.append(f"{spread.value} was read as the variance.")
    return density(x, mean, spread, column)


def density(x: Node, mean: Node, spread: Node, column: int) -> Node:
    """Return the normal density at x; ``spread`` is a variance or a covariance matrix."""
    for part in (x, mean, spread):
        shapes.refuse_kind(part, "put into a density")
    vector = x.type.kind == "vector"
    fits = mean.type.kind == "number" or (
        vector and mean.type.kind == "vector" and not sizes_differ(x.type.sizes[0], mean.type.sizes[0])
    )
    if spread.type.kind == "matrix":
        fits = fits and vector and not any(sizes_differ(x.type.sizes[0], size) for size in spread.type.sizes)
    elif spread.type.kind != "number" or x.type.kind == "matrix":
        fits = False
    if not fits:
        raise FormulaError(
            f"These don't fit in N(x; mu, Sigma): {x.type}, {mean.type}, {spread.type}.", column
        )
    return Node("call", (x, mean, spread), value="Normal", column=column)
