"""Sums whose index is left out: they run over the one index that their summand has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading.reading import brackets, loose_ends
from mlquiz.grading.reading.bindings import WHICH, Binding, open_binding
from mlquiz.grading.syntax import signatures
from mlquiz.grading.syntax.kinds import Number, Outcome
from mlquiz.grading.syntax.tree import FormulaError, Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlquiz.grading.reading.parser import Parser


def is_call(p: Parser) -> bool:
    """Tell whether the bracket that comes next is all that a sum is of: ``sum(x_i)``, not ``Σ (x_i)^2``."""
    word = p.tokens[p.at - 1]
    signs = {1, len(word.text) + 1}  # Σ and \\sum
    return p.is_op("(") and not p.token.spaced and word.end - word.column not in signs


def read_call(p: Parser, op: str, column: int) -> tuple[Node, list[Binding]]:
    """Read ``sum(...)`` without commas: the sum of the entries of a vector, or over the index inside."""
    p.advance()
    node = brackets.inside(p, ")", "group")
    if p.is_op("^") and node.type.kind != "vector":
        raise FormulaError("How far does it reach? Write (sum_i x_i)^2 or sum_i (x_i)^2.", p.token.column)
    return close(p, op, node, column)


def repeated(p: Parser) -> int:
    """Step over the signs of further sums without index, ``ΣΣ w_ij``; return how many there are."""
    count = 0
    while p.token.kind == "name" and p.token.text == "sum" and p.look().text not in {"_", "^", "("}:
        p.advance()
        count += 1
    return count


def close(p: Parser, op: str, body: Node, column: int, count: int = 1) -> tuple[Node, list[Binding]]:
    """Return the body of sums without index, and what they run over; or the sum of a vector's entries."""
    letters = list(dict.fromkeys(_letters(p, body, frozenset())))
    outcomes = list(dict.fromkeys(_outcomes(p, body, frozenset())))
    found = letters or outcomes
    if not found and op == "sum" and body.type.kind == "vector":
        return signatures.call("total", [body], column), []
    if len(found) != count:
        raise FormulaError(WHICH.format(op), column)
    p.notices.append(f"The {'product' if op == 'prod' else op} was read as one over {', '.join(found)}.")
    return body, [open_binding(p, name) for name in found]


def _letters(p: Parser, node: Node, bound: frozenset[str]) -> Iterator[str]:
    """Yield the letters that stand as indices and that nothing binds."""
    bound = bound | loose_ends.binds(node)
    for index in node.args[1:] if node.op == "entry" else ():
        for part in index.walk():
            name = str(part.value)
            kind = p.kind_of(name)
            free = kind is None or (isinstance(kind, Number) and kind.domain == "index")
            if part.op == "name" and free and name not in bound and not p.is_bound(name):
                yield name
    for arg in node.args:
        yield from _letters(p, arg, bound)


def _outcomes(p: Parser, node: Node, bound: frozenset[str]) -> Iterator[str]:
    """Yield the outcomes that nothing binds."""
    bound = bound | loose_ends.binds(node)
    name = str(node.value)
    free = name not in bound and not p.is_bound(name)
    if node.op == "name" and free and isinstance(p.kind_of(name), Outcome):
        yield name
    for arg in node.args:
        yield from _outcomes(p, arg, bound)
