"""Letters run together: ``xy`` for ``x y``, ``EX`` for ``E X``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlquiz.grading.reading import chance, names, ones
from mlquiz.grading.reading.indices import index_count, subscript_span
from mlquiz.grading.reading.refusals import WORDS
from mlquiz.grading.syntax.kinds import Matrix, Random, Sequence, Vector
from mlquiz.grading.syntax.records import replace
from mlquiz.grading.syntax.spelling import join_name
from mlquiz.grading.syntax.tree import EVENT, FormulaError, Node

if TYPE_CHECKING:
    from mlquiz.grading.reading.parser import Parser


def split_run(p: Parser, raw: str, column: int) -> Node | None:
    """Read ``xy`` as ``x y`` where the letters split one way into known names."""
    expected = _expectation_of(p, raw, column)
    if expected is not None:
        return expected
    word = raw in WORDS and p.is_op("(", "_") and not p.token.spaced
    splits = [] if word else _splits(p, raw, 0)
    if not splits:
        return None
    if len(splits) > 1:
        raise FormulaError(
            f"{raw!r} splits in more than one way; write the products with spaces or *.", column
        )
    pieces = splits[0]
    if len(pieces) < 2:
        return None
    start = p.tokens[p.at - 1]
    place = p.at - 1
    p.tokens[place : p.at] = [
        replace(start, text=piece, spaced=start.spaced and not at) for at, piece in enumerate(pieces)
    ]
    node = names.read_word(p, pieces[0], column)
    for piece in pieces[1:]:
        p.advance()
        right = names.read_word(p, piece, column)
        if piece is pieces[-1]:
            right = p.postfix(right)
        _refuse_entry_of_product(node, right, column)
        if node.type == EVENT and right.type == EVENT:  # P(AB)
            node = Node("and", (node, right), type=EVENT, column=column)
        else:
            node = ones.product(node, right, column, "")
    p.split_at = place
    p.split_from = start
    return node


def _refuse_entry_of_product(left: Node, right: Node, column: int) -> None:
    """Refuse ``QW_{ij}``: an entry of the product, or one of W alone."""
    of_matrix = right.op == "entry" and right.args[0].op == "name" and right.args[0].type.kind == "matrix"
    if left.op == "name" and left.type.kind == "matrix" and of_matrix:
        one, two = left.value, right.args[0].value
        raise FormulaError(
            f"{one}{two} with indices has two readings: write ({one} {two})[i, j], or {two}[i, j] {one}.",
            column,
        )


def _expectation_of(p: Parser, raw: str, column: int) -> Node | None:
    """Read ``EX``, ``EXY`` and ``VarX``: the operator of the random variable and of what multiplies it."""
    operator = _operator_of(p, raw)
    if not operator:
        return None
    rest = raw[len(operator) :]
    pieces = [rest] if isinstance(p.kind_of(join_name(rest)), Random) else _splits(p, rest, 0)[0]
    token = p.tokens[p.at - 1]
    at = token.column + len(operator)
    p.tokens[p.at : p.at] = [replace(token, text=piece, column=at, spaced=False) for piece in pieces]
    return chance.read_operator(p, operator, "", column)


def _operator_of(p: Parser, raw: str) -> str:
    """Return ``E`` or ``Var`` where a word begins so and a random variable follows in it."""
    for operator in ("E", "Var"):
        rest = raw.removeprefix(operator)
        if rest in {raw, ""} or p.kind_of(operator) is not None:
            continue
        if isinstance(p.kind_of(join_name(rest)), Random):
            return operator
        splits = _splits(p, rest, 0) if operator == "E" else []
        if len(splits) == 1 and any(isinstance(p.kind_of(join_name(piece)), Random) for piece in splits[0]):
            return operator
    return ""


def _known_piece(p: Parser, piece: str) -> bool:
    name = join_name(piece)
    if p.kind_of(name) is not None or name in {"e", "pi"}:
        return True
    if name == "I" and "I" not in p.declarations.kinds:
        return True
    if name in {"E", "P", "Var", "Cov"}:  # aE[X]
        return p.is_op("[", "(") and not p.token.spaced
    if isinstance(p.kind_of(name.removesuffix("'")), Matrix | Vector):  # QK'
        return True
    base, _, sub = name.partition("_")
    family = p.declarations.families.get(base)
    if not sub or family is None:
        return False
    kind = p.kind_of(family)
    wanted = index_count(kind) if isinstance(kind, Matrix | Sequence) else 1
    return (
        len(sub) in {wanted, 1 if isinstance(kind, Sequence) else wanted} and (sub.isalpha() or sub.isdigit())
    ) or (wanted == 1 and sub.isdigit())


def _splits(p: Parser, raw: str, at: int) -> list[list[str]]:
    if at == len(raw):
        return [[]]
    found: list[list[str]] = []
    for end in range(at + 1, len(raw) + 1):
        piece = raw[at:end]
        if not (piece[0].isalpha() and re.fullmatch(r"[A-Za-z]+'*(_[A-Za-z0-9']+)?|[A-Za-z]+\d+", piece)):
            continue
        if end < len(raw) and not raw[end].isalpha():
            continue
        subscript = p.is_op("_") and not _is_labelled(p, raw[:at]) and _subscript_follows(p, piece)
        last = end == len(raw) and (subscript or _operator_of(p, piece))
        if not last and not _known_piece(p, piece):
            continue
        found += [[piece, *rest] for rest in _splits(p, raw, end)]
        if len(found) > 2:
            break
    return found


def _is_labelled(p: Parser, piece: str) -> bool:
    """Tell whether a piece is an array such as ``W_h``: ``W_hh_{t-1}`` may be meant as one name."""
    return "_" in piece and isinstance(p.kind_of(join_name(piece)), Matrix | Vector)


def _subscript_follows(p: Parser, piece: str) -> bool:
    span = subscript_span(p)
    if span is None:
        return False
    start, end, _ = span
    whole = join_name(f"{piece}_" + "".join(t.text for t in p.tokens[start:end]))
    return p.kind_of(whole) is not None or piece in p.declarations.families
