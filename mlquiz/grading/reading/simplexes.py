"""Entropy and divergence of probabilities that are given as numbers: H(p), KL(p||q) of a declared simplex."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading.reading import binders, indices, loose_ends
from mlquiz.grading.reading.symbols import type_of
from mlquiz.grading.syntax import shapes, signatures
from mlquiz.grading.syntax.kinds import ONE, REAL, Sequence
from mlquiz.grading.syntax.ranges import size_node
from mlquiz.grading.syntax.spelling import join_name
from mlquiz.grading.syntax.tree import FormulaError, Node

if TYPE_CHECKING:
    from mlquiz.grading.reading.parser import Parser

_BASE = "H is read with the natural logarithm: for bits, write it out with log_2."


def begins(p: Parser) -> bool:
    """Tell whether the name of a simplex comes next, and nothing that belongs to it."""
    return _kind(p) is not None and p.look().kind == "op" and p.look().text not in {"_", "^", "(", "["}


def divergence(left: tuple[Node, Sequence], right: tuple[Node, Sequence], p: Parser, column: int) -> Node:
    """Return ``sum_i p_i log(p_i/q_i)``."""
    a, b = (_entry(p, side) for side in _same_range(left, right, column))
    ratio = signatures.call("log", [shapes.div(a, b, column)], column)
    return _over(p, left[1], shapes.mul(a, ratio, column, ""), column)


def entropy(left: tuple[Node, Sequence], right: tuple[Node, Sequence], p: Parser, column: int) -> Node:
    """Return ``-sum_i p_i log(q_i)``; its other reading is in bits."""
    name = "log2" if p.two_readings("entropy", _BASE, column) else "log"
    a, b = (_entry(p, side) for side in _same_range(left, right, column))
    terms = shapes.mul(a, signatures.call(name, [b], column), column, "")
    return shapes.neg(_over(p, left[1], terms, column), column)


def advance(p: Parser) -> tuple[Node, Sequence]:
    """Step over the name of a simplex; return what it stands for."""
    kind = _kind(p)
    if kind is None:
        raise FormulaError(f"{p.token.text} is no distribution here, as the other one is.", p.token.column)
    token = p.advance()
    family = p.declarations.families[join_name(token.text)]
    return Node("name", value=family, type=type_of(kind), column=token.column), kind


def mixture(p: Parser) -> tuple[Node, Sequence]:
    """Read the name of a simplex, or a mixture of some: ``(p + q)/2``."""
    if _kind(p) is not None and p.look().text in {")", "]", "}", "\\}"}:
        return advance(p)
    if p.token.kind == "name" and _kind(p) is None:
        return advance(p)
    column = p.token.column
    node = shapes.refuse_pair(p.expression(0))
    size = node.type.sizes[0] if node.type.kind == "vector" else None
    if size is None:
        message = "This is no distribution, as the other side is one: name one, or write the sum out."
        raise FormulaError(message, column)
    kind = Sequence(ONE, size, REAL)
    if loose_ends.mentions(node, {_letter(p, kind)}):
        raise FormulaError("Write the divergence out, as a sum.", column)
    return node, kind


def _kind(p: Parser) -> Sequence | None:
    name = join_name(p.token.text) if p.token.kind == "name" else ""
    kind = p.declarations.kinds.get(p.declarations.families.get(name, ""))
    return kind if isinstance(kind, Sequence) and kind.simplex else None


def _same_range(
    left: tuple[Node, Sequence], right: tuple[Node, Sequence], column: int
) -> tuple[tuple[Node, Sequence], tuple[Node, Sequence]]:
    if (left[1].low, left[1].high) != (right[1].low, right[1].high):
        raise FormulaError("The two distributions are over different ranges.", column)
    return left, right


def _letter(p: Parser, kind: Sequence) -> str:
    """Return the letter that the simplex was declared with."""
    letters = [name for name, own in p.declarations.letters.items() if own == (kind.low, kind.high)]
    return letters[0] if letters else "i"


def _entry(p: Parser, side: tuple[Node, Sequence]) -> Node:
    node, kind = side
    return indices.entry(p, node, kind, [Node("name", value=_letter(p, kind))])


def _over(p: Parser, kind: Sequence, body: Node, column: int) -> Node:
    bounds = size_node(kind.low), size_node(kind.high)
    return binders.make("sum", _letter(p, kind), "range", "", body, bounds, None, column)
