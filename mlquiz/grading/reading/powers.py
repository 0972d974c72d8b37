"""Exponents: powers, transposes, inverses, complements."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mlquiz.grading.reading import ones
from mlquiz.grading.reading.lexer import Token
from mlquiz.grading.reading.priorities import MULTIPLY
from mlquiz.grading.syntax import shapes, signatures
from mlquiz.grading.syntax.tree import (
    EVENT,
    TRUTH,
    FormulaError,
    Node,
)

if TYPE_CHECKING:
    from mlquiz.grading.reading.parser import Parser
from mlquiz.grading.reading.brackets import CLOSERS, group_end, inside

_PSEUDO = {"+", "†"}
_TRANSPOSED = {"t", "tr", "H"}
_REACHES = ("exponent", "factors of the exponent", "quotient in the exponent")
_RAISED = {
    "+": "Write max(x, 0) for the positive part x^+.",
    "*": "A raised * is part of a name here: write x_star, or * behind the brackets.",
    "†": "The pseudo-inverse is of a matrix.",
}


def read_power(p: Parser, base: Node) -> Node:
    """Read ``^`` and its exponent: a power, a transpose, an inverse, a complement."""
    column = p.advance().column
    start = p.at
    special = _special_exponent(p, base, column)
    if special is not None:
        return special
    base_is_constant = base.op == "num" or (base.op == "const" and base.value == "e")
    exponent, negative = _exponent(p)
    if p.is_op("^") or (negative and p.is_op("!")):
        raise FormulaError("x^y^z has two readings: write x^(y^z) or (x^y)^z.", p.token.column)
    _refuse_loose_exponent(p, start, base_is_constant, negative)
    if _may_reach_on(p, start, base_is_constant, negative):
        exponent = _doubtful_exponent(p, exponent)
    if base.op == "const" and base.value == "e" and exponent.type.kind in {"vector", "matrix"}:
        return signatures.call("exp", [exponent], column)
    return shapes.power(base, exponent, column)


def _special_exponent(p: Parser, base: Node, column: int) -> Node | None:
    """Read an exponent that is a sign: T, -T, c, a prime."""
    _cut_transpose(p, base)
    words = exponent_words(p)
    if words is None:
        return None
    text, end = words
    array = base.type.kind in {"vector", "matrix"}
    if text == "T" and (ones.is_literal(base) or (base.op == "num" and p.kind_of("T") is None)):
        p.at = end
        return ones.transposed(base, column)
    if text == "T" and (array or p.kind_of("T") is None):
        p.at = end
        return shapes.transpose(base, column)
    if base.type.kind == "matrix" and text in _PSEUDO and p.tokens[end].kind != "number":
        p.at = end
        return signatures.call("pinv", [base], column)
    if (array and text in _TRANSPOSED and p.kind_of(text) is None) or (
        base.type.kind == "matrix" and text in {"*", "star"}
    ):
        p.notices.append(f"^{text} was read as the transpose.")
        p.at = end
        return shapes.transpose(base, column)
    if text in {"+", "*", "†"} and not _counts(p, end):
        raise FormulaError(_RAISED[text], column)
    if text == "-T" and base.type.kind == "matrix":
        p.at = end
        inverse = shapes.power(base, shapes.neg(shapes.number(Fraction(1))), column)
        return shapes.transpose(inverse, column)
    if text in {"c", "C", "complement"} and base.type in (EVENT, TRUTH):
        p.at = end
        return Node("not", (base,), type=base.type, column=column)
    if text.strip("'") == "" and array:
        p.at = end
        return shapes.transpose(base, column)
    return None


def _counts(p: Parser, end: int) -> bool:
    """Tell whether a raised sign belongs to a number or name that follows at once: ``x^+2``."""
    after = p.tokens[end]
    return p.token.text != "{" and after.kind in {"number", "name"} and not after.spaced


def _cut_transpose(p: Parser, base: Node) -> None:
    """Read ``X^TX`` as the transpose of X times X: cut the T off the letters that follow."""
    token = p.token
    if (
        base.type.kind not in {"vector", "matrix"}
        or token.kind != "name"
        or token.text[0] not in {"T", "t"}
        or token.text in {"T", "t", "tr"}
        or (token.text[0] == "t" and p.kind_of("t") is not None)
    ):
        return
    if p.kind_of(token.text) is None:
        cut = token.column + 1
        p.tokens[p.at : p.at + 1] = [
            Token("name", token.text[0], token.column, cut),
            Token("name", token.text[1:], cut, token.end),
        ]


def exponent_words(p: Parser) -> tuple[str, int] | None:
    """Return an exponent as text, and where it ends."""
    if p.is_op("{"):
        end = group_end(p)
        return "".join(t.text for t in p.tokens[p.at + 1 : end]), end + 1
    if p.is_op("-") and p.look().text == "T":
        return "-T", p.at + 2
    if p.token.kind in {"name", "op"}:
        return p.token.text, p.at + 1
    return None


def _exponent(p: Parser) -> tuple[Node, bool]:
    if p.is_op("{", "("):
        closer = CLOSERS[p.advance().text]
        return inside(p, closer, "group"), False
    negative = p.is_op("-")
    column = p.token.column
    if p.is_op("-", "+"):
        p.advance()
    if p.is_op("(", "{"):
        closer = CLOSERS[p.advance().text]
        node = inside(p, closer, "group")
    else:
        p.depth += 1
        node = p.operand()
        p.depth -= 1
    return (shapes.neg(node, column) if negative else node), negative


def _refuse_loose_exponent(p: Parser, start: int, constant: bool, negative: bool) -> None:
    first = p.tokens[start + (1 if negative else 0)]
    after = p.token
    bracketed = p.tokens[start].text in {"(", "{"}
    if bracketed:
        return
    glued = after.kind in {"name", "command", "latex"} and not after.spaced
    if constant and first.kind == "number" and glued:
        raise FormulaError(
            f"How far does the exponent reach? Write e^({first.text}{after.text}) or "
            f"e^{first.text} times {after.text}.",
            after.column,
        )
    if p.split_at >= start:
        raise FormulaError("How far does the exponent reach? Put it in brackets.", first.column)
    divided = p.is_op("/") and p.look().kind in {"number", "name"}
    if constant and negative and divided:
        raise FormulaError(
            "How far does the exponent reach? Put it in brackets: e^(-x/2) or e^(-x)/2.", after.column
        )
    if not divided or first.kind != "number" or p.look().spaced:
        return
    if first.text == "1" and not negative:
        raise FormulaError("x^1/2 has two readings: write x^(1/2) or x/2.", after.column)
    if negative and p.look().kind == "number" and first.text.isdigit():
        typed = f"{first.text}/{p.look().text}"
        raise FormulaError(
            f"x^-{typed} has two readings: write x^(-{typed}) or x^(-{first.text})/{p.look().text}.",
            after.column,
        )


def _may_reach_on(p: Parser, start: int, constant: bool, negative: bool) -> bool:
    """Tell whether what follows an exponent without brackets may be meant to belong to it."""
    if negative:  # e^-b x
        return constant and (p.is_op("*", "·", "/") or p.begins_operand(p.token))
    glued = p.token.kind in {"name", "command", "latex"} and not p.token.spaced
    return glued and p.tokens[start].kind == "number"  # t^2d


def _doubtful_exponent(p: Parser, exponent: Node) -> Node:
    """Read ``e^-b x`` as ``(e^-b) x``; the exponent of its other readings takes in one factor more, or all
    factors up to a /, or all.
    """
    column = p.token.column
    message = "x^a b is read as (x^a) b: write x^(a b) where b belongs to the exponent."
    one, some, every = (p.two_readings(what, message, column) for what in _REACHES)
    while p.is_op("*", "·") or (every and p.is_op("/")) or p.begins_operand(p.token):
        if not (one or some or every):
            break
        sign = p.advance().text if p.is_op("*", "·", "/") else ""
        factor = p.expression(MULTIPLY)
        exponent = (
            shapes.div(exponent, factor, column)
            if sign == "/"
            else shapes.mul(exponent, factor, column, sign)
        )
        one = False
    return exponent
