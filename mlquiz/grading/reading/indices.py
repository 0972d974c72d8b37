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
    if start >= end:
        raise FormulaError("The index is missing.", p.tokens[start].column)
    ranges = ranges_of(kind)
    commas = brackets.top_level(p, start, end, {","})
    if len(ranges) == 2 and not commas:
        pieces = _glued_indices(p, start, end)
    else:
        places = list(zip([start, *(c + 1 for c in commas)], [*commas, end], strict=True))
        pieces = _side_by_side(p, node, kind, start, end) or between(p, places)
    p.at = after
    if len(pieces) not in {len(ranges), index_count(kind)}:
        raise FormulaError(
            f"{_shown(node)} takes {len(ranges)} index(es), not {len(pieces)}.", p.tokens[start].column
        )
    return nested_entry(p, node, kind, pieces)


def index_count(kind: Kind) -> int:
    """Return how many indices lead to a number: those of a sequence and of its items."""
    return len(ranges_of(kind)) + (len(ranges_of(kind.item)) if isinstance(kind, Sequence) else 0)


def nested_entry(p: Parser, node: Node, kind: Kind, indices: list[Node]) -> Node:
    """Return the entry at indices, of a sequence's item if there are more than the sequence has."""
    count = len(ranges_of(kind))
    outer = entry(p, node, kind, indices[:count])
    if isinstance(kind, Sequence) and len(indices) > count:
        return entry(p, outer, kind.item, indices[count:])
    return outer


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
        return p.operand()
    if token.kind == "name":
        node = index_letter(p, join_name(token.text), token.column)
        if node is not None:
            p.advance()
            return node
    return p.expression(0)


def index_letter(p: Parser, name: str, column: int) -> Node | None:
    """Return the index that a letter is: bound, declared, or free because it stands as a subscript."""
    kind = p.kind_of(name)
    if not _is_letter(p, name):
        return None
    node = Node("name", value=name, column=column)
    if kind is None:
        p.free_letters.setdefault(name, node)
    return node


def _is_letter(p: Parser, name: str) -> bool:
    kind = p.kind_of(name)
    free = kind is None and re.fullmatch(r"[a-zA-Z]'*", name) is not None
    return free or isinstance(kind, Number | Outcome | Opaque)


def _is_index(p: Parser, text: str) -> bool:
    """Tell whether a short text is one index: a number or a letter."""
    return text.isdigit() or (not text.startswith("'") and _is_letter(p, text))


def _glued_indices(p: Parser, start: int, end: int) -> list[Node]:
    """Read ``ij``, ``12``, ``mi`` as two indices."""
    tokens = p.tokens[start:end]
    if len(tokens) == 1:
        pieces = split_indices(p, tokens[0].text, tokens[0].column)
        if pieces is not None:
            return pieces
    if len(tokens) == 2:
        return [_index_expression(p, start, start + 1), _index_expression(p, start + 1, end)]
    raise FormulaError("Write the two indices of a matrix with a comma: W[i, j].", p.tokens[start].column)


def _side_by_side(p: Parser, node: Node, kind: Kind, start: int, end: int) -> list[Node] | None:
    """Read the ``il`` of ``x_{il}`` as indices one by one: letters are never multiplied to one index."""
    tokens, count = p.tokens[start:end], index_count(kind)
    text, column = "".join(t.text for t in tokens), p.tokens[start].column
    if any(t.kind not in {"name", "number"} for t in tokens):
        return None
    if tokens[0].kind == "number" and (len(tokens) == 1 or tokens[1].kind == "name"):
        return _digits_first(p, node, text, column, count)
    if len(tokens) == 1 and _is_index(p, join_name(text)):
        return None
    if len(tokens) == count > 1:
        return between(p, [(at, at + 1) for at in range(start, end)])
    pieces = split_indices(p, text, column, count)
    if pieces is None and (len(tokens) > 1 or split_indices(p, text, column)):
        message = f"{_shown(node)} takes {count} index(es), and {text} is more. Write i*j for a product."
        raise FormulaError(message, column)
    return pieces


def _shown(node: Node) -> str:
    return str(node.value).removesuffix("[]") if node.op == "name" else "This"


def _digits_first(p: Parser, node: Node, text: str, column: int, count: int) -> list[Node] | None:
    """Read ``12`` and ``2i`` below a sequence: one index of its own, or two where its items have indices."""
    digits = text[: len(text) - len(text.lstrip("0123456789"))]
    rest, name = text[len(digits) :], _shown(node)
    if count != 2 or len(text) == 1:
        return None
    if not rest:
        message = f"{name}_{text} is read as number {text}: write {name}_{{{text[0]},{text[1:]}}}."
        return split_indices(p, text, column) if p.two_readings("digits", message, column) else None
    if digits == "1":
        return split_indices(p, text, column)
    raise FormulaError(
        f"{name}_{{{text}}} has two readings: {name}_{{{digits},{rest}}} or {name}_{{{digits}*{rest}}}.",
        column,
    )


def glued_entry(p: Parser, node: Node, kind: Kind, sub: str, column: int) -> Node | None:
    """Read the ``il`` of ``x_il``, a subscript in the token, as the indices of a sequence of arrays."""
    count = index_count(kind)
    if count == 1 or any(not _may_stand_glued(p, sign) for sign in sub):
        return None
    if sub[0].isdigit():
        pieces = _digits_first(p, node, sub, column, count)
    else:
        pieces = split_indices(p, sub, column, count)
        last = p.kind_of(sub[-1])
        if pieces and isinstance(last, Number) and last.domain != "index" and not p.is_bound(sub[-1]):
            name = _shown(node)
            message = f"{name}_{sub} has two readings: {name}_{{{sub}}} or {name}_{sub[:-1]} {sub[-1]}."
            raise FormulaError(message, column)
    return nested_entry(p, node, kind, pieces) if pieces else None


def _may_stand_glued(p: Parser, sign: str) -> bool:
    """Tell whether a sign of a subscript is a digit, a prime or a letter that is no factor: ``H_iW_i``."""
    kind = p.kind_of(sign)
    return (
        sign.isdigit()
        or sign == "'"
        or isinstance(kind, Number)
        or (kind is None and sign.isalpha() and sign not in p.declarations.families)
    )


def split_indices(p: Parser, text: str, column: int, count: int = 2) -> list[Node] | None:
    """Split a subscript in so many indices where there is one way to."""
    found = _cuts(p, text, count)
    if len(found) != 1:
        return None
    pieces = [small_index(p, piece, column) for piece in found[0]]
    return [piece for piece in pieces if piece is not None]


def _cuts(p: Parser, text: str, count: int) -> list[list[str]]:
    if count == 1:
        return [[text]] if _is_index(p, text) else []
    firsts = [text[:cut] for cut in range(1, len(text)) if _is_index(p, text[:cut])]
    return [[first, *rest] for first in firsts for rest in _cuts(p, text[len(first) :], count - 1)]


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
