"""Indices: subscripts, entries of arrays and sequences, letters that stand for indices."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlquiz.grading.reading import brackets
from mlquiz.grading.reading.symbols import ranges_of, type_of
from mlquiz.grading.syntax import shapes
from mlquiz.grading.syntax.kinds import (
    Matrix,
    Number,
    Opaque,
    Outcome,
    Sequence,
    Vector,
)
from mlquiz.grading.syntax.spelling import join_name
from mlquiz.grading.syntax.tree import (
    NUMBER,
    FormulaError,
    Node,
)

if TYPE_CHECKING:
    from mlquiz.grading.reading.parser import Parser
    from mlquiz.grading.syntax.kinds import Kind


def subscript_span(p: Parser) -> tuple[int, int, int] | None:
    """Return the tokens of a subscript that comes next, and where it ends."""
    token = p.token
    if token.kind != "op" or token.spaced:
        return None
    if token.text == "_":
        if p.look().text == "{":
            end = brackets.group_end(p, p.at + 1)
            return p.at + 2, end, end + 1
        if p.look().text == "+":
            return None
        if p.look().text == "(":  # v_(t-1)
            end = brackets.group_end(p, p.at + 1)
            return p.at + 2, end, end + 1
        if p.look().kind not in {"name", "number"} and not p.look().text.isalpha():
            raise FormulaError(
                "A subscript is a letter or a number, or stands in braces: x_{i+1}.", token.column
            )
        return p.at + 1, p.at + 2, p.at + 2
    if token.text == "[":
        end = brackets.group_end(p)
        return p.at + 1, end, end + 1
    return None


def entries(p: Parser, node: Node, kind: Kind, start: int, end: int, after: int) -> Node:
    """Read the indices between two tokens and return the entry."""
    ranges = ranges_of(kind)
    commas = brackets.top_level(p, start, end, {","})
    if len(ranges) == 2 and not commas:
        pieces = _glued_indices(p, start, end)
    else:
        pieces = []
        for left, right in zip([start, *(c + 1 for c in commas)], [*commas, end], strict=True):
            pieces.append(_index_expression(p, left, right))
    p.at = after
    item_ranges = ranges_of(kind.item) if isinstance(kind, Sequence) else ()
    if isinstance(kind, Sequence) and item_ranges and len(pieces) == len(ranges) + len(item_ranges):
        outer = entry(p, node, kind, pieces[: len(ranges)])
        return entry(p, outer, kind.item, pieces[len(ranges) :])
    if len(pieces) != len(ranges):
        raise FormulaError(
            f"{node.value} takes {len(ranges)} index(es), not {len(pieces)}.", p.tokens[start].column
        )
    return entry(p, node, kind, pieces)


def entry(p: Parser, node: Node, kind: Kind, indices: list[Node]) -> Node:
    """Return the entry of an array or sequence at indices."""
    ranges = ranges_of(kind)
    for index in indices:
        if not shapes.is_number(index) or (index.op == "const" and index.value == "infty"):
            raise FormulaError("An index is a number.", index.column)
    for index, bounds in zip(indices, ranges, strict=True):
        if (
            index.op == "name"
            and str(index.value) in p.free_letters
            and str(index.value) not in p.declarations.letters
        ):
            p.declarations.letters.setdefault(str(index.value), bounds)
    shape = type_of(kind.item) if isinstance(kind, Sequence) else NUMBER
    return Node("entry", (node, *indices), value=ranges, type=shape, column=node.column)


def between(p: Parser, places: list[tuple[int, int]]) -> list[Node]:
    """Return the indices that stand between pairs of places, without stepping over them."""
    return [_index_expression(p, start, end) for start, end in places]


def _index_expression(p: Parser, start: int, end: int) -> Node:
    """Read the tokens between two places as one index."""
    saved = p.at
    p.at = start
    p.contexts.append("group")
    covered = p.tokens[end]
    node = _index_name(p) if end == start + 1 else p.expression(0)
    p.contexts.pop()
    if p.tokens[p.at] is not covered:
        raise p.unexpected()
    p.at = saved
    return node


def _index_name(p: Parser) -> Node:
    token = p.token
    if token.kind == "number":
        refuse_zeros(token.text, token.column)
    if token.kind == "name":
        node = index_letter(p, join_name(token.text), token.column)
        if node is not None:
            p.advance()
            return node
    return p.expression(0)


def index_letter(p: Parser, name: str, column: int) -> Node | None:
    """Return the index that a letter is: bound, declared, or free because it stands as a subscript."""
    kind = p.kind_of(name)
    if isinstance(kind, Number | Outcome | Opaque):
        return Node("name", value=name, column=column)
    if re.fullmatch(r"[a-zA-Z]'*", name) and (kind is None or isinstance(kind, Vector | Sequence | Matrix)):
        node = Node("name", value=f"{name}" if kind is None else name, column=column)
        if kind is None:
            p.free_letters.setdefault(name, node)
            return node
    return None


def _glued_indices(p: Parser, start: int, end: int) -> list[Node]:
    """Read ``ij``, ``12``, ``mi`` as two indices."""
    tokens = p.tokens[start:end]
    if len(tokens) == 1:
        pieces = two_indices(p, tokens[0].text, tokens[0].column)
        if pieces is not None:
            return pieces
    if len(tokens) == 2:
        return [_index_expression(p, start, start + 1), _index_expression(p, start + 1, end)]
    raise FormulaError("Write the two indices of a matrix with a comma: W[i, j].", p.tokens[start].column)


def two_indices(p: Parser, text: str, column: int) -> list[Node] | None:
    """Split a subscript in two indices where there is one way to."""
    found = []
    for cut in range(1, len(text)):
        left, right = small_index(p, text[:cut], column), small_index(p, text[cut:], column)
        if left is not None and right is not None:
            found.append([left, right])
    return found[0] if len(found) == 1 else None


def refuse_zeros(text: str, column: int) -> None:
    """Refuse a number such as 00, which would be shown as another name."""
    if text.startswith("0") and len(text) > 1:
        raise FormulaError(f"{text} is no index.", column)


def small_index(p: Parser, text: str, column: int) -> Node | None:
    """Return the index that a short text is: a number or a letter."""
    if text.isdigit():
        from fractions import Fraction

        refuse_zeros(text, column)
        return shapes.number(Fraction(text), column)
    if text.startswith("'"):
        return None
    return index_letter(p, text, column)


def read_entry(p: Parser, node: Node) -> Node:
    """Read an entry of a bracketed vector or matrix: ``(A x)_i``."""
    span = subscript_span(p)
    if span is None:
        raise p.unexpected()
    start, end, after = span
    kind: Kind
    if node.op == "identity" and node.value is None:
        return _identity_entry(p, start, end, after)
    if node.type.kind == "vector":
        kind = Vector(node.type.sizes[0] or ())
    else:
        kind = Matrix(node.type.sizes[0] or (), node.type.sizes[1] or ())
    return entries(p, node, kind, start, end, after)


def _identity_entry(p: Parser, start: int, end: int, after: int) -> Node:
    """Read ``I_{ij}``: 1 on the diagonal, else 0."""
    from mlquiz.grading.reading import deltas

    commas = brackets.top_level(p, start, end, {","})
    if len(commas) == 1:
        pair = between(p, [(start, commas[0]), (commas[0] + 1, end)])
    else:
        pair = _glued_indices(p, start, end)
    p.at = after
    return deltas.equal(pair, p.tokens[start].column)
