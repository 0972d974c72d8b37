"""What to say of a sign that can't stand where it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading.reading import brackets, symbols
from mlquiz.grading.reading.lexer import as_typed
from mlquiz.grading.reading.refusals import DOTS
from mlquiz.grading.syntax.spelling import join_name
from mlquiz.grading.syntax.tree import FormulaError

if TYPE_CHECKING:
    from mlquiz.grading.reading.parser import Parser

_SLICE = "A slice isn't read: write a sum over an index, such as sum_j x_ij y_j."
_MISPLACED = {
    ",": "A comma can't stand here. Write numbers without it: 1000.",
    "%": "Write a percentage as a decimal (0.05), a remainder as mod(a, b).",
    "//": "Write floor(a/b) for a//b.",
    "..": DOTS,
    "#": "Write a number of elements as #{i : x_i > 0} or sum_i 1[x_i > 0].",
    "->": "An arrow isn't read: write one formula.",
    "=>": "An arrow isn't read: write one formula.",
}


def error(p: Parser) -> FormulaError:
    """Return the error for the token that comes next."""
    token, before, after = p.token, p.tokens[p.at - 1].text if p.at else "", p.look()
    if token.kind == "end":
        return FormulaError("The formula ends too early: something is missing.", token.column)
    if token.kind == "latex":
        return FormulaError(f"I don't know the command \\{token.text}.", token.column)
    if before in {",", ";"} and token.text in {")", "]", "}", "\\}"}:
        return FormulaError(f"Nothing follows the {before!r}: leave it out.", token.column)
    if token.text in {",", ";"} and after.kind == "end":
        return FormulaError(f"Nothing follows the {token.text!r} at the end: leave it out.", token.column)
    if token.text == ":" and (before in {"[", ","} or after.text in {"]", ","}):
        return FormulaError(_SLICE, token.column)
    if token.text in _MISPLACED:
        return FormulaError(_MISPLACED[token.text], token.column)
    message = _of_prime(p) if token.text == "'" else _of_subscript(p) if token.text == "_" else ""
    return FormulaError(message or f"{token.text!r} can't stand here.", token.column)


def _of_prime(p: Parser) -> str:
    """Return what to say of ``(log g(x))'``."""
    place = p.at - 1
    if p.tokens[place].text not in {")", "]"}:
        return ""
    opened = next((at for at in range(place) if _closes(p, at) == place), 0)
    inside = as_typed(p.tokens[opened + 1 : place])
    names = [
        t.text for t in p.tokens[opened + 1 : place] if t.kind == "name" and p.kind_of(t.text) is not None
    ]
    return f"Write the derivative of a bracket as d/d{names[-1]}: d/d{names[-1]} ({inside})." if names else ""


def _closes(p: Parser, at: int) -> int:
    return brackets.group_end(p, at) if p.tokens[at].text in {"(", "["} else -1


def _of_subscript(p: Parser) -> str:
    """Return what to say of ``v_{t+1}`` where there is no such name, and of ``p_ + q``."""
    name, first = p.tokens[p.at - 1], p.look()
    if name.kind != "name" or p.token.spaced:
        return ""
    if first.text == "{" and p.kind_of(join_name(name.text)) is None:
        return ""
    if first.text != "{":
        return f"Nothing follows the '_' of {name.text}_. The positive part is written max({name.text}, 0)."
    end = brackets.group_end(p, p.at + 1)
    return symbols.unknown(p, f"{name.text}_{{{as_typed(p.tokens[p.at + 2 : end])}}}")
