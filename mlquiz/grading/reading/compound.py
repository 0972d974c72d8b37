"""What stands left of an equals sign: a name with its scripts and arguments, or more than that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading.reading.applying import FUNCTIONS
from mlquiz.grading.reading.brackets import group_end, top_level
from mlquiz.grading.syntax.kinds import Number, Vector
from mlquiz.grading.syntax.spelling import join_name

if TYPE_CHECKING:
    from mlquiz.grading.reading.parser import Parser
    from mlquiz.grading.syntax.tree import Node

_OPENERS = {"(", "[", "{", "\\{", "⟨"}
_CLOSERS = {")", "]", "}", "\\}", "⟩"}
_BARS = {"|", "‖"}
_SIGNS = {"+", "-", "*", "/", "·", "@"}
_NEGATED = {"log", "ln", "grad"}
_SQUARED = {"sigma", "s", "chi", "R", "r", "d", "D", "grad", "Delta"}
"""What has names of its own for its square: a variance, chi squared, R squared, a squared distance."""
_OPERATORS = {"E", "P", "Pr", "V", "Var", "Std", "Cov", "H"}


def is_compound(p: Parser, end: int, reference: Node) -> bool:
    """Tell whether more than a name with scripts and arguments stands before a token.

    Then the equation says something else than that its right side is the answer, as in ``2 y = ...``.
    """
    places = _outside(p, end)
    if not places or _is_derivative(p, places):
        return False
    return (
        _has_sign(p, places, end)
        or any(_is_power(p, place, reference) for place in places)
        or _is_product(p, places, end)
    )


def _outside(p: Parser, end: int) -> list[int]:
    """Return which tokens before a place stand outside of brackets and bars, the brackets themselves too."""
    found, depth, bars = [], 0, 0
    for place in range(end):
        token = p.tokens[place]
        sign = token.text if token.kind == "op" else ""
        depth -= sign in _CLOSERS
        if not depth and not (bars and sign not in _BARS):
            found.append(place)
        depth += sign in _OPENERS
        bars ^= not depth and sign in _BARS
    return found


def _is_derivative(p: Parser, places: list[int]) -> bool:
    """Tell whether a quotient of differentials comes first: ``dL/dw``, ``d/dx log f(x)``."""
    first = p.tokens[places[0]]
    if first.text == "frac":
        upper = p.tokens[places[0] + 2]
        lower = p.tokens[group_end(p, places[0] + 1) + 2]
        return _is_differential(upper.text) and _is_differential(lower.text)
    slashes = [place for place in places if p.tokens[place].text in _SIGNS]
    if len(slashes) != 1 or p.tokens[slashes[0]].text != "/" or not _is_differential(first.text):
        return False
    after = p.tokens[slashes[0] + 1]
    return _is_differential((p.tokens[slashes[0] + 2] if after.text == "(" else after).text)


def _is_differential(text: str) -> bool:
    return text[:1] in {"d", "∂"}


def _has_sign(p: Parser, places: list[int], end: int) -> bool:
    """Tell whether a number or a sign outside of brackets makes the side a formula."""
    first = p.tokens[places[0]]
    if first.kind in {"number", "command"}:
        return True
    if first.text == "-":  # -log p(x)
        places = places[1:]
        if p.tokens[1].text not in _NEGATED:
            return True
    signs = [place for place in places if p.tokens[place].text in _SIGNS and not _is_in_name(p, place, end)]
    return bool(signs) and not (len(signs) == 1 and _is_name_of_two(p, signs[0]))


def _is_in_name(p: Parser, place: int, end: int) -> bool:
    """Tell whether a sign is part of a name: ``x^+``, ``w*``, ``D*(x)``, ``p-value``."""
    if not place:
        return False
    before, sign, after = p.tokens[place - 1 : place + 2]
    if before.text in {"^", "_"}:
        return True
    if sign.spaced:
        return place == end - 1 and sign.text == "*"
    if sign.text == "*":
        return place == end - 1 or (after.text == "(" and group_end(p, place + 1) == end - 1)
    word = after.kind == "name" and len(after.text) > 1 and p.kind_of(join_name(after.text)) is None
    return sign.text == "-" and (before.kind == "name" or before.text == "}") and word and not after.spaced


def _is_name_of_two(p: Parser, place: int) -> bool:
    """Tell whether a side is the change of one thing, ``E(s') - E(s)``, or a dot product, ``a·b``."""
    if not place:
        return False
    before, sign, after, behind = p.tokens[place - 1 : place + 3]
    if sign.text == "·":
        names = (join_name(token.text) for token in (before, after))
        return all(name in p.declarations.families or isinstance(p.kind_of(name), Vector) for name in names)
    alike = after.kind == "name" and after.text == p.tokens[0].text
    return sign.text == "-" and before.text == ")" and behind.text == "(" and alike


def _is_power(p: Parser, place: int, reference: Node) -> bool:
    """Tell whether a number symbol, or what is in bars or brackets, has a power here."""
    if p.tokens[place].text != "^" or not place:
        return False
    start = _base(p, place - 1)
    base = p.tokens[start]
    if base.text == "e" and p.kind_of("e") is None:
        return True
    inside = place + 1 + (p.tokens[place + 1].text == "{")
    negative = p.tokens[inside].text == "-"
    if p.tokens[inside + negative].kind != "number":
        return False
    if base.kind != "name":
        return True
    known = start == place - 1 and p.kind_of(join_name(base.text)) is not None
    if not known and not negative:
        return base.text.partition("_")[0].removesuffix("hat") not in _SQUARED
    applied = p.tokens[inside + 2 + (inside > place + 1)].text == "("  # F^-1(u)
    return reference.type.kind == "number" and not applied


def _base(p: Parser, place: int) -> int:
    """Return where the name stands whose subscript ends at a token."""
    start = place
    if p.tokens[place].text == "}":
        depth = 0
        while start >= 0:
            depth += (p.tokens[start].text == "}") - (p.tokens[start].text == "{")
            if not depth:
                break
            start -= 1
    return start - 2 if start > 1 and p.tokens[start - 1].text == "_" else place


def _is_product(p: Parser, places: list[int], end: int) -> bool:
    """Tell whether numbers stand side by side: ``n y``, ``y sqrt(n)``, ``K(p + r)``, ``(a + b) y``."""
    tokens = p.tokens
    heads = [
        place
        for place in places
        if tokens[place].kind in {"name", "latex", "command", "number"} and not _is_script(p, place)
    ]
    if any(tokens[place].text in {"sqrt", "exp"} or tokens[place].kind == "number" for place in heads):
        return True
    if tokens[places[0]].text in {"(", "["} and heads:
        return True
    if any(_is_factor(p, place) for place in heads[:-1]):
        return True
    return len(heads) == 1 and _is_multiplied(p, heads[0], end)


def _is_script(p: Parser, place: int) -> bool:
    """Tell whether a token is a script without braces: the 2 of ``x^2`` and the 1 of ``x^-1``."""
    before = place - 1 - (p.tokens[place - 1].text in {"+", "-"}) if place else -1
    return before > 0 and p.tokens[before].text in {"^", "_"}


def _is_factor(p: Parser, place: int) -> bool:
    """Tell whether a name that more follows is a number's, or an inverse."""
    inverse = "".join(token.text for token in p.tokens[place + 1 : place + 4])
    return isinstance(p.kind_of(join_name(p.tokens[place].text)), Number) or inverse.startswith(("^-", "^{-"))


def _is_multiplied(p: Parser, place: int, end: int) -> bool:
    """Tell whether a name of no function stands before a sum of numbers in brackets."""
    name, opening = p.tokens[place].text, place + 1
    if p.tokens[opening].text != "(" or group_end(p, opening) != end - 1:
        return False
    if p.kind_of(join_name(name)) is not None or name in FUNCTIONS or name in _OPERATORS:
        return False
    inside = p.tokens[opening + 1 : end - 1]
    names = [token for token in inside if token.kind == "name"]
    shifted = len(inside) == 3 and inside[0].kind == "name" and inside[2].kind == "number"  # w(t+1)
    numbers = all(isinstance(p.kind_of(join_name(token.text)), Number) for token in names)
    return bool(top_level(p, opening + 1, end - 1, {"+", "-"})) and numbers and not shifted
